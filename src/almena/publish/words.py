"""The report's terms: use classes, statuses, kinds of causes."""

from __future__ import annotations

from functools import lru_cache

from almena.packs.language import Language, from_table, spoken
from almena.packs.table import Row, read_table
from almena.publish.blocks import Word


@lru_cache(maxsize=8)
def _table(_language: Language) -> dict[tuple[str, str], Word]:
    return {(r["kind"], r["id"]): _word(r) for r in read_table("report_words.csv")}


def _word(row: Row) -> Word:
    told, meaning = (from_table("report_words", row[column]) for column in ("word", "meaning"))
    return Word(row["id"], row["symbol"], told, meaning)


def word(kind: str, term: str) -> Word:
    """Return a term of a kind (``use``, ``status``, ``cause``, ``fit``); unknown terms speak for themselves."""
    return _table(spoken()).get((kind, term), Word(term, "", term, ""))


def words(kind: str) -> tuple[Word, ...]:
    """Return all terms of a kind, in the order of the table."""
    return tuple(w for (k, _), w in _table(spoken()).items() if k == kind)
