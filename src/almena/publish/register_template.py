"""Empty workbooks for registers: one sheet each, with the words that may be chosen."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from almena.packs.language import say
from almena.packs.words import pack_rows
from almena.publish.exchange.sheets import xml_text

ROWS = 500
LISTS = "_lists"
"""The sheet that holds the words of the drop-downs; it is never read as a register."""
WIDTH, MOST_TEXT = 22, 255  # Excel takes messages of up to 255 letters with a drop-down
SINGLE = ("hazard", "element", "component", "stakeholder", "priority", "stress", "stressor")
MANY = {f"{name}s": name for name in SINGLE} | {"priorities": "priority", "stresses": "stress"}
CITATION = "citation"


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
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    pages = {name: book.add_worksheet(name) for name in registers}
    lists = _Lists(book)
    for name, page in pages.items():
        fields = [row for row in pack_rows("registers.csv") if row["register"] == name]
        for place, field in enumerate(fields):
            _column(page, place, field, head, lists, choices, things)
        page.write_string(0, len(fields), CITATION, head)
        page.set_column(0, len(fields), WIDTH)
        page.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


class _Lists:
    """The sheet that holds the words of all drop-downs, each list once."""

    def __init__(self, book: Any) -> None:
        self.page = book.add_worksheet(LISTS)
        self.page.hide()
        self.places: dict[str, str] = {}

    def range_of(self, name: str, words: Sequence[str]) -> str:
        """Return the address of a list, written down when it is new."""
        if name not in self.places:
            column = len(self.places)
            for row, word in enumerate(words):
                self.page.write_string(row, column, xml_text(word))
            letters = xlsxwriter.utility.xl_col_to_name(column)
            self.places[name] = f"='{LISTS}'!${letters}$1:${letters}${len(words)}"
        return self.places[name]


def _column(
    page: Any,
    place: int,
    field: Mapping[str, str],
    head: Any,
    lists: _Lists,
    choices: Mapping[str, Sequence[str]],
    things: Mapping[str, Sequence[str]],
) -> None:
    """Write the head of a column, with its meaning, and its drop-down where words are to be chosen."""
    page.write_string(0, place, field["field"], head)
    kind = field["type"]
    words = choices.get(field["list"], ()) if kind == "choice" else things.get(kind, ())
    told = (
        say("{meaning}. Several words are parted by a semicolon.", meaning=field["meaning"])
        if kind in MANY
        else field["meaning"]
    )
    if field["required"] == "yes":
        told = say("{meaning} (needed)", meaning=told)
    page.write_comment(0, place, xml_text(told))
    if words:
        rule = {
            "validate": "list",
            "source": lists.range_of(field["list"] or kind, words),
            "error_type": "warning",
        }
        page.data_validation(1, place, ROWS, place, rule)
