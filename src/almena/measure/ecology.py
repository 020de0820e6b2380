"""Ecology: what covers the land, and what the city emits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from almena.geo.crs import geodesic_area
from almena.geo.polygons import clip
from almena.measure.common import SQUARE_METRES, percent, place_sizes, ratio, square_kilometres
from almena.measure.derived_events import merged
from almena.measure.derived_facilities import OpenSpaces
from almena.measure.derived_land import LandAreas
from almena.measure.derived_people import People
from almena.measure.population import Population
from almena.measure.registry import indicator
from almena.model.data import Layer, Table
from almena.model.observation import (
    MODELLED,
    SENSITIVITY,
    SOURCES,
    Cause,
    Result,
    Values,
    enumerated,
    nothing,
)
from almena.model.place import Places
from almena.packs import read_table

PARKS = "parks on the map that the raster may call built-up land"
CLASSIFIED = "land cover is a class given to satellite cells: its error is not published with the file"


def _classes(flag: str) -> tuple[str, ...]:
    return tuple(row["class"] for row in read_table("land_cover.csv") if row[flag] == "1")


def _size(boundary: Layer, land_areas: LandAreas, places: Places) -> Values:
    """Return the area of each place in km², never less than what the cells inside it add up to."""
    size = place_sizes(places)
    size[0] = boundary.once("size", lambda: _whole(boundary))
    seen: Values = land_areas.area.sum(axis=1) / SQUARE_METRES
    return np.maximum(size, seen)


def _whole(boundary: Layer) -> float:
    return geodesic_area(merged(boundary, boundary.crs), boundary.crs) / SQUARE_METRES


@indicator(version="2")
def green_cover(
    land_areas: LandAreas, boundary: Layer, public_open_spaces: OpenSpaces | None = None, *, places: Places
) -> Result:
    """
    Return forest, wetland, grassland and other natural vegetation as a share of the land, in percent.

    Parks of the map widen the range upwards: rasters call many of them built-up land.
    """
    found = _land_share(land_areas, boundary, places, _classes("green"))
    parks = _parks(public_open_spaces, places)
    assert found.numerator is not None
    upper = np.minimum(percent(found.numerator + parks, found.denominator), 100.0)
    cause = Cause(PARKS, SENSITIVITY, found.value, upper)
    return replace(found, causes=(*found.causes, *([cause] if parks.any() else [])), period=land_areas.date)


def _parks(public_open_spaces: OpenSpaces | None, places: Places) -> Values:
    """Return the area of public open space in each place, in km²."""
    if public_open_spaces is None:
        return np.zeros(len(places))
    flat = public_open_spaces.geometry[shapely.get_dimensions(public_open_spaces.geometry) == 2]
    return square_kilometres(clip(places.geometry, shapely.union_all(flat)), places.crs)


@indicator(version="1")
def land_cover_share(land_areas: LandAreas, boundary: Layer, *, places: Places, classes: str) -> Result:
    """Return some land-cover classes as a share of the land, in percent; names parted by ``+``."""
    return _land_share(land_areas, boundary, places, tuple(classes.split("+")))


@indicator(version="1")
def water_share(land_areas: LandAreas, boundary: Layer, *, places: Places) -> Result:
    """Return water as a share of the whole municipal area, in percent."""
    size = _size(boundary, land_areas, places)
    water = land_areas.of(_classes("water")) / SQUARE_METRES
    return _cover_result(land_areas, percent(water, size), water, size, size)


def _land_share(land_areas: LandAreas, boundary: Layer, places: Places, classes: tuple[str, ...]) -> Result:
    size = _size(boundary, land_areas, places)
    water = land_areas.of(_classes("water")) / SQUARE_METRES
    part = land_areas.of(classes) / SQUARE_METRES
    return _cover_result(land_areas, percent(part, size - water), part, size - water, size)


def _cover_result(land_areas: LandAreas, value: Values, part: Values, whole: Values, size: Values) -> Result:
    seen = land_areas.area.sum(axis=1) / SQUARE_METRES
    coverage = np.clip(seen / np.where(size > 0, size, np.nan), 0, 1)
    # cells without a class may or may not belong to the part
    unseen = np.maximum(size - seen, 0)
    cause = Cause("cells without a class", SENSITIVITY, percent(part, whole), percent(part + unseen, whole))
    return Result(
        np.where(seen > 0, value, np.nan),
        numerator=part,
        denominator=whole,
        coverage=np.nan_to_num(coverage),
        causes=(cause, Cause(CLASSIFIED, "expert", np.nan, np.nan)),
        status=MODELLED,
        notes=land_areas.notes,
    )


@indicator(version="1")
def land_cover_known(land_areas: LandAreas, boundary: Layer, *, places: Places) -> tuple[Result, ...]:
    """Return the share of the municipal area that has a land-cover class, and the share of each class beside it."""
    size = _size(boundary, land_areas, places)
    whole = _share_of_all(land_areas, land_areas.classes, size, {})
    results = [replace(whole, causes=(enumerated(whole.value),))]
    for name in land_areas.classes:
        results.append(_share_of_all(land_areas, (name,), size, {"class": name}))
    return tuple(results)


def _share_of_all(
    land_areas: LandAreas, classes: tuple[str, ...], size: Values, dimensions: dict[str, str]
) -> Result:
    part = land_areas.of(classes) / SQUARE_METRES
    causes = (Cause(CLASSIFIED, "expert", np.nan, np.nan),)
    return Result(
        percent(part, size),
        numerator=part,
        denominator=size,
        causes=causes,
        status=MODELLED,
        dimensions=dimensions,
        notes=land_areas.notes,
    )


@indicator(version="2")
def green_per_person(
    land_areas: LandAreas,
    population: Population,
    people: People,
    public_open_spaces: OpenSpaces | None = None,
    *,
    places: Places,
) -> Result:
    """Divide natural vegetation, as green cover counts it, by the people of each place, in m² per person."""
    green = land_areas.of(_classes("green"))
    seen = land_areas.area.sum(axis=1) > 0
    value = np.where(seen, ratio(green, population.persons), np.nan)
    raster = ratio(green, people.sum())
    causes: tuple[Cause, ...] = (
        Cause("people of the raster as it is", SOURCES, np.where(seen, raster, np.nan), raster),
        Cause(CLASSIFIED, "expert", np.nan, np.nan),
    )
    parks = SQUARE_METRES * _parks(public_open_spaces, places)
    if parks.any():
        causes += (Cause(PARKS, SENSITIVITY, value, ratio(green + parks, population.persons)),)
    notes = (f"{population.said}; neighbourhoods: {population.said_of_parts}", *land_areas.notes)
    return Result(
        value, numerator=green, denominator=population.persons, causes=causes, status=MODELLED, notes=notes
    )


@indicator(version="1")
def emissions_total(emissions: Table, *, places: Places) -> tuple[Result, ...]:
    """Add up the inventory, in t CO2e, whole and by the sector names it gives; blank rows are not zero."""
    tonnes = np.asarray(emissions.columns["emissions"], dtype=float)
    if not np.isfinite(tonnes).any():
        return (nothing(places, "the inventory holds no number"),)
    blank = int(np.isnan(tonnes).sum())
    notes = (f"{blank} of {len(tonnes)} rows are blank: not estimated, not zero",) if blank else ()
    causes = (Cause("sources that the inventory leaves blank", "expert", np.nan, np.nan),)
    whole = places.only_city(float(np.nansum(tonnes)))
    results = [Result(whole, causes=causes, status=MODELLED, notes=notes)]
    sectors = np.asarray(emissions.columns["sector"]).astype(str)
    for sector in dict.fromkeys(sectors[np.isfinite(tonnes)]):
        part = places.only_city(float(np.nansum(tonnes[sectors == sector])))
        results.append(Result(part, causes=causes, status=MODELLED, dimensions={"sector": sector}))
    return tuple(results)


@indicator(version="2")
def emissions_per_person(emissions: Table, population: Population, *, places: Places) -> Result:
    """Divide the inventory by the best count of people, in t CO2e per person."""
    whole = emissions_total(emissions, places=places)[0]
    notes = (*whole.notes, population.said)
    return Result(
        whole.value / population.city,
        causes=whole.causes,
        status=MODELLED,
        period=emissions.date,
        notes=notes,
        missing=whole.missing,
    )
