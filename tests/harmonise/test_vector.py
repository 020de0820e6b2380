"""Maps in the formats that offices send: shapefiles, GeoPackages, zips, GeoParquet, FlatGeobuf, KML."""

from __future__ import annotations

import json
import shutil
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from almena.harmonise.vector import read as read_vector
from almena.model.problem import InputError

from .kitchen import collection, feature, found, json_file, point, read, role, said, text_file

AREAS = role(optional=("name:text", "people:number", "surveyed:date"), geometry="any")
NAMES = ["São João", "Vila Assunção"]
POLYGONS = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])


def write_map(
    path: Path, driver: str, *, crs: str | None = "EPSG:4674", names: Any = None, **options: Any
) -> Path:
    """Write two polygons with names and people."""
    pyogrio.raw.write(
        path,
        shapely.to_wkb(options.pop("geometry", POLYGONS)),
        field_data=[np.array(names or NAMES, dtype=object), np.array([3.5, 4.0])],
        fields=["name", "people"],
        geometry_type=options.pop("geometry_type", "Polygon"),
        driver=driver,
        crs=crs,
        **options,
    )
    return path


def shapefile(folder: Path, encoding: str = "utf-8", cpg: bool = False, **options: Any) -> Path:
    path = write_map(folder / "areas.shp", "ESRI Shapefile", encoding=encoding, **options)
    if not cpg:
        path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


def test_a_shapefile_without_cpg_in_utf8_is_read_as_utf8_and_says_so(tmp_path: Path) -> None:
    made = read(shapefile(tmp_path), "vector", AREAS)
    assert made.fields["name"].tolist() == NAMES
    assert made.crs == "EPSG:4674"
    assert made.ids.tolist() == ["0", "1"]
    assert "every text is valid utf-8" in made.notes[0]


def test_a_shapefile_without_cpg_in_latin1_is_read_as_gdal_finds_and_says_so(tmp_path: Path) -> None:
    made = read(shapefile(tmp_path, "iso-8859-1"), "vector", AREAS)
    assert made.fields["name"].tolist() == NAMES
    assert "its texts are read as ISO-8859-1" in made.notes[0]


def test_plain_english_texts_need_no_note(tmp_path: Path) -> None:
    assert read(shapefile(tmp_path, names=["a", "b"]), "vector", AREAS).notes == ()


def test_a_cpg_or_the_kit_settle_the_encoding(tmp_path: Path) -> None:
    made = read(shapefile(tmp_path, cpg=True), "vector", AREAS)
    assert made.fields["name"].tolist() == NAMES
    assert made.notes == ()
    latin = shapefile(tmp_path, "iso-8859-1")
    made = read(latin, "vector", AREAS, encoding="latin-1")
    assert made.fields["name"].tolist() == NAMES
    assert made.notes == ()


def test_an_encoding_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "iso-8859-1")
    with pytest.raises(InputError, match="not written in utf-8") as error:
        read(path, "vector", AREAS, encoding="utf-8")
    assert "Correct `encoding`" in said(error.value)
    with pytest.raises(InputError, match="not known"):
        read(path, "vector", AREAS, encoding="klingon")


