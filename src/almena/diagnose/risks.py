"""Hazards by what is recorded of them, beside those of which nothing is."""

from __future__ import annotations

from collections.abc import Iterable

from almena.diagnose.graph import Graph, began
from almena.diagnose.sums import sums_of
from almena.model.diagnosis import Risk, SharedGround
from almena.model.taxonomy import Hazard

_ORDERED_BY = ("people_direct", "people_indirect")


def risks_of(graph: Graph, shared: Iterable[SharedGround]) -> tuple[Risk, ...]:
    """
    Return the hazards with records, those with the greatest recorded effect first.

    Parameters
    ----------
    graph : Graph
        The cause graph.
    shared : iterable of SharedGround
        Where stresses meet shocks.
    """
    stresses: dict[str, list[str]] = {}
    for ground in shared:
        stresses.setdefault(ground.hazard, []).append(ground.stress)
    risks = [_risk(graph, hazard, tuple(stresses.get(hazard, ()))) for hazard in sorted(graph.shocks)]
    return tuple(sorted(risks, key=_place_in_order))


def unrecorded_of(graph: Graph) -> tuple[str, ...]:
    """Return the hazards of the taxonomy without any record, in its order; none of them is known to be absent."""
    return tuple(hazard for hazard in graph.taxonomy.hazards if hazard not in graph.shocks)


def _risk(graph: Graph, hazard: str, stresses: tuple[str, ...]) -> Risk:
    records = graph.shocks[hazard]
    named = graph.taxonomy.hazards.get(hazard, Hazard(hazard, hazard))
    attached = tuple(dict.fromkeys(link.indicator for link in graph.by_hazard.get(hazard, ())))
    elements = graph.elements_hit(hazard)
    hit = (place for place in graph.hit.get(hazard, ()) if place in graph.taxonomy.components)
    told = set(attached)
    around = [i for e in elements for i in graph.of_place.get(e, ())]
    nearby = tuple(i for i in around if i not in told)
    return Risk(
        hazard=hazard,
        title=named.title,
        group=named.group,
        type=named.type,
        records=tuple(record.id for record in records),
        first=began(records[0]),
        last=began(records[-1]),
        sums=sums_of(records),
        elements=elements,
        components=graph.in_order(filter(None, [*map(graph.component_of, attached), *hit])),
        indicators=attached,
        red=graph.red(attached),
        nearby=nearby,
        nearby_red=graph.red(nearby),
        stresses=stresses,
        priorities=priorities_of_hazard(graph, hazard),
    )


def priorities_of_hazard(graph: Graph, hazard: str) -> tuple[str, ...]:
    """Return the priority matters tied to a hazard, themselves or through an indicator."""
    tied = [p.id for p in graph.registers.priorities if hazard in p.hazards]
    return tuple(sorted({*tied, *(link.priority for link in graph.by_hazard.get(hazard, ()))}))


def _place_in_order(risk: Risk) -> tuple[object, ...]:
    values = {s.effect: s.value for s in risk.sums}
    says_nothing = all(s.value is None for s in risk.sums)
    ordered = [(values[e] is None, -(values[e] or 0.0)) for e in _ORDERED_BY]
    return says_nothing, *ordered, -len(risk.records), risk.hazard
