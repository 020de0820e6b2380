"""Two whole countries: what the reader finds, counted a second time by GDAL and by hand-written loops."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import osmium
import pyogrio
import pyproj
import pytest
import shapely

from almena.model.data import Layer
from almena.model.problem import InputError
from almena.packs import load_roles
from almena.packs.osm import osm_rules

from .kitchen import read, said

pytestmark = pytest.mark.real
ROLES = load_roles()
GLOBE = pyproj.Geod(ellps="WGS84")
COUNTRIES = ("monaco", "andorra")


def extract(mirror: Path, country: str) -> Path:
    return mirror / country / f"{country}.osm.pbf"


def role_of(mirror: Path, country: str, role: str, **options: Any) -> Layer:
    made = read(extract(mirror, country), "osm", ROLES[role], **options)
    assert isinstance(made, Layer)
    return made


def square_km(shape: Any) -> float:
    return float(abs(GLOBE.geometry_area_perimeter(shape)[0])) / 1e6


@lru_cache
def gdal(path: Path, layer: str) -> list[dict[str, str]]:
    """Return the tags of the features that GDAL's own driver for OpenStreetMap reads, with their ids."""
    meta, _, geometry, columns = pyogrio.raw.read(path, layer=layer)
    assert len(geometry) > 0
    found = []
    for row in zip(*columns, strict=True):
        tags = {n: str(v) for n, v in zip(meta["fields"], row, strict=True) if v is not None}
        tags |= dict(re.findall(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"', tags.pop("other_tags", "")))
        found.append(tags)
    return found


def by_gdal(
    path: Path, key: str, *values: str, layers: tuple[str, ...] = ("points", "multipolygons")
) -> set[str]:
    """Return ids of features with a tag, named as the reader names them."""
    found = set()
    for layer in layers:
        for tags in gdal(path, layer):
            if tags.get(key) in values or (key in tags and not values):
                found.add(_label(layer, tags))
    return found


def _label(layer: str, tags: dict[str, str]) -> str:
    if layer == "points":
        return f"node/{tags['osm_id']}"
    if layer == "lines":
        return f"way/{tags['osm_id']}"
    return f"way/{tags['osm_way_id']}" if "osm_way_id" in tags else f"relation/{tags['osm_id']}"


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize(
    ("role", "key", "values"),
    [
        ("schools", "amenity", ("school", "kindergarten", "university", "college")),
        ("food_shops", "shop", ("supermarket", "greengrocer", "farm")),
        ("buildings", "building", ()),
        ("forests", "landuse", ("forest",)),
    ],
)
def test_gdal_finds_the_same_objects(
    mirror: Path, country: str, role: str, key: str, values: tuple[str, ...]
) -> None:
    made = role_of(mirror, country, role)
    layers = ("multipolygons",) if role in ("buildings", "forests") else ("points", "multipolygons")
    second = by_gdal(extract(mirror, country), key, *values, layers=layers)
    twice = sum(int(n.split(" ")[0]) for n in made.notes if "drawn twice" in n)
    assert second
    # one building of a thousand may be whole for one driver and not for the other
    assert len(second - set(made.ids.tolist())) <= twice + 0.001 * len(second)


@pytest.mark.parametrize("country", COUNTRIES)
def test_streets_are_all_ways_with_a_highway(mirror: Path, country: str) -> None:
    path = extract(mirror, country)
    ways = osmium.FileProcessor(str(path), osmium.osm.WAY)
    counted = sum("highway" in way.tags for way in ways)  # type: ignore[attr-defined]
    streets = role_of(mirror, country, "streets")
    assert len(streets) == counted == {"monaco": 2379, "andorra": 4764}[country]
    assert all(
        len(n) == len(g.coords) for n, g in zip(streets.fields["nodes"], streets.geometry, strict=True)
    )


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_role_that_the_table_knows_is_read_or_says_why_not(mirror: Path, country: str) -> None:
    empty: list[tuple[str, str]] = []
    for role in osm_rules():
        if role in ("boundary", "neighbourhoods"):
            continue
        try:
            made = role_of(mirror, country, role)
        except InputError as error:
            empty.append((role, said(error).splitlines()[0]))
            continue
        assert len(made) == len(set(made.ids.tolist())) > 0
        assert shapely.is_valid(made.geometry).all()
        assert made.at_least
    nothing = "The OpenStreetMap file holds nothing for this role."
    lacking = {"monaco": ["bus_terminals", "wetlands"], "andorra": []}[country]
    assert empty == [(role, nothing) for role in lacking]


def test_andorra_is_465_square_kilometres_in_seven_parishes(mirror: Path) -> None:
    boundary = role_of(mirror, "andorra", "boundary", where={"id": ("relation/9407",)})
    assert square_km(boundary.geometry[0]) == pytest.approx(465.53, abs=0.01)
    assert (boundary.fields["name"][0], boundary.fields["name:fr"][0]) == ("Andorra", "Andorre")
    parishes = role_of(mirror, "andorra", "neighbourhoods", where={"admin_level": ("7",)})
    assert sorted(parishes.fields["name"].tolist()) == [
        *("Andorra la Vella", "Canillo", "Encamp", "Escaldes-Engordany", "La Massana", "Ordino"),
        "Sant Julià de Lòria",
    ]
    assert sum(map(square_km, parishes.geometry)) == pytest.approx(square_km(boundary.geometry[0]), rel=1e-4)


def test_monaco_is_not_invented_where_the_extract_cuts_it_off(mirror: Path) -> None:
    with pytest.raises(InputError) as error:
        role_of(mirror, "monaco", "boundary", where={"id": ("relation/36990",)})
    assert "3 of its 29 ways are not in the extract" in said(error.value)


def test_monaco_closed_straight_is_its_land_and_says_what_is_assumed(mirror: Path) -> None:
    land = role_of(mirror, "monaco", "boundary", where={"id": ("relation/36990",)}, gaps="straight")
    assert square_km(land.geometry[0]) == pytest.approx(2.08, abs=0.01)  # the land of the principality
    assert land.fields["doubtful_area"][0] == pytest.approx(0.191, abs=0.001)
    assert "698 m of its outline (4 %) are missing there and drawn straight (assumed)" in land.notes[0]
    assert (land.fields["population"][0], land.fields["population_date"][0]) == (35881, "2011-04-13")
    with_harbour = role_of(mirror, "monaco", "boundary", where={"id": ("relation/2220322",)}, gaps="straight")
    assert square_km(with_harbour.geometry[0]) == pytest.approx(2.39, abs=0.01)


def test_the_sea_border_of_monaco_is_never_closed(mirror: Path) -> None:
    with pytest.raises(InputError) as error:
        role_of(mirror, "monaco", "boundary", where={"id": ("relation/1124039",)}, gaps="straight")
    assert "would have to be made up" in said(error.value)


def test_a_ward_with_too_wide_a_gap_is_left_out_by_name(mirror: Path) -> None:
    wards = role_of(mirror, "monaco", "neighbourhoods", where={"admin_level": ("10",)}, gaps="straight")
    assert len(wards) == 8
    assert any("the outline of Les Monegetti" in n and "left out" in n for n in wards.notes)
    whole = role_of(mirror, "monaco", "neighbourhoods", where={"admin_level": ("10",)})
    assert len(whole) == 6


def test_halts_of_monaco_are_not_stops_of_their_own(mirror: Path) -> None:
    # of the entries with a tag of public transport, a good hundred repeat the sign or platform beside them
    path = extract(mirror, "monaco")
    tagged = by_gdal(path, "highway", "bus_stop", layers=("points",))
    halts = by_gdal(path, "public_transport", "stop_position", layers=("points",))
    stops = role_of(mirror, "monaco", "transit_stops")
    assert tagged <= set(stops.ids.tolist())
    assert len(halts) > 80
    assert len(stops) < len(tagged | halts)


def test_the_main_door_of_a_school_is_found(mirror: Path) -> None:
    schools = role_of(mirror, "monaco", "schools")
    doors = [d for d in schools.fields["entrances"] if d is not None]
    assert len(doors) == 1
    outline = schools.geometry[[d is not None for d in schools.fields["entrances"]]][0]
    assert shapely.distance(outline.boundary, doors[0]) < 1e-9
