"""What people entered that cannot all be true, refers to nothing, or should be looked at again."""

from __future__ import annotations

from almena.diagnose import (
    rule_answers,
    rule_dates,
    rule_figures,
    rule_judgements,
    rule_pairs,
    rule_references,
)
from almena.diagnose.graph import Graph
from almena.diagnose.rules import Circumstances, Given, Test, rules
from almena.model.problem import Problem

__all__ = ["TESTS", "Circumstances", "Given", "contradictions_of"]

TESTS: dict[str, Test] = {
    **rule_figures.TESTS,
    **rule_dates.TESTS,
    **rule_references.TESTS,
    **rule_pairs.TESTS,
    **rule_judgements.TESTS,
    **rule_answers.TESTS,
}


def contradictions_of(graph: Graph, circumstances: Circumstances) -> tuple[Problem, ...]:
    """
    Apply every rule of ``diagnosis_rules.csv``.

    Parameters
    ----------
    graph : Graph
        The cause graph.
    circumstances : Circumstances
        What the rules compare with.

    Returns
    -------
    tuple of Problem
        In the order of the rules, then of the entries; each names the entries and what may be wrong. Nothing is
        corrected, and nothing is left out of the findings because of it.
    """
    found: dict[Problem, None] = {}
    for rule in rules():
        for problem in sorted(TESTS[rule.test](graph, circumstances, rule)):
            found[problem] = None
    return tuple(found)
