"""From the columns of any file to the canonical fields of a role: chosen, filtered, translated, cast, converted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.casting import Cast, cast, text_array, texts_of
from almena.harmonise.choosing import Choice, choose, find_column
from almena.harmonise.dates import AmbiguousDatesError
from almena.harmonise.found import FoundFile
from almena.harmonise.numbers import AmbiguousNumbersError
from almena.harmonise.text import repair_mojibake
from almena.harmonise.units import conversion
from almena.harmonise.words import count, listing
from almena.model.card import Role
from almena.model.listed import Listed, rows_listed
from almena.model.problem import InputError, Problem, raise_all

SHOWN = 3
PLAUSIBLE_BAD_SHARE = 0.5
_REMEDY = "Correct the cell, or list its text under `missing` in the kit when it means that nothing is known."


@dataclass(frozen=True)
class RawTable:
    """
    Columns as a file has them.

    Parameters
    ----------
    names : tuple of str
        Column names in order; they may repeat.
    length : int
        Number of rows.
    get : callable
        Returns the raw values of a column by its position from 0, as an array of shape (length,).
    inside : str
        The sheet, layer or table inside the file, for messages; empty when there is one only.
    address : callable, optional
        Returns the address of a cell by column position and row, such as ``C5``.
    notes : tuple of str
        What the reader decided so far.
    number : callable, optional
        Returns the number of a row in the file, counted from 1, by its position from 0.
    listed : tuple of Listed
        Rows of the file that are no rows of the table, such as tags, units and totals.
    addresses : callable, optional
        Returns the addresses of many cells of a column, by its position and an array of rows: quicker than one by one.
    """

    names: tuple[str, ...]
    length: int
    get: Callable[[int], NDArray[Any]]
    inside: str = ""
    address: Callable[[int, int], str] | None = None
    notes: tuple[str, ...] = ()
    number: Callable[[int], int] | None = None
    listed: tuple[Listed, ...] = ()
    addresses: Callable[[int, NDArray[np.intp]], tuple[str, ...]] | None = None

    @property
    def rows_read(self) -> int:
        """Return the number of rows in the file, with those that are no rows of the table."""
        return self.length + rows_listed(self.listed)

    def addresses_of(self, column: int, rows: NDArray[np.intp]) -> tuple[str, ...]:
        """Return the addresses of cells of one column; none when the reader knows no addresses."""
        if self.addresses is not None:
            return self.addresses(column, rows)
        return tuple(self.address(column, row) for row in rows.tolist()) if self.address else ()

    def leave(
        self, why: str, rows: NDArray[np.intp], remedy: str = "", column: int = -1, **more: Any
    ) -> tuple[Listed, ...]:
        """
        Return the record of rows, or of cells of one column, that do not enter; nothing for none.

        Parameters
        ----------
        why, remedy : str
            As in `Listed`.
        rows : ndarray of int
            Positions of the rows.
        column : int
            Position of the column; -1 when whole rows are left out.
        **more
            Field and texts of the cells.
        """
        if not len(rows):
            return ()
        here = rows.tolist()
        where = (self.cell(column, row) if column >= 0 else self.row(row) for row in here)
        return (
            Listed(
                why,
                tuple(where),
                tuple(self.number(row) if self.number else row + 1 for row in here),
                column + 1,
                self.inside.removeprefix("sheet "),
                remedy=remedy,
                **more,
            ),
        )

    def cell(self, column: int, row: int) -> str:
        """Return the address of a cell."""
        return self.address(column, row) if self.address else self.row(row)

    def row(self, row: int) -> str:
        """Return the address of a row, or of a feature."""
        if self.number is None and self.address is not None:
            return self.address(0, row)
        return f"row {self.number(row) if self.number else row + 1}"


@dataclass(frozen=True)
class Canonical:
    """
    Canonical columns with the rows that were kept.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (n,)
        Values by canonical field.
    rows : ndarray of int, shape (n,)
        Positions of the kept rows in the raw table.
    cells : mapping of str to tuple of str
        Addresses by canonical field, when the format has addresses.
    notes : tuple of str
        What was decided, repaired or left out.
    steps : tuple of str
        What was done, for the origin.
    listed : tuple of Listed
        Rows and cells that were left out.
    """

    columns: Mapping[str, NDArray[Any]]
    rows: NDArray[np.intp]
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    listed: tuple[Listed, ...] = ()


def canonical(raw: RawTable, found: FoundFile, role: Role) -> Canonical:
    """
    Return the canonical fields of a role from the columns of a file, as the kit says.

    Parameters
    ----------
    raw : RawTable
        The columns.
    found : FoundFile
        The file with its kit entry (``fields``, ``where``, ``codes``, ``missing``, ``units`` …).
    role : Role
        What is wanted, with the type of each field.

    Raises
    ------
    InputError
        With all missing columns and all columns that cannot be cast.
    """
    choices, notes = choose(raw.names, raw.inside, found, role)
    rows, kept, listed = _where(raw, found)
    columns, cells = {}, {}
    problems: list[Problem] = []
    for choice in choices:
        try:
            columns[choice.field], said, bad = _column(raw, choice, rows, found, role)
        except InputError as error:
            problems += error.problems
            continue
        notes += said
        listed += bad
        if raw.address is not None:
            cells[choice.field] = raw.addresses_of(choice.positions[0], rows)
    raise_all(problems)
    steps = (*_steps(choices, raw, found), *kept)
    return Canonical(columns, rows, cells, (*raw.notes, *kept, *notes), steps, (*raw.listed, *listed))


def _column(
    raw: RawTable, choice: Choice, rows: NDArray[np.intp], found: FoundFile, role: Role
) -> tuple[NDArray[Any], tuple[str, ...], tuple[Listed, ...]]:
    """Return one canonical column with its notes and the cells that are left out."""
    values, notes = _translated(_joined(raw, choice.positions)[rows], choice, found)
    result = _cast(values, choice, raw, found)
    if choice.kind == "text" and result.values.dtype.kind in "UO":
        texts, repaired = repair_mojibake(result.values.tolist())
        if repaired:
            result = Cast(text_array(texts), result.bad)
            notes += (f"{choice.field}: {count(repaired, 'wrongly decoded text')} repaired",)
    notes += tuple(f"{choice.field}: {note}" for note in result.notes)
    said, bad = _bad_cells(result, choice, raw, rows, found)
    return (*_converted(result.values, choice, found, role, notes + said), bad)


def _joined(raw: RawTable, positions: Sequence[int]) -> NDArray[Any]:
    """Return a column, or several joined with a blank where the kit writes ``date+hour``."""
    if len(positions) == 1:
        return raw.get(positions[0])
    parts = [texts_of(raw.get(p)) for p in positions]
    return text_array([" ".join(p for p in row if p) if row[0] else "" for row in zip(*parts, strict=True)])


def _translated(
    values: NDArray[Any], choice: Choice, found: FoundFile
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return the values with the kit's codes applied; values without a code stay and are noted."""
    codes = found.spec.codes.get(choice.field)
    if not codes:
        return values, ()
    texts = texts_of(values)
    known = {*codes, *codes.values(), ""}
    unknown = sorted({t for t in texts if t not in known})
    notes = (f"{choice.field}: no code for {listing(unknown, 5)}",) if unknown else ()
    return text_array([codes.get(t, t) for t in texts]), notes


