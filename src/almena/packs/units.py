"""Units of measurement: the names that people write, and the unit that a role promises for a field."""

from __future__ import annotations

from functools import cache

from almena.model.card import Role
from almena.packs.words import pack_rows


def known_unit(name: str) -> dict[str, str] | None:
    """Return the row of the table ``reading_units.csv`` that a way of writing a unit stands for, or None."""
    return spelled_units().get(name) or spelled_units().get(name.strip().lower())


def promised_unit(role: Role, field: str) -> str:
    """Return the unit that a role promises for a field; the role's own unit when no row names the field."""
    rows = [
        r for r in pack_rows("reading_field_units.csv") if r["field"] == field and r["role"] in (role.id, "*")
    ]
    named = sorted(rows, key=lambda r: r["role"] == "*")
    return named[0]["unit"] if named else role.unit


@cache
def spelled_units() -> dict[str, dict[str, str]]:
    """Return the rows of the unit table under every way of writing the unit."""
    rows: dict[str, dict[str, str]] = {}
    for row in pack_rows("reading_units.csv"):
        for spelling in (row["unit"], row["unit"].lower(), *row["also_written"].split("|")):
            rows.setdefault(spelling, row)
    return rows
