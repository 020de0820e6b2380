"""Rain and heat at one station: complete years, trends that are none, wet spells that were measured."""

from __future__ import annotations

import calendar
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.measure.climate import (
    annual_rainfall,
    heavy_rain_days,
    hot_days,
    hottest_day,
    rainfall_trend,
    temperature_trend,
    wettest_day,
    wettest_spell,
)
from almena.measure.years import complete_years, mean_interval
from almena.model.data import Table
from almena.model.place import Places
from almena.model.problem import GapError
from measure.town import only_city, table


def days(first: int, last: int) -> np.ndarray:
    return np.arange(f"{first}-01-01", f"{last + 1}-01-01", dtype="datetime64[D]")


def series(
    first: int, last: int, rain: float = 4.0, t_max: float = 30.0, hours: float | None = 24.0
) -> Table:
    """Return a station that measures the same every day of some years."""
    date = days(first, last)
    columns = {
        "date": date,
        "rain": np.full(len(date), rain),
        "t_max": np.full(len(date), t_max),
        "t_mean": np.full(len(date), 20.0),
    }
    if hours is not None:
        columns["hours_rain"] = np.full(len(date), hours)
        columns["hours_temperature"] = np.full(len(date), hours)
    return table("climate_daily", f"{first}/{last}", **columns)


def changed(held: Table, year: int, **columns: float) -> Table:
    """Return the series with other values in one year."""
    here = held.columns["date"].astype("datetime64[Y]").astype(int) + 1970 == year
    new = {name: np.where(here, value, held.columns[name]) for name, value in columns.items()}
    return held.with_(columns={**held.columns, **new})


# --- complete years -------------------------------------------------------------------------------------------


def test_a_year_with_94_percent_of_its_hours_is_left_out_and_one_with_96_is_kept() -> None:
    held = changed(series(2001, 2003), 2002, hours_rain=24 * 0.94)
    held = changed(held, 2003, hours_rain=24 * 0.96)
    found = complete_years(held, "rain", "hours_rain", held.columns["rain"])
    assert found.year.tolist() == [2001, 2003]
    assert found.left_out == (2002,)
    assert found.note == "2 complete years; left out as incomplete: 2002"
    assert found.period == "2001/2003"


def test_exactly_95_percent_is_enough() -> None:
    held = changed(series(2001, 2001), 2001, hours_rain=24 * 0.95 + 1e-9)
    assert len(complete_years(held, "rain", "hours_rain", held.columns["rain"]).year) == 1


def test_hours_of_a_day_whose_value_is_blank_do_not_count() -> None:
    held = series(2001, 2001)
    rain = held.columns["rain"].copy()
    rain[:19] = np.nan  # 346 of 365 days are 94.8 %
    held = held.with_(columns={**held.columns, "rain": rain})
    assert len(complete_years(held, "rain", "hours_rain", rain).year) == 0
    rain[0] = 4.0  # 347 of 365 are 95.1 %
    assert len(complete_years(held, "rain", "hours_rain", rain).year) == 1


def test_without_hours_nine_days_of_ten_are_enough() -> None:
    held = series(2001, 2001, hours=None)
    rain = held.columns["rain"].copy()
    rain[:36] = np.nan  # 329 of 365 days are 90.1 %
    whole = held.with_(columns={**held.columns, "rain": rain})
    assert len(complete_years(whole, "rain", "hours_rain", rain).year) == 1
    rain[36] = np.nan
    assert len(complete_years(whole, "rain", "hours_rain", rain).year) == 0


def test_a_leap_year_needs_its_own_number_of_days() -> None:
    # 95 % of 8,760 hours are not 95 % of 8,784
    assert calendar.isleap(2004)
    held = changed(series(2004, 2004), 2004, hours_rain=24 * 0.95 * 365 / 366)
    assert len(complete_years(held, "rain", "hours_rain", held.columns["rain"]).year) == 0


def test_a_quantity_is_judged_by_its_own_hours(town: Places) -> None:
    held = changed(series(2001, 2002), 2002, hours_temperature=10.0)
    assert "2 complete years" in annual_rainfall(held, places=town).notes[0]
    assert "1 complete years" in hot_days(held, places=town, threshold=35).notes[0]


# --- means ----------------------------------------------------------------------------------------------------


def test_yearly_rain_is_the_mean_over_complete_years(town: Places) -> None:
    # 365 × 4 = 1,460 mm and 365 × 2 = 730 mm; the year with 20 mm a day misses hours
    held = changed(series(2001, 2003), 2002, rain=2.0)
    held = changed(held, 2003, rain=20.0, hours_rain=12.0)
    found = annual_rainfall(held, places=town)
    np.testing.assert_allclose(found.value, only_city(1095))
    assert found.period == "2001/2002"
    assert "left out as incomplete: 2003" in found.notes[0]
    assert "one station is not the city" in found.notes[1]


