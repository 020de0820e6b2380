"""The front door: a person who never heard of the method answers in plain words and learns where to begin."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Almena

from almena.cli.starting import interview
from almena.packs.start import front_door

SAIDA = ["--answer", "asked_for=risk_map", "--answer", "soon=attack", "--answer", "plan=none"]


@pytest.fixture
def new_place(tmp_path: Path) -> Path:
    return tmp_path / "my city"


def begin(almena: Almena, place: Path, *more: object) -> Any:
    return almena("start", place, "--name", "Sidon", "--country", "LBN", "--by", "Ana", "--json", *more)


def test_a_city_without_any_file_learns_what_presses_it(almena: Almena, new_place: Path) -> None:
    said = begin(almena, new_place, *SAIDA)
    assert said.status == 0
    found = said.json
    assert (found["city"], found["answered"]) == ("Sidon", 3)
    (need, *_) = found["needs"]
    assert need["id"] == "contingency"
    assert {
        "question": "soon",
        "answer": "attack",
        "points": 5.0,
        "because": "an attack may come within months",
    } in need["because"]
    assert need["elements"][0] == "municipal_services"
    assert "built_environment" in need["leaned_on"]
    assert found["asked_for"] == "risk_map"
    assert len(found["questions"]) <= 20


def test_answers_stay_and_later_ones_take_their_place(almena: Almena, new_place: Path) -> None:
    begin(almena, new_place, *SAIDA)
    assert almena("start", new_place, "--json").json["needs"][0]["id"] == "contingency"
    later = almena(
        "start", new_place, "--by", "Rui", "--answer", "plan=tested", "--answer", "soon=drought", "--json"
    )
    assert later.json["answered"] == 3
    assert later.json["needs"][0]["id"] == "water"


def test_labels_count_like_ids_and_a_sentence_is_kept_whole(almena: Almena, new_place: Path) -> None:
    said = begin(almena, new_place, "--answer", "plan=no plan", "--answer", "worry=Water, and then power")
    answers = {q["id"]: q["answer"] for q in said.json["questions"]}
    assert answers["plan"] == ["none"]
    assert answers["worry"] == ["Water, and then power"]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_kept(almena: Almena, new_place: Path) -> None:
    begin(almena, new_place)
    said = almena(
        "start", new_place, "--json", "--answer", "plann=none", "--answer", "plan=nun", "--answer", "warning=some,most",
        "--answer", "wears=heat,rents,jobs,debt", "--answer", "soon=flood",
    )  # fmt: skip
    assert said.status == 2
    whats = [p["what"] for p in said.json["problems"]]
    assert whats == [
        "There is no question plann",
        "There is no option nun",
        "Too many answers: 2, where 1 can be given",
        "Too many answers: 4, where 3 can be given",
    ]
    assert "plan?" in said.json["problems"][0]["remedy"]
    assert almena("start", new_place, "--json").json["answered"] == 0


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "needs a name"),
        (["--name", "Sidon"], "country is not known"),
        (["--name", "Sidon", "--country", "LBX"], "country is not known"),
        (["--name", "Sidon", "--country", "LBN", "--answer", "soon"], "names no question"),
    ],
)
def test_a_place_that_cannot_be_begun_is_refused(
    almena: Almena, new_place: Path, words: list[str], part: str
) -> None:
    said = almena("start", new_place, *words, "--json")
    assert said.status == 2
    assert part in str(said.json["problems"])


def test_the_answer_in_words_names_reasons_the_system_and_the_first_step(
    almena: Almena, new_place: Path
) -> None:
    begin(almena, new_place, *SAIDA)
    told = almena("start", new_place, "--answer", "money=none").out
    assert "1. A plan for the day it happens" in told
    assert "because an attack may come within months" in told
    assert "Municipal public services is needed by" in told
    assert "You were asked for: A map of risks." in told
    assert "first step:" in told
    assert "could put another need first" not in told  # no single answer outweighs an attack without a plan
    weak = almena("start", new_place, "--answer", "soon=flood").out
    assert "could put another need first" in weak


def test_a_city_begun_at_the_door_takes_a_kit_later_and_keeps_its_answers(
    almena: Almena, new_place: Path, toyville: Path, tmp_path: Path
) -> None:
    begin(almena, new_place, *SAIDA)
    early = almena("profile", new_place, "--json")
    assert early.status == 2
    assert "no files yet" in early.json["problems"][0]["what"]
    kit = tmp_path / "kit"
    shutil.copytree(toyville / "kit", kit)
    made = almena("new", new_place, "--kit", "toy", "--json")
    assert made.status == 0, made.err
    assert almena("start", new_place, "--json").json["needs"][0]["id"] == "contingency"
    assert almena("doctor", new_place, "--json").status == 0


def test_gaps_and_report_begin_with_what_presses(almena: Almena, toyville: Path, tmp_path: Path) -> None:
    city = tmp_path / "town"
    shutil.copytree(toyville, city)
    before = almena("gaps", city, "--json").json
    almena("start", city, "--by", "Ana", *SAIDA)
    after = almena("gaps", city, "--json").json
    assert {g["indicator"] for g in before} == {g["indicator"] for g in after}
    first = [g["presses"] for g in after]
    assert first == sorted(first, reverse=True)
    assert after[0]["indicator"].startswith(("municipal_services.", "supply_chain."))
    almena("export", city, "html", tmp_path / "public")
    almena("export", city, "html", tmp_path / "inside", "--edition", "city")
    public = (tmp_path / "public" / "index.html").read_text(encoding="utf-8")
    inside = (tmp_path / "inside" / "index.html").read_text(encoding="utf-8")
    assert "A plan for the day it happens" in public
    assert "an attack may come within months" not in public
    assert "an attack may come within months" in inside


def test_the_interview_takes_numbers_passes_on_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    questions = [
        {
            "id": q.id, "text": q.text, "help": q.help, "choose": q.choose, "answer": [],
            "options": [{"id": o, "label": label} for o, label in q.options],
        }
        for q in front_door().questions
    ]  # fmt: skip
    lines: Iterator[str] = iter(["99", "1,2", "1", "8, 1", "", "."])
    assert interview(questions, lambda _: next(lines)) == {
        "asked_for": ["risk_map"],
        "soon": ["attack", "flood"],
    }
    assert capsys.readouterr().out.count("Please give numbers from 1 to 7") == 2

    def nobody(_: str) -> str:
        raise EOFError

    assert interview(questions, nobody) == {}


def test_a_report_that_stands_is_written_again_when_what_presses_changes(
    almena: Almena, toyville: Path, tmp_path: Path
) -> None:
    city = tmp_path / "town"
    shutil.copytree(toyville, city)
    report = city / "reports" / "html" / "index.html"
    almena("profile", city)
    assert "A plan for the day it happens" not in report.read_text(encoding="utf-8")
    almena("start", city, "--by", "Ana", *SAIDA)
    almena("profile", city)
    assert "A plan for the day it happens" in report.read_text(encoding="utf-8")


def test_a_city_without_any_file_has_both_documents_and_no_map_is_asked_for(
    almena: Almena, new_place: Path, tmp_path: Path
) -> None:
    begin(almena, new_place, *SAIDA)
    out = tmp_path / "documents"
    said = almena("diagnose", new_place, "--out", out, "--json")
    assert said.status == 0
    assert {Path(p).relative_to(out).as_posix() for p in said.json["written"]} >= {
        "diagnosis/index.html",
        "resilience-profile/index.html",
    }
    assert "Sidon" in (out / "diagnosis" / "index.html").read_text(encoding="utf-8")
    assert almena("export", new_place, "csv", tmp_path / "values.csv").status == 2


def test_a_city_that_only_has_answers_is_sound(almena: Almena, new_place: Path) -> None:
    begin(almena, new_place, *SAIDA)
    assert almena("doctor", new_place).status == 0
