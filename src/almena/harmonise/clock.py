"""Times of day in timetables, as minutes after midnight."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

_CLOCK = re.compile(r"(\d{1,3}):(\d{1,2})(?::(\d{1,2}))?")
ZERO = ord("0")
WIDTH = 8


def parse_clocks(texts: list[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """
    Return times as minutes after midnight of the service day.

    Parameters
    ----------
    texts : list of str, length n
        ``H:MM:SS`` or ``HH:MM:SS``; hours may exceed 24; blank for an untimed stop.

    Returns
    -------
    ndarray of float, shape (n,)
        Minutes; NaN where blank or unreadable.
    ndarray of bool, shape (n,)
        True where a text is there but is not a time.
    """
    values = np.full(len(texts), np.nan)
    bad = np.zeros(len(texts), dtype=np.bool_)
    plain = np.array([len(t) == WIDTH for t in texts], dtype=np.bool_)
    if plain.any():
        where = np.flatnonzero(plain)
        values[where], odd = _fixed_width(np.array([texts[i] for i in where], dtype=f"<U{WIDTH}"))
        plain[where[odd]] = False
    blank = np.array([not t for t in texts], dtype=np.bool_)
    for i in np.flatnonzero(~plain & ~blank):
        values[i], bad[i] = _one(texts[i])
    return values, bad


def _fixed_width(texts: NDArray[np.str_]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read ``HH:MM:SS`` digit by digit for all times at once; report those that are not written so."""
    digits = texts.view(np.uint32).reshape(len(texts), WIDTH).astype(np.int64) - ZERO
    marks = (digits[:, 2] == ord(":") - ZERO) & (digits[:, 5] == ord(":") - ZERO)
    numbers = digits[:, [0, 1, 3, 4, 6, 7]]
    fine = marks & (numbers >= 0).all(axis=1) & (numbers <= 9).all(axis=1)
    fine &= (numbers[:, 2] < 6) & (numbers[:, 4] < 6)
    minutes = numbers @ np.array([600, 60, 10, 1, 10 / 60, 1 / 60])
    return np.where(fine, minutes, np.nan), ~fine


def _one(text: str) -> tuple[float, bool]:
    match = _CLOCK.fullmatch(text)
    if match is None or int(match.group(2)) > 59 or int(match.group(3) or 0) > 59:
        return float("nan"), True
    hours, minutes, seconds = (int(g or 0) for g in match.groups())
    return hours * 60 + minutes + seconds / 60, False
