"""What cannot all be true: every rule finds its fault, names the entry, and lets the honest neighbour pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.diagnose.town import CRISIS, FLOOD, OUTBREAK, QUAKE, REGISTERS, TAXONOMY

from almena.diagnose.contradictions import TESTS, Circumstances, Given, contradictions_of
from almena.diagnose.graph import build
from almena.diagnose.rules import rules
from almena.model.problem import Problem
from almena.model.register import (
    FocalPoint,
    IndicatorLink,
    Judgement,
    Policy,
    PriorityMatter,
    Registers,
    Relation,
    Responsibility,
    Shock,
    Stakeholder,
    Stress,
    Stressor,
)
from almena.packs.table import read_table

NOW = Circumstances("2026-11-28", people=1000.0)


def _found(registers: Registers, now: Circumstances = NOW) -> list[Problem]:
    return list(contradictions_of(build(registers, TAXONOMY), now))


def _of(*shocks: Shock) -> list[Problem]:
    return _found(Registers(shocks=shocks))


def test_every_rule_has_a_test_and_every_test_a_rule():
    assert {rule.test for rule in rules()} == set(TESTS)


def test_every_rule_names_fields_that_exist():
    known = {(row["register"], row["field"]) for row in read_table("registers.csv")}
    for rule in rules():
        if rule.register != "answers":
            assert {(rule.register, field) for field in rule.fields} <= known, rule.id


FAULTS = [
    (
        Shock("A", FLOOD, "2020", people_direct=5, deaths=2, injured=4),
        "Parts are more than the whole: Deaths: 2, Injured: 4; People directly affected: 5",
        "shocks: A",
    ),
    (
        Shock("A", FLOOD, "2020", people_direct=5, displaced=6),
        "Parts are more than the whole: Displaced: 6",
        "shocks: A",
    ),
    (
        Shock("A", FLOOD, "2020", people_direct=1201),
        "People directly affected: 1,201, but 1,000 people live in the city",
        "shocks: A",
    ),
    (Shock("A", FLOOD, "2020", jobs=-1), "Jobs lost is below zero: -1", "shocks: A"),
    (Shock("A", FLOOD, "2020", loss=5.0), "Loss in money without Currency of the loss", "shocks: A"),
    (
        Shock("A", FLOOD, "2020-05-02", "2020-05-01"),
        "It ends on 2020-05-01, before it begins on 2020-05-02",
        "shocks: A",
    ),
    (
        Shock("A", FLOOD, "2026-11-29"),
        "When it began, as far as known: 2026-11-29 lies in the future",
        "shocks: A",
    ),
    (Shock("A", "flod", "2020"), "Sub-type: flod is not defined", "shocks: A"),
    (
        Shock("A", FLOOD, "2020", elements=("harbour",)),
        "Urban elements hit: harbour is not defined",
        "shocks: A",
    ),
    (Shock("A", FLOOD, "2020", triggered=("S9",)), "Shocks it set off: S9 is not defined", "shocks: A"),
    (
        Shock("A", FLOOD, "2020", triggered=(QUAKE,)),
        "Ground Shaking was set off, but has no record of its own",
        "shocks: A",
    ),
]


@pytest.mark.parametrize(("shock", "what", "where"), FAULTS)
def test_a_wrong_shock_is_named(shock: Shock, what: str, where: str):
    (problem,) = _of(shock)
    assert problem.what.startswith(what)
    assert problem.where == where
    assert problem.why
    assert problem.remedy


HONEST = [
    Shock("A", FLOOD, "2020", people_direct=6, deaths=2, injured=4, displaced=6),
    Shock("A", FLOOD, "2020", deaths=2, injured=4),
    Shock("A", FLOOD, "2020", people_indirect=1200),
    Shock("A", FLOOD, "2020-05-01", "2020-05-01"),
    Shock("A", FLOOD, "2020-05-02", "2020"),
    Shock("A", FLOOD, "2020-05-02", "2020-05"),
    Shock("A", FLOOD, "2026-11-28"),
    Shock("A", FLOOD, "2026"),
    Shock("A", FLOOD, "2020", loss=5.0, currency="BRL"),
    Shock("A", FLOOD, "2020", elements=("economy", "basic_infrastructure.water")),
    Shock("A", CRISIS, "2020", triggered=(CRISIS,)),
    Shock("A", FLOOD, "2020", people_direct=0),
]


@pytest.mark.parametrize("shock", HONEST)
def test_an_honest_shock_passes(shock: Shock):
    assert _of(shock) == []


def test_without_a_count_of_the_people_no_record_is_too_large():
    assert _found(Registers(shocks=(Shock("A", FLOOD, people_direct=9e9),)), Circumstances()) == []


def test_a_near_miss_gets_a_proposal():
    (problem,) = _of(Shock("A", "pluvial-flod", "2020"))
    assert problem.remedy == "Did you mean pluvial-flood?"


def test_a_cause_that_began_later_than_its_effect():
    later = Shock("A", FLOOD, "2020-06-02", triggered=("B",))
    (problem,) = _of(later, Shock("B", OUTBREAK, "2020-06-01"))
    assert problem.what == "A of 2020-06-02 is said to have set off B of 2020-06-01"
    assert _of(later, Shock("B", OUTBREAK, "2020")) == []


def test_one_shock_entered_twice_and_one_like_it_that_is_another():
    twin = Shock("A", FLOOD, "2020", deaths=1)
    (problem,) = _of(twin, replace(twin, id="B"))
    assert (problem.what, problem.where) == ("The same was entered 2 times", "shocks: A, B")
    assert _of(twin, replace(twin, id="B", deaths=2)) == []


def test_the_same_people_in_two_records_of_one_day():
    first = Shock("A", FLOOD, "2020-03-30", people_direct=200, people_indirect=900)
    (problem,) = _of(first, replace(first, id="B", hazard=OUTBREAK))
    assert problem.where == "shocks: A; B"
    assert _of(first, replace(first, id="B", hazard=OUTBREAK, start="2020-03-31")) == []
    nobody = replace(first, people_direct=None, people_indirect=None)
    assert _of(nobody, replace(nobody, id="B", hazard=OUTBREAK)) == []


PEOPLE = (Stakeholder("A", "Office A"), Stakeholder("B", "Office B"))


def _ties(*relations: Relation) -> list[str]:
    return [p.what for p in _found(Registers(stakeholders=PEOPLE, relations=relations))]


def test_ties_with_oneself_with_nobody_and_of_two_kinds():
    assert _ties(Relation("A", "A", "communicates")) == ["A is tied to itself"]
    assert _ties(Relation("A", "C", "communicates")) == ["With whom: C is not defined"]
    assert _ties(Relation("A", "B", "communicates"), Relation("A", "B", "formal_partnership")) == [
        "One tie has two kinds: communicates, formal_partnership"
    ]
    assert _ties(Relation("A", "B", "communicates"), Relation("B", "A", "formal_partnership")) == [
        "A and B name their relation differently: communicates and formal_partnership"
    ]
    assert _ties(Relation("A", "B", "communicates"), Relation("A", "B", "communicates")) == [
        "The same was entered 2 times"
    ]
    assert _ties(Relation("A", "B", "communicates"), Relation("B", "A", "communicates")) == []
    assert _ties(Relation("A", "B", "communicates"), Relation("B", "A", "legally_engages")) == []


REGISTER_FAULTS = [
    ({"responsibilities": (Responsibility("C", "economy.structure", "owns"),)}, "Who: C is not defined"),
    (
        {"responsibilities": (Responsibility("A", "economy", "owns"),)},
        "For which component: economy is not defined",
    ),
    ({"policies": (Policy("P", "Plan", components=("x",)),)}, "Components it bears on: x is not defined"),
    ({"policies": (Policy("P", "Plan", priorities=("x",)),)}, "Priority matters it serves: x is not defined"),
    ({"policies": (Policy("P", "Plan", stakeholders=("x",)),)}, "Who owns it: x is not defined"),
    ({"policies": (Policy("P", "Plan"), Policy("Q", " plan"))}, "The same was entered 2 times"),
    ({"stakeholders": (*PEOPLE, Stakeholder("C", "office  a"))}, "The same was entered 2 times"),
    ({"stresses": (Stress("S", "S", ("x",)),)}, "Urban elements it bears on: x is not defined"),
    ({"stresses": (Stress("S", "S", (), ("x",)),)}, "Priority matters it feeds: x is not defined"),
    ({"stresses": (Stress("S", "S", (), (), ("x",)),)}, "What causes it: x is not defined"),
    ({"priorities": (PriorityMatter("P", "P", hazards=("x",)),)}, "Shocks tied to it: x is not defined"),
    ({"priorities": (PriorityMatter("P", "P"), PriorityMatter("Q", "p"))}, "The same was entered 2 times"),
    ({"links": (IndicatorLink("crpt.7.1.1", "x"),)}, "Priority matter: x is not defined"),
    (
        {"focal_points": (FocalPoint("technical", "Ana", since="2027"),)},
        "Since when: 2027 lies in the future",
    ),
    (
        {"focal_points": (FocalPoint("technical", "Ana", since="2020", until="2019"),)},
        "It ends on 2019, before it begins on 2020",
    ),
    (
        {
            "focal_points": (
                FocalPoint("technical", "Ana", since="2020"),
                FocalPoint("technical", "Rui", since="2021"),
            )
        },
        "Two at the same time: technical → Ana and technical → Rui",
    ),
    ({"judgements": (Judgement("crpt.9", "red"),)}, "Indicator code or id: crpt.9 is not defined"),
    ({"judgements": (Judgement("crpt.7.1.1", "red", component="x"),)}, "Component: x is not defined"),
    (
        {"judgements": (Judgement("crpt.7.1.1", "red", completion="not_applicable"),)},
        "crpt.7.1.1 is red, yet marked not applicable",
    ),
    (
        {"judgements": (Judgement("crpt.7.1.1", "red"), Judgement("crpt.7.1.1", "green"))},
        "crpt.7.1.1 has two colours: green, red",
    ),
    ({"judgements": (Judgement("crpt.7.1.1", "red", "101", "%"),)}, "A share of 101 per cent"),
    ({"judgements": (Judgement("crpt.7.1.1", "red", "-1 %"),)}, "A share of -1 per cent"),
]


@pytest.mark.parametrize(("entries", "what"), REGISTER_FAULTS)
def test_faults_of_the_other_registers(entries: dict[str, tuple], what: str):
    registers = replace(Registers(stakeholders=PEOPLE), **entries)
    assert [p.what for p in _found(registers)] == [what]


REGISTERS_FINE = [
    {
        "focal_points": (
            FocalPoint("technical", "Ana", since="2020", until="2021"),
            FocalPoint("technical", "Rui", since="2021"),
            FocalPoint("political", "Eva"),
        )
    },
    {"judgements": (Judgement("crpt.7.1.1", "qualitative", completion="not_applicable"),)},
    {"judgements": (Judgement("crpt.7.1.1", "red"), Judgement("crpt.7.1.1", "green", set_by="cut-off"))},
    {
        "judgements": (
            Judgement("crpt.7.1.1", "red", "101", "minutes"),
            Judgement("crpt.6.3.2.1", "red", "100", "%"),
        )
    },
    {"judgements": (Judgement("crpt.9.9", "red", title="Entered by the city itself"),)},
]


@pytest.mark.parametrize("entries", REGISTERS_FINE)
def test_what_is_in_order_passes(entries: dict[str, tuple]):
    assert _found(replace(Registers(stakeholders=PEOPLE), **entries)) == []


def test_attachments_go_through_what_leads_there():
    base = Registers(
        stresses=(Stress("s", "S", (), ("p",), ("t",)), Stress("free", "F")),
        stressors=(Stressor("t", "T"), Stressor("u", "U")),
        priorities=(PriorityMatter("p", "P", hazards=(FLOOD,)), PriorityMatter("q", "Q")),
    )

    def said(link: IndicatorLink) -> list[str]:
        return [p.what for p in _found(replace(base, links=(link,)))]

    assert said(IndicatorLink("crpt.7.1.1", "p", stress="s", stressor="t")) == []
    assert said(IndicatorLink("crpt.7.1.1", "q", stress="s")) == [
        "crpt.7.1.1 comes to q through s, which is not tied to it"
    ]
    assert said(IndicatorLink("crpt.7.1.1", "q", hazard=FLOOD)) == [
        "crpt.7.1.1 comes to q through pluvial-flood, which is not tied to it"
    ]
    assert said(IndicatorLink("crpt.7.1.1", "p", stress="free", stressor="t")) == [
        "crpt.7.1.1 comes to free through t, which is not tied to it"
    ]
    assert said(IndicatorLink("crpt.7.1.1", "p", stress="free")) == []


def _travel_times(private: str, public: str, walking: str) -> list[str]:
    given = (
        Judgement("crpt.4.1.3.5.1", private, "20.85", "min", title="private"),
        Judgement("crpt.4.1.3.5.2", public, "68.42", "min", title="public"),
        Judgement("crpt.4.1.3.5.3", walking, "17.12", "min", title="walking"),
    )
    return [p.what for p in _found(Registers(judgements=given))]


def test_colours_that_follow_their_values_neither_up_nor_down_look_swapped():
    (what,) = _travel_times("orange", "green", "green")
    assert what.startswith(
        "Colours do not follow the values: crpt.4.1.3.5.3 17.12 green, crpt.4.1.3.5.1 20.85"
    )
    assert _travel_times("green", "orange", "green") == []
    assert _travel_times("orange", "orange", "red") == []


def _answer(columns: str, *rows: tuple[str, tuple[float | None, ...]], unit: str = "") -> list[str]:
    given = Given(
        "crpt.1", "Q", tuple(n for n, _ in rows), tuple(columns.split("|")), tuple(c for _, c in rows), unit
    )
    return [p.what for p in _found(Registers(), Circumstances("2026-01-01", None, (given,)))]


def test_women_and_men_make_the_total():
    assert _answer("Female|Male|Total", ("a", (10, 11, 22))) == [
        "Women and men together are 21, the total says 22"
    ]
    assert _answer("Female|Male|Total", ("a", (10, 11, 21)), ("b", (None, 11, 22))) == []
    assert _answer("Female|Male|Total", ("a", (10.1, 11.1, 21.3))) == []
    assert _answer("Female|Male|Total", ("rate", (13.8, 13.6, 13.7)), unit="%") == []


def test_shares_give_a_hundred_and_none_exceeds_it():
    assert _answer("Share", ("a", (28,)), ("b", (26,)), ("c", (40,))) == ["Shares give 94 together, not 100"]
    assert _answer("Share", ("a", (28,)), ("b", (26,)), ("c", (46,)), ("Total", (100,))) == []
    assert _answer("Share", ("a", (0.3,)), ("b", (0.2,)), ("c", (0.5,))) == []
    assert _answer("Share", ("a", (33.3,)), ("b", (33.3,)), ("c", (33.3,))) == []
    assert _answer("Share", ("a", (28,)), ("b", (None,))) == []
    assert _answer("Share", ("a", (120,))) == ["A share of 120 per cent"]


def test_a_rate_leads_from_the_first_value_to_the_last():
    rows = (("2020", (100.0, 10.0)), ("2021", (110.0, 10.0)), ("2022", (121.0, 10.0)))
    assert _answer("Value|Growth rate", *rows) == []
    wrong = (*rows[:2], ("2022", (140.0, 10.0)))
    assert _answer("Value|Growth rate", *wrong) == [
        "100 in 2020 growing 10 per cent a year leads to 121 in 2022, not to 140"
    ]
    assert _answer("Year|Value|Rate", ("a", (2020, 100, 10)), ("b", (2022, 121, None))) == []


def test_the_town_itself_is_in_order_but_for_what_it_never_recorded():
    found = _found(REGISTERS, Circumstances("2026-11-28", 20_000.0))
    assert [p.what for p in found] == ["Political Crisis was set off, but has no record of its own"]


def test_without_packs_nothing_is_said_of_their_words():
    from almena.model.taxonomy import Taxonomy

    given = Registers(shocks=(Shock("A", "x", "2020", elements=("y",)),), judgements=(Judgement("z", "red"),))
    assert contradictions_of(build(given, Taxonomy()), NOW) == ()
