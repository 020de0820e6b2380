"""Small PDF files for tests, drawn word by word so that every place is known."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reportlab.pdfgen import canvas

from almena.harmonise.document_reading import found_document, read_document
from almena.model.document import DocumentText
from almena.model.origin import Source

HEIGHT, WIDTH = 842, 595
Draw = Callable[[Any], None]


def paper(folder: Path, *pages: Draw, name: str = "plan.pdf", **options: Any) -> Path:
    """Write a file of A4 pages; each function draws one."""
    path = folder / name
    drawn = canvas.Canvas(str(path), pagesize=(WIDTH, HEIGHT), **options)
    for draw in pages:
        draw(drawn)
        drawn.showPage()
    drawn.save()
    return path


def write(drawn: Any, x: float, top: float, *lines: str, size: float = 10, bold: bool = False) -> None:
    """Set lines one under the other; ``top`` counts from the upper edge to the first baseline."""
    drawn.setFont("Helvetica-Bold" if bold else "Helvetica", size)
    for number, line in enumerate(lines):
        drawn.drawString(x, HEIGHT - top - number * 1.2 * size, line)


def picture(drawn: Any) -> None:
    """Cover the page with a grey picture, as a scanner does."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    made = io.BytesIO()
    Image.new("L", (60, 85), 200).save(made, "PNG")
    made.seek(0)
    drawn.drawImage(ImageReader(made), 0, 0, WIDTH, HEIGHT)


def document(path: Path, **facts: Any) -> DocumentText:
    """Read a file as a document."""
    return read_document(found_document(path, Source("document", path.name, "ab12", **facts)))


def texts(read: DocumentText, kind: str = "") -> list[str]:
    """Return the texts of the passages, or of those of one kind."""
    return [p.text for p in read.passages if kind in ("", p.kind)]
