"""Words as people hear them, and the word lists of the pack."""

from __future__ import annotations

import unicodedata
from functools import cache

from almena.packs.table import read_table


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


@cache
def pack_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of the built-in pack, read once."""
    return tuple(read_table(name))


@cache
def reading_words(meaning: str) -> frozenset[str]:
    """Return the words (lower case) that the packs list for a meaning such as ``true`` or ``missing_number``."""
    rows = [r for r in pack_rows("reading_words.csv") if r["meaning"] == meaning]
    return frozenset(word for row in rows for word in row["words"].split("|"))
