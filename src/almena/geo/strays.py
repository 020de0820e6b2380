"""Rows of a sheet that lie below a header and are no rows of its table: tags, units, totals, notes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from almena.packs.words import pack_rows, plain, reading_words

_TAG = re.compile(r"#[a-z][a-z0-9_]*(\s*\+\s*[a-z][a-z0-9_]*)*", re.IGNORECASE)
"""A hashtag with attributes, as in the Humanitarian Exchange Language 1.1, "Tagging conventions"."""
_BRACKETS = re.compile(r"[(\[].{1,20}[)\]]")
_GROUPED = re.compile(r"[-+]?\d{1,3}([., \u00a0\u202f'’]\d{3})+")
LABELS_STAND_IN = 4  # assumed: the label of a total stands in one of the first columns
TOLERANCE = 0.005  # assumed: totals of rounded parts differ from their sum by less

UNIT_ROW = "it holds the units of the columns"
"""Why a row of units is set aside."""

Cells = Sequence[Sequence[Any]]
Texts = Callable[[int], list[str]]


@dataclass(frozen=True)
class Stray:
    """
    Rows that are set aside for one reason.

    Parameters
    ----------
    why : str
        The reason in plain words.
    rows : tuple of int
        Positions of the rows on the sheet.
    """

    why: str
    rows: tuple[int, ...]


def stray_rows(
    cells: Cells, body: Sequence[int], columns: Sequence[int], kept: frozenset[str] = frozenset()
) -> tuple[Stray, ...]:
    """
    Return the rows below a header that are no rows of the table.

    Parameters
    ----------
    cells : sequence of rows
        Values as read.
    body : sequence of int
        Positions of the filled rows below the header.
    columns : sequence of int
        Columns of the table.
    kept : frozenset of str
        Labels that are asked for and so are no strays.
    """

    @cache
    def texts(row: int) -> list[str]:
        """Return the texts of one row."""
        return [_text(cells[row], c) for c in columns]

    def label_of(row: int) -> str:
        """Return the first text of a row that is no number."""
        first = cells[row][columns[0]] if columns and columns[0] < len(cells[row]) else None
        if isinstance(first, str) and first[:1].isalpha():
            return first.strip()
        cells_here = (_text(cells[row], c) for c in columns[:LABELS_STAND_IN])
        return next((t for t in cells_here if t and not t[0].isdigit() and _number(t) is None), "")

    rows = list(body)
    found = []
    while rows and (why := _why_no_row(texts(rows[0]))):
        found.append(Stray(why, (rows.pop(0),)))
    if notes := _notes_below(texts, rows):
        found.append(Stray("it is a note below the table", notes))
        rows = [i for i in rows if i not in notes]
    totals = tuple(_totals(texts, label_of, rows, kept))
    if totals and len(totals) < len(rows):
        found.append(Stray("it is a total of other rows, and would be counted twice", totals))
    return tuple(found)


def is_tag_row(texts: Sequence[str]) -> bool:
    """Tell whether a row holds HXL hashtags and nothing else."""
    filled = [t for t in texts if t]
    return bool(filled) and all(_TAG.fullmatch(t) for t in filled)


def is_unit_row(texts: Sequence[str]) -> bool:
    """Tell whether a row holds units of measurement and nothing else; a bare 1 stands for none."""
    filled = [t for t in texts if t]
    sure = [t for t in filled if t != "1"]
    return bool(sure) and all(t.casefold() in _units() or _BRACKETS.fullmatch(t) for t in sure)


def _why_no_row(texts: Sequence[str]) -> str:
    if is_tag_row(texts):
        return "it holds the tags of the columns"
    return UNIT_ROW if is_unit_row(texts) else ""


@cache
def _units() -> frozenset[str]:
    """Return every way of writing a unit, in small letters."""
    spelled = {
        spelling.casefold()
        for row in pack_rows("reading_units.csv")
        for spelling in (row["unit"], *row["also_written"].split("|"))
    }
    return frozenset(spelled) | reading_words("unit")


def _notes_below(texts: Texts, rows: Sequence[int]) -> tuple[int, ...]:
    """Return the rows at the end that hold one text only, when the first of them begins like a note."""
    tail: list[int] = []
    for row in reversed(rows):
        filled = [t for t in texts(row) if t]
        if len(filled) != 1 or len(texts(row)) < 2:
            break
        tail.insert(0, row)
    begins = [n for n, row in enumerate(tail) if _is_note(next(t for t in texts(row) if t))]
    return tuple(tail[begins[0] :]) if begins else ()


def _is_note(text: str) -> bool:
    first = plain(text).split(" ", 1)[0]
    return text.startswith(("*", "†", "(1)", "[1]", "¹")) or (
        first in reading_words("note_label") and len(text) > len(first)
    )


def _totals(
    texts: Texts, label_of: Callable[[int], str], rows: Sequence[int], kept: frozenset[str]
) -> list[int]:
    """Return the rows whose label says total; one that says more than that must also add up."""
    found: list[int] = []
    asked = {plain(label) for label in kept}

    @cache  # the same names stand in many rows of a long table
    def total(label: str) -> str:
        """Return a label as people hear it when it says total and was not asked for, else nothing."""
        heard = plain(label)
        return heard if heard and heard not in asked and _says_total(heard) else ""

    for place, row in enumerate(rows):
        label = label_of(row)
        if label[:1].casefold() not in _first_letters():
            continue
        if heard := total(label):
            above = [r for r in rows[:place] if r not in found]
            found += [row] if heard in reading_words("total_label") or _adds_up(texts, row, above) else []
    return found


@cache
def _first_letters() -> frozenset[str]:
    """Return the letters that labels of totals begin with: most rows are told by them alone."""
    return frozenset(word[:1] for word in reading_words("total_label"))


def _says_total(heard: str) -> bool:
    words = reading_words("total_label")
    return heard in words or any(heard.startswith(f"{word} ") for word in words)


def _adds_up(texts: Texts, row: int, above: Sequence[int]) -> bool:
    """Tell whether the numbers of a row are sums of the rows just above it, from some row on."""
    for column, cell in enumerate(texts(row)):
        total, running = _number(cell), 0.0
        for other in reversed(above if total else ()):
            running += _number(texts(other)[column]) or 0.0
            if total and other != above[-1] and math.isclose(running, total, rel_tol=TOLERANCE):
                return True
    return False


def _number(text: str) -> float | None:
    """Return a number roughly, whichever marks it is written with; None for a text."""
    if text[:1].isalpha():  # the words that Python reads as numbers, such as nan, are not finite
        return None
    digits = re.sub(r"[., \u00a0\u202f'’]", "", text) if _GROUPED.fullmatch(text) else text.replace(",", ".")
    try:
        value = float(digits)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _text(row: Sequence[Any], column: int) -> str:
    cell = row[column] if column < len(row) else None
    return "" if cell is None else str(cell).strip()
