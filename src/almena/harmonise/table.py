"""Reader `table`: rows and columns from CSV of any dialect, XLSX or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.casting import text_of
from almena.harmonise.columns import Canonical, RawTable, canonical
from almena.harmonise.found import FoundFile
from almena.harmonise.numbers import AmbiguousNumbersError, parse_numbers
from almena.harmonise.points import points_from
from almena.harmonise.sheet import LOOK_AT_ROWS, Sheet, open_sheet
from almena.harmonise.words import count, plain
from almena.model.card import Role
from almena.model.data import Layer, Table
from almena.model.origin import Origin

READER_VERSION = "1"
MAKES = ("table", "layer")


def read(found: FoundFile, role: Role) -> Table | Layer:
    """
    Read a table as the columns of a role, or as points when the role is a layer.

    Parameters
    ----------
    found : FoundFile
        The file with its kit entry; the header row is found when the kit does not give its number. For a layer
        the kit names the columns of the coordinates as ``x`` and ``y`` under ``fields``, and ``crs``.
    role : Role
        A role of kind ``table`` or ``layer``.

    Returns
    -------
    Table or Layer
        A table has the address of every cell; lists side by side of unequal length are filled with empty texts.

    Raises
    ------
    InputError
        When columns are missing or cannot be cast, or no row is left.
    """
    raw = open_table(found)
    if role.kind == "layer":
        return points_from(raw, found, role)
    return as_table(raw, canonical(raw, found, role), found, role)


def open_table(found: FoundFile) -> RawTable:
    """
    Return the columns of a table file below its header.

    Parameters
    ----------
    found : FoundFile
        The file with its kit entry.

    Raises
    ------
    InputError
        When the file cannot be read or holds no row below its header.
    """
    sheet = open_sheet(found)
    header = _header_row(sheet, found)
    names = _names(sheet, header)
    body = sheet.cells[header:]
    width = max(len(names), *(len(row) for row in body)) if body else len(names)
    rows = np.array([header + i for i, row in enumerate(body) if _is_filled(row)], dtype=np.intp)
    if not len(rows):
        raise found.refusal(
            "The table holds no row.", f"Its header is row {header}.", "Check `header` and `sheet`."
        )
    names = (*names, *("" for _ in range(width - len(names))))

    def get(position: int) -> NDArray[Any]:
        """Return the texts of one column."""
        values = np.empty(len(rows), dtype=object)
        values[:] = [r[position] if position < len(r) else None for r in (sheet.cells[i] for i in rows)]
        return values

    return RawTable(
        names=names,
        length=len(rows),
        get=get,
        inside=f"sheet {sheet.title}" if sheet.title else "",
        address=lambda column, row: sheet.address(column, int(rows[row]), names[column]),
        notes=(*sheet.notes, *_oddities(sheet, header, len(rows), len([n for n in names if n]))),
    )


def as_table(
    raw: RawTable, fields: Canonical, found: FoundFile, role: Role, notes: Sequence[str] = ()
) -> Table:
    """Return the canonical table; rows at the end that are empty in every wanted column are cut."""
    length = _used_length(fields)
    if not length:
        raise found.refusal(
            "The wanted columns are empty.", remedy="Check `fields` in the kit.", inside=raw.inside
        )
    cells = {name: found_cells[:length] for name, found_cells in fields.cells.items()}
    empty = raw.leave("it is empty in every wanted column", fields.rows[length:])
    return Table(
        role=role.id,
        columns={name: values[:length] for name, values in fields.columns.items()},
        cells=cells,
        origins=(Origin(found.source, _locator(raw, cells, length), fields.steps),),
        notes=(*fields.notes, *notes),
        listed=(*fields.listed, *empty),
        rows_read=raw.rows_read,
    )


def _used_length(fields: Canonical) -> int:
    """Return the number of rows up to the last one with a value in any wanted column."""
    last = 0
    for values in fields.columns.values():
        is_text = values.dtype.kind in "UO"
        filled = np.array([text_of(v) != "" for v in values]) if is_text else ~_is_missing(values)
        there = np.flatnonzero(filled)
        last = max(last, int(there[-1]) + 1 if len(there) else 0)
    return last


def _is_missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind == "M":
        return np.asarray(np.isnat(values))
    return np.asarray(np.isnan(values)) if values.dtype.kind == "f" else np.zeros(len(values), dtype=np.bool_)


def _locator(raw: RawTable, cells: dict[str, tuple[str, ...]], length: int) -> str:
    first = next(iter(cells.values()), ())
    span = f"{first[0]} to {first[-1]}" if first else ""
    return ", ".join(part for part in (raw.inside, span, count(length, "row")) if part)


def _header_row(sheet: Sheet, found: FoundFile) -> int:
    """Return the number of the header row from 1; 0 when the table has none."""
    declared = found.spec.header
    if declared is not None:
        if declared > len(sheet.cells):
            why = f"The table has {count(len(sheet.cells), 'row')}."
            raise found.refusal(f"The header row {declared} does not exist.", why, "Correct `header`.")
        return declared
    named = [
        plain(p) for ref in found.spec.fields.values() if isinstance(ref, str) for p in (ref, *ref.split("+"))
    ]
    return _row_with_names(sheet, named) or _first_title_row(sheet)


def _row_with_names(sheet: Sheet, named: Sequence[str]) -> int:
    """Return the row that bears most of the column names that the kit uses; 0 when none bears any."""
    best, most = 0, 0
    for number, row in enumerate(sheet.cells[:LOOK_AT_ROWS], start=1):
        heard = {plain(text_of(cell)) for cell in row}
        hits = sum(name in heard for name in named if name)
        if hits > most:
            best, most = number, hits
    return best


def _first_title_row(sheet: Sheet) -> int:
    """Return the first row as wide as the table that holds no number; 0 when there is no such row at its top."""
    rows = [(i, [text_of(c) for c in row]) for i, row in enumerate(sheet.cells[:LOOK_AT_ROWS], start=1)]
    widths = Counter(len(cells) for _, cells in rows if any(cells))
    usual = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))[0]
    for number, cells in rows:
        if len(cells) >= usual - 1 and any(cells):
            filled = [c for c in cells if c]
            return 0 if any(_is_number(c) for c in filled) else number
    return 0


def _is_number(text: str) -> bool:
    try:
        values, _ = parse_numbers([text])
    except AmbiguousNumbersError:
        return True
    return not bool(np.isnan(values[0]))


def _names(sheet: Sheet, header: int) -> tuple[str, ...]:
    return tuple(text_of(cell) for cell in sheet.cells[header - 1]) if header else ()


def _is_filled(row: list[Any]) -> bool:
    return any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in row)


def _oddities(sheet: Sheet, header: int, used: int, width: int) -> tuple[str, ...]:
    """Return notes on rows that do not fit: lines before the header, empty rows, rows longer or shorter."""
    notes = []
    body = sheet.cells[header:]
    if header > 1:
        notes.append(f"{count(header - 1, 'line')} above the header left out")
    if len(body) > used:
        notes.append(f"{count(len(body) - used, 'empty row')} left out")
    if width and not sheet.is_spreadsheet:
        longer = sum(len(row) > width and _is_filled(row[width:]) for row in body)
        shorter = sum(0 < len(row) < width - 1 for row in body)
        if longer:
            notes.append(
                f"{count(longer, 'row')} with more cells than the header: the cells beyond have no name"
            )
        if shorter:
            notes.append(f"{count(shorter, 'row')} with fewer cells than the header: the rest is missing")
    return tuple(notes)
