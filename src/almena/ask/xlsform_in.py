"""Read what KoBoToolbox and ODK export: one row for each hand-in, columns with or without the names of groups."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from almena.ask.filled import Cell, FilledForm, RawAnswer, is_blank
from almena.ask.instrument import field_name
from almena.ask.values import STEP
from almena.ask.xlsform_out import FILLED_BY, FORM_FIELD, JOINT, VERSION_FIELD, cell_field, mark_field
from almena.model.problem import Problem
from almena.model.question import MARKS, MULTIPLE, TABLE, TREND, VALUE, Instrument, Question

Cells = list[list[Any]]
_IDS = ("_uuid", "meta/instanceid", "instanceid", "key", "__id")
"""Where the id of a hand-in may stand, the surest first: KoBoToolbox, ODK Central, ODK Briefcase."""
_NOT_ANSWERED = frozenset({"n/a"})
_PARTING = re.compile(r"[/\-:]")


@dataclass(frozen=True)
class _Field:
    """What a column holds: a question with a mark, a part or one choice of several."""

    question: Question
    mark: str = VALUE
    part: tuple[str, str] | None = None
    choice: str = ""


def is_export(header: Sequence[Any]) -> bool:
    """Tell by the first row of a table whether it is an export of one of our XLSForms."""
    names = {_tail(str(name)) for name in header if not is_blank(name)}
    return FORM_FIELD in names or any(name.startswith("q_") and JOINT in name for name in names)


def read_export(rows: Cells, what: str, instrument: Instrument, *, is_sheet: bool) -> list[FilledForm]:
    """
    Return one form for each row of an export.

    Parameters
    ----------
    rows : list of list
        Cells; the first row is the header.
    what : str
        Name of the file.
    instrument : Instrument
        All questions.
    is_sheet : bool
        Whether cells have letters, as in a workbook.
    """
    header = [str(name or "").strip() for name in rows[0]]
    columns = _columns(header, instrument)
    problem = _nothing_known(header, columns, what)
    forms = [
        _form(row, number, header, columns, what, is_sheet=is_sheet)
        for number, row in enumerate(rows[1:], 2)
        if any(not is_blank(cell) for cell in row)
    ]
    if problem:
        return [FilledForm("", "", what, problems=(problem,))]
    return forms


def _form(
    row: Sequence[Any],
    number: int,
    header: list[str],
    columns: Mapping[int, _Field],
    what: str,
    *,
    is_sheet: bool,
) -> FilledForm:
    facts = {_tail(name).lower(): row[at] for at, name in enumerate(header) if at < len(row)}
    whole = {name.lower(): row[at] for at, name in enumerate(header) if at < len(row)}
    said = {header[at]: _text(row[at]) for at in columns if at < len(row) and not is_blank(row[at])}
    voice = str(facts.get(FILLED_BY) or "").strip()
    id_ = next(
        (str(v).strip().removeprefix("uuid:") for n in _IDS if not is_blank(v := whole.get(n, facts.get(n)))),
        "",
    )
    content = json.dumps([voice, said], sort_keys=True, ensure_ascii=False)
    return FilledForm(
        id=id_,
        sha256=hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
        what=f"{what}, row {number}",
        voice=voice,
        instrument=str(facts.get(FORM_FIELD) or ""),
        version=str(facts.get(VERSION_FIELD) or ""),
        answers=tuple(_answers(row, number, header, columns, is_sheet=is_sheet)),
    )


def _answers(
    row: Sequence[Any], number: int, header: list[str], columns: Mapping[int, _Field], *, is_sheet: bool
) -> Iterator[RawAnswer]:
    cells: dict[str, dict[str, Cell]] = {}
    parts: dict[str, dict[tuple[str, str], Cell]] = {}
    ticked: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for at, field in columns.items():
        value = row[at] if at < len(row) else None
        if is_blank(value) or _is_unanswered(value):
            continue
        name, where = field.question.id, _address(at, number, header, is_sheet=is_sheet)
        first.setdefault(name, where)
        if field.choice:
            if _is_on(value):
                ticked.setdefault(name, []).append(field.choice)
        elif field.part is not None:
            parts.setdefault(name, {})[field.part] = value, where
        else:
            cells.setdefault(name, {})[field.mark] = value, where
    for name, choices in ticked.items():
        cells.setdefault(name, {})[VALUE] = choices, first[name]
    for name in first:
        if cells.get(name) or parts.get(name):
            yield RawAnswer(name, cells.get(name, {}), parts.get(name, {}), first[name], exact=True)


def _columns(header: Sequence[str], instrument: Instrument) -> dict[int, _Field]:
    """Return what each column holds; columns of groups are told by the last part of their name."""
    fields = dict(_fields(instrument))
    found: dict[int, _Field] = {}
    for at, name in enumerate(header):
        starts = (0, *(mark.end() for mark in _PARTING.finditer(name)))
        field = next((fields[name[start:]] for start in starts if name[start:] in fields), None)
        if field is not None:
            found[at] = field
    return found


def _fields(instrument: Instrument) -> Iterator[tuple[str, _Field]]:
    for question in instrument.questions:
        name = field_name(question.id)
        yield name, _Field(question)
        yield from ((mark_field(question, mark), _Field(question, mark)) for mark in MARKS)
        if question.answer == TABLE:
            for row in question.rows:
                for column in question.columns:
                    yield cell_field(question, row, column), _Field(question, part=(row.id, column.id))
        if question.answer == TREND:
            yield f"{name}{JOINT}{STEP}", _Field(question, part=(STEP, ""))
        if question.answer == MULTIPLE:
            for choice in question.choices:
                for label in (choice.id, choice.label):
                    yield f"{name}/{label}", _Field(question, choice=choice.id)


def _nothing_known(header: Sequence[str], columns: Mapping[int, _Field], what: str) -> Problem | None:
    if columns:
        return None
    why = f"its columns are {', '.join(repr(name) for name in header[:5])} …"
    remedy = "Export it again with XML values and headers instead of labels."
    return Problem("No column is a question that is known here", what, why, remedy)


def _tail(name: str) -> str:
    return re.split(r"[/:]|-(?=[^-]*$)", name)[-1]


def _is_on(value: Any) -> bool:
    return str(value).strip().casefold() in ("1", "1.0", "true", "yes")


def _is_unanswered(value: Any) -> bool:
    return isinstance(value, str) and value.strip().casefold() in _NOT_ANSWERED


def _text(value: Any) -> str:
    return (
        repr(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    )


def _address(at: int, row: int, header: Sequence[str], *, is_sheet: bool) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(at + 1)}{row}" if is_sheet else f"row {row}, column {at + 1} {header[at]!r}"
