"""The profile checked against itself."""

from __future__ import annotations

from typing import Any

import pytest

from almena.measure.self_tests import run_self_tests
from almena.model.check import SelfTest
from almena.model.observation import Observation
from almena.model.place import Place, Places
from almena.packs import load_cards
from measure.town import METRIC, box, objects, town

CARDS = load_cards()


def seen(indicator: str, value: float | None, place: str = "city", **more: Any) -> Observation:
    kind = "city" if place == "city" else "neighbourhood"
    unit = CARDS[indicator].unit
    held = {"low": value, "high": value, "unit": unit, **more}
    return Observation(indicator, place, "2024", kind, value=value, **held)


def found(*observations: Observation, places: Places | None = None) -> dict[str, SelfTest]:
    return {test.id: test for test in run_self_tests(observations, places or town(), CARDS)}


def test_an_empty_profile_passes() -> None:
    assert all(test.passed for test in found().values())


def test_a_gap_is_checked_for_nothing() -> None:
    tests = found(seen("identity.area", None))
    assert tests["ranges"].passed
    assert tests["ranges"].detail == "0 values checked"


@pytest.mark.parametrize(
    ("low", "high", "passed"), [(9, 11, True), (10, 10, True), (11, 12, False), (8, 9, False)]
)
def test_a_value_lies_inside_its_own_range(low: float, high: float, passed: bool) -> None:
    test = found(seen("identity.area", 10, low=low, high=high))["ranges"]
    assert test.passed == passed
    assert ("identity.area" in test.detail) != passed


@pytest.mark.parametrize(
    ("indicator", "value", "passed"),
    [
        ("identity.women_share", 100.0, True),
        ("identity.women_share", 100.1, False),
        ("identity.women_share", -0.1, False),
        ("identity.addresses", -1.0, False),
        ("identity.population_growth", -1.0, True),
        ("climate.temperature_trend", -1.0, True),
        ("ecology.emissions_total", -1.0, True),
        ("exposure.flood_published_difference", 150.0, True),
    ],
)
def test_shares_and_counts_stay_within_what_they_can_be(indicator: str, value: float, passed: bool) -> None:
    assert found(seen(indicator, value))["shares"].passed == passed


def test_quarters_that_overlap_are_found() -> None:
    assert found()["overlap"].passed
    overlapping = Places(
        town().items[:3],
        objects(box(0, 0, 2000, 2000), box(0, 0, 1500, 2000), box(500, 0, 2000, 2000)),
        METRIC,
    )
    assert not found(places=overlapping)["overlap"].passed


def test_a_city_without_quarters_is_not_checked_for_overlaps() -> None:
    alone = Places((Place("city", "city"),), objects(box(0, 0, 1, 1)), METRIC)
    assert "overlap" not in found(places=alone)


def counted(*parts: float, city: float = 100) -> tuple[Observation, ...]:
    name = "identity.population_raster"
    return (seen(name, city), *(seen(name, part, f"n{i}") for i, part in enumerate(parts)))


def test_quarters_add_up_to_the_city() -> None:
    assert found(*counted(25, 25, 25, 25))["total identity.population_raster"].passed
    wrong = found(*counted(25, 25, 25, 30))["total identity.population_raster"]
    assert not wrong.passed
    assert wrong.detail == "neighbourhoods 105.0, city 100.0"


def test_quarters_that_leave_part_of_the_city_out_need_not_add_up() -> None:
    half = Places(town().items[:3], town().geometry[:3], METRIC)
    assert "total identity.population_raster" not in found(*counted(25, 25), places=half)


def test_observations_beside_the_headline_are_not_added_up() -> None:
    beside = seen("identity.population_raster", 50, "n9", dimensions=(("rule", "other"),))
    assert found(*counted(25, 25, 25, 25), beside)["total identity.population_raster"].passed


def ages(*values: float) -> tuple[Observation, ...]:
    names = ("children", "youth", "older")
    return tuple(seen(f"identity.{name}_share", value) for name, value in zip(names, values, strict=False))


def test_age_groups_leave_room_for_the_rest() -> None:
    assert found(*ages(20, 15, 15))["ages"].passed
    assert not found(*ages(50, 30, 25))["ages"].passed
    assert "ages" not in found(*ages(50, 30))


def test_the_part_is_inside_the_whole() -> None:
    def both(part: float) -> dict[str, SelfTest]:
        names = ("exposure.flood_informal_population", "exposure.flood_population")
        return found(seen(names[0], part), seen(names[1], 100))

    assert both(100)["inside"].passed
    assert not both(101)["inside"].passed
    assert both(50)["inside"].detail == "50 of 100"
    assert "inside" not in found(seen("exposure.flood_population", 100))


def test_a_check_can_be_shown() -> None:
    shown = found()["ranges"].as_dict()
    assert shown == {
        "id": "ranges",
        "title": "Every value lies inside its own range",
        "passed": True,
        "detail": "0 values checked",
    }
