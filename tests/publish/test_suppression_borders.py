"""Ten people and one neighbour: where the hiding of small counts begins, where it ends, what it leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.publish import city

from almena.model.observation import Observation
from almena.packs.table import read_table
from almena.publish.suppression import REASON, SMALL, hidden_places, suppress_small_counts

PEOPLE, FLOODED, SHARE = (
    "identity.population_raster", "exposure.flood_population", "exposure.flood_population_share",
)  # fmt: skip


@pytest.mark.parametrize(("count", "hidden"), [(9.99, True), (10.0, False), (0.0, False), (0.01, True)])
def test_a_count_is_small_above_zero_and_below_ten(count: float, hidden: bool) -> None:
    assert ("a" in hidden_places([{"a": count, "b": 50, "c": 60}])) is hidden


def test_two_hidden_counts_of_together_ten_are_enough() -> None:
    """4 + 6 = 10 can be any two numbers; 4 + 5.9 are too few and take the next."""
    assert hidden_places([{"a": 4, "b": 6, "c": 40}]) == {"a", "b"}
    assert hidden_places([{"a": 4, "b": 5.9, "c": 40}]) == {"a", "b", "c"}


def test_many_hidden_counts_are_added_up_and_not_taken_one_by_one() -> None:
    """Each of the three is below ten; together they are twelve, and nobody else has to be hidden."""
    assert hidden_places([{"a": 4, "b": 4, "c": 4, "d": 40}]) == {"a", "b", "c"}


def test_empty_places_do_not_protect_a_single_count_while_others_can() -> None:
    assert hidden_places([{"a": 3, "b": 0, "c": 70, "d": 80}]) == {"a", "c"}
    assert hidden_places([{"a": 3, "b": 0}]) == {"a", "b"}
    assert hidden_places([{"a": 3}]) == {"a"}
    assert hidden_places([]) == frozenset()


def test_of_equal_counts_the_first_by_name_protects() -> None:
    assert hidden_places([{"d": 40, "c": 40, "a": 3}]) == {"a", "c"}


def of(shown: tuple[Observation, ...], indicator: str) -> dict[str, float | None]:
    return {o.place_name: o.value for o in shown if o.indicator == indicator and o.place_kind != "city"}


def test_what_is_hidden_says_so_and_carries_nothing_of_the_value() -> None:
    (_, gone, _) = suppress_small_counts(city.parts(PEOPLE, {"Alto": 3000.0, "Baixo": 4.0, "Centro": 50.0}))
    assert gone.is_missing
    assert (gone.low, gone.high, gone.interval_kind, gone.quality) == (None, None, "", "")
    assert (gone.status, gone.use) == ("missing", "context")
    assert (gone.reason, gone.remedy) == (REASON, "")
    assert (gone.place_name, gone.indicator, gone.unit) == ("Baixo", PEOPLE, "persons")


def test_each_date_and_each_group_is_a_series_of_its_own_but_a_place_is_hidden_in_all() -> None:
    """In 2010 only Baixo is small, Centro protects it; in 2022 nobody is small, and both stay hidden."""
    old = city.parts(PEOPLE, {"Alto": 3000.0, "Baixo": 4.0, "Centro": 50.0}, period="2010")
    new = city.parts(PEOPLE, {"Alto": 3100.0, "Baixo": 400.0, "Centro": 500.0}, period="2022")
    shown = suppress_small_counts([*old, *new])
    assert {(o.period, o.place_name) for o in shown if not o.is_missing} == {
        ("2010", "Alto"),
        ("2022", "Alto"),
    }


def test_counts_of_anything_but_people_are_shown_however_small() -> None:
    trees = [replace(o, unit="trees") for o in city.parts("identity.area", {"Alto": 3.0, "Baixo": 4.0})]
    assert suppress_small_counts(trees) == tuple(trees)


def test_a_small_count_of_the_city_itself_is_shown() -> None:
    few = (city.value(PEOPLE, 4),)
    assert suppress_small_counts(few) == few


def test_a_share_is_hidden_where_its_count_is_and_only_there() -> None:
    """Six people reached in Baixo, Doca protects them: both shares are hidden, that of Alto is not."""
    numbers = {"Alto": 900.0, "Baixo": 6.0, "Doca": 40.0}
    shares = {"Alto": 30.0, "Baixo": 0.2, "Doca": 2.0}
    shown = suppress_small_counts([*city.parts(FLOODED, numbers), *city.parts(SHARE, shares)])
    assert of(shown, FLOODED) == {"Alto": 900.0, "Baixo": None, "Doca": None}
    assert of(shown, SHARE) == {"Alto": 30.0, "Baixo": None, "Doca": None}


def test_every_count_of_people_by_neighbourhood_with_a_share_has_a_line_in_the_table() -> None:
    rows = read_table("linked_counts.csv")
    for row in rows:
        assert row["count"] != row["gives_away"]
        assert row["why"]
    linked = {(row["count"], row["gives_away"]) for row in rows}
    for hazard in ("flood_susceptible", "landslide_susceptible", "flood"):
        assert (f"exposure.{hazard}_population", f"exposure.{hazard}_population_share") in linked


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(city.NAMES), st.integers(0, 40).map(float), min_size=1))
def test_the_order_of_the_values_changes_nothing(counts: dict[str, float]) -> None:
    values = city.parts(PEOPLE, counts)
    turned = sorted(values, key=lambda o: o.place, reverse=True)
    assert of(suppress_small_counts(values), PEOPLE) == of(suppress_small_counts(turned), PEOPLE)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(city.NAMES), st.integers(0, 40).map(float), min_size=1))
def test_no_more_is_hidden_than_one_place_beyond_what_is_needed(counts: dict[str, float]) -> None:
    """Without the largest place hidden for protection, what is hidden would be one count or fewer than ten people."""
    hidden = hidden_places([counts])
    protecting = sorted((counts[p], p) for p in hidden if counts[p] >= SMALL)
    if protecting:
        rest = [counts[p] for p in hidden - {protecting[-1][1]} if counts[p] > 0]
        assert len(rest) < 2 or sum(rest) < SMALL
