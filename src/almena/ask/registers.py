"""Registers as cities have them: any number of tables in, statements out, and a list of all that did not enter."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from almena.ask.entries import Contradicted, Entries, Repeated
from almena.ask.fields import CHOSEN_BY_TITLE, REFERENCE, STAKEHOLDERS, STRESSORS, TIES, shapes
from almena.ask.known import OWN, Known
from almena.ask.naming import Names, heard, slug
from almena.ask.reading import Reader, contradictions
from almena.ask.rows import Fault, Row, address, listed_fault, rows_of
from almena.ask.same_event import moved_figures
from almena.ask.shapes import CellTable, Fit, fit_as, fits
from almena.ask.vocabulary import Vocabulary
from almena.model.listed import Listed
from almena.model.problem import Problem
from almena.model.statement import Statement

QUESTION = "register:"
SHOWN = 5
ORDER_OF_READING = (STAKEHOLDERS, *CHOSEN_BY_TITLE)


@dataclass
class Outcome:
    """
    What came of one table.

    Parameters
    ----------
    table : CellTable
        The table.
    shape, register : str
        What it holds; the register that it fills; both empty when it is none.
    read, accepted, set_aside, refused : int
        Rows: read ones are accepted, set aside (repeated, or of another city) or refused.
    """

    table: CellTable
    shape: str = ""
    register: str = ""
    read: int = 0
    accepted: int = 0
    set_aside: int = 0
    refused: int = 0


@dataclass
class RegisterImport:
    """
    What a set of tables says.

    Parameters
    ----------
    statements : tuple of Statement
        The accepted entries.
    outcomes : list of Outcome
        Rows by table.
    refused, set_aside : list of Listed
        Cells that keep their rows out; rows that add nothing.
    notes : list of Problem
        What was decided, and what a person should look at.
    questions : list of dict
        ``id, about, candidates, default`` of what only a person can decide.
    """

    statements: tuple[Statement, ...] = ()
    outcomes: list[Outcome] = field(default_factory=list)
    refused: list[Listed] = field(default_factory=list)
    set_aside: list[Listed] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class _Work:
    """One table on its way: how it is read, its rows, and what came of it."""

    table: CellTable
    fit: Fit
    rows: list[Row]
    outcome: Outcome


def is_register(table: CellTable, vocabulary: Vocabulary) -> bool:
    """Tell whether a table is credibly one of the registers, or a list of the method that travels with them."""
    return bool(fits(table, vocabulary))


def read_registers(
    tables: Sequence[CellTable],
    vocabulary: Vocabulary,
    *,
    today: dt.date,
    order: str = "",
    answers: Mapping[str, str] | None = None,
) -> RegisterImport:
    """
    Read tables as registers.

    Parameters
    ----------
    tables : sequence of CellTable
        All tables of the import: they may refer to each other.
    vocabulary : Vocabulary
        What entries may refer to.
    today : date
        Day of the import; no shock lies after it.
    order : str
        ``dmy`` or ``mdy`` for dates that the values leave open; empty to refuse those.
    answers : mapping of str to str, optional
        ``register:TABLE`` to the kind of table it is, for tables in doubt.

    Returns
    -------
    RegisterImport
        Rows read = rows accepted + set aside + refused, for each table.
    """
    found = RegisterImport()
    known = Known(vocabulary)
    works = [work for table in tables if (work := _begin(table, known, answers or {}, found)) is not None]
    works.sort(key=lambda work: _turn(work.fit.shape.id))
    _set_other_cities_aside(works, vocabulary, found)
    _define(works, known, found)
    entries = Entries(known)
    for work in works:
        _read_table(work, known, entries, found, order=order, today=today)
    _tell_defined(known, found)
    found.statements = entries.statements(", ".join(sorted({work.table.file for work in works})))
    return found


def _begin(table: CellTable, known: Known, answers: Mapping[str, str], found: RegisterImport) -> _Work | None:
    """Find out what a table is; a table that is no register, or in doubt, is told and left alone."""
    outcome = Outcome(table)
    found.outcomes.append(outcome)
    identity = f"{QUESTION}{table.name}"
    if not any(cell not in (None, "") for row in table.rows for cell in row):
        found.notes.append(
            Problem("The table is empty", table.name, "", "Nothing is lost by leaving it out.")
        )
        return None
    fit = _chosen(table, identity, known.vocabulary, answers, found)
    if fit is None:
        return None
    outcome.shape, outcome.register = fit.shape.id, fit.shape.register
    if fit.shape.id.startswith(REFERENCE):
        why = "it repeats what the method itself lists, and nothing of it is stored"
        found.notes.append(Problem(f"The table is a {fit.shape.title}", table.name, why))
        return None
    if fit.strange:
        what = f"Columns that no register has are left alone: {', '.join(fit.strange)}"
        found.notes.append(Problem(what, table.name))
    rows = list(rows_of(table, fit, known.elements))
    outcome.read = len(rows)
    if not rows:
        found.notes.append(Problem("The table has a header and no rows", table.name))
    return _Work(table, fit, rows, outcome)


def _chosen(
    table: CellTable, identity: str, vocabulary: Vocabulary, answers: Mapping[str, str], found: RegisterImport
) -> Fit | None:
    """Return how a table is read: as a person says, or the one best way; two equal ways are a question."""
    answer = answers.get(identity, "")
    if answer in shapes():
        fit = fit_as(table, answer, vocabulary)
        if fit is None:
            why = f"it lacks a column that {shapes()[answer].title} need"
            found.notes.append(
                Problem(f"The table cannot be read as {answer}", table.name, why, "Correct its header.")
            )
        return fit
    credible = fits(table, vocabulary)
    if not credible:
        why = "its columns are those of no register"
        remedy = "`almena register DIR NAME template OUT.xlsx` makes an empty table of each register."
        found.notes.append(Problem("The table is left alone", table.name, why, remedy))
        return None
    best = [fit for fit in credible if fit.points == credible[0].points and fit.header == credible[0].header]
    if len(best) == 1:
        return best[0]
    candidates = [{"value": fit.shape.id, "why": fit.shape.title} for fit in best]
    about = f"{table.name} may be several registers. Which one is it?"
    found.questions.append({"id": identity, "about": about, "candidates": candidates, "default": ""})
    return None


def _turn(shape: str) -> tuple[int, str]:
    """Return when a kind of table is read: first those that define what others refer to."""
    if shape in ORDER_OF_READING:
        return ORDER_OF_READING.index(shape), shape
    return len(ORDER_OF_READING), shape


def _set_other_cities_aside(works: list[_Work], vocabulary: Vocabulary, found: RegisterImport) -> None:
    """Leave out rows of other cities; when all rows of an import name one city, it is taken to be this one."""
    named = {heard(row.text(work.fit.shared.get("city"))) for work in works for row in work.rows} - {""}
    own = {name for name in named if Names({"city": vocabulary.city}).find(name).ids}
    if named and not own and len(named) == 1:
        what = f"All rows name the city {named.pop()!r}, which is taken to be this one"
        remedy = "If it is another city, take the entries back with `almena register DIR NAME --withdraw ID`."
        found.notes.append(Problem(what, ", ".join(sorted({work.table.name for work in works})), "", remedy))
        return
    for work in works:
        place = work.fit.shared.get("city")
        stay = []
        for row in work.rows:
            if heard(row.text(place)) in {"", *own}:
                stay.append(row)
            else:
                _set_aside(work, row, f"the row is of another city, {row.text(place)}", found)
        work.rows = stay


def _define(works: list[_Work], known: Known, found: RegisterImport) -> None:
    """Learn the names that the import's own registers define; open those that nothing defines."""
    have_own = {work.fit.shape.id for work in works if work.rows}
    for register in sorted(set(OWN.values())):
        if register not in have_own and (
            register == STRESSORS or not known.vocabulary.standing.get(register)
        ):
            known.open.add(register)
    for work in works:
        register = work.fit.shape.id
        if register not in known.own:
            continue
        names = known.own[register]
        for row in work.rows:
            _define_one(work, row, names, found)


