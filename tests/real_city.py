"""Porto Alegre's real files as roles, read with the bare libraries: for tests of rooms that open no files."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pyogrio
import rasterio
import shapely

from almena.geo.crs import reproject
from almena.model.data import Feed, Grid, Layer
from almena.model.origin import Origin, Source
from almena.model.place import CITY, NEIGHBOURHOOD, Place, Places

METRIC = "EPSG:31982"
DEGREES = "EPSG:4326"


def origin(role: str, file: str) -> tuple[Origin, ...]:
    """Return an origin as the reading room would write it."""
    return (Origin(Source(role=role, file=file, sha256="0" * 64, licence="CC-BY-4.0")),)


@lru_cache
def vector(folder: Path, file: str, role: str) -> Layer:
    """Read a plain vector file."""
    meta, fids, wkb, columns = pyogrio.raw.read(folder / file, return_fids=True, force_2d=True)
    geometry = shapely.make_valid(shapely.from_wkb(wkb))
    crs = DEGREES if meta["crs"] in ("EPSG:4979", None) else meta["crs"]
    fields = dict(zip(meta["fields"], columns, strict=True))
    return Layer(
        role=role, crs=crs, geometry=geometry, fields=fields, ids=fids.astype(str), origins=origin(role, file)
    )


@lru_cache
def wrapped(folder: Path, file: str, role: str) -> Layer:
    """Read a feature collection that hides under another key."""
    content = json.loads((folder / file).read_text(encoding="utf-8"))
    while "features" not in content:
        content = content.get("geoJson") or content["boundaryGeoJson"]
    features = content["features"]
    geometry = shapely.make_valid(shapely.from_geojson([json.dumps(f["geometry"]) for f in features]))
    names = ("name", "amenity", "leisure", "place", "landuse", "access")
    fields = {n: np.array([f["properties"].get(n) or "" for f in features]) for n in names}
    return Layer(
        role=role, crs=DEGREES, geometry=shapely.force_2d(geometry), fields=fields,
        ids=np.array([f["id"] for f in features]), origins=origin(role, file),
    )  # fmt: skip


@lru_cache
def raster(folder: Path, file: str, role: str) -> Grid:
    """Read the first band of a raster."""
    with rasterio.open(folder / file) as source:
        return Grid(
            role=role, array=source.read(1), affine=tuple(source.transform)[:6], crs=source.crs.to_string(),
            nodata=source.nodata, origins=origin(role, file),
        )  # fmt: skip


@lru_cache
def streets(folder: Path) -> Layer:
    """Read the ways with a highway tag, with the ids of their nodes."""
    file = "osm/poa_osm.pbf"
    tags: dict[str, list[str]] = {"highway": [], "foot": [], "access": [], "name": []}
    nodes, ways, ids, every_node = [], [], [], []
    for thing in osmium.FileProcessor(str(folder / file)).with_locations():
        if thing.is_node():
            every_node.append((thing.lon, thing.lat))
        elif thing.is_way() and "highway" in thing.tags and len(thing.nodes) > 1:
            ways.append([(n.lon, n.lat) for n in thing.nodes])
            nodes.append(np.array([n.ref for n in thing.nodes]))
            ids.append(f"way/{thing.id}")
            for name, values in tags.items():
                values.append(thing.tags.get(name, ""))
    lines = shapely.linestrings(
        np.concatenate(ways), indices=np.repeat(np.arange(len(ways)), [len(w) for w in ways])
    )
    held = np.empty(len(nodes), dtype=object)
    held[:] = nodes
    low, high = np.min(every_node, axis=0), np.max(every_node, axis=0)
    return Layer(
        role="streets", crs=DEGREES, geometry=lines, ids=np.array(ids), covered=shapely.box(*low, *high),
        fields={**{k: np.array(v) for k, v in tags.items()}, "nodes": held}, origins=origin("streets", file),
    )  # fmt: skip


@lru_cache
def places(folder: Path) -> Places:
    """Return the city and its 94 official neighbourhoods."""
    city = vector(folder, "boundary/municipality_ibge.geojson", "boundary")
    parts = vector(folder, "boundary/neighbourhoods_lc12112_cc0.geojson", "neighbourhoods")
    outline = shapely.union_all(reproject(city.geometry, city.crs, METRIC))
    inner = shapely.intersection(reproject(parts.geometry, parts.crs, METRIC), outline)
    items = (Place("city", CITY), *(Place(f"n{i}", NEIGHBOURHOOD) for i in range(len(inner))))
    return Places(items, np.array([outline, *inner], dtype=object), METRIC)


def population(folder: Path) -> Grid:
    """Return the population raster."""
    return raster(folder, "population/worldpop2020_constrained_3arcsec.tif", "population_grid")


@lru_cache
def feed(folder: Path, file: str) -> Feed:
    """Read a timetable as the reading room hands it over: times are minutes after midnight."""
    tables = {}
    with zipfile.ZipFile(folder / file) as archive:
        for member in archive.namelist():
            if member not in ("shapes.txt", "feed_info.txt", "agency.txt", "fare_attributes.txt"):
                with archive.open(member) as handle:
                    rows = list(csv.reader(io.TextIOWrapper(handle, "utf-8-sig")))
                columns = zip(*(row for row in rows[1:] if row), strict=True)
                named = zip((name.strip() for name in rows[0]), columns, strict=True)
                tables[member[:-4]] = {
                    name: _column(name, [v.strip() for v in values]) for name, values in named
                }
    return Feed(role="transit_feed", tables=tables, origins=origin("transit_feed", file))


def _column(name: str, values: list[str]) -> Any:
    if name in ("arrival_time", "departure_time"):
        return np.array([_minutes(value) for value in values])
    if name in ("stop_lat", "stop_lon", "stop_sequence"):
        return np.array(values, dtype=float)
    return np.array(values, dtype=str)


def _minutes(clock: str) -> float:
    if not clock:
        return float("nan")
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return hours * 60 + minutes + seconds / 60
