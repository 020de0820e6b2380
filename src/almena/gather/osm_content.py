"""Which roles an OpenStreetMap extract can fill: those of which it holds at least one object."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import osmium

from almena.model.kit import KitFile
from almena.packs import load_roles, read_table
from almena.packs.table import Row

_FEWEST_PARTS = 2  # one part is the city once more
_ANY = "*"
_LEFT = (
    "boundary",  # comes from the geocoder, as the one outline that a person chose
    "schools_on_map",  # is there to be compared with a register; here it would be compared with itself
)
_TABLE = "osm_roles.csv"


def roles_in(path: Path, date: str, city_level: int | None) -> tuple[KitFile, ...]:
    """
    Return the entries of a kit that an extract fills.

    Parameters
    ----------
    path : Path
        Extract in PBF form; its name becomes the path inside the kit.
    date : str
        Day of the data.
    city_level : int or None
        Administrative level of the city: its parts are the outlines of the next lower level that occurs.

    Returns
    -------
    tuple of KitFile
        In the order of the table of tags.
    """
    found, levels = _look(path)
    part_level = _part_level(levels, city_level)
    entries = []
    for role in dict.fromkeys(row["role"] for row in tag_rows()):
        if role not in found or not _is_fillable(role) or (role == "neighbourhoods" and not part_level):
            continue
        where = {"admin_level": (part_level,)} if role == "neighbourhoods" else {}
        entries.append(KitFile(role, path.name, "osm", date=date or "unknown", where=where))
    return tuple(entries)


def tag_rows() -> list[Row]:
    """Return the rows of the table that says which tags a role takes from OpenStreetMap."""
    return read_table(_TABLE)


def _is_fillable(role: str) -> bool:
    """Tell whether all fields that a role needs are tags, or are filled by the table."""
    rows = [row for row in tag_rows() if row["role"] == role]
    given = {row["key"] for row in rows} | {row.get("field", "") for row in rows}
    declared = load_roles().get(role)
    needed = {field.split(":")[0] for field in declared.required} if declared else {role}
    return role not in _LEFT and needed <= given


def _look(path: Path) -> tuple[set[str], Counter[str]]:
    rows = [
        (r["role"], r["key"], frozenset(r["values"].split("|")), frozenset(r["shapes"].split("|")))
        for r in tag_rows()
    ]
    keys = {key for _, key, _, _ in rows}
    found: set[str] = set()
    levels: Counter[str] = Counter()
    tagged = osmium.filter.KeyFilter(*sorted(keys))
    things: Any = osmium.FileProcessor(str(path)).with_filter(tagged)
    for thing in things:
        tags, shapes = thing.tags, _shapes(thing)
        if thing.is_relation() and tags.get("boundary") == "administrative":
            levels[tags.get("admin_level", "")] += 1
        for role, key, values, wanted in rows:
            if role not in found and wanted & shapes and (value := tags.get(key)):
                found |= {role} if _ANY in values or value in values else set()
    return found, levels


def _shapes(thing: Any) -> frozenset[str]:
    if thing.is_node():
        return frozenset({"point"})
    if thing.is_relation():
        return frozenset({"area"}) if thing.tags.get("type") in ("multipolygon", "boundary") else frozenset()
    return frozenset({"area", "line"}) if thing.is_closed() else frozenset({"line"})


def _part_level(levels: Counter[str], city_level: int | None) -> str:
    lower = [
        int(text)
        for text, count in levels.items()
        if text.isascii() and text.isdigit() and count >= _FEWEST_PARTS
    ]
    lower = [level for level in lower if city_level is not None and level > city_level]
    return str(min(lower)) if lower else ""
