"""Where the evidence of a document stands, and the tables that hold it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from almena.diagnose.graph import Graph, began, build
from almena.model.case import Case
from almena.model.diagnosis import Sum
from almena.model.register import EFFECTS, Judgement, Policy, Shock, Stakeholder, Told
from almena.packs.language import count, say
from almena.publish.blocks import Block, Cell, Grid, Ref, Word
from almena.publish.suppression import SMALL
from almena.publish.wording import date_text, number_text
from almena.publish.words import word

MOST_REFS = 8
SERVES = 3
"""Column of the table of policies that names the priority matters they serve."""
ALL = 5000
"""Rows of evidence shown before the rest is folded away: whoever follows a link must arrive."""


@dataclass(frozen=True)
class Evidence:
    """
    The entries of a case, each with the anchor at which it stands in full.

    Parameters
    ----------
    case : Case
        The case, cut to its edition.
    titles : mapping of str to str
        Names of the profile's indicators and elements, in the language of the reader.
    measured : mapping of str to (str, str)
        What the profile has measured, by indicator: the value as shown, and whom to credit.
    """

    case: Case
    titles: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        """Return the cause graph of the entries."""
        return build(self.case.registers, self.case.taxonomy)

    def name(self, key: str) -> str:
        """Return the name of anything by id: hazard, place, indicator, stress, policy, stakeholder, priority."""
        return self._names.get(key) or self.titles.get(key) or self.graph.title(key)

    def names(self, keys: Iterable[str]) -> str:
        """Return names in one line."""
        return "; ".join(self.name(key) for key in keys)

    @cached_property
    def _names(self) -> dict[str, str]:
        given = self.case.registers
        titled: tuple[Any, ...] = (*given.priorities, *given.stresses, *given.stressors, *given.policies)
        return {s.id: s.name for s in given.stakeholders} | {entry.id: entry.title for entry in titled}

    def records(self, ids: Sequence[str]) -> tuple[Ref, ...]:
        """Return shock records as evidence; the first ones, and how many more there are."""
        known = self.graph.record
        refs = [Ref(self._record(known[i]), anchor("shock", i)) for i in ids[:MOST_REFS] if i in known]
        return (*refs, *_more(len(ids)))

    def _record(self, shock: Shock) -> str:
        when = date_text(began(shock)) if shock.start else say("no date")
        return f"{shock.name or self.name(shock.hazard)}, {when}"

    def indicators(self, ids: Sequence[str]) -> tuple[Ref, ...]:
        """Return indicators as evidence, each with its value; the first ones, and how many more there are."""
        return (*(Ref(self._indicator(i), anchor("indicator", i)) for i in ids[:MOST_REFS]), *_more(len(ids)))

    def _indicator(self, indicator: str) -> str:
        value = self.value(indicator)
        return f"{self.name(indicator)} ({value})" if value else self.name(indicator)

    def value(self, indicator: str) -> str:
        """Return the value of an indicator: as measured by the profile, else as a judgement shows it."""
        if indicator in self.measured:
            return self.measured[indicator][0]
        judged = self.graph.judgements.get(indicator)
        return value_text(judged) if judged else ""

    def stresses(self, ids: Sequence[str]) -> tuple[Ref, ...]:
        """Return stresses as evidence."""
        return (*(Ref(self.name(i), anchor("stress", i)) for i in ids[:MOST_REFS]), *_more(len(ids)))

    def policies(self, ids: Sequence[str]) -> tuple[Ref, ...]:
        """Return policies as evidence."""
        return (*(Ref(self.name(i), anchor("policy", i)) for i in ids[:MOST_REFS]), *_more(len(ids)))


def anchor(kind: str, key: str) -> str:
    """Return the link to an entry of the evidence."""
    return "#" + place(kind, key)


def place(kind: str, key: str) -> str:
    """Return the id of an entry of the evidence in the page; ids that differ only in odd letters stay apart."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9-]", lambda odd: f"_{ord(odd.group()):x}_", key)


def colour_word(colour: str) -> Word:
    """Return the mark of a colour."""
    return word("colour", colour or "unjudged")


def value_text(judged: Judgement) -> str:
    """Return a judged value as shown, with its unit."""
    return f"{judged.value} {judged.unit}".strip()


def effect_text(effect: str) -> str:
    """Return an effect in words."""
    told = {
        "people_direct": say("people directly affected"),
        "people_indirect": say("people indirectly affected"),
        "deaths": say("deaths"),
        "injured": say("injured"),
        "displaced": say("displaced"),
        "working_days": say("working days lost"),
        "jobs": say("jobs lost"),
        "loss": say("loss"),
    }
    return told.get(effect, effect)


