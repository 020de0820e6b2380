"""Tables as offices keep them: titles, several lists, headers of two rows, tags, units, totals, notes, marks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.harmonise.kitchen import outcome, read, role, said, text_file
from tests.harmonise.spreadsheets import Rows, write_content, write_csv, write_ods, write_xlsx

from almena.model.listed import rows_listed
from almena.model.problem import InputError

PEOPLE = role("table", "name:text", "persons:integer")
FORMATS = ("csv", "xlsx", "ods")


def written(folder: Path, rows: Rows, kind: str, **more: Any) -> Path:
    path = folder / f"table.{kind}"
    if kind == "csv":
        return write_csv(path, rows)
    return write_xlsx(path, {"Sheet": rows}, **more) if kind == "xlsx" else write_ods(path, {"Sheet": rows})


def filled_below(rows: Rows, header: int) -> int:
    return sum(any(cell not in (None, "") for cell in row) for row in rows[header:])


OFFICE = [
    ["Population by district", None, None],
    [None, None, None],
    ["District", "Persons", "Share"],
    ["#adm2+name", "#population", "#share"],
    ["Centro", 120, "12,5*"],
    ["Norte", 60, "6,25"],
    ["Subtotal", 180, "18,75"],
    ["Sul", 20, "2,1 (e)"],
    ["Total", 200, "20,9"],
    [None, None, None],
    ["Source: the city's own count", None, None],
    ["Data may be revised.", None, None],
]
OFFICE_FIELDS = {"name": "District", "persons": "Persons", "share": "Share"}


@pytest.mark.parametrize("kind", FORMATS)
def test_an_office_table_is_read_and_every_row_that_is_none_is_listed(tmp_path: Path, kind: str) -> None:
    wanted = role("table", "name:text", "persons:integer", "share:number")
    made = read(written(tmp_path, OFFICE, kind), "table", wanted, fields=OFFICE_FIELDS)
    assert made.columns["name"].tolist() == ["Centro", "Norte", "Sul"]
    assert made.columns["persons"].tolist() == [120, 60, 20]
    assert made.columns["share"].tolist() == [12.5, 6.25, 2.1]
    assert [(one.why, one.rows) for one in made.listed] == [
        ("it holds the tags of the columns", (4,)),
        ("it is a note below the table", (11, 12)),
        ("it is a total of other rows, and would be counted twice", (7, 9)),
    ]
    assert made.rows_read == filled_below(OFFICE, 3) == len(made) + rows_listed(made.listed)
    assert any("footnote mark" in note and "'12,5*'" in note for note in made.notes)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_each_value_carries_the_address_of_its_cell(tmp_path: Path, kind: str) -> None:
    made = read(
        written(tmp_path, OFFICE, kind), "table", PEOPLE, fields={"name": "District", "persons": "Persons"}
    )
    assert made.cells["persons"] == ("B5", "B6", "B8")
    assert {one.sheet for one in made.listed} == {"Sheet"}


def test_a_total_that_the_kit_asks_for_stays(tmp_path: Path) -> None:
    path = written(tmp_path, [["name", "persons"], ["total", 5], ["a", 2], ["b", 3]], "csv")
    assert read(path, "table", PEOPLE).columns["name"].tolist() == ["a", "b"]
    coded = read(path, "table", PEOPLE, codes={"name": {"total": "all"}})
    assert coded.columns["name"].tolist() == ["all", "a", "b"]
    only = read(path, "table", PEOPLE, where={"name": ("total",)})
    assert only.columns["persons"].tolist() == [5]


def test_a_name_that_begins_with_total_is_a_total_only_when_it_adds_up(tmp_path: Path) -> None:
    rows = [["name", "persons"], ["a", 2], ["b", 3], ["Total of both", 5], ["Total Care Clinic", 7]]
    made = read(written(tmp_path, rows, "csv"), "table", PEOPLE)
    assert made.columns["name"].tolist() == ["a", "b", "Total Care Clinic"]


def test_a_table_of_totals_alone_is_kept(tmp_path: Path) -> None:
    made = read(written(tmp_path, [["name", "persons"], ["Total", 5]], "csv"), "table", PEOPLE)
    assert made.columns["persons"].tolist() == [5]


LISTS = [
    ["Protected", None, None, "District", "Area", None, "District", "Persons"],
    ["Anchieta", None, None, "Centro", 2.5, None, "Centro", 120],
    ["Azenha", None, None, "Norte", 4.0, None, None, None],
    [None, None, None, "Sul", 9.5, None, "Sul", 20],
]


@pytest.mark.parametrize("kind", FORMATS)
def test_of_lists_side_by_side_the_one_that_bears_all_names_is_read(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, LISTS, kind)
    areas = role("table", "name:text", "area:number")
    made = read(path, "table", areas, fields={"name": "District", "area": "Area"})
    assert dict(zip(made.columns["name"].tolist(), made.columns["area"].tolist(), strict=True)) == {
        "Centro": 2.5, "Norte": 4.0, "Sul": 9.5,
    }  # fmt: skip
    assert "3 lists lie side by side" in made.notes


def test_of_two_lists_with_the_same_name_the_second_is_found_by_its_other_column(tmp_path: Path) -> None:
    path = written(tmp_path, LISTS, "xlsx")
    with pytest.raises(InputError, match="lie side by side") as error:
        read(path, "table", role("table", "name:text"), fields={"name": "District"})
    assert "numbers of the columns" in said(error.value)
    made = read(path, "table", PEOPLE, fields={"name": 7, "persons": 8})
    assert made.columns["persons"].tolist() == [120, 20]
    assert made.cells["persons"] == ("H2", "H4")


def test_lists_with_headers_at_different_heights(tmp_path: Path) -> None:
    rows = [
        ["Our schools", None, None, "Our clinics", None],
        ["name", "pupils", None, None, None],
        ["A", 10, None, "clinic", "beds"],
        ["B", 20, None, "X", 4],
        [None, None, None, "Y", 6],
    ]
    path = written(tmp_path, rows, "xlsx")
    beds = role("table", "name:text", "beds:integer")
    assert read(path, "table", beds, fields={"name": "clinic", "beds": "beds"}).columns["beds"].tolist() == [
        4,
        6,
    ]
    pupils = role("table", "name:text", "pupils:integer")
    assert read(path, "table", pupils).columns["pupils"].tolist() == [10, 20]


GROUPED = [
    ["District", "2010", None, "2022", None, "Area"],
    [None, "men", "women", "men", "women", None],
    ["Centro", 50, 55, 60, 62, 2.5],
    ["Norte", 20, 21, 30, 33, 4.0],
]
GROUPED_FIELDS = {"name": "District", "men": "2022 / men", "earlier": "2010 / men", "area": "Area"}
GROUPED_ROLE = role("table", "name:text", "men:integer", "earlier:integer", "area:number")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("header", [None, 2])
def test_two_header_rows_are_joined(tmp_path: Path, kind: str, header: int | None) -> None:
    merged = {"merged": ("B1:C1", "D1:E1", "A1:A2", "F1:F2")} if kind == "xlsx" else {}
    path = written(tmp_path, GROUPED, kind, **merged)
    made = read(path, "table", GROUPED_ROLE, fields=GROUPED_FIELDS, header=header)
    assert made.columns["men"].tolist() == [60, 30]
    assert made.columns["earlier"].tolist() == [50, 20]
    assert made.columns["area"].tolist() == [2.5, 4.0]
    assert made.cells["men"][0] in ("D3", "row 3, column 4 '2022 / men'")
    assert "2 header rows are joined" in made.notes


def test_a_name_under_two_groups_is_never_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, GROUPED, "csv")
    with pytest.raises(InputError) as error:
        read(path, "table", role("table", "men:integer"), fields={"men": "men"})
    assert "'2010 / men'" in said(error.value)
    assert "'2022 / men'" in said(error.value)


def test_merged_cells_settle_where_a_group_ends(tmp_path: Path) -> None:
    rows = [["", "2022", None, None], ["name", "men", "women", "men"], ["a", 1, 2, 3], ["b", 4, 5, 6]]
    merged = write_xlsx(tmp_path / "merged.xlsx", {"S": rows}, ("B1:C1",))
    wanted = role("table", "old:integer")
    assert read(merged, "table", wanted, fields={"old": "2022 / men"}).columns["old"].tolist() == [1, 4]
    spanned = write_ods(tmp_path / "spanned.ods", {"S": rows}, {(0, 1): (1, 2)})
    assert read(spanned, "table", wanted, fields={"old": "2022 / men"}).columns["old"].tolist() == [1, 4]


def test_a_title_above_is_no_group(tmp_path: Path) -> None:
    rows = [["Census 2022", None, None], ["name", "persons", "persons"], ["a", 1, 9], ["b", 2, 8]]
    made = read(written(tmp_path, rows, "csv"), "table", PEOPLE)
    assert made.columns["persons"].tolist() == [1, 2]
    assert "2 columns are called persons; the first is used" in made.notes


def test_a_row_of_tags_can_name_the_columns(tmp_path: Path) -> None:
    rows = [["Bezirk", "Leute"], ["#adm2 +name", "#population+total"], ["A", 1], ["B", 2]]
    made = read(
        written(tmp_path, rows, "csv"),
        "table",
        PEOPLE,
        fields={"name": "#adm2+name", "persons": "#population+total"},
    )
    assert made.columns["persons"].tolist() == [1, 2]


def test_a_row_of_units_is_listed_and_not_read_as_a_place(tmp_path: Path) -> None:
    rows = [["name", "rain", "wind", "class"], ["", "mm", "km/h", "1"], ["a", 5.5, 20, 3], ["b", 6.5, 30, 4]]
    made = read(written(tmp_path, rows, "csv"), "table", role("table", "name:text", "rain:number"))
    assert made.columns["name"].tolist() == ["a", "b"]
    assert [(one.why, one.rows) for one in made.listed] == [("it holds the units of the columns", (2,))]


def test_the_units_row_of_real_storm_tracks_is_listed(mirror: Path) -> None:
    wanted = role("table", "time:time", "lat:number", "lon:number")
    path = mirror / "world" / "storms" / "ibtracs_na_sample.csv"
    made = read(path, "table", wanted, fields={"time": "ISO_TIME", "lat": "LAT", "lon": "LON"})
    lines = path.read_text().splitlines()
    assert len(made) == len(lines) - 2
    assert [(one.why, one.rows) for one in made.listed] == [("it holds the units of the columns", (2,))]
    assert made.columns["lat"][0] == float(lines[2].split(",")[8])


def test_each_column_keeps_its_own_decimal_mark(tmp_path: Path) -> None:
    text = "name;share;lat\na;12,5;-30.05\nb;7,25;-30.1\n"
    wanted = role("table", "name:text", "share:number", "lat:number")
    for decimal in ("", ","):
        made = read(text_file(tmp_path, text), "table", wanted, decimal=decimal)
        assert made.columns["share"].tolist() == [12.5, 7.25]
        assert made.columns["lat"].tolist() == [-30.05, -30.1]
    assert any("the kit's is not used" in note for note in made.notes)


def test_a_number_that_can_be_read_in_two_ways_is_asked_with_its_cell(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="two ways") as error:
        read(text_file(tmp_path, "name;share\na;1.234\n"), "table", role("table", "share:number"))
    assert error.value.problems[0].listed[0].where == ("row 2, column 2 'share'",)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12,5*", 12.5),
        ("1\u00a0234 (e)", 1234.0),
        ("7¹", 7.0),
        ("8,5 p", 8.5),
        ("9,5 [2]", 9.5),
        ("3,5\u202f%", 3.5),
        ("..", None),
        ("…", None),
        ("n/a", None),
        ("-", None),
        (":", None),
    ],
)
def test_marks_blanks_and_signs_of_statistical_offices(
    tmp_path: Path, cell: str, value: float | None
) -> None:
    text = f"name;share\na;{cell}\nb;0,5\n"
    made = read(text_file(tmp_path, text), "table", role("table", "name:text", "share:number"))
    got = made.columns["share"][0]
    assert np.isnan(got) if value is None else got == value
    assert not [one for one in made.listed if one.field]


def test_two_ways_of_writing_dates_in_one_column(tmp_path: Path) -> None:
    text = "time,level\n2024-05-03 00:15,1.5\n25/04/2024 10:30,2.5\n20240502,3.5\n03.05.2024,4.5\n"
    made = read(text_file(tmp_path, text), "timeseries", role("table", "time:time", "level:number"))
    assert [str(t) for t in made.columns["time"]] == [
        "2024-04-25T10:30:00", "2024-05-02T00:00:00", "2024-05-03T00:00:00", "2024-05-03T00:15:00",
    ]  # fmt: skip
    assert made.columns["level"].tolist() == [2.5, 3.5, 4.5, 1.5]


def test_rows_of_a_series_that_do_not_enter_are_listed_with_their_numbers(tmp_path: Path) -> None:
    text = "time,level\n2024-05-02,1\n2024-05-01,2\n2024-05-02,3\n,4\n"
    made = read(text_file(tmp_path, text), "timeseries", role("table", "time:date", "level:number"))
    assert [(one.why, one.rows) for one in made.listed] == [
        ("it has no date", (5,)),
        ("its moment came before, and the first row is kept", (4,)),
    ]
    assert made.rows_read == 4 == len(made) + rows_listed(made.listed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "mac_roman"])
def test_letters_with_accents_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    names = ["São João", "Jardim Botânico", "Praça da Matriz", "Conceição", "Município", "Três Figueiras"]
    text = "name,persons\n" + "".join(f"{name},{i}\n" for i, name in enumerate(names))
    made = read(text_file(tmp_path, text, encoding=encoding), "table", PEOPLE)
    assert made.columns["name"].tolist() == names


def test_dashes_and_quotes_of_windows_are_not_taken_for_macintosh(tmp_path: Path) -> None:
    names = ["Centro – Norte", "“Água”", "D’Ávila", "10 €"]
    text = "name,persons\n" + "".join(f"{name},{i}\n" for i, name in enumerate(names))
    made = read(text_file(tmp_path, text, encoding="cp1252"), "table", PEOPLE)
    assert made.columns["name"].tolist() == names


def test_typed_cells_of_an_opendocument_sheet(tmp_path: Path) -> None:
    rows = [
        ["day", "persons", "open", "name"],
        [dt.datetime(2024, 5, 5), 3.0, True, "a  b"],
        [dt.datetime(2024, 5, 6), 4, False, "c"],
    ]
    wanted = role("table", "day:date", "persons:integer", "open:boolean", "name:text")
    made = read(write_ods(tmp_path / "a.ods", {"Folha 1": rows}), "table", wanted)
    assert [str(d) for d in made.columns["day"]] == ["2024-05-05", "2024-05-06"]
    assert made.columns["open"].tolist() == [True, False]
    assert made.cells["persons"] == ("B2", "B3")
    assert made.origins[0].locator.startswith("sheet Folha 1")


def test_an_opendocument_file_with_several_sheets_asks_which(tmp_path: Path) -> None:
    path = write_ods(
        tmp_path / "a.ods", {"One": [["name", "persons"], ["a", 1]], "Two": [["name", "persons"], ["b", 2]]}
    )
    with pytest.raises(InputError, match="several sheets"):
        read(path, "table", PEOPLE)
    assert read(path, "table", PEOPLE, sheet="Two").columns["name"].tolist() == ["b"]


WORD = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
ROW = "<table:table><table:table-row {}>{}</table:table-row></table:table>"
ONES = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'


def test_repeated_cells_and_rows_keep_their_addresses(tmp_path: Path) -> None:
    seven = 'office:value-type="float" office:value="7"'
    tables = (
        f'<table:table table:name="S"><table:table-row>{WORD.format("name")}{WORD.format("persons")}</table:table-row>'
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2">'
        f'<table:table-cell table:number-columns-repeated="2" {seven}/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    made = read(write_content(tmp_path / "a.ods", tables), "table", PEOPLE)
    assert made.columns["persons"].tolist() == [7, 7]
    assert made.cells["persons"] == ("B5", "B6")


@pytest.mark.parametrize(
    ("tables", "head"),
    [
        ("", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'),
        ('<table:table table:name="S"><table:table-row>', ""),
        ("", ""),
        (ROW.format('table:number-rows-repeated="1048576"', ONES), ""),
        (ROW.format('table:number-rows-repeated="x"', "<table:table-cell/>"), ""),
    ],
)
def test_hostile_and_damaged_opendocument_files_are_refused_by_name(
    tmp_path: Path, tables: str, head: str
) -> None:
    path = write_content(tmp_path / "a.ods", tables, head)
    with pytest.raises(InputError) as error:
        read(path, "table", PEOPLE)
    assert "a.ods" in said(error.value)


def test_old_excel_files_are_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(InputError, match=r"Old \.xls") as error:
        read(path, "table", PEOPLE)
    assert "save it as .xlsx or .ods" in said(error.value)


CELL = st.one_of(
    st.none(),
    st.integers(0, 10**6),
    st.text("abcd éçß#+*()", min_size=1, max_size=6).map(str.strip).filter(bool),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, st.one_of(st.none(), st.integers(0, 10**6))), min_size=1, max_size=12))
def test_rows_in_are_rows_out_and_rows_listed_whatever_the_cells(
    tmp_path: Path, rows: list[tuple[Any, Any]]
) -> None:
    sheet = [["name", "persons"], *map(list, rows)]
    for kind in FORMATS:
        path = written(tmp_path, sheet, kind)
        made, problem = outcome(path, "table", PEOPLE, {})
        if problem is not None:
            assert path.name in said(problem)
            continue
        assert made.rows_read == filled_below(sheet, 1) == len(made) + rows_listed(made.listed)
        for value, cell in zip(made.columns["persons"].tolist(), made.cells["persons"], strict=True):
            row = int("".join(c for c in cell.split(",")[0] if c.isdigit()))
            there = sheet[row - 1][1]
            assert value == there or (value != value and there is None)
