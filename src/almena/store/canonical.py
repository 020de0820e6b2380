"""One spelling for everything that is stored as text or hashed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from almena.model.problem import InputError, Problem


def _scalar(value: Any) -> Any:
    """Return the plain number behind a numpy scalar, without importing numpy."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be stored")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_scalar
)


def to_text(value: Any) -> str:
    """
    Write a value as JSON in the one spelling that is stored: keys sorted, no blanks, no NaN.

    Raises
    ------
    InputError
        When the value holds something that JSON has no word for, such as NaN or an open file.
    """
    try:
        return _ENCODER.encode(value)
    except (TypeError, ValueError) as error:
        raise InputError(
            Problem(
                "A value cannot be stored",
                repr(value)[:200],
                str(error),
                "give finite numbers, texts, lists and mappings with text keys; None where nothing is known",
            )
        ) from error


def from_text(text: str) -> Any:
    """Read back what `to_text` wrote."""
    return json.loads(text)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def without_nan(value: Any) -> Any:
    """Return the value with None for every number that is not finite: JSON has no other word for unknown."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def check_texts(where: str, texts: Iterable[str]) -> None:
    """
    Refuse the two kinds of text that one of the databases cannot hold.

    Raises
    ------
    InputError
        When a text has a NUL character (PostgreSQL) or half of a surrogate pair (no UTF-8).
    """
    for text in texts:
        if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise InputError(
                Problem(
                    "A text holds a character that cannot be stored",
                    where,
                    f"NUL or half of a surrogate pair in {text[:80]!r}",
                    "correct the encoding of the file that the text comes from",
                )
            )


def check_time(at: str) -> str:
    """
    Return an instant unchanged when it is ISO 8601 in UTC.

    Raises
    ------
    InputError
        When it is not, for example because it has no zone.
    """
    try:
        zone = datetime.fromisoformat(at).utcoffset()
    except ValueError:
        zone = None
    if zone != timedelta(0):
        raise InputError(
            Problem(
                "An instant is not ISO 8601 in UTC",
                repr(at),
                "times are kept in UTC",
                "write it like 2026-11-20T12:00:00Z",
            )
        )
    return at
