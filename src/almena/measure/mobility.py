"""Mobility: public transport within a walk, and streets to walk on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from almena.geo.crs import reproject_xy
from almena.geo.junctions import consolidate
from almena.geo.lines import length_inside
from almena.geo.network import WalkNetwork
from almena.geo.points import count_in
from almena.geo.timetable import StopService
from almena.measure.access import access_results
from almena.measure.common import (
    by_place,
    covered_by,
    in_metres,
    lists,
    percent,
    ratio,
    seen,
    unknown,
)
from almena.measure.derived_people import Floats, Walkers
from almena.measure.derived_transport import Stops
from almena.measure.derived_walk import Walk
from almena.measure.registry import indicator
from almena.model.data import Layer
from almena.model.observation import SENSITIVITY, Cause, Result
from almena.model.place import Places

RAIL = ("rail", "metro", "subway", "light_rail", "tram", "monorail")
SMALLEST = 0.01  # km² of covered area below which nothing is said of a place, as for junctions
BUS_WALK, RAIL_WALK = 500.0, 1000.0  # metres, UN SDG metadata 11.2.1


@indicator(version="1")
def transit_access(
    all_stops: Stops,
    walk: Walk,
    *,
    places: Places,
    distance: float,
) -> tuple[Result, ...]:
    """Return the share of people within a walk of any stop of any list."""
    slack = walk.to(all_stops.xy, distance) - distance
    causes = _by_list(walk, all_stops, distance)
    return access_results(walk, slack, places=places, causes=causes)


def _by_list(walk: Walk, all_stops: Stops, distance: float) -> tuple[Cause, ...]:
    """Return what each list of stops alone would give."""
    names = np.unique(all_stops.source)
    if len(names) < 2:
        return ()
    whole = walk.walkers.sum()
    found = []
    for name in names:
        metres = walk.to(all_stops.xy[all_stops.source == name], distance)
        alone = percent(walk.walkers.sum((metres <= distance).astype(float)), whole)
        found.append(Cause(f"only the stops of {name}", SENSITIVITY, alone, alone))
    return tuple(found)


@indicator(version="2")
def frequent_transit_access(
    stop_service: StopService,
    walk: Walk,
    *,
    places: Places,
    distance: float,
    headway: float,
) -> tuple[Result, ...]:
    """Return the share of people within a walk of a stop with at most some minutes between departures."""
    xy = reproject_xy(stop_service.xy, "EPSG:4326", places.crs)
    often = stop_service.headway_min <= headway
    slack = walk.to(xy[often], distance) - distance
    days = "–".join(str(d) for d in sorted({part.days for part in stop_service.parts}))
    notes = (
        f"service between {' and '.join(stop_service.windows)} on {days} ordinary weekdays",
        f"{100 * stop_service.interpolated_share:.0f} % of the times at stops are interpolated along the trip",
    )
    causes = (unknown("the timetable given may not hold all lines and hours"),)
    results = access_results(walk, slack, places=places, causes=causes, notes=notes, period=stop_service.date)
    return tuple(replace(result, completeness=1 - stop_service.interpolated_share) for result in results)


@indicator(version="1")
def sdg_11_2_1(
    all_stops: Stops,
    walk: Walk,
    *,
    places: Places,
) -> tuple[Result, ...]:
    """Return the share of people within 500 m of a bus stop or 1 km of a rail station, along the network."""
    rail = all_stops.of(*RAIL)
    slack: Floats = walk.to(all_stops.xy[~rail], BUS_WALK) - BUS_WALK
    if rail.any():
        slack = np.minimum(slack, walk.to(all_stops.xy[rail], RAIL_WALK) - RAIL_WALK)
    notes = (f"{int(rail.sum())} rail stations; stops without a mode count as bus stops",)
    return access_results(walk, slack, places=places, notes=notes)


@indicator(version="1")
def transit_stops_count(all_stops: Stops, *, places: Places) -> Result:
    """Count distinct stops in each place: positions within 15 m of each other are one (assumed)."""
    few, value, many = (
        by_place(consolidate(all_stops.xy, metres)[0], places) for metres in (30.0, 15.0, 5.0)
    )
    return Result(value, causes=(Cause("entries merged within 30 m, or within 5 m", SENSITIVITY, few, many),))


@indicator(version="1")
def bus_terminals_count(bus_terminals: Layer, *, places: Places) -> tuple[Result, ...]:
    """Count terminals in each place, and by class in the city."""
    xy = in_metres(bus_terminals, places)
    value = seen(bus_terminals, by_place(xy, places))
    results = [Result(value, causes=(unknown("the list may not be complete"),))]
    names = lists(bus_terminals, "class")
    for name in dict.fromkeys(names[names != ""]):
        part = places.only_city(float(count_in(xy[names == name], places.geometry[:1])[0]))
        results.append(
            Result(part, causes=(unknown("the list may not be complete"),), dimensions={"class": str(name)})
        )
    return tuple(results)


@indicator(version="2")
def walk_network_density(
    walk_network: WalkNetwork, walkers: Walkers | None = None, *, places: Places
) -> Result:
    """Measure walkable streets and paths in the covered area of each place, in km per km² of it."""
    covered, size = covered_by(walk_network, places)
    length = length_inside(walk_network.segments, covered) / 1000
    return Result(
        np.where(size > SMALLEST, ratio(length, size), np.nan),
        numerator=length,
        denominator=size,
        coverage=np.nan_to_num(walkers.coverage) if walkers is not None else 1.0,
        causes=(unknown("paths may be missing from the map"),),
        period=walk_network.date,
    )
