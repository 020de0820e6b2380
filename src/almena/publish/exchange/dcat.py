"""A description for data portals: DCAT-AP 3 as JSON-LD, to be put beside the files that it describes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import shapely

from almena.geo.crs import WGS84, reproject
from almena.measure.dates import first_day, last_day
from almena.model.origin import Source
from almena.packs.language import say, spoken
from almena.packs.table import Row, read_table
from almena.publish.atomic import write_whole
from almena.publish.exchange.credits import all_terms, credit_of, rights_text
from almena.publish.exchange.readme import citation_of, title_of
from almena.publish.exporters import Exporter, installed_exporters
from almena.publish.material import PUBLIC_EDITION, Material

# Semantic Interoperability Community, DCAT-AP 3.0.
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "adms": "http://www.w3.org/ns/adms#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA = "https://www.iana.org/assignments/media-types"
THEME = f"{_AUTHORITY}/data-theme/REGI"  # regions and cities
_ACCESS = {PUBLIC_EDITION: f"{_AUTHORITY}/access-right/PUBLIC"}
_CLOSED = f"{_AUTHORITY}/access-right/NON_PUBLIC"
_LANGUAGES = {"en": "ENG", "pt": "POR", "es": "SPA", "fr": "FRA", "ar": "ARA"}
DIGITS = 5

Entry = dict[str, Any]


def write_dcat(edition: Material, path: Path) -> Path:
    """
    Write the description of the run as a data set with its distributions.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    path : Path
        The file to write. Addresses of the distributions are relative to it: they become whole where it is published.
    """
    document = {"@context": CONTEXT, "@graph": [_dataset(edition), *_distributions(edition)]}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return write_whole(path, text.encode())


def _dataset(edition: Material) -> Entry:
    language = spoken().code
    return {
        "@id": "#dataset",
        "@type": "dcat:Dataset",
        "dct:title": _text(title_of(edition)),
        "dct:description": _text(citation_of(edition)),
        "dct:identifier": f"{edition.city}-{edition.edition}-{edition.run_date}",
        "dct:issued": _typed(edition.run_date, "date"),
        "dct:creator": {"@type": "foaf:Agent", "foaf:name": say("Almena {version}", version=edition.version)},
        "dct:language": _id(f"{_AUTHORITY}/language/{_LANGUAGES[language]}"),
        "dct:accessRights": _id(_ACCESS.get(edition.edition, _CLOSED)),
        "dct:rights": {"@type": "dct:RightsStatement", "dct:description": _text(rights_text(edition))},
        "dct:spatial": _spatial(edition),
        "dct:temporal": _temporal(edition),
        "dcat:theme": _id(THEME),
        "dcat:keyword": [
            _text(word) for word in (say("urban resilience"), say("city profile"), edition.name)
        ],
        "dct:source": [_source(source) for source in dict.fromkeys(edition.sources)],
        "dcat:distribution": [_id(f"#{row['format']}") for row in available(edition)],
    }


def available(edition: Material) -> list[Row]:
    """Return the files of a run that a description may name: formats that are installed and hold something of it."""
    installed, _ = installed_exporters()
    rows = read_table("exchange_media.csv")
    return [r for r in rows if r["format"] in installed and installed[r["format"]].can_hold(edition)]


def _distributions(edition: Material) -> Iterable[Entry]:
    installed, _ = installed_exporters()
    for row in available(edition):
        yield {
            "@id": f"#{row['format']}",
            "@type": "dcat:Distribution",
            "dct:title": _text(installed[row["format"]].title),
            "dcat:accessURL": _id(row["file"]),
            "dcat:downloadURL": _id(row["file"]),
            "dcat:mediaType": _id(f"{_MEDIA}/{row['media_type']}"),
            "dct:format": _id(f"{_AUTHORITY}/file-type/{row['file_type']}"),
            "dct:rights": {"@type": "dct:RightsStatement", "dct:description": _text(rights_text(edition))},
        }


def _source(source: Source) -> Entry:
    """Return a file behind the values as a data set of its own, with hash, credit and terms."""
    entry: Entry = {
        "@type": "dcat:Dataset",
        "dct:title": _text(credit_of(source)),
        "dct:description": _text(source.file),
        "dct:identifier": source.sha256,
    }
    known = next(iter(all_terms([source])))
    if known.url:
        entry["dct:license"] = _id(known.url)
    elif source.licence:
        entry["dct:rights"] = {"@type": "dct:RightsStatement", "dct:description": _text(source.licence)}
    if source.url:
        entry["dcat:landingPage"] = _id(source.url)
    return entry


def _spatial(edition: Material) -> Entry:
    west, south, east, north = degrees_of(edition)
    box = shapely.box(west, south, east, north)
    literal = {"@type": "geo:wktLiteral", "@value": shapely.to_wkt(box, rounding_precision=DIGITS)}
    return {"@type": "dct:Location", "dcat:bbox": literal, "locn:geographicName": edition.name}


def degrees_of(edition: Material) -> tuple[float, float, float, float]:
    """Return west, south, east and north of the city in degrees on WGS 84."""
    city = reproject(edition.places.city, edition.places.crs, WGS84)
    west, south, east, north = (round(float(end), DIGITS) for end in city.bounds)
    return west, south, east, north


def _temporal(edition: Material) -> Mapping[str, Any]:
    starts = [day for o in edition.observations if not o.is_missing and (day := first_day(o.period))]
    ends = [day for o in edition.observations if not o.is_missing and (day := last_day(o.period))]
    known = {"dcat:startDate": min(starts, default=None), "dcat:endDate": max(ends, default=None)}
    days = {name: _typed(day.isoformat(), "date") for name, day in known.items() if day is not None}
    return {"@type": "dct:PeriodOfTime", **days}


def _text(text: str) -> Entry:
    return {"@language": spoken().code, "@value": text}


def _typed(text: str, kind: str) -> Entry:
    return {"@type": f"xsd:{kind}", "@value": text}


def _id(address: str) -> Entry:
    return {"@id": address}


DCAT = Exporter("dcat", "a description for data portals (DCAT-AP)", write_dcat)
