"""Look at the XML inside of a workbook before a reader does: a form has no need of declarations of its own."""

from __future__ import annotations

import zipfile
from pathlib import Path

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from almena.model.problem import InputError, Problem

_XML = (".xml", ".rels", ".vml")


def refuse_declarations(path: Path) -> None:
    """
    Refuse a workbook with a part that declares a document type or entities, which no spreadsheet program writes.

    Only the beginning of each part is read: declarations stand before the first element.

    Parameters
    ----------
    path : Path
        A zip file already found to be no bomb.

    Raises
    ------
    InputError
        When a part declares something or is no XML.
    """
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.lower().endswith(_XML):
                continue
            try:
                with archive.open(name) as part:
                    next(iter(iterparse(part, events=("start",), forbid_dtd=True)), None)
            except (DefusedXmlException, ParseError, zipfile.BadZipFile, OSError, ValueError) as error:
                why = f"{name}: {error}"
                remedy = "Save it again as .xlsx with a spreadsheet program."
                raise InputError(
                    Problem("The workbook cannot be read safely", path.name, why, remedy)
                ) from error
