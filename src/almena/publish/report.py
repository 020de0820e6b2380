"""Write the report: one folder that opens anywhere, tells a story and loads nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from almena.packs.language import count, say, spoken
from almena.publish.atomic import new_folder
from almena.publish.book import Book, book_of
from almena.publish.lettering import FONTS, font_style, lay_fonts
from almena.publish.material import CITY_EDITION, Material
from almena.publish.records import csv_bytes
from almena.publish.wording import country_text, date_text, sentence
from almena.publish.words import words

PAGE, DATA, MAPS = "index.html", "observations.csv", "maps"


def write_report(material: Material, folder: Path, *, workers: int = 1) -> Path:
    """
    Write the report of an edition into a folder.

    Parameters
    ----------
    material : Material
        The run; it is cut to its edition here, so that nothing withheld can slip through.
    folder : Path
        Folder of the report; replaced as a whole when the new one is complete.
    workers : int
        Processes that paint the maps.

    Returns
    -------
    Path
        The page to open. The same material gives the same bytes.

    Raises
    ------
    AlmenaError
        When the folder cannot be written; a former report is then still there.
    """
    return write_pages(book_of(material), folder, workers=workers)


def write_pages(book: Book, folder: Path, *, workers: int = 1) -> Path:
    """
    Write a document as a folder with one page.

    Parameters
    ----------
    book : Book
        The document, of an edition.
    folder : Path
        Its folder; replaced as a whole when the new one is complete.
    workers : int
        Processes that paint the maps.

    Returns
    -------
    Path
        The page to open.

    Raises
    ------
    AlmenaError
        When the folder cannot be written; a former one is then still there.
    """
    page = render(book)
    with new_folder(folder) as draft:
        (draft / MAPS).mkdir()
        for file, picture in book.pictures(workers).items():
            (draft / MAPS / file).write_bytes(picture)
        (draft / DATA).write_bytes(csv_bytes(book.edition))
        (draft / PAGE).write_bytes(page.encode())
        lay_fonts(spoken(), draft / FONTS)
    return folder / PAGE


def render(book: Book) -> str:
    """Return the page."""
    edition, chapters = book.edition, book.chapters
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            language=spoken(),
            material=edition,
            city_edition=edition.edition == CITY_EDITION,
            chapters=chapters,
            cover=book.cover,
            run_date=date_text(edition.run_date),
            country=country_text(edition.country),
            uses=words("use"),
            data_file=DATA,
            style=Markup(_style()),  # noqa: S704 - our own stylesheet
            font_style=Markup(font_style(spoken())),  # noqa: S704 - our own fonts
        )
    )
    return re.sub(r"\n\s*\n+", "\n", page)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("almena.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sentence"] = sentence
    environment.globals.update(say=say, count=count)
    return environment


@lru_cache(maxsize=1)
def _style() -> str:
    return (resources.files("almena.publish") / "templates" / "style.css").read_text(encoding="utf-8")
