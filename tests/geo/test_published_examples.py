"""
The kernels against what others have published or programmed.

Numbers are those of the sources named at each test; where a source gives none, a second, plain way of computing the
same is written out here.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from almena.geo.drought import standardised
from almena.geo.extremes import ExtremeFit, fit_extremes, l_moments
from almena.geo.trend import mann_kendall, sen_slope

ELEVEN = np.array([2.0, 3.0, 4.0, 2.4, 5.5, 1.2, 5.4, 2.2, 7.1, 1.3, 1.5])
"""Sample of the tests of lmoments3 (github.com/OpenHydrology/lmoments3, lmoments3/tests/test_lmoments.py)."""
BY_HAND = np.array([12.9, 14.8, 13.2, 15.7, 13.8, 15.6, 12.9, 11.0, 17.3, 15.9, 19.0, 18.3, 20.1, 21.7])
"""Series of "A Mann-Kendall Example (By Hand)", mathcs.holycross.edu/~little/Montserrat/MannKendallByHand.txt."""


def gumbel(place: float, scale: float) -> ExtremeFit:
    return ExtremeFit(np.array(place), np.array(scale), np.array(0.0))


# --- rare levels ----------------------------------------------------------------------------------------------


def test_l_moments_are_those_of_lmoments3() -> None:
    found = [float(value) for value in l_moments(ELEVEN)]
    assert found == pytest.approx([3.23636364, 1.14181818, 0.27388535])


def test_the_extreme_value_fit_is_that_of_lmoments3() -> None:
    # test_lmoments.py, class TestGev: correct_fit. It refines the shape to 1e-6 where we take the approximation of
    # 1985, whose error stays below 0.0009.
    fit = fit_extremes(ELEVEN)
    assert fit.shape == pytest.approx(-0.1555609, abs=0.0009)
    assert fit.place == pytest.approx(2.1792884, abs=0.002)
    assert fit.scale == pytest.approx(1.3956404, abs=0.002)


def test_quantiles_are_those_of_lmoments3() -> None:
    # class TestGev: correct_qua at 0.2, 0.5 and 0.8 of its own parameters, that is once in 1.25, 2 and 5 years
    fit = ExtremeFit(np.array(2.1792884), np.array(1.3956404), np.array(-0.1555609))
    levels = fit.level(np.array([1.25, 2.0, 5.0]))
    np.testing.assert_allclose(levels, [1.539112, 2.705672, 4.537048], atol=1e-6)
    # correct_cdf at 2, 5 and 8, the inputs that tests/__init__.py names
    chances = fit.below(np.array([2.0, 5.0, 8.0]))
    np.testing.assert_allclose(chances, [0.3202800, 0.8415637, 0.9606184], atol=1e-6)


def test_gumbel_quantiles_are_those_of_lmoments3() -> None:
    levels = gumbel(2.285519, 1.647295).level(
        np.array([1.25, 2.0, 5.0])
    )  # class TestGum: paras and correct_qua
    np.testing.assert_allclose(levels, [1.501596, 2.889274, 4.756363], atol=1e-6)
    chances = gumbel(2.285519, 1.647295).below(np.array([2.0, 5.0, 8.0]))  # correct_cdf
    np.testing.assert_allclose(chances, [0.3044484, 0.8249232, 0.9693322], atol=1e-6)


def test_the_rain_of_once_in_fifty_years_of_a_course_of_hydrology() -> None:
    # CEE 304, Section Example Problems (10-11-06): the largest rain of a day in Vermont has a mean of 2.5 inches and
    # a standard deviation of 0.7, so alpha = 1.832 per inch and xi = 2.185 inches; x(0.98) = 4.315 inches
    assert gumbel(2.185, 1 / 1.832).level(50) == pytest.approx(4.315, abs=0.0005)


def by_all_subsamples(values: np.ndarray) -> tuple[float, float, float]:
    """Return the sample L-moments from their definition: means over all subsamples of one, two and three values."""
    pairs = [max(p) - min(p) for p in combinations(values.tolist(), 2)]
    triples = [sorted(t) for t in combinations(values.tolist(), 3)]
    second = float(np.mean(pairs)) / 2
    third = float(np.mean([t[2] - 2 * t[1] + t[0] for t in triples])) / 3
    return float(values.mean()), second, third / second


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=4, max_size=12).filter(lambda v: len(set(v)) > 2))
def test_l_moments_are_means_over_all_subsamples(values: list[int]) -> None:
    # Hosking (1990), definition 2.1, taken literally
    sample = np.array(values, dtype=float)
    np.testing.assert_allclose(l_moments(sample), by_all_subsamples(sample), rtol=1e-9, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.floats(10, 200), st.floats(2, 50), st.floats(-0.3, 0.3).filter(lambda k: abs(k) > 0.01))
def test_the_fit_gives_back_the_distribution_whose_l_moments_it_is_given(
    place: float, scale: float, shape: float
) -> None:
    # a sample of 4,000 quantiles at even ranks of scipy's distribution stands for the distribution itself
    even = (np.arange(4000) + 0.5) / 4000
    fit = fit_extremes(stats.genextreme.ppf(even, shape, place, scale))
    truth = stats.genextreme.ppf(1 - 1 / 20, shape, place, scale)
    assert fit.level(20) == pytest.approx(truth, rel=0.01)


# --- trends ---------------------------------------------------------------------------------------------------


def test_the_mann_kendall_test_of_a_lecture_worked_by_hand() -> None:
    # its solution: 72 pairs rise, 18 fall, 1 is equal: S = 54; V = 14·13·33/18 - 2·1·9/18; Z = 2.9058; one-sided
    # p about 0.0018
    p, tau = mann_kendall(BY_HAND, prewhiten=False)
    assert stats.norm.isf(p / 2) == pytest.approx(2.9058, abs=5e-5)
    assert p / 2 == pytest.approx(0.0018, abs=5e-5)
    assert tau == pytest.approx(54 / math.sqrt(91 * 90))


def test_sens_slope_of_the_same_series_is_the_median_of_all_pairs() -> None:
    slopes = [(b - a) / (j - i) for (i, a), (j, b) in combinations(enumerate(BY_HAND.tolist()), 2)]
    assert sen_slope(np.arange(14.0), BY_HAND)[0] == pytest.approx(float(np.median(slopes)))


def permutation_chance(values: list[int]) -> float:
    """Return the exact two-sided chance of such a score, over all orders of values that are all different."""
    counts = {0: 1}  # orders by number of inversions, one more value at a time
    for size in range(2, len(values) + 1):
        grown: dict[int, int] = {}
        for inversions, number in counts.items():
            for added in range(size):
                grown[inversions + added] = grown.get(inversions + added, 0) + number
        counts = grown
    pairs = len(values) * (len(values) - 1) // 2
    score = sum(int(np.sign(b - a)) for a, b in combinations(values, 2))
    as_far = sum(n for inversions, n in counts.items() if abs(pairs - 2 * inversions) >= abs(score))
    return as_far / math.factorial(len(values))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-500, 500), min_size=10, max_size=25, unique=True))
def test_the_chance_of_a_score_is_near_the_exact_one(values: list[int]) -> None:
    p, _ = mann_kendall(np.array(values, dtype=float), prewhiten=False)
    assert p == pytest.approx(min(1.0, permutation_chance(values)), abs=0.01)


# --- drought --------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.8, 8), st.floats(5, 80))
def test_the_index_is_near_that_of_a_fit_by_maximum_likelihood(seed: int, shape: float, scale: float) -> None:
    # Thom's estimator is an approximation of maximum likelihood: scipy finds the maximum itself
    reference = np.random.default_rng(seed).gamma(shape, scale, 30)
    best, _, size = stats.gamma.fit(reference, floc=0)
    for sums in np.quantile(reference, [0.05, 0.25, 0.5, 0.75, 0.95]):
        theirs = stats.norm.ppf(stats.gamma.cdf(sums, best, scale=size))
        assert standardised(sums, reference) == pytest.approx(theirs, abs=0.03)


def test_the_index_of_the_sample_of_eleven_by_the_steps_of_the_method() -> None:
    # Edwards and McKee's steps written out: A = ln(mean) - mean of logs, alpha, beta, chance, normal score
    mean = sum(ELEVEN) / 11
    a = math.log(mean) - sum(math.log(x) for x in ELEVEN) / 11
    alpha = (1 + math.sqrt(1 + 4 * a / 3)) / (4 * a)
    chance = stats.gamma.cdf(2.2, alpha, scale=mean / alpha)
    assert standardised(np.array(2.2), ELEVEN) == pytest.approx(stats.norm.ppf(chance))