def sum_text(total: Sum, hidden: int = 0) -> str:
    """
    Return a total with how many records say so.

    Parameters
    ----------
    total : Sum
        The total; unknown is said, never shown as zero.
    hidden : int
        Records whose figure is kept back because it is so small.
    """
    value, known = sum_parts(total, hidden)
    return f"{value} ({known})"


def sum_parts(total: Sum, hidden: int = 0) -> tuple[str, str]:
    """Return a total, and apart from it how many records say so."""
    if total.value is None and not hidden:
        return say("not known"), say("{records} without a figure", records=records_text(total.records))
    known = say(
        "{known} of {records} say so", known=total.known + hidden, records=records_text(total.records)
    )
    small = say("under {limit}", limit=f"{SMALL:.0f}")
    if total.value is None:
        small = small if hidden == 1 else count("{number} figure under {limit}", "{number} figures under {limit}",
                                                hidden, limit=f"{SMALL:.0f}")  # fmt: skip
        return small, known
    value = f"{number_text(total.value)} {total.unit}".strip()
    if hidden:
        value = count("{value} and {number} figure under {limit}", "{value} and {number} figures under {limit}",
                      hidden, value=value, limit=f"{SMALL:.0f}")  # fmt: skip
    return value, known


def records_text(number: int) -> str:
    """Return a number of records in words."""
    return count("{number} record", "{number} records", number)


def _more(number: int) -> tuple[Ref, ...]:
    if number <= MOST_REFS:
        return ()
    return (Ref(count("and {number} more", "and {number} more", number - MOST_REFS), "#evidence"),)


def source_of(told: Told) -> str:
    """Return where an entry comes from, in words."""
    by = say("entered by {name}", name=told.by) if told.by else ""
    day = date_text(told.at[:10]) if told.at else ""
    return "; ".join(part for part in (told.source or say("no source given"), by, day) if part)


def blocks(evidence: Evidence, *, with_registers: bool = True) -> list[Block]:
    """
    Return the tables of all entries that statements link to.

    Parameters
    ----------
    evidence : Evidence
        The entries.
    with_registers : bool
        Whether policies and stakeholders are among them; not where another chapter has them already.
    """
    given = evidence.case.registers
    found = [_shocks(evidence, given.shocks), _indicators(evidence), _stresses(evidence)]
    if with_registers:
        found += [policies(evidence, given.policies), stakeholders(evidence, given.stakeholders)]
    return [grid for grid in found if grid.rows]


def _shocks(evidence: Evidence, shocks: Sequence[Shock]) -> Grid:
    rows = tuple(
        (
            Cell(
                evidence.name(s.hazard),
                small=" · ".join(filter(None, (s.id, s.name))),
                id=place("shock", s.id),
            ),
            Cell(_when(s)),
            Cell(_figures(evidence.case, s)),
            Cell(evidence.names(s.elements) or say("not recorded"), small=_set_off(evidence, s)),
            Cell(source_of(s.told)),
        )
        for s in sorted(shocks, key=lambda s: (s.start, s.id))
    )
    head = (say("Shock"), say("When"), say("Recorded effects"), say("Hit"), say("Source"))
    return Grid(say("Records of shocks"), head, rows, first=ALL)


def _when(shock: Shock) -> str:
    start = date_text(began(shock)) if shock.start else say("no date")
    end = f" – {date_text(shock.end)}" if shock.end and shock.end != shock.start else ""
    return f"{start}{end}"


def _figures(case: Case, shock: Shock) -> str:
    told = []
    for effect in EFFECTS:
        value = getattr(shock, effect)
        if (shock.id, effect) in case.hidden:
            told.append(say("{effect}: under {limit}", effect=effect_text(effect), limit=f"{SMALL:.0f}"))
        elif value is not None:
            unit = f" {shock.currency}" if effect == "loss" and shock.currency else ""
            told.append(f"{effect_text(effect)}: {number_text(value)}{unit}")
    return "; ".join(told) or say("none recorded")


def _set_off(evidence: Evidence, shock: Shock) -> str:
    kinds = (evidence.graph.record[e].hazard if e in evidence.graph.record else e for e in shock.triggered)
    names = evidence.names(kinds)
    return say("set off: {shocks}", shocks=names) if names else ""


