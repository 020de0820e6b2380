"""Texts that are kept and cited."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from almena.harmonise import read_file
from almena.model.problem import InputError

from .kitchen import found, read, role, said, text_file

PLAN = role("document", named="city_plan")
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(folder: Path, body: str, head: str = "", name: str = "word/document.xml") -> Path:
    path = folder / "plan.docx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(
            name, f'<?xml version="1.0"?>{head}<w:document {SPACE}><w:body>{body}</w:body></w:document>'
        )
    return path


def test_paragraphs_of_a_word_document(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>Art. 1º </w:t></w:r>"
        "<w:r><w:t xml:space='preserve'>Objetivos</w:t><w:tab/><w:t>gerais</w:t></w:r></w:p>"
        "<w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>célula</w:t><w:br/><w:t>dois</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    made = read(docx(tmp_path, body), "document", PLAN)
    assert made.paragraphs == ("Art. 1º Objetivos gerais", "célula dois")
    assert made.origins[0].locator == "2 passages"


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_entities_are_refused_before_the_text_is_parsed(tmp_path: Path, head: str) -> None:
    with pytest.raises(InputError, match="unsafe"):
        read(docx(tmp_path, "<w:p><w:r><w:t>x</w:t></w:r></w:p>", head), "document", PLAN)


def test_entities_hidden_in_another_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.docx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("word/document.xml", '<?xml version="1.0"?><!DOCTYPE x []><x/>'.encode("utf-16"))
    with pytest.raises(InputError, match="unsafe"):
        read(path, "document", PLAN)


def test_damaged_documents_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="damaged"):
        read(docx(tmp_path, "<w:p>"), "document", PLAN)
    with pytest.raises(InputError, match="no Word document"):
        read(docx(tmp_path, "", name="other.xml"), "document", PLAN)
    with pytest.raises(InputError, match="holds no text"):
        read(docx(tmp_path, "<w:p/>"), "document", PLAN)
    path = docx(tmp_path, "<w:p/>")
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(InputError, match="not a readable zip"):
        read(path, "document", PLAN)


def test_plain_text_parts_at_blank_lines_else_at_line_ends(tmp_path: Path) -> None:
    parted = text_file(tmp_path, "Title\n\nFirst line\r\nsecond line\n \nThird", "plan.txt")
    assert read(parted, "document", PLAN).paragraphs == ("Title", "First line second line", "Third")
    lines = text_file(tmp_path, "one\ntwo  words\n", "plan.txt")
    assert read(lines, "document", PLAN).paragraphs == ("one", "two words")


def test_an_old_encoding_is_noted(tmp_path: Path) -> None:
    made = read(text_file(tmp_path, "Enchente de março", "plan.txt", "latin-1"), "document", PLAN)
    assert made.paragraphs == ("Enchente de março",)
    assert "cp1252" in made.notes[0]


def test_other_kinds_of_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="PDF"):
        read(text_file(tmp_path, "%PDF-1.7", "plan.pdf"), "document", PLAN)
    with pytest.raises(InputError, match="no text"):
        read(text_file(tmp_path, "a\0b\0c d e f g h", "plan.txt"), "document", PLAN)
    item = found(text_file(tmp_path, "x", "plan.txt"), "document")
    item.path.unlink()
    with pytest.raises(InputError, match="cannot be read") as error:
        read_file(item, PLAN)
    assert str(tmp_path) not in said(error.value)
