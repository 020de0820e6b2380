"""How far elements and components are answered, by the progress rule of the City Resilience Profiling Tool."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from almena.diagnose.graph import Graph
from almena.model.diagnosis import Progress
from almena.model.taxonomy import Question

SI, RQ, ALL, CARD = "si", "rq", "all", "card"
KINDS = (SI, RQ, ALL)
COMPLETE, NOT_STARTED = "complete", "pending"
DONE = ("complete", "not_available", "not_applicable", "alternative")
"""What counts as done; incomplete and pending are to do (workbook of 2020, progress rule)."""
STATUSES = ("complete", "incomplete", "pending", "not_available", "not_applicable", "alternative")
COLOURS = ("green", "yellow", "orange", "red", "qualitative", "not_applicable", "not_available")


def progress_of(graph: Graph) -> tuple[Progress, ...]:
    """
    Return the progress of the whole, of each element and of each component that is asked about.

    A component counts what its parts are asked. A question that nobody touched is pending; one that was judged without
    a status takes it from its colour: not available and not applicable mean the same in both lists, any other colour
    is complete. An indicator judged under a code that no pack knows counts as a question of its element.

    Parameters
    ----------
    graph : Graph
        The cause graph.
    """
    by_place: dict[str, list[Question]] = defaultdict(list)
    for question in asked(graph):
        inside = graph.taxonomy.within(graph.component_of(question.id) or question.component)
        for place in dict.fromkeys(("", graph.element_of(question.id) or question.element, *inside)):
            by_place[place].append(question)
    return tuple(
        progress
        for place in sorted(by_place, key=graph.rank)
        for kind in KINDS
        if (progress := _progress(graph, place, kind, by_place[place])).total
    )


def asked(graph: Graph) -> list[Question]:
    """Return all questions of the packs, and the judged indicators that no pack knows; cards are no questions."""
    known = graph.taxonomy.questions
    strangers = (
        Question(i, graph.title(i), graph.element_of(i), graph.component_of(i))
        for i in sorted(graph.judgements)
        if i not in known
    )
    return [*(q for q in known.values() if q.kind != CARD), *strangers]


def status_of(graph: Graph, question: str) -> str:
    """Return the completion status of a question."""
    judged = graph.judgements.get(question)
    if judged is None:
        return NOT_STARTED
    if judged.completion:
        return judged.completion
    if judged.colour in DONE:
        return judged.colour
    return COMPLETE if judged.colour else NOT_STARTED


def _progress(graph: Graph, place: str, kind: str, questions: Iterable[Question]) -> Progress:
    chosen = [q.id for q in questions if kind in (q.kind, ALL)]
    statuses = Counter(status_of(graph, q) for q in chosen)
    colours = Counter(colour for q in chosen if (colour := graph.colour(q)))
    done = sum(statuses[status] for status in DONE)
    return Progress(place, kind, len(chosen), done, _counts(statuses, STATUSES), _counts(colours, COLOURS))


def _counts(found: Counter[str], order: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((name, found[name]) for name in (*order, *sorted(set(found) - set(order))) if found[name])