def test_the_range_of_a_mean_is_that_of_few_years() -> None:
    # 1,460 and 730: s = 730/√2; ± t(1; 95 %) · s/√2 = ± 6.3138 · 365
    from measure.town import town as made

    held = changed(series(2001, 2002), 2002, rain=2.0)
    cause = annual_rainfall(held, places=made()).causes[0]
    assert cause.kind == "sampling"
    assert cause.high - 1095 == pytest.approx(6.3138 * 365, rel=1e-4)  # type: ignore[operator]
    assert 1095 - cause.low == pytest.approx(6.3138 * 365, rel=1e-4)  # type: ignore[operator]


def test_one_year_is_a_value_without_a_scatter(town: Places) -> None:
    found = annual_rainfall(series(2001, 2001), places=town)
    assert found.value[0] == 1460
    assert [c.name for c in found.causes] == ["one year says little about others"]
    assert found.coverage == pytest.approx(0.1)  # of the ten years that a mean should speak of
    assert found.period == "2001"


def test_no_complete_year_is_a_gap_with_a_remedy(town: Places) -> None:
    found = annual_rainfall(series(2001, 2002, hours=12.0), places=town)
    assert "no complete year" in found.missing
    assert "2001, 2002" in found.missing
    assert found.remedy


@pytest.mark.parametrize(("t_max", "expected"), [(34.9, 0), (35.0, 365), (40.0, 365)])
def test_a_hot_day_has_at_least_35_degrees(town: Places, t_max: float, expected: float) -> None:
    assert hot_days(series(2001, 2001, t_max=t_max), places=town, threshold=35).value[0] == expected


@pytest.mark.parametrize(("rain", "expected"), [(49.9, 0), (50.0, 365)])
def test_a_day_of_heavy_rain_has_at_least_50_mm(town: Places, rain: float, expected: float) -> None:
    assert heavy_rain_days(series(2001, 2001, rain=rain), places=town, threshold=50).value[0] == expected


def test_a_series_without_the_quantity_says_so(town: Places) -> None:
    dry = series(2001, 2002)
    dry = dry.with_(columns={k: v for k, v in dry.columns.items() if k not in ("rain", "t_max", "t_mean")})
    for method, column, parameters in (
        (annual_rainfall, "rain", {}),
        (heavy_rain_days, "rain", {"threshold": 50}),
        (rainfall_trend, "rain", {}),
        (wettest_day, "rain", {}),
        (wettest_spell, "rain", {"days": 9}),
        (hot_days, "t_max", {"threshold": 35}),
        (hottest_day, "t_max", {}),
        (temperature_trend, "t_max", {}),
    ):
        with pytest.raises(GapError, match=f"no column {column}"):
            method(dry, places=town, **parameters)  # type: ignore[operator]


def test_a_column_that_is_blank_all_through_is_no_column(town: Places) -> None:
    with pytest.raises(GapError, match="no column rain"):
        annual_rainfall(series(2001, 2002, rain=math.nan), places=town)


# --- trends ---------------------------------------------------------------------------------------------------


def rising(first: int, last: int, per_year: float, start: float = 4.0) -> Table:
    held = series(first, last)
    years = held.columns["date"].astype("datetime64[Y]").astype(int) + 1970
    days_of = np.where((years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0)), 366, 365)
    noise = np.random.default_rng(7).normal(0, 0.02, last - first + 1)[years - first]
    rain = (365 * start + per_year * (years - first) + 50 * noise) / days_of
    mean = 20 + 0.03 * (years - first) + noise
    return held.with_(columns={**held.columns, "rain": rain, "t_mean": mean})


def test_a_trend_is_told_per_decade(town: Places) -> None:
    # 10 mm more each year are 100 mm per decade; 0.03 degrees a year 0.3 per decade
    rain = rainfall_trend(rising(1991, 2020, 10.0), places=town)
    assert rain.value[0] == pytest.approx(100, rel=0.02)
    assert rain.causes[0].low < rain.value[0] < rain.causes[0].high  # type: ignore[operator]
    assert "unlikely to be chance" in rain.notes[0]
    warm = temperature_trend(rising(1991, 2020, 10.0), places=town)
    assert warm.value[0] == pytest.approx(0.3, abs=0.02)
    assert warm.period == "1991/2020"


def test_19_years_are_too_few_for_a_trend_and_20_are_enough(town: Places) -> None:
    few = rainfall_trend(rising(2001, 2019, 10.0), places=town)
    assert "needs 20 complete years; 19 complete years" in few.missing
    assert not rainfall_trend(rising(2001, 2020, 10.0), places=town).missing


