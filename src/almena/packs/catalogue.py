"""Read the catalogue of a language: the file that its translators edit, without a compiled copy beside it."""

from __future__ import annotations

import ast
import gettext
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable

_KEYWORDS = ("msgctxt", "msgid_plural", "msgid", "msgstr")
_ENGLISH_PLURAL = "n != 1"
_IN_ENGLISH: Callable[[int], int] = gettext.c2py(_ENGLISH_PLURAL)


@dataclass(frozen=True)
class Entry:
    """
    One sentence of a catalogue.

    Parameters
    ----------
    context : str
        Table that the text comes from, or what else tells two equal texts apart; empty for a plain sentence.
    one, many : str
        The English sentence, and that for other numbers where there is one.
    told : tuple of str
        Its translations, one for each plural form; empty texts are not translated yet.
    """

    context: str
    one: str
    many: str
    told: tuple[str, ...]

    @property
    def is_told(self) -> bool:
        """Tell whether every form is translated."""
        return bool(self.told) and all(self.told)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """
    The sentences of one language.

    Parameters
    ----------
    entries : tuple of Entry
        In the order of the file.
    form_of : callable
        Number to the index of the plural form it takes.
    """

    entries: tuple[Entry, ...] = ()
    form_of: Callable[[int], int] = _IN_ENGLISH
    _told: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._told.update({(e.context, e.one): e.told for e in self.entries if e.is_told})

    def one(self, text: str, context: str = "") -> str:
        """Return a text in this language; what the catalogue lacks stays as it is."""
        found = self._told.get((context, text))
        return found[0] if found else text

    def many(self, one: str, many: str, number: int) -> str:
        """Return the sentence for a number of things; English where the catalogue lacks it."""
        found = self._told.get(("", one))
        if not found:
            return one if number == 1 else many
        return found[min(self.form_of(number), len(found) - 1)]

    def has(self, text: str, context: str = "") -> bool:
        """Tell whether a text is translated."""
        return (context, text) in self._told


def read_catalogue(file: Traversable) -> Catalogue:
    """
    Read a gettext PO file.

    Fuzzy and obsolete entries are passed over: a guess of a translator's tool is not shown to anybody.
    """
    blocks = _blocks(file.read_text(encoding="utf-8").splitlines())
    entries = tuple(_entry(block) for block in blocks)
    header = next((e.told[0] for e in entries if not e.one and e.told), "")
    return Catalogue(tuple(e for e in entries if e.one), _plural_rule(header))


def _blocks(lines: list[str]) -> Iterator[dict[str, str]]:
    """Return each entry as its keywords with their texts."""
    block: dict[str, str] = {}
    keyword, fuzzy = "", False
    for line in [*lines, ""]:
        if line.startswith("#,"):
            fuzzy = fuzzy or "fuzzy" in line
        if line.startswith('"') and keyword:
            block[keyword] += ast.literal_eval(line)
        elif line.startswith(_KEYWORDS):
            keyword, text = line.split(" ", 1)
            block[keyword] = ast.literal_eval(text)
        elif not line.strip():
            if block and not (fuzzy and block.get("msgid")):
                yield block
            block, keyword, fuzzy = {}, "", False


def _entry(block: dict[str, str]) -> Entry:
    forms = [text for keyword, text in sorted(block.items()) if keyword.startswith("msgstr")]
    return Entry(block.get("msgctxt", ""), block["msgid"], block.get("msgid_plural", ""), tuple(forms))


def _plural_rule(header: str) -> Callable[[int], int]:
    rules = [line.split("plural=", 1)[1] for line in header.splitlines() if "plural=" in line]
    rule = rules[0].strip().rstrip(";") if rules else _ENGLISH_PLURAL
    found: Callable[[int], int] = gettext.c2py(rule)
    return found
