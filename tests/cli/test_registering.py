"""Registers at the command line: a folder in, problems told, a workbook back, entries listed and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Almena

from almena.store.folder import CityFolder

SHOCKS = (
    "city;subtype;date;people_directly_affected;urban_elements;casualties\n"
    "vila nova;Fluvial Flood;24/12/2019;1.234;Built Environment,Basic Infraestructure;2\n"
    "vila nova;Pluvial Flood;3/5/2012;Mobility;;\n"
)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    path = tmp_path / "city"
    CityFolder.create(path, "Vila Nova", ("en",), id="vila-nova").close()
    return path


@pytest.fixture
def shocks(tmp_path: Path) -> Path:
    path = tmp_path / "vn_shocks.csv"
    path.write_text(SHOCKS, encoding="utf-8")
    return path


def test_a_dry_run_lists_problems_by_cell_and_gives_the_workbook_back(
    almena: Almena, city: Path, shocks: Path, tmp_path: Path
) -> None:
    said = almena("import", city, shocks, "--dry-run", "--annotated", tmp_path / "back.xlsx")
    assert said.status == 1
    assert "vn_shocks.csv: 2 rows read, 1 accepted, 0 set aside, 1 refused." in said.out
    assert "vn_shocks.csv, row 3, column 4: it is no number." in said.out
    assert "Dry run: nothing was changed." in said.out
    assert "'Basic Infraestructure' is read as 'Basic infrastructure'" in said.err
    assert (tmp_path / "back.xlsx").is_file()
    assert almena("register", city, "shocks").out == "The register shocks has no entries.\n"


def test_accepted_rows_are_stored_and_a_refused_row_shows_in_the_exit_status(
    almena: Almena, city: Path, shocks: Path
) -> None:
    said = almena("import", city, shocks, "--by", "Ana", "--json")
    assert said.status == 1
    assert said.json["stored"] == {"written": 1, "unchanged": 0, "repeated": False}
    shocks.write_text(SHOCKS.replace("Mobility", "7"), encoding="utf-8")
    assert almena("import", city, shocks, "--by", "Ana").status == 0
    listed = almena("register", city, "shocks", "--json").json["entries"]
    assert [(e["id"], e["by"]) for e in listed] == [
        ("fluvial-flood-2019-12-24", "Ana"),
        ("pluvial-flood-2012-05-03", "Ana"),
    ]
    assert "by Ana" in almena("register", city, "shocks").out
    assert "shocks            2" in almena("register", city).out


def test_an_entry_is_taken_back_and_the_register_handed_over(
    almena: Almena, city: Path, shocks: Path
) -> None:
    almena("import", city, shocks, "--by", "Ana")
    said = almena("register", city, "shocks", "--withdraw", "fluvial-flood-2019-12-24", "--by", "Rui")
    assert (said.status, said.out) == (0, "Taken back: fluvial-flood-2019-12-24. It stays in the trail.\n")
    assert "(taken back)" in almena("register", city, "shocks", "--history").out
    assert almena("register", city, "shocks", "--withdraw", "none", "--by", "Rui").status == 2
    handed = almena("register", city, "handover")
    assert handed.status == 1
    assert "# Handover of Vila Nova" in handed.out
    assert "no political focal point" in handed.err


def test_an_empty_table_is_written_for_a_register(almena: Almena, city: Path, tmp_path: Path) -> None:
    out = tmp_path / "shocks.xlsx"
    assert almena("register", city, "shocks", "template", out).status == 0
    assert out.is_file()
    assert almena("register", city, "shocks", "template").status == 2
    assert "template OUT.xlsx" in almena("register", city, "shocks", "show").err
    assert almena("register", city, "moods").status == 2


def test_an_illustration_comes_with_one_city_alone(almena: Almena, city: Path, tmp_path: Path) -> None:
    assert "no illustration comes with the kit" in almena("register", city, "illustration").err
    CityFolder.create(tmp_path / "poa", "Porto Alegre", ("en",), id="porto-alegre").close()
    assert almena("register", tmp_path / "poa", "illustration").status == 0
    shown = almena("register", tmp_path / "poa", "shocks").out
    assert shown.count("illustration, not adopted by the municipality: ") == 3


@pytest.mark.parametrize("options", [("--as", "maps"), ("--as", "registers", "--dates", "ymd")])
def test_options_that_mean_nothing_are_refused(
    almena: Almena, city: Path, shocks: Path, options: tuple[str, ...]
) -> None:
    said = almena("import", city, shocks, *options)
    assert (said.status, said.out) == (2, "")
    assert "do:" in said.err


def test_a_question_leaves_the_city_as_it_is_until_it_is_answered(
    almena: Almena, city: Path, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("stressor;challenge\nFew trees;Warming\n", encoding="utf-8")
    said = almena("import", city, path, "--as", "registers", "--by", "Ana")
    assert (said.status, "--answer" in said.out) == (2, True)
    answered = almena("import", city, path, "--as", "registers", "--answer", "register:table.csv=challenges")
    assert answered.status == 0
    assert "challenges        1" in almena("register", city).out


def test_a_profiled_city_with_registers_is_sound_and_goes_on(
    almena: Almena, town: Path, tmp_path: Path
) -> None:
    path = tmp_path / "stresses.csv"
    path.write_text("stress\nHeat\n", encoding="utf-8")
    before = almena("doctor", town, "--hash").out
    assert almena("import", town, path, "--by", "Ana").status == 0
    assert almena("doctor", town).status == 0
    assert almena("doctor", town, "--hash").out != before
    assert almena("register", town, "stresses", "--withdraw", "heat", "--by", "Ana").status == 0
    assert almena("doctor", town, "--hash").out == before