def test_years_that_miss_their_hours_make_no_trend(town: Places) -> None:
    # twenty early years that lost a third of their rain with their hours: the raw sums rise, complete years do not
    held = rising(1981, 2020, 0.0)
    for year in range(1981, 2001):
        held = changed(held, year, rain=2.7, hours_rain=16.0)
    found = rainfall_trend(held, places=town)
    assert abs(found.value[0]) < 5
    assert "not told apart from none" in found.notes[0]
    assert "left out as incomplete: 1981, 1982," in found.notes[1]
    for year in range(1981, 2001):
        held = changed(held, year, hours_rain=24.0)
    assert rainfall_trend(held, places=town).value[0] > 50


# --- extremes -------------------------------------------------------------------------------------------------


def short(*rain: float, start: str = "2024-04-26") -> Table:
    date = np.datetime64(start) + np.arange(len(rain))
    return table(
        "climate_daily", date=date, rain=np.array(rain, dtype=float), t_max=np.array(rain, dtype=float)
    )


def test_the_wettest_and_the_hottest_day_are_told_with_their_date(town: Places) -> None:
    held = short(1, 7, np.nan, 3)
    wet, hot = wettest_day(held, places=town), hottest_day(held, places=town)
    np.testing.assert_allclose(wet.value, only_city(7))
    assert (wet.period, hot.period) == ("2024-04-27", "2024-04-27")
    assert wet.locators == {"climate_daily": "row of 2024-04-27"}


def test_a_wet_spell_is_the_largest_sum_of_days_in_a_row(town: Places) -> None:
    # 0+50+60 = 110, 50+60+1 = 111, 60+1+40 = 101
    found = wettest_spell(short(0, 50, 60, 1, 40), places=town, days=3)
    assert found.value[0] == 111
    assert found.period == "2024-04-27/2024-04-29"
    assert found.locators == {"climate_daily": "2024-04-27/2024-04-29"}


def test_every_day_of_a_spell_must_have_been_measured(town: Places) -> None:
    # the wettest three days have a blank among them; a day that is not in the file is blank as well
    assert wettest_spell(short(50, np.nan, 60, 1, 2), places=town, days=3).value[0] == 63
    held = short(50, 0, 60, 1, 2)
    held = held.with_(columns={k: np.delete(v, 1) for k, v in held.columns.items()})
    assert wettest_spell(held, places=town, days=3).value[0] == 63


def test_a_series_that_runs_backwards_holds_the_same_spell(town: Places) -> None:
    held = short(0, 50, 60, 1, 40)
    backwards = held.with_(columns={k: v[::-1] for k, v in held.columns.items()})
    found = wettest_spell(backwards, places=town, days=3)
    assert (found.value[0], found.period) == (111, "2024-04-27/2024-04-29")


def test_a_series_without_such_a_spell_says_why(town: Places) -> None:
    assert wettest_spell(short(1, 2, 3), places=town, days=3).value[0] == 6
    assert "shorter than 9 days" in wettest_spell(short(1, 2, 3), places=town, days=9).missing
    broken = wettest_spell(short(1, np.nan, 3, np.nan), places=town, days=2)
    assert "no 2 days in a row" in broken.missing


@settings(max_examples=50)
@given(st.lists(st.floats(0, 300), min_size=3, max_size=30), st.integers(1, 3))
def test_no_spell_is_wetter_than_all_its_days_at_their_wettest(rain: list[float], length: int) -> None:
    from measure.town import town as made

    found = wettest_spell(short(*rain), places=made(), days=length)
    assert max(rain) - 1e-6 <= found.value[0] <= length * max(rain) + 1e-6


# --- intervals of means ---------------------------------------------------------------------------------------


def test_the_interval_of_a_mean_is_that_of_student() -> None:
    # 10, 12, 14: mean 12, deviation 2, t(0.95, 2) = 2.919986 → half width 2.919986 · 2 / √3
    cause = mean_interval(np.array([10.0, 12.0, 14.0]))
    assert cause.high - 12 == pytest.approx(2.919986 * 2 / math.sqrt(3), abs=1e-5)
    assert cause.low == pytest.approx(24 - cause.high)
    assert cause.kind == "sampling"


def test_years_may_be_judged_by_their_highest_day() -> None:
    held = changed(series(2001, 2002, rain=3.0), 2002, rain=9.0)
    found = complete_years(held, "rain", "hours_rain", held.columns["rain"], "max")
    assert found.value.tolist() == [3, 9]


def test_a_year_of_which_nothing_can_be_gathered_is_left_out() -> None:
    held = series(2001, 2002)
    nothing_there = np.where(held.columns["date"] < np.datetime64("2002-01-01"), np.nan, 1.0)
    found = complete_years(held, "rain", "hours_rain", nothing_there, "mean")
    assert (found.year.tolist(), found.left_out) == ([2002], (2001,))
