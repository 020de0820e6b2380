"""Sheets written by hand for tests: the same cells as CSV, XLSX and ODS, with merged cells where they exist."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl

Rows = Sequence[Sequence[Any]]
NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def write_xlsx(path: Path, sheets: dict[str, Rows], merged: Sequence[str] = ()) -> Path:
    """Write a workbook; ranges such as ``B1:C1`` of the first sheet are merged."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    for span in merged:
        book.worksheets[0].merge_cells(span)
    book.save(path)
    return path


def write_ods(
    path: Path, sheets: dict[str, Rows], spans: dict[tuple[int, int], tuple[int, int]] | None = None
) -> Path:
    """Write an OpenDocument spreadsheet; ``spans`` gives rows and columns spanned by cells of the first sheet."""
    tables = []
    for number, (name, rows) in enumerate(sheets.items()):
        body = "".join(_row(row, i, spans or {} if number == 0 else {}) for i, row in enumerate(rows))
        tables.append(f"<table:table table:name={quoteattr(name)}>{body}</table:table>")
    return write_content(path, "".join(tables))


def write_content(path: Path, tables: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> Path:
    """Write an OpenDocument spreadsheet around the given tables."""
    content = (
        f"{head}<office:document-content {NAMESPACES}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def write_csv(path: Path, rows: Rows, delimiter: str = ",") -> Path:
    """Write delimited text; None is an empty cell."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(
            [["" if c is None else c for c in row] for row in rows]
        )
    return path


def _row(row: Sequence[Any], number: int, spans: dict[tuple[int, int], tuple[int, int]]) -> str:
    cells = []
    for column, value in enumerate(row):
        tall, wide = spans.get((number, column), (1, 1))
        own = (
            f' table:number-rows-spanned="{tall}" table:number-columns-spanned="{wide}"'
            if (tall, wide) != (1, 1)
            else ""
        )
        cells.append(_cell(value, own))
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _cell(value: Any, own: str) -> str:
    if value is None:
        return f"<table:table-cell{own}/>"
    if isinstance(value, bool):
        said = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, (int, float)):
        said = f'office:value-type="float" office:value="{value!r}"'
    elif isinstance(value, dt.datetime):
        said = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    else:
        said = 'office:value-type="string"'
    return f"<table:table-cell {said}{own}><text:p>{escape(str(value))}</text:p></table:table-cell>"
