"""What a city asks for is not always what presses it: ten cities at the front door."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.diagnose.needs import NEAR, pressing, ranking
from almena.model.need import Answers, Need, Pressing, StartRule
from almena.packs.loader import load_elements
from almena.packs.start import TEXT, front_door

DOOR = front_door()
OPTIONS = DOOR.options


def at_the_door(**answers: str) -> Pressing:
    given_ = {question: tuple(chosen.split()) for question, chosen in answers.items()}
    depends = {e.id: e.depends_on for e in load_elements().values()}
    return pressing(given_, DOOR.needs, DOOR.rules, options=OPTIONS, depends_on=depends, wishes=DOOR.wishes)


CITIES: list[tuple[str, dict[str, str]]] = [
    ("contingency", {"asked_for": "risk_map", "soon": "attack", "plan": "none", "shelter": "partly"}),
    (
        "drainage",
        {
            "soon": "flood",
            "last_time": "years",
            "last_what": "flood",
            "failed": "sewers",
            "limit": "sewers",
            "plan": "tested",
            "warning": "most",
        },
    ),
    (
        "recovery",
        {
            "last_time": "months",
            "last_what": "storm",
            "how_long": "months",
            "decision": "rebuilding",
            "plan": "tested",
        },
    ),
    (
        "water",
        {"soon": "drought", "limit": "water", "wears": "scarcity", "failed": "water", "plan": "developing"},
    ),
    ("visitors", {"soon": "season", "wears": "visitors rents", "limit": "waste", "plan": "tested"}),
    (
        "heat",
        {"soon": "heat", "last_what": "heat", "who_hit": "older", "wears": "heat ageing", "plan": "written"},
    ),
    (
        "arrivals",
        {
            "soon": "arrivals",
            "limit": "schools",
            "wears": "arrivals",
            "who_hit": "displaced",
            "plan": "tested",
        },
    ),
    (
        "picture",
        {"asked_for": "picture", "soon": "nothing", "last_time": "never", "limit": "none", "lists": "none"},
    ),
    (
        "economy",
        {
            "asked_for": "actions",
            "wears": "jobs debt",
            "growth": "leaving",
            "last_what": "crisis",
            "soon": "crisis",
        },
    ),
    (
        "land",
        {
            "asked_for": "risk_map",
            "growth": "hazard",
            "decision": "master_plan",
            "plan": "tested",
            "warning": "most",
        },
    ),
]


@pytest.mark.parametrize(("first", "answers"), CITIES)
def test_a_practitioner_would_begin_there_too(first: str, answers: dict[str, str]) -> None:
    found = at_the_door(**answers)
    assert found.needs[0].need.id == first
    assert found.needs[0].speaks_for


def test_a_city_that_asks_for_a_map_under_threat_is_told_that_it_needs_a_plan() -> None:
    found = at_the_door(asked_for="risk_map", soon="attack", plan="none")
    assert found.asked_for == "risk_map"
    assert found.needs[0].speaks_for[0].because == "an attack may come within months"
    assert "basic_infrastructure" in found.needs[0].need.elements
    assert "built_environment" in found.needs[0].leaned_on


def test_a_tested_plan_speaks_against_writing_one() -> None:
    with_plan = at_the_door(soon="storm", plan="tested")
    assert "contingency" not in [r.need.id for r in with_plan.needs]
    without = at_the_door(soon="storm", plan="none")
    assert without.needs[0].need.id == "contingency"


def test_nothing_said_gives_no_need_and_every_question_could_change_that() -> None:
    found = at_the_door()
    assert found.needs == ()
    assert set(found.could_change) == set(OPTIONS)


def test_the_door_asks_at_most_twenty_questions_and_scores_no_free_text() -> None:
    assert len(DOOR.questions) <= 20
    assert not {r.question for r in DOOR.rules} & {q.id for q in DOOR.questions if q.choose == TEXT}
    assert {n.id for n in DOOR.needs} == {r.need for r in DOOR.rules if r.points > 0}


def small(*points: tuple[str, str, str, float]) -> tuple[list[Need], list[StartRule]]:
    rules = [StartRule(q, a, n, p, f"{q} is {a}") for q, a, n, p in points]
    needs = [Need(n, n, "", "", ("x",), (n,)) for n in dict.fromkeys(r.need for r in rules)]
    return needs, rules


def test_a_second_need_is_named_only_when_it_is_near_the_first() -> None:
    needs, rules = small(("q", "a", "one", 10), ("q", "a", "two", 10 * NEAR), ("q", "b", "two", -1))
    more: dict[str, Any] = {"options": {"q": ["a", "b"]}, "depends_on": {}, "wishes": {}}
    assert [r.need.id for r in pressing({"q": ("a",)}, needs, rules, **more).needs] == ["one", "two"]
    assert [r.need.id for r in pressing({"q": ("a", "b")}, needs, rules, **more).needs] == ["one"]


def test_only_open_questions_that_could_turn_the_order_are_named() -> None:
    needs, rules = small(
        ("p", "yes", "one", 3), ("q", "a", "two", 2), ("r", "a", "two", 4), ("s", "a", "two", 9)
    )
    found = pressing(
        {"p": ("yes",), "s": ("no",)},
        needs,
        rules,
        options={"p": ["yes"], "q": ["a"], "r": ["a", "b"], "s": ["a", "no"]},
        depends_on={},
        wishes={},
    )
    assert found.could_change == ("r",)
    found = pressing(
        {"p": ("yes",), "s": ("unknown",)},
        needs,
        rules,
        options={"s": ["a", "unknown"]},
        depends_on={},
        wishes={},
    )
    assert found.could_change == ("s",)


answers_of_anybody = st.fixed_dictionaries(
    {},
    optional={q: st.lists(st.sampled_from(o), min_size=1, max_size=3).map(tuple) for q, o in OPTIONS.items()},
)


@given(answers=answers_of_anybody)
def test_points_are_the_sum_of_the_reasons_shown(answers: Answers) -> None:
    for ranked in ranking(answers, DOOR.needs, DOOR.rules, depends_on={}):
        shown = sum(r.points for r in (*ranked.speaks_for, *ranked.speaks_against))
        assert shown == ranked.points
        assert all(r.answer in answers[r.question] for r in (*ranked.speaks_for, *ranked.speaks_against))
