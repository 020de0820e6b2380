"""Plain text and spreadsheets as documents: paragraphs by their number, rows by sheet and row."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from typing import Any

from almena.harmonise.archive import safe_zip
from almena.harmonise.document_limits import begins_like, limit
from almena.harmonise.document_parts import Gathering, Parts
from almena.harmonise.found import FoundFile
from almena.harmonise.sheet import DAMAGED, every_sheet
from almena.harmonise.text import read_text
from almena.model.problem import Problem

MARKED = re.compile(r"(#{1,6})\s+(\S.*)$")
"""A heading of Markdown."""
CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read_plain(found: FoundFile) -> Parts:
    """
    Read plain text: blank lines part paragraphs; without any, each line is one. A form feed begins a page.

    Parameters
    ----------
    found : FoundFile
        The file.

    Raises
    ------
    InputError
        When the file is no text.
    """
    text, notes = read_text(found)
    if len(CONTROL.findall(text[:100_000])) > len(text[:100_000]) / 1000:
        raise found.refusal("The file is no text.", remedy="Give the document as .pdf, .docx, .html or .txt.")
    blocks = re.split(r"\n\s*\n|\f", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    pieces = blocks if len(blocks) > 1 else blocks[0].split("\n")
    gathering = Gathering(int(limit("passages")))
    for piece in pieces:
        lines = piece.strip().split("\n")
        listed = len(lines) > 1 and all(begins_like("list", line.strip()) for line in lines)
        for part in lines if listed else [piece]:
            _add(part.strip(), gathering)
    return Parts(tuple(gathering.passages), notes=tuple(found.problem(_sentence(n)) for n in notes))


def _add(text: str, gathering: Gathering) -> None:
    marked = MARKED.match(text)
    if marked and "\n" not in text:
        gathering.add("heading", marked.group(2), len(marked.group(1)))
    else:
        gathering.add("list" if begins_like("list", text) else "paragraph", text)


def _sentence(note: str) -> str:
    return note[:1].upper() + note[1:]


def read_sheets(found: FoundFile) -> Parts:
    """
    Read every sheet of a workbook row by row.

    Parameters
    ----------
    found : FoundFile
        The file.

    Raises
    ------
    InputError
        When the file is no workbook, or is damaged.
    """
    gathering = Gathering(int(limit("passages")))
    notes: list[Problem] = []
    most = int(limit("table_rows"))
    for name, cells in _sheets(found).items():
        if len(cells) > most:
            why = f"{most:,} of {len(cells):,} rows of the sheet {name} were read"
            notes.append(found.problem("The sheet is longer than is read", why, "Use the reader `table`."))
        gathering.add_table([[cell_text(c) for c in row] for row in cells[:most]], name=name)
    return Parts(tuple(gathering.passages), notes=tuple(notes))


def _sheets(found: FoundFile) -> dict[str, list[list[Any]]]:
    """Return all sheets; a workbook in which the kit names one, that one alone."""
    if found.spec.sheet or not found.name.lower().endswith((".xlsx", ".xlsm")):
        return every_sheet(found)
    sheets = {}
    for name in _sheet_names(found):
        sheets.update(every_sheet(replace(found, spec=replace(found.spec, sheet=name))))
    return sheets


def _sheet_names(found: FoundFile) -> list[str]:
    import openpyxl

    safe_zip(found.path, found.name)
    try:
        book = openpyxl.load_workbook(found.path, read_only=True)
        names = [page.title for page in book.worksheets if page.sheet_state == "visible"]
        book.close()
    except DAMAGED as error:
        raise found.refusal("The workbook cannot be read.", str(error), "Save it again as .xlsx.") from error
    return names


def cell_text(cell: Any) -> str:
    """
    Return a cell as a person reads it: whole numbers without a fraction, days without a time.

    Parameters
    ----------
    cell : object
        What a spreadsheet holds.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)
