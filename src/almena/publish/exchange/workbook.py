"""A workbook for Excel and LibreOffice: one header row, real types, nothing merged, nothing that calculates."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from almena.packs.language import say
from almena.publish.atomic import write_whole
from almena.publish.exchange.readme import title_of
from almena.publish.exchange.sheets import DATE, NUMBER, Column, Sheet, Value, xml_text
from almena.publish.exchange.star import star
from almena.publish.exporters import Exporter
from almena.publish.material import Material
from almena.publish.records import FORMULA_STARTS

SHEETS = ("observations", "cards", "places", "sources", "gaps", "dimensions", "codes", "licences", "readme")
NARROWEST, WIDEST = 8, 60  # widths of columns in letters
LONGEST_TEXT = 32_767  # Microsoft, "Excel specifications and limits": characters in a cell
MORE = " …"
"""A text that no cell can hold ends with this mark; the other formats hold it whole."""

Formats = dict[str, Any]


def write_workbook(edition: Material, path: Path) -> Path:
    """
    Write all tables of an edition as one workbook.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    path : Path
        The file to write.
    """
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(content, options)
    book.set_properties(_properties(edition))
    formats = _formats(book)
    tables = star(edition)
    for name in SHEETS:
        _write_sheet(book, tables[name], formats)
    book.close()
    return write_whole(path, content.getvalue())


def _properties(edition: Material) -> dict[str, Any]:
    """Return what the file says of itself; its clock is the day of the run."""
    return {
        "title": xml_text(title_of(edition)),
        "author": say("Almena {version}", version=edition.version),
        "created": datetime.fromisoformat(edition.run_date),
    }


def _formats(book: Any) -> Formats:
    return {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        # Excel then keeps the text a text, even when the cell is edited or saved as CSV
        "quoted": book.add_format({"quote_prefix": True}),
    }


def _write_sheet(book: Any, table: Sheet, formats: Formats) -> None:
    page = book.add_worksheet(table.name)
    page.freeze_panes(1, 0)
    last = max(len(table.rows), 1)
    page.autofilter(0, 0, last, len(table.columns) - 1)
    for place, column in enumerate(table.columns):
        page.set_column(
            place, place, _width(table, place, column), formats["date"] if column.type == DATE else None
        )
        page.write_string(0, place, column.name, formats["head"])
    for number, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            _write_cell(page, number, place, cell, formats)


def _write_cell(page: Any, row: int, place: int, cell: Value, formats: Formats) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        page.write_boolean(row, place, cell)
    elif isinstance(cell, date):
        page.write_datetime(row, place, cell, formats["date"])
    elif isinstance(cell, str):
        quoted = formats["quoted"] if cell.startswith(FORMULA_STARTS) else None
        page.write_string(row, place, _fitting(xml_text(cell)), quoted)
    else:
        page.write_number(row, place, cell)


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(MORE)] + MORE


def _width(table: Sheet, place: int, column: Column) -> int:
    """Return a width that shows what is in the column, as far as a screen allows."""
    if column.type in (NUMBER, DATE):
        return max(len(column.name) + 3, 12)
    longest = max((len(str(row[place])) for row in table.rows if row[place] is not None), default=0)
    return min(max(longest + 1, len(column.name) + 3, NARROWEST), WIDEST)


XLSX = Exporter(
    "xlsx",
    "all values, indicators, sources and gaps as a workbook",
    write_workbook,
    each_run="reports/profile.xlsx",
    in_zip="profile.xlsx",
)
