"""Cells of a register to values: each reads as a careful person reads it, or says why it cannot be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from almena.ask.days import TWO_ORDERS, Day, Days, read_days
from almena.ask.fields import SHOCKS, STAKEHOLDERS, Field
from almena.ask.figures import NEGATIVE, NOT_A_NUMBER, NOT_WHOLE, TWO_WAYS, read_figures
from almena.ask.known import CALLED, MANY, OWN, Known
from almena.ask.naming import Match, heard, parts_of
from almena.ask.rows import Fault, Row
from almena.ask.shapes import Fit
from almena.packs.words import reading_words

PARTS_OF_UNITS = frozenset(("working_days", "loss"))
"""Counts that need not be whole."""
AHEAD = 20
"""Years for which terms of office may lie ahead; assumed."""
CORRECT = "Correct the cell."


@dataclass
class Values:
    """
    What one row says.

    Parameters
    ----------
    fields : dict
        Values by field: texts, ids, numbers, tuples of ids; a field that is not known is absent.
    near : list of tuple
        Misspelt names: position of the column, what was written, what it was read as.
    notes : list of str
        What else a person should look at.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    near: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Reader:
    """
    Reads the rows of one table.

    Parameters
    ----------
    fit : Fit
        How the table is read.
    rows : sequence of Row
        All its rows: the order of dates and the marks of numbers are decided for whole columns.
    known : Known
        What may be named.
    order : str
        ``dmy`` or ``mdy``, when the person says so.
    today : date
        No shock lies after it.
    """

    def __init__(self, fit: Fit, rows: Sequence[Row], known: Known, *, order: str, today: dt.date) -> None:
        self.fit, self.known = fit, known
        self.notes: list[str] = []
        self._figures: dict[str, dict[int, float | str | None]] = {}
        self._days: dict[str, dict[int, Day | str | None]] = {}
        for name, place in fit.columns.items():
            kind = fit.shape.fields[name].type
            cells = [row.cell(place) for row in rows]
            numbers = [row.number for row in rows]
            if kind == "count":
                found = read_figures(cells, whole=name not in PARTS_OF_UNITS)
                self._figures[name] = dict(zip(numbers, found, strict=True))
            elif kind == "date":
                days = self._read_days(name, cells, order, today)
                self._days[name] = dict(zip(numbers, days.values, strict=True))

    def _read_days(self, name: str, cells: Sequence[Any], order: str, today: dt.date) -> Days:
        is_past = self.fit.shape.id == SHOCKS
        latest = today if is_past else today.replace(year=today.year + AHEAD, day=min(today.day, 28))
        days = read_days(cells, order=order, latest=latest)
        self.notes += [f"Column {name}: {note}" for note in days.notes]
        return days

    def read(self, row: Row) -> Values:
        """Return what a row says; what cannot be read is added to its faults."""
        values = Values(notes=list(row.notes))
        if row.faults:  # it has moved, and its cells are of other columns
            return values
        for name, place in self.fit.columns.items():
            spec = self.fit.shape.fields[name]
            text = row.text(place)
            if not text or (
                spec.type not in ("text", "id") and text.casefold() in reading_words("missing_date")
            ):
                if spec.needed:
                    what = f"the cell of {name} is empty, and nothing can be said without it"
                    row.faults.append(Fault(what, "Fill it in.", place, name))
                continue
            self._read_cell(spec, row, place, text, values)
        if self.fit.shape.id == STAKEHOLDERS and "name" not in values.fields and "id" in values.fields:
            values.fields["name"] = values.fields["id"]
            values.notes.append("The organisation has no full name: its short name is taken")
        return values

    def _read_cell(self, spec: Field, row: Row, place: int, text: str, values: Values) -> None:
        if spec.type in ("text", "id"):
            values.fields[spec.name] = text
        elif spec.type == "count":
            self._take_figure(spec, row, place, text, values)
        elif spec.type == "date":
            self._take_day(spec, row, place, text, values)
        elif spec.type in MANY:
            self._take_names(spec, row, place, values)
        else:
            match = self._find(spec, text, row)
            if (fault := self._doubt(spec, match, text)) and spec.type == "indicator":
                fault = self._own_indicator(row, text, values, fault)
            self._note(match, text, place, values)
            if fault:
                row.faults.append(Fault(*fault, place, spec.name, text))
            elif match.id:
                values.fields[spec.name] = match.id

    def _find(self, spec: Field, text: str, row: Row) -> Match:
        if spec.type == "choice":
            names = self.known.choices.get(spec.list)
            return names.find(text) if names else Match()
        match = self.known.find(spec.type, text, self._classes(row))
        return self._of_the_indicator(match, row) if spec.type == "component" else match

    def _of_the_indicator(self, match: Match, row: Row) -> Match:
        """Choose, where one code stands for components of two numberings, the one that the row's indicator is of."""
        indicator = self.known.names("indicator").find(row.text(self.fit.columns.get("indicator"))).id
        component = self.known.vocabulary.belongs.get(indicator, "")
        return Match((component,)) if component in match.ids else match

    def _classes(self, row: Row) -> list[str]:
        return [row.text(self.fit.columns.get(name)) for name in ("type", "group")]

    def _doubt(self, spec: Field, match: Match, text: str) -> tuple[str, str] | None:
        """Return why a name is not clear, and what to do."""
        called = CALLED.get(spec.type) or f"step of the list {spec.list}"
        if len(match.ids) > 1:
            return f"{text!r} may be several: {', '.join(match.ids)}", "Write the one that is meant."
        if match.ids:
            return None
        if match.like:
            return f"no {called} is called {text!r}", f"Did you mean {' or '.join(map(repr, match.like))}?"
        if spec.type not in OWN:
            return f"no {called} is called {text!r}", CORRECT
        return (
            f"no {called} is called {text!r}",
            f"Add it to the register {OWN[spec.type]}, or correct the cell.",
        )

    def _own_indicator(
        self, row: Row, text: str, values: Values, fault: tuple[str, str]
    ) -> tuple[str, str] | None:
        """Take an indicator that the questionnaire lacks as the city's own, when the row says in words what it is."""
        title = row.text(self.fit.columns.get("title"))
        if not title or self.known.names("indicator").find(text).ids:
            return fault
        values.fields["indicator"] = f"city.{text}"
        values.notes.append(f"The questionnaire has no indicator {text}: it is taken as the city's own")
        return None

    def _take_figure(self, spec: Field, row: Row, place: int, text: str, values: Values) -> None:
        found = self._figures[spec.name][row.number]
        if isinstance(found, str):
            remedies = {
                NOT_A_NUMBER: "Write the number alone; leave the cell empty when it is not known.",
                TWO_WAYS: "Write it without a thousands mark.",
                NOT_WHOLE: CORRECT,
                NEGATIVE: CORRECT,
            }
            row.faults.append(Fault(found, remedies[found], place, spec.name, text))
        elif found is not None:
            values.fields[spec.name] = int(found) if found.is_integer() else found

    def _take_day(self, spec: Field, row: Row, place: int, text: str, values: Values) -> None:
        found = self._days[spec.name][row.number]
        if isinstance(found, str):
            remedy = "Say the order with --dates dmy or --dates mdy, or write 2019-05-12."
            remedy = remedy if found == TWO_ORDERS else "Write it as 2019-05-12, 2019-05 or 2019."
            row.faults.append(Fault(found, remedy, place, spec.name, text))
        elif found is not None:
            values.fields[spec.name] = found.start
            if spec.name == "start":
                values.fields["precision"] = found.precision

    def _take_names(self, spec: Field, row: Row, place: int, values: Values) -> None:
        """Read a cell with several names; it enters as a whole or not at all."""
        ids: list[str] = []
        cell = row.cell(place)
        written = cell if isinstance(cell, str) else row.text(place)
        for text, found in parts_of(written, self.known.names(spec.type)):
            match = found if found.id else self.known.find(spec.type, text)
            if fault := self._doubt(spec, match, text):
                row.faults.append(Fault(*fault, place, spec.name, text))
            self._note(match, text, place, values)
            ids += match.ids if match.id else ()
        values.fields[spec.name] = tuple(dict.fromkeys(ids))

    def _note(self, match: Match, text: str, place: int, values: Values) -> None:
        if match.read_as and match.id:
            values.near.append((place, text, match.read_as))


