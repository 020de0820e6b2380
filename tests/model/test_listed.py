"""Rows and cells that were left out, counted and named."""

from __future__ import annotations

from almena.model.listed import Listed, rows_listed
from almena.model.problem import Problem

ROWS = Listed("it is a total", ("row 3", "row 9"), (3, 9))
CELLS = Listed("it is no number", ("B2",), (2,), 2, texts=("x",))


def test_only_whole_rows_count_as_rows() -> None:
    assert (len(ROWS), ROWS.is_rows) == (2, True)
    assert (len(CELLS), CELLS.is_rows) == (1, False)
    assert rows_listed((ROWS, CELLS)) == 2
    assert rows_listed(()) == 0


def test_the_file_can_be_named() -> None:
    assert ROWS.of("a.csv").file == "a.csv"
    assert ROWS.of("a.csv").where == ROWS.where


def test_a_problem_with_cells_shows_its_four_texts_and_equals_one_without() -> None:
    bare, marked = Problem("what", "where"), Problem("what", "where", listed=(CELLS,))
    assert marked == bare
    assert marked.as_dict() == {"what": "what", "where": "where", "why": "", "remedy": ""}
    assert Problem(**marked.as_dict()) == bare
