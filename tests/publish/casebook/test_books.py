"""The two documents: every statement links to its evidence, and nothing private gets out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.publish.casebook.case import PRIVATE, case, material, registers
from tests.publish.city import SECRETS
from tests.publish.page import Page
from tests.publish.papers import Paper

from almena.diagnose.diagnosis import diagnose
from almena.model.register import IndicatorLink, Registers
from almena.publish.blocks import Claim, Findings, Grid
from almena.publish.book import Book, book_of
from almena.publish.casebook.books import diagnosis_book_of, profile_book_of
from almena.publish.casebook.edition import case_for
from almena.publish.casebook.exporters import DIAGNOSIS, DIAGNOSIS_DOCX, DIAGNOSIS_PDF, PROFILE, PROFILE_PDF
from almena.publish.exporters import installed_exporters
from almena.publish.material import Material
from almena.publish.report import render

Make = Callable[[Material], Book]
BOOKS = pytest.mark.parametrize("make", [diagnosis_book_of, profile_book_of])


def _page(make: Make, told: Material | None = None) -> Page:
    return Page(render(make(told or material())))


def _claims(book: Book) -> list[Claim]:
    return [
        c for chapter in book.chapters for b in chapter.blocks if isinstance(b, Findings) for c in b.claims
    ]


def _grid(book: Book, caption: str) -> Grid:
    grids = (b for chapter in book.chapters for b in chapter.blocks if isinstance(b, Grid))
    return next(g for g in grids if g.caption == caption)


def test_the_diagnosis_has_the_chapters_of_teresina_and_the_profile_the_four_sets() -> None:
    assert [c.title for c in diagnosis_book_of(material()).chapters] == [
        "Urban context",
        "Current state by priority matter",
        "Trajectory",
        "Synthesis and diagnosis",
        "Evidence",
    ]
    assert [c.title for c in profile_book_of(material()).chapters] == [
        "City ID",
        "Local governments and stakeholders",
        "Shocks, stresses and challenges",
        "Urban elements",
        "Evidence",
    ]


@BOOKS
def test_every_link_arrives(make: Make) -> None:
    page = _page(make)
    places = page.ids()
    links = [a["href"][1:] for a in page.all("a") if a.get("href", "").startswith("#")]
    assert len(links) > 20
    assert set(links) <= set(places)
    assert len(places) == len(set(places))
    assert page.mistakes == []


@BOOKS
def test_every_statement_has_evidence(make: Make) -> None:
    claims = _claims(make(material()))
    assert claims
    for claim in claims:
        assert claim.evidence, claim.text
        assert all(ref.href for ref in claim.evidence), claim.text


def test_a_priority_matter_is_told_with_what_speaks_for_it_against_it_and_what_could_overturn_it() -> None:
    claim = next(c for c in _claims(diagnosis_book_of(material())) if c.text.startswith("Economic under"))
    assert claim.text == "Economic underperformance: 3 indicators are judged; red: 2, green: 1."
    assert [r.text for r in claim.evidence] == ["Streets cut by water", "Unemployment (13.7 %)"]
    assert [r.text for r in claim.against] == ["Drains kept clean"]
    assert [r.text for r in claim.overturn] == ["Early warning of disease"]


def test_a_chain_is_told_by_order_and_says_where_it_is_thin() -> None:
    claims = [c for c in _claims(diagnosis_book_of(material())) if "set off" in c.text]
    flood = next(c for c in claims if c.text.startswith("Pluvial Flood"))
    assert flood.text == "Pluvial Flood set off: Bacterial Disease (order 1); Political Crisis (order 2)."
    assert len(flood.evidence) == 3
    assert [r.text for r in flood.overturn] == [
        "a single record stands behind a step towards: Political Crisis"
    ]


def test_a_risk_names_how_complete_its_records_are() -> None:
    told = next(
        c.text for c in _claims(diagnosis_book_of(material("city"))) if c.text.startswith("Economic Crisis:")
    )
    assert told == (
        "Economic Crisis: 3 records, 2015 – 2021. Recorded effects: people directly affected: 13,040 "
        "(3 of 3 records say so); displaced: 3 (1 of 3 records say so); working days lost: 180 (1 of 3 records say "
        "so); jobs lost: 950 (2 of 3 records say so); loss: 2,000,000 BRL (1 of 3 records say so)."
    )


def test_the_literature_stands_apart_as_a_possibility() -> None:
    page = _page(diagnosis_book_of)
    assert "What else may follow, by the literature" in page.text
    assert not any("Landslide" in claim.text for claim in _claims(diagnosis_book_of(material())))


def test_hazards_without_records_are_never_called_absent() -> None:
    assert "It does not mean that it cannot happen here." in _page(profile_book_of).text
    assert "Ground Shaking" in _page(profile_book_of).text


@BOOKS
def test_the_public_edition_names_no_person_and_no_withheld_place(make: Make) -> None:
    html = render(make(material()))
    for name in (*PRIVATE, SECRETS[1]):
        assert name not in html
    assert "[withheld]" in html
    city = render(make(material("city", city_roles=frozenset({"hydrants"}))))
    assert "Carla Dias" in city


def test_the_city_edition_of_the_profile_names_focal_points_and_contacts() -> None:
    city = render(profile_book_of(material("city")))
    assert "Ana Souza" in city
    assert "ana@example.org" in city


def test_small_counts_are_neither_shown_nor_to_be_worked_out() -> None:
    public = case_for(case(), "public", str)
    assert public.hidden == {
        ("S1", "injured"),
        ("S2", "deaths"),
        ("S3", "people_direct"),
        ("S7", "displaced"),
    }
    assert public.diagnosis == diagnose(public.registers, public.taxonomy)
    sums = {r.hazard: {s.effect: s.value for s in r.sums} for r in public.diagnosis.risks}
    assert sums["pluvial-flood"]["deaths"] is None
    assert sums["economic-crisis"]["people_direct"] == 13_040
    records = _grid(diagnosis_book_of(material()), "Records of shocks")
    effects = {row[0].small: row[2].text for row in records.rows}
    assert effects["S1"].endswith("injured: under 10")
    assert effects["S3"] == "people directly affected: under 10"
    assert effects["S6"] == "none recorded"


def test_a_hidden_figure_beside_others_is_counted_and_not_added() -> None:
    entered = registers()
    twin = replace(entered.shocks[1], id="S8", start="2020-02-02", deaths=44.0)
    told = case(replace(entered, shocks=(*entered.shocks, twin)))
    grid = _grid(
        diagnosis_book_of(material(told=told)), "Recorded people, jobs and working days by type of shock"
    )
    flood = next(row for row in grid.rows if row[0].text == "Flood")
    assert (flood[3].text, flood[3].small) == ("44 and 1 figure under 10", "2 of 4 records say so")


def test_the_city_edition_of_a_case_is_the_case() -> None:
    whole = case()
    assert case_for(whole, "city", str) is whole


@BOOKS
def test_an_illustration_says_so_on_every_page(make: Make, tmp_path: Path) -> None:
    notice = "Illustration, not adopted by the municipality"
    told = material(told=case(is_illustration=True))
    assert notice in _page(make, told).text
    exporter = DIAGNOSIS_PDF if make is diagnosis_book_of else PROFILE_PDF
    paper = Paper(exporter.write(told, tmp_path / "paper.pdf"))
    assert all(notice in page.extract_text() for page in paper.reader.pages)
    assert notice not in _page(make).text


def test_the_docx_carries_the_notice_statements_and_evidence(tmp_path: Path) -> None:
    told = material(told=case(is_illustration=True))
    document = Document(str(DIAGNOSIS_DOCX.write(told, tmp_path / "d.docx")))
    assert document.sections[0].header.paragraphs[0].text == "Illustration, not adopted by the municipality"
    text = "\n".join(p.text for p in document.paragraphs)
    assert "Economic underperformance: 3 indicators are judged; red: 2, green: 1." in text
    assert "Speaks against it: Drains kept clean" in text
    assert "Could overturn it: Early warning of disease" in text


def test_every_link_of_the_docx_arrives(tmp_path: Path) -> None:
    document = Document(str(DIAGNOSIS_DOCX.write(material(), tmp_path / "d.docx")))
    body = document.element.body
    marks = [m.get(qn("w:name")) for m in body.iter(qn("w:bookmarkStart"))]
    links = {h.get(qn("w:anchor")) for h in body.iter(qn("w:hyperlink"))}
    assert len(links) > 10
    assert links <= set(marks)
    assert len(marks) == len(set(marks))
    assert all(len(name) <= 40 for name in marks)
    numbers = [m.get(qn("w:id")) for m in body.iter(qn("w:bookmarkStart"))]
    assert len(numbers) == len(set(numbers))


def test_a_city_without_entries_gets_what_is_missing_and_how_to_begin() -> None:
    empty = material(told=case(Registers()))
    for make in (diagnosis_book_of, profile_book_of):
        page = _page(make, empty)
        assert "Not entered yet" in page.text
        assert "`almena start DIR`" in page.text
        assert "it does not mean that there is none" in page.text
        assert page.mistakes == []
    assert _claims(diagnosis_book_of(empty)) == []


def test_a_material_that_brings_no_case_is_told_as_empty() -> None:
    assert "Not entered yet" in _page(diagnosis_book_of, replace(material(), case=None)).text


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    for exporter in (DIAGNOSIS_PDF, DIAGNOSIS_DOCX):
        one, two = (exporter.write(material(), tmp_path / f"{n}-{exporter.name}") for n in "ab")
        assert one.read_bytes() == two.read_bytes()
    pages = [DIAGNOSIS.write(material(), tmp_path / n) for n in ("one", "two")]
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert {p.name for p in (tmp_path / "one").iterdir()} >= {"index.html", "observations.csv"}


def test_the_paper_is_tagged_and_its_statements_can_be_read(tmp_path: Path) -> None:
    paper = Paper(PROFILE_PDF.write(material(), tmp_path / "p.pdf"))
    assert paper.root["/MarkInfo"]["/Marked"]
    assert "Speaks against it" in paper.text
    assert paper.headings()[0] == 1


def test_more_records_than_a_statement_can_name_lead_to_the_chapter_of_evidence(tmp_path: Path) -> None:
    entered = registers()
    many = tuple(replace(entered.shocks[0], id=f"M{n}", start=f"20{n:02}-01-05") for n in range(12))
    told = material(told=case(replace(entered, shocks=(*entered.shocks, *many))))
    flood = next(c for c in _claims(diagnosis_book_of(told)) if c.text.startswith("Pluvial Flood: 14"))
    assert [r.href for r in flood.evidence if r.text == "and 6 more"] == ["#evidence"]
    assert "and 6 more" in Paper(DIAGNOSIS_PDF.write(told, tmp_path / "d.pdf")).text


def test_an_attached_indicator_that_nobody_judged_is_told_with_the_value_of_the_profile() -> None:
    links = (*registers().links, IndicatorLink("identity.area", "weak-economy", stress="informality"))
    told = material(told=case(replace(registers(), links=links)))
    claim = next(c for c in _claims(diagnosis_book_of(told)) if c.text.startswith("Informality feeds it"))
    assert [r.text for r in claim.overturn] == ["Area of the city (24.0\u00a0km²; 2022)"]
    table = _grid(diagnosis_book_of(told), "Indicators that were judged or attached")
    row = next(r for r in table.rows if r[0].small == "identity.area")
    assert (row[2].text, row[4].text, row[4].small) == (
        "not judged",
        "nobody yet",
        "measured by the profile: Instituto Fictício 2022",
    )


def test_the_formats_are_installed_asked_for_and_never_part_of_a_run() -> None:
    found = {name: e for name, e in installed_exporters()[0].items() if e.needs_case}
    assert set(found) == {
        f"{document}{ending}"
        for document in ("diagnosis", "resilience-profile")
        for ending in ("", "-pdf", "-docx")
    }
    assert not any(e.each_run or e.in_zip for e in found.values())
    assert PROFILE in found.values()


def test_other_documents_say_nothing_of_a_case() -> None:
    assert "Economic underperformance" not in render(book_of(material()))


def test_no_chapter_of_a_diagnosis_asks_to_be_quoted() -> None:
    assert "You may say" not in _page(diagnosis_book_of).text
