"""Small counts of people stay hidden, whatever a reader subtracts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.publish import city

from almena.model.observation import Observation
from almena.publish.suppression import SMALL, hidden_places, suppress_small_counts

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60).map(float), min_size=1, max_size=8)


def test_a_single_small_count_takes_the_next_smallest_with_it() -> None:
    assert hidden_places([{"a": 500, "b": 6, "c": 40, "d": 90}]) == {"b", "c"}


def test_two_small_counts_that_add_up_to_few_take_a_third() -> None:
    assert hidden_places([{"a": 500, "b": 3, "c": 4, "d": 90}]) == {"b", "c", "d"}


def test_zero_and_ten_are_not_small() -> None:
    assert hidden_places([{"a": 500, "b": 0, "c": 10}]) == frozenset()


def test_a_place_hidden_in_one_series_is_hidden_in_all_and_each_series_holds() -> None:
    # In the second series only "b" would be hidden; its total less the shown would give it away.
    hidden = hidden_places([{"a": 500, "b": 6, "c": 40, "d": 90}, {"b": 60, "d": 20}])
    assert hidden == {"b", "c", "d"}


@given(st.lists(COUNTS, min_size=1, max_size=3))
def test_no_small_count_can_be_recovered_by_subtraction(series: list[dict[str, float]]) -> None:
    hidden = hidden_places(series)
    for table in series:
        assert {p for p, n in table.items() if 0 < n < SMALL} <= hidden
        unknown = {p: n for p, n in table.items() if p in hidden}
        if not any(0 < n < SMALL for n in unknown.values()):
            continue
        remainder = sum(table.values()) - sum(n for p, n in table.items() if p not in hidden)
        # What a reader can work out is the sum of the hidden; it must be no single count and no small sum ...
        several = sum(n > 0 for n in unknown.values()) >= 2 and remainder >= SMALL
        # ... unless the whole series is hidden, where the published total is all that anybody learns.
        assert several or set(table) <= hidden
        # Any hidden place could hold any part of the sum: an equally good answer exists for each.
        if several:
            assert all(
                0 <= remainder - n <= remainder and remainder - n != remainder
                for n in unknown.values()
                if n > 0
            )


@given(COUNTS)
def test_nothing_is_hidden_where_nothing_is_small(counts: dict[str, float]) -> None:
    large = {place: n + SMALL for place, n in counts.items()}
    assert hidden_places([large]) == frozenset()


def hidden_of(observations: tuple[Observation, ...], indicator: str) -> set[str]:
    """Return the neighbourhoods whose value is withheld."""
    return {
        o.place_name
        for o in observations
        if o.indicator == indicator and o.place_kind != "city" and o.is_missing
    }


def test_values_that_give_a_hidden_count_away_are_hidden_with_it() -> None:
    shown = suppress_small_counts(city.city_values() + city.event_values())
    assert hidden_of(shown, "exposure.flood_population") == {"Estação", "Centro"}
    # Six people of 2,200 are 0.27 %: the share would tell; so would the share where the raster itself is hidden.
    assert hidden_of(shown, "identity.population_raster") == {"Figueira", "Doca"}
    assert hidden_of(shown, "exposure.flood_population_share") == {"Estação", "Centro", "Doca"}
    assert hidden_of(shown, "exposure.flood_area") == set()


def test_hidden_values_leave_no_trace_and_the_city_total_stays() -> None:
    shown = suppress_small_counts(city.event_values())
    gone = next(o for o in shown if o.indicator == "exposure.flood_population" and o.place_name == "Estação")
    assert (gone.low, gone.high, gone.causes, gone.coverage, gone.notes) == (None, None, (), None, ())
    assert gone.reason.startswith("withheld")
    assert next(o for o in shown if o.indicator == "exposure.flood_population").value == 2836.0


def test_suppressing_twice_changes_nothing() -> None:
    once = suppress_small_counts(city.event_values())
    assert suppress_small_counts(once) == once
