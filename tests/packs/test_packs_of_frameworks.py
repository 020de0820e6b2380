"""The shipped frameworks hold what their sources publish: counts that add up, a letter for every fact."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import pytest

from almena.packs.loader import load_cards
from almena.packs.table import Row, read_table

SHIPPED = resources.files("almena.packs") / "shipped"
FRAMEWORKS = ("sdg11", "sendai", "iso37123", "cri", "cpi", "umf", "undrr-scorecard", "smart-city-guidelines")


def rows(pack: str, table: str) -> list[Row]:
    return read_table(f"{table}.csv", SHIPPED / pack)


def levels(pack: str) -> Counter[str]:
    return Counter(row["level"] for row in rows(pack, "codes"))


def test_the_counts_are_those_of_the_sources() -> None:
    assert levels("sendai") == {"target": 7, "indicator": 38}
    assert levels("iso37123") == {"clause": 16, "indicator": 68}
    assert levels("cri") == {"dimension": 4, "goal": 12, "indicator": 52}
    assert levels("undrr-scorecard") == {"essential": 10, "question": 47}
    assert levels("sdg11")["target"] == 10
    assert levels("umf")["cell"] == 20
    assert levels("cpi")["dimension"] == 6


def test_the_guidelines_add_up_and_only_known_sentences_are_loaded() -> None:
    found = levels("smart-city-guidelines")
    assert found["thematic pillar"] == found["enabling pillar"] == 4
    assert found["principle"] == 40
    assert (found["national"], found["local"], found["stakeholder"]) == (57, 62, 53)
    loaded = [r for r in rows("smart-city-guidelines", "codes") if not r["title"].startswith("Not loaded")]
    sentences = Counter(r["level"] == "principle" for r in loaded if "pillar" not in r["level"])
    assert sentences == {True: 8, False: 24}


def test_the_questions_of_each_essential_are_as_many_as_published() -> None:
    parents = Counter(r["parent"] for r in rows("undrr-scorecard", "codes") if r["level"] == "question")
    assert [parents[str(e)] for e in range(1, 11)] == [3, 5, 4, 4, 3, 6, 4, 9, 7, 2]
    assert len(rows("undrr-scorecard", "questions")) == 47
    assert [r["position"] for r in rows("undrr-scorecard", "scales")] == ["0", "1", "2", "3"]


def test_the_survey_keeps_the_base_with_each_share() -> None:
    shares = rows("wsco", "shares")
    world, asia = [r for r in shares if not r["region"]], [r for r in shares if r["region"]]
    assert len(world) == 22
    assert {(r["id"], r["share"]) for r in asia} == {
        ("wsco.communities.asia", "61"),
        ("wsco.universities.asia", "45"),
        ("wsco.open_data.asia", "44"),
    }
    assert {r["base"] for r in world} == {"countries", "municipalities", "municipal governments", "cities"}
    (vague,) = [r for r in world if r["published"].startswith("more than")]
    assert vague["id"] == "wsco.ai_strategy"


@pytest.mark.parametrize("pack", FRAMEWORKS)
def test_every_fact_has_a_source_and_a_letter_and_every_parent_exists(pack: str) -> None:
    found = rows(pack, "codes")
    codes = {r["code"] for r in found}
    assert len(codes) == len(found)
    assert {r["parent"] for r in found} - {""} <= codes
    assert {r["confidence"] for r in found} <= set("ABCDP")
    assert all(r["source"] and r["title"] for r in found)


@pytest.mark.parametrize("pack", [p for p in FRAMEWORKS if p != "smart-city-guidelines"])
def test_each_match_joins_a_known_code_with_a_known_indicator(pack: str) -> None:
    codes, cards = {r["code"] for r in rows(pack, "codes")}, load_cards()
    for match in rows(pack, "mappings"):
        assert match["code"] in codes, match
        assert match["indicator"] in cards, match
        assert match["confidence"] == "P"
        assert match["kind"] == "same" or match["note"] or match["kind"] in ("narrower", "related")


def test_a_title_that_nobody_could_read_is_not_invented() -> None:
    codes = [r for r in rows("umf", "codes") if r["level"] == "indicator"]
    assert len(codes) == 30
    assert sum(r["title"].startswith("Not loaded") for r in codes) == 8
    assert {r["confidence"] for r in rows("umf", "codes") if r["level"] == "proposal"} == {"P"}


def test_rows_with_a_slip_in_the_source_are_marked_for_a_check() -> None:
    doubtful = {r["title"] for r in rows("cpi", "codes") if r["confidence"] == "D"}
    assert "Public libraries" in doubtful
    assert "Unemployment rate" not in doubtful
