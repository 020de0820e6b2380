"""Rare levels from yearly maxima: against another library, by hand, and against a truth that is known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import genextreme

from almena.geo.extremes import ExtremeFit, draws, fit_extremes, l_moments, return_levels

shapes = st.floats(0.001, 0.25) | st.floats(-0.25, -0.001)


def curve(place: float, scale: float, shape: float) -> ExtremeFit:
    return ExtremeFit(*(np.array(v) for v in (place, scale, shape)))


def test_l_moments_by_hand() -> None:
    # 1, 2, 4: b0 = 7/3; b1 = (0·1 + 1·2 + 2·4) / (3·2) = 10/6; b2 = (2·1·4) / (3·2·1) = 8/6
    mean, spread, skewness = l_moments(np.array([4.0, 1.0, 2.0]))
    assert mean == pytest.approx(7 / 3)
    assert spread == pytest.approx(2 * 10 / 6 - 7 / 3)
    assert skewness == pytest.approx((6 * 8 / 6 - 6 * 10 / 6 + 7 / 3) / (2 * 10 / 6 - 7 / 3))


def test_l_moments_of_many_even_draws_are_those_of_the_uniform_distribution() -> None:
    # Hosking (1990), table 1: l1 = 1/2, l2 = 1/6, t3 = 0 between 0 and 1
    mean, spread, skewness = l_moments(np.linspace(0, 1, 100_001))
    assert (mean, spread) == (pytest.approx(0.5), pytest.approx(1 / 6, abs=1e-5))
    assert skewness == pytest.approx(0, abs=1e-9)


@given(st.floats(-50, 300), st.floats(1, 80), shapes, st.floats(1.1, 500))
def test_levels_are_the_quantiles_of_another_library(
    place: float, scale: float, shape: float, years: float
) -> None:
    fit = curve(place, scale, shape)
    expected = genextreme.ppf(1 - 1 / years, shape, place, scale)
    assert fit.level(years) == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert fit.below(fit.level(years)) == pytest.approx(1 - 1 / years, abs=1e-9)


def test_a_shape_of_zero_is_the_gumbel_distribution() -> None:
    # by hand: 10 - 2 ln(-ln(1 - 1/10)) = 10 + 2 · 2.250367
    assert curve(10, 2, 0).level(10) == pytest.approx(14.500734, abs=1e-6)
    assert curve(10, 2, 1e-9).level(10) == pytest.approx(14.500734, abs=1e-6)


@pytest.mark.parametrize("shape", [-0.2, -0.05, 0.0, 0.1, 0.25])
def test_the_fit_finds_the_distribution_that_very_many_maxima_were_drawn_from(shape: float) -> None:
    truth = curve(90, 20, shape)
    fit = fit_extremes(draws(truth, 1, 200_000)[0])
    assert fit.place == pytest.approx(90, abs=0.3)
    assert fit.scale == pytest.approx(20, rel=0.02)
    assert fit.shape == pytest.approx(shape, abs=0.02)


def test_the_fit_agrees_with_maximum_likelihood_within_its_scatter() -> None:
    maxima = genextreme.rvs(-0.1, 100, 25, size=60, random_state=4)
    ours, theirs = fit_extremes(maxima).level(20), genextreme.ppf(0.95, *genextreme.fit(maxima))
    found = return_levels(maxima, (20,))[0]
    assert found.level == pytest.approx(ours)
    assert abs(ours - theirs) < (found.high - found.low) / 4


@given(st.floats(0.5, 20), st.floats(-100, 100))
def test_another_unit_and_another_zero_move_levels_and_ends_alike(factor: float, shift: float) -> None:
    maxima = draws(curve(100, 25, -0.1), 1, 25)[0]
    plain, moved = return_levels(maxima, (10,))[0], return_levels(factor * maxima + shift, (10,))[0]
    for name in ("level", "low", "high"):
        assert getattr(moved, name) == pytest.approx(factor * getattr(plain, name) + shift, rel=1e-6)
    assert moved.chance == plain.chance


def test_rarer_levels_are_higher_and_less_sure() -> None:
    found = return_levels(draws(curve(100, 25, -0.1), 1, 30, seed=5)[0], (2, 5, 10, 20, 50))
    assert all(a.level < b.level for a, b in pairwise(found))
    widths = [f.high - f.low for f in found]
    assert widths == sorted(widths)
    assert all(f.low < f.level < f.high for f in found)


def test_equal_maxima_give_equal_intervals_each_time() -> None:
    maxima = draws(curve(100, 25, 0.1), 1, 20)[0]
    assert return_levels(maxima, (10,)) == return_levels(maxima, (10,))
    assert return_levels(maxima, (10,), seed=2) != return_levels(maxima, (10,))


@pytest.mark.parametrize("years, record", [(5, 15), (20, 18), (20, 25), (50, 40)])
@pytest.mark.parametrize("shape", [-0.15, 0.05])
def test_nine_of_ten_intervals_hold_the_true_level(years: int, record: int, shape: float) -> None:
    truth = curve(100, 25, shape)
    many = 500
    true = float(truth.level(years))
    found = [return_levels(s, (years,), seed=n)[0] for n, s in enumerate(draws(truth, many, record, seed=9))]
    covered = np.mean([f.low <= true <= f.high for f in found])
    assert 0.85 <= covered <= 0.95


def test_maxima_of_two_worlds_do_not_fit_one_distribution() -> None:
    calm, wild = draws(curve(50, 1, 0), 1, 30, seed=3)[0], draws(curve(200, 1, 0), 1, 30, seed=4)[0]
    assert return_levels(np.concatenate([calm, wild]), (10,))[0].chance < 0.05


def test_maxima_of_one_world_seldom_pass_for_two() -> None:
    series = draws(curve(100, 25, -0.1), 100, 30, seed=11)
    refused = sum(return_levels(s, (10,), seed=n)[0].chance < 0.05 for n, s in enumerate(series))
    assert refused <= 12
