"""A first look into maps."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyogrio.raw
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from almena.gather.facts import UNKNOWN, VECTOR, Column, FileFacts, are_degrees, box_of, columns_of
from almena.gather.probe_table import table_facts

_MOST = 5_000  # features looked at
_SAMPLED = 400  # rows kept
_DEGREES = ("EPSG:4326", "EPSG:4979", "OGC:CRS84")
_KINDS = {0: "point", 4: "point", 1: "line", 2: "line", 5: "line", 3: "polygon", 6: "polygon"}
_FEW, _TILES = 20, 500
_DAMAGED = (
    pa.ArrowException,
    AttributeError,
    LookupError,
    OSError,
    OverflowError,
    StopIteration,
    TypeError,
    ValueError,
)  # what pyarrow and its metadata bring on a bent file


def look_with_gdal(path: Path, part: str = "") -> FileFacts:
    """Look into a map that GDAL reads: the layer named, else the first."""
    return _look(path, str(path), {}, part)


def look_into_zip(path: Path, member: str = "", part: str = "") -> FileFacts:
    """Look into a zip with one shapefile, or with one KML."""
    inside = f"/vsizip/{{{path}}}/{member}" if member else f"/vsizip/{path}"
    return _look(path, inside, {}, part)


def look_into_json(path: Path) -> FileFacts:
    """Look into GeoJSON, plain or wrapped under another key."""
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        return FileFacts(path, UNKNOWN, why=f"its JSON cannot be read: {error}")
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        return look_with_gdal(path)
    found = next(_collections(content), None)
    if found is None:
        return FileFacts(path, UNKNOWN, why="it is JSON without map features; no reader takes it")
    key, features = found
    return _from_features(path, key, features)


def look_into_parquet(path: Path) -> FileFacts:
    """Look into GeoParquet."""
    try:
        file = pq.ParquetFile(path)
        geo = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
        name = geo.get("primary_column", "")
        if name not in file.schema_arrow.names:
            return _look_into_columns(path, file)
        rows = next(file.iter_batches(batch_size=_MOST))
        geometry = shapely.from_wkb(rows.column(name).to_numpy(zero_copy_only=False), on_invalid="ignore")
        crs = geo["columns"].get(name, {}).get("crs", "EPSG:4326")
        others = [i for i, n in enumerate(file.schema_arrow.names) if n != name]
        columns = columns_of(
            (file.schema_arrow.names[i], rows.column(i).to_pylist()[:_SAMPLED]) for i in others
        )
        count = file.metadata.num_rows
    except _DAMAGED as error:
        return FileFacts(path, UNKNOWN, why=f"the file cannot be opened: {error}")
    declared = json.dumps(crs) if isinstance(crs, dict) else str(crs or "")
    return _facts(path, geometry, columns, count, declared, {})


def _look_into_columns(path: Path, file: Any) -> FileFacts:
    """Look into Parquet without geometry, as a table."""
    names = [str(name) for name in file.schema_arrow.names]
    rows = [[str("" if v is None else v) for v in row.values()] for row in _first_rows(file)]
    if not rows:
        return FileFacts(path, UNKNOWN, why="the table holds no row")
    return replace(table_facts(path, names, rows), count=file.metadata.num_rows)


def _first_rows(file: Any) -> list[dict[str, Any]]:
    batch = next(file.iter_batches(batch_size=_SAMPLED), None)
    return batch.to_pylist() if batch is not None else []


def _look(path: Path, opened: str, options: dict[str, Any], part: str = "") -> FileFacts:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what GDAL grumbles about is told when the file is read
        return _look_aloud(path, opened, options, part)


def _look_aloud(path: Path, opened: str, options: dict[str, Any], part: str) -> FileFacts:
    try:
        layers = [(str(name), kind) for name, kind in pyogrio.list_layers(opened)]
        layer = part or layers[0][0]
        parts = tuple(name for name, _ in layers) if len(layers) > 1 else ()
        if dict(layers).get(layer) is None:
            return replace(_look_into_attributes(path, opened, layer, parts), parts=parts, inside=part)
        info = pyogrio.read_info(opened, layer=layer, force_feature_count=True)
        options = options | ({"layer": layer} if len(layers) > 1 else {}) | _encoding(path, info)
        meta, _, wkb, fields = pyogrio.raw.read(
            opened, layer=layer, max_features=_MOST, force_2d=True, encoding=options.get("encoding")
        )
    except (DataSourceError, DataLayerError, ValueError, IndexError) as error:
        return FileFacts(path, UNKNOWN, why=f"the file cannot be opened: {error}")
    if wkb is None:
        return FileFacts(path, UNKNOWN, why="it has no geometry")
    columns = columns_of((n, values[:_SAMPLED]) for n, values in zip(meta["fields"], fields, strict=True))
    geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    found = _facts(path, geometry, columns, int(info["features"]), info["crs"] or "", options)
    return replace(found, parts=parts, inside=part)


def _look_into_attributes(path: Path, opened: str, layer: str, parts: tuple[str, ...]) -> FileFacts:
    """Look into a table without geometry that lies among layers."""
    meta, _, _, fields = pyogrio.raw.read(opened, layer=layer, max_features=_SAMPLED, read_geometry=False)
    rows = [[str("" if v is None else v) for v in row] for row in zip(*fields, strict=True)]
    if not rows:
        return FileFacts(path, UNKNOWN, why="the table holds no row")
    options = {"layer": layer} if parts else {}
    return table_facts(path, [str(n) for n in meta["fields"]], rows, options)


def _encoding(path: Path, info: dict[str, Any]) -> dict[str, Any]:
    """Find out whether a shapefile without .cpg is written in UTF-8, as many are."""
    table = path.with_suffix(".dbf")
    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists() or not table.is_file():
        return {}
    content = table.read_bytes()
    if content.isascii():
        return {}
    text = content[32:].decode("utf-8", errors="replace")
    broken = text.count("\ufffd")  # a field of fixed width may cut its last letter in two
    foreign = sum(not c.isascii() for c in text) - broken
    return {"encoding": "utf-8" if broken <= 0.05 * foreign else info.get("encoding") or "latin-1"}


def _collections(
    content: object, key: str = "", depth: int = 0
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if not isinstance(content, dict) or depth > 3:
        return
    features = content.get("features")
    if content.get("type") == "FeatureCollection" and isinstance(features, list):
        yield key, features
    elif content.get("type") == "Feature":
        yield key, [content]
    else:
        for name, value in content.items():
            yield from _collections(value, str(name), depth + 1)


def _from_features(path: Path, key: str, features: list[dict[str, Any]]) -> FileFacts:
    taken = [f for f in features[:_MOST] if isinstance(f, dict)]
    texts = [json.dumps(f.get("geometry")) for f in taken]
    geometry = shapely.from_geojson(np.array(texts, object), on_invalid="ignore")
    rows = [_flat(f.get("properties")) for f in taken[:_SAMPLED]]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = columns_of((name, [row.get(name) for row in rows]) for name in names)
    return _facts(path, geometry, columns, len(features), "EPSG:4326", {"key": key} if key else {})


def _flat(properties: object) -> dict[str, object]:
    if not isinstance(properties, dict):
        return {}
    tags = properties.get("tags")
    return {**properties, **tags} if isinstance(tags, dict) else properties


def _facts(
    path: Path, geometry: Any, columns: tuple[Column, ...], count: int, crs: str, options: dict[str, Any]
) -> FileFacts:
    present = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    present = present[np.isfinite(shapely.bounds(present)).all(axis=1)]
    if not len(present):
        return FileFacts(path, UNKNOWN, why="it holds no features")
    degrees = _in_degrees(shapely.force_2d(present), crs or "EPSG:4326")
    kind = _kind(degrees)
    outline, pieces, tiling = _outline(degrees, count) if kind == "polygon" else (None, 0, 0.0)
    bounds = box_of(*shapely.total_bounds(degrees))
    return FileFacts(
        path,
        VECTOR,
        columns=columns,
        geometry=kind,
        count=count,
        outline=outline,
        pieces=pieces,
        tiling=tiling,
        points=degrees if kind == "point" else shapely.point_on_surface(degrees),
        bounds=bounds,
        crs=crs if are_degrees(bounds) else "",
        needs_crs=not crs or not are_degrees(bounds),
        options=options,
        facts=_names(columns, kind, count, pieces),
    )


def _names(columns: tuple[Column, ...], kind: str, count: int, pieces: int) -> frozenset[str]:
    found = set()
    if kind == "polygon" and count <= 5:
        found |= {"few_features"} | ({"one_piece"} if pieces == 1 else set())
        found |= {"many_pieces"} if pieces > 5 else set()
    if not any(c.filled for c in columns if c.name.lower() not in ("id", "fid", "gid", "objectid")):
        found.add("no_attributes")
    return frozenset(found)


def _in_degrees(geometry: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    if crs in _DEGREES:
        return geometry
    try:
        move = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.CRSError:
        return geometry
    moved: NDArray[np.object_] = shapely.transform(
        geometry, lambda c: np.column_stack(move.transform(c[:, 0], c[:, 1]))
    )
    return moved


def _kind(geometry: NDArray[np.object_]) -> str:
    kinds = [_KINDS.get(int(n), "any") for n in shapely.get_type_id(geometry)]
    return next(
        (kind for kind in ("point", "line", "polygon") if kinds.count(kind) >= 0.9 * len(kinds)), "any"
    )


def _outline(geometry: NDArray[np.object_], count: int) -> tuple[Any, int, float]:
    if count > _TILES:
        return None, 0, 0.0
    valid = shapely.make_valid(geometry)
    union = shapely.union_all(valid)
    total = float(shapely.area(valid).sum())
    pieces = int(shapely.get_num_geometries(shapely.union_all(valid)))
    return union, pieces if count <= _FEW else count, float(union.area / total) if total else 0.0
