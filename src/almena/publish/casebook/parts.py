"""Parts that chapters of both documents share: the city, its people in charge, shocks, priority matters, evidence."""

from __future__ import annotations

from collections import Counter

from almena.model.card import Card
from almena.model.diagnosis import Priority, Risk
from almena.packs.language import say
from almena.packs.retelling import retell
from almena.packs.table import read_table
from almena.publish.blocks import Block, Cell, Findings, Grid, Item, Points, Prose
from almena.publish.casebook import evidence as told
from almena.publish.casebook.claims import possibility_text, risk_claim
from almena.publish.casebook.desk import CaseDesk
from almena.publish.casebook.evidence import Evidence, colour_word, place
from almena.publish.chapters import before, sources
from almena.publish.facts import URBAN_ELEMENTS
from almena.publish.wording import listed, number_text

IDENTITY, CLIMATE, TREND = "identity", "climate", "_trend"


def identity(desk: CaseDesk) -> list[Block]:
    """Return the City ID: the numbers of the profile that describe the city, and its people by age."""
    at = desk.at
    found: list[Block] = at.numbers(say("The city in numbers"), cards(desk, IDENTITY))
    if not found:
        text = say(
            "The profile has no number about the city itself yet: load its files with `almena import`."
        )
        found = [Prose(say("The city in numbers"), text)]
    return found + [b for b in (before.population_counts(at), before.pyramid(at)) if b is not None]


def context(desk: CaseDesk) -> list[Block]:
    """Return the few numbers that a diagnosis begins with; the profile has the others."""
    known = desk.at.facts.headlines
    chosen = [row["indicator"] for row in read_table("diagnosis_context.csv") if row["indicator"] in known]
    with_value = [desk.at.material.cards[i] for i in chosen if desk.at.facts.value(i) is not None]
    return desk.at.numbers(say("The city in numbers"), with_value) or identity(desk)[:1]


def cards(desk: CaseDesk, element: str) -> list[Card]:
    """Return the cards of an element that the profile has looked at."""
    known = desk.at.facts.headlines
    return [c for c in desk.at.material.cards.values() if c.element == element and c.id in known]


def climate_trends(desk: CaseDesk) -> list[Block]:
    """Return the trends of the climate that the profile has measured."""
    trends = [c for c in cards(desk, CLIMATE) if c.id.endswith(TREND)]
    found = desk.at.numbers(say("Trends of the climate"), trends)
    if found:
        return found
    text = say("No trend of the climate could be computed: load a daily series of rain and temperature.")
    return [Prose(say("Trends of the climate"), text)]


def focal_points(desk: CaseDesk) -> list[Block]:
    """Return who carries the process; persons are named in the city's own edition only."""
    rows = tuple(
        (
            Cell(desk.case.taxonomy.label("focal_point", f.kind)),
            Cell(f.name or say("named in the city edition"), small=f.post),
            Cell(f.deputy or say("not shown or not named")),
            Cell(" – ".join(filter(None, (f.since, f.until)))),
        )
        for f in desk.case.registers.focal_points
    )
    head = (say("Focal point"), say("Who"), say("Deputy"), say("Since"))
    return [Grid(say("Focal points"), head, rows)] if rows else []


def stakeholders(desk: CaseDesk) -> list[Block]:
    """Return the register of stakeholders."""
    grid = told.stakeholders(desk.evidence, desk.case.registers.stakeholders)
    return [grid] if grid.rows else []


def policies(desk: CaseDesk) -> list[Block]:
    """Return the register of policies."""
    grid = told.policies(desk.evidence, desk.case.registers.policies)
    return [grid] if grid.rows else []


def priorities(desk: CaseDesk) -> list[Block]:
    """Return the priority matters in one table, each row the place that statements link to."""
    rows = tuple(_priority_row(desk, matter) for matter in desk.case.diagnosis.priorities)
    head = (
        say("Priority matter"),
        say("Shocks"),
        say("Stresses"),
        say("Indicators by colour"),
        say("Not judged"),
    )
    return [Grid(say("Priority matters"), head, rows, first=60)] if rows else []


def _priority_row(desk: CaseDesk, matter: Priority) -> tuple[Cell, ...]:
    at = desk.evidence
    colours = "; ".join(f"{colour_word(c).symbol} {colour_word(c).word} {n}" for c, n in matter.colours)
    return (
        Cell(matter.title, small=matter.description, id=place("priority", matter.id)),
        Cell(at.names(matter.hazards)),
        Cell(at.names(matter.stresses)),
        Cell(colours or say("none")),
        Cell(number_text(len(matter.without_colour)), number=True),
    )


