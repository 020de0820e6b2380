"""The country around a city: its rows in tables of the world, its latest figures, and itself as a place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from almena.measure.common import plain, unknown
from almena.measure.dates import last_day
from almena.model.data import Table
from almena.model.observation import REPORTED, Cause, Result, Values
from almena.model.place import COUNTRY, Place, Places
from almena.model.problem import GapError
from almena.packs.table import read_table

AS_PUBLISHED = "taken over as published: its own uncertainty is not stated"
OF_THE_COUNTRY = "it speaks of the whole country and says nothing of this city"
LOAD_ANOTHER = "Load a table that covers the country"


@dataclass(frozen=True)
class Series:
    """
    The figures of one country in a table of the world, in order of years.

    Parameters
    ----------
    year : ndarray of int, shape (n,)
        Years with a figure, ascending, without projections.
    value : ndarray of float, shape (n,)
        The figures.
    row : ndarray of int, shape (n,)
        Their rows in the table.
    """

    year: NDArray[np.int64]
    value: Values
    row: NDArray[np.int64]

    def at(self, year: int) -> float:
        """Return the figure of a year; NaN where there is none."""
        found = np.flatnonzero(self.year == year)
        return float(self.value[found[0]]) if len(found) else float("nan")


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    """Return the names of each country, without accents and case, by its ISO 3166-1 alpha-3 code."""
    found: dict[str, set[str]] = {}
    for row in read_table("country_names.csv"):
        found.setdefault(row["iso3"], set()).add(plain(row["name"]))
    return {code: frozenset(names) for code, names in found.items()}


@lru_cache(maxsize=1)
def _titles() -> dict[str, str]:
    return {row["iso3"]: row["name"] for row in reversed(read_table("country_names.csv"))}


def country_place(places: Places) -> Place:
    """
    Return the country as a place, for values that speak of it.

    Parameters
    ----------
    places : Places
        Says in which country the city lies.

    Raises
    ------
    GapError
        When the kit does not say it.
    """
    if not places.country:
        what, remedy = "nobody said in which country the city lies", "Name the country in kit.toml"
        raise GapError.of(what, "kit.toml", "", remedy)
    return Place(places.country, COUNTRY, _titles().get(places.country, places.country))


def rows_of_country(table: Table, places: Places) -> NDArray[np.int64]:
    """
    Return the rows of a table that speak of the city's country, by code, else by one of its names.

    Parameters
    ----------
    table : Table
        With a column ``iso3`` or ``name``.
    places : Places
        Says in which country the city lies.

    Raises
    ------
    GapError
        When the table has no row for the country: that it is not listed is not the same as none.
    """
    country = country_place(places)
    if "iso3" in table.columns:
        rows = np.flatnonzero(table.columns["iso3"] == country.id)
    else:
        written = table.columns.get("name", np.empty(0, dtype=np.str_))
        own = [name for name in np.unique(written) if plain(name) in _names().get(country.id, ())]
        rows = np.flatnonzero(np.isin(written, own))
    if not len(rows):
        what = f"the table has no row for {country.name} ({country.id}): not listed is not none"
        raise GapError.of(what, table.role, "", LOAD_ANOTHER)
    return np.asarray(rows, dtype=np.int64)


def series_of(table: Table, column: str, places: Places) -> Series:
    """
    Return the figures of the city's country in one column, projections left out.

    Parameters
    ----------
    table : Table
        With ``year`` and the column; years after the date of the table are projections.
    column : str
        Which figures.
    places : Places
        Says in which country the city lies.

    Raises
    ------
    GapError
        When there is no figure.
    """
    rows = rows_of_country(table, places)
    end = last_day(table.date)
    year = np.asarray(table.columns["year"], dtype=float)[rows]
    if column not in table.columns:
        raise GapError.of(f"the table has no column {column}", table.role, "", LOAD_ANOTHER)
    value = np.asarray(table.columns[column], dtype=float)[rows]
    usable = np.isfinite(year) & np.isfinite(value) & (year <= (end.year if end else np.inf))
    if not usable.any():
        what = f"the table holds no figure for {country_place(places).name}"
        raise GapError.of(what, table.role, "", LOAD_ANOTHER)
    order = np.flatnonzero(usable)[np.argsort(year[usable], kind="stable")]
    return Series(year[order].astype(np.int64), value[order], rows[order])


def reported(
    table: Table, series: Series, places: Places, *notes: str, causes: tuple[Cause, ...] = ()
) -> Result:
    """
    Return the latest figure of the country as a published one.

    Parameters
    ----------
    table : Table
        Where it stands.
    series : Series
        The figures.
    places : Places
        Says in which country the city lies.
    *notes : str
        What a reader must know besides.
    causes : tuple of Cause
        Why it may be off; that nobody says so when left out.
    """
    return Result(
        np.array([series.value[-1]]),
        causes=causes or (unknown(AS_PUBLISHED),),
        status=REPORTED,
        period=str(series.year[-1]),
        notes=(OF_THE_COUNTRY, *notes),
        locators={source.role: f"row {series.row[-1] + 1} below the header" for source in table.sources},
        about=country_place(places),
    )
