"""A city's own workbook given back with its faulty cells marked, and a sheet that lists all that was found."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from almena.model.listed import OWN_SHEET, Listed
from almena.model.problem import Problem
from almena.packs.language import say
from almena.publish.atomic import write_whole

FAULTY, SET_ASIDE, REFUSED = (
    "FFFFC78F",
    "FFE3E3E3",
    "FFF4A6A6",
)  # orange, grey, red; told apart by words as well
MOST_MARKED = 20_000
MOST_COLUMNS = 200
LONGEST = 32_000  # letters that a cell can hold, less a little
AUTHOR = "Almena"
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Sheets = Mapping[str, Sequence[Sequence[Any]]]


def mark_workbook(
    original: Path | None,
    sheets: Sheets,
    listed: Sequence[Listed],
    problems: Sequence[Problem],
    out: Path,
) -> Path:
    """
    Write a workbook with marked cells and a sheet ``_almena`` that lists everything.

    Parameters
    ----------
    original : Path or None
        The city's own .xlsx; its sheets, formulas and styles stay. Charts and pictures are not carried over.
    sheets : mapping of str to rows
        Cells by sheet, of a file that is no .xlsx; they are written as they stand, and never as formulas.
    listed : sequence of Listed
        Rows and cells that were left out.
    problems : sequence of Problem
        What stands in the way of the file as a whole.
    out : Path
        Where to write.

    Raises
    ------
    AlmenaError
        When it cannot be written.
    """
    book = _load(original) if original is not None else _fill(sheets)
    refused = [one for problem in problems for one in problem.listed]
    left = MOST_MARKED
    for one, colour in [*((o, REFUSED) for o in refused), *((o, _colour(o)) for o in listed)]:
        left -= _mark(book, one, colour, left)
    _list_all(book, listed, problems)
    if book.sheetnames[-1] != OWN_SHEET:
        book.move_sheet(OWN_SHEET, len(book.sheetnames))
    buffer = io.BytesIO()
    book.save(buffer)
    return write_whole(out, buffer.getvalue())


def title_of(name: str) -> str:
    """Return a name as a sheet may be called: at most 31 letters, without brackets, colons and slashes."""
    return _CONTROL.sub("", _NOT_IN_TITLES.sub(" ", name)).strip(" '")[:31] or "Sheet"


def _load(original: Path) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # styles and validations that openpyxl does not know
        book = openpyxl.load_workbook(original, rich_text=True)
    if OWN_SHEET in book.sheetnames:
        del book[OWN_SHEET]
    return book


def _fill(sheets: Sheets) -> Any:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(title_of(name))
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                _put(page, row, column, value)
    return book


def _put(page: Any, row: int, column: int, value: Any) -> None:
    """Write a value; a text stays a text, however it begins."""
    if value is None or value == "":
        return
    if not isinstance(value, str):
        page.cell(row, column, value)
        return
    cell = page.cell(row, column)
    cell.value = _CONTROL.sub("\ufffd", value)[:LONGEST]
    cell.data_type = "s"
    if value.startswith(_BEGINS_FORMULA):
        from openpyxl.styles.protection import Protection

        cell.quotePrefix = True
        cell.protection = Protection(locked=False)


def _colour(one: Listed) -> str:
    return FAULTY if one.remedy else SET_ASIDE


def _mark(book: Any, one: Listed, colour: str, left: int) -> int:
    """Colour the cells of one record, with a comment on those that a person can mend; return how many."""
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    page = _page(book, one)
    if page is None:
        return 0
    marked = 0
    for row in one.rows:
        width = min(page.max_column, MOST_COLUMNS) if one.is_rows else 1
        if marked + width > left:
            break
        for column in range(1, width + 1) if one.is_rows else (one.column,):
            page.cell(row, column).fill = PatternFill("solid", fgColor=colour)
        first = page.cell(row, max(one.column, 1))
        if one.remedy and not isinstance(first, MergedCell):
            first.comment = Comment(f"{one.why}. {one.remedy}", AUTHOR)
        marked += width
    return marked


def _page(book: Any, one: Listed) -> Any:
    """Return the sheet that a record speaks of; the only one when it names none."""
    own = [name for name in book.sheetnames if name != OWN_SHEET]
    if title_of(one.sheet) in own:
        return book[title_of(one.sheet)]
    return book[own[0]] if len(own) == 1 and not one.sheet else None


def _list_all(book: Any, listed: Sequence[Listed], problems: Sequence[Problem]) -> None:
    """Add the sheet that lists everything: one row for each problem, row and cell."""
    from openpyxl.styles import Font

    page = book.create_sheet(OWN_SHEET)
    heads = (
        say("sheet"), say("where"), say("field"), say("what the cell holds"), say("why"), say("what to do"),
    )  # fmt: skip
    rows: list[Sequence[str]] = [heads]
    rows += [("", p.where, "", p.what, p.why, p.remedy) for p in problems]
    rows += [line for one in listed for line in _lines(one)]
    if len(rows) == 1:
        rows.append((say("Nothing was left out."),))
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            _put(page, row, column, value)
    for letter, width in zip("ABCDEF", (18, 24, 18, 30, 50, 60), strict=True):
        page.column_dimensions[letter].width = width
        page[f"{letter}1"].font = Font(bold=True)
    page.freeze_panes = "A2"


def _lines(one: Listed) -> list[Sequence[str]]:
    texts = one.texts or ("",) * len(one)
    return [
        (one.sheet or one.file, where, one.field, text, one.why, one.remedy)
        for where, text in zip(one.where, texts, strict=True)
    ]
