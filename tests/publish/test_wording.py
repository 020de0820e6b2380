"""Numbers, ranges and dates, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.packs.language import speaking
from almena.publish.wording import (
    count_text,
    country_text,
    date_text,
    figure_texts,
    hours_text,
    listed,
    number_text,
    rounded_text,
    sentence,
    share_text,
    step_of,
    unit_text,
    with_unit,
    year_text,
)


@pytest.mark.parametrize(
    "number, decimals, text",
    [
        (1332845, 0, "1,332,845"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (0.125, 2, "0.13"),
        (-0.41, 2, "−0.41"),
        (-0.001, 1, "0.0"),
        (1e6, 0, "1,000,000"),
    ],
)
def test_numbers_have_commas_and_halves_go_up(number: float, decimals: int, text: str) -> None:
    assert number_text(number, decimals) == text


@pytest.mark.parametrize(
    "value, low, high, decimals, texts",
    [
        # A range 35,300 wide is told in thousands.
        (151_607, 134_900, 170_200, 0, ("about 152,000", "135,000–170,000")),
        (2836, 2510, 3170, 0, ("about 2,840", "2,510–3,170")),
        (125, 118, 131, 0, ("about 125", "118–131")),
        (91.23, 88.1, 94.2, 1, ("about 91.2", "88.1–94.2")),
        (64, 41, 87, 1, ("about 64", "41–87")),
        (0.21, 0.02, 0.39, 2, ("about 0.21", "0.02–0.39")),
        (12, -40, 66, 0, ("about 10", "−40 to 70")),
        (1332845, 1332845, 1332845, 0, ("1,332,845", "")),
        (14, None, None, 0, ("14", "")),
        (14.2, 14.1, 14.3, 0, ("14", "")),
    ],
)
def test_ranges_decide_how_a_value_is_rounded(
    value: float, low: float | None, high: float | None, decimals: int, texts: tuple[str, str]
) -> None:
    assert figure_texts(value, low, high, decimals) == texts


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.integers(0, 3))
def test_rounding_moves_a_value_by_at_most_half_a_step_and_a_step_is_a_tenth_of_the_range(
    value: float, width: float, decimals: int
) -> None:
    step = step_of(value, value + width, decimals)
    text = rounded_text(value, step).replace(",", "").replace("−", "-")
    assert abs(float(text) - value) <= step * 0.5000001 + 1e-6
    assert step <= max(abs((value + width) - value) / 10 * 1.000001, 10.0**-decimals)


@pytest.mark.parametrize(
    "period, text, years",
    [
        ("2024-05", "May 2024", "2024"),
        ("2024-05-02", "2 May 2024", "2024"),
        ("2024-04-27/2024-05-05", "27 April to 5 May 2024", "2024"),
        ("2024-05-02/2024-05-10", "2 to 10 May 2024", "2024"),
        ("2023-12-30/2024-01-02", "30 December 2023 to 2 January 2024", "2023–2024"),
        ("2024-05/2024-06", "May to June 2024", "2024"),
        ("2001/2024", "2001–2024", "2001–2024"),
        ("2024", "2024", "2024"),
        ("unknown", "date unknown", "date unknown"),
        ("", "date unknown", "date unknown"),
        ("2024-13", "2024-13", "2024"),
        ("2024-05-05T10:00", "5 May 2024", "2024"),
    ],
)
def test_dates_are_told_in_words(period: str, text: str, years: str) -> None:
    assert date_text(period) == text
    assert year_text(period) == years


def test_units_know_one_and_many() -> None:
    assert unit_text("persons", 1) == "person"
    assert with_unit("2", "schools").replace("\u00a0", " ") == "2 schools"
    assert with_unit("61", "%") == "61\u202f%"
    assert unit_text("parsecs") == "parsecs"


def test_shares_are_never_rounded_to_none_or_all() -> None:
    assert share_text(0.004).startswith("under 1")
    assert share_text(0.999).startswith("over 99")
    assert share_text(1.0).startswith("100")
    assert share_text(0.0).startswith("0")


def test_lists_and_sentences() -> None:
    assert listed(["a", "b", "", "a", "c"]) == "a, b and c"
    assert listed(["a"]) == "a"
    assert listed([]) == ""
    assert listed("abcde", most=2) == "a, b and 3 more"
    assert sentence(" no file ") == "No file."
    assert sentence("Why?") == "Why?"
    assert hours_text(1).replace("\u00a0", " ") == "1 hour"
    assert hours_text(2.5).replace("\u00a0", " ") == "2.5 hours"


@pytest.mark.parametrize(
    "value, low, high, decimals, texts",
    [
        (263, 245, 287.35, 0, ("263", "245–287")),
        (535, 481.5, 588.5, 0, ("535", "482–589")),
        (111.722, 109.49, 113.96, 1, ("111.7", "109.5–114.0")),
        (18_872, 17_402, 20_360, 0, ("18,872", "17,402–20,360")),
        (-0.46, -0.6, 0.1, 2, ("−0.46", "−0.60 to 0.10")),
        (59.95, 59.95, 59.95, 1, ("60.0", "")),
        (14.2, 14.1, 14.3, 0, ("14", "")),
        (14, None, None, 0, ("14", "")),
    ],
)
def test_what_was_counted_or_measured_keeps_its_digits(
    value: float, low: float | None, high: float | None, decimals: int, texts: tuple[str, str]
) -> None:
    assert figure_texts(value, low, high, decimals, rounded=False) == texts


@pytest.mark.parametrize(
    "value, decimals, text",
    [(0.106, 0, "under 1"), (0.04, 1, "under 0.1"), (0.0, 0, "0"), (0.5, 0, "1"), (0.0, 2, "0.00")],
)
def test_little_is_not_told_as_none_and_none_is(value: float, decimals: int, text: str) -> None:
    assert figure_texts(value, None, None, decimals)[0] == text


@given(st.floats(0, 1e6), st.floats(0, 1e5), st.integers(0, 2))
def test_a_count_is_never_said_to_be_about(value: float, width: float, decimals: int) -> None:
    told, _ = figure_texts(value, value - width, value + width, decimals, rounded=False)
    assert "about" not in told
    if not told.startswith("under"):
        assert abs(float(told.replace(",", "")) - value) <= 0.5 * 10.0**-decimals * 1.000001


@pytest.mark.parametrize(
    "period, text",
    [
        ("2024-05-02/2024-05-02", "2 May 2024"),
        ("2024-05-02/2024-06-02", "2 May to 2 June 2024"),
        ("2023-05-02/2024-05-02", "2 May 2023 to 2 May 2024"),
        ("2023-08/2024-05-06", "August 2023 to 6 May 2024"),
        ("2024-01/2024-05", "January to May 2024"),
        ("2019-03-01/2019-12-31", "1 March to 31 December 2019"),
    ],
)
def test_spans_say_what_their_ends_share_once(period: str, text: str) -> None:
    assert date_text(period) == text


def test_small_counts_are_words_and_large_ones_figures() -> None:
    assert [count_text(n) for n in (0, 1, 5, 9, 10, 1200)] == ["no", "one", "five", "nine", "10", "1,200"]


@pytest.mark.parametrize(
    ("language", "code", "told"),
    [
        ("en", "BRA", "Brazil"),
        ("pt", "BRA", "Brasil"),
        ("pt", "MCO", "Mônaco"),
        ("en", "ZZZ", "country not known"),
    ],
)
def test_countries_are_told_by_their_names(language: str, code: str, told: str) -> None:
    with speaking(language):
        assert country_text(code) == told
