"""Rows of cells from any table file, before anybody knows which row is the header."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from almena.geo.layout import LOOK_AT_ROWS, Merge
from almena.geo.opendocument import OpenSheet, read_spreadsheet
from almena.harmonise.archive import safe_zip
from almena.harmonise.found import FoundFile
from almena.harmonise.text import decode, first_bytes, read_bytes, read_text
from almena.harmonise.words import listing, nearest
from almena.model.listed import OWN_SHEET
from almena.model.problem import InputError

DELIMITERS = (";", "\t", ",", "|")
NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}
CREDIBLE_SHARE = 0.5

ODS = "content.xml"
DAMAGED = (
    zipfile.BadZipFile,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What openpyxl and zipfile raise on bytes that are no workbook."""
MOST_BYTES_LOOKED_AT = 2**26
MOST_MERGED = 20_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')

Cells = list[list[Any]]


@dataclass(frozen=True)
class Sheet:
    """
    A table as rows of cells.

    Parameters
    ----------
    cells : list of list
        Rows, possibly of unequal length; the first is row 1 of the file.
    title : str
        Name of the sheet; empty for text files.
    notes : tuple of str
        What had to be found out.
    merged : tuple of four int
        Merged cells: first row, first column, last row, last column, counted from 0.
    """

    cells: Cells
    title: str = ""
    notes: tuple[str, ...] = ()
    merged: tuple[Merge, ...] = ()

    @property
    def is_spreadsheet(self) -> bool:
        """Tell whether cells are named by letters and numbers."""
        return bool(self.title)

    def address(self, column: int, row: int, name: str) -> str:
        """Return the address of a cell by its positions from 0: ``C5``, or row, column and name in a text file."""
        return self.addresses(column, (row,), name)[0]

    def addresses(self, column: int, rows: Iterable[int], name: str) -> tuple[str, ...]:
        """Return the addresses of cells of one column, by their rows from 0."""
        if self.is_spreadsheet:
            letters = column_letters(column)
            return tuple([f"{letters}{row + 1}" for row in rows])
        inside = f", column {column + 1} {name!r}" if name else f", column {column + 1}"
        return tuple([f"row {row + 1}{inside}" for row in rows])


def open_sheet(found: FoundFile) -> Sheet:
    """
    Read a table file as rows of cells.

    Parameters
    ----------
    found : FoundFile
        CSV of any dialect, XLSX, ODS, or JSON (a list of objects, or one object of plain values).

    Raises
    ------
    InputError
        When the file is none of these, or is damaged.
    """
    raw = read_bytes(found)
    if raw.startswith(b"PK\x03\x04"):
        members = safe_zip(found.path, found.name)
        return _from_ods(found) if "xl/workbook.xml" not in members and ODS in members else _from_xlsx(found)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise found.refusal(
            "Old .xls files are not read.",
            "The format of Excel 97 to 2003 has no free reader that is kept up.",
            "Open it in Excel or LibreOffice and save it as .xlsx or .ods.",
        )
    text, notes = read_text(found) if found.spec.encoding else decode(raw)
    if text.lstrip()[:1] in ("[", "{"):
        return _from_json(text, found, notes)
    return _from_csv(text, found, notes)


def every_sheet(found: FoundFile) -> dict[str, Cells]:
    """
    Return the cells of all sheets of a table file by name; a text file has one, named like the file.

    Raises
    ------
    InputError
        When the file is no table, or is damaged.
    """
    if first_bytes(found).startswith(b"PK\x03\x04"):
        members = safe_zip(found.path, found.name)
        if "xl/workbook.xml" not in members and ODS in members:
            return {name: _trimmed(sheet.cells) for name, sheet in _sheets_of_ods(found).items()}
        return _every_sheet_of_xlsx(found)
    sheet = open_sheet(found)
    return {sheet.title or found.path.stem: sheet.cells}


