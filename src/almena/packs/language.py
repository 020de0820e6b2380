"""
The language that Almena speaks to its reader.

Every sentence is written in English where it is made; what is shown to people passes `say` or `count`, which look it
up in the catalogues of `packs/locale` (gettext, so that translators keep their tools). The language belongs to the
task at hand, not to the process: two reports in two languages can be written side by side.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from almena.model.problem import InputError, Problem

ENGLISH = "en"
LANGUAGES = {"en": "English", "pt": "Português", "es": "Español", "fr": "Français", "ar": "العربية"}
_FROM_THE_RIGHT = ("ar",)


@dataclass(frozen=True)
class Language:
    """
    One language with its catalogue.

    Parameters
    ----------
    code : str
        ISO 639-1 code.
    catalogue : gettext.NullTranslations
        Its sentences; what it lacks is said in English.
    """

    code: str
    catalogue: gettext.NullTranslations

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return "rtl" if self.code in _FROM_THE_RIGHT else "ltr"


@lru_cache(maxsize=len(LANGUAGES))
def language_of(code: str) -> Language:
    """
    Return a language by its code; a region after a hyphen is passed over.

    Raises
    ------
    InputError
        When Almena does not speak it.
    """
    short = code.replace("_", "-").split("-")[0].lower()
    if short not in LANGUAGES:
        known = ", ".join(f"{k} ({v})" for k, v in LANGUAGES.items())
        raise InputError(Problem(f"Almena does not speak {code}", "language", "", f"Choose one of: {known}."))
    folder = resources.files("almena.packs") / "locale"
    found = gettext.translation("almena", str(folder), [short], fallback=True)
    return Language(short, found)


_speaking: ContextVar[Language | None] = ContextVar("speaking", default=None)


def spoken() -> Language:
    """Return the language of the task at hand; English unless another was chosen."""
    return _speaking.get() or language_of(ENGLISH)


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Speak a language for as long as the block lasts."""
    chosen = language_of(code)
    token = _speaking.set(chosen)
    try:
        yield chosen
    finally:
        _speaking.reset(token)


def say(message: str, /, **fields: Any) -> str:
    """
    Return a sentence in the language of the task.

    Parameters
    ----------
    message : str
        The English sentence, a literal, with named places in braces: it is the key of the catalogue.
    **fields : object
        What goes into the places.
    """
    told = spoken().catalogue.gettext(message)
    return told.format(**fields) if fields else told


def count(one: str, many: str, number: int, /, **fields: Any) -> str:
    """
    Return a sentence about a number of things; ``{number}`` is the number unless given in ``fields``.

    Parameters
    ----------
    one, many : str
        The English sentence for exactly one and for any other number, literals.
    number : int
        How many.
    **fields : object
        What goes into the other places.
    """
    return spoken().catalogue.ngettext(one, many, number).format(**{"number": number, **fields})
