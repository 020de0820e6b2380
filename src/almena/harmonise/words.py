"""Small helpers for words: names compared without accents, counts said in plain language, word lists."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache

from almena.packs.table import read_table

SHOWN = 30


def plain(text: object) -> str:
    """
    Return a name reduced to what people hear: no accents, no case, single spaces.

    Parameters
    ----------
    text : object
        A column name or word.

    Returns
    -------
    str
        ``"População (pessoas) "`` becomes ``"populacao pessoas"``.
    """
    letters = unicodedata.normalize("NFKD", str(text)).casefold()
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.split())


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


@cache
def pack_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of the built-in pack, read once."""
    return tuple(read_table(name))


@cache
def reading_words(meaning: str) -> frozenset[str]:
    """Return the words (lower case) that the packs list for a meaning such as ``true`` or ``missing_number``."""
    rows = [r for r in pack_rows("reading_words.csv") if r["meaning"] == meaning]
    return frozenset(word for row in rows for word in row["words"].split("|"))
