"""The GeoPackage opens in any map program: layers, values, names for people, styles, credits, a project inside."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import numpy as np
import pyogrio
import pytest
import shapely
from tests.publish import city
from tests.publish.exchange import town

from almena.model.problem import AlmenaError
from almena.publish.exchange import layers
from almena.publish.exchange.geopackage import write_geopackage
from almena.publish.exchange.layers import VALUES_CITY, VALUES_PARTS, left_out, map_layers, value_column
from almena.publish.exchange.qgis_project import project_document
from almena.publish.exchange.qml import rgba, styles_of
from almena.publish.exchange.star import star
from almena.publish.maps.shapes import steps


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_geopackage(town.cut(), tmp_path_factory.mktemp("map") / "layers.gpkg")


@pytest.fixture
def database(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as opened:
        yield opened


def read(path: Path, layer: str) -> tuple[Any, dict[str, Any]]:
    meta, _, wkb, columns = pyogrio.raw.read(path, layer=layer)
    return shapely.from_wkb(wkb), dict(zip(meta["fields"], columns, strict=True))


def test_gdal_opens_every_layer_and_table(path: Path) -> None:
    listed = dict(pyogrio.list_layers(path))
    assert listed[VALUES_PARTS] == "MultiPolygon"
    assert listed["observations"] is None
    for name in listed:
        info = pyogrio.read_info(path, layer=name)
        assert info["features"] >= 0
    assert pyogrio.read_info(path, layer=VALUES_PARTS)["crs"] == city.CRS


def test_neighbourhoods_carry_value_range_use_and_coverage_of_each_indicator(path: Path) -> None:
    geometry, fields = read(path, VALUES_PARTS)
    column = value_column("mobility.transit_access_500m")
    assert fields["name"].tolist() == list(city.NAMES)
    assert fields[column].tolist() == [99, 71, 97, 52, 88, 93]
    assert fields[f"{column}_low"][1] == pytest.approx(71 * 0.98)
    assert fields[f"{column}_high"][1] == pytest.approx(71 * 1.02)
    assert set(fields[f"{column}_use"]) == {"discuss"}
    assert set(fields[f"{column}_coverage"]) == {0.64}
    assert [g.equals(p) for g, p in zip(geometry, city.places().geometry[1:], strict=True)] == [True] * 6


def test_what_is_not_known_of_a_neighbourhood_is_empty_not_zero(path: Path) -> None:
    _, fields = read(path, VALUES_PARTS)
    reached = fields[value_column("exposure.flood_area")]
    assert np.isnan(reached[city.NAMES.index("Alto")])
    assert reached[city.NAMES.index("Doca")] == 3.6


def test_small_counts_stay_hidden_on_the_map(path: Path) -> None:
    _, fields = read(path, VALUES_PARTS)
    people = dict(zip(fields["name"], fields[value_column("identity.population_raster")], strict=True))
    assert np.isnan(people["Figueira"])
    assert people["Centro"] == 4000


def test_the_city_has_one_feature_with_all_headlines(path: Path) -> None:
    _, fields = read(path, VALUES_CITY)
    assert fields[value_column("identity.population_census")].tolist() == [13_300]
    assert value_column("economy.unemployment") not in fields


def test_columns_have_names_for_people_and_a_meaning(path: Path, database: sqlite3.Connection) -> None:
    query = "SELECT title, description FROM gpkg_data_columns WHERE table_name = ? AND column_name = ?"
    title, meaning = database.execute(query, (VALUES_PARTS, value_column("exposure.flood_area"))).fetchone()
    assert title.endswith("(km²)")
    assert meaning
    title, _ = database.execute(query, (VALUES_PARTS, value_column("exposure.flood_area", "low"))).fetchone()
    assert title.endswith("(km²): low")
    used = {row[0] for row in database.execute("SELECT extension_name FROM gpkg_extensions")}
    assert "gpkg_schema" in used


def test_mixed_features_become_one_layer_for_each_dimension_and_none_is_lost(path: Path) -> None:
    points, texts = read(path, "schools_points")
    areas, area_texts = read(path, "schools_areas")
    assert (len(points), len(areas)) == (2, 1)
    assert texts["name"].tolist() == ["=1+1", None]
    assert area_texts["pupils"].tolist() == [80]
    assert texts["fid_"].tolist() == [7, 9]  # a column of that name is GDAL's own
    assert "list" not in texts


def test_a_collection_is_written_part_by_part() -> None:
    mixed = shapely.GeometryCollection([shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 1)])])
    data = city.layer("streets", [mixed, shapely.LineString([(0, 0), (2, 2)])], name=["a", "b"])
    edition = town.cut(layer={"streets": data}.get)
    found = {layer.name: layer for layer in map_layers(edition)}
    assert [v for layer in ("streets_points", "streets_lines") for v in found[layer].arrays[-1]] == [
        "a",
        "b",
        "a",
    ]


def test_a_layer_without_any_shape_is_left_out() -> None:
    data = city.layer("streets", [], name=[])
    assert "streets" not in {layer.name for layer in map_layers(town.cut(layer={"streets": data}.get))}


def test_heavy_copies_of_an_input_are_left_out_and_the_readme_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "MOST_FEATURES", 2)
    edition = town.cut()
    assert [(each.role, each.features) for each in left_out(edition)] == [("schools", 3)]
    made = write_geopackage(edition, tmp_path / "a.gpkg")
    _, fields = read(made, "readme")
    told = dict(zip(fields["heading"], fields["text"], strict=True))
    assert told["Left out"] == "Schools: 3 features; they are in the file of the source."


def test_single_features_joined_with_a_hazard_stay_inside_the_city() -> None:
    listed = city.layer("schools", [shapely.Point(1, 1)], name=["Escola"])
    found = {"published_flood_schools": listed}.get
    assert "published_flood_schools" not in {each.name for each in map_layers(town.cut(layer=found))}
    assert "published_flood_schools" in {each.name for each in map_layers(town.cut("city", layer=found))}


def test_a_role_that_no_table_names_is_written_in_a_group_of_its_own() -> None:
    role = replace(city.load_roles()["schools"], id="lighthouses", title="Lighthouses")
    edition = town.material()
    lit = replace(
        edition, roles={**edition.roles, "lighthouses": role}, layer={"lighthouses": town.schools()}.get
    )
    groups = {each.name: each.group for each in map_layers(lit)}
    assert groups["lighthouses_points"] == "other"


def test_sensitive_roles_are_absent_or_coarse_in_public_and_whole_where_the_city_says_so(path: Path) -> None:
    public = {name for name, _ in pyogrio.list_layers(path)}
    assert "hydrants" not in public
    geometry, fields = read(path, "informal_settlements")
    assert fields == {}
    assert geometry[0].area % 250_000 == pytest.approx(0, abs=1)  # whole cells of 500 m
    own = {each.name: each for each in map_layers(town.cut("city"))}
    assert own["hydrants"].arrays[0].tolist() == [city.SECRETS[1]]


def test_tables_hold_what_the_workbook_holds(database: sqlite3.Connection) -> None:
    table = star(town.cut())["observations"]
    rows = database.execute("SELECT observation, value, period_end FROM observations ORDER BY fid").fetchall()
    days = [None if day is None else str(day) for day in table.values("period_end")]
    assert rows == list(zip(table.values("observation"), table.values("value"), days, strict=True))


def test_each_layer_has_a_style_where_qgis_looks_for_it(database: sqlite3.Connection) -> None:
    rows = database.execute(
        "SELECT f_table_name, f_geometry_column, styleName, styleQML, useAsDefault FROM layer_styles"
    )
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table, *style in rows.fetchall():
        found.setdefault(table, []).append(tuple(style))
    assert set(found) == {layer.name for layer in map_layers(town.cut())}
    for styles in found.values():
        assert [style[3] for style in styles] == [1, *[0] * (len(styles) - 1)]
        assert {style[0] for style in styles} == {"geom"}
        for style in styles:
            assert Xml.fromstring(style[2]).tag == "qgis"
    names = [style[1] for style in found[VALUES_PARTS]]
    assert names[0] == "Share of people inside the flood outline"


def test_classes_and_colours_are_those_of_our_maps() -> None:
    layer = next(each for each in map_layers(town.cut()) if each.name == VALUES_PARTS)
    style = styles_of(layer)[0]
    (renderer,) = [node for node in style.nodes if node.tag == "renderer-v2"]
    rules = [rule.attrib for rule in renderer.iter("rule")]
    column = value_column("exposure.flood_population_share")
    assert rules[0]["filter"] == f'"{column}" < 5 AND coalesce("{column}_coverage", 1) >= 0.5'
    assert rules[1]["filter"].startswith(f'"{column}" >= 5 AND "{column}" < 20 AND')
    assert rules[4]["filter"].startswith(f'"{column}" >= 80 AND coalesce')
    assert [rule["label"] for rule in rules][1:] == [
        "5 to under 20\u202f%", "20 to under 50\u202f%", "50 to under 80\u202f%", "80\u202f% and more",
        "No value, or covers under half",
    ]  # fmt: skip
    fills = [option.get("value") for option in renderer.iter("Option") if option.get("name") == "color"]
    assert fills[:5] == [rgba(step.colour) for step in steps()]


def test_ends_of_ranges_are_hidden_at_first_and_uses_are_not() -> None:
    layer = next(each for each in map_layers(town.cut()) if each.name == VALUES_PARTS)
    columns = {node.get("name"): node.get("hidden") for node in styles_of(layer)[0].nodes[-1].iter("column")}
    column = value_column("exposure.flood_area")
    assert [columns[column + ending] for ending in ("", "_low", "_high", "_use")] == ["0", "1", "1", "0"]


@pytest.mark.parametrize(
    ("colour", "written"), [("#1d4e7c", "29,78,124,255"), ("#ffffff", "255,255,255,255")]
)
def test_colours_are_written_as_qgis_reads_them(colour: str, written: str) -> None:
    assert rgba(colour) == written


def test_each_layer_names_whom_to_credit(database: sqlite3.Connection) -> None:
    texts = dict(database.execute("SELECT table_name, description FROM gpkg_contents").fetchall())
    assert town.OPEN_STREET_MAP in texts["streets"]
    assert "ODbL-1.0" in texts["streets"]
    assert "Education Department" in texts["schools_points"]
    (document,) = database.execute(
        "SELECT metadata FROM gpkg_metadata WHERE mime_type = 'application/json'"
    ).fetchone()
    assert town.OPEN_STREET_MAP in json.loads(document)["rights"]


def test_all_clocks_show_the_day_of_the_run(database: sqlite3.Connection) -> None:
    moments = {row[0] for row in database.execute("SELECT last_change FROM gpkg_contents")}
    moments |= {row[0] for row in database.execute("SELECT update_time FROM layer_styles")}
    assert moments == {"2026-11-20T00:00:00.000Z"}


def test_the_project_inside_is_the_one_beside(path: Path) -> None:
    assert project_document(town.cut(), path.name) in town.everything_in(path)


def test_the_file_is_sound(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_disk_that_refuses_leaves_the_former_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = write_geopackage(town.cut(), tmp_path / "a.gpkg")
    before = target.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise pyogrio.errors.DataSourceError("disk full")

    monkeypatch.setattr("pyogrio.raw.write", full)
    with pytest.raises(AlmenaError, match="map layers could not be written"):
        write_geopackage(town.cut(), target)
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


def test_a_city_without_neighbourhoods_has_one_layer(tmp_path: Path) -> None:
    made = write_geopackage(city.poor_material(), tmp_path / "a.gpkg")
    assert [name for name, kind in pyogrio.list_layers(made) if kind] == [VALUES_CITY]
