"""What a person gets back for a file that was brought in: how many rows entered, which did not, and the marked copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almena.model.data import Layer, RoleData, Table
from almena.model.kit import KitFile
from almena.model.listed import rows_listed
from almena.model.origin import Source
from almena.model.problem import InputError, Problem

WORKBOOKS = (".xlsx", ".xlsm")
MOST_ADDRESSES = 1_000


@dataclass(frozen=True)
class Receipt:
    """
    What came of one file.

    Parameters
    ----------
    spec : KitFile
        Its entry in the kit.
    content : RoleData
        What was read.
    """

    spec: KitFile
    content: RoleData

    def counts(self) -> dict[str, int]:
        """Return the rows read, accepted and left out; zero rows read when the format has none."""
        size = len(self.content) if isinstance(self.content, (Layer, Table)) else 0
        return {"read": self.content.rows_read, "accepted": size, "listed": rows_listed(self.content.listed)}

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield what was left out, one entry for each reason, with the first thousand addresses."""
        for one in self.content.listed:
            yield {
                "file": self.spec.path,
                "sheet": one.sheet,
                "field": one.field,
                "rows": one.is_rows,
                "number": len(one),
                "where": list(one.where[:MOST_ADDRESSES]),
                "texts": list(one.texts[:MOST_ADDRESSES]),
                "why": one.why,
                "remedy": one.remedy,
            }


def place_of_copy(path: Path, annotated: Path) -> Path:
    """
    Return where the marked copy of a file goes.

    Parameters
    ----------
    path : Path
        The file brought in.
    annotated : Path
        An .xlsx to write, or a folder.

    Raises
    ------
    InputError
        When the path is no single file, or the copy would replace it or is no workbook.
    """
    out = annotated / f"{path.stem}_checked.xlsx" if annotated.is_dir() else annotated
    if not path.is_file():
        why = "the path holds several files"
        raise InputError(
            Problem("--annotated is for a single file", str(path), why, "Import the file by itself.")
        )
    if out.suffix.lower() != ".xlsx":
        remedy = "Give a name that ends with .xlsx, or a folder."
        raise InputError(Problem("The marked copy is a workbook", str(out), "", remedy))
    if out.exists() and out.resolve() == path.resolve():
        remedy = "Give another name, so that your own file stays as it is."
        raise InputError(Problem("The marked copy would replace the file", str(out), "", remedy))
    return out


def mark_copy(path: Path, receipts: Sequence[Receipt], problems: Sequence[Problem], out: Path) -> Path:
    """
    Write a file back as a workbook with everything marked that was found in it.

    Parameters
    ----------
    path : Path
        The file; tables come back with all their cells, maps with the list of problems alone.
    receipts : sequence of Receipt
        What was read from it.
    problems : sequence of Problem
        What could not be read.
    out : Path
        The workbook to write.

    Raises
    ------
    AlmenaError
        When it cannot be written.
    """
    from almena.publish.marked_workbook import mark_workbook

    listed = [one for receipt in receipts for one in receipt.content.listed]
    if path.suffix.lower() in WORKBOOKS and _opens(path):
        return mark_workbook(path, {}, listed, problems, out)
    return mark_workbook(None, _cells(path), listed, problems, out)


def _opens(path: Path) -> bool:
    """Tell whether a workbook can be opened at all; one that cannot comes back as a list of problems."""
    return bool(_cells(path))


def _cells(path: Path) -> dict[str, list[list[Any]]]:
    """Return the cells of a table file by sheet; nothing for maps and for what cannot be opened."""
    from almena.harmonise.found import FoundFile
    from almena.harmonise.sheet import every_sheet

    spec = KitFile("", path.name, "table", sheet="1")
    try:
        return every_sheet(FoundFile(spec, (path,), Source("", path.name, "")))
    except InputError:
        return {}
