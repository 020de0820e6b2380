"""Tables put in the order of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.words import count
from almena.model.card import Role
from almena.model.data import Table
from almena.model.listed import Listed

STATION = "station"
"""Field of a role that tells the series of one gauge from another's in the same table."""
CAME_BEFORE = "its moment came before, and the first row is kept"
NO_DATE = "it has no date"


def time_field(role: Role) -> str:
    """Return the required field of a role that holds a date or time; empty when there is none."""
    kinds = dict(entry.partition(":")[::2] for entry in role.required)
    return next((name for name, kind in kinds.items() if kind in ("date", "time")), "")


def in_time_order(table: Table, name: str, numbers: Sequence[int] = ()) -> Table:
    """
    Return a table sorted by a column of moments; of rows of one gauge with the same moment the first one is kept.

    A row that says something is kept before one that is blank beside its moment. Rows without a moment are left out
    and listed.

    Parameters
    ----------
    table : Table
        Any order. Where it names the station of each row, two stations may speak at one moment.
    name : str
        The column of moments.
    numbers : sequence of int
        Number of each row in its file, counted from 1, when there are such.
    """
    dated = np.flatnonzero(~np.isnat(table.columns[name]))
    kept = _first_of_each(table, name, dated)
    doubles = len(dated) - len(kept)
    undated = len(table) - len(dated)
    notes = table.notes
    if undated:
        notes += (f"{count(undated, 'row')} without a date left out",)
    if doubles:
        notes += (f"{count(doubles, 'row')} with a moment that came before left out (the first is kept)",)
    left = (
        *_left(table, name, np.setdiff1d(np.arange(len(table)), dated), numbers, NO_DATE, "Give it a date."),
        *_left(table, name, np.setdiff1d(dated, kept), numbers, CAME_BEFORE),
    )
    return table.with_(
        columns={n: v[kept] for n, v in table.columns.items()},
        cells={n: tuple(c[i] for i in kept.tolist()) for n, c in table.cells.items()},
        notes=notes,
        listed=(*table.listed, *left),
    )


def _first_of_each(table: Table, name: str, dated: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return in order of time the first row of each moment and station that says something, else the first."""
    moments = table.columns[name][dated]
    stations = np.unique(
        table.columns.get(STATION, np.zeros(len(table)))[dated].astype(str), return_inverse=True
    )[1]
    order = np.lexsort((np.arange(len(dated)), _blank(table, name)[dated], stations, moments))
    moments, stations = moments[order], stations[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (moments[1:] != moments[:-1]) | (stations[1:] != stations[:-1])
    return np.asarray(dated[order][first], dtype=np.intp)


def _blank(table: Table, name: str) -> NDArray[np.bool_]:
    """Tell which rows hold no number beside their moment; none where the table has no numbers."""
    numbers = [v for n, v in table.columns.items() if n != name and v.dtype.kind == "f"]
    if not numbers:
        return np.zeros(len(table), dtype=bool)
    return np.asarray(np.isnan(numbers).all(axis=0), dtype=np.bool_)


def _left(
    table: Table, name: str, rows: NDArray[np.intp], numbers: Sequence[int], why: str, remedy: str = ""
) -> tuple[Listed, ...]:
    """Return the record of rows that are left out for one reason."""
    if not len(rows):
        return ()
    cells = table.cells.get(name, ())
    where = tuple(cells[i].split(",")[0] if cells else f"row {i + 1}" for i in rows.tolist())
    return (Listed(why, where, tuple(numbers[i] for i in rows.tolist()) if numbers else (), remedy=remedy),)


def span(table: Table, name: str) -> str:
    """Return the ISO 8601 interval of days that a table in time order speaks of."""
    days = table.columns[name].astype("datetime64[D]")
    return f"{days[0]}/{days[-1]}" if len(days) else "unknown"
