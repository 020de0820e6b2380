"""Spreadsheets in the OpenDocument format: bytes of ``content.xml`` in, cells out (OASIS ODF 1.3 part 3, section 9)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from almena.geo.layout import Merge

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 1_048_576, 16_384, 20_000_000
HEAD = 4_096


@dataclass
class OpenSheet:
    """
    One sheet.

    Parameters
    ----------
    cells : list of list
        Values by row; texts, numbers, dates, booleans, None.
    merged : list of four int
        Merged cells: first row, first column, last row, last column, counted from 0.
    """

    cells: list[list[Any]] = field(default_factory=list)
    merged: list[Merge] = field(default_factory=list)
    blank_rows: int = 0


def read_spreadsheet(content: bytes) -> dict[str, OpenSheet]:
    """
    Return the sheets of a spreadsheet by name.

    Parameters
    ----------
    content : bytes
        The member ``content.xml`` of the file.

    Raises
    ------
    ValueError
        When it is no spreadsheet, declares entities, or unfolds to more than a spreadsheet can hold.
    """
    head = content[:HEAD]
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\0" in head:
        raise ValueError("it declares a document type of its own, which no spreadsheet does")
    sheets: dict[str, OpenSheet] = {}
    here = OpenSheet()
    cells = 0
    try:
        # entities are refused above, and the parser itself limits what they may unfold to (expat 2.4)
        for event, element in ElementTree.iterparse(io.BytesIO(content), events=("start", "end")):  # noqa: S314
            if event == "start" and element.tag == f"{TABLE}table":
                here = sheets.setdefault(element.get(f"{TABLE}name", f"Sheet{len(sheets) + 1}"), OpenSheet())
            elif event == "end" and element.tag == f"{TABLE}table-row":
                cells += _add_row(here, element)
                element.clear()
                if cells > MOST_CELLS:
                    raise ValueError(f"it unfolds to more than {MOST_CELLS:,} cells")
    except ElementTree.ParseError as error:
        raise ValueError(f"its content is damaged: {error}") from error
    if not sheets:
        raise ValueError("it holds no sheet")
    return sheets


def _add_row(sheet: OpenSheet, row: ElementTree.Element) -> int:
    """Add a row as often as it is repeated, and return the number of cells added; blank rows wait for others."""
    times = _repeats(row, "number-rows-repeated", MOST_ROWS)
    values: list[Any] = []
    blank = 0
    for cell in row:
        if cell.tag not in CELLS:
            continue
        value, again = _value(cell), _repeats(cell, "number-columns-repeated", MOST_COLUMNS)
        _note_merge(sheet, cell, len(sheet.cells) + sheet.blank_rows, len(values) + blank)
        if value is None:
            blank += again
            continue
        values += [None] * blank + [value] * again
        blank = 0
        if len(values) > MOST_COLUMNS:
            raise ValueError("a row is longer than a spreadsheet can hold")
    if not values:
        sheet.blank_rows += times
        return 0
    if len(sheet.cells) + sheet.blank_rows + times > MOST_ROWS or len(values) * times > MOST_CELLS:
        raise ValueError("it holds more rows than a spreadsheet can")
    sheet.cells += [[] for _ in range(sheet.blank_rows)] + [list(values) for _ in range(times)]
    sheet.blank_rows = 0
    return len(values) * times


def _repeats(element: ElementTree.Element, name: str, most: int) -> int:
    return min(max(int(element.get(f"{TABLE}{name}", "1")), 1), most)


def _note_merge(sheet: OpenSheet, cell: ElementTree.Element, row: int, column: int) -> None:
    wide = _repeats(cell, "number-columns-spanned", MOST_COLUMNS)
    tall = _repeats(cell, "number-rows-spanned", MOST_ROWS)
    if wide > 1 or tall > 1:
        sheet.merged.append((row, column, row + tall - 1, column + wide - 1))


def _value(cell: ElementTree.Element) -> Any:
    """Return the value of a cell as its type says, else its text; None when it is empty."""
    kind = cell.get(f"{OFFICE}value-type", "")
    stored = cell.get(f"{OFFICE}value")
    if kind in ("float", "percentage", "currency") and stored is not None:
        return float(stored)
    if kind == "date" and (moment := _moment(cell.get(f"{OFFICE}date-value", ""))) is not None:
        return moment
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    text = cell.get(f"{OFFICE}string-value") or "\n".join(_paragraphs(cell))
    return text if text.strip() else None


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _paragraphs(cell: ElementTree.Element) -> Iterator[str]:
    """Yield the paragraphs of a cell; notes pinned to it are no content."""
    for part in cell:
        if part.tag == f"{TEXT}p":
            yield "".join(_spoken(part))


def _spoken(part: ElementTree.Element) -> Iterator[str]:
    yield part.text or ""
    for inner in part:
        if inner.tag == f"{TEXT}s":
            yield " " * _spaces(inner)
        elif inner.tag == f"{TEXT}tab":
            yield "\t"
        elif inner.tag != f"{OFFICE}annotation":
            yield from _spoken(inner)
        yield inner.tail or ""


def _spaces(element: ElementTree.Element) -> int:
    return min(int(element.get(f"{TEXT}c", "1")), MOST_COLUMNS)
