"""Open source `boundary`: the outline of the place that was chosen, from a service that speaks as Nominatim does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

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
from almena.gather.source_terms import Terms, terms_of
from almena.gather.whole import written_whole
from almena.model.kit import KitFile

_ANSWER = "outline.json"
_FILE = "boundary.geojson"
_OWN = "Draw the outline or ask the city for it, put it into the kit's folder as boundary.geojson, and draft again."


@dataclass(frozen=True)
class Boundary:
    """
    The outline of a place.

    Parameters
    ----------
    terms : Terms
        Where it comes from.
    """

    terms: Terms

    def plan(self, place: NamedPlace, desk: Desk) -> list[Request]:
        """Return the request for the outline; raises `InputError` for a place that is a mere point."""
        if not place.has_outline:
            why = "only a point is mapped for it"
            raise nothing_there("The place has no outline.", place.name, why, _OWN)
        asked = {
            "osm_ids": place.id,
            "format": "geojson",
            "polygon_geojson": "1",
            "accept-language": "en",
        }
        url = f"{desk.address}/lookup?{urlencode(asked)}"
        estimate = self.terms.estimate_bytes
        return [Request(url, _ANSWER, JSON_KINDS, _no_outline, estimate, desk.today)]

    def accept(self, place: NamedPlace, files: Mapping[str, Kept], folder: Path) -> list[Made]:
        """Write the outline with its name and number as GeoJSON."""
        kept = files[_ANSWER]
        (feature, *_) = _outlines(read_json(kept.path))
        facts = {"name": place.name, "code": place.id}
        outline = {"type": "Feature", "properties": facts, "geometry": feature["geometry"]}
        with written_whole(folder / _FILE) as half:
            text = json.dumps({"type": "FeatureCollection", "features": [outline]}, ensure_ascii=False)
            half.write_text(text, encoding="utf-8")
        fields = {"name": "name", "code": "code"}
        entry = KitFile("boundary", _FILE, "vector", date=kept.source.date, fields=fields)
        return [Made(_FILE, (entry,), (_ANSWER,), "The outline alone, with its name and number.")]


def _no_outline(path: Path) -> str:
    if why := not_json(path):
        return why
    return "" if _outlines(read_json(path)) else "the answer holds no outline"


def _outlines(answer: Any) -> list[dict[str, Any]]:
    features = answer.get("features") if isinstance(answer, dict) else None
    return [
        f
        for f in features or []
        if isinstance(f, dict) and (f.get("geometry") or {}).get("type") in ("Polygon", "MultiPolygon")
    ]


SOURCE = Boundary(terms_of("boundary"))
