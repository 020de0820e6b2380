"""Empty workbooks for registers: one sheet each, with the words that may be chosen."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from almena.model.listed import LISTS_SHEET
from almena.packs.language import say
from almena.packs.words import pack_rows

ROWS = 500
WIDTH = 22
SINGLE = ("hazard", "element", "component", "stakeholder", "priority", "stress", "stressor")
MANY = frozenset(("hazards", "elements", "components", "stakeholders", "priorities", "stressors"))
CITATION = "citation"
AUTHOR = "Almena"


def template_of(
    registers: Sequence[str], choices: Mapping[str, Sequence[str]], things: Mapping[str, Sequence[str]]
) -> bytes:
    """
    Return an empty workbook.

    Parameters
    ----------
    registers : sequence of str
        Registers, one sheet each, named like them.
    choices : mapping of str to sequence of str
        Steps of scales and lists.
    things : mapping of str to sequence of str
        What may be named, by type of field.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    pages = {name: book.create_sheet(name) for name in registers}
    lists = _Lists(book)
    for name, page in pages.items():
        fields = [row for row in pack_rows("registers.csv") if row["register"] == name]
        for place, field in enumerate(fields, 1):
            _head(page, place, field["field"], _meaning(field))
            is_choice = field["type"] == "choice"
            words = choices.get(field["list"], ()) if is_choice else things.get(field["type"], ())
            if words and (is_choice or field["type"] in SINGLE):
                _drop_down(page, place, lists.range_of(field["list"] or field["type"], words))
        _head(page, len(fields) + 1, CITATION, say("The document, page or file that the row is taken from."))
        page.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class _Lists:
    """The hidden sheet that holds the words of all drop-downs, each list once."""

    def __init__(self, book: Any) -> None:
        self.page = book.create_sheet(LISTS_SHEET)
        self.page.sheet_state = "hidden"
        self.places: dict[str, str] = {}

    def range_of(self, name: str, words: Sequence[str]) -> str:
        """Return the address of a list, written down when it is new."""
        if name not in self.places:
            column = len(self.places) + 1
            for row, word in enumerate(words, 1):
                cell = self.page.cell(row, column, word)
                cell.data_type = "s"
            letter = get_column_letter(column)
            self.places[name] = f"'{LISTS_SHEET}'!${letter}$1:${letter}${len(words)}"
        return self.places[name]


def _meaning(field: Mapping[str, str]) -> str:
    told = field["meaning"]
    if field["type"] in MANY:
        told = say("{meaning}. Several words are parted by a semicolon.", meaning=told)
    return say("{meaning} (needed)", meaning=told) if field["required"] == "yes" else told


def _head(page: Any, place: int, name: str, told: str) -> None:
    cell = page.cell(1, place, name)
    cell.font = Font(bold=True)
    cell.comment = Comment(told, AUTHOR)
    page.column_dimensions[get_column_letter(place)].width = WIDTH


def _drop_down(page: Any, place: int, words: str) -> None:
    """Offer the known words; another one is let in after a warning, for the import to judge."""
    rule = DataValidation(type="list", formula1=words, allow_blank=True, errorStyle="warning")
    letter = get_column_letter(place)
    rule.add(f"{letter}2:{letter}{ROWS + 1}")
    page.add_data_validation(rule)
