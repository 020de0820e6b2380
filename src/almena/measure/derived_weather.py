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


@derived(version="2")
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
        return _with_mean(_of_one_station(climate_daily))
    if climate_hourly is not None:
        return _with_mean(_added_up(_of_one_station(climate_hourly)))
    raise GapError.of(
        "no usable file fills: daily weather (climate_daily)",
        "roles climate_daily and climate_hourly",
        "",
        "Load a daily station series of at least 20 complete years",
    )


def _of_one_station(table: Table) -> Table:
    """Return the readings of one station: of several, of the one with most rows, and say so."""
    stations = table.columns.get("station", np.zeros(0)).astype(np.str_)
    names, sizes = np.unique(stations, return_counts=True)
    if len(names) < 2:
        return table
    station = names[np.argmax(sizes)]
    others = ", ".join(str(n) or "without a name" for n in names if n != station)
    told = station or "the rows without a name"
    said = f"the file holds several stations; {told} has most rows and alone is told, without {others}"
    return table.with_(
        columns={name: values[stations == station] for name, values in table.columns.items()},
        cells={},
        origins=steps(table, said),
        notes=(*table.notes, said),
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
    hour = hourly.columns["time"].astype("datetime64[h]")
    days, which = np.unique(hour.astype("datetime64[D]"), return_inverse=True)
    columns: dict[str, NDArray[Any]] = {"date": days}
    if "rain" in hourly.columns:
        rain = _numbers(hourly, "rain")
        columns["hours_rain"] = _hours(rain, hour, days)
        columns["rain"] = np.where(columns["hours_rain"] > 0, _sum(rain, which, len(days)), np.nan)
    if "temperature" in hourly.columns:
        heat = _numbers(hourly, "temperature")
        readings = _count(heat, which, len(days))
        columns["hours_temperature"] = _hours(heat, hour, days)
        with np.errstate(invalid="ignore", divide="ignore"):
            columns["t_mean"] = np.where(readings > 0, _sum(heat, which, len(days)) / readings, np.nan)
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


def _hours(values: Values, hour: NDArray[Any], days: NDArray[Any]) -> Values:
    """Return the hours of each day that have a reading: four quarters of an hour are one hour."""
    seen = np.unique(hour[np.isfinite(values)]).astype("datetime64[D]")
    return _count(np.ones(len(seen)), np.searchsorted(days, seen), len(days))
