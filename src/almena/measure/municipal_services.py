"""Municipal public services: water for fire fighting."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from almena.measure.common import by_place, in_metres, percent, piled
from almena.measure.registry import indicator
from almena.model.data import Layer
from almena.model.observation import SENSITIVITY, Cause, Result, enumerated, nothing
from almena.model.place import Places


@indicator(version="1")
def hydrants_count(hydrants: Layer, *, places: Places) -> Result:
    """Count the hydrants of the register in each place."""
    xy = in_metres(hydrants, places)
    heap = piled(xy)
    every, sure = by_place(xy, places), by_place(xy[~heap], places)
    cause = Cause("hydrants that share one position with four or more others", SENSITIVITY, sure, every)
    return Result(every, causes=(cause,), piled=float(heap.mean()) if len(heap) else 0.0)


@indicator(version="1")
def hydrants_operable(hydrants: Layer, *, places: Places) -> Result:
    """Return the share of hydrants flagged operable, in percent."""
    if "operable" not in hydrants.fields:
        return nothing(places, "the register does not say which hydrants can be used")
    works = _works(hydrants)
    xy = in_metres(hydrants, places)
    part, whole = by_place(xy[works], places), by_place(xy, places)
    value = percent(part, whole)
    note = f"{int((~works).sum())} of {len(works)} hydrants are flagged not operable"
    return Result(value, numerator=part, denominator=whole, causes=(enumerated(value),), notes=(note,))


@indicator(version="1")
def addresses_near_hydrant(addresses: Layer, hydrants: Layer, *, places: Places, distance: float) -> Result:
    """Return the share of addresses with a usable hydrant within some metres in a straight line."""
    homes, taps = in_metres(addresses, places), in_metres(hydrants, places)
    usable = taps[_works(hydrants)] if "operable" in hydrants.fields else taps
    if not len(usable) or not len(homes):
        return nothing(places, "no usable hydrant or no address is given")
    part, whole = by_place(homes[_near(homes, usable, distance)], places), by_place(homes, places)
    every = percent(by_place(homes[_near(homes, taps, distance)], places), whole)
    value = percent(part, whole)
    cause = Cause("all hydrants of the register, usable or not", SENSITIVITY, value, every)
    note = (
        "a straight line is shorter than a hose along streets; few informal settlements have address points"
    )
    return Result(value, numerator=part, denominator=whole, causes=(cause,), notes=(note,))


def _works(hydrants: Layer) -> np.ndarray:
    return np.array([bool(v) for v in hydrants.fields["operable"]])


def _near(homes: np.ndarray, taps: np.ndarray, distance: float) -> np.ndarray:
    metres = cKDTree(taps).query(homes, distance_upper_bound=distance)[0]
    return np.asarray(np.isfinite(metres))
