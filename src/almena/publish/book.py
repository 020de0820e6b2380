"""An edition with its chapters and maps: the one tree that every writer of the report walks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from almena.packs.language import count, say
from almena.publish.blocks import Chapter, Word
from almena.publish.chapters.book import build_chapters
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.editions import for_edition
from almena.publish.maps.shapes import MapJob
from almena.publish.material import Material
from almena.publish.meant import judged_where_meant
from almena.publish.sitting import once
from almena.publish.wording import date_text


@dataclass(frozen=True)
class Cover:
    """
    What stands on the first page of a document and around all others.

    Parameters
    ----------
    name, title : str
        What the document is; the same with city and day.
    summary : str
        For those who only see a list of documents.
    notice : str
        What every page must say; empty when there is nothing of the kind.
    key : tuple of Word
        Marks that the document uses beside those of use classes.
    """

    name: str
    title: str
    summary: str
    notice: str = ""
    key: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Book:
    """
    The report before it has a format.

    Parameters
    ----------
    desk : Desk
        The edition and the tools that made the chapters.
    chapters : tuple of Chapter
        In their order.
    cover : Cover
        Its name, and what each page says.
    """

    desk: Desk
    chapters: tuple[Chapter, ...]
    cover: Cover

    @property
    def edition(self) -> Material:
        """Return the run, cut to its edition."""
        return self.desk.material

    @property
    def jobs(self) -> tuple[MapJob, ...]:
        """Return the maps to be painted."""
        return tuple(self.desk.atlas.jobs)

    def pictures(self, workers: int = 1) -> Mapping[str, bytes]:
        """Return the PNG maps by file name, painted once in a sitting."""
        return once("pictures", self, lambda: self._painted(workers))

    def _painted(self, workers: int) -> dict[str, bytes]:
        from almena.publish.maps.paint import painted  # who paints nothing need not wait for matplotlib

        files = [job.file for job in self.jobs]
        return dict(zip(files, painted(self.jobs, workers), strict=True))


def edition_of(material: Material) -> Material:
    """Return what an edition may show, cut once in a sitting; an edition is its own edition."""
    edition = once("edition", material, lambda: judged_where_meant(for_edition(material)))
    return once("edition", edition, lambda: edition)


def book_of(material: Material) -> Book:
    """
    Return the report of a material as a tree, made once in a sitting.

    Parameters
    ----------
    material : Material
        The run; it is cut to its edition here, so that nothing withheld can slip through.
    """
    edition = edition_of(material)
    return once("book", edition, lambda: _made(edition))


def _made(edition: Material) -> Book:
    desk = set_up(edition)
    chapters = build_chapters(desk)
    return Book(desk, chapters, _cover(edition, len(chapters)))


def _cover(edition: Material, chapters: int) -> Cover:
    return Cover(
        name=say("Resilience profile"),
        title=say("{city}: resilience profile, {date}", city=edition.name, date=date_text(edition.run_date)),
        summary=count(
            "Resilience profile in {number} chapter, each number with its range and its source.",
            "Resilience profile in {number} chapters, each number with its range and its source.",
            chapters,
        ),
    )
