"""A first look into files of other offices: huge cells, two-digit years, years as names, stray stops, odd maps."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather.facts import (
    DOCUMENT,
    GTFS,
    OSM,
    RASTER,
    TABLE,
    UNKNOWN,
    VECTOR,
    Column,
    FileFacts,
    are_degrees,
)
from almena.gather.hashing import HashMemory, hash_bytes, hash_file, listing
from almena.gather.probe import probe
from almena.gather.probe_points import coordinate_columns, placed_rows

from .city_folders import (
    TALLINN,
    crowd,
    hills,
    metres,
    small_timetable,
    text_table,
    without_prj,
    write_map,
    write_raster,
    write_timetable,
    write_workbook,
)
from .kits import sha, write

# ---------------------------------------------------------------- tables


def test_a_table_with_an_outline_in_a_cell_is_told_and_not_a_crash(tmp_path: Path) -> None:
    outline = "POLYGON((" + ",".join(f"{n} {n}" for n in range(30_000)) + "))"
    facts = probe(write(tmp_path / "plots.csv", f'id;wkt\n1;"{outline}"\n2;"x"\n'))
    assert facts.kind == UNKNOWN
    assert "larger than field limit" in facts.why


def test_a_text_of_one_endless_line_is_a_text(tmp_path: Path) -> None:
    assert probe(write(tmp_path / "a.txt", "word " * 60_000)).kind == DOCUMENT


@pytest.mark.parametrize("year", ["24", "99", "05"])
def test_years_of_two_digits_do_not_tell_the_century(tmp_path: Path, year: str) -> None:
    rows = "".join(f"{d:02}/05/{year},{d}\n" for d in range(1, 29))
    facts = probe(write(tmp_path / "a.csv", f"day,rain\n{rows}"))
    assert facts.times
    assert facts.times.order == "day-first"
    assert facts.date == ""  # it was the year 24 after Christ


@pytest.mark.parametrize(
    ("header", "bare"),
    [
        ("Neighbourhood;2000;2010;2022", False),
        ("Sex;1991;2001", False),
        ("Neighbourhood;2000;2000;2000", True),  # years repeat: values
        ("1;2;3;4", True),
        ("2000;2001;2002;2003", True),  # no name for what stands in the first column
        (";2000;2010;2022", True),
        ("Centre;100;200;300", True),
    ],
)
def test_a_row_of_years_after_a_name_is_a_header(tmp_path: Path, header: str, bare: bool) -> None:
    width = header.count(";") + 1
    rows = [header.split(";"), ["Centre", *range(1, width)], ["North", *range(2, width + 1)]]
    facts = probe(write(tmp_path / "a.csv", text_table(";", rows)))
    assert (facts.options.get("header") == 0) is bare
    assert facts.columns[0].name == ("1" if bare else header.split(";")[0])


def test_a_decimal_comma_in_coordinates_is_understood(tmp_path: Path) -> None:
    facts = probe(write(tmp_path / "a.csv", "nome;latitude;longitude\nA;-30,5;-51,25\nB;-30,6;-51,5\n"))
    assert (facts.kind, facts.geometry) == (TABLE, "point")
    assert facts.bounds == (-51.5, -30.6, -51.25, -30.5)
    assert len(facts.points) == 2


def test_nine_rows_in_ten_must_lie_somewhere(tmp_path: Path) -> None:
    good = [("S", -30 - n / 100, -51.0) for n in range(9)]
    most = probe(write(tmp_path / "a.csv", text_table(",", [("n", "lat", "lon"), *good, ("S", "", "")])))
    fewer = probe(
        write(
            tmp_path / "b.csv",
            text_table(",", [("n", "lat", "lon"), *good[:8], ("S", "", ""), ("S", "", "")]),
        )
    )
    assert (len(most.points), len(fewer.points)) == (9, 0)
    assert (most.geometry, fewer.geometry) == ("point", "")
    assert fewer.bounds is None


def test_a_workbook_with_coordinates_is_a_map_too(tmp_path: Path) -> None:
    rows = [("stop_id", "Lat", "Lng"), *((n, 59.4 + n / 100, 24.7) for n in range(5))]
    facts = probe(write_workbook(tmp_path / "a.xlsx", {"S": rows}))
    assert (facts.kind, facts.geometry, len(facts.points)) == (TABLE, "point", 5)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("lon", "lat"), True),
        (("LONGITUDE", "Latitude"), True),
        (("stop_lon", "stop_lat"), True),
        (("geo lng", "geo lat"), True),
        (("x_long", "y_lat"), True),
        (("lon_wgs84", "lat_wgs84"), True),
        (("longitude_decimal", "latitude_decimal"), True),
        (("colony", "flat"), False),
        (("length", "lat"), False),
        (("belong", "late"), False),
    ],
)
def test_columns_of_coordinates_are_told_by_their_names(names: tuple[str, str], found: bool) -> None:
    columns = tuple(Column(name, ("1",), n) for n, name in enumerate(names, 1))
    pair = coordinate_columns(columns)
    assert (pair is not None) is found
    if pair:
        assert [c.name for c in pair] == list(names)


def test_the_columns_may_come_in_any_order_and_empty_ones_are_passed_over() -> None:
    columns = (Column("lat", ("", ""), 1), Column("latitude", ("5", "6"), 2), Column("lon", ("7", "8"), 3))
    assert [c.number for c in coordinate_columns(columns) or ()] == [3, 2]
    points = placed_rows(columns, [["", "5", "7"], ["", "6", "8"]]).points
    np.testing.assert_array_equal(shapely.get_coordinates(points), [[7, 5], [8, 6]])
    assert len(placed_rows(columns, []).points) == 0
    assert len(placed_rows(columns[:1], [["5"]]).points) == 0


def test_rows_that_are_too_short_have_no_place() -> None:
    columns = (Column("lat", ("5",), 1), Column("lon", ("7",), 2))
    assert len(placed_rows(columns, [["5", "7"], ["6"]]).points) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=20))
def test_any_degrees_come_back_as_points(places: list[tuple[float, float]]) -> None:
    columns = (Column("lat", ("0",), 1), Column("lon", ("0",), 2))
    points = placed_rows(columns, [[repr(lat), repr(lon)] for lat, lon in places]).points
    np.testing.assert_array_equal(shapely.get_coordinates(points)[:, ::-1], places)


@pytest.mark.parametrize(
    ("box", "fits"),
    [
        ((-180.0, -90.0, 180.0, 90.0), True),
        ((-180.0, -90.0, 180.05, 90.0), True),  # half a cell over the edge
        ((0.0, -90.0, 360.0, 90.0), True),
        ((480_000.0, 6_670_000.0, 490_000.0, 6_680_000.0), False),
        ((10.0, 95.0, 11.0, 96.0), False),
        ((-200.0, 0.0, 0.0, 1.0), False),
        ((float("inf"), 0.0, 1.0, 1.0), False),
        ((float("nan"),) * 4, False),
        ((5.0, 5.0, 4.0, 6.0), False),
    ],
)
def test_sides_that_can_be_degrees(box: tuple[float, float, float, float], fits: bool) -> None:
    assert are_degrees(box) is fits


# ---------------------------------------------------------------- maps


def test_a_shapefile_in_metres_without_prj_keeps_its_numbers_and_asks(tmp_path: Path) -> None:
    path = without_prj(
        write_map(tmp_path / "a.shp", [shapely.box(480e3, 667e4, 481e3, 6671e3)], "EPSG:31982", {"n": ["x"]})
    )
    facts = probe(path)
    assert (facts.crs, facts.needs_crs) == ("", True)
    assert facts.bounds == (480e3, 667e4, 481e3, 6671e3)


def test_a_declared_system_that_the_numbers_cannot_be_in_is_not_believed(tmp_path: Path) -> None:
    # metres in a GeoJSON, which by its own rule is in degrees
    facts = probe(write_map(tmp_path / "a.geojson", [shapely.Point(480e3, 667e4)], "EPSG:4326", {"n": ["x"]}))
    assert (facts.crs, facts.needs_crs) == ("", True)
    # degrees in a file that declares metres: a tenth of a millimetre from the corner of the zone is still on earth
    near = probe(write_map(tmp_path / "b.gpkg", [shapely.Point(-51.2, -30.0)], "EPSG:31982", {"n": ["x"]}))
    assert near.kind == VECTOR
    assert near.bounds
    assert are_degrees(near.bounds)


@pytest.mark.parametrize("suffix", [".shp", ".geojson", ".gpkg", ".fgb"])
def test_every_format_of_maps_tells_the_same(tmp_path: Path, suffix: str) -> None:
    shapes = [shapely.box(n, 0, n + 1, 1) for n in range(5)]
    facts = probe(write_map(tmp_path / f"a{suffix}", shapes, "EPSG:4326", {"bairro": list("abcde")}))
    assert (facts.kind, facts.geometry, facts.count, facts.pieces) == (VECTOR, "polygon", 5, 1)
    assert facts.tiling == pytest.approx(1.0)
    assert facts.column("bairro")


def test_polygons_that_overlap_do_not_tile(tmp_path: Path) -> None:
    shapes = [shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]
    assert probe(
        write_map(tmp_path / "a.geojson", shapes, "EPSG:4326", {"n": ["a", "b"]})
    ).tiling == pytest.approx(0.75)


def test_a_mixture_of_points_and_polygons_is_any(tmp_path: Path) -> None:
    shapes = [
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
    ]
    content = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"a": 1}, "geometry": s} for s in shapes],
    }
    assert probe(write(tmp_path / "a.json", json.dumps({"data": content}))).geometry == "any"


def test_features_without_geometry_are_passed_over(tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"a": 1}, "geometry": None},
        {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [5, 6]}},
        "not a feature",
    ]
    facts = probe(
        write(tmp_path / "a.json", json.dumps({"x": {"type": "FeatureCollection", "features": features}}))
    )
    assert facts.bounds == (5, 6, 5, 6)
    nothing = {"x": {"type": "FeatureCollection", "features": features[:1]}}
    assert probe(write(tmp_path / "b.json", json.dumps(nothing))).why == "it holds no features"


def test_parquet_with_and_without_geometry(tmp_path: Path) -> None:
    points = shapely.to_wkb(shapely.points([[24.7, 59.4], [24.8, 59.5]])).tolist()
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
    }
    table = pa.table({"stop_id": ["a", "b"], "geometry": points}).replace_schema_metadata(
        {"geo": json.dumps(geo)}
    )
    pq.write_table(table, tmp_path / "a.parquet")
    facts = probe(tmp_path / "a.parquet")
    assert (facts.kind, facts.count, facts.bounds) == (VECTOR, 2, (24.7, 59.4, 24.8, 59.5))
    assert not facts.needs_crs  # GeoParquet without a word on its system is in longitude and latitude
    pq.write_table(pa.table({"a": [1]}), tmp_path / "b.parquet")
    plain = probe(tmp_path / "b.parquet")
    assert (plain.kind, plain.count, plain.columns[0].name) == (TABLE, 1, "a")


# ---------------------------------------------------------------- timetables


def test_a_timetable_packed_with_its_folder_is_a_timetable(tmp_path: Path) -> None:
    facts = probe(write_timetable(tmp_path / "a.zip", small_timetable(*TALLINN), folder="export/gtfs/"))
    assert (facts.kind, facts.date) == (GTFS, "2025-03-01/2025-08-31")


def test_a_timetable_of_dates_alone_tells_its_span(tmp_path: Path) -> None:
    tables = small_timetable(*TALLINN)
    del tables["calendar"]
    tables["calendar_dates"] = "service_id,date,exception_type\nw,20250614,1\nw,20250301,1\nw,20250401,2\n"
    assert probe(write_timetable(tmp_path / "a.zip", tables)).date == "2025-03-01/2025-06-14"


@pytest.mark.parametrize("days", ["20251399,20250230", "soon,later", ",", "2025-03-01,2025-08-31"])
def test_days_that_are_none_are_passed_over(tmp_path: Path, days: str) -> None:
    # eight letters were taken for a day, and the drafted kit could not be read back
    tables = small_timetable(*TALLINN)
    tables["calendar"] = f"service_id,start_date,end_date\nw,{days}\n"
    facts = probe(write_timetable(tmp_path / "a.zip", tables))
    assert (facts.kind, facts.date) == (GTFS, "")


@pytest.mark.parametrize(
    "stray", ["x,Depot,,", "x,Depot,59.4,", "x,Depot,?,24.7", "x,Depot,0,0", "x,Depot,591,247", "x"]
)
def test_one_stop_without_a_place_does_not_spoil_the_timetable(tmp_path: Path, stray: str) -> None:
    tables = small_timetable(*TALLINN)
    tables["stops"] += stray + "\n"
    facts = probe(write_timetable(tmp_path / "a.zip", tables))
    assert (facts.kind, facts.count) == (GTFS, 6)
    assert facts.bounds
    assert facts.bounds[0] == pytest.approx(TALLINN[0])


def test_a_timetable_whose_stops_lie_nowhere_is_told(tmp_path: Path) -> None:
    tables = {**small_timetable(*TALLINN), "stops": "stop_id,stop_lat,stop_lon\na,,\n"}
    assert probe(write_timetable(tmp_path / "a.zip", tables)).why == "the timetable holds no stops"


def test_a_zip_of_tables_that_is_no_timetable_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("bus_stops.txt", "a,b\n")
    assert "no timetable" in probe(tmp_path / "a.zip").why


# ---------------------------------------------------------------- rasters


@pytest.mark.parametrize("south_up", [False, True])
def test_a_raster_lies_where_it_lies_whichever_row_comes_first(tmp_path: Path, south_up: bool) -> None:
    facts = probe(
        write_raster(tmp_path / "a.tif", crowd(20, 30), 24.0, 60.0, 0.01, "EPSG:4326", south_up=south_up)
    )
    assert facts.bounds == pytest.approx((24.0, 59.8, 24.3, 60.0))
    assert facts.facts == {"float_counts"}


def test_a_projected_raster_is_placed_in_degrees(tmp_path: Path) -> None:
    x, y = metres(*TALLINN, "EPSG:25835")
    facts = probe(write_raster(tmp_path / "a.tif", crowd(20, 20), x, y, 100.0, "EPSG:25835", south_up=True))
    assert facts.bounds
    assert facts.bounds[0] == pytest.approx(TALLINN[0], abs=0.01)
    assert facts.bounds[3] == pytest.approx(TALLINN[1], abs=0.01)


def test_a_raster_outside_its_own_system_has_no_place(tmp_path: Path) -> None:
    facts = probe(write_raster(tmp_path / "a.tif", crowd(20, 20), 9e9, 9e9, 100.0, "EPSG:25835"))
    assert facts.kind == RASTER
    assert facts.bounds is None or all(np.isfinite(facts.bounds))


DICE = np.random.default_rng(11)


@pytest.mark.parametrize(
    ("array", "found"),
    [
        (crowd(40, 40), {"float_counts"}),
        ((crowd(40, 40) * 50).astype(np.int32), {"float_counts"}),  # LandScan counts in whole people
        (hills(40, 40), {"float_counts", "metres"}),  # floats above the sea may be either
        (hills(40, 40) - 90, {"metres"}),
        ((hills(40, 40) * 30).astype(np.int16), {"metres"}),
        ((hills(40, 40) * 30).astype(np.uint16), {"metres"}),
        (hills(40, 40) * 500, {"float_counts"}),  # no mountain is so high; the name must tell what it is
        (DICE.choice(np.array([1, 2, 3], np.uint8), (40, 40)), {"integer_classes"}),
        (DICE.choice(np.array([0, 1], np.uint8), (40, 40)), set()),  # a mask
        (DICE.integers(0, 70, (40, 40)).astype(np.uint8), set()),  # slopes in whole degrees
        (DICE.choice(np.array([111, 112, 211], np.int16), (40, 40)), {"integer_classes", "metres"}),
        (np.full((40, 40), 5.5, np.float32), {"float_counts"}),
        (np.full((40, 40), np.nan, np.float32), set()),
        (np.full((4, 4), 1 + 1j, np.complex64), set()),
    ],
)
def test_what_the_cells_of_a_raster_may_be(tmp_path: Path, array: np.ndarray, found: set[str]) -> None:
    facts = probe(write_raster(tmp_path / "a.tif", array, *TALLINN, 0.001, "EPSG:4326"))
    assert set(facts.facts) == found


def test_cells_without_data_are_no_steps(tmp_path: Path) -> None:
    # a constrained population raster is full of holes; the fall into a hole is not roughness
    smooth = hills(40, 40)
    smooth[DICE.random((40, 40)) < 0.5] = -9999
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", height=40, width=40, count=1, dtype="float32", nodata=-9999,
        crs="EPSG:4326", transform=rasterio.Affine(0.001, 0, 24, 0, -0.001, 59),
    ) as file:  # fmt: skip
        file.write(smooth, 1)
    assert set(probe(tmp_path / "a.tif").facts) == {"float_counts", "metres"}


@pytest.mark.real
def test_the_real_rasters_are_what_they_are_or_in_doubt(mirror: Path) -> None:
    found = {
        name: set(probe(mirror / name).facts)
        for name in (
            "porto_alegre/population/worldpop2020_constrained_3arcsec.tif",
            "porto_alegre/elevation/srtm_gl1_30m.tif",
            "porto_alegre/landcover/mapbiomas_30m.tif",
        )
    }
    assert list(found.values()) == [{"float_counts"}, {"metres"}, {"integer_classes"}]


@pytest.mark.real
def test_real_slopes_and_distances_are_not_taken_for_people_alone(mirror: Path) -> None:
    for name in ("slope_deg", "dist_built1985_m", "elevation_m"):
        assert set(probe(mirror / "landcover" / "pie" / f"{name}.tif").facts) != {"float_counts"}
    assert probe(mirror / "landcover" / "kathmandu" / "slope_deg_30m.tif").facts == frozenset()


# ---------------------------------------------------------------- others, and hashes


@pytest.mark.real
@pytest.mark.parametrize("city", ["andorra", "monaco"])
def test_street_extracts_of_other_cities_are_told_where_they_lie(mirror: Path, city: str) -> None:
    extracts = sorted((mirror / city).rglob("*.pbf"))
    for path in extracts:
        facts = probe(path)
        assert facts.kind == OSM
        assert facts.bounds
        assert are_degrees(facts.bounds)


@pytest.mark.parametrize(
    ("name", "head", "why"),
    [
        ("a.pdf", b"%PDF-1.4", "PDF"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "Excel"),
        ("a.rar", b"Rar!", "unpack"),
        ("a.csv.gz", b"\x1f\x8b", "unpack"),
        ("a.dwg", b"AC1027", "no reader"),
        ("a", b"\x00\x01\x02", "no reader"),
        ("a.csv", b"", "empty"),
    ],
)
def test_what_no_reader_takes_is_told_with_the_way_out(
    tmp_path: Path, name: str, head: bytes, why: str
) -> None:
    facts = probe(write(tmp_path / name, head))
    assert facts.kind == UNKNOWN
    assert why in facts.why
    assert facts.sha256 == sha(head)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([".csv", ".txt", ".tsv", ".tab", ".dat"]))
def test_no_text_of_any_bytes_is_a_crash(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    facts = probe(write(tmp_path_factory.mktemp("t") / f"a{suffix}", content))
    assert isinstance(facts, FileFacts)
    assert facts.kind != UNKNOWN or facts.why


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=4),
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_no_table_of_any_cells_is_a_crash(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], mark: str
) -> None:
    facts = probe(write(tmp_path_factory.mktemp("t") / "a.csv", text_table(mark, rows)))
    if facts.kind == TABLE:
        assert all(c.number == n for n, c in enumerate(facts.columns, 1))
        assert facts.count >= 0


def test_the_hash_of_a_group_does_not_depend_on_the_order_of_its_files() -> None:
    members = [("b.csv", "2" * 64), ("a.csv", "1" * 64)]
    assert listing(members) == listing(reversed(members)) == f"a.csv {'1' * 64}\nb.csv {'2' * 64}\n".encode()
    assert hash_bytes(listing(members)) != hash_bytes(listing(members[:1]))


def test_a_file_is_hashed_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from almena.gather import hashing

    counted: list[Path] = []
    monkeypatch.setattr(hashing, "hash_file", lambda p: counted.append(p) or hash_file(p))
    memory, path = HashMemory(), write(tmp_path / "a", b"one")
    assert memory.of(path) == memory.of(path) == sha(b"one")
    assert len(counted) == 1
    write(path, b"another")
    assert memory.of(path) == sha(b"another")
    assert len(counted) == 2


def test_a_shapefile_in_a_folder_inside_a_zip_is_looked_into(tmp_path: Path) -> None:
    import zipfile

    import pyogrio.raw

    loose = tmp_path / "loose"
    loose.mkdir()
    lines = shapely.to_wkb(shapely.linestrings([[[7.0, 43.0], [7.1, 43.1]], [[7.0, 43.0], [7.2, 43.0]]]))
    pyogrio.raw.write(
        loose / "ways.shp",
        lines,
        [np.array(["residential", "primary"], dtype=object)],
        ["highway"],
        geometry_type="LineString",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
    )
    packed = tmp_path / "streets.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(loose.iterdir()):
            archive.write(file, f"export of 3 May/{file.name}")
    found = probe(packed)
    assert (found.kind, found.geometry, found.count) == ("vector", "line", 2)
    assert [c.name for c in found.columns] == ["highway"]
