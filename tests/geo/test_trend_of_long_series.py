"""Slopes and tests on a long real series, on every small order, and on years with gaps."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from almena.geo.trend import mann_kendall, sen_slope

# Flow of the Nile at Aswan, 10^8 m³ per year, 1871–1970: the data set "Nile" of R (Cobb 1978, Biometrika 65, 243–251)
NILE = np.array(
    [
        1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
        1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
        831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
        781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
        744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
    ],
    dtype=float,
)  # fmt: skip
YEARS = np.arange(1871.0, 1971.0)


def test_the_series_is_the_published_one() -> None:
    assert len(NILE) == 100
    assert NILE.mean() == pytest.approx(919.35)


def test_the_nile_carries_less_water_since_the_end_of_the_century() -> None:
    slope, low, high = sen_slope(YEARS, NILE)
    peer = stats.theilslopes(NILE, YEARS, alpha=0.90)
    assert slope == pytest.approx(peer.slope)
    assert (low, high) == pytest.approx((peer.low_slope, peer.high_slope), abs=0.05)
    assert high < 0


def test_its_tau_is_that_of_kendall_and_its_p_that_of_the_normal_approximation() -> None:
    p, tau = mann_kendall(NILE, YEARS, prewhiten=False)
    peer = stats.kendalltau(YEARS, NILE, variant="b", method="asymptotic")
    assert tau == pytest.approx(peer.statistic)
    # scipy does not correct for continuity: its z is larger by 1 over the standard deviation of the score
    early, late = np.triu_indices(100, 1)
    score = np.sign(NILE[late] - NILE[early]).sum()
    z = stats.norm.isf(peer.pvalue / 2)
    assert p == pytest.approx(2 * stats.norm.sf(z * (abs(score) - 1) / abs(score)), rel=1e-6)


def test_dependence_from_year_to_year_makes_the_finding_weaker_but_does_not_undo_it() -> None:
    plain, _ = mann_kendall(NILE, YEARS, prewhiten=False)
    whitened, _ = mann_kendall(NILE, YEARS)
    assert plain < whitened < 0.05


def test_after_the_turn_of_the_century_the_nile_neither_rises_nor_falls() -> None:
    later = YEARS >= 1899  # the change point that comes with the data lies near 1898
    assert mann_kendall(NILE[later], YEARS[later])[0] > 0.1
    low, high = sen_slope(YEARS[later], NILE[later])[1:]
    assert low < 0 < high


@pytest.mark.parametrize("size", [3, 4, 5, 6])
def test_every_order_of_a_few_values_has_the_tau_of_scipy(size: int) -> None:
    for order in permutations(range(size)):
        y = np.array(order, dtype=float)
        _, tau = mann_kendall(y, prewhiten=False)
        assert tau == pytest.approx(stats.kendalltau(np.arange(size), y).statistic)


def test_the_variance_of_the_score_is_that_over_all_orders() -> None:
    # 1, 2, 2, 3, 5: the formula with ties must give the spread of the score over all 120 orders
    values = np.array([1.0, 2, 2, 3, 5])
    early, late = np.triu_indices(5, 1)
    scores = [np.sign(np.array(o)[late] - np.array(o)[early]).sum() for o in permutations(values)]
    spread = float(np.mean(np.square(scores)))
    p, _ = mann_kendall(np.sort(values), prewhiten=False)
    score = np.sign(np.sort(values)[late] - np.sort(values)[early]).sum()
    assert p == pytest.approx(2 * stats.norm.sf((score - 1) / np.sqrt(spread)))


# --- years with gaps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "years",
    [
        [2000, 2002, 2004, 2006, 2008, 2009, 2011, 2013],  # one pair of neighbours in eight
        [1990, 1995, 2000, 2005, 2006, 2010, 2015, 2020],
        [2000, 2001, 2010, 2020, 2030, 2040, 2050, 2060],
    ],
)
def test_a_series_with_few_neighbours_is_tested_as_it_is(years: list[int]) -> None:
    # taking dependence off one pair left a single value, and no answer
    y = np.array([1.0, 2, 3, 5, 4, 6, 8, 7])
    tested = mann_kendall(y, np.array(years, dtype=float))
    assert tested == mann_kendall(y, prewhiten=False)
    assert tested[0] < 0.05


def test_a_count_every_tenth_year_has_its_own_neighbours() -> None:
    y = np.cumsum(np.random.default_rng(8).normal(size=25))
    every_year, every_tenth = mann_kendall(y, np.arange(25.0)), mann_kendall(y, 1800 + 10 * np.arange(25.0))
    assert every_tenth == pytest.approx(every_year)


def test_a_gap_in_the_middle_costs_the_year_after_it_and_no_more() -> None:
    dice = np.random.default_rng(2)
    y = np.zeros(40)
    for i in range(1, 40):
        y[i] = 0.8 * y[i - 1] + dice.normal()
    years = np.arange(1980.0, 2020.0)
    gap = years != 2000
    whole, holed = mann_kendall(y, years), mann_kendall(y[gap], years[gap])
    assert holed[1] == pytest.approx(whole[1], abs=0.1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1900, 2020), min_size=4, max_size=30, unique=True),
    st.integers(0, 2**32 - 1),
)
def test_any_years_give_a_probability_and_a_slope_within_its_interval(years: list[int], seed: int) -> None:
    x = np.sort(np.array(years, dtype=float))
    y = np.random.default_rng(seed).normal(size=len(x))
    p, tau = mann_kendall(y, x)
    assert 0 <= p <= 1
    assert -1 <= tau <= 1
    slope, low, high = sen_slope(x, y)
    assert low <= slope <= high


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10), st.floats(-1e3, 1e3))
def test_neither_the_unit_nor_the_zero_of_the_values_changes_the_test(
    seed: int, unit: float, zero: float
) -> None:
    y = np.random.default_rng(seed).normal(size=20).round(3)
    assert mann_kendall(unit * y + zero) == pytest.approx(mann_kendall(y), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_wider_confidence_is_a_wider_interval(seed: int) -> None:
    dice = np.random.default_rng(seed)
    x, y = np.arange(15.0), dice.normal(size=15)
    narrow, wide = (sen_slope(x, y, confidence=c)[1:] for c in (0.5, 0.95))
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


def test_values_of_one_year_are_not_compared_with_each_other() -> None:
    x, y = np.array([1.0, 1, 2, 2]), np.array([0.0, 100, 1, 101])
    # pairs across the years: 1, 101, -99, 1 -> median 1
    assert sen_slope(x, y)[0] == 1
    assert np.isnan(sen_slope(np.ones(3), np.arange(3.0))).all()
