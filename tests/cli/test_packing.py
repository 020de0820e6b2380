"""The verbs of packs, as people and programs use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Almena
from tests.packs.pack_folders import pack_folder, row

PROBLEM = {"what", "where", "why", "remedy"}


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Return somebody's pack."""
    tables = {"codes": [row("codes"), row("codes", code="2", title="Games")], "mappings": [row("mappings")]}
    return pack_folder(tmp_path / "survey", tables, notes=["Only toys."])


def test_packs_are_listed_with_what_a_person_wants_to_know(almena: Almena) -> None:
    said, document = almena("pack", "list"), almena("pack", "list", "--json").json
    assert (said.status, said.err) == (0, "")
    assert "theme-tourism – Tourism: our selection of indicators" in said.out
    assert "not the list of UN-Habitat's Enhancer" in said.out
    (tourism,) = [p for p in document["packs"] if p["id"] == "theme-tourism"]
    assert (tourism["rows"], tourism["languages"], tourism["from"]) == (28, ["en", "pt"], "almena")
    assert tourism["licence"]
    assert "Turismo: nossa seleção" in almena("--language", "pt", "pack", "list").out


def test_a_pack_is_checked_added_viewed_and_removed(almena: Almena, town: Path, survey: Path) -> None:
    hash_before = almena("doctor", town, "--hash").out
    checked = almena("pack", "check", survey)
    assert (checked.status, checked.err) == (0, "")
    assert "The pack is sound." in checked.out
    assert "note: Only toys." in checked.out
    assert almena("pack", "add", town, survey).out == "Added: Toy survey.\n"
    assert almena("pack", "add", town, survey).out == "Nothing to do: Toy survey is there.\n"
    assert "toy-survey – Toy survey (added)" in almena("pack", "list", town).out
    view = almena("pack", "view", town, "toy-survey").out
    assert "related, measures something near: identity.area – Area of the city" in view
    assert "Nothing here stands for:\n  2  Games" in view
    assert "1 of 2 codes have an indicator here, 1 a value.\nNot mapped: 50 %." in view
    assert almena("doctor", town).status == 0
    assert (
        almena("pack", "remove", town, "toy-survey").out
        == "Removed: toy-survey. No stored value has changed.\n"
    )
    assert almena("doctor", town, "--hash").out == hash_before


def test_programs_get_one_document_from_every_verb(almena: Almena, town: Path, survey: Path) -> None:
    assert almena("pack", "check", survey, "--json").json["sound"] is True
    assert almena("pack", "add", town, survey, "--json").json["packs"] == ["toy-survey"]
    assert almena("pack", "view", town, "toy-survey", "--json").json["counts"]["unmapped_share"] == 0.5
    assert almena("pack", "list", town, "--json").json["problems"] == []
    assert almena("pack", "remove", town, "toy-survey", "--json").json["packs"] == []


def test_a_wrong_pack_is_told_at_once_with_file_and_row(almena: Almena, town: Path, tmp_path: Path) -> None:
    codes = [row("codes", direction="up"), row("codes", title="")]
    bad = pack_folder(tmp_path / "bad", {"codes": codes}, kind="game")
    said, document = almena("pack", "check", bad), almena("pack", "check", bad, "--json")
    assert (said.status, document.status) == (1, 1)
    assert "4 problems." in said.out
    for place in (
        "bad/pack.toml",
        "bad/codes.csv, row 2, column direction",
        "bad/codes.csv, row 3, column title",
    ):
        assert place in said.err
        assert place in [p["where"] for p in document.json["problems"]]
    assert document.json["pack"] is None
    refused = almena("pack", "add", town, bad, "--json")
    assert refused.status == 2
    assert len(refused.json["problems"]) == 4
    assert set(refused.json["problems"][0]) == PROBLEM


@pytest.mark.parametrize(
    "words",
    [
        ("pack", "check", "nothing"),
        ("pack", "add", "{town}", "nothing"),
        ("pack", "view", "{town}", "nothing"),
        ("pack", "remove", "{town}", "nothing"),
        ("pack", "remove", "{town}", "crpt"),
        ("pack", "list", "nothing"),
        ("pack", "add", "nothing", "theme-tourism"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(
    almena: Almena, town: Path, words: tuple[str, ...]
) -> None:
    said = almena(*(word.format(town=town) for word in words))
    assert (said.status, said.out) == (2, "")
    assert said.err
    assert almena("pack", "list", town, "--json").json["problems"] == []


def test_a_spoilt_pack_of_a_city_is_told_by_list_and_doctor(almena: Almena, town: Path, survey: Path) -> None:
    almena("pack", "add", town, survey)
    (town / "packs" / "toy-survey" / "codes.csv").write_text("spoilt\n", encoding="utf-8")
    listed = almena("pack", "list", town)
    assert listed.status == 1
    assert "packs/toy-survey/codes.csv, row 1" in listed.err
    assert almena("doctor", town).status == 1


def test_a_theme_is_told_with_reasons(almena: Almena, town: Path) -> None:
    said = almena("pack", "view", town, "theme-infrastructure").out
    assert "Fire, help and care" in said
    assert "here because: Hydrants that give water when needed" in said
    assert "of 29 indicators have a value." in said


def test_a_survey_is_told_question_by_question_without_saying_it_twice(
    almena: Almena, town: Path, tmp_path: Path
) -> None:
    questions = [
        row("questions", card="identity.area"),
        row("questions", id="toy.2", code="2", text="Which game?"),
    ]
    said = almena("pack", "view", town, pack_folder(tmp_path / "q", {"questions": questions})).out
    assert said.count("How many toys?") == 1
    assert "related, measures something near: identity.area – Area of the city" in said
    assert "    not known: nobody has answered it yet; ask: mayor" in said
    assert said.endswith("1 of 2 questions have an answer or a value.\n")


def test_published_shares_are_told_with_their_base(almena: Almena, town: Path) -> None:
    said, document = (
        almena("pack", "view", town, "wsco").out,
        almena("pack", "view", town, "wsco", "--json").json,
    )
    assert "published: 46 % of countries answered: no" in said
    assert "of municipalities, Asia answered: yes" in said
    assert "published: more than 60 % of cities answered: no" in said
    assert document["by"] == "questions"
    assert sum(len(entry["shares"]) for entry in document["entries"]) == 25


@pytest.mark.parametrize(
    "pack", ["umf", "sdg11", "sendai", "undrr-scorecard", "cpi", "cri", "iso37123", "crpt"]
)
def test_every_shipped_framework_can_be_seen_over_a_city(almena: Almena, town: Path, pack: str) -> None:
    counts = almena("pack", "view", town, pack, "--json").json["counts"]
    assert counts["mapped"] + counts["unmapped"] == counts["codes"] > 0
    assert sum(counts["kinds"].values()) == counts["mapped"] > 0
