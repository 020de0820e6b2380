"""Answers typed at a keyboard: from paper into a table with the codes, or as JSON by another program."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from almena.ask.filled import Cell, FilledForm, RawAnswer, is_blank
from almena.ask.forms import Form
from almena.ask.short_codes import short_codes
from almena.ask.values import STEP
from almena.ask.workbook_shape import FIRST
from almena.model.problem import InputError, Problem
from almena.model.question import MARKS, TABLE, TREND, VALUE, Question

CODE, PART, COLUMN, TEXT, ANSWER = "code", "part", "column", "question", "answer"
FORM, FILLED_BY, HAND_IN = "form", "filled_by", "hand_in"
HEADER = (CODE, PART, COLUMN, TEXT, ANSWER, *MARKS)
_NAMES_OF_CODE = (CODE, "id")
Cells = list[list[Any]]


def typing_sheet(form: Form) -> bytes:
    """Return a table with a row for each answer of a paper form, for a spreadsheet: whoever types fills in the rest."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([FORM, form.id])
    rows.writerow([FILLED_BY, ""])
    rows.writerow([HAND_IN, FIRST])
    rows.writerow(HEADER)
    codes = short_codes(form.instrument.questions)
    for question in form.instrument.questions:
        for row, column in _lines(question):
            rows.writerow([codes[question.id], row, column, question.text, *[""] * (1 + len(MARKS))])
    return text.getvalue().encode("utf-8-sig")


def typing_json(form: Form) -> bytes:
    """Return an empty JSON form, for another program to fill."""
    answers = {q.id: {VALUE: None} for q in form.instrument.questions}
    document = {FORM: form.id, FILLED_BY: "", HAND_IN: FIRST, "answers": answers}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def is_typed(rows: Cells) -> bool:
    """Tell whether a table is a typing sheet."""
    return _header_row(rows) is not None


def read_typed_rows(rows: Cells, what: str, content: bytes) -> FilledForm:
    """
    Return what was typed into a table.

    Parameters
    ----------
    rows : list of list
        Cells of the file.
    what : str
        Name of the file.
    content : bytes
        The file, for its hash.

    Raises
    ------
    InputError
        When it has no header with a code and an answer.
    """
    at = _header_row(rows)
    if at is None:
        remedy = f"Give it a header with the columns {CODE} and {ANSWER}."
        raise InputError(Problem("The table holds no answers", what, "no row is its header", remedy))
    header = [str(name or "").strip().casefold() for name in rows[at]]
    facts = {
        str(row[0]).strip().casefold(): str(row[1]).strip() for row in rows[:at] if len(row) > 1 and row[1]
    }
    problems: list[Problem] = []
    answers = _joined(_typed_lines(rows, at, header), problems)
    return _form(facts, tuple(answers), what, content, problems)


def read_typed_json(text: str, what: str, content: bytes) -> FilledForm:
    """
    Return what stands in a JSON form: ``{"form", "filled_by", "answers": {id: value or {"value", "status", …}}}``.

    Raises
    ------
    InputError
        When it is no JSON, or holds no answers.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(Problem("The file is not valid JSON", what, str(error), "Correct it.")) from error
    answers = document.get("answers") if isinstance(document, Mapping) else None
    if not isinstance(answers, Mapping):
        remedy = "Give it a member `answers` that holds the answers by the ids of their questions."
        raise InputError(
            Problem("The JSON file holds no answers", what, "there is no member `answers`", remedy)
        )
    facts = {name: str(document.get(name) or "") for name in (FORM, FILLED_BY, HAND_IN)}
    problems: list[Problem] = []
    raw = tuple(_from_json(str(name), said, problems) for name, said in answers.items())
    return _form(facts, tuple(a for a in raw if a.cells), what, content, problems)


def _form(
    facts: Mapping[str, str],
    answers: tuple[RawAnswer, ...],
    what: str,
    content: bytes,
    problems: Sequence[Problem],
) -> FilledForm:
    return FilledForm(
        id=facts.get(FORM, ""),
        sha256=hashlib.sha256(content).hexdigest(),
        what=what,
        voice=facts.get(FILLED_BY, ""),
        hand_in=facts.get(HAND_IN) or FIRST,
        answers=answers,
        problems=tuple(problems),
    )


def _header_row(rows: Cells) -> int | None:
    for at, row in enumerate(rows[:20]):
        names = {str(name or "").strip().casefold() for name in row}
        if ANSWER in names and names & set(_NAMES_OF_CODE):
            return at
    return None


def _typed_lines(rows: Cells, at: int, header: Sequence[str]) -> Iterator[RawAnswer]:
    code = next(header.index(name) for name in _NAMES_OF_CODE if name in header)
    for number, row in enumerate(rows[at + 1 :], at + 2):
        cells = {
            name: (row[i], f"row {number}, column {i + 1} {name!r}")
            for i, name in enumerate(header)
            if i < len(row) and not is_blank(row[i])
        }
        name = str(row[code] or "").strip() if code < len(row) else ""
        if not name:
            continue
        marks = {mark: cells[mark] for mark in MARKS if mark in cells}
        answer = cells.get(ANSWER)
        part = str(cells.get(PART, ("", ""))[0]), str(cells.get(COLUMN, ("", ""))[0])
        where = f"row {number}"
        if part[0] and answer:
            yield RawAnswer(name, marks, {part: answer}, where)
        elif answer or marks:
            yield RawAnswer(name, {**({VALUE: answer} if answer else {}), **marks}, {}, where)


def _joined(lines: Iterator[RawAnswer], problems: list[Problem]) -> Iterator[RawAnswer]:
    """Join the lines of one question: parts of its table, and whatever is said beside them in any line."""
    found: dict[str, RawAnswer] = {}
    for line in lines:
        before = found.get(line.question)
        if before is None:
            found[line.question] = line
            continue
        twice = [
            (name, cell)
            for old, new in ((before.cells, line.cells), (before.parts, line.parts))
            for name, cell in new.items()
            if name in old and old[name][0] != cell[0]  # type: ignore[index]
        ]
        for _, cell in twice:
            problems.append(_twice(line.question, cell))
        found[line.question] = RawAnswer(
            line.question, {**line.cells, **before.cells}, {**line.parts, **before.parts}, before.where
        )
    yield from found.values()


def _twice(question: str, cell: Cell) -> Problem:
    why = f"an earlier row of {question} says otherwise"
    return Problem("A question is answered twice", cell[1], why, "Keep one of them.")


def _from_json(name: str, said: Any, problems: list[Problem]) -> RawAnswer:
    where = f"answers, {name}"
    members = (
        said if isinstance(said, Mapping) and (VALUE in said or set(said) <= set(MARKS)) else {VALUE: said}
    )
    for unknown in sorted(set(members) - {VALUE, *MARKS}):
        remedy = f"Known are value, {', '.join(MARKS)}."
        problems.append(Problem(f"`{unknown}` is not known here", where, "", remedy))
    cells = {
        key: (members[key], f"{where}, {key}") for key in (VALUE, *MARKS) if not is_blank(members.get(key))
    }
    return RawAnswer(name, cells, {}, where, exact=True)


def _lines(question: Question) -> Iterator[tuple[str, str]]:
    """Return part and column of each line that a question takes in a typing sheet."""
    if question.answer == TABLE:
        yield from ((row.label, column.label) for row in question.rows for column in question.columns)
        return
    if question.answer == TREND and question.choices:
        yield STEP, ""
    yield "", ""
