"""Whatever way a number, a day or a name is written, it is read as a careful person reads it, or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.ask.words import TODAY, content, counts, read, table

from almena.ask.days import NOT_A_DAY, SERIAL, TWO_ORDERS, YEAR_ASSUMED, Day, read_days
from almena.ask.figures import NEGATIVE, NOT_A_NUMBER, NOT_WHOLE, TWO_WAYS, read_figures
from almena.ask.naming import Names, heard, parts_of, slug, steps_between

MARKS = st.sampled_from([",", ".", " ", "\u00a0", "'", ""])


def grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


# ------------------------------------------------------------------------------------------ numbers
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8), MARKS)
def test_whole_numbers_are_read_in_every_way_of_grouping(numbers: list[int], mark: str) -> None:
    assert read_figures([grouped(n, mark) for n in numbers], whole=True) == numbers


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 99)), min_size=1), st.sampled_from([",.", ".,"])
)
def test_amounts_with_decimals_are_read_by_either_mark(amounts: list[tuple[int, int]], marks: str) -> None:
    thousands, decimal = marks
    texts = [f"{grouped(whole, thousands)}{decimal}{cents:02}" for whole, cents in amounts]
    found = read_figures(texts, whole=False)
    assert found == [float(f"{whole}.{cents:02}") for whole, cents in amounts]


@given(st.lists(st.one_of(st.none(), st.integers(0, 9999), st.text(max_size=6))), st.booleans())
def test_every_cell_is_a_number_a_gap_or_a_reason(cells: list[Any], whole: bool) -> None:
    found = read_figures(cells, whole=whole)
    assert len(found) == len(cells)
    for cell, value in zip(cells, found, strict=True):
        if isinstance(value, float):
            digits = "".join(c for c in str(cell) if c.isdigit())
            assert digits
            assert value >= 0
            assert not whole or value.is_integer()


@pytest.mark.parametrize(
    "cells, whole, expected",
    [
        (["1.234"], True, [1234]),
        (["1.234"], False, [TWO_WAYS]),
        (["1.234", "12,5"], False, [1234, 12.5]),
        (["1.234", "12.5"], False, [1.234, 12.5]),
        (["1,234", "12,50"], False, [1.234, 12.5]),
        (["1.234.567"], False, [1234567]),
        (["1.234", "0.5"], True, [TWO_WAYS, NOT_WHOLE]),
        (["1.234,5", "1,234.5", "1.234"], False, [1234.5, 1234.5, TWO_WAYS]),
        (["0,123", "1234.567"], False, [0.123, 1234.567]),
        (["12,5"], True, [NOT_WHOLE]),
        ([12.0, 12.5, 3], True, [12, NOT_WHOLE, 3]),
        (["-5", "\u22125", -1], True, [NEGATIVE] * 3),
        (["", None, "-", "n/a", "s/d"], True, [None] * 5),
        (
            ["about 80", "80-90", "12 mil", "1.2.3", True, "1,23,456", "inf", "٣"],
            True,
            [NOT_A_NUMBER] * 7 + [3],
        ),
        ([float("nan")], False, [NOT_A_NUMBER]),
    ],
)
def test_numbers_by_hand(cells: list[Any], whole: bool, expected: list[Any]) -> None:
    assert read_figures(cells, whole=whole) == expected


# ------------------------------------------------------------------------------------------ days
DATES = st.dates(dt.date(1950, 1, 1), TODAY)
FORMATS = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}


def days(cells: list[Any], order: str = "") -> list[Any]:
    return read_days(cells, order=order, latest=TODAY).values


@given(st.lists(DATES, min_size=1), st.sampled_from(sorted(FORMATS)), st.sampled_from("/-."))
def test_one_order_in_a_column_is_found_or_the_open_days_are_refused(
    dates: list[dt.date], order: str, mark: str
) -> None:
    found = days([date.strftime(FORMATS[order]).replace("/", mark) for date in dates])
    is_told = any(date.day > 12 for date in dates)
    for date, value in zip(dates, found, strict=True):
        if is_told or date.day == date.month:
            assert isinstance(value, Day)
            assert value.start == date.isoformat()
        else:
            assert value == TWO_ORDERS


@given(
    st.lists(st.tuples(DATES, st.sampled_from(sorted(FORMATS))), min_size=1), st.sampled_from(sorted(FORMATS))
)
def test_a_stated_order_reads_the_open_days_and_never_another_day_than_is_written(
    dates: list[tuple[dt.date, str]], stated: str
) -> None:
    found = days([date.strftime(FORMATS[order]) for date, order in dates], stated)
    for (date, order), value in zip(dates, found, strict=True):
        assert isinstance(value, Day)
        if date.day > 12 or order == stated:
            assert value.start == date.isoformat()
        else:
            assert value.start == date.replace(day=date.month, month=date.day).isoformat()


@given(DATES)
def test_years_of_two_digits_are_the_last_that_have_been(date: dt.date) -> None:
    (value,) = days([date.strftime("%m/%d/%y")], "mdy")
    year = int(value.start[:4])
    assert year % 100 == date.year % 100
    assert value.start <= TODAY.isoformat()
    assert (year + 100, date.month, date.day) > (TODAY.year, TODAY.month, TODAY.day)


@pytest.mark.parametrize(
    "cell, start, precision",
    [
        ("2019-05-12", "2019-05-12", "day"),
        ("2019/5/2", "2019-05-02", "day"),
        ("2019-05-12T10:30:00", "2019-05-12", "day"),
        ("2019-05", "2019-05", "month"),
        ("05/2019", "2019-05", "month"),
        ("2019", "2019", "year"),
        (2019, "2019", "year"),
        (2019.0, "2019", "year"),
        (dt.datetime(2019, 5, 12, 3), "2019-05-12", "day"),
        (dt.date(2019, 5, 12), "2019-05-12", "day"),
        ("12 May 2019", "2019-05-12", "day"),
        ("May 12, 2019", "2019-05-12", "day"),
        ("3rd May 2019", "2019-05-03", "day"),
        ("12 de maio de 2019", "2019-05-12", "day"),
        ("maio de 2019", "2019-05", "month"),
        ("12 de febrero de 2019", "2019-02-12", "day"),
        ("1er août 2019", "2019-08-01", "day"),
        ("13/5/2019 14:00", "2019-05-13", "day"),
    ],
)
def test_days_by_hand(cell: Any, start: str, precision: str) -> None:
    assert days([cell]) == [Day(start, precision)]


@pytest.mark.parametrize(
    "cell", ["2019-02-30", "31/4/2019", "13/13/2019", "spring 2019", "May", "2019-13", "1/2/3/4"]
)
def test_what_no_calendar_knows_is_refused(cell: str) -> None:
    assert days([cell]) == [NOT_A_DAY]


def test_a_serial_number_is_not_taken_for_a_day() -> None:
    assert days([43597, True, "", None, "n/a"]) == [SERIAL, NOT_A_DAY, None, None, None]


def test_a_first_of_january_that_many_rows_share_stands_for_its_year() -> None:
    shared = ["1/1/2001", "1/1/2002", "1/1/2003", "25/12/2004"]
    assert [d.precision for d in days(shared)] == [YEAR_ASSUMED] * 3 + ["day"]
    assert [d.precision for d in days(shared[1:])] == ["day"] * 3
    many = [*shared, *(f"25/{i % 12 + 1}/2010" for i in range(57))]
    assert {d.precision for d in days(many)} == {"day"}


def test_a_column_that_says_both_orders_leaves_open_days_open() -> None:
    found = days(["13/2/2019", "2/13/2019", "3/4/2019"])
    assert [getattr(d, "start", d) for d in found] == ["2019-02-13", "2019-02-13", TWO_ORDERS]


def test_real_dates_among_texts_are_doubted() -> None:
    found = read_days([dt.date(2019, 5, 3), "13/5/2019"], order="", latest=TODAY)
    assert "may have swapped day and month" in " ".join(found.notes)


def test_a_stated_order_that_the_file_contradicts_is_said() -> None:
    found = read_days(["13/5/2019"], order="mdy", latest=TODAY)
    assert "contradict the order mdy" in " ".join(found.notes)


# ------------------------------------------------------------------------------------------ names
PLACES = Names(
    {
        "water": ("Water supply", "3.2.1"),
        "waste": ("Solid waste", "3.3"),
        "roads": ("Roads, streets & lanes",),
    }
)


@pytest.mark.parametrize(
    "text, identity",
    [
        ("water supply", "water"),
        ("WATER  SUPPLY ", "water"),
        ("3.2.1", "water"),
        ("Water suply", "water"),
        ("Wtaer supply", "water"),
        ("ater supply", "water"),
        ("roads, streets and lanes", "roads"),
        ("3.2.2", ""),
        ("wst", ""),
        ("Air", ""),
        ("", ""),
    ],
)
def test_names_by_hand(text: str, identity: str) -> None:
    assert PLACES.find(text).id == identity


def test_a_name_that_is_near_to_two_is_neither() -> None:
    names = Names({"a": ("Fluvial flood",), "b": ("Pluvial flood",)})
    match = names.find("Fluvial floood")
    assert (match.ids, match.like) == ((), ("Fluvial flood", "Pluvial flood"))
    assert names.find("Fluvial flood").id == "a"


def test_names_with_different_digits_are_different_things() -> None:
    assert Names({"a": ("Programme 2020",)}).find("Programme 2021").ids == ()


@pytest.mark.parametrize(
    "cell, ids",
    [
        ("Water supply, Solid waste", ["water", "waste"]),
        ("Water supply; Solid waste|Roads, streets & lanes", ["water", "waste", "roads"]),
        ("Roads, streets & lanes, Water supply", ["roads", "water"]),
        ("3.2.1\n3.3", ["water", "waste"]),
        ("Water suply, Air", ["water", ""]),
        (" ; ,", []),
    ],
)
def test_several_names_in_one_cell(cell: str, ids: list[str]) -> None:
    assert [match.id for _, match in parts_of(cell, PLACES)] == ids


WORDS = st.lists(
    st.sampled_from(["Water supply", "Solid waste", "Roads, streets & lanes"]), min_size=1, unique=True
)


@given(WORDS, st.sampled_from([",", ", ", ";", " ; ", "|", "\n"]))
def test_any_separator_gives_the_names_back_in_their_order(words: list[str], mark: str) -> None:
    found = [match.id for _, match in parts_of(mark.join(words), PLACES)]
    assert found == [PLACES.find(word).id for word in words]


@given(st.text("abcde", min_size=5, max_size=14), st.data())
def test_one_slip_of_the_pen_is_one_step(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    kind = data.draw(st.sampled_from(["drop", "add", "change", "swap"]))
    slips = {
        "drop": word[:place] + word[place + 1 :],
        "add": word[:place] + "x" + word[place:],
        "change": word[:place] + "x" + word[place + 1 :],
        "swap": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    }
    assume(slips[kind] != word)
    assert steps_between(word, slips[kind]) == steps_between(slips[kind], word) == 1
    assert Names({"it": (word,)}).find(slips[kind]).id == ("it" if len(slips[kind]) >= 5 else "")


@given(st.text(max_size=80))
def test_a_slug_is_readable_and_short(text: str) -> None:
    made = slug(text)
    assert len(made) <= 60
    assert made == made.strip("-")
    assert heard(text) == "" or made or "and" in text


# ------------------------------------------------------------------------------------------ whole tables
CELLS = st.sampled_from(
    ["", "5", "1.234", "x", "Economy", "Economy,Mobility", "Fluvial Flood", "Meteor", "13/5/19", "2019"]
)
ROWS = st.lists(st.lists(CELLS, min_size=0, max_size=8), max_size=12)


@given(ROWS)
def test_rows_read_are_rows_accepted_set_aside_and_refused(rows: list[list[str]]) -> None:
    head = "subtype;date;people_directly_affected;urban_elements;casualties;injured"
    found = read(table("a_shocks.csv", "\n".join([head, *map(";".join, rows)])))
    filled = sum(any(cell.strip() for cell in row) for row in rows)
    ((number, accepted, aside, refused),) = counts(found)
    assert number == filled == accepted + aside + refused
    assert len(content(found, "shocks")) == accepted
    assert len({one.rows for one in found.refused}) == refused
    assert len(found.set_aside) == aside
    for shock in content(found, "shocks").values():
        assert all(isinstance(shock.get(name, 0), int) for name in ("people_direct", "deaths", "injured"))
        assert set(shock.get("elements", [])) <= {"economy", "mobility"}


def plain_steps(one: str, other: str) -> int:
    """Return the steps between two words by the definition alone."""
    if not one or not other:
        return len(one) + len(other)
    options = [
        plain_steps(one[1:], other) + 1,
        plain_steps(one, other[1:]) + 1,
        plain_steps(one[1:], other[1:]) + (one[0] != other[0]),
    ]
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        options.append(plain_steps(one[2:], other[2:]) + 1)
    return min(options)


@given(st.text("ab c", max_size=6), st.text("ab c", max_size=6), st.integers(0, 4))
def test_steps_are_those_of_the_definition_as_far_as_they_matter(one: str, other: str, most: int) -> None:
    steps = plain_steps(one, other)
    assert steps_between(one, other) == steps
    assert steps_between(one, other, most) == min(steps, most + 1)
