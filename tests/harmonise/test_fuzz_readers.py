"""Strangers' files: whole ones bent, cut and mixed by hypothesis; no reader may crash, hang or lose a row silently."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.harmonise.kitchen import outcome, role, said
from tests.harmonise.spreadsheets import write_ods, write_xlsx
from tests.harmonise.test_netcdf import classic, newer
from tests.harmonise.test_other_maps import folder, geopackage, kml, placemark, point

from almena.gather.probe import probe
from almena.model.data import Layer, Table
from almena.model.listed import rows_listed

ROWS = [
    ["name", "time", "persons", "lon", "lat"],
    *([f"n{i}", f"2024-05-{i:02d}", i, 7.4 + i / 100, 43.7] for i in range(1, 9)),
]
TABLE = role("table", "name:text", "persons:number")
SERIES = role("table", "time:time", "persons:number")
MAP = role("layer", "name:text", geometry="any")
GRID = role("grid")
FEED = role("feed")
TEXT = role("document")
COLLECTION = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": i,
            "properties": {"name": f"n{i}"},
            "geometry": {"type": "Point", "coordinates": [7.4, 43.7]},
        }
        for i in range(4)
    ],
}
GTFS = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\na,A,43.7,7.4\nb,B,43.71,7.41\n",
    "routes.txt": "route_id,route_type\nr,3\n",
    "trips.txt": "route_id,service_id,trip_id\nr,s,t\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t,8:00:00,8:00:00,a,1\nt,8:10:00,8:10:00,b,2\n",
    "calendar_dates.txt": "service_id,date,exception_type\ns,20240501,1\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\nt,8:00:00,9:00:00,600,0\n",
}


def csv_bytes() -> bytes:
    return "\n".join(",".join(map(str, row)) for row in ROWS).encode()


def gtfs_bytes() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in GTFS.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def parquet(path: Path) -> Path:
    pq.write_table(pa.table({"name": ["a", "b"], "persons": [1.0, 2.0]}), path)
    return path


def geoparquet(path: Path) -> Path:
    geo = {
        "version": "1.1.0",
        "primary_column": "g",
        "columns": {"g": {"encoding": "WKB", "geometry_types": []}},
    }
    wkb = shapely.to_wkb(shapely.points([[7.4, 43.7], [7.5, 43.8]])).tolist()
    pq.write_table(
        pa.table({"name": ["a", "b"], "g": wkb}).replace_schema_metadata({"geo": json.dumps(geo)}), path
    )
    return path


def flatgeobuf(path: Path) -> Path:
    wkb = shapely.to_wkb(shapely.points([[7.4, 43.7], [7.5, 43.8]]))
    names = np.array(["a", "b"], dtype=object)
    pyogrio.raw.write(
        path, wkb, [names], ["name"], driver="FlatGeobuf", geometry_type="Point", crs="EPSG:4326"
    )
    return path


def shapefile(path: Path) -> Path:
    wkb = shapely.to_wkb(shapely.points([[7.4, 43.7], [7.5, 43.8]]))
    names = np.array(["a", "b"], dtype=object)
    pyogrio.raw.write(
        path, wkb, [names], ["name"], driver="ESRI Shapefile", geometry_type="Point", crs="EPSG:4326"
    )
    return path


def tiff(path: Path) -> Path:
    place = rasterio.Affine(0.1, 0, 7, 0, -0.1, 44)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=4,
        height=4,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=place,
    ) as file:
        file.write(np.arange(16, dtype="float32").reshape(1, 4, 4))
    return path


Maker = Callable[[Path], Path]
SEEDS: dict[str, tuple[Maker, str, Any, dict[str, Any]]] = {
    "csv": (lambda d: _put(d / "a.csv", csv_bytes()), "table", TABLE, {}),
    "series": (lambda d: _put(d / "s.csv", csv_bytes()), "timeseries", SERIES, {}),
    "points": (
        lambda d: _put(d / "p.csv", csv_bytes()),
        "table",
        MAP,
        {"fields": {"x": "lon", "y": "lat"}, "crs": "EPSG:4326"},
    ),
    "json": (
        lambda d: _put(d / "a.json", json.dumps([{"name": "a", "persons": 1}]).encode()),
        "table",
        TABLE,
        {},
    ),
    "xlsx": (lambda d: write_xlsx(d / "a.xlsx", {"S": ROWS}, ("A1:B1",)), "table", TABLE, {}),
    "ods": (lambda d: write_ods(d / "a.ods", {"S": ROWS}), "table", TABLE, {}),
    "parquet": (lambda d: parquet(d / "a.parquet"), "table", TABLE, {}),
    "geoparquet": (lambda d: geoparquet(d / "g.parquet"), "vector", MAP, {}),
    "geojson": (lambda d: _put(d / "a.geojson", json.dumps(COLLECTION).encode()), "vector", MAP, {}),
    "geopackage": (lambda d: geopackage(d / "a.gpkg"), "vector", MAP, {"layer": "schools"}),
    "flatgeobuf": (lambda d: flatgeobuf(d / "a.fgb"), "vector", MAP, {}),
    "shapefile": (lambda d: shapefile(d / "a.shp"), "vector", MAP, {}),
    "kml": (
        lambda d: kml(d / "a.kml", folder("S", placemark("A", point(7.4, 43.7)))),
        "vector",
        MAP,
        {"fields": {"name": "Name"}},
    ),
    "gtfs": (lambda d: _put(d / "a.zip", gtfs_bytes()), "gtfs", FEED, {}),
    "tiff": (lambda d: tiff(d / "a.tif"), "raster", GRID, {}),
    "netcdf": (lambda d: classic(d / "a.nc"), "raster", GRID, {"layer": "height"}),
    "netcdf4": (newer, "raster", GRID, {"where": {"time": ("2024-05-01",)}}),
    "netcdf series": (
        lambda d: classic(d / "s.nc", cells=([-30.0], [-51.5])),
        "timeseries",
        SERIES,
        {"fields": {"persons": "rain"}},
    ),
    "text": (lambda d: _put(d / "a.txt", b"One plan.\n\nTwo aims.\n"), "document", TEXT, {}),
}


def _put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def must_be_told(path: Path, reader: str, wanted: Any, options: dict[str, Any]) -> Any:
    """Read; whatever is wrong must be a problem that names the file and says what to do or why."""
    made, problem = outcome(path, reader, wanted, options)
    if problem is not None:
        assert problem.problems
        assert path.name in said(problem)
        assert str(path.parent) not in said(problem)
        return None
    if isinstance(made, (Table, Layer)):
        assert made.rows_read == len(made) + rows_listed(made.listed)
        assert all(
            len(values) == len(made)
            for values in getattr(made, "columns", getattr(made, "fields", {})).values()
        )
    return made


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return one whole file of each kind."""
    made = {}
    for kind, (make, *_) in SEEDS.items():
        made[kind] = make(tmp_path_factory.mktemp(kind.replace(" ", "_")))
    return made


