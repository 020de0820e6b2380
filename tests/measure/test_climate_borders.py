"""Climate figures at their borders: how many years, which months, what a reader is told beside them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.geo.drought import FARTHEST, run_lengths, running_sums, standardised
from almena.measure.climate_extremes import drought_index, return_level, weather_model_difference
from almena.measure.months import SEASONS, Months, complete_months, seasonal
from almena.measure.years import Years, mean_interval, mean_of_years, trend_of_years
from almena.model.data import Table
from almena.model.observation import Result
from almena.model.place import Places
from measure.test_climate_extremes import by_period, modelled, rainy, with_yearly_storm
from measure.test_climate_normals import on, station
from measure.town import table

# --- rare days ---------------------------------------------------------------------------------------------------


def test_each_period_is_named_and_the_headline_is_the_same_figure_without_a_name(town: Places) -> None:
    found = return_level(with_yearly_storm(25), places=town, of="wettest day", headline=10)
    assert isinstance(found, tuple)
    names = [r.dimensions.get("return period", "") for r in found]
    assert names == ["2 years", "5 years", "10 years", "", "20 years", "50 years"]
    named, headline = (by_period(found)[name] for name in ("10 years", ""))
    assert (headline.value[0], headline.causes, headline.notes) == (named.value[0], named.causes, named.notes)
    assert named.causes[0].name == "25 years only"
    assert named.causes[0].kind == "sampling"
    assert named.period == "1981/2005"
    assert np.isnan(named.value[1:]).all()


def test_a_level_that_the_record_cannot_tell_names_a_remedy(town: Places) -> None:
    found = by_period(return_level(with_yearly_storm(15), places=town, of="wettest day", headline=20))
    assert "" in found
    refused = found["50 years"]
    assert refused.missing == "15 complete years say nothing about once in 50 years"
    assert refused.remedy.startswith("Ask for the gap-free series")
    assert np.isnan(refused.value).all()


# --- droughts ------------------------------------------------------------------------------------------------------


def test_a_drought_is_told_with_its_rain_the_usual_rain_and_how_dry_is_dry(town: Places) -> None:
    """
    Twenty-four years with 1 mm a day and a last one with half of it: October to December have 92 days.

    92 mm in 24 years and 46 mm in one: (24 · 92 + 46) / 25 = 90.16 mm on average.
    """
    held = on(station("1991-01-01", "2015-12-31", rain=1.0), "rain", "2015-01-01", "2015-12-31", 0.5)
    latest, driest = drought_index(held, places=town, months=3)  # type: ignore[misc]
    assert latest.period == "2015-10/2015-12"
    assert latest.notes[0].endswith("25 years of the same 3 months: 46 mm against 90 mm on average")
    assert "below -2 extremely dry" in latest.notes[1]
    assert latest.causes[0].name == "25 years only"
    assert driest.value[0] <= latest.value[0] < -2


def test_the_range_of_a_drought_is_that_of_other_draws_of_its_years(town: Places) -> None:
    held = rainy(25)
    latest, driest = drought_index(held, places=town, months=3)  # type: ignore[misc]
    for found in (latest, driest):
        (cause,) = found.causes
        assert cause.low < found.value[0] < cause.high
        # a twentieth on either side of 200 draws: wide, and far from the cut at 3.5
        assert 0.1 < cause.high - cause.low < 2.5
    again = drought_index(held, places=town, months=3)
    assert isinstance(again, tuple)
    assert again[0].causes == latest.causes


@pytest.mark.parametrize("month", [1, 12])
def test_a_series_is_counted_by_its_fullest_month(month: int, town: Places) -> None:
    """Nineteen years of one month, the first or the last of the calendar, and nothing of the others."""
    held = station("1991-01-01", "2009-12-31", rain=1.0)
    number = held.columns["date"].astype("datetime64[M]").astype(int) % 12 + 1
    alone = held.with_(
        columns={**held.columns, "hours_rain": np.where(number == month, 24.0, 0.0)},
    )
    found = drought_index(alone, places=town, months=1)
    assert isinstance(found, Result)
    assert found.missing.endswith("the same 1 months are complete; the series has 19 at most")


@settings(max_examples=40)
@given(st.lists(st.floats(0, 500) | st.just(float("nan")), max_size=30), st.integers(1, 6))
def test_a_running_sum_holds_its_own_value_and_those_before_it(values: list[float], length: int) -> None:
    sums = running_sums(np.array(values), length)
    assert len(sums) == len(values)
    for at, total in enumerate(sums):
        window = values[at - length + 1 : at + 1] if at >= length - 1 else [float("nan")]
        np.testing.assert_allclose(total, sum(window), atol=1e-6)


@settings(max_examples=40)
@given(st.lists(st.booleans(), max_size=40))
def test_a_run_grows_by_one_and_ends_at_once(flags: list[bool]) -> None:
    length = 0
    for flag, found in zip(flags, run_lengths(np.array(flags, bool)), strict=True):
        length = length + 1 if flag else 0
        assert found == length


@settings(max_examples=30)
@given(st.lists(st.floats(1, 400), min_size=20, max_size=40, unique=True), st.floats(0.5, 3))
def test_more_rain_is_never_a_drier_spell_and_its_unit_does_not_matter(
    reference: list[float], scale: float
) -> None:
    held = np.array(reference)
    index = standardised(np.sort(held), np.tile(held, (len(held), 1)))
    assert (np.diff(index) >= -1e-9).all()
    assert (np.abs(index) <= FARTHEST).all()
    np.testing.assert_allclose(
        standardised(scale * np.sort(held), np.tile(scale * held, (len(held), 1))), index, atol=1e-6
    )


def test_a_spell_without_rain_has_the_chance_of_the_dry_years() -> None:
    """Ten of twenty years had no rain: a chance of one half, zero standard deviations."""
    reference = np.array([0.0] * 10 + list(range(10, 20)), float)
    assert standardised(np.array(0.0), reference) == pytest.approx(0.0, abs=1e-9)


# --- a weather model -----------------------------------------------------------------------------------------------


def without(held: Table, *columns: str) -> Table:
    return held.with_(columns={k: v for k, v in held.columns.items() if k not in columns})


@pytest.mark.parametrize("lacking", ["station", "model"])
def test_a_quantity_that_only_one_side_has_is_left_out(lacking: str, town: Places) -> None:
    ours, theirs = station("2001-01-01", "2001-12-31"), modelled(120)
    ours = without(ours, "t_min", "rain") if lacking == "station" else ours
    theirs = without(theirs, "t_min", "rain") if lacking == "model" else theirs
    found = weather_model_difference(ours, theirs, places=town)
    assert isinstance(found, tuple)
    assert len(found) == 1
    assert not any("rain" in note for note in found[0].notes)


def test_days_on_which_one_side_is_blank_do_not_count(town: Places) -> None:
    """120 common days, 61 of them blank at the station: 59 are too few, 60 are enough."""
    held = station("2001-01-01", "2001-12-31")
    few = on(held, "t_max", "2001-01-01", "2001-03-02", np.nan)
    refused = weather_model_difference(few, modelled(120), places=town)
    assert isinstance(refused, Result)
    assert refused.missing == "station and weather model share no daily maximum"
    enough = weather_model_difference(
        on(held, "t_max", "2001-01-01", "2001-03-01", np.nan), modelled(120), places=town
    )
    assert isinstance(enough, tuple)
    assert enough[0].causes[0].name == "days differ: mean of 60"


def test_too_few_days_of_the_minimum_are_a_gap_of_the_minimum_alone(town: Places) -> None:
    held = on(station("2001-01-01", "2001-12-31"), "t_min", "2001-01-01", "2001-04-01", np.nan)
    first, second = weather_model_difference(held, modelled(120), places=town)  # type: ignore[misc]
    assert not first.missing
    assert (second.missing, second.dimensions) == ("too few days have both values", {"of": "daily minimum"})


def test_neighbouring_days_count_once_in_ten(town: Places) -> None:
    """
    A model 0, 1, 2 … degrees above the station, ten days each: six means 0 to 5.

    Their mean is 2.5, their deviation 1.8708, Student's t for five degrees of freedom 2.0150: half 1.539.
    """
    warmer = modelled(60)
    steps = 20.0 + np.repeat(np.arange(6.0), 10)
    found = weather_model_difference(
        station("2001-01-01", "2001-12-31"),
        warmer.with_(columns={**warmer.columns, "t_max": steps}),
        places=town,
    )
    assert isinstance(found, tuple)
    assert found[0].value[0] == pytest.approx(2.5)
    assert found[0].causes[0].high == pytest.approx(2.5 + 1.539, abs=0.001)  # type: ignore[arg-type]
    assert found[0].causes[0].low == pytest.approx(2.5 - 1.539, abs=0.001)  # type: ignore[arg-type]


def test_rain_is_compared_only_where_both_have_measured_it(town: Places) -> None:
    held = on(station("2001-01-01", "2001-12-31", rain=1.0), "rain", "2001-01-01", "2001-01-10", np.nan)
    found = weather_model_difference(held, modelled(100), places=town)
    assert isinstance(found, tuple)
    assert found[0].notes[0] == "rain on 90 common days: station 90 mm, weather model 180 mm"


# --- months and years ----------------------------------------------------------------------------------------------


def test_months_know_their_place_in_the_calendar() -> None:
    """Month 383 since January 1970 is December 2001."""
    found = Months(383, np.array([np.nan, 5.0, 7.0, np.nan]))
    assert found.number.tolist() == [12, 1, 2, 3]
    assert (found.text(0), found.period) == ("2001-12", "2002-01/2002-02")
    assert found.note == "2 of 4 months are complete"
    assert found.of_calendar(1).tolist() == [5.0]
    assert found.of_calendar(12).tolist() == []
    assert Months(0, np.array([np.nan])).period == ""


@pytest.mark.parametrize(("hours", "complete"), [(15, True), (14, False)])
def test_a_month_takes_95_percent_of_its_hours(hours: float, complete: bool) -> None:
    """February has 672 hours, 95 % of them are 638.4: 26 full days are 624 hours, and 15 more are enough."""
    held = on(station("2001-02-01", "2001-02-28", rain=2.0), "hours_rain", "2001-02-01", "2001-02-01", 0.0)
    held = on(held, "hours_rain", "2001-02-02", "2001-02-02", hours)
    found = complete_months(held, "rain", "hours_rain", held.columns["rain"]).value
    np.testing.assert_allclose(found, [56.0] if complete else [np.nan])


def test_hours_of_a_blank_day_do_not_fill_a_month() -> None:
    held = on(station("2001-01-01", "2001-01-31", rain=1.0), "rain", "2001-01-01", "2001-01-02", np.nan)
    assert np.isnan(complete_months(held, "rain", "hours_rain", held.columns["rain"]).value).all()


@pytest.mark.parametrize(("how", "expected"), [("sum", 6.0), ("mean", 2.0)])
def test_a_season_is_added_up_or_averaged_over_its_own_months(how: str, expected: float) -> None:
    """From November 2001: 9, then December 1, January 2, February 3, then March 9."""
    found = seasonal(Months(382, np.array([9.0, 1.0, 2.0, 3.0, 9.0])), "December to February", how)
    assert found.tolist() == [expected]
    assert seasonal(Months(383, np.array([1.0, 2.0])), "December to February", how).tolist() == []
    assert sum(SEASONS.values(), ()) == (12, *range(1, 12))


def years(*values: float, left: tuple[int, ...] = ()) -> Years:
    return Years(np.arange(2001, 2001 + len(values)), np.array(values, float), left)


def test_years_say_their_period_and_which_were_left_out() -> None:
    assert years(1, 2, 3).period == "2001/2003"
    assert years(1).period == "2001"
    assert years(1, 2).note == "2 complete years; left out as incomplete: none"
    assert years(1, 2, left=(1999, 2000)).note.endswith("incomplete: 1999, 2000")


@pytest.mark.parametrize(("count", "coverage"), [(1, 0.1), (9, 0.9), (10, 1.0), (11, 1.0)])
def test_ten_years_cover_what_a_mean_should_speak_of(count: int, coverage: float, town: Places) -> None:
    assert mean_of_years(years(*range(1, count + 1)), town).coverage == pytest.approx(coverage)


def test_what_never_happened_in_six_years_may_happen_every_other_year() -> None:
    """The rule of three: 3 / 6 = 0.5 a year."""
    cause = mean_interval(np.zeros(6))
    assert (cause.name, cause.low, cause.high) == ("never in 6 years", 0, 0.5)
    assert mean_interval(np.array([0.0, 0.0, 3.0])).name == "years differ: mean of 3"


def test_a_trend_is_told_as_chance_or_not(town: Places) -> None:
    steady = trend_of_years(years(*(0.1 * n for n in range(20))), town)
    assert steady.value[0] == pytest.approx(1.0)
    assert "is unlikely to be chance" in steady.notes[0]
    noise = np.random.default_rng(4).normal(size=30)
    assert "is not told apart from none" in trend_of_years(years(*noise), town).notes[0]
    short = trend_of_years(years(*range(19)), town)
    assert short.missing.startswith("a trend needs 20 complete years; 19 complete years")


def test_a_series_of_one_month_of_rain_has_no_year() -> None:
    held = table("daily_weather", "2001", date=np.array(["2001-01-01"], "datetime64[D]"), rain=[1.0])
    found = complete_months(held, "rain", "hours_rain", held.columns["rain"])
    assert np.isnan(found.value).tolist() == [True]
