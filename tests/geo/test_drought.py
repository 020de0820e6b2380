"""Dry months against other years, and runs of dry days."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gamma, norm

from almena.geo.drought import FARTHEST, run_lengths, running_sums, standardised


def test_a_running_sum_ends_at_its_last_step() -> None:
    np.testing.assert_array_equal(running_sums(np.array([1.0, 2, 3, 4]), 3), [np.nan, np.nan, 6, 9])


def test_a_missing_value_spoils_the_sums_that_hold_it() -> None:
    found = running_sums(np.array([1.0, np.nan, 3, 4, 5]), 2)
    np.testing.assert_array_equal(found, [np.nan, np.nan, np.nan, 7, 9])


def test_a_series_shorter_than_the_sum_has_none() -> None:
    assert np.isnan(running_sums(np.array([1.0]), 3)).all()


def test_runs_are_counted_up_to_each_step() -> None:
    flags = np.array([True, True, False, True, True, True, False, False, True])
    assert run_lengths(flags).tolist() == [1, 2, 0, 1, 2, 3, 0, 0, 1]


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_runs_grow_by_one_or_end(flags: list[bool]) -> None:
    before = 0
    for flag, length in zip(flags, run_lengths(np.array(flags)), strict=True):
        before = before + 1 if flag else 0
        assert length == before


def test_the_index_is_the_normal_score_of_the_gamma_chance() -> None:
    # by hand with Thom's estimator: sums 50, 100, 150 → mean 100, gap = ln 100 - (ln 50 + ln 100 + ln 150) / 3
    reference = np.array([50.0, 100, 150])
    gap = np.log(100) - np.log(reference).mean()
    shape = (1 + np.sqrt(1 + 4 * gap / 3)) / (4 * gap)
    expected = norm.ppf(gamma.cdf(60, shape, scale=100 / shape))
    assert standardised(np.array(60.0), reference) == pytest.approx(expected)
    assert expected < -0.9


def test_many_years_of_gamma_rain_have_an_index_of_mean_0_and_spread_1() -> None:
    rain = np.random.default_rng(2).gamma(2.5, 40, 20_000)
    index = standardised(rain, rain[None, :].repeat(1, axis=0)[0])
    assert index.mean() == pytest.approx(0, abs=0.02)
    assert index.std() == pytest.approx(1, abs=0.02)


def test_dry_sums_have_a_chance_of_their_own() -> None:
    # of ten years four had no rain at all: the index of no rain is that of a chance of 4 in 10
    reference = np.array([0.0, 0, 0, 0, 10, 20, 30, 40, 50, 60])
    assert standardised(np.array(0.0), reference) == pytest.approx(norm.ppf(0.4))


@given(st.floats(1, 500), st.floats(1, 500))
def test_more_rain_is_never_drier(one: float, other: float) -> None:
    reference = np.random.default_rng(1).gamma(2, 50, 30)
    low, high = sorted((one, other))
    assert standardised(np.array(low), reference) <= standardised(np.array(high), reference)


def test_what_lies_far_outside_the_years_known_is_cut() -> None:
    reference = np.random.default_rng(1).gamma(2, 50, 30)
    assert standardised(np.array(1e6), reference) == FARTHEST
    assert standardised(np.array(1e-9), reference) == -FARTHEST


@pytest.mark.parametrize("reference", [[0.0, 0, 0], [5.0, 5, 5], [0.0, 0, 7]])
def test_years_that_are_all_alike_say_nothing(reference: list[float]) -> None:
    assert np.isnan(standardised(np.array(3.0), np.array(reference)))
