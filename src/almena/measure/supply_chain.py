"""Supply chain and logistics: where food comes within reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from almena.geo.crs import reproject
from almena.measure.access import access_results
from almena.measure.common import (
    NOT_ALL_MAPPED,
    by_place,
    in_metres,
    lists,
    passed_by,
    seen,
    square_kilometres,
    unknown,
)
from almena.measure.derived_events import alone
from almena.measure.derived_walk import Walk
from almena.measure.doors import ways_in
from almena.measure.registry import indicator
from almena.model.data import Layer
from almena.model.observation import MODELLED, Result
from almena.model.place import Places


@indicator(version="2")
def food_access(
    food_shops: Layer,
    walk: Walk,
    *,
    places: Places,
    distance: float,
) -> tuple[Result, ...]:
    """Return the share of people within a walk of a supermarket or fresh-food market."""
    slack = walk.to(ways_in(food_shops, walk.network, places), distance) - distance
    causes = (unknown("shops may be missing from the map"),)
    return access_results(walk, slack, places=places, causes=causes)


@indicator(version="2")
def food_shops_count(food_shops: Layer, *, places: Places) -> Result:
    """Count the supermarkets and fresh-food markets of the source in each place; at least."""
    value = seen(food_shops, by_place(in_metres(food_shops, places), places))
    notes = ("at least: " + NOT_ALL_MAPPED,)
    return Result(value, causes=(passed_by(value),), completeness=np.nan, notes=notes)


@indicator(version="1")
def crop_area(crops: Layer, *, places: Places) -> tuple[Result, ...]:
    """Measure crop fields inside the boundary, in km², whole and by crop; overlaps of one crop count once."""
    return crop_areas(crops, places.city, places, crops.date)


def crop_areas(crops: Layer, area: Any, places: Places, period: str) -> tuple[Result, ...]:
    """
    Measure crop fields inside an area.

    Parameters
    ----------
    crops : Layer
        Fields by crop.
    area : shapely geometry
        What to measure inside, in the city's metric system.
    places : Places
        The city.
    period : str
        Period of the result.

    Returns
    -------
    tuple of Result
        The whole, then each crop, in km².
    """
    fields = shapely.make_valid(reproject(crops.geometry, crops.crs, places.crs))
    names = lists(crops, "crop")
    causes = (unknown("fields are drawn from satellite cells"),)
    results = []
    for name in ("", *dict.fromkeys(names[names != ""])):
        chosen = fields if not name else fields[names == name]
        inside = shapely.intersection(shapely.union_all(chosen), area)
        value = places.only_city(float(np.nan_to_num(square_kilometres(alone(inside), places.crs)[0])))
        dimensions = {"crop": str(name)} if name else {}
        results.append(Result(value, causes=causes, status=MODELLED, period=period, dimensions=dimensions))
    return tuple(results)
