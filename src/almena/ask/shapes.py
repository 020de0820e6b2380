"""Which register a table fills: told by its columns, then by the words in them, then by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from almena.ask.fields import COMMON, Field, Shape, shapes, shared_headers
from almena.ask.naming import Names, heard
from almena.ask.vocabulary import Vocabulary

HEADER_ROWS = 15
TELLING, WEAK, HINT, STRANGE = 4, 2, 3, -1
"""Points of a header that says what it is, of one that many tables use, of a fitting name, of a strange header."""
PROVEN = 6
CODED = frozenset({"indicator"})
CODES = frozenset({"code", "indicator code", "indicator id", "question code"})
"""Types of fields that a code says best; headers of such codes."""
FIRST_ROWS, FITTING_SHARE = 100, 0.6
"""How many cells of a choice are looked at, and which share of them must be steps of its list; assumed."""


@dataclass(frozen=True)
class CellTable:
    """
    One table as it stands in a file.

    Parameters
    ----------
    file, sheet : str
        Name of the file; name of the sheet in a workbook, empty in a text file.
    page : str
        Name of its sheet in a marked workbook; no two tables of an import share one.
    rows : tuple of tuples
        Cells; the first row is row 1 of the file.
    """

    file: str
    sheet: str
    page: str
    rows: tuple[tuple[Any, ...], ...]

    @property
    def name(self) -> str:
        """Return how people speak of it."""
        return f"{self.file}, {self.sheet}" if self.sheet else self.file


@dataclass(frozen=True)
class Fit:
    """
    One reading of a table.

    Parameters
    ----------
    shape : Shape
        What it may be.
    header : int
        Position of the header row, from 0.
    columns : mapping of str to int
        Position of each field's column, from 0.
    shared : mapping of str to int
        Positions of the columns ``city`` and ``told``.
    strange : tuple of str
        Headers that no field answers to.
    points : int
        How well it fits.
    is_told : bool
        Whether something says so that other tables do not share.
    """

    shape: Shape
    header: int
    columns: Mapping[str, int]
    shared: Mapping[str, int] = field(default_factory=dict)
    strange: tuple[str, ...] = ()
    points: int = 0
    is_told: bool = False


def fits(table: CellTable, vocabulary: Vocabulary) -> list[Fit]:
    """Return every credible reading of a table, best first."""
    found = [
        fit
        for row in range(min(HEADER_ROWS, len(table.rows)))
        for shape in shapes().values()
        if (fit := _fit(table, row, shape, vocabulary)) is not None
    ]
    told = [fit for fit in found if fit.is_told]
    return sorted(told, key=lambda fit: (-fit.points, fit.header, list(shapes()).index(fit.shape.id)))


def fit_as(table: CellTable, shape: str, vocabulary: Vocabulary) -> Fit | None:
    """Return the reading of a table as the shape that a person says it is, or None when columns lack."""
    found = [
        fit
        for row in range(min(HEADER_ROWS, len(table.rows)))
        if (fit := _fit(table, row, shapes()[shape], vocabulary)) is not None
    ]
    return max(found, key=lambda fit: fit.points, default=None)


def _fit(table: CellTable, row: int, shape: Shape, vocabulary: Vocabulary) -> Fit | None:
    headers = [heard(cell) if isinstance(cell, str) else "" for cell in table.rows[row]]
    columns, telling = _assigned(headers, shape)
    if any(field_.needed and field_.name not in columns for field_ in shape.fields.values()):
        return None
    taken = set(columns.values())
    shared = {
        name: place
        for name, known in shared_headers().items()
        if name != COMMON
        for place, header in enumerate(headers)
        if header in known and place not in taken
    }
    strange = tuple(
        str(table.rows[row][place])
        for place, header in enumerate(headers)
        if header and place not in taken and place not in shared.values()
    )
    needed_told = any(shape.fields[name].needed for name in telling)
    hinted = _is_hinted(table, shape)
    proven = sum(_is_proven(table, row, place, shape, name, vocabulary) for name, place in columns.items())
    points = TELLING * len(telling) + WEAK * (len(columns) - len(telling)) + STRANGE * len(strange)
    points += HINT * hinted + PROVEN * proven
    return Fit(shape, row, columns, shared, strange, points, needed_told or hinted or proven > 0)


def _assigned(headers: Sequence[str], shape: Shape) -> tuple[dict[str, int], set[str]]:
    """Give each field its column, telling headers first; return the fields whose header tells, too."""
    columns: dict[str, int] = {}
    telling: set[str] = set()
    for is_telling in (True, False):
        for name, field_ in shape.fields.items():
            known = field_.telling if is_telling else field_.weak
            free = [p for p, h in enumerate(headers) if h in known and p not in columns.values()]
            if name not in columns and free:
                columns[name] = min(free, key=lambda place: (_rank(headers[place], field_), place))
                telling |= {name} if is_telling else set()
    return columns, telling


def _rank(header: str, field_: Field) -> int:
    """Rank headers that answer to one field: beside a column of codes, one of its own name holds words."""
    if field_.type in CODED and header in CODES:
        return 0
    return 1 if header == heard(field_.name) else 2


def _is_hinted(table: CellTable, shape: Shape) -> bool:
    """Tell whether the sheet, or the file without its city, is named like the shape."""
    stem = table.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    names = {heard(table.sheet), heard(stem)}
    words = {heard(shape.id), *shape.words}
    return any(name == word or name.endswith(f" {word}") for name in names if name for word in words)


def _is_proven(
    table: CellTable, row: int, place: int, shape: Shape, name: str, vocabulary: Vocabulary
) -> bool:
    """Tell whether the cells of a choice are steps of its list."""
    steps = vocabulary.choices.get(shape.fields[name].list) if shape.fields[name].type == "choice" else None
    if not steps:
        return False
    cells = [r[place] for r in table.rows[row + 1 : row + 1 + FIRST_ROWS] if place < len(r)]
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    known = Names(steps)
    return bool(texts) and sum(known.knows(text) for text in texts) >= FITTING_SHARE * len(texts)
