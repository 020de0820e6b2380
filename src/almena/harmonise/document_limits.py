"""How much of a document is read, from the table of limits; and the patterns that tell its parts."""

from __future__ import annotations

import re
from functools import lru_cache

from almena.packs.table import read_table


@lru_cache(maxsize=1)
def _limits() -> dict[str, float]:
    return {row["limit"]: float(row["value"]) for row in read_table("document_limits.csv")}


def limit(name: str) -> float:
    """
    Return a limit of ``document_limits.csv``.

    Parameters
    ----------
    name : str
        Its name; its unit and source stand in the table.
    """
    return _limits()[name]


@lru_cache(maxsize=8)
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    rows = read_table("document_words.csv")
    return tuple(re.compile(row["pattern"], re.IGNORECASE) for row in rows if row["kind"] == kind)


def begins_like(kind: str, text: str) -> bool:
    """
    Tell whether a text begins as a kind of passage does.

    Parameters
    ----------
    kind : str
        ``caption``, ``list`` or ``footnote``.
    text : str
        The text.
    """
    return any(pattern.match(text) for pattern in _patterns(kind))
