"""Places with their values for Google Earth: coloured by the first map that has values, told in a balloon."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import numpy as np
import shapely

from almena.geo.crs import WGS84, reproject
from almena.model.observation import CONTEXT, Observation
from almena.model.place import Place
from almena.packs.language import say
from almena.packs.table import Row, read_table
from almena.publish.atomic import write_whole
from almena.publish.exchange.credits import rights_text
from almena.publish.exchange.layers import value_column
from almena.publish.exchange.readme import title_of
from almena.publish.exchange.sheets import xml_text
from almena.publish.exporters import Exporter
from almena.publish.facts import Facts
from almena.publish.maps.compose import covers_enough
from almena.publish.maps.shapes import palette, steps
from almena.publish.material import Material
from almena.publish.wording import unit_text

# OGC 12-007r2, KML 2.3: colours are written as alpha, blue, green, red.
NAMESPACE = "http://www.opengis.net/kml/2.2"
_OPAQUE, _CLEAR = "cc", "00"
DEGREE_DIGITS = 6  # a tenth of a metre
EMPTY = "empty"

Node = Any


def write_kml(edition: Material, path: Path) -> Path:
    """
    Write the city and its neighbourhoods with the values that are fit to decide or to discuss.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    path : Path
        The file to write.
    """
    facts = Facts(edition)
    root = Xml.Element("kml", xmlns=NAMESPACE)
    document = Xml.SubElement(root, "Document")
    _text(document, "name", title_of(edition))
    _text(document, "description", rights_text(edition))
    row = _coloured_by(facts)
    for style in _styles():
        document.append(style)
    shown = chosen_indicators(facts)
    for place, shape in zip(edition.places.items, _degrees(edition), strict=True):
        document.append(_placemark(place, shape, facts, shown, row))
    return write_whole(path, Xml.tostring(root, "utf-8", xml_declaration=True))


def chosen_indicators(facts: Facts) -> list[str]:
    """Return the indicators with a value fit to decide or to discuss, for the city or for one of its parts."""
    useful = {o.indicator for o in facts.material.observations if not o.is_missing and o.use != CONTEXT}
    return [card for card in facts.material.cards if card in useful]


def _coloured_by(facts: Facts) -> Row | None:
    """Return the first map of the pack that has values by neighbourhood."""
    rows = read_table("choropleths.csv")
    return next(
        (row for row in rows if any(o.value is not None for o in facts.parts(row["indicator"]).values())),
        None,
    )


def _styles() -> Iterable[Node]:
    fills = {str(number): style.colour for number, style in enumerate(steps())}
    for key, colour in {**fills, EMPTY: palette()["nothing"].colour}.items():
        yield _style(key, _kml_colour(colour, _CLEAR if key == EMPTY else _OPAQUE))


def _style(key: str, fill: str) -> Node:
    style = Xml.Element("Style", id=f"class-{key}")
    line = Xml.SubElement(style, "LineStyle")
    _text(line, "color", _kml_colour(palette()["part"].colour, "ff"))
    _text(line, "width", "1.5")
    _text(Xml.SubElement(style, "PolyStyle"), "color", fill)
    return style


def _kml_colour(colour: str, alpha: str) -> str:
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{alpha}{blue}{green}{red}"


def _placemark(place: Place, shape: Any, facts: Facts, shown: Sequence[str], row: Row | None) -> Node:
    node = Xml.Element("Placemark", id=place.id.replace(":", "-"))
    _text(node, "name", place.name or place.id)
    whole = place.id == facts.material.places.items[0].id
    values = {card: facts.headline(card) if whole else facts.parts(card).get(place.id) for card in shown}
    known = {card: found for card, found in values.items() if found is not None and not found.is_missing}
    _text(node, "styleUrl", f"#class-{_class_of(known, row) if not whole else EMPTY}")
    data = Xml.SubElement(node, "ExtendedData")
    for card, found in known.items():
        _add_value(data, card, found, facts)
    node.append(_geometry(shape))
    return node


def _class_of(known: dict[str, Observation], row: Row | None) -> str:
    found = known.get(row["indicator"]) if row else None
    if row is None or found is None or not covers_enough(found):
        return EMPTY
    cuts = [float(cut) for cut in row["cuts"].split()]
    return str(int(np.searchsorted(cuts, found.value or 0.0, side="right")))


def _add_value(data: Node, card: str, found: Observation, facts: Facts) -> None:
    """Add the value, then its range and its use, so that no number stands alone."""
    title, unit = facts.material.cards[card].title, unit_text(found.unit)
    named = f"{title} ({unit})" if unit else title
    entries = [("", named, _plain(found.value))]
    if found.low is not None and found.high is not None:
        entries.append(
            ("range", say("{title}: range", title=title), f"{_plain(found.low)} – {_plain(found.high)}")
        )
    entries.append(("use", say("{title}: use", title=title), found.use))
    for ending, label, text in entries:
        entry = Xml.SubElement(data, "Data", name=value_column(card, ending))
        _text(entry, "displayName", label)
        _text(entry, "value", text)


def _plain(value: float | None) -> str:
    """Return a number as a person would write it: what is shown in a balloon has no noise of binary fractions."""
    return "" if value is None else repr(float(f"{value:.12g}"))


def _degrees(edition: Material) -> Any:
    moved = reproject(edition.places.geometry, edition.places.crs, WGS84)
    return shapely.transform(moved, lambda xy: np.round(xy, DEGREE_DIGITS))


def _geometry(shape: Any) -> Node:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    node = Xml.Element("MultiGeometry")
    for part in parts:
        polygon = Xml.SubElement(node, "Polygon")
        rings = [("outerBoundaryIs", part.exterior), *(("innerBoundaryIs", hole) for hole in part.interiors)]
        for side, ring in rings:
            linear = Xml.SubElement(Xml.SubElement(polygon, side), "LinearRing")
            _text(
                linear,
                "coordinates",
                " ".join(f"{x!r},{y!r}" for x, y in shapely.get_coordinates(ring).tolist()),
            )
    return node


def _text(parent: Node, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = xml_text(text)


KML = Exporter("kml", "the places with their values for Google Earth", write_kml)
