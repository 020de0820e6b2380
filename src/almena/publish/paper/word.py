"""The door to the DOCX writer, which is loaded only when a DOCX is written."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from almena.publish.atomic import write_whole
from almena.publish.book import book_of
from almena.publish.exporters import Exporter
from almena.publish.material import Material
from almena.publish.sitting import one_sitting

NEEDED = "docx"
if find_spec(NEEDED) is None:
    raise ModuleNotFoundError(f"No module named {NEEDED!r}", name=NEEDED)


def write_docx(material: Material, out: Path) -> Path:
    """
    Write the report as a DOCX with a block for signatures at its end.

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
        When the file cannot be written.
    """
    from almena.publish.paper.word_writer import docx_bytes

    with one_sitting():
        return write_whole(out, docx_bytes(book_of(material)))


DOCX = Exporter("docx", "the whole report to edit and sign", write_docx, in_zip="report.docx")
