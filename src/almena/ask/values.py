"""What an answer is stored as: one spelling for each type, whatever form it came on."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from almena.ask.choosing import choice_of, choices_of
from almena.ask.filled import Cell, RawAnswer, is_blank
from almena.ask.numbers import UnreadableError, number_of, number_text, tidy, year_of
from almena.model.problem import Problem
from almena.model.question import (
    MULTIPLE,
    NUMBER,
    PERCENT,
    SINGLE,
    TABLE,
    TEXT,
    TREND,
    VALUE,
    YES_NO,
    Choice,
    Question,
)

STEP, YEARS = "step", "years"
"""Members of a stored trend: the step of its scale, and the values by year."""
LONGEST = 30_000  # letters; a cell of a workbook holds 32,767
_PART = re.compile(r"[;\n]")


def value_of(question: Question, raw: RawAnswer) -> tuple[Any, list[Problem]]:
    """
    Return the answer as it is stored, None when there is none, and everything that cannot be taken.

    Parameters
    ----------
    question : Question
        What was asked.
    raw : RawAnswer
        What stands in the form.
    """
    problems: list[Problem] = []
    reader = _READERS[question.answer]
    return reader(question, raw, problems), problems


def text_of(raw: Any) -> str:
    """
    Return a text as it is stored: composed letters, plain line ends, nothing around it.

    Raises
    ------
    UnreadableError
        When it holds a control character or is too long for a cell.
    """
    if isinstance(raw, bool):
        text = "TRUE" if raw else "FALSE"
    elif isinstance(raw, int | float):
        text = number_text(tidy(raw))
    elif isinstance(raw, datetime) and raw.time() == time():
        text = raw.date().isoformat()
    else:
        text = raw.isoformat() if isinstance(raw, date | time) else str(raw)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    strange = next((c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"), "")
    if strange:
        raise UnreadableError(f"the text holds the control character {strange!r}", "Type the text again.")
    if len(text) > LONGEST:
        why = f"the text has {len(text):,} letters, more than {LONGEST:,}"
        raise UnreadableError(why, "Shorten it, and cite the document under source.")
    return text


def shown(question: Question, value: Any) -> str:
    """Return a stored value as a person reads it, in the language of the question."""
    if value is None:
        return ""
    if isinstance(value, float):  # the profile's own number, whatever the question asks for
        return number_text(value)
    labels = {c.id: c.label for c in question.choices}
    if question.answer in (SINGLE, YES_NO):
        return labels.get(value, str(value))
    if question.answer == MULTIPLE:
        return "; ".join(labels.get(one, one) for one in value)
    if question.answer == TABLE:
        names = {part.id: part.label for part in (*question.rows, *question.columns)}
        return "; ".join(
            f"{names.get(row, row)}, {names.get(column, column)}: {labels.get(cell, cell)}"
            for row, cells in value.items()
            for column, cell in cells.items()
        )
    if question.answer == TREND:
        years = [f"{year}: {one}" for year, one in value.get(YEARS, {}).items()]
        step = [labels.get(value[STEP], value[STEP])] if STEP in value else []
        return "; ".join([*step, *years])
    return str(value) if isinstance(value, str) else number_text(value)


def _text(_: Question, raw: RawAnswer, problems: list[Problem]) -> str | None:
    found = _taken(raw, text_of, problems)
    return found or None


def _number(question: Question, raw: RawAnswer, problems: list[Problem]) -> int | float | None:
    found: int | float | None = _taken(raw, _number_reader(question, exact=raw.exact), problems)
    return found


def _number_reader(question: Question, *, exact: bool) -> Callable[[Any], int | float]:
    low, high = question.low, question.high
    if question.answer == PERCENT:
        low, high = 0.0 if low is None else low, 100.0 if high is None else high

    def read(raw: Any) -> int | float:
        """Return a number inside the range of the question."""
        found = number_of(raw, unit=question.unit, exact=exact)
        remedy = "Check the number and its unit; if it is right, say so under comment."
        if low is not None and found < low:
            least = number_text(tidy(low))
            why = f"{number_text(found)} {question.unit} is below the least sensible value, {least}"
            raise UnreadableError(why, remedy)
        if high is not None and found > high:
            greatest = number_text(tidy(high))
            why = f"{number_text(found)} {question.unit} is above the greatest sensible value, {greatest}"
            raise UnreadableError(why, remedy)
        return found

    return read


def _single(question: Question, raw: RawAnswer, problems: list[Problem]) -> str | None:
    found: str | None = _taken(raw, lambda cell: choice_of(cell, question.choices).id, problems)
    return found


def _multiple(question: Question, raw: RawAnswer, problems: list[Problem]) -> list[str] | None:
    def read(cell: Any) -> list[str]:
        """Return the ids of all choices meant."""
        return [c.id for c in choices_of(cell, question.choices, exact=raw.exact)]

    return _taken(raw, read, problems) or None


def _table(question: Question, raw: RawAnswer, problems: list[Problem]) -> dict[str, dict[str, Any]] | None:
    parts = dict(raw.parts)
    if VALUE in raw.cells:
        parts |= _parts_in_text(raw.cells[VALUE], problems)
    read = _cell_reader(question, exact=raw.exact)
    found: dict[tuple[int, int], tuple[str, str, Any]] = {}
    for (row, column), cell in parts.items():
        if is_blank(cell[0]):
            continue
        with _complaints(cell, problems):
            line, field = choice_of(row, question.rows), _column(column, question.columns)
            value = read(cell[0])
            key = line.position, field.position
            if key in found and found[key][2] != value:
                raise UnreadableError(
                    f"{line.label}, {field.label} is answered twice", "Keep one of the two answers."
                )
            found[key] = line.id, field.id, value
    table: dict[str, dict[str, Any]] = {}
    for _, (row, column, value) in sorted(found.items()):
        table.setdefault(row, {})[column] = value
    return table or None


def _cell_reader(question: Question, *, exact: bool) -> Callable[[Any], Any]:
    """Return the reader of a table's cells: steps of its scale, numbers when it has a unit, else texts."""
    if question.choices:
        return lambda cell: choice_of(cell, question.choices).id
    return _number_reader(question, exact=exact) if question.unit else text_of


