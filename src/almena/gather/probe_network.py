"""A first look into street extracts and timetables."""

from __future__ import annotations

import csv
import io
import zipfile
from itertools import islice
from pathlib import Path
from typing import Any

import osmium
import shapely

from almena.gather.facts import GTFS, OSM, UNKNOWN, FileFacts, box_of

_NODES, _WAYS = 20_000, 2_000


def look_into_pbf(path: Path) -> FileFacts:
    """Look into an OpenStreetMap extract: where its first nodes lie, and whether it holds streets."""
    try:
        nodes: Any = osmium.FileProcessor(str(path), osmium.osm.NODE)
        places = [(node.lon, node.lat) for node in islice(nodes, _NODES)]
        ways = osmium.FileProcessor(str(path), osmium.osm.WAY)
        is_street = any("highway" in way.tags for way in islice(ways, _WAYS))
    except (RuntimeError, ValueError) as error:
        return FileFacts(path, UNKNOWN, why=f"the extract cannot be read: {error}")
    if not places:
        return FileFacts(path, UNKNOWN, why="the extract holds no nodes")
    points = shapely.points(places[:: max(1, len(places) // 400)])
    names = frozenset({"has_highways"}) if is_street else frozenset()
    return FileFacts(
        path, OSM, count=len(places), points=points, bounds=box_of(*shapely.total_bounds(points)), facts=names
    )


def look_into_gtfs(path: Path) -> FileFacts:
    """Look into a GTFS timetable: where its stops lie, and when it is valid."""
    try:
        with zipfile.ZipFile(path) as archive:
            stops = _rows(archive, "stops.txt")
            calendar = _rows(archive, "calendar.txt") if "calendar.txt" in archive.namelist() else []
        places = [
            (float(s["stop_lon"]), float(s["stop_lat"])) for s in stops if s.get("stop_lat", "").strip()
        ]
    except (KeyError, ValueError, OSError, csv.Error, zipfile.BadZipFile) as error:
        return FileFacts(path, UNKNOWN, why=f"the timetable cannot be read: {error}")
    if not places:
        return FileFacts(path, UNKNOWN, why="the timetable holds no stops")
    points = shapely.points(places)
    days = sorted(
        row[name] for row in calendar for name in ("start_date", "end_date") if len(row.get(name, "")) == 8
    )
    date = "/".join(f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in (days[0], days[-1])) if days else ""
    return FileFacts(
        path,
        GTFS,
        count=len(places),
        points=points,
        bounds=box_of(*shapely.total_bounds(points)),
        facts=frozenset({"gtfs"}),
        date=date,
    )


def _rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = archive.read(name).decode("utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    rows.fieldnames = [n.strip() for n in rows.fieldnames or []]
    return [{k: (v or "").strip() for k, v in row.items() if k} for row in rows]
