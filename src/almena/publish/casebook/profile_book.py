"""The Resilience Profile in the four sets of the City Resilience Profiling Tool."""

from __future__ import annotations

from almena.packs.language import say
from almena.publish.blocks import Block, Chapter, Findings, Item, Points
from almena.publish.casebook import parts
from almena.publish.casebook.claims import priority_claim
from almena.publish.casebook.desk import CaseDesk, chapter, missing, progress, totals
from almena.publish.casebook.evidence import source_of


def chapters_of(desk: CaseDesk) -> tuple[Chapter, ...]:
    """
    Return the four sets, then the evidence.

    Parameters
    ----------
    desk : CaseDesk
        The tools.
    """
    return (
        chapter(1, "identity", say("City ID"), say("What the open files say of the city, each number with its source."),
                parts.identity(desk)),
        chapter(2, "government", say("Local governments and stakeholders"),
                say("Who has a part in the city's resilience, how they are tied, and what is decided already."),
                [*parts.focal_points(desk), *parts.stakeholders(desk), *parts.policies(desk),
                 *missing(desk, ("focal_points", "stakeholders", "relations", "responsibilities", "policies"))]),
        chapter(3, "shocks", say("Shocks, stresses and challenges"),
                say("What happened, what strains the city all the time, and what it puts first."), shocks(desk)),
        chapter(4, "elements", say("Urban elements"),
                say("How far each part of the city is known, how it was judged, and its key numbers."),
                [*progress(desk, components=True), *parts.element_numbers(desk)]),
        chapter(5, "evidence", say("Evidence"),
                say("Every entry that a statement links to, with its source."),
                parts.evidence(desk, with_registers=False)),
    )  # fmt: skip


def shocks(desk: CaseDesk) -> list[Block]:
    """Return set 3: shocks with their totals, challenges, and priority matters; stresses stand in the evidence."""
    given, found = desk.case.registers, desk.case.diagnosis
    challenges = tuple(
        Item(c.title, " · ".join(filter(None, (c.description, source_of(c.told))))) for c in given.challenges
    )
    stresses = tuple(Item(s.title, desk.evidence.names(s.stressors)) for s in given.stresses)
    blocks: list[Block] = [*parts.risks(desk), *totals(desk)]
    blocks += [Points(say("Stresses and what causes them"), stresses)] if stresses else []
    blocks += [Points(say("Challenges"), challenges)] if challenges else []
    blocks += parts.priorities(desk)
    claims = tuple(priority_claim(desk.evidence, matter) for matter in found.priorities)
    blocks += [Findings(say("The case for each priority matter"), claims)] if claims else []
    return [*blocks, *missing(desk, ("shocks", "stresses", "stressors", "challenges", "priorities", "links"))]
