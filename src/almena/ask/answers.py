"""Check a filled form against its instrument: what can be stored, and why the rest cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from almena.ask.choosing import choice_of
from almena.ask.filled import FilledForm, RawAnswer, is_blank
from almena.ask.numbers import UnreadableError, year_of
from almena.ask.short_codes import find_question
from almena.ask.values import text_of, value_of
from almena.model.problem import Problem
from almena.model.question import (
    COLOUR,
    COMPLETE,
    LIST_OF,
    MARKS,
    SOURCE,
    STATUS,
    VALUE,
    WITHOUT_VALUE,
    YEAR,
    Instrument,
    Question,
)
from almena.model.statement import ANSWER, Statement

UNIT, VERSION = "unit", "version"
_STATUS_ALONE = frozenset({"incomplete", "pending"}) | WITHOUT_VALUE
"""A status that says something without a value."""


@dataclass(frozen=True)
class Checked:
    """
    A form after the check.

    Parameters
    ----------
    statements : tuple of Statement
        What can be stored.
    refused : tuple of Problem
        What cannot, each with its sheet and cell.
    notes : tuple of Problem
        What is worth knowing.
    """

    statements: tuple[Statement, ...]
    refused: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def check(form: FilledForm, instrument: Instrument, *, voice: str) -> Checked:
    """
    Check every answer of a form; an answer is taken as a whole or refused as a whole.

    Parameters
    ----------
    form : FilledForm
        What was handed in.
    instrument : Instrument
        All questions that the city may be asked.
    voice : str
        Who answers when the form does not say.
    """
    statements: dict[str, Statement] = {}
    refused, notes = list(form.problems), list(_version_notes(form, instrument))
    for raw in form.answers:
        problems: list[Problem] = []
        question = find_question(raw.question, instrument, raw.where, problems)
        said = (
            None if question is None else _statement(question, raw, instrument, form.voice or voice, problems)
        )
        if said is not None and statements.get(said.key, said) != said:
            why = "the form holds two different answers to this question"
            problems.append(Problem("A question is answered twice", raw.where, why, "Keep one of them."))
        refused += problems
        if said is not None and not problems:
            statements[said.key] = said
    return Checked(tuple(statements.values()), tuple(refused), tuple(notes))


def answer_content(question: Question, value: Any, marks: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of an answer: what was not said is left out."""
    content = {VALUE: value, **{name: marks.get(name) for name in MARKS if name != SOURCE}}
    content[UNIT] = question.unit if value is not None else None
    said = {name: one for name, one in content.items() if one not in (None, "")}
    return {**said, VERSION: question.version} if said else {}


def _statement(
    question: Question, raw: RawAnswer, instrument: Instrument, voice: str, problems: list[Problem]
) -> Statement | None:
    value, wrong = value_of(question, raw)
    problems += wrong
    marks = {name: _mark(name, raw, instrument, problems) for name in MARKS}
    marks = {name: mark for name, mark in marks.items() if mark not in (None, "")}
    if not problems and (value is not None or marks):
        if value is not None:
            marks.setdefault(STATUS, COMPLETE)
        problems += _contradictions(question, value, marks, raw)
    if problems or (value is None and not marks):
        return None
    content = answer_content(question, value, marks)
    return Statement(ANSWER, question.id, content, voice, str(marks.get(SOURCE, "")))


def _mark(name: str, raw: RawAnswer, instrument: Instrument, problems: list[Problem]) -> Any:
    cell = raw.cells.get(name)
    if cell is None or is_blank(cell[0]):
        return None
    read: Callable[[Any], Any] = text_of
    if name == YEAR:
        read = year_of
    elif name in LIST_OF:
        choices = instrument.lists.get(name, ())
        read = lambda text: choice_of(text, choices).id  # noqa: E731 - one of three readers
    try:
        return read(cell[0])
    except UnreadableError as error:
        problems.append(Problem(_WHAT_OF[name], cell[1], error.why, error.remedy))
        return None


_WHAT_OF = {
    STATUS: "The completion status cannot be taken",
    SOURCE: "The source cannot be taken",
    YEAR: "The year of the data cannot be taken",
    "source_type": "The type of source cannot be taken",
    "scale": "The collection scale cannot be taken",
    "quality": "The data quality cannot be taken",
    "importance": "The importance cannot be taken",
    COLOUR: "The benchmark colour cannot be taken",
    "comment": "The comment cannot be taken",
}


def _contradictions(
    question: Question, value: Any, marks: Mapping[str, Any], raw: RawAnswer
) -> Iterable[Problem]:
    status = marks.get(STATUS)
    where = raw.cells.get(STATUS, (None, raw.where))[1]
    if value is None and status not in _STATUS_ALONE:
        why = f"the status is {status}" if status else "only things beside the answer are filled in"
        remedy = "Answer it, or choose a status such as pending, not available or not applicable."
        yield Problem(f"The question {question.code} has no answer", where, why, remedy)
    if value is not None and status in WITHOUT_VALUE:
        remedy = "Remove the answer, or choose complete or alternative."
        yield Problem(
            "An answer and its status contradict each other", where, f"the status is {status}", remedy
        )


def _version_notes(form: FilledForm, instrument: Instrument) -> Iterable[Problem]:
    by_id = instrument.by_id()
    changed = [
        raw.question
        for raw in form.answers
        if raw.version and raw.question in by_id and by_id[raw.question].version != raw.version
    ]
    if changed:
        what = f"The form was made before {len(changed)} of its questions were changed"
        why = ", ".join(changed[:10])
        yield Problem(what, form.what, why, "Check that the answers still fit; make a new form next time.")
