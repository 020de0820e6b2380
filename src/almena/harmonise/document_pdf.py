"""PDF files: text with its places, page by page; scans through ocrmypdf when that program is there."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from almena.harmonise.document_glyphs import Glyphs, read_glyphs
from almena.harmonise.document_layout import hidden, lay_out
from almena.harmonise.document_limits import limit
from almena.harmonise.document_parts import Parts, refusal
from almena.harmonise.document_passages import PageLines, passages_of
from almena.model.problem import Problem

OCR = "ocrmypdf"
EXTRA = "Install it with: pip install 'almena[documents]'"
POINTS = 72


def read_pdf(path: Path, name: str) -> Parts:
    """
    Read a PDF file.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Name to show to people.

    Raises
    ------
    InputError
        When the reader is not installed, or the file is locked, damaged or without pages.
    """
    parts, scanned = _read(path, name)
    if not scanned:
        return parts
    with tempfile.TemporaryDirectory() as folder:
        recognised = _recognise(path, Path(folder) / "text.pdf")
        if recognised is None:
            return parts
        again, left = _read(recognised, name)
    how = f"the text of {_pages(scanned)} was recognised by {OCR}: compare it with the page"
    note = Problem("Scanned pages were read by a machine", name, how, "Check each figure on the page.")
    return Parts(
        again.passages, again.running, again.pages, parts.title, parts.author, parts.date,
        (*again.notes, note), tuple(scanned) if not left else tuple(sorted({*scanned, *left})),
    )  # fmt: skip


def _read(path: Path, name: str) -> tuple[Parts, list[int]]:
    notes: list[Problem] = []
    scanned: list[int] = []
    with _opened(path, name) as file:
        number = len(file)
        if number == 0:
            raise refusal("The document has no page.", name, "", "Fetch it again.")
        pages = list(_pages_of(file, name, notes, scanned))
        facts = {k: str(v).strip() for k, v in file.get_metadata_dict(skip_empty=True).items()}
    passages, running = passages_of(pages)
    if scanned:
        notes.append(_scan_note(scanned, name))
    date = facts.get("CreationDate", "").removeprefix("D:")[:8]
    made = f"{date[:4]}-{date[4:6]}-{date[6:8]}" if len(date) == 8 and date.isdigit() else ""
    return Parts(
        passages, running, number, facts.get("Title", ""), facts.get("Author", ""), made, tuple(notes),
        tuple(scanned),
    ), scanned  # fmt: skip


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Any]:
    try:
        import pypdfium2
    except ImportError as error:
        raise refusal(
            "PDF files cannot be read here.", name, "The reader is not installed.", EXTRA
        ) from error
    try:
        file = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            remedy = "Ask for a copy without a password."
            raise refusal("The document is locked with a password.", name, "", remedy) from error
        raise refusal("The document is damaged.", name, str(error), "Fetch it again.") from error
    try:
        yield file
    finally:
        file.close()


def _pages_of(file: Any, name: str, notes: list[Problem], scanned: list[int]) -> Iterator[PageLines]:
    """Read page by page, so that only lines of text stay in memory."""
    started = time.monotonic()
    most = int(limit("pages"))
    for index in range(len(file)):
        if index >= most or time.monotonic() - started > limit("seconds"):
            why = f"{index:,} of {len(file):,} pages were read"
            notes.append(Problem("The document is longer than is read", name, why, "Split it."))
            return
        glyphs = _glyphs(file, index, name, notes)
        if glyphs is None:
            continue
        if _is_scan(glyphs):
            scanned.append(index + 1)
        yield PageLines(index + 1, glyphs.height, lay_out(glyphs))


def _glyphs(file: Any, index: int, name: str, notes: list[Problem]) -> Glyphs | None:
    """Return what a page draws; a page that cannot be read is noted and left out."""
    import pypdfium2

    where = f"{name}, page {index + 1}"
    try:
        page = file[index]
        try:
            if max(page.get_size()) > limit("page_inches") * POINTS:
                notes.append(
                    Problem(
                        "The page is too large to be a page", where, "It is wider or taller than five metres."
                    )
                )
                return None
            glyphs = read_glyphs(page, int(limit("page_characters")))
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        notes.append(Problem("The page cannot be read", where, str(error), "Fetch the document again."))
        return None
    _tell_unseen(glyphs, where, notes)
    return glyphs


def _tell_unseen(glyphs: Glyphs, where: str, notes: list[Problem]) -> None:
    """Note text in the colour of paper on paper: a reader of the page does not see it, so it is not read."""
    number = len(hidden(glyphs))
    if number:
        why = f"{number:,} words have the colour of paper"
        notes.append(Problem("The page holds text that nobody can see; it is left out", where, why))


def _is_scan(glyphs: Glyphs) -> bool:
    characters = sum(len(w.text) for w in glyphs.words)
    return characters < limit("scanned_characters") and glyphs.pictured >= limit("scanned_share")


def _scan_note(scanned: list[int], name: str) -> Problem:
    remedy = f"Install the program {OCR}, or give a version with text."
    return Problem("The document holds scanned pages", name, f"{_pages(scanned)}: pictures of text", remedy)


def _pages(numbers: list[int]) -> str:
    shown = ", ".join(str(n) for n in numbers[:10])
    rest = len(numbers) - 10
    return (
        f"page {shown}" if len(numbers) == 1 else f"pages {shown}" + (f" and {rest} more" if rest > 0 else "")
    )


def _recognise(path: Path, out: Path) -> Path | None:
    """Let the program recognise the text of scanned pages; None when it is not there or does not succeed."""
    program = shutil.which(OCR)
    if program is None:
        return None
    try:
        subprocess.run(
            [program, "--skip-text", "--quiet", "--output-type", "pdf", str(path), str(out)],
            check=True, capture_output=True, timeout=limit("ocr_seconds"),
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError):
        return None
    return out if out.is_file() else None
