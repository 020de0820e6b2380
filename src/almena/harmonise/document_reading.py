"""Any document to its passages: what a file is, is told by its bytes, never by its name."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from almena.geo.prose import language_of
from almena.harmonise.archive import safe_zip
from almena.harmonise.document_docx import BODY, read_docx
from almena.harmonise.document_html import read_html
from almena.harmonise.document_limits import limit
from almena.harmonise.document_parts import Parts
from almena.harmonise.document_pdf import read_pdf
from almena.harmonise.document_plain import read_plain, read_sheets
from almena.harmonise.found import FoundFile
from almena.harmonise.text import decode, first_bytes
from almena.model.document import DocumentText, Passage
from almena.model.kit import KitFile
from almena.model.origin import Source

TEXT_VERSION = "1"
"""Raised when the same bytes would give other passages."""
HTML = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.I | re.S)
LANGUAGE_SAMPLE = 400
PDF_HEAD = 1024
"""Bytes within which a PDF file begins (Adobe's implementation notes to PDF 1.7, note 13)."""


def read_document(found: FoundFile) -> DocumentText:
    """
    Read a document of any kind that is known: PDF, Word, web page, plain text, spreadsheet.

    Parameters
    ----------
    found : FoundFile
        The file, with what is known of its source.

    Raises
    ------
    InputError
        When the file cannot be read, is locked, damaged, unsafe, too large, or holds no text.
    """
    parts = _parts(found)
    notes = list(parts.notes)
    if not parts.passages:
        why = "Its pages are pictures of text." if parts.scanned else ""
        remedy = notes[-1].remedy if parts.scanned and notes else "If it is a scan, give a version with text."
        raise found.refusal("The document holds no text.", why, remedy)
    if len(parts.passages) >= limit("passages"):
        notes.append(found.problem("The document is longer than is read", remedy="Split it."))
    date = found.source.date if found.source.date != "unknown" else parts.date
    language = language_of(p.text for p in islice(_spread(parts), LANGUAGE_SAMPLE))
    return DocumentText(
        sha256=found.source.sha256,
        file=found.name,
        title=parts.title,
        author=found.source.attribution or parts.author,
        date=date,
        language=language,
        pages=parts.pages,
        passages=parts.passages,
        notes=tuple(notes),
        scanned=parts.scanned,
        running=parts.running,
    )


def found_document(path: Path, source: Source) -> FoundFile:
    """
    Return a file that no kit declares, as the reader takes it.

    Parameters
    ----------
    path : Path
        Where it lies.
    source : Source
        What is known of it; its file is the name shown to people.
    """
    return FoundFile(KitFile("document", source.file, "document"), (path,), source)


def _spread(parts: Parts) -> list[Passage]:
    """Take passages from the whole document: it may begin with a summary in another language."""
    step = max(1, len(parts.passages) // LANGUAGE_SAMPLE)
    return list(parts.passages[::step])


def _parts(found: FoundFile) -> Parts:
    head = first_bytes(found)
    megabytes = found.path.stat().st_size / 2**20
    if megabytes > limit("file_megabytes"):
        why = f"{megabytes:,.0f} MB, more than {limit('file_megabytes'):,.0f}."
        raise found.refusal("The document is too large.", why, "Split it.")
    if b"%PDF-" in head[:PDF_HEAD]:
        return read_pdf(found.path, found.name)
    if head.startswith(b"PK"):
        members = safe_zip(found.path, found.name)
        is_workbook = "xl/workbook.xml" in members or ("content.xml" in members and BODY not in members)
        return read_sheets(found) if is_workbook else read_docx(found.path, found.name)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        why = "It is a file of Office 97 to 2003, or one that is locked with a password."
        raise found.refusal("The document cannot be read.", why, "Save it again as .docx or .xlsx, unlocked.")
    if HTML.match(decode(head[:4096])[0].lstrip("\ufeff")):
        return read_html(found.path)
    if found.name.lower().endswith((".csv", ".tsv")):
        return read_sheets(found)
    return read_plain(found)
