"""Rows for JSON and CSV: complete, safe in a spreadsheet, the same every time."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.publish import city

from almena.packs import load_cards
from almena.publish.records import COLUMNS, observation_row, safe_cell, write_csv, write_json

SHOWN_KEYS = [
    "place",
    "place_kind",
    "period",
    "dimensions",
    "value",
    "low",
    "high",
    "interval_kind",
    "unit",
    "status",
    "use",
    "quality",
    "method",
    "coverage",
    "causes",
    "origins",
    "reason",
    "remedy",
]


def test_a_row_has_the_keys_that_scripts_rely_on() -> None:
    row = observation_row(city.value("exposure.flood_area", 8.1, 7.9, 8.4, roles=("flood_extent",)))
    assert set(SHOWN_KEYS) <= set(row)
    assert {"role", "file", "url", "sha256", "licence", "locator", "steps"} <= set(row["origins"][0])
    assert row["value"] == 8.1
    assert json.loads(json.dumps(row, allow_nan=False)) == row


def test_a_gap_is_null_with_reason_and_the_remedy_of_its_card() -> None:
    gap = replace(city.gap("municipal_services.shelters"), remedy="")
    row = observation_row(gap, load_cards()["municipal_services.shelters"])
    assert row["value"] is None
    assert row["reason"].startswith("no open file")
    assert row["remedy"].startswith("Ask: places in shelters")


def test_numbers_that_json_does_not_know_become_null() -> None:
    odd = replace(city.value("identity.area", 24.0), low=float("nan"), high=float("inf"))
    row = observation_row(
        replace(odd, causes=({"name": "x", "kind": "sources", "low": float("nan"), "high": 1.0},))
    )
    assert (row["low"], row["high"], row["causes"][0]["low"]) == (None, None, None)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_cells_that_look_like_formulas_are_disarmed(start: str) -> None:
    assert safe_cell(start + "cmd|' /C calc'!A0") == "'" + start + "cmd|' /C calc'!A0"


def test_numbers_and_ordinary_texts_stay_as_they_are() -> None:
    assert safe_cell(-0.41) == -0.41
    assert safe_cell("Baixo") == "Baixo"
    assert safe_cell(None) is None


def test_csv_opens_in_a_spreadsheet_with_its_letters_and_without_formulas(tmp_path: Path) -> None:
    named = replace(
        city.value("identity.area", -24.0, roles=("boundary",)), place_name="=HYPERLINK(1)", notes=("ção",)
    )
    path = write_csv(city.material(observations=(named,)), tmp_path / "out" / "data.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["place_name"] == "'=HYPERLINK(1)"
    assert rows[0]["value"] == "-24.0"
    assert rows[0]["notes"] == "ção"
    assert rows[0]["sha256"] == city.source("boundary").sha256


def test_every_observation_of_the_edition_is_a_row(tmp_path: Path) -> None:
    run = city.material()
    with write_csv(run, tmp_path / "data.csv").open(encoding="utf-8-sig", newline="") as file:
        assert (
            len(list(csv.DictReader(file))) == len(run.observations) - 1
        )  # the single settlement is left out


def test_json_tells_the_run_and_groups_by_indicator(tmp_path: Path) -> None:
    document = json.loads(write_json(city.material(), tmp_path / "data.json").read_text(encoding="utf-8"))
    assert (document["city"], document["edition"], document["run_date"]) == (
        "vale-claro",
        "public",
        "2026-11-20",
    )
    found = {i["indicator"]: i for i in document["indicators"]}
    census = found["identity.population_census"]
    assert [o["value"] for o in census["observations"]] == [13_300, 12_100]
    assert census["card"]["title"] == "People, census"
    assert found["basic_infrastructure.substations"]["observations"][0]["value"] is None


def test_exports_are_the_same_every_time(tmp_path: Path) -> None:
    for write, name in ((write_csv, "x.csv"), (write_json, "x.json")):
        first = write(city.material(), tmp_path / "1" / name).read_bytes()
        assert write(city.material(), tmp_path / "2" / name).read_bytes() == first
