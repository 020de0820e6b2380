"""An edition with its chapters and maps: the one tree that every writer of the report walks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from almena.publish.blocks import Chapter
from almena.publish.chapters.book import build_chapters
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.editions import for_edition
from almena.publish.maps.shapes import MapJob
from almena.publish.material import Material
from almena.publish.meant import judged_where_meant
from almena.publish.sitting import once


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
    """

    desk: Desk
    chapters: tuple[Chapter, ...]

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
    return Book(desk, build_chapters(desk))
