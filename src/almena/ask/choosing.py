"""Find the choice that a person or a machine meant: by id, by name, or by its letter on paper."""

from __future__ import annotations

import difflib
import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from almena.ask.numbers import UnreadableError, number_text, tidy
from almena.model.question import Choice

_PARTS = re.compile(r"[;|\n]")
_MOST_NAMED = 12


def letter_of(position: int) -> str:
    """Return the letter that stands beside a choice on paper, by its position from 0: a to z, then aa."""
    letters = string.ascii_lowercase
    return (
        letters[position] if position < len(letters) else letters[position // 26 - 1] + letters[position % 26]
    )


def choice_of(raw: Any, choices: Sequence[Choice]) -> Choice:
    """
    Return the choice meant.

    Raises
    ------
    UnreadableError
        When there is none, or more than one; names the nearest.
    """
    text = _as_text(raw)
    found = _matches(text, choices)
    if len(found) == 1:
        return found[0]
    if found:
        why = f"{text!r} may be {_listed(found)}"
        raise UnreadableError(why, "Write the whole choice.")
    raise UnreadableError(f"{text!r} is none of the choices", _hint(text, choices))


def choices_of(raw: Any, choices: Sequence[Choice], *, exact: bool = False) -> tuple[Choice, ...]:
    """
    Return all choices meant, each once, in the order of the list.

    Parameters
    ----------
    raw : object
        A list, or a text with choices parted by semicolons, bars or lines; by blanks when ``exact``.
    choices : sequence of Choice
        The list.
    exact : bool
        Whether a form on a phone wrote ids parted by blanks.

    Raises
    ------
    UnreadableError
        When one of them is unknown.
    """
    parts = list(raw) if isinstance(raw, list | tuple) else _cut(_as_text(raw), choices, exact=exact)
    chosen = {choice_of(part, choices).id for part in parts}
    return tuple(choice for choice in choices if choice.id in chosen)


def _cut(text: str, choices: Sequence[Choice], *, exact: bool) -> list[str]:
    if _matches(text, choices):
        return [text]
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    if len(parts) == 1:
        for cut in (text.split() if exact else [], text.split(","), text.split()):
            if len(cut) > 1 and all(_matches(part, choices) for part in cut):
                return list(cut)
    return parts


def _matches(text: str, choices: Sequence[Choice]) -> list[Choice]:
    heard = _heard(text)
    if not heard:
        return []
    for names in ([c.id for c in choices], [c.label for c in choices], [c.english for c in choices]):
        found = [choice for choice, name in zip(choices, names, strict=True) if _heard(name) == heard]
        if found:
            return found
    letter = heard.rstrip(".)")
    return [c for i, c in enumerate(choices) if letter_of(i) == letter]


def _heard(text: str) -> str:
    """Return a text without accents, capitals, marks and spare blanks, as people type it."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).replace("_", " ").split())


def _as_text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return number_text(tidy(raw)) if isinstance(raw, int | float) else str(raw).strip()


def _hint(text: str, choices: Sequence[Choice]) -> str:
    if not choices:
        return "No pack in use has this list; leave it empty."
    names = {_heard(name): c.label for c in choices for name in (c.id, c.english, c.label)}
    near = difflib.get_close_matches(_heard(text), names, 1)
    if near:
        return f"Did you mean {names[near[0]]!r}?"
    return f"Write one of the choices that are offered here: {_listed(choices)}."


def _listed(choices: Iterable[Choice]) -> str:
    labels = [choice.label for choice in choices]
    return "; ".join(labels[:_MOST_NAMED]) + (" …" if len(labels) > _MOST_NAMED else "")
