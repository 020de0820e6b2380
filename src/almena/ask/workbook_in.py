"""Read a filled workbook; the caller has looked at it with the guard against bombs before."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from almena.ask.filled import Cell, FilledForm, RawAnswer, is_blank
from almena.ask.workbook_shape import (
    COLUMNS_READ,
    COVER_KEYS,
    FILLED_BY,
    FIRST,
    FORM,
    FORM_ID,
    FORM_INSTRUMENT,
    FORM_VERSION,
    FREE,
    GRID_KEY,
    GRID_PART,
    HAND_IN,
    ID,
    PART,
    QUESTIONS,
    ROWS_READ,
    VERSION,
)
from almena.model.problem import Problem
from almena.model.question import VALUE

Cells = list[list[Any]]


def is_our_workbook(sheets: list[str]) -> bool:
    """Tell by the names of its sheets whether a workbook is one of our forms."""
    return QUESTIONS in sheets and FORM in sheets


def read_workbook(path: Path) -> FilledForm:
    """
    Return what stands in a filled workbook.

    Parameters
    ----------
    path : Path
        The file, already found to be no bomb.
    """
    content = path.read_bytes()
    shown, typed = sheets_of(path), sheets_of(path, values=False)
    facts = {str(row[0]): str(row[1]) for row in shown.get(FORM, []) if len(row) > 1 and row[1] is not None}
    cover = _cover(shown)
    reader = _Reader(shown, typed)
    answers = tuple(reader.answers())
    voice = cover.get(FILLED_BY, "")
    return FilledForm(
        id=facts.get(FORM_ID, ""),
        sha256=hashlib.sha256(content).hexdigest(),
        what=path.name,
        voice=voice,
        hand_in=cover.get(HAND_IN, "") or FIRST,
        instrument=facts.get(FORM_INSTRUMENT, ""),
        version=facts.get(FORM_VERSION, ""),
        answers=answers,
        problems=tuple(reader.problems),
    )


def sheets_of(path: Path, *, values: bool = True) -> dict[str, Cells]:
    """Return the cells of all sheets by name: what they show, or what was typed into them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # styles and validations that openpyxl does not know
        book = openpyxl.load_workbook(path, read_only=True, data_only=values)
        try:
            return {page.title: _cells(page) for page in book.worksheets}
        finally:
            book.close()


def _cells(page: Any) -> Cells:
    page.reset_dimensions()  # the size that a sheet claims is often not the size it has
    return [[_read(cell) for cell in row] for row in page.iter_rows(max_row=ROWS_READ, max_col=COLUMNS_READ)]


def _read(cell: Any) -> Any:
    """Return what a person sees in a cell: a share that is shown as per cent counts as per cent."""
    value = cell.value
    is_share = isinstance(value, int | float) and not isinstance(value, bool)
    return value * 100 if is_share and "%" in str(cell.number_format or "") else value


def _cover(sheets: dict[str, Cells]) -> dict[str, str]:
    first = next(iter(sheets.values()), [])
    return {
        str(row[0]): str(row[2]).strip()
        for row in first
        if len(row) > 2 and row[0] in COVER_KEYS and row[2] is not None
    }


