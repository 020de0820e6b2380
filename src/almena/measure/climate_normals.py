"""What a usual year brings: wet and dry spells, warm nights, hot waves, and each month and season."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almena.geo.drought import run_lengths, running_sums
from almena.measure.common import unknown
from almena.measure.months import SEASONS, Months, complete_months, seasonal
from almena.measure.registry import indicator
from almena.measure.years import (
    STATION,
    YEARS_FOR_MEAN,
    Years,
    complete_years,
    daily_numbers,
    mean_interval,
    mean_of_years,
    trend_of_years,
)
from almena.model.data import Table
from almena.model.observation import Result, Values, nothing
from almena.model.place import Places
from almena.model.problem import AlmenaError

WET = 1.0  # mm, ETCCDI: a wet day has at least 1 mm
WARM_SHARE = 90.0  # percentile, ETCCDI index WSDI
WARM_WINDOW = 5  # days around each day of the year that its percentile is taken from, ETCCDI
WARM_RUN = 6  # days in a row, ETCCDI index WSDI
OWN_BASE = "what counts as warm is taken from the years of this series, not from 1961–1990 as ETCCDI asks"

Made = Callable[[Table, float], Values]


@dataclass(frozen=True)
class Yearly:
    """
    A quantity with one value for each complete year.

    Parameters
    ----------
    column, hours : str
        Column whose presence makes a day count, and the one with its hours.
    daily : callable
        From the series and a threshold to what is gathered over the days of a year.
    how : str
        ``sum``, ``mean`` or ``max``.
    """

    column: str
    hours: str
    daily: Made
    how: str = "sum"


def years_of(series: Table, of: str, threshold: float = math.nan) -> Years:
    """
    Return one value for each complete year of a station.

    Parameters
    ----------
    series : Table
        Daily weather.
    of : str
        Which quantity; the names are those of ``QUANTITIES``.
    threshold : float
        In the unit of the column, where the quantity asks for one.

    Returns
    -------
    Years
        Values in days, mm or degrees.

    Raises
    ------
    AlmenaError
        When no quantity is called so.
    """
    if of not in QUANTITIES:
        raise AlmenaError.of(f"No quantity is called {of!r}", "cards.csv", "known: " + ", ".join(QUANTITIES))
    asked = QUANTITIES[of]
    return complete_years(series, asked.column, asked.hours, asked.daily(series, threshold), asked.how)


@indicator(version="1")
def yearly_mean(
    daily_weather: Table, *, places: Places, of: str, threshold: float = math.nan
) -> Result | tuple[Result, ...]:
    """Return the mean of a yearly quantity over complete years, in days, mm or degrees."""
    found = mean_of_years(years_of(daily_weather, of, threshold), places)
    if of != "warm spell days" or found.missing:
        return found
    return Result(**{**vars(found), "notes": (*found.notes, OWN_BASE)})


@indicator(version="1")
def yearly_trend(daily_weather: Table, *, places: Places, of: str, threshold: float = math.nan) -> Result:
    """Return the trend of a yearly quantity over complete years, in its unit per decade."""
    return trend_of_years(years_of(daily_weather, of, threshold), places)


@indicator(version="1")
def monthly_normals(daily_weather: Table, *, places: Places, column: str, how: str) -> tuple[Result, ...]:
    """
    Return the usual value of each month and season, and of the highest month as headline.

    Rain is added up over a month or season (mm), temperature averaged (degrees); only complete months count.
    """
    hours = "hours_rain" if column == "rain" else "hours_temperature"
    months = complete_months(daily_weather, column, hours, daily_numbers(daily_weather, column), how)
    named = [({"month": f"{n:02}"}, months.of_calendar(n)) for n in range(1, 13)]
    named += [({"season": name}, seasonal(months, name, how)) for name in SEASONS]
    results = [_normal(values, dimensions, months, places) for dimensions, values in named]
    known = [r for r in results[:12] if not r.missing]
    if len(known) < 12:
        return (nothing(places, f"not every month is complete in some year: {months.note}"), *results)
    highest = max(known, key=lambda r: float(r.value[0]))
    said = f"month {highest.dimensions['month']} is the highest of the twelve"
    return Result(**{**vars(highest), "dimensions": {}, "notes": (said, *highest.notes)}), *results


def _normal(values: Values, dimensions: Mapping[str, str], months: Months, places: Places) -> Result:
    count = len(values)
    if not count:
        return nothing(places, "never complete in the series", dimensions=dimensions)
    note = f"mean of {count} years in which it is complete"
    causes = (mean_interval(values),) if count > 1 else (unknown("one year says little about others"),)
    return Result(
        places.only_city(float(values.mean())),
        coverage=min(1.0, count / YEARS_FOR_MEAN),
        causes=causes,
        period=months.period,
        dimensions=dimensions,
        notes=(note, STATION),
    )


def _at_least(column: str) -> Made:
    def flags(series: Table, threshold: float) -> Values:
        """Return 1 for each day that reaches the threshold."""
        return (daily_numbers(series, column) >= threshold).astype(float)

    return flags


def _above(column: str) -> Made:
    def flags(series: Table, threshold: float) -> Values:
        """Return 1 for each day above the threshold."""
        return (daily_numbers(series, column) > threshold).astype(float)

    return flags


def _below(column: str) -> Made:
    def flags(series: Table, threshold: float) -> Values:
        """Return 1 for each day below the threshold."""
        return (daily_numbers(series, column) < threshold).astype(float)

    return flags


def _as_measured(column: str) -> Made:
    return lambda series, _: daily_numbers(series, column)


def _range_of_day(series: Table, _: float) -> Values:
    return daily_numbers(series, "t_max") - daily_numbers(series, "t_min")


def _dry_run(series: Table, threshold: float) -> Values:
    """Return the length of the dry spell up to each day; it may begin in the year before, a gap ends it."""
    calendar, at = _on_calendar(series, "rain")
    return run_lengths(calendar < (WET if math.isnan(threshold) else threshold))[at].astype(float)


def _run_of_rain(series: Table, threshold: float) -> Values:
    calendar, at = _on_calendar(series, "rain")
    return running_sums(calendar, int(threshold))[at]


def _warm_spell(series: Table, _: float) -> Values:
    """Return 1 for each day of six or more in a row whose maximum lies above the 90th percentile of its date."""
    calendar, at = _on_calendar(series, "t_max")
    start = series.columns["date"].astype("datetime64[D]").min()
    date = (start + np.arange(len(calendar))).astype(object)
    warm = calendar > _usual_heat(calendar, np.array([min(d.timetuple().tm_yday, 365) for d in date]))
    lengths = run_lengths(warm)
    ends = np.append(lengths[1:] == 0, True) & (lengths >= WARM_RUN)
    spells = np.zeros(len(calendar))
    for end in np.flatnonzero(ends):
        spells[end - lengths[end] + 1 : end + 1] = 1
    return spells[at]


def _usual_heat(maxima: Values, day_of_year: NDArray[np.int64]) -> Values:
    """Return for each day the 90th percentile of the five days around its date in all years."""
    half = WARM_WINDOW // 2
    bounds = np.full(366, np.nan)
    for day in range(1, 366):
        around = (day_of_year - day + 182) % 365 - 182
        near = maxima[(np.abs(around) <= half) & np.isfinite(maxima)]
        if len(near):
            bounds[day] = np.percentile(near, WARM_SHARE)
    return np.asarray(bounds[day_of_year], dtype=float)


def _on_calendar(series: Table, column: str) -> tuple[Values, NDArray[np.int64]]:
    """Return a column with one value for every day from the first to the last, and where each row stands in it."""
    date = series.columns["date"].astype("datetime64[D]")
    at = (date - date.min()).astype(np.int64)
    values = np.full(int(at.max()) + 1, np.nan)
    values[at] = daily_numbers(series, column)
    return values, at


def _rain_on_wet_days(series: Table, _: float) -> Values:
    rain = daily_numbers(series, "rain")
    return np.where(rain >= WET, rain, np.nan)


QUANTITIES: Mapping[str, Yearly] = {
    "wet days": Yearly("rain", "hours_rain", _at_least("rain")),
    "heavy rain days": Yearly("rain", "hours_rain", _at_least("rain")),
    "rain on wet days": Yearly("rain", "hours_rain", _rain_on_wet_days, "mean"),
    "longest dry spell": Yearly("rain", "hours_rain", _dry_run, "max"),
    "wettest days in a row": Yearly("rain", "hours_rain", _run_of_rain, "max"),
    "wettest day": Yearly("rain", "hours_rain", _as_measured("rain"), "max"),
    "hot days": Yearly("t_max", "hours_temperature", _at_least("t_max")),
    "summer days": Yearly("t_max", "hours_temperature", _above("t_max")),
    "warm spell days": Yearly("t_max", "hours_temperature", _warm_spell),
    "hottest day": Yearly("t_max", "hours_temperature", _as_measured("t_max"), "max"),
    "tropical nights": Yearly("t_min", "hours_temperature", _above("t_min")),
    "frost days": Yearly("t_min", "hours_temperature", _below("t_min")),
    "daily range": Yearly("t_max", "hours_temperature", _range_of_day, "mean"),
}
"""
Yearly quantities by name, defined as the indices of the Expert Team on Climate Change Detection and Indices (ETCCDI,
http://etccdi.pacificclimate.org/list_27_indices.shtml): R1mm, Rnnmm, SDII, CDD, RXnday, SU, WSDI, TXx, TR, FD, DTR.
"""
