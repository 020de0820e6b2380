"""A first look into a file tells its kind by its content, whatever its name."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio.raw
import pytest
import rasterio
import shapely

from almena.gather.facts import DOCUMENT, GTFS, OSM, RASTER, TABLE, UNKNOWN, VECTOR, Column, columns_of, plain
from almena.gather.probe import probe

from .kits import sha, write

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}


def collection(*features: tuple[object, dict[str, object]]) -> dict[str, object]:
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": p, "geometry": g} for g, p in features],
    }


def test_geojson_tells_its_features(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [5, 6]}
    text = json.dumps(collection((point, {"name": "A", "beds": 3}), (point, {"name": None, "beds": 4})))
    facts = probe(write(tmp_path / "a", text))
    assert (facts.kind, facts.geometry, facts.count) == (VECTOR, "point", 2)
    assert facts.bounds == (5, 6, 5, 6)
    assert facts.sha256 == sha(text.encode())
    assert facts.column("name") == Column("name", ("A", ""), 1)
    assert facts.column("other") is None


def test_wrapped_json_tells_its_key_and_tags(tmp_path: Path) -> None:
    inner = collection((SQUARE, {"tags": {"leisure": "park"}, "id": 1}))
    facts = probe(write(tmp_path / "a.json", json.dumps({"meta": {"n": 1}, "data": {"geoJson": inner}})))
    assert (facts.kind, facts.geometry, facts.options) == (VECTOR, "polygon", {"key": "geoJson"})
    assert facts.column("leisure")
    assert facts.facts == {"few_features", "one_piece"}


def test_a_shape_without_attributes_and_with_many_pieces_is_told(tmp_path: Path) -> None:
    squares = shapely.MultiPolygon([shapely.box(3 * n, 0, 3 * n + 1, 1) for n in range(7)])
    geometry = json.loads(shapely.to_geojson(squares))
    facts = probe(write(tmp_path / "a.geojson", json.dumps(collection((geometry, {"id": "0"})))))
    assert facts.facts == {"few_features", "many_pieces", "no_attributes"}
    assert facts.pieces == 7


def test_three_dimensions_and_other_coordinate_systems_become_degrees(tmp_path: Path) -> None:
    points = shapely.to_wkb(shapely.points([[611_000.0, 9_447_000.0, 4.0]]), output_dimension=3)
    pyogrio.raw.write(
        str(tmp_path / "a.gpkg"),
        geometry=points,
        field_data=[np.array(["x"], object)],
        fields=["name"],
        geometry_type="Point Z",
        crs="EPSG:32727",
        driver="GPKG",
    )
    facts = probe(tmp_path / "a.gpkg")
    assert facts.bounds == pytest.approx((-20.0, -5.0, -20.0, -5.0), abs=0.01)
    assert facts.crs == "EPSG:32727"


def test_a_shapefile_without_prj_and_cpg_says_what_it_needs(tmp_path: Path) -> None:
    pyogrio.raw.write(
        str(tmp_path / "a.shp"),
        geometry=shapely.to_wkb(np.array([shapely.box(0, 0, 1, 1)])),
        field_data=[np.array(["Média"], object)],
        fields=["classe"],
        geometry_type="Polygon",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
        encoding="UTF-8",
    )
    (tmp_path / "a.prj").unlink()
    (tmp_path / "a.cpg").unlink()
    facts = probe(tmp_path / "a.shp")
    assert facts.needs_crs
    assert facts.options == {"encoding": "utf-8"}
    assert facts.columns[0].filled == ("Média",)


def raster(path: Path, array: np.ndarray, nodata: float | None = None, crs: str | None = "EPSG:4326") -> Path:
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=array.shape[0],
        width=array.shape[1],
        count=1,
        dtype=array.dtype,
        nodata=nodata,
        crs=crs,
        transform=rasterio.Affine(0.1, 0, 10, 0, -0.1, 20),
    ) as file:
        file.write(array, 1)
    return path


@pytest.mark.parametrize(
    ("array", "found"),
    [
        (np.linspace(0, 9.5, 400, dtype=np.float32).reshape(20, 20), {"float_counts", "metres"}),
        (np.linspace(0, 0.5, 400, dtype=np.float32).reshape(20, 20), set()),
        (np.arange(400, dtype=np.uint8).reshape(20, 20) % 6, {"integer_classes"}),
        (np.arange(-20, 380, dtype=np.int16).reshape(20, 20), {"metres"}),
        (np.linspace(-5, 900, 400, dtype=np.float32).reshape(20, 20), {"metres"}),
        (np.arange(400, dtype=np.uint8).reshape(20, 20), set()),
        (np.full((20, 20), 30_000, np.int32), set()),
    ],
)
def test_rasters_tell_counts_from_classes_from_heights(
    tmp_path: Path, array: np.ndarray, found: set[str]
) -> None:
    facts = probe(raster(tmp_path / "a", array))
    assert (facts.kind, set(facts.facts)) == (RASTER, found)
    assert facts.bounds == pytest.approx((10, 18, 12, 20))


def test_a_raster_without_values_or_place_is_told(tmp_path: Path) -> None:
    empty = probe(raster(tmp_path / "a.tif", np.full((4, 4), -1, np.int16), nodata=-1))
    assert (empty.kind, empty.why) == (UNKNOWN, "the raster holds no values")
    assert probe(raster(tmp_path / "b.tif", np.zeros((4, 4), np.uint8), crs=None)).needs_crs


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        ("\ufeffa;b\n1;2\n3;4\n".encode(), "utf-8-sig", ";"),
        ("a,b\n1,2\n".encode("utf-16"), "utf-16", ","),
        ("situação\tb\nsão\t2\n".encode("latin-1"), "latin-1", "\t"),
        (b"a|b\n1|2\n", "utf-8", "|"),
        (b"a;b\n1,5;2,5\n3,5;4,5\n", "utf-8", ";"),
    ],
)
def test_tables_tell_encoding_and_delimiter(
    tmp_path: Path, content: bytes, encoding: str, delimiter: str
) -> None:
    facts = probe(write(tmp_path / "a.csv", content))
    assert facts.kind == TABLE
    assert facts.options == {"encoding": encoding, "delimiter": delimiter}
    assert len(facts.columns) == 2


def test_lines_above_the_header_are_counted(tmp_path: Path) -> None:
    lines = [
        "REGIAO:;S",
        "UF:;RS",
        "Data;Hora UTC;Chuva",
        *(f"2024/01/{d:02};{h:02}00 UTC;0,2" for d in (1, 2) for h in range(24)),
    ]
    facts = probe(write(tmp_path / "a.csv", "\n".join(lines)))
    assert facts.options["header"] == 3
    assert facts.times
    assert (facts.times.column, facts.times.order, facts.times.is_hourly) == (
        "Data+Hora UTC",
        "year-first",
        True,
    )
    assert facts.date == "2024-01-01/2024-01-02"


def test_a_header_shorter_than_its_rows_is_found(tmp_path: Path) -> None:
    facts = probe(write(tmp_path / "a.csv", "Age;Women;Men;City\nold;1;2;Total;Toy\nyoung;3;4;Total;Toy\n"))
    assert [c.name for c in facts.columns[:4]] == ["Age", "Women", "Men", "City"]
    assert facts.columns[0].filled == ("old", "young")
    assert facts.count == 2


def test_a_table_without_header_is_told(tmp_path: Path) -> None:
    facts = probe(
        write(tmp_path / "a.csv", "06/05/2024 14:15:00,529\n05/05/2024 14:00,526\n31/04/2024 10:00,5\n")
    )
    assert facts.options["header"] == 0
    assert facts.times
    assert (facts.times.column, facts.times.order) == (1, "day-first")
    assert facts.date == "2024-05-05/2024-05-06"
    assert "time_and_number" in facts.facts


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (["2024-01-05", "2024-02-05"], "year-first"),
        (["13/01/2024", "05/02/2024"], "day-first"),
        (["01/13/2024", "02/05/2024"], "month-first"),
        (["01/02/2024", "02/05/2024"], ""),
    ],
)
def test_the_order_of_days_and_months_is_told_only_when_it_can_be(
    tmp_path: Path, days: list[str], order: str
) -> None:
    facts = probe(write(tmp_path / "a.csv", "day,rain\n" + "".join(f"{d},1\n" for d in days)))
    assert facts.times
    assert facts.times.order == order
    assert bool(facts.date) == bool(order)


def test_years_in_the_first_column_are_told(tmp_path: Path) -> None:
    assert "year_column" in probe(write(tmp_path / "a.csv", "Year,Persons\n1990,5\n2000,6\n")).facts


def test_a_workbook_tells_its_first_sheet_with_content(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Data")
    sheet.append(["Name", "Pupils"])
    sheet.append(["A", 3])
    sheet.cell(500, 20).number_format = "0.0"
    book.save(tmp_path / "a.bin")
    facts = probe(tmp_path / "a.bin")
    assert (facts.kind, facts.options) == (TABLE, {"sheet": "Data"})
    assert [c.name for c in facts.columns] == ["Name", "Pupils"]


def test_a_timetable_tells_its_stops_and_days(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("stops.txt", "\ufeffstop_id, stop_lat,stop_lon\r\n1, 5.5,6.5\r\n2,,\r\n")
        archive.writestr("calendar.txt", "service_id,start_date,end_date\nw,20240301,20240831\n")
    facts = probe(tmp_path / "a.zip")
    assert (facts.kind, facts.count, facts.date) == (GTFS, 1, "2024-03-01/2024-08-31")
    assert facts.bounds == (6.5, 5.5, 6.5, 5.5)


def test_a_zipped_shapefile_is_looked_into(tmp_path: Path) -> None:
    pyogrio.raw.write(
        str(tmp_path / "a.shp"),
        geometry=shapely.to_wkb(np.array([shapely.Point(1, 2)])),
        field_data=[np.array(["x"], object)],
        fields=["stop_id"],
        geometry_type="Point",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
    )
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for beside in tmp_path.glob("a.*"):
            archive.write(beside, beside.name)
    assert probe(tmp_path / "z.zip").column("stop_id")


def test_texts_and_other_files_are_told(tmp_path: Path) -> None:
    assert probe(write(tmp_path / "a.txt", "A plan.\nWith words.\n")).kind == DOCUMENT
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert probe(tmp_path / "a.docx").kind == DOCUMENT
    assert "Excel" in probe(write(tmp_path / "a.xls", b"\xd0\xcf\x11\xe0")).why
    assert probe(tmp_path / "gone").kind == UNKNOWN


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[]",
        '{"Soja": 3}',
        '{"type": "FeatureCollection", "features": []}',
        "{" * 20_000,
        '{"a": [1,',
        "[" * 100_000,
    ],
)
def test_json_that_is_no_map_is_told(tmp_path: Path, content: str) -> None:
    facts = probe(write(tmp_path / "a.json", content))
    assert facts.kind == UNKNOWN
    assert facts.why


def test_a_virtual_raster_or_script_in_disguise_is_not_opened(tmp_path: Path) -> None:
    assert probe(write(tmp_path / "a.tif", '<VRTDataset rasterXSize="1"/>')).kind == UNKNOWN
    assert probe(write(tmp_path / "a.geojson", "<OGRVRTDataSource/>")).kind == UNKNOWN


def test_a_zip_with_a_trick_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("stops.txt", "stop_id,stop_lat,stop_lon\n1,2,3\n")
        archive.writestr("../evil", "x")
    facts = probe(tmp_path / "a.zip")
    assert facts.kind == UNKNOWN
    assert "unsafe" in facts.why


@pytest.mark.real
def test_a_real_street_extract_is_told(mirror: Path) -> None:
    facts = probe(mirror / "porto_alegre" / "osm" / "poa_osm.pbf")
    assert (facts.kind, facts.facts) == (OSM, {"has_highways"})
    assert facts.bounds
    assert facts.bounds[0] == pytest.approx(-51.266, abs=0.01)


def test_small_helpers() -> None:
    assert plain("  Situação ") == "situacao"
    (column,) = columns_of([("x", [None, float("nan"), " a ", "a", 3])])
    assert column.samples == ("", "", "a", "a", "3")
    assert column.common() == ("a", 2 / 3)
    assert Column("x").common() == ("", 0.0)
