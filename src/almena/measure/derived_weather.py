"""One row for each day of a station, from daily or from hourly readings."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.measure.derived_people import steps
from almena.measure.registry import derived
from almena.model.data import Table
from almena.model.observation import Values
from almena.model.problem import GapError

DAYS_FROM_HOURS = "hours added up to days as the clock of the file counts them"
MEAN_FROM_EXTREMES = "daily mean temperature taken as the middle of maximum and minimum"


@derived(version="1")
def daily_weather(climate_daily: Table | None = None, climate_hourly: Table | None = None) -> Table:
    """
    Return the daily series of a station; hourly readings are added up where there is no daily file.

    Parameters
    ----------
    climate_daily : Table, optional
        Daily rain and temperature; hours measured where known.
    climate_hourly : Table, optional
        Hourly rain and temperature.

    Returns
    -------
    Table
        Columns date, rain, t_max, t_min, t_mean, hours_rain and hours_temperature, as far as they can be had.

    Raises
    ------
    GapError
        When there is neither.
    """
    if climate_daily is not None:
        return _with_mean(climate_daily)
    if climate_hourly is not None:
        return _with_mean(_added_up(climate_hourly))
    raise GapError.of(
        "no usable file fills: daily weather (climate_daily)",
        "roles climate_daily and climate_hourly",
        "",
        "Load a daily station series of at least 20 complete years",
    )


def _with_mean(table: Table) -> Table:
    columns = table.columns
    if "t_mean" in columns or not {"t_max", "t_min"} <= set(columns):
        return table
    middle = (_numbers(table, "t_max") + _numbers(table, "t_min")) / 2
    return table.with_(
        columns={**columns, "t_mean": middle},
        origins=steps(table, MEAN_FROM_EXTREMES),
        notes=(*table.notes, MEAN_FROM_EXTREMES),
    )


def _added_up(hourly: Table) -> Table:
    day = hourly.columns["time"].astype("datetime64[D]")
    days, which = np.unique(day, return_inverse=True)
    columns: dict[str, NDArray[Any]] = {"date": days}
    if "rain" in hourly.columns:
        rain = _numbers(hourly, "rain")
        columns["hours_rain"] = _count(rain, which, len(days))
        columns["rain"] = np.where(columns["hours_rain"] > 0, _sum(rain, which, len(days)), np.nan)
    if "temperature" in hourly.columns:
        heat = _numbers(hourly, "temperature")
        hours = _count(heat, which, len(days))
        columns["hours_temperature"] = hours
        with np.errstate(invalid="ignore", divide="ignore"):
            columns["t_mean"] = np.where(hours > 0, _sum(heat, which, len(days)) / hours, np.nan)
    for name, reduce, start in (("t_max", np.fmax, -np.inf), ("t_min", np.fmin, np.inf)):
        source = name if name in hourly.columns else "temperature"
        if source in hourly.columns:
            extreme = np.full(len(days), start)
            reduce.at(extreme, which, _numbers(hourly, source))
            columns[name] = np.where(np.isfinite(extreme), extreme, np.nan)
    return Table(
        role="daily_weather",
        columns=columns,
        origins=steps(hourly, DAYS_FROM_HOURS),
        date=hourly.date,
        notes=(*hourly.notes, DAYS_FROM_HOURS),
    )


def _numbers(table: Table, column: str) -> Values:
    return np.asarray(table.columns[column], dtype=float)


def _sum(values: Values, which: NDArray[np.int64], size: int) -> Values:
    return np.asarray(np.bincount(which, np.nan_to_num(values), size), dtype=float)


def _count(values: Values, which: NDArray[np.int64], size: int) -> Values:
    return np.asarray(np.bincount(which, np.isfinite(values), size), dtype=float)
