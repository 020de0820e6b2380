"""Open source `extract`: a file with all of OpenStreetMap for a region, found in an index as Geofabrik publishes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from almena.gather.clip_osm import clip_extract
from almena.gather.geocoder import JSON_KINDS
from almena.gather.open_source import (
    Desk,
    Kept,
    Made,
    NamedPlace,
    Request,
    not_json,
    nothing_there,
    read_json,
)
from almena.gather.osm_content import roles_in
from almena.gather.source_terms import Terms, terms_of

FILE = "openstreetmap.osm.pbf"
_ANSWER = "region.osm.pbf"
_PBF_KINDS = ("application/octet-stream", "application/x-protobuf", "application/vnd", "binary/")
_INDEX = "regions.json"


@dataclass(frozen=True)
class RegionExtract:
    """
    The smallest extract around a place, cut to it.

    Parameters
    ----------
    terms : Terms
        Where it comes from.
    """

    terms: Terms

    def plan(self, place: NamedPlace, desk: Desk) -> list[Request]:
        """Return the request for the smallest extract that holds the place and what lies around it."""
        index = Request(f"{desk.address}/index-v1.json", _INDEX, JSON_KINDS, _no_index, date=desk.today)
        url = _smallest(desk.ask_json(index), place)
        if url is None:
            why = "no region of the index holds the whole city"
            remedy = "Answer openstreetmap=overpass, or put an extract into the kit's folder."
            raise nothing_there("There is no extract for this place.", place.name, why, remedy)
        return [Request(url, _ANSWER, _PBF_KINDS, is_pbf, self.terms.estimate_bytes)]

    def accept(self, place: NamedPlace, files: Mapping[str, Kept], folder: Path) -> list[Made]:
        """Cut the extract to the place and look which roles it fills."""
        kept = files[_ANSWER]
        return [cut_out(place, kept, folder, "pbf")]


def cut_out(place: NamedPlace, kept: Kept, folder: Path, kind: str, date: str = "unknown") -> Made:
    """
    Cut OpenStreetMap data to a place and look which roles they fill.

    Parameters
    ----------
    place : NamedPlace
        The place.
    kept : Kept
        The data.
    folder : Path
        Folder of the kit.
    kind : str
        ``pbf`` or ``osm`` (XML).
    date : str
        Day of the data, for those that do not tell it themselves.
    """
    city = int(place.id[1:]) if place.id.startswith("R") else None
    cut = clip_extract(kept.path, folder / FILE, place.around(), city, kind)
    files = roles_in(folder / FILE, cut.date or date, cut.city_level)
    how = (
        f"Cut to the box of the city and 1,600 m around, ways and areas whole: "
        f"{cut.nodes} nodes, {cut.ways} ways, {cut.relations} relations."
    )
    return Made(FILE, files, (kept.source.file,), how)


def _smallest(index: Mapping[str, Any], place: NamedPlace) -> str | None:
    box = shapely.box(*place.box)
    around = sorted(
        (region.area, url) for region, url in _regions(index) if shapely.contains_properly(region, box)
    )
    return around[0][1] if around else None


def _regions(index: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """Yield the outline of each region with the address of its extract; what has none is passed over."""
    for feature in index["features"]:
        url = ((feature.get("properties") or {}).get("urls") or {}).get("pbf")
        if url and feature.get("geometry"):
            yield shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"]))), str(url)


def _no_index(path: Path) -> str:
    if why := not_json(path):
        return why
    found = read_json(path)
    is_index = isinstance(found, dict) and isinstance(found.get("features"), list)
    return "" if is_index else "the answer is no index of regions"


def is_pbf(path: Path) -> str:
    """Return why a file is no OpenStreetMap extract in PBF form, or an empty text."""
    with path.open("rb") as stream:
        return "" if b"OSMHeader" in stream.read(64) else "its first bytes are not those of an extract"


SOURCE = RegionExtract(terms_of("extract"))
