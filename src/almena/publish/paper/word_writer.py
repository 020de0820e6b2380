"""The report as a DOCX that a city edits before it signs: the same tree, real headings, tables and alt texts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as OpenDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from almena.packs.language import say, spoken
from almena.publish.blocks import (
    Block,
    Cards,
    Cell,
    Chapter,
    Elements,
    Figure,
    Findings,
    Grid,
    Hole,
    Numbers,
    Picture,
    Points,
    Prose,
    Pyramid,
    Word,
)
from almena.publish.book import Book
from almena.publish.paper.content import cut, edition_line, frame_words, front, widths
from almena.publish.paper.word_links import bookmark, write_refs
from almena.publish.wording import sentence
from almena.publish.words import words

LETTERS = "Noto Sans"
LINE = Cm(16.6)
MAP_WIDTH, MAP_HEIGHT = Cm(16.0), Cm(18.0)
_QUIET = RGBColor(0x55, 0x55, 0x55)
_SMALL = Pt(8)


def docx_bytes(book: Book) -> bytes:
    """Return the whole document."""
    document = Document()
    _set_up(document, book)
    writer = Writer(document, book)
    writer.opening()
    for chapter in book.chapters:
        writer.chapter(chapter)
    writer.signatures()
    written = io.BytesIO()
    document.save(written)
    return _with_day(written.getvalue(), book.edition.run_date)


class Writer:
    """
    Write the nodes of the tree one after the other.

    Parameters
    ----------
    document : Document
        The open document.
    book : Book
        The tree with its maps.
    """

    def __init__(self, document: OpenDocument, book: Book) -> None:
        self.document, self.book = document, book
        self.frame = frame_words()
        self._draw: dict[type, Callable[[Any], None]] = {
            Grid: self.grid,
            Numbers: self.numbers,
            Cards: self.cards,
            Picture: self.picture,
            Pyramid: self.pyramid,
            Elements: self.elements,
            Points: self.points,
            Prose: self.prose,
            Findings: self.findings,
        }

    def opening(self) -> None:
        """Write the title and what the use classes mean."""
        told = front(self.book.edition, self.book.cover)
        self.small(told["kicker"])
        self.document.add_heading(self.book.edition.name, level=0)
        self.document.add_paragraph(edition_line(self.book.edition))
        self.document.add_paragraph(self.frame["key"]).runs[0].bold = True
        for use in (*words("use"), *self.book.cover.key):
            self.document.add_paragraph(f"{use.symbol} {use.word}: {use.meaning}")

    def chapter(self, chapter: Chapter) -> None:
        """Write a chapter: what is sure first, then its blocks, then what may and may not be said."""
        bookmark(self.document.add_heading(f"{chapter.number} {chapter.title}", level=1), chapter.id)
        facts = f"{chapter.facts.text} " if chapter.facts else ""
        self.document.add_paragraph(facts + chapter.lead)
        for block in chapter.blocks:
            self.block(block)
        if chapter.is_quoted:
            self._chapter_end(chapter)

    def block(self, block: Block) -> None:
        """Write a block by its kind."""
        self._draw[type(block)](block)

    def grid(self, grid: Grid) -> None:
        """Write a table with its caption, its header repeated on each page."""
        shown, rest = cut(grid)
        self.caption(grid.caption)
        table = self._table(grid.head, len(shown), widths(grid))
        for line, row in zip(table.rows[1:], shown, strict=True):
            for place, cell in zip(line.cells, row, strict=True):
                _fill(place.paragraphs[0], cell)
        for text in (rest, grid.note):
            if text:
                self.small(text)

    def numbers(self, numbers: Numbers) -> None:
        """Write figures with their accounts, then what is missing."""
        if numbers.title:
            self.document.add_heading(numbers.title, level=2)
        for figure in numbers.figures:
            self._figure(figure)
        for hole in numbers.holes:
            self._hole(hole)

    def cards(self, cards: Cards) -> None:
        """Write the few large numbers as a table."""
        self.document.add_heading(cards.title, level=2)
        table = self.document.add_table(rows=0, cols=2, style="Table Grid")
        for figure in cards.figures:
            value, what = table.add_row().cells
            _run(value.paragraphs[0], f"{_mark(figure.use)} ")
            _run(value.paragraphs[0], figure.value, bold=True)
            _run(value.paragraphs[0], f"\n{figure.range or figure.no_range}", small=True)
            _run(what.paragraphs[0], figure.title)
            _run(what.paragraphs[0], f"\n{figure.period}; {figure.status}", small=True)

    def picture(self, picture: Picture) -> None:
        """Write a map with its text alternative, its note and its list."""
        self.document.add_heading(picture.title, level=2)
        data = self.book.pictures()[picture.file.rsplit("/", 1)[-1]]
        wide = picture.width / picture.height > MAP_WIDTH / MAP_HEIGHT
        size = {"width": MAP_WIDTH} if wide else {"height": MAP_HEIGHT}
        shape = self.document.add_picture(io.BytesIO(data), **size)
        # python-docx has no public way to an alt text
        shape._inline.docPr.set("descr", picture.alt)
        shape._inline.docPr.set("title", picture.title)
        if picture.note:
            self.small(picture.note)
        if picture.table:
            self.grid(picture.table)

    def pyramid(self, pyramid: Pyramid) -> None:
        """Write people by age and sex as a table."""
        self.caption(f"{pyramid.title} ({pyramid.source})")
        table = self._table((self.frame["age"], self.frame["women"], self.frame["men"]), len(pyramid.bars))
        for line, bar in zip(table.rows[1:], pyramid.bars, strict=True):
            for place, text in zip(line.cells, (bar.label, bar.women, bar.men), strict=True):
                _run(place.paragraphs[0], text, size=_SMALL)

    def elements(self, elements: Elements) -> None:
        """Write the urban elements, each with what it depends on, its parts and its numbers."""
        self.document.add_heading(elements.title, level=2)
        self.small(self.frame["proposal"])
        for box in elements.boxes:
            self.document.add_heading(box.title, level=3)
            self.small(f"{self.frame['depends']} {', '.join(title for _, title in box.needs)}.")
            marks = (f"{'●' if c.known else '▢'} {c.name} {c.known}/{c.asked}" for c in box.chips)
            self.small(" · ".join(marks))
            self.numbers(box.numbers)

    def points(self, points: Points) -> None:
        """Write a list."""
        self.document.add_heading(points.title, level=points.level - 1)
        for item in points.items:
            line = self.document.add_paragraph(style="List Bullet")
            _run(line, f"{_mark(item.use)} " if item.use else "")
            _run(line, item.lead, bold=True)
            _run(line, f": {item.text}" if item.text else "")
        if not points.items:
            self.document.add_paragraph(points.empty)
        if points.note:
            self.small(points.note)

    def prose(self, prose: Prose) -> None:
        """Write a paragraph."""
        if prose.title:
            self.document.add_heading(prose.title, level=2)
        self.document.add_paragraph(prose.text)

    def findings(self, findings: Findings) -> None:
        """Write statements, each with what carries it, what speaks against it and what could overturn it."""
        if findings.title:
            self.document.add_heading(findings.title, level=2)
        for claim in findings.claims:
            _run(self.document.add_paragraph(), claim.text, bold=True)
            for name, refs in (
                ("evidence", claim.evidence),
                ("against", claim.against),
                ("overturn", claim.overturn),
            ):
                if refs:
                    line = self.document.add_paragraph()
                    _run(line, f"{self.frame[name]}: ", small=True)
                    write_refs(line, refs, _SMALL)
        if not findings.claims:
            self.document.add_paragraph(findings.empty)
        if findings.note:
            self.small(findings.note)

    def signatures(self) -> None:
        """Write who signs, with room for a hand."""
        self.document.add_heading(say("Read, corrected and agreed"), level=1)
        self.document.add_paragraph(
            say("Change what is wrong above before you sign. What you change here does not change the data.")
        )
        head = (say("Role"), say("Name"), say("Signature and date"))
        signers = (say("Political focal point"), say("Technical focal point"), say("For the residents"))
        table = self._table(head, len(signers))
        for line, signer in zip(table.rows[1:], signers, strict=True):
            line.height = Cm(1.6)
            _run(line.cells[0].paragraphs[0], signer)

    def caption(self, text: str) -> None:
        """Write the caption of a table."""
        self.document.add_paragraph(text, style="Caption").paragraph_format.keep_with_next = True

    def small(self, text: str) -> None:
        """Write a paragraph in small print."""
        _run(self.document.add_paragraph(), text, small=True)

    def _figure(self, figure: Figure) -> None:
        line = self.document.add_paragraph()
        _run(line, f"{_mark(figure.use)} ")
        _run(line, f"{figure.title}: ")
        _run(line, figure.value, bold=True)
        _run(line, f" ({figure.range})" if figure.range else "")
        why = (
            f"{self.frame['because']}: {figure.reason}" if figure.reason and figure.use.id != "decide" else ""
        )
        reviewed = f"{self.frame['reviewed']}: {figure.review}" if figure.review else ""
        facts = (figure.period, figure.status, figure.benchmark, why, reviewed)
        _run(line, "\n" + "; ".join(fact for fact in facts if fact), small=True)
        for part in figure.split:
            spread = f" ({part.range})" if part.range else ""
            self.document.add_paragraph(
                f"{_mark(part.use)} {part.what}: {part.value}{spread}", style="List Bullet"
            )
        if figure.proof is not None:
            self.small(self._account(figure))

    def _account(self, figure: Figure) -> str:
        proof, frame = figure.proof, self.frame
        assert proof is not None
        sources = ", ".join(f"S{s.number}" for s in proof.sources) or frame["no_file"]
        told = (
            (frame["counted"], proof.definition),
            (frame["off"], "; ".join(cause.name for cause in proof.causes)),
            (frame["benchmark"], proof.benchmark),
            (frame["sources"], sources),
        )
        return " ".join(f"{name}: {sentence(text)}" for name, text in told if text)

    def _hole(self, hole: Hole) -> None:
        line = self.document.add_paragraph()
        _run(line, f"{_mark(hole.use)} ")
        _run(line, " · ".join(figure.title for figure in hole.figures), bold=True)
        close = f" {self.frame['to_close']} {sentence(hole.remedy)}" if hole.remedy else ""
        _run(line, f"\n{sentence(hole.reason)}{close}", small=True)

    def _chapter_end(self, chapter: Chapter) -> None:
        self.document.add_heading(self.frame["may"], level=2)
        for said in chapter.say:
            self.document.add_paragraph(f"“{said.text}”", style="List Bullet")
        if not chapter.say:
            self.document.add_paragraph(self.frame["nothing_to_say"])
        if chapter.not_say:
            self.document.add_heading(self.frame["may_not"], level=2)
        for wrong in chapter.not_say:
            line = self.document.add_paragraph(f"✗ “{wrong.text}”")
            _run(line, f"\n{wrong.why}", small=True)

    def _table(self, head: Sequence[str], rows: int, shares: Sequence[float] = ()) -> Table:
        table: Table = self.document.add_table(rows=rows + 1, cols=len(head), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, share in zip(table.columns, shares or [1.0] * len(head), strict=True):
            width = int(LINE * share / (sum(shares) or len(head)))
            column.width = width
            for place in column.cells:
                place.width = width
                place.paragraphs[0].paragraph_format.space_after = Pt(0)
        for place, text in zip(table.rows[0].cells, head, strict=True):
            _run(place.paragraphs[0], text, bold=True, size=_SMALL)
        # nor to a header row that is repeated on each page
        properties = table.rows[0]._tr.get_or_add_trPr()
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        properties.append(repeated)
        return table


def _set_up(document: OpenDocument, book: Book) -> None:
    """Set page, letters, language and the facts of the file."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = LETTERS, Pt(10)
    style.paragraph_format.space_after = Pt(4)
    fonts = style.element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), spoken().code)
    fonts.append(language)
    if spoken().direction == "rtl":
        style.element.get_or_add_pPr().insert(0, OxmlElement("w:bidi"))
    facts, day = document.core_properties, datetime.fromisoformat(f"{book.edition.run_date}T12:00:00")
    told = front(book.edition, book.cover)
    facts.title, facts.language = told["title"], spoken().code
    facts.author = facts.last_modified_by = told["maker"]
    if told["notice"]:
        section.header.paragraphs[0].text = told["notice"]
    facts.created = facts.modified = day
    facts.comments = ""


def _fill(line: Paragraph, cell: Cell) -> None:
    if cell.use is not None:
        _run(
            line, f"{cell.use.symbol} " if cell.use.word == cell.text else f"{_mark(cell.use)} ", size=_SMALL
        )
    _run(line, cell.text, size=_SMALL)
    if cell.id:
        bookmark(line, cell.id)
    if cell.small:
        _run(line, f"\n{cell.small}", small=True)
    if cell.number:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _mark(use: Word | None) -> str:
    return f"{use.symbol} {use.word}" if use is not None else ""


def _run(line: Paragraph, text: str, *, bold: bool = False, small: bool = False, size: Any = None) -> None:
    if not text:
        return
    run = line.add_run(text)
    run.bold = bold or None
    if small:
        run.font.size, run.font.color.rgb = _SMALL, _QUIET
    elif size is not None:
        run.font.size = size


def _with_day(written: bytes, day: str) -> bytes:
    """Return the file with every entry dated with the day of the run: equal runs, equal bytes."""
    year, month, date = (int(part) for part in day.split("-"))
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written)) as given,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in given.namelist():  # the order is part of the format: the list of types comes first
            info = zipfile.ZipInfo(name, (year, month, date, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(info, given.read(name))
    return packed.getvalue()
