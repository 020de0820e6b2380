"""Write a questionnaire as an XLSForm, which KoBoToolbox and ODK take (https://xlsform.org)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl

from almena.ask.forms import Form, how_to_answer, mark_labels, marks_asked
from almena.ask.instrument import field_name
from almena.ask.short_codes import short_codes
from almena.ask.values import STEP
from almena.model.question import (
    LIST_OF,
    MULTIPLE,
    NUMBER,
    PERCENT,
    SINGLE,
    TABLE,
    TREND,
    YEAR,
    YES_NO,
    Choice,
    Question,
)
from almena.packs.language import say, spoken

SURVEY = ("type", "name", "label", "hint", "required", "appearance", "relevant", "constraint",
          "constraint_message", "calculation")  # fmt: skip
FILLED_BY, FORM_FIELD, VERSION_FIELD = "filled_by", "almena_form", "almena_version"
JOINT = "__"
DETAILS_ASKED = "more"
_YEARS = r"regex(., '^\s*\d{4}\s*=\s*-?\d+([.,]\d+)?\s*(;\s*\d{4}\s*=\s*-?\d+([.,]\d+)?\s*)*;?\s*$')"
_YEAR = " and ".join((".>=1800", ".<=2100"))
_TYPES = {SINGLE: "select_one", YES_NO: "select_one", MULTIPLE: "select_multiple"}
Line = dict[str, str]


def xlsform_of(form: Form) -> bytes:
    """
    Return a form as an XLSForm workbook with the sheets survey, choices and settings.

    Parameters
    ----------
    form : Form
        The questions; call it while the form's language is spoken.
    """
    writer = _Writer(form)
    survey = list(writer.survey())
    book = openpyxl.Workbook()
    book.remove(book.active)
    _sheet(book, "survey", SURVEY, survey)
    _sheet(book, "choices", ("list_name", "name", "label"), list(writer.choices()))
    settings = {
        "form_title": form.title,
        "form_id": re.sub(r"[^A-Za-z0-9_]", "_", f"almena_{form.id}"),
        "version": form.instrument.version,
        "default_language": spoken().code,
        "style": "pages",
    }
    _sheet(book, "settings", tuple(settings), [settings])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell_field(question: Question, row: Choice, column: Choice) -> str:
    """Return the field name of a cell of a table."""
    return f"{field_name(question.id)}{JOINT}r{row.position}c{column.position}"


def mark_field(question: Question, mark: str) -> str:
    """Return the field name of what is said beside an answer."""
    return f"{field_name(question.id)}{JOINT}{mark}"


class _Writer:
    """Writes the lines of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._lists: dict[tuple[tuple[str, str], ...], str] = {}
        self._marks = mark_labels()
        self._codes = short_codes(form.instrument.questions)

    def survey(self) -> Iterator[Line]:
        """Return the lines of the sheet of questions."""
        by = say("Filled in by (person or office)")
        yield {"type": "text", "name": FILLED_BY, "label": by, "required": "yes"}
        yield {"type": "calculate", "name": FORM_FIELD, "calculation": f"'{self._form.id}'"}
        yield {
            "type": "calculate",
            "name": VERSION_FIELD,
            "calculation": f"'{self._form.instrument.version}'",
        }
        for question in self._form.instrument.questions:
            yield from self._question(question)

    def choices(self) -> Iterator[Line]:
        """Return the lines of the sheet of choices, of the lists that the survey names."""
        for pairs, name in self._lists.items():
            yield from ({"list_name": name, "name": id_, "label": label} for id_, label in pairs)

    def _question(self, question: Question) -> Iterator[Line]:
        name = field_name(question.id)
        title = (
            f"{self._codes[question.id]} · {question.heading}"
            if question.heading
            else self._codes[question.id]
        )
        yield {"type": "begin_group", "name": f"g_{name}", "label": _plain(title), "appearance": "field-list"}
        yield from self._answer(question, name)
        more = f"{name}{JOINT}{DETAILS_ASKED}"
        yes_or_no = (Choice("yes", say("Yes"), "Yes"), Choice("no", say("No"), "No"))
        yield self._mark(question, "status")
        yield self._mark(question, "source")
        yield {
            "type": self._one_of(yes_or_no),
            "name": more,
            "label": say("Say more about source, quality and your judgement?"),
        }
        yield {
            "type": "begin_group", "name": f"d_{name}", "label": say("More about this answer"),
            "relevant": f"${{{more}}} = 'yes'",
        }  # fmt: skip
        yield from (
            self._mark(question, mark) for mark in marks_asked(question) if mark not in ("status", "source")
        )
        yield {"type": "end_group"}
        yield {"type": "end_group"}

    def _answer(self, question: Question, name: str) -> Iterator[Line]:
        label, hint = (
            _plain(question.text),
            _plain(" ".join(p for p in (question.help, how_to_answer(question)) if p)),
        )
        line = {"name": name, "label": label, "hint": hint}
        if question.answer == TABLE:
            yield {"type": "note", **line, "name": f"{name}{JOINT}note"}
            for row in question.rows:
                yield from (self._cell(question, row, column) for column in question.columns)
        elif question.answer == TREND:
            if question.choices:
                yield {
                    "type": self._one_of(question.choices),
                    **line,
                    "name": f"{name}{JOINT}{STEP}",
                }
            years = say("Write year = value, parted by semicolons, such as 2015 = 12.5; 2020 = 14")
            asked = (
                {**line, "hint": years}
                if not question.choices
                else {"name": name, "label": say("Values by year"), "hint": years}
            )
            yield {"type": "text", **asked, "constraint": _YEARS, "constraint_message": years}
        elif question.answer in _TYPES:
            yield {"type": " ".join((_TYPES[question.answer], self._list(question.choices))), **line}
        elif question.answer in (NUMBER, PERCENT):
            yield {"type": "decimal", **line, **_constraint(question)}
        else:
            yield {"type": "text", **line, "appearance": "multiline"}

    def _cell(self, question: Question, row: Choice, column: Choice) -> Line:
        kind: Line = {"type": "decimal", **_constraint(question)} if question.unit else {"type": "text"}
        if question.choices:
            kind = {"type": self._one_of(question.choices), "appearance": "minimal"}
        label = row.label if len(question.columns) == 1 else f"{row.label} · {column.label}"
        return {**kind, "name": cell_field(question, row, column), "label": _plain(label)}

    def _mark(self, question: Question, mark: str) -> Line:
        line = {"name": mark_field(question, mark), "label": self._marks[mark]}
        if mark in LIST_OF:
            choices = self._form.instrument.lists.get(mark, ())
            return {
                "type": self._one_of(choices) if choices else "text",
                **line,
                "appearance": "minimal",
            }
        if mark == YEAR:
            return {"type": "integer", **line, "constraint": _YEAR}
        return {"type": "text", **line}

    def _one_of(self, choices: Sequence[Choice]) -> str:
        return " ".join(("select_one", self._list(choices)))

    def _list(self, choices: Sequence[Choice]) -> str:
        pairs = tuple((choice.id, _plain(choice.label)) for choice in choices)
        return self._lists.setdefault(pairs, f"list_{len(self._lists) + 1}")


def _constraint(question: Question) -> Line:
    low, high = question.low, question.high
    if question.answer == PERCENT:
        low, high = 0.0 if low is None else low, 100.0 if high is None else high
    rules = [f". {sign} {bound:g}" for sign, bound in ((">=", low), ("<=", high)) if bound is not None]
    return {"constraint": " and ".join(rules), "constraint_message": how_to_answer(question)} if rules else {}


def _plain(text: str) -> str:
    """Return a text in which nothing is taken for a reference to another field."""
    return text.replace("${", "$ {")


def _sheet(book: Any, name: str, columns: Sequence[str], lines: Sequence[Line]) -> None:
    page = book.create_sheet(name)
    page.append(list(columns))
    for row, line in enumerate(lines, 2):
        for at, column in enumerate(columns, 1):
            if text := line.get(column, ""):
                cell = page.cell(row, at)
                cell.value = text
                cell.data_type = "s"
