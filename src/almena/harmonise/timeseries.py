"""Reader `timeseries`: a table with a moment in every row, in time order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from almena.harmonise.columns import Canonical, RawTable, canonical
from almena.harmonise.found import FoundFile
from almena.harmonise.table import as_table, open_table
from almena.harmonise.timeorder import NO_DATE, in_time_order, time_field
from almena.harmonise.words import count
from almena.model.card import Role
from almena.model.data import Table

READER_VERSION = "4"
MAKES = ("table",)


def read(found: FoundFile, role: Role) -> Table:
    """
    Read a series of measurements.

    Parameters
    ----------
    found : FoundFile
        The file with its kit entry. A date and an hour in two columns are joined with ``+``:
        ``fields = { time = "Data+Hora UTC" }``, or by number, ``"1+2"``.
    role : Role
        A role of kind ``table`` with a required field of type date or time.

    Returns
    -------
    Table
        Sorted by time (datetime64[s]); of rows of one gauge with the same moment the first that says
        something is kept.

    Raises
    ------
    InputError
        When the role has no moment, columns are missing, or no row has a moment.
    """
    name = time_field(role)
    if not name:
        remedy = "Use the reader `table`."
        raise found.refusal(f"The role {role.id} has no date or time.", "A series needs one.", remedy)
    raw = open_table(found)
    fields, dropped = _with_moment(canonical(raw, found, role), name, raw)
    if not len(fields.rows):
        raise found.refusal("No row has a date.", f"Field {name}.", "Check `fields` and `dates` in the kit.")
    numbers = [raw.number(row) for row in fields.rows.tolist()] if raw.number else []
    return in_time_order(as_table(raw, fields, found, role, dropped), name, numbers)


def _with_moment(fields: Canonical, name: str, raw: RawTable) -> tuple[Canonical, tuple[str, ...]]:
    """Return the rows that have a moment, with a note on the others."""
    moments = fields.columns[name].astype("datetime64[s]")
    there = np.flatnonzero(~np.isnat(moments))
    columns = {n: (moments if n == name else v)[there] for n, v in fields.columns.items()}
    cells = {n: tuple(c[i] for i in there.tolist()) for n, c in fields.cells.items()}
    gone = len(moments) - len(there)
    notes = (f"{count(gone, 'row')} without a date left out",) if gone else ()
    listed = fields.listed + raw.leave(NO_DATE, fields.rows[np.isnat(moments)], "Give it a date.")
    return replace(fields, columns=columns, cells=cells, rows=fields.rows[there], listed=listed), notes
