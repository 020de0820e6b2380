"""Set the mayor's brief on two sheets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from almena.packs.language import say
from almena.publish.atomic import write_whole
from almena.publish.blocks import Picture
from almena.publish.book import Book, book_of
from almena.publish.exporters import Exporter
from almena.publish.maps.paint import paint
from almena.publish.maps.shapes import MapJob
from almena.publish.material import Material
from almena.publish.paper.brief import Brief, make_brief
from almena.publish.paper.content import as_plain, front
from almena.publish.paper.typeset import press
from almena.publish.sitting import one_sitting
from almena.publish.wording import date_text
from almena.publish.words import words

TEMPLATE, MAP = "brief.typ", "minute.png"
LETTERS = 2.0  # the map is 7.4 cm wide; its smallest letters are then above 5 points


def write_brief(material: Material, out: Path) -> Path:
    """
    Write the mayor's brief as a tagged PDF of two A4 pages.

    Parameters
    ----------
    material : Material
        The run; it is cut to its edition here.
    out : Path
        The file; the former one stays when something fails.

    Raises
    ------
    AlmenaError
        When a page cannot be set or the file cannot be written.
    """
    with one_sitting():
        book = book_of(material)
        pictures = {MAP: paint(small_map(book))}
        with press(TEMPLATE, material.run_date, pictures) as sheet:
            return write_whole(out, sheet.pdf(brief_content(book)))


def brief_content(book: Book) -> dict[str, Any]:
    """Return the brief as data for its template."""
    brief, city = make_brief(book.desk), book.edition.name
    day = date_text(book.edition.run_date)
    title = say("{city}: the mayor’s brief, {date}", city=city, date=day)
    blocks = (block for chapter in book.chapters for block in chapter.blocks)
    picture = next(b for b in blocks if isinstance(b, Picture) and b.file.endswith(MAP))
    width, height = small_map(book).size
    told = {
        "map": MAP,
        "map_alt": picture.alt,
        "map_note": picture.note,
        "map_ratio": height / width,
    }
    return {
        **front(book.edition),
        **told,
        "title": title,
        "date": day,
        "brief": as_plain(brief),
        "frame": _frame(brief, day),
    }


def small_map(book: Book) -> MapJob:
    """Return the first map with letters that can be read at less than half its width in the report."""
    return replace(next(job for job in book.jobs if job.file == MAP), letters=LETTERS)


def _frame(brief: Brief, day: str) -> dict[str, str | list[str]]:
    return {
        "name": say("The mayor’s brief, {date}", date=day),
        "system": say("What happened to the system") if brief.happened else say("What is known so far"),
        "early": say(
            "It is too early for findings: most of the city is not known to this profile yet. "
            "This brief says what to ask first."
        ),
        "no_system": say("No value with a range and a year yet."),
        "strengths": say("Strong"),
        "no_strength": say(
            "No value about people or services reaches an agreed benchmark beyond doubt. "
            "That is no finding of weakness."
        ),
        "red": _red_heading(brief),
        "because": say("Because:"),
        "against": say("Against it:"),
        "decisions": say("To decide"),
        "gain": say("Who gains:"),
        "lose": say("Who may lose:"),
        "quick": say("Quick wins"),
        "overturn": say("What could overturn this"),
        "residents": say("What residents may be told"),
        "agreed": say("Who agreed"),
        "nobody": say("Nobody has agreed to these numbers yet."),
        "mayor": say("Mayor or political focal point, date"),
        "technical": say("Technical focal point, date"),
        "next": say("Next look"),
        "when": say("With the first answer that comes back, at the latest in {date}.", date=brief.next_look),
        "proposal": say("Decisions and quick wins are our proposal, to be weighed by the city."),
        "page": say("Page"),
        "key": _key(brief),
    }


def _key(brief: Brief) -> list[str]:
    """Return what the marks before the numbers mean, as far as the brief shows them."""
    shown = {number.use.id for number in brief.numbers}
    return [f"{use.symbol} {use.meaning}" for use in words("use") if use.id in shown]


def _red_heading(brief: Brief) -> str:
    """Return what the findings have in common: what nobody knows is no red mark."""
    measured = [finding.number is not None for finding in brief.red]
    if not any(measured):
        return say("Not known")
    return say("Red") if all(measured) else say("Red, and not known")


BRIEF = Exporter(
    "brief",
    "the mayor’s brief: two sheets",
    write_brief,
    each_run="reports/mayors-brief.pdf",
    in_zip="mayors-brief.pdf",
)
