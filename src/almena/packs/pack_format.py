"""The form of packs: which tables and columns there are, and what a cell may hold."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from almena.model.pack import Row
from almena.packs.words import pack_rows

TEXTS = "texts"
CARDS = "cards"
LETTERS = ("A", "B", "C", "D", "P")
KINDS = ("method", "hazards", "framework", "survey", "theme")
KEY_JOINT = "/"
"""What stands between the parts of a key of several columns, such as ``benchmark/green``."""

_ID = re.compile(r"[A-Za-z0-9]+([._-]+[A-Za-z0-9]+)*")
_PACK_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_COLOUR = re.compile(r"#?[0-9A-Fa-f]{6}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_TEXTS_OF = re.compile(r"texts_([a-z]{2})")


@dataclass(frozen=True)
class Column:
    """
    One column of a table of packs.

    Parameters
    ----------
    name, type, meaning : str
        Name in the header; ``id``, ``text``, ``integer``, ``number``, ``letter`` or ``choice:a|b``; what it holds.
    is_required : bool
        Whether every row fills it.
    refers_to : tuple of str
        Tables, or ``table.column``, one of which must hold the value.
    """

    name: str
    type: str
    is_required: bool
    refers_to: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class TableForm:
    """
    One table of packs.

    Parameters
    ----------
    name : str
        Name of the file without extension.
    columns : mapping of str to Column
        By name.
    key : tuple of str
        Columns that together occur once.
    tree, within : str
        Column that names the row above, and the column whose value both rows share; empty where there is none.
    is_shared : bool
        Whether two packs of one city may not both hold a key.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    tree: str
    within: str
    is_shared: bool

    def key_of(self, row: Row) -> str:
        """Return the key of a row in one text, its parts joined by slashes."""
        return KEY_JOINT.join(row.get(column, "") for column in self.key)


@lru_cache(maxsize=1)
def table_forms() -> Mapping[str, TableForm]:
    """Return the tables that a pack may have, by name (``packs/pack_tables.csv``, ``packs/pack_columns.csv``)."""
    return {r["table"]: _form(r) for r in pack_rows("pack_tables.csv")}


def _form(row: Row) -> TableForm:
    columns = [_column(c) for c in pack_rows("pack_columns.csv") if c["table"] == row["table"]]
    by_name = {column.name: column for column in columns}
    key = tuple(row["key"].split())
    return TableForm(row["table"], by_name, key, row["tree"], row["within"], row["shared"] == "yes")


def _column(row: Row) -> Column:
    targets = tuple(row["refers_to"].split())
    return Column(row["column"], row["type"], row["required"] == "yes", targets, row["meaning"])


@lru_cache(maxsize=1)
def pack_limits() -> Mapping[str, int]:
    """Return how large a pack may be (``packs/pack_limits.csv``, assumed)."""
    return {r["limit"]: int(r["value"]) for r in pack_rows("pack_limits.csv")}


def form_of(table: str) -> TableForm | None:
    """Return the form of a table, also of ``texts_pt``; None when packs have no such table."""
    return table_forms().get(TEXTS if language_of_texts(table) else table)


def language_of_texts(table: str) -> str:
    """Return the language whose translations a table holds; empty when it holds none."""
    found = _TEXTS_OF.fullmatch(table)
    return found.group(1) if found else ""


def is_pack_id(text: str) -> bool:
    """Tell whether a text can be the id of a pack: lower-case letters, digits, hyphens."""
    return bool(_PACK_ID.fullmatch(text))


def is_language(text: str) -> bool:
    """Tell whether a text has the form of an ISO 639-1 code."""
    return bool(_LANGUAGE.fullmatch(text))


def complaint_of(column: Column, cell: str) -> tuple[str, str]:
    """
    Return why a filled cell cannot be used, and what to do; two empty texts when it can.

    Parameters
    ----------
    column : Column
        What it should hold.
    cell : str
        Its text, blanks stripped.
    """
    shown = named(column.name, cell)
    if column.type == "id" and not _ID.fullmatch(cell):
        remedy = "Use letters a to z, digits, dots, hyphens and underscores, without blanks."
        return f"{shown} is no id", remedy
    if column.type == "integer" and not _INTEGER.fullmatch(cell):
        return f"{shown} is no whole number", "Write digits only, such as 12."
    if column.type == "number" and not _is_number(cell):
        return f"{shown} is no number", "Write digits with a point before decimals, such as `1234.5`."
    if column.type == "letter" and cell not in LETTERS:
        return f"{shown} is no letter of confidence", one_of(LETTERS)
    if column.name == "colour" and not _COLOUR.fullmatch(cell):
        return f"{shown} is no colour", "Write six hexadecimal digits, such as 1BAD9A."
    kind, _, choices = column.type.partition(":")
    if kind == "choice" and cell not in choices.split("|"):
        return f"{shown} is not one of the choices", _instead(cell, choices.split("|"))
    return "", ""


def named(column: str, cell: str) -> str:
    """Return a cell as it stands, beside its column: so no language takes it for a number or a word of its own."""
    return f"{column} = {cell!r}"


def one_of(choices: Iterable[str]) -> str:
    """Return a remedy that lists what may be written; marked, for these words are the same in every language."""
    return f"Write one of: {', '.join(f'`{choice}`' for choice in choices)}."


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell)) and math.isfinite(float(cell))


def _instead(cell: str, choices: list[str]) -> str:
    near = get_close_matches(cell, choices, 1)
    return f"Did you mean `{near[0]}`?" if near else one_of(choices)


def has_control(text: str) -> bool:
    """Tell whether a text holds a character that steers a terminal or page instead of being read."""
    return any(unicodedata.category(letter) == "Cc" and letter not in "\n\r\t" for letter in text)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return a remedy that names the nearest known word, or the other remedy when none is near."""
    near = get_close_matches(word, list(known), 1, 0.7)
    return f"Did you mean `{near[0]}`?" if near else otherwise
