"""Fill one form in each of the ways that a person or a machine does, with the same answers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from tests.ask.town_hall import instrument

from almena.ask.answers import Checked, check
from almena.ask.filled import FilledForm, RawAnswer
from almena.ask.forms import Form
from almena.ask.instrument import field_name
from almena.ask.short_codes import short_codes
from almena.ask.typed import typing_sheet
from almena.ask.values import STEP, YEARS
from almena.ask.workbook_out import workbook_of
from almena.ask.workbook_shape import COLUMNS, GRID_KEY, QUESTIONS
from almena.ask.xlsform_out import cell_field, mark_field
from almena.model.question import MARKS, VALUE, Question

ANA = "Ana, public works"
Given = Mapping[str, Mapping[str, Any]]
"""By question: ``value`` as it is stored, and marks."""


def checked(form: FilledForm) -> Checked:
    """Return a form after the check against all questions."""
    return check(form, instrument(), voice=ANA)


def called(given: Given) -> FilledForm:
    """Answer by a call, with numbers as numbers."""
    answers = [RawAnswer(q, {k: (v, k) for k, v in said.items()}, exact=True) for q, said in given.items()]
    return FilledForm("", "", "call", ANA, answers=tuple(answers))


def as_json(form: Form, given: Given) -> bytes:
    """Answer by JSON."""
    return json.dumps({"form": form.id, "filled_by": ANA, "answers": given}).encode()


def into_workbook(form: Form, given: Given, path: Path) -> Path:
    """Fill the free cells of the workbook as a person does; refuse to touch a locked one."""
    path.write_bytes(workbook_of(form))
    book = openpyxl.load_workbook(path)
    for row in book.worksheets[0].iter_rows(max_col=3):
        if row[0].value == "filled_by":
            _type(row[2], ANA)
    page, by_id = book[QUESTIONS], form.instrument.by_id()
    for question, said in given.items():
        for name, value in said.items():
            if name != VALUE:
                labels = {c.id: c.label for c in form.instrument.lists.get(name, ())}
                _type(_cell(page, question, name), labels.get(value, value))
        if VALUE in said:
            _fill(book, by_id[question], said[VALUE])
    book.save(path)
    return path


def into_export(form: Form, given: Given, *, prefix: str = "group/", split: bool = True) -> list[list[Any]]:
    """Return the two rows of an export: a header with the names of groups, and one hand-in."""
    row: dict[str, Any] = {"start": "2026-11-20T10:00:00Z", f"{prefix}filled_by": ANA, "_uuid": "8c2f"}
    row |= {"_submission_time": "2026-11-20T10:05:00", "almena_form": form.id, "almena_version": "v"}
    for question, said in given.items():
        for name, value in _fields(form.instrument.by_id()[question], said, split=split).items():
            row[prefix + name] = value
    return [list(row), list(row.values())]


def as_csv(rows: list[list[Any]], delimiter: str = ";") -> bytes:
    """Return rows as the form services write them."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def typed_back(form: Form, given: Given) -> bytes:
    """Type the answers of a paper into the table that comes with it."""
    rows = list(csv.reader(io.StringIO(typing_sheet(form).decode("utf-8-sig"))))
    rows[1][1] = ANA
    codes = {code: q for q, code in short_codes(form.instrument.questions).items()}
    begun: set[str] = set()
    for row in rows[4:]:
        question = form.instrument.by_id()[codes[row[0]]]
        said = given.get(question.id, {})
        row[4] = _typed(question, said.get(VALUE), row[1], row[2])
        if question.id not in begun:
            row[5:] = [str(said.get(mark, "")) for mark in MARKS]
            begun.add(question.id)
    return as_csv(rows, ",")


def _typed(question: Question, value: Any, part: str, column: str) -> str:
    if value is None:
        return ""
    if question.answer == "table":
        row = next(r.id for r in question.rows if r.label == part)
        field = next(c.id for c in question.columns if c.label == column)
        return spelled(value.get(row, {}).get(field, ""))
    if question.answer == "trend":
        if part == STEP:
            return str(value.get(STEP, ""))
        return "; ".join(f"{year} = {spelled(one)}" for year, one in value.get(YEARS, {}).items())
    if isinstance(value, list):
        return "; ".join(value)
    return spelled(value)


def spelled(value: Any) -> str:
    """Return a number as somebody types it who was told that three decimals may be taken for thousands."""
    text = repr(value) if isinstance(value, int | float) else str(value)
    is_doubtful = isinstance(value, float) and len(text.rpartition(".")[2]) == 3 and "e" not in text
    return text + "0" if is_doubtful else text


def _fields(question: Question, said: Mapping[str, Any], *, split: bool) -> dict[str, Any]:
    name, value = field_name(question.id), said.get(VALUE)
    found = {mark_field(question, mark): said[mark] for mark in MARKS if mark in said}
    if value is None:
        return found
    if question.answer == "table":
        for row in question.rows:
            for column in question.columns:
                found[cell_field(question, row, column)] = value.get(row.id, {}).get(column.id, "")
    elif question.answer == "trend":
        found[f"{name}__step"] = value.get(STEP, "")
        found[name] = "; ".join(f"{year}={one!r}" for year, one in value.get(YEARS, {}).items())
    elif question.answer == "multiple":
        found[name] = " ".join(value)
        if split:
            found |= {f"{name}/{c.id}": str(int(c.id in value)) for c in question.choices}
    else:
        found[name] = repr(value) if isinstance(value, float) else value
    return found


def _fill(book: Any, question: Question, value: Any) -> None:
    page, labels = book[QUESTIONS], {c.id: c.label for c in question.choices}
    if question.answer == "multiple":
        for choice in value:
            _type(_cell(page, question.id, VALUE, choice), "x")
    elif question.answer in ("table", "trend"):
        grid = next(s for s in book.worksheets if s.cell(1, 1).value == f"{GRID_KEY} {question.id}")
        if question.answer == "trend":
            if STEP in value:
                _type(_cell(page, question.id, VALUE), labels[value[STEP]])
            for line, (year, one) in enumerate(value.get(YEARS, {}).items(), 5):
                _type(grid.cell(line, 2), int(year))
                _type(grid.cell(line, 3), one)
            return
        keys = {cell.value: cell.column for cell in grid[1] if cell.column > 1}
        lines = {grid.cell(r, 1).value: r for r in range(5, grid.max_row + 1)}
        for row, cells in value.items():
            for column, one in cells.items():
                _type(grid.cell(lines[row], keys[column]), labels.get(one, one))
    else:
        _type(_cell(page, question.id, VALUE), labels.get(value, value) if question.choices else value)


def _cell(page: Any, question: str, column: str, part: str | None = None) -> Any:
    for row in page.iter_rows(min_row=3):
        is_line = row[1].value == part if part is not None else row[1].value in (None, "", "@grid")
        if row[0].value == question and is_line:
            return row[COLUMNS.index(column)]
    raise AssertionError(f"no cell for {question}, {column}")


def _type(cell: Any, value: Any) -> None:
    assert not cell.protection.locked, f"{cell.parent.title}!{cell.coordinate} is locked"
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
