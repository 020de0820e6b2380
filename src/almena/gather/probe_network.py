"""A first look into street extracts and timetables."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import osmium
import shapely

from almena.gather.facts import GTFS, OSM, UNKNOWN, FileFacts, are_degrees, box_of
from almena.gather.probe_extract import look_into_extract

_NODES, _WAYS = 20_000, 2_000
_DAYS = (("calendar", ("start_date", "end_date")), ("calendar_dates", ("date",)))


def look_into_pbf(path: Path) -> FileFacts:
    """Look into an OpenStreetMap extract: where its first nodes lie, and whether it holds streets."""
    try:
        nodes: Any = osmium.FileProcessor(str(path), osmium.osm.NODE)
        places = [(node.lon, node.lat) for node in islice(nodes, _NODES)]
        ways = osmium.FileProcessor(str(path), osmium.osm.WAY)
        is_street = any("highway" in way.tags for way in islice(ways, _WAYS))
        extract = look_into_extract(path)
    except (RuntimeError, ValueError) as error:
        return FileFacts(path, UNKNOWN, why=f"the extract cannot be read: {error}")
    if not places:
        return FileFacts(path, UNKNOWN, why="the extract holds no nodes")
    points = shapely.points(places[:: max(1, len(places) // 400)])
    names = frozenset({"has_highways"}) if is_street else frozenset()
    return FileFacts(
        path,
        OSM,
        count=len(places),
        points=points,
        bounds=box_of(*shapely.total_bounds(points)),
        facts=names,
        extract=extract,
    )


def look_into_gtfs(path: Path) -> FileFacts:
    """Look into a GTFS timetable: where its stops lie, and when it is valid."""
    try:
        with zipfile.ZipFile(path) as archive:
            stops = _rows(archive, "stops")
            days = sorted(
                day for table, names in _DAYS for row in _rows(archive, table) for day in _read(row, names)
            )
    except (OSError, csv.Error, zipfile.BadZipFile) as error:
        return FileFacts(path, UNKNOWN, why=f"the timetable cannot be read: {error}")
    places = [place for stop in stops if (place := _place(stop))]
    if not places:
        return FileFacts(path, UNKNOWN, why="the timetable holds no stops")
    points = shapely.points(places)
    return FileFacts(
        path,
        GTFS,
        count=len(places),
        points=points,
        bounds=box_of(*shapely.total_bounds(points)),
        facts=frozenset({"gtfs"}),
        date=f"{days[0]}/{days[-1]}" if days else "",
    )


def _read(row: dict[str, str], names: tuple[str, ...]) -> Iterator[str]:
    """Yield the days that a row of a calendar states, as ISO 8601; what is no day is passed over."""
    for name in names:
        with suppress(ValueError):
            yield datetime.strptime(row.get(name, ""), "%Y%m%d").date().isoformat()


def _place(stop: dict[str, str]) -> tuple[float, float] | None:
    try:
        lon, lat = float(stop.get("stop_lon", "")), float(stop.get("stop_lat", ""))
    except ValueError:
        return None
    return (lon, lat) if are_degrees((lon, lat, lon, lat)) and (lon, lat) != (0.0, 0.0) else None


def _rows(archive: zipfile.ZipFile, table: str) -> list[dict[str, str]]:
    """Return the rows of a table; a zip may hold the tables in a folder."""
    name = next((n for n in archive.namelist() if PurePosixPath(n).name.lower() == f"{table}.txt"), None)
    if name is None:
        return []
    text = archive.read(name).decode("utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    rows.fieldnames = [n.strip() for n in rows.fieldnames or []]
    return [{k: (v or "").strip() for k, v in row.items() if k} for row in rows]
