"""What can be said of reach where no count of people is at hand: shares of buildings, never called people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from almena.geo.network import Snapped, open_space_entries
from almena.geo.points import inside
from almena.measure.common import by_place, percent, unknown
from almena.measure.derived_buildings import BuildingWalk
from almena.measure.derived_events import alone
from almena.measure.derived_facilities import NAMELESS, OpenSpaces, named_mask, teaching_mask
from almena.measure.derived_transport import Stops
from almena.measure.doors import ways_in
from almena.measure.registry import indicator
from almena.model.data import Layer
from almena.model.observation import PROXY, SENSITIVITY, Cause, Result, Values, nothing
from almena.model.place import Places

NOT_PEOPLE = "buildings stand for people: a tower counts as much as a cottage, and the map may lack some"
NO_BUILDING = "no building of the map lies in the covered area"


@indicator(version="1")
def buildings_near_school(
    building_walk: BuildingWalk, schools: Layer, *, places: Places, distance: float
) -> Result:
    """Return the share of buildings within a walk of a primary or secondary school."""
    teaching = schools.take(np.flatnonzero(teaching_mask(schools)))
    return _near(building_walk, ways_in(teaching, building_walk.network, places), distance, places)


@indicator(version="1")
def buildings_near_hospital(
    building_walk: BuildingWalk, real_hospitals: Layer, *, places: Places, distance: float
) -> Result:
    """Return the share of buildings within a walk of a hospital; clinics are none."""
    found = _near(building_walk, ways_in(real_hospitals, building_walk.network, places), distance, places)
    named = named_mask(real_hospitals)
    if named.all() or found.missing:
        return found
    sure = real_hospitals.take(np.flatnonzero(named))
    less = _near(building_walk, ways_in(sure, building_walk.network, places), distance, places).value
    return replace(found, causes=(*found.causes, Cause(NAMELESS, SENSITIVITY, less, less)))


@indicator(version="1")
def buildings_near_food(
    building_walk: BuildingWalk, food_shops: Layer, *, places: Places, distance: float
) -> Result:
    """Return the share of buildings within a walk of a supermarket or fresh-food market."""
    return _near(building_walk, ways_in(food_shops, building_walk.network, places), distance, places)


@indicator(version="1")
def buildings_near_transit(
    building_walk: BuildingWalk, all_stops: Stops, *, places: Places, distance: float
) -> Result:
    """Return the share of buildings within a walk of any stop of any list."""
    return _near(building_walk, all_stops.xy, distance, places)


@indicator(version="1")
def buildings_near_open_space(
    building_walk: BuildingWalk, public_open_spaces: OpenSpaces, *, places: Places, distance: float
) -> Result:
    """Return the share of buildings within a walk of any public open space."""
    entries, _ = open_space_entries(building_walk.network, public_open_spaces.geometry)
    return _near(building_walk, entries, distance, places)


@indicator(version="1")
def buildings_hospital_distance(
    building_walk: BuildingWalk, real_hospitals: Layer, *, places: Places, farthest: float
) -> Result:
    """Return the walk from half of the buildings of each place to the nearest hospital, at most, in metres."""
    metres = building_walk.to(ways_in(real_hospitals, building_walk.network, places), farthest)
    value = _median_walk(building_walk, metres, places)
    cut = int((~np.isfinite(metres)).sum())
    notes = (f"{cut} of {len(metres)} buildings have no hospital on foot within {farthest / 1000:,.0f} km",)
    causes = [unknown(NOT_PEOPLE)]
    named = named_mask(real_hospitals)
    if not named.all():
        sure = ways_in(real_hospitals.take(np.flatnonzero(named)), building_walk.network, places)
        more = _median_walk(building_walk, building_walk.to(sure, farthest), places)
        causes.append(Cause(NAMELESS, SENSITIVITY, more, more))
    return Result(value, causes=tuple(causes), status=PROXY, notes=notes, period=building_walk.date)


def _median_walk(walk: BuildingWalk, metres: Values, places: Places) -> Values:
    """Return the middle walk in each place; NaN where half of the buildings or more reach nothing."""
    value = places.nothing()
    for index, shape in enumerate(places.geometry):
        here = metres[inside(walk.xy, alone(shape)) >= 0]
        middle = float(np.median(here)) if len(here) else np.nan
        value[index] = middle if np.isfinite(middle) else np.nan
    return value


def _near(walk: BuildingWalk, destinations: np.ndarray | Snapped, distance: float, places: Places) -> Result:
    if not len(walk.xy):
        return nothing(places, NO_BUILDING)
    near = walk.to(destinations, distance) <= distance
    part, whole = by_place(walk.xy[near], places), by_place(walk.xy, places)
    value = percent(part, whole)
    causes = [unknown(NOT_PEOPLE)]
    if walk.dwelling.any():
        homes = percent(
            by_place(walk.xy[near & walk.dwelling], places), by_place(walk.xy[walk.dwelling], places)
        )
        said = np.where(np.isnan(homes), value, homes)
        causes.append(Cause("only buildings that the map calls dwellings", SENSITIVITY, said, said))
    far = int((walk.start.edge < 0).sum())
    notes = (f"{far} of {len(walk.xy)} buildings are farther than 200 m from any mapped street", *walk.notes)
    return Result(
        value,
        numerator=part,
        denominator=whole,
        causes=tuple(causes),
        status=PROXY,
        notes=notes,
        period=walk.date,
    )
