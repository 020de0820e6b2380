"""Numbers, choices, codes: each accepted value is what a careful person reads; nothing is guessed."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ask.town_hall import instrument

from almena.ask.choosing import choice_of, choices_of, letter_of
from almena.ask.numbers import UnreadableError, number_of, number_text, tidy, year_of
from almena.ask.short_codes import find_question, short_codes
from almena.ask.values import text_of
from almena.model.problem import Problem

WHOLE = instrument()
BARRIERS = WHOLE.by_id()["demo.5.1.1.5"].choices


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", 12), ("12,5", 12.5), ("12.5", 12.5), ("1 234,5", 1234.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5),
        ("1.234.567", 1234567), ("1,234,567", 1234567), ("0.125", 0.125), ("0,125", 0.125), ("-3", -3), ("45 %", 45),
        ("12 km", 12), ("1234.567", 1234.567), ("1e3", 1000), ("1\u202f234", 1234), (7, 7), (7.0, 7), ("1.2340", 1.234),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(written: Any, number: float) -> None:
    found = number_of(written, unit="km")
    assert found == number
    assert isinstance(found, int) == float(number).is_integer()


@pytest.mark.parametrize(
    "written",
    ["1.234", "1,234", "12.500", "twelve", "", "nan", "inf", float("nan"), float("inf"), True,
     datetime.date(2020, 5, 1), "1.23.456", "1,234,5", "12 miles", 1.7976931348623157e308],
)  # fmt: skip
def test_what_may_be_read_in_two_ways_or_not_at_all_is_refused(written: Any) -> None:
    with pytest.raises(UnreadableError) as refused:
        number_of(written, unit="km")
    assert refused.value.why
    assert refused.value.remedy


def test_a_doubtful_number_names_both_readings() -> None:
    with pytest.raises(UnreadableError) as refused:
        number_of("1.234")
    assert refused.value.why == "'1.234' may be 1234 or 1 point 234"
    assert refused.value.remedy == "Write 1234, or 1.2340 for the decimal number."
    assert number_of("1.234", exact=True) == 1.234  # a machine wrote it


@given(st.floats(-1e300, 1e300))
def test_a_number_written_by_a_machine_comes_back_to_the_last_digit(value: float) -> None:
    kept = tidy(value)
    assert number_of(number_text(kept), exact=True) == kept
    assert abs(kept - value) <= abs(value) * 1e-14


@pytest.mark.parametrize(
    ("raw", "year"), [(2021, 2021), ("2021", 2021), (2021.0, 2021), (datetime.date(2021, 3, 1), 2021)]
)
def test_a_year_is_a_year(raw: Any, year: int) -> None:
    assert year_of(raw) == year


@pytest.mark.parametrize("raw", ["21", "2019-2020", 12021, "in 2021", 1799, 2101])
def test_what_is_no_year_is_refused(raw: Any) -> None:
    with pytest.raises(UnreadableError):
        year_of(raw)


@pytest.mark.parametrize(
    "raw", ["money", "MONEY", "Financial capacity", " financial  capacity ", "a", "a)", "A."]
)
def test_a_choice_is_found_by_id_name_and_letter(raw: str) -> None:
    assert choice_of(raw, BARRIERS).id == "money"


def test_an_unknown_choice_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnreadableError) as refused:
        choice_of("Finanical capacity", BARRIERS)
    assert refused.value.remedy == "Did you mean 'Financial capacity'?"
    with pytest.raises(UnreadableError) as refused:
        choice_of("xyz", BARRIERS)
    assert refused.value.remedy.startswith("Write one of: Financial capacity;")


@pytest.mark.parametrize(
    "raw",
    ["other-things; money", "a; c", "a, c", "a c", "money|Other", "money\nother-things", ["other-things", "money"],
     "other-things money"],
)  # fmt: skip
def test_several_choices_are_kept_in_the_order_of_the_list(raw: Any) -> None:
    assert [c.id for c in choices_of(raw, BARRIERS)] == ["money", "other-things"]


def test_a_choice_with_a_comma_in_its_name_stays_whole() -> None:
    assert [c.id for c in choices_of("Normative frameworks, institutions", BARRIERS)] == ["norms"]


@pytest.mark.parametrize("position", range(60))
def test_each_position_has_a_letter_of_its_own(position: int) -> None:
    assert letter_of(position) not in [letter_of(i) for i in range(position)]


def test_a_text_is_composed_and_has_plain_line_ends() -> None:
    assert text_of(" A\u0301gua\r\nlimpa ") == "Água\nlimpa"
    assert text_of(12.0) == "12"
    with pytest.raises(UnreadableError):
        text_of("bell\x07")
    with pytest.raises(UnreadableError):
        text_of("x" * 30_001)


def _found(written: str) -> tuple[str, list[Problem]]:
    problems: list[Problem] = []
    question = find_question(written, WHOLE, "row 5", problems)
    return (question.id if question else ""), problems


def test_a_question_is_found_by_id_code_and_paper_code() -> None:
    code = short_codes(WHOLE.questions)["demo.5.1.1.2"]
    for written in ("demo.5.1.1.2", "5.1.1.2", code, code.lower(), f" {code} "):
        assert _found(written) == ("demo.5.1.1.2", [])


@given(st.sampled_from(WHOLE.questions), st.integers(0, 6), st.sampled_from("0123456789"))
def test_a_wrong_sign_in_a_paper_code_is_noticed(question: Any, at: int, sign: str) -> None:
    code = short_codes(WHOLE.questions)[question.id]
    wrong = code[:at] + sign + code[at + 1 :]
    if code[at] == "." or wrong == code:
        return
    found, problems = _found(wrong)
    assert found == ""
    assert "row 5" in problems[0].where


def test_an_unknown_code_names_the_nearest() -> None:
    found, problems = _found("5.1.1.99")
    assert found == ""
    assert "5.1.1." in problems[0].remedy