def _define_one(work: _Work, row: Row, names: Names, found: RegisterImport) -> None:
    columns = work.fit.columns
    if work.fit.shape.id == STAKEHOLDERS:
        name = row.text(columns["id"])
        identity, other = name, row.text(columns.get("name"))
    else:
        name = row.text(columns["title"])
        identity, other = row.text(columns.get("id")) or slug(name), ""
    if not name or names.knows(name):
        return
    if match := names.like(name):
        what = f"{name!r} is nearly the same name as {match!r}; both are kept"
        remedy = "If one is a slip of the pen, correct it and import again."
        found.notes.append(Problem(what, f"{work.table.name}, {address(work.table, row.number)}", "", remedy))
    names.add(identity, name, *([other] if other and not names.knows(other) else []))


def _read_table(
    work: _Work, known: Known, entries: Entries, found: RegisterImport, *, order: str, today: dt.date
) -> None:
    reader = Reader(work.fit, work.rows, known, order=order, today=today)
    found.notes += [Problem(note, work.table.name) for note in reader.notes]
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    accepted = []
    for row in work.rows:
        if _ties_nothing(work, row, known):
            _set_aside(work, row, "only one of the two is named, so that nothing is tied", found)
            continue
        values = reader.read(row)
        where = address(work.table, row.number)
        if not row.faults and _enters(work, row, values.fields, entries, found):
            accepted.append((row, values.fields))
            for place, text, read_as in values.near:
                said[f"{text!r} is read as {read_as!r}", ""].append(address(work.table, row.number, place))
            for note in (*values.notes, *contradictions(values, row, work.fit, known)):
                said[note, "Check the row."].append(where)
        if row.faults:
            work.outcome.refused += 1
            found.refused += [listed_fault(work.table, row, fault) for fault in row.faults]
    work.outcome.accepted += len(accepted)
    for note, where in moved_figures(accepted):
        said[note, "Check both rows."].append(where)
    found.notes += [
        Problem(what, f"{work.table.name}, {_places(places)}", "", remedy)
        for (what, remedy), places in said.items()
    ]


