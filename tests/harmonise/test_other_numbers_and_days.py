"""Numbers and days as more hands write them: what settles a doubt, and what the kit says against the file."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.harmonise.casting import cast
from almena.harmonise.dates import AmbiguousDatesError, parse_dates
from almena.harmonise.numbers import (
    AmbiguousNumbersError,
    Separators,
    contradicts,
    find_separators,
    parse_numbers,
    without_marks,
)


@pytest.mark.parametrize(
    ("texts", "declared", "is_against"),
    [
        (["1.234,5", "2,5"], ".", True),
        (["1.5", "2.25"], ",", True),
        (["1,5", "no word", "2,5"], ".", True),
        (["1.5", "2.5", "no word"], ".", False),
        (["1.234", "5.678"], ",", False),
        (["1,5", "1.5"], ".", False),
        (["12", "13"], ",", False),
        (["no word"], ",", False),
        (["", "1,5"], ".", True),
        ([], ".", False),
    ],
)
def test_a_file_contradicts_its_kit_only_when_its_numbers_can_be_read_no_other_way(
    texts: list[str], declared: str, is_against: bool
) -> None:
    """
    ``1.5`` under a decimal comma can be nothing: the point would part thousands before one digit.

    ``1.234`` under a decimal comma is 1,234, as declared: no contradiction, though it could be a decimal too. A word
    among numbers is wrong under both marks and proves nothing; mixed marks prove nothing either.
    """
    assert contradicts(texts, declared) is is_against


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1,234", "1.5"], [1234, 1.5]),
        (["1.234", "1,5"], [1234, 1.5]),
        (["1.234.567,8"], [1234567.8]),
        (["1,234,567.8"], [1234567.8]),
        (["1,234,567", "89"], [1234567, 89]),
        (["1.234.567", "89"], [1234567, 89]),
        (["12345", "1,234"], [12345, 1.234]),
        (["12345", "1.234"], [12345, 1.234]),
        (["-12345", "-1,234"], [-12345, -1.234]),
        (["0,125", "7"], [0.125, 7]),
        ([",5", "7"], [0.5, 7]),
        (["1'234.5", "2 345.5"], [1234.5, 2345.5]),
        (["1\u202f234,5", "1\u00a0000"], [1234.5, 1000]),
        (["\u22125,5", "5,25 %"], [-5.5, 5.25]),
        (["1,5e3", "2E-1"], [1500, 0.2]),
    ],
)
def test_one_number_that_leaves_no_doubt_settles_the_whole_column(
    texts: list[str], numbers: list[float]
) -> None:
    """A thousands mark stands before three digits; beside 12345 nobody parts thousands, so the mark is decimal."""
    values, bad = parse_numbers(texts)
    assert values.tolist() == pytest.approx(numbers)
    assert not bad.any()


@pytest.mark.parametrize("mark", ["1,234", "1.234"])
def test_the_number_in_doubt_is_shown_and_not_one_without_a_mark(mark: str) -> None:
    with pytest.raises(AmbiguousNumbersError, match=rf"^{mark} can be read"):
        find_separators(f"12\n{mark}\n7")
    other = "," if "." in mark else "."
    whole = find_separators(f"12\n{mark}\n7", whole=True)
    assert whole == Separators(other, mark[1])


@pytest.mark.parametrize("word", ["inf", "nan", "infinity", "1_000", "0x10", "1e", "--1", "1.2.3", "e5", "."])
def test_what_a_computer_would_take_for_a_number_and_a_person_would_not(word: str) -> None:
    values, bad = parse_numbers(["7", word], ".")
    assert values[0] == 7
    assert np.isnan(values[1])
    assert bad.tolist() == [False, True]


def test_a_thousands_mark_in_a_declared_comma_file_is_never_read_as_a_decimal_point() -> None:
    """Under a decimal comma ``12.5`` is no number: neither 12.5 nor 125 would be what the kit declares."""
    values, bad = parse_numbers(["12.5", "1.234,5", "3,5"], ",")
    assert bad.tolist() == [True, False, False]
    assert values[1:].tolist() == [1234.5, 3.5]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("12,5*", "12,5"), ("12.5 (a)", "12.5"), ("7 [12]", "7"), ("123 p", "123"), ("5¹²", "5"), ("40%†", "40%"),
        ("12 km", "12 km"), ("A*", "A*"), ("(a)", "(a)"), ("12 (abc)", "12 (abc)"), ("", ""),
    ],
)  # fmt: skip
def test_footnote_marks_are_taken_off_numbers_and_words_keep_theirs(text: str, bare: str) -> None:
    assert without_marks(text) == bare


@settings(max_examples=60)
@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8), st.sampled_from([",", "."]))
def test_two_decimals_and_thousands_marks_read_back_whatever_the_kit_declares(
    cents: list[int], decimal: str
) -> None:
    """Written with both marks a number leaves no doubt, so even a wrong word of the kit is put right."""
    numbers = [c / 100 for c in cents]
    swap = str.maketrans({",": ".", ".": ","})
    texts = [f"{n:,.2f}" if decimal == "." else f"{n:,.2f}".translate(swap) for n in numbers]
    other = "," if decimal == "." else "."
    made = cast(np.array(texts, dtype=object), "number", decimal=other)
    sentinels = np.isnan(made.values)
    assert not made.bad.any()
    assert made.values[~sentinels] == pytest.approx(np.array(numbers)[~sentinels])
    assert len(made.notes) >= 1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-11", "2019-11-01T00:00:00"),
        ("2019", "2019-01-01T00:00:00"),
        ("31/12/69", "2069-12-31T00:00:00"),
        ("31/12/70", "1970-12-31T00:00:00"),
        ("31/12/1070", "1070-12-31T00:00:00"),
        ("2024-05-01 00:00+05:30", "2024-04-30T18:30:00"),
        ("2024-05-01T23:00:00-0300", "2024-05-02T02:00:00"),
        ("2024-05-01 24:00", "2024-05-02T00:00:00"),
        ("20240229", "2024-02-29T00:00:00"),
        ("05/05/2024", "2024-05-05T00:00:00"),
    ],
)
def test_days_and_moments_of_many_hands(text: str, moment: str) -> None:
    values, bad, _ = parse_dates([text])
    assert str(values[0]) == moment
    assert not bad[0]


@pytest.mark.parametrize(
    "text", ["2019-13", "2019-00", "20230229", "31/04/2024", "2024-05-01 12h", "1", "24/05"]
)
def test_a_day_that_does_not_exist_is_reported_and_not_moved(text: str) -> None:
    values, bad, _ = parse_dates([text])
    assert np.isnat(values[0])
    assert bad[0]


@pytest.mark.parametrize(
    ("texts", "order"),
    [(["12/11/2024", "13/11/2024"], "day-first"), (["11/12/2024", "11/13/2024"], "month-first")],
)
def test_the_thirteenth_settles_the_twelfth(texts: list[str], order: str) -> None:
    values, bad, notes = parse_dates(texts)
    assert [str(v)[:10] for v in values] == ["2024-11-12", "2024-11-13"]
    assert not bad.any()
    assert notes == (f"dates are read {order}, because no other order fits",)


def test_a_year_first_day_says_nothing_about_the_others() -> None:
    """Only 2024-01-31 shows a day beyond the 12th, and it is written in another way."""
    with pytest.raises(AmbiguousDatesError, match="cannot be told apart"):
        parse_dates(["2024-01-31", "05/06/2024"])


def test_a_pattern_with_an_offset_is_given_in_utc_and_misfits_are_reported() -> None:
    values, bad, notes = parse_dates(["01.05.2024 02:30 +0200", "", "01.05.2024"], "%d.%m.%Y %H:%M %z")
    assert str(values[0]) == "2024-05-01T00:30:00"
    assert np.isnat(values[1:]).all()
    assert bad.tolist() == [False, False, True]
    assert notes == ()


def test_numbers_among_texts_stay_what_they_are_and_a_declared_stand_in_is_missing_in_both() -> None:
    made = cast(np.array([1.5, "2,5", None, 9, "9", "many"], dtype=object), "number", missing=("9",))
    assert np.array_equal(made.values, [1.5, 2.5, np.nan, np.nan, np.nan, np.nan], equal_nan=True)
    assert made.bad.tolist() == [False, False, False, False, False, True]


def test_a_number_too_large_for_any_measurement_is_reported_and_not_infinite() -> None:
    made = cast(np.array([10**400, 5], dtype=object), "number")
    assert np.isnan(made.values[0])
    assert made.bad.tolist() == [True, False]
