"""The world around a city: earthquakes, other cities, and its own line in the lists of the world."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from almena.geo.crs import reproject_xy
from almena.geo.points import positions
from almena.measure.common import lists, plain, unknown
from almena.measure.countries import AS_PUBLISHED, country_place
from almena.measure.dates import last_day
from almena.measure.registry import indicator
from almena.model.data import Layer, Table
from almena.model.observation import REPORTED, Result, Values, enumerated, nothing
from almena.model.place import Places

DEGREES = "EPSG:4326"
MILLION = 1e6
FAR = 1_000_000.0  # metres from the middle of the city beyond which its own size does not matter (assumed)
SAME_CITY = 50.0  # km, assumed: a city of the same name and country farther away is a namesake


@indicator(version="1")
def earthquakes_nearby(earthquakes: Layer, *, places: Places, radius: float) -> Result:
    """Count the earthquakes of the catalogue within some kilometres of the city, in its window of time only."""
    distance = _kilometres(earthquakes, places)
    near = distance <= radius
    value = places.only_city(float(near.sum()))
    magnitude = np.asarray(earthquakes.fields["magnitude"], dtype=float)
    least = (
        f"the smallest of magnitude {np.nanmin(magnitude):.1f}; small ones are recorded in some regions only"
    )
    notes = (
        f"the catalogue covers {earthquakes.date} only: it says nothing of earthquakes before and after",
        f"{len(earthquakes):,} earthquakes of the world are in it, {least}",
    )
    causes = (unknown("small earthquakes are recorded in some regions only"),)
    return Result(value, causes=causes, status=REPORTED, period=earthquakes.date, notes=notes)


@indicator(version="1")
def strongest_earthquake_nearby(earthquakes: Layer, *, places: Places, radius: float) -> Result:
    """Return the largest magnitude within some kilometres of the city, with its depth and distance."""
    distance = _kilometres(earthquakes, places)
    magnitude = np.asarray(earthquakes.fields["magnitude"], dtype=float)
    near = np.flatnonzero((distance <= radius) & np.isfinite(magnitude))
    if not len(near):
        reason = f"the catalogue of {earthquakes.date} has no earthquake within {radius:.0f} km"
        return nothing(places, reason, "Load a catalogue of many years", period=earthquakes.date)
    at = int(near[np.argmax(magnitude[near])])
    depth = np.asarray(earthquakes.fields.get("depth", np.full(len(earthquakes), np.nan)), dtype=float)[at]
    deep = f"{depth:.0f} km deep" if np.isfinite(depth) else "its depth is not given"
    notes = (f"{distance[at]:.0f} km from the city, {deep}; the catalogue covers {earthquakes.date} only",)
    return Result(
        places.only_city(float(magnitude[at])),
        causes=(unknown(AS_PUBLISHED),),
        status=REPORTED,
        period=earthquakes.date,
        notes=notes,
    )


@indicator(version="1")
def cities_nearby(world_cities: Layer, *, places: Places, radius: float) -> tuple[Result, ...]:
    """Count the other cities of the list within some kilometres, and within half of that; the nearest named."""
    distance, other = _other_cities(world_cities, places)
    results = []
    for within, dimensions in ((radius, {}), (radius / 2, {"within": f"{radius / 2:.0f} km"})):
        near = np.flatnonzero(other & (distance <= within))
        value = places.only_city(float(len(near)))
        named = "; ".join(
            _named(world_cities, distance, int(i)) for i in near[np.argsort(distance[near])][:5]
        )
        notes = (f"the list holds {len(world_cities):,} cities of the world: most towns are not in it",)
        results.append(
            Result(
                value,
                causes=(enumerated(value),),
                status=REPORTED,
                dimensions=dimensions,
                notes=(named, *notes) if named else notes,
            )
        )
    return tuple(results)


@indicator(version="1")
def nearest_city(world_cities: Layer, *, places: Places) -> Result:
    """Return the distance to the nearest other city of the list, in km from outline to point."""
    distance, other = _other_cities(world_cities, places)
    if not other.any():
        return nothing(places, "the list holds no other city")
    at = int(np.flatnonzero(other)[np.argmin(distance[other])])
    value = places.only_city(float(distance[at]))
    return Result(
        value,
        causes=(unknown("one point stands for a whole city"),),
        status=REPORTED,
        notes=(_named(world_cities, distance, at),),
    )


def _named(world_cities: Layer, distance: Values, at: int) -> str:
    name, country = (lists(world_cities, field)[at] for field in ("name", "iso3"))
    return f"{name} ({country}), {distance[at]:.0f} km"


def _other_cities(world_cities: Layer, places: Places) -> tuple[Values, NDArray[np.bool_]]:
    """Return the distances of all cities, and which of them are not the city itself."""
    distance = _kilometres(world_cities, places)
    return distance, (distance > 0) & ~_is_this_city(world_cities, distance, places)


def _is_this_city(world_cities: Layer, distance: Values, places: Places) -> NDArray[np.bool_]:
    """Tell which entries are the city: its name and its country, and not far away, so that no namesake passes."""
    own = plain(places.items[0].name)
    called = np.array([plain(name) == own for name in lists(world_cities, "name")], dtype=bool)
    here = (lists(world_cities, "iso3") == places.country) & (distance <= SAME_CITY)
    return np.asarray(called & here, dtype=bool)


@indicator(version="1")
def listed_population(
    large_city_population: Table, world_cities: Layer, *, places: Places
) -> tuple[Result, ...]:
    """
    Return the people of the city in a list of the world's largest, if it is one of them.

    The list has names only: the city must stand in the list of cities with its country, near its outline, so that
    no namesake is taken. Projections are a dimension.
    """
    own, names = plain(places.items[0].name), large_city_population.columns["city"]
    rows = np.flatnonzero([plain(name) == own for name in names])
    known = _is_this_city(world_cities, _kilometres(world_cities, places), places).any()
    if not len(rows):
        reason = f"{places.items[0].name} is not one of the {len(np.unique(names))} cities of the list"
        return (nothing(places, reason, "Load the full list of the World Urbanization Prospects"),)
    if not known:
        country = country_place(places).name
        reason = (
            f"the list has a city called {places.items[0].name}, but nothing says that it lies in {country}"
        )
        return (nothing(places, reason, "Load the full list with country codes"),)
    results = (
        _listed(large_city_population, rows, "population", {}, places),
        _listed(large_city_population, rows, "projected", {"of": "projection"}, places),
    )
    return tuple(r for r in results if r is not None)


def _listed(
    table: Table, rows: NDArray[np.intp], column: str, dimensions: dict[str, str], places: Places
) -> Result | None:
    """Return the latest figure of the city in one column, of projections the first after the list was made."""
    values = np.asarray(table.columns.get(column, np.full(len(table), np.nan)), dtype=float)[rows]
    years = np.asarray(table.columns["year"], dtype=float)[rows]
    end = last_day(table.date)
    usable = np.isfinite(values) & np.isfinite(years)
    if not dimensions and end:
        usable &= years <= end.year
    if not usable.any():
        return None
    pick = np.argmin if dimensions else np.argmax
    at = int(np.flatnonzero(usable)[pick(years[usable])])
    return Result(
        places.only_city(float(values[at]) * MILLION),
        causes=(unknown("the list speaks of the agglomeration, not of the municipality"),),
        status=REPORTED,
        period=f"{years[at]:.0f}",
        dimensions=dimensions,
        used=(table.role,),
    )


def _kilometres(layer: Layer, places: Places) -> Values:
    """
    Return the distance of points from the outline of the city along the ellipsoid, in km; 0 inside.

    Only points within a few degrees are measured to the nearest point of the outline; farther ones to its middle.
    """
    xy = reproject_xy(positions(layer.geometry), layer.crs, DEGREES)
    middle = shapely.centroid(places.city)
    centre = reproject_xy(np.array([[middle.x, middle.y]]), places.crs, DEGREES)[0]
    geod = Geod(ellps="WGS84")
    count = len(xy)
    metres = np.asarray(
        geod.inv(np.full(count, centre[0]), np.full(count, centre[1]), xy[:, 0], xy[:, 1])[2], dtype=float
    )
    near = np.flatnonzero(metres < FAR)
    if len(near):
        edges = _nearest_on_outline(xy[near], places)
        metres[near] = geod.inv(edges[:, 0], edges[:, 1], xy[near, 0], xy[near, 1])[2]
    return metres / 1000


def _nearest_on_outline(xy: NDArray[np.float64], places: Places) -> NDArray[np.float64]:
    """Return for points in degrees the nearest point of the city, in degrees."""
    points = shapely.points(reproject_xy(xy, DEGREES, places.crs))
    edges = shapely.get_point(shapely.shortest_line(places.city, points), 0)
    return reproject_xy(np.column_stack([shapely.get_x(edges), shapely.get_y(edges)]), places.crs, DEGREES)
