"""The map layers of an edition: places with their values, then the content of each role that may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.model.card import Role
from almena.model.data import Layer
from almena.model.observation import Observation
from almena.model.origin import Source
from almena.model.place import CITY, NEIGHBOURHOOD
from almena.packs.language import say
from almena.packs.table import Row, read_table
from almena.publish.exchange.sheets import BOOLEAN, INTEGER, NUMBER, TEXT, Column, declared_columns
from almena.publish.facts import Facts
from almena.publish.material import CITY_EDITION, Material
from almena.publish.wording import unit_text

MOST_FEATURES = 50_000
"""Layers with more features are copies of an input that opens by itself; they would only make the file heavy."""

VALUES_CITY, VALUES_PARTS = "values_city", "values_neighbourhoods"
VALUES, OTHER = "values", "other"
ENDINGS = ("low", "high", "use", "coverage")
_LAYERS = "map layers"
_TAKEN = ("fid", "geom", "source_id")
_BY_DIMENSION = {0: ("points", "Point"), 1: ("lines", "LineString"), 2: ("areas", "Polygon")}
_COLLECTION = 7


@dataclass(frozen=True)
class MapLayer:
    """
    One layer as it is written.

    Parameters
    ----------
    name, title : str
        Name of the table; name for people.
    group : str
        Id of its group in ``packs/exchange_groups.csv``.
    style : str
        Name of its style in ``packs/palette.csv``.
    label : str
        Column whose text is written on the map; empty for none.
    kind : str
        ``Point``, ``LineString`` or ``Polygon``, with ``Multi`` before it where needed.
    crs : str
        Coordinate system of ``geometry``.
    geometry : ndarray of object, shape (n,)
        Shapely geometries of one dimension.
    columns : tuple of Column
        What is known of each feature.
    arrays : tuple of ndarray, shape (n,)
        The values, in the order of ``columns``.
    sources : tuple of Source
        Whom to credit.
    """

    name: str
    title: str
    group: str
    style: str
    label: str
    kind: str
    crs: str
    geometry: NDArray[np.object_]
    columns: tuple[Column, ...]
    arrays: tuple[NDArray[Any], ...]
    sources: tuple[Source, ...]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north in the layer's own coordinates."""
        west, south, east, north = (float(end) for end in shapely.total_bounds(self.geometry))
        return west, south, east, north


@dataclass(frozen=True)
class LeftOut:
    """A role whose features are not written again, with its title and their number."""

    role: str
    title: str
    features: int


def map_layers(edition: Material) -> tuple[MapLayer, ...]:
    """
    Return the layers of an edition, places first, then roles in the order of the table of layers.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    """
    return _all_layers(edition)[0]


def left_out(edition: Material) -> tuple[LeftOut, ...]:
    """Return the roles that have too many features to be written again."""
    return _all_layers(edition)[1]


def value_column(indicator: str, ending: str = "") -> str:
    """Return the name of the column that holds a value, or an end of its range, its use or its coverage."""
    name = indicator.replace(".", "_")
    return f"{name}_{ending}" if ending else name


def _all_layers(edition: Material) -> tuple[tuple[MapLayer, ...], tuple[LeftOut, ...]]:
    return edition.memo.once(_LAYERS, lambda: _collected(edition))


def _collected(edition: Material) -> tuple[tuple[MapLayer, ...], tuple[LeftOut, ...]]:
    found: list[MapLayer] = list(_place_layers(edition))
    heavy = []
    for row in _wanted(edition):
        data = edition.layer(row["role"])
        if not isinstance(data, Layer) or not len(data):
            continue
        role = edition.roles[row["role"]]
        if len(data) > MOST_FEATURES:
            heavy.append(LeftOut(role.id, role.title, len(data)))
        else:
            found += _role_layers(data, role, row)
    return tuple(found), tuple(heavy)


@lru_cache(maxsize=1)
def _declared() -> dict[str, Row]:
    return {row["role"]: row for row in read_table("exchange_layers.csv")}


def _wanted(edition: Material) -> Iterator[Row]:
    """Return the roles to write; single features joined with a hazard stay inside the city."""
    declared = _declared()
    own = edition.edition == CITY_EDITION
    yield from (
        row
        for role, row in declared.items()
        if role in edition.roles and (own or row["edition"] != CITY_EDITION)
    )
    for role in edition.roles.values():
        if role.kind == "layer" and role.id not in declared:
            yield {"role": role.id, "group": OTHER, "style": "line", "label": ""}


def _place_layers(edition: Material) -> Iterator[MapLayer]:
    facts = Facts(edition)
    titles = {CITY: say("The city with all values"), NEIGHBOURHOOD: say("Neighbourhoods with all values")}
    for kind, name in ((NEIGHBOURHOOD, VALUES_PARTS), (CITY, VALUES_CITY)):
        which = [i for i, place in enumerate(edition.places.items) if place.kind == kind]
        if which:
            yield _values_layer(edition, facts, which, name, titles[kind])


