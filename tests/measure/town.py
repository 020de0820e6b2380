"""
A town small enough to count by hand.

It is 2 km by 2 km, in four quarters of 1 km², in the metric system of UTM zone 22 S right on its middle meridian,
where a kilometre on the map is 1/0.9996 of a kilometre on the ground. The population raster has cells of 100 m with
10 people each, and reaches one cell beyond the town on every side: 4,000 people live in the town, 1,000 in each
quarter, and 840 around it. All coordinates below are metres from the south-western corner of the town.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from almena.measure.derived_events import Event, PeopleInside, event, people_in_event, settlement_people
from almena.measure.derived_people import People, Walkers, people, walkers
from almena.measure.derived_streets import walk_network
from almena.measure.population import Population
from almena.measure.population import population as population_of
from almena.model.data import Grid, Layer, Table
from almena.model.origin import Origin, Source
from almena.model.place import CITY, NEIGHBOURHOOD, Place, Places

METRIC = "EPSG:31982"
WEST, SOUTH = 499_000.0, 6_600_000.0
KM2 = 1 / 0.9996**2
"""A square kilometre of the map, in square kilometres on the ground."""

QUARTERS = ("south west", "south east", "north west", "north east")
CELL = 100


def origin(role: str, file: str = "") -> tuple[Origin, ...]:
    name = file or f"{role}.csv"
    return (Origin(Source(role=role, file=name, sha256=name.rjust(64, "0"), licence="CC0-1.0")),)


def objects(*shapes: Any) -> np.ndarray:
    held = np.empty(len(shapes), dtype=object)
    held[:] = shapes
    return held


def box(west: float, south: float, east: float, north: float) -> Any:
    return shapely.box(WEST + west, SOUTH + south, WEST + east, SOUTH + north)


def point(x: float, y: float) -> Any:
    return shapely.Point(WEST + x, SOUTH + y)


def points(*xy: tuple[float, float]) -> np.ndarray:
    return objects(*(point(x, y) for x, y in xy))


def line(*xy: tuple[float, float]) -> Any:
    return shapely.LineString([(WEST + x, SOUTH + y) for x, y in xy])


def town(*names: str) -> Places:
    """Return the town and its four quarters, named if names are given."""
    shapes = [box(0, 0, 2000, 2000)]
    shapes += [box(x, y, x + 1000, y + 1000) for y in (0, 1000) for x in (0, 1000)]
    items = [Place("city", CITY, "Town")]
    for index, quarter in enumerate(QUARTERS):
        name = names[index] if names else quarter
        items.append(Place(f"neighbourhood-{quarter}", NEIGHBOURHOOD, name))
    return Places(tuple(items), objects(*shapes), METRIC, key="town")


def layer(role: str, geometry: np.ndarray, date: str = "2023", covered: Any = None, **fields: Any) -> Layer:
    held = {name: np.array(values) for name, values in fields.items()}
    ids = np.arange(len(geometry)).astype(str)
    return Layer(
        role=role,
        crs=METRIC,
        geometry=geometry,
        fields=held,
        ids=ids,
        covered=covered,
        date=date,
        origins=origin(role),
        key=role,
    )


def table(role: str, date: str = "2022", /, **columns: Any) -> Table:
    held = {name: np.array(values) for name, values in columns.items()}
    return Table(role=role, columns=held, date=date, origins=origin(role), key=role)


def boundary() -> Layer:
    return layer("boundary", objects(box(0, 0, 2000, 2000)))


def population(per_cell: float = 10.0) -> Grid:
    """Return the raster of people: 22 by 22 cells, one ring of them outside the town."""
    return Grid(
        role="population_grid",
        array=np.full((22, 22), per_cell),
        affine=(CELL, 0.0, WEST - CELL, 0.0, -CELL, SOUTH + 2000 + CELL),
        crs=METRIC,
        date="2020",
        origins=origin("population_grid"),
        key="population_grid",
    )


def everybody(places: Places, per_cell: float = 10.0) -> People:
    return people(population(per_cell), places=places)


def high_street(covered: Any = None) -> Layer:
    """Return one street from west to east through the middle of the town, with a corner every 100 m."""
    way = line(*((x, 1000) for x in range(0, 2001, 100)))
    return layer("streets", objects(way), "2020", covered or box(0, 0, 2000, 2000), highway=["residential"])


def on_foot(places: Places, streets: Layer | None = None) -> tuple[Walkers, Any]:
    """Return the people on the network, and the network."""
    network = walk_network(streets or high_street(), places=places)
    return walkers(everybody(places), network, population(), places=places), network


def census(*pairs: tuple[float, float]) -> Table:
    """Return a census table; without arguments 3,600 people in 2022, a tenth fewer than in the raster."""
    years, persons = zip(*(pairs or ((2022, 3600),)), strict=True)
    return table("census_table", year=np.array(years, float), population=np.array(persons, float))


def people_counted(
    places: Places, census_table: Table | None = None, people: People | None = None, addresses: Any = None
) -> Population:
    """Return the counts of people; with a census alone where nothing else is given."""
    nothing_given = census_table is None and people is None
    return population_of(census() if nothing_given else census_table, people, addresses, places=places)


def flood(date: str = "2024-05", shape: Any = None) -> Layer:
    """Return the outline of a flood: the western quarter of the town and far beyond, 1 km² of the town."""
    return layer("flood_extent", objects(shape or box(-1000, -1000, 500, 3000)), date)


def reached(places: Places, date: str = "2024-05", shape: Any = None) -> tuple[Event, PeopleInside]:
    """Return the event and the people inside its outline."""
    found = event(flood(date, shape), places=places)
    return found, people_in_event(found, everybody(places), population(), places=places)


def settlements(*shapes: Any) -> Layer:
    """Return informal settlements; without arguments one of 25 cells, five of them inside the flood."""
    return layer("informal_settlements", objects(*(shapes or (box(400, 0, 900, 500),))))


def settled(places: Places, drawn: Layer | None = None) -> PeopleInside:
    return settlement_people(drawn or settlements(), everybody(places), population(), places=places)


def only_city(value: float) -> list[float]:
    """Return what an indicator that speaks of the whole town gives."""
    return [value, *[np.nan] * 4]
