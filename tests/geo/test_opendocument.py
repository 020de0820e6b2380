"""Spreadsheets in the OpenDocument format, from their own bytes."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.harmonise.spreadsheets import NAMESPACES

from almena.geo.opendocument import MOST_COLUMNS, read_spreadsheet


def document(tables: str) -> bytes:
    return (
        f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    ).encode()


def sheet(*rows: str, name: str = "S") -> bytes:
    inner = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return document(f'<table:table table:name="{name}">{inner}</table:table>')


def cell(inner: str = "", **attributes: str) -> str:
    said = " ".join(
        f'{key.replace("_", ":", 1).replace("_", "-")}="{value}"' for key, value in attributes.items()
    )
    return f"<table:table-cell {said}>{inner}</table:table-cell>"


def one(inner: str = "", **attributes: str) -> object:
    cells = read_spreadsheet(sheet(cell(inner, **attributes)))["S"].cells
    return cells[0][0] if cells else None


def test_a_number_is_its_value_and_not_what_is_shown() -> None:
    assert one("<text:p>12,5 %</text:p>", office_value_type="percentage", office_value="0.125") == 0.125
    assert one("<text:p>R$ 3</text:p>", office_value_type="currency", office_value="3") == 3.0


def test_dates_and_truth() -> None:
    assert one(
        "<text:p>5/3/24</text:p>", office_value_type="date", office_date_value="2024-05-03"
    ) == dt.datetime(2024, 5, 3)
    assert one("<text:p>soon</text:p>", office_value_type="date", office_date_value="soon") == "soon"
    assert one("<text:p>SIM</text:p>", office_value_type="boolean", office_boolean_value="true") is True
    assert one("<text:p>NÃO</text:p>", office_value_type="boolean", office_boolean_value="false") is False


def test_text_with_blanks_links_and_lines() -> None:
    spoken = '<text:p>a<text:s text:c="2"/>b<text:span> c</text:span><text:tab/>d</text:p><text:p>e</text:p>'
    assert one(spoken, office_value_type="string") == "a  b c\td\ne"


def test_a_note_pinned_to_a_cell_is_no_content() -> None:
    note = "<office:annotation><text:p>who wrote this?</text:p></office:annotation><text:p>7</text:p>"
    assert one(note, office_value_type="string") == "7"
    assert one("<office:annotation><text:p>only a note</text:p></office:annotation>") is None


def test_blank_cells_between_keep_their_place_and_those_at_the_end_are_nothing() -> None:
    row = (
        cell("<text:p>a</text:p>", office_value_type="string")
        + cell(table_number_columns_repeated="2")
        + cell("<text:p>b</text:p>", office_value_type="string")
        + cell(table_number_columns_repeated="16000")
    )
    assert read_spreadsheet(sheet(row))["S"].cells == [["a", None, None, "b"]]


def test_merged_cells_are_told_by_their_corners() -> None:
    merged = cell(
        "<text:p>2022</text:p>",
        office_value_type="string",
        table_number_columns_spanned="2",
        table_number_rows_spanned="3",
    )
    found = read_spreadsheet(sheet(cell(), cell() + merged + "<table:covered-table-cell/>"))["S"]
    assert found.merged == [(1, 1, 3, 2)]
    assert found.cells[1] == [None, "2022"]


def test_rows_in_groups_and_sheets_in_order() -> None:
    row = f"<table:table-row>{cell('<text:p>a</text:p>', office_value_type='string')}</table:table-row>"
    tables = (
        f'<table:table table:name="B"><table:table-header-rows>{row}</table:table-header-rows>'
        f"<table:table-row-group>{row}</table:table-row-group></table:table>"
        f'<table:table table:name="A">{row}</table:table>'
    )
    found = read_spreadsheet(document(tables))
    assert list(found) == ["B", "A"]
    assert found["B"].cells == [["a"], ["a"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"<a/>", "no sheet"),
        (b"<!DOCTYPE a><a/>", "document type"),
        ("<a/>".encode("utf-16"), "document type"),
        (sheet(cell(office_value_type="float", office_value="many")), "could not convert"),
        (
            sheet(
                cell(office_value_type="float", office_value="1", table_number_columns_repeated="9999") * 2
            ),
            "longer",
        ),
    ],
)
def test_what_is_no_spreadsheet_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_spreadsheet(content)


def test_repeats_are_never_more_than_a_sheet_can_hold() -> None:
    row = cell(table_number_columns_repeated="999999999") + cell(
        "<text:p>far</text:p>", office_value_type="string"
    )
    with pytest.raises(ValueError, match="longer"):
        read_spreadsheet(sheet(row))
    assert MOST_COLUMNS == 16_384
