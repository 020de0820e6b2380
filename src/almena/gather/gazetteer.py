"""Lists of cities in a mirror: who else is called so, and how a name is spelled."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from almena.gather.countries import code_of_name
from almena.gather.facts import plain
from almena.packs import read_table

_ALIKE = 0.75  # share of letters in common that makes two names near (difflib; *assumed*)


@dataclass(frozen=True)
class Listed:
    """
    One city of a list.

    Parameters
    ----------
    id, name, country, region : str
        Its number in the list; name; ISO 3166-1 alpha-3 code; larger area, where told.
    source : str
        Title of the list.
    point : (float, float) or None
        Longitude and latitude in degrees, where told.
    population : int or None
        People, where told.
    """

    id: str
    name: str
    country: str
    region: str
    source: str
    point: tuple[float, float] | None = None
    population: int | None = None


def read_gazetteers(mirror: Path | None) -> list[Listed]:
    """
    Read the lists of cities that a mirror holds.

    Parameters
    ----------
    mirror : Path or None
        Folder with files; without it, and for files that are not in it, nothing is read.
    """
    return (
        []
        if mirror is None
        else [city for row in read_table("gazetteers.csv") for city in _read(mirror, row)]
    )


def called(name: str, cities: Sequence[Listed]) -> list[Listed]:
    """Return the cities of exactly this name, accents and capitals aside."""
    wanted = plain(name)
    return [city for city in cities if plain(city.name) == wanted]


def near_spellings(name: str, country: str, cities: Sequence[Listed]) -> list[str]:
    """Return up to five names near to one that was typed, those of the country first."""
    found: dict[str, None] = {}
    for inside in (True, False):
        names = {plain(c.name): c.name for c in cities if (c.country == country) is inside}
        for key in difflib.get_close_matches(plain(name), list(names), n=5, cutoff=_ALIKE):
            found.setdefault(names[key])
    return list(found)[:5]


def _read(mirror: Path, row: dict[str, str]) -> Iterator[Listed]:
    path = mirror / row["file"]
    if not path.is_file():
        return
    with (
        suppress(OSError, UnicodeDecodeError, csv.Error),
        path.open(encoding="utf-8-sig", newline="") as text,
    ):
        for entry in csv.DictReader(text):
            country = entry.get(row["country"]) or ""
            yield Listed(
                id=entry.get(row["id"]) or "",
                name=entry.get(row["name"]) or "",
                country=country if row["country_is"] == "code" else code_of_name(country),
                region=entry.get(row["region"]) or "" if row["region"] else "",
                source=row["title"],
                point=_point(entry, row),
                population=_people(entry.get(row["population"]) if row["population"] else None),
            )


def _point(entry: dict[str, str], row: dict[str, str]) -> tuple[float, float] | None:
    try:
        return float(entry[row["longitude"]]), float(entry[row["latitude"]])
    except (KeyError, ValueError, TypeError):
        return None


def _people(text: str | None) -> int | None:
    try:
        return int(float(text or "")) or None
    except ValueError:
        return None
