"""Whom the street data leave out: shares of the area, of all people, of settlements and of the people flooded."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from almena.geo.crs import reproject
from almena.measure.derived_events import PeopleInside
from almena.measure.derived_people import People
from almena.model.data import Layer
from almena.packs.language import say
from almena.publish.event import Event
from almena.publish.facts import Facts

STREETS, PEOPLE, FLOODED = "streets", "people", "people_in_event"
WALKERS = "people in the covered area"  # the denominator of every card that measures walking distances
GROUP, SETTLED = "group", "informal settlements"


def covered_area(streets: Layer, city: Any, crs: str) -> Any:
    """
    Return the part of the city that the street data speak of.

    Parameters
    ----------
    streets : Layer
        Streets; where they do not say what they cover, their extent counts.
    city : shapely geometry
        The city in ``crs``.
    crs : str
        The city's metric coordinate system.
    """
    known = streets.covered
    if known is None:
        known = shapely.box(*shapely.total_bounds(streets.geometry))
    moved = reproject(np.array([known], dtype=object), streets.crs, crs)[0]
    return shapely.intersection(moved, city)


def street_coverage(facts: Facts, event: Event | None) -> dict[str, float]:
    """
    Return the share, 0 to 1, of the city and of its people that the street data cover, by what is covered.

    Without street data there is nothing to tell, and a share that cannot be computed is left out.
    """
    streets, places = facts.material.layer(STREETS), facts.material.places
    if not isinstance(streets, Layer) or not len(streets):
        return {}
    area = covered_area(streets, places.city, places.crs)
    shares = {
        say("Of the area of the city"): float(shapely.area(area) / shapely.area(places.city)),
        say("Of its people"): _of_people(facts),
        say("Of the people of informal settlements"): _of_settlements(facts),
        say("Of the people inside the flood outline"): _of_flooded(facts, area) if event else None,
    }
    return {what: share for what, share in shares.items() if share is not None}


def _walking(facts: Facts) -> list[str]:
    return [card.id for card in facts.material.cards.values() if card.denominator == WALKERS]


def _of_people(facts: Facts) -> float | None:
    found = (o.coverage for i in _walking(facts) if (o := facts.value(i)) is not None)
    return next((share for share in found if share), None)


def _of_settlements(facts: Facts) -> float | None:
    found = (o.coverage for i in _walking(facts) for o in facts.others(i) if (GROUP, SETTLED) in o.dimensions)
    return next((share for share in found if share), None)


def _of_flooded(facts: Facts, area: Any) -> float | None:
    """Return the share of the people inside the outline whose raster cell has its centre in the covered area."""
    people, flooded = facts.material.layer(PEOPLE), facts.material.layer(FLOODED)
    if not isinstance(people, People) or not isinstance(flooded, PeopleInside):
        return None
    wet = np.asarray(flooded.fraction[[0]].toarray())[0] * people.count
    inside = shapely.contains_xy(area, people.xy[:, 0], people.xy[:, 1])
    return float(wet[inside].sum() / wet.sum()) if wet.sum() > 0 else None