@pytest.mark.parametrize("kind", SEEDS)
def test_a_whole_file_of_every_kind_is_read(seeds: dict[str, Path], kind: str) -> None:
    _, reader, wanted, options = SEEDS[kind]
    assert must_be_told(seeds[kind], reader, wanted, options) is not None


def bent(content: bytes, seed: int, how: str) -> bytes:
    """Return a file with something done to it that happens to files, or that a stranger does."""
    chance = random.Random(seed)
    data = bytearray(content)
    if how == "cut":
        return bytes(data[: chance.randrange(len(data))])
    if how == "flipped":
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
    elif how == "doubled":
        start = chance.randrange(len(data))
        data[start:start] = data[start : start + chance.randrange(1, 400)]
    elif how == "hollowed":
        start = chance.randrange(len(data))
        data[start : start + chance.randrange(1, 64)] = bytes(chance.randrange(1, 64))
    else:
        start = chance.randrange(len(data))
        data[start : start + 4] = chance.choice(
            [b"\xff\xff\xff\xff", b"NaN,", b"inf,", b"1e99", b'"""",', b"\x00\x00\x00\x80"]
        )
    return bytes(data)


@pytest.mark.parametrize("kind", SEEDS)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), how=st.sampled_from(["cut", "flipped", "doubled", "hollowed", "spoiled"]))
def test_a_bent_file_is_read_or_told(
    seeds: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, kind: str, seed: int, how: str
) -> None:
    _, reader, wanted, options = SEEDS[kind]
    place = _desk(tmp_path_factory)
    for beside in seeds[kind].parent.iterdir():
        if beside.stem == seeds[kind].stem and beside.suffix in (".shx", ".dbf", ".prj", ".cpg"):
            (place / beside.name).write_bytes(beside.read_bytes())
    path = _put(place / seeds[kind].name, bent(seeds[kind].read_bytes(), seed, how))
    must_be_told(path, reader, wanted, options)
    probe(path)


def _desk(factory: pytest.TempPathFactory) -> Path:
    """Return one folder for all examples, so that a search leaves little behind."""
    place = factory.getbasetemp() / "bent"
    place.mkdir(exist_ok=True)
    return place


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "content.xml"]
)
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), how=st.sampled_from(["cut", "flipped", "doubled", "hollowed"]))
def test_a_workbook_whose_inside_is_bent_is_read_or_told(
    seeds: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, part: str, seed: int, how: str
) -> None:
    kind = "ods" if part == "content.xml" else "xlsx"
    path = _desk(tmp_path_factory) / seeds[kind].name
    with zipfile.ZipFile(seeds[kind]) as old, zipfile.ZipFile(path, "w") as fresh:
        for name in old.namelist():
            content = old.read(name)
            fresh.writestr(name, bent(content, seed, how) if name == part else content)
    must_be_told(path, "table", TABLE, {})
    probe(path)


