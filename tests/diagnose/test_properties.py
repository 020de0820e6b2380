"""What holds for any registers: closure by brute force, sums by hand, no order but the findings' own."""

from __future__ import annotations

import random
from dataclasses import replace
from math import fsum

import networkx
from hypothesis import given
from hypothesis import strategies as st

from almena.diagnose.diagnosis import diagnose
from almena.diagnose.rules import Circumstances
from almena.model.register import EFFECTS, IndicatorLink, Judgement, PriorityMatter, Registers, Shock, Stress
from almena.model.taxonomy import Edge, Hazard, Taxonomy

HAZARDS = [f"h{n}" for n in range(7)]
TAXONOMY = Taxonomy(
    hazards={h: Hazard(h, h.upper(), f"type {int(h[1]) % 3}") for h in HAZARDS},
    elements={e: e for e in ("e0", "e1", "e2")},
)
hazards = st.sampled_from(HAZARDS)
figures = st.none() | st.integers(0, 10**6).map(float)
INDICATORS = [f"i.{n}" for n in range(6)]


@st.composite
def shocks(draw: st.DrawFn) -> tuple[Shock, ...]:
    number = draw(st.integers(0, 12))
    return tuple(
        Shock(
            f"s{n}",
            draw(hazards),
            draw(st.sampled_from(["2001", "2001-05", "2001-05-06", "2020-01-01", ""])),
            elements=tuple(draw(st.sets(st.sampled_from(["e0", "e1", "e2"]), max_size=2))),
            triggered=tuple(sorted(draw(st.sets(hazards, max_size=2)))),
            **{effect: draw(figures) for effect in EFFECTS},
        )
        for n in range(number)
    )


@st.composite
def registers(draw: st.DrawFn) -> Registers:
    indicators, matters = st.sampled_from(INDICATORS), st.sampled_from(["p0", "p1", "p2"])
    links = st.builds(
        IndicatorLink, indicators, matters, st.just("") | hazards, st.sampled_from(["", "t0", "t1"])
    )
    judgements = st.builds(Judgement, indicators, st.sampled_from(["red", "green", "yellow"]))
    return Registers(
        shocks=draw(shocks()),
        stresses=(Stress("t0", "T", ("e0",), ("p0",)), Stress("t1", "U", ("e1", "e2"))),
        priorities=(PriorityMatter("p0", "P", hazards=("h0",)), PriorityMatter("p1", "Q")),
        links=tuple(draw(st.lists(links, max_size=8))),
        judgements=tuple(draw(st.lists(judgements, max_size=6, unique_by=lambda j: j.indicator))),
    )


@given(shocks())
def test_the_closure_is_that_of_brute_force_and_each_order_the_shortest(records: tuple[Shock, ...]):
    graph = networkx.DiGraph([(s.hazard, t) for s in records for t in s.triggered])
    closure = set(networkx.transitive_closure(graph).edges)
    found = {(t.cause, t.effect): t for t in diagnose(Registers(shocks=records), TAXONOMY).triggers}
    assert set(found) == closure
    for (cause, effect), trigger in found.items():
        steps = (
            [networkx.shortest_path_length(graph, cause, effect)]
            if cause != effect
            else [1 + networkx.shortest_path_length(graph, n, cause) for n in graph[cause] if
                  networkx.has_path(graph, n, cause)]
        )  # fmt: skip
        assert trigger.order == min(steps) == len(trigger.path) - 1


@given(shocks())
def test_every_step_stands_on_records_that_say_exactly_that(records: tuple[Shock, ...]):
    by_id = {s.id: s for s in records}
    for trigger in diagnose(Registers(shocks=records), TAXONOMY).triggers:
        assert (trigger.path[0], trigger.path[-1]) == (trigger.cause, trigger.effect)
        for (start, end), behind in zip(
            zip(trigger.path, trigger.path[1:], strict=False), trigger.records, strict=True
        ):
            assert set(behind) == {s.id for s in records if s.hazard == start and end in s.triggered}
            assert all(by_id[b] for b in behind)
            assert behind


@given(shocks(), st.lists(st.tuples(hazards, hazards), max_size=6))
def test_the_literature_adds_possibilities_and_changes_no_finding(
    records: tuple[Shock, ...], pairs: list[tuple[str, str]]
):
    alone = diagnose(Registers(shocks=records), TAXONOMY).triggers
    edges = tuple(Edge(*pair) for pair in pairs)
    both = diagnose(Registers(shocks=records), replace(TAXONOMY, edges=edges)).triggers
    assert tuple(t for t in both if t.from_records) == alone
    recorded = {(t.cause, t.effect) for t in alone}
    for trigger in both[len(alone) :]:
        assert not trigger.from_records
        assert (trigger.cause, trigger.effect) not in recorded
        assert () in trigger.records
        assert trigger.order <= 2


@given(shocks())
def test_sums_are_what_a_careful_person_adds_up(records: tuple[Shock, ...]):
    found = diagnose(Registers(shocks=records), TAXONOMY)
    for risk in found.risks:
        own = [s for s in records if s.hazard == risk.hazard]
        for total in risk.sums:
            known = [v for s in own if (v := getattr(s, total.effect)) is not None]
            assert (total.known, total.records) == (len(known), len(own))
            assert total.value == (fsum(known) if known else None)
    assert sum(len(r.records) for r in found.risks) == len(records)
    by_type = dict(found.totals)
    assert sum(sums[0].records for sums in by_type.values()) == len(records)


@given(registers(), st.integers())
def test_the_order_of_entries_changes_nothing(entered: Registers, seed: int):
    mixed = replace(
        entered,
        **{name: tuple(random.Random(seed).sample(rows, len(rows))) for name, rows in vars(entered).items()},
    )
    now = Circumstances("2019-01-01", 1000.0)
    assert diagnose(mixed, TAXONOMY, now) == diagnose(entered, TAXONOMY, now)


@given(registers())
def test_every_id_in_a_finding_is_one_that_was_entered(entered: Registers):
    found = diagnose(entered, TAXONOMY)
    judged = {j.indicator: j.colour for j in entered.judgements}
    for red in found.red:
        assert judged[red.indicator] == "red"
        assert len(red.attachments) == sum(k.indicator == red.indicator for k in entered.links)
    for matter in found.priorities:
        attached = {k.indicator for k in entered.links if k.priority == matter.id}
        parts = (matter.red, matter.speaks_against, matter.without_colour)
        assert set().union(*parts) <= attached
        assert sum(map(len, parts)) == len(set().union(*parts))
        assert sum(n for _, n in matter.colours) + len(matter.without_colour) == len(attached)
