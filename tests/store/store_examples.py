"""Observations of a made-up city, and short ways to record and read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine

from almena.model.observation import Observation
from almena.model.origin import Origin, Source
from almena.store.observations import Recorded, current, record

NOW = "2026-11-20T12:00:00Z"
LATER = "2026-11-21T08:30:00Z"

SCHOOLS = Source(
    "schools", "services/schools.geojson", "a" * 64, "https://example.org/s", "CC-BY-4.0", "Ministry", "2024"
)
PEOPLE = Source("population_grid", "population/grid.tif", "b" * 64, licence="CC-BY-4.0", date="2020", size=7)

CHAIN = (
    Origin(SCHOOLS, "features 1–938", ("read as UTF-8", "kept primary and secondary")),
    Origin(PEOPLE, "band 1"),
)


def observation(value: float | None = 71.5, **facts: Any) -> Observation:
    """Return a headline value for the city, complete in every field."""
    given: dict[str, Any] = {
        "indicator": "social_inclusion.school_access_500m",
        "place": "city",
        "period": "2024",
        "place_kind": "city",
        "place_name": "New Town",
        "value": value,
        "low": None if value is None else value - 2,
        "high": None if value is None else value + 2,
        "interval_kind": "sensitivity+sources",
        "unit": "%",
        "status": "missing" if value is None else "modelled",
        "use": "discuss",
        "quality": "B",
        "method": "school_access@1",
        "coverage": 0.64,
        "causes": ({"name": "position of schools", "kind": "sensitivity", "low": 69.5, "high": 73.5},),
        "origins": CHAIN,
        "reason": "no schools" if value is None else "",
        "remedy": "ask the education office" if value is None else "",
        "notes": ("54 schools lie on one point",),
        "key": "k1",
    }
    return Observation(**{**given, **facts})


def neighbourhood(number: int, value: float | None = 50.0, **facts: Any) -> Observation:
    """Return the same for one neighbourhood."""
    place = {
        "place": f"neighbourhood-{number}",
        "place_kind": "neighbourhood",
        "place_name": f"Part {number}",
    }
    return observation(value, **{**place, **facts})


def save(engine: Engine, *observations: Observation, run: str = "run-1", **how: Any) -> Recorded:
    """Record observations with the usual stamp."""
    return record(engine, run, observations, **{"at": NOW, "by": "almena", **how})


def now_known(engine: Engine) -> list[Observation]:
    """Return the current observations as recorded."""
    return [stored.observation for stored in current(engine)]


def values(observations: Iterable[Observation]) -> dict[str, float | None]:
    """Return values by place."""
    return {o.place: o.value for o in observations}
