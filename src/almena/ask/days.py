"""Days as people write them: the order of day and month is found out from the whole column, or asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from babel.dates import get_month_names

from almena.packs.words import plain, reading_words

DMY, MDY = "dmy", "mdy"
ORDERS = (DMY, MDY)
LANGUAGES = ("en", "pt", "es", "fr")
YEAR_ASSUMED = "year assumed"
SHARED_ROWS, SHARED_PART = 3, 0.05
"""From how many rows, and from which share of a column on, 1 January is taken to stand for a year; assumed."""
NOT_A_DAY = "it is no date that the calendar knows"
TWO_ORDERS = "day and month can be told apart neither in this cell nor by the other dates of the file"
SERIAL = "it is a number, and only four digits could be a year"
_PARTED = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})(?:[T ,]+[\d:.]+Z?)?")
_YEAR = re.compile(r"[12]\d{3}")
_YEAR_MONTH = re.compile(r"([12]\d{3})[-/.](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.]([12]\d{3})")

Triple = tuple[int, int, str]


@dataclass(frozen=True)
class Day:
    """
    A day as far as it is known.

    Parameters
    ----------
    start : str
        ISO 8601, cut to what is known.
    precision : str
        ``day``, ``month``, ``year``, or ``year assumed`` where a 1 January seems to stand for its year.
    """

    start: str
    precision: str


@dataclass
class Days:
    """
    The days of one column.

    Parameters
    ----------
    values : list of Day, None or str
        A day; None where nothing is known; a text that says why a cell cannot be read.
    notes : list of str
        What was decided for the column as a whole.
    """

    values: list[Day | str | None] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_days(cells: Sequence[Any], *, order: str = "", latest: dt.date) -> Days:
    """
    Return the days of one column.

    Parameters
    ----------
    cells : sequence
        As they stand in the file: texts, dates, numbers, None.
    order : str
        ``dmy`` or ``mdy`` for what the values leave open; empty to leave it open.
    latest : date
        The last day that makes sense: a year of two digits is the last such year not after it.
    """
    triples = {row: triple for row, cell in enumerate(cells) if (triple := _triple(cell)) is not None}
    found = "" if order else _order_of(triples.values())
    days = Days([_read(cell, triples.get(row), order or found, latest) for row, cell in enumerate(cells)])
    days.notes += _notes(cells, triples, found, order)
    _mark_years(days)
    return days


def _triple(cell: Any) -> Triple | None:
    """Return the first two numbers of a date that does not begin with its year, and the year as written."""
    match = _PARTED.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if match is None or len(match[1]) > 2:
        return None
    return int(match[1]), int(match[2]), match[3]


def _order_of(triples: Any) -> str:
    """Return the one order that fits all dates, or an empty text."""
    day_first = month_first = False
    for first, second, _ in triples:
        day_first |= first > 12
        month_first |= second > 12
    return (DMY if day_first else MDY) if day_first != month_first else ""


def _read(cell: Any, triple: Triple | None, order: str, latest: dt.date) -> Day | str | None:
    if isinstance(cell, dt.date):
        return Day((cell.date() if isinstance(cell, dt.datetime) else cell).isoformat(), "day")
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        text = f"{cell:g}"
        return Day(text, "year") if _YEAR.fullmatch(text) else SERIAL
    if isinstance(cell, bool):
        return NOT_A_DAY
    text = cell.strip() if isinstance(cell, str) else ""
    if text.casefold() in {"", *reading_words("missing_date")}:
        return None
    return _of_triple(triple, order, latest) if triple else _of_text(text)


def _of_triple(triple: Triple, order: str, latest: dt.date) -> Day | str:
    first, second, year = triple
    if first > 12 or second > 12:
        order = DMY if first > 12 else MDY
    elif first == second:
        order = DMY
    elif not order:
        return TWO_ORDERS
    day, month = (first, second) if order == DMY else (second, first)
    return _day(_full_year(year, month, day, latest), month, day)


def _full_year(text: str, month: int, day: int, latest: dt.date) -> int:
    """Return the last year with these two digits in which the day is not after the latest one."""
    year = int(text)
    if len(text) > 2:
        return year
    year += latest.year // 100 * 100
    return year if (year, month, day) <= (latest.year, latest.month, latest.day) else year - 100


def _day(year: int, month: int, day: int) -> Day | str:
    try:
        return Day(dt.date(year, month, day).isoformat(), "day")
    except ValueError:
        return NOT_A_DAY


def _of_text(text: str) -> Day | str:
    if _YEAR.fullmatch(text):
        return Day(text, "year")
    for pattern, year, month in ((_YEAR_MONTH, 1, 2), (_MONTH_YEAR, 2, 1)):
        if match := pattern.fullmatch(text):
            return _month(int(match[year]), int(match[month]))
    if match := _PARTED.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3])) if len(match[1]) == 4 else NOT_A_DAY
    return _in_words(text)


def _month(year: int, month: int) -> Day | str:
    return Day(f"{year:04}-{month:02}", "month") if 1 <= month <= 12 else NOT_A_DAY


def _in_words(text: str) -> Day | str:
    """Read ``12 May 2019``, ``May 12, 2019``, ``maio de 2019`` and the like."""
    words = [word for word in plain(text).split() if word not in ("de", "del", "of", "the", "le")]
    months = [_months()[word] for word in words if word in _months()]
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    days = [
        int(word.rstrip("stndrhoe")) for word in words if re.fullmatch(r"\d{1,2}(st|nd|rd|th|o|er)?", word)
    ]
    if len(months) != 1 or len(years) != 1 or len(months) + len(years) + len(days) != len(words):
        return NOT_A_DAY
    if not days:
        return _month(years[0], months[0])
    return _day(years[0], months[0], days[0]) if len(days) == 1 else NOT_A_DAY


@cache
def _months() -> Mapping[str, int]:
    """Return the numbers of the months by their names, whole and cut, in the languages of registers."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                found.setdefault(plain(name), int(number))
    return found


def _notes(cells: Sequence[Any], triples: Mapping[int, Triple], found: str, order: str) -> Iterator[str]:
    if found and any(
        first <= 12 and second <= 12 and first != second for first, second, _ in triples.values()
    ):
        words = "day before month" if found == DMY else "month before day"
        yield f"dates are read {words}, because no other order fits all of them"
    if any(len(year) <= 2 for _, _, year in triples.values()):
        yield "years of two digits are read as the last such years that have been"
    if triples and any(isinstance(cell, dt.date) for cell in cells):
        yield (
            "the column holds both real dates and texts: a spreadsheet may have swapped day and month of the real ones"
        )
    if order and _order_of(triples.values()) not in ("", order):
        yield f"some dates contradict the order {order} and are read as they can only be meant"


def _mark_years(days: Days) -> None:
    """Say where a 1 January that many rows share seems to stand for its year."""
    known = [day for day in days.values if isinstance(day, Day)]
    first = Counter(day.start[4:] for day in known)["-01-01"]
    if first < SHARED_ROWS or first < SHARED_PART * len(known):
        return
    days.values = [
        Day(day.start, YEAR_ASSUMED) if isinstance(day, Day) and day.start[4:] == "-01-01" else day
        for day in days.values
    ]
    days.notes.append(
        f"{first} of {len(known)} dates are a 1 January: only their year is assumed to be known"
    )
