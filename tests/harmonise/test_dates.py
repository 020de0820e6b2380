"""Dates as people write them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.harmonise.dates import AmbiguousDatesError, parse_dates


def moments(*texts: str, how: str = "") -> list[str]:
    return [str(m) for m in parse_dates(list(texts), how)[0]]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2024-05-05"], ["2024-05-05T00:00:00"]),
        (["2000-09-22 00:00", "2000-09-22 13:00"], ["2000-09-22T00:00:00", "2000-09-22T13:00:00"]),
        (["2024/01/01 0000 UTC", "2024/01/01 2300 UTC"], ["2024-01-01T00:00:00", "2024-01-01T23:00:00"]),
        (["2000-09-22;01:00"], ["2000-09-22T01:00:00"]),
        (["09/12/2023 19:00", "30/11/2023 18:45:30"], ["2023-12-09T19:00:00", "2023-11-30T18:45:30"]),
        (["2023-12-09 19:00", "30/11/2023 18:45"], ["2023-12-09T19:00:00", "2023-11-30T18:45:00"]),
        (["12/31/2023", "01/02/2024"], ["2023-12-31T00:00:00", "2024-01-02T00:00:00"]),
        (["20240505"], ["2024-05-05T00:00:00"]),
        (["2019-01-01 00:00:00.0"], ["2019-01-01T00:00:00"]),
        (["2024-05-05T05:30:00Z"], ["2024-05-05T05:30:00"]),
        (["2024-05-05T05:30:00-03:00"], ["2024-05-05T08:30:00"]),
        (["2024-05-05T00:30:00+0530"], ["2024-05-04T19:00:00"]),
        (["31.12.99", "01.01.05"], ["1999-12-31T00:00:00", "2005-01-01T00:00:00"]),
        (["2024-05-05 24:00"], ["2024-05-06T00:00:00"]),
        (["2022", "2022-07"], ["2022-01-01T00:00:00", "2022-07-01T00:00:00"]),
        (["05/05/2024"], ["2024-05-05T00:00:00"]),  # the same day either way
    ],
)
def test_dates_of_many_hands(texts: list[str], expected: list[str]) -> None:
    assert moments(*texts) == expected


def test_days_and_months_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(AmbiguousDatesError, match="12th"):
        moments("03/04/2024", "05/06/2024")


def test_the_kit_settles_it() -> None:
    assert moments("03/04/2024", how="day-first") == ["2024-04-03T00:00:00"]
    assert moments("03/04/2024", how="month-first") == ["2024-03-04T00:00:00"]
    assert moments("24/03/04", how="year-first") == ["2024-03-04T00:00:00"]
    assert moments("5 May 2024 14h15", how="%d %B %Y %Hh%M") == ["2024-05-05T14:15:00"]
    assert moments("2024-05-05 05:00 -0300", how="%Y-%m-%d %H:%M %z") == ["2024-05-05T08:00:00"]


def test_a_column_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(AmbiguousDatesError, match="month-first"):
        moments("31/12/2023", "12/31/2023")


def test_the_order_found_is_noted_once_and_declared_orders_are_not() -> None:
    assert parse_dates(["31/12/2023"])[2] == ("dates are read day-first, because no other order fits",)
    assert parse_dates(["12/31/2023"])[2] == ("dates are read month-first, because no other order fits",)
    assert parse_dates(["31/12/2023"], "day-first")[2] == ()
    assert parse_dates(["2023-12-31"])[2] == ()


def test_a_change_to_utc_is_noted() -> None:
    assert parse_dates(["2024-05-05T05:30:00-03:00"])[2] == ("1 time with an offset given in UTC",)


def test_what_is_no_date_is_reported_and_what_is_empty_is_missing() -> None:
    values, bad, _ = parse_dates(["2023-02-30", "", "Total", "2023-13-01", "2023-02-28", "9999-99-99"])
    assert np.isnat(values).tolist() == [True, True, True, True, False, True]
    assert bad.tolist() == [True, False, True, True, False, True]
    values, bad, _ = parse_dates(["x", ""], "%Y")
    assert bad.tolist() == [True, False]


FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%Y%m%d %H%M%S",
    "%Y/%m/%dT%H:%M:%SZ",
]


@given(
    st.lists(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2099, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(FORMATS),
)
def test_dates_read_back(days: list[dt.datetime], pattern: str) -> None:
    days = [d.replace(microsecond=0) for d in days]
    values, bad, _ = parse_dates([d.strftime(pattern) for d in days], "day-first")
    assert not bad.any()
    assert values.astype(object).tolist() == days


@given(st.lists(st.text(alphabet="0123456789/-: TZUC+.", max_size=20), max_size=20))
def test_no_text_ever_breaks_the_reading(texts: list[str]) -> None:
    try:
        values, bad, _ = parse_dates(texts)
    except AmbiguousDatesError:
        return
    assert (np.isnat(values) == (bad | np.array([not t for t in texts], dtype=bool))).all()
