"""Reader `document`: the paragraphs of a text that is kept and cited."""

from __future__ import annotations

from almena.harmonise.document_reading import read_document
from almena.harmonise.found import FoundFile
from almena.harmonise.words import count
from almena.model.card import Role
from almena.model.data import Document
from almena.model.origin import Origin

READER_VERSION = "2"
MAKES = ("document",)


def read(found: FoundFile, role: Role) -> Document:
    """
    Read the text of a document: PDF, Word, web page, plain text or spreadsheet.

    Parameters
    ----------
    found : FoundFile
        The file.
    role : Role
        A role of kind ``document``.

    Raises
    ------
    InputError
        When the file is none of these, is unsafe, or holds no text.
    """
    text = read_document(found)
    locator = count(len(text.passages), "passage")
    return Document(
        role=role.id,
        paragraphs=tuple(p.text for p in text.passages),
        origins=(Origin(found.source, locator),),
        notes=tuple(": ".join(part for part in (note.what, note.why) if part) for note in text.notes),
    )
