"""Numbers, units, dates and lists as people read them, by the customs of the language that is spoken."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list

from almena.packs.language import Language, count, from_table, say, spoken
from almena.packs.loader import short_country_codes
from almena.packs.table import read_table

NARROW_NO_BREAK, NO_BREAK, DASH, MINUS = "\u202f", "\u00a0", "–", "−"
_ATTACHED = {"%"}


def number_text(value: float, decimals: int = 0) -> str:
    """Return a number with thousands parted and a fixed count of decimals, halves rounded up."""
    quantum = Decimal(1).scaleb(-max(decimals, 0))
    rounded = Decimal(repr(float(value))).quantize(quantum, ROUND_HALF_UP)
    told = f"{abs(rounded):,}".translate(_marks(spoken()))
    return MINUS + told if rounded < 0 else told


@lru_cache(maxsize=8)
def _marks(language: Language) -> dict[int, str]:
    return language.number_marks


def step_of(low: float, high: float, decimals: int) -> float:
    """
    Return the step to which a value and its range are rounded.

    One tenth of the power of ten below the width of the range: a range 35,000 wide is told in thousands. Never
    finer than the decimals of the card.
    """
    width = abs(high - low)
    finest = 10.0**-decimals
    return max(finest, 10.0 ** (math.floor(math.log10(width)) - 1)) if width > 0 else finest


def rounded_text(value: float, step: float) -> str:
    """Return a number rounded to a power of ten, with as many decimals as that step has."""
    decimals = max(0, -round(math.log10(step)))
    unit = Decimal(1).scaleb(round(math.log10(step)))
    units = (Decimal(repr(float(value))) / unit).quantize(Decimal(1), ROUND_HALF_UP)
    return number_text(float(units * unit), decimals)


def figure_texts(
    value: float, low: float | None, high: float | None, decimals: int, *, rounded: bool = True
) -> tuple[str, str]:
    """
    Return a value and its range as told to people.

    Parameters
    ----------
    value : float
        The value.
    low, high : float or None
        Ends of its 90 % interval.
    decimals : int
        Digits after the point that the card asks for.
    rounded : bool
        Whether the width of the range decides how many digits are told, as is right for what a model gives;
        a count or a measurement keeps the digits of its card.

    Returns
    -------
    value, range : str
        For example ``about 152,000`` and ``135,000–170,000``, or ``263`` and ``245–287`` as counted; the range is
        empty for a complete count.
    """
    exact = _never_none(value, decimals)
    if low is None or high is None or low == high:
        return exact, ""
    step = step_of(low, high, decimals) if rounded else 10.0**-decimals
    low_text, high_text = rounded_text(low, step), rounded_text(high, step)
    if low_text == high_text:
        return exact, ""
    told = say("about {number}", number=rounded_text(value, step)) if rounded else exact
    if MINUS in low_text + high_text:
        return told, say("{low} to {high}", low=low_text, high=high_text)
    return told, f"{low_text}{DASH}{high_text}"


def _never_none(value: float, decimals: int) -> str:
    """Return a number with its decimals; what is too small for them is not told as nothing."""
    smallest = 10.0**-decimals
    if 0 < value < smallest / 2:
        return say("under {number}", number=number_text(smallest, decimals))
    return number_text(value, decimals)


@lru_cache(maxsize=1)
def _units() -> dict[str, tuple[str, str]]:
    return {row["unit"]: (row["one"], row["many"]) for row in read_table("units.csv")}


def unit_text(unit: str, value: float = 2.0) -> str:
    """Return a unit as people write it; singular for exactly one."""
    one, many = _units().get(unit, (unit, unit))
    return from_table("units", one if value == 1 else many)


def with_unit(text: str, unit: str, value: float = 2.0) -> str:
    """Join a number and its unit with a space that does not break."""
    shown = unit_text(unit, value)
    space = NARROW_NO_BREAK if shown in _ATTACHED else NO_BREAK
    return f"{text}{space}{shown}" if shown else text


def share_text(share: float) -> str:
    """Return a share of one as whole per cent, never 0 or 100 unless it is."""
    percent = share * 100
    if 0 < percent < 1:
        return say("under {number}", number=f"1{NARROW_NO_BREAK}%")
    if 99 < percent < 100:
        return say("over {number}", number=f"99{NARROW_NO_BREAK}%")
    return f"{number_text(percent)}{NARROW_NO_BREAK}%"


def country_text(code: str) -> str:
    """Return the name of a country in the language that is spoken (Unicode CLDR), by its ISO 3166-1 alpha-3 code."""
    short = short_country_codes().get(code)
    names: Mapping[str, str] = Locale.parse(spoken().locale).territories
    return names.get(short, code) if short else say("country not known")


def hours_text(hours: float) -> str:
    """Return an effort in hours."""
    told = number_text(hours, 0 if hours == int(hours) else 1)
    return count("{hours}\u00a0hour", "{hours}\u00a0hours", 1 if hours == 1 else 2, hours=told)


def date_text(period: str) -> str:
    """Return an ISO 8601 date or interval in words: ``2024-05`` becomes ``May 2024``."""
    if not period or period == "unknown":
        return say("date unknown")
    ends = [_day_text(part.strip()) for part in period.split("/")]
    if len(ends) == 2 and ends[0] != ends[1]:
        return DASH.join(ends) if all(e.isdigit() for e in ends) else _span_text(*ends)
    return ends[0]


def _span_text(first: str, last: str) -> str:
    """Return two dates as a span that says what they share once: ``2 to 10 May 2024``."""
    left, right = first.split(" "), last.split(" ")
    if len(left) == len(right):
        while len(left) > 1 and left[-1] == right[len(left) - 1]:
            left.pop()
    return say("{first} to {last}", first=" ".join(left), last=last)


def _day_text(text: str) -> str:
    parts = text[:10].split("-")
    if not all(part.isdigit() for part in parts):
        return text
    year, month, day = (int(part) for part in (*parts, "1", "1")[:3])
    if len(parts) == 1 or not _is_day(year, month, day):
        return text
    date, locale = datetime.date(year, month, day), spoken().locale
    if len(parts) > 2:
        return format_date(date, "long", locale=locale)
    return format_skeleton("yMMMM", date, locale=locale)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def year_text(period: str) -> str:
    """Return the year or years of an ISO 8601 date or interval."""
    years = list(dict.fromkeys(part.strip()[:4] for part in period.split("/")))
    return DASH.join(years) if all(y.isdigit() for y in years) else date_text(period)


def capital(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return a text as a sentence: first letter large, a stop at its end."""
    text = capital(text.strip())
    return text if not text or text.endswith((".", "!", "?", "…")) else text + "."


def count_text(number: int) -> str:
    """Return a small count in words, a larger one in figures."""
    words = (
        say("no"), say("one"), say("two"), say("three"), say("four"), say("five"), say("six"), say("seven"),
        say("eight"), say("nine"),
    )  # fmt: skip
    return words[number] if 0 <= number < len(words) else number_text(number)


def listed(texts: Iterable[str], most: int = 0) -> str:
    """Join texts as a list, with "and" before the last; beyond ``most`` the rest is counted."""
    items = list(dict.fromkeys(t for t in texts if t))
    if most and len(items) > most:
        rest = len(items) - most
        items = [*items[:most], count("{number} more", "{number} more", rest)]
    return format_list(items, locale=spoken().locale)
