"""Open source `overpass`: OpenStreetMap data of the city's box alone, asked for in one bounded query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from almena.gather.open_source import Desk, Kept, Made, NamedPlace, Request
from almena.gather.osm_content import tag_rows
from almena.gather.source_extract import cut_out
from almena.gather.source_terms import Terms, terms_of

_ANSWER = "overpass.osm"
_KINDS = ("application/osm3s+xml", "application/xml", "text/xml", "application/octet-stream")
_TIMEOUT, _MEMORY = 180, 536_870_912  # seconds and bytes that the query may take: the service's own defaults
_MORE = (
    30.0  # seconds for the way there and back: whoever hangs up earlier leaves the query running for nothing
)
_TAIL = 4096
_AS_OF = re.compile(rb'osm_base="(\d{4}-\d\d-\d\d)')
_REMARK = re.compile(rb"<remark>(.*?)</remark>", re.DOTALL)


@dataclass(frozen=True)
class BoundedQuery:
    """
    The objects of the roles in the box of a place.

    Parameters
    ----------
    terms : Terms
        Where it comes from.
    """

    terms: Terms

    def plan(self, place: NamedPlace, desk: Desk) -> list[Request]:
        """Return the request with the query."""
        url = f"{desk.address}/interpreter?{urlencode({'data': query(place)})}"
        size, patience = self.terms.estimate_bytes, _TIMEOUT + _MORE
        return [Request(url, _ANSWER, _KINDS, is_cut_short, size, desk.today, patience)]

    def accept(self, place: NamedPlace, files: Mapping[str, Kept], folder: Path) -> list[Made]:
        """Turn the answer into an extract and look which roles it fills."""
        kept = files[_ANSWER]
        return [cut_out(place, kept, folder, "osm", _day_of(kept.path) or kept.source.date)]


def query(place: NamedPlace) -> str:
    """Return the query for all tags that roles take, in Overpass QL, bounded in place, time and memory."""
    west, south, east, north = place.around()
    wanted = {(r["key"], r["values"]) for r in tag_rows()}
    lines = "".join(f"nwr{_filter(key, values)};" for key, values in sorted(wanted))
    box = f"{south:.6f},{west:.6f},{north:.6f},{east:.6f}"
    return f"[out:xml][timeout:{_TIMEOUT}][maxsize:{_MEMORY}][bbox:{box}];({lines});(._;>;);out meta;"


def is_cut_short(path: Path) -> str:
    """Return why an answer is not the whole: a remark of the service, or an end that is missing."""
    with path.open("rb") as stream:
        head = stream.read(_TAIL)
        stream.seek(max(0, path.stat().st_size - _TAIL))
        tail = stream.read()
    if remark := _REMARK.search(tail) or _REMARK.search(head):
        told = " ".join(remark.group(1).decode("utf-8", "replace").split())[:200]
        return f"the answer is not the whole, and the service says why: {told}"
    if b"<osm" not in head or not tail.rstrip().endswith(b"</osm>"):
        return "the answer is no OpenStreetMap data, or breaks off"
    return ""


def _day_of(path: Path) -> str:
    """Return the day of the data as the service tells it, or an empty text."""
    with path.open("rb") as stream:
        told = _AS_OF.search(stream.read(_TAIL))
    return told.group(1).decode() if told else ""


def _filter(key: str, values: str) -> str:
    return f'["{key}"]' if values == "*" else f'["{key}"~"^({values})$"]'


SOURCE = BoundedQuery(terms_of("overpass"))
