"""Buildings: how many, how much land they stand on, how high they are."""

from __future__ import annotations

import numpy as np
import shapely

from almena.geo.crs import Geometries, reproject
from almena.geo.points import Indexes, positions
from almena.geo.polygons import clip, polygonal
from almena.geo.walkable import covered_area
from almena.measure.common import by_place, numbers, percent, ratio, unknown
from almena.measure.registry import indicator
from almena.measure.sources import fields_known
from almena.model.data import Layer
from almena.model.observation import SENSITIVITY, Cause, Result, Values, nothing
from almena.model.place import Places

NOT_ALL_DRAWN = "buildings may be missing from the source, or several drawn as one"
STOREY = 3.0
"""Metres from floor to floor, assumed, where only the height of a building is known."""


@indicator(version="1")
def buildings_count(buildings: Layer, *, places: Places) -> Result:
    """Count buildings by the place in which their middle lies, where the source covers it."""
    outlines, _ = _outlines(buildings, places)
    if not len(outlines):
        return nothing(places, "the source draws no building as a polygon")
    value = np.where(_known(buildings, places) > 0, by_place(positions(outlines), places), np.nan)
    return Result(value, coverage=_known(buildings, places), causes=(unknown(NOT_ALL_DRAWN),))


@indicator(version="1")
def building_land_share(buildings: Layer, *, places: Places) -> Result:
    """Return the ground that buildings stand on as a share of the covered area of each place, in percent."""
    outlines, _ = _outlines(buildings, places)
    if not len(outlines):
        return nothing(places, "the source draws no building as a polygon")
    covered = clip(places.geometry, covered_area(buildings, places.crs, places.city))
    ground = by_place(positions(outlines), places, shapely.area(outlines))
    whole = shapely.area(covered)
    return Result(
        percent(ground, whole),
        numerator=ground,
        denominator=whole,
        coverage=_known(buildings, places),
        causes=(unknown(NOT_ALL_DRAWN),),
        notes=("a building counts with all its ground in the place where its middle lies",),
    )


@indicator(version="1")
def mean_storeys(buildings: Layer, *, places: Places) -> Result:
    """Return the mean number of storeys of buildings whose height is known, weighted by the ground they stand on."""
    outlines, drawn = _outlines(buildings, places)
    storeys = _storeys(buildings)[drawn]
    known = np.isfinite(storeys)
    if not known.any():
        return nothing(places, "the source gives neither storeys nor height of any building")
    ground, xy = shapely.area(outlines), positions(outlines)
    whole = by_place(xy, places, ground)
    said = by_place(xy[known], places, ground[known])
    total = by_place(xy[known], places, (ground * storeys)[known])
    # a building that says nothing has at least one storey
    least = ratio(total + (whole - said), whole)
    value = ratio(total, said)
    return Result(
        value,
        coverage=_known(buildings, places),
        completeness=np.nan_to_num(ratio(said, whole)),
        causes=(Cause("buildings that say nothing have one storey", SENSITIVITY, least, value),),
        notes=(f"{int(known.sum())} of {len(known)} buildings say how high they are",),
    )


@indicator(version="1")
def building_fields_known(buildings: Layer, *, places: Places) -> tuple[Result, ...]:
    """Return the share of the fields that matter which the source of buildings fills, and each field beside it."""
    return fields_known(buildings, ("building", "levels", "height"), places)


def _outlines(buildings: Layer, places: Places) -> tuple[Geometries, Indexes]:
    """Return the polygons in the city's metric system, and which features they are."""
    drawn = np.flatnonzero(shapely.get_dimensions(buildings.geometry) == 2)
    return polygonal(reproject(buildings.geometry[drawn], buildings.crs, places.crs)), drawn


def _storeys(buildings: Layer) -> Values:
    levels, height = (numbers(buildings, name) for name in ("levels", "height"))
    return np.where(levels > 0, levels, np.where(height > 0, np.maximum(1.0, height / STOREY), np.nan))


def _known(buildings: Layer, places: Places) -> Values:
    """Return the share of each place that the source covers."""
    covered = clip(places.geometry, covered_area(buildings, places.crs, places.city))
    return np.clip(np.nan_to_num(ratio(shapely.area(covered), shapely.area(places.geometry))), 0.0, 1.0)
