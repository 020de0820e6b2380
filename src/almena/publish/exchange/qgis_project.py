"""A QGIS project over the GeoPackage beside it: groups, styles, extent, relative paths."""

from __future__ import annotations

import hashlib
import uuid
from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree as Xml

from almena.geo.crs import describe_crs
from almena.model.problem import AlmenaError
from almena.packs.language import from_table, say
from almena.packs.table import read_table
from almena.publish.atomic import write_whole
from almena.publish.exchange.credits import credit_lines, rights_text
from almena.publish.exchange.layers import VALUES_PARTS, MapLayer, map_layers
from almena.publish.exchange.qml import VERSION, NamedStyle, Node, styles_of
from almena.publish.exchange.readme import title_of
from almena.publish.exchange.sheets import xml_text
from almena.publish.exporters import Exporter
from almena.publish.material import Material

OPEN_AT_FIRST = ("values", "hazards")
_MARGIN = 0.02  # of the width, so that the city does not touch the frame


def write_project(edition: Material, path: Path) -> Path:
    """
    Write a project that opens the GeoPackage of the same name beside it.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    path : Path
        The file to write.

    Raises
    ------
    AlmenaError
        When there is no GeoPackage of that name: the project would open empty.
    """
    layers = path.with_suffix(".gpkg")
    if not layers.is_file():
        why, remedy = (
            "a project only shows layers, it holds none",
            "Write the format gpkg to that name first.",
        )
        raise AlmenaError.of("There is no GeoPackage for the project", str(layers), why, remedy)
    return write_whole(path, project_document(edition, layers.name).encode())


def project_document(edition: Material, geopackage: str) -> str:
    """
    Return the project as QGIS reads it.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    geopackage : str
        Name of the file with the layers, in the folder of the project.
    """
    shown = [entry for layer in map_layers(edition) for entry in _entries(layer)]
    root = Xml.Element("qgis", version=VERSION, projectname=xml_text(title_of(edition)))
    root.set("saveDateTime", f"{edition.run_date}T00:00:00")
    Xml.SubElement(root, "homePath", path="")
    Xml.SubElement(root, "title").text = xml_text(title_of(edition))
    Xml.SubElement(root, "projectCrs").append(_crs(edition.places.crs))
    root.append(_tree(shown, geopackage))
    root.append(_canvas(edition))
    layers = Xml.SubElement(root, "projectlayers")
    for key, layer, style in shown:
        layers.append(_map_layer(key, layer, style, geopackage))
    order = Xml.SubElement(root, "layerorder")
    for key, _, _ in shown:
        Xml.SubElement(order, "layer", id=key)
    root.append(_properties())
    root.append(_metadata(edition))
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + Xml.tostring(root, "unicode") + "\n"
    )


Entry = tuple[str, MapLayer, NamedStyle]


def _entries(layer: MapLayer) -> list[Entry]:
    """Return a layer once for each of its maps; the plain look is left to layers without classes."""
    styles = styles_of(layer)
    chosen = styles[:-1] if len(styles) > 1 else styles
    return [(_key(layer.name, number), layer, style) for number, style in enumerate(chosen)]


def _key(name: str, number: int) -> str:
    """Return a key that is the same in every run."""
    digest = hashlib.sha256(f"{name} {number}".encode()).digest()
    return f"{name}_{str(uuid.UUID(bytes=digest[:16])).replace('-', '_')}"


def _tree(shown: list[Entry], geopackage: str) -> Node:
    root = Xml.Element("layer-tree-group")
    for row in read_table("exchange_groups.csv"):
        mine = [entry for entry in shown if entry[1].group == row["id"]]
        if not mine:
            continue
        state = "Qt::Checked" if row["id"] in OPEN_AT_FIRST else "Qt::Unchecked"
        title = from_table("exchange_groups", row["title"])
        group = Xml.SubElement(root, "layer-tree-group", name=title, expanded="1", checked=state)
        for number, (key, layer, style) in enumerate(mine):
            first = "Qt::Checked" if number == 0 or layer.name != VALUES_PARTS else "Qt::Unchecked"
            Xml.SubElement(
                group, "layer-tree-layer", id=key, name=xml_text(style.name), checked=first, expanded="0",
                source=_source(layer, geopackage), providerKey="ogr",
            )  # fmt: skip
    return root


def _source(layer: MapLayer, geopackage: str) -> str:
    return xml_text(f"./{geopackage}|layername={layer.name}")


def _canvas(edition: Material) -> Node:
    canvas = Xml.Element("mapcanvas", name="theMapCanvas", annotationsVisible="1")
    Xml.SubElement(canvas, "units").text = "meters"
    west, south, east, north = edition.places.city.bounds
    margin = (east - west) * _MARGIN
    canvas.append(_extent((west - margin, south - margin, east + margin, north + margin)))
    Xml.SubElement(canvas, "destinationsrs").append(_crs(edition.places.crs))
    return canvas


def _extent(bounds: tuple[float, float, float, float]) -> Node:
    node = Xml.Element("extent")
    for name, end in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        Xml.SubElement(node, name).text = repr(float(end))
    return node


def _map_layer(key: str, layer: MapLayer, style: NamedStyle, geopackage: str) -> Node:
    kind = layer.kind.removeprefix("Multi")
    node = Xml.Element("maplayer", type="vector", wkbType=layer.kind, refreshOnNotifyEnabled="0")
    node.set("geometry", {"LineString": "Line"}.get(kind, kind))
    node.set("labelsEnabled", "1" if layer.label else "0")
    node.append(_extent(layer.bounds))
    for name, text in (
        ("id", key), ("datasource", _source(layer, geopackage)), ("layername", style.name), ("title", layer.title),
        ("attribution", " ".join(credit_lines(layer.sources))),
    ):  # fmt: skip
        Xml.SubElement(node, name).text = xml_text(text)
    Xml.SubElement(node, "srs").append(_crs(layer.crs))
    Xml.SubElement(node, "provider", encoding="UTF-8").text = "ogr"
    node.extend(deepcopy(style.nodes))
    Xml.SubElement(node, "layerGeometryType").text = {"Point": "0", "LineString": "1"}.get(kind, "2")
    return node


def _crs(crs: str) -> Node:
    described = describe_crs(crs)
    node = Xml.Element("spatialrefsys", nativeFormat="Wkt")
    Xml.SubElement(node, "wkt").text = described.wkt
    Xml.SubElement(node, "srid").text = str(described.code)
    Xml.SubElement(node, "authid").text = described.authority
    Xml.SubElement(node, "description").text = described.name
    Xml.SubElement(node, "geographicflag").text = "true" if described.geographic else "false"
    return node


def _properties() -> Node:
    node = Xml.Element("properties")
    paths = Xml.SubElement(node, "Paths")
    Xml.SubElement(paths, "Absolute", type="bool").text = "false"
    return node


def _metadata(edition: Material) -> Node:
    node = Xml.Element("projectMetadata")
    Xml.SubElement(node, "type").text = "dataset"
    Xml.SubElement(node, "title").text = xml_text(title_of(edition))
    Xml.SubElement(node, "abstract").text = xml_text(rights_text(edition))
    Xml.SubElement(node, "author").text = say("Almena {version}", version=edition.version)
    Xml.SubElement(node, "creation").text = f"{edition.run_date}T00:00:00"
    return node


QGIS = Exporter(
    "qgis",
    "a QGIS project over the GeoPackage of the same name",
    write_project,
    each_run="layers.qgs",
    after="gpkg",
    in_zip="layers.qgs",
)
