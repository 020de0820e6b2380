"""Numbers as people and machines write them: one stored spelling, nothing guessed."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time
from typing import Any

DIGITS = 15  # significant digits that every spreadsheet keeps (Microsoft, "Excel specifications and limits")
_BLANKS = re.compile(r"[\s\u00a0\u202f'’]")
_PLAIN = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(\.)\d{3}(?:\.\d{3})*(?:,\d+)?|(,)\d{3}(?:,\d{3})*(?:\.\d+)?)")
_THREE_AFTER_ONE_MARK = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")


class UnreadableError(ValueError):
    """
    What stands in a cell cannot be taken.

    Parameters
    ----------
    why, remedy : str
        The cause; what the person can write instead.
    """

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy


def number_of(raw: Any, *, unit: str = "", exact: bool = False) -> int | float:
    """
    Return the number that a careful person reads in a cell.

    Parameters
    ----------
    raw : object
        A number, or a text such as ``1 234,5`` or ``45 %``.
    unit : str
        A unit that may stand behind the number.
    exact : bool
        Whether a machine wrote it, so that a single point is the decimal sign.

    Returns
    -------
    int or float
        Rounded to 15 significant digits, whole numbers as int.

    Raises
    ------
    UnreadableError
        When it is no number, not finite, or could be read in two ways.
    """
    if isinstance(raw, bool | datetime | date | time):
        why = f"{_shown(raw)} is not a number"
        raise UnreadableError(
            why, "Write the number; a spreadsheet may have made a date or a truth value of it."
        )
    if isinstance(raw, int | float):
        return tidy(float(raw))
    text = _BLANKS.sub("", str(raw))
    for ending in ("%", _BLANKS.sub("", unit)):
        if ending and text.casefold().endswith(ending.casefold()):
            text = text[: -len(ending)]
    return tidy(_read(text, str(raw), exact=exact))


def tidy(value: float) -> int | float:
    """
    Return a number in the one spelling that is stored.

    Raises
    ------
    UnreadableError
        When it is not finite.
    """
    rounded = float(f"{value:.{DIGITS}g}")
    if not math.isfinite(rounded):
        raise UnreadableError("the number is not finite", "Write a number, or say that it is not available.")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 10**DIGITS else rounded


def number_text(value: float) -> str:
    """Return a stored number as text that reads back to the same number."""
    return repr(value)


def year_of(raw: Any) -> int:
    """
    Return a year of four digits.

    Raises
    ------
    UnreadableError
        When it is none between 1800 and 2100.
    """
    text = str(raw.year) if isinstance(raw, date) else str(raw).strip().removesuffix(".0")
    if not re.fullmatch(r"(18|19|20)\d\d|2100", text):
        raise UnreadableError(
            f"{_shown(raw)} is not a year", "Write one year with four digits, such as 2021."
        )
    return int(text)


def _read(text: str, raw: str, *, exact: bool) -> float:
    if not exact and _THREE_AFTER_ONE_MARK.fullmatch(text):
        mark = text[-4]
        whole, part = text.split(mark)
        why = f"{raw!r} may be {whole}{part} or {whole} point {part}"
        remedy = f"Write {whole}{part}, or {whole}{mark}{part}0 for the decimal number."
        raise UnreadableError(why, remedy)
    if _PLAIN.fullmatch(text):
        return float(text.replace(",", "."))
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        thousands = grouped[1] or grouped[2]
        return float(text.replace(thousands, "").replace(",", "."))
    raise UnreadableError(f"{raw!r} is not a number", "Write the number with digits only, such as 1234.5.")


def _shown(raw: Any) -> str:
    return raw.isoformat() if isinstance(raw, date | time) else repr(raw)
