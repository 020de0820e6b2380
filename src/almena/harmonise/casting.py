"""Raw values of one column cast to the type that its role asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.dates import parse_dates
from almena.harmonise.numbers import contradicts, parse_numbers, without_marks
from almena.harmonise.words import reading_words

WIDE_TEXT_BYTES = 256 * 2**20
NUMERIC_KINDS = "iufb"
_BARE = re.compile(r"[0-9.e+\-\n]*")


@dataclass(frozen=True)
class Cast:
    """
    A column after casting.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Values of the asked type: text is str, number float64, integer int64 (float64 with NaN where some are
        missing), boolean bool (float64 1, 0, NaN where some are missing), date datetime64[D], time datetime64[s].
    bad : ndarray of bool, shape (n,)
        True where a value was there but is not of the type.
    notes : tuple of str
        Decisions taken, in plain words.
    """

    values: NDArray[Any]
    bad: NDArray[np.bool_]
    notes: tuple[str, ...] = ()


def cast(
    values: NDArray[Any], kind: str, *, missing: Sequence[str] = (), decimal: str = "", dates: str = ""
) -> Cast:
    """
    Return a column as ``text``, ``number``, ``integer``, ``boolean``, ``date``, ``time`` or ``any``.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Raw values of any type.
    kind : str
        The type asked for.
    missing : sequence of str
        Texts that stand for "no value" in this file.
    decimal, dates : str
        Reading options as in `KitFile`; empty to find out.

    Raises
    ------
    AmbiguousNumbersError, AmbiguousDatesError
        When the texts can be read in two ways.
    """
    if kind in ("number", "integer"):
        return _as_number(values, missing, decimal, whole=kind == "integer")
    if kind in ("date", "time"):
        return _as_date(values, missing, dates, "D" if kind == "date" else "s")
    if kind == "boolean":
        return _as_boolean(values, missing)
    if kind == "text":
        return _fine(text_array([t if t not in missing else "" for t in texts_of(values)]))
    return _fine(values)


def texts_of(values: NDArray[Any]) -> list[str]:
    """Return values as stripped texts; None and NaN are empty, whole floats lose their ``.0``."""
    return [v.strip() if type(v) is str else text_of(v) for v in values.tolist()]


def text_of(value: Any) -> str:
    """Return one value as a person would write it."""
    if value is None or value != value:  # only NaN and NaT differ from themselves
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def text_array(texts: list[str]) -> NDArray[Any]:
    """Return texts as a str array, or as an object array when a few long ones would waste memory."""
    widest = max(map(len, texts), default=1) or 1
    if widest * 4 * len(texts) > WIDE_TEXT_BYTES:
        return np.array(texts, dtype=object)
    return np.array(texts, dtype=f"<U{widest}")


def _fine(values: NDArray[Any]) -> Cast:
    return Cast(values, np.zeros(len(values), dtype=np.bool_))


def _as_number(values: NDArray[Any], missing: Sequence[str], decimal: str, *, whole: bool) -> Cast:
    notes: tuple[str, ...] = ()
    if values.dtype.kind in NUMERIC_KINDS:
        numbers, bad = values.astype(np.float64), np.zeros(len(values), dtype=np.bool_)
        numbers[np.isin(numbers, _as_floats(missing))] = np.nan
    else:
        numbers, bad, notes = _numbers_from_mixed(values, missing, decimal, whole)
    bad |= np.isinf(numbers)
    numbers[np.isinf(numbers)] = np.nan
    notes += _drop_sentinels(numbers)
    if not whole:
        return Cast(numbers, bad, notes)
    broken = ~np.isnan(numbers) & (numbers != np.round(numbers))
    numbers[broken] = np.nan
    return Cast(_compact(numbers), bad | broken, notes)


def _numbers_from_mixed(
    values: NDArray[Any], missing: Sequence[str], decimal: str, whole: bool
) -> tuple[NDArray[np.float64], NDArray[np.bool_], tuple[str, ...]]:
    """Parse texts together, so that they decide on their separators; take real numbers as they are."""
    known = {*missing, ""}
    words = reading_words("missing_number")
    items = values.tolist()
    if not decimal and not missing and _is_bare(items, words):
        return (*parse_numbers(items, whole=whole), ())
    typed = np.array([isinstance(v, (int, float)) for v in items], dtype=np.bool_)
    texts = ["" if is_typed else text_of(v) for v, is_typed in zip(items, typed, strict=True)]
    texts = ["" if t in known or t.casefold() in words else t for t in texts]
    texts, notes = _without_marks(texts)
    if decimal and contradicts(texts, decimal):
        decimal = "," if decimal == "." else "."
        notes += (
            f"these numbers can only be read with the decimal mark {decimal!r}, so the kit's is not used",
        )
    numbers, bad = parse_numbers(texts, decimal, whole=whole)
    numbers[typed] = np.array([_float(items[i]) for i in np.flatnonzero(typed)])
    numbers[np.isin(numbers, _as_floats(missing))] = np.nan
    return numbers, bad, notes


def _is_bare(items: list[Any], words: frozenset[str]) -> bool:
    """
    Tell whether a column holds texts of digits, points and signs alone, as tables written by machines do.

    Then there is no blank, word or mark to look for in each of its cells.
    """
    if set(map(type, items)) != {str}:
        return False
    joined = "\n".join(items)
    one_line_each = joined.count("\n") == len(items) - 1
    return one_line_each and bool(_BARE.fullmatch(joined)) and not (words - {""}).intersection(items)


def _float(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _without_marks(texts: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return texts without footnote marks; say so, since a mark often stands for an estimate."""
    bare = [without_marks(t) for t in texts]
    marked = [t for t, b in zip(texts, bare, strict=True) if t != b]
    if not marked:
        return texts, ()
    return bare, (f"{len(marked):,} with a footnote mark, read without it, for example {marked[0]!r}",)


