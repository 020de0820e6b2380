"""What a document says, passage by passage, and what a reader proposes to take from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from almena.model.problem import Problem

Box = tuple[float, float, float, float]
KINDS = ("heading", "paragraph", "list", "table", "footnote", "caption")


def cited_at(page: int, passage: str, box: Box | None) -> str:
    """Return where something stands in a document: its page, or its passage in a format that has no pages."""
    return f"page {page}" if box else f"passage {passage}"


@dataclass(frozen=True)
class Passage:
    """
    A piece of a document that can be cited: a paragraph, a heading, an item, one row of a table, a footnote.

    Parameters
    ----------
    id : str
        Address within the document; the same bytes give the same ids.
    page : int
        Page, from 1; always 1 in formats without pages, where the id carries paragraph, or sheet and row.
    box : tuple of four floats or None
        Left, top, right and bottom in points (1/72 inch) from the top left corner of the page; None without pages.
    kind : str
        ``heading``, ``paragraph``, ``list``, ``table``, ``footnote`` or ``caption``.
    text : str
        What stands there, repaired: whole words, single spaces, reading order.
    section : str
        Headings above it, outermost first, parted by `` / ``.
    table : str
        Id of the table that the row belongs to; empty elsewhere.
    row : int or None
        Row within the table or sheet, from 1; None elsewhere.
    column : str
        Kept for a passage that is one cell: the header of its column.
    cells : tuple of str
        Texts of the row's cells, left to right as the reader reads; empty cells are empty.
    header : tuple of str
        Header texts of the table's columns, as many as cells; empty when the table has none.
    """

    id: str
    page: int
    box: Box | None
    kind: str
    text: str
    section: str = ""
    table: str = ""
    row: int | None = None
    column: str = ""
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentText:
    """
    A document, read.

    Parameters
    ----------
    sha256, file : str
        Hash of its bytes; its name as given.
    title, author, date : str
        As the document or its snapshot says; empty when neither does.
    language : str
        ``pt``, ``es``, ``en``, ``fr`` or ``ar``; empty when the text is too short or another language.
    pages : int
        Number of pages; 1 for formats without pages.
    passages : tuple of Passage
        In reading order, without running headers, footers and page numbers.
    notes : tuple of Problem
        What could not be read, or had to be decided.
    scanned : tuple of int
        Pages that are pictures of text, from 1.
    running : tuple of Passage
        Running headers, footers and page numbers: set apart, because they repeat and say nothing of their page.
    """

    sha256: str
    file: str
    title: str
    author: str
    date: str
    language: str
    pages: int
    passages: tuple[Passage, ...]
    notes: tuple[Problem, ...] = ()
    scanned: tuple[int, ...] = ()
    running: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """
    A statement found in a document; proposed, never taken over unread.

    Parameters
    ----------
    kind : str
        ``value``, ``target``, ``actor``, ``plan``, ``project``, ``shock`` or ``commitment``.
    indicator : str
        Id of the card that it speaks to; empty for the other kinds.
    value, low, high : float or None
        The figure, and the ends of a range where the text gives one, in `unit`.
    unit : str
        Unit, as the card writes it.
    place, place_kind : str
        Place as the text names it; what it is: the city, a neighbourhood, the region, the country, elsewhere.
    period : str
        Year or ISO 8601 interval that the figure speaks of; empty when the text does not say.
    group : str
        The part of the people or things that it speaks of (women, 15 to 24 …); empty for all.
    quotation : str
        The words, as they stand in the passage.
    document, page, box, passage : str, int, tuple or None, str
        sha256 of the document, page, box and id of the passage.
    confidence : float
        Share of such candidates that are right, from 0 to 1.
    stance : str
        ``fact``, ``target``, ``example``, ``other_place`` … : what the text does with the figure.
    against : mapping
        What the profile already holds, and how far the two lie apart.
    because : tuple of str
        What spoke for it and against it.
    id : str
        Stable name: the same document mined again gives the same id.
    """

    kind: str
    indicator: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    place: str
    place_kind: str
    period: str
    group: str
    quotation: str
    document: str
    page: int
    box: Box | None
    passage: str
    confidence: float
    stance: str = "fact"
    against: Mapping[str, Any] = field(default_factory=dict)
    because: tuple[str, ...] = ()
    id: str = ""
