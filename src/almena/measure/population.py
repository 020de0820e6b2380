"""How many people live here: every count there is, each with its date, and the one that others divide by."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almena.measure.common import latest_census
from almena.measure.dates import middle_year
from almena.measure.derived_people import People
from almena.measure.derived_points import PlacedPoints
from almena.measure.registry import derived
from almena.model.data import RoleData, Table
from almena.model.observation import (
    MODELLED,
    PROXY,
    REPORTED,
    SOURCES,
    Cause,
)
from almena.model.place import Places
from almena.model.problem import GapError

Floats = NDArray[np.float64]

CENSUS, RASTER, SCALED, ADDRESSES, TAGGED = (
    "census",
    "raster",
    "raster scaled to the census",
    "census shared out by addresses",
    "number written on the map",
)
RASTER_BY_ADDRESSES = "raster shared out by addresses"
LATER_RASTER = 12.0
"""Years by which a raster may be younger than the census before it is preferred to it (assumed)."""


@dataclass(frozen=True)
class Count:
    """
    One count of people.

    Parameters
    ----------
    source : str
        What counted, in words.
    role : str
        Role that it comes from.
    persons : ndarray of float, shape (n_places,)
        Persons in each place; NaN where the source does not say.
    period : str
        ISO 8601 date or interval that it speaks of.
    status : str
        ``reported``, ``modelled`` or ``proxy``.
    by_itself : bool
        False for counts made from another count or of unknown origin, which are no second opinion on the city.
    note : str
        How it was made, where that is not plain.
    """

    source: str
    role: str
    persons: Floats
    period: str
    status: str
    by_itself: bool = True
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Population(RoleData):
    """
    The people of each place by the best count, and all counts behind it.

    Parameters
    ----------
    persons : ndarray of float, shape (n_places,)
        The best count: for the city the census or the raster, for its parts the raster brought to the city's count.
    counts : tuple of Count
        Every count available, the city's best one first.
    growth : float
        Yearly growth between the two latest censuses as a share; NaN with fewer than two.
    """

    role: str = "population"
    persons: Floats
    counts: tuple[Count, ...]
    growth: float

    @property
    def best(self) -> Count:
        """Return the count that is taken for the city."""
        return self.counts[0]

    @property
    def city(self) -> float:
        """Return the people of the city by the best count."""
        return float(self.persons[0])

    @property
    def said(self) -> str:
        """Say which count of the city stands below a line."""
        if self.best.source == TAGGED:
            return (
                f"people as written on the map, {dated(self.best.period)}: no census and no raster is given"
            )
        alone = "" if self.best.source == CENSUS else f", unscaled: {self._why_no_census()}"
        return f"people of the {self.best.source} of {self.best.period}{alone}"

    @property
    def said_of_parts(self) -> str:
        """Say which count of the neighbourhoods stands below a line."""
        if self.best.source == CENSUS:
            return f"people of the raster scaled to the census of {self.best.period}"
        return self.said

    def _why_no_census(self) -> str:
        given = any(c.source == CENSUS for c in self.counts)
        return "the census is much older" if given else "no census is given"

    def moved(self, count: Count) -> Floats:
        """Return a count moved to the date of the best one by the growth between censuses (assumed to go on)."""
        years = middle_year(self.best.period) - middle_year(count.period)
        if math.isnan(self.growth) or math.isnan(years):
            return count.persons
        return np.asarray(count.persons * (1 + self.growth) ** years)

    def spread(self) -> tuple[Cause, ...]:
        """Return what the other counts of the city say, each moved to the date of the best one."""
        return tuple(
            Cause(f"the {c.source} of {c.period}, moved to {self.best.period}", SOURCES, moved, moved)
            for c in self.counts[1:]
            if c.by_itself
            for moved in [np.where(np.isfinite(self.moved(c)), self.moved(c), self.persons)]
        )


def dated(period: str) -> str:
    """Return the date of a count in words."""
    return "of unknown date" if period == "unknown" else f"of {period}"


@derived(version="2")
def population(
    census_table: Table | None = None,
    people: People | None = None,
    address_points: PlacedPoints | None = None,
    tagged_population: Table | None = None,
    *,
    places: Places,
) -> Population:
    """
    Put all counts of people side by side, and choose the one that indicators divide by.

    The census is the best count of the city unless a raster is more than twelve years younger. Its parts take the
    raster, scaled so that it adds up to the city's count. A number written on the map is taken only where there is
    neither, and never supports more than context.

    Parameters
    ----------
    census_table : Table, optional
        Persons by census year.
    people : People, optional
        Persons of the raster by cell and place.
    address_points : PlacedPoints, optional
        Addresses, over which the best count is shared out as a further way to count the parts.
    tagged_population : Table, optional
        The number of people that the outline of the city carries on the map.
    places : Places
        The city and its parts.

    Raises
    ------
    GapError
        When there is neither a census nor a raster nor a number on the map.
    """
    written = _tagged_count(tagged_population, places)
    own = [*_census_count(census_table, places), *_raster_count(people)] or written
    if not own:
        raise GapError.of(
            "No count of people is given",
            "roles census_table and population_grid",
            "no file of the kit fills them",
            "Load the census table of the city, or a population raster of counts",
        )
    best = _best(own)
    counts = [best, *(c for c in own if c is not best)]
    persons = best.persons.copy()
    if best.source == CENSUS and people is not None and people.sum()[0] > 0:
        scaled = _scaled(people, best)
        persons = np.where(np.isfinite(persons), persons, scaled.persons)
        counts.append(scaled)
    counts += [] if best.source == TAGGED else [*_address_count(address_points, best, places), *written]
    chosen = {CENSUS: census_table, RASTER: people, TAGGED: tagged_population}[best.source]
    assert chosen is not None
    return Population(
        persons=persons,
        counts=tuple(counts),
        growth=_growth(census_table),
        origins=chosen.origins,
        date=best.period,
        notes=chosen.notes,
        hearsay=best.source == TAGGED,
    )


def _census_count(table: Table | None, places: Places) -> list[Count]:
    if table is None:
        return []
    year, persons, _ = latest_census(table)
    return [Count(CENSUS, "census_table", places.only_city(persons), str(year), REPORTED)]


def _raster_count(people: People | None) -> list[Count]:
    if people is None:
        return []
    return [
        Count(
            RASTER, "people", people.sum(), people.date, MODELLED, note="as it is, not scaled to the census"
        )
    ]


def _tagged_count(table: Table | None, places: Places) -> list[Count]:
    if table is None:
        return []
    persons = places.only_city(float(table.columns["persons"][0]))
    note = "anybody may write it on the map, and its own source is not given: it enters no range"
    return [Count(TAGGED, "tagged_population", persons, table.date, REPORTED, by_itself=False, note=note)]


def _best(own: list[Count]) -> Count:
    years = [middle_year(count.period) for count in own]
    if len(own) == 2 and years[1] - years[0] > LATER_RASTER:
        return own[1]
    return own[0]


def _scaled(people: People, census: Count) -> Count:
    raster = people.sum()
    factor = float(census.persons[0] / raster[0])
    note = f"each cell of the raster of {people.date} times {factor:.3f}, so that all add up to the census"
    return Count(SCALED, "people", raster * factor, census.period, MODELLED, by_itself=False, note=note)


def _address_count(points: PlacedPoints | None, best: Count, places: Places) -> list[Count]:
    """Share the best count out by addresses; they say where people live, not how many there are."""
    if points is None:
        return []
    addresses = points.by_place(places, ~points.piled)
    if addresses[0] < 1:
        return []
    each = float(best.persons[0] / addresses[0])
    note = (
        f"{each:.2f} persons for each address point, the {best.source} divided by all of them: places whose homes "
        "have no address, as informal settlements, get too few people"
    )
    shared = ADDRESSES if best.source == CENSUS else RASTER_BY_ADDRESSES
    return [Count(shared, "address_points", addresses * each, best.period, PROXY, by_itself=False, note=note)]


def _growth(table: Table | None) -> float:
    if table is None:
        return math.nan
    years = np.asarray(table.columns["year"], dtype=float)
    persons = np.asarray(table.columns["population"], dtype=float)
    usable = np.flatnonzero(np.isfinite(years) & (np.nan_to_num(persons) > 0))
    _, first_of_year = np.unique(years[usable], return_index=True)
    latest = usable[first_of_year][-2:]
    if len(latest) < 2:
        return math.nan
    first, last = latest
    return float((persons[last] / persons[first]) ** (1 / (years[last] - years[first])) - 1)