HEADS = st.lists(
    st.sampled_from(
        ["name", "persons", "persons", "", "Name ", "#adm1+name", "2010", "n\u0000a", "名前", "=1+1"]
    ),
    min_size=1,
    max_size=6,
)
ODD = st.sampled_from(
    [
        "",
        " ",
        "1",
        "1e400",
        "-1e400",
        "NaN",
        "inf",
        "12,5*",
        "1.234",
        "١٢",
        "\u202eabc",
        "Total",
        "#x",
        "mm",
        "'",
        '"',
        "2024-13-45",
        "0x1F",
        "--",
        "9" * 400,
    ]
)


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(
    head=HEADS,
    body=st.lists(st.lists(ODD, max_size=7), max_size=6),
    mark=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_tables_of_odd_headers_and_cells(
    tmp_path_factory: pytest.TempPathFactory, head: list[str], body: list[list[str]], mark: str, encoding: str
) -> None:
    text = "\n".join(mark.join(row) for row in [head, *body])
    path = _put(_desk(tmp_path_factory) / "odd.csv", text.encode(encoding))
    for reader, wanted in (("table", TABLE), ("timeseries", SERIES)):
        must_be_told(
            path,
            reader,
            wanted,
            {"fields": {"name": 1, "time": 1, "persons": 2} if reader == "timeseries" else {}},
        )
    probe(path)


SHAPES = st.sampled_from(
    [
        "POINT EMPTY", "GEOMETRYCOLLECTION EMPTY", "POINT Z (7 43 9)", "POINT (inf 43)",
        "POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))",
        "GEOMETRYCOLLECTION (POINT (7 43), LINESTRING (7 43, 8 44))", "MULTIPOINT ((7 43), (8 44))", "POLYGON EMPTY",
        "LINESTRING (7 43, 7 43)", "POINT (1e300 43)", "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POINT (7 43)))",
        "MULTIPOLYGON (((7 43, 8 43, 8 44, 7 43)), ((7.1 43, 8 43, 8 44, 7.1 43)))", "POINT (7.4 43.7)",
    ]
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    wkts=st.lists(st.one_of(st.none(), SHAPES), max_size=6),
    kind=st.sampled_from(["point", "line", "polygon", "any"]),
)
def test_shapes_of_every_kind_enter_or_are_listed(
    tmp_path_factory: pytest.TempPathFactory, wkts: list[str | None], kind: str
) -> None:
    path = _desk(tmp_path_factory) / "shapes.parquet"
    shapes = [None if w is None else shapely.to_wkb(shapely.from_wkt(w)) for w in wkts]
    geo = {
        "version": "1.1.0",
        "primary_column": "g",
        "columns": {"g": {"encoding": "WKB", "geometry_types": []}},
    }
    table = pa.table({"name": [str(i) for i in range(len(wkts))], "g": pa.array(shapes, pa.binary())})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    made = must_be_told(path, "vector", role("layer", "name:text", geometry=kind), {})
    assert made is None or made.rows_read == len(wkts)
    probe(path)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.sampled_from(
            [
                b"PK\x03\x04",
                b"PAR1PAR1",
                b"fgb\x03",
                b"CDF\x01",
                b"II*\x00",
                b"\x00\x00\x27\x0a",
                b"{",
                b"[]",
                b"<kml>",
                b"SQLite format 3\x00",
                b"\xff\xfe",
                b"\x89HDF\r\n\x1a\n",
            ]
        ),
    )
)
def test_any_bytes_through_every_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = _put(_desk(tmp_path_factory) / "any.bin", content)
    for reader, wanted in (
        ("table", TABLE),
        ("timeseries", SERIES),
        ("vector", MAP),
        ("raster", GRID),
        ("gtfs", FEED),
        ("document", TEXT),
    ):
        must_be_told(path, reader, wanted, {})
    probe(path)


def test_a_zip_inside_a_zip_is_not_followed(tmp_path: Path) -> None:
    inner = gtfs_bytes()
    path = tmp_path / "nested.zip"
    for _ in range(40):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inner.zip", inner)
        inner = path.read_bytes()
    for reader, wanted in (("vector", MAP), ("gtfs", FEED), ("table", TABLE)):
        assert must_be_told(path, reader, wanted, {}) is None
    assert probe(path).kind == "unknown"


@pytest.mark.parametrize(
    "rows",
    [[], [[None]], [["name"]], [[1]], [["name", "persons"]], [["name", "persons"], ["a", 1]], [["x"] * 300]],
)
def test_sheets_of_nothing_and_of_one_cell(tmp_path: Path, rows: list[list[Any]]) -> None:
    for path in (write_xlsx(tmp_path / "a.xlsx", {"S": rows}), write_ods(tmp_path / "a.ods", {"S": rows})):
        made = must_be_told(path, "table", TABLE, {})
        assert (made is not None) == (len(rows) == 2)
        probe(path)


def test_a_cell_at_the_far_end_of_a_sheet_takes_little_time(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "persons"])
    book.active.append(["a", 1])
    book.active["XFD20000"] = "far"
    book.save(tmp_path / "far.xlsx")
    made = must_be_told(
        tmp_path / "far.xlsx", "table", TABLE, {"fields": {"name": "name", "persons": "persons"}}
    )
    assert made.columns["persons"].tolist() == [1]
