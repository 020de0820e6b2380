"""Rasters and files of the sources in a STAC collection: for map servers, notebooks and archives."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import shapely

from almena.geo.crs import WGS84, describe_crs, reproject
from almena.measure.dates import first_day, last_day
from almena.model.origin import Source
from almena.packs.language import say
from almena.publish.atomic import write_whole
from almena.publish.bundle import pack
from almena.publish.exchange.credits import all_terms, credit_lines, rights_text
from almena.publish.exchange.dcat import DIGITS, degrees_of
from almena.publish.exchange.rasters import Raster, rasters_of, write_rasters
from almena.publish.exchange.readme import title_of
from almena.publish.exchange.star import all_sources
from almena.publish.exporters import Exporter
from almena.publish.material import Material

VERSION = "1.1.0"
_EXTENSIONS = "https://stac-extensions.github.io"
PROJECTION, FILE = f"{_EXTENSIONS}/projection/v2.0.0/schema.json", f"{_EXTENSIONS}/file/v2.1.0/schema.json"
CLOUD_OPTIMISED = "image/tiff; application=geotiff; profile=cloud-optimized"
COLLECTION, ITEMS, RASTERS = "collection.json", "items", "rasters"
SHA_256 = "1220"  # multihash: function 0x12 (SHA-256), length 0x20
_MANY = "other"  # STAC 1.1: several licences, or one without an SPDX name

Entry = dict[str, Any]


def write_stac(edition: Material, path: Path) -> Path:
    """
    Write the rasters with an item each, and the collection that names every file of the sources with its hash.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    path : Path
        The zip file to write; all links inside are relative.
    """
    with tempfile.TemporaryDirectory(prefix="almena-stac-") as working:
        folder, packed = Path(working) / edition.city, Path(working) / "packed.zip"
        (folder / ITEMS).mkdir(parents=True)
        write_rasters(edition, folder / RASTERS)
        items = [_item(raster, edition) for raster in rasters_of(edition)]
        for item in items:
            _write(folder / ITEMS / f"{item['id']}.json", item)
        _write(folder / COLLECTION, _collection(edition, items))
        pack(folder, packed, edition.run_date, root=folder)
        return write_whole(path, packed.read_bytes())


def _write(path: Path, entry: Entry) -> None:
    path.write_text(json.dumps(entry, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _item(raster: Raster, edition: Material) -> Entry:
    grid, crs = raster.grid, describe_crs(raster.grid.crs)
    box = reproject(shapely.box(*grid.bounds), grid.crs, WGS84)
    return {
        "type": "Feature",
        "stac_version": VERSION,
        "stac_extensions": [PROJECTION],
        "id": raster.role.id,
        "collection": _collection_id(edition),
        "geometry": json.loads(shapely.to_geojson(box)),
        "bbox": [round(end, DIGITS) for end in box.bounds],
        "properties": {
            "title": raster.role.title,
            "description": _described(raster),
            "license": _licence(grid.sources),
            **_times(grid.date, edition.run_date),
            "proj:code": crs.authority or None,
            "proj:shape": list(grid.array.shape),
            "proj:transform": list(grid.affine),
        },
        "links": [_link(relation, f"../{COLLECTION}") for relation in ("collection", "parent", "root")],
        "assets": {"data": _raster_asset(raster)},
    }


def _described(raster: Raster) -> str:
    credit = " ".join(credit_lines(raster.grid.sources))
    if first_day(raster.grid.date) is None:
        return say(
            "{meaning}. The date is not known: the day of the run stands in. {credit}",
            meaning=raster.role.meaning, credit=credit,
        )  # fmt: skip
    return say("{meaning}. {credit}", meaning=raster.role.meaning, credit=credit)


def _raster_asset(raster: Raster) -> Entry:
    grid = raster.grid
    band: Entry = {"data_type": str(grid.array.dtype), "unit": grid.unit}
    if grid.nodata is not None:
        band["nodata"] = grid.nodata
    return {
        "href": f"../{RASTERS}/{raster.file}",
        "type": CLOUD_OPTIMISED,
        "title": raster.role.title,
        "roles": ["data"],
        "bands": [{"name": raster.role.id, **band}],
    }


def _times(period: str, run_date: str) -> Entry:
    start, end = first_day(period), last_day(period)
    if start is None or end is None:
        return {"datetime": _moment(date.fromisoformat(run_date))}
    if start == end:
        return {"datetime": _moment(start)}
    return {"datetime": None, "start_datetime": _moment(start), "end_datetime": _moment(end)}


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _collection(edition: Material, items: list[Entry]) -> Entry:
    named = sorted({name for terms in all_terms(edition.sources) for name in terms.credits})
    return {
        "type": "Collection",
        "stac_version": VERSION,
        "stac_extensions": [FILE],
        "id": _collection_id(edition),
        "title": title_of(edition),
        "description": rights_text(edition),
        "license": _licence(edition.sources),
        "providers": [{"name": name, "roles": ["producer", "licensor"]} for name in named],
        "extent": {
            "spatial": {"bbox": [list(degrees_of(edition))]},
            "temporal": {"interval": [_interval(items, edition.run_date)]},
        },
        "links": [
            _link("root", f"./{COLLECTION}"),
            *(_link("item", f"./{ITEMS}/{item['id']}.json") for item in items),
            *(_link("license", terms.url) for terms in all_terms(edition.sources) if terms.url),
        ],
        "assets": {key: _file_asset(source) for key, source in all_sources(edition).items() if source.url},
    }


def _collection_id(edition: Material) -> str:
    return f"{edition.city}-resilience-profile"


def _licence(sources: Any) -> str:
    """Return the licence of some files when they share a known one."""
    found = all_terms(sources)
    return found[0].licence if len(found) == 1 and found[0].url else _MANY


def _file_asset(source: Source) -> Entry:
    """Return a file of the sources where it can be fetched, with the hash of the bytes that were read."""
    size = {"file:size": source.size} if source.size else {}
    credit = " ".join(credit_lines([source]))
    facts = {"file:checksum": f"{SHA_256}{source.sha256}", **size}
    return {"href": source.url, "title": source.file, "description": credit, "roles": ["source"], **facts}


def _interval(items: list[Entry], run_date: str) -> list[str]:
    found = [item["properties"] for item in items]
    starts = [p.get("start_datetime") or p["datetime"] for p in found]
    ends = [p.get("end_datetime") or p["datetime"] for p in found]
    today = _moment(date.fromisoformat(run_date))
    return [min(starts, default=today), max(ends, default=today)]


def _link(relation: str, target: str) -> dict[str, str]:
    kind = {"type": "application/json"} if target.endswith(".json") else {}
    return {"rel": relation, "href": target, **kind}


STAC = Exporter("stac", "rasters and source files as a STAC collection", write_stac)
