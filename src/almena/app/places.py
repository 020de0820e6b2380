"""The places of a run, made from the boundary and the neighbourhoods."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata

import numpy as np
import shapely
from shapely import Geometry

from almena.app.supply import FileSupply
from almena.geo.crs import Geometries, reproject, stretch
from almena.geo.points import name_by_largest_overlap
from almena.geo.polygons import clip
from almena.model.data import Layer
from almena.model.kit import Kit
from almena.model.place import CITY, NEIGHBOURHOOD, Place, Places
from almena.model.problem import AlmenaError, InputError, Problem

SLIVER = 0.001  # share of a neighbourhood's own area below which a piece inside the city is drawing error
STRETCH = 0.02  # largest error of a distance that a metric coordinate system may make (assumed)
PLACES_VERSION = "3"


def unmapped_place(kit: Kit) -> Places:
    """
    Return the city alone, with no shape: what people answered needs no map.

    Parameters
    ----------
    kit : Kit
        Names the city; it has no files.

    Returns
    -------
    Places
        One place with an empty polygon.
    """
    geometry = np.empty(1, dtype=object)
    geometry[0] = shapely.MultiPolygon()
    return Places((Place(CITY, CITY, kit.name),), geometry, kit.crs, country=kit.country)


def build_places(supply: FileSupply, kit: Kit) -> tuple[Places, list[Problem]]:
    """
    Make the list of places: the city, then its neighbourhoods, clipped to it.

    Neighbourhoods of one name are dissolved. Neighbourhoods without names take them from older limits by the
    largest overlap; those that find none are numbered.

    Parameters
    ----------
    supply : FileSupply
        Hands over the layers.
    kit : Kit
        Names the city and its metric coordinate system.

    Returns
    -------
    places : Places
        The city first.
    notes : list of Problem
        What had to be decided.

    Raises
    ------
    InputError
        When there is no usable boundary.
    """
    boundary = _layer(supply, "boundary")
    if boundary is None:
        raise InputError(
            *supply.problems,
            Problem(
                "No usable file fills the role boundary",
                "kit.toml",
                "everything is measured inside the boundary of the city",
                'Add the outline of the city as a polygon layer with role = "boundary".',
            ),
        )
    city = shapely.union_all(shapely.make_valid(reproject(boundary.geometry, boundary.crs, kit.crs)))
    _measures_truly(kit, city)
    shapely.prepare(city)
    items, shapes = [Place(CITY, CITY, kit.name)], [city]
    layer = _layer(supply, "neighbourhoods")
    notes = [*_read_so(boundary), *_read_so(layer)]
    older = (
        _layer(supply, "neighbourhood_statistics") if layer is not None and not _has_names(layer) else None
    )
    if layer is not None:
        parts, part_shapes, said = _parts(layer, older, city, kit)
        items, shapes, notes = items + parts, shapes + part_shapes, notes + said
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    keys = [
        PLACES_VERSION,
        kit.crs,
        kit.name,
        kit.country,
        *kit.languages,
        *(given.key for given in (boundary, layer, older) if given is not None),
    ]
    key = hashlib.sha256("\x1f".join(keys).encode()).hexdigest()
    return Places(tuple(items), geometry, kit.crs, key, kit.country), notes


def _measures_truly(kit: Kit, city: Geometry) -> None:
    """Refuse a coordinate system in which a walk of 500 m is not one: world maps stretch what lies off the equator."""
    middle = shapely.centroid(city)
    if shapely.is_empty(middle):
        return
    error = stretch(kit.crs, (float(shapely.get_x(middle)), float(shapely.get_y(middle))))
    if error > STRETCH:
        raise InputError.of(
            f"The coordinate system {kit.crs} distorts distances in the city by {min(error, 10.0):.0%}",
            "kit.toml, [city] crs",
            f"walks and lengths would be wrong; at most {STRETCH:.0%} is accepted",
            "Give the UTM zone of the city or the system of the national survey as crs.",
        )


def _layer(supply: FileSupply, role: str) -> Layer | None:
    if supply.key(role) is None:
        return None
    try:
        content = supply.get(role)
    except AlmenaError:
        return None
    return content if isinstance(content, Layer) else None


def _read_so(layer: Layer | None) -> list[Problem]:
    """Return what reading a map had to decide about outlines: a part that is cut off must not vanish unsaid."""
    notes = layer.notes if layer is not None and layer.at_least else ()
    said = (note for note in notes if note.startswith("the outline"))
    return [Problem(f"{note[0].upper()}{note[1:]}", f"role {layer.role}") for note in said if layer]


def _has_names(layer: Layer) -> bool:
    names = layer.fields.get("name")
    return names is not None and any(_text(n) for n in names)


def _parts(
    layer: Layer, older: Layer | None, city: object, kit: Kit
) -> tuple[list[Place], list[object], list[Problem]]:
    geometry = shapely.make_valid(reproject(layer.geometry, layer.crs, kit.crs))
    names, notes = _names(layer, older, geometry, kit)
    inside = clip(geometry, city)
    kept = shapely.area(inside) > SLIVER * shapely.area(geometry)
    if not kept.all():
        notes.append(
            Problem(f"{(~kept).sum()} neighbourhoods lie outside the boundary", "role neighbourhoods")
        )
    codes = _codes(layer)
    items: dict[str, Place] = {}
    shapes: dict[str, list[object]] = {}
    taken: set[str] = set()
    for index in np.flatnonzero(kept):
        called = _heard(names[index]) or _heard(codes[index]) or f"#{index + 1}"
        if called not in items:
            items[called] = Place(f"neighbourhood-{_free(called, taken)}", NEIGHBOURHOOD, names[index])
        shapes.setdefault(called, []).append(inside[index])
    repeated = [items[i].name or i for i, parts in shapes.items() if len(parts) > 1]
    if repeated:
        what = f"Neighbourhoods drawn in several pieces were joined by name: {', '.join(repeated)}"
        notes.append(Problem(what, "role neighbourhoods"))
    joined = [shapely.union_all(np.array(parts, dtype=object)) for parts in shapes.values()]
    return list(items.values()), list(joined), notes


def _names(
    layer: Layer, older: Layer | None, geometry: Geometries, kit: Kit
) -> tuple[list[str], list[Problem]]:
    if _has_names(layer):
        return _in_language(layer, kit.languages), []
    if older is None:
        what, remedy = "The neighbourhoods have no names", "Name the column in kit.toml."
        return [""] * len(layer), [Problem(what, "role neighbourhoods", "", remedy)]
    outlines = shapely.make_valid(reproject(older.geometry, older.crs, kit.crs))
    texts = np.array([_text(n) for n in older.fields["name"]])
    found = [str(n) for n in name_by_largest_overlap(geometry, outlines, texts)]
    named = sum(bool(n) for n in found)
    what = f"{named} of {len(found)} neighbourhoods took their name from older limits by the largest overlap"
    return found, [Problem(what, "roles neighbourhoods and neighbourhood_statistics")]


def _in_language(layer: Layer, languages: tuple[str, ...]) -> list[str]:
    """Return each name in the city's main language, else as it is, else in the other languages in their order."""
    order = [f"name:{languages[0]}", "name", *(f"name:{tongue}" for tongue in languages[1:])]
    columns = [layer.fields[name] for name in order if name in layer.fields]
    return [next(filter(None, map(_text, row)), "") for row in zip(*columns, strict=True)]


def _codes(layer: Layer) -> list[str]:
    given = layer.fields.get("code")
    return [_text(c) for c in (given if given is not None else layer.ids)] or [""] * len(layer)


def _text(value: object) -> str:
    """Return what a cell says; nothing for an empty one, also where a number stands for it."""
    return "" if value is None or value != value else str(value).strip()


def _heard(text: str) -> str:
    """Return a name in one writing, so that only names that differ to people differ here."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _free(called: str, taken: set[str]) -> str:
    """Return a short id for a name that no other name has, and note it; letters of any script are kept."""
    letters = unicodedata.normalize("NFKD", called)
    slug = (
        re.sub(r"[\W_]+", "-", "".join(c for c in letters if not unicodedata.combining(c))).strip("-")
        or "part"
    )
    free = next(f for n in itertools.count(1) if (f := slug if n == 1 else f"{slug}-{n}") not in taken)
    taken.add(free)
    return free
