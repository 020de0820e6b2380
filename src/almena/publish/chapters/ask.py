"""What to ask, of whom, before deciding."""

from __future__ import annotations

from collections import defaultdict

from almena.model.observation import CONTEXT, Observation
from almena.publish.blocks import Block, Cell, Grid, Prose
from almena.publish.chapters.desk import Desk
from almena.publish.wording import hours_text

NOBODY = "whoever holds it"


def blocks(at: Desk) -> list[Block]:
    """Return the gaps by holder, shortest first, then the values too weak to use, then gaps told nowhere else."""
    gaps, weak = open_gaps(at), [o for o in at.facts.headlines.values() if o.use == CONTEXT and not o.is_missing]
    found: list[Block] = [b for b in (_who_table(at, gaps), _weak_table(at, weak)) if b.rows]
    if not found:
        found.append(Prose("Nothing to ask", "Every indicator has a value that is at least fit to discuss."))
    untold = [c for c in at.material.cards.values() if c.id in at.facts.headlines and c.id not in at.maker.told]
    return found + at.numbers("Told in no other chapter", untold)


def open_gaps(at: Desk) -> list[Observation]:
    """Return the gaps in the order in which to ask: by holder with the least work in all, then by effort."""
    cards = at.material.cards
    total: dict[str, float] = defaultdict(float)
    for gap in at.facts.gaps:
        total[cards[gap.indicator].who or NOBODY] += cards[gap.indicator].effort_hours

    def rank(gap: Observation) -> tuple[float, str, float, str]:
        card = cards[gap.indicator]
        who = card.who or NOBODY
        return total[who], who, card.effort_hours, card.id

    return sorted(at.facts.gaps, key=rank)


def _who_table(at: Desk, gaps: list[Observation]) -> Grid:
    rows = []
    for gap in gaps:
        card = at.material.cards[gap.indicator]
        href = "#" + at.maker.figure(gap, full=False).anchor
        rows.append(
            (
                Cell(card.who or NOBODY),
                Cell(card.title, small=gap.reason, href=href),
                Cell(gap.remedy or card.remedy),
                Cell(hours_text(card.effort_hours), number=True),
            )
        )
    head = ("Ask", "What is missing, and why", "What would close it", "Effort, assumed")
    return Grid("Questions, by who can answer them, shortest first", head, tuple(rows), first=200)


def _weak_table(at: Desk, weak: list[Observation]) -> Grid:
    rows = tuple(
        (
            Cell(at.material.cards[o.indicator].title, href="#" + at.maker.figure(o, full=False).anchor),
            at.maker.cell(o),
            Cell(o.reason),
            Cell(o.remedy or at.material.cards[o.indicator].remedy),
        )
        for o in weak
    )
    head = ("Value that is context only", "Value", "Why", "What would mend it")
    return Grid("Values too weak to decide or discuss on", head, rows, first=20)
