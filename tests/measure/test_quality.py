"""From causes to ranges, and from facts to what a value may be used for."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from almena.measure.quality import (
    ORDER,
    Range,
    at_place,
    clip_to_unit,
    combine_causes,
    disagreement,
    is_rate_of_change,
    is_share,
    judge,
    relative_width,
    width_of,
)
from almena.model.card import Card, UseRule
from almena.model.observation import Cause, enumerated
from almena.packs import load_cards, load_grades, load_use_rules

NAN = math.nan
CLEAN = {"age": (0.1, 0.1), "coverage": 1.0, "width": 0.01, "piled": 0.0, "disagreement": 0.0, "status": 0.0}


def card(unit: str = "persons", denominator: str = "", identity: str = "identity.x") -> Card:
    return Card(identity, "X", "", unit, "none", 0, denominator, "identity", "", "")


# --- ranges ---------------------------------------------------------------------------------------------------


def test_independent_causes_add_in_quadrature() -> None:
    # 3 and 4 below make 5; 6 and 8 above make 10
    found = combine_causes(100, [("sources", 97, 106), ("sampling", 96, 108)], 0.1)
    assert found == Range(95.0, 110.0, "sampling+sources")


def test_switches_of_method_take_their_envelope_before_they_are_added() -> None:
    # the switches reach 3 below and 6 above together, as one cause; the sampling error adds 4 and 8
    switches = [("sensitivity", 97, 101), ("sensitivity", 99, 106)]
    found = combine_causes(100, [*switches, ("sampling", 96, 108)], 0.1)
    assert (found.low, found.high) == (95.0, 110.0)
    assert found.kind == "sampling+sensitivity"


def test_a_cause_on_one_side_moves_one_end() -> None:
    found = combine_causes(50, [("sensitivity", 60, 70)], 0.1)
    assert (found.low, found.high) == (50.0, 70.0)
    found = combine_causes(50, [("sources", 40, 40)], 0.1)
    assert (found.low, found.high) == (40.0, 50.0)


def test_a_cause_without_numbers_takes_the_width_of_the_grade() -> None:
    found = combine_causes(200, [("expert", NAN, NAN)], 0.25)
    assert (found.low, found.high, found.kind) == (150.0, 250.0, "expert")
    # the side that is known stays known
    half = combine_causes(200, [("expert", 190, NAN)], 0.25)
    assert (half.low, half.high) == (190.0, 250.0)


def test_an_unquantified_switch_is_part_of_the_envelope() -> None:
    found = combine_causes(100, [("sensitivity", NAN, NAN), ("sensitivity", 70, 105)], 0.1)
    assert (found.low, found.high) == (70.0, 110.0)


def test_the_default_width_is_as_wide_below_zero() -> None:
    found = combine_causes(-100, [("expert", NAN, NAN)], 0.1)
    assert (found.low, found.high) == (-110.0, -90.0)


def test_a_zero_found_by_a_coarse_source_has_a_range_where_a_floor_is_given() -> None:
    assert combine_causes(0, [("expert", NAN, NAN)], 0.25, floor=10) == Range(-2.5, 2.5, "expert")
    assert combine_causes(0, [], 0.25, floor=10) == Range(-2.5, 2.5, "expert")
    assert combine_causes(0, [("expert", NAN, NAN)], 0.25) == Range(0.0, 0.0, "expert")
    # a value above the floor does not feel it, a complete count knows none
    assert combine_causes(40, [("expert", NAN, NAN)], 0.25, floor=10) == Range(30.0, 50.0, "expert")
    assert combine_causes(0, [("enumerated", 0, 0)], 0.25, floor=10) == Range(0.0, 0.0, "enumerated")


def test_a_complete_count_has_no_width() -> None:
    assert combine_causes(7, [("enumerated", 7, 7)], 0.5) == Range(7.0, 7.0, "enumerated")


def test_a_count_that_something_else_puts_in_doubt_is_no_complete_count() -> None:
    found = combine_causes(100, [("enumerated", 100, 100), ("sources", 90, 90)], 0.5)
    assert found == Range(90.0, 100.0, "sources")


def test_a_value_that_names_no_cause_is_not_taken_for_exact() -> None:
    assert combine_causes(100, [], 0.25) == Range(75.0, 125.0, "expert")


NUMBER = st.floats(-1e6, 1e6)
CAUSE = st.tuples(
    st.sampled_from(["sampling", "sources", "sensitivity", "expert"]),
    st.one_of(NUMBER, st.just(NAN)),
    st.one_of(NUMBER, st.just(NAN)),
)


@given(NUMBER, st.lists(CAUSE, max_size=6), st.floats(0, 1))
def test_the_value_lies_inside_its_range(value: float, causes: list, width: float) -> None:
    found = combine_causes(value, causes, width)
    assert found.low <= value <= found.high


@given(NUMBER, st.lists(CAUSE, min_size=1, max_size=5), CAUSE, st.floats(0, 1))
def test_one_more_cause_never_narrows_a_range(value: float, causes: list, more: tuple, width: float) -> None:
    before, after = combine_causes(value, causes, width), combine_causes(value, [*causes, more], width)
    slack = 1e-9 * (1 + abs(value))
    assert after.low <= before.low + slack
    assert after.high >= before.high - slack


@given(NUMBER, st.lists(CAUSE, min_size=1, max_size=5), st.floats(0, 1))
def test_the_order_of_causes_does_not_matter(value: float, causes: list, width: float) -> None:
    one, other = combine_causes(value, causes, width), combine_causes(value, causes[::-1], width)
    assert one.low == pytest.approx(other.low)
    assert one.high == pytest.approx(other.high)
    assert one.kind == other.kind


@given(NUMBER, NUMBER, NUMBER)
def test_the_same_switch_said_twice_counts_once(value: float, low: float, high: float) -> None:
    once = combine_causes(value, [("sensitivity", low, high)], 0.1)
    assert combine_causes(value, [("sensitivity", low, high)] * 2, 0.1) == once


def test_causes_are_taken_place_by_place() -> None:
    import numpy as np

    causes = [
        Cause("one", "sources", np.array([1.0, 2.0]), np.array([3.0, 4.0])),
        Cause("all", "expert", 5, NAN),
    ]
    kind, low, high = at_place(causes, 1)[0]
    assert (kind, low, high) == ("sources", 2.0, 4.0)
    assert at_place(causes, 1)[1][1] == 5.0
    assert math.isnan(at_place(causes, 0)[1][2])
    value = np.array([8.0, 9.0])
    assert at_place([enumerated(value)], 0) == [("enumerated", 8.0, 8.0)]


# --- what a unit allows ---------------------------------------------------------------------------------------


def test_a_share_stays_between_0_and_100() -> None:
    share = card("%", "all people")
    assert clip_to_unit(Range(-5, 108, "x"), 50, share) == Range(0.0, 100.0, "x")


def test_a_count_does_not_fall_below_zero_and_may_be_as_large_as_it_likes() -> None:
    assert clip_to_unit(Range(-5, 1e9, "x"), 3, card()) == Range(0.0, 1e9, "x")


def test_a_loss_may_lie_below_zero_on_both_sides() -> None:
    assert clip_to_unit(Range(-30, -10, "x"), -20, card("t CO2e")) == Range(-30, -10, "x")


@pytest.mark.parametrize("unit", ["degC per decade", "mm per decade", "% per year", "degC"])
def test_a_rate_of_change_may_be_negative(unit: str) -> None:
    assert is_rate_of_change(card(unit))
    assert clip_to_unit(Range(-1, 2, "x"), 0.5, card(unit)).low == -1


def test_percent_of_nothing_and_differences_are_no_shares() -> None:
    assert is_share(card("%", "all people"))
    assert not is_share(card("%"))
    assert not is_share(card("%", "features of the list", "exposure.flood_published_difference"))
    assert not is_share(card("per 100", "all people"))


def test_clipping_never_cuts_the_value_off() -> None:
    found = clip_to_unit(Range(99, 105, "x"), 100.0000001, card("%", "all"))
    assert found.low <= 100.0000001 <= found.high


def test_the_width_of_a_share_is_counted_in_points() -> None:
    # ± 5 points is 0.1 of half the scale, at 2 % as at 90 %
    share = card("%", "all people")
    assert relative_width(90, Range(85, 95, ""), share) == pytest.approx(0.1)
    assert relative_width(2, Range(-3, 7, ""), share) == pytest.approx(0.1)


def test_the_width_of_a_count_is_a_share_of_it() -> None:
    assert relative_width(200, Range(180, 220, ""), card()) == pytest.approx(0.1)
    assert relative_width(-200, Range(-220, -180, ""), card()) == pytest.approx(0.1)


def test_zero_with_a_range_is_as_unsure_as_can_be_and_zero_without_one_is_sure() -> None:
    assert relative_width(0, Range(0, 5, ""), card()) == math.inf
    assert relative_width(0, Range(0, 0, ""), card()) == 0.0


def test_disagreement_speaks_of_sources_only() -> None:
    causes = [("sources", 90, 90), ("sensitivity", 10, 300), ("sources", 100, 105)]
    assert disagreement(100, causes) == pytest.approx(0.10)
    assert disagreement(100, [("sensitivity", 10, 300)]) == 0.0
    assert disagreement(0, causes) == 0.0
    assert disagreement(100, [("sources", NAN, NAN)]) == 0.0


# --- use classes ----------------------------------------------------------------------------------------------


def fitness(**changes: object):  # type: ignore[no-untyped-def]
    return judge({**CLEAN, **changes}, load_use_rules())  # type: ignore[dict-item]


def test_recent_complete_agreeing_counts_are_fit_to_decide() -> None:
    found = fitness()
    assert (found.use, found.grade, found.because) == ("decide", "A", ())


@pytest.mark.parametrize(
    ("fact", "decide", "discuss", "context", "said"),
    [
        ("coverage", 0.95, 0.94, 0.49, "cover only part"),
        ("width", 0.10, 0.11, 0.41, "range is wide"),
        ("piled", 0.02, 0.021, 0.21, "position of many features"),
        ("disagreement", 0.05, 0.06, 0.26, "sources for the same quantity disagree"),
        ("status", 1.0, 2.0, 3.1, "stands on a model"),
    ],
)
def test_each_rule_lowers_the_class_at_its_bounds(
    fact: str, decide: float, discuss: float, context: float, said: str
) -> None:
    assert fitness(**{fact: decide}).use == "decide"
    assert fitness(**{fact: discuss}).use == "discuss"
    assert fitness(**{fact: context}).use == "context"
    assert any(said in text for text in fitness(**{fact: discuss}).because)
    assert len(fitness(**{fact: context}).because) == 1


def test_age_is_measured_against_two_spans_of_years() -> None:
    # a role fit to decide for 5 and to discuss for 12 years, content of 8 years: 1.6 and 0.67
    assert fitness(age=(1.0, 0.4)).use == "decide"
    assert fitness(age=(1.6, 0.67)).use == "discuss"
    assert fitness(age=(3.0, 1.25)).use == "context"
    assert "too old" in fitness(age=(1.6, 0.67)).because[0]


def test_an_unknown_age_allows_discussion_at_best_and_says_so() -> None:
    found = fitness(age=(NAN, NAN))
    assert found.use == "discuss"
    assert found.because == ("the age of the data is not known",)


def test_the_worst_rule_decides_and_is_named_first() -> None:
    found = fitness(piled=0.5, status=2.0)
    assert found.use == "context"
    assert "position" in found.because[0]
    assert "model" in found.because[1]


def test_grades_count_weaknesses_but_not_the_width_that_they_set() -> None:
    assert fitness(width=0.3).grade == "A"
    assert fitness(status=2.0).grade == "B"
    assert fitness(status=2.0, coverage=0.8).grade == "C"
    assert fitness(status=2.0, coverage=0.8, piled=0.1).grade == "C"
    assert fitness(coverage=0.1).grade == "D"


def test_without_any_rule_a_value_is_context_only() -> None:
    assert judge(CLEAN, []).use == "context"  # type: ignore[arg-type]


def test_a_rule_without_its_fact_does_not_speak() -> None:
    rule = UseRule("age", 1, 1, "low", "too old")
    assert judge({"coverage": 1.0}, [rule]).use == "context"
    assert judge({"age": 0.5}, [rule]).use == "decide"


@given(st.floats(0, 3), st.floats(0, 3))
def test_a_wider_range_never_improves_the_class(narrow: float, more: float) -> None:
    before, after = fitness(width=narrow), fitness(width=narrow + more)
    assert ORDER.index(after.use) >= ORDER.index(before.use)


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_coverage_never_lowers_the_class(less: float, more: float) -> None:
    assume(less <= more)
    before, after = fitness(coverage=less), fitness(coverage=more)
    assert ORDER.index(after.use) <= ORDER.index(before.use)


def test_widths_grow_from_grade_to_grade() -> None:
    grades = load_grades()
    widths = [width_of(letter, grades) for letter in "ABCD"]
    assert widths == sorted(widths)
    assert 0 < widths[0] < widths[-1] < 1


def test_the_cards_know_their_shares_and_their_rates() -> None:
    cards = load_cards()
    assert is_share(cards["exposure.flood_population_share"])
    assert not is_share(cards["exposure.flood_published_difference"])
    assert is_rate_of_change(cards["climate.temperature_trend"])
    assert is_rate_of_change(cards["identity.population_growth"])
    assert not is_rate_of_change(cards["climate.annual_rainfall"])


def test_a_count_from_a_map_is_never_fewer_than_what_is_drawn_on_it() -> None:
    """Eleven stations are drawn: the range may not begin at eight, whatever is not known of its upper end."""
    found = combine_causes(11.0, [("expert", 11.0, math.nan)], 0.25)
    assert (found.low, found.high) == (11.0, 13.75)
    other = combine_causes(11.0, [("expert", math.nan, 12.0)], 0.25)
    assert (other.low, other.high) == (8.25, 12.0)
