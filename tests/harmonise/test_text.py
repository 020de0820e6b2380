"""Encodings, and text that was decoded wrongly once before."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.harmonise.text import decode, read_text, repair_mojibake
from almena.model.problem import InputError

from .kitchen import found, said

WORDS = "Situação;População\nAlfabetizados;1099799\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "utf-32"])
def test_every_common_encoding_is_found_out(encoding: str) -> None:
    assert decode(WORDS.encode(encoding))[0] == WORDS


def test_what_is_not_utf8_is_noted() -> None:
    assert decode(WORDS.encode())[1] == ()
    assert "cp1252" in decode(WORDS.encode("latin-1"))[1][0]
    assert "latin-1" in decode("ação \x81".encode("latin-1"))[1][0]
    assert "utf-16" in decode(WORDS.encode("utf-16-le"))[1][0]


def test_a_declared_encoding_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Árvore".encode("cp850"))
    assert read_text(found(path, "table", encoding="cp850"))[0] == "Árvore"
    path.write_bytes("\ufeffÁrvore".encode())
    assert read_text(found(path, "table", encoding="UTF-8"))[0] == "Árvore"


def test_an_encoding_that_does_not_fit_is_refused_with_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("ação".encode("latin-1"))
    with pytest.raises(InputError) as error:
        read_text(found(path, "table", encoding="utf-8"))
    assert "Byte 1 does not fit" in said(error.value)
    with pytest.raises(InputError, match="not known"):
        read_text(found(path, "table", encoding="klingon"))


def test_missing_and_empty_files_are_refused_without_a_path_of_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b" \n")
    with pytest.raises(InputError, match="empty") as error:
        read_text(found(path, "table"))
    assert str(tmp_path) not in said(error.value)
    item = found(path, "table")
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        read_text(item)


def test_a_column_read_as_latin1_is_repaired_as_a_whole() -> None:
    column = ["Terminal Central em Via PÃºblica", "Terminal de Fim de Linha"]
    assert repair_mojibake(column) == (["Terminal Central em Via Pública", "Terminal de Fim de Linha"], 1)


def test_text_decoded_wrongly_twice_is_repaired_twice() -> None:
    twice = "Pública".encode().decode("latin-1").encode().decode("latin-1")
    assert repair_mojibake([twice]) == (["Pública"], 1)


def test_windows_marks_are_repaired() -> None:
    assert repair_mojibake(["Ã‰den"]) == (["Éden"], 1)


def test_one_honest_accent_protects_the_column() -> None:
    column = ["PÃºblica", "São João"]
    assert repair_mojibake(column) == (column, 0)


def test_plain_text_is_left_alone() -> None:
    assert repair_mojibake(["Rua", ""]) == (["Rua", ""], 0)


@given(st.lists(st.text(alphabet="abcdeçãéíóúÁÊÕ ", max_size=15), max_size=8))
def test_repair_undoes_one_wrong_decoding(texts: list[str]) -> None:
    wrong = [t.encode().decode("latin-1") for t in texts]
    repaired, changed = repair_mojibake(wrong)
    assert repaired == texts or any(repair_mojibake(texts)[0] != texts for _ in [0])
    assert changed == sum(not t.isascii() for t in texts)


@given(st.binary(max_size=200))
def test_any_bytes_decode(raw: bytes) -> None:
    assert isinstance(decode(raw)[0], str)
