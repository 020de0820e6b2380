"""Vale Claro with a case: the town of the diagnosis, with what must not get out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.diagnose.town import CRISIS, REGISTERS, TAXONOMY
from tests.publish import city
from tests.publish.city import SECRETS

from almena.diagnose.diagnosis import diagnose
from almena.diagnose.rules import Circumstances
from almena.model.case import Case
from almena.model.register import Challenge, Registers, Shock, Told
from almena.publish.material import Material

PRIVATE = ("Ana Souza", "Rui Lima", "ana@example.org", "Carla Dias")
AUTHOR = Told("Civil defence, list of 2021", "Carla Dias", "2026-11-01T10:00:00Z")


def registers() -> Registers:
    """Return the town's registers with a shock that names a hydrant, and an author on every record of a shock."""
    secret = Shock("S7", CRISIS, "2021", name=f"Queue at {SECRETS[1]}", people_direct=40.0, displaced=3.0)
    shocks = tuple(replace(s, told=AUTHOR) for s in (*REGISTERS.shocks, secret))
    return replace(REGISTERS, shocks=shocks, challenges=(Challenge("heat", "Warmer climate"),))


def case(entered: Registers | None = None, **changes: Any) -> Case:
    """Return a case of registers."""
    entered = registers() if entered is None else entered
    found = diagnose(entered, TAXONOMY, Circumstances("2026-11-20", 20_000.0))
    return replace(Case(entered, TAXONOMY, found), **changes)


def material(edition: str = "public", told: Case | None = None, **changes: Any) -> Material:
    """Return the invented city with a case."""
    return replace(city.material(edition, **changes), case=case() if told is None else told)
