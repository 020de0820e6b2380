"""What really differs between two runs or two cities, and what only seems to."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.measure.compare import (
    CITY_CHANGED,
    DATA,
    GAINED,
    LOST,
    METHOD,
    MIXED,
    SAME,
    changes,
    count_kinds,
    difference_of,
    later_dates,
    side_by_side,
)
from almena.model.observation import Observation
from almena.model.origin import Origin, Source

finite = st.floats(-1e6, 1e6)


def origin(role: str = "schools", sha: str = "a", date: str = "2024") -> Origin:
    return Origin(Source(role, f"{role}.geojson", sha * 64, date=date))


def said(value: float | None = 10.0, half: float = 1.0, **facts: Any) -> Observation:
    given: dict[str, Any] = {
        "indicator": "social_inclusion.schools",
        "place": "city",
        "place_kind": "city",
        "period": "2024",
        "value": value,
        "low": None if value is None else value - half,
        "high": None if value is None else value + half,
        "unit": "schools",
        "status": "missing" if value is None else "measured",
        "use": "decide",
        "method": "schools@1",
        "origins": (origin(),),
    }
    return Observation(**{**given, **facts})


# --------------------------------------------------------------------------------------------- differences


def test_the_range_of_a_difference_by_hand() -> None:
    """20 (17 to 24) less 10 (9 to 14): low 10 - hypot(3, 4) = 5, high 10 + hypot(4, 1)."""
    before, after = said(10, low=9.0, high=14.0), said(20, low=17.0, high=24.0)
    found = difference_of(before, after)
    assert found is not None
    assert (found.value, found.low) == (10, 5)
    assert found.high == pytest.approx(10 + math.sqrt(17))
    assert found.is_clear


def test_a_difference_within_the_ranges_is_not_clear() -> None:
    found = difference_of(said(10, half=3), said(13, half=3))
    assert found is not None
    assert found.low < 0 < found.high
    assert not found.is_clear


def test_complete_counts_differ_exactly() -> None:
    found = difference_of(said(10, half=0), said(9, half=0))
    assert found is not None
    assert (found.low, found.value, found.high) == (-1, -1, -1)
    assert found.is_clear


def test_a_gap_has_no_difference() -> None:
    assert difference_of(said(), said(None)) is None
    assert difference_of(said(None), said()) is None


@given(finite, finite, st.floats(0, 1e6), st.floats(0, 1e6))
def test_turning_the_order_turns_the_sign(first: float, second: float, half: float, other: float) -> None:
    there, back = (
        difference_of(a, b)
        for a, b in (
            (said(first, half), said(second, other)),
            (said(second, other), said(first, half)),
        )
    )
    assert there is not None
    assert back is not None
    assert there.value == -back.value
    assert there.low == pytest.approx(-back.high)
    assert there.low <= there.value <= there.high


# -------------------------------------------------------------------------------------------- why it changed


def kind_of(before: Observation | None, after: Observation | None) -> str:
    (found,) = changes([before] if before else [], [after] if after else [])
    return found.kind


NEW_FILE = (origin(sha="b"),)
LATER_FILE = (origin(sha="b", date="2026"),)


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        (said(), SAME),
        (said(notes=("said otherwise",)), SAME),
        (said(12, origins=LATER_FILE, period="2026"), CITY_CHANGED),
        (said(12, origins=NEW_FILE, period="2026"), CITY_CHANGED),
        (said(12, origins=NEW_FILE), DATA),
        (said(12, origins=NEW_FILE, period="2020"), DATA),
        (said(12, origins=NEW_FILE, period="unknown"), DATA),
        (said(12, method="schools@2"), METHOD),
        (said(12), METHOD),
        (said(half=2, method="schools@2"), METHOD),
        (said(12, method="schools@2", origins=LATER_FILE, period="2026"), MIXED),
        (said(None), LOST),
        (None, LOST),
    ],
)
def test_what_lies_behind_a_change(after: Observation | None, kind: str) -> None:
    assert kind_of(said(), after) == kind


def test_values_come_and_gaps_stay() -> None:
    assert kind_of(said(None), said()) == GAINED
    assert kind_of(None, said()) == GAINED
    assert kind_of(said(None), said(None, reason="another reason")) == SAME


def test_a_later_file_counts_even_where_the_value_carries_the_date_of_an_event() -> None:
    """Hydrants counted anew inside the outline of an old flood: the value is still of the flood's year."""
    flood = origin("flood_extent", "f", "2020")
    before = said(period="2020", origins=(flood, origin("hydrants", "a", "2019")))
    after = said(12, period="2020", origins=(flood, origin("hydrants", "b", "2026")))
    assert later_dates(before, after) == ("2019", "2026")
    assert kind_of(before, after) == CITY_CHANGED


