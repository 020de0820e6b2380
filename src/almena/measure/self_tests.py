"""The profile checked against itself: ranges, shares, totals, groups, and parts inside their wholes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from almena.geo.crs import geodesic_areas
from almena.measure.quality import is_rate_of_change, is_share
from almena.model.card import Card
from almena.model.check import SelfTest
from almena.model.observation import Observation
from almena.model.place import CITY, NEIGHBOURHOOD, Places
from almena.packs.checks import self_checks

TOLERANCE = 0.005
MAY_BE_NEGATIVE = ("degC", "t CO2e", "t CO2e per person")
"""Units of quantities below zero: frost, and land that takes up more than it emits."""


def run_self_tests(
    observations: Sequence[Observation], places: Places, cards: Mapping[str, Card]
) -> tuple[SelfTest, ...]:
    """
    Check a finished profile.

    Parameters
    ----------
    observations : sequence of Observation
        Everything that is current.
    places : Places
        The city and its parts.
    cards : mapping of str to Card
        Units and kinds of the indicators.

    Returns
    -------
    tuple of SelfTest
        In a fixed order, passed or not.
    """
    known = [o for o in observations if o.value is not None and o.indicator in cards]
    heads = headlines(known)
    tests = [_ranges(known), _shares(known, cards), _parts_overlap(places), *_totals(known, places)]
    tests += [_ages(known), _groups(known, heads), _between(known, heads, cards), _inside(heads)]
    return tuple(t for t in tests if t is not None)


def headlines(known: Sequence[Observation]) -> dict[str, Observation]:
    """Return the value of the whole city without dimensions, by indicator."""
    return {o.indicator: o for o in known if o.place_kind == CITY and not o.dimensions}


def _ranges(known: Sequence[Observation]) -> SelfTest:
    wrong = [o.indicator for o in known if not (_low(o) <= (o.value or 0.0) <= _high(o))]
    return _test("ranges", "Every value lies inside its own range", not wrong, _named(wrong, len(known)))


def _low(o: Observation) -> float:
    return (o.low if o.low is not None else -math.inf) - 1e-9 * abs(o.value or 0.0)


def _high(o: Observation) -> float:
    return (o.high if o.high is not None else math.inf) + 1e-9 * abs(o.value or 0.0)


def _shares(known: Sequence[Observation], cards: Mapping[str, Card]) -> SelfTest:
    shares = [o for o in known if is_share(cards[o.indicator])]
    counts = [
        o for o in known if not is_share(cards[o.indicator]) and not is_rate_of_change(cards[o.indicator])
    ]
    wrong = [o.indicator for o in shares if not -1e-6 <= (o.value or 0.0) <= 100 + 1e-6]
    wrong += [o.indicator for o in counts if (o.value or 0.0) < -1e-6 and o.unit not in MAY_BE_NEGATIVE]
    title = "Shares lie between 0 and 100, counts are not negative"
    return _test("shares", title, not wrong, _named(wrong, len(shares) + len(counts)))


def _parts_overlap(places: Places) -> SelfTest | None:
    if len(places) < 2:
        return None
    parts = places.geometry[places.parts]
    whole = float(geodesic_areas(np.array([shapely.union_all(parts)], dtype=object), places.crs)[0])
    total = float(np.nansum(geodesic_areas(parts, places.crs)))
    apart = abs(total - whole) / max(whole, 1.0)
    detail = f"sum of areas {total / 1e6:.2f} km², area of their union {whole / 1e6:.2f} km²"
    return _test("overlap", "Neighbourhoods do not overlap", apart < TOLERANCE, detail)


def _totals(known: Sequence[Observation], places: Places) -> list[SelfTest]:
    if len(places) < 2:
        return []
    union = shapely.union_all(places.geometry[places.parts])
    covered = shapely.area(shapely.intersection(union, places.city)) / shapely.area(places.city)
    if covered < 1 - TOLERANCE:
        return []
    tests = []
    for check in self_checks("parts"):
        indicator = check.first
        here = [o for o in known if o.indicator == indicator and not o.dimensions]
        city = next((o.value for o in here if o.place_kind == "city"), None)
        if city is None:
            continue
        total = sum(o.value or 0.0 for o in here if o.place_kind == NEIGHBOURHOOD)
        detail = f"neighbourhoods {total:,.1f}, city {city:,.1f}"
        passed = abs(total - city) <= check.tolerance * max(1.0, abs(city))
        tests.append(
            _test(f"total {indicator}", f"Neighbourhoods add up to the city: {indicator}", passed, detail)
        )
    return tests


def _ages(known: Sequence[Observation]) -> SelfTest | None:
    names = ("identity.children_share", "identity.youth_share", "identity.older_share")
    values = [_city(known, n) for n in names]
    found = [v for v in values if v is not None]
    if len(found) < len(names):
        return None
    total = sum(found)
    return _test(
        "ages", "Age groups that do not overlap stay below 100 %", total < 100, f"together {total:.1f} %"
    )


def _groups(known: Sequence[Observation], heads: Mapping[str, Observation]) -> SelfTest | None:
    """Check that groups that share everything out among them add up to their total."""
    wrong, checked = [], 0
    for check in self_checks("groups"):
        parts = [o.value or 0.0 for o in known if _is_group_of(o, check.first, check.second)]
        if not parts or check.first not in heads:
            continue
        checked += 1
        whole = heads[check.first].value or 0.0
        if abs(sum(parts) - whole) > check.tolerance * max(1.0, abs(whole)) + 1e-9 * abs(whole):
            wrong.append(check.first)
    return (
        _test("groups", "Groups add up to their total", not wrong, _named(wrong, checked))
        if checked
        else None
    )


def _is_group_of(o: Observation, indicator: str, dimension: str) -> bool:
    return o.indicator == indicator and o.place_kind == CITY and [k for k, _ in o.dimensions] == [dimension]


def _between(
    known: Sequence[Observation], heads: Mapping[str, Observation], cards: Mapping[str, Card]
) -> SelfTest | None:
    """Check that the share of all lies between those of the groups that make up all."""
    groups: dict[str, list[float]] = {}
    for o in known:
        if _is_group_of(o, o.indicator, "group") and is_share(cards[o.indicator]) and o.value is not None:
            groups.setdefault(o.indicator, []).append(o.value)
    found = {i: values for i, values in groups.items() if len(values) > 1 and i in heads}
    wrong = [
        i
        for i, values in found.items()
        if not min(values) - 1e-6 <= (heads[i].value or 0.0) <= max(values) + 1e-6
    ]
    title = "The share of all people lies between those of the groups"
    return _test("between", title, not wrong, _named(wrong, len(found))) if found else None


def _inside(heads: Mapping[str, Observation]) -> SelfTest | None:
    """Check that no part is larger than the whole that it belongs to."""
    wrong, checked = [], 0
    for check in self_checks("inside"):
        if check.first not in heads or check.second not in heads:
            continue
        checked += 1
        part, whole = heads[check.first].value or 0.0, heads[check.second].value or 0.0
        if part > whole * (1 + check.tolerance) + 1e-9 * abs(whole):
            wrong.append(f"{check.first} ({part:,.1f}) in {check.second} ({whole:,.1f})")
    return (
        _test("inside", "No part is larger than its whole", not wrong, _named(wrong, checked))
        if checked
        else None
    )


def _city(known: Sequence[Observation], indicator: str) -> float | None:
    return next(
        (o.value for o in known if o.indicator == indicator and o.place_kind == "city" and not o.dimensions),
        None,
    )


def _named(wrong: Sequence[str], checked: int) -> str:
    return f"{checked} values checked" + (f"; wrong: {', '.join(sorted(set(wrong)))}" if wrong else "")


def _test(identity: str, title: str, passed: bool, detail: str) -> SelfTest:
    return SelfTest(identity, title, bool(passed), detail)
