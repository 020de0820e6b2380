"""The workbook that goes back: marked cells, a sheet with the list, and nothing in it that could run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almena.model.listed import OWN_SHEET, Listed
from almena.model.problem import Problem
from almena.publish.marked_workbook import FAULTY, REFUSED, SET_ASIDE, mark_workbook, title_of

CELLS = {"People": [["name", "n"], ["a", "x"], ["Total", 3]]}
BAD = Listed("it is no number", ("B2",), (2,), 2, "People", "n", ("x",), "Correct the cell.")
TOTAL = Listed("it is a total", ("row 3",), (3,), 0, "People")


def colour(book: Any, sheet: str, cell: str) -> str:
    return str(book[sheet][cell].fill.fgColor.rgb)


def test_each_kind_of_finding_has_its_colour_and_its_line(tmp_path: Path) -> None:
    refused = Problem(
        "The column is unusable", "a.csv", "why", "do", (Listed("odd", ("A2",), (2,), 1, "People"),)
    )
    book = openpyxl.load_workbook(mark_workbook(None, CELLS, [BAD, TOTAL], [refused], tmp_path / "out.xlsx"))
    assert (colour(book, "People", "B2"), colour(book, "People", "A2")) == (FAULTY, REFUSED)
    assert [colour(book, "People", c) for c in ("A3", "B3")] == [SET_ASIDE] * 2
    assert book["People"]["B2"].comment.text == "it is no number. Correct the cell."
    assert book["People"]["A3"].comment is None
    lines = [tuple(c or "" for c in row) for row in book[OWN_SHEET].iter_rows(min_row=2, values_only=True)]
    assert lines == [
        ("", "a.csv", "", "The column is unusable", "why", "do"),
        ("People", "B2", "n", "x", "it is no number", "Correct the cell."),
        ("People", "row 3", "", "", "it is a total", ""),
    ]


def test_nothing_found_is_said(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(mark_workbook(None, CELLS, [], [], tmp_path / "out.xlsx"))
    assert book[OWN_SHEET]["A2"].value == "Nothing was left out."


def test_a_finding_about_an_unknown_sheet_is_listed_and_marks_nothing(tmp_path: Path) -> None:
    lost = Listed("odd", ("B2",), (2,), 2, "Elsewhere", remedy="Look.")
    book = openpyxl.load_workbook(mark_workbook(None, CELLS, [lost], [], tmp_path / "out.xlsx"))
    assert colour(book, "People", "B2") != FAULTY
    assert book[OWN_SHEET]["A2"].value == "Elsewhere"


def test_merged_cells_can_be_marked(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "People"
    for row in CELLS["People"]:
        book.active.append(row)
    book.active.merge_cells("A2:B2")
    book.save(tmp_path / "own.xlsx")
    out = openpyxl.load_workbook(
        mark_workbook(tmp_path / "own.xlsx", {}, [BAD, TOTAL], [], tmp_path / "out.xlsx")
    )
    assert out["People"].merged_cells.ranges
    assert colour(out, "People", "A3") == SET_ASIDE


@pytest.mark.parametrize(
    ("name", "title"),
    [("a/b:c*?[x]", "a b c   x"), ("x" * 40, "x" * 31), ("'", "Sheet"), ("", "Sheet"), ("São", "São")],
)
def test_titles_that_a_sheet_may_have(name: str, title: str) -> None:
    assert title_of(name) == title


TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["=1+1", "+1", "-1", "@a", "\t=1", "＝1", "a\x00b", "\ud800".encode("utf-8", "replace").decode()]
    ),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(TEXTS, max_size=3), max_size=4), TEXTS)
def test_no_text_becomes_a_formula_or_breaks_the_file(
    tmp_path: Path, rows: list[list[str]], text: str
) -> None:
    one = Listed("why", ("A1",), (1,), 1, "S", texts=(text,), remedy="do")
    book = openpyxl.load_workbook(mark_workbook(None, {"S": rows}, [one], [], tmp_path / "out.xlsx"))
    for page in book.worksheets:
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            shown = book["S"].cell(row, column).value
            if value.isprintable() and value.strip() == value:
                assert shown == (value or None)
