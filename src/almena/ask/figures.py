"""Numbers as people write them in a register, one decision for each column and never a guess."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from almena.packs.words import reading_words

_BLANKS = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))")
_PLAIN = re.compile(r"\d+")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",."}
_DECIMAL = {mark: re.compile(rf"\d*{re.escape(mark)}\d+") for mark in ",."}
_BOTH = {
    mark: re.compile(rf"\d{{1,3}}(?:[{other}]\d{{3}})+{re.escape(mark)}\d+") for mark, other in (",.", ".,")
}

NOT_A_NUMBER = "it is no number"
TWO_WAYS = "its mark can be read as a decimal mark or as a thousands mark"
NOT_WHOLE = "people, jobs and the like are counted in whole numbers"
NEGATIVE = "it is below zero"


def read_figures(cells: Sequence[Any], *, whole: bool) -> list[float | str | None]:
    """
    Return the numbers of one column.

    Parameters
    ----------
    cells : sequence
        As they stand in the file: texts, numbers, None.
    whole : bool
        Whether only whole numbers make sense, so that ``1.234`` is one thousand two hundred thirty-four.

    Returns
    -------
    list of float, None or str
        The number; None where nothing is known; a text that says why a cell cannot be read.
    """
    texts = [_tidy(cell) for cell in cells]
    decimal = _decimal_marks(texts)
    return [_read(cell, text, decimal, whole=whole) for cell, text in zip(cells, texts, strict=True)]


def _tidy(cell: Any) -> str:
    return _BLANKS.sub("", cell.strip()) if isinstance(cell, str) else ""


def _decimal_marks(texts: Sequence[str]) -> frozenset[str]:
    """Return the marks that some cell of the column can only use as a decimal mark."""
    return frozenset(mark for mark in ",." if any(_is_surely_decimal(text, mark) for text in texts))


def _is_surely_decimal(text: str, mark: str) -> bool:
    if _BOTH[mark].fullmatch(text):
        return True
    return bool(_DECIMAL[mark].fullmatch(text)) and not _is_open(text, mark)


def _is_open(text: str, mark: str) -> bool:
    """Tell whether one mark stands before exactly three digits, as in 1.234: both readings exist."""
    before, _, after = text.partition(mark)
    return len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")


def _read(cell: Any, text: str, decimal: frozenset[str], *, whole: bool) -> float | str | None:
    if cell is None or (isinstance(cell, str) and text.casefold() in {"", *reading_words("missing_number")}):
        return None
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return NOT_A_NUMBER
    value = _of_text(text, decimal, whole=whole) if isinstance(cell, str) else float(cell)
    return value if isinstance(value, str) else _fitting(value, whole=whole)


def _fitting(value: float, *, whole: bool) -> float | str:
    if not math.isfinite(value):
        return NOT_A_NUMBER
    if value < 0:
        return NEGATIVE
    return NOT_WHOLE if whole and not value.is_integer() else value


def _of_text(text: str, decimal: frozenset[str], *, whole: bool) -> float | str:
    sign, text = (-1, text[1:]) if text[:1] in "-\u2212" else (1, text)
    if _PLAIN.fullmatch(text):
        return sign * float(text)
    for mark, other in (",.", ".,"):
        if _BOTH[mark].fullmatch(text):
            return sign * float(text.replace(other, "").replace(mark, "."))
        if _GROUPED[mark].fullmatch(text) and text.count(mark) > 1:
            return sign * float(text.replace(mark, ""))
        if _DECIMAL[mark].fullmatch(text):
            return _one_mark(text, mark, other, decimal, whole=whole, sign=sign)
    return NOT_A_NUMBER


def _one_mark(
    text: str, mark: str, other: str, decimal: frozenset[str], *, whole: bool, sign: int
) -> float | str:
    as_decimal = sign * float(text.replace(mark, "."))
    if not _is_open(text, mark):
        return as_decimal
    if mark in decimal:
        return TWO_WAYS if whole or other in decimal else as_decimal
    if whole or other in decimal:
        return sign * float(text.replace(mark, ""))
    return TWO_WAYS
