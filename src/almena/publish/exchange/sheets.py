"""Tables with declared columns: what workbooks, data packages and databases are filled from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from almena.model.problem import InputError, Problem
from almena.packs.language import Language, from_table, speaking, spoken
from almena.packs.table import read_table
from almena.publish.records import safe_cell

TEXT, NUMBER, INTEGER, BOOLEAN, DATE = "text", "number", "integer", "boolean", "date"
TYPES = (TEXT, NUMBER, INTEGER, BOOLEAN, DATE)

Value = str | float | int | bool | date | None

# XML 1.0, section 2.2: characters that no workbook, map or message in XML can hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    """
    One column of a table.

    Parameters
    ----------
    name : str
        Stable name, as written in the header.
    type : str
        ``text``, ``number``, ``integer``, ``boolean`` or ``date``.
    title, meaning : str
        Name for people; what it holds.
    """

    name: str
    type: str
    title: str
    meaning: str


@dataclass(frozen=True)
class Sheet:
    """
    A table: one header row, one row for each thing, no merged cells.

    Parameters
    ----------
    name : str
        Stable name.
    columns : tuple of Column
        As declared in ``packs/exchange_columns.csv``.
    rows : tuple of tuple
        Values in the order of the columns; None where there is none.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def header(self) -> list[str]:
        """Return the names of the columns."""
        return [column.name for column in self.columns]

    def values(self, column: str) -> list[Value]:
        """Return one column from top to bottom."""
        place = self.header.index(column)
        return [row[place] for row in self.rows]


def declared_columns() -> dict[str, tuple[Column, ...]]:
    """
    Return the columns of all tables by the name of the table, in the order of the pack and the language spoken.

    Raises
    ------
    InputError
        With every type that is not known.
    """
    return _columns_in(spoken())


@lru_cache(maxsize=4)
def _columns_in(language: Language) -> dict[str, tuple[Column, ...]]:
    with speaking(language):
        return {table: tuple(map(_told, columns)) for table, columns in _columns_as_written().items()}


def _told(column: Column) -> Column:
    title, meaning = (from_table("exchange_columns", text) for text in (column.title, column.meaning))
    return replace(column, title=title, meaning=meaning)


@lru_cache(maxsize=1)
def _columns_as_written() -> dict[str, tuple[Column, ...]]:
    found: dict[str, list[Column]] = {}
    problems = []
    for row in read_table("exchange_columns.csv"):
        if row["type"] not in TYPES:
            where = f"exchange_columns.csv, row {row['_row']}"
            remedy = f"Write one of: {', '.join(TYPES)}."
            problems.append(Problem(f"There is no type {row['type']}", where, remedy=remedy))
        column = Column(row["column"], row["type"], row["title"], row["meaning"])
        found.setdefault(row["table"], []).append(column)
    if problems:
        raise InputError(*problems)
    return {table: tuple(columns) for table, columns in found.items()}


def sheet(name: str, rows: Iterable[Sequence[Value]]) -> Sheet:
    """Return a declared table with its rows; empty texts become None."""
    clean = tuple(tuple(None if cell == "" else cell for cell in row) for row in rows)
    return Sheet(name, declared_columns()[name], clean)


def csv_of(table: Sheet) -> bytes:
    """Return a table as plain UTF-8 CSV (RFC 4180), safe to open in a spreadsheet; dates are ISO 8601."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.header)
    writer.writerows([plain_cell(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8")


def plain_cell(cell: Value) -> str | float | int | None:
    """Return a cell as CSV writes it: dates in ISO 8601, yes and no as ``true`` and ``false``."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        return cell.isoformat()
    return safe_cell(cell)


def xml_text(text: str) -> str:
    """Return a text without the characters that XML cannot hold; each becomes a replacement mark."""
    return _NOT_IN_XML.sub("\ufffd", text)
