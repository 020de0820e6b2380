"""Municipal public services: water for fire fighting."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from almena.measure.common import (
    NOT_ALL_MAPPED,
    all_there,
    at_least,
    by_place,
    flags,
    in_metres,
    lists,
    passed_by,
    percent,
    piled,
    ratio,
    seen,
)
from almena.measure.derived_points import PlacedPoints
from almena.measure.registry import indicator
from almena.model.data import Layer
from almena.model.observation import SENSITIVITY, Cause, Result, enumerated, nothing
from almena.model.place import Places


@indicator(version="3")
def hydrants_count(hydrants: Layer, *, places: Places) -> Result:
    """Count the hydrants of the register in each place."""
    xy = in_metres(hydrants, places)
    heap = piled(xy)
    every, sure = seen(hydrants, by_place(xy, places)), by_place(xy[~heap], places)
    causes = [Cause("hydrants that share one position with four or more others", SENSITIVITY, sure, every)]
    if hydrants.at_least:
        causes.append(passed_by(every))
    share = float(heap.mean()) if len(heap) else 0.0
    return Result(every, causes=tuple(causes), piled=share, completeness=all_there(hydrants))


@indicator(version="2")
def emergency_stations_count(emergency_stations: Layer, *, places: Places) -> tuple[Result, ...]:
    """Count fire, police and ambulance stations on the map in each place, and by kind in the city; at least."""
    xy = in_metres(emergency_stations, places)
    kinds = lists(emergency_stations, "type")
    value = seen(emergency_stations, by_place(xy, places))
    notes = ("at least: " + NOT_ALL_MAPPED,)
    found = [Result(value, causes=(at_least(value),), notes=notes, completeness=np.nan)]
    for kind in dict.fromkeys(kinds[kinds != ""]):
        part = seen(emergency_stations, places.only_city(float(by_place(xy[kinds == kind], places)[0])))
        more = {"type": str(kind)}
        found.append(Result(part, causes=(at_least(part),), dimensions=more, completeness=np.nan))
    return tuple(found)


@indicator(version="1")
def hydrants_operable(hydrants: Layer, *, places: Places) -> Result:
    """Return the share of hydrants flagged operable, in percent."""
    if "operable" not in hydrants.fields:
        return nothing(places, "the register does not say which hydrants can be used")
    works, fails = flags(hydrants, "operable")
    xy, said = in_metres(hydrants, places), works | fails
    part, whole = by_place(xy[works], places), by_place(xy[said], places)
    value = percent(part, whole)
    every = by_place(xy, places)
    notes = [f"{int(fails.sum())} of {len(works)} hydrants are flagged not operable"]
    cause = enumerated(value)
    if not said.all():
        notes.append(f"the state of {int((~said).sum())} hydrants is not given: they are left out")
        silent = every - whole
        cause = Cause(
            "hydrants without a state", SENSITIVITY, percent(part, every), percent(part + silent, every)
        )
    return Result(
        value,
        numerator=part,
        denominator=whole,
        coverage=np.nan_to_num(ratio(whole, every)),
        causes=(cause,),
        notes=tuple(notes),
    )


@indicator(version="2")
def addresses_near_hydrant(
    address_points: PlacedPoints, hydrants: Layer, *, places: Places, distance: float
) -> Result:
    """Return the share of addresses with a usable hydrant within some metres in a straight line."""
    if hydrants.at_least:
        return nothing(places, "hydrants are known from a map only, which may lack most of them")
    homes, taps = address_points.xy, in_metres(hydrants, places)
    usable = taps[~flags(hydrants, "operable")[1]]
    if not len(usable) or not len(homes):
        return nothing(places, "no usable hydrant or no address is given")
    part = address_points.by_place(places, _near(homes, usable, distance))
    whole = address_points.by_place(places)
    every = percent(address_points.by_place(places, _near(homes, taps, distance)), whole)
    value = percent(part, whole)
    cause = Cause("all hydrants of the register, usable or not", SENSITIVITY, value, every)
    note = (
        "a straight line is shorter than a hose along streets; few informal settlements have address points"
    )
    return Result(value, numerator=part, denominator=whole, causes=(cause,), notes=(note,))


def _near(homes: np.ndarray, taps: np.ndarray, distance: float) -> np.ndarray:
    metres = cKDTree(taps).query(homes, distance_upper_bound=distance)[0]
    return np.asarray(np.isfinite(metres))