def _as_floats(texts: Sequence[str]) -> list[float]:
    numbers, _ = parse_numbers([t.strip() for t in texts], ".")
    return [n for n in numbers.tolist() if n == n]


def _drop_sentinels(numbers: NDArray[np.float64]) -> tuple[str, ...]:
    """Blank the well-known stand-ins for "not measured"; say so, since the kit did not declare them."""
    sentinels = [float(word) for word in reading_words("sentinel_number")]
    hits = np.isin(numbers, sentinels)
    if not hits.any():
        return ()
    shown = sorted({f"{v:g}" for v in numbers[hits]})
    numbers[hits] = np.nan
    return (
        f"{int(hits.sum()):,} values of {', '.join(shown)} are taken as missing (list them under `missing`)",
    )


def _compact(numbers: NDArray[np.float64]) -> NDArray[Any]:
    return numbers if np.isnan(numbers).any() else numbers.astype(np.int64)


def _as_boolean(values: NDArray[Any], missing: Sequence[str]) -> Cast:
    if values.dtype.kind == "b":
        return _fine(values)
    yes, no = reading_words("true") | {"yes"}, reading_words("false") | {"no"}
    texts = ["" if t in missing else t.casefold() for t in texts_of(values)]
    known = np.array([1.0 if t in yes else 0.0 if t in no else np.nan for t in texts])
    bad = np.isnan(known) & np.array([bool(t) for t in texts], dtype=np.bool_)
    return Cast(known if np.isnan(known).any() else known.astype(np.bool_), bad)


def _as_date(values: NDArray[Any], missing: Sequence[str], dates: str, unit: str) -> Cast:
    if values.dtype.kind == "M":
        return _fine(values.astype(f"datetime64[{unit}]"))
    absent = {*missing, *reading_words("missing_date")}
    texts = ["" if t in absent else t for t in texts_of(values)]
    moments, bad, notes = parse_dates(texts, dates)
    return Cast(moments.astype(f"datetime64[{unit}]"), bad, notes)