def _cast(values: NDArray[Any], choice: Choice, raw: RawTable, found: FoundFile) -> Cast:
    spec = found.spec
    inside = _inside(raw, choice)
    first = np.arange(min(raw.length, 1))
    head = raw.leave("it can be read in two ways", first, column=choice.positions[0], field=choice.field)
    try:
        return cast(values, choice.kind, missing=spec.missing, decimal=spec.decimal, dates=spec.dates)
    except AmbiguousNumbersError as error:
        remedy = 'Say in the kit which one it is: decimal = "," or decimal = ".".'
        raise found.refusal("Numbers can be read in two ways.", f"{error}.", remedy, inside, head) from error
    except AmbiguousDatesError as error:
        remedy = (
            'Say in the kit which one it is: dates = "day-first", "month-first", "year-first" or a pattern.'
        )
        raise found.refusal("Dates can be read in two ways.", f"{error}.", remedy, inside, head) from error


def _bad_cells(
    result: Cast, choice: Choice, raw: RawTable, rows: NDArray[np.intp], found: FoundFile
) -> tuple[tuple[str, ...], tuple[Listed, ...]]:
    """Refuse a column that is mostly not of its type; list the few cells that are not."""
    bad = np.flatnonzero(result.bad)
    if not len(bad):
        return (), ()
    texts = texts_of(_joined(raw, choice.positions)[rows])
    shown = listing((_cell(raw, choice, rows[i], texts[i]) for i in bad[:SHOWN]), SHOWN)
    column, held = choice.positions[0], tuple(texts[i] for i in bad.tolist())
    listed = raw.leave(
        f"it is not of type {choice.kind}", rows[bad], _REMEDY, column, field=choice.field, texts=held
    )
    if len(bad) > PLAUSIBLE_BAD_SHARE * sum(bool(t) for t in texts):
        raise found.refusal(
            f"The column for {choice.field} does not hold what the role asks for ({choice.kind}).",
            f"{len(bad):,} of {count(len(texts), 'value')} cannot be read, for example {shown}.",
            "Name another column in `fields`, or list the texts that mean nothing under `missing`.",
            _inside(raw, choice),
            listed,
        )
    note = f"{choice.field}: {count(len(bad), 'value')} left out, not of type {choice.kind}: {shown}"
    return (note,), listed


