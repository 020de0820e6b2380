"""A workbook comes in: what entered is counted, what did not is named cell by cell, and it goes back marked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.app.toyville import contents, settings
from tests.harmonise.spreadsheets import write_csv, write_ods, write_xlsx

from almena.app.imports import bring_in
from almena.gather.kit import load_kit
from almena.harmonise import FoundFile, read_file
from almena.model.origin import Source
from almena.model.problem import InputError
from almena.packs import load_roles
from almena.publish.marked_workbook import FAULTY, REFUSED, SET_ASIDE

AGES = [
    ["Census of the town", None, None],
    [None, None, None],
    ["age_group", "women", "men"],
    ["0 to 14", 120, 130],
    ["15 to 29", "about 80", 90],
    ["30 to 64", 200, 210],
    ["65 and more", 60, 50],
    ["Total", 460, 480],
    ["=cmd|' /C calc'!A0", 3, 4],
]
NOTES = [["our notes", "=1+1"], ["keep", "me"]]


def bring(city: Path, path: Path, *, dry_run: bool = True, annotated: Path | None = None) -> dict[str, Any]:
    return bring_in(
        city,
        path,
        role="census_age_sex",
        answers=(),
        dry_run=dry_run,
        settings=settings(),
        annotated=annotated,
    )


def xlsx(folder: Path) -> Path:
    return write_xlsx(folder / "ages.xlsx", {"Ages": AGES})


def ods(folder: Path) -> Path:
    return write_ods(folder / "ages.ods", {"Ages": AGES})


def text(folder: Path) -> Path:
    return write_csv(folder / "ages.csv", AGES[2:], ";")


MAKERS: list[Callable[[Path], Path]] = [xlsx, ods, text]


@pytest.mark.parametrize("make", MAKERS)
def test_a_dry_run_counts_rows_and_names_every_cell_that_is_left_out(
    town: Path, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path)
    before = contents(town)
    found = bring(town, path)
    first = 2 if path.suffix == ".csv" else 4
    assert found["files"][0]["rows"] == {"read": 6, "accepted": 5, "listed": 1}
    by_field = {entry["field"]: entry for entry in found["listed"]}
    assert by_field["women"]["texts"] == ["about 80"]
    assert by_field["women"]["where"] == ([f"B{first + 1}"] if first == 4 else ["row 3, column 2 'women'"])
    assert "Correct the cell" in by_field["women"]["remedy"]
    assert (by_field[""]["rows"], by_field[""]["where"]) == (True, [f"row {first + 4}"])
    assert contents(town) == before


@pytest.mark.parametrize("make", MAKERS)
def test_the_marked_copy_holds_their_own_cells_and_marks_the_faulty_ones(
    town: Path, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path)
    out = tmp_path / "back.xlsx"
    found = bring(town, path, annotated=out)
    assert found["annotated"] == str(out)
    book = openpyxl.load_workbook(out)
    page = book.worksheets[0]
    row = 3 if path.suffix == ".csv" else 5
    faulty = page.cell(row, 2)
    assert faulty.value == "about 80"
    assert faulty.fill.fgColor.rgb == FAULTY
    assert "not of type" in faulty.comment.text
    assert page.cell(row, 1).fill.fgColor.rgb != FAULTY
    assert page.cell(row + 3, 1).fill.fgColor.rgb == SET_ASIDE
    own = AGES[2:] if path.suffix == ".csv" else AGES
    shown = [["" if c is None else str(c) for c in r] for r in page.iter_rows(values_only=True)]
    assert [r[:3] for r in shown][: len(own) - 1] == [
        ["" if c is None else str(c) for c in r] for r in own[:-1]
    ]
    listed = list(book["_almena"].iter_rows(values_only=True))
    assert listed[0][:3] == ("sheet", "where", "field")
    assert any("about 80" in (line[3] or "") for line in listed[1:])
    assert book.sheetnames[-1] == "_almena"


def test_other_sheets_and_their_formulas_are_not_touched(town: Path, tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    book = openpyxl.load_workbook(write_xlsx(path, {"Ages": AGES, "Notes": NOTES}))
    book["Notes"]["A1"].font = openpyxl.styles.Font(bold=True, color="FFAA0000")
    book.save(path)
    out = tmp_path / "back.xlsx"
    bring_in(
        town,
        path,
        role="census_age_sex",
        answers=("part:two.xlsx=Ages",),
        dry_run=True,
        settings=settings(),
        annotated=out,
    )
    back = openpyxl.load_workbook(out)
    assert back.sheetnames == ["Ages", "Notes", "_almena"]
    assert back["Notes"]["B1"].value == "=1+1"
    assert back["Notes"]["A1"].font.color.rgb == "FFAA0000"
    assert back["Ages"]["B5"].fill.fgColor.rgb == FAULTY


def test_which_sheet_is_meant_is_asked(town: Path, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "two.xlsx", {"Ages": AGES, "Notes": NOTES})
    asked = {q["id"]: [c["value"] for c in q["candidates"]] for q in bring(town, path)["questions"]}
    assert asked["part:two.xlsx"] == ["Ages", "Notes"]
    with pytest.raises(InputError, match="cannot be taken"):
        bring_in(
            town,
            path,
            role="census_age_sex",
            answers=("part:two.xlsx=Agse",),
            dry_run=True,
            settings=settings(),
        )


@pytest.mark.parametrize("make", [ods, text])
def test_no_cell_of_a_stranger_becomes_a_formula(
    town: Path, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    out = tmp_path / "back.xlsx"
    bring(town, make(tmp_path), annotated=out)
    for page in openpyxl.load_workbook(out).worksheets:
        for row in page.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    values = [c for row in openpyxl.load_workbook(out).worksheets[0].iter_rows(values_only=True) for c in row]
    assert "=cmd|' /C calc'!A0" in values


def test_the_list_of_problems_holds_no_formula_either(town: Path, tmp_path: Path) -> None:
    rows = [["age_group", "women", "men"], ["a", "=HYPERLINK(1)x", 1], ["b", 5, 6], ["c", 7, 8]]
    path = write_csv(tmp_path / "ages.csv", rows)
    out = tmp_path / "back.xlsx"
    bring(town, path, annotated=out)
    page = openpyxl.load_workbook(out)["_almena"]
    assert page["D2"].value == "=HYPERLINK(1)x"
    assert page["D2"].data_type == "s"


def test_a_column_that_cannot_be_used_is_marked_red_and_the_copy_is_written_all_the_same(
    town: Path, tmp_path: Path
) -> None:
    rows = [["age_group", "women", "men"], ["a", "few", 1], ["b", "many", 6], ["c", "some", 8]]
    path = write_xlsx(tmp_path / "ages.xlsx", {"Ages": rows})
    out = tmp_path / "back.xlsx"
    with pytest.raises(InputError, match="does not hold what the role asks for"):
        bring(town, path, annotated=out)
    book = openpyxl.load_workbook(out)
    assert [book["Ages"].cell(r, 2).fill.fgColor.rgb for r in (2, 3, 4)] == [REFUSED] * 3
    assert "does not hold what the role asks for" in book["_almena"]["D2"].value


def test_what_is_accepted_in_part_enters_and_the_rest_is_named(town: Path, tmp_path: Path) -> None:
    found = bring(town, xlsx(tmp_path), dry_run=False)
    assert found["accepted"]
    assert found["files"][0]["rows"]["accepted"] == 5
    spec = load_kit(town / "kit").of_role("census_age_sex")[0]
    item = FoundFile(spec, (tmp_path / "ages.xlsx",), Source(spec.role, spec.path, spec.sha256))
    made = read_file(item, load_roles()[spec.role])
    with (tmp_path / "ages.xlsx").open("rb") as stream:
        page = openpyxl.load_workbook(io.BytesIO(stream.read()))["Ages"]
    for value, cell in zip(made.columns["men"].tolist(), made.cells["men"], strict=True):
        assert page[cell].value == value


def test_each_file_comes_with_a_proposal_and_its_candidates(town: Path, tmp_path: Path) -> None:
    found = bring_in(town, xlsx(tmp_path), role=None, answers=(), dry_run=True, settings=settings())
    assert found["proposals"][0]["role"] == "census_age_sex"
    assert found["proposals"][0]["candidates"][0]["value"] == "census_age_sex"
    assert "women" in found["proposals"][0]["candidates"][0]["why"]
    assert json.dumps(found)


@pytest.mark.parametrize(
    ("out", "words"), [("back.csv", "is a workbook"), ("ages.xlsx", "would replace the file")]
)
def test_a_copy_that_makes_no_sense_is_refused_before_anything_is_read(
    town: Path, tmp_path: Path, out: str, words: str
) -> None:
    path = xlsx(tmp_path)
    before = path.read_bytes()
    with pytest.raises(InputError, match=words):
        bring(town, path, annotated=tmp_path / out)
    assert path.read_bytes() == before


def test_a_folder_has_no_marked_copy(town: Path, tmp_path: Path) -> None:
    xlsx(tmp_path)
    with pytest.raises(InputError, match="single file"):
        bring_in(
            town,
            tmp_path,
            role=None,
            answers=(),
            dry_run=True,
            settings=settings(),
            annotated=tmp_path / "a.xlsx",
        )


def test_a_copy_goes_beside_when_a_folder_is_named(town: Path, tmp_path: Path) -> None:
    assert bring(town, text(tmp_path), annotated=tmp_path)["annotated"] == str(tmp_path / "ages_checked.xlsx")
    assert (tmp_path / "ages_checked.xlsx").is_file()


def test_a_map_comes_back_as_a_list_of_what_was_left_out(town: Path, tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "id": i, "properties": {"name": str(i)}, "geometry": shape}
        for i, shape in enumerate([{"type": "Point", "coordinates": [0.01, 0.01]}, None])
    ]
    path = tmp_path / "hydrants.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    out = tmp_path / "back.xlsx"
    found = bring_in(
        town, path, role="hydrants", answers=(), dry_run=True, settings=settings(), annotated=out
    )
    assert found["files"][0]["rows"] == {"read": 2, "accepted": 1, "listed": 1}
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["_almena"]
    assert [c.value for c in book["_almena"][2]][1:5] == ["feature 1", None, None, "it has no geometry"]


def test_a_marked_copy_can_be_brought_in_again(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "back.xlsx"
    bring(town, xlsx(tmp_path), annotated=out)
    book = openpyxl.load_workbook(out)
    book["Ages"]["B5"] = 80
    book.save(out)
    found = bring_in(
        town, out, role="census_age_sex", answers=(), dry_run=True, settings=settings(),
        annotated=tmp_path / "again.xlsx",
    )  # fmt: skip
    assert not [entry for entry in found["listed"] if entry["field"]]
    assert openpyxl.load_workbook(tmp_path / "again.xlsx").sheetnames == ["Ages", "_almena"]


def test_the_counts_are_those_of_the_file_itself(town: Path, tmp_path: Path) -> None:
    path = text(tmp_path)
    with path.open(encoding="utf-8", newline="") as file:
        below = [row for row in list(csv.reader(file, delimiter=";"))[1:] if any(row)]
    assert bring(town, path)["files"][0]["rows"]["read"] == len(below)
