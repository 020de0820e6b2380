"""GeoJSON in any wrapping: a collection, one feature, one geometry, or these under another key."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.harmonise.casting import text_array, text_of
from almena.harmonise.columns import RawTable
from almena.harmonise.crs import DEGREES
from almena.harmonise.found import FoundFile
from almena.harmonise.layers import RawLayer
from almena.harmonise.text import read_text
from almena.harmonise.words import listing

GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)
FEATURES = frozenset({"Feature", "FeatureCollection"})
DEEPEST_WRAPPING = 4

Json = dict[str, Any]


def read_geojson(found: FoundFile) -> RawLayer:
    """
    Read the features of a JSON file.

    Parameters
    ----------
    found : FoundFile
        The file; ``spec.key`` names the member that holds the features (``a.b`` for one inside another), when
        there are several.

    Returns
    -------
    RawLayer
        Attributes, with those under a ``tags`` member lifted up; geometry in WGS 84 unless the file says other.

    Raises
    ------
    InputError
        When the file is not JSON, or holds no features, or several sets of them.
    """
    text, notes = read_text(found)
    document = _parse(text, found)
    member, key = _unwrap(document, found)
    features = _features(member)
    return RawLayer(
        table=_attributes(features, key, notes),
        geometry=_geometries(features, found),
        ids=text_array([_id(f, i) for i, f in enumerate(features)]),
        crs=_crs(member) or _crs(document) or DEGREES,
    )


def _parse(text: str, found: FoundFile) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, ValueError) else "Its brackets are nested too deeply."
        raise found.refusal(
            "The file is not valid JSON.", why, "Fetch it again; it may be cut off."
        ) from error


def _unwrap(document: Any, found: FoundFile) -> tuple[Json, str]:
    """Return the member that holds features, and its key when it is wrapped."""
    wanted = found.spec.key
    if wanted and (chosen := _member(document, wanted)) is not None:
        return chosen, wanted
    if _is_geo(document):
        return document, ""
    inside = dict(_search(document, "", 0))
    collections = {key: geo for key, geo in inside.items() if geo["type"] in FEATURES} or inside
    if len(collections) == 1:
        key, geo = next(iter(collections.items()))
        return geo, key
    if collections:
        remedy = f'Name one in the kit, for example key = "{next(iter(collections))}".'
        raise found.refusal("The file holds several sets of features.", f"{listing(collections)}.", remedy)
    raise found.refusal(
        "The file holds no features.",
        "No FeatureCollection, Feature or geometry was found in it.",
        "Use the reader `table` if these are rows, or fetch the file again.",
    )


def _member(document: Any, path: str) -> Json | None:
    """Return the features under a dotted path, or None when there are none."""
    for part in path.split("."):
        document = document.get(part) if isinstance(document, dict) else None
    return document if _is_geo(document) else None


def _is_geo(member: Any) -> bool:
    if not isinstance(member, dict):
        return False
    kind = member.get("type")
    if kind == "FeatureCollection":
        return isinstance(member.get("features"), list)
    if kind == "Feature":
        return "geometry" in member
    return (
        isinstance(kind, str) and kind in GEOMETRIES and ("coordinates" in member or "geometries" in member)
    )


def _search(document: Any, path: str, depth: int) -> Iterator[tuple[str, Json]]:
    """Yield the sets of features under the members of an object, with the path to each."""
    if not isinstance(document, dict) or depth > DEEPEST_WRAPPING:
        return
    for name, member in document.items():
        here = f"{path}.{name}" if path else str(name)
        if _is_geo(member):
            yield here, member
        else:
            yield from _search(member, here, depth + 1)


def _features(member: Json) -> list[Json]:
    """Return a list of features from a collection, a feature or a bare geometry."""
    if member["type"] == "FeatureCollection":
        return [f if isinstance(f, dict) else {} for f in member["features"]]
    if member["type"] == "Feature":
        return [member]
    return [{"type": "Feature", "properties": {}, "geometry": member}]


def _attributes(features: list[Json], key: str, notes: tuple[str, ...]) -> RawTable:
    rows = [_properties(f) for f in features]
    names = tuple(dict.fromkeys(name for row in rows for name in row))

    def get(position: int) -> NDArray[Any]:
        """Return the values of one property."""
        values = np.empty(len(rows), dtype=object)
        values[:] = [row.get(names[position]) for row in rows]
        return values

    if key:
        notes = (*notes, f"the features were found under {key!r}")
    return RawTable(names, len(rows), get, "", lambda _, row: f"feature {_id(features[row], row)}", notes)


def _properties(feature: Json) -> Mapping[str, Any]:
    """Return the attributes of a feature; those under ``tags`` fill names that are still free."""
    own = feature.get("properties")
    if not isinstance(own, dict):
        return {}
    tags = own.get("tags")
    return {**tags, **own} if isinstance(tags, dict) else own


def _id(feature: Json, position: int) -> str:
    """Return the feature's own id, else its position from 0, as GIS programs number them."""
    return text_of(feature.get("id")) or str(position)


def _geometries(features: list[Json], found: FoundFile) -> NDArray[Any]:
    texts = [json.dumps(g) if (g := f.get("geometry")) else None for f in features]
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        shapes = shapely.from_geojson(texts, on_invalid="warn")
    damaged = [i for i, (s, t) in enumerate(zip(shapes, texts, strict=True)) if t is not None and s is None]
    if damaged:
        shown = listing([_id(features[i], i) for i in damaged], 5)
        raise found.refusal(
            "Some geometries cannot be read.",
            f"{len(damaged):,} of {len(features):,} features, ids {shown}.",
            "Fetch the file again, or have it repaired in a GIS.",
        )
    return np.asarray(shapes, dtype=object)


def _crs(member: Any) -> str:
    """Return the system of an old-style ``crs`` member, or an empty text."""
    declared = member.get("crs") if isinstance(member, dict) else None
    properties = declared.get("properties") if isinstance(declared, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else ""
