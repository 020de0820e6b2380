"""What an edition may show of what a city entered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from almena.diagnose.diagnosis import diagnose
from almena.model.case import Case
from almena.model.register import Registers, Shock
from almena.publish.material import PUBLIC_EDITION
from almena.publish.suppression import SMALL

OF_PEOPLE = ("people_direct", "people_indirect", "deaths", "injured", "displaced", "jobs")
"""Effects that count people, and may let single ones be recognised."""
Scrub = Callable[[str], str]


def case_for(case: Case, edition: str, secret: Scrub) -> Case:
    """
    Return what an edition may show of a case.

    The public edition names no person and no contact, tells no count of people above zero and below ten, and takes out
    names that the profile withholds; the findings are worked out again from what is left, so that no total gives away
    what a record keeps back. The city edition shows everything.

    Parameters
    ----------
    case : Case
        Entries and findings.
    edition : str
        ``public`` or ``city``.
    secret : callable
        Takes withheld names out of a text.
    """
    if edition != PUBLIC_EDITION:
        return case
    hidden = frozenset(_small_counts(case.registers))
    registers = _without_people(case.registers, hidden)
    registers = replace(
        registers, **{s.name: _scrubbed(getattr(registers, s.name), secret) for s in fields(registers)}
    )
    return replace(
        case, registers=registers, diagnosis=diagnose(registers, case.taxonomy), hidden=case.hidden | hidden
    )


def _small_counts(registers: Registers) -> Iterator[tuple[str, str]]:
    for shock in registers.shocks:
        for effect in OF_PEOPLE:
            if 0 < (getattr(shock, effect) or 0.0) < SMALL:
                yield shock.id, effect


def _without_people(registers: Registers, hidden: frozenset[tuple[str, str]]) -> Registers:
    return replace(
        registers,
        shocks=tuple(_without_small(s, hidden) for s in registers.shocks),
        stakeholders=tuple(replace(s, contact="") for s in registers.stakeholders),
        focal_points=tuple(replace(f, name="", deputy="") for f in registers.focal_points),
    )


def _without_small(shock: Shock, hidden: frozenset[tuple[str, str]]) -> Shock:
    small: dict[str, Any] = {effect: None for effect in OF_PEOPLE if (shock.id, effect) in hidden}
    return replace(shock, **small)


def _scrubbed(value: Any, secret: Scrub) -> Any:
    """Return entries with withheld names taken out of their texts, and without who recorded them."""
    if isinstance(value, str):
        return secret(value)
    if isinstance(value, tuple):
        return tuple(_scrubbed(part, secret) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        told = {spec.name: _scrubbed(getattr(value, spec.name), secret) for spec in fields(value)}
        return replace(value, **{**told, **({"by": ""} if "by" in told else {})})
    return value
