"""What the chapters of the two documents work with, and the pieces that both have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from almena.model.case import Case
from almena.model.diagnosis import Progress
from almena.packs.language import say
from almena.publish.blocks import Block, Cell, Chapter, Grid, Item, Points
from almena.publish.casebook.evidence import Evidence, colour_word, effect_text, sum_parts
from almena.publish.chapters.desk import Desk
from almena.publish.wording import number_text

COLOURS = ("green", "yellow", "orange", "red", "qualitative")


@dataclass(frozen=True)
class CaseDesk:
    """
    The tools on the table while a document of the method is put together.

    Parameters
    ----------
    at : Desk
        Those of the profile.
    case : Case
        Entries and findings, cut to the edition.
    evidence : Evidence
        Where each entry stands in the document.
    """

    at: Desk
    case: Case
    evidence: Evidence

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was entered."""
        return not any(rows for rows in vars(self.case.registers).values())


def chapter(number: int, key: str, title: str, lead: str, blocks: Iterable[Block]) -> Chapter:
    """Return a chapter of a document of the method."""
    return Chapter(key, number, title, None, lead, tuple(blocks), is_quoted=False)


def missing(desk: CaseDesk, wanted: Sequence[str]) -> list[Block]:
    """
    Return what has not been entered yet and how to begin; nothing when all of it was.

    Parameters
    ----------
    desk : CaseDesk
        The tools.
    wanted : sequence of str
        Registers that a chapter needs.
    """
    lacking = [name for name in wanted if not getattr(desk.case.registers, name)]
    if not lacking:
        return []
    items = tuple(Item(register_text(name), _what_for(name)) for name in lacking)
    note = say(
        "How to begin: `almena start DIR` asks at most 20 questions in plain words; "
        "`almena register DIR all template OUT` makes empty lists to fill in; "
        "`almena import DIR FILES` takes the lists that the city already has. "
        "What is empty here is not known; it does not mean that there is none."
    )
    return [Points(say("Not entered yet"), items, note=note)]


def register_text(name: str) -> str:
    """Return a register in words."""
    return {
        "stakeholders": say("Stakeholders"),
        "relations": say("Ties between stakeholders"),
        "responsibilities": say("Roles per component"),
        "focal_points": say("Focal points"),
        "policies": say("Policies, plans and initiatives"),
        "shocks": say("Records of shocks"),
        "stresses": say("Stresses"),
        "stressors": say("Stressors"),
        "challenges": say("Challenges"),
        "priorities": say("Priority matters"),
        "links": say("Indicators attached to priority matters"),
        "judgements": say("Answered or judged indicators"),
    }[name]


def _what_for(name: str) -> str:
    return {
        "stakeholders": say("who has a part in the city's resilience"),
        "relations": say("who works with whom, and how"),
        "responsibilities": say("who owns, runs, regulates or pays for each part of the city"),
        "focal_points": say(
            "the political and the technical person who carry the process, and who stands in"
        ),
        "policies": say("what is decided or planned already"),
        "shocks": say("what happened, when, whom it hit and what it set off"),
        "stresses": say("what strains the city all the time"),
        "stressors": say("what causes the stresses"),
        "challenges": say("the wider drivers"),
        "priorities": say("what the city puts first"),
        "links": say("which indicators belong to a priority matter, and through what"),
        "judgements": say("which colour a person gives to an indicator"),
    }[name]


def entered(desk: CaseDesk) -> Grid:
    """Return how many entries stand in each register."""
    rows = tuple(
        (Cell(register_text(name)), Cell(number_text(len(entries)), number=True))
        for name, entries in vars(desk.case.registers).items()
    )
    return Grid(say("What was entered"), (say("Register"), say("Entries")), rows, first=20)


def totals(desk: CaseDesk) -> list[Block]:
    """Return people, jobs and working days per type of shock, with how complete the records are."""
    effects = ("people_direct", "people_indirect", "deaths", "displaced", "jobs", "working_days")
    hidden = desk.case.hidden
    types = {h.id: h.type for h in desk.case.taxonomy.hazards.values()}
    kind_of = {s.id: types.get(s.hazard, s.hazard) for s in desk.case.registers.shocks}
    rows = []
    for kind, sums in desk.case.diagnosis.totals:
        by_effect = {s.effect: s for s in sums}
        small = {
            e: sum(effect == e and kind_of[record] == kind for record, effect in hidden) for e in effects
        }
        cells = [Cell(*sum_parts(by_effect[e], small[e])) for e in effects]
        rows.append((Cell(kind), *cells))
    if not rows:
        return []
    head = (say("Type of shock"), *(effect_text(e) for e in effects))
    note = say(
        "Sums of what is recorded; a record without a figure is not counted as zero. One person may stand in several "
        "records: sums of different types must not be added."
    )
    return [
        Grid(
            say("Recorded people, jobs and working days by type of shock"),
            head,
            tuple(rows),
            first=30,
            note=note,
        )
    ]


def progress(desk: CaseDesk, *, components: bool) -> list[Block]:
    """Return how far elements, and their components where wanted, are answered, with their colours."""
    taxonomy = desk.case.taxonomy
    of_all = [p for p in desk.case.diagnosis.progress if p.kind == "all"]
    shown = [p for p in of_all if components or not p.place or p.place in taxonomy.elements]
    if not shown:
        return []
    rows = tuple(_progress_row(desk, p) for p in shown)
    head = (say("Element or component"), say("Done"), *(colour_word(c).word for c in COLOURS))
    note = say(
        "Done are questions that are complete, answered by another value, not applicable or not available; to do are "
        "those that are incomplete or pending (progress rule of the City Resilience Profiling Tool)."
    )
    return [
        Grid(
            say("How far the questions are answered, and how they were judged"),
            head,
            rows,
            first=80,
            note=note,
        )
    ]


def _progress_row(desk: CaseDesk, found: Progress) -> tuple[Cell, ...]:
    name = desk.evidence.name(found.place) if found.place else say("All elements")
    part = found.place in desk.case.taxonomy.components
    colours = dict(found.by_colour)
    share = "" if found.share is None else f"{number_text(found.share)}\u202f%"
    return (
        Cell(f"— {name}" if part else name),
        Cell(f"{number_text(found.done)}/{number_text(found.total)}", small=share, number=True),
        *(Cell(number_text(colours[c]) if c in colours else "·", number=True) for c in COLOURS),
    )
