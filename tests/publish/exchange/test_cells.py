"""Cells, credits and rasters that leave the city: exact numbers, disarmed texts, whom to name, a disk that refuses."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.publish import city
from tests.publish.exchange import town

from almena.model.problem import AlmenaError, InputError
from almena.publish.exchange import rasters, sheets
from almena.publish.exchange.comma_csv import write_comma_csv
from almena.publish.exchange.credits import all_terms, credit_lines, credit_of
from almena.publish.exchange.rasters import write_rasters
from almena.publish.exchange.sheets import (
    Column,
    Sheet,
    csv_of,
    declared_columns,
    plain_cell,
    sheet,
    xml_text,
)
from almena.publish.records import FORMULA_STARTS

TEXTS = Sheet("t", (Column("a", "text", "A", "a"), Column("b", "number", "B", "b")), ())


def read_back(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


# --- cells --------------------------------------------------------------------------------------------------------


def test_a_day_is_written_in_iso_and_yes_and_no_are_words() -> None:
    assert plain_cell(date(2024, 5, 3)) == "2024-05-03"
    assert plain_cell(True) == "true"
    assert plain_cell(1) == 1


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_begins_like_a_formula(start: str) -> None:
    assert plain_cell(f"{start}1+1") == f"'{start}1+1"


def test_numbers_below_zero_stay_numbers() -> None:
    assert plain_cell(-1.5) == -1.5


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.text(alphabet=st.characters(codec="utf-8")), st.floats(allow_nan=False)), max_size=5
    )
)
def test_csv_gives_every_number_back_exactly_and_every_text_disarmed(rows: list[tuple[str, float]]) -> None:
    back = read_back(csv_of(Sheet(TEXTS.name, TEXTS.columns, tuple(rows))))
    assert back[0] == ["a", "b"]
    assert len(back) == len(rows) + 1
    for (text, number), (written, digits) in zip(rows, back[1:], strict=True):
        assert float(digits) == number
        assert written == ("'" + text if text.startswith(FORMULA_STARTS) else text)


def test_an_empty_text_is_no_cell_but_zero_and_no_are() -> None:
    row = [""] * len(declared_columns()["observations"])
    made = sheet("observations", [[*row[:-2], 0, False]])
    assert set(made.rows[0][:-2]) == {None}
    assert made.rows[0][-2:] == (0, False)


def test_a_column_is_found_by_its_name_from_top_to_bottom() -> None:
    held = Sheet(TEXTS.name, TEXTS.columns, (("x", 1.0), ("y", 2.0)))
    assert held.values("b") == [1.0, 2.0]
    with pytest.raises(ValueError, match="c"):
        held.values("c")


def test_marks_that_xml_cannot_hold_become_visible() -> None:
    assert xml_text("a\x00b\x1fc\ufffe") == "a\ufffdb\ufffdc\ufffd"
    assert xml_text("tab\tline\nçã") == "tab\tline\nçã"


def test_types_that_nobody_knows_are_all_named_with_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"table": "t", "column": name, "type": kind, "title": "", "meaning": "", "_row": str(number)}
        for number, (name, kind) in enumerate([("a", "text"), ("b", "colour"), ("c", "sound")], 2)
    ]
    monkeypatch.setattr(sheets, "read_table", lambda name: rows)
    with pytest.raises(InputError) as refusal:
        sheets._columns_as_written.__wrapped__()
    problems = refusal.value.problems
    assert [p.what for p in problems] == ["There is no type colour", "There is no type sound"]
    assert [p.where for p in problems] == ["exchange_columns.csv, row 3", "exchange_columns.csv, row 4"]
    assert problems[0].remedy == "Write one of: text, number, integer, boolean, date."


def test_the_table_for_a_decimal_comma_has_commas_in_numbers_only(tmp_path: Path) -> None:
    """12.31 becomes 12,31; the version of a method keeps its point, and a semicolon in a text stays in its cell."""
    said = city.value("climate.hot_days", 12.31, -8.25, 16.0, notes=("one; two. three",))
    path = write_comma_csv(town.cut(observations=(said,)), tmp_path / "a.csv")
    assert path.read_bytes().startswith("\ufeff".encode())
    header, row = read_back(path.read_bytes(), ";")
    told = dict(zip(header, row, strict=True))
    assert (told["value"], told["low"], told["high"]) == ("12,31", "-8,25", "16,0")
    assert told["notes"] == "one; two. three"
    assert told["indicator"] == "climate.hot_days"


# --- credits ------------------------------------------------------------------------------------------------------


def test_a_file_that_fills_two_roles_is_one_file_and_a_credit_is_named_once() -> None:
    one = city.source("schools")
    twin = city.source("hydrants", file=one.file, sha256=one.sha256, attribution=one.attribution)
    (terms,) = all_terms([one, twin, one])
    assert (terms.files, terms.credits) == (1, (one.attribution,))
    other = city.source("schools", sha256="0" * 64)
    assert all_terms([one, other])[0].files == 2


def test_licences_are_told_in_the_order_of_their_names_with_their_files_apart() -> None:
    files = [city.source("streets"), city.source("river_level"), city.source("schools")]
    assert [t.licence for t in all_terms(files)] == ["", "CC-BY-4.0", "ODbL-1.0"]
    lines = credit_lines(files)
    assert lines[0] == "River Gauge Readings. No open licence is known."
    assert lines[2].startswith(f"{town.OPEN_STREET_MAP}. ODbL-1.0: https://")


def test_a_work_without_duties_asks_for_none() -> None:
    (terms,) = all_terms([city.source("schools", licence="CC0-1.0")])
    assert (terms.attribution, terms.share_alike) == (False, False)


def test_the_mark_of_openstreetmap_is_set_once() -> None:
    twice = city.source("streets", attribution="OpenStreetMap and OpenStreetMap again")
    assert credit_of(twice) == "© OpenStreetMap and OpenStreetMap again"


# --- rasters ------------------------------------------------------------------------------------------------------


def test_a_raster_that_cannot_be_written_leaves_the_former_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rasterio.errors import RasterioError

    folder = write_rasters(town.cut(), tmp_path / "rasters")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert before

    def full(*_: object) -> None:
        """Refuse as a full disk does."""
        raise RasterioError("no space left on device")

    monkeypatch.setattr(rasters, "_write", full)
    with pytest.raises(AlmenaError) as refusal:
        write_rasters(town.cut(), folder)
    (problem,) = refusal.value.problems
    assert problem.what == "The rasters could not be written"
    assert problem.where == str(folder)
    assert problem.why == "no space left on device"
    assert "Free some space" in problem.remedy
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["rasters"]
