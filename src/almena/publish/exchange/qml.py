"""Styles as QGIS writes them (QML): the colours and classes of our maps, labels, names for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as Xml

from almena.packs.language import say
from almena.packs.table import read_table
from almena.publish.exchange.layers import ENDINGS, VALUES_PARTS, MapLayer, value_column
from almena.publish.exchange.sheets import xml_text
from almena.publish.maps.compose import ENOUGH
from almena.publish.maps.shapes import Style, palette, steps
from almena.publish.wording import number_text, with_unit

VERSION = "3.22.0-Białowieża"
"""The oldest long-term release that reads these styles whole (tried with QGIS 3.22.16)."""

POINT_COLOUR, LINE_COLOUR, AREA_COLOUR = "#123f66", "#8a4f2a", "#d7dfe8"
_BRUSHES = {"////": "b_diagonal", "\\\\\\\\": "f_diagonal", "xxx": "diagonal_x", "...": "dense7"}
_HATCH_COLOUR = "#555555"
_SYMBOLS = {"Point": "marker", "LineString": "line", "Polygon": "fill"}
_HIDDEN = tuple(f"_{ending}" for ending in ENDINGS if ending != "use")

Node = Xml.Element


@dataclass(frozen=True)
class NamedStyle:
    """
    A style of a layer.

    Parameters
    ----------
    name : str
        Name for people.
    nodes : tuple of element
        What a style and a project say alike: how features look, what is written on them, names of columns.
    """

    name: str
    nodes: tuple[Node, ...]

    @property
    def document(self) -> str:
        """Return the style as a document of its own."""
        root = Xml.Element(
            "qgis", version=VERSION, styleCategories="Symbology|Labeling|Fields|AttributeTable"
        )
        root.set("labelsEnabled", "1" if any(node.tag == "labeling" for node in self.nodes) else "0")
        root.extend(self.nodes)
        return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + Xml.tostring(root, "unicode")


def styles_of(layer: MapLayer) -> tuple[NamedStyle, ...]:
    """Return the styles of a layer, the one to be used first: classes where our maps have them, else one look."""
    shared = (*_labels(layer), _aliases(layer), _attribute_table(layer))
    classed = [
        NamedStyle(row["title"], (renderer, *shared))
        for row in read_table("choropleths.csv")
        if (renderer := _classes(layer, row)) is not None
    ]
    single = NamedStyle(layer.title, (_single(layer), *shared))
    return (*classed, single) if classed else (single,)


def _single(layer: MapLayer) -> Node:
    renderer = Xml.Element("renderer-v2", type="singleSymbol", forceraster="0", symbollevels="0")
    Xml.SubElement(renderer, "symbols").append(symbol(layer, "0", palette().get(layer.style)))
    return renderer


def _classes(layer: MapLayer, row: dict[str, str]) -> Node | None:
    """Return the classes of one map by neighbourhood; a value that speaks of under half of its place gets none."""
    column = value_column(row["indicator"])
    named = {c.name: c for c in layer.columns}
    if layer.name != VALUES_PARTS or column not in named:
        return None
    cuts = [float(cut) for cut in row["cuts"].split()]
    known = f'coalesce("{value_column(row["indicator"], "coverage")}", 1) >= {ENOUGH}'
    bounds = list(pairwise([None, *cuts, None]))
    filters = [_between(column, low, high) + f" AND {known}" for low, high in bounds]
    unit = "%" if "(%)" in named[column].title else ""
    texts = [_range_text(low, high, unit) for low, high in bounds]
    rules = [
        *zip(filters, texts, steps(), strict=False),
        ("ELSE", say("No value, or covers under half"), palette()["nothing"]),
    ]
    renderer = Xml.Element("renderer-v2", type="RuleRenderer", forceraster="0", symbollevels="0")
    root = Xml.SubElement(renderer, "rules", key=f"{{{column}}}")
    symbols = Xml.SubElement(renderer, "symbols")
    for number, (condition, text, style) in enumerate(rules):
        key = f"{{{column}-{number}}}"
        Xml.SubElement(root, "rule", key=key, symbol=str(number), filter=condition, label=text)
        symbols.append(symbol(layer, str(number), style))
    return renderer


def _between(column: str, low: float | None, high: float | None) -> str:
    """Return the condition of a class; a value on a cut belongs to the upper class, as on our maps."""
    ends = [
        f'"{column}" >= {low:g}' if low is not None else "",
        f'"{column}" < {high:g}' if high is not None else "",
    ]
    return " AND ".join(end for end in ends if end)


def _range_text(low: float | None, high: float | None, unit: str) -> str:
    if low is None:
        return say("under {end}", end=with_unit(number_text(high or 0.0), unit))
    if high is None:
        return say("{end} and more", end=with_unit(number_text(low), unit))
    return say("{start} to under {end}", start=number_text(low), end=with_unit(number_text(high), unit))


def symbol(layer: MapLayer, name: str, style: Style | None) -> Node:
    """Return how one feature looks: a dot, a line or an area with its hatch."""
    kind = _SYMBOLS[layer.kind.removeprefix("Multi")]
    node = Xml.Element("symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    looks = {"marker": _dot, "line": _line, "fill": _area}[kind](style)
    for kind_of_look, options in looks:
        look = Xml.SubElement(
            node, "layer", {"class": kind_of_look, "enabled": "1", "locked": "0", "pass": "0"}
        )
        look.append(_options(options))
    return node


Look = tuple[str, dict[str, str]]


def _dot(style: Style | None) -> list[Look]:
    colour = style.colour if style else POINT_COLOUR
    options = {"name": "circle", "color": rgba(colour), "size": "1.8", "size_unit": "MM"}
    edge = {"outline_color": rgba("#ffffff"), "outline_width": "0.2", "outline_width_unit": "MM"}
    return [("SimpleMarker", options | edge)]


def _line(style: Style | None) -> list[Look]:
    colour, width = (style.colour, max(style.width, 0.3)) if style else (LINE_COLOUR, 0.6)
    return [("SimpleLine", {"line_color": rgba(colour), "line_width": f"{width:g}", "line_width_unit": "MM"})]


def _area(style: Style | None) -> list[Look]:
    if style is None:
        edge = {"outline_color": rgba(POINT_COLOUR), "outline_width": "0.3", "outline_width_unit": "MM"}
        return [
            ("SimpleFill", {"color": rgba(AREA_COLOUR), "style": "solid", "outline_style": "solid", **edge})
        ]
    edge = {"outline_color": rgba("#8a8a8a"), "outline_width": "0.2", "outline_width_unit": "MM"}
    if style in (palette()["part"], palette()["outline"]):
        width = f"{style.width / 2:g}"
        edge = {"outline_color": rgba(style.colour), "outline_width": width, "outline_width_unit": "MM"}
        return [("SimpleFill", {"style": "no", "outline_style": "solid", **edge})]
    looks = [
        ("SimpleFill", {"color": rgba(style.colour), "style": "solid", "outline_style": "solid", **edge})
    ]
    if style.hatch in _BRUSHES:
        hatch = {"color": rgba(_HATCH_COLOUR), "style": _BRUSHES[style.hatch], "outline_style": "no"}
        looks.append(("SimpleFill", hatch))
    return looks


def rgba(colour: str) -> str:
    """Return a colour such as ``#1d4e7c`` as QGIS writes it."""
    return ",".join([*(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)), "255"])


