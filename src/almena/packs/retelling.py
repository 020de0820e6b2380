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
from functools import lru_cache

from almena.packs.catalogue import Catalogue
from almena.packs.language import ENGLISH, language_of, spoken

STORED = "stored"
_PLACE = re.compile(r"\{(\w+)\}")
_JOINTS = (". ", ": ", ", ")
_BEGINNING = 6  # letters by which the patterns are sorted, so that few have to be tried
_DEEPEST = 3
_FEW_LETTERS = 4  # a pattern with fewer letters of its own, such as "{part} of {whole}", must hold what is known
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
    shape : re.Pattern
        What a filled sentence looks like.
    is_weak : bool
        Whether it has too few words of its own to be sure.
    """

    english: str
    shape: re.Pattern[str]
    is_weak: bool


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

    def __post_init__(self) -> None:
        found: dict[str, list[Pattern]] = defaultdict(list)
        for entry in self.catalogue.entries:
            if entry.context == STORED and entry.is_told and _PLACE.search(entry.one):
                found[_beginning(entry.one)].append(_pattern(entry.one))
        for patterns in found.values():
            patterns.sort(key=lambda p: (-len(_PLACE.sub("", p.english)), p.english))
        self._patterns.update(found)

    def tell(self, text: str, depth: int = 0) -> str:
        """Return a sentence in the language of the catalogue, or as it is when no pattern fits."""
        if not _has_letters(text):
            return _NUMBER.sub(lambda number: number.group().translate(self.marks), text)
        if self.catalogue.has(text, STORED):
            return self.catalogue.one(text, STORED)
        if depth > _DEEPEST:
            return text
        return self._by_pattern(text, depth) or self._in_parts(text, depth)

    def _by_pattern(self, text: str, depth: int) -> str:
        for pattern in (*self._patterns.get(text[:_BEGINNING], ()), *self._open(text)):
            fitting = pattern.shape.fullmatch(text)
            if fitting and (told := self._filled(pattern, fitting.groupdict(), depth)):
                return told
        return ""

    def _open(self, text: str) -> list[Pattern]:
        """Return the patterns whose literal beginning is shorter than the sorting letters."""
        return [p for n in range(_BEGINNING) for p in self._patterns.get(text[:n] + "{", ())]

    def _filled(self, pattern: Pattern, fields: dict[str, str], depth: int) -> str:
        parts = {name: self.tell(text, depth + 1) for name, text in fields.items()}
        if pattern.is_weak and any(parts[name] == fields[name] and _has_letters(fields[name]) for name in parts):
            return ""
        told = self.catalogue.one(pattern.english, STORED)
        return _PLACE.sub(lambda place: parts.get(place.group(1), place.group()), told)

    def _in_parts(self, text: str, depth: int) -> str:
        for joint in (_BETWEEN_SENTENCES, *_JOINTS):
            parts = text.split(joint)
            if len(parts) > 1:
                return joint.join(self.tell(part, depth + 1) for part in parts)
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
    return Pattern(english, shape_of(english), own < _FEW_LETTERS)


def _has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _beginning(english: str) -> str:
    literal = english.split("{", 1)[0]
    return literal[:_BEGINNING] if len(literal) >= _BEGINNING else literal + "{"


@lru_cache(maxsize=8)
def _retelling(code: str) -> Retelling:
    language = language_of(code)
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
    return _told(language.code, text)


@lru_cache(maxsize=4096)
def _told(code: str, text: str) -> str:
    return _retelling(code).tell(text)
