"""Figures of shocks against each other and against the city."""

from __future__ import annotations

from collections.abc import Iterator

from almena.diagnose.graph import Graph
from almena.diagnose.rules import Circumstances, Rule, Test, entry, named, together, told
from almena.model.problem import Problem
from almena.model.register import Shock


def parts_above_whole(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find records whose parts together exceed the whole that holds them."""
    for record in graph.record.values():
        whole = getattr(record, rule.against[0])
        if whole is None:
            continue
        parts = {f: value for f in rule.fields if (value := getattr(record, f)) is not None}
        if sum(parts.values()) > whole:
            sums = together(f"{named(rule, f)}: {told(value)}" for f, value in parts.items())
            yield Problem(
                f"Parts are more than the whole: {sums}; {named(rule, rule.against[0])}: {told(whole)}",
                entry(rule, record),
                "those in the parts are among those in the whole",
                "Look at the source again: one of the figures is wrong, or stands in the wrong column.",
            )


def above_people(graph: Graph, circumstances: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find records that count more people than the city has."""
    if not circumstances.people:
        return
    for record in graph.record.values():
        for field in rule.fields:
            value = getattr(record, field)
            if value is not None and value > rule.limit * circumstances.people:
                yield Problem(
                    f"{named(rule, field)}: {told(value)}, but {told(circumstances.people)} people live in the city",
                    entry(rule, record),
                    "more people than the city has",
                    "Check the figure, its unit and whether it is of a wider area; say so in its source.",
                )


def below_zero(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find counts below zero."""
    for record in graph.record.values():
        for field in rule.fields:
            value = getattr(record, field)
            if value is not None and value < 0:
                yield Problem(
                    f"{named(rule, field)} is below zero: {told(value)}",
                    entry(rule, record),
                    "a count is never below zero",
                    "Correct the figure, or leave it empty when it is not known.",
                )


def lacks(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find records that give a figure without what it needs."""
    for record in graph.record.values():
        if getattr(record, rule.fields[0]) is not None and not getattr(record, rule.against[0]):
            yield Problem(
                f"{named(rule, rule.fields[0])} without {named(rule, rule.against[0])}",
                entry(rule, record),
                "it cannot be added to others",
                "Name the currency by its three letters, such as BRL.",
            )


def same_people(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find records of different hazards with the same day and the same figures, which a total counts twice."""
    seen: dict[tuple[object, ...], Shock] = {}
    for record in graph.record.values():
        figures = tuple(getattr(record, f) for f in rule.fields)
        if not any(figures) or not record.start:
            continue
        first = seen.setdefault((record.start, *figures), record)
        if first.hazard != record.hazard:
            yield Problem(
                f"Two shocks of {record.start} have the same figures: {first.hazard} and {record.hazard}",
                f"{entry(rule, first)}; {record.id}",
                "if they are the same people, a total over both counts them twice",
                "Leave the figures at the shock that caused them, or say in the source that they are other people.",
            )


TESTS: dict[str, Test] = {
    test.__name__: test for test in (parts_above_whole, above_people, below_zero, lacks, same_people)
}