def _column(name: str, columns: Sequence[Choice]) -> Choice:
    return columns[0] if not name and len(columns) == 1 else choice_of(name, columns)


def _trend(question: Question, raw: RawAnswer, problems: list[Problem]) -> dict[str, Any] | None:
    parts = dict(raw.parts)
    step = None
    if VALUE in raw.cells and not is_blank(raw.cells[VALUE][0]):
        cell = raw.cells[VALUE]
        if question.choices and not _has_years(cell[0]):
            step = _taken(raw, lambda one: choice_of(one, question.choices).id, problems)
        else:
            parts |= _parts_in_text(cell, problems)
    read = _number_reader(question, exact=raw.exact)
    years: dict[str, Any] = {}
    for (name, _), cell in parts.items():
        if is_blank(cell[0]):
            continue
        with _complaints(cell, problems):
            if name == STEP:
                step = choice_of(cell[0], question.choices).id
                continue
            year, value = str(year_of(name)), read(cell[0])
            if years.setdefault(year, value) != value:
                raise UnreadableError(f"the year {year} has two values", "Keep one of them.")
    trend: dict[str, Any] = {STEP: step} if step else {}
    if years:
        trend[YEARS] = {year: years[year] for year in sorted(years)}
    return trend or None


def _has_years(raw: Any) -> bool:
    return isinstance(raw, Mapping) or "=" in str(raw) or str(raw).lstrip().startswith("{")


def _parts_in_text(cell: Cell, problems: list[Problem]) -> dict[tuple[str, str], Cell]:
    """Return the parts of a table or trend that stand in one cell: ``row | column = value; …``, or as JSON."""
    raw, where = cell
    with _complaints(cell, problems):
        if isinstance(raw, str) and raw.lstrip().startswith("{"):
            try:
                raw = json.loads(raw)
            except (ValueError, RecursionError) as error:
                raise UnreadableError(str(error), "Check braces and quotes.") from error
        if isinstance(raw, Mapping):
            return {key: (value, where) for key, value in _flat(raw)}
        return dict(_written(str(raw), where))
    return {}


def _flat(tree: Mapping[Any, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    for name, inner in tree.items():
        if name == YEARS and isinstance(inner, Mapping):
            yield from (((str(year), ""), value) for year, value in inner.items())
        elif isinstance(inner, Mapping):
            yield from (((str(name), str(column)), value) for column, value in inner.items())
        else:
            yield (str(name), ""), inner


def _written(text: str, where: str) -> Iterator[tuple[tuple[str, str], Cell]]:
    for part in _PART.split(text):
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        if not equals:
            raise UnreadableError(
                f"{part.strip()!r} has no equals sign",
                "Write row | column = value, or year = value, parted by ;",
            )
        row, _, column = name.partition("|")
        yield (row.strip(), column.strip()), (value.strip(), where)


def _taken(raw: RawAnswer, read: Callable[[Any], Any], problems: list[Problem]) -> Any:
    cell = raw.cells.get(VALUE)
    if cell is None or is_blank(cell[0]):
        return None
    with _complaints(cell, problems):
        return read(cell[0])
    return None


class _complaints:  # noqa: N801 - reads as a word in a with statement
    """Turns what cannot be read into a problem with its cell."""

    def __init__(self, cell: Cell, problems: list[Problem]) -> None:
        self._where, self._problems = cell[1], problems

    def __enter__(self) -> None:
        return

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, UnreadableError):
            return False
        self._problems.append(Problem("An answer cannot be taken", self._where, error.why, error.remedy))
        return True


_READERS: Mapping[str, Callable[[Question, RawAnswer, list[Problem]], Any]] = {
    TEXT: _text,
    NUMBER: _number,
    PERCENT: _number,
    SINGLE: _single,
    MULTIPLE: _multiple,
    YES_NO: _single,
    TABLE: _table,
    TREND: _trend,
}