def _options(values: dict[str, str]) -> Node:
    node = Xml.Element("Option", type="Map")
    for name, value in values.items():
        Xml.SubElement(node, "Option", name=name, type="QString", value=value)
    return node


def _labels(layer: MapLayer) -> Iterable[Node]:
    if not layer.label:
        return
    labels = Xml.Element("labeling", type="simple")
    settings = Xml.SubElement(labels, "settings", calloutType="simple")
    text = Xml.SubElement(
        settings, "text-style", fieldName=layer.label, isExpression="0", fontFamily="Noto Sans", fontSize="7",
        fontSizeUnit="Point", textColor=rgba("#222222"), textOpacity="1", namedStyle="Regular",
    )  # fmt: skip
    Xml.SubElement(
        text, "text-buffer", bufferDraw="1", bufferSize="0.7", bufferSizeUnits="MM", bufferColor=rgba("#ffffff"),
        bufferOpacity="0.8", bufferNoFill="1",
    )  # fmt: skip
    lines = layer.kind.endswith("LineString")
    # QGIS, QgsPalLayerSettings::Placement: 2 along lines, 0 around points and over areas
    Xml.SubElement(settings, "placement", placement="2" if lines else "0", priority="5")
    close = "0" if layer.name == VALUES_PARTS else "1"
    Xml.SubElement(
        settings, "rendering", drawLabels="1", scaleVisibility=close, scaleMin="1", scaleMax="15000"
    )
    yield labels


def _aliases(layer: MapLayer) -> Node:
    node = Xml.Element("aliases")
    for index, column in enumerate(layer.columns, start=1):
        Xml.SubElement(node, "alias", index=str(index), field=column.name, name=xml_text(column.title))
    return node


def _attribute_table(layer: MapLayer) -> Node:
    """Return which columns the table shows at first: value and use; the ends of the ranges are one click away."""
    config = Xml.Element(
        "attributetableconfig", sortExpression="", sortOrder="0", actionWidgetStyle="dropDown"
    )
    columns = Xml.SubElement(config, "columns")
    for column in layer.columns:
        hidden = "1" if layer.group == "values" and column.name.endswith(_HIDDEN) else "0"
        Xml.SubElement(columns, "column", type="field", name=column.name, hidden=hidden, width="-1")
    return config
