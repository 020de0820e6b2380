"""Periods, their ends and their ages."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.measure.dates import age_in_years, before, first_day, last_day, middle_year, oldest, youngest


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-05-05", date(2024, 5, 5), date(2024, 5, 5)),
        ("2024-05-05T05:30", date(2024, 5, 5), date(2024, 5, 5)),
        ("2019-04-11/2019-07-11", date(2019, 4, 11), date(2019, 7, 11)),
        ("2007/2024", date(2007, 1, 1), date(2024, 12, 31)),
        ("2024-04/2024-05", date(2024, 4, 1), date(2024, 5, 31)),
    ],
)
def test_a_period_begins_and_ends(period: str, first: date, last: date) -> None:
    assert first_day(period) == first
    assert last_day(period) == last


@pytest.mark.parametrize("period", ["", "unknown", "spring", "2024-13", "2024-02-30", "0000", "99999999999"])
def test_what_is_no_date_has_neither_beginning_nor_end(period: str) -> None:
    assert last_day(period) is None
    assert math.isnan(age_in_years(period, "2026-11-20"))


@given(st.text(max_size=20))
def test_no_text_brings_the_clock_to_a_halt(text: str) -> None:
    for found in (first_day(text), last_day(text)):
        assert found is None or isinstance(found, date)


def test_age_runs_from_the_end_of_the_period() -> None:
    # from 31 December 2022 to 31 December 2024 are 731 days
    assert age_in_years("2022", "2024-12-31") == pytest.approx(731 / 365.2425)
    assert age_in_years("2020/2022", "2024-12-31") == age_in_years("2022", "2024-12-31")


def test_a_period_that_is_not_over_has_no_age() -> None:
    assert age_in_years("2026", "2026-11-20") == 0.0


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_an_age_is_never_negative(one: date, other: date) -> None:
    assert age_in_years(one.isoformat(), other.isoformat()) >= 0


def test_the_oldest_of_some_periods_is_unknown_as_soon_as_one_is() -> None:
    assert oldest(["2024", "2020-08", "2022"]) == "2020-08"
    assert oldest(["2024", "unknown"]) == "unknown"
    assert oldest([]) == "unknown"


def test_the_youngest_is_looked_for_among_the_known_ones() -> None:
    assert youngest(["2019", "unknown", "2024-05", "2024-01"]) == "2024-05"
    assert youngest(["unknown", ""]) == "unknown"


def test_only_what_was_over_when_it_began_was_before_an_event() -> None:
    assert before("2014", "2024-05")
    assert not before("2024", "2024-05")
    assert not before("2024-05-01", "2024-05")
    assert before("2024-04-30", "2024-05")
    assert not before("unknown", "2024-05")
    assert not before("2014", "unknown")


@pytest.mark.parametrize(
    ("period", "year"),
    [
        ("2020", 2020.5),
        ("2021", 2021.5),
        ("2020-01-01", 2020.0),
        ("2019/2020", 2020.0),
        ("2022-07-02", 2022.5),
    ],
)
def test_the_middle_of_a_period_is_a_year_with_its_fraction(period: str, year: float) -> None:
    assert middle_year(period) == pytest.approx(year, abs=0.005)


def test_an_unknown_period_has_no_middle() -> None:
    assert math.isnan(middle_year("unknown"))
