"""Which city a folder of files is about: name, country, coordinate system."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyproj
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info, query_utm_crs_info

from almena.gather.draft_rules import EVERY_ROLE, load_field_patterns
from almena.gather.facts import FileFacts, plain
from almena.packs import read_table

_POLAR = ("EPSG:32761", "EPSG:32661")  # WGS 84 / UPS South and North, beyond 80° south and 84° north
_MOST_COUNTRIES = 6  # an area of use that names more countries says nothing about this one


@dataclass(frozen=True)
class Candidate:
    """
    A possible answer.

    Parameters
    ----------
    value, why : str
        The answer, and what speaks for it.
    weight : int
        How much speaks for it, where that can be counted.
    """

    value: str
    why: str
    weight: int = 0


def city_names(every: Sequence[FileFacts], folder: str) -> list[Candidate]:
    """Return what the city may be called: by columns that name one municipality, else by the folder."""
    patterns = load_field_patterns()[EVERY_ROLE, "city"]
    found: Counter[tuple[str, str]] = Counter()
    for facts in every:
        for column in facts.columns:
            value, share = column.common()
            is_named = any(re.fullmatch(p, plain(column.name)) for p in patterns)
            if is_named and share >= 0.9 and len(column.filled) >= len(column.samples) / 2:
                found[value, column.name] += 1
    names: dict[str, Candidate] = {}
    for (value, column_name), files in found.most_common():
        if re.search(r"[^\W\d]", value) and plain(value) not in names:
            why = f'the column "{column_name}" says so in {files} file{"s" if files > 1 else ""}'
            names[plain(value)] = Candidate(value, why, files)
    return list(names.values()) or [
        Candidate(folder.replace("_", " ").replace("-", " ").title(), "the folder is called so")
    ]


def country_codes(place: tuple[float, float]) -> list[Candidate]:
    """
    Return the countries that a place may lie in, the likeliest first.

    Parameters
    ----------
    place : (float, float)
        Longitude and latitude, degrees.

    Returns
    -------
    list of Candidate
        ISO 3166-1 alpha-3 codes. They come from the areas for which national coordinate systems are declared
        (EPSG); these are rectangles, so neighbours may be among them.
    """
    seen: Counter[str] = Counter()
    for info in query_crs_info(auth_name="EPSG", area_of_interest=_around(place), contains=True):
        area = (info.area_of_use.name if info.area_of_use else None) or ""
        codes = _countries_in(area)
        if 0 < len(codes) <= _MOST_COUNTRIES:
            seen.update(codes)
    why = "{} coordinate systems declared for it cover this place"
    likeliest = sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:4]
    return [Candidate(code, why.format(number), number) for code, number in likeliest]


def country_of_outline(tags: Mapping[str, str]) -> Candidate | None:
    """
    Return the country that an outline on the map is, when it is the outline of a whole country.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the outline.
    """
    if tags.get("admin_level") != "2" and "ISO3166-1" not in tags:
        return None
    names = _country_names()
    called = (tags.get(key, "") for key in ("name:en", "int_name", "name"))
    code = next((names[name] for name in called if name in names), "")
    return Candidate(code, "its outline is that of the whole country") if code else None


def metric_crs(place: tuple[float, float], declared: Sequence[str]) -> Candidate:
    """
    Return the metric coordinate system to work in: the UTM zone of the place.

    Parameters
    ----------
    place : (float, float)
        Longitude and latitude, degrees.
    declared : sequence of str
        Coordinate systems that the files declare; their datum is kept when it is a modern reference.
    """
    zones = {
        found.group(1): f"EPSG:{info.code}"
        for info in query_utm_crs_info(area_of_interest=_around(place), contains=True)
        if (found := re.fullmatch(r"(.+) / UTM zone \d+[NS]", info.name))
    }
    if "WGS 84" not in zones:
        return Candidate(_POLAR[place[1] > 0], "no UTM zone reaches the place: the polar system, in WGS 84")
    official = {row["datum"]: row["why"] for row in read_table("draft_datums.csv") if row["datum"] in zones}
    used = [datum for datum in official if any(datum in _name_of(crs) for crs in declared)]
    if len(used) == 1:
        return Candidate(zones[used[0]], f"UTM zone of the place, in the datum {used[0]} that the files use")
    if len(official) == 1:
        ((datum, why),) = official.items()
        return Candidate(zones[datum], f"UTM zone of the place; {datum} is the {why}")
    return Candidate(zones["WGS 84"], "UTM zone of the place, in WGS 84")


def _name_of(crs: str) -> str:
    try:
        return str(pyproj.CRS.from_user_input(crs).name)
    except pyproj.exceptions.CRSError:
        return ""


def _around(place: tuple[float, float]) -> AreaOfInterest:
    lon, lat = place
    return AreaOfInterest(lon, lat, lon, lat)


@lru_cache(maxsize=4096)
def _countries_in(area: str) -> frozenset[str]:
    """Return the codes of the countries that a description of an area names."""
    names = _country_names()
    return frozenset(names[found] for found in _country_pattern().findall(area))


@lru_cache(maxsize=1)
def _country_pattern() -> re.Pattern[str]:
    """Match any name of a country, long names first: Guinea-Bissau is not Guinea."""
    longest_first = sorted(_country_names(), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names = {}
    for row in read_table("countries.csv"):
        for name in (row["name"], *row["also"].split("|")):
            if name:
                names[name] = row["iso3"]
    return names
