"""Comparing and batches, as typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.conftest import Almena

from almena.gather.toy import write_toy_city


def test_two_cities_are_told_side_by_side_and_written(almena: Almena, town: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(town, tmp_path / "twin"))
    said = almena("compare", town, other, "--out", tmp_path / "side.html")
    assert said.status == 0
    assert "no ranking" in said.out
    assert "(twin)" in said.out, "namesakes are told apart by their folders"
    assert "side.html" in said.out
    document = json.loads(almena("compare", town, other, "--json").out)
    assert [c["folder"] for c in document["cities"]] == [town.name, "twin"]


def test_the_second_run_of_an_unchanged_city_changes_nothing(
    almena: Almena, town: Path, tmp_path: Path
) -> None:
    again = Path(shutil.copytree(town, tmp_path / "again"))
    assert almena("compare", again).status == 2
    assert almena("profile", again).status == 0
    said = almena("compare", again)
    assert said.status == 0
    assert "city: 0 · data: 0 · method: 0 · mixed: 0 · gained: 0 · lost: 0" in said.out


def test_a_batch_tells_what_it_did_and_goes_on(almena: Almena, tmp_path: Path) -> None:
    write_toy_city(tmp_path / "kit", 0.05)
    (tmp_path / "list.csv").write_text("city,kit\na,kit\nb,nowhere\n", encoding="utf-8")
    said = almena("batch", tmp_path / "list.csv", "--out", tmp_path / "cities")
    assert said.status == 1
    assert "1 of 2 cities are profiled, 0 of them before; 1 failed." in said.out
    assert "Cities per hour" in said.out
    assert "b could not be profiled" in said.err
    document = json.loads(almena("batch", tmp_path / "list.csv", "--out", tmp_path / "cities", "--json").out)
    assert (document["skipped"], document["done"], document["failed"]) == (1, 1, 1)
