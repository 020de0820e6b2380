"""The complete months of a station, and the seasons made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almena.measure.years import DAYS_NEEDED, HOURS_NEEDED
from almena.model.data import Table
from almena.model.observation import Values

SEASONS: Mapping[str, tuple[int, int, int]] = {
    "December to February": (12, 1, 2),
    "March to May": (3, 4, 5),
    "June to August": (6, 7, 8),
    "September to November": (9, 10, 11),
}


@dataclass(frozen=True)
class Months:
    """
    Values of the months of a daily series, from its first month to its last.

    Parameters
    ----------
    first : int
        The first month, counted from January 1970.
    value : ndarray of float, shape (n,)
        What was asked for each month; NaN where it is incomplete.
    """

    first: int
    value: Values

    @property
    def number(self) -> NDArray[np.int64]:
        """Return the calendar month of each month, 1 to 12."""
        return np.asarray((self.first + np.arange(len(self.value))) % 12 + 1, dtype=np.int64)

    def of_calendar(self, number: int) -> Values:
        """Return the values of one calendar month in the years in which it is complete."""
        chosen = self.value[self.number == number]
        return np.asarray(chosen[np.isfinite(chosen)], dtype=float)

    def text(self, position: int) -> str:
        """Return a month as ISO 8601."""
        return str(np.datetime64(int(self.first) + int(position), "M"))

    @property
    def period(self) -> str:
        """Return first and last complete month as an interval."""
        there = np.flatnonzero(np.isfinite(self.value))
        return f"{self.text(there[0])}/{self.text(there[-1])}" if len(there) else ""

    @property
    def note(self) -> str:
        """Return how many months count, in words."""
        return f"{int(np.isfinite(self.value).sum())} of {len(self.value)} months are complete"


def complete_months(table: Table, column: str, hours: str, daily: Values, how: str = "sum") -> Months:
    """
    Add up or average a daily quantity over the complete months of a series.

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
        ``sum`` or ``mean``.

    Returns
    -------
    Months
        Months with at least 95 % of their hours (90 % of their days where hours are not given).
    """
    month = table.columns["date"].astype("datetime64[M]").astype(np.int64)
    first, count = int(month.min()), int(month.max() - month.min()) + 1
    at = month - first
    seen = np.isfinite(np.asarray(table.columns[column], dtype=float))
    starts = (first + np.arange(count + 1)).astype("datetime64[M]").astype("datetime64[D]")
    days = np.diff(starts).astype(float)
    if hours in table.columns:
        given = np.nan_to_num(np.asarray(table.columns[hours], dtype=float)) * seen
        enough = np.bincount(at, given, count) >= HOURS_NEEDED * 24 * days
    else:
        enough = np.bincount(at, seen, count) >= DAYS_NEEDED * days
    known = seen & np.isfinite(daily)
    sums: Values = np.bincount(at, np.where(known, daily, 0.0), count).astype(float)
    if how == "mean":
        sums = sums / np.maximum(np.bincount(at, known, count), 1)
    return Months(first, np.where(enough, sums, np.nan))


def seasonal(months: Months, season: str, how: str) -> Values:
    """
    Return the values of a season in the years in which its three months are complete.

    Parameters
    ----------
    months : Months
        Months of the series.
    season : str
        One of ``SEASONS``; December belongs to the season that ends in the next year.
    how : str
        ``sum`` or ``mean`` of the three months.
    """
    if len(months.value) < 3:
        return np.empty(0)
    three = np.lib.stride_tricks.sliding_window_view(months.value, 3)
    begins = months.number[: len(three)] == SEASONS[season][0]
    gathered = three.sum(axis=1) if how == "sum" else three.mean(axis=1)
    chosen = gathered[begins]
    return np.asarray(chosen[np.isfinite(chosen)], dtype=float)
