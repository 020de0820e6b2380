"""The tables of the packs that Almena ships, read as plain CSV, and what every one of them must keep."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from almena.packs.table import Row, read_table

LETTERS = frozenset("ABCDP")
COLOUR = re.compile(r"#[0-9A-F]{6}")
LONGEST_QUOTE = 12
"""Words in a row that a text may share with its source before it counts as copied."""

_FOLDER = resources.files("almena.packs") / "shipped"


@cache
def table(pack: str, name: str) -> tuple[Row, ...]:
    """Return the rows of one table of a shipped pack."""
    return tuple(read_table(f"{name}.csv", _FOLDER / pack))


@cache
def manifest(pack: str) -> Mapping[str, Any]:
    """Return what a shipped pack says of itself."""
    document = tomllib.loads((_FOLDER / pack / "pack.toml").read_text(encoding="utf-8"))
    own: Mapping[str, Any] = document["pack"]
    return own


@cache
def columns(name: str) -> tuple[Row, ...]:
    """Return the columns that the format knows for a table."""
    return tuple(row for row in read_table("pack_columns.csv") if row["table"] == name)


def complaints(pack: str, name: str) -> list[str]:
    """Return everything in which a table breaks the format: columns, empty cells, choices, numbers, letters."""
    form = columns(name)
    assert form, name
    found = []
    for row in table(pack, name):
        if unknown := set(row) - {c["column"] for c in form} - {"_row"}:
            found.append(f"row {row['_row']}: no such column {sorted(unknown)}")
        found += [
            f"row {row['_row']}, {c['column']}: {why}" for c in form if (why := _wrong(c, row[c["column"]]))
        ]
    return found


def _wrong(column: Row, cell: str) -> str:
    if not cell:
        return "empty" if column["required"] else ""
    kind, _, choices = column["type"].partition(":")
    if kind == "choice" and cell not in choices.split("|"):
        return f"{cell} is no choice"
    if kind == "letter" and cell not in LETTERS:
        return f"{cell} is no letter"
    if kind in ("number", "integer"):
        return "" if re.fullmatch(r"-?\d+(\.\d+)?", cell) else f"{cell} is no number"
    return f"{cell} is no id" if kind == "id" and not re.fullmatch(r"[A-Za-z0-9._-]+", cell) else ""


def repeated(values: Iterable[object]) -> list[object]:
    """Return the values that occur more than once."""
    return [value for value, times in Counter(values).items() if times > 1]


def circles(parents: Mapping[str, str]) -> list[str]:
    """Return the ids that are above themselves."""
    found = []
    for start in parents:
        here, seen = parents[start], {start}
        while here and here not in seen:
            seen.add(here)
            here = parents.get(here, "")
        if here == start:
            found.append(start)
    return found


def portuguese(pack: str) -> dict[tuple[str, str, str], str]:
    """Return the Portuguese texts of a pack by table, id and column."""
    rows = table(pack, "texts_pt")
    assert not repeated((row["table"], row["id"], row["column"]) for row in rows)
    return {(row["table"], row["id"], row["column"]): row["text"] for row in rows}


def words(text: str) -> list[str]:
    """Return the words of a text, without case and signs."""
    return re.findall(r"\w+", text.casefold())


def passages(text: str, length: int) -> set[tuple[str, ...]]:
    """Return all runs of so many words of a text."""
    found = words(text)
    return {tuple(found[at : at + length]) for at in range(len(found) - length + 1)}
