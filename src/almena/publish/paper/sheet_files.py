"""Write the neighbourhood sheets: one page for the wall, one picture for the phone, one list of codes."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

from almena.model.origin import Source
from almena.model.problem import InputError, Problem
from almena.packs.language import say
from almena.publish.atomic import new_folder
from almena.publish.book import Book, book_of
from almena.publish.citing import BOUNDARY, short_name
from almena.publish.exporters import FOLDER, Exporter
from almena.publish.material import PUBLIC_EDITION, Material
from almena.publish.paper.content import as_plain, front
from almena.publish.paper.place_map import SHOWN, PlaceMaps
from almena.publish.paper.sheets import Sheet, SheetMaker
from almena.publish.paper.typeset import press
from almena.publish.sitting import one_sitting
from almena.publish.wording import date_text, number_text, with_unit

TEMPLATE, CODES = "sheet.typ", "codes.csv"
NEIGHBOURHOODS = "neighbourhoods"
OSM, OSM_CREDIT = "OpenStreetMap", "© OpenStreetMap contributors"
WALL, PHONE = "a4", "phone"
PHONE_DOTS = 288.0  # per inch: a page of 270 by 480 points becomes 1080 by 1920 pixels
COLUMNS = (
    "code", "city", "place_id", "place", "question_number", "question", "edition", "date", "answer", "answered_on",
)  # fmt: skip


def write_sheets(material: Material, folder: Path) -> Path:
    """
    Write a PDF page and a phone picture per neighbourhood, and the list of all codes.

    Sheets go to residents, so they show the public edition whatever edition is asked for.

    Parameters
    ----------
    material : Material
        The run; it is cut here.
    folder : Path
        Replaced as a whole when the new one is complete.

    Returns
    -------
    Path
        The list of codes.

    Raises
    ------
    InputError
        When the city has no neighbourhoods.
    AlmenaError
        When a page cannot be set or the folder cannot be written.
    """
    with one_sitting():
        book = book_of(for_residents(material))
        sheets = SheetMaker(book.desk).sheets()
        if not sheets:
            raise InputError(_no_neighbourhoods(material))
        maps = PlaceMaps(book.desk.atlas)
        pictures = {_map_name(s): maps.svg(s.number).encode() for s in sheets}
        told = [sheet_content(book, maps, s) for s in sheets]
        with press(TEMPLATE, material.run_date, pictures) as sheet, new_folder(folder) as draft:
            head = {**front(book.edition), "frame": frame_words(book.edition)}
            screens = sheet.pictures({**head, "form": PHONE, "sheets": told}, dots_per_inch=PHONE_DOTS)
            for one, content, screen in zip(sheets, told, screens, strict=True):
                title = say("{place}, {city}: neighbourhood sheet", place=one.name, city=material.name)
                page = sheet.pdf({**head, "title": title, "form": WALL, "sheets": [content]})
                (draft / f"{_file_name(one)}.pdf").write_bytes(page)
                (draft / f"{_file_name(one)}.png").write_bytes(screen)
            (draft / CODES).write_bytes(code_list(sheets, book.edition))
    return folder / CODES


def has_neighbourhoods(material: Material) -> bool:
    """Tell whether the city has parts to make sheets for."""
    return len(material.places.items[material.places.parts]) > 0


def for_residents(material: Material) -> Material:
    """Return the run as the public may see it."""
    if material.edition == PUBLIC_EDITION:
        return material
    return replace(material, edition=PUBLIC_EDITION, city_roles=frozenset())


def sheet_content(book: Book, maps: PlaceMaps, sheet: Sheet) -> dict[str, Any]:
    """Return one sheet as data for its template."""
    metres = maps.bar_metres(sheet.number)
    length = (
        with_unit(number_text(metres / 1000, 0), "km")
        if metres >= 1000
        else with_unit(number_text(metres), "m")
    )
    event = book.desk.event
    shown = (
        say("The darker blue area is where the water stood in {event}. North is up; the bar is {length} long.",
            event=event.name, length=length)
        if event is not None and sheet.reached
        else say("North is up; the bar is {length} long.", length=length)
    )  # fmt: skip
    alt = say(
        "Map of {place} with its edge, streets, green and water as far as they are mapped.", place=sheet.name
    )
    return {**as_plain(sheet), "map": _map_name(sheet), "map_note": f"{shown} {credit(book)}", "map_alt": alt}


def credit(book: Book) -> str:
    """Return whom to credit for the small maps."""
    roles = {BOUNDARY, NEIGHBOURHOODS, *(role for role, _ in SHOWN)}
    sources = (
        s for s in book.desk.maker.numbers if s.role in roles and book.desk.atlas.layer(s.role) is not None
    )
    names = dict.fromkeys(_credited(source) for source in sources)
    return say("Map: {sources}.", sources=" · ".join(name for name in names if name)) if names else ""


def _credited(source: Source) -> str:
    return OSM_CREDIT if OSM in source.attribution else short_name(source)


def frame_words(edition: Material) -> dict[str, str]:
    """Return the words around the content of a sheet."""
    return {
        "kicker": say(
            "{city}: neighbourhood sheet, {date}", city=edition.name, date=date_text(edition.run_date)
        ),
        "intro": say(
            "These are the numbers that files of the city hold about the place where you live. "
            "Some are old, some come from a model. You know better: write to us with the codes below."
        ),
        "held": say("What the city holds about this neighbourhood"),
        "nothing": say("Nothing yet by neighbourhood."),
        "age": say("How old it is"),
        "what": say("What"),
        "value": say("Value"),
        "no_date": say("no date given"),
        "unknown": say("What it does not know"),
        "nothing_unknown": say("Nothing on our list."),
        "questions": say("Three questions to you"),
        "code": say("Code:"),
        "back": say("Send the code and your answer to:"),
        "back_phone": say("Answer the person who sent you this picture: the code, then your answer."),
        "credit": say(
            "The numbers come from files, not from a visit. Nothing on this sheet is a reason to move anybody."
        ),
        "warning": say("In danger, follow the warnings of civil defence, not this paper."),
    }


def code_list(sheets: tuple[Sheet, ...], edition: Material) -> bytes:
    """Return the list of all codes as CSV with two empty columns for the answers; a spreadsheet opens it as UTF-8."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for sheet in sheets:
        for question in sheet.questions:
            rows.writerow(
                (question.code, edition.city, sheet.place, sheet.name, question.number, question.text,
                 edition.edition, edition.run_date, "", "")
            )  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


def _file_name(sheet: Sheet) -> str:
    plain = normalize("NFKD", sheet.name).encode("ascii", "ignore").decode().lower()
    return f"{sheet.number:03d}-{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')}".strip("-")


def _map_name(sheet: Sheet) -> str:
    return f"place-{sheet.number}.svg"


def _no_neighbourhoods(material: Material) -> Problem:
    return Problem(
        say("There are no neighbourhoods to make sheets for"),
        material.city,
        say("the city has no file of its parts"),
        say("Load a file of the role neighbourhoods, then profile the city again."),
    )


SHEETS = Exporter(
    "sheets",
    "one sheet per neighbourhood, for wall and phone, with paper codes",
    write_sheets,
    FOLDER,
    in_zip="sheets",
    can_hold=has_neighbourhoods,
)
