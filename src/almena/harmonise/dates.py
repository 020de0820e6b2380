"""Dates and times written by people: the order of day, month and year decided per column, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.words import count

ORDERS = {"day-first": (2, 1, 0), "month-first": (2, 0, 1), "year-first": (0, 1, 2)}
_CLOCK = r"(?:[T\s;,]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
_PARTED = re.compile(rf"(\d{{1,4}})[-/.](\d{{1,2}})[-/.](\d{{1,4}}){_CLOCK}")
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_CLOCK}")
_SOLO_YEAR = re.compile(r"\d{4}(?:-\d{2})?")
_YEAR_LENGTH = 4

Parts = tuple[int, int, int]


class AmbiguousDatesError(ValueError):
    """A column whose dates can be read in two ways."""


@dataclass
class _Reading:
    """What the first look at a column finds: the three numbers of each date, and its clock in seconds."""

    parts: dict[int, Parts] = field(default_factory=dict)
    clocks: dict[int, int] = field(default_factory=dict)
    year_first: dict[int, bool] = field(default_factory=dict)
    shifted: int = 0


def parse_dates(
    texts: list[str], how: str = ""
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_], tuple[str, ...]]:
    """
    Return the moments that a column of texts stands for.

    Parameters
    ----------
    texts : list of str, length n
        Cells; empty texts stand for missing. Several ways of writing may be mixed in one column.
    how : str
        ``day-first``, ``month-first``, ``year-first``, a strptime pattern, or empty to find out.

    Returns
    -------
    ndarray of datetime64[s], shape (n,)
        The moments; NaT where missing or not a date. Times with an offset are given in UTC.
    ndarray of bool, shape (n,)
        True where a text is there but is not a date.
    tuple of str
        Decisions worth a note.

    Raises
    ------
    AmbiguousDatesError
        When day and month cannot be told apart, and ``how`` is empty.
    """
    if "%" in how:
        return _with_pattern(texts, how)
    reading = _read_parts(texts)
    order = how or _find_order(reading)
    values = np.full(len(texts), np.datetime64("NaT", "s"))
    for row, parts in reading.parts.items():
        values[row] = _moment(parts, "year-first" if reading.year_first[row] else order, reading.clocks[row])
    bad = np.isnat(values) & np.array([bool(t) for t in texts], dtype=np.bool_)
    return values, bad, _notes(reading, order, how)


def _read_parts(texts: list[str]) -> _Reading:
    """Take the dates apart without deciding which number is the day."""
    reading = _Reading()
    for row, text in enumerate(texts):
        match = _PARTED.fullmatch(text) or _COMPACT.fullmatch(text)
        if match is None:
            if _SOLO_YEAR.fullmatch(text):
                year, month = int(text[:4]), int(text[5:] or 1)
                reading.parts[row], reading.clocks[row], reading.year_first[row] = (year, month, 1), 0, True
            continue
        first, second, third, hour, minute, second_, zone = match.groups()
        offset = _offset(zone)
        reading.shifted += offset != 0
        reading.parts[row] = (int(first), int(second), int(third))
        reading.clocks[row] = int(hour or 0) * 3600 + int(minute or 0) * 60 + int(second_ or 0) - offset
        reading.year_first[row] = len(first) == _YEAR_LENGTH
    return reading


def _offset(zone: str | None) -> int:
    """Return the seconds by which a written time runs ahead of UTC."""
    if not zone or zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "")
    return (1 if zone[0] == "+" else -1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)


def _find_order(reading: _Reading) -> str:
    """Return the order that explains all dates that do not begin with the year."""
    open_ones = [p for row, p in reading.parts.items() if not reading.year_first[row]]
    first_is_day = any(p[0] > 12 for p in open_ones)
    second_is_day = any(p[1] > 12 for p in open_ones)
    if first_is_day and second_is_day:
        raise AmbiguousDatesError("some dates can only be day-first and others only month-first")
    if open_ones and not first_is_day and not second_is_day and any(p[0] != p[1] for p in open_ones):
        raise AmbiguousDatesError("no day is beyond the 12th, so day and month cannot be told apart")
    return "month-first" if second_is_day else "day-first"


def _moment(parts: Parts, order: str, clock: int) -> np.datetime64:
    """Return the moment, or NaT when there is no such day; 24:00 is midnight at the end of the day."""
    year, month, day = (parts[i] for i in ORDERS[order])
    if year < 100:
        year += 2000 if year < 70 else 1900  # the POSIX rule for two-digit years
    try:
        base = dt.datetime(year, month, day) + dt.timedelta(seconds=clock)
    except (ValueError, OverflowError):
        return np.datetime64("NaT", "s")
    return np.datetime64(base, "s")


def _with_pattern(
    texts: list[str], pattern: str
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_], tuple[str, ...]]:
    values = np.array([_strptime(t, pattern) for t in texts], dtype="datetime64[s]")
    bad = np.isnat(values) & np.array([bool(t) for t in texts], dtype=np.bool_)
    return values, bad, ()


def _strptime(text: str, pattern: str) -> np.datetime64:
    try:
        moment = dt.datetime.strptime(text, pattern)
    except ValueError:
        return np.datetime64("NaT", "s")
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return np.datetime64(moment, "s")


def _notes(reading: _Reading, order: str, how: str) -> tuple[str, ...]:
    notes = []
    if not how and not all(reading.year_first.values()):
        notes.append(f"dates are read {order}, because no other order fits")
    if reading.shifted:
        notes.append(f"{count(reading.shifted, 'time')} with an offset given in UTC")
    return tuple(notes)
