"""Which place a name stands for: never the wrong namesake silently."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from almena.gather.countries import country_name
from almena.gather.facts import plain
from almena.gather.gazetteer import Listed, called, near_spellings
from almena.gather.geocoder import search
from almena.gather.open_source import Desk, NamedPlace
from almena.model.problem import InputError, Problem

_NEAR_DEGREES = 0.5  # a list's point this near is the same city (*assumed*: lists round to some kilometres)
_NODE = "N"


@dataclass(frozen=True)
class Candidates:
    """
    The places that a name may stand for.

    Parameters
    ----------
    places : tuple of NamedPlace
        In the country asked for, the likeliest first.
    are_namesakes : bool
        Whether they are called exactly so; otherwise the service only held them for alike.
    """

    places: tuple[NamedPlace, ...]
    are_namesakes: bool

    @property
    def only(self) -> NamedPlace | None:
        """Return the place when there is no doubt."""
        return self.places[0] if len(self.places) == 1 and self.are_namesakes else None


def find_candidates(name: str, country: str, desk: Desk, cities: Sequence[Listed]) -> Candidates:
    """
    Find the places that a name may stand for.

    Parameters
    ----------
    name : str
        Name of the city as typed.
    country : str
        ISO 3166-1 alpha-3 code.
    desk : Desk
        The geocoder.
    cities : sequence of Listed
        Cities of lists in the mirror.

    Raises
    ------
    InputError
        When the country has no such place: it names the countries that have one, and near spellings.
    """
    found = [(p, names) for p, names in search(name, country, desk) if p.country == country]
    if not found:
        raise _nowhere(name, country, desk, cities)
    exact = [place for place, names in found if plain(name) in map(plain, names)]
    places = _without_doubles(exact or [place for place, _ in found])
    return Candidates(tuple(_with_people(p, cities) for p in places), bool(exact))


def describe(place: NamedPlace) -> str:
    """Return in one line what tells a place from its namesakes."""
    longitude, latitude = place.point
    level = f", level {place.admin_level}" if place.admin_level is not None else ""
    people = (
        f"{place.population:,} people ({place.population_from})"
        if place.population is not None
        else "number of people not told"
    )
    where = ", ".join(dict.fromkeys(part for part in (place.region, country_name(place.country)) if part))
    outline = "" if place.has_outline else "; no outline is mapped, only a point"
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    at = f"{abs(latitude):.3f} {north} {abs(longitude):.3f} {east}"
    return f"{place.name}, {place.kind}{level}, in {where}; {people}; {at}{outline}"


def _without_doubles(places: Iterable[NamedPlace]) -> list[NamedPlace]:
    """Leave out points that stand for an outline of the same name, and repeated objects."""
    unique = list({place.id: place for place in places}.values())
    outlines = [p for p in unique if p.has_outline]
    return [p for p in unique if p.has_outline or not any(_stands_for(p, o) for o in outlines)]


def _stands_for(point: NamedPlace, outline: NamedPlace) -> bool:
    west, south, east, north = outline.box
    longitude, latitude = point.point
    return (
        plain(point.name) == plain(outline.name) and west <= longitude <= east and south <= latitude <= north
    )


def _with_people(place: NamedPlace, cities: Sequence[Listed]) -> NamedPlace:
    """Add the number of people that a list tells, when the geocoder tells none."""
    if place.population is not None:
        return place
    for city in called(place.name, cities):
        if (
            city.country == place.country
            and city.population
            and city.point
            and _is_near(city.point, place.point)
        ):
            return replace(place, population=city.population, population_from=city.source)
    return place


def _is_near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= _NEAR_DEGREES


def _nowhere(name: str, country: str, desk: Desk, cities: Sequence[Listed]) -> InputError:
    where = f"{name} in {country_name(country)} ({country})"
    elsewhere = sorted(_elsewhere(name, desk, cities) - {country, ""})
    if elsewhere:
        told = ", ".join(f"{country_name(code)} (--country {code})" for code in elsewhere[:8])
        why, remedy = f"places of this name are known in: {told}", "Give the right country."
        return InputError(Problem("The country has no place of this name.", where, why, remedy))
    alike = near_spellings(name, country, cities)
    remedy = (
        f"Did you mean {' or '.join(alike)}?"
        if alike
        else "Try the name as people there write it, or put the city's files into a folder and draft from that."
    )
    why = "neither the geocoder nor the lists in the mirror know it"
    return InputError(Problem("There is no place of this name.", where, why, remedy))


def _elsewhere(name: str, desk: Desk, cities: Sequence[Listed]) -> set[str]:
    """Return the countries that have a place of exactly this name."""
    found = search(name, "", desk)
    here = {place.country for place, names in found if plain(name) in map(plain, names)}
    return here | {city.country for city in called(name, cities)}
