"""What each role takes from OpenStreetMap: the rows of ``osm_roles.csv``, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from almena.packs.table import Row, read_table

ANY_VALUE = "*"
POINT, LINE, AREA = "point", "line", "area"

Tags = Mapping[str, str]


@dataclass(frozen=True)
class TagRule:
    """
    Objects that a role takes from OpenStreetMap.

    Parameters
    ----------
    role : str
        The role.
    rank : int
        Position of the row among those of the role; an earlier row wins where two fit one object.
    key : str
        Tag that the object carries.
    values : tuple of str
        Values taken; ``*`` for any.
    shapes : frozenset of str
        ``point``, ``line`` and ``area``.
    excepted : tuple of (str, frozenset of str)
        Tags that rule an object out.
    field, word : str
        Field of the role that the object fills by being what it is, and the word; without a word the tag's value.
    near : float
        Metres within which an object of an earlier row and the same name is the same thing; 0 for never.
    """

    role: str
    rank: int
    key: str
    values: tuple[str, ...]
    shapes: frozenset[str]
    excepted: tuple[tuple[str, frozenset[str]], ...] = ()
    field: str = ""
    word: str = ""
    near: float = 0.0

    def takes(self, tags: Tags) -> bool:
        """Tell whether an object with these tags is taken."""
        value = tags.get(self.key)
        if value is None or not (value in self.values or ANY_VALUE in self.values):
            return False
        return not any(_among(tags.get(key), values) for key, values in self.excepted)

    def kind(self, tags: Tags) -> str:
        """Return what the object is, as ``key=value``: two of one kind and place may be one thing."""
        return f"{self.key}={tags.get(self.key, '')}"

    def said(self, tags: Tags) -> str:
        """Return the word for the field that this row fills."""
        return self.word or tags.get(self.key, "")


@cache
def osm_rules() -> Mapping[str, tuple[TagRule, ...]]:
    """Return the rows of the table by role, in their order."""
    found: dict[str, list[TagRule]] = {}
    for row in read_table("osm_roles.csv"):
        of_role = found.setdefault(row["role"], [])
        of_role.append(_rule(row, len(of_role)))
    return {role: tuple(rules) for role, rules in found.items()}


@cache
def osm_fields(role: str) -> Mapping[str, str]:
    """Return for the fields of a role the tag that holds them, where it is called otherwise."""
    return {row["field"]: row["tag"] for row in read_table("osm_fields.csv") if row["role"] == role}


@cache
def osm_limit(name: str) -> float:
    """Return a bound of ``osm_limits.csv``."""
    return next(float(row["value"]) for row in read_table("osm_limits.csv") if row["limit"] == name)


def first_rule(rules: Iterable[TagRule], tags: Tags) -> TagRule | None:
    """Return the first rule that takes an object, or None."""
    return next((rule for rule in rules if rule.takes(tags)), None)


def _rule(row: Row, rank: int) -> TagRule:
    return TagRule(
        role=row["role"],
        rank=rank,
        key=row["key"],
        values=tuple(row["values"].split("|")),
        shapes=frozenset(row["shapes"].split("|")),
        excepted=tuple(_excepted(part) for part in row["except"].split(";") if part),
        field=row["field"],
        word=row["word"],
        near=float(row["near"] or 0),
    )


def _excepted(text: str) -> tuple[str, frozenset[str]]:
    key, _, values = text.partition("=")
    return key, frozenset(values.split("|"))


def _among(value: str | None, values: frozenset[str]) -> bool:
    return value is not None and (value in values or ANY_VALUE in values)
