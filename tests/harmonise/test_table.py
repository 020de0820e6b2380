"""Tables of any dialect."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.harmonise.sheet import Sheet, column_letters, find_delimiter
from almena.model.data import Table
from almena.model.problem import InputError

from .kitchen import json_file, read, role, said, text_file

GROUPS = role("table", "group:text", "persons:integer", optional=("share:number",))
FIELDS = {"group": "Situação", "persons": "População(pessoas)", "share": "Percentual"}
CENSUS = (
    "\ufeffSituação;População(pessoas);Percentual;Município\n"
    "Fora;1157326;86,83;Porto Alegre \nEm;175519;13,17;Porto Alegre \n"
)


def table(path: Path, wanted: Any = GROUPS, **options: Any) -> Table:
    made: Table = read(path, "table", wanted, **options)
    return made


def test_a_census_table_with_mark_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    made = table(text_file(tmp_path, CENSUS), fields=FIELDS)
    assert len(made) == 2
    assert made.columns["persons"].tolist() == [1157326, 175519]
    assert made.columns["share"].tolist() == [86.83, 13.17]
    assert made.cells["share"] == ("row 2, column 3 'Percentual'", "row 3, column 3 'Percentual'")
    assert made.notes == ()
    assert made.origins[0].locator.endswith("2 rows")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_dialects(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = CENSUS.removeprefix("\ufeff").replace(",", ".").replace(";", delimiter).replace("\n", "\r\n")
    made = table(text_file(tmp_path, text, encoding=encoding), fields=FIELDS)
    assert made.columns["group"].tolist() == ["Fora", "Em"]
    assert made.columns["share"].tolist() == [86.83, 13.17]


@pytest.mark.parametrize("given_name", ["#", "tab", "\\t"])
def test_a_declared_delimiter(tmp_path: Path, given_name: str) -> None:
    mark = "#" if given_name == "#" else "\t"
    made = table(text_file(tmp_path, f"group{mark}persons\na;b,c{mark}3\n"), delimiter=given_name)
    assert made.columns["group"].tolist() == ["a;b,c"]
    with pytest.raises(InputError, match="not one character"):
        table(text_file(tmp_path, "group;persons\na;3\n"), delimiter="::")


def test_quotes_hold_delimiters_and_line_ends(tmp_path: Path) -> None:
    made = table(text_file(tmp_path, 'group,persons\n"a, ""b""\nc",3\nd,4\n'))
    assert made.columns["group"].tolist() == ['a, "b"\nc', "d"]


def test_lines_above_the_header_are_found_by_the_names_that_the_kit_uses(tmp_path: Path) -> None:
    text = "Census 2022;\nSource:;IBGE\n\n" + CENSUS.removeprefix("\ufeff")
    made = table(text_file(tmp_path, text), fields=FIELDS)
    assert made.columns["persons"].tolist() == [1157326, 175519]
    assert made.notes == ("3 lines above the header left out",)
    assert made.cells["persons"][0].startswith("row 5, column 2")


def test_lines_above_the_header_are_found_by_their_width(tmp_path: Path) -> None:
    text = "Some office\nin some town\n\ngroup,persons,share,year\na,1,0.5,2022\nb,2,0.5,2022\nc,3,0.5,2022\n"
    assert table(text_file(tmp_path, text)).columns["persons"].tolist() == [1, 2, 3]


def test_a_declared_header_row_wins(tmp_path: Path) -> None:
    text = "group;persons\nsubgroup;heads\na;1\n"
    guessed = table(text_file(tmp_path, text))
    assert guessed.notes == (
        "persons: 1 value left out, not of type integer: 'heads' (row 2, column 2 'persons')",
    )
    made = table(text_file(tmp_path, text), header=2, fields={"group": "subgroup", "persons": "heads"})
    assert made.columns["persons"].tolist() == [1]
    with pytest.raises(InputError, match="header row 9 does not exist"):
        table(text_file(tmp_path, text), header=9)


def test_a_table_without_a_header_is_read_by_number(tmp_path: Path) -> None:
    text = "a,1\nb,2\n"
    for options in ({"header": 0}, {}):
        made = table(text_file(tmp_path, text), fields={"group": 1, "persons": 2}, **options)
        assert made.columns["group"].tolist() == ["a", "b"]
        assert made.cells["persons"] == ("row 1, column 2", "row 2, column 2")


def test_ragged_rows_are_read_and_said(tmp_path: Path) -> None:
    text = "group;persons;town\n100+;279;Total;Porto Alegre\n95+;1539;Total;Porto Alegre\nshort\n"
    made = table(text_file(tmp_path, text), where={"town": ("Total",)})
    assert made.columns["persons"].tolist() == [279, 1539]
    assert "2 rows with more cells than the header: the cells beyond have no name" in made.notes
    assert "1 row with fewer cells than the header: the rest is missing" in made.notes


def test_a_delimiter_at_the_end_of_each_line_is_nothing_to_note(tmp_path: Path) -> None:
    assert table(text_file(tmp_path, "group;persons;\na;1;\nb;2;\n")).notes == ()
    assert table(text_file(tmp_path, "group;persons\na;1;\nb;2;\n")).notes == ()


def test_empty_rows_are_counted_and_rows_in_are_rows_out(tmp_path: Path) -> None:
    text = "group,persons\na,1\n\n,\nb,2\nNA,x\n"
    made = table(text_file(tmp_path, text))
    assert len(made) == 3
    assert made.notes == ("2 empty rows left out",)
    assert made.columns["group"].tolist() == ["a", "b", "NA"]
    assert made.cells["persons"][1].startswith("row 5")


def test_a_missing_column_names_the_file_the_columns_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        table(text_file(tmp_path, CENSUS), fields=FIELDS | {"persons": "Populacao total"})
    text = said(error.value)
    assert "table.csv" in text
    assert "Situação, População(pessoas), Percentual, Município" in text
    assert "Did you mean 'População(pessoas)'" in text


@pytest.mark.parametrize(("text", "words"), [("group,persons\n", "no row"), ("group,persons\n,\n", "no row")])
def test_a_table_without_rows_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        table(text_file(tmp_path, text))


def test_columns_that_are_empty_are_refused(tmp_path: Path) -> None:
    wanted = role("table", optional=("above:text", "below:text"))
    with pytest.raises(InputError, match="wanted columns are empty"):
        table(text_file(tmp_path, "above,below,other\n,,1\n,,2\n"), wanted)


def workbook(folder: Path, rows: list[list[Any]], *more: str) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Página1"
    for row in rows:
        page.append(row)
    for name in more:
        book.create_sheet(name).append(["group", "persons"])
        book[name].append(["from " + name, 7])
    path = folder / "book.xlsx"
    book.save(path)
    return path


LISTS = role("table", named="plan_lists", optional=("protected:text", "above:text"))


def test_lists_side_by_side_are_cut_only_at_the_end(tmp_path: Path) -> None:
    rows = [
        ["Above", "Protected"],
        ["Agronomia", "Anchieta"],
        ["", None],
        ["Bela Vista", "Azenha"],
        ["Boa Vista", None],
    ]
    path = workbook(tmp_path, [*rows, *[[None, None, None]] * 40])
    made = table(path, LISTS, fields={"above": "Above", "protected": "Protected"})
    assert made.columns["above"].tolist() == ["Agronomia", "Bela Vista", "Boa Vista"]
    assert made.columns["protected"].tolist() == ["Anchieta", "Azenha", ""]
    assert made.cells["above"] == ("A2", "A4", "A5")
    assert made.cells["protected"][0] == "B2"
    assert made.origins[0].locator == "sheet Página1, B2 to B5, 3 rows"
    assert "1 empty row left out" in made.notes


def test_a_workbook_with_typed_cells(tmp_path: Path) -> None:
    wanted = role("table", "day:date", "persons:integer", "open:boolean")
    path = workbook(
        tmp_path,
        [
            ["day", "persons", "open"],
            [dt.datetime(2024, 5, 5), 3.0, True],
            [dt.datetime(2024, 5, 6), 4, False],
        ],
    )
    made = table(path, wanted)
    assert [str(d) for d in made.columns["day"]] == ["2024-05-05", "2024-05-06"]
    assert made.columns["persons"].dtype == np.int64
    assert made.columns["open"].tolist() == [True, False]


def test_a_sheet_by_name_or_number(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["group", "persons"], ["a", 1]], "Second")
    with pytest.raises(InputError, match="several sheets") as error:
        table(path)
    assert "Página1, Second" in said(error.value)
    assert table(path, sheet="Second").columns["group"].tolist() == ["from Second"]
    assert table(path, sheet="2").columns["group"].tolist() == ["from Second"]
    assert table(path, sheet="Página1").columns["group"].tolist() == ["a"]
    with pytest.raises(InputError, match="Did you mean 'Second'"):
        table(path, sheet="second ")


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["group", "persons"], ["a", 1]])
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(InputError):
        table(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"0" * 100)
    with pytest.raises(InputError, match=r"Old \.xls"):
        table(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.txt", "x")
    with pytest.raises(InputError, match="workbook cannot be read"):
        table(path)


def test_json_rows_and_json_pairs(tmp_path: Path) -> None:
    rows = [{"group": "Arroz", "persons": 168}, {"group": "Soja", "persons": 35, "share": 0.5}]
    assert table(json_file(tmp_path, rows, "a.json")).columns["persons"].tolist() == [168, 35]
    assert table(json_file(tmp_path, {"data": rows}, "a.json"), key="data").columns["group"].tolist() == [
        "Arroz",
        "Soja",
    ]
    made = table(
        json_file(tmp_path, {"Arroz": 168, "Soja": 35}, "a.json"), fields={"group": "key", "persons": "value"}
    )
    assert made.columns["group"].tolist() == ["Arroz", "Soja"]
    for wrong in ({"a": [1, 2]}, [1, 2], []):
        with pytest.raises(InputError, match="holds no table"):
            table(json_file(tmp_path, wrong, "a.json"))
    with pytest.raises(InputError, match="not valid JSON"):
        table(text_file(tmp_path, "[{", "a.json"))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x00\x01\x02\x03" * 50 + b"\n" + b"\xff\xfe\xfa" * 20)
    with pytest.raises(InputError):
        table(path)


def test_delimiters_are_found_by_the_width_they_make() -> None:
    assert find_delimiter(["a;b;c", "1,5;2,5;3", "4;5,5;6"]) == ";"
    assert find_delimiter(["09/12/2023 19:00,162", "09/12/2023 18:45,163"]) == ","
    assert find_delimiter(["one", "two"]) == ","
    assert find_delimiter([]) == ","
    assert find_delimiter(["REGIAO:;S", "UF:;RS", *["2024/01/01;0000 UTC;0;1010,6;1010,6"] * 20]) == ";"


@pytest.mark.parametrize(
    ("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_spreadsheet_letters(position: int, letters: str) -> None:
    assert column_letters(position) == letters


words = st.text(alphabet="abcçãé ,;|\t\"'", min_size=1, max_size=10).map(lambda t: f"x{t}x")


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(words, st.integers(0, 10**9)), min_size=1, max_size=12),
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_is_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int]], delimiter: str, encoding: str
) -> None:
    import csv
    import io

    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([("group", "persons"), *rows])
    path = text_file(tmp_path_factory.mktemp("fuzz"), buffer.getvalue(), encoding=encoding)
    made = table(path, delimiter=delimiter)
    assert made.columns["group"].tolist() == [r[0] for r in rows]
    assert made.columns["persons"].tolist() == [r[1] for r in rows]


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=120))
def test_no_bytes_ever_end_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.csv"
    path.write_bytes(raw)
    with pytest.raises(InputError):
        table(path, role("table", "a column that is not there:number"))


@pytest.mark.parametrize("title", ["", "Sheet1"])
@pytest.mark.parametrize("name", ["", "its name"])
def test_addresses_of_many_cells_are_those_of_each(title: str, name: str) -> None:
    sheet, rows = Sheet([], title), (0, 4, 27)
    every = sheet.addresses(27, rows, name)
    assert every == tuple(sheet.address(27, row, name) for row in rows)
    wanted = "AB5" if title else "row 5, column 28 'its name'" if name else "row 5, column 28"
    assert every[1] == wanted
