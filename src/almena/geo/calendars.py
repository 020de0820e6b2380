"""Which days a timetable means when it says an ordinary weekday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
Table = Mapping[str, NDArray[Any]]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class ServiceDays:
    """
    On which weekdays each service runs.

    Parameters
    ----------
    services : ndarray of str, shape (n,)
        Ids of the services.
    days : ndarray of datetime64[D], shape (m,)
        All dates from Monday to Friday that the timetable speaks of.
    planned : ndarray of bool, shape (n, m)
        By the weekly pattern alone.
    actual : ndarray of bool, shape (n, m)
        With the exceptions.
    """

    services: NDArray[Any]
    days: Days
    planned: NDArray[np.bool_]
    actual: NDArray[np.bool_]

    def ordinary(self, services: NDArray[Any]) -> NDArray[np.bool_]:
        """
        Tell which days are ordinary weekdays for some services.

        These are the days on which at least one of the services is planned and none differs by an exception, so
        that holidays drop out. A service without a weekly pattern is planned by its dates. Where exceptions leave no
        such day, every weekday with service counts.

        Parameters
        ----------
        services : ndarray of str
            The services that belong together.
        """
        rows = np.isin(self.services, services)
        planned, actual = self.planned[rows], self.actual[rows]
        by_date = ~planned.any(axis=1, keepdims=True)  # without a weekly pattern the dates are the plan
        planned = planned | (actual & by_date)
        plain = planned.any(axis=0) & (planned == actual).all(axis=0)
        return np.asarray(plain if plain.any() else actual.any(axis=0), dtype=np.bool_)

    def share(self, ordinary: NDArray[np.bool_]) -> dict[str, float]:
        """Return for each service the share of the given days on which it runs."""
        if not ordinary.any():
            return {}
        shares = self.actual[:, ordinary].mean(axis=1)
        return {str(s): float(v) for s, v in zip(self.services, shares, strict=True)}


def service_days(tables: Mapping[str, Table]) -> ServiceDays:
    """
    Read the calendar of a timetable.

    Parameters
    ----------
    tables : mapping of str to table
        With ``calendar``, ``calendar_dates`` or both, as texts.

    Returns
    -------
    ServiceDays
        Empty when there is neither.
    """
    weekly, dated = tables.get("calendar", {}), tables.get("calendar_dates", {})
    services = np.unique(np.concatenate([_texts(weekly, "service_id"), _texts(dated, "service_id")]))
    days = _weekdays(weekly, dated)
    planned = np.zeros((len(services), len(days)), dtype=np.bool_)
    _plan(planned, weekly, services, days)
    actual = planned.copy()
    _apply_exceptions(actual, dated, services, days)
    return ServiceDays(services, days, planned, actual)


def _plan(planned: NDArray[np.bool_], weekly: Table, services: NDArray[Any], days: Days) -> None:
    if not len(_texts(weekly, "service_id")):
        return
    row = np.searchsorted(services, _texts(weekly, "service_id"))
    start, end = _dates(_texts(weekly, "start_date")), _dates(_texts(weekly, "end_date"))
    pattern = np.column_stack([_texts(weekly, name) == "1" for name in WEEKDAYS])
    in_range = (days >= start[:, None]) & (days <= end[:, None])
    np.logical_or.at(planned, row, in_range & pattern[:, _weekday(days)])


def _apply_exceptions(actual: NDArray[np.bool_], dated: Table, services: NDArray[Any], days: Days) -> None:
    if not len(days) or not len(_texts(dated, "service_id")):
        return
    date = _dates(_texts(dated, "date"))
    row = np.searchsorted(services, _texts(dated, "service_id"))
    column = np.clip(np.searchsorted(days, date), 0, len(days) - 1)
    known = days[column] == date
    for kind, runs in (("1", True), ("2", False)):
        these = known & (_texts(dated, "exception_type") == kind)
        actual[row[these], column[these]] = runs


def _weekdays(weekly: Table, dated: Table) -> Days:
    dates = np.concatenate([_dates(_texts(table, name)) for table, name in _spans(weekly, dated)])
    dates = dates[~np.isnat(dates)]
    if not len(dates):
        return np.empty(0, dtype="datetime64[D]")
    every = np.arange(dates.min(), dates.max() + 1)
    return every[_weekday(every) < 5]


def _spans(weekly: Table, dated: Table) -> tuple[tuple[Table, str], ...]:
    return (weekly, "start_date"), (weekly, "end_date"), (dated, "date")


def _weekday(days: Days) -> NDArray[np.int64]:
    """Return 0 for Monday to 6 for Sunday; day 0 of the count was a Thursday."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def _dates(texts: NDArray[Any]) -> Days:
    return np.array([_date(text) for text in texts], dtype="datetime64[D]")


def _date(text: str) -> np.datetime64:
    """Read YYYYMMDD; anything else is no date."""
    try:
        return np.datetime64(datetime.strptime(str(text), "%Y%m%d").date())
    except ValueError:
        return np.datetime64("NaT")


def _texts(table: Table, name: str) -> NDArray[Any]:
    return np.asarray(table.get(name, np.empty(0)), dtype=object).astype(str)
