"""Rain, heat and their trends at one station, from complete years only."""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from almena.geo.trend import mann_kendall, sen_slope
from almena.measure.common import unknown
from almena.measure.registry import indicator
from almena.model.data import Table
from almena.model.observation import SAMPLING, Cause, Result, Values, enumerated, nothing
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
        ``sum`` or ``mean``. A sum is scaled by nothing: a complete year may still miss up to 5 % of its hours.

    Returns
    -------
    Years
        Years with at least 95 % of their hours (90 % of their days where hours are not given).
    """
    years = table.columns["date"].astype("datetime64[Y]").astype(int) + 1970
    seen = np.isfinite(np.asarray(table.columns[column], dtype=float))
    kept, values, left = [], [], []
    for year in np.unique(years):
        here = years == year
        if _completeness(table, hours, here, seen, int(year)):
            kept.append(int(year))
            values.append(float(np.nansum(daily[here]) if how == "sum" else np.nanmean(daily[here])))
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


def _mean(years: Years, places: Places) -> Result:
    """
    Average over complete years with a 90 % interval of the mean (Student's t).

    Fewer than ten years cover only part of what a mean should speak of (assumed; a climate normal takes thirty).
    """
    count = len(years.year)
    if not count:
        return nothing(
            places, f"no complete year: {years.note}", "Ask for the gap-free series of the station"
        )
    value = float(years.value.mean())
    causes: tuple[Cause, ...] = (unknown("one year says little about others"),)
    if count > 1:
        half = stdtrit(count - 1, 0.95) * years.value.std(ddof=1) / math.sqrt(count)
        causes = (Cause(f"years differ: mean of {count}", SAMPLING, value - half, value + half),)
    return Result(
        places.only_city(value),
        coverage=min(1.0, count / YEARS_FOR_MEAN),
        causes=causes,
        period=years.period,
        notes=(years.note, STATION),
    )


def _trend(years: Years, places: Places) -> Result:
    """Return the Sen slope per decade with its interval and a pre-whitened test."""
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


def _series(table: Table, column: str) -> Values:
    """
    Return a column of the series as numbers.

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


def _located(table: Table, where: str) -> dict[str, str]:
    return {source.role: where for source in table.sources}


@indicator(version="1")
def annual_rainfall(daily_weather: Table, *, places: Places) -> Result:
    """Return mean yearly rain over complete years, in mm."""
    rain = _series(daily_weather, "rain")
    return _mean(complete_years(daily_weather, "rain", "hours_rain", rain), places)


@indicator(version="1")
def heavy_rain_days(daily_weather: Table, *, places: Places, threshold: float) -> Result:
    """Return the mean number of days per complete year with at least ``threshold`` mm of rain."""
    heavy = (_series(daily_weather, "rain") >= threshold).astype(float)
    return _mean(complete_years(daily_weather, "rain", "hours_rain", heavy), places)


@indicator(version="1")
def hot_days(daily_weather: Table, *, places: Places, threshold: float) -> Result:
    """Return the mean number of days per complete year with a maximum of at least ``threshold`` degrees."""
    hot = (_series(daily_weather, "t_max") >= threshold).astype(float)
    return _mean(complete_years(daily_weather, "t_max", "hours_temperature", hot), places)


@indicator(version="1")
def temperature_trend(daily_weather: Table, *, places: Places) -> Result:
    """Return the trend of yearly mean temperature over complete years, in degrees per decade."""
    column = "t_mean" if "t_mean" in daily_weather.columns else "t_max"
    daily = _series(daily_weather, column)
    return _trend(complete_years(daily_weather, column, "hours_temperature", daily, "mean"), places)


@indicator(version="1")
def rainfall_trend(daily_weather: Table, *, places: Places) -> Result:
    """Return the trend of yearly rain over complete years, in mm per decade."""
    rain = _series(daily_weather, "rain")
    return _trend(complete_years(daily_weather, "rain", "hours_rain", rain), places)


@indicator(version="1")
def wettest_day(daily_weather: Table, *, places: Places) -> Result:
    """Return the highest daily rain of the series, in mm, with its day."""
    return _extreme(daily_weather, "rain", places)


@indicator(version="1")
def hottest_day(daily_weather: Table, *, places: Places) -> Result:
    """Return the highest daily maximum of the series, in degrees, with its day."""
    return _extreme(daily_weather, "t_max", places)


def _extreme(table: Table, column: str, places: Places) -> Result:
    values = _series(table, column)
    at = int(np.nanargmax(values))
    day = str(table.columns["date"][at])[:10]
    found = places.only_city(float(values[at]))
    return Result(
        found,
        causes=(enumerated(found),),
        period=day,
        notes=(STATION,),
        locators=_located(table, f"row of {day}"),
    )


@indicator(version="1")
def wettest_spell(daily_weather: Table, *, places: Places, days: float) -> Result:
    """Return the highest rain of some days in a row, in mm; every day of the spell must have been measured."""
    length = int(days)
    date = daily_weather.columns["date"].astype("datetime64[D]")
    start, rain = date.min(), _series(daily_weather, "rain")
    daily = np.full(int((date.max() - start).astype(int)) + 1, np.nan)
    daily[(date - start).astype(int)] = rain
    if len(daily) < length:
        return nothing(places, f"the series is shorter than {length} days")
    sums = np.convolve(daily, np.ones(length), "valid")
    if not np.isfinite(sums).any():
        return nothing(places, f"no {length} days in a row were measured")
    at = int(np.nanargmax(sums))
    first = start + at
    period = f"{first}/{first + length - 1}"
    found = places.only_city(float(sums[at]))
    return Result(
        found,
        causes=(enumerated(found),),
        period=period,
        notes=(STATION,),
        locators=_located(daily_weather, period),
    )
