"""The index of the documents: found again by any form of the word, made again when it is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from almena.model.document import DocumentText, Passage
from almena.model.problem import Problem
from almena.store import document_index
from almena.store.document_index import INDEX_FILE, DocumentIndex


def text(*sentences: str, sha256: str = "aa", file: str = "plan.pdf") -> DocumentText:
    passages = tuple(
        Passage(f"p{n}.1", n, (1.0, 2.0, 3.0, 4.0), "paragraph", s) for n, s in enumerate(sentences, 1)
    )
    notes = (Problem("The page cannot be read", file, "why", "do"),)
    return DocumentText(sha256, file, "Plano", "Prefeitura", "2020", "pt", 9, passages, notes, (7,))


def found(index: DocumentIndex, words: str) -> list[tuple[str, int]]:
    return [(hit.file, hit.page) for hit in index.search(words)]


def test_words_are_found_without_accents_capitals_and_plural(tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path)
    index.put(text("As inundações do Rio Acre.", "O nível dos rios em 15,1%."), "1")
    assert found(index, "INUNDACAO") == [("plan.pdf", 1)]
    assert sorted(found(index, "rio")) == [("plan.pdf", 1), ("plan.pdf", 2)]
    assert found(index, "rios níveis") == [("plan.pdf", 2)]
    assert found(index, "15,1") == [("plan.pdf", 2)]
    assert found(index, "nada") == []
    assert index.search("inundação")[0].box == (1.0, 2.0, 3.0, 4.0)


def test_signs_of_a_query_language_are_words_like_others(tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path)
    index.put(text("água OR esgoto"), "1")
    for words in ('"', "água OR", "NOT água", "água*", "(água", "água AND NEAR", "a:água"):
        index.search(words)
    assert found(index, "água OR lixo") == []


def test_a_document_read_again_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path)
    index.put(text("palavra antiga"), "1")
    index.put(text("outra coisa", sha256="bb", file="b.pdf"), "1")
    index.put(text("palavra nova"), "2")
    assert found(index, "antiga") == []
    assert found(index, "nova") == [("plan.pdf", 1)]
    assert found(index, "coisa") == [("b.pdf", 1)]
    assert index.known("1") == {"bb"}
    assert index.known("2") == {"aa"}


def test_what_was_read_is_given_back_whole(tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path)
    read = text("Uma frase.")
    index.put(read, "1")
    assert index.get("aa", "1") == read
    assert index.get("aa", "2") is None
    assert index.get("cc", "1") is None


def test_a_damaged_index_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / INDEX_FILE).write_bytes(b"no database at all" * 100)
    index = DocumentIndex(tmp_path)
    assert index.search("rio") == []
    index.put(text("O rio."), "1")
    assert found(index, "rio") == [("plan.pdf", 1)]


def test_an_index_that_is_not_there_is_empty(tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path)
    assert (index.known("1"), index.get("aa", "1"), index.search("rio")) == (frozenset(), None, [])
    assert not (tmp_path / INDEX_FILE).exists()


def test_words_on_too_many_passages_are_given_in_the_order_of_the_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = DocumentIndex(tmp_path)
    index.put(text("rio " + "longo " * 30, "rio", "rio curto", *["outro assunto"] * 9), "1")
    assert found(index, "rio")[0] == ("plan.pdf", 2)
    monkeypatch.setattr(document_index, "MOST_RANKED", 2)
    assert [page for _, page in found(index, "rio")] == [1, 2, 3]
