"""Word files, web pages, text and sheets give the same kinds of passages as a PDF file."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almena.harmonise import document_limits
from almena.model.problem import InputError

from .papers import document, paper, texts, write


def word_file(folder: Path) -> Path:
    made = docx.Document()
    made.core_properties.title, made.core_properties.author = "Plano Diretor", "Prefeitura"
    made.add_heading("Plano", 1)
    made.add_heading("Água", 2)
    made.add_paragraph("A rede atende 95,3% dos domicílios.")
    made.add_paragraph("primeiro item", style="List Bullet")
    table = made.add_table(rows=0, cols=2)
    for row in (("Bairro", "Moradores"), ("Centro", "39.154")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    made.add_heading("Anexo", 1)
    made.add_paragraph().add_run("Quem assina").bold = True
    made.add_paragraph("O prefeito assina.")
    path = folder / "plano.docx"
    made.save(path)
    return path


def test_a_word_file_keeps_headings_tables_and_facts(tmp_path: Path) -> None:
    read = document(word_file(tmp_path), date="2025")
    assert (read.title, read.author, read.date, read.pages) == ("Plano Diretor", "Prefeitura", "2025", 1)
    shape = [(p.kind, p.text, p.section) for p in read.passages]
    assert shape[2] == ("paragraph", "A rede atende 95,3% dos domicílios.", "Plano / Água")
    assert shape[-1] == ("paragraph", "O prefeito assina.", "Anexo / Quem assina")
    row = read.passages[4]
    assert (row.kind, row.cells, row.header, row.row) == (
        "table",
        ("Centro", "39.154"),
        ("Bairro", "Moradores"),
        2,
    )
    assert (row.id, row.box) == ("t1!2", None)


def test_deleted_words_are_not_quoted_and_footnotes_are(tmp_path: Path) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    path = tmp_path / "plan.docx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(
            "word/document.xml",
            f"<w:document {space}><w:body><w:p><w:r><w:t>São 10 </w:t></w:r><w:del><w:r><w:delText>20</w:delText>"
            "<w:t>30</w:t></w:r></w:del><w:r><w:t>abrigos.</w:t></w:r></w:p></w:body></w:document>",
        )
        made.writestr(
            "word/footnotes.xml",
            f'<w:footnotes {space}><w:footnote w:type="separator"><w:p><w:r><w:t>–</w:t></w:r></w:p></w:footnote>'
            "<w:footnote><w:p><w:r><w:t>Dado de 2022.</w:t></w:r></w:p></w:footnote></w:footnotes>",
        )
    read = document(path)
    assert texts(read) == ["São 10 abrigos.", "Dado de 2022."]
    assert read.passages[1].kind == "footnote"


def test_a_word_file_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(document_limits._limits(), "unpacked_megabytes", 0.0001)
    with pytest.raises(InputError, match="too large when unpacked"):
        document(word_file(tmp_path))


PAGE = """<!DOCTYPE html><html><head><title>Plan climat</title><meta name="author" content="Ville">
<script>var x = "ignore";</script></head><body><nav>Menu</nav><h1>Eau</h1><p>Le réseau dessert 96&nbsp;% des
habitants.<p style="display: none">Caché : 12 %</p><ul><li>un</li><li>deux</li></ul>
<table><tr><th>Quartier</th><th>2020</th></tr><tr><td>Centre</td><td>12&#160;345</td></tr></table></body></html>"""


def test_a_web_page_is_read_without_menu_script_and_hidden_text(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"  # the bytes tell what it is
    path.write_text(PAGE, encoding="utf-8")
    read = document(path)
    assert (read.title, read.author) == ("Plan climat", "Ville")
    assert texts(read) == ["Eau", "Le réseau dessert 96 % des habitants.", "un", "deux", "Centre | 12 345"]
    assert [p.kind for p in read.passages] == ["heading", "paragraph", "list", "list", "table"]
    assert read.passages[-1].header == ("Quartier", "2020")
    assert {p.section for p in read.passages} == {"Eau"}


def test_a_web_page_in_an_old_encoding(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes('<html><meta charset="iso-8859-1"><p>Inundação</p></html>'.encode("latin-1"))
    assert texts(document(path)) == ["Inundação"]


def test_every_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Água"
    for row in (["Bairro", "Ligações"], ["Centro", 1200.0]):
        book.active.append(row)
    book.create_sheet("Esgoto").append(["Bairro", "x"])
    path = tmp_path / "anuario.xlsx"
    book.save(path)
    read = document(path)
    assert [(p.id, p.cells) for p in read.passages] == [
        ("Água!2", ("Centro", "1200")),
        ("Esgoto!1", ("Bairro", "x")),
    ]
    assert read.passages[0].header == ("Bairro", "Ligações")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_text_files_in_many_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "ata.txt"
    path.write_bytes("# Ata\n\nA inundação de março.\n\n- um item\n- outro item".encode(encoding))
    read = document(path)
    assert [p.kind for p in read.passages] == ["heading", "paragraph", "list", "list"]
    assert read.passages[1].text == "A inundação de março."
    assert read.passages[1].section == "Ata"


def test_files_that_lie_about_their_kind_are_read_as_what_they_are(tmp_path: Path) -> None:
    path = paper(tmp_path, lambda page: write(page, 60, 100, "Um texto."), name="plan.docx")
    assert texts(document(path)) == ["Um texto."]
    old = tmp_path / "old.doc"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(InputError, match="97 to 2003"):
        document(old)
    photo = tmp_path / "photo.txt"
    photo.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(InputError, match="no text"):
        document(photo)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(5, 1500), junk=st.binary(min_size=1, max_size=40))
def test_bent_pdf_files_are_read_or_refused_but_never_a_crash(tmp_path: Path, cut: int, junk: bytes) -> None:
    whole = paper(tmp_path, lambda page: write(page, 60, 100, "Um texto.")).read_bytes()
    bent = tmp_path / "bent.pdf"
    bent.write_bytes(whole[:cut] + junk + whole[cut + len(junk) :])
    with contextlib.suppress(InputError):
        assert document(bent).passages
