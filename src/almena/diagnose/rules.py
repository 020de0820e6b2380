"""The rules over what people enter: what a row of the table says, and what every test needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from almena.diagnose.graph import Graph
from almena.model.problem import Problem
from almena.packs.table import read_table


@dataclass(frozen=True)
class Given:
    """
    An answer given as a table, as far as it holds numbers.

    Parameters
    ----------
    indicator, title : str
        Id of the question; in words.
    rows, columns : tuple of str
        Their names, in the order of the form.
    cells : tuple of tuple of float or None
        A row of numbers for each row; None where nothing was entered.
    unit : str
        Unit of the cells, possibly empty.
    """

    indicator: str
    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]
    unit: str = ""


@dataclass(frozen=True)
class Circumstances:
    """
    What the rules compare with.

    Parameters
    ----------
    today : str
        ISO 8601 date; without it no date is in the future.
    people : float or None
        How many people live in the city, where that is known.
    answers : tuple of Given
        Answers that are tables.
    """

    today: str = ""
    people: float | None = None
    answers: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A row of ``diagnosis_rules.csv``: which test looks at which fields of which register."""

    id: str
    register: str
    test: str
    fields: tuple[str, ...]
    against: tuple[str, ...]
    limit: float


Test = Callable[[Graph, Circumstances, Rule], Iterator[Problem]]


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order of their table."""
    return tuple(
        Rule(
            row["id"],
            row["register"],
            row["test"],
            tuple(row["fields"].split()),
            tuple(row["against"].split()),
            float(row["limit"] or 0),
        )
        for row in read_table("diagnosis_rules.csv")
    )


@cache
def means(meaning: str) -> frozenset[str]:
    """Return the words, in small letters, by which people name a column or a row, from ``diagnosis_words.csv``."""
    found = (row["words"] for row in read_table("diagnosis_words.csv") if row["meaning"] == meaning)
    return frozenset(word.strip().casefold() for words in found for word in words.split("|"))


@cache
def _words(register: str) -> dict[str, str]:
    rows = read_table("registers.csv")
    return {row["field"]: row["meaning"] for row in rows if row["register"] == register}


def named(rule: Rule, field: str) -> str:
    """Return a field of the rule's register as people call it."""
    return _words(rule.register).get(field, field)


def entry(rule: Rule, record: object) -> str:
    """Return where a record stands: its register, and its id or what it joins."""
    return f"{rule.register}: {label(record)}"


def label(record: object) -> str:
    """Return the id of a record, or the ends that it ties."""
    name = getattr(record, "id", "")
    if name:
        return str(name)
    ends = ("source", "target", "stakeholder", "component", "indicator", "priority", "kind", "name", "role")
    return " → ".join(str(part) for end in ends if (part := getattr(record, end, "")))


def told(value: float) -> str:
    """Return a number as a sentence shows it, with as many decimals as it needs."""
    return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}"


def together(names: Iterable[str]) -> str:
    """Return names as a list."""
    return ", ".join(names)
