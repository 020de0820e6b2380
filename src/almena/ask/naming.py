"""Names as people write them: found exactly, or as the one name that is near, or not at all."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from almena.packs.words import plain

SHORTEST = 5
"""Letters from which on a misspelt name is recognised at all; shorter ones are codes, where one letter is another."""
STEPS = ((8, 1), (16, 2))
MOST_STEPS = 3
"""Letters that may be wrong, by the length of the name; assumed, so that a careful reader would not hesitate."""
SHOWN = 3
LONGEST = 10_000
_ANDS = frozenset(("and", "e", "y", "et"))
_STRONG = re.compile(r"[;|\n]+")


@dataclass(frozen=True)
class Match:
    """
    What a name was found to mean.

    Parameters
    ----------
    ids : tuple of str
        One id when it is clear; several when the name fits all of them; none.
    read_as : str
        The known spelling, when it is not quite what was written.
    like : tuple of str
        Known spellings that look like it, when nothing was found.
    """

    ids: tuple[str, ...] = ()
    read_as: str = ""
    like: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the one id, or an empty text."""
        return self.ids[0] if len(self.ids) == 1 else ""


def heard(text: object) -> str:
    """Return a name as it sounds: no accents, case or marks, and no difference between ``&`` and ``and``."""
    return " ".join(word for word in plain(text).split() if word not in _ANDS)


def slug(text: object, longest: int = 60) -> str:
    """Return a readable id made from a text: ``"Urban Heat Islands"`` becomes ``"urban-heat-islands"``."""
    whole = plain(text).replace(" ", "-")
    cut = whole[:longest]
    return cut if len(whole) <= longest else cut.rpartition("-")[0] or cut


class Names:
    """
    A set of things that can be named.

    Parameters
    ----------
    spellings : mapping of str to iterable of str
        All spellings of each id; the id itself counts as well.
    """

    def __init__(self, spellings: Mapping[str, Iterable[str]] | None = None) -> None:
        self._ids: dict[str, list[str]] = {}
        self._shown: dict[str, str] = {}
        self._seen: dict[str, Match] = {}
        for identity, names in (spellings or {}).items():
            self.add(identity, *names)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, identity: str, *names: str) -> None:
        """Let a thing be known by its id and by names."""
        self._seen.clear()
        for name in (*names, identity):
            key = heard(name)
            known = self._ids.setdefault(key, []) if key else []
            if identity not in known:
                known.append(identity)
            self._shown.setdefault(key, name)

    def find(self, text: object) -> Match:
        """Return what a name means: exactly, else the one near name, else what looks like it."""
        key = heard(text)
        if key not in self._seen:
            self._seen[key] = self._found(key)
        return self._seen[key]

    def knows(self, text: object) -> bool:
        """Tell whether a name is known as it is written."""
        return heard(text) in self._ids

    def like(self, text: object) -> str:
        """Return a known name that differs from a new one by no more than slips of the pen, or an empty text."""
        return next((self._shown[name] for name in self._near(heard(text))), "")

    def _found(self, key: str) -> Match:
        if key in self._ids:
            return Match(tuple(self._ids[key]))
        near = set(self._near(key))
        ids = {identity for name in near for identity in self._ids[name]}
        if len(ids) == 1:
            best = min(near, key=lambda name: (steps_between(key, name), name))
            return Match(tuple(ids), self._shown[best])
        like = sorted(near) or difflib.get_close_matches(key, list(self._ids), SHOWN, 0.6)
        return Match((), "", tuple(self._shown[name] for name in like[:SHOWN]))

    def _near(self, key: str) -> Iterator[str]:
        """Yield the known names that differ by no more than slips of the pen."""
        digits, letters = _digits(key), Counter(key)
        if not any(c.isalpha() for c in key):
            return
        for name in self._ids:
            shorter = min(len(key), len(name))
            most = next((allowed for length, allowed in STEPS if shorter < length), MOST_STEPS)
            if shorter < SHORTEST or abs(len(key) - len(name)) > most or digits != _digits(name):
                continue
            if (letters - _letters(name)).total() <= most and steps_between(key, name, most) <= most:
                yield name


@lru_cache(maxsize=20_000)
def _letters(text: str) -> Counter[str]:
    """Return how often each letter stands in a name: every letter too many is a step of its own."""
    return Counter(text)


@lru_cache(maxsize=20_000)
def _digits(text: str) -> str:
    """Return the digits of a name: two names that differ in a number are two things."""
    return "".join(c for c in text if c.isdigit())


def steps_between(one: str, other: str, most: int = LONGEST) -> int:
    """
    Return how many letters are added, left out, changed or swapped with their neighbour between two words.

    The optimal string alignment distance (Damerau 1964; Boytsov 2011, section 2.2).

    Parameters
    ----------
    one, other : str
        The words.
    most : int
        From more steps on it is enough to know that there are more.
    """
    beyond = most + 1
    before: list[int] = []
    row = [min(j, beyond) for j in range(len(other) + 1)]
    for i, letter in enumerate(one, 1):
        last, row = row, [beyond] * len(row)
        row[0] = min(i, beyond)
        for j in range(
            max(1, i - most), min(len(other), i + most) + 1
        ):  # elsewhere there are more steps than matter
            against = other[j - 1]
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        if min(row) > most:
            return beyond
        before = last
    return min(row[-1], beyond)


def parts_of(text: str, names: Names) -> list[tuple[str, Match]]:
    """
    Return the names that a cell holds, each with what it means.

    Names are parted by ``;``, ``|``, line ends or commas; a comma inside a known name parts nothing.

    Parameters
    ----------
    text : str
        The cell.
    names : Names
        What may be named.
    """
    found: list[tuple[str, Match]] = []
    for part in _STRONG.split(text):
        tokens = [token.strip() for token in part.split(",")]
        found += _segments([token for token in tokens if token], names)
    return list(dict.fromkeys(found))


def _segments(tokens: list[str], names: Names) -> list[tuple[str, Match]]:
    """Join tokens back to names, so that as few as possible stay unknown, then as few as possible are misspelt."""
    best: list[tuple[tuple[int, int, int], list[tuple[str, Match]]]] = [((0, 0, 0), [])]
    for end in range(1, len(tokens) + 1):
        options = []
        for start in range(max(0, end - 4), end):
            text = ", ".join(tokens[start:end])
            match = names.find(text)
            unknown, near, pieces = best[start][0]
            size = end - start
            cost = (unknown + (0 if match.ids else size), near + bool(match.read_as), pieces + 1)
            if match.ids or size == 1:
                options.append((cost, [*best[start][1], (text, match)]))
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]
