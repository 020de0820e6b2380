"""Priority matters with the case for each of them, the case against it, and what could overturn it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from almena.diagnose.graph import GREEN, JUDGED, RED, Graph
from almena.diagnose.progress import COLOURS
from almena.model.diagnosis import Priority
from almena.model.register import PriorityMatter

UNKNOWN = ("", "not_available")


def priorities_of(graph: Graph) -> tuple[Priority, ...]:
    """
    Return the priority matters, those with more red indicators first.

    A priority that only a link or a stress names is told too, under its id: nothing that was entered gets lost.

    Parameters
    ----------
    graph : Graph
        The cause graph.
    """
    told = {p.id: p for p in graph.registers.priorities}
    named = {*graph.by_priority, *(p for s in graph.registers.stresses for p in s.priorities)}
    matters = [*told.values(), *(PriorityMatter(p, p) for p in named if p and p not in told)]
    found = (_priority(graph, matter) for matter in matters)
    return tuple(sorted(found, key=lambda p: (-len(p.red), -_judged(p), p.id)))


def _priority(graph: Graph, matter: PriorityMatter) -> Priority:
    links = graph.by_priority.get(matter.id, ())
    attached = tuple(dict.fromkeys(link.indicator for link in links))
    bearing = [s for s in graph.registers.stresses if matter.id in s.priorities]
    stressors = [t for s in bearing for t in s.stressors]
    colours = Counter(graph.colour(i) for i in attached)
    return Priority(
        id=matter.id,
        title=matter.title,
        description=matter.description,
        hazards=_set([*matter.hazards, *(k.hazard for k in links)]),
        stresses=_set([*(s.id for s in bearing), *(k.stress for k in links)]),
        stressors=_set([*stressors, *(k.stressor for k in links)]),
        colours=tuple((c, colours[c]) for c in COLOURS if colours[c]),
        red=_coloured(graph, attached, (RED,)),
        speaks_against=_coloured(graph, attached, (GREEN,)),
        without_colour=_coloured(graph, attached, UNKNOWN),
        policies=_set(p.id for p in graph.registers.policies if matter.id in p.priorities),
        stakeholders=_stakeholders(graph, matter.id),
    )


def _stakeholders(graph: Graph, priority: str) -> tuple[str, ...]:
    ties = (r for r in graph.registers.relations if r.priority == priority)
    owners = (o for p in graph.registers.policies if priority in p.priorities for o in p.stakeholders)
    return _set([*(end for tie in ties for end in (tie.source, tie.target)), *owners])


def _coloured(graph: Graph, indicators: Iterable[str], colours: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(i for i in indicators if graph.colour(i) in colours))


def _judged(priority: Priority) -> int:
    return sum(number for colour, number in priority.colours if colour in JUDGED)


def _set(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}))
