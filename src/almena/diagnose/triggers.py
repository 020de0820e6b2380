"""What a shock sets off, and what that sets off in turn: from the records, and apart from it, as publications say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from almena.diagnose.graph import Graph
from almena.diagnose.ways import Ways, ways_from
from almena.model.diagnosis import Trigger

FURTHEST_POSSIBILITY = 2  # steps; assumed: with the literature's edges nearly all follows from all beyond it


def triggers_of(graph: Graph) -> tuple[Trigger, ...]:
    """
    Return every chain of causes and effects, by cause, order and effect.

    The chains from the records are complete: an effect is listed when some chain of records leads to it, the cause
    itself included where it comes back to itself. Chains that need an edge of the literature are possibilities: they
    start at hazards that the city has on record or tied to a priority matter, reach `FURTHEST_POSSIBILITY` steps, and
    name only what no chain of records reaches.

    Parameters
    ----------
    graph : Graph
        The cause graph.
    """
    found = [t for cause in sorted(graph.sets_off) for t in _recorded(graph, cause)]
    return (*found, *_possible(graph))


def _recorded(graph: Graph, cause: str) -> Iterator[Trigger]:
    for effect, path in _nearest_first(graph.ways(cause)):
        yield _trigger(graph, cause, effect, path)


def _possible(graph: Graph) -> Iterator[Trigger]:
    if not graph.taxonomy.edges:
        return
    effects = {cause: set(ends) for cause, ends in graph.sets_off.items()}
    for edge in graph.taxonomy.edges:
        effects.setdefault(edge.cause, set()).add(edge.effect)
    following = {cause: sorted(ends) for cause, ends in effects.items()}
    tied = {hazard for matter in graph.registers.priorities for hazard in matter.hazards}
    for cause in sorted({*graph.shocks, *tied}):
        known = {cause, *graph.ways(cause)}
        for effect, path in _nearest_first(ways_from(cause, following, FURTHEST_POSSIBILITY)):
            if effect not in known:
                yield _trigger(graph, cause, effect, path)


def _nearest_first(ways: Ways) -> list[tuple[str, tuple[str, ...]]]:
    return sorted(ways.items(), key=lambda way: (len(way[1]), way[0]))


def _trigger(graph: Graph, cause: str, effect: str, path: tuple[str, ...]) -> Trigger:
    records = tuple(graph.sets_off.get(start, {}).get(end, ()) for start, end in pairwise(path))
    return Trigger(cause, effect, len(path) - 1, path, records, from_records=all(records))
