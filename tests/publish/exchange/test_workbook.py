"""The workbook opens in other people's programs and says what the CSV says."""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from tests.publish import city
from tests.publish.exchange import town

from almena.packs.language import from_table, speaking
from almena.publish.exchange.spoken import in_words
from almena.publish.exchange.star import star
from almena.publish.exchange.workbook import LONGEST_TEXT, SHEETS, write_workbook
from almena.publish.records import COLUMNS, csv_bytes

ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workbook(town.cut(), tmp_path_factory.mktemp("book") / "profile.xlsx")


@pytest.fixture(scope="module")
def book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def test_each_sheet_has_one_header_row_frozen_and_filtered_and_nothing_merged(
    book: openpyxl.Workbook,
) -> None:
    assert tuple(book.sheetnames) == SHEETS
    for page in book:
        header = [cell.value for cell in page[1]]
        assert header == star(town.cut())[page.title].header
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref.startswith("A1:")
        assert not page.merged_cells.ranges


def test_a_reader_of_portuguese_finds_portuguese_texts_under_the_same_ids_and_codes(tmp_path: Path) -> None:
    with speaking("pt"):
        told = openpyxl.load_workbook(write_workbook(town.cut(), tmp_path / "perfil.xlsx"))
    english = star(town.cut())
    for name in ("observations", "cards", "gaps"):
        header, *rows = told[name].iter_rows(values_only=True)
        found = dict(zip(header, zip(*rows, strict=True), strict=True))
        for column in {"indicator", "place", "unit", "use", "status", "element", "sensitivity"} & set(header):
            assert list(found[column]) == english[name].values(column), column
        with speaking("pt"):
            for column in {"title", "definition", "who"} & set(header):
                wanted = [
                    from_table("cards", str(old)) if old else old for old in english[name].values(column)
                ]
                assert list(found[column]) == wanted, column
    assert "People, census" in english["cards"].values("title")
    assert "People, census" not in [cell.value for cell in told["cards"]["B"]]
    reasons = {str(cell.value) for cell in told["gaps"]["C"][1:]}
    assert "nenhum arquivo aberto traz isto; as pessoas sabem" in reasons


def test_in_english_the_tables_are_the_same() -> None:
    tables = star(town.cut())
    assert in_words(tables) is tables


def test_the_rows_are_those_of_the_csv_in_real_types(book: openpyxl.Workbook) -> None:
    listed = list(csv.DictReader(io.StringIO(csv_bytes(town.cut()).decode("utf-8-sig"))))
    header, *rows = book["observations"].iter_rows(values_only=True)
    assert len(rows) == len(listed)
    for row, expected in zip(rows, listed, strict=True):
        found = dict(zip(header, row, strict=True))
        for column in COLUMNS:
            assert _equal(found[column], expected[column]), column
    values = [dict(zip(header, row, strict=True))["value"] for row in rows]
    assert {type(v) for v in values} <= {int, float, type(None)}


def _equal(value: object, text: str) -> bool:
    """Compare a cell with the CSV's: a workbook holds sixteen digits of a number, and needs no mark before a text."""
    if isinstance(value, (int, float)):
        return float(text) == pytest.approx(value, rel=1e-14)
    return str(value or "") == text.removeprefix("'")


def test_days_are_days_and_yes_is_yes(book: openpyxl.Workbook) -> None:
    header, *rows = book["observations"].iter_rows(values_only=True)
    census = next(row for row in rows if row[header.index("indicator")] == "identity.population_census")
    assert census[header.index("period_start")] == datetime(2022, 1, 1)
    header, *rows = book["licences"].iter_rows(values_only=True)
    assert {type(row[header.index("share_alike")]) for row in rows} == {bool}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
