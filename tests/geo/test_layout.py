"""Where a table lies on a sheet, worked out by hand, and what must hold whatever the sheet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.geo.layout import goes_on, header_names, lay_out, side_by_side, text
from almena.geo.strays import is_tag_row, is_unit_row

TWO_LISTS = [
    ["name", "persons", None, "clinic", "beds"],
    ["a", 1, None, "X", 4],
    ["b", 2, None, None, None],
]


def test_blank_columns_part_lists() -> None:
    assert side_by_side(TWO_LISTS) == [(0, 1), (3, 4)]
    assert side_by_side([["a", "", "b"]]) == [(0,), (2,)]
    assert side_by_side([]) == [()]


def test_the_list_that_bears_the_names_gives_the_rows() -> None:
    first = lay_out(TWO_LISTS, ["name", "persons"])
    second = lay_out(TWO_LISTS, ["clinic", "beds"])
    assert (first.columns, first.rows) == ((0, 1), (1, 2))
    assert (second.columns, second.rows) == ((3, 4), (1,))
    both = lay_out(TWO_LISTS, ["name", "beds"])
    assert (both.columns, both.rows) == ((0, 1, 3, 4), (1, 2))


def test_numbers_name_columns_as_well() -> None:
    assert lay_out(TWO_LISTS, [4, 5]).columns == (3, 4)
    assert lay_out(TWO_LISTS, ["4+5"]).columns == (3, 4)


def test_lists_that_both_bear_the_names_are_rivals() -> None:
    twice = [["name", "n", None, "name", "n"], ["a", 1, None, "b", 2]]
    assert lay_out(twice, ["name", "n"]).rivals == 2
    assert lay_out(twice, ["name", 5]).rivals == 1


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["name", "n"], ["a", 1]], 1),
        ([["Title"], [], ["name", "n"], ["a", 1], ["b", 2]], 3),
        ([["a", 1], ["b", 2]], 0),
        ([["place", 1990, 2000], ["a", 1, 2], ["b", 3, 4]], 1),
        ([[1990, 2000], [1, 2]], 0),
        ([["place", "men", None], [None, 2010, 2022], ["a", 1, 2]], 2),
    ],
)
def test_the_header_is_the_first_row_as_wide_as_the_table_without_numbers(
    rows: list[list[Any]], header: int
) -> None:
    assert lay_out(rows).header == header


def test_names_of_the_kit_find_the_header_anywhere() -> None:
    rows = [["x", "y"], ["1", "2"], ["name", "n"], ["a", "1"]]
    assert lay_out(rows, ["name", "n"]).header == 3
    assert lay_out(rows, ["name", "n"], header=1).header == 1


GROUPS = [[None, "2010", None, "2022", None], ["name", "men", "women", "men", "women"], ["a", 1, 2, 3, 4]]


def test_groups_reach_to_the_next_text() -> None:
    names, levels = header_names(GROUPS, 2, range(5))
    assert names == ("name", "2010 / men", "2010 / women", "2022 / men", "2022 / women")
    assert levels == 2


def test_merged_cells_say_how_far_a_group_reaches() -> None:
    rows = [[None, "2010", None, None], ["name", "men", "women", "men"], ["a", 1, 2, 3]]
    assert header_names(rows, 2, range(4))[0] == ("name", "men", "women", "men")
    merged = [(0, 1, 0, 2)]
    assert header_names(rows, 2, range(4), merged)[0] == ("name", "2010 / men", "2010 / women", "men")


def test_three_header_rows() -> None:
    rows = [
        [None, "Census", None, "Survey", None],
        [None, "old", "young", "old", "young"],
        ["name", "n", "n", "n", "n"],
        ["a", 1, 2, 3, 4],
    ]
    names, levels = header_names(rows, 3, range(5))
    assert names[1:] == ("Census / old / n", "Census / young / n", "Survey / old / n", "Survey / young / n")
    assert levels == 3


def test_a_title_over_everything_is_no_group() -> None:
    rows = [["Census of 2022", None, None], ["name", "n", "n"], ["a", 1, 2]]
    assert header_names(rows, 2, range(3)) == (("name", "n", "n"), 1)
    assert header_names(rows, 2, range(3), [(0, 0, 0, 2)]) == (("name", "n", "n"), 1)


def test_a_row_of_words_over_words_carries_no_header_on() -> None:
    assert not goes_on([["name", "kind"], ["a", "b"], ["c", "d"]], 0, range(2))
    assert not goes_on([["name", None], ["a", "b"], ["c", "d"]], 0, range(2))
    assert goes_on(GROUPS, 0, range(5))


def test_cells_as_texts() -> None:
    assert [text([2010.0, 1.5, None, float("nan"), " a "], c) for c in range(6)] == [
        "2010",
        "1.5",
        "",
        "",
        "a",
        "",
    ]


@pytest.mark.parametrize(
    ("row", "tags", "units"),
    [
        (["#adm1+name", "#population +f"], True, False),
        (["#1", "note"], False, False),
        (["mm", "km/h", "1"], False, True),
        (["(mm)", "[years]"], False, True),
        (["1", "1"], False, False),
        (["mm", "Centro"], False, False),
        ([], False, False),
    ],
)
def test_tags_and_units(row: list[str], tags: bool, units: bool) -> None:
    assert (is_tag_row(row), is_unit_row(row)) == (tags, units)


LABELLED = [
    ["name", "n"],
    ["a", 2],
    ["b", 3],
    ["Total", 5],
    ["c", 4],
    ["Grand total", 9],
    ["Source: us", None],
]


def test_totals_and_notes_are_set_aside_with_their_reasons() -> None:
    found = lay_out(LABELLED)
    assert found.rows == (1, 2, 4)
    assert {stray.why[:12]: stray.rows for stray in found.strays} == {
        "it is a note": (6,),
        "it is a tota": (3, 5),
    }
    assert lay_out(LABELLED, kept=frozenset({"total"})).rows == (1, 2, 3, 4)


def test_nothing_is_set_aside_without_a_header() -> None:
    assert lay_out(LABELLED[1:], header=0).rows == (0, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(("value", "stays"), [(5, False), (5.01, False), (5.1, True), (0, True)])
def test_longer_labels_must_add_up_within_rounding(value: float, stays: bool) -> None:
    rows = [["name", "n"], ["a", 2], ["b", 3], ["Total of the two", value], ["c", 1]]
    assert (3 in lay_out(rows).rows) == stays


CELLS = st.one_of(
    st.none(),
    st.just(""),
    st.integers(-5, 5),
    st.sampled_from(["a", "Total", "#x", "mm", "2010", "Source: x", "1,5"]),
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=10), st.one_of(st.none(), st.integers(0, 4)))
def test_every_filled_row_below_the_header_is_a_row_or_a_stray(
    rows: list[list[Any]], header: int | None
) -> None:
    found = lay_out(rows, header=None if header is None else min(header, len(rows)))
    aside = [r for stray in found.strays for r in stray.rows]
    filled = [i for i in range(found.header, len(rows)) if any(c not in (None, "") for c in rows[i])]
    assert sorted([*found.rows, *aside]) == filled
    assert len(set(aside)) == len(aside)
    assert len(found.names) == max(map(len, rows), default=0)
