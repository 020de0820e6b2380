"""The whole report as one PDF that is tagged for screen readers."""

from __future__ import annotations

from pathlib import Path

from almena.publish.atomic import write_whole
from almena.publish.book import Book, book_of
from almena.publish.exporters import Exporter
from almena.publish.material import Material
from almena.publish.paper.content import report_content
from almena.publish.paper.typeset import press
from almena.publish.sitting import one_sitting

TEMPLATE = "report.typ"


def write_pdf(material: Material, out: Path) -> Path:
    """
    Write the report as a PDF that follows PDF/UA-1.

    Parameters
    ----------
    material : Material
        The run; it is cut to its edition here.
    out : Path
        The file; the former one stays when something fails.

    Returns
    -------
    Path
        The file. The same material gives the same bytes.

    Raises
    ------
    AlmenaError
        When a page cannot be set or the file cannot be written.
    """
    with one_sitting():
        return write_whole(out, book_pdf(book_of(material)))


def book_pdf(book: Book) -> bytes:
    """
    Return a document as a tagged PDF.

    Raises
    ------
    AlmenaError
        When a page cannot be set.
    """
    with press(TEMPLATE, book.edition.run_date, book.pictures()) as sheet:
        return sheet.pdf(report_content(book))


PDF = Exporter(
    "pdf",
    "the whole report on paper, tagged (PDF/UA)",
    write_pdf,
    each_run="reports/profile.pdf",
    in_zip="report.pdf",
)