def test_sidecars_given_as_paths_are_not_read_as_maps(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    paths = sorted(tmp_path.glob("areas.*"))
    assert len(paths) > 2
    assert len(read(paths, "vector", AREAS)) == 2
    assert path in paths


def test_a_shapefile_without_prj_has_no_system_until_the_kit_gives_one(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError, match="coordinate system is missing"):
        read(path, "vector", AREAS)
    assert read(path, "vector", AREAS, crs="EPSG:4674").crs == "EPSG:4674"


def test_a_shapefile_without_its_table_or_index_is_not_a_traceback(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    path.write_bytes(path.read_bytes()[:40])
    path.with_suffix(".shx").unlink()
    with pytest.raises(InputError) as error:
        read(path, "vector", AREAS)
    assert str(tmp_path) not in said(error.value)


def zipped(folder: Path, *paths: Path, inside: str = "") -> Path:
    target = folder / "map.zip"
    with zipfile.ZipFile(target, "w") as made:
        for path in paths:
            made.write(path, inside + path.name)
    return target


def test_a_zipped_shapefile_in_a_folder(tmp_path: Path) -> None:
    shapefile(tmp_path)
    path = zipped(tmp_path, *sorted(tmp_path.glob("areas.*")), inside="dados/")
    made = read(path, "vector", AREAS)
    assert made.fields["name"].tolist() == NAMES
    assert "every text is valid utf-8" in made.notes[0]


def test_a_zipped_shapefile_with_cpg_needs_no_note(tmp_path: Path) -> None:
    shapefile(tmp_path, cpg=True)
    assert read(zipped(tmp_path, *sorted(tmp_path.glob("areas.*"))), "vector", AREAS).notes == ()


def test_a_zip_with_two_maps_asks_which(tmp_path: Path) -> None:
    first = shapefile(tmp_path)
    for part in sorted(tmp_path.glob("areas.*")):
        shutil.copy(part, tmp_path / part.name.replace("areas", "zones"))
    path = zipped(tmp_path, *sorted(tmp_path.glob("*.*")))
    with pytest.raises(InputError, match="several maps") as error:
        read(path, "vector", AREAS)
    assert "areas.shp, zones.shp" in said(error.value)
    assert len(read(path, "vector", AREAS, layer="zones")) == 2
    assert first.exists()


def test_a_zip_without_a_map_and_a_climbing_zip_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no shapefile or KML"):
        read(zipped(tmp_path, text_file(tmp_path, "x", "a.txt")), "vector", AREAS)
    with pytest.raises(InputError, match="climbs out"):
        read(zipped(tmp_path, shapefile(tmp_path), inside="../"), "vector", AREAS)


def test_a_zip_with_one_map_does_not_mind_a_layer_name(tmp_path: Path) -> None:
    shapefile(tmp_path)
    assert len(read(zipped(tmp_path, *sorted(tmp_path.glob("areas.*"))), "vector", AREAS, layer="areas")) == 2


def test_a_geopackage_with_several_layers_asks_which(tmp_path: Path) -> None:
    path = write_map(tmp_path / "a.gpkg", "GPKG", layer="areas")
    assert len(read(path, "vector", AREAS)) == 2
    write_map(path, "GPKG", layer="zones", append=True)
    with pytest.raises(InputError, match="several layers") as error:
        read(path, "vector", AREAS)
    assert "areas, zones" in said(error.value)
    made = read(path, "vector", AREAS, layer="zones")
    assert made.origins[0].locator == "layer zones, 2 features"
    with pytest.raises(InputError, match="Did you mean 'zones'"):
        read(path, "vector", AREAS, layer="zone")


def test_a_flatgeobuf(tmp_path: Path) -> None:
    made = read(write_map(tmp_path / "a.fgb", "FlatGeobuf"), "vector", AREAS)
    assert sorted(made.fields["name"].tolist()) == sorted(NAMES)
    assert made.fields["people"].sum() == 7.5


KML = """<?xml version="1.0" encoding="UTF-8"?>
{extra}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Posto</name>
<Point><coordinates>-51.2,-30.0,0</coordinates></Point></Placemark></Document></kml>"""


def test_a_kml(tmp_path: Path) -> None:
    made = read(text_file(tmp_path, KML.format(extra=""), "a.kml"), "vector", AREAS, fields={"name": "Name"})
    assert made.crs == "EPSG:4326"
    assert (made.geometry[0].x, made.geometry[0].y) == (-51.2, -30.0)
    assert made.fields["name"].tolist() == ["Posto"]


def test_a_kmz_is_a_zipped_kml(tmp_path: Path) -> None:
    path = zipped(tmp_path, text_file(tmp_path, KML.format(extra=""), "doc.kml"))
    assert len(read(path, "vector", AREAS)) == 1


@pytest.mark.parametrize(
    "text",
    [
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>',
        KML.format(extra="<!-- <OGRVRTDataSource> -->"),
        KML.format(extra='<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "<html><body>404 not found</body></html>",
        "id;name\n1;a\n",
        "https://example.org/wfs?service=WFS",
    ],
)
def test_files_that_could_lead_elsewhere_are_never_opened(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="not a map that can be read"):
        read(text_file(tmp_path, text, "a.kml"), "vector", AREAS)


def test_a_web_page_is_recognised(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="looks like a web page"):
        read(text_file(tmp_path, "<!DOCTYPE html><p>gone</p>", "a.geojson"), "vector", AREAS)


def parquet(folder: Path, *, geo: Any = "default", geometry: Any = None) -> Path:
    path = folder / "a.parquet"
    points = shapely.points([[-51.2, -30.0], [-51.1, -30.1]]) if geometry is None else geometry
    table = pa.table({"name": NAMES, "people": [1.0, None], "geometry": list(shapely.to_wkb(points))})
    if geo == "default":
        geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    metadata = {} if geo is None else {"geo": json.dumps(geo)}
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return path


def test_a_geoparquet_without_system_is_in_degrees_as_its_standard_says(tmp_path: Path) -> None:
    made = read(parquet(tmp_path), "vector", AREAS)
    assert made.crs == "EPSG:4326"
    assert made.fields["name"].tolist() == NAMES
    assert made.fields["people"][0] == 1.0
    assert np.isnan(made.fields["people"][1])
    assert made.ids.tolist() == ["0", "1"]
    assert "geometry" not in made.fields


def test_a_geoparquet_names_its_system(tmp_path: Path) -> None:
    facts = {"encoding": "WKB", "crs": {"id": {"authority": "EPSG", "code": 31982}}}
    geo = {"primary_column": "geometry", "columns": {"geometry": facts}}
    metres = shapely.points([[481234, 6678123], [481235, 6678124]])
    assert read(parquet(tmp_path, geo=geo, geometry=metres), "vector", AREAS).crs == "EPSG:31982"
    geo["columns"]["geometry"]["crs"] = None  # type: ignore[index]
    with pytest.raises(InputError, match="coordinate system is missing"):
        read(parquet(tmp_path, geo=geo, geometry=metres), "vector", AREAS)


@pytest.mark.parametrize(
    ("geo", "words"),
    [
        (None, "says nothing about its geometry"),
        ({"primary_column": "geometry"}, "says nothing about its geometry"),
        ({"primary_column": "geometry", "columns": {"geometry": {"encoding": "point"}}}, "WKB is read"),
    ],
)
def test_a_parquet_that_is_no_geoparquet_is_refused(tmp_path: Path, geo: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(parquet(tmp_path, geo=geo), "vector", AREAS)


def test_a_damaged_parquet_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path)
    path.write_bytes(path.read_bytes()[:-20] + b"PAR1")
    with pytest.raises(InputError, match="Parquet file cannot be read"):
        read(path, "vector", AREAS)


def test_damaged_geometry_in_a_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    geo = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    table = pa.table({"geometry": [b"not wkb"]})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    with pytest.raises(InputError, match="geometries cannot be read"):
        read(path, "vector", AREAS)


@pytest.mark.parametrize(
    "head", [b"SQLite format 3\x00", b"\x00\x00\x27\x0a", b"fgb\x03fgb\x00", b"PAR1", b"PK\x03\x04"]
)
def test_a_file_that_only_begins_well_is_refused(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "a.dat"
    path.write_bytes(head + struct.pack("<20I", *range(20)))
    with pytest.raises(InputError):
        read(path, "vector", AREAS)


def test_a_map_of_dates_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(
        path,
        shapely.to_wkb(POLYGONS),
        field_data=[np.array(["2022-07-11", "2024-11-02"], dtype="datetime64[D]")],
        fields=["data_setor"],
        geometry_type="Polygon",
        driver="GPKG",
        crs="EPSG:4674",
    )
    made = read(path, "vector", AREAS, fields={"surveyed": "data_setor"})
    assert made.fields["surveyed"].dtype == np.dtype("datetime64[D]")
    assert str(made.fields["surveyed"].max()) == "2024-11-02"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_vector(found(tmp_path / "nothing.shp", "vector"), AREAS)
    path = text_file(tmp_path, "", "a.geojson")
    with pytest.raises(InputError, match="empty"):
        read(path, "vector", AREAS)


def test_the_name_of_a_file_says_nothing(tmp_path: Path) -> None:
    path = json_file(tmp_path, collection(feature(point(1, 2))), "really.shp")
    assert len(read(path, "vector", AREAS)) == 1
