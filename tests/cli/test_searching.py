"""Searching a city's documents from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.harmonise.papers import paper, write

from almena.app.documents import take_in
from almena.store.folder import CityFolder

from .conftest import Almena


def test_words_lead_to_document_page_and_passage(almena: Almena, tmp_path: Path) -> None:
    path = paper(tmp_path, lambda page: write(page, 60, 300, "As inundações atingiram 12 bairros."))
    with CityFolder.create(tmp_path / "city", "Toyville", ("pt",), id="toyville") as city:
        take_in(city, [path])
    said = almena("search", tmp_path / "city", "INUNDAÇÃO", "bairro")
    assert said.status == 0
    assert said.out.strip() == "plan.pdf, page 1: As inundações atingiram 12 bairros."
    found = almena("search", tmp_path / "city", "inundação", "--json").json
    assert [(h["page"], h["kind"]) for h in found["hits"]] == [(1, "paragraph")]
    assert "No passage" in almena("search", tmp_path / "city", "neve").out


def test_a_city_without_documents_says_how_to_get_one(almena: Almena, tmp_path: Path) -> None:
    with CityFolder.create(tmp_path / "city", "Toyville", ("pt",), id="toyville"):
        pass
    said = almena("search", tmp_path / "city", "rio")
    assert said.status == 2
    assert "The city has no document" in said.err
