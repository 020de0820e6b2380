"""Where stresses and shocks meet: on the same urban elements, or on the same indicators."""

from __future__ import annotations

from almena.diagnose.graph import Graph
from almena.model.diagnosis import SharedGround


def shared_of(graph: Graph) -> tuple[SharedGround, ...]:
    """
    Return every pair of a shock on record and a stress that meet, by hazard and stress.

    They meet on an element when a record names it, or a component of it, as hit and the stress bears on it; and on an
    indicator that is attached through both.

    Parameters
    ----------
    graph : Graph
        The cause graph.
    """
    borne = {s.id: {graph.taxonomy.element_of(e) or e for e in s.elements} for s in graph.registers.stresses}
    borne |= {stress: set() for stress in graph.by_stress if stress not in borne}
    through = {stress: {link.indicator for link in graph.by_stress.get(stress, ())} for stress in borne}
    found = []
    for hazard in sorted({*graph.shocks, *graph.by_hazard}):
        struck = set(graph.elements_hit(hazard))
        attached = {link.indicator for link in graph.by_hazard.get(hazard, ())}
        for stress in sorted(borne):
            elements, common = borne[stress] & struck, through[stress] & attached
            if elements or common:
                found.append(SharedGround(hazard, stress, graph.in_order(elements), tuple(sorted(common))))
    return tuple(found)