def contradictions(values: Values, row: Row, fit: Fit, known: Known) -> Iterator[str]:
    """
    Yield what a row says against itself: words beside a code, classes beside a shock, codes that do not nest.

    Parameters
    ----------
    values : Values
        What was read.
    row, fit, known
        The row, how it is read, what may be named.
    """
    hazard = values.fields.get("hazard", "")
    classes = set(map(heard, known.vocabulary.classes.get(hazard, ())))
    for name in ("group", "type"):
        text = row.text(fit.columns.get(name))
        if text and classes and heard(text) not in classes and not _is_like(heard(text), classes):
            yield f"{hazard} is not of the {name} {text!r}"
    component, code = (row.text(fit.columns.get(name)) for name in ("component", "indicator"))
    if component[:1].isdigit() and code[:1].isdigit() and not code.startswith(f"{component}."):
        yield f"The component is {component}, and the code {code} is of another one"
    told = row.text(fit.columns.get("element_name"))
    element = known.elements.find(told).id if told else ""
    if element and element != values.fields.get("element", element):
        yield f"The code names {values.fields['element']}, the words {told!r} another element"


def _is_like(text: str, known: Iterable[str]) -> bool:
    """Tell whether a class is one of those known but for plural or small slips."""
    return any(text.startswith(name) or name.startswith(text) for name in known)
