"""A benchmark for built-up areas must not judge a mountain country."""

from __future__ import annotations

import pytest
from tests.publish import city

from almena.model.observation import Observation
from almena.packs import load_cards
from almena.packs.language import speaking
from almena.packs.retelling import retell
from almena.packs.table import read_table
from almena.publish.benchmarks import NONE, RED, has_benchmark, judge
from almena.publish.book import book_of
from almena.publish.chapters.minute import blocks
from almena.publish.meant import judged_where_meant

DENSITY = "built_environment.intersection_density"
URBAN, ROOFS = "built_environment.urban_land_share", "built_environment.building_land_share"


def verdict(*evidence: Observation) -> str:
    """Return how six junctions per km² are judged beside what is known of the land."""
    density = city.value(DENSITY, 6.0, 5.0, 7.0)
    found = judged_where_meant(city.material(observations=(density, *evidence)))
    return judge(found.cards[DENSITY], found.observations[0])


@pytest.mark.parametrize(("share", "expected"), [(24.9, NONE), (25.0, RED), (80.0, RED)])
def test_the_benchmark_of_built_up_areas_needs_built_up_land(share: float, expected: str) -> None:
    assert verdict(city.value(URBAN, share)) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.4, NONE), (5.0, RED), (33.0, RED)])
def test_roofs_tell_where_no_land_cover_does(share: float, expected: str) -> None:
    assert verdict(city.value(ROOFS, share)) == expected


def test_land_cover_goes_before_roofs_and_without_either_the_benchmark_stays() -> None:
    assert verdict(city.value(ROOFS, 0.5), city.value(URBAN, 60.0)) == RED
    assert verdict(city.value(ROOFS, 33.0), city.value(URBAN, 1.0)) == NONE
    assert verdict() == verdict(city.gap(URBAN)) == RED


def test_why_nothing_is_judged_stands_beside_the_value_and_nowhere_else() -> None:
    density, area = city.value(DENSITY, 6.0, 5.0, 7.0), city.value("identity.area", 465.0)
    found = judged_where_meant(city.material(observations=(density, area, city.value(ROOFS, 0.4))))
    notes = {o.indicator: o.notes for o in found.observations}
    assert notes[DENSITY][-1].endswith("so nothing is judged")
    assert notes["identity.area"] == area.notes
    assert has_benchmark(load_cards()[DENSITY])  # the card of the package is untouched


def test_where_all_benchmarks_hold_the_material_is_the_same() -> None:
    whole = city.material(observations=(city.value(DENSITY, 6.0), city.value(URBAN, 60.0)))
    assert judged_where_meant(whole) is whole


def test_a_report_of_a_mountain_country_calls_its_streets_neither_good_nor_bad() -> None:
    observations = (city.value(DENSITY, 6.0, 5.0, 7.0), city.value(ROOFS, 0.4))
    desk = book_of(city.material(observations=observations)).desk
    lists = {b.title: b for b in blocks(desk) if hasattr(b, "items")}
    assert lists["What is red"].items == ()


def test_limits_name_cards_that_have_a_benchmark() -> None:
    for row in read_table("benchmark_limits.csv"):
        assert has_benchmark(load_cards()[row["indicator"]])
        assert row["evidence"] in load_cards()
        assert f"{row['at_least']} %" in row["why"]
        assert "assumed" in row["why"]
        assert row["source"].startswith("assumed")


def test_why_nothing_is_judged_is_told_in_portuguese() -> None:
    with speaking("pt"):
        for row in read_table("benchmark_limits.csv"):
            told = retell(row["why"])
            assert told != row["why"]
            assert "supost" in told  # assumed, as everywhere
