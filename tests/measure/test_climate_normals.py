"""A usual year, month by month and spell by spell: worked by hand, then on a real station."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.measure.climate import hot_days
from almena.measure.climate_normals import QUANTITIES, monthly_normals, yearly_mean, yearly_trend, years_of
from almena.measure.months import SEASONS, complete_months, seasonal
from almena.model.data import Table
from almena.model.observation import Result
from almena.model.place import Places
from almena.model.problem import AlmenaError
from measure.town import only_city, table


def station(first: str, last: str, **columns: Any) -> Table:
    """Return a station with 24 hours every day; a number stands for the same value each day."""
    date = np.arange(first, np.datetime64(last) + 1, dtype="datetime64[D]")
    usual = {"rain": 0.0, "t_max": 20.0, "t_min": 10.0, "t_mean": 15.0, "hours_rain": 24.0} | columns
    usual.setdefault("hours_temperature", 24.0)
    held = {name: np.broadcast_to(np.asarray(v, float), len(date)).copy() for name, v in usual.items()}
    return table("daily_weather", f"{first}/{last}", date=date, **held)


def on(held: Table, column: str, first: str, last: str, value: float) -> Table:
    """Return the series with another value on the days from first to last."""
    date = held.columns["date"]
    here = (date >= np.datetime64(first)) & (date <= np.datetime64(last))
    return held.with_(columns={**held.columns, column: np.where(here, value, held.columns[column])})


def city(found: Result | tuple[Result, ...]) -> float:
    assert isinstance(found, Result)
    assert not found.missing
    return float(found.value[0])


# --- spells ---------------------------------------------------------------------------------------------------


def test_a_wet_day_has_at_least_one_millimetre(town: Places) -> None:
    held = on(station("2001-01-01", "2001-12-31"), "rain", "2001-03-01", "2001-03-10", 1.0)
    held = on(held, "rain", "2001-06-01", "2001-06-05", 0.9)
    assert city(yearly_mean(held, places=town, of="wet days", threshold=1)) == 10


def test_rain_on_a_wet_day_leaves_drizzle_out(town: Places) -> None:
    held = on(station("2001-01-01", "2001-12-31", rain=0.5), "rain", "2001-03-01", "2001-03-04", 10.0)
    held = on(held, "rain", "2001-03-04", "2001-03-04", 30.0)
    assert city(yearly_mean(held, places=town, of="rain on wet days")) == 15  # (3 · 10 + 30) / 4


def test_a_year_without_a_wet_day_has_no_rain_on_wet_days(town: Places) -> None:
    found = yearly_mean(station("2001-01-01", "2001-12-31"), places=town, of="rain on wet days")
    assert isinstance(found, Result)
    assert "no complete year" in found.missing


def test_a_dry_spell_may_begin_in_the_year_before(town: Places) -> None:
    wet = station("2001-01-01", "2002-12-31", rain=5.0)
    held = on(wet, "rain", "2001-12-20", "2002-01-09", 0.0)  # 12 days, then 9 more
    held = on(held, "rain", "2002-06-01", "2002-06-15", 0.9)
    years = years_of(held, "longest dry spell")
    assert dict(zip(years.year.tolist(), years.value.tolist(), strict=True)) == {2001: 12, 2002: 21}


def test_a_day_that_is_not_in_the_file_ends_a_dry_spell() -> None:
    held = station("2001-01-01", "2001-12-31")
    keep = held.columns["date"] != np.datetime64("2001-04-11")
    short = held.with_(columns={name: values[keep] for name, values in held.columns.items()})
    assert years_of(short, "longest dry spell").value.tolist() == [264]  # from 12 April on


def test_the_wettest_five_days_may_lie_over_new_year() -> None:
    held = on(station("2001-01-01", "2002-12-31", rain=1.0), "rain", "2001-12-30", "2002-01-02", 20.0)
    assert years_of(held, "wettest days in a row", 5).value.tolist() == [43, 81]


def test_tropical_nights_stay_above_twenty_and_frost_days_go_below_zero(town: Places) -> None:
    held = on(station("2001-01-01", "2001-12-31"), "t_min", "2001-01-01", "2001-01-10", 20.0)
    held = on(held, "t_min", "2001-01-11", "2001-01-13", 20.1)
    held = on(held, "t_min", "2001-07-01", "2001-07-04", 0.0)
    held = on(held, "t_min", "2001-07-05", "2001-07-06", -0.1)
    assert city(yearly_mean(held, places=town, of="tropical nights", threshold=20)) == 3
    assert city(yearly_mean(held, places=town, of="frost days", threshold=0)) == 2


def test_the_range_of_a_day_is_its_maximum_less_its_minimum(town: Places) -> None:
    held = on(station("2001-01-01", "2001-12-31"), "t_max", "2001-01-01", "2001-03-14", 25.0)  # 73 days
    assert city(yearly_mean(held, places=town, of="daily range")) == pytest.approx(11)


def warm_series() -> Table:
    """Return ten years of 20 degrees with a week of 30 in July 2005, and four such days in August 2006."""
    held = on(station("2001-01-01", "2010-12-31"), "t_max", "2005-07-01", "2005-07-07", 30.0)
    return on(held, "t_max", "2006-08-01", "2006-08-04", 30.0)


def test_a_heat_wave_takes_six_days_in_a_row_that_are_warm_for_their_date(town: Places) -> None:
    years = years_of(warm_series(), "warm spell days")
    assert years.value.tolist() == [0, 0, 0, 0, 7, 0, 0, 0, 0, 0]
    found = yearly_mean(warm_series(), places=town, of="warm spell days")
    assert city(found) == pytest.approx(0.7)
    assert "not from 1961–1990" in found.notes[-1]  # type: ignore[union-attr]


def test_a_usual_summer_is_no_heat_wave() -> None:
    date = np.arange("2001-01-01", "2011-01-01", dtype="datetime64[D]")
    season = 25 + 8 * np.cos(2 * np.pi * (date - date[0]).astype(int) / 365.25)
    held = station("2001-01-01", "2010-12-31", t_max=np.round(season, 0))
    assert years_of(held, "warm spell days").value.sum() == 0


def test_what_never_happened_may_still_happen(town: Places) -> None:
    found = yearly_mean(station("2001-01-01", "2012-12-31"), places=town, of="frost days", threshold=0)
    assert city(found) == 0
    assert (found.causes[0].low, found.causes[0].high) == (0, 0.25)  # type: ignore[union-attr]


def test_the_same_count_by_another_card_is_the_same(town: Places) -> None:
    held = on(station("2001-01-01", "2003-12-31"), "t_max", "2002-01-01", "2002-01-09", 36.0)
    one, other = (
        hot_days(held, places=town, threshold=35),
        yearly_mean(held, places=town, of="hot days", threshold=35),
    )
    np.testing.assert_array_equal(one.value, other.value)  # type: ignore[union-attr]


def test_a_quantity_that_nobody_knows_is_named() -> None:
    with pytest.raises(AlmenaError, match="snow") as refused:
        years_of(station("2001-01-01", "2001-12-31"), "snow")
    assert "tropical nights" in refused.value.problems[0].why


@pytest.mark.parametrize("of", QUANTITIES)
def test_incomplete_years_count_for_no_quantity(of: str) -> None:
    held = on(station("2001-01-01", "2003-12-31", rain=3.0), "hours_rain", "2002-01-01", "2002-12-31", 20)
    held = on(held, "hours_temperature", "2002-01-01", "2002-12-31", 20)
    assert years_of(held, of, 5).left_out == (2002,)


def test_a_trend_of_days_needs_twenty_complete_years(town: Places) -> None:
    held = station("2001-01-01", "2020-12-31")
    for year in range(2001, 2021):  # one tropical night more each year
        held = on(held, "t_min", f"{year}-01-01", str(np.datetime64(f"{year}-01-01") + year - 2001), 22.0)
    found = yearly_trend(held, places=town, of="tropical nights", threshold=20)
    np.testing.assert_allclose(found.value, only_city(10))
    short = on(held, "hours_temperature", "2010-01-01", "2010-12-31", 12)
    missing = yearly_trend(short, places=town, of="tropical nights", threshold=20).missing
    assert missing == "a trend needs 20 complete years; 19 complete years; left out as incomplete: 2010"


# --- months and seasons ---------------------------------------------------------------------------------------


def test_a_month_counts_with_95_percent_of_its_hours(town: Places) -> None:
    held = on(station("2001-01-01", "2001-03-31", rain=2.0), "hours_rain", "2001-02-01", "2001-02-01", 0.0)
    held = on(held, "hours_rain", "2001-03-01", "2001-03-02", 0.0)  # 29 of 31 days: 93.5 %
    months = complete_months(held, "rain", "hours_rain", held.columns["rain"])
    np.testing.assert_array_equal(months.value, [62, 56, np.nan])  # 27 of 28 days: 96.4 %
    assert months.note == "2 of 3 months are complete"
    assert months.period == "2001-01/2001-02"


def test_without_hours_a_month_takes_nine_days_of_ten() -> None:
    held = station("2001-04-01", "2001-05-31", rain=1.0)
    columns = {k: v for k, v in held.columns.items() if k not in ("hours_rain", "hours_temperature")}
    columns["rain"] = columns["rain"].copy()
    columns["rain"][:3] = np.nan  # 27 of 30 days
    columns["rain"][30:34] = np.nan  # 27 of 31 days: 87 %
    months = complete_months(held.with_(columns=columns), "rain", "hours_rain", columns["rain"])
    np.testing.assert_array_equal(months.value, [27, np.nan])


def test_months_between_two_years_of_a_station_are_incomplete_not_absent() -> None:
    held = station("2001-12-01", "2001-12-31", rain=1.0)
    later = station("2002-03-01", "2002-03-31", rain=1.0)
    joined = {name: np.concatenate([v, later.columns[name]]) for name, v in held.columns.items()}
    months = complete_months(held.with_(columns=joined), "rain", "hours_rain", joined["rain"])
    np.testing.assert_array_equal(months.value, [31, np.nan, np.nan, 31])
    assert months.number.tolist() == [12, 1, 2, 3]
    assert months.text(1) == "2002-01"


def test_december_belongs_to_the_season_that_ends_in_the_next_year() -> None:
    held = on(station("2001-01-01", "2002-12-31", rain=1.0), "rain", "2001-12-01", "2001-12-31", 2.0)
    months = complete_months(held, "rain", "hours_rain", held.columns["rain"])
    assert seasonal(months, "December to February", "sum").tolist() == [62 + 31 + 28]
    assert seasonal(months, "June to August", "sum").tolist() == [92, 92]
    assert seasonal(months, "March to May", "mean").tolist() == [pytest.approx(92 / 3)] * 2


def test_a_season_is_as_incomplete_as_its_worst_month() -> None:
    held = on(station("2001-01-01", "2002-12-31", rain=1.0), "hours_rain", "2001-07-01", "2001-07-31", 0.0)
    months = complete_months(held, "rain", "hours_rain", held.columns["rain"])
    assert seasonal(months, "June to August", "sum").tolist() == [92]
    assert not len(seasonal(complete_months(*_two_months()), "June to August", "sum"))


def _two_months() -> tuple[Table, str, str, np.ndarray]:
    held = station("2001-06-01", "2001-07-31", rain=1.0)
    return held, "rain", "hours_rain", held.columns["rain"]


def test_normals_name_each_month_each_season_and_the_highest_month(town: Places) -> None:
    held = on(station("2001-01-01", "2002-12-31", rain=1.0), "rain", "2001-05-01", "2001-05-31", 3.0)
    found = monthly_normals(held, places=town, column="rain", how="sum")
    by = {tuple(r.dimensions.values()): float(r.value[0]) for r in found}
    assert by[()] == by[("05",)] == pytest.approx((93 + 31) / 2)
    assert by[("02",)] == 28
    assert set(SEASONS) < {k[0] for k in by if k}
    assert found[0].notes[0] == "month 05 is the highest of the twelve"
    assert found[0].coverage == 0.2  # two years of the ten that a mean should have
    assert found[0].causes[0].kind == "sampling"


def test_a_year_that_lacks_a_month_everywhere_has_no_highest_month(town: Places) -> None:
    held = station("2001-01-01", "2001-11-30", rain=1.0)
    found = monthly_normals(held, places=town, column="rain", how="sum")
    assert "not every month is complete" in found[0].missing
    assert float(found[1].value[0]) == 31


def test_temperature_of_a_month_is_averaged_over_its_days(town: Places) -> None:
    held = on(station("2001-01-01", "2001-12-31"), "t_mean", "2001-01-01", "2001-01-31", 26.0)
    found = monthly_normals(held, places=town, column="t_mean", how="mean")
    assert float(found[0].value[0]) == pytest.approx(26)


@given(st.lists(st.floats(0, 200), min_size=36, max_size=36))
def test_the_months_of_complete_years_add_up_to_the_years(amounts: list[float]) -> None:
    held = station("2001-01-01", "2003-12-31")
    month = held.columns["date"].astype("datetime64[M]").astype(int) - 31 * 12
    held = held.with_(columns={**held.columns, "rain": np.array(amounts)[month]})
    months = complete_months(held, "rain", "hours_rain", held.columns["rain"])
    assert months.value.sum() == pytest.approx(held.columns["rain"].sum(), abs=1e-6)


# --- a real station -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inmet(porto_alegre: Path) -> Table:
    """Return station A801, read with the bare library."""
    names = {"rain": "precip_mm", "t_max": "t_max_c", "t_min": "t_min_c", "t_mean": "t_mean_c"}
    names |= {"hours_rain": "n_hours_precip", "hours_temperature": "n_hours_temp"}
    with (porto_alegre / "climate/inmet_a801_daily_2000_2025.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    held = {name: np.array([float(r[c] or "nan") for r in rows]) for name, c in names.items()}
    return table(
        "daily_weather", "2025-04", date=np.array([r["date"] for r in rows], "datetime64[D]"), **held
    )


def test_a_usual_year_in_porto_alegre(inmet: Table, town: Places) -> None:
    years = years_of(inmet, "wet days", 1)
    assert years.left_out == (2000, 2001, 2002, 2003, 2004, 2005, 2006, 2025)
    assert city(yearly_mean(inmet, places=town, of="wet days", threshold=1)) == 107
    assert city(yearly_mean(inmet, places=town, of="tropical nights", threshold=20)) == pytest.approx(
        79.6, abs=0.05
    )
    assert city(yearly_mean(inmet, places=town, of="frost days", threshold=0)) == 0


def test_the_months_of_a_real_station_count_more_years_than_its_years(inmet: Table, town: Places) -> None:
    found = monthly_normals(inmet, places=town, column="t_mean", how="mean")
    by = {r.dimensions.get("month", ""): r for r in found if "season" not in r.dimensions}
    assert float(by["01"].value[0]) == float(found[0].value[0]) > float(by["07"].value[0]) + 10
    assert by["11"].notes[0] == "mean of 22 years in which it is complete"


def test_eighteen_years_carry_no_trend(inmet: Table, town: Places) -> None:
    assert "a trend needs 20" in yearly_trend(inmet, places=town, of="hot days", threshold=35).missing
