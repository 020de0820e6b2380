"""Numbers as people write them."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.harmonise import numbers as reading
from almena.harmonise.numbers import (
    _MARKS,
    AmbiguousNumbersError,
    find_separators,
    parse_numbers,
    without_marks,
)


def values(*texts: str, decimal: str = "", whole: bool = False) -> list[float]:
    return parse_numbers(list(texts), decimal, whole=whole)[0].tolist()


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["98,26", "1,74"], [98.26, 1.74]),  # a census table with decimal commas
        (["29", "0.94", "20.71"], [29, 0.94, 20.71]),  # the next one with decimal points
        ([",2", "0", "14,4"], [0.2, 0, 14.4]),  # weather stations leave out the leading zero
        (["1.234.567", "12.500"], [1234567, 12500]),
        (["1,234,567", "12,500"], [1234567, 12500]),
        (["1.234,5", "12,25"], [1234.5, 12.25]),
        (["1,234.5", "12.25"], [1234.5, 12.25]),
        (["1.234", "2,5"], [1234, 2.5]),  # two marks in one column: only the comma can be decimal
        (["1,234", "2.5"], [1234, 2.5]),
        (["12 345", "1 234 567"], [12345, 1234567]),
        (["12\u00a0345,5"], [12345.5]),
        (["12'345.5"], [12345.5]),
        (["13,17 %", "86,83%"], [13.17, 86.83]),
        (["\u22123.5"], [-3.5]),
        (["+4.25", "-0.5", "1e3"], [4.25, -0.5, 1000]),
        (["1.5e-05"], [1.5e-05]),
        (["0.123", "0.456"], [0.123, 0.456]),  # a zero before the mark: nobody writes thousands so
        (["1.234", "5678"], [1.234, 5678]),  # 5678 has no mark, so marks are decimal
        (["1234.567"], [1234.567]),
        (["885545", "1125478"], [885545, 1125478]),
        (["-51.1582459466033"], [-51.1582459466033]),
    ],
)
def test_a_column_explains_its_own_separators(texts: list[str], numbers: list[float]) -> None:
    assert values(*texts) == numbers


def test_a_lone_mark_before_three_digits_is_refused_rather_than_guessed() -> None:
    with pytest.raises(AmbiguousNumbersError, match=r"1\.234 can be read"):
        values("1.234", "2.500")
    with pytest.raises(AmbiguousNumbersError, match="1,234"):
        values("1,234", "17")


def test_the_kit_or_the_type_settles_a_lone_mark() -> None:
    assert values("1.234", "2.500", decimal=".") == [1.234, 2.5]
    assert values("1.234", "2.500", decimal=",") == [1234, 2500]
    assert values("1,234", "2,500", decimal=",") == [1.234, 2.5]
    assert values("1.234", "2.500", whole=True) == [1234, 2500]


def test_mixed_decimal_marks_in_one_column_are_refused() -> None:
    with pytest.raises(AmbiguousNumbersError, match="mixed"):
        values("1,5", "2.5")
    with pytest.raises(AmbiguousNumbersError, match="mixed"):
        values("1.234,5", "1,234.5")


def test_what_is_no_number_is_reported_and_what_is_empty_is_missing() -> None:
    numbers, bad = parse_numbers(["1.5", "", "Fonte: IBGE", "12a", "inf", "nan", "1_000", "--5", "0x1F", "."])
    assert numbers[0] == 1.5
    assert np.isnan(numbers[1:]).all()
    assert bad.tolist() == [False, False, True, True, True, True, True, True, True, True]


def test_a_thousands_mark_in_the_wrong_place_is_not_a_number() -> None:
    numbers, bad = parse_numbers(["1,23.5", "1,234.5"], ".")
    assert bad.tolist() == [True, False]
    numbers, bad = parse_numbers(["1.23,5", "1.234,5"], ",")
    assert bad.tolist() == [True, False]
    assert numbers[1] == 1234.5


def test_an_empty_column_is_fine() -> None:
    assert parse_numbers([])[0].shape == (0,)
    numbers, bad = parse_numbers(["", ""])
    assert np.isnan(numbers).all()
    assert not bad.any()


STYLES = {
    "point": (".", ""),
    "comma": (",", ""),
    "English": (".", ","),
    "German": (",", "."),
    "French": (",", "\u202f"),
}


def written(number: float, style: str) -> str:
    decimal, thousands = STYLES[style]
    return f"{number:,.2f}".translate(str.maketrans({",": thousands, ".": decimal}))


@given(
    numbers=st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=30),
    style=st.sampled_from(sorted(STYLES)),
)
def test_two_decimals_read_back_in_every_style(numbers: list[float], style: str) -> None:
    read, bad = parse_numbers([written(n, style) for n in numbers])
    assert not bad.any()
    assert all(
        math.isclose(a, round(b, 2), abs_tol=0.0051) for a, b in zip(read.tolist(), numbers, strict=True)
    )


@given(
    st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=30),
    st.sampled_from([",", ".", " ", "'", ""]),
)
def test_whole_numbers_read_back_with_any_thousands_mark(numbers: list[int], mark: str) -> None:
    texts = [f"{n:,}".replace(",", mark) for n in numbers]
    assert parse_numbers(texts, whole=True)[0].tolist() == numbers


@given(st.lists(st.text(max_size=12), max_size=20))
def test_no_text_ever_breaks_the_reading(texts: list[str]) -> None:
    try:
        numbers, bad = parse_numbers(texts)
    except AmbiguousNumbersError:
        return
    assert numbers.shape == bad.shape == (len(texts),)
    assert not np.isinf(numbers[~bad]).any() or "e" in "".join(texts).lower()
    assert all(np.isnan(numbers[i]) for i in np.flatnonzero(bad))


def test_separators_are_named() -> None:
    how = find_separators("1.234,5\n6,7")
    assert (how.decimal, how.thousands) == (",", ".")
    assert find_separators("12\n13").thousands == ""


@given(st.text(alphabet="0123456789.,% *\n²a[]()-", max_size=12))
def test_footnote_marks_go_whether_or_not_the_last_sign_is_a_digit(text: str) -> None:
    assert without_marks(text) == _MARKS.sub("", text)


def test_a_mark_above_a_line_break_goes_although_the_text_ends_in_a_digit() -> None:
    assert without_marks("12*\n5") == "12\n5"


@given(
    st.lists(
        st.sampled_from(["1", "-2.5", "1.234", "1e5", "1\n2", "1 234", "12 %", "\u22121", "1\n", "."]),
        max_size=12,
    )
)
def test_columns_without_blanks_and_signs_skip_the_tidying_that_others_need(texts: list[str]) -> None:
    tidied = reading._tidy("\n".join(" ".join(text.splitlines()) for text in texts))
    assert reading._one_per_line(texts) == tidied


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,5", 1.5),
        ("2.5", 2.5),
        ("-3,", -3.0),
        ("0.123", 0.123),
        ("1.234,5", 1234.5),
        ("12,345.67", 12345.67),
        ("1234.567", 1234.567),
        ("1.234", None),  # a little, or a thousand times more: listed, not guessed
        ("-12,345", None),
        ("1,23.5", None),  # no group of thousands
        ("1.2.3", None),
        ("1,5 mm", None),
    ],
)
def test_tables_of_several_hands_may_hold_both_decimal_marks(text: str, number: float | None) -> None:
    numbers, bad = parse_numbers([text, "7", ""], ".,")
    assert bad.tolist() == [number is None, False, False]
    assert numbers[1] == 7
    if number is not None:
        assert numbers[0] == number


@given(st.decimals(-99999, 99999, places=2), st.booleans())
def test_either_mark_before_two_digits_is_read_as_it_was_meant(value: Decimal, comma: bool) -> None:
    text = str(value).replace(".", ",") if comma else str(value)
    assert parse_numbers([text, "1,5", "2.5"], ".,")[0][0] == float(value)
