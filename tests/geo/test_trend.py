"""Slopes and tests of short series, against scipy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from almena.geo.trend import mann_kendall, sen_slope

series = st.lists(st.integers(-20, 20), min_size=5, max_size=40)


def test_the_slope_of_a_straight_line_is_certain() -> None:
    years = np.arange(2000.0, 2025.0)
    assert sen_slope(years, 3 + 0.25 * years) == pytest.approx((0.25, 0.25, 0.25))


def test_one_wild_year_does_not_turn_the_slope() -> None:
    years = np.arange(20.0)
    values = 2 * years
    values[7] = 500
    slope, low, high = sen_slope(years, values)
    assert slope == pytest.approx(2)
    assert low <= 2 <= high


def test_the_slope_by_hand() -> None:
    # slopes of the pairs: 5, 2, 10/3, -1, 2.5, 6 -> sorted -1, 2, 2.5, 10/3, 5, 6 -> median (2.5 + 10/3) / 2
    slope, low, high = sen_slope(np.arange(4.0), np.array([10.0, 15.0, 14.0, 20.0]))
    assert slope == pytest.approx((2.5 + 10 / 3) / 2)
    # variance 4·3·13/18 = 8.667, half width 1.6449·2.944 = 4.842: ranks (6 - 4.842)/2 = 0.58 and 6.42 fall outside
    assert (low, high) == (-1, 6)


def test_gaps_and_missing_years_are_left_out() -> None:
    years = np.array([2000.0, 2001, 2004, 2005, 2010])
    values = np.array([1.0, np.nan, 5, 6, 11])
    assert sen_slope(years, values)[0] == pytest.approx(1)


def test_too_few_values_have_no_slope_or_no_interval() -> None:
    assert np.isnan(sen_slope(np.array([1.0]), np.array([1.0]))).all()
    slope, low, high = sen_slope(np.array([1.0, 2.0]), np.array([1.0, 3.0]))
    assert slope == 2
    assert np.isnan([low, high]).all()


@settings(max_examples=100, deadline=None)
@given(series)
def test_the_slope_is_scipys_and_the_interval_lies_within_a_rank_of_it(values: list[int]) -> None:
    y, x = np.array(values, dtype=float), np.arange(float(len(values)))
    slope, low, high = sen_slope(x, y)
    peer = stats.theilslopes(y, x, alpha=0.90)
    assert slope == pytest.approx(peer.slope)
    assert low <= slope <= high
    early, late = np.triu_indices(len(y), k=1)
    slopes = np.sort((y[late] - y[early]) / (x[late] - x[early]))
    for ours, theirs in ((low, peer.low_slope), (high, peer.high_slope)):
        ours_rank = np.searchsorted(slopes, [ours - 1e-9, ours + 1e-9])
        theirs_rank = np.searchsorted(slopes, [theirs - 1e-9, theirs + 1e-9])
        assert ours_rank[0] <= theirs_rank[1] + 1
        assert theirs_rank[0] <= ours_rank[1] + 1


@settings(max_examples=50, deadline=None)
@given(series, st.sampled_from([0.5, 2.0, 8.0]), st.integers(-9, 9))
def test_the_slope_follows_the_scale_of_the_values(values: list[int], factor: float, tilt: int) -> None:
    y, x = np.array(values, dtype=float), np.arange(float(len(values)))
    np.testing.assert_allclose(sen_slope(x, factor * y), factor * np.array(sen_slope(x, y)), atol=1e-8)
    assert sen_slope(x, y + tilt * x)[0] == pytest.approx(sen_slope(x, y)[0] + tilt)


def test_a_90_percent_interval_holds_the_true_slope_nine_times_in_ten() -> None:
    dice = np.random.default_rng(11)
    years = np.arange(25.0)
    intervals = np.array([sen_slope(years, 0.1 * years + dice.normal(size=25))[1:] for _ in range(400)])
    held = ((intervals[:, 0] <= 0.1) & (intervals[:, 1] >= 0.1)).mean()
    assert held == pytest.approx(0.90, abs=0.04)


def test_the_score_by_hand() -> None:
    # 10, 15, 14, 20 (Gilbert 1987, section 16.4): S = 5 - 1 = 4, variance 26/3, z = 3 / 2.944
    p, tau = mann_kendall(np.array([10.0, 15.0, 14.0, 20.0]), prewhiten=False)
    assert tau == pytest.approx(4 / 6)
    assert p == pytest.approx(2 * stats.norm.sf(3 / np.sqrt(26 / 3)))


@settings(max_examples=100, deadline=None)
@given(series)
def test_without_prewhitening_tau_is_kendalls(values: list[int]) -> None:
    y = np.array(values, dtype=float)
    p, tau = mann_kendall(y, prewhiten=False)
    if len(set(values)) == 1:
        assert p == 1
        assert np.isnan(tau)
    else:
        peer = stats.kendalltau(np.arange(len(y)), y, variant="b")
        assert tau == pytest.approx(peer.statistic)
        assert 0 <= p <= 1


def test_a_clear_trend_is_found_and_its_mirror_has_the_other_sign() -> None:
    dice = np.random.default_rng(3)
    rising = 0.3 * np.arange(30) + dice.normal(size=30)
    p, tau = mann_kendall(rising)
    assert p < 0.001
    assert tau > 0.5
    mirror_p, mirror_tau = mann_kendall(-rising)
    assert (mirror_p, mirror_tau) == pytest.approx((p, -tau))


def test_prewhitening_keeps_dependence_from_passing_for_a_trend() -> None:
    dice = np.random.default_rng(5)
    plain = whitened = 0
    for _ in range(300):
        noise, y = dice.normal(size=60), np.zeros(60)
        for i in range(1, 60):
            y[i] = 0.6 * y[i - 1] + noise[i]
        plain += mann_kendall(y, prewhiten=False)[0] < 0.1
        whitened += mann_kendall(y)[0] < 0.1
    assert plain / 300 > 0.3  # the plain test cries trend far more often than one time in ten
    assert whitened < 0.6 * plain


def test_prewhitening_leaves_an_independent_series_alone() -> None:
    y = np.random.default_rng(1).normal(size=40)
    assert mann_kendall(y) == mann_kendall(y, prewhiten=False)


def test_only_neighbouring_years_speak_of_dependence() -> None:
    years = np.array([2000.0, 2001, 2002, 2003, 2009, 2010, 2011, 2012, 2013, 2014])
    y = np.array([1.0, 2, 1, 2, 9, 1, 2, 1, 2, 1])
    p, tau = mann_kendall(y, years)
    assert 0 <= p <= 1
    assert np.isfinite(tau)


def test_a_series_too_short_for_a_test_has_none() -> None:
    assert np.isnan(mann_kendall(np.array([1.0, 2.0]))).all()
