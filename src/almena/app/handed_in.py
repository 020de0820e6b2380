"""Find out what a handed-in file is, guard against bombs, and read it with the reader of its kind."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from almena.ask.filled import FilledForm
from almena.ask.safe_xml import refuse_declarations
from almena.ask.typed import is_typed, read_typed_json, read_typed_rows
from almena.ask.workbook_in import is_our_workbook, read_workbook, sheets_of
from almena.ask.xlsform_in import is_export, read_export
from almena.harmonise.archive import safe_zip
from almena.harmonise.sheet import DAMAGED, DELIMITERS
from almena.harmonise.text import decode
from almena.model.problem import InputError, Problem
from almena.model.question import Instrument

MOST_BYTES = 64 * 2**20
ROWS_LOOKED_AT = 20
Cells = list[list[Any]]


def read_forms(path: Path, instrument: Instrument) -> list[FilledForm]:
    """
    Return the filled forms that a file holds.

    Parameters
    ----------
    path : Path
        A filled workbook, an export of KoBoToolbox or ODK (CSV or XLSX), or typed answers (CSV, XLSX or JSON).
    instrument : Instrument
        All questions of the city.

    Raises
    ------
    InputError
        When it cannot be read, or is none of these.
    """
    content = _content(path)
    if content.startswith(b"PK\x03\x04"):
        return _from_workbook(path, content, instrument)
    text, _ = decode(content)
    if text.lstrip()[:1] in ("{", "["):
        return [read_typed_json(text, path.name, content)]
    for rows in _tables(text):
        if found := _from_table(rows, path, content, instrument, is_sheet=False):
            return found
    raise InputError(_no_form(path))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            why = f"it is larger than {MOST_BYTES // 2**20} MB"
            raise InputError(Problem("The form cannot be read", path.name, why, "Take pictures out of it."))
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(Problem("The form cannot be read", str(path), why, "Check the path.")) from error


def _from_workbook(path: Path, content: bytes, instrument: Instrument) -> list[FilledForm]:
    members = safe_zip(path)
    if "xl/workbook.xml" not in members:
        remedy = "Open it and save it as .xlsx."
        raise InputError(
            Problem("The form is no workbook that can be read", path.name, "it is not XLSX", remedy)
        )
    refuse_declarations(path)
    try:
        sheets = sheets_of(path)
        if is_our_workbook(list(sheets)):
            return [read_workbook(path)]
    except DAMAGED as error:
        raise InputError(
            Problem("The workbook cannot be read", path.name, str(error), "Save it again as .xlsx.")
        ) from error
    for rows in sheets.values():
        if found := _from_table(rows, path, content, instrument, is_sheet=True):
            return found
    raise InputError(_no_form(path))


def _from_table(
    rows: Cells, path: Path, content: bytes, instrument: Instrument, *, is_sheet: bool
) -> list[FilledForm]:
    if not rows:
        return []
    if is_export(rows[0]):
        return read_export(rows, path.name, instrument, is_sheet=is_sheet)
    return [read_typed_rows(rows, path.name, content)] if is_typed(rows) else []


def _tables(text: str) -> list[Cells]:
    """Return the rows of a text by every delimiter that may have been meant, the one that parts most columns first."""
    csv.field_size_limit(MOST_BYTES)
    found = []
    for delimiter in DELIMITERS:
        try:
            found.append(
                [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
            )
        except csv.Error:
            continue
    return sorted(found, key=lambda rows: -max((len(row) for row in rows[:ROWS_LOOKED_AT]), default=0))


def _no_form(path: Path) -> Problem:
    why = "it is no workbook of ours, no export of a form of ours, and has no columns `code` and `answer`"
    return Problem(
        "The file is not a filled form", path.name, why, "Make a form with `almena ask DIR --out FILE`."
    )
