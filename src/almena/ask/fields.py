"""Which registers there are, which fields they have, and under which names people write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from almena.ask.naming import heard
from almena.packs.words import pack_rows

ANY, COMMON = "any", "common"
LINKS, JUDGEMENTS, SHOCKS, STAKEHOLDERS = "links", "judgements", "shocks", "stakeholders"
PRIORITIES, STRESSES, STRESSORS = "priorities", "stresses", "stressors"
CHOSEN_BY_TITLE = (PRIORITIES, STRESSES, STRESSORS, "challenges")
"""Registers whose entries people know by their titles alone."""
REFERENCE = "known_"
"""Shapes that repeat what the method itself lists: read by nobody, and nothing of theirs is stored."""
LANGUAGES = ("en", "pt", "es", "fr")
TIES = {
    "shocks_priorities": {"hazard": "hazard", "priority": "priority"},
    "stresses_priorities": {"stress": "stress", "priority": "priority"},
    "stresses_elements": {"stress": "stress", "element": "element", "element_name": "text"},
    "stressors_stresses": {"stressor": "stressor", "stress": "stress"},
}
"""Tables that only tie two things together, with the types of their fields; kept as lists of the register."""


@dataclass(frozen=True)
class Field:
    """
    One field of a table as people bring it.

    Parameters
    ----------
    name, type, list : str
        Canonical name; type as in ``registers.csv``; scale or list of its choices.
    needed : bool
        Whether a table without it is not of this shape.
    telling, weak : frozenset of str
        Headers that say what it is; headers that many kinds of tables use.
    meaning : str
        In words, for templates.
    """

    name: str
    type: str
    list: str = ""
    needed: bool = False
    telling: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    meaning: str = ""


@dataclass(frozen=True)
class Shape:
    """
    A kind of table.

    Parameters
    ----------
    id, title, register : str
        Its id, what it holds in words, the register that it fills; empty for a list of the method.
    fields : mapping of str to Field
        Its fields by canonical name.
    words : frozenset of str
        Names that such a file or sheet often has.
    """

    id: str
    title: str
    register: str
    fields: Mapping[str, Field]
    words: frozenset[str]


@cache
def register_fields(register: str) -> Mapping[str, Mapping[str, str]]:
    """Return the rows of ``registers.csv`` of one register, by field."""
    return {row["field"]: row for row in pack_rows("registers.csv") if row["register"] == register}


@cache
def register_names() -> tuple[str, ...]:
    """Return the registers in the order of the table."""
    return tuple(dict.fromkeys(row["register"] for row in pack_rows("registers.csv")))


@cache
def shapes() -> Mapping[str, Shape]:
    """Return all kinds of tables by id."""
    return {
        row["shape"]: Shape(
            row["shape"], row["title"], row["register"], _fields(row["shape"]), _headers(row["words"])
        )
        for row in pack_rows("register_names.csv")
    }


@cache
def shared_headers() -> Mapping[str, frozenset[str]]:
    """Return headers that any table may have: the city, where an entry is taken from, and words that tell nothing."""
    return {field.name: field.telling | field.weak for field in _fields(ANY).values()}


def _fields(shape: str) -> dict[str, Field]:
    declared = register_fields(shape)
    rows = [row for row in pack_rows("register_headers.csv") if row["shape"] == shape]
    return {row["field"]: _field(row, declared.get(row["field"], {}), shape) for row in rows}


def _field(row: Mapping[str, str], declared: Mapping[str, str], shape: str) -> Field:
    name = row["field"]
    told = frozenset().union(*(_headers(row[language]) for language in LANGUAGES))
    common = frozenset() if shape == ANY else shared_headers()[COMMON]
    return Field(
        name,
        declared.get("type") or TIES.get(shape, {}).get(name) or _type_of_guest(name),
        declared.get("list") or ("benchmark" if name == "colour" else ""),
        row["need"] == "yes",
        told - common,
        told & common | _headers(row["weak"]) | _headers(name) | _headers(declared.get("meaning", "")),
        declared.get("meaning", ""),
    )


def _type_of_guest(name: str) -> str:
    """Return the type of a field that is of another register: a table of links may bring colours along."""
    return register_fields(JUDGEMENTS).get(name, {}).get("type", "text")


def _headers(text: str) -> frozenset[str]:
    return frozenset(heard(part) for part in text.split("|") if part.strip())
