"""The handover of the focal points: who carries the process, who stands in, what is open, and where things are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from almena.ask.fields import register_names
from almena.model.problem import Problem
from almena.model.register import FocalPoint, Registers
from almena.publish.handover_paper import HandoverFacts, handover_text
from almena.store.folder import CityFolder
from almena.store.statements import submissions

KINDS = ("political", "technical")
"""The city names two persons, one of each kind (interview with UN-Habitat, May 2025)."""
ADD = "Name one in a table with the columns kind, name, post, deputy, since, until, and import it."


@dataclass(frozen=True)
class Handover:
    """
    What those who come after need.

    Parameters
    ----------
    text : str
        As plain text.
    problems : tuple of Problem
        Posts that nobody fills, or for which nobody stands in.
    """

    text: str
    problems: tuple[Problem, ...]


def handover_of(folder: CityFolder, registers: Registers, today: str) -> Handover:
    """
    Return the handover of a city.

    Parameters
    ----------
    folder : CityFolder
        The city.
    registers : Registers
        Its registers.
    today : str
        ISO 8601 date: whose term has ended by then has left.
    """
    now = tuple(p for p in registers.focal_points if not p.until or p.until >= today[: len(p.until)])
    gone = tuple(p for p in registers.focal_points if p not in now)
    problems = tuple(_problems(now, gone))
    counts = {name: len(getattr(registers, name)) for name in register_names()}
    last = submissions(folder.engine)[-1:]
    facts = HandoverFacts(
        city=folder.city.name,
        today=today,
        now=now,
        gone=gone,
        problems=problems,
        counts=counts,
        last=last[0] if last else None,
    )
    return Handover(handover_text(facts), problems)


def _problems(now: tuple[FocalPoint, ...], gone: tuple[FocalPoint, ...]) -> Iterator[Problem]:
    for kind in KINDS:
        there = [point for point in now if point.kind == kind]
        if not there:
            left = [point for point in gone if point.kind == kind]
            last = max(left, key=lambda point: point.until, default=None)
            why = f"{last.name} left on {last.until}" if last else "none was ever named"
            yield Problem(f"The city has no {kind} focal point", "focal_points", why, ADD)
        for point in there:
            if not point.deputy:
                what = f"Nobody stands in for {point.name}, the {kind} focal point"
                yield Problem(
                    what, "focal_points", "no deputy is named", "Name a deputy, so that nothing stops."
                )
