"""Toyville in other sizes and from other seeds is still one city: its files agree with each other."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pyproj
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather.kit import load_kit
from almena.gather.mirror import find_files
from almena.gather.toy import write_toy_city
from almena.gather.toy_bench import Bench, csv_text, feature_collection, fixed_zip
from almena.gather.toy_nature import LAND_COVER, MORE_THAN_CENSUS
from almena.gather.toy_plan import NAMES, Plan, lonlat, metres
from almena.gather.toy_streets import Streets
from almena.model.kit import Kit
from almena.model.problem import InputError
from almena.packs import load_roles

from .kits import sha

SIZES = [(0.05, 3), (0.4, 2), (1.0, 7)]


@pytest.fixture(scope="module", params=SIZES, ids=lambda p: f"size{p[0]}-seed{p[1]}")
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Kit, Plan]:
    size, seed = request.param
    return write_toy_city(tmp_path_factory.mktemp("toys"), size, seed), Plan(size, seed)


def path_of(kit: Kit, role: str, number: int = 0) -> Path:
    return kit.folder / kit.of_role(role)[number].path


def table_of(kit: Kit, role: str, delimiter: str = ";") -> list[dict[str, str]]:
    text = path_of(kit, role).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def shapes_of(kit: Kit, role: str, number: int = 0) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Return the geometry in metres and the attributes of a role's features."""
    content = json.loads(path_of(kit, role, number).read_text(encoding="utf-8"))
    for key in ("geoJson", "boundaryGeoJson"):
        content = content.get(key, content)
    degrees = shapely.from_geojson([json.dumps(f["geometry"]) for f in content["features"]])
    moved = shapely.transform(shapely.force_2d(degrees), lambda c: np.column_stack(metres(c[:, 0], c[:, 1])))
    return moved, [f["properties"] for f in content["features"]]


def total(kit: Kit, role: str, *columns: str) -> int:
    return sum(int(row[c]) for row in table_of(kit, role) for c in columns)


# ---------------------------------------------------------------- whole


def test_every_role_is_filled_and_every_file_is_there_in_any_size(city: tuple[Kit, Plan]) -> None:
    kit, _ = city
    assert set(kit.roles) == {r.id for r in load_roles().values() if not r.is_derived}
    assert all(found.is_usable for found in find_files(load_kit(kit.folder)))


def test_all_coordinates_lie_in_the_ocean_around_the_city(city: tuple[Kit, Plan]) -> None:
    kit, plan = city
    around = plan.boundary.buffer(3_500 + plan.width)
    for role in ("boundary", "schools", "hydrants", "rivers", "transit_stops", "power_lines", "crops"):
        geometry, _ = shapes_of(kit, role)
        assert shapely.covers(around, geometry).all(), role


@pytest.mark.parametrize("size", [0.0, -1.0, 0.001, 1e6, float("nan"), float("inf")])
def test_a_size_that_no_city_can_be_drawn_in_is_refused(tmp_path: Path, size: float) -> None:
    with pytest.raises(InputError, match="size"):
        write_toy_city(tmp_path / "toy", size)
    assert not (tmp_path / "toy").exists()


def test_the_smallest_city_is_drawn(tmp_path: Path) -> None:
    assert len(write_toy_city(tmp_path, 0.01).files) > 50


# ---------------------------------------------------------------- people


def test_the_census_tables_count_the_same_people(city: tuple[Kit, Plan]) -> None:
    kit, plan = city
    newest = max(table_of(kit, "census_table"), key=lambda row: int(row["Year"]))
    assert int(newest["Persons"]) == plan.people
    assert total(kit, "census_sex", "Persons") == plan.people
    assert total(kit, "census_age_sex", "Women", "Men") == plan.people
    assert total(kit, "census_urban_rural", "Persons") == plan.people
    assert total(kit, "census_settlements", "Persons") == plan.people
    assert total(kit, "census_ethnicity", "Persons") == pytest.approx(plan.people, abs=2)


def test_women_are_as_many_by_age_as_by_sex(city: tuple[Kit, Plan]) -> None:
    kit, _ = city
    by_sex = {row["Sex"]: int(row["Persons"]) for row in table_of(kit, "census_sex")}
    assert total(kit, "census_age_sex", "Women") == by_sex["Women"]
    assert total(kit, "census_age_sex", "Men") == by_sex["Men"]
    assert min(int(row[c]) for row in table_of(kit, "census_age_sex") for c in ("Women", "Men")) >= 0


@pytest.mark.parametrize("role", ["census_dwellings", "census_streets"])
def test_what_has_and_has_not_is_everything(city: tuple[Kit, Plan], role: str) -> None:
    for row in table_of(city[0], role):
        shares = [float(row[c].replace(",", ".")) for c in ("Has (%)", "Has not (%)")]
        assert sum(shares) == pytest.approx(100)


