"""Registers come into a city folder, stay with author and source, and are read back typed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.ask.packs import make_city, packs
from tests.harmonise.spreadsheets import write_ods, write_xlsx

from almena.app.registers import ImportOptions, holds_registers, import_registers, registers_of
from almena.app.settings import Settings
from almena.model.problem import InputError
from almena.model.register import Judgement, Told
from almena.model.statement import Statement
from almena.publish.marked_workbook import FAULTY, SET_ASIDE
from almena.store.folder import CityFolder
from almena.store.hashing import content_hash
from almena.store.statements import say_all, standing, submissions

NOW = "2026-06-30T10:00:00+00:00"
SHOCKS = """city;subtype;date;people_directly_affected;urban_elements;casualties;triggered_shock
vila nova;Fluvial Flood;24/12/2019;1.234;Built Environment,Economy;2;Bacterial Epidemic & Pandemic Disease
vila nova;Pluvial Flood;3/5/2012;;Basic Infraestructure;;
vila nova;Meteor;3/5/2012;;;;
"""
STRESSES = "city;stress\nvila nova;Heat islands\n"
PRIORITIES = "city;priority_matter\nvila nova;Água em excesso\n"
LINKS = (
    "city;priority_matter;stress;indicator_code;indicator_description;indicator_value\n"
    "vila nova;Agua em excesso;Heat islands;7.1.3.2;Unemployment;Vermelho\n"
)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[CityFolder]:
    with make_city(tmp_path / "city") as folder:
        yield folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "registers"
    folder.mkdir()
    (folder / "vn_shocks.csv").write_text(SHOCKS, encoding="utf-8-sig")
    (folder / "vn_stresses.csv").write_text(STRESSES, encoding="utf-8")
    (folder / "vn_priority_matters.csv").write_bytes(PRIORITIES.encode("cp1252"))
    (folder / "vn_links.csv").write_text(LINKS, encoding="utf-8")
    (folder / "empty.csv").write_text("", encoding="utf-8")
    (folder / "notes.md").write_text("# no table", encoding="utf-8")
    return folder


def bring(city: CityFolder, path: Path, **how: Any) -> dict[str, Any]:
    settings = Settings(clock=lambda: NOW)
    return import_registers(city, path, packs(), settings, ImportOptions(**{"by": "Ana", **how}))


def test_a_folder_of_messy_files_comes_in_with_one_call(city: CityFolder, files: Path) -> None:
    assert holds_registers(files, city, packs())
    found = bring(city, files)
    json.dumps(found)
    assert {r["file"]: (r["read"], r["accepted"], r["refused"]) for r in found["registers"]} == {
        "vn_shocks.csv": (3, 2, 1),
        "vn_stresses.csv": (1, 1, 0),
        "vn_priority_matters.csv": (1, 1, 0),
        "vn_links.csv": (1, 1, 0),
    }
    assert found["stored"]["written"] == 6
    (refused,) = [entry for entry in found["listed"] if entry["refused"]]
    assert (refused["file"], refused["where"], refused["texts"]) == (
        "vn_shocks.csv",
        ["row 4, column 2"],
        ["Meteor"],
    )
    registers = registers_of(city, packs())
    flood = registers.shocks[0]
    assert (flood.hazard, flood.start, flood.precision, flood.people_direct, flood.deaths, flood.injured) == (
        "fluvial-flood",
        "2019-12-24",
        "day",
        1234.0,
        2.0,
        None,
    )
    assert flood.elements == ("built_environment", "economy")
    assert flood.triggered == ("bacterial-epidemic-pandemic-disease",)
    assert flood.told == Told("vn_shocks.csv, row 2", "Ana", NOW)
    assert registers.shocks[1].start == "2012-05-03"  # the first date can only be day before month
    assert registers.priorities[0].title == "Água em excesso"
    assert registers.judgements == (
        Judgement("crpt.7.1.3.2", "red", title="Unemployment", told=Told("vn_links.csv, row 2", "Ana", NOW)),
    )
    assert registers.links[0].priority == "agua-em-excesso"


def test_a_dry_run_changes_nothing(city: CityFolder, files: Path) -> None:
    before = content_hash(city.engine)
    found = bring(city, files, dry_run=True)
    assert (found["accepted"], found["stored"], found["entries"]) == (False, None, 6)
    assert content_hash(city.engine) == before
    assert "Dry run: nothing was changed." in found["said"]


def test_the_same_bytes_change_nothing_and_the_bytes_are_kept(city: CityFolder, files: Path) -> None:
    bring(city, files)
    after = content_hash(city.engine)
    again = bring(city, files)
    assert again["stored"] == {"written": 0, "unchanged": 6, "repeated": True}
    assert content_hash(city.engine) == after
    (form,) = submissions(city.engine)
    assert form.what == "registers: registers"
    kept = [p.read_bytes() for p in city.snapshots.rglob("*") if p.is_file()]
    assert PRIORITIES.encode("cp1252") in kept


def test_rows_that_waited_for_a_definition_enter_with_the_same_bytes_later(
    city: CityFolder, tmp_path: Path
) -> None:
    old = tmp_path / "old_stresses.csv"
    old.write_text("stress\nNoise\n", encoding="utf-8")
    links = tmp_path / "stresses_priority_matters.csv"
    links.write_text("stress;priority_matter\nHeat islands;Water\n", encoding="utf-8")
    bring(city, old)
    assert bring(city, links)["registers"][0]["refused"] == 1
    old.write_text("stress\nNoise\nHeat islands\n", encoding="utf-8")
    bring(city, old)
    assert bring(city, links)["registers"][0]["accepted"] == 1
    assert {s.id: s.priorities for s in registers_of(city, packs()).stresses} == {
        "heat-islands": ("water",),
        "noise": (),
    }


def test_a_corrected_file_supersedes_and_columns_that_it_lacks_stay(city: CityFolder, tmp_path: Path) -> None:
    path = tmp_path / "stakeholders.csv"
    path.write_text("organization;full name;contact\nSEPLAN;Planning;ana@example.org\n", encoding="utf-8")
    bring(city, path)
    path.write_text("organization;full name\nSEPLAN;Secretariat of planning\n", encoding="utf-8")
    bring(city, path, by="Rui")
    (one,) = registers_of(city, packs()).stakeholders
    assert (one.id, one.name, one.contact, one.told.by) == (
        "SEPLAN",
        "Secretariat of planning",
        "ana@example.org",
        "Rui",
    )


def test_without_a_name_the_import_itself_is_named(city: CityFolder, files: Path) -> None:
    bring(city, files / "vn_stresses.csv", by=" ")
    assert {s.by for s in standing(city.engine)} == {"import of vn_stresses.csv"}


@pytest.mark.parametrize("order, start", [("dmy", "2012-05-03"), ("mdy", "2012-03-05")])
def test_dates_in_doubt_are_refused_or_taken_by_the_order_that_is_stated(
    city: CityFolder, tmp_path: Path, order: str, start: str
) -> None:
    path = tmp_path / "shocks.csv"
    path.write_text("subtype;date\nPluvial Flood;3/5/2012\n", encoding="utf-8")
    refused = bring(city, path)
    assert "--dates dmy" in refused["listed"][0]["remedy"]
    assert bring(city, path, dates=order)["registers"][0]["accepted"] == 1
    assert [s.start for s in registers_of(city, packs()).shocks] == [start]


def test_an_unknown_order_is_refused(city: CityFolder, files: Path) -> None:
    with pytest.raises(InputError, match="dmy or mdy"):
        bring(city, files, dates="ymd")


def sheets() -> dict[str, list[list[Any]]]:
    return {
        "Shocks": [line.split(";") for line in SHOCKS.splitlines()],
        "Stresses": [["stress"], ["Heat islands"], ["Heat islands"], ["=1+1"]],
    }


def as_xlsx(folder: Path) -> Path:
    return write_xlsx(folder / "book.xlsx", sheets())


def as_ods(folder: Path) -> Path:
    return write_ods(folder / "book.ods", sheets())


@pytest.mark.parametrize("make", [as_xlsx, as_ods])
def test_a_workbook_comes_back_with_its_cells_marked(city: CityFolder, tmp_path: Path, make: Any) -> None:
    path, out = make(tmp_path), tmp_path / "back.xlsx"
    found = bring(city, path, annotated=out, dry_run=True)
    assert [(r["sheet"], r["refused"], r["set_aside"]) for r in found["registers"]] == [
        ("Shocks", 1, 0),
        ("Stresses", 0, 1),
    ]
    book = openpyxl.load_workbook(out)
    cell = book["Shocks"]["B4"]
    assert (cell.value, cell.fill.fgColor.rgb) == ("Meteor", FAULTY)
    assert "no shock sub-type is called" in cell.comment.text
    assert book["Stresses"]["A3"].fill.fgColor.rgb == SET_ASIDE
    listed = [row[3] for row in book["_almena"].iter_rows(values_only=True)]
    assert "Meteor" in listed


def test_a_folder_comes_back_as_one_workbook(city: CityFolder, files: Path, tmp_path: Path) -> None:
    found = bring(city, files, annotated=tmp_path, dry_run=True)
    book = openpyxl.load_workbook(found["annotated"])
    assert {"vn_shocks", "vn_stresses", "vn_links", "_almena"} <= set(book.sheetnames)
    assert book["vn_shocks"]["B4"].fill.fgColor.rgb == FAULTY


def test_a_zip_is_unpacked_and_read_like_a_folder(city: CityFolder, files: Path, tmp_path: Path) -> None:
    path = tmp_path / "registers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(files.iterdir()):
            archive.write(file, f"data/{file.name}")
    assert holds_registers(path, city, packs())
    assert bring(city, path)["stored"]["written"] == 6


def test_lines_in_two_encodings_are_each_read_in_their_own(city: CityFolder, tmp_path: Path) -> None:
    path = tmp_path / "stresses.csv"
    path.write_bytes(
        "stress\nÁgua parada\n".encode() + "Poluição\n".encode("cp1252") + "PoluiÃ§Ã£o do ar\n".encode()
    )
    found = bring(city, path)
    assert [s.title for s in registers_of(city, packs()).stresses] == [
        "Água parada",
        "Poluição",
        "Poluição do ar",
    ]
    assert any("cp1252" in note["what"] for note in found["notes"])
    assert any("wrong encoding" in note["what"] for note in found["notes"])


def test_data_are_not_taken_for_registers(city: CityFolder, tmp_path: Path) -> None:
    schools = tmp_path / "schools.csv"
    schools.write_text("id,name,type,latitude,longitude\n1,A,public,-30,-51\n", encoding="utf-8")
    assert not holds_registers(schools, city, packs())
    assert not holds_registers(tmp_path / "none.csv", city, packs())
    stresses = tmp_path / "stresses.csv"
    stresses.write_text(STRESSES, encoding="utf-8")
    assert holds_registers(stresses, city, packs())
    (tmp_path / "roads.geojson").write_text("{}", encoding="utf-8")
    assert not holds_registers(tmp_path, city, packs())


def test_a_damaged_file_is_told_and_the_others_come_in(city: CityFolder, files: Path) -> None:
    (files / "broken.xlsx").write_bytes(b"PK\x03\x04 nothing")
    found = bring(city, files)
    assert [p["where"] for p in found["problems"]] == ["broken.xlsx"]
    assert found["stored"]["written"] == 6


def test_what_the_trail_holds_in_other_shapes_is_read_as_far_as_it_fits(city: CityFolder) -> None:
    said = Statement(
        "register:shocks", "x", {"hazard": "flash-flood", "deaths": "many", "elements": "mobility", "?": 1}
    )
    say_all(city.engine, [said, replace(said, kind="register:else")], at=NOW, by="Ana")
    (shock,) = registers_of(city, packs()).shocks
    assert (shock.deaths, shock.elements, shock.start) == (None, ("mobility",), "")


def test_changed_entries_are_named(city: CityFolder, tmp_path: Path) -> None:
    path = tmp_path / "challenges.csv"
    path.write_text("challenge;description\nClimate;old\nHousing;same\n", encoding="utf-8")
    assert not any("stood with other content" in note["what"] for note in bring(city, path)["notes"])
    path.write_text("challenge;description\nClimate;new\nHousing;same\n", encoding="utf-8")
    (note,) = [n for n in bring(city, path)["notes"] if "stood with other content" in n["what"]]
    assert (note["what"][:9], note["where"]) == ("1 entries", "challenges climate")


def test_files_without_any_register_are_refused(city: CityFolder, tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("id,name,latitude\n1,A,-30\n", encoding="utf-8")
    with pytest.raises(InputError, match="No register is found"):
        bring(city, path)


def test_what_is_no_table_or_too_large_is_named(
    city: CityFolder, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("almena.app.register_files.MOST_BYTES", 200)
    found = bring(city, files)
    assert [p["where"] for p in found["problems"]] == ["vn_shocks.csv"]
    assert any("notes.md" in note["what"] for note in found["notes"])


def test_a_kit_is_data_whatever_tables_lie_in_it(city: CityFolder, files: Path, tmp_path: Path) -> None:
    (files / "kit.toml").write_text("", encoding="utf-8")
    assert not holds_registers(files, city, packs())
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK")
    assert not holds_registers(broken, city, packs())
