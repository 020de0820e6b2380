"""The DOCX: the same report with real headings, tables and alt texts, to edit and to sign."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.publish import city
from tests.publish.papers import Paper

from almena.packs.language import speaking
from almena.publish.blocks import Grid, Picture
from almena.publish.book import book_of
from almena.publish.exporters import exporter_named
from almena.publish.paper import word
from almena.publish.paper.word import write_docx


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_docx(city.material(), tmp_path_factory.mktemp("docx") / "report.docx")


@pytest.fixture(scope="module")
def opened(file: Path) -> Any:
    return Document(str(file))


def everything(document: Any) -> str:
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_headings_are_headings_and_go_down_one_step_at_a_time(opened: Any) -> None:
    styles = [p.style.name for p in opened.paragraphs if p.style.name.startswith("Heading")]
    levels = [int(s.split()[1]) for s in styles]
    assert all(after - before <= 1 for before, after in zip([1, *levels], levels, strict=False))
    first = [p.text for p in opened.paragraphs if p.style.name == "Heading 1"]
    chapters = [f"{c.number} {c.title}" for c in book_of(city.material()).chapters]
    assert first == [*chapters, "Read, corrected and agreed"]


def test_every_map_has_its_words(opened: Any) -> None:
    told = [shape._inline.docPr.get("descr") for shape in opened.inline_shapes]
    book = book_of(city.material())
    assert told == [b.alt for c in book.chapters for b in c.blocks if isinstance(b, Picture)]


def test_pictures_fit_on_the_page(opened: Any) -> None:
    for shape in opened.inline_shapes:
        assert shape.width.cm <= 16.1
        assert shape.height.cm <= 18.1


def test_header_rows_repeat_on_each_page(opened: Any) -> None:
    repeated = [
        t for t in opened.tables if t.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    ]
    grids = [b for c in book_of(city.material()).chapters for b in c.blocks if isinstance(b, Grid)]
    assert len(repeated) >= len(grids)
    assert len(repeated) == len(opened.tables) - 1  # but the few large numbers of the first page


def test_it_says_what_the_page_says(opened: Any) -> None:
    text = everything(opened)
    for chapter in book_of(city.material()).chapters:
        for said in chapter.say:
            assert said.text in text
        for wrong in chapter.not_say:
            assert wrong.text in text
    assert "● decide" in text
    assert "To close it:" in text


def test_there_is_room_to_sign(opened: Any) -> None:
    table = opened.tables[-1]
    assert [c.text for c in table.rows[0].cells] == ["Role", "Name", "Signature and date"]
    assert [r.cells[0].text for r in table.rows[1:]] == [
        "Political focal point", "Technical focal point", "For the residents",
    ]  # fmt: skip
    assert all(r.height.cm > 1.5 for r in table.rows[1:])


def test_the_file_knows_its_title_language_and_day(opened: Any) -> None:
    facts = opened.core_properties
    assert facts.title == "Vale Claro: resilience profile, 20 November 2026"
    assert facts.language == "en"
    assert str(facts.created).startswith("2026-11-20")


def test_the_same_run_gives_the_same_bytes(file: Path, tmp_path: Path) -> None:
    again = write_docx(city.material(), tmp_path / "again.docx")
    assert again.read_bytes() == file.read_bytes()
    later = write_docx(replace(city.material(), run_date="2026-12-01"), tmp_path / "later.docx")
    assert {i.date_time[:3] for i in zipfile.ZipFile(later).infolist()} == {(2026, 12, 1)}


def test_nothing_withheld_slips_into_it(file: Path, opened: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        held = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "ignore")
    for secret in city.SECRETS:
        assert secret not in held
    assert "City edition" not in held
    closed = write_docx(city.material("city"), tmp_path / "city.docx")
    assert "City edition: not for publication" in everything(Document(str(closed)))


def test_a_poor_city_has_one_too(tmp_path: Path) -> None:
    text = everything(Document(str(write_docx(city.poor_material(), tmp_path / "poor.docx"))))
    assert "Nothing in this chapter is fit to be quoted yet." in text or "You may say" in text


def test_arabic_runs_from_right_to_left(opened: Any, tmp_path: Path) -> None:
    with speaking("ar"):
        arabic = Document(str(write_docx(city.poor_material(), tmp_path / "ar.docx")))
    bidi = f"{qn('w:pPr')}/{qn('w:bidi')}"
    assert arabic.styles["Normal"].element.find(bidi) is not None
    assert opened.styles["Normal"].element.find(bidi) is None
    assert arabic.core_properties.language == "ar"


def test_without_its_library_the_door_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exporter_named("docx").name == "docx"
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "docx" else found(name, *a)
    )
    with pytest.raises(ModuleNotFoundError) as caught:
        importlib.reload(word)
    assert caught.value.name == "docx"
    monkeypatch.undo()
    importlib.reload(word)


def test_an_office_program_opens_it(file: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    assert office, "install LibreOffice Writer: scripts/need-debian.sh"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    paper = Paper(tmp_path / "report.pdf")
    assert 10 < len(paper.reader.pages) < 40
    assert "Read, corrected and agreed" in paper.text
    assert "1 In one minute" in paper.text
