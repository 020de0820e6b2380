"""The QGIS project: one file that opens all layers, in groups, with their styles, wherever the folder is carried."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pyogrio
import pytest
from tests.publish import city
from tests.publish.exchange import town

from almena.model.problem import AlmenaError
from almena.publish.exchange.geopackage import write_geopackage
from almena.publish.exchange.layers import map_layers
from almena.publish.exchange.qgis_project import project_document, write_project


@pytest.fixture(scope="module")
def project() -> Xml.Element:
    return Xml.fromstring(project_document(town.cut(), "layers.gpkg"))


def test_every_layer_of_the_tree_is_declared_once_and_drawn_in_order(project: Xml.Element) -> None:
    declared = [node.findtext("id") for node in project.iter("maplayer")]
    in_tree = [node.get("id") for node in project.iter("layer-tree-layer")]
    drawn = [node.get("id") for node in project.findall("layerorder/layer")]
    assert len(set(declared)) == len(declared)
    assert sorted(in_tree, key=str) == sorted(declared, key=str)
    assert drawn == declared


def test_sources_are_relative_and_lead_to_layers_of_the_geopackage(tmp_path: Path) -> None:
    layers = write_geopackage(town.cut(), tmp_path / "town.gpkg")
    path = write_project(town.cut(), tmp_path / "town.qgs")
    written = {name for name, _ in pyogrio.list_layers(layers)}
    sources = [node.findtext("datasource") or "" for node in Xml.parse(path).iter("maplayer")]
    assert sources
    for source in sources:
        file, _, layer = source.partition("|layername=")
        assert (path.parent / file).resolve() == layers
        assert layer in written


def test_the_project_keeps_relative_paths(project: Xml.Element) -> None:
    assert project.findtext("properties/Paths/Absolute") == "false"


def test_the_project_opens_on_the_city_in_its_own_coordinate_system(project: Xml.Element) -> None:
    assert project.findtext("projectCrs/spatialrefsys/authid") == city.CRS
    extent = project.find("mapcanvas/extent")
    assert extent is not None
    west, south, east, north = (
        float(extent.findtext(name) or "nan") for name in ("xmin", "ymin", "xmax", "ymax")
    )
    assert west < city.EAST
    assert east > city.EAST + 3 * city.SIDE
    assert south < city.NORTH < north


def test_layers_stand_in_groups_and_only_values_and_hazards_are_shown_at_first(project: Xml.Element) -> None:
    groups = {g.get("name"): g.get("checked") for g in project.findall("layer-tree-group/layer-tree-group")}
    assert list(groups) == ["Values by neighbourhood", "People", "Services", "Transport", "Hazards"]
    assert [name for name, state in groups.items() if state == "Qt::Checked"] == [
        "Values by neighbourhood",
        "Hazards",
    ]
    values = project.find("layer-tree-group/layer-tree-group")
    assert values is not None
    shown = [node.get("name") for node in values if node.get("checked") == "Qt::Checked"]
    assert shown == ["Share of people inside the flood outline", "The city with all values"]


def test_each_layer_says_its_kind_its_coordinate_system_and_whom_to_credit(project: Xml.Element) -> None:
    kinds = {
        n.findtext("title"): (n.get("geometry"), n.findtext("layerGeometryType"))
        for n in project.iter("maplayer")
    }
    assert kinds["Streets and paths"] == ("Line", "1")
    assert kinds["Schools (points)"] == ("Point", "0")
    assert kinds["Area reached by a flood"] == ("Polygon", "2")
    credits_of = {
        node.findtext("title"): node.findtext("attribution") or "" for node in project.iter("maplayer")
    }
    assert town.OPEN_STREET_MAP in credits_of["Streets and paths"]
    for node in project.iter("maplayer"):
        assert node.findtext("srs/spatialrefsys/authid") == city.CRS


def test_each_layer_brings_its_style(project: Xml.Element) -> None:
    for node in project.iter("maplayer"):
        assert node.find("renderer-v2/symbols/symbol/layer/Option") is not None, node.findtext("layername")


def test_symbols_fit_the_kind_of_the_layer(project: Xml.Element) -> None:
    fitting = {"Point": "marker", "Line": "line", "Polygon": "fill"}
    for node in project.iter("maplayer"):
        symbols = {symbol.get("type") for symbol in node.iter("symbol")}
        assert symbols == {fitting[node.get("geometry") or ""]}


def test_a_project_without_its_geopackage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AlmenaError, match="no GeoPackage for the project") as refused:
        write_project(town.cut(), tmp_path / "town.qgs")
    assert "gpkg" in refused.value.problems[0].remedy
    assert list(tmp_path.iterdir()) == []


def test_extents_are_those_of_the_features(project: Xml.Element) -> None:
    streets = next(each for each in map_layers(town.cut()) if each.name == "streets")
    node = next(n for n in project.iter("maplayer") if n.findtext("title") == "Streets and paths")
    ends = [float(node.findtext(f"extent/{name}") or "nan") for name in ("xmin", "ymin", "xmax", "ymax")]
    assert ends == list(streets.bounds)