def risks(desk: CaseDesk) -> list[Block]:
    """Return the shocks by recorded effect, beside those of which nothing is recorded."""
    found = desk.case.diagnosis
    claims = tuple(risk_claim(desk.evidence, risk) for risk in found.risks)
    note = say(
        "In the order of people directly affected, then indirectly, by record; those without figures come last. "
        "A shock with few records may be a frequent one that nobody wrote down."
    )
    shocks = Findings(
        say("Shocks by recorded effect"), claims, say("No shock is on record."), note if claims else ""
    )
    return [shocks, *touched(desk), unrecorded(desk)]


def touched(desk: CaseDesk) -> list[Block]:
    """Return what each recorded shock touches: elements, components, the indicators behind them, stresses."""
    at = desk.evidence
    rows = tuple(
        (
            Cell(risk.title, small=risk.type),
            Cell(at.names(risk.elements) or say("not recorded"), small=at.names(risk.components)),
            Cell(_by_colour(at, risk.indicators)),
            Cell(at.names(risk.red) or say("none"), small=_nearby(at, risk)),
            Cell(at.names(risk.stresses) or say("none on record")),
        )
        for risk in desk.case.diagnosis.risks
    )
    head = (say("Shock"), say("Elements and components"), say("Attached indicators"), say("Red among them"),
            say("Stresses on the same ground"))  # fmt: skip
    note = say(
        "Elements are those that a record names as hit; beside stand red indicators of these elements."
    )
    return [Grid(say("What each shock touches"), head, rows, first=40, note=note)] if rows else []


def _by_colour(at: Evidence, indicators: tuple[str, ...]) -> str:
    found = Counter(at.graph.colour(i) for i in indicators)
    marks = ((colour_word(colour), number) for colour, number in sorted(found.items()))
    return "; ".join(f"{mark.symbol} {mark.word} {number}" for mark, number in marks) or say("none attached")


def _nearby(at: Evidence, risk: Risk) -> str:
    return say("beside: {indicators}", indicators=at.names(risk.nearby_red)) if risk.nearby_red else ""


def unrecorded(desk: CaseDesk) -> Points:
    """Return the shocks without a record, by group; none of them is said to be absent."""
    groups: dict[str, list[str]] = {}
    for hazard in desk.case.diagnosis.unrecorded:
        known = desk.case.taxonomy.hazards[hazard]
        groups.setdefault(known.group, []).append(known.title)
    items = tuple(Item(group, listed(names)) for group, names in groups.items())
    note = say("No record means that nothing was entered. It does not mean that it cannot happen here.")
    return Points(say("Shocks without any record"), items, say("Every kind of shock has a record."), note)


def possibilities(desk: CaseDesk) -> list[Block]:
    """Return what only the literature says may follow."""
    possible = [t for t in desk.case.diagnosis.triggers if not t.from_records]
    items = tuple(Item(cause, effects) for cause, effects in possibility_text(desk.evidence, possible))
    note = say(
        "From published tables of what can cause what, without probabilities: to be talked through, no finding."
    )
    return [Points(say("What else may follow, by the literature"), items, note=note)] if items else []


def element_numbers(desk: CaseDesk) -> list[Block]:
    """Return the key numbers of the profile for each urban element."""
    elements = [e for e in desk.at.material.elements.values() if 1 <= e.number <= URBAN_ELEMENTS]
    return [block for e in elements for block in desk.at.numbers(e.title, _key(desk, e.id))]


def _key(desk: CaseDesk, element: str) -> list[Card]:
    """Return the indicators of an element that have a value; holes are the business of the report."""
    return [c for c in cards(desk, element) if desk.at.facts.value(c.id) is not None]


def contradictions(desk: CaseDesk) -> Points:
    """Return what in the entries cannot be true, or should be looked at again."""
    items = tuple(
        Item(retell(p.what), " · ".join(filter(None, map(retell, (p.where, p.why, p.remedy)))))
        for p in desk.case.diagnosis.contradictions
    )
    note = say("Nothing was corrected: findings stand on the entries as they are.") if items else ""
    return Points(
        say("Entries that cannot all be true, or should be looked at again"),
        items,
        say("None was found by the rules."),
        note,
    )


def evidence(desk: CaseDesk, *, with_registers: bool = True) -> list[Block]:
    """Return the tables of all entries not told elsewhere, then the files and credits of the profile."""
    found = told.blocks(desk.evidence, with_registers=with_registers)
    return [*found, sources.credits_of(desk.at), sources.files_of(desk.at)]