def test_the_raster_holds_nine_percent_more_people_than_the_census_in_any_size(
    city: tuple[Kit, Plan],
) -> None:
    kit, plan = city
    with rasterio.open(path_of(kit, "population_grid")) as raster:
        people, where = raster.read(1, masked=True), raster.transform
    rows, columns = np.nonzero(~np.ma.getmaskarray(people))
    x, y = metres(*(np.asarray(c) for c in rasterio.transform.xy(where, rows, columns)))
    inside = shapely.contains_xy(plan.boundary, x, y)
    assert people[rows, columns][inside].sum() == pytest.approx(MORE_THAN_CENSUS * plan.people, rel=1e-4)
    assert people.min() > 0


def test_nobody_lives_on_the_water(city: tuple[Kit, Plan]) -> None:
    _, plan = city
    x, y = (np.array([getattr(plan.lake.centroid, axis)]) for axis in "xy")
    assert plan.density(x, y).tolist() == [0.0]
    middle = plan.at(0.5, 0.5)
    assert plan.density(np.array([middle[0]]), np.array([middle[1] + 0.12 * plan.height]))[0] > 0


# ---------------------------------------------------------------- ground


def test_the_neighbourhoods_fill_the_city_in_any_size(city: tuple[Kit, Plan]) -> None:
    kit, plan = city
    parts, said = shapes_of(kit, "neighbourhoods")
    assert [s["NAME_1"] for s in said] == list(NAMES)
    assert shapely.area(parts).sum() == pytest.approx(plan.boundary.area, rel=1e-4)
    assert shapely.union_all(parts).symmetric_difference(plan.boundary).area < 1e-4 * plan.boundary.area


def test_the_flood_reaches_part_of_the_city_and_stays_inside_it(city: tuple[Kit, Plan]) -> None:
    kit, plan = city
    (flood,), (said,) = shapes_of(kit, "flood_extent")
    assert said == {}
    assert 0.02 < flood.area / plan.boundary.area < 0.9
    assert flood.difference(plan.boundary.buffer(10)).area < 1e-6 * flood.area


def test_land_cover_has_its_legend_and_nothing_else(city: tuple[Kit, Plan]) -> None:
    kit, _ = city
    (spec,) = kit.of_role("land_cover")
    with rasterio.open(kit.folder / spec.path) as raster:
        found = set(np.unique(raster.read(1))) - {0}
    assert found <= set(LAND_COVER)
    assert {24, 33} <= found
    assert spec.codes["class"] == {str(n): name for n, name in LAND_COVER.items()}


def test_the_rasters_cover_the_whole_city(city: tuple[Kit, Plan]) -> None:
    kit, plan = city
    west, south, east, north = lonlat(plan.boundary).bounds
    for role in ("population_grid", "land_cover", "elevation"):
        with rasterio.open(path_of(kit, role)) as raster:
            assert raster.bounds.left <= west
            assert raster.bounds.right >= east
            assert raster.bounds.bottom <= south
            assert raster.bounds.top >= north


# ---------------------------------------------------------------- ways and timetables


def test_every_way_runs_between_nodes_of_the_file(city: tuple[Kit, Plan]) -> None:
    kit, plan = city
    nodes, ways = {}, []
    for thing in osmium.FileProcessor(str(path_of(kit, "streets"))):
        if thing.is_node():
            nodes[thing.id] = (thing.lon, thing.lat)
        elif thing.is_way():
            ways.append(([n.ref for n in thing.nodes], dict(thing.tags)))
    assert all(ref in nodes for refs, _ in ways for ref in refs)
    assert all("highway" in tags and len(refs) > 1 for refs, tags in ways)
    x, y = metres(*np.array(list(nodes.values())).T)
    assert shapely.contains_xy(plan.boundary.buffer(3_100), x, y).all()


def test_streets_keep_their_spacing_whatever_the_size_of_the_city() -> None:
    for size in (0.1, 1.0):
        streets = Streets(Plan(size))
        places = {number: streets.crossings[cell] for cell, number in streets.numbers.items()}
        lengths = [
            np.hypot(*np.subtract(places[a], places[b])) for w in streets.ways for a, b in pairwise(w.nodes)
        ]
        assert min(lengths) > 90
        assert np.median(lengths) == pytest.approx(150, abs=10)


@pytest.mark.parametrize("number", [0, 1])
def test_a_timetable_names_only_what_it_holds_and_runs_forward(city: tuple[Kit, Plan], number: int) -> None:
    kit, _ = city
    with zipfile.ZipFile(path_of(kit, "transit_feed", number)) as archive:
        tables = {
            name[:-4]: list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }
    held = {t: {row[f"{t[:-1]}_id"] for row in tables[t]} for t in ("stops", "routes", "trips")}
    assert {row["route_id"] for row in tables["trips"]} <= held["routes"]
    assert {row["trip_id"] for row in tables["stop_times"]} == held["trips"]
    assert {row["stop_id"] for row in tables["stop_times"]} == held["stops"]
    assert {row["service_id"] for row in tables["trips"]} == {row["service_id"] for row in tables["calendar"]}
    times: dict[str, list[str]] = {}
    for row in tables["stop_times"]:
        if row["departure_time"].strip():
            times.setdefault(row["trip_id"], []).append(row["departure_time"].strip())
    assert all(run == sorted(run) for run in times.values())
    assert max(run[-1] for run in times.values()) > "24:00:00"


