"""Toyville fills every role, is the same each time, and holds exactly the errors its table tells of."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import osmium
import pyarrow.parquet as pq
import pyogrio
import pyogrio.raw
import pyproj
import pytest
import rasterio
import shapely

from almena.gather.kit import load_kit
from almena.gather.mirror import find_files
from almena.gather.toy import materialise_kit, planted_errors, write_toy_city
from almena.gather.toy_plan import Plan
from almena.gather.toy_streets import Streets
from almena.model.kit import Kit
from almena.model.problem import InputError, StoreError
from almena.packs import load_roles


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return write_toy_city(tmp_path_factory.mktemp("toy"))


def hashes(kit: Kit) -> dict[str, str]:
    return {
        p.relative_to(kit.folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(kit.folder.rglob("*"))
        if p.is_file()
    }


def test_every_role_is_filled(toy: Kit) -> None:
    assert set(toy.roles) == {r.id for r in load_roles().values() if not r.is_derived}


def test_the_kit_reads_back_and_every_file_is_the_declared_one(toy: Kit) -> None:
    assert load_kit(toy.folder) == toy
    assert [f.problem for f in find_files(toy)] == [None] * len(toy.files)


def test_the_same_size_and_seed_give_the_same_bytes(toy: Kit, tmp_path: Path) -> None:
    assert hashes(write_toy_city(tmp_path)) == hashes(toy)


def test_another_seed_gives_another_city(toy: Kit, tmp_path: Path) -> None:
    other = hashes(write_toy_city(tmp_path, seed=2))
    same = [path for path, sha in hashes(toy).items() if other[path] == sha]
    assert "population/people_2020.tif" not in same
    assert "osm/streets.osm.pbf" not in same


def test_the_city_grows_with_its_size(tmp_path: Path) -> None:
    small, large = Plan(0.25), Plan(4.0)
    assert large.boundary.area / small.boundary.area == pytest.approx(16, rel=0.01)
    assert large.people == 16 * small.people
    assert 12 < len(Streets(large).ways) / len(Streets(small).ways) < 25
    assert load_kit(write_toy_city(tmp_path, size=0.25).folder)


def test_the_built_in_kit_is_the_generated_one_without_hashes(toy: Kit) -> None:
    built_in = load_kit("toy")
    assert built_in.files == tuple(replace(f, sha256="") for f in toy.files)
    assert replace(built_in, files=(), folder=Path()) == replace(toy, files=(), folder=Path())


def test_materialising_generates_the_toy_and_loads_the_others(tmp_path: Path) -> None:
    kit = materialise_kit("toy", tmp_path / "made")
    assert (kit.folder, kit.name) == (tmp_path / "made", "Toyville (generated)")
    assert find_files(kit)[0].is_usable
    assert materialise_kit(tmp_path / "made", tmp_path / "unused") == kit
    assert not (tmp_path / "unused").exists()
    with pytest.raises(InputError):
        materialise_kit("toyy", tmp_path)


def test_a_folder_that_cannot_be_made_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be kept"):
        write_toy_city(tmp_path / "file" / "toy")


def test_the_neighbourhoods_fill_the_city_without_overlap() -> None:
    plan = Plan()
    parts = [part for _, _, part in plan.neighbourhoods]
    assert len(parts) == 8
    assert all(part.is_valid and part.area > 1e6 for part in parts)
    assert sum(part.area for part in parts) == pytest.approx(plan.boundary.area, rel=1e-9)
    assert shapely.union_all(parts).symmetric_difference(plan.boundary).area < 1


def test_the_streets_have_dead_ends_and_bridges() -> None:
    streets = Streets(Plan())
    degree = Counter(n for way in streets.ways for n in way.nodes for _ in way.nodes[:1])
    ends = Counter(n for way in streets.ways for n in (way.nodes[0], way.nodes[-1]))
    dead = [n for n, count in ends.items() if count == 1 and degree[n] == 1]
    assert len(dead) >= 30
    bridges = [way for way in streets.ways if "bridge" in way.tags]
    assert 2 <= len(bridges) <= 6
    positions = dict(zip(streets.numbers.values(), streets.crossings.values(), strict=True))
    for way in streets.ways:
        crosses = shapely.LineString([positions[n] for n in way.nodes]).intersects(Plan().river)
        assert crosses == ("bridge" in way.tags)


# ---------------------------------------------------------------- what is planted, found in the files


def features(toy: Kit, path: str) -> list[dict[str, Any]]:
    content = json.loads((toy.folder / path).read_text(encoding="utf-8"))
    for key in ("geoJson", "boundaryGeoJson"):
        content = content.get(key, content)
    return list(content["features"])


def shape(feature: dict[str, Any]) -> Any:
    flat = shapely.force_2d(shapely.from_geojson(json.dumps(feature["geometry"])))
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32727", always_xy=True)
    return shapely.transform(flat, lambda c: np.column_stack(to_metres.transform(c[:, 0], c[:, 1])))


def said(toy: Kit, path: str, key: str) -> list[Any]:
    return [f["properties"].get(key) for f in features(toy, path)]


def rows(toy: Kit, path: str, delimiter: str = ";", encoding: str = "utf-8") -> list[list[str]]:
    text = (toy.folder / path).read_text(encoding=encoding)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def feed(toy: Kit, path: str, table: str) -> tuple[bytes, list[dict[str, str]]]:
    with zipfile.ZipFile(toy.folder / path) as archive:
        content = archive.read(f"{table}.txt")
    return content, list(csv.DictReader(io.StringIO(content.decode())))


def ways(toy: Kit) -> list[dict[str, str]]:
    return [dict(o.tags) for o in osmium.FileProcessor(str(toy.folder / "osm/streets.osm.pbf")) if o.is_way()]


def band(toy: Kit, path: str) -> tuple[Any, Any]:
    with rasterio.open(toy.folder / path) as raster:
        return raster.read(1), raster


def school_pile(toy: Kit) -> None:
    places = Counter(tuple(f["geometry"]["coordinates"]) for f in features(toy, "services/schools.geojson"))
    assert places.most_common(2)[0][1] == 6
    assert places.most_common(2)[1][1] == 1


def school_wrong_district(toy: Kit) -> None:
    parts = {f["properties"]["NAME_1"].upper(): shape(f) for f in features(toy, "boundary/parts.geojson")}
    schools = features(toy, "services/schools.geojson")[6:]
    wrong = [f for f in schools if not parts[f["properties"]["no_bairro"]].buffer(1).covers(shape(f))]
    assert len(wrong) == 1


def infant_schools(toy: Kit) -> None:
    taught = features(toy, "services/schools.geojson")
    infant = [f for f in taught if f["properties"]["mat_fundamental"] + f["properties"]["mat_medio"] == 0]
    assert len(infant) == len(taught) // 4
    assert all(f["properties"]["mat_infantil"] > 0 for f in infant)


def wrapped_json(toy: Kit) -> None:
    assert "features" not in json.loads((toy.folder / "osm/parks.json").read_text())
    assert len(features(toy, "osm/parks.json")) == 9


def flood_map(toy: Kit, encoding: str = "UTF-8") -> tuple[Any, list[str]]:
    _, _, geometry, fields = pyogrio.raw.read(toy.folder / "hazards/flood_map.shp", encoding=encoding)
    return shapely.from_wkb(geometry), list(fields[0])


def invalid_polygon(toy: Kit) -> None:
    assert shapely.is_valid(flood_map(toy)[0]).tolist() == [True, True, True, False]


def decimal_comma(toy: Kit) -> None:
    assert rows(toy, "census/census_dwellings.csv")[1][:3] == ["water network", "1,30", "98,70"]


def decimal_point(toy: Kit) -> None:
    assert rows(toy, "census/census_households.csv")[3][1] == "19.75"


def byte_order_mark(toy: Kit) -> None:
    assert (toy.folder / "census/census_table.csv").read_bytes().startswith(b"\xef\xbb\xbfYear;")


def ragged_rows(toy: Kit) -> None:
    lengths = [len(row) for row in rows(toy, "census/census_age_sex.csv")]
    assert lengths[0] == 5
    assert set(lengths[1:]) == {6}


def trailing_space(toy: Kit) -> None:
    assert {row[2] for row in rows(toy, "census/census_table.csv")[1:]} == {"Toyville "}


def repeated_totals(toy: Kit) -> None:
    halves = [
        f
        for f in features(toy, "boundary/parts_2010.geojson")
        if f["properties"]["neighbourhood"] == "Old Harbour"
    ]
    assert len(halves) == 2
    assert len({f["properties"]["population_total"] for f in halves}) == 1


def nameless_part(toy: Kit) -> None:
    assert said(toy, "boundary/parts_2010.geojson", "neighbourhood").count("") == 1


def implausible_population(toy: Kit) -> None:
    assert max(said(toy, "boundary/parts_2010.geojson", "population_total")) == 54_000


def yearly_rain(toy: Kit) -> tuple[dict[int, float], dict[int, float]]:
    total: dict[int, float] = {}
    hours: dict[int, float] = {}
    for row in rows(toy, "climate/daily.csv", ",")[1:]:
        year = int(row[0][:4])
        total[year] = total.get(year, 0) + float(row[3])
        hours[year] = hours.get(year, 0) + float(row[2]) / (24 * 365.25)
    return total, hours


def false_rain_trend(toy: Kit) -> None:
    total, hours = yearly_rain(toy)
    assert [year for year, share in hours.items() if share < 0.95] == list(range(2000, 2005))
    early = np.mean([total[year] for year in range(2000, 2005)])
    late = np.mean([total[year] for year in range(2005, 2025)])
    assert late > 1.1 * early
    assert len([year for year, share in hours.items() if share >= 0.95]) == 20


def warming(toy: Kit) -> None:
    days = rows(toy, "climate/daily.csv", ",")[1:]
    full = [row for row in days if int(row[0][:4]) >= 2005]
    years = np.array([int(row[0][:4]) for row in full])
    mean = [
        np.mean([float(r[4]) for r, y in zip(full, years, strict=True) if y == year])
        for year in range(2005, 2025)
    ]
    slope = np.polyfit(np.arange(20), mean, 1)[0] * 10
    assert slope == pytest.approx(0.25, abs=0.12)


def private_open_space(toy: Kit) -> None:
    plots = [f["properties"] for f in features(toy, "osm/parks.json")]
    assert [(p["leisure"], p["access"]) for p in plots if "access" in p] == [
        ("park", "yes"),
        ("playground", "private"),
        ("park", "customers"),
    ]


def touching_parks(toy: Kit) -> None:
    one, other = map(shape, features(toy, "osm/parks.json")[:2])
    assert one.area / 1e4 == pytest.approx(0.99, abs=0.001)
    assert one.distance(other) < 0.05
    assert one.area + other.area > 15_000 > other.area


def clinics_among_hospitals(toy: Kit) -> None:
    kinds = Counter(said(toy, "osm/hospitals.json", "amenity"))
    assert kinds == {"hospital": 3, "clinic": 4, "doctors": 2, "pharmacy": 1}


def other_boundary(toy: Kit) -> None:
    (main,), (other,) = features(toy, "boundary/city.geojson"), features(toy, "boundary/city_map.json")
    assert shape(other).area / shape(main).area == pytest.approx(1.015, abs=0.002)
    assert [f.combine for f in toy.of_role("boundary")] == ["prefer", "alternative"]


def local_only(toy: Kit) -> None:
    assert [f.role for f in toy.files if f.sharing == "local-only"] == ["social_facilities"]


def settlement_beyond(toy: Kit) -> None:
    city = Plan().boundary
    inside = [outline.intersection(city).area / outline.area for _, outline in Plan().settlements]
    assert inside[:2] == pytest.approx([1, 1])
    assert 0.3 < inside[2] < 0.95


def raster_over_census(toy: Kit) -> None:
    people, raster = band(toy, "population/people_2020.tif")
    counted = np.where(people == raster.nodata, 0, people).astype(float)
    row, column = np.indices(counted.shape)
    affine = raster.transform
    lon, lat = affine.c + affine.a * (column + 0.5), affine.f + affine.e * (row + 0.5)
    x, y = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32727", always_xy=True).transform(lon, lat)
    inside = counted[shapely.contains_xy(Plan().boundary, x, y)].sum()
    assert inside == pytest.approx(1.09 * 60_000, rel=1e-4)
    assert counted.sum() > inside
    assert rows(toy, "census/census_table.csv")[-1][1] == "60000"


def flood_3d(toy: Kit) -> None:
    assert pyogrio.read_info(toy.folder / "hazards/flood_2024.geojson")["crs"] == "EPSG:4979"


def shapefile_without_cpg(toy: Kit) -> None:
    assert sorted(p.suffix for p in (toy.folder / "hazards").glob("flood_map.*")) == [
        ".dbf",
        ".prj",
        ".shp",
        ".shx",
    ]
    assert flood_map(toy)[1][1] == "Média"
    assert flood_map(toy, "ISO-8859-1")[1][1] != "Média"


def map_before_event(toy: Kit) -> None:
    (spec,) = toy.of_role("flood_susceptibility")
    assert spec.date < toy.of_role("flood_extent")[0].date
    mapped = Plan().river_line.buffer(600)
    assert 0.6 < Plan().flood.intersection(mapped).area / Plan().flood.area < 0.97


def later_survey(toy: Kit) -> None:
    assert [d > "2024-05" for d in said(toy, "hazards/sectors.geojson", "data_setor")] == [
        False,
        False,
        False,
        True,
    ]


def people_by_factor(toy: Kit) -> None:
    for feature in features(toy, "hazards/sectors.geojson"):
        assert feature["properties"]["num_pess"] == 4 * feature["properties"]["num_edif"]


def lying_header(toy: Kit) -> None:
    with osmium.io.Reader(str(toy.folder / "osm/streets.osm.pbf")) as reader:
        box = reader.header().box()
    assert box.top_right.lon - box.bottom_left.lon == pytest.approx(360)


def ways_not_for_walking(toy: Kit) -> None:
    kinds = Counter(way["highway"] for way in ways(toy))
    assert {"motorway", "motorway_link", "construction", "proposed", "steps", "footway", "pedestrian"} <= set(
        kinds
    )
    assert sum(way.get("access") == "private" for way in ways(toy)) == 1
    assert sum(way.get("foot") == "no" for way in ways(toy)) == 1
    assert kinds["residential"] > 200


def partial_streets(toy: Kit) -> None:
    nodes = [
        (o.location.lon, o.location.lat)
        for o in osmium.FileProcessor(str(toy.folder / "osm/streets.osm.pbf"))
        if o.is_node()
    ]
    x, y = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32727", always_xy=True).transform(
        *zip(*nodes, strict=True)
    )
    box = shapely.box(min(x), min(y), max(x), max(y)).intersection(Plan().boundary)
    assert 0.4 < box.area / Plan().boundary.area < 0.9


def blank_times(toy: Kit) -> None:
    _, times = feed(toy, "transit/bus.zip", "stop_times")
    assert 0.6 < sum(row["departure_time"] == "" for row in times) / len(times) < 0.85
    assert all(row["departure_time"] for row in times if row["stop_sequence"] == "1")


def times_after_midnight(toy: Kit) -> None:
    _, times = feed(toy, "transit/bus.zip", "stop_times")
    assert any(row["departure_time"] >= "24:00:00" for row in times)
    assert min(row["departure_time"] for row in times if row["departure_time"]) == "05:30:00"


def holiday(toy: Kit) -> None:
    _, exceptions = feed(toy, "transit/bus.zip", "calendar_dates")
    assert datetime.date(2024, 5, 1).weekday() < 5
    assert [(e["service_id"], e["exception_type"]) for e in exceptions] == [
        ("weekday", "2"),
        ("weekend", "1"),
    ]


def padded_times(toy: Kit) -> None:
    content, times = feed(toy, "transit/rail.zip", "stop_times")
    assert b"\r\n" in content
    assert all(row["departure_time"].endswith(" ") for row in times)
    assert feed(toy, "transit/rail.zip", "routes")[1][0]["route_type"] == "2"


def mojibake(toy: Kit) -> None:
    names = said(toy, "infrastructure/terminals.geojson", "NOME")
    assert names[0] != "Praça Pública 1"
    assert names[0].encode("latin-1").decode() == "Praça Pública 1"


def broken_hydrants(toy: Kit) -> None:
    assert Counter(said(toy, "infrastructure/hydrants.geojson", "OPERAVEL")) == {"0": 32, "1": 48}


def river_times(toy: Kit) -> list[str]:
    return [row[0] for row in rows(toy, "river/level_2024.csv", ",")]


def river_moment(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, "%d/%m/%Y %H:%M:%S" if text.count(":") == 2 else "%d/%m/%Y %H:%M")


def river_newest_first(toy: Kit) -> None:
    texts = river_times(toy)
    assert {text.count(":") for text in texts} == {1, 2}
    moments = [river_moment(text) for text in texts]
    assert moments == sorted(moments, reverse=True)


def river_gap(toy: Kit) -> None:
    moments = sorted(map(river_moment, river_times(toy)))
    steps = [b - a for a, b in pairwise(moments)]
    assert max(steps) == datetime.timedelta(hours=25)
    assert sum(step > datetime.timedelta(hours=1) for step in steps) == 1


def sheet_lists(toy: Kit) -> dict[str, list[str]]:
    sheet = openpyxl.load_workbook(toy.folder / "documents/lists_2023.xlsx").active
    columns = [[cell.value for cell in column if cell.value] for column in sheet.iter_cols(max_col=3)]
    return {column[0]: column[1:] for column in columns}


def spreadsheet_claims(toy: Kit) -> None:
    sheet = openpyxl.load_workbook(toy.folder / "documents/lists_2023.xlsx").active
    assert (sheet.max_row, sheet.max_column) == (1000, 26)
    assert [len(members) for members in sheet_lists(toy).values()] == [5, 2, 2]


def protected_but_flooded(toy: Kit) -> None:
    (spec,) = toy.of_role("plan_lists")
    assert spec.date < "2024"
    parts = {name.upper(): part for name, _, part in Plan().neighbourhoods}
    for name in sheet_lists(toy)["Protected by the system"]:
        assert parts[name].intersection(Plan().flood).area > 1e5


def published_schools(toy: Kit) -> None:
    recount = [f for f in features(toy, "services/schools.geojson") if Plan().flood.intersects(shape(f))]
    assert len(recount) - len(features(toy, "published/schools_flooded.geojson")) == 1
    assert len(recount) > 2


def published_hydrants(toy: Kit) -> None:
    outside = [
        f
        for f in features(toy, "published/hydrants_flooded.geojson")
        if not Plan().flood.intersects(shape(f))
    ]
    assert len(outside) == 1


def below_zero(toy: Kit) -> None:
    height, raster = band(toy, "elevation/ground.tif")
    assert height.dtype == np.int16
    assert -10 < height.min() < 0 < height.max() < 250
    assert raster.nodata == -32768


def latin_1(toy: Kit) -> None:
    content = (toy.folder / "climate/hourly_2024-01.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    lines = content.decode("latin-1").splitlines()
    assert lines[8].startswith("Data;Hora UTC;PRECIPITAÇÃO")
    assert ";-9999;" in lines[9]
    assert len(lines) == 9 + 31 * 24


def empty_emission(toy: Kit) -> None:
    assert [row[2] for row in rows(toy, "statistics/emissions_2022.csv", ",")].count("") == 1


def addresses_miss_settlements(toy: Kit) -> None:
    points = shapely.from_wkb(
        pq.read_table(toy.folder / "buildings/addresses.parquet")["geometry"].to_numpy()
    )
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32727", always_xy=True)
    x, y = to_metres.transform(shapely.get_x(points), shapely.get_y(points))
    (_, slum), (_, built) = Plan().settlements[0], ("", Plan().urban)
    inside = shapely.contains_xy(slum, x, y).sum() / slum.area
    assert inside < 0.25 * shapely.contains_xy(built, x, y).sum() / built.area


CHECKS: dict[str, Callable[[Kit], None]] = {
    name: value for name, value in list(globals().items()) if name in {p.id for p in planted_errors()}
}


def test_every_planted_error_has_its_check_here() -> None:
    assert set(CHECKS) == {planted.id for planted in planted_errors()}
    assert len(CHECKS) >= 40


@pytest.mark.parametrize("planted", planted_errors(), ids=lambda p: p.id)
def test_what_is_planted_is_in_the_files(toy: Kit, planted: Any) -> None:
    assert (toy.folder / planted.where).is_file()
    assert planted.what
    assert planted.must_say
    CHECKS[planted.id](toy)


# --- the country and its neighbours ---------------------------------------------------------------------------


def test_the_world_of_the_toy_holds_projections_groups_and_a_namesake(toy: Kit) -> None:
    rows = list(csv.DictReader((toy.folder / "world/urban_rural.csv").open(encoding="utf-8")))
    assert max(int(r["Year"]) for r in rows) == 2050
    dated = next(f.date for f in toy.files if f.role == "country_urban_population")
    assert dated == "2018"
    groups = list(csv.DictReader((toy.folder / "world/countries.csv").open(encoding="utf-8")))
    assert [g["Country Code"] for g in groups if not g["IncomeGroup"]] == ["TOY"]
    cities = list(csv.DictReader((toy.folder / "world/cities.csv").open(encoding="utf-8")))
    assert [c["country"] for c in cities if c["name"] == toy.name] == [toy.country, "YYY"]


def test_the_earthquakes_of_the_toy_carry_their_depth_as_a_third_coordinate(toy: Kit) -> None:
    document = json.loads((toy.folder / "world/earthquakes.geojson").read_text(encoding="utf-8"))
    assert [f["geometry"]["coordinates"][2] for f in document["features"]] == [12.5, 33.0, 10.0]
    assert next(f.fields["depth"] for f in toy.files if f.role == "earthquakes") == "z"


def test_the_stages_of_the_toy_river_are_published_in_metres(toy: Kit) -> None:
    stages = next(f for f in toy.files if f.role == "river_stages")
    assert stages.units == {"level": "m"}
    rows = list(csv.DictReader((toy.folder / stages.path).open(encoding="utf-8")))
    assert [(r["Stage"], r["Level (m)"]) for r in rows] == [("alert", "2.5"), ("flood", "3.0")]
