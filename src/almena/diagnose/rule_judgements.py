"""Colours against answers, against each other and against values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from almena.diagnose.graph import JUDGED, PERSON, Graph
from almena.diagnose.rules import Circumstances, Rule, Test, means, together, told
from almena.model.problem import Problem
from almena.model.register import Judgement

WITHOUT_ANSWER = ("not_applicable", "not_available")
_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(%?)\s*")


def coloured_without_answer(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find indicators with a colour although nothing can be known of them."""
    for judged in graph.registers.judgements:
        if judged.colour in JUDGED and judged.completion in WITHOUT_ANSWER:
            yield Problem(
                f"{judged.indicator} is {judged.colour}, yet marked {judged.completion.replace('_', ' ')}",
                f"{rule.register}: {judged.indicator}",
                "what has no answer has no colour",
                "Take the colour back, or correct the status.",
            )


def two_colours(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find indicators that persons judged differently."""
    colours: dict[str, set[str]] = defaultdict(set)
    for judged in graph.registers.judgements:
        if judged.set_by == PERSON and judged.colour:
            colours[judged.indicator].add(judged.colour)
    for indicator, found in colours.items():
        if len(found) > 1:
            yield Problem(
                f"{indicator} has two colours: {together(sorted(found))}",
                f"{rule.register}: {indicator}",
                "the latest counts until somebody decides",
                "Decide which one holds, and say why.",
            )


def share_above(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find shares of a whole that exceed it, or are below nothing."""
    for judged in graph.judgements.values():
        value = _share_in(judged)
        if value is not None and not 0 <= value <= rule.limit:
            yield Problem(
                f"A share of {told(value)} per cent",
                f"{rule.register}: {judged.indicator}",
                "a share of a whole lies between 0 and 100",
                "Check the figure and its unit; growth is no share.",
            )


def looks_swapped(graph: Graph, _: Circumstances, rule: Rule) -> Iterator[Problem]:
    """Find siblings of one code whose colours follow their values neither up nor down."""
    for family in _siblings(graph).values():
        in_order = sorted(family, key=lambda pair: pair[0])
        steps = [JUDGED.index(judged.colour) for _, judged in in_order]
        distinct = len({value for value, _ in in_order}) == len(in_order)
        if len(steps) > 2 and distinct and steps not in (sorted(steps), sorted(steps, reverse=True)):
            shown = together(f"{j.indicator} {told(value)} {j.colour}" for value, j in in_order)
            yield Problem(
                f"Colours do not follow the values: {shown}",
                f"{rule.register}: {together(j.indicator for _, j in in_order)}",
                "indicators of one kind in one unit: two of them may be swapped",
                "Check which value belongs to which indicator; keep the colours if the scales differ.",
            )


def _siblings(graph: Graph) -> dict[tuple[str, str], list[tuple[float, Judgement]]]:
    """Return the judged values by the code that they share and by unit."""
    found: dict[tuple[str, str], list[tuple[float, Judgement]]] = defaultdict(list)
    for judged in graph.judgements.values():
        number = _NUMBER.fullmatch(judged.value)
        family, _, last = judged.indicator.rpartition(".")
        if number and family and last.isdigit() and judged.colour in JUDGED:
            found[family, judged.unit].append((float(number.group(1)), judged))
    return found


def _share_in(judged: Judgement) -> float | None:
    number = _NUMBER.fullmatch(judged.value)
    if number is None or not (number.group(2) or judged.unit.strip().casefold() in means("share")):
        return None
    return float(number.group(1))


TESTS: dict[str, Test] = {
    test.__name__: test for test in (coloured_without_answer, two_colours, share_above, looks_swapped)
}
