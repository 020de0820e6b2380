"""What the readers of all formats hand over, before anybody knows whose document it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from almena.geo.prose import repaired
from almena.model.document import Passage
from almena.model.problem import InputError, Problem


@dataclass(frozen=True)
class Parts:
    """
    What a file of any format holds.

    Parameters
    ----------
    passages, running : tuple of Passage
        Its passages; what repeats on its pages.
    pages : int
        Number of pages; 1 without pages.
    title, author, date : str
        As the file says.
    notes : tuple of Problem
        What could not be read.
    scanned : tuple of int
        Pages that are pictures.
    """

    passages: tuple[Passage, ...]
    running: tuple[Passage, ...] = ()
    pages: int = 1
    title: str = ""
    author: str = ""
    date: str = ""
    notes: tuple[Problem, ...] = ()
    scanned: tuple[int, ...] = ()


def refusal(what: str, name: str, why: str, remedy: str) -> InputError:
    """
    Return the error to raise when a document cannot be used.

    Parameters
    ----------
    what, name, why, remedy : str
        The four texts of its problem.
    """
    return InputError(Problem(what, name, why, remedy))


@dataclass
class Gathering:
    """
    Passages of a format without pages, as they come: each gets its address, and the headings above it.

    Parameters
    ----------
    most : int
        Passages after which no more are taken.
    passages : list of Passage
        What came so far.
    """

    most: int
    passages: list[Passage] = field(default_factory=list)
    _above: list[tuple[int, str]] = field(default_factory=list)
    _tables: int = 0

    @property
    def is_full(self) -> bool:
        """Tell whether no more is taken."""
        return len(self.passages) >= self.most

    def add(self, kind: str, text: str, level: int = 0) -> None:
        """Take a passage; a heading of some level ends the sections of that level and below."""
        text = repaired(text)
        if not text or self.is_full:
            return
        if kind == "heading":
            self._above = [(n, t) for n, t in self._above if n < level] + [(level, text)]
        ident = f"{kind[0]}{len(self.passages) + 1}"
        self.passages.append(Passage(ident, 1, None, kind, text, self.section))

    def add_table(self, rows: list[list[str]], *, headed: bool | None = None, name: str = "") -> None:
        """Take the rows of a table; without a word on it, the first is the header when it has no figures."""
        rows = [[repaired(cell) for cell in row] for row in rows]
        if not any(any(row) for row in rows):
            return
        self._tables += 1
        table = name or f"t{self._tables}"
        first = 0
        if headed is None:
            headed = len(rows) > 1 and all(rows[0]) and not any(c.isdigit() for cell in rows[0] for c in cell)
        header = tuple(rows[0]) if headed else ()
        first = 1 if headed else 0
        for number, row in enumerate(rows[first:], start=first + 1):
            if any(row) and not self.is_full:
                self.passages.append(self._row(table, number, row, header))

    def _row(self, table: str, number: int, row: list[str], header: tuple[str, ...]) -> Passage:
        width = max(len(row), len(header))
        cells = tuple(row + [""] * (width - len(row)))
        text = " | ".join(cell for cell in row if cell)
        header = header + ("",) * (width - len(header)) if header else ()
        ident = f"{table}!{number}"
        return Passage(ident, 1, None, "table", text, self.section, table, number, cells=cells, header=header)

    @property
    def section(self) -> str:
        """Return the headings above, outermost first."""
        return " / ".join(text for _, text in self._above)
