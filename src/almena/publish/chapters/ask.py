"""What to ask, of whom, before deciding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from almena.model.observation import CONTEXT, Observation
from almena.packs.language import say
from almena.publish.blocks import Block, Cell, Grid, Prose
from almena.publish.chapters.desk import Desk
from almena.publish.chapters.sections import told
from almena.publish.reasons import closing, plain_reason, short_reason
from almena.publish.wording import capital, hours_text, listed, sentence


@dataclass(frozen=True)
class Question:
    """One thing to ask somebody, with the gaps that the answer closes and the hours it is assumed to take."""

    who: str
    remedy: str
    reason: str
    gaps: tuple[Observation, ...]
    hours: float


def blocks(at: Desk) -> list[Block]:
    """Return the gaps by holder, shortest first, then the values too weak to use, then gaps told nowhere else."""
    weak = [o for o in at.facts.headlines.values() if o.use == CONTEXT and not o.is_missing]
    found: list[Block] = [b for b in (_who_table(at, questions(at)), _weak_table(at, weak)) if b.rows]
    if not found:
        found.append(
            Prose(say("Nothing to ask"), say("Every indicator has a value that is at least fit to discuss."))
        )
    untold = [
        c for c in at.material.cards.values() if c.id in at.facts.headlines and c.id not in at.maker.told
    ]
    return [*found, *told(at, "ask", untold).values()]


def questions(at: Desk) -> list[Question]:
    """Return what to ask: gaps that one answer closes together, by the holder with the least work in all."""
    together: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for gap in at.facts.gaps:
        card, roles = at.material.cards[gap.indicator], at.material.roles
        together[
            card.who or say("whoever holds it"), closing(gap, card, roles), plain_reason(gap, roles)
        ].append(gap)
    found = [Question(*key, tuple(gaps), _hours(at, gaps)) for key, gaps in together.items()]
    total: dict[str, float] = defaultdict(float)
    for question in found:
        total[question.who] += question.hours
    first = at.material.pressing.cards

    def order(asked: Question) -> tuple[bool, float, str, float, str]:
        """Return what the question is sorted by: what the pressing need asks for goes before all."""
        presses = any(gap.indicator in first for gap in asked.gaps)
        return not presses, total[asked.who], asked.who, asked.hours, asked.gaps[0].indicator

    return sorted(found, key=order)


def _hours(at: Desk, gaps: list[Observation]) -> float:
    return max(at.material.cards[gap.indicator].effort_hours for gap in gaps)


def _who_table(at: Desk, asked: list[Question]) -> Grid:
    head = (
        say("Ask"), say("What is missing, and why"), say("What would close it"), say("Effort, assumed")
    )  # fmt: skip
    rows = tuple(_question_row(at, question) for question in asked)
    return Grid(say("Questions, by who can answer them, shortest first"), head, rows, first=200)


def _question_row(at: Desk, question: Question) -> tuple[Cell, ...]:
    titles = listed(at.material.cards[gap.indicator].title for gap in question.gaps)
    href = "#" + at.maker.figure(question.gaps[0], full=False).anchor
    return (
        Cell(capital(question.who)),
        Cell(titles, small=sentence(question.reason), href=href),
        Cell(sentence(question.remedy)),
        Cell(hours_text(question.hours), number=True),
    )


def _weak_table(at: Desk, weak: list[Observation]) -> Grid:
    rows = tuple(
        (
            Cell(at.material.cards[o.indicator].title, href="#" + at.maker.figure(o, full=False).anchor),
            at.maker.cell(o),
            Cell(short_reason(o.reason)),
            Cell(o.remedy or at.material.cards[o.indicator].remedy),
        )
        for o in weak
    )
    head = (say("Value that is context only"), say("Value"), say("Why"), say("What would mend it"))
    return Grid(say("Values too weak to decide or discuss on"), head, rows, first=20)
