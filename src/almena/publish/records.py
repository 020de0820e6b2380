"""Observations as rows: for JSON, for CSV, for whoever opens a value."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from almena.model.card import Card
from almena.model.observation import Observation
from almena.model.origin import Origin, Source
from almena.publish.atomic import write_whole
from almena.publish.editions import for_edition
from almena.publish.material import Material

Cell = str | float | int | None

COLUMNS = (
    "indicator", "title", "element", "place", "place_kind", "place_name", "period", "dimensions",
    "value", "low", "high", "interval_kind", "unit", "use", "status", "quality", "method", "coverage",
    "reason", "remedy", "notes", "files", "sha256", "licences",
)  # fmt: skip
ROW = (
    "place", "place_kind", "place_name", "period", "dimensions", "value", "low", "high", "interval_kind", "unit",
    "status", "use", "quality", "method", "coverage", "causes", "origins", "reason", "remedy", "notes",
)  # fmt: skip
# OWASP, "CSV Injection": cells that a spreadsheet would take for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def observation_row(observation: Observation, card: Card | None = None) -> dict[str, Any]:
    """
    Return an observation in the shape that ``almena show --json`` prints.

    Parameters
    ----------
    observation : Observation
        The value or gap.
    card : Card, optional
        Its card, for the unit and the remedy where the observation has none of its own.
    """
    facts = _facts(observation, card)
    lists: dict[str, Any] = {
        "dimensions": dict(observation.dimensions),
        "causes": [{k: _plain(v) for k, v in cause.items()} for cause in observation.causes],
        "origins": [_origin(o) for o in observation.origins],
        "notes": list(observation.notes),
    }
    return {name: lists[name] if name in lists else facts[name] for name in ROW}


def _facts(observation: Observation, card: Card | None) -> dict[str, Any]:
    """Return what fits into one cell each."""
    remedy = observation.remedy or (card.remedy if card and observation.is_missing else "")
    return {
        "place": observation.place,
        "place_kind": observation.place_kind,
        "place_name": observation.place_name,
        "period": observation.period,
        "value": _finite(observation.value),
        "low": _finite(observation.low),
        "high": _finite(observation.high),
        "interval_kind": observation.interval_kind,
        "unit": observation.unit or (card.unit if card else ""),
        "status": observation.status,
        "use": observation.use,
        "quality": observation.quality,
        "method": observation.method,
        "coverage": _finite(observation.coverage),
        "reason": observation.reason,
        "remedy": remedy,
    }


def write_json(material: Material, path: Path) -> Path:
    """Write all observations of an edition, by indicator, as one JSON document."""
    edition = for_edition(material)
    document = {
        "city": edition.city,
        "name": edition.name,
        "country": edition.country,
        "edition": edition.edition,
        "run_date": edition.run_date,
        "version": edition.version,
        "indicators": list(_indicators(edition)),
        "sources": [_source(s) for s in edition.sources],
        "self_tests": [t.as_dict() for t in edition.self_tests],
        "problems": [p.as_dict() for p in edition.problems],
        "notes": [p.as_dict() for p in edition.notes],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return write_whole(path, (text + "\n").encode())


def write_csv(material: Material, path: Path) -> Path:
    """Write all observations of an edition, one row each, as UTF-8 with a mark that spreadsheets know."""
    return write_whole(path, csv_bytes(for_edition(material)))


def csv_bytes(edition: Material) -> bytes:
    """Return the rows of a material that already is an edition."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(cell) for cell in row] for row in flat_rows(edition))
    return text.getvalue().encode("utf-8-sig")


def safe_cell(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return "'" + cell
    return cell


def flat_rows(edition: Material) -> list[list[Cell]]:
    """Return all observations of an edition as rows of cells, in the order of `COLUMNS`; made once for all outputs."""
    return edition.memo.once(
        "rows", lambda: [_flat(o, edition.cards.get(o.indicator)) for o in edition.observations]
    )


def _flat(observation: Observation, card: Card | None) -> list[Cell]:
    sources = list(dict.fromkeys(o.source for o in observation.origins))
    row = _facts(observation, card) | {
        "indicator": observation.indicator,
        "title": card.title if card else "",
        "element": card.element if card else "",
        "dimensions": dimensions_text(observation),
        "notes": " | ".join(observation.notes),
        "files": "; ".join(s.file for s in sources),
        "sha256": "; ".join(s.sha256 for s in sources),
        "licences": "; ".join(dict.fromkeys(s.licence for s in sources)),
    }
    return [row[column] for column in COLUMNS]


def dimensions_text(observation: Observation) -> str:
    """Return the dimensions of an observation as ``name=category``, joined with semicolons; empty for the headline."""
    return "; ".join(f"{k}={v}" for k, v in observation.dimensions)


def _indicators(edition: Material) -> Iterator[dict[str, Any]]:
    by_card: dict[str, list[Observation]] = {}
    for observation in edition.observations:
        by_card.setdefault(observation.indicator, []).append(observation)
    for indicator, observations in by_card.items():
        card = edition.cards.get(indicator)
        yield {
            "indicator": indicator,
            "card": asdict(card) if card else {},
            "observations": [observation_row(o, card) for o in observations],
        }


def _origin(origin: Origin) -> dict[str, Any]:
    return _source(origin.source) | {"locator": origin.locator, "steps": list(origin.steps)}


def _source(source: Source) -> dict[str, Any]:
    return {
        "role": source.role,
        "file": source.file,
        "url": source.url,
        "sha256": source.sha256,
        "licence": source.licence,
        "attribution": source.attribution,
        "date": source.date,
        "bytes": source.bytes_are,
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _plain(value: Any) -> Any:
    return _finite(value) if isinstance(value, float) else value
