"""The country as the world tables see it: context beside the city's own values, never in their place."""

from __future__ import annotations

import math

import numpy as np

from almena.measure.common import latest_census, percent, plain, row_of, unknown
from almena.measure.countries import (
    AS_PUBLISHED,
    LOAD_ANOTHER,
    OF_THE_COUNTRY,
    Series,
    country_place,
    reported,
    rows_of_country,
    series_of,
)
from almena.measure.dates import last_day
from almena.measure.registry import indicator
from almena.model.data import Table
from almena.model.observation import EXPERT, REPORTED, SOURCES, Cause, Result, enumerated, nothing
from almena.model.place import Places
from almena.model.problem import GapError
from almena.packs.table import read_table

OTHER_MEANING = "city and country are counted by different offices, with different meanings and years"
HEADS = 0.01  # share by which each count of people may be off (assumed)
MEANING = 0.10  # share by which each share may be off when it means something else (assumed)


@indicator(version="1")
def country_people(country_urban_population: Table, *, places: Places) -> Result:
    """Return the people of the country, urban and rural together; projections are left out."""
    return reported(country_urban_population, _everyone(country_urban_population, places), places)


def _everyone(table: Table, places: Places) -> Series:
    urban, rural = (series_of(table, column, places) for column in ("urban", "rural"))
    both = np.array([rural.at(int(year)) for year in urban.year]) + urban.value
    known = np.isfinite(both)
    return Series(urban.year[known], both[known], urban.row[known])


@indicator(version="1")
def country_urban_share(
    country_urban_population: Table, country_urban_indicators: Table | None = None, *, places: Places
) -> Result:
    """Return the share of the country's people in urban areas, in percent; another source of that year as a cause."""
    urban = series_of(country_urban_population, "urban", places)
    everyone = _everyone(country_urban_population, places)
    year = int(everyone.year[-1])
    share = float(percent(urban.at(year), everyone.at(year)))
    found = Series(everyone.year[-1:], np.array([share]), everyone.row[-1:])
    other = _other_source(country_urban_indicators, "urban_share", year, places)
    causes = (unknown(AS_PUBLISHED), *other)
    return reported(country_urban_population, found, places, causes=causes)


def _other_source(table: Table | None, column: str, year: int, places: Places) -> tuple[Cause, ...]:
    if table is None:
        return ()
    try:
        other = series_of(table, column, places).at(year)
    except GapError:
        return ()
    return (Cause(f"another table for {year}", SOURCES, other, other),) if np.isfinite(other) else ()


@indicator(version="1")
def country_figure(country_urban_indicators: Table, *, places: Places, column: str) -> Result:
    """Return the latest figure of one column for the country."""
    found = series_of(country_urban_indicators, column, places)
    return reported(country_urban_indicators, found, places)


@indicator(version="1")
def country_poverty_figure(country_poverty: Table, *, places: Places, column: str) -> Result:
    """Return the latest figure on poverty or inequality for the country."""
    return reported(country_poverty, series_of(country_poverty, column, places), places)


@indicator(version="1")
def human_development(country_hdi: Table, *, places: Places) -> Result:
    """Return the latest Human Development Index of the country, 0 to 1."""
    return reported(country_hdi, series_of(country_hdi, "hdi", places), places)


@indicator(version="1")
def income_group(country_metadata: Table, *, places: Places) -> Result:
    """Return the rank of the country's income group, 1 low to 4 high, with its name and world region."""
    row = int(rows_of_country(country_metadata, places)[0])
    named = {name: str(country_metadata.columns[name][row]) for name in _given(country_metadata)}
    ranks = {plain(r["name"]): float(r["rank"]) for r in read_table("income_groups.csv")}
    group = named.get("income_group", "")
    if plain(group) not in ranks:
        return nothing(places, f"the income group is not one of four: {group or 'blank'}", LOAD_ANOTHER)
    value = np.array([ranks[plain(group)]])
    return Result(
        value,
        causes=(enumerated(value),),
        status=REPORTED,
        notes=(f"{group}, region {named.get('region', 'not given')}", OF_THE_COUNTRY),
        about=country_place(places),
    )


def _given(table: Table) -> list[str]:
    return [name for name in ("income_group", "region") if name in table.columns]


@indicator(version="1")
def significant_earthquakes(country_earthquakes: Table, *, places: Places) -> Result:
    """Count the significant earthquakes of the country in all years of the table."""
    return _added_up(country_earthquakes, "events", places)


@indicator(version="1")
def earthquake_deaths(country_earthquake_deaths: Table, *, places: Places) -> Result:
    """Count the people killed by earthquakes in the country in all years of the table."""
    return _added_up(country_earthquake_deaths, "deaths", places)


