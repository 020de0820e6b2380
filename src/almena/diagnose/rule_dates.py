"""Dates of entries against each other and against today; a date cut to its year or month stands for all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from almena.diagnose.graph import Graph, began
from almena.diagnose.rules import Circumstances, Rule, Test, entry, named
from almena.model.problem import Problem

_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")


def end_before_start(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find entries that end before they begin."""
    for record in _entries(graph, rule):
        start, end = getattr(record, rule.fields[0]), getattr(record, rule.against[0])
        if _is_before(end, start):
            yield Problem(
                f"It ends on {end}, before it begins on {start}",
                entry(rule, record),
                "an end comes after its beginning",
                "Check both dates: day and month may be swapped.",
            )


def in_the_future(graph: Graph, circumstances: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find dates that have not come yet."""
    for record in _entries(graph, rule):
        for field in rule.fields:
            day = getattr(record, field)
            if day > circumstances.today[: len(day)] and _is_before(circumstances.today, day):
                yield Problem(
                    f"{named(rule, field)}: {day} lies in the future",
                    entry(rule, record),
                    f"today is {circumstances.today}",
                    "Check the date: day and month may be swapped, or the century cut off.",
                )


def triggers_earlier(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find records said to have set off a record that began before them."""
    for record in graph.record.values():
        for effect in record.triggered:
            later = graph.record.get(effect)
            if later is not None and _is_before(began(later), began(record)):
                yield Problem(
                    f"{record.id} of {began(record)} is said to have set off {later.id} of {began(later)}",
                    entry(rule, record),
                    "a shock sets off nothing that began before it",
                    "Turn the two round, or correct a date.",
                )


def without_own_record(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find hazards said to have been set off of which there is no record."""
    behind: dict[str, list[str]] = {}
    for cause in graph.sets_off.values():
        for effect, records in cause.items():
            if effect not in graph.shocks and (
                effect in graph.taxonomy.hazards or not graph.taxonomy.hazards
            ):
                behind.setdefault(effect, []).extend(records)
    for effect, found in behind.items():
        yield Problem(
            f"{graph.taxonomy.title_of(effect)} was set off, but has no record of its own",
            f"{rule.register}: {', '.join(sorted(set(found)))}",
            "its effects are in no total",
            "Add a record of it, with what is known of its effects.",
        )


def _entries(graph: Graph, rule: Rule) -> tuple[Any, ...]:
    return tuple(getattr(graph.registers, rule.register))


def _is_before(one: str, other: str) -> bool:
    """Tell whether a date is surely before another: compared as far as both are known."""
    if not (_DATE.fullmatch(one) and _DATE.fullmatch(other)):
        return False
    known = min(len(one), len(other))
    return one[:known] < other[:known]


TESTS: dict[str, Test] = {
    test.__name__: test for test in (end_before_start, in_the_future, triggers_earlier, without_own_record)
}
