"""The two documents as books, written as page, PDF and DOCX by the writers of the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from almena.model.case import Case
from almena.model.diagnosis import Diagnosis
from almena.model.observation import Observation
from almena.model.register import Registers
from almena.model.taxonomy import Taxonomy
from almena.packs.language import say
from almena.publish.atomic import write_whole
from almena.publish.blocks import Chapter
from almena.publish.book import Book, Cover, edition_of
from almena.publish.casebook import diagnosis_book, profile_book
from almena.publish.casebook.desk import CaseDesk
from almena.publish.casebook.evidence import Evidence
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.citing import source_text
from almena.publish.figures import value_texts
from almena.publish.material import Material
from almena.publish.report import write_pages
from almena.publish.sitting import once, one_sitting
from almena.publish.wording import date_text
from almena.publish.words import words

NOTHING = Case(Registers(), Taxonomy(), Diagnosis())


def diagnosis_book_of(material: Material) -> Book:
    """
    Return the Urban Resilience Diagnosis of a material, cut to its edition here.

    Parameters
    ----------
    material : Material
        The run with the city's case.
    """
    return _book(material, "diagnosis", say("Urban Resilience Diagnosis"), diagnosis_book.chapters_of)


def profile_book_of(material: Material) -> Book:
    """
    Return the Resilience Profile in four sets of a material, cut to its edition here.

    Parameters
    ----------
    material : Material
        The run with the city's case.
    """
    return _book(material, "four-sets", say("Resilience Profile in four sets"), profile_book.chapters_of)


def _book(
    material: Material, what: str, name: str, chapters: Callable[[CaseDesk], tuple[Chapter, ...]]
) -> Book:
    edition = edition_of(material)
    return once(what, edition, lambda: _made(edition, name, chapters))


def _made(edition: Material, name: str, chapters: Callable[[CaseDesk], tuple[Chapter, ...]]) -> Book:
    at, case = set_up(edition), edition.case or NOTHING
    made = chapters(CaseDesk(at, case, _evidence(at, case)))
    return Book(at, made, _cover(edition, case, name))


def _evidence(at: Desk, case: Case) -> Evidence:
    """Return the evidence with what the profile has measured: its names in the reader's language, its values."""
    titles = {card.id: card.title for card in at.material.cards.values()}
    titles |= {element.id: element.title for element in at.material.elements.values()}
    known = {i: o for i in at.material.cards if (o := at.facts.value(i)) is not None}
    measured = {i: (_shown(at, o), source_text(o)) for i, o in known.items()}
    return Evidence(case, titles, measured)


def _shown(at: Desk, observation: Observation) -> str:
    value, spread = value_texts(observation, at.material.cards[observation.indicator])
    period = date_text(observation.period) if observation.period else ""
    return "; ".join(filter(None, (f"{value}, {spread}" if spread else value, period)))


def _cover(edition: Material, case: Case, name: str) -> Cover:
    title = say(
        "{city}: {document}, {date}", city=edition.name, document=name, date=date_text(edition.run_date)
    )
    notice = say("Illustration, not adopted by the municipality") if case.is_illustration else ""
    summary = say("{document}: every statement with its evidence, for and against.", document=name)
    return Cover(name, title, summary, notice, words("colour"))


def page(book_of: Callable[[Material], Book]) -> Callable[[Material, Path], Path]:
    """Return a function that writes a book as a folder with a page."""

    def write(material: Material, out: Path) -> Path:
        """Write the page into a folder, replaced as a whole when the new one is complete."""
        with one_sitting():
            return write_pages(book_of(material), out)

    return write


def paper(book_of: Callable[[Material], Book]) -> Callable[[Material, Path], Path]:
    """Return a function that writes a book as a PDF that is tagged for screen readers."""

    def write(material: Material, out: Path) -> Path:
        """Write the PDF; the former one stays when something fails."""
        from almena.publish.paper.report_pdf import book_pdf

        with one_sitting():
            return write_whole(out, book_pdf(book_of(material)))

    return write


def text(book_of: Callable[[Material], Book]) -> Callable[[Material, Path], Path]:
    """Return a function that writes a book as a DOCX to edit and sign."""

    def write(material: Material, out: Path) -> Path:
        """Write the DOCX; the former one stays when something fails."""
        from almena.publish.paper.word_writer import docx_bytes

        with one_sitting():
            return write_whole(out, docx_bytes(book_of(material)))

    return write
