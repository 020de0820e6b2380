"""A questionnaire as plain data for paper: codes, boxes to tick, lines to write on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from almena.ask.choosing import letter_of
from almena.ask.forms import Form, how_to_answer, mark_labels, marks_asked, total_line
from almena.ask.short_codes import short_codes
from almena.model.question import (
    LIST_OF,
    MULTIPLE,
    SINGLE,
    SOURCE,
    TABLE,
    TREND,
    YEAR,
    YES_NO,
    Choice,
    Question,
)
from almena.packs.language import say, spoken

TREND_LINES = 6
Plain = dict[str, Any]


def paper_of(form: Form) -> Plain:
    """
    Return a form as data for its template.

    Parameters
    ----------
    form : Form
        The questions; call it while the form's language is spoken.
    """
    codes = short_codes(form.instrument.questions)
    labels = mark_labels()
    lists = [
        {"label": labels[mark], "choices": _ticks(choices)} for mark, choices in form.instrument.lists.items()
    ]
    return {
        "title": form.title,
        "language": spoken().code,
        "direction": spoken().direction,
        "maker": "Almena",
        "form": form.id,
        "version": form.instrument.version,
        "total": total_line(form),
        "frame": _frame(),
        "labels": labels,
        "lists": lists,
        "questions": [
            _question(number, question, codes[question.id])
            for number, question in enumerate(form.instrument.questions, 1)
        ],
    }


def _frame() -> dict[str, str]:
    return {
        "filled_by": say("Filled in by (person or office)"),
        "date": say("Date"),
        "hand_in": say("Number of this hand-in"),
        "how": say("How to fill it in"),
        "steps": say(
            "Write the answer into the box, or tick the letter. If you do not know, tick a status: that is an answer "
            "too. Say where each answer comes from. Skip what is not yours; a few answers are welcome."
        ),
        "beside": say("Letters to choose from"),
        "beside_note": say(
            "For status, area, quality, importance and colour, write the letter of this list."
        ),
        "year": say("Year"),
        "value": say("Value"),
        "form": say("Form"),
        "version": say("Version"),
        "type_in": say(
            "To whoever types it in: `almena ask` writes the table for it with --form answers.csv; the code beside "
            "each question, with its last letter, finds the question again."
        ),
        "minutes": say("min"),
    }


def _question(number: int, question: Question, code: str) -> Plain:
    asked = marks_asked(question)
    return {
        "number": number,
        "code": code,
        "text": question.text,
        "help": question.help,
        "how": how_to_answer(question),
        "heading": question.heading,
        "minutes": f"{question.minutes:g}",
        "kind": _shape(question),
        "unit": question.unit,
        "choices": _ticks(question.choices),
        "rows": [row.label for row in question.rows],
        "free": all(row.id.isdecimal() for row in question.rows),
        "columns": [column.label for column in question.columns],
        "lines": TREND_LINES,
        "letters": [mark for mark in asked if mark in LIST_OF],
        "written": [mark for mark in asked if mark in (SOURCE, YEAR)],
    }


def _shape(question: Question) -> str:
    if question.answer in (SINGLE, MULTIPLE, YES_NO):
        return "choices"
    return question.answer if question.answer in (TABLE, TREND, "text") else "number"


def _ticks(choices: Sequence[Choice]) -> list[dict[str, str]]:
    return [
        {"letter": letter_of(i), "label": choice.label, "colour": choice.colour}
        for i, choice in enumerate(choices)
    ]
