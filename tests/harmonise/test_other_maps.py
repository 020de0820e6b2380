"""Maps from other programs: KML with folders, tables inside GeoPackages, plain Parquet, shapes of every kind."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
import shapely
from tests.harmonise.kitchen import read, role, said

from almena.harmonise.parquet import _plain_values
from almena.model.listed import rows_listed
from almena.model.problem import InputError

SCHOOLS = role("layer", "name:text", geometry="point")


def placemark(name: str, shape: str, data: str = "") -> str:
    return f"<Placemark><name>{name}</name>{data}{shape}</Placemark>"


def point(x: float, y: float) -> str:
    return f"<Point><coordinates>{x},{y},12</coordinates></Point>"


def kml(path: Path, *inner: str) -> Path:
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        + "".join(inner) + "</Document></kml>",
        encoding="utf-8",
    )  # fmt: skip
    return path


def folder(name: str, *inner: str) -> str:
    return f"<Folder><name>{name}</name>{''.join(inner)}</Folder>"


def data(**values: str) -> str:
    inner = "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in values.items())
    return f"<ExtendedData>{inner}</ExtendedData>"


def test_a_kml_with_nested_folders_asks_which_and_reads_the_inner_one(tmp_path: Path) -> None:
    path = kml(
        tmp_path / "a.kml",
        folder("Health", placemark("Clinic", point(7.4, 43.7))),
        folder(
            "City", folder("Schools", placemark("A", point(7.41, 43.73)), placemark("B", point(7.42, 43.74)))
        ),
    )
    with pytest.raises(InputError, match="several layers") as error:
        read(path, "vector", SCHOOLS)
    assert "Schools" in said(error.value)
    made = read(path, "vector", SCHOOLS, layer="Schools", fields={"name": "Name"})
    assert made.fields["name"].tolist() == ["A", "B"]
    assert shapely.get_coordinates(made.geometry).tolist() == [[7.41, 43.73], [7.42, 43.74]]
    assert not shapely.has_z(made.geometry).any()


def test_extended_data_of_a_kml_are_fields(tmp_path: Path) -> None:
    marks = (
        placemark("A", point(7.41, 43.73), data(pupils="120", sector="public")),
        placemark("B", point(7.42, 43.74)),
    )
    wanted = role("layer", "name:text", "pupils:integer", geometry="point")
    made = read(kml(tmp_path / "a.kml", folder("S", *marks)), "vector", wanted, fields={"name": "Name"})
    assert made.fields["pupils"][0] == 120
    assert np.isnan(made.fields["pupils"][1])


def test_a_shape_of_several_shapes_keeps_those_of_the_role(tmp_path: Path) -> None:
    line = "<LineString><coordinates>7.4,43.7 7.41,43.71</coordinates></LineString>"
    both = f"<MultiGeometry>{point(7.41, 43.73)}{line}</MultiGeometry>"
    path = kml(
        tmp_path / "a.kml",
        folder("S", placemark("A", both), placemark("B", line), placemark("C", point(7.4, 43.7))),
    )
    made = read(path, "vector", SCHOOLS, fields={"name": "Name"})
    assert made.fields["name"].tolist() == ["A", "C"]
    assert [(one.why, len(one)) for one in made.listed] == [("it is not a point", 1)]
    assert made.rows_read == 3 == len(made) + rows_listed(made.listed)


def test_a_kmz_in_a_folder_with_pictures(tmp_path: Path) -> None:
    inner = kml(
        tmp_path / "doc.kml",
        folder("S", placemark("A", point(7.41, 43.73)), placemark("B", point(7.4, 43.7))),
    )
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "inside/doc.kml")
        archive.writestr("inside/files/icon.png", b"\x89PNG")
    assert len(read(path, "vector", SCHOOLS, fields={"name": "Name"})) == 2


def geopackage(path: Path) -> Path:
    points = shapely.to_wkb(shapely.points([[7.41, 43.73], [7.42, 43.74]]))
    for layer, names in (("schools", ["A", "B"]), ("clinics", ["C", "D"])):
        pyogrio.raw.write(
            path, points, [np.array(names, dtype=object), np.array([5, 7])], ["name", "persons"],
            layer=layer, driver="GPKG", geometry_type="Point", crs="EPSG:4326", append=path.exists(),
        )  # fmt: skip
    pyogrio.raw.write(
        path, None, [np.array(["x", "y", "z"], dtype=object), np.array([1, 2, 3])], ["name", "persons"],
        layer="census", driver="GPKG", geometry_type=None, crs=None, append=True,
    )  # fmt: skip
    return path


def test_tables_and_attributes_inside_a_geopackage(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "city.gpkg")
    people = role("table", "name:text", "persons:integer")
    with pytest.raises(InputError, match="several layers") as error:
        read(path, "table", people)
    assert all(layer in said(error.value) for layer in ("schools", "clinics", "census"))
    census = read(path, "table", people, layer="census")
    assert census.columns["persons"].tolist() == [1, 2, 3]
    assert census.cells["persons"][0] == "feature 1, column 'persons'"
    assert read(path, "table", people, layer="clinics").columns["name"].tolist() == ["C", "D"]
    with pytest.raises(InputError, match="'census' is missing"):
        read(path, "vector", SCHOOLS, layer="census")
    assert read(path, "vector", SCHOOLS, layer="schools").fields["name"].tolist() == ["A", "B"]


def test_plain_parquet_is_a_table_and_with_coordinates_a_map(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table(
            {
                "name": ["A", "B", "C"],
                "persons": [1, None, 3],
                "lon": [7.41, 7.42, None],
                "lat": [43.73, 43.74, 43.7],
            }
        ),
        path,
    )
    table = read(path, "table", role("table", "name:text", "persons:integer"))
    assert table.columns["persons"][[0, 2]].tolist() == [1, 3]
    assert table.cells["name"][1] == "row 2, column 1 'name'"
    layer = read(path, "table", SCHOOLS, fields={"x": "lon", "y": "lat"}, crs="EPSG:4326")
    assert layer.fields["name"].tolist() == ["A", "B"]
    assert [(one.why, one.where) for one in layer.listed] == [("it has no geometry", ("row 3",))]
    assert layer.rows_read == 3


def test_moments_decimals_and_bytes_of_parquet(tmp_path: Path) -> None:
    import datetime as dt
    from decimal import Decimal

    path = tmp_path / "a.parquet"
    moments = pa.array(
        [dt.datetime(2024, 5, 3, 12, tzinfo=dt.UTC)] * 2, pa.timestamp("us", "America/Sao_Paulo")
    )
    pq.write_table(
        pa.table({"time": moments, "level": [Decimal("1.5"), Decimal("2.5")], "name": [b"a", b"\xff"]}), path
    )
    made = read(path, "table", role("table", "time:time", "level:number", "name:text"))
    assert str(made.columns["time"][0]) == "2024-05-03T12:00:00"
    assert made.columns["level"].tolist() == [1.5, 2.5]
    assert made.columns["name"].tolist() == ["a", "\ufffd"]


def test_two_columns_of_one_name_in_a_geoparquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    geo = {
        "version": "1.1.0",
        "primary_column": "g",
        "columns": {"g": {"encoding": "WKB", "geometry_types": []}},
    }
    wkb = shapely.to_wkb(shapely.points([[7.41, 43.73]])).tolist()
    columns = [pa.array(["first"]), pa.array(["second"]), pa.array(wkb)]
    schema = pa.schema(
        [("name", pa.string()), ("name", pa.string()), ("g", pa.binary())], {"geo": json.dumps(geo)}
    )
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), path)
    made = read(path, "vector", SCHOOLS)
    assert made.fields["name"].tolist() == ["first"]
    assert "2 columns are called name; the first is used" in made.notes


@pytest.mark.parametrize("driver", ["GPKG", "FlatGeobuf"])
def test_features_without_a_shape_are_listed_by_their_id(tmp_path: Path, driver: str) -> None:
    path = tmp_path / ("a.gpkg" if driver == "GPKG" else "a.fgb")
    shapes = np.array([shapely.Point(7.41, 43.73), None, shapely.Point(7.42, 43.74)], dtype=object)
    more = {"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" else {}
    pyogrio.raw.write(
        path, shapely.to_wkb(shapes), [np.array(["A", "B", "C"], dtype=object)], ["name"],
        driver=driver, geometry_type="Point", crs="EPSG:4326", **more,
    )  # fmt: skip
    made = read(path, "vector", SCHOOLS)
    assert made.fields["name"].tolist() == ["A", "C"]
    assert [one.why for one in made.listed] == ["it has no geometry"]
    assert made.rows_read == 3


@pytest.mark.parametrize(
    "column",
    [
        pa.chunked_array([pa.array([1, 2], pa.int32()), pa.array([3], pa.int32())]),
        pa.chunked_array([pa.array([1.5, float("nan")])]),
        pa.chunked_array([pa.array([1, None, 3])]),
        pa.chunked_array([pa.array(["a", None, "ç"])]),
        pa.chunked_array([pa.array(["a", "b"], pa.large_string())]),
        pa.chunked_array([], pa.int64()),
    ],
)
def test_the_short_way_from_parquet_to_arrays_gives_what_the_long_way_gives(column: pa.ChunkedArray) -> None:
    short, long = _plain_values(column), column.to_numpy()
    assert short.dtype == long.dtype
    np.testing.assert_array_equal(short, long)
    assert short.flags.writeable