def _indicators(evidence: Evidence) -> Grid:
    graph = evidence.graph
    every = sorted({*graph.judgements, *graph.by_indicator})
    rows = tuple(_indicator_row(evidence, indicator) for indicator in every)
    head = (say("Indicator"), say("Element and component"), say("Colour"), say("Value"), say("Judged by"))
    return Grid(say("Indicators that were judged or attached"), head, rows, first=ALL)


def _indicator_row(evidence: Evidence, indicator: str) -> tuple[Cell, ...]:
    graph = evidence.graph
    judged = graph.judgements.get(indicator)
    mark = colour_word(graph.colour(indicator))
    who = say("answered, not judged") if judged and not judged.colour else ""
    if judged and judged.colour:
        who = say("a person") if judged.set_by == "person" else say("a cut-off, confidence {letter}",
                                                                     letter=judged.confidence)  # fmt: skip
    return (
        Cell(evidence.name(indicator), small=indicator, id=place("indicator", indicator)),
        Cell(evidence.name(graph.element_of(indicator)), small=_component(evidence, indicator)),
        Cell(mark.word, use=mark),
        Cell(evidence.value(indicator)),
        Cell(who or say("nobody yet"), small=_credit(evidence, indicator)),
    )


def _credit(evidence: Evidence, indicator: str) -> str:
    judged = evidence.graph.judgements.get(indicator)
    if judged:
        return source_of(judged.told)
    _, credit = evidence.measured.get(indicator, ("", ""))
    return say("measured by the profile: {source}", source=credit) if credit else ""


def _component(evidence: Evidence, indicator: str) -> str:
    component = evidence.graph.component_of(indicator)
    return evidence.name(component) if component else ""


def _stresses(evidence: Evidence) -> Grid:
    rows = tuple(
        (
            Cell(s.title, small=s.id, id=place("stress", s.id)),
            Cell(evidence.names(s.elements)),
            Cell(evidence.names(s.stressors)),
            Cell(evidence.names(s.priorities)),
            Cell(source_of(s.told)),
        )
        for s in evidence.case.registers.stresses
    )
    head = (say("Stress"), say("Bears on"), say("Caused by"), say("Feeds"), say("Source"))
    return Grid(say("Stresses"), head, rows, first=ALL)


def policies(evidence: Evidence, chosen: Iterable[Policy]) -> Grid:
    """Return policies as a table."""
    label = evidence.case.taxonomy.label
    rows = tuple(
        (
            Cell(p.title, small=label("ppi_type", p.type), id=place("policy", p.id), href=_web(p.url)),
            Cell(label("ppi_status", p.status) or say("not recorded"), small=p.year),
            Cell(evidence.names(p.components)),
            Cell(evidence.names(p.priorities)),
            Cell(evidence.names(p.stakeholders) or say("not recorded"), small=source_of(p.told)),
        )
        for p in chosen
    )
    head = (
        say("Policy, plan or initiative"),
        say("Status"),
        say("Bears on"),
        say("Serves"),
        say("Whose; source"),
    )
    return Grid(say("Policies, plans and initiatives"), head, rows, first=ALL)


def stakeholders(evidence: Evidence, chosen: Iterable[Stakeholder]) -> Grid:
    """Return stakeholders with their ties and roles as a table."""
    label, given = evidence.case.taxonomy.label, evidence.case.registers
    rows = []
    for one in chosen:
        ties = [f"{evidence.name(r.target)}: {label('relationship', r.kind)}" for r in given.relations
                if r.source == one.id]  # fmt: skip
        ties += [f"{evidence.name(r.source)}: {label('relationship', r.kind)} ←" for r in given.relations
                 if r.target == one.id]  # fmt: skip
        roles = [f"{evidence.name(r.component)}: {label('responsibility', r.role)}" for r in given.responsibilities
                 if r.stakeholder == one.id]  # fmt: skip
        kind = " · ".join(
            filter(None, (label("stakeholder_type", one.type), label("stakeholder_scale", one.scale)))
        )
        rows.append((
            Cell(one.name, small=kind, id=place("stakeholder", one.id)),
            Cell("; ".join(ties) or say("none recorded")),
            Cell("; ".join(roles) or say("none recorded")),
            Cell(source_of(one.told), small=one.contact),
        ))  # fmt: skip
    head = (say("Stakeholder"), say("Ties"), say("Roles"), say("Source"))
    return Grid(say("Stakeholders"), head, tuple(rows), first=ALL)


def _web(url: str) -> str:
    return url if url.startswith("https://") else ""
