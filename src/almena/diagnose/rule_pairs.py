"""Entries that repeat or deny each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import pairwise
from typing import Any

from almena.diagnose.graph import Graph
from almena.diagnose.rules import Circumstances, Rule, Test, entry, label, means, together
from almena.model.problem import Problem

WORDS = frozenset({"name", "title"})
"""Fields that people write freely; ids, dates and counts have one spelling."""


def same_twice(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find entries that say the same in every field that counts."""
    for same in _alike(graph, rule).values():
        if len(same) > 1:
            yield Problem(
                f"The same was entered {len(same)} times",
                f"{rule.register}: {together(sorted(label(record) for record in same))}",
                "one thing is one entry; twice counted, it is twice as large",
                "Keep one of them, or say what sets them apart.",
            )


def tied_to_itself(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find ties whose two ends are the same."""
    for record in getattr(graph.registers, rule.register):
        ends = {getattr(record, field) for field in rule.fields}
        if len(ends) == 1:
            yield Problem(
                f"{ends.pop()} is tied to itself",
                entry(rule, record),
                "a relation has two ends",
                "Name the other end, or take the entry back.",
            )


def two_kinds(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find ties that were entered with two kinds."""
    for same in _alike(graph, rule).values():
        kinds = sorted({getattr(record, rule.against[0]) for record in same})
        if len(kinds) > 1:
            yield Problem(
                f"One tie has two kinds: {together(kinds)}",
                entry(rule, same[0]),
                "a tie is of one kind",
                "Keep the kind that holds today.",
            )


def two_kinds_back(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find pairs of whom only one names the relation by a kind that needs both."""
    kinds: dict[tuple[str, str], str] = {}
    for record in getattr(graph.registers, rule.register):
        kinds[record.source, record.target] = getattr(record, rule.against[0])
    for (one, other), kind in kinds.items():
        back = kinds.get((other, one), kind)
        if one < other and back != kind and means("mutual") & {kind, back}:
            yield Problem(
                f"{one} and {other} name their relation differently: {kind} and {back}",
                f"{rule.register}: {one} → {other}; {other} → {one}",
                "a partnership has two partners",
                "Ask both, and enter the same kind for both directions.",
            )


def two_at_a_time(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find posts that two persons hold at the same time; an open end has not come."""
    since, until = rule.against
    for same in _alike(graph, rule).values():
        in_order = sorted(same, key=lambda r: (getattr(r, since), label(r)))
        for first, second in pairwise(in_order):
            end = getattr(first, until)
            if not end or (getattr(second, since) and end > getattr(second, since)):
                yield Problem(
                    f"Two at the same time: {label(first)} and {label(second)}",
                    entry(rule, second),
                    "the city has one of them at a time",
                    "Say until when the first one served.",
                )


def _alike(graph: Graph, rule: Rule) -> dict[tuple[Hashable, ...], list[Any]]:
    """Return the entries by what they say in the fields of a rule; texts alike but for capitals are the same."""
    found: dict[tuple[Hashable, ...], list[Any]] = defaultdict(list)
    has_words = bool(WORDS & set(rule.fields))
    for record in getattr(graph.registers, rule.register):
        said = tuple([getattr(record, field) for field in rule.fields])
        found[tuple(map(_plain, said)) if has_words else said].append(record)
    return found


def _plain(value: Hashable) -> Hashable:
    return " ".join(value.casefold().split()) if isinstance(value, str) else value


TESTS: dict[str, Test] = {
    test.__name__: test for test in (same_twice, tied_to_itself, two_kinds, two_kinds_back, two_at_a_time)
}
