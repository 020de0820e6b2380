"""Open services on this machine: they speak the protocols of the real ones and send real bytes of the data folder."""

from __future__ import annotations

import csv
import gzip
import json
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import osmium
import rasterio
import shapely
from affine import Affine

Answer = Callable[["Handler"], None]
JSON = "application/json; charset=utf-8"
PBF, TIFF = "application/octet-stream", "image/tiff"
SERIES = {
    "SP.URB.TOTL.IN.ZS": "average_value_Urban population (% of total population)",
    "SP.URB.GROW": "average_value_Urban population growth (annual %)",
    "EG.ELC.ACCS.UR.ZS": "average_value_Access to electricity, urban (% of urban population)",
    "EN.ATM.PM25.MC.M3": (
        "average_value_PM2.5 air pollution, mean annual exposure (micrograms per cubic meter)"
    ),
}


@dataclass
class Services:
    """All services, and what they were asked."""

    mirror: Path
    url: str = ""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    faults: dict[str, list[Answer]] = field(default_factory=dict)
    page_size: int | None = None

    def gets(self, part: str) -> list[dict[str, str]]:
        """Return the headers of each GET whose address holds a text."""
        return [h for method, path, h in self.asked if method == "GET" and part in path]

    def fails(self, part: str, *answers: Answer) -> None:
        """Answer the next GETs of addresses that hold a text in another way."""
        self.faults[part] = list(answers)

    @property
    def table(self) -> str:
        """Return the table of addresses that points to these services."""
        where = {
            "geocoder": "nominatim",
            "boundary": "nominatim",
            "extract": "geofabrik",
            "overpass": "overpass",
            "population": "worldpop",
            "elevation": "dem",
            "climate": "climate",
            "world_bank": "bank",
        }
        return "id,address\n" + "".join(f"{name},{self.url}/{path}\n" for name, path in where.items())

    @property
    def addresses(self) -> dict[str, str]:
        return dict(line.split(",") for line in self.table.splitlines()[1:])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    services: Services

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        services = self.services
        services.asked.append((self.command, self.path, dict(self.headers.items())))
        for part, waiting in services.faults.items():
            if part in self.path and waiting and self.command == "GET":
                waiting.pop(0)(self)
                return
        service, _, rest = urlsplit(self.path).path.lstrip("/").partition("/")
        asked = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        found = ANSWERS[service](services, rest, asked) if service in ANSWERS else None
        give(*found)(self) if found else refuse(404)(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(mirror: Path) -> Iterator[Services]:
    services = Services(mirror)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Serving", (Handler,), {"services": services}))
    server.daemon_threads = True
    services.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def give(
    body: bytes,
    kind: str,
    *,
    cut: int | None = None,
    etag: str | None = None,
    packed: bool = False,
    status: int = 200,
) -> Answer:
    """Send a body: whole, from the byte asked for, cut short, or packed."""
    import hashlib

    def answer(handler: Handler) -> None:
        tag = etag or f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", handler.headers.get("Range", ""))
        is_fresh = handler.headers.get("If-Range") in (None, tag)
        content, code = (gzip.compress(body), status) if packed else (body, status)
        if asked and is_fresh and not packed:
            start, end = int(asked[1]), int(asked[2] or len(body) - 1)
            content, code = body[start : end + 1], 206
        handler.send_response(code)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.send_header("ETag", tag)
        if code == 206:
            handler.send_header("Content-Range", f"bytes {start}-{end}/{len(body)}")
        if packed:
            handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(content if cut is None else content[:cut])
            handler.close_connection = cut is not None

    return answer


def refuse(code: int, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def stall(seconds: float) -> Answer:
    def answer(handler: Handler) -> None:
        threading.Event().wait(seconds)
        handler.close_connection = True

    return answer


Found = tuple[bytes, str] | None


def _json(content: Any) -> tuple[bytes, str]:
    return json.dumps(content, ensure_ascii=False).encode(), JSON


def _nominatim(services: Services, rest: str, asked: dict[str, str]) -> Found:
    known = places(services.mirror)
    if rest == "search":
        wanted, country = asked["q"].lower(), asked.get("countrycodes", "")
        hits = [p for p in known if p["name"].lower() == wanted]
        hits = [p for p in hits if country in ("", p["address"]["country_code"])]
        return _json([{k: v for k, v in p.items() if k != "geometry"} for p in hits])
    features = [
        {"type": "Feature", "properties": {"osm_id": p["osm_id"]}, "geometry": p["geometry"]}
        for p in known
        if f"{p['osm_type'][0].upper()}{p['osm_id']}" == asked["osm_ids"] and p["geometry"]
    ]
    return _json({"type": "FeatureCollection", "features": features})


@cache
def places(mirror: Path) -> list[dict[str, Any]]:
    """Return the places of the real files, in the form of Nominatim, with two scripted namesakes in it."""
    found = []
    file = str(mirror / "andorra" / "andorra.osm.pbf")
    factory = osmium.geom.GeoJSONFactory()
    stream: Any = osmium.FileProcessor(file).with_areas(osmium.filter.KeyFilter("boundary"))
    for thing in stream:
        if thing.is_area() and thing.orig_id() in (2804753, 3657693, 2804754, 2804756):
            shape = json.loads(factory.create_multipolygon(thing))
            found.append(_place("relation", thing.orig_id(), dict(_tags(thing)), shape, "ad", "Andorra"))
        if thing.is_node() and thing.tags.get("place") == "town" and thing.tags.get("name") == "Encamp":
            point = {"type": "Point", "coordinates": [thing.lon, thing.lat]}
            found.append(_place("node", thing.id, dict(_tags(thing)), point, "ad", "Andorra"))
    path = mirror / "porto_alegre" / "boundary" / "municipality_osm.json"
    shape = json.loads(path.read_text(encoding="utf-8"))["boundaryGeoJson"]["geometry"]
    tags = {"name": "Porto Alegre", "boundary": "administrative", "admin_level": "8"}
    found.append(_place("relation", 1, tags, shape, "br", "Rio Grande do Sul"))
    # two scripted namesakes: the municipality's own point, and a village on an island of another country
    own = {"type": "Point", "coordinates": [-51.2303767, -30.0324999]}
    found.append(_place("node", 2, {"name": "Porto Alegre", "place": "city"}, own, "br", "Rio Grande do Sul"))
    isle = {"type": "Point", "coordinates": [6.53, 0.03]}
    found.append(_place("node", 3, {"name": "Porto Alegre", "place": "village"}, isle, "st", "Caué"))
    return found


def _tags(thing: Any) -> Iterator[tuple[str, str]]:
    for tag in thing.tags:
        yield tag.k, tag.v


def _place(kind: str, number: int, tags: dict[str, str], shape: Any, code: str, state: str) -> dict[str, Any]:
    geometry = shapely.from_geojson(json.dumps(shape))
    west, south, east, north = geometry.bounds
    middle = geometry.representative_point()
    is_outline = kind == "relation"
    return {
        "place_id": number,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": kind,
        "osm_id": number,
        "lat": f"{middle.y}",
        "lon": f"{middle.x}",
        "category": "boundary" if is_outline else "place",
        "type": "administrative" if is_outline else tags["place"],
        "place_rank": 16,
        "importance": 0.5,
        "addresstype": "city",
        "name": tags["name"],
        "display_name": f"{tags['name']}, {state}",
        "address": {"state": state, "country_code": code},
        "namedetails": {k: v for k, v in tags.items() if k.startswith("name")},
        "extratags": {k: v for k, v in tags.items() if k in ("admin_level", "population")},
        "boundingbox": [f"{south:.7f}", f"{north:.7f}", f"{west:.7f}", f"{east:.7f}"],
        "geometry": shape if is_outline else None,
    }


def _geofabrik(services: Services, rest: str, _: dict[str, str]) -> Found:
    files = {
        "europe/andorra-latest.osm.pbf": services.mirror / "andorra" / "andorra.osm.pbf",
        "south-america/brazil/sul-latest.osm.pbf": services.mirror / "porto_alegre" / "osm" / "poa_osm.pbf",
    }
    if rest in files:
        return files[rest].read_bytes(), PBF
    boxes = {
        "europe": (shapely.box(-31, 27, 47, 81), "europe-latest.osm.pbf"),
        "andorra": (shapely.box(1.40, 42.42, 1.79, 42.66), "europe/andorra-latest.osm.pbf"),
        "sul": (shapely.box(-57.7, -33.8, -47.9, -22.5), "south-america/brazil/sul-latest.osm.pbf"),
        "nameless": (shapely.box(1.45, 42.45, 1.6, 42.6), None),
    }
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "urls": {"pbf": f"{services.url}/geofabrik/{file}"} if file else {}},
            "geometry": json.loads(shapely.to_geojson(box)),
        }
        for name, (box, file) in boxes.items()
    ]
    return _json({"type": "FeatureCollection", "features": features}) if rest == "index-v1.json" else None


