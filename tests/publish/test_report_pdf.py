"""The PDF: everything the page says, for a screen reader as for a printer."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.publish import city
from tests.publish.papers import Paper

from almena.model.place import Places
from almena.model.problem import AlmenaError
from almena.publish.blocks import Cell, Grid, Picture
from almena.publish.book import book_of
from almena.publish.exporters import installed_exporters
from almena.publish.paper import report_pdf
from almena.publish.paper.content import FIRST_ROWS, LONGEST_TABLE, breakable, cut, report_content, widths
from almena.publish.paper.report_pdf import write_pdf
from almena.publish.paper.typeset import Press

NAMED = frozenset({"informal_settlements", "hydrants", "power_lines"})


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Paper]:
    folder = tmp_path_factory.mktemp("pdf")
    runs = {
        "public": city.material(),
        "city": city.material("city", city_roles=NAMED),
        "dry": city.material(event=False),
        "poor": city.poor_material(),
    }
    return {name: Paper(write_pdf(run, folder / f"{name}.pdf")) for name, run in runs.items()}


@pytest.mark.parametrize("name", ["public", "city", "dry", "poor"])
def test_a_screen_reader_finds_tags_language_and_title(papers: dict[str, Paper], name: str) -> None:
    paper = papers[name]
    assert paper.root["/MarkInfo"]["/Marked"]
    assert paper.root["/Lang"] == "en"
    assert paper.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert paper.reader.metadata is not None
    assert paper.reader.metadata.title == "Vale Claro: resilience profile, 20 November 2026"
    assert b"pdfuaid:part" in paper.root["/Metadata"].get_data()
    assert {"/Document", "/P", "/L", "/Table", "/TH", "/TD"} <= set(paper.kinds())


@pytest.mark.parametrize("name", ["public", "dry"])
def test_every_map_is_told_in_words(papers: dict[str, Paper], name: str) -> None:
    book = book_of(city.material(event=name == "public"))
    pictures = [b for c in book.chapters for b in c.blocks if isinstance(b, Picture)]
    assert len(pictures) >= 2
    assert [text for text in papers[name].alternatives() if text] == [p.alt for p in pictures]


def test_headings_go_down_one_step_at_a_time(papers: dict[str, Paper]) -> None:
    for paper in papers.values():
        levels = paper.headings()
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
    chapters = book_of(city.material()).chapters
    assert papers["public"].headings().count(1) == len(chapters)


def test_the_paper_says_what_the_page_says(papers: dict[str, Paper]) -> None:
    footer = r" Vale Claro · Resilience profile · Brazil · 20 November 2026 Page \d+ / \d+"
    assert len(re.findall(footer, papers["public"].text)) == len(papers["public"].reader.pages)
    text = re.sub(footer, "", papers["public"].text)
    for chapter in book_of(city.material()).chapters:
        assert f"{chapter.number} {chapter.title}" in text
        for said in chapter.say:
            assert "".join(said.text.split()) in "".join(text.split())  # a line may end anywhere
    assert "about 2,840 people" in text
    assert "Contents" in text


def test_use_is_told_by_shape_and_word(papers: dict[str, Paper]) -> None:
    text = papers["public"].text
    for mark in ("● decide", "◐ discuss", "○ context only", "▢ not known"):
        assert mark in text


def test_links_lead_to_accounts_and_sources(papers: dict[str, Paper]) -> None:
    assert papers["public"].links() > 60
    content = report_content(book_of(city.material()))
    assert {"source-1", "minute", "n-identity-population-census"} <= set(content["anchors"])


def test_pages_are_a4(papers: dict[str, Paper]) -> None:
    for page in papers["public"].reader.pages:
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]


def test_nothing_withheld_slips_onto_paper(papers: dict[str, Paper]) -> None:
    for name in ("public", "dry"):
        for secret in city.SECRETS:
            assert secret not in papers[name].text
            assert secret.encode() not in papers[name].path.read_bytes()
    assert "City edition: not for publication" in papers["city"].text
    assert "City edition" not in papers["public"].text


def test_the_same_run_gives_the_same_bytes(papers: dict[str, Paper], tmp_path: Path) -> None:
    again = write_pdf(city.material(), tmp_path / "again.pdf").read_bytes()
    assert again == papers["public"].path.read_bytes()
    later = write_pdf(replace(city.material(), run_date="2026-12-01"), tmp_path / "later.pdf")
    assert later.read_bytes() != again
    assert Paper(later).reader.metadata is not None
    assert str(Paper(later).reader.metadata.creation_date).startswith("2026-12-01")


def test_a_name_is_never_read_as_a_command_of_the_typesetter(tmp_path: Path) -> None:
    odd = "Vila #panic() *x* $y$ [z] _w_ <b> \\ @a"
    paper = Paper(write_pdf(replace(city.poor_material(), name=odd), tmp_path / "odd.pdf"))
    assert odd in paper.text


def test_arabic_runs_from_right_to_left(tmp_path: Path) -> None:
    from almena.packs.language import speaking

    with speaking("ar"):
        paper = Paper(write_pdf(replace(city.poor_material(), name="مدينة"), tmp_path / "ar.pdf"))
    assert paper.root["/Lang"] == "ar"
    fonts = {str(f) for page in paper.reader.pages for f in _fonts(page)}
    assert any("NotoSansArabic" in font for font in fonts)


def _fonts(page: object) -> list[str]:
    resources = page["/Resources"]  # type: ignore[index]
    return [font.get_object()["/BaseFont"] for font in resources["/Font"].values()]


def test_a_script_that_our_fonts_lack_is_sought_on_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    original = Press._compiled

    def compiled(self: Press, *, own_fonts_only: bool, **how: object) -> object:
        asked.append(own_fonts_only)
        if own_fonts_only:
            return original(self, own_fonts_only=True, **how)
        return b"%PDF from the fonts of the machine"

    monkeypatch.setattr(Press, "_compiled", compiled)
    file = write_pdf(replace(city.poor_material(), name="東京"), tmp_path / "p.pdf")
    assert asked == [True, False]
    assert file.read_bytes().startswith(b"%PDF from the fonts")


def test_a_script_that_no_font_holds_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(AlmenaError, match="could not be set"):
        write_pdf(replace(city.poor_material(), name="\U000f0000"), tmp_path / "p.pdf")  # a sign of nobody
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_set_leaves_the_former_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_pdf(city.poor_material(), tmp_path / "p.pdf")
    before = file.read_bytes()
    monkeypatch.setattr(report_pdf, "report_content", lambda book: {"direction": "ltr"})
    with pytest.raises(AlmenaError, match="could not be set") as caught:
        write_pdf(city.poor_material(), file)
    assert caught.value.problems[0].where == "report.typ"
    assert caught.value.problems[0].remedy
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["p.pdf"]


def _grid(rows: int, first: int = 12) -> Grid:
    return Grid(
        "Rows",
        ("Place", "Value"),
        tuple((Cell(f"place {i}"), Cell(str(i))) for i in range(rows)),
        first=first,
    )


def test_a_long_table_is_cut_and_says_where_the_rest_is() -> None:
    assert cut(_grid(LONGEST_TABLE)) == (_grid(LONGEST_TABLE).rows, "")
    shown, rest = cut(_grid(LONGEST_TABLE + 1))
    assert len(shown) == FIRST_ROWS
    assert (
        rest
        == f"{LONGEST_TABLE + 1 - FIRST_ROWS} more rows: they are in the table of all values and in the workbook."
    )
    assert len(cut(_grid(60, first=20))[0]) == 20
    assert cut(_grid(300, first=200)) == (_grid(300).rows, "")  # questions and sources are told in full


def test_the_last_row_that_is_cut_is_told_in_the_singular() -> None:
    _, rest = cut(_grid(LONGEST_TABLE + 1, first=LONGEST_TABLE))
    assert rest == "One more row: it is in the table of all values and in the workbook."


def test_columns_share_the_line_by_what_they_say() -> None:
    grid = Grid("", ("A", "Meaning"), ((Cell("x"), Cell("a long explanation of what this is about")),))
    narrow, wide = widths(grid)
    assert wide > 3 * narrow
    assert widths(Grid("", ("A", "B"), ())) == [8.0, 8.0]


def test_long_words_may_break_and_nothing_else_changes() -> None:
    hashed = "a" * 64
    path = "statistics/census_2022/population_by_neighbourhood.csv"
    for text in (hashed, path, f"see {path} and {hashed}"):
        assert breakable(text).replace("\u200b", "") == text
        assert max(len(w) for piece in breakable(text).split() for w in piece.split("\u200b")) <= 24
    assert breakable("short words stay as they are") == "short words stay as they are"


def test_without_the_typesetter_the_papers_are_named_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    for module in ("typeset", "report_pdf", "brief_pdf", "sheet_files"):
        monkeypatch.delitem(sys.modules, f"almena.publish.paper.{module}", raising=False)
    found, problems = installed_exporters()
    assert "html" in found
    assert {"pdf", "brief", "sheets"}.isdisjoint(found)
    assert {p.where for p in problems} == {"pdf", "brief", "sheets"}
    assert all("almena[reports]" in p.remedy for p in problems)


def test_a_city_without_parts_has_a_paper_too(papers: dict[str, Paper]) -> None:
    assert isinstance(city.poor_material().places, Places)
    assert "A hole means that nothing is known yet." in papers["poor"].text


def test_a_crowded_table_leaves_every_column_room_for_its_longest_word() -> None:
    long = "many words that go on and on until the column is as wide as any column may be " * 3
    row = tuple(Cell(text) for text in ("elaboração", long, long, long))
    first, *others = widths(Grid("", ("A", "B", "C", "D"), (row,)))
    assert first / (first + sum(others)) * 110 >= len("elaboração")
    assert others[0] == others[1] == others[2] > first
