"""The order in which the parts of a whole are told: classes by severity, months by the calendar, the rest by name."""

from __future__ import annotations

import re
from functools import lru_cache

from almena.model.observation import Observation
from almena.packs.table import read_table

_UNORDERED = 99

Key = tuple[tuple[str, int, int, str], ...]


def place_in_order(observation: Observation) -> tuple[Key, str]:
    """Return what to sort breakdowns by: the order of the table, then leading numbers, then names; then the date."""
    parts = ((name, *_rank(name, part)) for name, part in observation.dimensions)
    return tuple(parts), observation.period


def _rank(dimension: str, part: str) -> tuple[int, int, str]:
    number = re.match(r"\d+", part)
    return _order().get((dimension, part), _UNORDERED), int(number.group()) if number else 0, part


@lru_cache(maxsize=1)
def _order() -> dict[tuple[str, str], int]:
    return {(r["dimension"], r["part"]): int(r["order"]) for r in read_table("part_order.csv")}
