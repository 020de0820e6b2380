"""What documents say that cannot all be true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from almena.model.document import Candidate, cited_at
from almena.model.problem import Problem

# Two figures within these shares are one figure, rounded: assumed.
_SAME, _DERIVED = 0.02, 0.1
_AREA = {"km2": 1.0, "ha": 0.01, "m2": 1e-6}
_DENSITY = {"persons/km2": 1.0, "persons/ha": 100.0}


def contradictions(candidates: Sequence[Candidate]) -> list[Problem]:
    """List pairs that give one thing two values, and densities that are not people over area."""
    stated = [
        c
        for c in candidates
        if c.kind == "value" and c.stance in ("fact", "other_place") and c.value is not None
    ]
    return [*_two_values(stated), *_densities(stated)]


def _two_values(stated: Sequence[Candidate]) -> Iterator[Problem]:
    groups: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
    for c in stated:
        if c.period and "." in c.indicator and " " not in c.indicator and not c.group:
            groups[c.indicator, c.unit, c.place, c.period].append(c)
    for (indicator, unit, place, period), members in groups.items():
        for one, other in combinations(members, 2):
            if (
                not _close(one.value or 0.0, other.value or 0.0, _SAME)
                and one.low is None
                and other.low is None
            ):
                yield Problem(
                    f"Two values of {indicator} for {place} in {period}: {one.value:g} and {other.value:g} {unit}",
                    f"{_where(one)}; {_where(other)}",
                    "one is wrong, or they speak of different things",
                    "Read both passages and keep the right one.",
                )
                break


def _densities(stated: Sequence[Candidate]) -> Iterator[Problem]:
    people = _first(stated, "identity.population_census", {"persons": 1.0})
    areas = _first(stated, "identity.area", _AREA)
    for c in stated:
        if c.indicator != "identity.population_density" or c.unit not in _DENSITY:
            continue
        keys = [(c.document, c.place, c.period), (c.document, c.place, "")]
        count = next((people[k] for k in keys if k in people), None)
        area = areas.get((c.document, c.place, ""))
        if count is None or not area:
            continue
        expected = count / area
        given = (c.value or 0.0) * _DENSITY[c.unit]
        if not _close(expected, given, _DERIVED):
            yield Problem(
                f"The density of {c.place}, {given:g} people per km², is not its people over its area, {expected:.4g}",
                _where(c),
                f"{count:g} people and {area:g} km² in the same document",
                "Find out which of the three is meant otherwise.",
            )


def _first(
    stated: Sequence[Candidate], indicator: str, factors: dict[str, float]
) -> dict[tuple[str, str, str], float]:
    found: dict[tuple[str, str, str], float] = {}
    for c in stated:
        if c.indicator == indicator and c.unit in factors and c.value and not c.group:
            value = c.value * factors[c.unit]
            found.setdefault((c.document, c.place, c.period), value)
            found.setdefault((c.document, c.place, ""), value)
    return found


def _close(one: float, other: float, share: float) -> bool:
    return abs(one - other) <= share * max(abs(one), abs(other), 1e-12)


def _where(c: Candidate) -> str:
    return f"document {c.document[:12]}, {cited_at(c.page, c.passage, c.box)}: «{c.quotation[:120]}»"
