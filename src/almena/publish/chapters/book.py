"""The order of the chapters, and what a city without an event file gets instead of three of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from almena.packs.language import from_table, say
from almena.packs.table import Row, read_table
from almena.publish.blocks import Block, Chapter
from almena.publish.chapters import after, ask, before, desk, event, known, minute, neighbourhoods, sources

Build = Callable[[desk.Desk], Sequence[Block]]

BLOCKS: dict[str, Build] = {
    "minute": minute.blocks,
    "known": known.blocks,
    "who": before.who,
    "works": before.works,
    "reached": event.reached,
    "places": neighbourhoods.places,
    "promised": event.promised,
    "wear": after.wear,
    "ask": ask.blocks,
    "sources": sources.blocks,
}
EVENT_CHAPTERS = ("reached", "places", "promised")


def build_chapters(at: desk.Desk) -> tuple[Chapter, ...]:
    """
    Return the chapters in order, numbered as they stand.

    Without an event file the chapters about the event become one, which says so and what to load.
    """
    chapters: list[Chapter] = []
    for row in sorted(read_table("chapters.csv"), key=lambda r: int(r["number"])):
        if at.event is None and row["id"] in EVENT_CHAPTERS[1:]:
            continue
        chapters.append(_chapter(at, row, len(chapters) + 1))
    return tuple(chapters)


def _chapter(at: desk.Desk, row: Row, number: int) -> Chapter:
    merged = at.event is None and row["id"] == EVENT_CHAPTERS[0]
    blocks = event.no_event(at) if merged else BLOCKS[row["id"]](at)
    told = EVENT_CHAPTERS if merged else (row["id"],)
    without = at.event is None
    title = row["title_without_event"] if without and row["title_without_event"] else row["title"]
    lead = row["lead_without_event"] if without and row["lead_without_event"] else row["lead"]
    names = {"city": at.material.name, "event": at.event.name if at.event else say("the flood")}
    return Chapter(
        id=row["id"],
        number=number,
        title=from_table("chapters", title),
        facts=at.teller.lead(row["id"]),
        lead=from_table("chapters", lead).format_map(names),
        blocks=tuple(blocks),
        say=at.teller.may_say(told),
        not_say=at.teller.may_not_say(told),
    )
