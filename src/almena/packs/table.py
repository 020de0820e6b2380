"""Read one table of a pack; every row knows where it stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from almena.model.problem import InputError, Problem

Row = dict[str, str]


def read_table(name: str, folder: Traversable | None = None) -> list[Row]:
    """
    Read a table of the built-in pack, or of a folder given.

    Parameters
    ----------
    name : str
        File name with extension.
    folder : Traversable, optional
        Folder of another pack.

    Returns
    -------
    list of dict
        One entry per row, with blanks stripped and the row number under ``_row``.

    Raises
    ------
    InputError
        When the table is missing, or rows have more or fewer cells than the header.
    """
    if folder is None:
        return [dict(row) for row in _of_the_pack(name)]
    return _read(folder / name, name)


@cache
def _of_the_pack(name: str) -> list[Row]:
    """Read a table of the built-in pack once: some are asked for at every age group or street."""
    return _read(resources.files("almena.packs") / name, name)


def _read(place: Traversable, name: str) -> list[Row]:
    if not place.is_file():
        raise InputError(Problem(f"The pack lacks the table {name}", str(name), remedy="Reinstall the pack."))
    return list(_rows(place.read_text(encoding="utf-8-sig"), name))


def _rows(text: str, name: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text))
    header = [cell.strip() for cell in next(reader, [])]
    repeated = sorted({cell for cell in header if header.count(cell) > 1})
    if repeated:
        what = f"The header names a column twice: {', '.join(repeated)}"
        raise InputError(Problem(what, f"{name}, row 1", remedy="Keep one of them."))
    problems = []
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            why = f"{len(cells)} cells where the header has {len(header)}"
            problems.append(
                Problem(
                    "A row does not fit its table",
                    f"{name}, row {number}",
                    why,
                    "Check its commas and quotes.",
                )
            )
            continue
        yield {key: cell.strip() for key, cell in zip(header, cells, strict=True)} | {"_row": str(number)}
    if problems:
        raise InputError(*problems)
