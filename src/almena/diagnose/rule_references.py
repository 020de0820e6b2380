"""References that lead nowhere, and attachments that go through what does not hold them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches

from almena.diagnose.graph import Graph
from almena.diagnose.rules import Circumstances, Rule, Test, entry, label, named
from almena.model.problem import Problem
from almena.model.register import IndicatorLink


def _stakeholders(graph: Graph) -> Collection[str]:
    return {s.id for s in graph.registers.stakeholders}


def _priorities(graph: Graph) -> Collection[str]:
    return {p.id for p in graph.registers.priorities}


def _places(graph: Graph) -> Collection[str]:
    return {*graph.taxonomy.elements, *graph.taxonomy.components}


def _indicators(graph: Graph) -> Collection[str]:
    return {*graph.taxonomy.questions, *graph.judgements}


KNOWN: dict[str, Callable[[Graph], Collection[str]]] = {
    "stakeholder": _stakeholders,
    "priority": _priorities,
    "place": _places,
    "component": lambda graph: graph.taxonomy.components,
    "hazard": lambda graph: graph.taxonomy.hazards,
    "hazard_or_shock": lambda graph: {*graph.taxonomy.hazards, *graph.record},
    "stress": lambda graph: {s.id for s in graph.registers.stresses},
    "stressor": lambda graph: {s.id for s in graph.registers.stressors},
    "indicator": _indicators,
    "question": lambda graph: graph.taxonomy.questions,
}
OF_PACKS = ("place", "component", "hazard", "hazard_or_shock", "question")
"""Kinds that a vocabulary defines: where no pack brings one, nothing can be said."""


def refers(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find entries that name what is not defined."""
    kind = rule.against[0]
    known = KNOWN[kind](graph)
    if kind in OF_PACKS and not known:
        return
    for record in getattr(graph.registers, rule.register):
        for field in rule.fields:
            for name in _names(getattr(record, field)):
                if name not in known and not (kind == "question" and record.title):
                    yield _unknown(rule, record, field, name, known)


def untied(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find attachments through something that, by its own register, does not lead there."""
    inner, outer = rule.fields[0], rule.against[0]
    leads = _leads(graph, inner)
    for link in graph.registers.links:
        name, end = getattr(link, inner), getattr(link, outer)
        if name and end and name in leads and end not in leads[name]:
            yield Problem(
                f"{link.indicator} comes to {end} through {name}, which is not tied to it",
                _where(rule, link),
                "the registers of the two say nothing of each other",
                f"Tie {name} to {end} in its register, or correct the attachment.",
            )


def _leads(graph: Graph, inner: str) -> dict[str, set[str]]:
    """Return what each stressor, stress or hazard leads to; one that leads nowhere yet is not judged."""
    registers = graph.registers
    pairs = {
        "stressor": ((t, s.id) for s in registers.stresses for t in s.stressors),
        "stress": ((s.id, p) for s in registers.stresses for p in s.priorities),
        "hazard": ((h, p.id) for p in registers.priorities for h in p.hazards),
    }[inner]
    found: dict[str, set[str]] = {}
    for start, end in pairs:
        found.setdefault(start, set()).add(end)
    return found


def _where(rule: Rule, link: IndicatorLink) -> str:
    return f"{rule.register}: {label(link)}"


def _names(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in ((value,) if isinstance(value, str) else value) if name)


def _unknown(rule: Rule, record: object, field: str, name: str, known: Collection[str]) -> Problem:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.8)
    remedy = f"Did you mean {near[0]}?" if near else "Add it to its register, or correct the name."
    return Problem(
        f"{named(rule, field)}: {name} is not defined",
        entry(rule, record),
        "the reference leads nowhere",
        remedy,
    )


TESTS: dict[str, Test] = {test.__name__: test for test in (refers, untied)}