class _Reader:
    """Gathers the answers of one workbook from its sheet of questions and its grids."""

    def __init__(self, shown: dict[str, Cells], typed: dict[str, Cells]) -> None:
        self._shown, self._typed = shown, typed
        self.problems: list[Problem] = []

    def answers(self) -> Iterator[RawAnswer]:
        """Return one answer for each question that anything is said about."""
        rows = self._shown.get(QUESTIONS, [])
        keys = {str(key): at for at, key in enumerate(rows[0] if rows else []) if key}
        grids = dict(self._grids())
        if missing := [key for key in (ID, PART, VALUE) if key not in keys]:
            why = f"its hidden first row lacks {', '.join(missing)}"
            self.problems.append(
                Problem(
                    "The sheet of questions was changed", QUESTIONS, why, "Fill in a fresh copy of the form."
                )
            )
            return
        for number, lines in self._by_question(rows, keys):
            yield from self._answer(rows, keys, number, lines, grids)

    def _by_question(self, rows: Cells, keys: dict[str, int]) -> Iterator[tuple[str, list[int]]]:
        found: dict[str, list[int]] = {}
        for at, row in enumerate(rows[1:], 1):
            name = _cell(row, keys[ID])
            if not is_blank(name) and str(name) != ID:
                found.setdefault(str(name), []).append(at)
        yield from found.items()

    def _answer(
        self,
        rows: Cells,
        keys: dict[str, int],
        name: str,
        lines: list[int],
        grids: dict[str, dict[Any, Cell]],
    ) -> Iterator[RawAnswer]:
        parts = {at: str(_cell(rows[at], keys[PART]) or "") for at in lines}
        main = next((at for at in lines if parts[at] in ("", GRID_PART)), lines[0])
        options = [at for at in lines if parts[at] not in ("", GRID_PART)]
        where = _address(QUESTIONS, main, keys[VALUE])
        cells: dict[str, Cell] = {}
        for key in FREE:
            if key in keys and not (key == VALUE and (options or parts[main] == GRID_PART)):
                self._take(cells, key, QUESTIONS, main, keys[key])
        ticked = [parts[at] for at in options if self._is_ticked(rows, keys, at, name)]
        if ticked:
            cells[VALUE] = ticked, where
        if cells or grids.get(name):
            version = str(_cell(rows[main], keys[VERSION]) or "") if VERSION in keys else ""
            yield RawAnswer(name, cells, grids.get(name, {}), where, version=version)

    def _take(self, cells: dict[str, Cell], key: str, sheet: str, row: int, column: int) -> None:
        """Keep a cell that says something; a formula that was never worked out is a problem."""
        value = _cell(self._shown[sheet][row], column)
        if not is_blank(value):
            cells[key] = value, _address(sheet, row, column)
        else:
            self._complain_of_formula(sheet, row, column)

    def _complain_of_formula(self, sheet: str, row: int, column: int) -> None:
        typed = self._typed.get(sheet, [])
        if row < len(typed) and not is_blank(formula := _cell(typed[row], column)):
            remedy = "Open it in a spreadsheet and save it again, or type the result."
            where = _address(sheet, row, column)
            self.problems.append(Problem("A formula has no result", where, str(formula)[:80], remedy))

    def _is_ticked(self, rows: Cells, keys: dict[str, int], at: int, name: str) -> bool:
        value = _cell(rows[at], keys[VALUE])
        if is_blank(value) or str(value).strip().casefold() in ("0", "false", "no", "-"):
            return False
        if str(value).strip().casefold() in ("x", "1", "true", "yes", "✓", "✔"):
            return True
        where = _address(QUESTIONS, at, keys[VALUE])
        why = f"{value!r} is neither a mark nor empty, in a choice of {name}"
        self.problems.append(
            Problem("A choice is marked in a way that cannot be read", where, why, "Mark it with x.")
        )
        return False

    def _grids(self) -> Iterator[tuple[str, dict[tuple[str, str], Cell]]]:
        for sheet, rows in self._shown.items():
            corner = str(rows[0][0]) if rows and rows[0] else ""
            if corner.startswith(f"{GRID_KEY} "):
                yield corner.removeprefix(f"{GRID_KEY} "), self._grid(sheet, rows)

    def _grid(self, sheet: str, rows: Cells) -> dict[tuple[str, str], Cell]:
        found: dict[tuple[str, str], Cell] = {}
        for key, cell in self._parts(sheet, rows):
            if found.setdefault(key, cell)[0] != cell[0]:
                why = f"{found[key][1]} says otherwise"
                self.problems.append(
                    Problem("The same thing has two values", cell[1], why, "Keep one of them.")
                )
        return found

    def _parts(self, sheet: str, rows: Cells) -> Iterator[tuple[tuple[str, str], Cell]]:
        keys = {str(key): at for at, key in enumerate(rows[0]) if at and not is_blank(key)}
        for at, row in enumerate(rows[1:], 1):
            name = _cell(row, 0)
            if is_blank(name):
                continue
            if set(keys) == {"year", "value"}:
                yield from self._year(sheet, at, row, keys)
                continue
            for key, column in keys.items():
                cells: dict[str, Cell] = {}
                self._take(cells, key, sheet, at, column)
                if cells:
                    yield (str(name), key), cells[key]

    def _year(
        self, sheet: str, at: int, row: list[Any], keys: dict[str, int]
    ) -> Iterator[tuple[tuple[str, str], Cell]]:
        year, where = _cell(row, keys["year"]), _address(sheet, at, keys["year"])
        cells: dict[str, Cell] = {}
        self._take(cells, "value", sheet, at, keys["value"])
        if cells and is_blank(year):
            self.problems.append(Problem("A value has no year", where, "", "Write the year beside it."))
        elif cells:
            yield (str(year), ""), cells["value"]
        elif not is_blank(year):
            self.problems.append(
                Problem("A year has no value", where, "", "Write the value, or remove the year.")
            )


def _cell(row: list[Any], column: int) -> Any:
    return row[column] if column < len(row) else None


def _address(sheet: str, row: int, column: int) -> str:
    return f"{sheet}!{get_column_letter(column + 1)}{row + 1}"
