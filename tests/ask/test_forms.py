"""Forms: what is on them, what is locked, what they refuse, in which language they speak."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.ask.town_hall import PACK, QUESTIONS, demo_pack, form, instrument
from tests.ask.ways import ANA, as_csv, checked, into_export, into_workbook

from almena.app.handed_in import read_forms
from almena.ask.answers import check
from almena.ask.filled import FilledForm, RawAnswer
from almena.ask.instrument import instrument_of, part_of
from almena.ask.paper_out import paper_of
from almena.ask.workbook_out import workbook_of
from almena.ask.workbook_shape import QUESTIONS as SHEET
from almena.ask.xlsform_out import xlsform_of
from almena.model.problem import InputError, Problem
from almena.packs.language import speaking
from almena.publish.paper.questionnaire import questionnaire_pdf

WHOLE = instrument()
BY_ID = WHOLE.by_id()


def answer(question: str, value: Any = None, **marks: Any) -> list[Problem]:
    """Return what is refused when a question is answered at the keyboard."""
    cells = {k: (v, f"{question}, {k}") for k, v in {"value": value, **marks}.items() if v is not None}
    found = checked(FilledForm("", "", "typed", ANA, answers=(RawAnswer(question, cells, {}, question),)))
    assert bool(found.refused) != bool(found.statements)
    return list(found.refused)


# --- the instrument


def test_the_version_is_that_of_the_content_in_every_language() -> None:
    assert instrument("pt").version == WHOLE.version
    assert instrument("pt").by_id()["demo.5.1.1.2"].text == "Com que frequência a iluminação falha?"
    assert [q.version for q in instrument("pt").questions] == [q.version for q in WHOLE.questions]


@pytest.mark.parametrize(
    ("old", "new"),
    [("Homes with piped water", "Homes with water"), ("km|0|100000", "m|0|100000"), ("km|0|", "km|1|"),
     ("squares|lit", "squares;parks|lit"), ("lit;working", "lit"), ("percent", "number"), ("|si|demo.3", "|rq|demo.3")],
)  # fmt: skip
def test_whatever_gives_an_answer_its_meaning_changes_the_version(old: str, new: str) -> None:
    changed = instrument(pack=demo_pack(QUESTIONS.replace(old, new, 1)))
    assert changed.version != WHOLE.version
    assert sum(a.version != b.version for a, b in zip(changed.questions, WHOLE.questions, strict=True)) == 1


@given(st.sets(st.sampled_from([q.id for q in WHOLE.questions]), min_size=1))
def test_asking_a_part_changes_no_question(ids: set[str]) -> None:
    part = part_of(WHOLE, ids)
    assert all(q == BY_ID[q.id] for q in part.questions)
    assert (part.version == WHOLE.version) == (len(ids) == len(WHOLE.questions))


def test_questions_stand_under_element_component_and_indicator() -> None:
    assert BY_ID["demo.3.2.1.1"].heading == "Basic infrastructure › Water › Water supply"
    assert [q.code for q in WHOLE.questions][:2] == ["3.2.1.1", "3.2.1.2"]


def test_two_packs_with_one_question_are_refused() -> None:
    with pytest.raises(InputError, match="cannot be told apart"):
        instrument_of({"demo": PACK, "again": PACK}, "en")


# --- what is refused, and why


@pytest.mark.parametrize(
    ("question", "value", "marks", "why"),
    [
        ("3.2.1.1", "120", {}, "120 % is above the greatest sensible value, 100"),
        ("3.2.1.2", "-1", {}, "-1 km is below the least sensible value, 0"),
        ("5.1.1.4", "2015 = -3", {}, "-3 kWh is below the least sensible value, 0"),
        ("3.2.1.2", "1.234", {}, "may be 1234 or 1 point 234"),
        ("5.1.1.2", "often", {}, "none of the choices"),
        ("5.1.1.3", "perhaps", {}, "none of the choices"),
        ("5.1.1.5", "money; wather", {}, "'wather' is none of the choices"),
        ("5.1.1.1", "squares | lit", {}, "has no equals sign"),
        ("5.1.1.1", "parks | lit = 3", {}, "'parks' is none of the choices"),
        ("5.1.1.1", "squares|lit=3; squares|a=4", {}, "answered twice"),
        ("5.1.1.1", '{"squares": ', {}, "Expecting value"),
        ("5.1.1.4", "15 = 3", {}, "'15' is not a year"),
        ("3.2.1.3", "text\x00", {}, "control character"),
        ("3.2.1.1", "50", {"year": "20"}, "is not a year"),
        ("3.2.1.1", "50", {"colour": "pink"}, "none of the choices"),
        ("3.2.1.1", None, {"status": "complete"}, "the status is complete"),
        ("3.2.1.1", None, {"comment": "ask Bia"}, "only things beside the answer"),
        ("3.2.1.1", "50", {"status": "not_available"}, "the status is not_available"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_its_cell(
    question: str, value: Any, marks: dict[str, str], why: str
) -> None:
    problems = answer(question, value, **marks)
    assert why in problems[0].why
    assert problems[0].where.startswith(question)
    assert problems[0].remedy


def test_not_knowing_is_an_answer_too() -> None:
    assert answer("3.2.1.1", status="not available", comment="no meters") == []
    assert answer("3.2.1.1", status="pending") == []


# --- workbook


def test_only_the_free_cells_of_a_workbook_can_be_changed() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(form())))
    assert book.security.lockStructure
    assert all(page.protection.sheet for page in book.worksheets)
    page = book[SHEET]
    free = {c.column for row in page.iter_rows(min_row=3) for c in row if not c.protection.locked}
    hidden = {i for i, d in enumerate("ABC", 1) if page.column_dimensions[d].hidden}
    assert hidden == {1, 2, 3}
    assert page.row_dimensions[1].hidden
    assert not free & hidden
    assert {s.title for s in book.worksheets if s.sheet_state == "hidden"} == {"_form", "_lists"}


def test_a_workbook_offers_the_choices_and_speaks_the_language_of_the_city() -> None:
    with speaking("pt"):
        book = openpyxl.load_workbook(io.BytesIO(workbook_of(form(language="pt"))))
    lists = {cell.value for row in book["_lists"].iter_rows() for cell in row if cell.value}
    assert {"Sazonal", "Não disponível", "No major disruptions"} <= lists
    texts = {cell.value for row in book[SHEET].iter_rows() for cell in row}
    assert "Com que frequência a iluminação falha?" in texts


def test_a_workbook_in_portuguese_is_stored_like_one_in_english(tmp_path: Path) -> None:
    with speaking("pt"):
        path = into_workbook(
            form("5.1.1.2", language="pt"), {"demo.5.1.1.2": {"value": "seasonal"}}, tmp_path / "f.xlsx"
        )
    portuguese = instrument("pt")
    (handed,) = read_forms(path, portuguese)
    (said,) = check(handed, portuguese, voice="x").statements
    assert said.content["value"] == "seasonal"
    assert said.content["version"] == BY_ID["demo.5.1.1.2"].version


def _changed(tmp_path: Path, change: Any) -> FilledForm:
    path = into_workbook(form(), {"demo.3.2.1.1": {"value": 50}}, tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    (handed,) = read_forms(path, WHOLE)
    return handed


def test_each_problem_of_a_workbook_names_sheet_and_cell(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        page = book[SHEET]
        page["G3"].value, page["G4"].value = "lots", "=1+1"

    handed = _changed(tmp_path, change)
    found = checked(handed)
    assert [(p.where, p.what) for p in found.refused] == [
        ("Questions!G4", "A formula has no result"),
        ("Questions!G3", "An answer cannot be taken"),
    ]


def test_a_share_shown_as_per_cent_counts_as_per_cent(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book[SHEET]["G3"].value, book[SHEET]["G3"].number_format = 0.07, "0%"

    (said,) = checked(_changed(tmp_path, change)).statements
    assert said.content["value"] == 7


def test_a_workbook_without_its_hidden_ids_is_refused(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book[SHEET]["A1"].value = None

    found = checked(_changed(tmp_path, change))
    assert found.statements == ()
    assert "lacks id" in found.refused[0].why


def test_rows_may_be_sorted_and_still_find_their_question(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        page = book[SHEET]
        for column in range(1, 18):
            one, other = page.cell(3, column), page.cell(4, column)
            one.value, other.value = other.value, one.value

    (said,) = checked(_changed(tmp_path, change)).statements
    assert (said.key, said.content["value"]) == ("demo.3.2.1.1", 50)


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    with pytest.raises(InputError, match="bomb"):
        read_forms(path, WHOLE)


def test_a_workbook_whose_xml_calls_for_entities_is_refused(tmp_path: Path) -> None:
    path = into_workbook(form(), {"demo.3.2.1.1": {"value": 50}}, tmp_path / "form.xlsx")
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(path, "w") as changed:
        for name, content in parts.items():
            head, end, rest = content.partition(b"?>")
            laced = head + end + bomb + rest if end else bomb + content
            changed.writestr(name, laced if name.endswith("workbook.xml") else content)
    with pytest.raises(InputError, match="cannot be read safely"):
        read_forms(path, WHOLE)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b"name,age\nAna,3\n"), ("b.json", b"{}"), ("c.json", b"{oops"), ("d.xlsx", b"PK\x03\x04broken"),
     ("e.pdf", b"%PDF-1.7"), ("f.csv", b"almena_form,_uuid\nx,1\n")],
)  # fmt: skip
def test_what_is_no_form_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    if name != "f.csv":
        with pytest.raises(InputError):
            read_forms(tmp_path / name, WHOLE)
        return
    (handed,) = read_forms(tmp_path / name, WHOLE)
    assert "XML values" in handed.problems[0].remedy


# --- forms on phones


@pytest.mark.parametrize("language", ["en", "pt"])
def test_pyxform_takes_the_form(tmp_path: Path, language: str) -> None:
    from pyxform.xls2xform import convert

    with speaking(language):
        (tmp_path / "form.xlsx").write_bytes(xlsform_of(form(language=language)))
    found = convert(tmp_path / "form.xlsx", validate=False)
    assert found.warnings == []
    for question in WHOLE.questions:
        assert "q_" + re.sub(r"\W+", "_", question.id) in found.xform
    assert WHOLE.version in found.xform


def test_each_row_of_an_export_is_a_form_of_its_own(tmp_path: Path) -> None:
    rows = into_export(form(), {"demo.3.2.1.1": {"value": 50}})
    other = [cell if cell != ANA else "Bia" for cell in rows[1]]
    other[rows[0].index("_uuid")] = "uuid:77"
    (tmp_path / "export.csv").write_bytes(as_csv([*rows, other]))
    forms = read_forms(tmp_path / "export.csv", WHOLE)
    assert [(f.id, f.voice) for f in forms] == [("8c2f", ANA), ("77", "Bia")]


def test_a_column_that_the_service_adds_does_not_make_an_export_another_form(tmp_path: Path) -> None:
    rows = into_export(form(), {"demo.3.2.1.1": {"value": 50}})
    (tmp_path / "a.csv").write_bytes(as_csv(rows))
    (tmp_path / "b.csv").write_bytes(as_csv([[*rows[0], "_validation_status"], [*rows[1], "approved"]]))
    first, second = (read_forms(tmp_path / name, WHOLE)[0] for name in ("a.csv", "b.csv"))
    assert first.sha256 == second.sha256


def test_choices_in_columns_of_their_own_are_read_without_the_joint_one(tmp_path: Path) -> None:
    rows = into_export(form(), {"demo.5.1.1.5": {"value": ["money", "other-things"]}})
    at = rows[0].index("group/q_demo_5_1_1_5")
    (tmp_path / "e.csv").write_bytes(as_csv([[c for i, c in enumerate(row) if i != at] for row in rows]))
    (said,) = checked(read_forms(tmp_path / "e.csv", WHOLE)[0]).statements
    assert said.content["value"] == ["money", "other-things"]


# --- paper


@pytest.mark.parametrize("language", ["en", "pt"])
def test_a_paper_holds_every_question_with_its_code(language: str) -> None:
    with speaking(language):
        asked = form(language=language)
        content = paper_of(asked)
        pdf = PdfReader(io.BytesIO(questionnaire_pdf(content, asked.day)))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for question in content["questions"]:
        assert question["code"] in text
        assert question["text"] in text
    assert asked.id in text


def test_two_answers_to_one_question_in_one_form_are_refused(tmp_path: Path) -> None:
    rows = [["code", "answer"], ["3.2.1.1", "50"], ["3.2.1.1", "60"], ["3.2.1.2", "7"]]
    (tmp_path / "typed.csv").write_bytes(as_csv(rows))
    found = checked(read_forms(tmp_path / "typed.csv", WHOLE)[0])
    assert "row 3" in found.refused[0].where
    assert "demo.3.2.1.2" in [s.key for s in found.statements]
