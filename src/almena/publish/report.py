"""Write the report: one folder that opens anywhere, tells a story and loads nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from almena.packs.language import count, say, spoken
from almena.publish.atomic import new_folder
from almena.publish.blocks import Chapter
from almena.publish.chapters.book import build_chapters
from almena.publish.chapters.desk import set_up
from almena.publish.editions import for_edition
from almena.publish.lettering import FONTS, font_style, lay_fonts
from almena.publish.maps.paint import draw_maps
from almena.publish.maps.shapes import MapJob
from almena.publish.material import CITY_EDITION, Material
from almena.publish.records import csv_bytes
from almena.publish.wording import date_text, sentence
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
    edition = for_edition(material)
    page, jobs = render(edition)
    with new_folder(folder) as draft:
        draw_maps(jobs, draft / MAPS, workers)
        (draft / DATA).write_bytes(csv_bytes(edition))
        (draft / PAGE).write_bytes(page.encode())
        lay_fonts(spoken(), draft / FONTS)
    return folder / PAGE


def render(edition: Material) -> tuple[str, Sequence[MapJob]]:
    """Return the page and the maps that it shows, for a material that already is an edition."""
    desk = set_up(edition)
    chapters = build_chapters(desk)
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            language=spoken(),
            material=edition,
            city_edition=edition.edition == CITY_EDITION,
            chapters=chapters,
            summary=_summary(chapters),
            run_date=date_text(edition.run_date),
            uses=words("use"),
            data_file=DATA,
            style=Markup(_style()),  # noqa: S704 - our own stylesheet
            font_style=Markup(font_style(spoken())),  # noqa: S704 - our own fonts
        )
    )
    return re.sub(r"\n\s*\n+", "\n", page), desk.atlas.jobs


def _summary(chapters: Sequence[Chapter]) -> str:
    return count(
        "Resilience profile in {number} chapter, each number with its range and its source.",
        "Resilience profile in {number} chapters, each number with its range and its source.",
        len(chapters),
    )


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
