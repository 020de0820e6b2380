"""Links inside a DOCX: a place has a bookmark, and a piece of evidence leads to it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from almena.publish.blocks import Ref

LINK = RGBColor(0x12, 0x3F, 0x66)
_LETTERS = 32  # a bookmark's name holds at most 40
_LARGEST = 0x7FFFFFFF  # a number of a bookmark is a signed integer of 32 bits


def bookmark(line: Paragraph, place: str) -> None:
    """
    Put a bookmark around a paragraph.

    Parameters
    ----------
    line : Paragraph
        Where links arrive.
    place : str
        Its name in the tree; the file holds a short form of it.
    """
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    number = str(int(_name(place)[1:9], 16) & _LARGEST)
    for part in (start, end):
        part.set(qn("w:id"), number)
    start.set(qn("w:name"), _name(place))
    line._p.append(start)
    line._p.append(end)


def write_refs(line: Paragraph, refs: Sequence[Ref], size: Pt) -> None:
    """
    Write pieces of evidence into a paragraph, each a link to its place.

    Parameters
    ----------
    line : Paragraph
        To write into.
    refs : sequence of Ref
        The pieces; one without an anchor is plain text.
    size : Pt
        Size of the letters.
    """
    for number, ref in enumerate(refs):
        if number:
            line.add_run("; ").font.size = size
        run = line.add_run(ref.text)
        run.font.size = size
        if ref.href.startswith("#"):
            run.font.color.rgb = LINK
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), _name(ref.href[1:]))
            link.append(run._r)
            line._p.append(link)


def _name(place: str) -> str:
    return "p" + sha256(place.encode()).hexdigest()[:_LETTERS]
