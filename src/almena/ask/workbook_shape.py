"""How a questionnaire lies in a workbook: names of sheets, hidden ids, columns."""

from __future__ import annotations

from almena.model.question import (
    COLOUR,
    COMMENT,
    IMPORTANCE,
    QUALITY,
    SCALE,
    SOURCE,
    SOURCE_TYPE,
    STATUS,
    VALUE,
    YEAR,
)

QUESTIONS, LISTS, FORM = "Questions", "_lists", "_form"
"""Names of the sheets with the questions (kept in every language, so that it is found again), lists, and form facts."""
ID, PART, VERSION = "id", "part", "version"
CODE, HEADING, TEXT = "code", "heading", "question"
SHOWN = (CODE, HEADING, TEXT)
FREE = (VALUE, STATUS, SOURCE, YEAR, SOURCE_TYPE, SCALE, QUALITY, IMPORTANCE, COLOUR, COMMENT)
HIDDEN = (ID, PART, VERSION)
COLUMNS = (*HIDDEN, *SHOWN, VALUE, "unit", *FREE[1:])
"""Columns of the sheet of questions from the left; their ids stand in the hidden first row."""
KEY_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3
GRID_KEY = "grid"
"""First words of a grid's hidden corner cell, before the id of its question."""
GRID_PART = "@grid"
"""What stands in the hidden column of parts when the answer is on a sheet of its own."""
TREND_LINES = 12
ROWS_READ, COLUMNS_READ = 20_000, 60
"""A sheet that claims more was not made by us."""

FORM_ID, FORM_VERSION, FORM_INSTRUMENT, FORM_LANGUAGE, FORM_OFFICE = (
    "form", "version", "instrument", "language", "office",
)  # fmt: skip
FILLED_BY, HAND_IN, FIRST = "filled_by", "hand_in", "1"
"""Rows of the sheet of form facts; the last two stand, for a person, on the first sheet."""
COVER_KEYS = (FILLED_BY, HAND_IN)


def grid_name(number: int, code: str) -> str:
    """Return the name of the sheet of a table or trend, by its number in the form and its code."""
    plain = "".join(c if c not in "[]:*?/\\'" else " " for c in code)
    return f"T{number} {plain}"[:31].strip()
