"""Scores, proposed colours, and which of several answers counts."""

from __future__ import annotations

from typing import Any

import pytest
from tests.ask.town_hall import demo_pack, instrument

from almena.ask.joining import answer_hash, decision_between, from_profile, joined
from almena.ask.scoring import proposal_of, score_of
from almena.model.statement import ANSWER, Statement, StoredStatement

WHOLE = instrument().by_id()
WATER, PIPES, FAILS = (WHOLE[f"demo.{i}"] for i in ("3.2.1.1", "3.2.1.2", "5.1.1.2"))
CUTS = demo_pack().table("benchmarks")


@pytest.mark.parametrize(
    ("step", "score"), [("no_data", 0), ("significant", 100 / 3), ("seasonal", 200 / 3), ("none", 100)]
)
def test_a_step_is_worth_its_share_of_the_way_to_the_best(step: str, score: float) -> None:
    assert score_of(FAILS, step) == score


def test_only_steps_of_supporting_indicators_have_a_score() -> None:
    assert score_of(WHOLE["demo.5.1.1.4"], {"step": "stable", "years": {}}) == 50
    assert score_of(WHOLE["demo.5.1.1.3"], "yes") is None
    assert score_of(WATER, 97) is None
    assert score_of(WHOLE["demo.5.1.1.5"], ["money"]) is None
    assert score_of(FAILS, None) is None


@pytest.mark.parametrize(
    ("value", "colour"),
    [(100, "green"), (95, "green"), (94.9, "yellow"), (80, "yellow"), (60, "orange"), (59.9, "red")],
)
def test_a_cut_off_proposes_a_colour(value: float, colour: str) -> None:
    proposal = proposal_of(WATER, value, "%", CUTS)
    assert proposal is not None
    assert (proposal.colour, proposal.confidence) == (colour, "B")


def test_a_cut_off_proposes_nothing_where_it_does_not_know() -> None:
    assert proposal_of(PIPES, 500, "km", CUTS) is not None
    assert proposal_of(PIPES, 499, "km", CUTS) is None  # the source says nothing below green
    assert proposal_of(PIPES, 500, "m", CUTS) is None  # another unit
    assert proposal_of(WATER, "many", "%", CUTS) is None
    assert proposal_of(FAILS, 3, "", CUTS) is None


@pytest.mark.parametrize(
    ("letter", "proposes"), [("A", True), ("B", True), ("C", True), ("D", False), ("P", False)]
)
def test_a_doubtful_cut_off_only_shows_the_value(letter: str, proposes: bool) -> None:
    found = proposal_of(WATER, 97, "%", demo_pack(letter=letter).table("benchmarks"))
    assert (found is not None) == proposes


def test_lower_is_better_the_other_way_round() -> None:
    cut = {"question": WATER.id, "direction": "lower", "green": "5", "yellow": "10", "orange": "20", "unit": "%",
           "confidence": "A", "source": "x"}  # fmt: skip
    colours = [p.colour if (p := proposal_of(WATER, v, "%", [cut])) else "" for v in (5, 5.1, 10.1, 20, 20.1)]
    assert colours == ["green", "yellow", "orange", "orange", "red"]


def _said(voice: str, number: int = 1, **content: Any) -> StoredStatement:
    statement = Statement(ANSWER, WATER.id, {"status": "complete", "unit": "%", **content}, voice)
    return StoredStatement(statement, number, "2026-11-20T12:00:00Z", voice)


def test_a_persons_colour_goes_before_the_cut_off() -> None:
    found = joined(WATER, [_said("Ana", value=97, colour="orange")], None, CUTS)
    assert (found.colour, found.set_by, found.confidence) == ("orange", "person", "")
    found = joined(WATER, [_said("Ana", value=97)], None, CUTS)
    assert (found.colour, found.set_by, found.confidence) == ("green", "cut-off", "B")


def test_two_answers_that_differ_wait_for_a_decision() -> None:
    said = [_said("Ana", 1, value=97), _said("Bia", 2, value=60)]
    found = joined(WATER, said, None, CUTS)
    assert (found.is_disputed, found.value, found.colour, found.status) == (True, None, "", "pending")
    assert found.voices == ("Ana", "Bia")
    assert not found.is_done
    decided = joined(WATER, said, decision_between(said, "Ana", "read the meter"), CUTS)
    assert (decided.chosen, decided.value, decided.is_done) == ("Ana", 97, True)


def test_two_answers_that_agree_need_no_decision() -> None:
    found = joined(
        WATER, [_said("Ana", 1, value=97), _said("Bia", 2, value=97, comment="as last year")], None, CUTS
    )
    assert (found.is_disputed, found.value, found.chosen) == (False, 97, "Bia")


def test_a_decision_holds_until_an_answer_comes_or_changes() -> None:
    said = [_said("Ana", 1, value=97), _said("Bia", 2, value=60)]
    decision = decision_between(said, "Ana", "read the meter")
    changed = [said[0], _said("Bia", 3, value=61)]
    further = [*said, _said("Caio", 3, value=50)]
    assert joined(WATER, changed, decision, CUTS).is_disputed
    assert joined(WATER, further, decision, CUTS).is_disputed
    assert joined(WATER, said[:1], decision, CUTS).chosen == "Ana"
    assert answer_hash(said[0].statement) != answer_hash(said[1].statement)


def test_the_profiles_own_value_is_an_alternative() -> None:
    found = from_profile(WATER, 82.0, "%", CUTS, source="x", by="almena", at="")
    assert (found.status, found.is_done, found.colour, found.set_by) == (
        "alternative",
        True,
        "yellow",
        "cut-off",
    )
