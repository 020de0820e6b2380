"""Numbers written by people: decimal comma or point, thousands separators, one decision per column."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_ONE_NUMBER = re.compile(NUMBER)
_NUMBER_MARKS = re.compile(r"[0-9.eE+\-\n]*")
_SPACED_GROUPS = re.compile(r"(?m)(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))")
_PERCENT = re.compile(r"(?m)[ \u00a0\u202f]*%$")
_MARKS = re.compile(
    r"(?m)(?<=[\d.,%])(?:[ \u00a0\u202f]*(?:[*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]|\([a-z0-9*]{1,2}\)|\[[a-z0-9*]{1,3}\])"
    r"|[ \u00a0\u202f][a-z](?![^\n]))+$",
    re.IGNORECASE,
)
"""Footnote marks behind a number: signs, raised digits, letters in brackets or after a blank (Eurostat flags)."""
EITHER = ".,"
_IN_DOUBT = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+\.\d*|(?:\.\d{3})+,\d*)")
_DIGITS = frozenset("0123456789")
_BLANKS = re.compile(r"[ \t\u00a0\u202f]+")


class AmbiguousNumbersError(ValueError):
    """A column whose separators can be read in two ways."""


@dataclass(frozen=True)
class Separators:
    """
    How a column writes its numbers.

    Parameters
    ----------
    decimal : str
        ``.`` or ``,``.
    thousands : str
        The other one, or empty when none is used.
    """

    decimal: str
    thousands: str = ""


def parse_numbers(
    texts: list[str], decimal: str = "", *, whole: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """
    Return the numbers that a column of texts stands for.

    Parameters
    ----------
    texts : list of str, length n
        Cells; empty texts stand for missing.
    decimal : str
        ``.`` or ``,`` when it is known, ``.,`` when both stand before decimals in one column; empty to find out
        from the column as a whole.
    whole : bool
        The column holds whole numbers, so that ``1.234`` can only be one thousand two hundred thirty-four.

    Returns
    -------
    ndarray of float, shape (n,)
        The numbers; NaN where missing or not a number.
    ndarray of bool, shape (n,)
        True where a text is there but is not a number.

    Raises
    ------
    AmbiguousNumbersError
        When the separators can be read in two ways.
    """
    filled = np.flatnonzero(np.fromiter(map(bool, texts), np.bool_, len(texts)))
    joined = _one_per_line([text for text in texts if text])
    if decimal == EITHER:
        joined, decimal = _either_as_point(joined), "."
    how = (
        Separators(decimal, "," if decimal == "." else ".")
        if decimal
        else find_separators(joined, whole=whole)
    )
    cells = _with_point(joined, how).split("\n") if len(filled) else []
    values = np.full(len(texts), np.nan)
    values[filled] = _to_floats(cells)
    bad = np.zeros(len(texts), dtype=np.bool_)
    bad[filled] = np.isnan(values[filled])
    return values, bad


def without_marks(text: str) -> str:
    """Return a number without the footnote marks that follow it: ``12,5*`` becomes ``12,5``."""
    plainly = text[-1:] in _DIGITS and "\n" not in text
    return text if plainly else _MARKS.sub("", text)


def contradicts(texts: list[str], decimal: str) -> bool:
    """
    Tell whether the numbers of a column can only be read with the other decimal mark than the one declared.

    Parameters
    ----------
    texts : list of str
        Cells.
    decimal : str
        The mark that the kit declares for the file.
    """
    if decimal == EITHER:
        return False
    other = "," if decimal == "." else "."
    _, declared = parse_numbers(texts, decimal)
    if not declared.any():
        return False
    try:
        found = find_separators(_tidy("\n".join(" ".join(t.splitlines()) for t in texts if t)))
    except AmbiguousNumbersError:
        return False
    _, bad = parse_numbers(texts, other)
    return found.decimal == other and bool(bad.sum() < declared.sum())


def find_separators(joined: str, *, whole: bool = False) -> Separators:
    """
    Return the separators that explain all numbers of a column.

    Parameters
    ----------
    joined : str
        The numbers, one per line.
    whole : bool
        As in `parse_numbers`.

    Raises
    ------
    AmbiguousNumbersError
        When two explanations fit, or none does.
    """
    if "," not in joined:
        return Separators(".") if "." not in joined else _one_separator(joined, ".", whole)
    if "." not in joined:
        return _one_separator(joined, ",", whole)
    return _two_separators(joined)


def _one_separator(joined: str, mark: str, whole: bool) -> Separators:
    """Decide what the only mark in a column means."""
    other = "," if mark == "." else "."
    if _is_decimal(joined, mark):
        return Separators(mark)
    if _repeats(joined, mark):
        return Separators(other, mark)
    if re.search(
        r"(?m)^[+-]?\d{4,}$", joined
    ):  # thousands are written without a mark, so the mark is decimal
        return Separators(mark)
    if whole:
        return Separators(other, mark)
    shown = next(line for line in joined.split("\n") if mark in line)
    raise AmbiguousNumbersError(f"{shown} can be read with a decimal mark or with a thousands mark")


def _either_as_point(joined: str) -> str:
    """
    Return numbers of several hands with a decimal point each.

    The last mark of a number is its decimal mark; what may part thousands as well, such as ``1.234``, becomes
    unreadable, so that it is listed rather than guessed.
    """
    lines = []
    for line in joined.split("\n"):
        mark = max(".,", key=line.rfind)
        other = "," if mark == "." else "."
        if _IN_DOUBT.fullmatch(line) or (other in line and not _GROUPED.fullmatch(line)):
            lines.append("?")
        else:
            lines.append(line.replace(other, "").replace(mark, "."))
    return "\n".join(lines)


def _two_separators(joined: str) -> Separators:
    """Decide when a column holds both marks."""
    comma_last = bool(re.search(r"\.\d+,", joined)) or (
        _is_decimal(joined, ",") and not _is_decimal(joined, ".")
    )
    point_last = bool(re.search(r",\d+\.", joined)) or (
        _is_decimal(joined, ".") and not _is_decimal(joined, ",")
    )
    if comma_last == point_last:
        raise AmbiguousNumbersError("decimal commas and decimal points are mixed in one column")
    return Separators(",", ".") if comma_last else Separators(".", ",")


def _is_decimal(joined: str, mark: str) -> bool:
    """Tell whether some number can only be read with this mark as the decimal mark."""
    m = re.escape(mark)
    lone = rf"(?m)^[+-]?(?:0|\d{{4,}})?{m}\d+(?:[eE].*)?$|{m}(?:\d{{1,2}}|\d{{4,}})?(?:[eE][+-]?\d+)?$"
    return bool(re.search(lone, joined))


def _repeats(joined: str, mark: str) -> bool:
    m = re.escape(mark)
    return bool(re.search(rf"{m}\d{{3}}{m}", joined))


def _one_per_line(texts: list[str]) -> str:
    """Return texts one below the other, without what carries no value; most columns hold nothing of the kind."""
    joined = "\n".join(texts)
    if joined.count("\n") == len(texts) - 1 and _NUMBER_MARKS.fullmatch(joined):
        return joined
    return _tidy("\n".join(" ".join(text.splitlines()) for text in texts))


def _tidy(joined: str) -> str:
    """Return the lines without group blanks and percent signs, as they carry no value."""
    joined = joined.replace("\u2212", "-")
    return _BLANKS.sub(" ", _PERCENT.sub("", _SPACED_GROUPS.sub("", joined)))


def _with_point(joined: str, how: Separators) -> str:
    """Return the lines with a decimal point; a thousands mark counts only before three digits."""
    if how.thousands:
        joined = re.sub(rf"(?<=\d){re.escape(how.thousands)}(?=\d{{3}}(?!\d))", "", joined)
    return joined.replace(",", ".") if how.decimal == "," and "." not in joined else _comma_lines(joined, how)


def _comma_lines(joined: str, how: Separators) -> str:
    """Return lines that still hold a thousands mark unreadable, so that they are reported rather than misread."""
    if how.decimal == ".":
        return joined
    swapped = str.maketrans({",": ".", ".": "?"})
    return joined.translate(swapped)


def _to_floats(cells: list[str]) -> NDArray[np.float64]:
    if not cells:
        return np.empty(0)
    if _NUMBER_MARKS.fullmatch("\n".join(cells)):  # so that no word such as inf slips through the parser
        with contextlib.suppress(ValueError):
            return np.array(list(map(float, cells)))
    return np.array([float(c) if _ONE_NUMBER.fullmatch(c) else np.nan for c in cells])
