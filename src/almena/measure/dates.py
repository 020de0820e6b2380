"""Periods as ISO 8601 texts: their last day, their age."""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable
from datetime import date

DAYS_PER_YEAR = 365.2425


def last_day(period: str) -> date | None:
    """Return the last day of an ISO 8601 date, month, year or interval; None when unknown."""
    try:
        return _end(period.split("/")[-1].strip())
    except (ValueError, OverflowError):
        return None


def _end(text: str) -> date:
    parts = [int(p) for p in text[:10].split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
    return date(*parts[:3])


def first_day(period: str) -> date | None:
    """Return the first day of an ISO 8601 date, month, year or interval; None when unknown."""
    try:
        parts = [int(p) for p in period.split("/")[0].strip()[:10].split("-")]
        return date(*[*parts, 1, 1][:3])
    except (ValueError, OverflowError):
        return None


def middle_year(period: str) -> float:
    """Return the middle of a period as a year with its fraction, 2020.5 for ``2020``; NaN when unknown."""
    start, end = first_day(period), last_day(period)
    if start is None or end is None:
        return math.nan
    middle = (start.toordinal() + end.toordinal() + 1) / 2
    year = date.fromordinal(int(middle)).year
    first = date(year, 1, 1).toordinal()
    return year + (middle - first) / (date(year, 12, 31).toordinal() + 1 - first)


def age_in_years(period: str, today: str) -> float:
    """Return the years from the end of a period to today; 0 for the future, NaN when unknown."""
    end, now = last_day(period), last_day(today)
    if end is None or now is None:
        return math.nan
    return max(0.0, (now - end).days / DAYS_PER_YEAR)


def oldest(periods: Iterable[str]) -> str:
    """Return the period that ended first; ``unknown`` when one is unknown or none is given."""
    found = [(last_day(p), p) for p in periods]
    known = [(end, p) for end, p in found if end is not None]
    return min(known)[1] if known and len(known) == len(found) else "unknown"


def youngest(periods: Iterable[str]) -> str:
    """Return the period that ended last among the known ones; ``unknown`` when there is none."""
    known = [(end, p) for p in periods if (end := last_day(p)) is not None]
    return max(known)[1] if known else "unknown"


def before(period: str, event: str) -> bool:
    """Tell whether a period had ended before an event began; False when either is unknown."""
    end, start = last_day(period), first_day(event)
    return end is not None and start is not None and end < start
