"""Places by name: a service that speaks the protocol of Nominatim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from almena.gather.countries import code_of_two_letters, two_letters
from almena.gather.open_source import Box, Desk, NamedPlace, Request, not_json, read_json
from almena.packs import read_table

JSON_KINDS = ("application/json", "application/geo+json", "text/json", "text/plain")
_RANKS = range(
    12, 20
)  # Nominatim's place ranks from districts to villages (manual, "Place Ranking"); *assumed* limits
_MOST = 20
_LETTERS = {"node": "N", "way": "W", "relation": "R"}
_REGIONS = ("state", "province", "region", "state_district", "county", "municipality")


def search(name: str, country: str, desk: Desk) -> list[tuple[NamedPlace, frozenset[str]]]:
    """
    Ask for the places that a name may stand for.

    Parameters
    ----------
    name : str
        The name as typed.
    country : str
        ISO 3166-1 alpha-3 code; empty for the whole world.
    desk : Desk
        The service.

    Returns
    -------
    list of (NamedPlace, frozenset of str)
        Cities, towns, villages and administrative areas of that size, with all their names, in the order of the
        service.

    Raises
    ------
    InputError
        When the service cannot be asked or its answer is none.
    """
    return list(_places(read_json(desk.ask(_request(name, country, desk)))))


def _request(name: str, country: str, desk: Desk) -> Request:
    asked = {
        "q": name,
        "format": "jsonv2",
        "addressdetails": "1",
        "extratags": "1",
        "namedetails": "1",
        "accept-language": "en",
        "layer": "address",
        "limit": str(_MOST),
    }
    if country:
        asked["countrycodes"] = two_letters(country)
    url = f"{desk.address}/search?{urlencode(asked)}"
    return Request(url, f"places-{country or 'world'}.json", JSON_KINDS, not_a_list)


def not_a_list(path: Path) -> str:
    """Return why an answer is no list of places, or an empty text."""
    if why := not_json(path):
        return why
    found = read_json(path)
    if isinstance(found, list):
        return ""
    told = found.get("error") if isinstance(found, dict) else None
    return f"the service says: {str(told)[:200]}" if told else "the answer is no list of places"


def _places(found: Sequence[Any]) -> Iterator[tuple[NamedPlace, frozenset[str]]]:
    words = {(r["category"], r["type"]): r["word"] for r in read_table("city_kinds.csv")}
    for one in found:
        if not isinstance(one, dict):
            continue
        word = words.get((str(one.get("category") or one.get("class")), str(one.get("type"))))
        if word is None or one.get("place_rank", _RANKS.start) not in _RANKS:
            continue
        if (place := _place(one, word)) is not None:
            yield place, _names(one)


def _place(one: Mapping[str, Any], word: str) -> NamedPlace | None:
    """Return a place of the answer; None when it lacks what every place has."""
    try:
        south, north, west, east = (float(side) for side in one["boundingbox"])
        point = float(one["lon"]), float(one["lat"])
        number = f"{_LETTERS[str(one['osm_type'])]}{int(one['osm_id'])}"
        address = _mapping(one.get("address"))
        country = code_of_two_letters(str(address["country_code"]))
    except (KeyError, ValueError, TypeError):
        return None
    tags = _mapping(one.get("extratags"))
    name = str(one.get("name") or str(one.get("display_name", "")).split(",")[0])
    people = _whole(tags.get("population"))
    return NamedPlace(
        id=number,
        name=name,
        country=country,
        region=next((str(address[k]) for k in _REGIONS if k in address and address[k] != name), ""),
        kind=_kind(one, word),
        point=point,
        box=_box(west, south, east, north),
        population=people,
        population_from="OpenStreetMap" if people is not None else "",
        admin_level=_whole(tags.get("admin_level")),
    )


def _kind(one: Mapping[str, Any], word: str) -> str:
    """Return what a place is called; an outline may be the one of a city or a town."""
    told = str(one.get("addresstype") or "")
    is_outline = word == "administrative area"
    return f"{told} ({word})" if is_outline and told and told != "administrative" else word


def _box(west: float, south: float, east: float, north: float) -> Box:
    return west, south, east, north


def _names(one: Mapping[str, Any]) -> frozenset[str]:
    names = _mapping(one.get("namedetails"))
    told = [str(one.get("name") or ""), str(one.get("display_name", "")).split(",")[0]]
    return frozenset(n for n in (*told, *(str(v) for v in names.values())) if n)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole(text: Any) -> int | None:
    digits = "".join(c for c in str(text or "") if c.isdigit() and c.isascii())
    return int(digits) if digits and len(digits) < 12 and str(text)[0].isdigit() else None