def _overpass(services: Services, rest: str, asked: dict[str, str]) -> Found:
    if rest != "interpreter":
        return None
    box = re.search(r"\[bbox:([-\d.]+),([-\d.]+),([-\d.]+),([-\d.]+)\]", asked["data"])
    assert box, asked["data"]
    south, west, north, east = map(float, box.groups())
    return overpass_xml(services.mirror, (west, south, east, north)), "application/osm3s+xml"


@cache
def overpass_xml(mirror: Path, box: tuple[float, float, float, float]) -> bytes:
    """Return what lies in a box as XML, as the service sends it."""
    west, south, east, north = box
    file = str(mirror / "andorra" / "andorra.osm.pbf")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.osm"
        with osmium.BackReferenceWriter(str(path), file) as writer:
            nodes: Any = osmium.FileProcessor(file, osmium.osm.NODE)
            inside = osmium.IdTracker()
            for node in nodes:
                if west <= node.lon <= east and south <= node.lat <= north:
                    inside.add_node(node.id)
                    if len(node.tags):
                        writer.add(node)
            ways: Any = osmium.FileProcessor(file, osmium.osm.WAY).with_filter(inside.contains_filter())
            for way in ways:
                if len(way.tags):
                    writer.add(way)
        return path.read_bytes()


def _worldpop(services: Services, rest: str, asked: dict[str, str]) -> Found:
    if rest.endswith(".tif"):
        name = "worldpop2020_constrained_3arcsec.tif"
        return (services.mirror / "porto_alegre" / "population" / name).read_bytes(), TIFF
    url = f"{services.url}/worldpop/files/bra_2020.tif"
    rows = [
        {"popyear": "2020", "iso3": "BRA", "files": [url]},
        {"popyear": "2015", "iso3": "BRA", "files": [url.replace("2020", "2015")]},
        {"popyear": "2090", "iso3": "BRA", "files": [url.replace("2020", "2090")]},
    ]
    return _json({"data": rows if asked["iso3"] == "BRA" else []})


