"""Bringing files into a city: of every kind, after a dry run, with every doubt asked and nothing half done."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.app.toyville import (
    change_file,
    change_kit,
    contents,
    copy_file,
    file_of,
    raw_files,
    settings,
    small_kit,
    without_features,
)

from almena.app import imports
from almena.app.create import new_city
from almena.app.imports import bring_in
from almena.app.look import show
from almena.app.profile import profile
from almena.gather.kit import load_kit
from almena.model.problem import InputError, Problem, StoreError


def bring(
    city: Path, path: Path, role: str | None = None, answers: Sequence[str] = (), *, dry_run: bool = False
) -> dict[str, Any]:
    return bring_in(city, path, role=role, answers=answers, dry_run=dry_run, settings=settings())


def value(city: Path, indicator: str) -> float:
    return float(show(city, indicator, "city")["observations"][0]["value"])


def roles_of(city: Path) -> list[str]:
    return [f.role for f in load_kit(city / "kit").files]


@pytest.mark.parametrize(
    "role",
    [
        "bus_terminals",  # GeoJSON
        "flood_susceptibility",  # shapefile of several files
        "elevation",  # GeoTIFF
        "census_sex",  # CSV
        "addresses",  # GeoParquet
        "streets",  # OpenStreetMap
        "transit_feed",  # GTFS zip
        "city_plan",  # text
        "plan_lists",  # XLSX
        "climate_daily",  # a time series
    ],
)
def test_a_single_file_of_every_kind_is_read_and_kept(
    town: Path, toy_kit: Path, tmp_path: Path, role: str
) -> None:
    spec = file_of(toy_kit, role)
    file = copy_file(toy_kit, spec, tmp_path / "from the desk" / Path(spec.path).name)
    tried = bring(town, file, role, dry_run=True)
    assert not tried["accepted"]
    answers = [
        f"{q['id']}={(q['candidates'] or [{'value': '2024'}])[0]['value']}" for q in tried["questions"]
    ]
    found = bring(town, file, role, answers)
    assert found["accepted"], found
    assert found["files"][0]["role"] == role
    assert roles_of(town)[0] == role
    shutil.rmtree(file.parent)
    assert all(role not in p.where for p in profile(town, settings()).problems)


def test_an_imported_file_changes_the_values_and_the_old_one_stays_behind_it(
    town: Path, kit: Path, tmp_path: Path
) -> None:
    spec = file_of(kit, "hydrants")
    before = value(town, "municipal_services.hydrants")
    newer = copy_file(kit, spec, tmp_path / "hydrants_2026.geojson")
    without_features(newer, 10)
    bring(town, newer, "hydrants")
    profile(town, settings())
    assert value(town, "municipal_services.hydrants") < before
    assert [f.path for f in load_kit(town / "kit").of_role("hydrants")] == [newer.name, spec.path]
    origins = show(town, "municipal_services.hydrants")["observations"][0]["origins"]
    assert newer.name in {o["file"] for o in origins}


def test_a_file_of_the_same_role_and_path_takes_the_place_of_the_former(
    town: Path, kit: Path, tmp_path: Path
) -> None:
    newer = copy_file(kit, file_of(kit, "hydrants"), tmp_path / "h.geojson")
    bring(town, newer, "hydrants")
    without_features(newer, 3)
    bring(town, newer, "hydrants")
    assert [f.path for f in load_kit(town / "kit").of_role("hydrants")].count("h.geojson") == 1


def test_a_shapefile_travels_with_its_own_companions_and_nobody_elses(
    town: Path, toy_kit: Path, tmp_path: Path
) -> None:
    spec = next(f for f in load_kit(toy_kit).files if f.path.endswith(".shp"))
    file = copy_file(toy_kit, spec, tmp_path / "maps" / "flood [final] map.shp")
    (file.parent / "flood [final] map.csv").write_text("name,population\na,1\n", encoding="utf-8")
    tried = bring(town, file, spec.role, dry_run=True)
    answers = [f"{q['id']}={q['candidates'][0]['value']}" for q in tried["questions"]]
    found = bring(town, file, spec.role, answers)
    assert found["accepted"], found
    assert [f["path"] for f in found["files"]] == ["flood [final] map.shp"]
    assert len(raw_files(town)) == 5 + 4  # shp, shx, dbf, prj beside the small kit's own files


def test_a_dry_run_says_what_would_happen_and_changes_nothing(town: Path, kit: Path) -> None:
    before = contents(town)
    found = bring(town, kit / file_of(kit, "hydrants").path, "hydrants", dry_run=True)
    assert not found["accepted"]
    assert "features" in found["said"][0]
    assert found["said"][-1] == "Dry run: nothing was changed."
    assert contents(town) == before


def test_a_doubt_about_the_role_is_a_question_and_changes_nothing(town: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.geojson"
    square = [[-51.2, -30.0], [-51.19, -30.0], [-51.19, -29.99], [-51.2, -29.99], [-51.2, -30.0]]
    shape = {"type": "Polygon", "coordinates": [square]}
    features = [{"type": "Feature", "properties": {"a": n}, "geometry": shape} for n in range(3)]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    before = contents(town)
    found = bring(town, file)
    assert not found["accepted"]
    assert "role:x.geojson" in {q["id"] for q in found["questions"]}
    assert "Nothing was changed" in found["said"][-1]
    assert contents(town) == before


def test_points_do_not_become_a_boundary(town: Path, kit: Path, tmp_path: Path) -> None:
    file = copy_file(kit, file_of(kit, "hydrants"), tmp_path / "hydrants.geojson")
    before = contents(town)
    with pytest.raises(InputError) as refusal:
        bring(town, file, "boundary")
    assert "hydrants.geojson" in str(refusal.value)
    assert contents(town) == before


@pytest.mark.parametrize(
    ("name", "text", "role"),
    [
        ("broken.geojson", "{broken", "hydrants"),
        ("empty.csv", "", "census_table"),
        ("photo.jpg", "not a picture", None),
        ("notes.geojson", '{"type": "FeatureCollection", "features": []}', "schools"),
        ("cut.zip", "PK\x03\x04 and no more", "transit_feed"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_nothing_changes(
    town: Path, tmp_path: Path, name: str, text: str, role: str | None
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    before = contents(town)
    with pytest.raises(InputError) as refusal:
        bring(town, tmp_path / name, role)
    assert name in str(refusal.value)
    assert all(p.remedy or p.why for p in refusal.value.problems)
    assert contents(town) == before


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        (["role=schools"], "no such question"),
        (["schools"], "cannot be read"),
        (["role:s.geojson=shcools"], "schools"),
        (["date:s.geojson=last year"], "cannot be taken"),
        (["role", "date"], r"'role'[\s\S]*'date'"),
    ],
)
def test_answers_that_fit_no_question_are_refused(
    town: Path, kit: Path, tmp_path: Path, answers: list[str], complaint: str
) -> None:
    file = copy_file(kit, file_of(kit, "schools"), tmp_path / "s.geojson")
    with pytest.raises(InputError, match=complaint):
        bring(town, file, None, answers)


def test_an_unknown_role_is_refused_with_the_nearest(town: Path, kit: Path, tmp_path: Path) -> None:
    file = copy_file(kit, file_of(kit, "schools"), tmp_path / "s.geojson")
    with pytest.raises(InputError, match="schools"):
        bring(town, file, "school")


def test_a_kit_comes_in_as_folder_file_or_zip(town: Path, toy_kit: Path, tmp_path: Path) -> None:
    more = small_kit(toy_kit, tmp_path / "more", ["bus_terminals", "elevation"])
    archive = shutil.make_archive(str(tmp_path / "more"), "zip", tmp_path, "more")
    flat = shutil.make_archive(str(tmp_path / "flat"), "zip", more)
    for way in (more, more / "kit.toml", Path(archive), Path(flat)):
        copy = Path(shutil.copytree(town, tmp_path / f"city {way.name}"))
        found = bring(copy, way)
        assert found["accepted"]
        assert found["questions"] == []
        assert {"bus_terminals", "elevation"} < set(roles_of(copy))
        assert show(copy, "identity.area")["observations"]


def test_a_zip_of_a_kit_with_a_climbing_path_is_refused(town: Path, kit: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.write(kit / "kit.toml", "kit.toml")
        archive.writestr("../../climbed.txt", "out")
    before = contents(town)
    with pytest.raises(InputError):
        bring(town, tmp_path / "bad.zip")
    assert contents(town) == before
    assert not (tmp_path.parent / "climbed.txt").exists()


def test_the_files_of_a_kit_are_found_in_the_mirror(town: Path, toy_kit: Path, tmp_path: Path) -> None:
    more = small_kit(toy_kit, tmp_path / "more", ["bus_terminals"])
    spec = file_of(more, "bus_terminals")
    (tmp_path / "mirror" / "toy").mkdir(parents=True)
    (tmp_path / "mirror" / "toy" / "infrastructure").mkdir()
    shutil.move(more / spec.path, tmp_path / "mirror" / "toy" / spec.path)
    with pytest.raises(InputError, match="missing"):
        bring(town, more)
    found = bring_in(
        town, more, role=None, answers=[], dry_run=False, settings=settings(mirror=tmp_path / "mirror")
    )
    assert found["accepted"]


def test_of_a_kit_with_one_broken_file_the_rest_comes_in(town: Path, toy_kit: Path, tmp_path: Path) -> None:
    more = small_kit(toy_kit, tmp_path / "more", ["bus_terminals", "elevation"])
    broken = file_of(more, "bus_terminals")
    (more / broken.path).write_text("{broken", encoding="utf-8")
    change_file(more, "bus_terminals", sha256="")
    found = bring(town, more)
    assert found["accepted"]
    assert [f["role"] for f in found["files"]] == ["elevation"]
    assert any(broken.path in p["where"] for p in found["problems"])
    assert "bus_terminals" not in roles_of(town)


def test_each_of_two_files_of_a_role_is_tried_by_itself(town: Path, kit: Path, tmp_path: Path) -> None:
    """A sound file first must not vouch for a broken one behind it."""
    more = small_kit(kit, tmp_path / "more", ["hydrants"])
    (more / "second.geojson").write_text("{broken", encoding="utf-8")
    spec = file_of(more, "hydrants")
    change_kit(more, lambda k: replace(k, files=(spec, replace(spec, path="second.geojson", sha256=""))))
    found = bring(town, more)
    assert [f["path"] for f in found["files"]] == [spec.path]
    assert any("second.geojson" in p["where"] for p in found["problems"])


def test_an_alternative_comes_in_beside_its_main_file(town: Path, kit: Path, tmp_path: Path) -> None:
    more = small_kit(kit, tmp_path / "more", ["hydrants"])
    change_file(more, "hydrants", combine="alternative", path="other.geojson")
    shutil.move(more / file_of(kit, "hydrants").path, more / "other.geojson")
    found = bring(town, more)
    assert found["accepted"], found
    assert [f.combine for f in load_kit(town / "kit").of_role("hydrants")] == ["alternative", "prefer"]


@pytest.mark.parametrize("answer", ["", "union", "prefer"])
def test_files_that_add_up_are_not_counted_twice_without_asking(
    toy_kit: Path, tmp_path: Path, answer: str
) -> None:
    """A city with two feeds gets a third: is it one more, or a new edition of what it has?"""
    kit = small_kit(toy_kit, tmp_path / "kit", ["boundary", "transit_feed"])
    city = tmp_path / "city"
    new_city(city, kit, settings())
    spec = file_of(toy_kit, "transit_feed")
    file = copy_file(toy_kit, spec, tmp_path / "new_bus.zip")
    answers = [f"combine:new_bus.zip={answer}"] if answer else []
    found = bring(city, file, "transit_feed", answers)
    feeds = [(f.path, f.combine) for f in load_kit(city / "kit").of_role("transit_feed")]
    old = [("transit/bus.zip", "union"), ("transit/rail.zip", "union")]
    if not answer:
        assert not found["accepted"]
        assert found["questions"][0]["id"] == "combine:new_bus.zip"
        assert [c["value"] for c in found["questions"][0]["candidates"]] == ["union", "prefer"]
        assert feeds == old
    elif answer == "union":
        assert feeds == [("new_bus.zip", "union"), *old]
    else:
        assert feeds == [("new_bus.zip", "prefer")]


def test_a_kit_of_another_city_is_pointed_out(town: Path, kit: Path, tmp_path: Path) -> None:
    more = small_kit(kit, tmp_path / "more", ["hydrants"])
    change_kit(more, lambda k: replace(k, id="elsewhere", name="Elsewhere"))
    found = bring(town, more, dry_run=True)
    assert "Elsewhere" in found["notes"][0]["what"]


def test_files_without_a_licence_are_pointed_out_and_an_answer_settles_it(
    town: Path, kit: Path, tmp_path: Path
) -> None:
    file = copy_file(kit, file_of(kit, "hydrants"), tmp_path / "h.geojson")
    bare = bring(town, file, "hydrants", dry_run=True)
    assert [n["where"] for n in bare["notes"]] == ["h.geojson"]
    bring(town, file, "hydrants", ["licence=CC-BY-4.0"])
    assert load_kit(town / "kit").files[0].licence == "CC-BY-4.0"
    assert bring(town, file, "hydrants", ["licence=CC-BY-4.0"], dry_run=True)["notes"] == []


def test_a_folder_without_a_kit_is_drafted(town: Path, toy_kit: Path, tmp_path: Path) -> None:
    copy_file(toy_kit, file_of(toy_kit, "bus_terminals"), tmp_path / "stick" / "bus_terminals.geojson")
    copy_file(toy_kit, file_of(toy_kit, "elevation"), tmp_path / "stick" / "elevation.tif")
    found = bring(town, tmp_path / "stick")
    answers = [f"{q['id']}={q['candidates'][0]['value']}" for q in found["questions"]]
    done = found if found["accepted"] else bring(town, tmp_path / "stick", None, answers)
    assert {"elevation", "bus_terminals"} <= set(roles_of(town)), done


@pytest.mark.parametrize(
    ("what", "role", "answers", "complaint"),
    [
        ("town", None, [], "city cannot be imported"),
        ("kit", "schools", [], "single file"),
        ("kit", None, ["role:a=schools"], "files without a kit"),
        ("none", None, [], "no such file"),
    ],
)
def test_what_makes_no_sense_is_refused(
    town: Path, kit: Path, tmp_path: Path, what: str, role: str | None, answers: list[str], complaint: str
) -> None:
    path = {"town": town, "kit": kit, "none": tmp_path / "none.csv"}[what]
    with pytest.raises(InputError, match=complaint):
        bring(town, path, role, answers)


def test_a_disk_that_refuses_leaves_the_kit_as_it_was(
    town: Path, kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copy_file(kit, file_of(kit, "hydrants"), tmp_path / "h.geojson")
    before = contents(town / "kit")

    def refuse(*_: object) -> None:
        raise StoreError(Problem("A file cannot be kept.", "", "the disk is full"))

    monkeypatch.setattr(imports, "put_city_kit", refuse)
    with pytest.raises(StoreError):
        bring(town, file, "hydrants")
    assert contents(town / "kit") == before
    assert profile(town, settings()).measured == ()


def test_a_file_that_changes_between_the_trial_and_the_keeping_is_refused(
    town: Path, kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = small_kit(kit, tmp_path / "more", ["hydrants"])
    change_file(more, "hydrants", sha256="")
    tried = imports._tried

    def then(*words: Any) -> Any:
        found = tried(*words)
        without_features(more / file_of(more, "hydrants").path, 1)
        return found

    monkeypatch.setattr(imports, "_tried", then)
    before = contents(town / "kit")
    with pytest.raises(InputError, match=r"hash|bytes"):
        bring(town, more)
    assert contents(town / "kit") == before


def test_a_table_whose_columns_are_in_doubt_asks_and_takes_the_answer(
    town: Path, toy_kit: Path, tmp_path: Path
) -> None:
    """The census as a colleague saves it: semicolons, Latin-1, names of columns that say little."""
    spec = file_of(toy_kit, "census_table")
    with (toy_kit / spec.path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=spec.delimiter or ";"))
    with (tmp_path / "censo.csv").open("w", encoding="latin-1", newline="", errors="replace") as file:
        csv.writer(file, delimiter=";").writerows([["A\xf1o", "N", *rows[0][2:]], *rows[1:]])
    before = contents(town / "kit")
    asked = bring(town, tmp_path / "censo.csv", "census_table")
    assert not asked["accepted"]
    assert [q["id"] for q in asked["questions"]] == ["field:censo.csv:population"]
    assert contents(town / "kit") == before
    found = bring(town, tmp_path / "censo.csv", "census_table", ["field:censo.csv:population=N"])
    assert found["accepted"], found
    profile(town, settings())
    assert value(town, "identity.population_census") > 1000
