"""The texts of the tables in the language of the task, for outputs that people read; ids and codes stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from almena.packs.language import ENGLISH, from_table, spoken
from almena.packs.retelling import retell
from almena.publish.exchange.sheets import Sheet, Value
from almena.publish.reasons import because_text
from almena.publish.words import words

Teller = Callable[[str], str]
JOINT, NOTES = "; ", " | "  # between reasons, between notes, as the records join them


def in_words(tables: Mapping[str, Sheet]) -> Mapping[str, Sheet]:
    """
    Return the tables with titles, definitions, reasons, remedies and notes in the language that is spoken.

    Parameters
    ----------
    tables : mapping of str to Sheet
        The star, in English.

    Returns
    -------
    mapping of str to Sheet
        The same rows. In English the same tables.
    """
    if spoken().code == ENGLISH:
        return tables
    return {name: _told(sheet) for name, sheet in tables.items()}


def _told(sheet: Sheet) -> Sheet:
    tellers = [_TELLERS.get((sheet.name, column)) or _TELLERS.get(("", column)) for column in sheet.header]
    if not any(tellers):
        return sheet
    known = [cache(teller) if teller else None for teller in tellers]
    rows = (tuple(map(_cell, row, known)) for row in sheet.rows)
    return replace(sheet, rows=tuple(rows))


def _cell(cell: Value, teller: Teller | None) -> Value:
    return teller(cell) if teller and isinstance(cell, str) and cell else cell


def _from(table: str) -> Teller:
    return lambda text: from_table(table, text)


def _reason(text: str) -> str:
    """Tell the rules behind a use class one by one; the reason of a gap is one sentence, semicolons and all."""
    parts = text.split(JOINT)
    rules = {rule.id for rule in words("because")}
    return JOINT.join(map(because_text, parts)) if rules.issuperset(parts) else retell(text)


def _remedy(text: str) -> str:
    told = from_table("cards", text)
    return retell(text) if told == text else told


def _notes(text: str) -> str:
    return NOTES.join(map(retell, text.split(NOTES)))


_TELLERS: Mapping[tuple[str, str], Teller] = {
    ("observations", "title"): _from("cards"),
    ("cards", "title"): _from("cards"),
    ("gaps", "title"): _from("cards"),
    ("", "definition"): _from("cards"),
    ("", "denominator"): _from("cards"),
    ("", "benchmark_source"): _from("cards"),
    ("", "who"): _from("cards"),
    ("", "element_title"): _from("elements"),
    ("", "component"): _from("elements"),
    ("", "reason"): _reason,
    ("", "remedy"): _remedy,
    ("", "notes"): _notes,
    ("codes", "meaning"): lambda text: from_table("quality", text),
}
"""What tells a column of a table; a column without a table is told alike wherever it stands."""
