"""The Urban Resilience Diagnosis: context, state by priority matter, trajectory, synthesis, evidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from almena.model.diagnosis import Priority
from almena.packs.language import count, say
from almena.publish.blocks import Block, Cell, Chapter, Findings, Grid, Prose
from almena.publish.casebook import evidence as told
from almena.publish.casebook import parts
from almena.publish.casebook.claims import (
    chain_claims,
    hazard_claims,
    priority_claim,
    red_claim,
    shared_claims,
    stress_claims,
)
from almena.publish.casebook.desk import CaseDesk, chapter, entered, missing, progress, totals
from almena.publish.casebook.evidence import anchor, colour_word
from almena.publish.wording import number_text


def chapters_of(desk: CaseDesk) -> tuple[Chapter, ...]:
    """
    Return the chapters, in the order of the diagnosis of Teresina.

    Parameters
    ----------
    desk : CaseDesk
        The tools.
    """
    return (
        chapter(1, "context", say("Urban context"),
                say("Who and where the city is, who carries the process, and what was entered so far."),
                [*parts.context(desk), *parts.focal_points(desk), entered(desk),
                 *missing(desk, ("focal_points", "stakeholders", "shocks", "stresses", "priorities", "links"))]),
        chapter(2, "state", say("Current state by priority matter"),
                say("What the city puts first, and what speaks for it and against it."), state(desk)),
        chapter(3, "trajectory", say("Trajectory"),
                say("Where the city is heading: its climate, its shocks through time, its policies."),
                [*parts.climate_trends(desk), *decades(desk), *policy_review(desk)]),
        chapter(4, "synthesis", say("Synthesis and diagnosis"),
                say("What follows from all of it, with the records behind each statement."), synthesis(desk)),
        chapter(5, "evidence", say("Evidence"),
                say("Every entry that a statement links to, with its source."), parts.evidence(desk)),
    )  # fmt: skip


def state(desk: CaseDesk) -> list[Block]:
    """Return each priority matter with its case, its indicators, shocks, stresses and policies."""
    found: list[Block] = [*parts.priorities(desk), *missing(desk, ("priorities", "links", "judgements"))]
    for matter in desk.case.diagnosis.priorities:
        found += _matter(desk, matter)
    return [*found, *progress(desk, components=False)]


def _matter(desk: CaseDesk, matter: Priority) -> list[Block]:
    at = desk.evidence
    claims = (
        priority_claim(at, matter),
        *hazard_claims(at, matter, desk.case.diagnosis.risks),
        *stress_claims(at, matter),
    )
    blocks: list[Block] = [Findings(matter.title, claims, note=matter.description)]
    table = _indicators(desk, matter)
    return [*blocks, table] if table.rows else blocks


def _indicators(desk: CaseDesk, matter: Priority) -> Grid:
    graph, at = desk.evidence.graph, desk.evidence
    reasons: dict[str, list[str]] = {}
    for link in graph.by_priority.get(matter.id, ()):
        through = [at.name(x) for x in (link.hazard, link.stress, link.stressor) if x]
        reasons.setdefault(link.indicator, []).append(" – ".join(through) or say("directly"))
    rows = []
    for indicator, through in reasons.items():
        mark = colour_word(graph.colour(indicator))
        component = graph.component_of(indicator) or graph.element_of(indicator)
        rows.append((
            Cell(at.name(indicator), small=indicator, href=anchor("indicator", indicator)),
            Cell(at.name(component) if component else ""),
            Cell(mark.word, use=mark),
            Cell(at.value(indicator)),
            Cell("; ".join(dict.fromkeys(through))),
        ))  # fmt: skip
    head = (say("Indicator"), say("Component"), say("Colour"), say("Value"), say("Belongs to it through"))
    return Grid(say("{title}: its indicators", title=matter.title), head, tuple(rows), first=60)


def decades(desk: CaseDesk) -> list[Block]:
    """Return how many records begin in each decade, by type of shock."""
    types = {h.id: h.type for h in desk.case.taxonomy.hazards.values()}
    dated = [s for s in desk.case.registers.shocks if s.start[:4].isdigit()]
    if not dated:
        return missing(desk, ("shocks",))
    counts = Counter((types.get(s.hazard, s.hazard), s.start[:3]) for s in dated)
    columns = sorted({decade for _, decade in counts})
    rows = tuple(
        (
            Cell(kind),
            *(Cell(number_text(counts[kind, d]) if counts[kind, d] else "·", number=True) for d in columns),
        )
        for kind in sorted({kind for kind, _ in counts})
    )
    note = say(
        "More records in later years may only mean that more was written down: no trend can be claimed from them."
    )
    head = (say("Type of shock"), *(f"{d}0–{d}9" for d in columns))
    return [Grid(say("Records of shocks through time"), head, rows, first=40, note=note)]


def policy_review(desk: CaseDesk) -> list[Block]:
    """Return which policies serve each priority matter, and which matters none serves."""
    given = desk.case.registers.policies
    if not given:
        return missing(desk, ("policies",))
    found: list[Block] = []
    for matter in desk.case.diagnosis.priorities:
        serving = [p for p in given if p.id in matter.policies]
        title = say("Policies for: {title}", title=matter.title)
        if serving:
            found.append(_serving(title, told.policies(desk.evidence, serving)))
        else:
            found.append(Prose(title, say("No policy on record serves this matter.")))
    others = [p for p in given if not p.priorities]
    if others:
        text = count(
            "{number} policy on record is tied to no priority matter: {titles}.",
            "{number} policies on record are tied to no priority matter: {titles}.",
            len(others),
            titles="; ".join(p.title for p in others),
        )
        found.append(Prose(say("Policies beside the priority matters"), text))
    return found


def _serving(title: str, grid: Grid) -> Grid:
    """Return a table of policies a second time, without what they serve: a place in a document has one name."""
    kept = [n for n in range(len(grid.head)) if n != told.SERVES]
    rows = tuple(tuple(replace(row[n], id="") for n in kept) for row in grid.rows)
    return Grid(title, tuple(grid.head[n] for n in kept), rows, first=60)


def synthesis(desk: CaseDesk) -> list[Block]:
    """Return risks, chains, shared ground, red indicators and contradictions."""
    found, at = desk.case.diagnosis, desk.evidence
    recorded = [t for t in found.triggers if t.from_records]
    return [
        *parts.risks(desk),
        *totals(desk),
        Findings(
            say("What shocks set off"),
            chain_claims(at, recorded),
            say("No record says what a shock set off."),
            say("Records name kinds of shocks: a chain of several steps joins events of different years."),
        ),
        *parts.possibilities(desk),
        Findings(
            say("Where stresses and shocks meet"),
            shared_claims(at, found.shared),
            say("No stress on record bears on what a recorded shock hit."),
        ),
        Findings(
            say("Red indicators, those that most hangs on first"),
            tuple(red_claim(at, red) for red in found.red),
            say("No indicator is judged red. Where nothing was judged, this says nothing about the city."),
        ),
        parts.contradictions(desk),
    ]
