"""Rare days, droughts, and a weather model beside the station."""

from __future__ import annotations

import numpy as np
import pytest

from almena.measure.climate_extremes import drought_index, return_level, weather_model_difference
from almena.model.data import Table
from almena.model.observation import Result
from almena.model.place import Places
from measure.test_climate_normals import inmet, on, station  # noqa: F401 - a fixture
from measure.town import table


def with_yearly_storm(years: int, seed: int = 1) -> Table:
    """Return dry years with one storm each, of a Gumbel distribution."""
    held = station("1981-01-01", f"{1980 + years}-12-31")
    storms = np.random.default_rng(seed).gumbel(80, 20, years)
    for n, storm in enumerate(storms):
        held = on(held, "rain", f"{1981 + n}-05-01", f"{1981 + n}-05-01", storm)
    return held


def by_period(found: Result | tuple[Result, ...]) -> dict[str, Result]:
    assert isinstance(found, tuple)
    return {r.dimensions.get("return period", ""): r for r in found}


# --- return levels --------------------------------------------------------------------------------------------


def test_levels_grow_with_their_period_and_the_headline_is_one_of_them(town: Places) -> None:
    found = by_period(return_level(with_yearly_storm(30), places=town, of="wettest day", headline=20))
    values = [float(found[f"{n} years"].value[0]) for n in (2, 5, 10, 20, 50)]
    assert values == sorted(values)
    assert found[""].value[0] == found["20 years"].value[0]
    # Gumbel: 80 - 20 ln(-ln(1 - 1/20)) = 139.4, inside the interval of its sample
    assert found[""].causes[0].low < 139.4 < found[""].causes[0].high  # type: ignore[operator]
    assert "L-moments" in found[""].notes[0]
    assert "is not told apart from it" in found[""].notes[0]


@pytest.mark.parametrize("years, refused", [(15, {"50 years"}), (24, {"50 years"}), (25, set())])
def test_no_level_reaches_beyond_twice_the_record(years: int, refused: set[str], town: Places) -> None:
    found = by_period(return_level(with_yearly_storm(years), places=town, of="wettest day", headline=10))
    assert {name for name, r in found.items() if r.missing} == refused
    for name in refused:
        assert found[name].missing == f"{years} complete years say nothing about once in {name}"


def test_fewer_than_fifteen_complete_years_give_no_level(town: Places) -> None:
    held = on(with_yearly_storm(15), "hours_rain", "1990-01-01", "1990-12-31", 20)
    found = return_level(held, places=town, of="wettest day", headline=10)
    assert isinstance(found, Result)
    assert found.missing.startswith("return levels need 15 complete years; 14 complete years")


def test_years_that_are_all_alike_cannot_be_fitted(town: Places) -> None:
    found = return_level(station("1981-01-01", "2000-12-31"), places=town, of="hottest day", headline=10)
    assert isinstance(found, Result)
    assert "same highest value" in found.missing


def test_the_same_series_gives_the_same_levels_each_time(town: Places) -> None:
    one, other = (
        by_period(return_level(with_yearly_storm(20), places=town, of="wettest day", headline=10))[""]
        for _ in range(2)
    )
    assert one.causes == other.causes


def test_a_rare_day_of_porto_alegre(inmet: Table, town: Places) -> None:  # noqa: F811
    found = by_period(return_level(inmet, places=town, of="wettest day", headline=20))
    level = found[""]
    assert 110 < level.value[0] < 150
    assert level.causes[0].low < 126.2 < level.causes[0].high  # type: ignore[operator] # the wettest day on record
    assert found["50 years"].missing == "18 complete years say nothing about once in 50 years"


# --- drought --------------------------------------------------------------------------------------------------


def rainy(years: int) -> Table:
    """Return years whose months have rain of a gamma distribution, the same amount each day of a month."""
    held = station("1991-01-01", f"{1990 + years}-12-31")
    month = held.columns["date"].astype("datetime64[M]").astype(int) - 21 * 12
    amounts = np.random.default_rng(3).gamma(3, 1, 12 * years)
    return held.with_(columns={**held.columns, "rain": amounts[month]})


def test_the_driest_months_stand_beside_the_latest(town: Places) -> None:
    held = on(rainy(25), "rain", "2003-06-01", "2003-08-31", 0.01)
    latest, driest = drought_index(held, places=town, months=3)  # type: ignore[misc]
    assert latest.period == "2015-10/2015-12"
    assert driest.period == "2003-06/2003-08"
    assert driest.dimensions == {"spell": "driest on record"}
    assert driest.value[0] < -2
    assert "fitted to 25 years of the same 3 months: 1 mm against" in driest.notes[0]
    assert driest.causes[0].low <= driest.value[0] <= driest.causes[0].high  # type: ignore[operator]


def test_the_index_needs_twenty_years_of_the_same_months(town: Places) -> None:
    assert isinstance(drought_index(rainy(20), places=town, months=3), tuple)
    found = drought_index(rainy(19), places=town, months=3)
    assert isinstance(found, Result)
    assert found.missing.endswith("the series has 19 at most")


def test_a_month_with_gaps_spoils_the_twelve_months_that_hold_it(town: Places) -> None:
    held = on(rainy(20), "hours_rain", "1995-05-01", "1995-05-31", 10)
    found = drought_index(held, places=town, months=12)
    assert isinstance(found, Result)
    assert "12 months are complete" in found.missing


def test_a_short_series_has_no_sum_of_twelve_months(town: Places) -> None:
    found = drought_index(station("2001-01-01", "2001-05-31", rain=1.0), places=town, months=12)
    assert isinstance(found, Result)
    assert "0 at most" in found.missing


def test_the_real_station_says_why_it_has_no_index(inmet: Table, town: Places) -> None:  # noqa: F811
    found = drought_index(inmet, places=town, months=12)
    assert isinstance(found, Result)
    assert "needs 20 years" in found.missing
    assert found.remedy.startswith("Ask for the gap-free series")


# --- a weather model ------------------------------------------------------------------------------------------


def modelled(days: int, warmer: float = -1.0, first: str = "2001-01-01") -> Table:
    date = np.datetime64(first) + np.arange(days)
    wave = np.where(np.arange(days) % 2, 0.5, -0.5)
    return table(
        "climate_model_daily",
        "2001",
        date=date,
        rain=np.full(days, 2.0),
        t_max=20 + warmer + wave,
        t_min=np.full(days, 10.0),
    )


def test_the_model_is_compared_on_common_days_only(town: Places) -> None:
    held = station("2001-02-01", "2001-12-31", rain=1.0)
    found = weather_model_difference(held, modelled(120), places=town)
    assert isinstance(found, tuple)
    assert found[0].value[0] == pytest.approx(-1, abs=0.02)
    assert found[0].period == "2001-02-01/2001-04-30"
    assert found[0].notes[0] == "rain on 89 common days: station 89 mm, weather model 178 mm"
    assert found[1].dimensions == {"of": "daily minimum"}
    assert found[1].value[0] == 0


def test_too_few_common_days_say_nothing(town: Places) -> None:
    found = weather_model_difference(station("2001-01-01", "2001-12-31"), modelled(59), places=town)
    assert isinstance(found, Result)
    assert found.missing == "station and weather model share 59 days; 60 are needed"


def test_a_model_of_another_year_shares_no_day(town: Places) -> None:
    held = station("2001-01-01", "2001-12-31")
    found = weather_model_difference(held, modelled(300, first="1999-01-01"), places=town)
    assert isinstance(found, Result)
    assert "share 0 days" in found.missing
