"""Mining a city's documents: every candidate cites its place, nothing enters the profile, nothing is proposed twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.harmonise.papers import paper, write

from almena.model.statement import Statement
from almena.store.folder import CityFolder
from almena.store.hashing import content_hash
from almena.store.observations import current
from almena.store.statements import standing

from .conftest import Almena

SENTENCE = "Em 2022, o município de Toyville tinha 12.345 habitantes."
GOAL = "A meta é atender 95 % dos domicílios com água até 2030."


@pytest.fixture
def city(tmp_path: Path) -> Path:
    with CityFolder.create(tmp_path / "city", "Toyville", ("pt",), id="toyville", country="BRA"):
        pass
    return tmp_path / "city"


PROSE = (
    "Este relatório descreve a cidade e os seus serviços, e foi preparado pela prefeitura para os moradores. "
    "Ele não substitui o plano diretor, que está em revisão pela câmara."
)


def text_file(folder: Path, *sentences: str) -> Path:
    file = folder / "plano.txt"
    file.write_text("\n\n".join((PROSE, *sentences)), encoding="utf-8")
    return file


def kept(city: Path) -> list[Statement]:
    with CityFolder.open(city) as folder:
        return [s.statement for s in standing(folder.engine, kind="candidate")]


def test_a_value_is_proposed_with_its_words_and_does_not_enter_the_profile(
    almena: Almena, city: Path, tmp_path: Path
) -> None:
    said = almena("mine", city, text_file(tmp_path, SENTENCE), "--by", "Ana", "--json")
    assert said.status == 0
    (found,) = [c for c in said.json["candidates"] if c["kind"] == "value"]
    assert (found["indicator"], found["value"], found["unit"]) == (
        "identity.population_census",
        12345,
        "persons",
    )
    assert (found["place"], found["place_kind"], found["period"]) == ("Toyville", "city", "2022")
    assert found["quotation"] in SENTENCE
    assert "12.345" in found["quotation"]
    with CityFolder.open(city) as folder:
        assert current(folder.engine) == []
    assert kept(city)[0].content["quotation"] == found["quotation"]


def test_a_text_without_pages_is_cited_by_passage_and_a_paper_by_page(
    almena: Almena, city: Path, tmp_path: Path
) -> None:
    almena("mine", city, text_file(tmp_path, SENTENCE), "--by", "Ana")
    (source,) = {s.source for s in kept(city)}
    assert source.startswith("plano.txt, passage ")
    assert "page" not in source
    drawn = paper(tmp_path, lambda page: [write(page, 60, 300, PROSE[:90]), write(page, 60, 330, SENTENCE)])
    said = almena("mine", city, drawn, "--by", "Ana").out
    assert "plan.pdf, page 1: «" in said
    assert any(s.source.startswith("plan.pdf, page 1: «") for s in kept(city))


def test_the_same_document_proposes_nothing_twice(almena: Almena, city: Path, tmp_path: Path) -> None:
    file = text_file(tmp_path, SENTENCE, GOAL)
    first = almena("mine", city, file, "--by", "Ana", "--json").json
    with CityFolder.open(city) as folder:
        before = content_hash(folder.engine)
    again = almena("mine", city, file, "--by", "Ana", "--json").json
    assert first["new"] == len(first["candidates"]) > 0
    assert (again["new"], again["candidates"]) == (0, first["candidates"])
    with CityFolder.open(city) as folder:
        assert content_hash(folder.engine) == before


def test_a_goal_is_no_fact(almena: Almena, city: Path, tmp_path: Path) -> None:
    found = almena("mine", city, text_file(tmp_path, GOAL), "--by", "Ana", "--json").json["candidates"]
    assert {c["kind"] for c in found if c["value"] == 95} == {"target"}


def test_weak_candidates_are_counted_and_not_shown(almena: Almena, city: Path, tmp_path: Path) -> None:
    file = text_file(tmp_path, SENTENCE, "Mais adiante fala-se de 77 % de alguma coisa com água.")
    found = almena("mine", city, file, "--by", "Ana", "--json").json["candidates"]
    weak = [c for c in found if c["confidence"] < 0.5]
    told = almena("mine", city, "--by", "Ana").out
    assert all(c["quotation"] not in told for c in weak)
    if weak:
        assert "--json lists them" in told


def test_coverage_names_the_document_behind_a_card(almena: Almena, city: Path, tmp_path: Path) -> None:
    almena("mine", city, text_file(tmp_path, SENTENCE), "--by", "Ana")
    found = almena("mine", city, "--coverage", "--json").json
    assert found["covered"]["identity.population_census"] == ["plano.txt"]
    assert "identity.area" in found["silent"]
    assert "identity.population_census: plano.txt" in almena("mine", city, "--coverage").out


def test_what_cannot_both_be_true_is_told(almena: Almena, city: Path, tmp_path: Path) -> None:
    other = "Segundo o censo de 2022, Toyville tem 99.999 habitantes."
    found = almena("mine", city, text_file(tmp_path, SENTENCE, other), "--by", "Ana", "--json").json
    (problem,) = found["contradictions"]
    assert "12345" in problem["what"]
    assert "passage" in problem["where"]


def test_a_file_that_is_not_there_is_refused(almena: Almena, city: Path, tmp_path: Path) -> None:
    said = almena("mine", city, tmp_path / "none.pdf", "--json")
    assert said.status == 2
    assert "missing" in said.json["problems"][0]["what"]
