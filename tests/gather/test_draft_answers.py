"""Answers to a draft's questions: taken when they fit, refused with the reason when not, never lost in silence."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather.draft import draft_kit
from almena.gather.draft_answers import check_answers, check_answers_fit
from almena.gather.draft_city import Candidate
from almena.gather.draft_paper import Paper
from almena.gather.facts import DOCUMENT, RASTER, TABLE, UNKNOWN, VECTOR, Column, FileFacts
from almena.gather.kit import parse_kit
from almena.model.problem import InputError, Problem

from .city_folders import KISUMU, crowd, kisumu, small_timetable, write_map, write_raster, write_timetable
from .kits import write

NAMES = ["schools.geojson", "a/b.csv", "odd:name.csv", "pop.tif"]


def refused(answers: dict[str, str]) -> dict[str, Problem]:
    with pytest.raises(InputError) as caught:
        check_answers(answers, NAMES)
    return {p.where: p for p in caught.value.problems}


def misfits(answers: dict[str, str], facts: dict[str, FileFacts]) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        check_answers_fit(answers, facts)
    assert all(p.remedy for p in caught.value.problems)
    return {p.where: p.why for p in caught.value.problems}


# ---------------------------------------------------------------- each answer by itself


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("city.name", "Niterói"),
        ("city.country", "BRA"),
        ("city.crs", "EPSG:31983"),
        ("city.languages", "pt-BR en"),
        ("licence", ""),  # no licence is an answer: the files stay at home
        ("licence:schools.geojson", "ODbL-1.0"),
        ("role:a/b.csv", "census_sex"),
        ("role:a/b.csv", "leave-out"),
        ("role:odd:name.csv", "census_sex"),  # a colon in a file's name
        ("field:odd:name.csv:sex", "S"),
        ("field:a/b.csv:sex", "Sexo"),
        ("date:pop.tif", "2020-05/2021"),
        ("date:pop.tif", "unknown"),
        ("dates:a/b.csv", "%d.%m.%y"),
        ("dates:a/b.csv", "month-first"),
        ("crs:pop.tif", "EPSG:4326"),
        ("combine:pop.tif", "alternative"),
        ("combine:pop.tif", "leave-out"),
        ("which:schools.geojson", "Vila Nova"),
    ],
)
def test_a_good_answer_is_taken(question: str, value: str) -> None:
    check_answers({question: value}, NAMES)


@pytest.mark.parametrize(
    ("question", "value", "why"),
    [
        ("city.name", "  ", "empty"),
        ("city.country", "Brasil", "three capital letters"),
        ("city.country", "BR", "three capital letters"),
        ("city.crs", "EPSG:4326", "metres"),
        ("city.crs", "EPSG:2263", "metres"),  # New York's plane, in feet
        ("city.crs", "utm", "EPSG:n"),
        ("city.languages", "", "pt or en"),
        ("city.languages", "Portuguese", "pt or en"),
        ("role:pop.tif", "populaton_grid", "population_grid"),
        ("role:pop.tif", "people", "one of"),  # a derived role: no file fills it
        ("role:pop.tif", "", "one of"),
        ("date:pop.tif", "last year", "ISO 8601"),
        ("date:pop.tif", "2021/2020", "before it starts"),
        ("dates:a/b.csv", "dmy", "day-first"),
        ("crs:pop.tif", "EPSG:0", "EPSG:n"),
        ("combine:pop.tif", "replace", "alternative"),
        ("field:a/b.csv:sex", " ", "empty"),
        ("which:schools.geojson", "", "empty"),
    ],
)
def test_a_bad_value_is_refused_with_its_reason(question: str, value: str, why: str) -> None:
    (problem,) = refused({question: value}).values()
    assert problem.what == "An answer cannot be taken."
    assert problem.where == f"{question}={value}"
    assert why in problem.why
    assert problem.remedy


@pytest.mark.parametrize(
    ("question", "offer"),
    [
        ("city.nam", "city.name"),
        ("county", "city.country"),
        ("role:school.geojson", "role:schools.geojson"),
        ("rol:schools.geojson", "role:schools.geojson"),
        ("role:schools.geojson:name", "role:schools.geojson"),  # only fields have a third part
        ("field:schools.geojson", "schools.geojson"),  # and must have it
        ("licence:", "licence"),
        ("zzzz", "role:PATH"),
        ("", "role:PATH"),
    ],
)
def test_a_question_that_was_never_asked_is_refused_with_the_nearest(question: str, offer: str) -> None:
    (problem,) = refused({question: "x"}).values()
    assert problem.what == "There is no such question."
    assert offer in problem.remedy


def test_all_bad_answers_are_told_at_once() -> None:
    found = refused({"city.country": "x", "role:pop.tif": "x", "nonsense": "x", "city.name": "good"})
    assert set(found) == {"city.country=x", "role:pop.tif=x", "nonsense"}


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.text(max_size=30).filter(lambda t: t != "city.name"), st.text(max_size=30), max_size=4)
)
def test_no_answer_gives_anything_but_a_refusal(answers: dict[str, str]) -> None:
    if set(answers) <= {"licence"}:
        check_answers(answers, NAMES)
        return
    with pytest.raises(InputError) as caught:
        check_answers(answers, NAMES)
    assert 1 <= len(caught.value.problems) <= len(answers)


# ---------------------------------------------------------------- against what the files hold


def file(kind: str, name: str = "a.csv", **more: object) -> dict[str, FileFacts]:
    return {name: FileFacts(Path(name), kind, **more)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "facts"),
    [
        ("population_grid", file(TABLE)),
        ("schools", file(TABLE)),  # without coordinates
        ("census_sex", file(VECTOR, geometry="point")),
        ("elevation", file(VECTOR, geometry="polygon")),
        ("transit_feed", file(TABLE)),
        ("city_plan", file(RASTER)),
    ],
)
def test_a_role_that_the_file_cannot_fill_is_refused(role: str, facts: dict[str, FileFacts]) -> None:
    # it used to be written into the kit, which then failed far away from the answer
    (why,) = misfits({"role:a.csv": role}, facts).values()
    assert role in why


def test_a_role_for_a_file_that_cannot_be_read_is_refused_with_the_reason() -> None:
    (why,) = misfits({"role:a.csv": "schools"}, file(UNKNOWN, why="no reader takes PDF yet")).values()
    assert "PDF" in why
    check_answers_fit({"role:a.csv": "leave-out"}, file(UNKNOWN))


def test_a_column_that_is_not_there_is_refused_with_the_nearest() -> None:
    facts = file(TABLE, columns=(Column("Sexo", ("m",)), Column("Pessoas", ("3",))))
    found = misfits(
        {"field:a.csv:sex": "Sexos", "field:a.csv:nothing": "Sexo", "field:a.csv:persons": "Pessoas"}, facts
    )
    assert "Sexo" in found["field:a.csv:sex=Sexos"]
    assert "no role has a field nothing" in found["field:a.csv:nothing=Sexo"]
    assert len(found) == 2


def test_where_columns_are_not_known_the_answer_is_believed() -> None:
    check_answers_fit({"field:a.csv:sex": "anything"}, file(DOCUMENT))


# ---------------------------------------------------------------- in a draft


def test_a_role_told_for_a_table_brings_the_right_reader(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "when,what\n2024-01-01,3\n2024-01-02,4\n2024-01-03,5\n")
    write(tmp_path / "b.csv", "x,y\na,3\nb,4\n")
    write(tmp_path / "list.csv", "Neighbourhood\nCentre\nNorth\n")
    answers = {
        "role:a.csv": "river_level",
        "role:b.csv": "census_sex",
        "role:list.csv": "plan_lists",
        "field:a.csv:level": "what",
    }
    draft = draft_kit(tmp_path, answers=answers)
    readers = {f.role: f.reader for f in draft.kit.files}
    assert readers == {"river_level": "timeseries", "census_sex": "table", "plan_lists": "table"}
    (level,) = draft.kit.of_role("river_level")
    assert level.fields == {"time": "when", "level": "what"}


def test_a_field_that_is_not_required_may_be_told(tmp_path: Path) -> None:
    shapes = [shapely.Point(*KISUMU)]
    write_map(tmp_path / "schools.geojson", shapes, "EPSG:4326", {"school_name": ["A"], "docs": [3]})
    plain = draft_kit(tmp_path)
    assert plain.kit.files[0].fields == {"name": "school_name"}
    told = draft_kit(tmp_path, answers={"field:schools.geojson:teachers": "docs"})
    assert told.kit.files[0].fields == {"name": "school_name", "teachers": "docs"}


def test_an_answer_that_nothing_asked_for_is_noted_as_not_needed(tmp_path: Path) -> None:
    write_map(tmp_path / "stops.geojson", [shapely.Point(*KISUMU)], "EPSG:4326", {"stop_id": ["1"]})
    answers = {
        "combine:stops.geojson": "union",
        "licence": "CC0-1.0",
        "city.name": "Kisumu",
        "dates:stops.geojson": "day-first",
    }
    draft = draft_kit(tmp_path, answers=answers)
    said = [line for line in draft.text.splitlines() if "was not needed" in line]
    assert len(said) == 2
    assert any("combine:stops.geojson=union" in line for line in said)
    assert any("dates:stops.geojson=day-first" in line for line in said)
    assert parse_kit(draft.text, tmp_path) == draft.kit


def test_the_order_of_dates_may_be_told_although_the_file_seems_to_tell_it(tmp_path: Path) -> None:
    rows = "\n".join(f"{d:02}/01/2023,{d}.5" for d in range(1, 29))
    write(tmp_path / "river_level.csv", rows)
    assert draft_kit(tmp_path).kit.files[0].dates == "day-first"
    told = draft_kit(tmp_path, answers={"dates:river_level.csv": "%d/%m/%Y"})
    assert told.kit.files[0].dates == "%d/%m/%Y"


def test_a_licence_told_for_one_file_comes_before_that_for_all(tmp_path: Path) -> None:
    folder = kisumu(tmp_path / "kisumu")
    answers = {"licence": "CC-BY-4.0", "licence:matatu.csv": "ODbL-1.0", "licence:people.csv": ""}
    licences = {f.path: f.licence for f in draft_kit(folder, answers=answers).kit.files}
    assert licences["education.csv"] == "CC-BY-4.0"
    assert licences["matatu.csv"] == "ODbL-1.0"
    assert licences["people.csv"] == ""


def test_answering_every_question_with_its_own_default_changes_nothing(tmp_path: Path) -> None:
    folder = kisumu(tmp_path / "kisumu")
    write_raster(folder / "a.tif", crowd(40, 40), *KISUMU, 0.001, "EPSG:4326")
    first = draft_kit(folder)
    assert first.questions
    answers = {q.id: q.default for q in first.questions if q.default}
    second = draft_kit(folder, answers=answers)
    assert second.kit == first.kit
    assert {q.id for q in second.questions} == {q.id for q in first.questions if not q.default}


def test_every_candidate_of_every_question_is_an_answer_that_is_taken(tmp_path: Path) -> None:
    folder = kisumu(tmp_path / "kisumu")
    write_raster(folder / "a.tif", crowd(40, 40), *KISUMU, 0.001, "EPSG:4326")
    write(folder / "river_level.csv", "".join(f"0{d}/0{m}/2023,{d}\n" for m in (1, 2) for d in range(1, 10)))
    for question in draft_kit(folder).questions:
        for candidate in question.candidates:
            draft = draft_kit(folder, answers={question.id: candidate.value})
            assert question.id not in {q.id for q in draft.questions}
            assert parse_kit(draft.text, folder) == draft.kit


def test_leaving_everything_out_is_no_kit(tmp_path: Path) -> None:
    write_timetable(tmp_path / "t.zip", small_timetable(*KISUMU))
    with pytest.raises(InputError) as caught:
        draft_kit(tmp_path, answers={"role:t.zip": "leave-out"})
    assert any("t.zip" in p.where for p in caught.value.problems)


COLUMN = st.text(string.ascii_letters + "çãñé _.-\"'#;", min_size=1, max_size=12).filter(
    lambda t: t.strip() == t != ""
)


@settings(max_examples=40, deadline=None)
@given(st.lists(COLUMN, min_size=2, max_size=4, unique_by=str.lower), st.text(string.printable, max_size=12))
def test_a_draft_of_any_columns_reads_back(
    tmp_path_factory: pytest.TempPathFactory, columns: list[str], name: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    quoted = ",".join('"' + c.replace('"', '""') + '"' for c in columns)
    write(
        folder / "a.csv",
        f"{quoted}\n" + ",".join("x" * len(columns)) + "\n" + ",".join("y" * len(columns)) + "\n",
    )
    answers = {"role:a.csv": "census_sex", "field:a.csv:sex": columns[0], "field:a.csv:persons": columns[1]}
    if name.strip():
        answers["city.name"] = name
    draft = draft_kit(folder, answers=answers)
    assert parse_kit(draft.text, folder) == draft.kit
    assert draft.kit.files[0].fields == {"sex": columns[0], "persons": columns[1]}


# ---------------------------------------------------------------- the paper


def test_a_question_is_asked_until_it_is_answered() -> None:
    offered = (Candidate("a", "because"),)
    blank, filled = Paper({}), Paper({"q": "b"})
    assert blank.ask("q", "Which?", offered, "a") == "a"
    assert filled.ask("q", "Which?", offered, "a") == "b"
    assert [q.id for q in blank.questions] == ["q"]
    assert filled.questions == []
    assert (blank.has("q"), filled.has("q")) == (False, True)
    assert blank.questions[0].as_dict() == {
        "id": "q",
        "about": "Which?",
        "candidates": ({"value": "a", "why": "because", "weight": 0},),
        "default": "a",
    }


def test_the_paper_lists_questions_answers_not_needed_and_what_was_left_out() -> None:
    paper = Paper({"used": "1", "unused": "2"})
    paper.answer("used", "0")
    paper.ask("q", "Which?", (Candidate("a", "because"),), "a")
    paper.leave_out("x.pdf", "no reader", "Convert it.")
    paper.note(1, "a file")
    paper.settle()
    assert paper.notes()[1] == ["a file"]
    assert paper.notes()[0] == [
        "QUESTION q: Which? Taken for now: 'a'.",
        "    a: because",
        "the answer unused=2 was not needed",
        "left out x.pdf: no reader",
    ]
