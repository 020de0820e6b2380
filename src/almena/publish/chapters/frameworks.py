"""The values of a report by the codes of the frameworks, and the parts of the themes, that the city has added."""

from __future__ import annotations

from almena.packs.language import count, say, spoken
from almena.packs.pack_mappings import Mapped
from almena.packs.pack_views import CODES, QUESTIONS, THEME, Entry, view_of
from almena.packs.packs import PACK, notes_of, pack_text
from almena.publish.blocks import Block, Cell, Grid
from almena.publish.chapters.desk import Desk
from almena.publish.figures import use_word, value_texts
from almena.publish.wording import date_text, listed, number_text

_FIRST = 12


def blocks(at: Desk) -> list[Block]:
    """Return a table for each framework and theme that the city has added; none where it has added none."""
    tables = [_table(at, pack) for pack in at.material.views if _is_viewed(at, pack)]
    return [table for table in tables if table.rows or table.note]


def _is_viewed(at: Desk, pack: str) -> bool:
    found = at.material.packs.get(pack)
    return found is not None and bool(found.table(CODES) or found.table(THEME))


def _table(at: Desk, identity: str) -> Grid:
    pack, language = at.material.packs[identity], spoken().code
    entries = view_of(pack, at.material.packs, at.material.cards, language)
    counted = [entry for entry in entries if entry.counts]
    rows = tuple(
        row for entry in counted for mapped in entry.mapped if (row := _row(at, entry, mapped)) is not None
    )
    title = pack_text(pack, PACK, pack.id, "title", language)
    notes = notes_of(pack, language)
    if pack.table(THEME):
        head = (say("Part"), say("Indicator"), say("Value"), say("Date"))
        return Grid(title, head, rows, first=_FIRST, note=" ".join(notes))
    head = (say("Code"), say("Indicator"), say("Value"), say("Date"))
    caption = say("By the codes of {framework}", framework=title)
    return Grid(caption, head, rows, first=_FIRST, note=" ".join([*_counts(at, counted), *notes]))


def _row(at: Desk, entry: Entry, mapped: Mapped) -> tuple[Cell, ...] | None:
    label = Cell(entry.part, small=entry.why) if entry.part else Cell(entry.code, small=entry.title)
    kind = "" if entry.part else _kind(mapped.kind)
    if mapped.indicator not in at.material.cards:
        question = _question(at, mapped.indicator)
        return (
            (label, Cell(question, small=kind), Cell(say("a question to the city")), Cell(""))
            if question
            else None
        )
    card = at.material.cards[mapped.indicator]
    observation = at.facts.headline(mapped.indicator)
    if observation is None:
        return label, Cell(card.title, small=kind), Cell(say("not measured")), Cell("")
    value, spread = value_texts(observation, card)
    href = "#" + at.maker.figure(observation, full=False).anchor
    use = use_word(observation)
    shown = Cell(value or use.word, small=spread, use=use, number=bool(value))
    return (
        label,
        Cell(card.title, small=kind, href=href),
        shown,
        Cell(date_text(observation.period) if value else ""),
    )


def _kind(kind: str) -> str:
    told = {
        "same": say("the same"),
        "narrower": say("narrower, measures a part"),
        "broader": say("broader, measures more"),
        "related": say("related, measures something near"),
    }
    return told.get(kind, kind)


def _question(at: Desk, identity: str) -> str:
    """Return the words of a question, whichever pack asks it; its answers are not part of this report."""
    for pack in at.material.packs.values():
        if any(row["id"] == identity for row in pack.table(QUESTIONS)):
            return pack_text(pack, QUESTIONS, identity, "text", spoken().code)
    return ""


def _counts(at: Desk, entries: list[Entry]) -> list[str]:
    """Say how many codes have an indicator and a value in this edition, and which have none."""
    if not entries:
        return []
    mapped = [entry for entry in entries if entry.mapped]
    known = sum(any(at.facts.value(m.indicator) is not None for m in entry.mapped) for entry in mapped)
    told = count(
        "{mapped} of {number} code has an indicator here, {known} a value.",
        "{mapped} of {number} codes have an indicator here, {known} a value.",
        len(entries),
        mapped=len(mapped),
        known=known,
    )
    without = [entry.code for entry in entries if not entry.mapped]
    share = number_text(100 * len(without) / len(entries), 0)
    if not without:
        return [told]
    return [told, say("Not mapped, {share} %: {codes}.", share=share, codes=listed(without))]
