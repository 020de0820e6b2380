"""The report's terms: use classes, statuses, kinds of causes."""

from __future__ import annotations

from functools import lru_cache

from almena.packs.table import read_table
from almena.publish.blocks import Word


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], Word]:
    rows = read_table("report_words.csv")
    return {(r["kind"], r["id"]): Word(r["id"], r["symbol"], r["word"], r["meaning"]) for r in rows}


def word(kind: str, term: str) -> Word:
    """Return a term of a kind (``use``, ``status``, ``cause``, ``fit``); unknown terms speak for themselves."""
    return _table().get((kind, term), Word(term, "", term, ""))


def words(kind: str) -> tuple[Word, ...]:
    """Return all terms of a kind, in the order of the table."""
    return tuple(w for (k, _), w in _table().items() if k == kind)
