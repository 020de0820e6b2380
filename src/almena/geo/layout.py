"""How tables lie on a sheet: lists side by side, header rows one above the other; cells in, positions out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from almena.geo.strays import Stray, is_tag_row, stray_rows
from almena.packs.words import plain

LOOK_AT_ROWS = 60
DEEPEST_HEADER = 3
JOINT = " / "
_YEAR = re.compile(r"(1[89]|20|21)\d\d")
_NUMBER = re.compile(r"[-+]?[\d., \u00a0\u202f'’]*\d[\d., \u00a0\u202f'’]*([eE][-+]?\d+)?\s*%?")

Cells = Sequence[Sequence[Any]]
Merge = tuple[int, int, int, int]
"""First row, first column, last row and last column of a merged cell, counted from 0."""


@dataclass(frozen=True)
class Layout:
    """
    Where a table lies on its sheet.

    Parameters
    ----------
    header : int
        Number of the last header row, counted from 1; 0 when there is none.
    names : tuple of str
        Name of each column of the sheet; header rows one above the other are joined with `` / ``.
    columns : tuple of int
        Positions of the columns of the list or lists that are meant.
    rows : tuple of int
        Positions of the rows that hold the table.
    strays : tuple of Stray
        Rows below the header that are no rows of the table, with the reason.
    lists : int
        Number of lists that lie side by side.
    rivals : int
        Number of lists that bear every name asked for.
    levels : int
        Number of header rows that were joined.
    """

    header: int
    names: tuple[str, ...]
    columns: tuple[int, ...]
    rows: tuple[int, ...]
    strays: tuple[Stray, ...] = ()
    lists: int = 1
    rivals: int = 1
    levels: int = 1


def lay_out(
    cells: Cells,
    wanted: Sequence[str | int] = (),
    *,
    header: int | None = None,
    merged: Sequence[Merge] = (),
    kept: frozenset[str] = frozenset(),
) -> Layout:
    """
    Find a table among the cells of a sheet.

    Parameters
    ----------
    cells : sequence of rows
        Values as read; rows may be of unequal length.
    wanted : sequence of str or int
        Names of the columns asked for, or their numbers counted from 1.
    header : int, optional
        Number of the header row, counted from 1, when it is known; 0 when there is none.
    merged : sequence of four int
        Merged cells.
    kept : frozenset of str
        Labels of rows that are asked for, and so are never set aside as totals.
    """
    names = list(dict.fromkeys(n for n in wanted if isinstance(n, str) and not _is_by_number(n)))
    lists = side_by_side(cells)
    columns, rivals = _meant(cells, lists, wanted, names, merged)
    row = header if header is not None else _header_row(cells, columns, names, merged)
    titles, levels = header_names(cells, row, columns, merged)
    titles += ("",) * (max(map(len, cells), default=0) - len(titles))
    body = [i for i in range(row, len(cells)) if _holds(cells[i], columns)]
    strays = stray_rows(cells, body, columns, kept) if row else ()
    aside = {r for stray in strays for r in stray.rows}
    rows = tuple(i for i in body if i not in aside)
    return Layout(row, titles, columns, rows, strays, len(lists), rivals, levels)


def side_by_side(cells: Cells) -> list[tuple[int, ...]]:
    """Return the columns of each list on a sheet: lists are parted by columns without any cell."""
    width = max(map(len, cells), default=0)
    filled: set[int] = set()
    for row in cells:
        filled |= {c for c in range(len(row)) if c not in filled and is_filled(row, c)}
        if len(filled) == width:
            break
    lists: list[list[int]] = []
    for column in sorted(filled):
        if column - 1 in filled:
            lists[-1].append(column)
        else:
            lists.append([column])
    return [tuple(one) for one in lists] or [()]


def header_names(
    cells: Cells, row: int, columns: Sequence[int], merged: Sequence[Merge] = ()
) -> tuple[tuple[str, ...], int]:
    """
    Return the name of every column, and how many header rows make it.

    Parameters
    ----------
    cells : sequence of rows
        Values as read.
    row : int
        Number of the last header row, counted from 1; 0 for none.
    columns : sequence of int
        Columns of the list; others bear their own cell only.
    merged : sequence of four int
        Merged cells.
    """
    if not row or row > len(cells):
        return (), 1
    width = max(len(cells[row - 1]), max(columns, default=-1) + 1)
    names = [text(cells[row - 1], c) for c in range(width)]
    levels = 1
    for above in range(row - 2, max(row - 1 - DEEPEST_HEADER, -1), -1):
        joined = _joined(cells, above, names, columns, merged)
        if joined is None:
            break
        names, levels = joined, levels + 1
    return tuple(names), levels


def is_filled(row: Sequence[Any], column: int) -> bool:
    """Tell whether a row has something in a column."""
    cell = row[column] if column < len(row) else None
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _holds(row: Sequence[Any], columns: Sequence[int]) -> bool:
    """Tell whether a row has something in some of the columns; most have it in the first."""
    return bool(columns) and (is_filled(row, columns[0]) or any(is_filled(row, c) for c in columns))


def text(row: Sequence[Any], column: int) -> str:
    """Return a cell as a text; whole numbers of a spreadsheet lose their ``.0``."""
    cell = row[column] if column < len(row) else None
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _meant(
    cells: Cells,
    lists: list[tuple[int, ...]],
    wanted: Sequence[str | int],
    names: Sequence[str],
    merged: Sequence[Merge],
) -> tuple[tuple[int, ...], int]:
    """Return the columns of the lists that bear what is asked for, and how many bear all of it."""
    every = tuple(c for one in lists for c in one)
    if len(lists) == 1 or not wanted:
        return every, 1
    numbers = {n - 1 for ref in wanted for n in _numbers(ref)}
    whole = [
        one
        for one in lists
        if numbers <= set(one) and _most_named(cells, one, names, merged)[1] == len(names)
    ]
    if whole:
        return whole[0], len(whole)
    touched = [one for one in lists if numbers & set(one) or _most_named(cells, one, names, merged)[1]]
    return tuple(c for one in touched for c in one) or every, 1


def _header_row(cells: Cells, columns: Sequence[int], names: Sequence[str], merged: Sequence[Merge]) -> int:
    named, hits = _most_named(cells, columns, names, merged)
    return named if hits else _first_title_row(cells, columns)


def _most_named(
    cells: Cells, columns: Sequence[int], names: Sequence[str], merged: Sequence[Merge]
) -> tuple[int, int]:
    """Return the number of the row that bears most of the names, by itself or with those above; and how many."""
    best, most = 0, 0
    for number in range(1, min(len(cells), LOOK_AT_ROWS) + 1):
        heard = {plain(text(cells[number - 1], c)) for c in columns}
        if names and not all(_bears(heard, name) for name in names):
            titles, levels = header_names(cells, number, columns, merged)
            heard |= {plain(titles[c]) for c in columns if levels > 1 and c < len(titles)}
        hits = sum(_bears(heard, name) for name in names)
        if hits > most:
            best, most = number, hits
    return best, most


def _is_by_number(reference: str) -> bool:
    """Tell whether a reference joins numbers of columns; a number alone, as text, is a name such as a year."""
    return "+" in reference and all(part.strip().isdigit() for part in reference.split("+"))


def _numbers(reference: str | int) -> list[int]:
    if isinstance(reference, int):
        return [reference]
    return [int(part) for part in reference.split("+")] if _is_by_number(reference) else []


def _bears(heard: set[str], name: str) -> bool:
    """Tell whether a row bears a name, or all the names that a reference joins with a plus."""
    if plain(name) in heard:
        return bool(plain(name))
    parts = [part for part in name.split("+") if not part.strip().isdigit()]
    return "+" in name and bool(parts) and all(plain(part) in heard for part in parts)


def _first_title_row(cells: Cells, columns: Sequence[int]) -> int:
    """Return the first row as wide as the table that holds no number; 0 when there is no such row at its top."""
    widths = Counter(n for row in cells[:LOOK_AT_ROWS] if (n := _width(row, columns)))
    usual = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))[0]
    for position, row in enumerate(cells[:LOOK_AT_ROWS]):
        if _width(row, columns) < max(usual - 1, min(usual, 2)) or not any(
            is_filled(row, c) for c in columns
        ):
            continue
        if goes_on(cells, position, columns):
            return position + 2
        filled = [text(row, c) for c in columns if is_filled(row, c)]
        return 0 if any(is_number(t) for t in filled) and not _names_years(filled) else position + 1
    return 0


def _names_years(filled: Sequence[str]) -> bool:
    """Tell whether a row names columns by years, as tables of several censuses do."""
    years = [t for t in filled if _YEAR.fullmatch(t)]
    others = [t for t in filled if is_number(t) and not _YEAR.fullmatch(t)]
    return 2 <= len(years) == len(set(years)) and not others and not is_number(filled[0])


def _width(row: Sequence[Any], columns: Sequence[int]) -> int:
    """Return how many columns a row spans: up to its last cell, whether filled or not in between."""
    return sum(c < len(row) for c in columns)


def goes_on(cells: Cells, position: int, columns: Sequence[int]) -> bool:
    """
    Tell whether the row below carries on a header: it names what this one leaves blank, in words or years.

    Parameters
    ----------
    cells : sequence of rows
        Values as read.
    position : int
        Position of the row, from 0.
    columns : sequence of int
        Columns of the table.
    """
    if position + 2 >= len(cells):
        return False
    row, below = cells[position], cells[position + 1]
    names_more = any(not is_filled(row, c) and is_filled(below, c) for c in columns)
    under = [text(below, c) for c in columns if is_filled(below, c)]
    first = next((c for c in columns if is_filled(row, c)), 0)
    is_words = all(not is_number(t) or _YEAR.fullmatch(t) for t in under)
    parted = not is_filled(below, first) or not is_number(text(below, first))
    has_values = any(is_number(text(cells[position + 2], c)) for c in columns)
    return names_more and bool(under) and is_words and parted and has_values and not is_tag_row(under)


def is_number(cell: str) -> bool:
    """Tell whether a text is written like a number."""
    return bool(_NUMBER.fullmatch(cell.strip()))


def _joined(
    cells: Cells, above: int, names: list[str], columns: Sequence[int], merged: Sequence[Merge]
) -> list[str] | None:
    """Return names with the row above put before them, or None when that row names no groups."""
    row = cells[above]
    spans = [m for m in merged if m[0] <= above <= m[2]]
    groups = _groups(row, columns, names, spans)
    speaking = set(groups.values()) if spans else set(groups.values()) - {""}
    if len(speaking) < 2:  # one text over everything is a title
        return None
    meant = {c for c in columns if not names[c] and groups[c]} | _parted_twins(names, columns, groups)
    if not meant:
        return None
    if meant & _parted_twins(names, columns, groups):
        meant |= {c for c in columns if text(row, c) or (spans and groups[c])}
    return [JOINT.join(p for p in (groups[c], n) if p) if c in meant else n for c, n in enumerate(names)]


def _parted_twins(names: Sequence[str], columns: Sequence[int], groups: Mapping[int, str]) -> set[int]:
    """Return the columns that share their name with a column of another group."""
    by_name: dict[str, set[str]] = {}
    for column in columns:
        by_name.setdefault(names[column], set()).add(groups[column])
    return {c for c in columns if names[c] and len(by_name[names[c]]) > 1}


def _groups(
    row: Sequence[Any], columns: Sequence[int], names: Sequence[str], spans: Sequence[Merge]
) -> dict[int, str]:
    """Return the group that each column belongs to: as cells are merged, else up to the next text."""
    if spans:
        reach = {c: text(row, first) for _, first, _, last in spans for c in range(first, last + 1)}
        return {c: text(row, c) or reach.get(c, "") for c in columns}
    groups: dict[int, str] = {}
    last = ""
    for column in columns:
        last = text(row, column) or (last if names[column] else "")
        groups[column] = last
    return groups