def _added_up(table: Table, column: str, places: Places) -> Result:
    found = series_of(table, column, places)
    total = np.array([found.value.sum()])
    struck = [f"{int(v)} in {y}" for y, v in zip(found.year, found.value, strict=True) if v > 0]
    said = f"by year: {', '.join(struck[-10:])}" if struck else "none in any of these years"
    return Result(
        total,
        causes=(unknown("the catalogue is fuller for recent years and for deadly earthquakes"),),
        status=REPORTED,
        period=f"{found.year[0]}/{found.year[-1]}",
        notes=(said, OF_THE_COUNTRY),
        about=country_place(places),
    )


@indicator(version="1")
def capital_people(capital_population: Table, *, places: Places) -> Result:
    """Return the people of the country's capital city."""
    return reported(capital_population, series_of(capital_population, "population", places), places)


@indicator(version="1")
def share_of_country(census_table: Table, country_urban_population: Table, *, places: Places) -> Result:
    """Return the people of the city as a share of those of the country in the nearest year, in percent."""
    year, persons, _ = latest_census(census_table)
    country = _everyone(country_urban_population, places)
    nearest = int(np.argmin(np.abs(country.year - year)))
    share = float(percent(persons, country.value[nearest]))
    whole, when = country.value[nearest], country.year[nearest]
    said = f"city {persons:,.0f} in {year} by census, country {whole:,.0f} in {when}"
    return _beside(share, math.hypot(HEADS, HEADS) * share, said, str(year), places)


@indicator(version="1")
def growth_distance(census_table: Table, country_urban_population: Table, *, places: Places) -> Result:
    """
    Return the city's yearly growth between its two latest censuses less that of the country, in percentage points.

    The country is taken over the same years, as far as its table reaches without projections.
    """
    city = _censuses(census_table)
    country = _everyone(country_urban_population, places)
    if len(city.year) < 2 or len(country.year) < 2:
        return nothing(places, "growth needs two censuses of the city and two years of the country")
    first, last = int(city.year[-2]), int(city.year[-1])
    begin, end = (int(country.year[np.argmin(np.abs(country.year - year))]) for year in (first, last))
    if begin >= end:
        return nothing(places, f"the table of the country does not reach the years {first} to {last}")
    ours, theirs = _growth(city, first, last), _growth(country, begin, end)
    note = f"city {ours:+.2f} % per year {first} to {last}, country {theirs:+.2f} % per year {begin} to {end}"
    two_counts = 100 * math.hypot(HEADS, HEADS)
    off = math.hypot(two_counts / (last - first), two_counts / (end - begin))
    return _beside(ours - theirs, off, note, f"{first}/{last}", places)


def _censuses(census_table: Table) -> Series:
    year = np.asarray(census_table.columns["year"], dtype=float)
    persons = np.asarray(census_table.columns["population"], dtype=float)
    usable = np.flatnonzero(np.isfinite(year) & np.isfinite(persons) & (persons > 0))
    _, first_of_year = np.unique(year[usable], return_index=True)
    order = usable[first_of_year]
    return Series(year[order].astype(np.int64), persons[order], order)


def _growth(series: Series, first: int, last: int) -> float:
    """Return the compound yearly change between two years, in percent."""
    return float(100 * ((series.at(last) / series.at(first)) ** (1 / (last - first)) - 1))


@indicator(version="1")
def settlement_distance(
    census_settlements: Table, country_urban_indicators: Table, *, places: Places
) -> Result:
    """Return the city's share of people in informal settlements less the country's slum share, in points."""
    country = series_of(country_urban_indicators, "slum_share", places)
    return _share_distance(census_settlements, "inside", country, places)


@indicator(version="1")
def urban_share_distance(
    census_urban_rural: Table, country_urban_indicators: Table, *, places: Places
) -> Result:
    """Return the city's share of people in urban areas less that of the country, in percentage points."""
    country = series_of(country_urban_indicators, "urban_share", places)
    return _share_distance(census_urban_rural, "urban", country, places)


def _share_distance(census: Table, group: str, country: Series, places: Places) -> Result:
    persons = np.asarray(census.columns["persons"], dtype=float)
    row, theirs, year = row_of(census, "group", group), float(country.value[-1]), int(country.year[-1])
    if not np.nansum(persons) > 0:
        return nothing(places, "the census table counts nobody")
    ours = float(percent(persons[row], np.nansum(persons)))
    end = last_day(census.date)
    apart = f"{abs(end.year - year)} years apart" if end else "the year of the census is not known"
    note = f"city {ours:.1f} % in {census.date}, country {theirs:.1f} % in {year}: {apart}"
    return _beside(ours - theirs, MEANING * math.hypot(ours, theirs), note, census.date, places)


def _beside(value: float, off: float, note: str, period: str, places: Places) -> Result:
    """Return a value that sets city and country side by side, with how far that may be off."""
    cause = Cause(OTHER_MEANING, EXPERT, value - off, value + off)
    return Result(
        places.only_city(value),
        causes=(cause,),
        status=REPORTED,
        period=period,
        notes=(note, OTHER_MEANING),
    )
