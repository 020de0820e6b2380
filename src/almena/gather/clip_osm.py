"""OpenStreetMap extracts cut to the box of a city, with whole ways and whole areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium

from almena.gather.open_source import Box
from almena.gather.whole import written_whole
from almena.model.problem import InputError, Problem

_STAMP = "osmosis_replication_timestamp"


@dataclass(frozen=True)
class Extract:
    """
    What was cut out.

    Parameters
    ----------
    nodes, ways, relations : int
        Number of objects written.
    date : str
        Day of the data, ISO 8601; empty when the extract does not tell.
    city_level : int or None
        Administrative level of the city's own outline; None when the extract does not hold it.
    """

    nodes: int
    ways: int
    relations: int
    date: str
    city_level: int | None


def clip_extract(source: Path, target: Path, box: Box, city: int | None = None, kind: str = "pbf") -> Extract:
    """
    Keep what lies in a box.

    Parameters
    ----------
    source : Path
        Extract; its name may tell nothing.
    target : Path
        File to write, ``.osm.pbf``.
    box : tuple of four floats
        West, south, east, north in degrees.
    city : int, optional
        Number of the relation that is the city's outline: kept whole.
    kind : str
        Form of the source: ``pbf`` or ``osm`` (XML).

    Returns
    -------
    Extract
        Kept are all nodes in the box; all ways with a node in it, whole; areas (multipolygons) and administrative
        outlines of a lower level than the city's with a way in it, whole. Larger outlines and routes are left out:
        they would bring half a country along.

    Raises
    ------
    InputError
        When the extract cannot be read, or holds nothing in the box.
    StoreError
        When the file cannot be written.
    """
    file = osmium.io.File(str(source), kind)
    try:
        level, date = _level_of(file, city), _day_of(file)
        wanted = _wanted(file, box, city, level)
        wanted.complete_backward_references(file, relation_depth=1)
        with written_whole(target) as half:
            counts = _write(file, half, wanted)
    except (RuntimeError, ValueError) as error:
        why = f"the extract cannot be read: {error}".replace(str(source), "the file")
        raise InputError(Problem("An extract cannot be cut.", target.name, why, "Fetch it again.")) from error
    if not counts[0]:
        target.unlink()
        why = "no node lies in the box around the city"
        raise InputError(Problem("An extract has nothing here.", target.name, why, "Choose another extract."))
    return Extract(*counts, date, level)


def _wanted(file: Any, box: Box, city: int | None, level: int | None) -> Any:
    inside, ways, wanted = osmium.IdTracker(), osmium.IdTracker(), osmium.IdTracker()
    for node in _inside(file, box):
        inside.add_node(node.id)
        wanted.add_node(node.id)
    touching = osmium.FileProcessor(file, osmium.osm.WAY).with_filter(inside.contains_filter())
    for way in touching:
        ways.add_way(way.id)
        wanted.add_way(way.id)
    for relation in osmium.FileProcessor(file, osmium.osm.RELATION).with_filter(ways.contains_filter()):
        if relation.id == city or _is_area(relation.tags, level):
            wanted.add_relation(relation.id)
    if city is not None and level is not None:
        wanted.add_relation(city)
    return wanted


def _inside(file: Any, box: Box) -> Iterator[Any]:
    west, south, east, north = box
    nodes: Any = osmium.FileProcessor(file, osmium.osm.NODE)
    for node in nodes:
        if west <= node.lon <= east and south <= node.lat <= north:
            yield node


def _is_area(tags: Any, level: int | None) -> bool:
    if tags.get("boundary") == "administrative":
        own = _whole(tags.get("admin_level"))
        return level is not None and own is not None and own > level
    return bool(tags.get("type") == "multipolygon")


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _write(file: Any, target: Path, wanted: Any) -> tuple[int, int, int]:
    counts = [0, 0, 0]
    with osmium.SimpleWriter(str(target)) as writer:
        things: Any = osmium.FileProcessor(file).with_filter(wanted.id_filter())
        for thing in things:
            counts[0 if thing.is_node() else 1 if thing.is_way() else 2] += 1
            writer.add(thing)
    return counts[0], counts[1], counts[2]


def _level_of(file: Any, city: int | None) -> int | None:
    if city is None:
        return None
    only = osmium.filter.IdFilter([city])
    for relation in osmium.FileProcessor(file, osmium.osm.RELATION).with_filter(only):
        return _whole(relation.tags.get("admin_level"))
    return None


def _day_of(file: Any) -> str:
    return str(osmium.FileProcessor(file).header.get(_STAMP, ""))[:10]
