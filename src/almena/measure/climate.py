"""Rain, heat and their trends at one station, from complete years only."""

from __future__ import annotations

import numpy as np

from almena.measure.registry import indicator
from almena.measure.years import STATION, complete_years, daily_numbers, mean_of_years, trend_of_years
from almena.model.data import Table
from almena.model.observation import Result, enumerated, nothing
from almena.model.place import Places


def _located(table: Table, where: str) -> dict[str, str]:
    return {source.role: where for source in table.sources}


@indicator(version="1")
def annual_rainfall(daily_weather: Table, *, places: Places) -> Result:
    """Return mean yearly rain over complete years, in mm."""
    rain = daily_numbers(daily_weather, "rain")
    return mean_of_years(complete_years(daily_weather, "rain", "hours_rain", rain), places)


@indicator(version="1")
def heavy_rain_days(daily_weather: Table, *, places: Places, threshold: float) -> Result:
    """Return the mean number of days per complete year with at least ``threshold`` mm of rain."""
    heavy = (daily_numbers(daily_weather, "rain") >= threshold).astype(float)
    return mean_of_years(complete_years(daily_weather, "rain", "hours_rain", heavy), places)


@indicator(version="1")
def hot_days(daily_weather: Table, *, places: Places, threshold: float) -> Result:
    """Return the mean number of days per complete year with a maximum of at least ``threshold`` degrees."""
    hot = (daily_numbers(daily_weather, "t_max") >= threshold).astype(float)
    return mean_of_years(complete_years(daily_weather, "t_max", "hours_temperature", hot), places)


@indicator(version="1")
def temperature_trend(daily_weather: Table, *, places: Places) -> Result:
    """Return the trend of yearly mean temperature over complete years, in degrees per decade."""
    column = "t_mean" if "t_mean" in daily_weather.columns else "t_max"
    daily = daily_numbers(daily_weather, column)
    return trend_of_years(complete_years(daily_weather, column, "hours_temperature", daily, "mean"), places)


@indicator(version="1")
def rainfall_trend(daily_weather: Table, *, places: Places) -> Result:
    """Return the trend of yearly rain over complete years, in mm per decade."""
    rain = daily_numbers(daily_weather, "rain")
    return trend_of_years(complete_years(daily_weather, "rain", "hours_rain", rain), places)


@indicator(version="1")
def wettest_day(daily_weather: Table, *, places: Places) -> Result:
    """Return the highest daily rain of the series, in mm, with its day."""
    return _extreme(daily_weather, "rain", places)


@indicator(version="1")
def hottest_day(daily_weather: Table, *, places: Places) -> Result:
    """Return the highest daily maximum of the series, in degrees, with its day."""
    return _extreme(daily_weather, "t_max", places)


def _extreme(table: Table, column: str, places: Places) -> Result:
    values = daily_numbers(table, column)
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
    start, rain = date.min(), daily_numbers(daily_weather, "rain")
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
