"""A workbook for Excel and LibreOffice: one header row, real types, nothing merged, nothing that calculates."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from almena.packs.language import say
from almena.publish.atomic import write_whole
from almena.publish.exchange.readme import title_of
from almena.publish.exchange.sheets import DATE, NUMBER, Column, Sheet, Value, xml_text
from almena.publish.exchange.spoken import in_words
from almena.publish.exchange.star import star
from almena.publish.exporters import Exporter
from almena.publish.material import Material
from almena.publish.records import FORMULA_STARTS

README = "readme"  # first: what a person must know who opens the file without us
SHEETS = (README, "observations", "cards", "places", "sources", "gaps", "dimensions", "codes", "licences")
NARROWEST, WIDEST, READING = 8, 40, 100  # widths of columns in letters; the last for texts to be read
CARDS, INDICATOR = "cards", "indicator"
ROUNDED = frozenset(
    {"value", "low", "high"}
)  # shown with the decimals of their card; the cell holds all of them
A4 = 9  # Office Open XML, ECMA-376 part 1, 18.3.1.63: the code of the paper
MOST_DECIMALS = 6
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
    tables = in_words(star(edition))
    decimals = dict(zip(tables[CARDS].values(INDICATOR), tables[CARDS].values("decimals"), strict=True))
    for name in SHEETS:
        _write_sheet(book, tables[name], formats, decimals)
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
        "read": book.add_format({"text_wrap": True, "valign": "top"}),
        **{
            f"decimals {d}": book.add_format({"num_format": _number_format(d)})
            for d in range(MOST_DECIMALS + 1)
        },
        # Excel then keeps the text a text, even when the cell is edited or saved as CSV
        "quoted": book.add_format({"quote_prefix": True}),
    }


def _number_format(decimals: int) -> str:
    """Return how a spreadsheet shows a number: with marks for thousands and some decimals."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _write_sheet(book: Any, table: Sheet, formats: Formats, decimals: Mapping[Value, Value]) -> None:
    page = book.add_worksheet(table.name)
    _set_up_print(page)
    page.freeze_panes(1, 0)
    last = max(len(table.rows), 1)
    page.autofilter(0, 0, last, len(table.columns) - 1)
    for place, column in enumerate(table.columns):
        shown = formats["date"] if column.type == DATE else None
        page.set_column(place, place, _width(table, place, column), shown)
        page.write_string(0, place, column.name, formats["head"])
    rounded = {place for place, name in enumerate(table.header) if name in ROUNDED}
    of = table.header.index(INDICATOR) if INDICATOR in table.header else None
    reading = formats["read"] if table.name == README else None
    for number, row in enumerate(table.rows, start=1):
        digits = decimals.get(row[of]) if of is not None else None
        shown = formats.get(f"decimals {digits}")
        for place, cell in enumerate(row):
            _write_cell(page, number, place, cell, formats, shown if place in rounded else reading)


def _set_up_print(page: Any) -> None:
    """Set a sheet up for paper: across, as wide as one page, its header on each page."""
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write_cell(page: Any, row: int, place: int, cell: Value, formats: Formats, shown: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        quoted = formats["quoted"] if cell.startswith(FORMULA_STARTS) else shown
        page.write_string(row, place, _fitting(xml_text(cell)), quoted)
    elif isinstance(cell, bool):
        page.write_boolean(row, place, cell)
    elif isinstance(cell, date):
        page.write_datetime(row, place, cell, formats["date"])
    else:
        page.write_number(row, place, cell, shown)


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(MORE)] + MORE


def _width(table: Sheet, place: int, column: Column) -> int:
    """Return a width that shows what is in the column, as far as a screen allows."""
    if column.type in (NUMBER, DATE):
        return max(len(column.name) + 3, 12)
    if table.name == README and place > 0:
        return READING
    longest = max((len(str(row[place])) for row in table.rows if row[place] is not None), default=0)
    return min(max(longest + 1, len(column.name) + 3, NARROWEST), WIDEST)


XLSX = Exporter(
    "xlsx",
    "all values, indicators, sources and gaps as a workbook",
    write_workbook,
    each_run="reports/profile.xlsx",
    in_zip="profile.xlsx",
)
