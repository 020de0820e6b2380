"""Small helpers for words: names compared without accents, counts said in plain language, word lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from almena.packs.words import pack_rows, plain, reading_words

SHOWN = 30

__all__ = ["SHOWN", "count", "listing", "nearest", "pack_rows", "plain", "reading_words"]


def nearest(name: str, known: Sequence[str]) -> str:
    """Return the known name that looks most like a given one, or an empty text."""
    by_plain = {plain(k): k for k in reversed(known)}
    close = get_close_matches(plain(name), list(by_plain), n=1, cutoff=0.5)
    return by_plain[close[0]] if close else ""


def listing(names: Iterable[object], shown: int = SHOWN) -> str:
    """Return names as an enumeration, cut after ``shown`` with the number left out."""
    texts = [str(n) for n in names]
    rest = len(texts) - shown
    return ", ".join(texts[:shown]) + (f" and {rest} more" if rest > 0 else "")


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: ``1 row``, ``2 rows``, ``1,618 hydrants``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
