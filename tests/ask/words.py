"""A small method written by hand: enough words for registers to refer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from almena.ask.registers import RegisterImport, read_registers
from almena.ask.shapes import CellTable
from almena.ask.vocabulary import Vocabulary

TODAY = dt.date(2026, 6, 30)
BENCHMARK = ("green", "yellow", "orange", "red", "qualitative", "not_applicable", "not_available")
TITLES = {
    "built_environment": ("Built environment", "BE", "1"),
    "supply_chain": ("Supply chain and logistics", "SCL", "2"),
    "basic_infrastructure": ("Basic infrastructure", "BI", "3"),
    "mobility": ("Mobility", "MOB", "4"),
    "municipal_services": ("Municipal public services", "MPS", "5"),
    "social_inclusion": ("Social inclusion and protection", "SIP", "6"),
    "economy": ("Economy", "ECON", "7", "Economia"),
    "ecology": ("Ecology", "ECO", "8"),
}
COMPONENTS = {
    "basic_infrastructure.water": ("Water", "3.2"),
    "basic_infrastructure.water.stormwater": ("Stormwater", "3.2.3"),
    "basic_infrastructure.solid_waste": ("Solid waste", "3.3"),
    "economy.local_economic_structure": ("Local economic structure", "7.1"),
    "economy.fiscal_stability": ("Fiscal stability and municipal finance", "7.2"),
}
FLOOD, DISEASE, FAILURE = (
    ("NATURAL", "FLOOD"),
    ("BIOLOGICAL", "INFECTIOUS DISEASES"),
    ("TECHNOLOGICAL", "FAILURE"),
)
HAZARDS = {
    "fluvial-flood": (("Fluvial Flood", "MH0604", "nat-hyd-flo-riv", "FL"), FLOOD),
    "pluvial-flood": (("Pluvial Flood", "MH0600", "FL"), FLOOD),
    "flash-flood": (("Flash Flood", "FF"), FLOOD),
    "viral-epidemic-pandemic-disease": (("Viral Epidemic & Pandemic Disease", "EP"), DISEASE),
    "bacterial-epidemic-pandemic-disease": (("Bacterial Epidemic & Pandemic Disease", "EP"), DISEASE),
    "animal-plant-fungal-pest-infestation": (("Animal, Plant, Fungal & Pest Infestation",), DISEASE),
    "built-infrastructure-breakdown": (("Built Infrastructure Breakdown",), FAILURE),
    "mobility-system-breakdown": (("Mobility System Breakdown",), FAILURE),
    "explosion-industrial": (("Explosion",), ("TECHNOLOGICAL", "INDUSTRIAL")),
    "explosion-non-industrial": (("Explosion",), ("TECHNOLOGICAL", "NON-INDUSTRIAL")),
}
INDICATORS = ("3.3.1.1", "3.2.3.1.1", "7.1.3.2", "7.3.1.2")
CHOICES = {
    "benchmark": {step: (step.replace("_", " "),) for step in BENCHMARK},
    "relationship": {
        "communicates": ("Communicates",),
        "legally_engages": ("Legally engages",),
        "formal_partnership": ("Formal partnership", "Parceria formal"),
    },
    "ppi_type": {"policy": ("Policy",), "plan": ("Plan",), "initiative": ("Initiative",)},
    "ppi_status": {"approved": ("Approved",), "under_development": ("Under development",)},
    "ppi_category": {"national": ("National",), "local": ("Local",)},
    "responsibility": {"owns": ("Owns",), "operates": ("Operates",)},
    "focal_point": {"political": ("Political",), "technical": ("Technical",)},
}


def vocabulary(**more: Any) -> Vocabulary:
    facts: dict[str, Any] = {
        "elements": TITLES,
        "components": COMPONENTS,
        "hazards": {identity: names for identity, (names, _) in HAZARDS.items()},
        "indicators": {f"crpt.{code}": (code,) for code in INDICATORS},
        "classes": {identity: classes for identity, (_, classes) in HAZARDS.items()},
        "choices": CHOICES,
        "belongs": {"crpt.7.1.3.2": "economy.local_economic_structure"},
        "city": ("Vila Nova", "vila-nova"),
    }
    return Vocabulary(**{**facts, **more})


def table(name: str, text: str, sheet: str = "") -> CellTable:
    """Return a table from lines of cells parted by ``;``, as a reader of files hands it over."""
    rows = tuple(tuple(line.split(";")) for line in text.strip("\n").splitlines())
    return CellTable(name, sheet, name.rsplit(".", 1)[0], rows)


def read(*tables: CellTable, words: Vocabulary | None = None, **how: Any) -> RegisterImport:
    return read_registers(tables, words or vocabulary(), today=how.pop("today", TODAY), **how)


def content(found: RegisterImport, register: str) -> dict[str, dict[str, Any]]:
    """Return what is accepted for a register, by id."""
    return {s.key: dict(s.content) for s in found.statements if s.kind == f"register:{register}"}


def whys(found: RegisterImport) -> list[str]:
    return [one.why for one in found.refused]


def notes(found: RegisterImport) -> str:
    return "\n".join(f"{note.what} @ {note.where} {note.why}" for note in found.notes)


def counts(found: RegisterImport) -> list[tuple[int, int, int, int]]:
    return [(o.read, o.accepted, o.set_aside, o.refused) for o in found.outcomes]


def shapes_of(found: RegisterImport) -> Sequence[str]:
    return [o.shape for o in found.outcomes]
