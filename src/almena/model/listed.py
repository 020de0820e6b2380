"""What a reader did not take over, row by row and cell by cell, so that nothing is lost silently."""

from __future__ import annotations

from dataclasses import dataclass, replace

OWN_SHEET = "_almena"
"""The sheet that Almena adds to a workbook it gives back; it is never read as data."""
LISTS_SHEET = "_lists"
"""The hidden sheet of an empty workbook that holds the words of its drop-downs; it is never read as a register."""


@dataclass(frozen=True)
class Listed:
    """
    Rows or cells of one file that did not enter, all for one reason.

    Parameters
    ----------
    why : str
        The reason, in plain words.
    where : tuple of str
        The address of each: a cell such as ``C5``, a row, a feature.
    rows : tuple of int
        The number of each row in the file, counted from 1; empty when rows have no numbers.
    column : int
        Number of the column, counted from 1; 0 when whole rows are left out.
    sheet : str
        Sheet or layer inside the file; empty when there is one only.
    field : str
        Canonical field that the cells were for.
    texts : tuple of str
        What the cells hold.
    remedy : str
        What a person can do about it; empty when nothing is wrong.
    file : str
        The file, when a kit entry names several.
    """

    why: str
    where: tuple[str, ...]
    rows: tuple[int, ...] = ()
    column: int = 0
    sheet: str = ""
    field: str = ""
    texts: tuple[str, ...] = ()
    remedy: str = ""
    file: str = ""

    def __len__(self) -> int:
        return len(self.where)

    @property
    def is_rows(self) -> bool:
        """Tell whether whole rows are left out, and not single cells of rows that stay."""
        return self.column == 0

    def of(self, file: str) -> Listed:
        """Return the same, with the file named."""
        return replace(self, file=file)


def rows_listed(listed: tuple[Listed, ...]) -> int:
    """Return the number of whole rows that were left out."""
    return sum(len(one) for one in listed if one.is_rows)
