"""Indices of the Expert Team on Climate Change Detection, against plain loops over days written from their list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pytest

from almena.measure.climate_normals import years_of
from almena.model.data import Table
from measure.test_climate_normals import station


class Day(NamedTuple):
    """A day of the made series."""

    date: date
    rain: float
    warmest: float
    coldest: float


def weather(seed: int, years: int = 12) -> tuple[list[Day], Table]:
    """Return whole tenths of weather from 2001 on, a leap year among them, with values on every threshold."""
    dice = np.random.default_rng(seed)
    count = (date(2001 + years, 1, 1) - date(2001, 1, 1)).days
    rain = np.where(dice.random(count) < 0.4, dice.integers(0, 400, count) / 10, 0.0)
    wave = 10 * np.sin(np.arange(count) / 365.25 * 2 * np.pi)
    drift = np.convolve(dice.normal(size=count + 24), np.ones(25), "valid") / 2  # warm and cool spells
    warmest = np.round(24 + wave + drift, 0)
    coldest = warmest - dice.integers(3, 18, count)
    days = [
        Day(date(2001, 1, 1) + timedelta(n), float(rain[n]), float(warmest[n]), float(coldest[n]))
        for n in range(count)
    ]
    last = days[-1].date.isoformat()
    return days, station("2001-01-01", last, rain=rain, t_max=warmest, t_min=coldest)


def in_years(days: list[Day], of: Callable[[list[Day]], float]) -> list[float]:
    held: dict[int, list[Day]] = defaultdict(list)
    for day in days:
        held[day.date.year].append(day)
    return [of(held[year]) for year in sorted(held)]


def longest_dry(days: list[Day]) -> list[float]:
    """Return CDD; a spell counts in each year that it reaches, with the days before."""
    found: dict[int, int] = defaultdict(int)
    run = 0
    for day in days:
        run = run + 1 if day.rain < 1.0 else 0
        found[day.date.year] = max(found[day.date.year], run)
    return [float(found[year]) for year in sorted(found)]


def wettest_five(days: list[Day]) -> list[float]:
    """Return RX5day, each sum in the year of its last day."""
    found: dict[int, float] = defaultdict(float)
    for n in range(4, len(days)):
        total = sum(d.rain for d in days[n - 4 : n + 1])
        found[days[n].date.year] = max(found[days[n].date.year], total)
    return [found[year] for year in sorted(found)]


def warm_spell_days(days: list[Day]) -> list[float]:
    """Return WSDI with the series as its own base: days of at least six in a row above the 90th percentile."""
    near: dict[int, list[float]] = defaultdict(list)
    number = [min(d.date.timetuple().tm_yday, 365) for d in days]
    for n, day in zip(number, days, strict=True):
        for other in range(n - 2, n + 3):
            near[(other - 1) % 365 + 1].append(day.warmest)
    bound = {n: float(np.percentile(values, 90)) for n, values in near.items()}
    warm = [day.warmest > bound[n] for n, day in zip(number, days, strict=True)]
    found: dict[int, float] = {day.date.year: 0.0 for day in days}
    start = 0
    for n in range(len(days) + 1):
        if n < len(days) and warm[n]:
            continue
        if n - start >= 6:
            for day in days[start:n]:
                found[day.date.year] += 1
        start = n + 1
    return [found[year] for year in sorted(found)]


def per_year(of: Callable[[list[Day]], float]) -> Callable[[list[Day]], list[float]]:
    return lambda days: in_years(days, of)


INDICES: dict[tuple[str, float], Callable[[list[Day]], list[float]]] = {
    ("wet days", 1): per_year(lambda y: sum(d.rain >= 1 for d in y)),  # R1mm
    ("heavy rain days", 20): per_year(lambda y: sum(d.rain >= 20 for d in y)),  # R20mm
    ("rain on wet days", np.nan): per_year(
        lambda y: float(np.mean([d.rain for d in y if d.rain >= 1]))
    ),  # SDII
    ("longest dry spell", np.nan): longest_dry,  # CDD
    ("wettest days in a row", 5): wettest_five,  # RX5day
    ("wettest day", np.nan): per_year(lambda y: max(d.rain for d in y)),  # RX1day
    ("summer days", 25): per_year(lambda y: sum(d.warmest > 25 for d in y)),  # SU
    ("warm spell days", np.nan): warm_spell_days,  # WSDI
    ("hottest day", np.nan): per_year(lambda y: max(d.warmest for d in y)),  # TXx
    ("tropical nights", 20): per_year(lambda y: sum(d.coldest > 20 for d in y)),  # TR
    ("frost days", 0): per_year(lambda y: sum(d.coldest < 0 for d in y)),  # FD
    ("daily range", np.nan): per_year(lambda y: float(np.mean([d.warmest - d.coldest for d in y]))),  # DTR
}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("of", "threshold"), list(INDICES))
def test_each_index_is_what_its_definition_counts(of: str, threshold: float, seed: int) -> None:
    days, series = weather(seed)
    found = years_of(series, of, threshold)
    assert found.year.tolist() == list(range(2001, 2013))
    expected = INDICES[of, threshold](days)
    assert max(expected) > 0  # a series in which nothing happens proves nothing
    np.testing.assert_allclose(found.value, expected, rtol=1e-12)
