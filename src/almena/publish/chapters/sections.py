"""Put the indicators of a chapter into sections, in the order of a table; holes come last, together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from almena.model.card import Card
from almena.packs.language import from_table
from almena.packs.table import read_table
from almena.publish.blocks import Numbers
from almena.publish.chapters.desk import Desk

ANY, REST, HOLES = "*", "rest", "holes"


@dataclass(frozen=True)
class Section:
    """A heading with the indicators told under it, folded or not; a star stands for all the others."""

    id: str
    title: str
    indicators: tuple[str, ...]
    folded: bool = False


def sections_of(chapter: str) -> tuple[Section, ...]:
    """Return the sections of a chapter in their order, the holes last."""
    rows = [r for r in read_table("report_sections.csv") if r["chapter"] in (chapter, ANY)]
    rows.sort(key=lambda r: int(r["order"]))
    return tuple(
        Section(
            r["id"],
            from_table("report_sections", r["title"]),
            tuple(r["indicators"].split()),
            bool(r["fold"]),
        )
        for r in rows
    )


def told(at: Desk, chapter: str, cards: Iterable[Card] | None = None) -> dict[str, Numbers]:
    """
    Return the numbers of a chapter by section, each in full, without sections that are empty.

    Parameters
    ----------
    at : Desk
        The tools.
    chapter : str
        Which chapter; its cards are told unless others are given.
    cards : iterable of Card, optional
        What to tell instead.
    """
    wanted = list(at.facts.cards(chapter) if cards is None else cards)
    sections = sections_of(chapter)
    found: dict[str, Numbers] = {}
    holes: list[Card] = []
    for section in sections:
        chosen = _chosen(section, sections, wanted)
        holes += [c for c in chosen if at.facts.value(c.id) is None]
        block = at.maker.numbers_of(section.title, [c for c in chosen if c not in holes])
        if section.id == HOLES:
            block = at.maker.numbers_of(section.title, holes)
        if block.figures or block.holes:
            found[section.id] = replace(block, folded=section.folded)
    return found


def _chosen(section: Section, sections: Iterable[Section], cards: list[Card]) -> list[Card]:
    if ANY in section.indicators:
        placed = {i for s in sections for i in s.indicators}
        return [c for c in cards if c.id not in placed]
    return sorted(
        (c for c in cards if c.id in section.indicators), key=lambda c: section.indicators.index(c.id)
    )
