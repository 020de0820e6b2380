"""Somebody asks on the command line what follows from what the city entered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.app.diagnosed import enter
from tests.cli.conftest import Almena


@pytest.fixture
def town(profiled_small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(profiled_small, tmp_path / "the town"))


def test_an_empty_city_is_told_how_to_begin(almena: Almena, town: Path) -> None:
    said = almena("diagnose", town)
    assert said.status == 0
    assert "Nothing was entered yet" in said.out
    assert "almena start DIR" in said.out
    assert "71 kinds of shock have no record, which does not mean that they cannot happen." in said.out


def test_the_answer_reads_from_risks_to_contradictions(almena: Almena, town: Path) -> None:
    enter(town)
    out = almena("diagnose", town).out
    assert "Pluvial Flood: 2 records, 2018-03-30 – 2019-03-10; people directly affected: 5,200 (2 of 2" in out
    assert "Fluvial Flood: 1 record, 2001; people directly affected: not known (0 of 1" in out
    assert (
        "Pluvial Flood → Bacterial Epidemic & Pandemic Disease → Political Crisis (order 2; records S1, S2, S3)"
        in out
    )
    assert "Economic underperformance: 2 red, 1 green indicators speak against it, 1 not judged" in out
    assert "Political Crisis was set off, but has no record of its own" in out
    assert "Illustration" not in out
    assert (
        out.index("Shocks by recorded effect") < out.index("Priority matters") < out.index("looked at again")
    )


def test_an_illustration_is_told_first(almena: Almena, town: Path) -> None:
    enter(town, by="illustration of Toyville")
    assert almena("diagnose", town).out.startswith("Illustration, not adopted by the municipality.")


def test_an_indicator_tells_why_it_would_help(almena: Almena, town: Path) -> None:
    enter(town)
    out = almena("diagnose", town, "--indicator", "3.2.3.3.2").out
    assert "Pluvial Flood: attached to it for Economic underperformance" in out
    assert "Political Crisis: follows from Pluvial Flood (records S1, S2, S3)" in out
    economy = almena("diagnose", town, "--indicator", "7.1.3.2").out
    assert "Economic Crisis: hit Economy (records S4, S5)" in economy
    alone = almena("diagnose", town, "--indicator", "4.1.1.2").out
    assert "No record and no attachment ties it to a shock." in alone


def test_one_json_document_and_the_documents_beside_it(almena: Almena, town: Path, tmp_path: Path) -> None:
    enter(town)
    found = almena("diagnose", town, "--hazard", "pluvial-flood", "--out", tmp_path / "out", "--json").json
    assert [r["hazard"] for r in found["risks"]] == ["pluvial-flood"]
    assert len(found["written"]) == 6
    assert all(Path(path).exists() for path in found["written"])


def test_a_wrong_name_and_a_wrong_edition_are_refused(almena: Almena, town: Path, tmp_path: Path) -> None:
    enter(town)
    said = almena("diagnose", town, "--hazard", "meteor", "--json")
    assert said.status == 2
    assert said.json["problems"][0]["what"] == "There is no hazard meteor"
    said = almena("diagnose", town, "--out", tmp_path / "out", "--edition", "secret")
    assert said.status == 2
    assert "There is no edition secret" in said.err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_city(almena: Almena, tmp_path: Path) -> None:
    assert almena("diagnose", tmp_path).status == 2