def _dem(services: Services, rest: str, _: dict[str, str]) -> Found:
    squares = heights(services.mirror)
    name = rest.rsplit("/", 1)[-1]
    return (squares[name], TIFF) if name in squares else None


@cache
def heights(mirror: Path) -> dict[str, bytes]:
    """Return the real heights of Porto Alegre cut along the thirtieth parallel, as two squares of one degree."""
    found = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        rasterio.open(mirror / "porto_alegre" / "elevation" / "srtm_gl1_30m.tif") as whole,
    ):
        for name, north, south in (("S30", whole.bounds.top, -30.0), ("S31", -30.0, whole.bounds.bottom)):
            first, last = (round((whole.bounds.top - side) / whole.res[1]) for side in (north, south))
            cells = whole.read(1)[first:last]
            path = Path(folder) / f"{name}.tif"
            profile = {**whole.profile, "height": cells.shape[0], "width": cells.shape[1], "driver": "GTiff"}
            wide, tall = whole.res
            top = whole.bounds.top - first * tall
            profile["transform"] = Affine(wide, 0.0, whole.bounds.left, 0.0, -tall, top)
            with rasterio.open(path, "w", **profile) as square:
                square.write(cells, 1)
            found[f"Copernicus_DSM_COG_10_{name}_00_W052_00_DEM.tif"] = path.read_bytes()
    return found


def _climate(services: Services, rest: str, asked: dict[str, str]) -> Found:
    if rest != "v1/archive" or not asked["latitude"].startswith("-30"):
        return _json({"error": True, "reason": "No data for this location"})
    path = services.mirror / "porto_alegre" / "climate" / "openmeteo_daily_2000.csv"
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    names = asked["daily"].split(",")
    daily: dict[str, Any] = {n: [float(r[n]) if r[n] else None for r in rows] for n in names}
    daily["time"] = [r["time"] for r in rows]
    units = {n: "mm" if n.startswith("precipitation") else "°C" for n in names}
    return _json({"latitude": -30.0, "daily_units": {"time": "iso8601", **units}, "daily": daily})


def _bank(services: Services, rest: str, asked: dict[str, str]) -> Found:
    _, country, _, codes = rest.split("/")
    values = [v for v in bank_values(services.mirror, country) if v["indicator"]["id"] in codes.split(";")]
    size = services.page_size or int(asked["per_page"])
    pages = -(-len(values) // size)
    page = int(asked["page"])
    facts = {"page": page, "pages": pages, "per_page": size, "total": len(values), "sourceid": "2"}
    return _json([facts, values[(page - 1) * size : page * size]])


@cache
def bank_values(mirror: Path, country: str) -> list[dict[str, Any]]:
    """Return the real values of a country, newest first as the service sends them."""
    path = mirror / "world" / "worldbank_urban_development_1960_2020.csv"
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = [r for r in csv.DictReader(text) if r["Country Code"] == country]
    rows.sort(key=lambda r: r["Year"], reverse=True)
    return [
        {
            "indicator": {"id": code, "value": column.removeprefix("average_value_")},
            "country": {"id": country[:2], "value": row["Country Name"]},
            "countryiso3code": country,
            "date": row["Year"],
            "value": float(row[column]) if row[column] else None,
        }
        for code, column in SERIES.items()
        for row in rows
    ]


ANSWERS: dict[str, Callable[[Services, str, dict[str, str]], Found]] = {
    "nominatim": _nominatim,
    "geofabrik": _geofabrik,
    "overpass": _overpass,
    "worldpop": _worldpop,
    "dem": _dem,
    "climate": _climate,
    "bank": _bank,
}
