"""Earthquakes and cities around a town: distances from its outline, and no namesake."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

import real_city
from almena.geo.crs import reproject_xy
from almena.measure.national_places import (
    cities_nearby,
    earthquakes_nearby,
    listed_population,
    nearest_city,
    strongest_earthquake_nearby,
)
from almena.model.data import Layer
from almena.model.place import CITY, Place, Places
from measure.test_national import town_in
from measure.town import SOUTH, WEST, only_city, origin, table


def around(role: str, *at: tuple[float, float], date: str = "2017-09/2017-10", **fields: object) -> Layer:
    """Return points so many kilometres east and north of the south-western corner of the town."""
    xy = np.array([(WEST + 1000 * x, SOUTH + 1000 * y) for x, y in at])
    geometry = shapely.points(reproject_xy(xy, "EPSG:31982", "EPSG:4326"))
    held = {name: np.array(values) for name, values in fields.items()}
    return Layer(role=role, crs="EPSG:4326", geometry=geometry, fields=held, date=date, origins=origin(role))


# the town reaches 2 km east and north: what lies 302.1 km east is 300.1 km from its outline on the map, and a
# kilometre on the map is 1/0.9996 on the ground
SHAKEN = around(
    "earthquakes",
    (1, 1),
    (150, 1),
    (301.8, 1),
    (303, 1),
    magnitude=[2.0, 5.1, 4.0, 8.0],
    depth=[5.0, 33, 10, 10],
)


def test_earthquakes_are_counted_within_the_radius_of_the_outline() -> None:
    found = earthquakes_nearby(SHAKEN, places=town_in(), radius=300)
    np.testing.assert_allclose(found.value, only_city(3))
    assert found.period == "2017-09/2017-10"
    assert "says nothing of earthquakes before and after" in found.notes[0]
    assert "the smallest of magnitude 2.0" in found.notes[1]


def test_the_strongest_is_told_with_depth_and_distance() -> None:
    found = strongest_earthquake_nearby(SHAKEN, places=town_in(), radius=300)
    assert found.value[0] == 5.1
    assert found.notes[0].startswith("148 km from the city, 33 km deep")


def test_a_depth_that_is_not_given_is_not_zero() -> None:
    held = around("earthquakes", (150, 1), magnitude=[5.1])
    found = strongest_earthquake_nearby(held, places=town_in(), radius=300)
    assert "its depth is not given" in found.notes[0]


def test_no_earthquake_in_a_window_is_no_proof_of_none() -> None:
    away = around("earthquakes", (900, 1), magnitude=[7.0])
    assert earthquakes_nearby(away, places=town_in(), radius=300).value[0] == 0
    missing = strongest_earthquake_nearby(away, places=town_in(), radius=300).missing
    assert missing == "the catalogue of 2017-09/2017-10 has no earthquake within 300 km"


CITIES = {
    "name": ["Town", "Town", "Town", "Next", "Farther"],
    "iso3": ["BRA", "BRA", "ARG", "BRA", "ARG"],
}
AT = ((4.0, 1.0), (400.0, 1.0), (30.0, 1.0), (1.0, 52.0), (92.0, 1.0))


def test_the_city_itself_is_no_neighbour_but_its_namesakes_are() -> None:
    found = cities_nearby(around("world_cities", *AT, **CITIES), places=town_in(), radius=100)
    assert [float(r.value[0]) for r in found] == [
        3,
        1,
    ]  # the namesake abroad, Next and Farther; 50 km: the namesake
    assert found[0].notes[0] == "Town (ARG), 28 km; Next (BRA), 50 km; Farther (ARG), 90 km"
    assert found[1].dimensions == {"within": "50 km"}
    assert "most towns are not in it" in found[0].notes[1]


def test_the_nearest_city_is_measured_from_the_outline() -> None:
    found = nearest_city(around("world_cities", *AT, **CITIES), places=town_in())
    assert found.value[0] == pytest.approx(28 / 0.9996, abs=0.02)
    assert found.notes[0] == "Town (ARG), 28 km"


def test_a_list_with_the_city_alone_has_no_neighbour() -> None:
    lonely = around("world_cities", (4, 1), name=["Town"], iso3=["BRA"])
    assert nearest_city(lonely, places=town_in()).missing == "the list holds no other city"


def largest(*names: str) -> object:
    rows = [(n, y) for n in names for y in (2010, 2015, 2020, 2025)]
    people = [3.1, 3.6, np.nan, np.nan] * len(names)
    planned = [np.nan, np.nan, 4.0, 4.3] * len(names)
    return table(
        "large_city_population",
        "2018",
        city=[n for n, _ in rows],
        year=np.array([y for _, y in rows]),
        population=np.array(people),
        projected=np.array(planned),
    )


def test_a_city_of_the_list_is_taken_with_its_projection_apart() -> None:
    here = around("world_cities", (4, 1), name=["Town"], iso3=["BRA"])
    found = listed_population(largest("Town", "Delhi"), here, places=town_in())
    assert [(r.period, float(r.value[0]), dict(r.dimensions)) for r in found] == [
        ("2015", 3.6e6, {}),
        ("2020", 4.0e6, {"of": "projection"}),
    ]


@pytest.mark.parametrize("at, country", [((4.0, 1.0), "ARG"), ((400.0, 1.0), "BRA")])
def test_a_namesake_is_never_taken(at: tuple[float, float], country: str) -> None:
    elsewhere = around("world_cities", at, name=["Town"], iso3=[country])
    found = listed_population(largest("Town"), elsewhere, places=town_in())[0]
    assert found.missing == "the list has a city called Town, but nothing says that it lies in Brazil"


def test_a_city_that_is_not_in_the_list_is_a_gap() -> None:
    here = around("world_cities", (4, 1), name=["Town"], iso3=["BRA"])
    found = listed_population(largest("Delhi", "Tokyo"), here, places=town_in())[0]
    assert found.missing == "Town is not one of the 2 cities of the list"


# --- the real catalogue ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def month(mirror: Path) -> Layer:
    """Return a month of earthquakes with the third coordinate as depth."""
    content = json.loads((mirror / "world/usgs_earthquakes_2017-09_10.geojson").read_text(encoding="utf-8"))
    at = np.array([f["geometry"]["coordinates"] for f in content["features"]], float)
    fields = {
        "magnitude": np.array([f["properties"]["mag"] for f in content["features"]], float),
        "depth": at[:, 2],
    }
    return Layer(
        role="earthquakes", crs="EPSG:4326", geometry=shapely.points(at[:, :2]), fields=fields,
        date="2017-09/2017-10", origins=origin("earthquakes"),
    )  # fmt: skip


def test_a_month_of_the_world_held_no_earthquake_near_porto_alegre(month: Layer, porto_alegre: Path) -> None:
    held = real_city.places(porto_alegre)
    places = Places(held.items, held.geometry, held.crs, held.key, "BRA")
    found = earthquakes_nearby(month, places=places, radius=300)
    assert found.value[0] == 0
    assert "6,107 earthquakes of the world" in found.notes[1]


def test_that_month_was_not_quiet_elsewhere(month: Layer) -> None:
    """A square around Puebla, Mexico, where the earthquake of 19 September 2017 is in the catalogue."""
    outline = shapely.box(560_000, 2_090_000, 600_000, 2_120_000)  # UTM zone 14 north
    puebla = Places(
        (Place("city", CITY, "Puebla"),), np.array([outline], dtype=object), "EPSG:32614", "", "MEX"
    )
    found = strongest_earthquake_nearby(month, places=puebla, radius=300)
    assert found.value[0] == 7.1
    assert "km deep" in found.notes[0]
    assert earthquakes_nearby(month, places=puebla, radius=300).value[0] == 3