def test_a_text_that_looks_like_a_formula_stays_a_text(start: str, tmp_path: Path) -> None:
    text = start + "cmd|' /C calc'!A0"
    odd = replace(city.value("identity.area", -24.0), notes=(text,), place_name="https://example.org")
    made = openpyxl.load_workbook(write_workbook(town.cut(observations=(odd,)), tmp_path / "a.xlsx"))
    page = made["observations"]
    header = [cell.value for cell in page[1]]
    cell = page.cell(2, header.index("notes") + 1)
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix
    assert page.cell(2, header.index("value") + 1).value == -24.0
    assert page.cell(2, header.index("place_name") + 1).hyperlink is None


def test_a_text_longer_than_a_cell_is_cut_with_a_mark_and_the_csv_holds_it_whole(tmp_path: Path) -> None:
    odd = replace(city.value("identity.area", 1.0), notes=("x" * 40_000, "\x00\x1f"))
    edition = town.cut(observations=(odd,))
    made = openpyxl.load_workbook(write_workbook(edition, tmp_path / "a.xlsx"))
    texts = [cell.value for cell in made["observations"][2] if isinstance(cell.value, str)]
    longest = max(texts, key=len)
    assert len(longest) == LONGEST_TEXT
    assert longest.endswith("…")
    assert b"x" * 40_000 in csv_bytes(edition)


def test_a_city_of_which_hardly_anything_is_known_gets_a_workbook_too(tmp_path: Path) -> None:
    made = openpyxl.load_workbook(write_workbook(city.poor_material(), tmp_path / "a.xlsx"))
    assert made["observations"].max_row == 3
    assert made["dimensions"].max_row == 1


def test_the_workbook_says_what_it_is_and_when_it_was_made(book: openpyxl.Workbook) -> None:
    assert book.properties.title == "Resilience profile of Vale Claro"
    assert book.properties.created == datetime(2026, 11, 20)


def sheets_from_libreoffice(path: Path, folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return what LibreOffice reads in a workbook, by sheet."""
    program = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{folder}/user",
        "--convert-to",
        ALL_SHEETS,
    ]
    subprocess.run(
        [*program, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=120
    )
    found = {}
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as text:
            found[file.stem.removeprefix(f"{path.stem}-")] = list(csv.DictReader(text))
    return found


def test_libreoffice_reads_the_same_values(path: Path, tmp_path: Path) -> None:
    found = sheets_from_libreoffice(path, tmp_path)
    assert set(found) == set(SHEETS)
    table = star(town.cut())["observations"]
    read = [float(row["value"]) if row["value"] else None for row in found["observations"]]
    assert read == pytest.approx([v if v is None else float(v) for v in table.values("value")])  # type: ignore[arg-type]
    days = [str(day or "") for day in table.values("period_end")]
    assert [row["period_end"] for row in found["observations"]] == days
    assert [row["place_name"] for row in found["observations"]] == [
        str(n or "") for n in table.values("place_name")
    ]


def test_a_person_meets_the_readme_first_and_can_read_it(book: openpyxl.Workbook) -> None:
    page = book.worksheets[0]
    assert page.title == "readme"
    assert book.active is page
    assert page.column_dimensions["B"].width >= 100
    assert all(row[1].alignment.wrap_text for row in page.iter_rows(min_row=2))


def test_values_show_the_decimals_of_their_indicator_and_hold_all_of_them(book: openpyxl.Workbook) -> None:
    header, *rows = book["observations"].iter_rows()
    named = {cell.value: place for place, cell in enumerate(header)}
    cards = town.cut().cards
    shown = {}
    for row in rows:
        decimals = cards[row[named["indicator"]].value].decimals
        for column in ("value", "low", "high"):
            if row[named[column]].value is not None:
                shown[decimals] = row[named[column]].number_format
                assert row[named[column]].number_format == (
                    "#,##0" if not decimals else "#,##0." + "0" * decimals
                )
    assert {0, 1} <= set(shown)
    assert book["places"]["D2"].number_format == "General"


def test_each_sheet_prints_across_one_page_wide_with_its_header(book: openpyxl.Workbook) -> None:
    for page in book:
        assert page.page_setup.orientation == "landscape"
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
        assert page.print_title_rows == "$1:$1"
