"""Two records of one event that give one number under two headings: one of them may stand in the wrong column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from almena.ask.rows import Row
from almena.model.register import EFFECTS

ALIKE = ("start", "people_direct", "people_indirect")


def moved_figures(rows: Iterable[tuple[Row, Mapping[str, Any]]]) -> Iterator[tuple[str, str]]:
    """
    Yield doubts about numbers that a stray delimiter may have moved into a column where they are possible, too.

    Parameters
    ----------
    rows : iterable of pairs
        Rows of shocks and what they say. Two are taken for one event when day and affected people are the same.

    Yields
    ------
    tuple of str
        The doubt, and the two rows.
    """
    events = defaultdict(list)
    for row, fields in rows:
        if all(fields.get(name) is not None for name in ALIKE):
            events[tuple(fields[name] for name in ALIKE)].append((row, fields))
    for same in events.values():
        for (row, one), (other_row, other) in combinations(same, 2):
            for name, other_name in _moved(one, other):
                beside = f"under {other_name} in a row of the same day and people"
                note = f"{one[name]} stands under {name} here, and {beside}"
                yield note, f"rows {row.number} and {other_row.number}"


def _moved(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    only_one = [name for name in EFFECTS if one.get(name) and not other.get(name)]
    only_other = [name for name in EFFECTS if other.get(name) and not one.get(name)]
    for name in only_one:
        for other_name in only_other:
            if one[name] == other[other_name]:
                yield name, other_name