def column_letters(position: int) -> str:
    """Return the letters of a spreadsheet column by its position from 0: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def find_delimiter(lines: Sequence[str]) -> str:
    """
    Return the delimiter that cuts most lines into the same number of cells; a comma when there is one column.

    Parameters
    ----------
    lines : sequence of str
        The first lines of a file.
    """
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        except csv.Error:
            continue
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        score = (rows / max(sum(widths.values()), 1), width)
        if width > 1 and score[0] >= CREDIBLE_SHARE and score > best_score:
            best, best_score = delimiter, score
    return best


def _from_csv(text: str, found: FoundFile, notes: tuple[str, ...]) -> Sheet:
    given = found.spec.delimiter
    delimiter = NAMED_DELIMITERS.get(given, given) or find_delimiter(
        text[:200_000].splitlines()[:LOOK_AT_ROWS]
    )
    if len(delimiter) != 1:
        raise found.refusal(f"The delimiter {given!r} is not one character.", remedy="Correct `delimiter`.")
    try:
        cells: Cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise found.refusal("The table cannot be read.", str(error), "Check quotes and line ends.") from error
    if any("\0" in cell for row in cells[:LOOK_AT_ROWS] for cell in row):
        raise found.refusal(
            "The file is not a table.", "It holds bytes that no text has.", "Give it as CSV or XLSX."
        )
    return Sheet(cells, notes=notes)


def _from_xlsx(found: FoundFile) -> Sheet:
    with _workbook(found) as book:
        page = book[_sheet_name(book.sheetnames, found)]
        cells, merged = _cells_of(page), _merged(page)
    return Sheet(_trimmed(cells), page.title, merged=merged)


def _every_sheet_of_xlsx(found: FoundFile) -> dict[str, Cells]:
    with _workbook(found) as book:
        return {page.title: _trimmed(_cells_of(page)) for page in book.worksheets if page.title != OWN_SHEET}


@contextmanager
def _workbook(found: FoundFile) -> Iterator[Any]:
    """Open a workbook for reading; what is damaged in it is refused, whenever it shows."""
    import warnings

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # styles and validations that openpyxl does not know
            book = openpyxl.load_workbook(found.path, read_only=True, data_only=True)
            try:
                yield book
            finally:
                book.close()
    except InputError:
        raise
    except (*DAMAGED, InvalidFileException) as error:
        raise found.refusal("The workbook cannot be read.", str(error), "Save it again as .xlsx.") from error


def _cells_of(page: Any) -> Cells:
    page.reset_dimensions()  # the size that a sheet claims is often not the size it has
    return [list(row) for row in page.iter_rows(values_only=True)]


def _merged(page: Any) -> tuple[Merge, ...]:
    """Return the merged cells of a sheet, which openpyxl passes over when it reads row by row."""
    from openpyxl.utils import range_boundaries

    with page._get_source() as source:
        spans = _MERGED.findall(source.read(MOST_BYTES_LOOKED_AT))
    found = []
    for span in spans[:MOST_MERGED]:
        first_column, first_row, last_column, last_row = range_boundaries(span.decode("ascii"))
        found.append((first_row - 1, first_column - 1, last_row - 1, last_column - 1))
    return tuple(found)


def _from_ods(found: FoundFile) -> Sheet:
    sheets = _sheets_of_ods(found)
    name = _sheet_name(list(sheets), found)
    return Sheet(_trimmed(sheets[name].cells), name, merged=tuple(sheets[name].merged))


def _sheets_of_ods(found: FoundFile) -> dict[str, OpenSheet]:
    try:
        with zipfile.ZipFile(found.path) as archive:
            return read_spreadsheet(archive.read(ODS))
    except DAMAGED as error:
        raise found.refusal(
            "The spreadsheet cannot be read.", str(error), "Save it again as .ods."
        ) from error


def _sheet_name(names: list[str], found: FoundFile) -> str:
    """Return the sheet by name, or by its number from 1; the only one when the kit is silent."""
    asked = found.spec.sheet
    names = [name for name in names if name != OWN_SHEET] or names
    if asked in names:
        return asked
    if asked.isdigit() and 1 <= int(asked) <= len(names):
        return names[int(asked) - 1]
    if asked:
        like = nearest(asked, names)
        hint = f"Did you mean {like!r}? " if like else ""
        raise found.refusal(
            f"The sheet {asked!r} is missing.", f"There are {listing(names)}.", f"{hint}Correct `sheet`."
        )
    if len(names) > 1:
        remedy = f'Name one in the kit, for example sheet = "{names[0]}".'
        raise found.refusal("The workbook holds several sheets.", f"{listing(names)}.", remedy)
    return names[0]


def _trimmed(cells: Cells) -> Cells:
    """Cut the empty rows at the end and the empty cells at the end of each row."""
    for row in cells:
        while row and _is_empty(row[-1]):
            row.pop()
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _from_json(text: str, found: FoundFile, notes: tuple[str, ...]) -> Sheet:
    """Take a list of objects as a table, one object of plain values as two columns, ``key`` and ``value``."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise found.refusal("The file is not valid JSON.", str(error), "Fetch it again.") from error
    if found.spec.key and isinstance(document, dict):
        document = document.get(found.spec.key, document)
    if isinstance(document, list) and document and all(isinstance(r, dict) for r in document):
        names = list(dict.fromkeys(name for row in document for name in row))
        return Sheet([names, *([row.get(name) for name in names] for row in document)], notes=notes)
    if (
        isinstance(document, dict)
        and document
        and not any(isinstance(v, (list, dict)) for v in document.values())
    ):
        return Sheet([["key", "value"], *([k, v] for k, v in document.items())], notes=notes)
    raise found.refusal(
        "The JSON file holds no table.",
        "A table is a list of objects, or one object of plain values.",
        "Name the member that holds the rows under `key`, or use the reader `vector` for a map.",
    )
