"""A first look into a full OpenStreetMap extract: which outlines it draws, and which roles it can fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import osmium
import pyproj
import shapely
from osmium import filter as only

from almena.packs.osm import AREA, LINE, POINT, osm_limit, osm_rules

MOST_OBJECTS = 500_000  # looked at in one extract
GLOBE = pyproj.Geod(ellps="WGS84")
SQUARE_METRES = 1e6
_OUTLINES = ("administrative", "land_area")
_RINGS = ("multipolygon", "boundary")
_SAID = "osmosis_replication_timestamp"


@dataclass(frozen=True)
class Outline:
    """
    A place that an extract draws.

    Parameters
    ----------
    id, level, kind : str
        Such as ``relation/123``; level of administration; value of the tag ``boundary``.
    tags : mapping of str to str
        All its tags.
    square_km : float
        Its area; NaN when the extract cuts it off.
    ways, missing : int
        Number of ways of its outline, and of those that the extract lacks.
    around : shapely geometry
        Its area in degrees; for a cut one the hull of the ways that are there, good for guessing only.
    """

    id: str
    level: str
    kind: str
    tags: Mapping[str, str]
    square_km: float
    ways: int
    missing: int
    around: Any

    @property
    def name(self) -> str:
        """Return what people there call it."""
        return self.tags.get("name", "")


@dataclass(frozen=True)
class ExtractFacts:
    """
    What a look into an extract found.

    Parameters
    ----------
    outlines : tuple of Outline
        Places with a level of administration, whole ones and those cut off.
    roles : mapping of str to int
        Number of objects seen for each role.
    date : str
        Day of the data, ISO 8601; empty when the file does not say.
    """

    outlines: tuple[Outline, ...]
    roles: Mapping[str, int]
    date: str = ""


def look_into_extract(path: Path) -> ExtractFacts:
    """
    Look into an extract.

    Parameters
    ----------
    path : Path
        A file in PBF form.

    Raises
    ------
    RuntimeError
        When the file cannot be read.
    """
    said = osmium.io.Reader(str(path), osmium.osm.NOTHING).header().get(_SAID)
    whole, cut = _outlines(path)
    return ExtractFacts((*whole, *_nearly(path, cut)), _roles(path), (said or "")[:10])


def _roles(path: Path) -> dict[str, int]:
    """Count by tags alone what each role would take; geometry is left to the reader."""
    rules = osm_rules()
    keys = sorted({rule.key for every in rules.values() for rule in every})
    things: Any = osmium.FileProcessor(str(path)).with_filter(only.KeyFilter(*keys))
    seen: Counter[str] = Counter()
    for thing in islice(things, MOST_OBJECTS):
        tags = dict(thing.tags)
        shapes = {POINT} if thing.is_node() else {LINE, AREA} if thing.is_way() else {AREA}
        seen.update(
            role
            for role, every in rules.items()
            if any(shapes & rule.shapes and rule.takes(tags) for rule in every)
        )
    return {role: seen[role] for role in rules if seen[role]}


def _outlines(path: Path) -> tuple[list[Outline], list[tuple[dict[str, str], str, list[int]]]]:
    """Return the outlines that are whole, and tags, id and ways of the relations that may be cut off."""
    factory = osmium.geom.WKBFactory()
    named = only.TagFilter(*(("boundary", value) for value in _OUTLINES))
    things: Any = osmium.FileProcessor(str(path)).with_locations().with_areas(named).with_filter(named)
    whole: dict[str, Outline] = {}
    relations = []
    for thing in things:
        if not (thing.is_area() or thing.is_relation()) or "admin_level" not in thing.tags:
            continue
        tags = dict(thing.tags)
        if thing.is_relation():
            if tags.get("type") not in _RINGS:
                continue
            ways = [m.ref for m in thing.members if m.type == "w" and m.role != "inner"]
            relations.append((tags, f"relation/{thing.id}", ways))
            continue
        try:
            shape = shapely.from_wkb(factory.create_multipolygon(thing))
        except RuntimeError:
            continue
        label = f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}"
        whole[label] = _outline(label, tags, shape)
    return list(whole.values()), [r for r in relations if r[1] not in whole]


def _outline(label: str, tags: Mapping[str, str], shape: Any) -> Outline:
    size = abs(GLOBE.geometry_area_perimeter(shape)[0]) / SQUARE_METRES
    return Outline(label, tags["admin_level"], tags["boundary"], tags, size, 0, 0, shape)


def _nearly(path: Path, cut: Sequence[tuple[dict[str, str], str, list[int]]]) -> list[Outline]:
    """Return the cut outlines of which the extract holds most ways."""
    lines = _lines(path, {way for _, _, ways in cut for way in ways})
    found = []
    for tags, label, ways in cut:
        here = [lines[way] for way in ways if way in lines]
        if here and len(here) >= osm_limit("members_there") * len(ways):
            around = shapely.convex_hull(shapely.MultiLineString(here))
            level, kind = tags["admin_level"], tags["boundary"]
            lost = len(ways) - len(here)
            found.append(Outline(label, level, kind, tags, float("nan"), len(ways), lost, around))
    return found


def _lines(path: Path, wanted: set[int]) -> dict[int, Any]:
    if not wanted:
        return {}
    factory = osmium.geom.WKBFactory()
    kinds = osmium.osm.NODE | osmium.osm.WAY
    things: Any = osmium.FileProcessor(str(path), kinds).with_locations()
    ways = things.with_filter(only.EntityFilter(osmium.osm.WAY)).with_filter(only.IdFilter(sorted(wanted)))
    lines = {}
    for way in ways:
        try:
            lines[way.id] = shapely.from_wkb(factory.create_linestring(way))
        except (RuntimeError, osmium.InvalidLocationError):
            continue
    return lines
