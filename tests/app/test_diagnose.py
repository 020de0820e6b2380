"""A city is diagnosed from what it entered, what it answered and what its files say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.app.diagnosed import NOW, enter
from tests.app.toyville import settings
from tests.diagnose.town import REGISTERS

from almena.app.create import new_city
from almena.app.diagnose import diagnosis_of, is_illustration, measured, people_of, tables_of
from almena.app.diagnosis_report import report_of
from almena.app.exports import export, write_documents
from almena.app.settings import Settings
from almena.diagnose.rules import Given
from almena.model.case import Case
from almena.model.observation import CONFIRMED, CONTEXT, DECIDE, DISCUSS, MEASURED, Observation
from almena.model.problem import InputError
from almena.model.question import TABLE, Choice, GivenAnswer, Question
from almena.model.register import Registers, Told
from almena.packs import load_cards

WITHOUT_CONFIDENCE = replace(load_cards()["social_inclusion.literacy"], benchmark_confidence="D")
FLOOD, CRISIS = "pluvial-flood", "economic-crisis"


@pytest.fixture
def entered(town: Path) -> Path:
    enter(town)
    return town


@pytest.fixture
def case(entered: Path) -> Case:
    return diagnosis_of(entered, Settings(clock=lambda: NOW))


def test_a_city_without_entries_has_an_empty_diagnosis(town: Path) -> None:
    found = report_of(diagnosis_of(town))
    assert found["risks"] == found["triggers"] == found["possible"] == found["priorities"] == []
    assert len(found["unrecorded"]) == 71
    assert found["entries"]["shocks"] == 0
    assert found["illustration"] is False


def test_the_report_answers_the_questions_of_the_method(case: Case) -> None:
    found = json.loads(json.dumps(report_of(case)))
    assert [r["hazard"] for r in found["risks"]][:2] == [CRISIS, FLOOD]
    flood = found["risks"][1]
    assert flood["elements"] == ["basic_infrastructure", "economy"]
    assert flood["red"] == ["crpt.3.2.3.3.2"]
    assert flood["sums"][0] | {} == {
        "effect": "people_direct", "value": 5200.0, "known": 2, "records": 2, "unit": "", "complete": 100.0,
    }  # fmt: skip
    assert flood["sums"][4]["value"] is None
    assert [t["effect"] for t in found["triggers"] if t["cause"] == FLOOD] == [
        "bacterial-epidemic-pandemic-disease",
        "political-crisis",
    ]
    assert all(t["from_records"] for t in found["triggers"])
    assert found["possible"]
    assert not any(t["from_records"] for t in found["possible"])
    assert found["priorities"][0]["red"] == ["crpt.3.2.3.3.2", "crpt.7.1.3.2"]
    assert {(s["hazard"], s["stress"]) for s in found["shared"]} == {
        (FLOOD, "bad-drains"), (FLOOD, "informality"), (CRISIS, "informality"),
    }  # fmt: skip
    assert {t["type"] for t in found["totals"]} == {"Flood", "Infectious Diseases", "Socio-Economic Shocks"}
    assert found["contradictions"][0]["what"].startswith("Political Crisis was set off")
    assert found["names"]["weak-economy"] == "Economic underperformance"
    assert found["names"]["economy.local_economic_structure"] == "Local economic structure"
    assert found["records"]["S1"]["source"] == "Civil defence, list of 2021, row 3"
    assert found["records"]["S1"]["by"] == "Ana"


@pytest.mark.parametrize("name", [FLOOD, "Pluvial Flood", "PLUVIAL FLOOD"])
def test_one_hazard_by_its_id_or_name(case: Case, name: str) -> None:
    found = report_of(case, hazard=name)
    assert [r["hazard"] for r in found["risks"]] == [FLOOD]
    assert {t["cause"] for t in (*found["triggers"], *found["possible"])} == {FLOOD}
    assert set(found["records"]) == {"S1", "S2"}
    assert [r["indicator"] for r in found["red"]] == ["crpt.3.2.3.3.2", "crpt.7.1.3.2"]


@pytest.mark.parametrize("name", ["crpt.7.1.3.2", "7.1.3.2"])
def test_one_indicator_with_the_shocks_that_it_would_help_against(case: Case, name: str) -> None:
    found = report_of(case, indicator=name)
    helped = found["indicator"]["helps_against"]
    assert list(helped) == [CRISIS, FLOOD]
    assert [r["hazard"] for r in found["risks"]] == [CRISIS, FLOOD]
    assert [r["indicator"] for r in found["red"]] == ["crpt.7.1.3.2"]
    assert [p["id"] for p in found["priorities"]] == ["weak-economy"]


def test_one_priority_matter(case: Case) -> None:
    found = report_of(case, priority="economic underperformance")
    assert {r["hazard"] for r in found["risks"]} == {FLOOD, "bacterial-epidemic-pandemic-disease"}
    assert len(found["red"]) == 2


def test_unknown_names_are_refused_together_with_what_may_be_meant(case: Case) -> None:
    with pytest.raises(InputError) as refused:
        report_of(case, hazard="Pluvial Flod", indicator="9.9.9", priority="economy underperformance")
    hazard, indicator, priority = refused.value.problems
    assert hazard.remedy == "Did you mean Pluvial Flood?"
    assert indicator.what == "There is no indicator 9.9.9"
    assert priority.remedy == "Did you mean Economic underperformance?"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Told("", "illustration of Vila Nova"), True),
        (Told("Illustration, not adopted by the municipality: gauge"), True),
        (Told("An illustrated atlas of floods, page 3", "Ana"), False),
        (Told("Atlas with an illustration"), False),
    ],
)
def test_an_illustration_is_told_by_how_its_author_or_source_begins(told: Told, expected: bool) -> None:
    (first, *_rest) = REGISTERS.stressors
    assert is_illustration(Registers(stressors=(replace(first, told=told),))) is expected


def _stored(indicator: str, value: float, use: str = DECIDE, status: str = MEASURED) -> SimpleNamespace:
    made = Observation(indicator, "city", "2022", "city", value=value, unit="%", status=status, use=use)
    return SimpleNamespace(observation=made, shown=made, by="almena", recorded_at=NOW)


def test_only_values_fit_to_decide_and_cuts_of_confidence_a_to_c_propose_a_colour() -> None:
    cards = load_cards()
    good = _stored("social_inclusion.literacy", 99.0)
    (judged,) = measured([good], cards)
    assert (judged.colour, judged.set_by, judged.confidence) == ("green", "cut-off", "B")
    assert judged.told.source.startswith("social_inclusion.literacy, 2022; UN-Habitat")
    assert [j.colour for j in measured([_stored("social_inclusion.literacy", 20.0)], cards)] == ["red"]
    assert list(measured([_stored("social_inclusion.literacy", 60.0)], cards)) == []
    assert list(measured([_stored("social_inclusion.literacy", 99.0, DISCUSS)], cards)) == []
    confirmed = _stored("social_inclusion.literacy", 99.0, CONTEXT, CONFIRMED)
    assert len(list(measured([confirmed], cards))) == 1
    assert list(measured([good], {WITHOUT_CONFIDENCE.id: WITHOUT_CONFIDENCE})) == []
    assert list(measured([_stored("identity.area", 5.0)], cards)) == []


def test_the_largest_count_of_the_people_is_what_records_are_held_against() -> None:
    counts = [_stored("identity.population_census", 900.0), _stored("identity.population_raster", 1000.0)]
    assert people_of([*counts, _stored("identity.area", 9e9)]) == 1000.0
    assert people_of([]) is None


def test_tables_among_the_answers_are_read_as_far_as_they_hold_numbers() -> None:
    rows, columns = (Choice("a", "A", "Row a"), Choice("b", "B", "")), (Choice("t", "Total", "Total"),)
    asked = Question("crpt.1", "1", "How many?", TABLE, unit="%", rows=rows, columns=columns)
    answer = GivenAnswer(asked, value={"a": {"t": 4}, "b": {"t": "some"}})
    other = GivenAnswer(replace(asked, answer="text"), value="words")
    assert list(tables_of([answer, other, GivenAnswer(asked)])) == [
        Given("crpt.1", "How many?", ("Row a", "B"), ("Total",), ((4.0,), (None,)), "%")
    ]


def test_both_documents_are_written_once_each_as_page_pdf_and_docx(entered: Path, tmp_path: Path) -> None:
    out = tmp_path / "documents"
    written = write_documents(entered, out, edition="public", settings=settings())
    assert sorted(p.relative_to(out).as_posix() for p in written) == [
        "diagnosis.docx",
        "diagnosis.pdf",
        "diagnosis/index.html",
        "resilience-profile.docx",
        "resilience-profile.pdf",
        "resilience-profile/index.html",
    ]
    assert "Economic underperformance" in (out / "diagnosis" / "index.html").read_text(encoding="utf-8")


def test_a_city_that_was_never_profiled_gets_its_documents_but_no_report(
    toy_kit: Path, tmp_path: Path
) -> None:
    new_city(tmp_path / "city", toy_kit, settings())
    enter(tmp_path / "city")
    how = {"edition": "public", "city_roles": (), "settings": settings()}
    found = export(tmp_path / "city", "diagnosis", tmp_path / "page", **how)
    assert "Pluvial Flood" in found.path.read_text(encoding="utf-8")
    with pytest.raises(InputError, match="Nothing was measured yet"):
        export(tmp_path / "city", "html", tmp_path / "report", **how)


def test_a_diagnosis_changes_nothing_in_the_city(entered: Path) -> None:
    from almena.app.care import hash_of

    before = hash_of(entered)
    report_of(diagnosis_of(entered))
    assert hash_of(entered) == before
