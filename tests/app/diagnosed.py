"""Store the town of the diagnosis in a city folder, with the words of the shipped packs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.diagnose.town import REGISTERS

from almena.model.statement import Statement
from almena.store.folder import CityFolder
from almena.store.statements import say_all

NOW = "2026-11-20T10:00:00+00:00"
SHIPPED = {
    "bacterial-disease": "bacterial-epidemic-pandemic-disease",
    "social_inclusion.health": "social_inclusion.basic_social_services.health",
    "economy.structure": "economy.local_economic_structure",
    "crpt.3.2.3.1": "crpt.3.2.3.3.2",
    "crpt.3.2.3.2": "crpt.3.2.3.3.3",
    "crpt.6.3.2.1": "crpt.6.3.2.1.3",
    "crpt.7.1.1": "crpt.7.1.3.2",
}


def enter(path: Path, by: str = "Ana") -> None:
    """Say everything that the town's registers hold, under ids of the shipped packs."""
    said = [s for name, rows in vars(REGISTERS).items() for s in _statements(name, rows)]
    once = {(s.kind, s.key): s for s in said}
    with CityFolder.open(path) as folder:
        say_all(folder.engine, once.values(), at=NOW, by=by)


def _statements(register: str, rows: tuple[Any, ...]) -> list[Statement]:
    found = []
    for number, row in enumerate(rows):
        fields = {k: _shipped(v) for k, v in asdict(row).items() if v not in ("", (), None)}
        source = fields.pop("told")["source"]
        key = str(fields.pop("id", f"{register}-{number}"))
        found.append(Statement(f"register:{register}", key, fields, source=source))
    return found


def _shipped(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_shipped(part) for part in value]
    return SHIPPED.get(value, value) if isinstance(value, str) else value
