"""Tables put in the order of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.words import count
from almena.model.card import Role
from almena.model.data import Table
from almena.model.listed import Listed


def time_field(role: Role) -> str:
    """Return the required field of a role that holds a date or time; empty when there is none."""
    kinds = dict(entry.partition(":")[::2] for entry in role.required)
    return next((name for name, kind in kinds.items() if kind in ("date", "time")), "")


def in_time_order(table: Table, name: str, numbers: Sequence[int] = ()) -> Table:
    """
    Return a table sorted by a column of moments; of rows with the same moment the first one is kept.

    Parameters
    ----------
    table : Table
        Any order.
    name : str
        The column of moments, without missing ones.
    numbers : sequence of int
        Number of each row in its file, counted from 1, when there are such.
    """
    moments = table.columns[name]
    kept = np.unique(moments, return_index=True)[1]  # the first of equals, in time order
    doubles = len(moments) - len(kept)
    notes = table.notes
    if doubles:
        notes += (f"{count(doubles, 'row')} with a moment that came before left out (the first is kept)",)
    return table.with_(
        columns={n: v[kept] for n, v in table.columns.items()},
        cells={n: tuple(c[i] for i in kept.tolist()) for n, c in table.cells.items()},
        notes=notes,
        listed=(*table.listed, *_later(table, name, kept, numbers)),
    )


def _later(table: Table, name: str, kept: NDArray[np.intp], numbers: Sequence[int]) -> tuple[Listed, ...]:
    """Return the record of rows whose moment came before."""
    again = np.setdiff1d(np.arange(len(table)), kept)
    if not len(again):
        return ()
    cells = table.cells.get(name, ())
    where = tuple(cells[i].split(",")[0] if cells else f"row {i + 1}" for i in again.tolist())
    rows = tuple(numbers[i] for i in again.tolist()) if numbers else ()
    return (Listed("its moment came before, and the first row is kept", where, rows),)


def span(table: Table, name: str) -> str:
    """Return the ISO 8601 interval of days that a table in time order speaks of."""
    days = table.columns[name].astype("datetime64[D]")
    return f"{days[0]}/{days[-1]}" if len(days) else "unknown"
