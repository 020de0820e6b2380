"""A city seen through a framework: values with range, use and date, gaps with reasons, and the share unmapped."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.app.toyville import NOW
from tests.packs.pack_folders import pack_folder, row

from almena.app.pack_changes import add_pack
from almena.app.pack_views import view_pack
from almena.app.settings import Settings
from almena.model.observation import Observation
from almena.model.problem import InputError
from almena.model.statement import Statement
from almena.packs.packs import shipped_pack
from almena.store.folder import CityFolder
from almena.store.observations import record
from almena.store.runs import Run, begin_run
from almena.store.statements import say_all

TRANSIT = {"low": 70.0, "high": 80.0, "unit": "%", "status": "measured", "use": "discuss"}


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Return a city with one value, one gap, and answers of two people to one question."""
    path = tmp_path / "toyville"
    with CityFolder.create(path, "Toyville", ("en",), id="toyville") as folder:
        begin_run(folder.engine, Run("run-1", NOW))
        here = {"place": "toyville", "place_kind": "city", "place_name": "Toyville"}
        known = Observation("mobility.sdg_11_2_1", period="2024", value=75.0, **TRANSIT, **here)
        part = Observation("mobility.sdg_11_2_1", "north", "2024", "neighbourhood", value=10.0, **TRANSIT)
        gap = Observation(
            "ecology.green_cover", period="", reason="no land cover was given", remedy="Load it", **here
        )
        record(folder.engine, "run-1", [known, part, gap], at=NOW, by="almena")
        said = [
            Statement("answer", "toy.1", {"value": 7, "status": "complete"}, "Ana"),
            Statement("answer", "toy.1", {"value": 8, "unit": "dozens"}, "Rui"),
            Statement("answer", "toy.2", {"status": "not_available"}, "Ana"),
        ]
        say_all(folder.engine, said, at=NOW, by="office")
    return path


@pytest.fixture
def goals(tmp_path: Path) -> Path:
    """Return somebody's framework: a goal with four codes, three of them mapped."""
    codes = [row("codes", system="sdg", code="11", title="Cities", level="goal")]
    for code in ("11.2.1", "11.7.1", "11.x", "11.y"):
        codes.append(row("codes", system="sdg", code=code, parent="11", title=f"Code {code}"))
    mappings = [
        row(
            "mappings",
            system="sdg",
            code="11.x",
            indicator="ecology.green_cover",
            kind="broader",
            note="all green",
        ),
        row("mappings", system="sdg", code="11.x", indicator="toy.1", kind="narrower"),
    ]
    questions = [
        row("questions", unit="toys"),
        row("questions", id="toy.2", code="2"),
        row("questions", id="toy.3", code="3"),
    ]
    return pack_folder(tmp_path / "goals", {"codes": codes, "mappings": mappings, "questions": questions})


def test_values_gaps_and_what_nothing_stands_for(city: Path, goals: Path) -> None:
    found = view_pack(city, str(goals))
    assert found["added"] is False
    by_code = {entry["code"]: entry for entry in found["entries"]}
    assert by_code["11"]["is_heading"] is True
    transit = by_code["11.2.1"]["indicators"][0]
    assert (transit["indicator"], transit["kind"], transit["said_by"], transit["confidence"]) == (
        "mobility.sdg_11_2_1",
        "same",
        "cards",
        "A",
    )
    (value,) = transit["values"]
    assert (value["value"], value["low"], value["high"], value["unit"], value["use"], value["date"]) == (
        75.0,
        70.0,
        80.0,
        "%",
        "discuss",
        "2024",
    )
    broader, narrower = sorted(by_code["11.x"]["indicators"], key=lambda i: i["kind"])
    assert (broader["note"], broader["values"]) == ("all green", [])
    assert broader["gap"]["reason"] == "no land cover was given"
    assert broader["gap"]["remedy"] == "Load it"
    assert [(v["value"], v["unit"], v["by"]) for v in narrower["values"]] == [
        (7, "toys", "Ana"),
        (8, "dozens", "Rui"),
    ]
    assert by_code["11.y"]["indicators"] == []
    assert by_code["11.7.1"]["indicators"][0]["gap"]["reason"] == "the profile was not made yet"


