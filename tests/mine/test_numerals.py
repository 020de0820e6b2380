"""Numbers in documents: read as their country writes them, and not at all where they could be one of two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.mine.numerals import COMMA, POINT, UNKNOWN, decimal_mark, quantities, read_number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12.345", None),  # twelve thousand, or twelve and a bit: nobody can tell
        ("12,345", None),
        ("1.234.567", 1_234_567),
        ("1,234,567", 1_234_567),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("3,7", 3.7),
        ("3.75", 3.75),
        ("0,345", 0.345),
        ("42", 42),
    ],
)
def test_a_number_that_could_be_one_of_two_is_none_where_no_language_tells(
    written: str, value: float | None
) -> None:
    assert decimal_mark(["A short line."], "") == UNKNOWN
    assert read_number(written, UNKNOWN) == value


def test_other_numbers_tell_the_mark_where_the_language_does_not() -> None:
    assert decimal_mark(["costs 3,75 and 12.345"], "") == COMMA
    assert decimal_mark(["costs 3.75 and 12,345"], "") == POINT


def test_people_come_whole() -> None:
    assert [q.value for q in quantities("12.345 habitantes", POINT)] == []
    assert [q.value for q in quantities("12.345 habitantes", COMMA)] == [12345]
    assert [q.value for q in quantities("2,9 mil habitantes", COMMA)] == [2900]
    assert [q.value for q in quantities("12.345 km", POINT)] == [12.345]


@given(number=st.integers(0, 10**9), decimals=st.integers(0, 99), mark=st.sampled_from([COMMA, POINT]))
def test_every_number_is_read_back_as_it_was_written(number: int, decimals: int, mark: str) -> None:
    other = POINT if mark == COMMA else COMMA
    written = f"{number:,}".replace(",", other) + f"{mark}{decimals:02d}"
    assert read_number(written, mark) == pytest.approx(number + decimals / 100)
    whole = f"{number:,}".replace(",", other)
    assert read_number(whole, mark) == number
    assert read_number(whole, UNKNOWN) in (number, None)