def _ties_nothing(work: _Work, row: Row, known: Known) -> bool:
    """Tell whether a row of ties names one thing alone; where nothing else defines it, it is defined by that."""
    if work.fit.shape.id not in TIES or row.faults:
        return False
    needed = [field_ for field_ in work.fit.shape.fields.values() if field_.needed]
    named = [(field_.type, row.text(work.fit.columns[field_.name])) for field_ in needed]
    named = [(type_, text) for type_, text in named if text]
    for type_, text in named if len(named) == 1 else ():
        if OWN.get(type_) in known.open:
            known.find(type_, text)
    return len(named) == 1


def _places(places: Sequence[str]) -> str:
    more = len(places) - SHOWN
    return "; ".join(places[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _enters(
    work: _Work, row: Row, fields: Mapping[str, Any], entries: Entries, found: RegisterImport
) -> bool:
    """Take a row over, unless an earlier one said the same, or something else of the same thing."""
    where = f"{work.table.name}, {address(work.table, row.number)}"
    source = row.text(work.fit.shared.get("told")) or where
    try:
        entries.take(work.fit.shape.id, fields, source, where)
    except Repeated as repeated:
        _set_aside(work, row, str(repeated), found)
        return False
    except Contradicted as contradicted:
        row.faults.append(
            Fault(str(contradicted), "Keep one of the two rows, or give each an id of its own.")
        )
        return False
    return True


def _set_aside(work: _Work, row: Row, why: str, found: RegisterImport) -> None:
    work.outcome.set_aside += 1
    found.set_aside.append(replace(listed_fault(work.table, row, Fault(why)), texts=()))


def _tell_defined(known: Known, found: RegisterImport) -> None:
    for register, titles in sorted(known.defined.items()):
        what = f"No table lists the {register}: they are taken from where they are named"
        found.notes.append(
            Problem(what, "", _listing(titles.values()), "Correct a name where it is misspelt.")
        )


def _listing(names: Iterable[str]) -> str:
    return ", ".join(names)
