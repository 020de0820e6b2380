"""What an event reached, and what older maps had said: cut once by places and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from almena.geo.crs import Geometries, reproject
from almena.geo.polygons import clip, moved_outline
from almena.geo.zonal import cell_fractions, centres_of, zonal_sum
from almena.measure.derived_people import Floats, People, steps
from almena.measure.registry import derived
from almena.model.data import Grid, Layer, RoleData
from almena.model.place import Places

POSITION_ERROR = 30.0  # metres, assumed: positions from addresses, and an outline drawn by hand


@dataclass(frozen=True, kw_only=True)
class Event(RoleData):
    """
    The area that an event reached, inside the city.

    Parameters
    ----------
    crs : str
        Metric coordinate system.
    drawn : shapely geometry
        The outline as drawn, not clipped to the boundary.
    near : shapely geometry
        The band on both sides of the outline in which the position of a point may be wrong.
    by_place : ndarray of object, shape (n_places,)
        The outline inside each place, the city first.
    """

    role: str = "event"
    crs: str
    drawn: Any
    near: Any
    by_place: Geometries


@dataclass(frozen=True, kw_only=True)
class PeopleInside(RoleData):
    """
    People inside an area, by place.

    Parameters
    ----------
    fraction : sparse matrix of float, shape (n_places, n_cells)
        Share of each populated cell inside the area and each place, in the order of ``People.cell``.
    persons : ndarray of float, shape (n_places,)
        Persons.
    inner, outer : ndarray of float, shape (n_places,)
        Persons with the outline moved inwards and outwards by one cell; NaN where that was not asked for.
    """

    role: str = "people_inside"
    fraction: csr_matrix
    persons: Floats
    inner: Floats
    outer: Floats


@dataclass(frozen=True, kw_only=True)
class HazardMap(RoleData):
    """
    A hazard map dissolved by class, inside the city.

    Parameters
    ----------
    crs : str
        Metric coordinate system.
    classes : mapping of str to shapely geometry
        Area of each class without overlaps inside the class, the highest class first.
    """

    role: str = "hazard_map"
    crs: str
    classes: Mapping[str, Any]

    @cached_property
    def whole(self) -> Any:
        """Return all classes together."""
        return shapely.union_all(np.array(list(self.classes.values()), dtype=object))


def merged(layer: Layer, crs: str) -> Any:
    """Return all polygons of a layer as one geometry in another coordinate system."""
    return shapely.union_all(shapely.make_valid(reproject(layer.geometry, layer.crs, crs)))


def alone(shape: Any) -> NDArray[np.object_]:
    """Return one geometry as an array, as the kernels take it."""
    array = np.empty(1, dtype=object)
    array[0] = shape
    return array


@derived(version="1")
def event(flood_extent: Layer, *, places: Places) -> Event:
    """
    Cut the outline of an event by the places.

    Parameters
    ----------
    flood_extent : Layer
        Outline as an authority drew it.
    places : Places
        The city and its parts.
    """
    drawn = merged(flood_extent, places.crs)
    return Event(
        crs=places.crs,
        drawn=drawn,
        near=shapely.buffer(shapely.boundary(drawn), POSITION_ERROR),
        by_place=clip(places.geometry, drawn),
        origins=steps(flood_extent, "outline merged and cut by the places"),
        date=flood_extent.date,
    )


@derived(version="1")
def people_in_event(event: Event, people: People, population_grid: Grid, *, places: Places) -> PeopleInside:
    """
    Count the people inside the outline of an event, each cell by the exact fraction inside.

    Parameters
    ----------
    event : Event
        The outline by place.
    people : People
        Populated cells.
    population_grid : Grid
        The raster they come from.
    places : Places
        The city and its parts.
    """
    step = cell_step(population_grid, places.crs)
    inner, outer = (
        zonal_sum(population_grid, clip(places.geometry, moved_outline(event.drawn, distance)), places.crs)
        for distance in (-step, step)
    )
    inside = _people_inside(event.by_place, people, population_grid, places)
    return inside.with_(inner=np.minimum(inner, inside.persons), outer=np.maximum(outer, inside.persons))


@derived(version="1")
def settlement_people(
    informal_settlements: Layer, people: People, population_grid: Grid, *, places: Places
) -> PeopleInside:
    """
    Count the people inside the outlines of informal settlements; overlaps count once.

    Parameters
    ----------
    informal_settlements : Layer
        Outlines.
    people : People
        Populated cells.
    population_grid : Grid
        The raster they come from.
    places : Places
        The city and its parts.
    """
    shape = merged(informal_settlements, places.crs)
    return _people_inside(clip(places.geometry, shape), people, population_grid, places)


def _people_inside(
    by_place: Geometries, people: People, population_grid: Grid, places: Places
) -> PeopleInside:
    found = cell_fractions(population_grid, by_place, places.crs)
    return PeopleInside(
        fraction=found.membership(people.cell),
        persons=found.sum(),
        inner=places.nothing(),
        outer=places.nothing(),
        date=people.date,
    )


def cell_step(grid: Grid, crs: str) -> float:
    """Return the width of the cells of a raster in metres, measured at its middle."""
    rows, columns = grid.array.shape
    middle = (rows // 2) * columns + columns // 2
    near = centres_of(grid, np.array([middle, middle + (1 if columns > 1 else 0)]), crs)
    return float(np.hypot(*(near[1] - near[0]))) or 100.0


@derived(version="1")
def flood_map(flood_susceptibility: Layer, *, places: Places) -> HazardMap:
    """
    Dissolve a flood susceptibility map by class inside the city.

    Parameters
    ----------
    flood_susceptibility : Layer
        Polygons with a class, as the source draws them.
    places : Places
        The city.
    """
    return _hazard_map(flood_susceptibility, places)


@derived(version="1")
def landslide_map(landslide_susceptibility: Layer, *, places: Places) -> HazardMap:
    """
    Dissolve a landslide susceptibility map by class inside the city.

    Parameters
    ----------
    landslide_susceptibility : Layer
        Polygons with a class; neighbouring cities in the same file are cut away.
    places : Places
        The city.
    """
    return _hazard_map(landslide_susceptibility, places)


SEVERITY = ("very high", "high", "medium", "low", "very low")


def _hazard_map(layer: Layer, places: Places) -> HazardMap:
    geometry = shapely.make_valid(reproject(layer.geometry, layer.crs, places.crs))
    names = np.asarray(layer.fields["class"]).astype(str)
    order = sorted(set(names), key=lambda n: (SEVERITY.index(n) if n in SEVERITY else len(SEVERITY), n))
    classes: dict[str, Any] = {}
    for name in order:
        area = shapely.intersection(shapely.union_all(geometry[names == name]), places.city)
        if not area.is_empty:
            classes[name] = area
    return HazardMap(
        crs=places.crs,
        classes=classes,
        origins=steps(layer, "dissolved by class and cut by the boundary"),
        date=layer.date,
        notes=layer.notes,
    )
