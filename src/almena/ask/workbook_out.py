"""Write a questionnaire as a workbook: drop-downs, protected structure, free cells, instructions."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from almena.ask.forms import Form, how_to_answer, mark_labels, marks_asked, total_line
from almena.ask.short_codes import short_codes
from almena.ask.workbook_shape import (
    CODE,
    COLUMNS,
    COVER_KEYS,
    FIRST,
    FIRST_ROW,
    FORM,
    FORM_ID,
    FORM_INSTRUMENT,
    FORM_LANGUAGE,
    FORM_OFFICE,
    FORM_VERSION,
    FREE,
    GRID_KEY,
    GRID_PART,
    HEAD_ROW,
    HEADING,
    HIDDEN,
    ID,
    KEY_ROW,
    LISTS,
    PART,
    QUESTIONS,
    TEXT,
    TREND_LINES,
    VERSION,
    grid_name,
)
from almena.model.question import (
    LIST_OF,
    MULTIPLE,
    NUMBER,
    PERCENT,
    SINGLE,
    TABLE,
    TREND,
    VALUE,
    YEAR,
    YES_NO,
    Choice,
    Question,
)
from almena.packs.language import say

TICK = "x"
A4 = 9  # Office Open XML, ECMA-376 part 1, 18.3.1.63: the code of the paper
_WIDTHS = {CODE: 11, HEADING: 24, TEXT: 52, VALUE: 26, "unit": 22, "source": 28, YEAR: 10, "comment": 30}
_OTHER_WIDTH = 18
_FREE_COLOUR, _SHADE, _HEAD = "FFF9DB", "F2F2F2", "1F4E5F"
_THIN = Side(style="thin", color="B5B5B5")
_LONGEST_COMMENT = 800


def workbook_of(form: Form) -> bytes:
    """
    Return a form as an XLSX workbook.

    Parameters
    ----------
    form : Form
        The questions; call it while the form's language is spoken.
    """
    return _Writer(form).content()


class _Writer:
    """Writes one form."""

    def __init__(self, form: Form) -> None:
        self._form, self._book = form, openpyxl.Workbook()
        self._cover, self._page = self._book.active, self._book.create_sheet(QUESTIONS)
        self._lists = self._book.create_sheet(LISTS)
        self._spans: dict[tuple[str, ...], str] = {}
        self._checks: dict[tuple[str, str], DataValidation] = {}
        self._codes = short_codes(form.instrument.questions)
        self._row = FIRST_ROW

    def content(self) -> bytes:
        """Return the bytes of the workbook."""
        self._write_head()
        for number, question in enumerate(self._form.instrument.questions, 1):
            self._write_question(number, question)
        self._write_cover()
        self._write_form_facts()
        self._finish()
        buffer = io.BytesIO()
        self._book.save(buffer)
        return buffer.getvalue()

    def _write_head(self) -> None:
        names = {CODE: say("Code"), HEADING: say("Where it belongs"), TEXT: say("Question")}
        names |= {VALUE: say("ANSWER"), "unit": say("Unit"), **mark_labels()}
        for column, key in enumerate(COLUMNS, 1):
            _put(self._page, KEY_ROW, column, key)
            cell = _put(self._page, HEAD_ROW, column, names.get(key, key))
            cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=_HEAD)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            self._page.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(key, _OTHER_WIDTH)

    def _write_question(self, number: int, question: Question) -> None:
        row, labels = self._row, how_to_answer(question)
        self._say(
            row, question, {CODE: self._codes[question.id], HEADING: question.heading, TEXT: question.text}
        )
        _put(self._page, row, _at("unit"), question.unit).alignment = Alignment(
            wrap_text=True, vertical="top"
        )
        text = self._page.cell(row, _at(TEXT))
        if question.help:
            text.font = Font(bold=False)  # or the help would be as bold as the question
            text.value = CellRichText(TextBlock(InlineFont(b=True), question.text), f"\n{question.help}")
        note = "\n\n".join(part for part in (question.help, labels) if part)
        text.comment = Comment(note[:_LONGEST_COMMENT], "Almena", height=150, width=340)
        self._page.row_dimensions[row].height = _height(f"{question.text}\n{question.help}", question.heading)
        self._answer_cell(row, number, question)
        for mark in FREE[1:]:
            if mark in marks_asked(question):
                self._free(
                    row, _at(mark), self._form.instrument.lists.get(mark, ()) if mark in LIST_OF else ()
                )
        self._row += 1
        if question.answer == MULTIPLE:
            self._write_options(question)

    def _say(self, row: int, question: Question, shown: dict[str, str], part: str = "") -> None:
        hidden = {ID: question.id, PART: part, VERSION: question.version}
        for key, text in {**hidden, **shown}.items():
            cell = _put(self._page, row, _at(key), text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if key == TEXT and not part:
                cell.font = Font(bold=True)
        for column in range(1, len(COLUMNS) + 1):
            self._page.cell(row, column).border = Border(top=_THIN if not part else None, bottom=None)

    def _answer_cell(self, row: int, number: int, question: Question) -> None:
        column = _at(VALUE)
        if question.answer == MULTIPLE:
            how = _put(self._page, row, column, say("Mark below with x"))
            how.font, how.alignment = Font(italic=True, color="555555"), Alignment(vertical="top")
            return
        if question.answer in (TABLE, TREND):
            name = grid_name(number, question.code)
            self._write_grid(name, question)
            at = column
            if question.answer == TREND and question.choices:
                self._free(row, column, question.choices)
                at = _at("unit")
            else:
                _put(self._page, row, _at(PART), GRID_PART)
            self._lead(row, at, name)
            return
        cell = self._free(row, column, question.choices if question.answer in (SINGLE, YES_NO) else ())
        cell.number_format = "General" if question.answer in (NUMBER, PERCENT) else "@"

    def _lead(self, row: int, column: int, sheet: str) -> None:
        link = _put(self._page, row, column, say("Fill in sheet {sheet}", sheet=sheet))
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{quote_sheetname(sheet)}!B5")
        link.font = Font(color="123F66", underline="single")
        link.alignment = Alignment(wrap_text=True, vertical="top")

    def _write_options(self, question: Question) -> None:
        for choice in question.choices:
            self._say(self._row, question, {TEXT: f"   {choice.label}"}, part=choice.id)
            self._free(self._row, _at(VALUE), (Choice(TICK, TICK, TICK),))
            self._row += 1

    def _write_grid(self, name: str, question: Question) -> None:
        """Write a sheet for a table or a trend: hidden keys in the first row and column, free cells inside."""
        page = self._book.create_sheet(name)
        is_trend = question.answer == TREND
        columns = [("year", say("Year")), ("value", say("Value"))] if is_trend else _named(question.columns)
        rows = [(str(i), "") for i in range(1, TREND_LINES + 1)] if is_trend else _named(question.rows)
        _put(page, 1, 1, f"{GRID_KEY} {question.id}")
        title = _put(page, 2, 2, f"{self._codes[question.id]}  {question.text}")
        title.font = Font(bold=True)
        how = _put(page, 3, 2, how_to_answer(question))
        how.font = Font(italic=True)
        first = 2 if is_trend else 3
        for at, (key, label) in enumerate(columns, first):
            _put(page, 1, at, key)
            head = _put(page, 4, at, label)
            head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_SHADE)
            page.column_dimensions[get_column_letter(at)].width = 24
        for at, (key, label) in enumerate(rows, 5):
            _put(page, at, 1, key)
            _put(page, at, 2, label).alignment = Alignment(wrap_text=True, vertical="top")
            for column in range(first, first + len(columns)):
                cell = _free_style(page.cell(at, column))
                cell.number_format = "General" if is_trend or question.unit else "@"
                if question.answer == TABLE and question.choices:
                    self._offer(page, cell, question.choices)
        page.column_dimensions["B"].width = 24 if is_trend else 44
        page.row_dimensions[1].hidden = page.column_dimensions["A"].hidden = True
        page.freeze_panes = page.cell(5, first)
        _protect(page)

    def _free(self, row: int, column: int, choices: Sequence[Choice]) -> Any:
        """Make a cell free, with a drop-down when there are choices."""
        cell = _free_style(self._page.cell(row, column))
        if choices:
            self._offer(self._page, cell, choices)
        elif column != _at(YEAR):
            cell.number_format = "@"
        return cell

    def _offer(self, page: Any, cell: Any, choices: Sequence[Choice]) -> None:
        """Give a cell a drop-down."""
        labels = tuple(choice.label for choice in choices)
        span = self._spans.get(labels) or self._write_list(labels)
        if (page.title, span) not in self._checks:
            check = DataValidation(type="list", formula1=span, allow_blank=True, showDropDown=False)
            check.error, check.errorTitle = say("Please choose from the list."), say("Not in the list")
            check.showErrorMessage = True
            page.add_data_validation(check)
            self._checks[page.title, span] = check
        self._checks[page.title, span].add(cell)

    def _write_list(self, labels: tuple[str, ...]) -> str:
        column = len(self._spans) + 1
        for row, label in enumerate(labels, 1):
            _put(self._lists, row, column, label)
        letter = get_column_letter(column)
        self._spans[labels] = f"{LISTS}!${letter}$1:${letter}${len(labels)}"
        return self._spans[labels]

    def _write_cover(self) -> None:
        page, form = self._cover, self._form
        page.title = say("Read me")[:31]
        page.column_dimensions["A"].hidden = True
        page.column_dimensions["B"].width, page.column_dimensions["C"].width = 34, 74
        _put(page, 1, 2, form.title).font = Font(bold=True, size=16)
        lines = [
            total_line(form),
            say("1. Write your name or your office below."),
            say(
                "2. Go to the sheet {sheet}. Fill in the yellow cells; everything else is locked.",
                sheet=QUESTIONS,
            ),
            say(
                "3. You do not know? Choose a status: pending, not available or not applicable. That is an answer too."
            ),
            say("4. Say where the answer comes from: the document with its page, or the file, and its year."),
            say("5. The colour is your own judgement; leave it empty if you would rather not judge."),
            say("6. Save the file and send it back. A few answers are welcome; the rest can follow."),
        ]
        for row, line in enumerate(lines, 3):
            cell = _put(page, row, 2, line)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            page.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
            page.row_dimensions[row].height = 32
        labels = (
            say("Filled in by (person or office)"),
            say("Number of this hand-in; raise it to correct an earlier one"),
        )
        for row, (key, label) in enumerate(zip(COVER_KEYS, labels, strict=True), len(lines) + 4):
            _put(page, row, 1, key)
            _put(page, row, 2, label).alignment = Alignment(wrap_text=True)
            page.row_dimensions[row].height = 32
            _free_style(page.cell(row, 3)).number_format = "@"
        page.cell(len(lines) + 5, 3).value = FIRST
        version = form.instrument.version
        foot = say("Form {id}, questions of version {version}", id=form.id, version=version)
        _put(page, len(lines) + 7, 2, foot).font = Font(size=9, color="555555")
        _protect(page)
        page.sheet_view.showGridLines = False

    def _write_form_facts(self) -> None:
        page, form = self._book.create_sheet(FORM), self._form
        facts = {
            FORM_ID: form.id,
            FORM_VERSION: form.instrument.version,
            FORM_INSTRUMENT: form.instrument.id,
            FORM_LANGUAGE: form.instrument.language,
            FORM_OFFICE: form.office,
        }
        for row, (key, fact) in enumerate(facts.items(), 1):
            _put(page, row, 1, key)
            _put(page, row, 2, fact)
        page.sheet_state = self._lists.sheet_state = "hidden"
        _protect(page)
        _protect(self._lists)

    def _finish(self) -> None:
        page = self._page
        page.row_dimensions[KEY_ROW].hidden = True
        for key in HIDDEN:
            page.column_dimensions[get_column_letter(_at(key))].hidden = True
        page.row_dimensions[HEAD_ROW].height = 34
        page.freeze_panes = page.cell(FIRST_ROW, _at(VALUE))
        page.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
        _protect(page)
        self._book.move_sheet(LISTS, len(self._book.sheetnames))
        for each in self._book.worksheets:
            _set_up_print(each)
        self._book.security.lockStructure = True
        self._book.active = 0
        self._book.properties.title = self._form.title
        self._book.properties.creator = "Almena"


def _at(key: str) -> int:
    return COLUMNS.index(key) + 1


def _named(parts: Sequence[Choice]) -> list[tuple[str, str]]:
    return [(part.id, part.label) for part in parts]


def _put(page: Any, row: int, column: int, text: str) -> Any:
    """Write a text as a text, however it begins."""
    cell = page.cell(row, column)
    if text:
        cell.value = text
        cell.data_type = "s"
    return cell


def _free_style(cell: Any) -> Any:
    cell.protection = Protection(locked=False)
    cell.fill = PatternFill("solid", fgColor=_FREE_COLOUR)
    cell.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _protect(page: Any) -> None:
    """Lock what is not free; without a password, since it guards against slips, not against people."""
    page.protection.sheet = True
    page.protection.formatRows = page.protection.formatColumns = False


def _set_up_print(page: Any) -> None:
    """Set a sheet up for paper: A4 across, as wide as one page."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _height(text: str, heading: str) -> float:
    lines = max(sum(-(-len(part) // 50) for part in text.split("\n")), -(-len(heading) // 22), 1)
    return 15.0 * min(lines, 12) + 3