def _cell(raw: RawTable, choice: Choice, row: int, text: str) -> str:
    where = raw.address(choice.positions[0], int(row)) if raw.address else f"row {int(row) + 1}"
    return f"{text!r} ({where})"


def _converted(
    values: NDArray[Any], choice: Choice, found: FoundFile, role: Role, notes: tuple[str, ...]
) -> tuple[NDArray[Any], tuple[str, ...]]:
    unit = found.spec.units.get(choice.field)
    if not unit:
        return values, notes
    change = conversion(role, choice.field, unit, found)
    if change.is_identity:
        return values, notes
    return change.apply(values), (
        *notes,
        f"{choice.field}: converted from {change.source} to {change.target}",
    )


def _where(raw: RawTable, found: FoundFile) -> tuple[NDArray[np.intp], tuple[str, ...], tuple[Listed, ...]]:
    """Return the positions of the rows that the kit keeps, with a note and a record of those left out."""
    keep = np.ones(raw.length, dtype=np.bool_)
    for column, wanted in found.spec.where.items():
        position = find_column(column, raw.names, raw.inside, found).positions[0]
        texts = text_array(texts_of(raw.get(position)))
        here = np.isin(texts, list(wanted))
        if not (keep & here).any():
            raise _nothing_kept(column, wanted, texts, raw, found)
        keep &= here
    left = int(raw.length - keep.sum())
    said = " and ".join(f"{c} is {' or '.join(w)}" for c, w in found.spec.where.items())
    notes = (f"{count(left, 'row')} of {raw.length:,} left out: kept where {said}",) if left else ()
    return np.flatnonzero(keep), notes, raw.leave(f"kept only where {said}", np.flatnonzero(~keep))


def _nothing_kept(
    column: str, wanted: Sequence[str], texts: NDArray[Any], raw: RawTable, found: FoundFile
) -> InputError:
    return found.refusal(
        "No row is left after the filter.",
        f"No row has {column} = {listing(wanted)}; the column holds {listing(np.unique(texts), 8)}.",
        "Correct `where` in the kit.",
        raw.inside,
    )


def _inside(raw: RawTable, choice: Choice) -> str:
    name = "+".join(raw.names[p] or str(p + 1) for p in choice.positions)
    return f"{raw.inside}, column {name}" if raw.inside else f"column {name}"


def _steps(choices: Sequence[Choice], raw: RawTable, found: FoundFile) -> tuple[str, ...]:
    """Return the renaming and translating done, for the chain back to the file."""
    renamed = [
        f"{choice.field} from {'+'.join(raw.names[p] or f'column {p + 1}' for p in choice.positions)}"
        for choice in choices
        if raw.names[choice.positions[0]] != choice.field
    ]
    codes = [f"codes applied to {name}" for name in found.spec.codes]
    return (*((f"fields: {'; '.join(renamed)}",) if renamed else ()), *codes)
