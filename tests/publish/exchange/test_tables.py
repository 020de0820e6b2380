"""One table of facts and tables that explain its codes: complete, typed, joined by keys."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.publish import city
from tests.publish.exchange import town

from almena.packs.language import speaking
from almena.packs.table import read_table
from almena.publish.exchange import sheets
from almena.publish.exchange.sheets import csv_of, declared_columns, plain_cell, sheet, xml_text
from almena.publish.exchange.star import all_sources, observation_id, star
from almena.publish.records import COLUMNS


def test_every_observation_is_one_row_in_the_columns_of_the_csv_with_a_key_and_two_days() -> None:
    edition = town.cut()
    table = star(edition)["observations"]
    assert len(table.rows) == len(edition.observations)
    assert [c for c in table.header if c not in ("observation", "period_start", "period_end")] == list(
        COLUMNS
    )
    assert len(set(table.values("observation"))) == len(table.rows)


def test_a_row_tells_place_period_and_value_with_their_types() -> None:
    edition = town.cut(observations=(city.value("climate.hot_days", 12.31, 8.2, 16.9, period="2001/2024"),))
    row = dict(zip(star(edition)["observations"].header, star(edition)["observations"].rows[0], strict=True))
    assert row["observation"] == "climate.hot_days#city#2001/2024#"
    assert (row["period_start"], row["period_end"]) == (date(2001, 1, 1), date(2024, 12, 31))
    assert (row["value"], row["low"], row["high"], row["unit"]) == (12.31, 8.2, 16.9, "days per year")
    assert row["dimensions"] is None


def test_a_period_that_nobody_knows_has_no_days() -> None:
    edition = town.cut(observations=(city.gap("economy.unemployment"),))
    table = star(edition)["observations"]
    assert table.values("period_start") == table.values("period_end") == table.values("value") == [None]


@pytest.mark.parametrize(
    ("table", "column", "target"),
    [
        ("observations", "indicator", "cards"), ("observations", "place", "places"), ("gaps", "indicator", "cards"),
        ("observation_sources", "observation", "observations"), ("observation_sources", "source", "sources"),
        ("observation_dimensions", "observation", "observations"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("edition", ["public", "city"])
def test_every_key_leads_to_a_row(edition: str, table: str, column: str, target: str) -> None:
    tables = star(town.cut(edition))
    assert tables[table].rows
    assert set(tables[table].values(column)) <= set(tables[target].values(column))


def test_places_have_a_point_inside_them_and_their_area() -> None:
    rows = {row[0]: row for row in star(town.cut())["places"].rows}
    assert rows["city"][1:3] == ("city", "Vale Claro")
    # a square of two by two kilometres at 30 degrees south, near the central meridian of its zone
    kind, name, longitude, latitude, area = rows["neighbourhood:0"][1:]
    assert (kind, name) == ("neighbourhood", "Alto")
    assert longitude == pytest.approx(-50.99, abs=0.01)
    assert latitude == pytest.approx(-29.83, abs=0.02)
    assert area == pytest.approx(4.0, rel=0.002)


def test_settlements_that_the_city_names_are_places_without_a_point() -> None:
    rows = {row[0]: row for row in star(town.cut("city"))["places"].rows}
    assert rows["settlement:1"] == ("settlement:1", "settlement", city.SECRETS[0], None, None, None)
    assert "settlement:1" not in {row[0] for row in star(town.cut())["places"].rows}


def test_gaps_are_told_apart_from_what_is_withheld() -> None:
    table = star(town.cut())["gaps"]
    withheld = dict(zip(table.values("indicator"), table.values("withheld"), strict=True))
    assert withheld["economy.unemployment"] is False
    assert withheld["basic_infrastructure.substations"] is True
    assert all(table.values("remedy"))


def test_dimensions_are_listed_with_how_often_they_occur() -> None:
    rows = star(town.cut())["dimensions"].rows
    assert ("group", "informal settlements", 2) in rows
    assert ("basis", "scaled to the census of 2022", 1) in rows


def test_codes_explain_every_use_status_and_grade_that_occurs() -> None:
    tables = star(town.cut())
    known = {row[:2] for row in tables["codes"].rows}
    for column in ("use", "status", "quality"):
        used = {value for value in tables["observations"].values(column) if value}
        assert {(column, value) for value in used} <= known


def test_a_file_that_fills_a_role_in_two_versions_keeps_two_keys() -> None:
    old = city.source("schools", sha256="0" * 64)
    found = all_sources(town.cut(sources=(city.source("schools"), old)))
    assert [s.sha256 for k, s in found.items() if k.startswith("schools:")] == [
        city.source("schools").sha256,
        "0" * 64,
    ]


def test_two_outputs_of_one_run_share_the_work() -> None:
    edition = town.cut()
    assert star(edition) is star(edition)
    assert star(edition) is not star(replace(edition, name="Elsewhere"))


def test_keys_tell_dimensions_apart() -> None:
    plain = city.value("identity.area", 1.0)
    assert observation_id(plain) != observation_id(replace(plain, dimensions=(("sex", "women"),)))


def test_csv_is_plain_utf_8_with_iso_days_and_no_formulas() -> None:
    table = sheet("observations", [tuple("=HYPERLINK(1)" if c.type == "text" else date(2024, 5, 1) if c.type == "date"
                                         else -1.5 for c in declared_columns()["observations"])])  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(csv_of(table).decode("utf-8"))))
    assert rows[0]["title"] == "'=HYPERLINK(1)"
    assert rows[0]["period_start"] == "2024-05-01"
    assert rows[0]["value"] == "-1.5"


@pytest.mark.parametrize(
    ("cell", "plain"), [(True, "true"), (False, "false"), (None, None), (0, 0), ("ção", "ção")]
)
def test_cells_are_written_plainly(cell: sheets.Value, plain: object) -> None:
    assert plain_cell(cell) == plain


@given(st.text())
def test_any_text_can_be_written_as_xml(text: str) -> None:
    from xml.etree import ElementTree as Xml

    node = Xml.Element("a")
    node.text = xml_text(text)
    back = Xml.fromstring(Xml.tostring(node, "utf-8")).text or ""
    assert back == node.text.replace("\r\n", "\n").replace("\r", "\n")


def test_every_column_of_the_pack_is_explained_to_people() -> None:
    for row in read_table("exchange_columns.csv"):
        assert row["title"], row
        assert row["meaning"], row
    assert next(iter(declared_columns())) == "observations"


def test_columns_are_told_in_each_language_however_often_they_are_asked_for() -> None:
    in_english = declared_columns()["observations"]
    with speaking("pt"):
        in_portuguese = declared_columns()["observations"]
    assert declared_columns()["observations"] == in_english
    assert [c.name for c in in_portuguese] == [c.name for c in in_english]
    assert [c.meaning for c in in_portuguese] != [c.meaning for c in in_english]
    with speaking("pt"):
        assert declared_columns()["observations"] == in_portuguese
