"""The tables that say what speaks for a role, and which column holds which field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from almena.gather.facts import Column, FileFacts, plain
from almena.packs import read_table

EVERY_ROLE = "*"
_DBF_NAME = 10  # letters that the table of a shapefile keeps of a column's name
_PLAIN = re.compile(r"[a-z0-9_ ]+")
_SAYS = {
    "name": 'its name holds "{}"',
    "column": 'it has a column "{}"',
    "value": 'it holds values such as "{}"',
    "tag": "its features are tagged {}",
    "geometry": "its features are {}s",
}
_FACTS = {
    "contains_others": "it contains nearly everything in the other files",
    "alone": "no other file draws an outline",
    "few_features": "it is one shape or a few",
    "one_piece": "it is one piece",
    "many_pieces": "it is in many pieces",
    "no_attributes": "it has no attributes",
    "overlaps_boundary": "it lies over part of the boundary",
    "tiles_boundary": "its polygons fill the boundary without overlap",
    "float_counts": "its cells hold amounts that may be people",
    "integer_classes": "its cells hold a few whole numbers, like classes",
    "metres": "its cells hold values like heights in metres",
    "has_highways": "it is an extract with streets",
    "gtfs": "it is a timetable (GTFS)",
    "daily": "it has one row per day",
    "hourly": "it has several rows per day",
    "time_and_number": "it has two columns, a time and a number",
    "gauges_side_by_side": "it has columns of several gauges side by side",
    "year_column": "its first column holds years",
    "document": "it is a text",
}


@dataclass(frozen=True)
class Rule:
    """
    One thing that speaks for a role.

    Parameters
    ----------
    role, reader : str
        The role, and the reader that it is then read with.
    evidence : str
        ``name``, ``column``, ``value``, ``tag``, ``geometry`` or ``fact``.
    pattern : str
        Regular expression (for ``fact`` and ``geometry`` a plain word) that plain text must match.
    weight : int
        How much it counts.
    """

    role: str
    reader: str
    evidence: str
    pattern: str
    weight: int

    def found_in(self, facts: FileFacts, relations: frozenset[str], name: str) -> str:
        """Return in words where the rule finds its evidence, or an empty text."""
        if self.evidence == "fact":
            return _FACTS[self.pattern] if self.pattern in facts.facts | relations else ""
        if self.evidence == "geometry":
            return _SAYS["geometry"].format(self.pattern) if facts.geometry == self.pattern else ""
        hit = getattr(self, f"_{self.evidence}")(facts, name)
        return _SAYS[self.evidence].format(hit) if hit else ""

    def _name(self, _: FileFacts, name: str) -> str:
        found = re.search(self.pattern, plain(name))
        return found.group() if found else ""

    def _column(self, facts: FileFacts, _: str) -> str:
        patterns = _alternatives(self.pattern)
        called = (c.name for c in facts.columns if c.filled and any(is_called(c.name, p) for p in patterns))
        return next(called, "")

    def _value(self, facts: FileFacts, _: str) -> str:
        pattern = re.compile(self.pattern)
        for column in facts.columns:
            if column.share(pattern) >= 0.2:
                return next(s for s in column.filled if pattern.fullmatch(plain(s)))[:40]
        return ""

    def _tag(self, facts: FileFacts, _: str) -> str:
        key, _, values = self.pattern.partition("=")
        column = facts.column(key)
        if column is None or column.share(re.compile(values)) < 0.2:
            return ""
        return f"{key}={next(s for s in column.filled if re.fullmatch(values, plain(s)))}"


@lru_cache(maxsize=1)
def load_rules() -> tuple[Rule, ...]:
    """Read the table of rules."""
    rows = read_table("draft_rules.csv")
    return tuple(Rule(r["role"], r["reader"], r["evidence"], r["pattern"], int(r["weight"])) for r in rows)


@lru_cache(maxsize=1)
def load_field_patterns() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Read the table of column names: by role and field the patterns, the preferred first."""
    return {(r["role"], r["field"]): _alternatives(r["pattern"]) for r in read_table("draft_fields.csv")}


def match_column(role: str, field: str, columns: tuple[Column, ...]) -> Column | None:
    """Return the column that holds a field of a role, or None; names that fit any role come last."""
    patterns = load_field_patterns()
    for pattern in (*patterns.get((role, field), ()), *patterns.get((EVERY_ROLE, field), ())):
        for column in columns:
            if column.filled and is_called(column.name, pattern):
                return column
    return None


def is_called(name: str, pattern: str) -> bool:
    """Tell whether a column's name is one that a pattern stands for, or what a shapefile leaves of it."""
    text = plain(name)
    if re.fullmatch(pattern, text):
        return True
    return len(text) == _DBF_NAME and _PLAIN.fullmatch(pattern) is not None and pattern.startswith(text)


def _alternatives(pattern: str) -> tuple[str, ...]:
    parts, depth, start = [], 0, 0
    for n, character in enumerate(pattern):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            parts.append(pattern[start:n])
            start = n + 1
    return (*parts, pattern[start:])