def test_counts_leave_headings_out_and_say_how_close_the_indicators_are(city: Path, goals: Path) -> None:
    counts = view_pack(city, str(goals))["counts"]
    assert counts == {
        "codes": 4,
        "mapped": 3,
        "unmapped": 1,
        "unmapped_share": 0.25,
        "known": 2,
        "kinds": {"same": 1, "narrower": 1, "broader": 0, "related": 1},
    }


def test_a_value_entered_once_appears_in_each_mapped_framework(
    city: Path, goals: Path, tmp_path: Path
) -> None:
    add_pack(city, str(goals), Settings())
    mapping = row("mappings", system="other", code="Z", indicator="toy.1", kind="same")
    other = pack_folder(
        tmp_path / "other",
        {"codes": [row("codes", system="other", code="Z")], "mappings": [mapping]},
        id="other",
        requires=["toy-survey"],
    )
    here = view_pack(city, str(other))["entries"][0]["indicators"]
    there = [
        i
        for e in view_pack(city, "toy-survey")["entries"]
        for i in e["indicators"]
        if i["indicator"] == "toy.1"
    ]
    assert [i["kind"] for i in (*here, *there)] == ["same", "narrower"]
    assert here[0]["values"] == there[0]["values"]
    assert view_pack(city, "toy-survey")["added"] is True


def test_a_survey_is_seen_by_its_questions(city: Path, tmp_path: Path) -> None:
    questions = [
        row("questions"),
        row("questions", id="toy.2", code="2"),
        row("questions", id="toy.3", code="3"),
    ]
    found = view_pack(city, str(pack_folder(tmp_path / "q", {"questions": questions})))
    first, second, third = (entry["indicators"][0] for entry in found["entries"])
    assert len(first["values"]) == 2
    assert second["gap"] == {"reason": "the answer is: not available", "remedy": "", "who": "mayor"}
    assert third["gap"]["reason"] == "nobody has answered it yet"
    assert found["counts"]["known"] == 1


def test_a_theme_is_seen_by_its_parts_in_the_language_asked_for(city: Path) -> None:
    found = view_pack(city, "theme-climate-action", "pt")
    assert found["pack"]["title"].startswith("Ação climática")
    assert found["entries"][0]["part"] == "O que a cidade emite"
    assert len(found["entries"]) == len(shipped_pack("theme-climate-action").table("theme"))
    (green,) = [e for e in found["entries"] if e["code"] == "ecology.green_cover"]
    assert green["indicators"][0]["gap"]["reason"] == "no land cover was given"


def test_a_pack_that_is_not_there_is_told_with_the_nearest(city: Path) -> None:
    with pytest.raises(InputError) as caught:
        view_pack(city, "theme-turism")
    assert caught.value.problems[0].remedy == "Did you mean `theme-tourism`?"


def test_questions_and_headings_are_told_in_the_language_asked_for(city: Path, tmp_path: Path) -> None:
    told = {"text": "Quantos brinquedos?", "holder": "prefeito"}
    heading = {
        "id": "toy.h",
        "code": "h",
        "element": "economy",
        "title": "Play",
        "source": "s",
        "confidence": "P",
    }
    tables = {
        "questions": [row("questions", id="toy.3")],
        "indicators": [heading],
        "codes": [row("codes"), row("codes", code="2")],
        "mappings": [row("mappings", indicator="toy.3"), row("mappings", code="2", indicator="toy.h")],
        "texts_pt": [
            *(
                {"table": "questions", "id": "toy.3", "column": column, "text": text}
                for column, text in told.items()
            ),
            {"table": "indicators", "id": "toy.h", "column": "title", "text": "Brincar"},
        ],
    }
    folder = pack_folder(tmp_path / "q", tables, languages=["en", "pt"])
    for language, question, holder, title in (
        ("pt", "Quantos brinquedos?", "prefeito", "Brincar"),
        ("", "How many toys?", "mayor", "Play"),
    ):
        first, second = (
            entry["indicators"][0] for entry in view_pack(city, str(folder), language)["entries"]
        )
        assert (first["title"], first["gap"]["who"], second["title"]) == (question, holder, title)
        assert "heading" in second["gap"]["reason"]
