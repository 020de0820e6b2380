"""The profile checked against itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from almena.measure.contradictions import as_note, contradictions
from almena.measure.self_tests import run_self_tests
from almena.model.check import SelfTest
from almena.model.observation import Observation
from almena.model.place import Place, Places
from almena.packs import load_cards
from almena.packs.checks import self_checks
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
    assert "flood_informal_population (101.0)" in both(101)["inside"].detail
    assert "inside" not in found(seen("exposure.flood_population", 100))


def test_groups_that_share_everything_out_add_up() -> None:
    def of(*values: float, total: float = 10) -> SelfTest:
        name = "social_inclusion.schools"
        groups = [seen(name, v, dimensions=(("sector", str(n)),)) for n, v in enumerate(values)]
        return found(seen(name, total), *groups)["groups"]

    assert of(4, 6).passed
    assert not of(4, 5).passed
    assert of(4, 5).detail == "1 values checked; wrong: social_inclusion.schools"
    assert "groups" not in found(seen("social_inclusion.schools", 10))


def test_groups_of_two_dimensions_or_of_a_quarter_are_not_added() -> None:
    name = "social_inclusion.schools"
    beside = seen(name, 99, dimensions=(("sector", "a"), ("level", "b")))
    quarter = seen(name, 99, "n1", dimensions=(("sector", "a"),))
    group = seen(name, 10, dimensions=(("sector", "a"),))
    assert found(seen(name, 10), group, beside, quarter)["groups"].passed


@pytest.mark.parametrize(("whole", "passed"), [(30, True), (20, True), (60, True), (61, False), (19, False)])
def test_the_share_of_all_lies_between_those_of_the_groups(whole: float, passed: bool) -> None:
    name = "mobility.transit_access_500m"
    groups = [seen(name, v, dimensions=(("group", str(v)),)) for v in (20.0, 60.0)]
    assert found(seen(name, whole), *groups)["between"].passed == passed
    assert "between" not in found(seen(name, whole), groups[0])


def test_every_line_of_the_table_speaks_of_cards_that_exist() -> None:
    for kind in ("parts", "groups", "inside", "agree"):
        checks = self_checks(kind)
        assert checks
        for check in checks:
            assert check.first in CARDS
            assert (check.second in CARDS) == (kind in ("inside", "agree"))
            assert CARDS[check.first].unit == CARDS.get(check.second, CARDS[check.first]).unit


def counts(census: float, raster: float) -> list[Observation]:
    return [seen("identity.population_census", census), seen("identity.population_raster", raster)]


def test_sources_that_do_not_agree_are_named_with_both_values() -> None:
    """100 against 109: 9 % apart, and 5 % may be."""
    (one,) = contradictions(counts(100, 109))
    assert one.difference == pytest.approx(0.09)
    note = as_note(one, CARDS)
    assert "9 % more" in note.what
    assert "People, census: 100 (2024); People, raster: 109 (2024)" in note.why
    assert "9 % less" in as_note(contradictions(counts(100, 91))[0], CARDS).what


def test_what_a_model_gives_is_not_told_to_the_last_person() -> None:
    census, raster = counts(1_332_845, 1_457_856)
    (one,) = contradictions([census, replace(raster, status="modelled")])
    assert "1,332,845 (2024)" in as_note(one, CARDS).why
    assert "about 1,460,000 (2024)" in as_note(one, CARDS).why


def test_sources_that_agree_or_stand_alone_are_no_contradiction() -> None:
    assert contradictions(counts(100, 104.9)) == ()
    assert contradictions(counts(100, 105.1))
    assert contradictions(counts(100, 200)[:1]) == ()
    assert contradictions(counts(0, 200)) == ()


def test_a_check_can_be_shown() -> None:
    shown = found()["ranges"].as_dict()
    assert shown == {
        "id": "ranges",
        "title": "Every value lies inside its own range",
        "passed": True,
        "detail": "0 values checked",
    }
