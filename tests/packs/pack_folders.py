"""Packs for tests, written by hand in a few lines."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from almena.model.problem import InputError, Problem
from almena.packs.pack_format import table_forms
from almena.packs.packs import load_pack

MANIFEST: dict[str, Any] = {
    "id": "toy-survey",
    "version": "1",
    "title": "Toy survey",
    "kind": "framework",
    "languages": ["en"],
    "licence": "CC0-1.0",
    "source": "made for tests",
}
FILLED = {
    "components": {"id": "economy.toys", "element": "economy", "title": "Toys"},
    "questions": {
        "id": "toy.1", "code": "1", "kind": "si", "element": "economy", "text": "How many toys?", "answer": "number",
        "holder": "mayor", "minutes": "5",
    },
    "scales": {"scale": "mood", "id": "good", "position": "1", "label": "Good"},
    "codes": {"system": "toys", "code": "1", "title": "Toys"},
    "mappings": {
        "system": "toys", "code": "1", "indicator": "identity.area", "kind": "related",
    },
    "benchmarks": {
        "question": "identity.area", "direction": "higher", "green": "9", "unit": "km2",
    },
    "shares": {
        "id": "q1", "question": "Do you play?", "answer": "yes", "share": "40", "base": "10 cities",
    },
    "theme": {"indicator": "identity.area", "part": "Room", "why": "Toys need room"},
    "hazards": {"id": "toy-flood", "group": "g", "type": "t", "subtype": "Toy flood"},
}  # fmt: skip
"""A good row of each table; its empty cells, its source and its letter left out."""


def row(table: str, **changes: str) -> dict[str, str]:
    """Return a good row of a table with some cells changed."""
    said = {} if table == "theme" else {"source": "s", "confidence": "P"}
    return {**FILLED.get(table, {}), **said, **changes}


def pack_folder(folder: Path, tables: Mapping[str, Iterable[Mapping[str, str]]], **manifest: Any) -> Path:
    """Write a pack and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.toml").write_text(toml({**MANIFEST, **manifest}), encoding="utf-8")
    for table, rows in tables.items():
        write_table(folder / f"{table}.csv", rows)
    return folder


def toml(facts: Mapping[str, Any]) -> str:
    """Return a manifest as text; texts and lists of texts only."""
    quoted = {k: repr(v).replace("(", "[").replace(")", "]") if v else None for k, v in facts.items()}
    return "\n".join(["[pack]", *(f"{k} = {v}" for k, v in quoted.items() if v is not None)]) + "\n"


def write_table(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write a table with all columns of its form."""
    name = "texts" if path.stem.startswith("texts") else path.stem
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table_forms()[name].columns), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def problems_of(folder: Path, **more: Any) -> tuple[Problem, ...]:
    """Return what the loader complains of; none when the pack is good."""
    try:
        load_pack(folder, **more)
    except InputError as error:
        return error.problems
    return ()


def addresses(problems: Iterable[Problem]) -> list[str]:
    """Return where each problem is, without the name of the folder."""
    return [problem.where.partition("/")[2] for problem in problems]