def test_an_older_file_in_place_of_a_newer_one_is_no_change_of_the_city() -> None:
    before = said(origins=(origin(sha="a", date="2024"),))
    after = said(12, origins=(origin(sha="b", date="2019"),))
    assert later_dates(before, after) is None
    assert kind_of(before, after) == DATA


def test_each_place_and_group_is_compared_with_itself() -> None:
    women, men = (said(v, dimensions=(("sex", sex),)) for v, sex in ((4, "women"), (6, "men")))
    part = said(3, place="n1", place_kind="neighbourhood")
    before = [said(), women, men, part]
    after = [said(), replace(women, value=5.0, method="schools@2"), men, part]
    found = changes(before, after)
    assert [(c.said.place, c.said.dimensions) for c in found if c.kind != SAME] == [
        ("city", women.dimensions)
    ]
    assert found[-1].said.place == "n1"
    assert count_kinds(found) == {
        SAME: 3, CITY_CHANGED: 0, DATA: 0, METHOD: 1, MIXED: 0, GAINED: 0, LOST: 0
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 3), st.none() | finite), max_size=8))
def test_every_statement_of_either_run_is_accounted_for_once(drawn: list[tuple[int, float | None]]) -> None:
    half = len(drawn) // 2
    before, after = (
        list({p: said(v, place=f"n{p}") for p, v in rows}.values()) for rows in (drawn[:half], drawn[half:])
    )
    found = changes(before, after)
    assert sorted(c.said.place for c in found) == sorted({o.place for o in (*before, *after)})
    assert sum(count_kinds(found).values()) == len(found)


# ----------------------------------------------------------------------------------------- cities side by side


def row_of(*values: Observation) -> Any:
    (found,) = side_by_side([[v] for v in values], ["social_inclusion.schools"])
    return found


def test_cities_stand_in_the_order_in_which_they_are_named_never_ranked() -> None:
    low, high, middle = said(1), said(9), said(5)
    assert [o.value for o in row_of(high, low, middle).values] == [9, 1, 5]


def test_ranges_apart_make_a_clear_difference() -> None:
    assert row_of(said(10, half=1), said(13, half=1)).is_clear
    assert not row_of(said(10, half=1), said(12, half=1)).is_clear
    assert row_of(said(10, half=1), said(11, half=1), said(20, half=1)).is_clear
    assert not row_of(said(10, half=0), said(10, half=0)).is_clear


@pytest.mark.parametrize(
    ("other", "obstacle"),
    [
        (said(None), "missing"),
        (said(method="schools@2"), "method"),
        (said(unit="% of schools"), "unit"),
        (said(status="proxy"), "status"),
        (said(use="context"), "context"),
        (said(period="unknown"), "undated"),
        (said(period="2010"), "years"),
    ],
)
def test_what_stands_in_the_way_of_comparing_is_said(other: Observation, obstacle: str) -> None:
    assert [name for name, _ in row_of(said(), other).obstacles] == [obstacle]


def test_values_of_like_making_can_be_compared() -> None:
    assert row_of(said(), said(period="2020")).obstacles == ()
    assert dict(row_of(said(), said(period="2010")).obstacles)["years"] == "2010–2024"


def test_an_indicator_that_no_city_has_is_left_out_and_the_order_is_that_of_the_cards() -> None:
    cities = [[said(), said(indicator="identity.area"), said(None, indicator="economy.jobs_mapped")]]
    order = ["identity.area", "economy.jobs_mapped", "social_inclusion.schools"]
    assert [r.indicator for r in side_by_side(cities, order)] == ["identity.area", "social_inclusion.schools"]


def test_parts_and_groups_are_no_headlines() -> None:
    city = [said(place_kind="neighbourhood", place="n1"), said(dimensions=(("sex", "women"),))]
    assert side_by_side([city], ["social_inclusion.schools"]) == []
