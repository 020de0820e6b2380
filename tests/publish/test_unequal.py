"""Gaps between informal settlements and the rest of the city, and what they do to the first page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.publish import city

from almena.model.observation import Observation
from almena.packs import load_cards
from almena.packs.table import read_table
from almena.publish.blocks import Cards, Points
from almena.publish.chapters import minute
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.chapters.unequal import MOST, as_figure, phrase, unequal, widest_gaps
from almena.publish.editions import for_edition

SCHOOL, HOSPITAL = "social_inclusion.school_access_500m", "social_inclusion.hospital_access_1km"
SPACE, TRANSIT = "built_environment.open_space_access_400m", "mobility.transit_access_500m"
FLOODED = "exposure.flood_population_share"


def pair(
    indicator: str, inside: tuple[float, float, float], rest: tuple[float, float, float], **more: Any
) -> list[Observation]:
    """Return the values of the settlements and of the rest, each with its range."""
    facts = {"roles": ("population_grid", "streets"), "status": "modelled", "use": "discuss"} | more
    return [
        city.value(indicator, *inside, dimensions=city.SETTLED, **facts),
        city.value(indicator, *rest, dimensions=city.REST, **facts),
    ]


def desk(*observations: Observation) -> Desk:
    """Return the desk of a city of which only the observations given are known."""
    headlines = {o.indicator: replace(o, dimensions=()) for o in observations}
    return set_up(for_edition(city.material(observations=(*headlines.values(), *observations))))


def gaps_of(*observations: Observation) -> list[str]:
    """Return the indicators of the gaps found, the widest first."""
    return [gap.card.id for gap in widest_gaps(desk(*observations))]


def test_the_widest_gap_comes_first() -> None:
    near = pair(SCHOOL, (38.8, 34.3, 43.4), (62.4, 56.5, 67.6))
    wide = pair(SPACE, (24.7, 20.4, 29.3), (68.7, 63.9, 73.4))
    assert gaps_of(*near, *wide) == [SPACE, SCHOOL]


def test_ranges_that_touch_are_no_gap() -> None:
    assert gaps_of(*pair(SCHOOL, (40.0, 30.0, 50.0), (60.0, 50.0, 70.0))) == []
    assert gaps_of(*pair(SCHOOL, (40.0, 30.0, 49.9), (60.0, 50.0, 70.0))) == [SCHOOL]


def test_settlements_that_are_better_off_are_no_gap_to_mend() -> None:
    assert gaps_of(*pair(TRANSIT, (95.0, 94.0, 96.0), (80.0, 79.0, 81.0))) == []


def test_where_less_is_better_more_is_worse() -> None:
    assert gaps_of(*pair(FLOODED, (61.0, 52.0, 70.0), (15.5, 13.9, 17.0))) == [FLOODED]
    assert gaps_of(*pair(FLOODED, (5.0, 4.0, 6.0), (15.5, 13.9, 17.0))) == []


def test_a_card_that_knows_no_better_or_worse_has_no_gap() -> None:
    assert gaps_of(*pair("ecology.forest_share", (5.0, 4.0, 6.0), (15.0, 14.0, 16.0))) == []


def test_values_that_are_context_only_prove_nothing() -> None:
    assert gaps_of(*pair(SCHOOL, (10.0, 9.0, 11.0), (60.0, 58.0, 62.0), use="context")) == []
    inside, rest = pair(SCHOOL, (10.0, 9.0, 11.0), (60.0, 58.0, 62.0))
    assert gaps_of(replace(inside, use="context"), rest) == []


def test_counts_are_not_compared_only_shares_are() -> None:
    assert gaps_of(*pair("exposure.flood_population", (900.0, 800.0, 999.0), (10.0, 8.0, 12.0))) == []


def test_a_value_without_range_or_without_its_other_half_is_no_gap() -> None:
    inside, rest = pair(SCHOOL, (10.0, 9.0, 11.0), (60.0, 58.0, 62.0))
    assert gaps_of(inside) == []
    assert gaps_of(replace(inside, low=None, high=None), rest) == []


@given(
    st.floats(0, 100),
    st.floats(0, 100),
    st.floats(0, 30),
    st.floats(0, 30),
    st.sampled_from([SCHOOL, FLOODED]),
)
def test_whatever_is_called_a_gap_lies_apart_and_on_the_worse_side(
    inside: float, rest: float, inside_half: float, rest_half: float, indicator: str
) -> None:
    first = (inside, inside - inside_half, inside + inside_half)
    second = (rest, rest - rest_half, rest + rest_half)
    found = gaps_of(*pair(indicator, first, second))
    worse = first[2] < second[1] if indicator == SCHOOL else first[1] > second[2]
    assert bool(found) == worse


def test_three_gaps_are_told_at_most_in_plain_words_with_both_ranges() -> None:
    values = [
        o
        for i in (SCHOOL, HOSPITAL, SPACE, TRANSIT)
        for o in pair(i, (16.04, 15.1, 17.9), (40.1, 38.0, 42.2))
    ]
    block = unequal(desk(*values))
    assert block is not None
    assert len(block.items) == MOST
    assert (block.title, block.level) == (
        "Where people of informal settlements have less than the rest of the city",
        4,
    )
    text = block.items[2].lead.replace("\u202f", " ")
    assert text == (
        "People of informal settlements: about 16.0 % (15.1–17.9) live within 1 km walk of a hospital; "
        "rest of the city: about 40.1 % (38.0–42.2)"
    )
    assert block.items[2].href == "#n-social-inclusion-hospital-access-1km"
    assert block.items[2].use is not None
    assert block.items[2].use.id == "discuss"
    assert "no single settlement is named" in block.note


def test_without_a_gap_there_is_no_such_list() -> None:
    at = desk(*pair(SCHOOL, (40.0, 30.0, 50.0), (60.0, 50.0, 70.0)))
    assert unequal(at) is None
    assert "Where people of informal settlements have less than the rest of the city" not in [
        b.title for b in minute.blocks(at)
    ]


def test_the_list_stands_below_what_is_red() -> None:
    at = desk(*pair(SCHOOL, (10.0, 9.0, 11.0), (60.0, 58.0, 62.0)))
    titles = [b.title for b in minute.blocks(at) if isinstance(b, Points)]
    assert (
        titles.index("Where people of informal settlements have less than the rest of the city")
        == titles.index("What is red") + 1
    )


def test_the_class_shown_is_that_of_the_weaker_half() -> None:
    inside, rest = pair(SCHOOL, (10.0, 9.0, 11.0), (60.0, 58.0, 62.0))
    at = desk(replace(inside, use="decide"), rest)
    (gap,) = widest_gaps(at)
    assert as_figure(at, gap).use.id == "discuss"


def test_the_widest_gap_is_the_last_of_the_five_numbers() -> None:
    run = city.material()
    more = pair(SPACE, (24.7, 20.4, 29.3), (68.7, 63.9, 73.4))
    at = set_up(for_edition(replace(run, observations=(*run.observations, *more))))
    figures = minute.five_figures(at)
    assert len(figures) == 5
    assert figures[-1].value.replace("\u202f", " ") == "about 61 %"  # flooded: 61 against 15.5 is wider still
    assert figures[-1].title.startswith(
        "of the people of informal settlements lived inside the flood outline;"
    )
    assert figures[-1].title.replace("\u202f", " ").endswith("rest of the city: about 15.5 % (13.9–17.0)")
    assert figures[-1].anchor == "n-exposure-flood-population-share"


def test_without_a_gap_a_missed_benchmark_is_told_before_the_rest() -> None:
    run = city.material()
    kept = [o for o in run.observations if not o.dimensions]
    poor = city.value(SPACE, 20.0, 18.0, 22.0, use="discuss", roles=("streets",))
    at = set_up(for_edition(replace(run, observations=(*kept, poor))))
    assert widest_gaps(at) == []
    assert minute.five_figures(at)[4].indicator == SPACE


def test_for_want_of_both_the_table_of_sections_names_the_fifth() -> None:
    run = city.material()
    kept = [o for o in run.observations if not o.dimensions]
    at = set_up(for_edition(replace(run, observations=tuple(kept))))
    assert minute.five_figures(at)[4].indicator == "municipal_services.hydrants_operable"


@pytest.mark.parametrize("count, title", [(1, "One number"), (2, "Two numbers")])
def test_fewer_numbers_are_not_called_five(count: int, title: str) -> None:
    values = (city.value("identity.population_census", 10.0), city.value("climate.hot_days", 3.0))[:count]
    at = set_up(for_edition(city.material(observations=values, event=False)))
    (cards,) = [b for b in minute.blocks(at) if isinstance(b, Cards)]
    assert cards.title == title


def test_every_phrase_belongs_to_a_card_and_ends_a_sentence_about_people() -> None:
    for row in read_table("phrases.csv"):
        assert row["indicator"] in load_cards()
        assert row["phrase"].split()[0] in {"live", "lived", "have"}
    assert phrase(load_cards()["ecology.green_cover"]) == "Green cover outside built-up land"


@pytest.mark.parametrize(
    ("covered", "said"),
    [(0.61, "61\u202f% of them and 61\u202f% of the rest"), (0.94, "94\u202f%"), (0.95, ""), (1.0, "")],
)
def test_a_gap_seen_in_part_of_the_city_says_so(covered: float, said: str) -> None:
    values = [replace(o, coverage=covered) for o in pair(HOSPITAL, (16.04, 15.1, 17.9), (40.1, 38.0, 42.2))]
    block = unequal(desk(*values))
    assert block is not None
    assert ("the data cover" in block.items[0].lead) == bool(said)
    assert said in block.items[0].lead