# ---------------------------------------------------------------- lists of what was reached


@pytest.mark.parametrize(
    ("register", "published", "key"),
    [
        ("schools", "published_flood_schools", "co_entidade"),
        ("health_facilities", "published_flood_health", "co_cnes"),
        ("bus_terminals", "published_flood_bus_terminals", "NOME"),
        ("hydrants", "published_flood_hydrants", "IDINSTALAC"),
    ],
)
def test_published_lists_name_features_of_the_register(
    city: tuple[Kit, Plan], register: str, published: str, key: str
) -> None:
    kit, _ = city
    whole = [said[key] for said in shapes_of(kit, register)[1]]
    listed = [said[key] for said in shapes_of(kit, published)[1]]
    assert set(listed) <= set(whole)
    assert len(whole) == len(set(whole))


def test_jobs_lie_on_a_grid_and_are_counted(city: tuple[Kit, Plan]) -> None:
    kit, plan = city
    rows = table_of(kit, "services_grid", ",")
    assert len(rows) == round(120 * plan.size)
    assert len({(row["lon"], row["lat"]) for row in rows}) == len(rows)
    assert all(int(row["jobs"]) >= 0 and row["schools"] in "01" for row in rows)


# ---------------------------------------------------------------- the bench


def test_the_bench_notes_what_it_writes_with_the_toys_own_licence(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Plan())
    bench.table("census_sex", "a/b.csv", [["Sex", "Persons"], ["x", 1]], delimiter=";", date="2022")
    bench.geojson(
        "schools",
        "c.json",
        [(shapely.Point(607_000, 9_444_000), {"n": "ä"})],
        wrapped_under="geoJson",
        licence="",
    )
    table, points = bench.files
    assert (table.role, table.path, table.reader, table.date) == ("census_sex", "a/b.csv", "table", "2022")
    assert (table.licence, points.licence) == ("CC0-1.0", "")
    assert table.sha256 == sha(b"Sex;Persons\nx;1\n")
    assert points.key == "geoJson"
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["geoJson"]["features"][0][
        "properties"
    ] == {"n": "ä"}


def test_nothing_is_an_empty_collection() -> None:
    assert json.loads(feature_collection([])) == {"type": "FeatureCollection", "features": []}


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers() | st.none(), max_size=4))
def test_any_attributes_come_back_from_geojson(said: dict[str, object]) -> None:
    (feature,) = json.loads(feature_collection([(shapely.Point(607_000, 9_444_000), said)]))["features"]
    assert feature["properties"] == said


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5), min_size=2, max_size=3),
        max_size=5,
    ),
    st.sampled_from(",;\t"),
)
def test_any_rows_come_back_from_a_table(rows: list[list[str]], mark: str) -> None:
    assert list(csv.reader(io.StringIO(csv_text(rows, mark)), delimiter=mark)) == rows


def test_a_zip_depends_on_its_members_only(monkeypatch: pytest.MonkeyPatch) -> None:
    members = {"a.txt": b"one", "b/c.txt": b"two"}
    first = fixed_zip(members)
    assert fixed_zip(dict(members)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(2020, 1, 1, 0, 0, 0)}
        assert {n: archive.read(n) for n in archive.namelist()} == members
    assert fixed_zip({**members, "a.txt": b"other"}) != first


@settings(max_examples=40, deadline=None)
@given(st.floats(600_000, 620_000), st.floats(9_430_000, 9_460_000))
def test_metres_and_degrees_are_the_same_place_to_two_centimetres(x: float, y: float) -> None:
    there = lonlat(shapely.Point(x, y))
    back = metres(np.array([there.x]), np.array([there.y]))
    assert np.hypot(back[0][0] - x, back[1][0] - y) < 0.02
    forward = pyproj.Transformer.from_crs("EPSG:32727", "EPSG:4326", always_xy=True).transform(x, y)
    assert (there.x, there.y) == pytest.approx(forward, abs=1e-7)


def test_each_purpose_has_its_own_dice() -> None:
    one, two = Plan(seed=1), Plan(seed=2)
    assert one.dice("a").random(3).tolist() == one.dice("a").random(3).tolist()
    draws = {tuple(p.dice(n).random(3)) for p in (one, two) for n in ("a", "b")}
    assert len(draws) == 4


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 200), st.integers(0, 99))
def test_points_asked_for_lie_inside_and_are_as_many(count: int, seed: int) -> None:
    plan = Plan(0.2, seed)
    places = plan.inside(plan.urban, count, "any")
    assert places.shape == (count, 2)
    assert shapely.contains_xy(plan.urban, places).all()
