"""What a person sees when a workbook comes in at the command line: counts, places, reasons, and the marked copy."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from tests.cli.conftest import Almena
from tests.harmonise.spreadsheets import write_csv, write_ods, write_xlsx

AGES = [
    ["age_group", "women", "men"],
    ["0 to 14", 120, 130],
    ["15 to 29", "about 80", 90],
    ["30 to 64", 200, 210],
    ["Total", 400, 430],
]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_a_dry_run_says_what_entered_what_did_not_and_what_to_do(
    almena: Almena, town: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"ages.{kind}"
    write_csv(path, AGES) if kind == "csv" else (write_xlsx if kind == "xlsx" else write_ods)(
        path, {"Ages": AGES}
    )
    said = almena("import", town, path, "--dry-run")
    assert said.status == 0
    assert f"ages.{kind}: 4 rows read, 3 accepted, 1 left out." in said.out
    assert "would be counted twice" in said.out
    assert ("sheet Ages, B3" if kind != "csv" else "row 3, column 2 'women'") in said.out
    assert "Correct the cell" in said.out
    assert "nothing was changed" in said.out


def test_the_marked_copy_is_named(almena: Almena, town: Path, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "ages.xlsx", {"Ages": AGES})
    out = tmp_path / "checked.xlsx"
    said = almena("import", town, path, "--dry-run", "--annotated", out)
    assert str(out) in said.out
    assert openpyxl.load_workbook(out).sheetnames == ["Ages", "_almena"]


def test_sheets_that_fit_no_role_are_named(almena: Almena, town: Path, tmp_path: Path) -> None:
    other = [["colour", "taste"], ["red", "sweet"], ["blue", "sour"]]
    path = write_xlsx(tmp_path / "ages.xlsx", {"Ages": AGES, "Tastes": other})
    said = almena("import", town, path, "--dry-run")
    assert "ages.xlsx#Tastes: nothing tells clearly which role it fills." in said.out


def test_one_document_on_standard_output(almena: Almena, town: Path, tmp_path: Path) -> None:
    path = write_ods(tmp_path / "ages.ods", {"Ages": AGES})
    said = almena("import", town, path, "--dry-run", "--json", "--annotated", tmp_path)
    found = json.loads(said.out)
    assert found["annotated"] == str(tmp_path / "ages_checked.xlsx")
    assert found["files"][0]["rows"] == {"read": 4, "accepted": 3, "listed": 1}
    assert {entry["number"] for entry in found["listed"]} == {1}
    assert {"accepted", "files", "questions", "problems", "notes", "said", "proposals", "listed"} <= set(
        found
    )


def test_many_left_out_rows_are_told_shortly(almena: Almena, town: Path, tmp_path: Path) -> None:
    rows = [
        ["age_group", "women", "men"],
        *([f"group {n}", "x1" if n % 3 == 0 else n, n] for n in range(1, 31)),
    ]
    said = almena("import", town, write_csv(tmp_path / "ages.csv", rows), "--dry-run")
    assert "and 5 more: it is not of type integer" in said.out


def test_an_old_excel_file_is_refused_with_the_way_out(almena: Almena, town: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    said = almena("import", town, path, "--dry-run")
    assert said.status == 2
    assert "save it as .xlsx or .ods" in said.err
    assert "Traceback" not in said.err


def test_a_copy_onto_the_file_itself_is_refused(almena: Almena, town: Path, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "ages.xlsx", {"Ages": AGES})
    said = almena("import", town, path, "--dry-run", "--annotated", path)
    assert said.status == 2
    assert "would replace the file" in said.err
