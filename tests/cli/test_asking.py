"""Ask and answer at the command line, with the method that every city has."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
from tests.cli.conftest import Almena


def test_from_a_city_to_a_printed_questionnaire_and_back(almena: Almena, town: Path, tmp_path: Path) -> None:
    listed = almena("ask", town)
    assert listed.status == 0
    assert "public works department" in listed.out
    assert "--for" in listed.out  # what to type next
    paper, typed = tmp_path / "questions.pdf", tmp_path / "answers.csv"
    written = almena("ask", town, "--for", "public works", "--out", paper, "--form", typed)
    assert written.status == 0
    assert paper.read_bytes().startswith(b"%PDF")
    assert "almena answer" in written.out
    rows = list(csv.reader(typed.read_text(encoding="utf-8-sig").splitlines()))
    at = next(i for i, row in enumerate(rows) if row[0].startswith("5.1.1.2-"))
    rows[1][1], rows[at][4], rows[at][5] = "Ana", "b", "a"
    with typed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    tried = almena("answer", town, typed, "--by", "Bia", "--dry-run")
    assert "would be accepted" in tried.out
    said = almena("answer", town, typed, "--by", "Bia", "--json")
    assert said.json["accepted"] == 1
    assert said.json["answers"][0]["voice"] == "Ana"
    assert said.json["answers"][0]["content"]["value"] == "significant"
    open_now = almena("ask", town, "--for", "public works", "--json").json
    assert "crpt.5.1.1.2" not in [q["id"] for q in open_now["questions"]]
    assert "crpt.5.1.1.2" in open_now["answered"]
    again = almena("answer", town, typed, "--by", "Bia")
    assert (again.status, "nothing changes" in again.out) == (0, True)


def test_one_answer_and_a_decision_between_two(almena: Almena, town: Path) -> None:
    assert (
        almena("answer", town, "5.1.1.2", "Seasonal disruptions", "--by", "Ana", "--colour", "yellow").status
        == 0
    )
    assert almena("answer", town, "5.1.1.2", "significant", "--by", "Bia", "--quality", "high").status == 0
    assert "answered differently by Ana, Bia" in almena("ask", town).out
    refused = almena("answer", town, "5.1.1.2", "--decide", "Ana", "--by", "Mayor")
    assert (refused.status, "reason" in refused.err) == (2, True)
    decided = almena("answer", town, "5.1.1.2", "--decide", "Ana", "--by", "Mayor", "--why", "log of 2026")
    assert "the answer of Ana counts" in decided.out
    assert almena("ask", town, "--json").json["disputed"] == []
    assert almena("doctor", town).status == 0


def test_what_presses_the_city_is_asked_before_the_rest(almena: Almena, town: Path) -> None:
    before = almena("ask", town, "--json").json["questions"]
    assert [q["minutes"] for q in before] == sorted(q["minutes"] for q in before)
    assert not any(q["presses"] for q in before)
    answers = ("--answer", "failed=water", "--answer", "limit=water", "--by", "Ana")
    assert almena("start", town, *answers).status == 0
    after = almena("ask", town, "--json").json
    assert [q["presses"] for q in after["questions"]] == sorted(
        (q["presses"] for q in after["questions"]), reverse=True
    )
    assert after["questions"][0]["presses"]
    assert sorted(q["id"] for q in after["questions"]) == sorted(q["id"] for q in before)
    assert after["needs"][0]["title"] in almena("ask", town).out.splitlines()[0]


def test_mistakes_are_told_with_their_remedy(almena: Almena, town: Path, tmp_path: Path) -> None:
    nobody = almena("answer", town, "5.1.1.2", "significant")
    assert (nobody.status, "--by" in nobody.err) == (2, True)
    wrong = almena("answer", town, "5.1.1.2", "sometimes", "--by", "Ana", "--colour", "pink", "--year", "20")
    assert wrong.status == 2
    assert wrong.err.count("where:") == 3
    assert almena("answer", town, tmp_path / "none.csv", "--by", "Ana").status == 2
    assert almena("answer", town, "5.1.1.2", "--by", "Ana").status == 2
    assert almena("ask", town, "--for", "zzz").status == 2
    assert almena("ask", town, "--out", tmp_path / "form.doc").status == 2
    kind = almena("ask", town, "--out", tmp_path / "form.doc", "--as", "poster", "--json")
    assert (kind.status, kind.json["problems"][0]["where"]) == (2, "poster")


def test_a_workbook_goes_out_and_comes_back_with_one_wrong_cell(
    almena: Almena, town: Path, tmp_path: Path
) -> None:
    book_file = tmp_path / "form.xlsx"
    done = almena("ask", town, "--for", "fire service", "--out", book_file, "--json").json
    assert (done["kind"], done["questions"]) == ("workbook", 1)
    almena("ask", town, "--for", "health", "--out", book_file)
    book = openpyxl.load_workbook(book_file)
    page = book["Questions"]
    free = [c.row for c in page["G"] if not c.protection.locked and c.number_format == "General"]
    for row in free:
        page.cell(row, 7).value = 1
    page.cell(free[0], 7).value = "1.234"
    book.save(book_file)
    said = almena("answer", town, book_file, "--by", "Ana")
    assert said.status == 1
    assert f"Questions!G{free[0]}" in said.err
    assert "may be 1234 or 1 point 234" in said.err


def test_forms_for_phones_and_programs(almena: Almena, town: Path, tmp_path: Path) -> None:
    from pyxform.xls2xform import convert

    assert almena("ask", town, "--out", tmp_path / "all.xlsform.xlsx").status == 0
    assert convert(tmp_path / "all.xlsform.xlsx", validate=False).warnings == []
    assert (
        almena("ask", town, "--as", "xlsform", "--out", tmp_path / "all.xlsx", "--element", "economy").status
        == 0
    )
    assert {"survey", "choices", "settings"} == set(openpyxl.load_workbook(tmp_path / "all.xlsx").sheetnames)
    assert almena("ask", town, "--form", tmp_path / "alone.json").status == 0
    assert '"answers"' in (tmp_path / "alone.json").read_text()
