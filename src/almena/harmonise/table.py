"""Reader `table`: rows and columns from CSV of any dialect, XLSX, ODS, JSON, Parquet or GeoPackage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.geo.layout import Layout, lay_out
from almena.geo.strays import Stray
from almena.harmonise.casting import text_of
from almena.harmonise.columns import Canonical, RawTable, canonical
from almena.harmonise.found import FoundFile
from almena.harmonise.gdal import is_geopackage, read_attributes
from almena.harmonise.netcdf import is_netcdf
from almena.harmonise.netcdf_series import read_series
from almena.harmonise.parquet import is_parquet, read_parquet
from almena.harmonise.points import points_from
from almena.harmonise.sheet import Sheet, open_sheet
from almena.harmonise.words import count, listing, reading_words
from almena.model.card import Role
from almena.model.data import Layer, Table
from almena.model.listed import Listed
from almena.model.origin import Origin

READER_VERSION = "3"
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
    if is_parquet(found):
        return read_parquet(found)
    if is_geopackage(found):
        return read_attributes(found)
    if is_netcdf(found):
        return read_series(found)
    sheet = open_sheet(found)
    layout = _layout(sheet, found)
    rows = np.array(layout.rows, dtype=np.intp)
    if not len(rows):
        raise found.refusal(
            "The table holds no row.", f"Its header is row {layout.header}.", "Check `header` and `sheet`."
        )
    body = [sheet.cells[i] for i in layout.rows]
    width = max(len(layout.names), max(map(len, body)))
    names = (*layout.names, *("" for _ in range(width - len(layout.names))))

    def get(position: int) -> NDArray[Any]:
        """Return the texts of one column."""
        values = np.empty(len(rows), dtype=object)
        values[:] = [r[position] if position < len(r) else None for r in body]
        return values

    inside = f"sheet {sheet.title}" if sheet.title else ""
    return RawTable(
        names=names,
        length=len(rows),
        get=get,
        inside=inside,
        address=lambda column, row: sheet.address(column, int(rows[row]), names[column]),
        addresses=lambda column, some: sheet.addresses(column, rows[some].tolist(), names[column]),
        notes=(*sheet.notes, *_oddities(sheet, layout)),
        number=lambda row: int(rows[row]) + 1,
        listed=tuple(_set_aside(stray, sheet) for stray in layout.strays),
    )


def _layout(sheet: Sheet, found: FoundFile) -> Layout:
    """Return where the table lies that the kit speaks of."""
    declared = found.spec.header
    if declared is not None and declared > len(sheet.cells):
        why = f"The table has {count(len(sheet.cells), 'row')}."
        raise found.refusal(f"The header row {declared} does not exist.", why, "Correct `header`.")
    wanted = [*found.spec.fields.values(), *found.spec.where]
    asked = (*(w for kept in found.spec.where.values() for w in kept), *_coded(found))
    layout = lay_out(sheet.cells, wanted, header=declared, merged=sheet.merged, kept=frozenset(asked))
    if layout.rivals > 1:
        what = f"{layout.rivals} lists lie side by side and bear the same columns."
        remedy = "Give the numbers of the columns in `fields`, counted from 1."
        raise found.refusal(what, f"Asked for: {listing(wanted)}.", remedy, sheet.title)
    return layout


def _coded(found: FoundFile) -> Iterator[str]:
    """Yield the texts that the kit gives a meaning, and the word total where a role asks for that row."""
    if found.spec.role in reading_words("role_with_total"):
        yield from reading_words("total_label")
    for codes in found.spec.codes.values():
        yield from codes


def _set_aside(stray: Stray, sheet: Sheet) -> Listed:
    numbers = tuple(row + 1 for row in stray.rows)
    return Listed(stray.why, tuple(f"row {n}" for n in numbers), numbers, sheet=sheet.title)


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
        if values.dtype.kind in "UO":
            last = max(last, next((n for n in range(len(values), last, -1) if text_of(values[n - 1])), 0))
            continue
        there = np.flatnonzero(~_is_missing(values))
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


def _is_filled(row: list[Any]) -> bool:
    return any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in row)


def _oddities(sheet: Sheet, layout: Layout) -> tuple[str, ...]:
    """Return notes on rows that do not fit: lines before the header, empty rows, rows longer or shorter."""
    notes = []
    body = sheet.cells[layout.header :]
    above = layout.header - layout.levels
    width = len([n for n in layout.names if n])
    if layout.header and above:
        notes.append(f"{count(above, 'line')} above the header left out")
    if layout.levels > 1:
        notes.append(f"{layout.levels} header rows are joined")
    if layout.lists > 1:
        notes.append(f"{layout.lists} lists lie side by side")
    empty = len(body) - len(layout.rows) - sum(len(stray.rows) for stray in layout.strays)
    if empty:
        notes.append(f"{count(empty, 'empty row')} left out")
    notes += [f"{count(len(s.rows), 'row')} left out: {s.why}" for s in layout.strays]
    if width and not sheet.is_spreadsheet and layout.lists == 1:
        longer = sum(len(row) > width and _is_filled(row[width:]) for row in body)
        shorter = sum(0 < len(row) < width - 1 for row in body)
        if longer:
            notes.append(
                f"{count(longer, 'row')} with more cells than the header: the cells beyond have no name"
            )
        if shorter:
            notes.append(f"{count(shorter, 'row')} with fewer cells than the header: the rest is missing")
    return tuple(notes)
