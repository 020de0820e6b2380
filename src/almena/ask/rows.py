"""Rows of a table as a careful person sees them: in their columns again where a stray mark has moved them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from almena.ask.naming import Names, parts_of
from almena.ask.shapes import CellTable, Fit
from almena.model.listed import Listed

DELIMITERS = ";\t|,"
SHIFTED = "the cell belongs to the column before: a stray delimiter has moved the row"
TOO_LONG = "the row has more cells than the header"


@dataclass(frozen=True)
class Fault:
    """
    Why a row cannot enter, at one of its cells.

    Parameters
    ----------
    why, remedy : str
        Reason and what to do.
    place : int
        Position of the column from 0; -1 for the row as a whole.
    field, text : str
        Field that the cell was for; what it holds.
    """

    why: str
    remedy: str = ""
    place: int = -1
    field: str = ""
    text: str = ""


@dataclass
class Row:
    """
    One row under the header.

    Parameters
    ----------
    number : int
        Row of the file, from 1.
    cells : list
        Its cells, put back into their columns.
    faults : list of Fault
        Why it cannot enter; empty when it can.
    notes : list of str
        What was decided about it.
    """

    number: int
    cells: list[Any]
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def cell(self, place: int | None) -> Any:
        """Return a cell by its position; None where the row is shorter."""
        value = self.cells[place] if place is not None and place < len(self.cells) else None
        return None if isinstance(value, str) and not value.strip() else value

    def text(self, place: int | None) -> str:
        """Return a cell as a text in one line."""
        return text_of(self.cell(place))


def text_of(cell: Any) -> str:
    """Return a cell as a text in one line; a whole number without its decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def rows_of(table: CellTable, fit: Fit, elements: Names) -> Iterator[Row]:
    """
    Yield the rows under the header that hold anything.

    Parameters
    ----------
    table, fit : CellTable, Fit
        The table and how it is read.
    elements : Names
        Urban elements: names of theirs next to their column show that a row has moved.
    """
    width = len(table.rows[fit.header])
    for number, cells in enumerate(table.rows[fit.header + 1 :], fit.header + 2):
        row = Row(number, list(cells))
        if any(row.text(place) for place in range(len(row.cells))):
            _part_anew(row, width)
            _move_back(row, fit, width, elements)
            surplus = [cell for cell in row.cells[width:] if text_of(cell)]
            if surplus and not row.faults:
                remedy = "Put texts that hold the delimiter into quotes, or take the surplus cells out."
                row.faults.append(Fault(TOO_LONG, remedy, text=" | ".join(map(text_of, surplus))))
            yield row


def _part_anew(row: Row, width: int) -> None:
    """Part a row that came as one cell because it alone uses another delimiter."""
    filled = [cell for cell in row.cells if text_of(cell)]
    if width < 2 or len(filled) != 1 or not isinstance(row.cells[0], str) or filled[0] is not row.cells[0]:
        return
    for delimiter in DELIMITERS:
        cells = next(csv.reader([" ".join(row.cells[0].splitlines())], delimiter=delimiter), [])
        if len(cells) == width:
            row.cells = list(cells)
            row.notes.append(f"The row is parted by {delimiter!r}, unlike the others")
            return


def _move_back(row: Row, fit: Fit, width: int, elements: Names) -> None:
    """Join elements that a stray delimiter has spread over other columns, when the row is longer by as many."""
    place = fit.columns.get("elements")
    names = {p: name for name, p in fit.columns.items()}
    if place is None or not row.cell(place):
        return
    after = place + 1
    while _is_elements(row.cell(after), elements) and fit.shape.fields.get(names.get(after, "")) is not None:
        after += 1
    moved = after - place - 1
    if not moved:
        return
    text = row.text(place + 1)
    if len(row.cells) - moved >= width and not any(text_of(cell) for cell in row.cells[width + moved :]):
        joined = "; ".join(row.text(p) for p in range(place, after))
        row.cells[place:after] = [joined]
        row.notes.append(f"{text!r} stood one column too far, and is read as part of the urban elements")
        return
    remedy = "Put the urban elements into one cell, parted by commas, and the numbers into their own columns."
    row.faults.append(Fault(SHIFTED, remedy, place + 1, names.get(place + 1, ""), text))


def _is_elements(cell: Any, elements: Names) -> bool:
    """Tell whether a cell holds names of elements and nothing else; numbers are codes anywhere, and prove nothing."""
    if not isinstance(cell, str) or not any(c.isalpha() for c in cell):
        return False
    return all(match.ids for _, match in parts_of(cell, elements))


def address(table: CellTable, number: int, place: int = -1) -> str:
    """Return the address of a cell, or of a row: ``C5``, ``row 5``, ``row 5, column 3``."""
    if place < 0:
        return f"row {number}"
    if table.sheet:
        return f"{_letters(place)}{number}"
    return f"row {number}, column {place + 1}"


def _letters(position: int) -> str:
    first, last = divmod(position, 26)
    return (_letters(first - 1) if first else "") + chr(ord("A") + last)


def listed_fault(table: CellTable, row: Row, fault: Fault) -> Listed:
    """Return a fault as it is listed, and marked in a workbook."""
    return Listed(
        why=fault.why,
        where=(address(table, row.number, fault.place),),
        rows=(row.number,),
        column=fault.place + 1,
        sheet=table.page,
        field=fault.field,
        texts=(fault.text,),
        remedy=fault.remedy,
        file=table.name,
    )
