"""The questions of the method, answered for a town whose registers one can read through."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.diagnose.town import CRISIS, FLOOD, OUTBREAK, QUAKE, REGISTERS, TAXONOMY, UNREST

from almena.diagnose.diagnosis import diagnose
from almena.diagnose.graph import build
from almena.diagnose.indicators import described
from almena.model.diagnosis import Diagnosis, Help
from almena.model.register import IndicatorLink, Judgement, Registers, Shock, Stress, Told
from almena.model.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def town() -> Diagnosis:
    return diagnose(REGISTERS, TAXONOMY)


def _risk(found: Diagnosis, hazard: str):
    return next(r for r in found.risks if r.hazard == hazard)


def test_risks_stand_in_the_order_of_recorded_people_and_those_without_figures_last(town: Diagnosis):
    assert [r.hazard for r in town.risks] == [CRISIS, FLOOD, OUTBREAK, "fluvial-flood"]


def test_hazards_without_records_are_named_and_not_called_absent(town: Diagnosis):
    assert town.unrecorded == (UNREST, QUAKE, "landslide")


def test_one_risk_with_all_that_its_records_say(town: Diagnosis):
    flood = _risk(town, FLOOD)
    assert (flood.title, flood.type, flood.group) == ("Pluvial Flood", "Flood", "Natural")
    assert flood.records == ("S1", "S2")
    assert (flood.first, flood.last) == ("2018-03-30", "2019-03-10")
    assert {s.effect: (s.value, s.known, s.records) for s in flood.sums} == {
        "people_direct": (5200, 2, 2),
        "people_indirect": (15000, 2, 2),
        "deaths": (1, 1, 2),
        "injured": (4, 1, 2),
        "displaced": (None, 0, 2),
        "working_days": (None, 0, 2),
        "jobs": (None, 0, 2),
        "loss": (None, 0, 2),
    }
    assert flood.elements == ("basic_infrastructure", "economy")
    assert flood.components == ("basic_infrastructure.water.stormwater",)
    assert flood.indicators == flood.red == ("crpt.3.2.3.1",)
    assert flood.nearby == ("crpt.3.2.3.2", "crpt.7.1.1")
    assert flood.nearby_red == ("crpt.7.1.1",)
    assert flood.stresses == ("bad-drains", "informality")
    assert flood.priorities == ("weak-economy",)


def test_an_indicator_nobody_judged_is_attached_but_not_red(town: Diagnosis):
    outbreak = _risk(town, OUTBREAK)
    assert outbreak.indicators == ("crpt.6.3.2.1",)
    assert outbreak.red == ()


def test_triggers_keep_order_and_the_record_behind_each_step(town: Diagnosis):
    recorded = [(t.cause, t.effect, t.order, t.records) for t in town.triggers if t.from_records]
    assert recorded == [
        (OUTBREAK, UNREST, 1, (("S3",),)),
        (CRISIS, CRISIS, 1, (("S4", "S5"),)),
        (FLOOD, OUTBREAK, 1, (("S1", "S2"),)),
        (FLOOD, UNREST, 2, (("S1", "S2"), ("S3",))),
    ]


def test_what_only_the_literature_says_stays_a_possibility_and_repeats_no_finding(town: Diagnosis):
    possible = [(t.path, t.records) for t in town.triggers if not t.from_records]
    assert possible == [((FLOOD, "landslide"), ((),))]


def test_a_record_that_set_off_another_record_stands_for_its_hazard():
    shocks = (Shock("A", FLOOD, "2020", triggered=("B",)), Shock("B", OUTBREAK, "2020"))
    found = diagnose(Registers(shocks=shocks), TAXONOMY)
    assert [(t.cause, t.effect) for t in found.triggers if t.from_records] == [(FLOOD, OUTBREAK)]


def test_red_indicators_with_what_hangs_on_them(town: Diagnosis):
    streets, unemployment = town.red
    assert (streets.indicator, unemployment.indicator) == ("crpt.3.2.3.1", "crpt.7.1.1")
    assert [(a.hazard, a.stress, a.stressor) for a in streets.attachments] == [
        ("", "bad-drains", "no-maintenance"),
        (FLOOD, "", ""),
    ]
    assert (streets.source, streets.title) == ("Traffic office, report of 2024", "Streets cut by water")
    assert (unemployment.value, unemployment.set_by, unemployment.confidence) == ("13.7", "person", "")


def test_other_shocks_an_improvement_would_help_against_with_the_reason(town: Diagnosis):
    assert town.red[0].helps == (
        Help(FLOOD, "attached", "weak-economy"),
        Help(UNREST, "follows", FLOOD, ("S1", "S2", "S3")),
        Help(OUTBREAK, "follows", FLOOD, ("S1", "S2")),
    )
    assert town.red[1].helps == (
        Help(CRISIS, "place", "economy", ("S4", "S5")),
        Help(FLOOD, "place", "economy", ("S1",)),
    )
    assert town.red[1].helps_against == (CRISIS, FLOOD)


def test_an_indicator_of_an_element_that_a_shock_hit_helps_through_the_place():
    found = described(build(REGISTERS, TAXONOMY), "crpt.3.2.3.2")
    assert found.helps == (Help(FLOOD, "place", "basic_infrastructure.water.stormwater", ("S2",)),)


def test_a_priority_matter_has_a_case_for_it_and_against_it_and_what_could_overturn_it(town: Diagnosis):
    (matter,) = town.priorities
    assert matter.hazards == (OUTBREAK, FLOOD)
    assert matter.stresses == ("bad-drains", "informality")
    assert matter.stressors == ("no-jobs", "no-maintenance")
    assert matter.colours == (("green", 1), ("red", 2))
    assert matter.red == ("crpt.3.2.3.1", "crpt.7.1.1")
    assert matter.speaks_against == ("crpt.3.2.3.2",)
    assert matter.without_colour == ("crpt.6.3.2.1",)
    assert matter.policies == ("PLAN-1",)
    assert matter.stakeholders == ("BANK", "SEMPLAN")


def test_a_priority_named_only_by_a_link_is_told_all_the_same():
    found = diagnose(Registers(links=(IndicatorLink("x", "water"),)), TAXONOMY)
    assert [(p.id, p.title, p.without_colour) for p in found.priorities] == [("water", "water", ("x",))]


def test_more_red_comes_first():
    links = (IndicatorLink("a", "one"), IndicatorLink("b", "two"), IndicatorLink("c", "two"))
    judged = tuple(Judgement(i, "red") for i in "abc")
    found = diagnose(Registers(links=links, judgements=judged), Taxonomy())
    assert [p.id for p in found.priorities] == ["two", "one"]


def test_stresses_meet_shocks_on_elements_and_on_indicators():
    links = (IndicatorLink("i", "p", hazard=QUAKE), IndicatorLink("i", "p", stress="informality"))
    found = diagnose(replace(REGISTERS, links=links), TAXONOMY)
    ground = {(g.hazard, g.stress): (g.elements, g.indicators) for g in found.shared}
    assert ground[FLOOD, "bad-drains"] == (("basic_infrastructure",), ())
    assert ground[FLOOD, "informality"] == (("economy",), ())
    assert ground[QUAKE, "informality"] == ((), ("i",))
    assert (OUTBREAK, "informality") not in ground


def test_totals_per_type_are_sums_by_hand_with_how_many_records_say_so(town: Diagnosis):
    totals = {kind: {s.effect: s for s in sums} for kind, sums in town.totals}
    assert sorted(totals) == ["Flood", "Infectious Diseases", "Socio-economic Shocks"]
    direct = totals["Flood"]["people_direct"]
    assert (direct.value, direct.known, direct.records) == (5200, 2, 3)
    jobs = totals["Socio-economic Shocks"]["jobs"]
    assert (jobs.value, jobs.known, jobs.records) == (950, 2, 2)
    assert totals["Flood"]["jobs"].value is None


def test_losses_in_two_currencies_are_never_added():
    shocks = (
        Shock("A", FLOOD, loss=2.0, currency="BRL"),
        Shock("B", FLOOD, loss=3.0, currency="USD"),
        Shock("C", FLOOD, loss=5.0, currency="BRL"),
        Shock("D", FLOOD),
    )
    sums = diagnose(Registers(shocks=shocks), TAXONOMY).risks[0].sums
    assert [(s.unit, s.value, s.known, s.records) for s in sums if s.effect == "loss"] == [
        ("BRL", 7.0, 2, 4),
        ("USD", 3.0, 1, 4),
    ]


def test_zero_that_was_recorded_is_zero_and_not_unknown():
    sums = diagnose(Registers(shocks=(Shock("A", FLOOD, people_direct=0.0),)), TAXONOMY).risks[0].sums
    assert (sums[0].value, sums[0].known) == (0.0, 1)


def _progress(found: Diagnosis, place: str, kind: str) -> tuple[int, int, tuple[tuple[str, int], ...]]:
    return next((p.total, p.done, p.by_status) for p in found.progress if (p.place, p.kind) == (place, kind))


def test_progress_counts_questions_and_not_cards_up_to_the_element(town: Diagnosis):
    assert _progress(town, "", "all") == (5, 3, (("complete", 3), ("pending", 2)))
    assert _progress(town, "", "rq") == (1, 0, (("pending", 1),))
    assert _progress(town, "basic_infrastructure", "si") == (2, 2, (("complete", 2),))
    assert _progress(town, "basic_infrastructure.water", "all")[:2] == (3, 2)
    assert _progress(town, "social_inclusion", "si")[:2] == (1, 0)


def test_the_rule_of_progress_counts_what_cannot_be_had_as_done():
    statuses = ("complete", "incomplete", "pending", "not_available", "not_applicable", "alternative")
    judged = tuple(Judgement(f"x.{n}", "", completion=s, element="economy") for n, s in enumerate(statuses))
    found = diagnose(Registers(judgements=judged), replace(TAXONOMY, questions={}))
    whole = next(p for p in found.progress if p.place == "economy" and p.kind == "all")
    assert (whole.total, whole.done, whole.share) == (6, 4, pytest.approx(200 / 3))


@pytest.mark.parametrize(
    ("colour", "status"),
    [("red", "complete"), ("qualitative", "complete"), ("not_available", "not_available"), ("", "pending")],
)
def test_a_colour_without_a_status_tells_its_status(colour: str, status: str):
    found = diagnose(Registers(judgements=(Judgement("x", colour),)), Taxonomy())
    assert _progress(found, "", "si")[2] == ((status, 1),)


def test_a_person_overrides_a_cut_off_and_the_later_word_the_earlier():
    given = (
        Judgement("i", "green", told=Told(at="2026-01-02T00:00:00Z")),
        Judgement("i", "orange", told=Told(at="2026-01-01T00:00:00Z")),
        Judgement("i", "red", set_by="cut-off", told=Told(at="2026-02-01T00:00:00Z")),
    )
    assert build(Registers(judgements=given), TAXONOMY).colour("i") == "green"


def test_empty_registers_give_an_empty_diagnosis_that_names_every_hazard_as_unrecorded():
    found = diagnose(Registers(), TAXONOMY)
    assert found.risks == found.triggers == found.red == found.priorities == found.contradictions == ()
    assert found.unrecorded == tuple(TAXONOMY.hazards)
    assert _progress(found, "", "si")[:2] == (4, 0)


def test_a_stress_on_an_unknown_element_is_kept_under_its_own_name():
    given = Registers(
        shocks=(Shock("A", FLOOD, elements=("harbour",)),), stresses=(Stress("s", "S", ("harbour",)),)
    )
    assert diagnose(given, TAXONOMY).shared[0].elements == ("harbour",)


@pytest.mark.parametrize(
    ("precision", "told"),
    [
        ("day", "1985-01-01"),
        ("year assumed", "1985"),
        ("month assumed", "1985-01"),
        ("", "1985-01-01"),
        ("year", "1985"),
    ],
)
def test_a_day_that_stands_for_a_longer_time_is_told_as_that_time(precision: str, told: str):
    shock = Shock("A", FLOOD, "1985-01-01", precision=precision)
    (risk,) = diagnose(Registers(shocks=(shock,)), TAXONOMY).risks
    assert (risk.first, risk.last) == (told, told)


def test_elements_stand_with_their_parts_in_the_order_of_the_packs(town: Diagnosis):
    assert list(dict.fromkeys(p.place for p in town.progress)) == [
        "",
        "basic_infrastructure",
        "basic_infrastructure.water",
        "basic_infrastructure.water.stormwater",
        "social_inclusion",
        "social_inclusion.health",
        "economy",
        "economy.structure",
    ]
