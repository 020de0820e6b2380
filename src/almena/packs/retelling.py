"""
Tell again, in the language of the task, what the deep rooms wrote down in English.

Notes, causes, reasons and problems are stored with values as plain English sentences. A catalogue holds the patterns
of these sentences, with named places, under the context ``stored``; a sentence that fits a pattern as a whole is told
in the reader's language, and what fills its places is retold in turn. What fits no pattern stays as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from almena.packs.catalogue import Catalogue
from almena.packs.language import ENGLISH, Language, spoken

STORED = "stored"
TITLES = "cards"  # stored sentences name indicators
_PLACE = re.compile(r"\{(\w+)\}")
_JOINTS = (". ", ": ", ", ")
_BEGINNING = 6  # letters by which the patterns are sorted, so that few have to be tried
_DEEPEST = 6
_FEW_LETTERS = (
    4  # a pattern with fewer letters of its own, such as "{part} of {whole}", must hold what is known
)
_BETWEEN_SENTENCES = "; "
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?![\w.,]*\d)")


@dataclass(frozen=True)
class Pattern:
    """
    A sentence with places.

    Parameters
    ----------
    english : str
        As the code writes it.
    is_weak : bool
        Whether it has too few words of its own to be sure.
    """

    english: str
    is_weak: bool

    @cached_property
    def shape(self) -> re.Pattern[str]:
        """Return what a filled sentence looks like; made for those that are tried only."""
        return shape_of(self.english)

    @cached_property
    def rank(self) -> tuple[int, str]:
        """Return the place in the order of trial: the more letters of its own, the earlier."""
        return -len(_PLACE.sub("", self.english)), self.english


@dataclass(frozen=True)
class Retelling:
    """
    The stored sentences of one catalogue, ready to be recognised.

    Parameters
    ----------
    catalogue : Catalogue
        The language.
    marks : dict of int to str
        What stands for the comma at thousands and the point before decimals.
    """

    catalogue: Catalogue
    marks: dict[int, str]
    _patterns: dict[str, list[Pattern]] = field(default_factory=dict, init=False, repr=False)
    _ordered: dict[str, list[Pattern]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        found: dict[str, list[Pattern]] = defaultdict(list)
        for entry in self.catalogue.entries:
            if entry.context == STORED and entry.is_told and _PLACE.search(entry.one):
                found[_beginning(entry.one)].append(_pattern(entry.one))
        self._patterns.update(found)

    def tell(self, text: str, depth: int = 0) -> str:
        """Return a sentence in the language of the catalogue, or as it is when no pattern fits."""
        if not _has_letters(text):
            return _NUMBER.sub(lambda number: number.group().translate(self.marks), text)
        for context in (STORED, TITLES):
            if self.catalogue.has(text, context):
                return self.catalogue.one(text, context)
        if depth > _DEEPEST:
            return text
        return self._by_pattern(text, depth) or self._in_parts(text, depth)

    def _by_pattern(self, text: str, depth: int) -> str:
        for pattern in self._candidates(text):
            fitting = pattern.shape.fullmatch(text)
            if fitting and (told := self._filled(pattern, fitting.groupdict(), depth)):
                return told
        return ""

    def _candidates(self, text: str) -> list[Pattern]:
        """Return the patterns that begin like a text, those with most letters of their own first."""
        beginning = text[:_BEGINNING]
        if beginning not in self._ordered:
            keys = (beginning, *(beginning[:n] + "{" for n in range(_BEGINNING)))
            found = (p for key in keys for p in self._patterns.get(key, ()))
            self._ordered[beginning] = sorted(found, key=lambda p: p.rank)
        return self._ordered[beginning]

    def _filled(self, pattern: Pattern, fields: dict[str, str], depth: int) -> str:
        parts = {name: self.tell(text, depth + 1) for name, text in fields.items()}
        if pattern.is_weak and any(
            parts[name] == fields[name] and _has_letters(fields[name]) for name in parts
        ):
            return ""
        told = self.catalogue.one(pattern.english, STORED)
        return _PLACE.sub(lambda place: parts.get(place.group(1), place.group()), told)

    def _in_parts(self, text: str, depth: int) -> str:
        if _BETWEEN_SENTENCES in text:
            return _BETWEEN_SENTENCES.join(self.tell(p, depth + 1) for p in text.split(_BETWEEN_SENTENCES))
        for joint in _JOINTS:
            first, found, rest = text.partition(joint)
            if found:
                return self.tell(first, depth + 1) + joint + self.tell(rest, depth + 1)
        if text.endswith(".") and len(text) > 1:
            return self.tell(text[:-1], depth + 1) + "."
        return text


def shape_of(english: str) -> re.Pattern[str]:
    """Return what a sentence with named places looks like when filled; a place that occurs again holds the same."""
    seen: set[str] = set()
    filling = ".+?" if _BETWEEN_SENTENCES in english else f"(?:(?!{_BETWEEN_SENTENCES}).)+?"
    shape = ""
    for number, part in enumerate(_PLACE.split(english)):
        if number % 2 == 0:
            shape += re.escape(part)
        else:
            shape += f"(?P={part})" if part in seen else f"(?P<{part}>{filling})"
            seen.add(part)
    return re.compile(shape, re.DOTALL)


def _pattern(english: str) -> Pattern:
    own = sum(letter.isalpha() for letter in _PLACE.sub("", english))
    return Pattern(english, own < _FEW_LETTERS)


def _has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _beginning(english: str) -> str:
    literal = english.split("{", 1)[0]
    return literal[:_BEGINNING] if len(literal) >= _BEGINNING else literal + "{"


@lru_cache(maxsize=8)
def _retelling(language: Language) -> Retelling:
    return Retelling(language.catalogue, language.number_marks)


def retell(text: str) -> str:
    """
    Return a stored English sentence in the language of the task.

    Parameters
    ----------
    text : str
        A note, cause, reason, remedy or problem as the deep rooms wrote it; several may be joined by semicolons.
    """
    language = spoken()
    if language.code == ENGLISH or not text:
        return text
    return _told(language, text)


@lru_cache(maxsize=4096)
def _told(language: Language, text: str) -> str:
    return _retelling(language).tell(text)
