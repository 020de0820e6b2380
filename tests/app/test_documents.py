"""A city's documents: taken in once, searched from then on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harmonise.papers import paper, write

from almena.app import documents
from almena.app.documents import documents_of, search, snippet, take_in
from almena.model.origin import Source
from almena.model.problem import InputError
from almena.store.document_index import INDEX_FILE
from almena.store.folder import CityFolder


@pytest.fixture
def city(tmp_path: Path) -> Iterator[CityFolder]:
    with CityFolder.create(tmp_path / "city", "Toyville", ("pt",), id="toyville") as made:
        yield made


def plan(folder: Path) -> Path:
    return paper(
        folder,
        lambda page: write(page, 60, 300, "O plano fala de muitas coisas."),
        lambda page: write(page, 60, 300, "As inundações atingiram 12 bairros em 2015."),
    )


def test_a_document_is_kept_with_its_facts_and_found_by_page_and_box(
    city: CityFolder, tmp_path: Path
) -> None:
    facts = Source("document", "", "", licence="CC-BY-4.0", attribution="Prefeitura", date="2020")
    (read,), problems = take_in(city, [plan(tmp_path)], facts)
    assert (read.author, read.date, read.pages, problems) == ("Prefeitura", "2020", 2, [])
    (hit,) = search(city.path, "inundação bairro")["hits"]
    assert (hit["document"], hit["page"], hit["passage"]) == ("plan.pdf", 2, "p2.1")
    assert hit["box"][1] < 300 < hit["box"][3] + 1
    assert hit["snippet"] == "As inundações atingiram 12 bairros em 2015."


def test_a_document_is_read_once(city: CityFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = take_in(city, [plan(tmp_path)])
    monkeypatch.setattr(documents, "read_document", lambda found: pytest.fail("read again"))
    assert take_in(city, [tmp_path / "plan.pdf"])[0] == first
    assert documents_of(city)[0] == first


def test_an_index_that_is_gone_is_made_again_from_the_snapshots(city: CityFolder, tmp_path: Path) -> None:
    path = plan(tmp_path)
    take_in(city, [path])
    before = search(city.path, "bairros")
    path.unlink()
    (city.path / INDEX_FILE).unlink()
    assert search(city.path, "bairros") == before


def test_one_bad_file_stops_no_other(city: CityFolder, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7 broken")
    read, problems = take_in(city, [bad, tmp_path / "absent.pdf", tmp_path, plan(tmp_path)])
    assert [r.file for r in read] == ["plan.pdf"]
    assert [p.what for p in problems] == ["The document is damaged.", *["The document is missing."] * 2]
    found = search(city.path, "bairros")
    assert len(found["hits"]) == 1


def test_a_search_needs_words_and_documents(city: CityFolder) -> None:
    with pytest.raises(InputError, match="No word"):
        search(city.path, " … ")
    with pytest.raises(InputError, match="no document"):
        search(city.path, "rio")


def test_a_snippet_is_cut_between_words_around_what_was_found() -> None:
    text = "palavra " * 40 + "inundações " + "outra " * 40
    cut = snippet(text, "inundação")
    assert cut.startswith("… palavra")
    assert cut.endswith("outra …")
    assert "inundações" in cut
    assert snippet("curto", "nada") == "curto"
