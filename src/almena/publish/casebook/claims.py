"""Findings as statements, each with its evidence, what speaks against it and what could overturn it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from almena.model.diagnosis import Help, Priority, RedIndicator, Risk, SharedGround, Sum, Trigger
from almena.packs.language import count, say
from almena.publish.blocks import Claim, Ref
from almena.publish.casebook.evidence import (
    MOST_REFS,
    Evidence,
    anchor,
    effect_text,
    records_text,
    sum_text,
)
from almena.publish.wording import date_text, listed

TOLD_SUMS = ("people_direct", "people_indirect", "deaths", "displaced", "working_days", "jobs", "loss")


def risk_claim(at: Evidence, risk: Risk) -> Claim:
    """Return what the records say of a hazard; green indicators attached to it speak against its weight."""
    known = [s for s in risk.sums if s.value is not None or _hidden(at, risk, s)]
    told = "; ".join(
        f"{effect_text(s.effect)}: {sum_text(s, _hidden(at, risk, s))}"
        for s in known
        if s.effect in TOLD_SUMS
    )
    text = say(
        "{title}: {records}, {span}. Recorded effects: {effects}.",
        title=risk.title,
        records=records_text(len(risk.records)),
        span=_span(risk.first, risk.last),
        effects=told or say("none recorded"),
    )
    evidence = (*at.records(risk.records), *at.indicators(risk.red), *at.stresses(risk.stresses))
    open_ones = [i for i in risk.indicators if not at.graph.colour(i)]
    overturn = (*_without_figures(at, risk, risk.sums[:2]), *at.indicators(open_ones))
    return Claim(text, evidence, at.indicators(_green(at, risk.indicators)), overturn)


def _span(first: str, last: str) -> str:
    told = dict.fromkeys(date_text(day) for day in (first, last) if day)
    return " – ".join(told) or say("without a date")


def _hidden(at: Evidence, risk: Risk, total: Sum) -> int:
    return sum((record, total.effect) in at.case.hidden for record in risk.records)


def _without_figures(at: Evidence, risk: Risk, sums: Iterable[Sum]) -> Iterator[Ref]:
    for total in sums:
        lacking = total.records - total.known - _hidden(at, risk, total)
        if lacking:
            yield Ref(
                count(
                    "{number} record says nothing of {effect}",
                    "{number} records say nothing of {effect}",
                    lacking,
                    effect=effect_text(total.effect),
                ),
                anchor("shock", risk.records[0]),
            )


def chain_claims(at: Evidence, triggers: Iterable[Trigger]) -> tuple[Claim, ...]:
    """Return what shocks set off, a statement for each cause with the records behind each step."""
    by_cause: dict[str, list[Trigger]] = {}
    for trigger in triggers:
        by_cause.setdefault(trigger.cause, []).append(trigger)
    return tuple(_chain_claim(at, cause, chains) for cause, chains in by_cause.items())


def _chain_claim(at: Evidence, cause: str, chains: list[Trigger]) -> Claim:
    by_order: dict[int, list[str]] = {}
    for chain in chains:
        by_order.setdefault(chain.order, []).append(at.name(chain.effect))
    steps = "; ".join(
        say("{effects} (order {order})", order=order, effects=listed(names))
        for order, names in sorted(by_order.items())
    )
    records = dict.fromkeys(r for chain in chains for step in chain.records for r in step)
    thin = [c for c in chains if any(len(step) == 1 for step in c.records)]
    overturn: tuple[Ref, ...] = ()
    if thin:
        names = listed(dict.fromkeys(at.name(c.effect) for c in thin), 6)
        overturn = (Ref(say("a single record stands behind a step towards: {effects}", effects=names)),)
    return Claim(
        say("{cause} set off: {steps}.", cause=at.name(cause), steps=steps),
        at.records(tuple(records)),
        (),
        overturn,
    )


def possibility_text(at: Evidence, triggers: Iterable[Trigger]) -> Iterator[tuple[str, str]]:
    """Yield for each cause what only the literature says may follow."""
    by_cause: dict[str, dict[str, None]] = {}
    for trigger in triggers:
        if trigger.order == 1:
            by_cause.setdefault(trigger.cause, {})[at.name(trigger.effect)] = None
    for cause, effects in by_cause.items():
        yield at.name(cause), listed(effects, 12)


def red_claim(at: Evidence, red: RedIndicator) -> Claim:
    """Return what an improvement of a red indicator would help against."""
    value = at.value(red.indicator)
    shown = f" ({value})" if value else ""
    parts = [_help_text(at, red.helps, way) for way in ("attached", "follows", "place")]
    against = "; ".join(part for part in parts if part)
    text = say("{title}{value}: red.", title=red.title, value=shown)
    if against:
        text += " " + say("An improvement would help against: {shocks}.", shocks=against)
    records = tuple(dict.fromkeys(r for h in red.helps for r in h.records))
    priorities = dict.fromkeys(a.priority for a in red.attachments)
    evidence = (
        *at.indicators((red.indicator,)),
        *(Ref(at.name(p), anchor("priority", p)) for p in priorities),
        *at.records(records),
    )
    overturn: tuple[Ref, ...] = ()
    if red.set_by != "person":
        overturn = (
            Ref(say("the colour is proposed by a cut-off: a person may judge otherwise"),
                anchor("indicator", red.indicator)),
        )  # fmt: skip
    return Claim(text, evidence, (), overturn)


def _help_text(at: Evidence, helps: Iterable[Help], way: str) -> str:
    names = list(dict.fromkeys(at.name(h.hazard) for h in helps if h.way == way))
    if not names:
        return ""
    shown = listed(names, MOST_REFS)
    return {
        "attached": say("{shocks} (attached to it)", shocks=shown),
        "follows": say("{shocks} (which followed from such a shock)", shocks=shown),
        "place": say("{shocks} (which hit the same element)", shocks=shown),
    }[way]


def priority_claim(at: Evidence, matter: Priority) -> Claim:
    """Return the case for a priority matter: its red indicators; the green ones speak against it."""
    judged = sum(n for colour, n in matter.colours if colour in ("green", "yellow", "orange", "red"))
    if not judged:
        text = say(
            "{title}: no attached indicator is judged yet, so that nothing follows.", title=matter.title
        )
    else:
        text = count(
            "{title}: {number} indicator is judged; red: {red}, green: {green}.",
            "{title}: {number} indicators are judged; red: {red}, green: {green}.",
            judged,
            title=matter.title,
            red=len(matter.red),
            green=len(matter.speaks_against),
        )
    return Claim(
        text,
        at.indicators(matter.red),
        at.indicators(matter.speaks_against),
        at.indicators(matter.without_colour),
    )


def hazard_claims(at: Evidence, matter: Priority, risks: Iterable[Risk]) -> Iterator[Claim]:
    """Yield how each shock leads to a priority matter, by records and attached indicators."""
    known = {risk.hazard: risk for risk in risks}
    for hazard in matter.hazards:
        attached = [k.indicator for k in at.graph.by_hazard.get(hazard, ()) if k.priority == matter.id]
        attached = list(dict.fromkeys(attached))
        risk = known.get(hazard)
        if risk is None:
            text = say("{shock} is tied to it, without any record: nothing is known of its effects here.",
                       shock=at.name(hazard))  # fmt: skip
        else:
            text = say("{shock} leads to it: {records}, {span}; people directly affected: {people}.",
                       shock=risk.title, records=records_text(len(risk.records)),
                       span=_span(risk.first, risk.last),
                       people=sum_text(risk.sums[0], _hidden(at, risk, risk.sums[0])))  # fmt: skip
        records = at.records(risk.records) if risk else ()
        yield Claim(
            text,
            (*records, *at.indicators(at.graph.red(attached))),
            at.indicators(_green(at, attached)),
            at.indicators([i for i in attached if not at.graph.colour(i)]),
        )


def stress_claims(at: Evidence, matter: Priority) -> Iterator[Claim]:
    """Yield how each stress feeds a priority matter, with the stressors behind it."""
    stresses = {s.id: s for s in at.case.registers.stresses}
    for key in matter.stresses:
        links = [k for k in at.graph.by_stress.get(key, ()) if k.priority == matter.id]
        stress = stresses.get(key)
        stressors = dict.fromkeys(
            [*(stress.stressors if stress else ()), *(k.stressor for k in links if k.stressor)]
        )
        attached = list(dict.fromkeys(k.indicator for k in links))
        because = listed(at.name(s) for s in stressors) or say("no stressor is named")
        yield Claim(
            say("{stress} feeds it, caused by: {stressors}.", stress=at.name(key), stressors=because),
            (*at.stresses((key,)), *at.indicators(at.graph.red(attached))),
            at.indicators(_green(at, attached)),
            at.indicators([i for i in attached if not at.graph.colour(i)]),
        )


def shared_claims(at: Evidence, shared: Iterable[SharedGround]) -> tuple[Claim, ...]:
    """Return where each stress meets shocks, a statement for each stress."""
    by_stress: dict[str, list[SharedGround]] = {}
    for ground in shared:
        by_stress.setdefault(ground.stress, []).append(ground)
    return tuple(_shared_claim(at, stress, grounds) for stress, grounds in by_stress.items())


def _shared_claim(at: Evidence, stress: str, grounds: list[SharedGround]) -> Claim:
    elements = dict.fromkeys(at.name(e) for ground in grounds for e in ground.elements)
    indicators = tuple(dict.fromkeys(i for ground in grounds for i in ground.indicators))
    where = listed(elements) or say("the same indicators")
    return Claim(
        say("{stress} strains what shocks hit ({where}): {shocks}.", stress=at.name(stress), where=where,
            shocks=listed((at.name(g.hazard) for g in grounds), MOST_REFS)),
        (*at.stresses((stress,)), *at.indicators(indicators), *at.records(_records(at, grounds))),
    )  # fmt: skip


def _records(at: Evidence, grounds: Iterable[SharedGround]) -> tuple[str, ...]:
    """Return the records that name what a stress strains as hit."""
    element_of = at.case.taxonomy.element_of
    behind = (
        records
        for ground in grounds
        for place, records in at.graph.hit.get(ground.hazard, {}).items()
        if (element_of(place) or place) in ground.elements
    )
    return tuple(dict.fromkeys(record for records in behind for record in records))


def _green(at: Evidence, indicators: Iterable[str]) -> list[str]:
    return [i for i in indicators if at.graph.colour(i) == "green"]
