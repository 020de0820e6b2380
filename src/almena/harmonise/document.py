"""Reader `document`: the paragraphs of a text that is kept and cited."""

from __future__ import annotations

import re
import zipfile
from xml.etree import ElementTree

from almena.harmonise.archive import safe_zip
from almena.harmonise.found import FoundFile
from almena.harmonise.text import read_text
from almena.harmonise.words import count
from almena.model.card import Role
from almena.model.data import Document
from almena.model.origin import Origin

READER_VERSION = "1"
MAKES = ("document",)

BODY = "word/document.xml"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = (b"<!DOCTYPE", b"<!ENTITY", b"<\x00!\x00D\x00O\x00C", b"\x00<\x00!\x00D\x00O\x00C")
WHITE = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n"}


def read(found: FoundFile, role: Role) -> Document:
    """
    Read the text of a .docx or plain text file.

    Parameters
    ----------
    found : FoundFile
        The file.
    role : Role
        A role of kind ``document``.

    Raises
    ------
    InputError
        When the file is neither, is unsafe, or holds no text.
    """
    with_zip = _starts_with_zip(found)
    paragraphs, notes = (_from_docx(found), ()) if with_zip else _from_text(found)
    if not paragraphs:
        raise found.refusal(
            "The document holds no text.", remedy="If it is a scan, give a version with text."
        )
    locator = count(len(paragraphs), "paragraph")
    return Document(
        role=role.id, paragraphs=paragraphs, origins=(Origin(found.source, locator),), notes=notes
    )


def _starts_with_zip(found: FoundFile) -> bool:
    try:
        with found.path.open("rb") as file:
            head = file.read(5)
    except OSError as error:
        raise found.refusal("The file cannot be read.", error.strerror or str(error)) from error
    if head == b"%PDF-":
        raise found.refusal("PDF files are not read yet.", remedy="Give the document as .docx or .txt.")
    return head.startswith(b"PK")


def _from_docx(found: FoundFile) -> tuple[str, ...]:
    if BODY not in safe_zip(found.path, found.name):
        raise found.refusal(
            "The file is no Word document.", f"It has no {BODY}.", "Give it as .docx or .txt."
        )
    try:
        with zipfile.ZipFile(found.path) as archive:
            body = archive.read(BODY)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise found.refusal("The document is damaged.", str(error), "Fetch it again.") from error
    if any(mark in body for mark in HOSTILE):
        raise found.refusal(
            "The document is unsafe.", "It declares entities of its own.", "Ask for a clean copy."
        )
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  no DTD and no entity can be in it, see above
    except ElementTree.ParseError as error:
        raise found.refusal("The document is damaged.", str(error), "Fetch it again.") from error
    texts = (_paragraph(p) for p in root.iter(f"{WORD}p"))
    return tuple(t for t in texts if t)


def _paragraph(node: ElementTree.Element) -> str:
    parts = (WHITE.get(n.tag) or (n.text or "" if n.tag == f"{WORD}t" else "") for n in node.iter())
    return "".join(parts).strip()


def _from_text(found: FoundFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Blank lines part paragraphs; without any, each line is one."""
    text, notes = read_text(found)
    if "\0" in text:
        raise found.refusal("The file is no text.", remedy="Give the document as .docx or .txt.")
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    pieces = blocks if len(blocks) > 1 else blocks[0].split("\n")
    return tuple(t for t in (" ".join(p.split()) for p in pieces) if t), notes
