"""The complete years of a station: what counts, what is averaged over them, and how they change."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from almena.geo.trend import mann_kendall, sen_slope
from almena.measure.common import unknown
from almena.model.data import Table
from almena.model.observation import SAMPLING, Cause, Result, Values, nothing
from almena.model.place import Places
from almena.model.problem import GapError

HOURS_NEEDED = 0.95  # share of the hours of a year, indicators.md "Climate"
DAYS_NEEDED = 0.90  # share of the days of a year, where hours are not given, indicators.md "Climate"
YEARS_FOR_TREND = 20  # indicators.md "Climate"
YEARS_FOR_MEAN = 10  # assumed
STATION = "one station is not the city: hills, water and built-up land differ from it"


@dataclass(frozen=True)
class Years:
    """
    Values of the complete years of a daily series.

    Parameters
    ----------
    year : ndarray of int, shape (n,)
        Complete years, ascending.
    value : ndarray of float, shape (n,)
        What was asked for each of them.
    left_out : tuple of int
        Years that miss the completeness rule.
    """

    year: NDArray[np.int64]
    value: Values
    left_out: tuple[int, ...]

    @property
    def period(self) -> str:
        """Return first and last complete year as an interval."""
        return f"{self.year[0]}/{self.year[-1]}" if len(self.year) > 1 else str(self.year[0])

    @property
    def note(self) -> str:
        """Return which years count and which do not, in words."""
        skipped = ", ".join(map(str, self.left_out)) or "none"
        return f"{len(self.year)} complete years; left out as incomplete: {skipped}"


def complete_years(table: Table, column: str, hours: str, daily: Values, how: str = "sum") -> Years:
    """
    Add up or average a daily quantity over the complete years of a series.

    Parameters
    ----------
    table : Table
        Daily series with a column ``date``.
    column : str
        Column whose presence makes a day count.
    hours : str
        Column with the number of hours measured that day; used where given.
    daily : ndarray of float, shape (n_days,)
        What to add up.
    how : str
        ``sum``, ``mean`` or ``max``. A sum is scaled by nothing: a complete year may still miss up to 5 % of its
        hours.

    Returns
    -------
    Years
        Years with at least 95 % of their hours (90 % of their days where hours are not given).
    """
    ways: dict[str, Callable[..., Any]] = {"sum": np.nansum, "mean": np.nanmean, "max": np.nanmax}
    gathered = ways[how]
    years = table.columns["date"].astype("datetime64[Y]").astype(int) + 1970
    seen = np.isfinite(np.asarray(table.columns[column], dtype=float))
    kept, values, left = [], [], []
    for year in np.unique(years):
        here = years == year
        if _completeness(table, hours, here, seen, int(year)) and np.isfinite(daily[here]).any():
            kept.append(int(year))
            values.append(float(gathered(daily[here])))
        else:
            left.append(int(year))
    return Years(np.array(kept, dtype=np.int64), np.array(values), tuple(left))


def _completeness(
    table: Table, hours: str, here: NDArray[np.bool_], seen: NDArray[np.bool_], year: int
) -> bool:
    days = 366 if calendar.isleap(year) else 365
    if hours in table.columns:
        measured = np.nansum(np.asarray(table.columns[hours], dtype=float)[here & seen])
        return bool(measured >= HOURS_NEEDED * 24 * days)
    return bool((here & seen).sum() >= DAYS_NEEDED * days)


def mean_of_years(years: Years, places: Places) -> Result:
    """
    Average over complete years with a 90 % interval of the mean (Student's t).

    Fewer than ten years cover only part of what a mean should speak of (assumed; a climate normal takes thirty).

    Parameters
    ----------
    years : Years
        One value for each complete year.
    places : Places
        The city stands for its station.

    Returns
    -------
    Result
        In the unit of the years' values.
    """
    count = len(years.year)
    if not count:
        return nothing(
            places, f"no complete year: {years.note}", "Ask for the gap-free series of the station"
        )
    value = float(years.value.mean())
    causes: tuple[Cause, ...] = (unknown("one year says little about others"),)
    if count > 1:
        causes = (mean_interval(years.value),)
    return Result(
        places.only_city(value),
        coverage=min(1.0, count / YEARS_FOR_MEAN),
        causes=causes,
        period=years.period,
        notes=(years.note, STATION),
    )


def mean_interval(values: Values) -> Cause:
    """
    Return the 90 % interval of the mean of some years (Student's t).

    What never happened in n years may still happen 3 / n times a year (rule of three: Hanley and Lippman-Hand 1983,
    Journal of the American Medical Association 249, 1743–1745).

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        One value for each year, two at least.
    """
    count, mean = len(values), float(values.mean())
    if not values.any():
        return Cause(f"never in {count} years", SAMPLING, 0.0, 3 / count)
    half = stdtrit(count - 1, 0.95) * values.std(ddof=1) / math.sqrt(count)
    return Cause(f"years differ: mean of {count}", SAMPLING, mean - half, mean + half)


def trend_of_years(years: Years, places: Places) -> Result:
    """
    Return the Sen slope per decade with its interval and a pre-whitened test.

    Parameters
    ----------
    years : Years
        One value for each complete year.
    places : Places
        The city stands for its station.

    Returns
    -------
    Result
        In the unit of the years' values per decade; missing with fewer than twenty years.
    """
    count = len(years.year)
    if count < YEARS_FOR_TREND:
        reason = f"a trend needs {YEARS_FOR_TREND} complete years; {years.note}"
        return nothing(places, reason, "Ask for the gap-free series of the station")
    slope, low, high = sen_slope(years.year.astype(float), years.value)
    chance = mann_kendall(years.value, years.year.astype(float))[0]
    said = "is not told apart from none" if chance > 0.10 else "is unlikely to be chance"
    notes = (f"the trend {said} (pre-whitened Mann-Kendall test, p = {chance:.2f})", years.note, STATION)
    cause = Cause("scatter of the years", SAMPLING, 10 * low, 10 * high)
    return Result(places.only_city(10 * slope), causes=(cause,), period=years.period, notes=notes)


def daily_numbers(table: Table, column: str) -> Values:
    """
    Return a column of the series as numbers.

    Parameters
    ----------
    table : Table
        Daily series.
    column : str
        Its column.

    Raises
    ------
    GapError
        When it is not there, or holds no number.
    """
    if column in table.columns:
        values = np.asarray(table.columns[column], dtype=float)
        if np.isfinite(values).any():
            return values
    raise GapError.of(f"the series has no column {column}", table.role, "", "Name the column in kit.toml")