def _values_layer(edition: Material, facts: Facts, which: list[int], name: str, title: str) -> MapLayer:
    places = [edition.places.items[i] for i in which]
    shown = {card: _at_places(facts, card, [p.id for p in places]) for card in edition.cards}
    shown = {card: found for card, found in shown.items() if any(o and not o.is_missing for o in found)}
    columns = [Column("place", TEXT, say("Place"), ""), Column("name", TEXT, say("Name"), "")]
    arrays = [_texts([p.id for p in places]), _texts([p.name or p.id for p in places])]
    for card, found in shown.items():
        columns += _value_columns(edition, card)
        arrays += _value_arrays(found)
    behind = dict.fromkeys(
        o.source for found in shown.values() for each in found if each for o in each.origins
    )
    label = "name" if name == VALUES_PARTS else ""
    return MapLayer(
        name, title, VALUES, "part" if label else "outline", label, "MultiPolygon", edition.places.crs,
        edition.places.geometry[which], tuple(columns), tuple(arrays), tuple(behind),
    )  # fmt: skip


def _at_places(facts: Facts, card: str, places: list[str]) -> list[Observation | None]:
    if places == [CITY]:
        return [facts.headline(card)]
    parts = facts.parts(card)
    return [parts.get(place) for place in places]


def _value_columns(edition: Material, indicator: str) -> list[Column]:
    card = edition.cards[indicator]
    unit = unit_text(card.unit)
    title = f"{card.title} ({unit})" if unit else card.title
    return [
        Column(value_column(indicator), NUMBER, title, card.definition),
        Column(value_column(indicator, "low"), NUMBER, say("{title}: low", title=title), _meaning("low")),
        Column(value_column(indicator, "high"), NUMBER, say("{title}: high", title=title), _meaning("high")),
        Column(value_column(indicator, "use"), TEXT, say("{title}: use", title=title), _meaning("use")),
        Column(
            value_column(indicator, "coverage"),
            NUMBER,
            say("{title}: coverage", title=title),
            _meaning("coverage"),
        ),
    ]


def _meaning(ending: str) -> str:
    return next(c.meaning for c in declared_columns()["observations"] if c.name == ending)


def _value_arrays(found: list[Observation | None]) -> list[NDArray[Any]]:
    return [
        _numbers([o.value if o else None for o in found]),
        _numbers([o.low if o else None for o in found]),
        _numbers([o.high if o else None for o in found]),
        _texts([o.use if o and not o.is_missing else "" for o in found]),
        _numbers([o.coverage if o else None for o in found]),
    ]


def _numbers(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _texts(values: Sequence[str | None]) -> NDArray[np.object_]:
    return np.array([value or None for value in values], dtype=object)


def _role_layers(data: Layer, role: Role, row: Mapping[str, str]) -> Iterator[MapLayer]:
    """Return one layer for each dimension that the features have, since map programs show one at a time."""
    data = _without_collections(data)
    dimension = shapely.get_dimensions(data.geometry)
    present = [d for d in _BY_DIMENSION if (dimension == d).any()]
    for number, each in enumerate(present):
        mine = (dimension == each) | ((dimension < 0) & (number == 0))
        ending, kind = _BY_DIMENSION[each]
        part = data.take(mine)
        columns, arrays = _fields(part)
        several = len(present) > 1
        yield MapLayer(
            name=f"{role.id}_{ending}" if several else role.id,
            title=f"{role.title} ({_ending_text(ending)})" if several else role.title,
            group=row["group"],
            style=row["style"],
            label=row["label"] if row["label"] in part.fields else "",
            kind=kind if _all_single(part.geometry) else f"Multi{kind}",
            crs=part.crs,
            geometry=part.geometry,
            columns=columns,
            arrays=arrays,
            sources=part.sources,
        )


def _ending_text(ending: str) -> str:
    return {"points": say("points"), "lines": say("lines"), "areas": say("areas")}[ending]


def _all_single(geometry: NDArray[np.object_]) -> bool:
    return bool((shapely.get_type_id(geometry) <= 3).all())


def _without_collections(data: Layer) -> Layer:
    """Return the layer with each part of a mixed collection as a feature of its own; nothing is lost."""
    mixed = shapely.get_type_id(data.geometry) == _COLLECTION
    if not mixed.any():
        return data
    parts, owner = shapely.get_parts(data.geometry[mixed], return_index=True)
    which = np.concatenate([np.flatnonzero(~mixed), np.flatnonzero(mixed)[owner]])
    geometry = np.concatenate([data.geometry[~mixed], parts])
    return replace(data.take(which), geometry=geometry)


def _fields(data: Layer) -> tuple[tuple[Column, ...], tuple[NDArray[Any], ...]]:
    """Return what a table can hold of the features: texts, numbers, yes and no, and days."""
    columns, arrays = [], []
    if len(data.ids) == len(data):
        columns.append(Column("source_id", TEXT, say("Id in the source"), ""))
        arrays.append(data.ids.astype(object))
    for name, values in data.fields.items():
        kept = _storable(values)
        if kept is not None:
            safe = f"{name}_" if name in _TAKEN else name
            columns.append(Column(safe, _type_of(kept), name.replace("_", " "), ""))
            arrays.append(kept)
    return tuple(columns), tuple(arrays)


def _storable(values: NDArray[Any]) -> NDArray[Any] | None:
    if values.dtype.kind in "biufM":
        return values
    if values.dtype.kind == "U":
        return _texts(values.tolist())
    if all(value is None or isinstance(value, str) for value in values):
        return _texts(list(values))
    try:
        return np.array([np.nan if value is None else float(value) for value in values])
    except (TypeError, ValueError):
        return None


def _type_of(values: NDArray[Any]) -> str:
    return {"b": BOOLEAN, "i": INTEGER, "u": INTEGER, "f": NUMBER}.get(values.dtype.kind, TEXT)
