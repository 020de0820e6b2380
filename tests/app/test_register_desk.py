"""At the desk: look up, take back, hand over, and begin a table that comes in again as it was filled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from almena.app.packs import packs_of
from almena.app.register_desk import (
    are_registers,
    bring_registers,
    handover,
    list_entries,
    list_registers,
    withdraw,
    write_template,
)
from almena.app.registers import ImportOptions, registers_of
from almena.app.settings import Settings
from almena.ask.fields import register_fields, register_names
from almena.model.listed import LISTS_SHEET
from almena.model.problem import InputError
from almena.store.folder import CityFolder

NOW = "2026-06-30T10:00:00+00:00"
FOCAL = "kind,name,post,deputy,since,until\n"


def settings(by: str = "Ana") -> Settings:
    return Settings(clock=lambda: NOW, by=by)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    path = tmp_path / "city"
    CityFolder.create(path, "Vila Nova", ("en",), id="vila-nova").close()
    return path


def bring(city: Path, name: str, text: str) -> dict[str, Any]:
    path = city.parent / name
    path.write_text(text, encoding="utf-8")
    return bring_registers(city, path, settings(), ImportOptions(by="Ana"))


def test_registers_are_counted_and_entries_are_told_with_author_time_and_source(city: Path) -> None:
    bring(city, "stresses.csv", "stress,source\nHeat,plan page 3\n")
    rows = {r["register"]: r for r in list_registers(city)["registers"]}
    assert list(rows) == list(register_names())
    assert rows["stresses"] == {"register": "stresses", "entries": 1, "changed": NOW, "by": "Ana"}
    assert rows["shocks"]["entries"] == 0
    (entry,) = list_entries(city, "Stresses")["entries"]
    assert (entry["id"], entry["label"], entry["source"], entry["by"], entry["at"]) == (
        "heat",
        "Heat",
        "plan page 3",
        "Ana",
        NOW,
    )


def test_an_entry_that_is_taken_back_stays_in_the_trail(city: Path) -> None:
    bring(city, "stresses.csv", "stress\nHeat\n")
    assert withdraw(city, "stresses", "heat", settings("Rui"))["withdrawn"] == 1
    assert list_entries(city, "stresses")["entries"] == []
    past = list_entries(city, "stresses", history=True)["entries"]
    assert [(e["by"], e["withdrawn"]) for e in past] == [("Ana", False), ("Rui", True)]


@pytest.mark.parametrize("register, identity", [("stresses", "heat"), ("moods", "heat")])
def test_what_is_not_there_cannot_be_taken_back(city: Path, register: str, identity: str) -> None:
    with pytest.raises(InputError, match="There is no such"):
        withdraw(city, register, identity, settings())


def test_nobody_can_take_an_entry_back(city: Path) -> None:
    bring(city, "stresses.csv", "stress\nHeat\n")
    with pytest.raises(InputError, match="needs a name"):
        withdraw(city, "stresses", "heat", settings(" "))


def test_a_file_that_is_not_there_is_no_register_and_cannot_come_in(city: Path) -> None:
    assert not are_registers(city, city / "none.csv")
    with pytest.raises(InputError, match="no such file"):
        bring_registers(city, city / "none.csv", settings(), ImportOptions())


# ------------------------------------------------------------------------------------------ handover
def test_a_city_without_focal_points_is_told_so(city: Path) -> None:
    found = handover(city, None, settings())
    assert [p["what"] for p in found["problems"]] == [
        "The city has no political focal point",
        "The city has no technical focal point",
    ]
    assert "none was ever named" in found["text"]
    assert "Registers without any entry: stakeholders" in found["text"]


def test_who_has_left_and_who_has_no_deputy_is_pointed_at(city: Path) -> None:
    text = FOCAL + "political,Ana Sá,Mayor,Rui Lima,2025-01-01,\ntechnical,Eva,Planner,,2020,2024-12-31\n"
    bring(city, "focal_points.csv", text + "technical,Leo,Planner,,2025-01-01,\n")
    out = city.parent / "handover.md"
    found = handover(city, out, settings())
    assert out.read_text(encoding="utf-8") == found["text"]
    assert "- political: Ana Sá, Mayor, since 2025-01-01; deputy: Rui Lima" in found["text"]
    assert "- technical: Leo, Planner, since 2025-01-01; deputy: nobody" in found["text"]
    assert "- Eva left on 2024-12-31." in found["text"]
    assert [p["what"] for p in found["problems"]] == ["Nobody stands in for Leo, the technical focal point"]
    assert "Entries by register: focal_points 3" in found["text"]
    assert "Handed in last: registers: focal_points.csv, by Ana, 2026-06-30" in found["text"]


def test_a_term_that_ends_today_or_within_a_year_known_by_its_number_lasts(city: Path) -> None:
    bring(city, "focal_points.csv", FOCAL + "political,A,,B,,2026-06-30\ntechnical,C,,D,,2026\n")
    assert handover(city, None, settings())["problems"] == []


def test_the_last_one_who_left_is_named(city: Path) -> None:
    rows = "political,A,,B,,2023-01-01\npolitical,C,,D,,2024-01-01\ntechnical,E,,F,,\n"
    bring(city, "focal_points.csv", FOCAL + rows)
    (problem,) = handover(city, None, settings())["problems"]
    assert problem["why"] == "C left on 2024-01-01"


# ------------------------------------------------------------------------------------------ templates
FILLED = {
    "stakeholders": {"id": "SEPLAN", "name": "Planning", "type": "Local government", "contact": "=1+1"},
    "relations": {"source": "SEPLAN", "target": "SEPLAN", "kind": "Communicates"},
    "responsibilities": {"stakeholder": "SEPLAN", "component": "Housing", "role": "Owns"},
    "focal_points": {"kind": "Technical", "name": "Ana", "since": "2024-01-31"},
    "policies": {"title": "Plan", "type": "Plan", "components": "Housing; 3.2.1", "stakeholders": "SEPLAN"},
    "shocks": {
        "hazard": "Fluvial Flood",
        "start": "2024-05-02",
        "people_direct": 12,
        "elements": "Mobility; BE",
    },
    "stresses": {"title": "Heat", "elements": "8", "priorities": "Climate", "stressors": "Sealed soil"},
    "stressors": {"title": "Sealed soil"},
    "challenges": {"title": "Change"},
    "priorities": {"title": "Climate", "hazards": "Heat Wave"},
    "links": {
        "indicator": "identity.area",
        "priority": "Climate",
        "stress": "Heat",
        "stressor": "Sealed soil",
    },
    "judgements": {"indicator": "identity.area", "colour": "Red", "value": "5"},
}


def test_a_template_of_all_registers_filled_by_hand_comes_in_whole(city: Path) -> None:
    path = write_template(city, "all", city.parent / "all.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [*register_names(), LISTS_SHEET]
    for name, values in FILLED.items():
        page = book[name]
        heads = {cell.value: cell.column for cell in page[1]}
        assert [*heads][:-1] == list(register_fields(name))
        for field, value in values.items():
            page.cell(2, heads[field], value).data_type = "n" if isinstance(value, int) else "s"
    book.save(path)
    found = bring_registers(city, path, settings(), ImportOptions(by="Ana"))
    assert found["listed"] == []
    assert {r["sheet"]: (r["register"], r["accepted"]) for r in found["registers"]} == {
        n: (n, 1) for n in FILLED
    }
    with CityFolder.open(city) as folder:
        registers = registers_of(folder, packs_of(folder))
    assert registers.stakeholders[0].contact == "=1+1"
    assert registers.shocks[0].elements == ("mobility", "built_environment")
    assert registers.policies[0].components == (
        "built_environment.housing",
        "basic_infrastructure.water.supply",
    )
    assert registers.stresses[0].stressors == ("sealed-soil",)
    assert registers.judgements[0].colour == "red"


def test_cells_that_hold_a_choice_have_a_drop_down_of_known_words(city: Path) -> None:
    bring(city, "priorities.csv", "priority matter\nCleaner air\n")
    book = openpyxl.load_workbook(write_template(city, "relations", city.parent / "relations.xlsx"))
    page, lists = book["relations"], book[LISTS_SHEET]
    rules = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert set(rules) == {"C2:C501", "D2:D501", "E2:E501"}  # nobody is known yet who could be related
    words = {column: [cell.value for cell in lists[column] if cell.value] for column in "ABC"}
    assert "Formal partnership" in words["A"]
    assert words["C"] == ["Cleaner air"]
    assert lists.sheet_state == "hidden"
    assert page["A1"].comment.text == "Who (needed)"


@pytest.mark.parametrize("name, out", [("relations", "a.csv"), ("moods", "a.xlsx")])
def test_a_template_that_cannot_be_made_is_refused(city: Path, name: str, out: str) -> None:
    with pytest.raises(InputError):
        write_template(city, name, city.parent / out)
    assert not (city.parent / out).exists()
