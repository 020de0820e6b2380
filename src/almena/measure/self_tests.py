"""The profile checked against itself: totals, shares, order of the ends of a range, and sources against sources."""

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
from almena.model.place import NEIGHBOURHOOD, Places

TOLERANCE = 0.005
ADDED_UP = ("identity.population_raster", "exposure.flood_population", "exposure.flood_area")
"""Indicators whose neighbourhoods must add up to the city wherever the neighbourhoods cover it."""


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
    tests = [_ranges(known), _shares(known, cards), _parts_overlap(places), *_totals(known, places)]
    return tuple(t for t in (*tests, _ages(known), _inside(known)) if t is not None)


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
    for indicator in ADDED_UP:
        here = [o for o in known if o.indicator == indicator and not o.dimensions]
        city = next((o.value for o in here if o.place_kind == "city"), None)
        if city is None:
            continue
        total = sum(o.value or 0.0 for o in here if o.place_kind == NEIGHBOURHOOD)
        detail = f"neighbourhoods {total:,.1f}, city {city:,.1f}"
        passed = abs(total - city) <= TOLERANCE * max(1.0, abs(city))
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


def _inside(known: Sequence[Observation]) -> SelfTest | None:
    part, whole = (
        _city(known, "exposure.flood_informal_population"),
        _city(known, "exposure.flood_population"),
    )
    if part is None or whole is None:
        return None
    detail = f"{part:,.0f} of {whole:,.0f}"
    title = "People of settlements inside the outline are among the people inside the outline"
    return _test("inside", title, part <= whole * (1 + 1e-9), detail)


def _city(known: Sequence[Observation], indicator: str) -> float | None:
    return next(
        (o.value for o in known if o.indicator == indicator and o.place_kind == "city" and not o.dimensions),
        None,
    )


def _named(wrong: Sequence[str], checked: int) -> str:
    return f"{checked} values checked" + (f"; wrong: {', '.join(sorted(set(wrong)))}" if wrong else "")


def _test(identity: str, title: str, passed: bool, detail: str) -> SelfTest:
    return SelfTest(identity, title, bool(passed), detail)
