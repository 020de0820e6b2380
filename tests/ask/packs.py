"""The small method of `words` as packs, for those who begin with a city folder."""

from __future__ import annotations

from pathlib import Path

from tests.ask.words import CHOICES, COMPONENTS, HAZARDS, INDICATORS, TITLES

from almena.model.pack import Manifest, Pack
from almena.store.folder import CityFolder

FACT = {"source": "by hand", "confidence": "P"}


def manifest(identity: str, kind: str) -> Manifest:
    return Manifest(identity, "1", identity, kind, ("en", "pt"), "CC0-1.0", "by hand")


def packs() -> dict[str, Pack]:
    crpt = {
        "elements": tuple(
            {"id": i, "number": names[2], "short": names[1], "title": names[0], **FACT}
            for i, names in TITLES.items()
        ),
        "components": tuple(
            {"id": i, "element": i.split(".")[0], "title": title, "code": code, **FACT}
            for i, (title, code) in COMPONENTS.items()
        ),
        "questions": tuple({"id": f"crpt.{code}", "code": code, **FACT} for code in INDICATORS),
        "scales": tuple(
            {"scale": scale, "id": step, "label": labels[0], **FACT}
            for scale, steps in CHOICES.items()
            for step, labels in steps.items()
        ),
        "texts_pt": (
            {"table": "scales", "id": "benchmark/red", "column": "label", "text": "Vermelho"},
            {"table": "elements", "id": "economy", "column": "title", "text": "Economia"},
        ),
    }
    hazards = {
        "hazards": tuple(
            {
                "id": i,
                "group": group,
                "type": type_,
                "subtype": names[0],
                "glide": " ".join(names[1:]),
                **FACT,
            }
            for i, (names, (group, type_)) in HAZARDS.items()
        )
    }
    return {
        "crpt": Pack(manifest("crpt", "method"), crpt),
        "hazards": Pack(manifest("hazards", "hazards"), hazards),
    }


def make_city(folder: Path) -> CityFolder:
    return CityFolder.create(folder, "Vila Nova", ("en",), id="vila-nova")
