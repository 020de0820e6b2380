"""Kits as people handle them: drafted and drafted again, verified, fetched."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

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
)
from tests.gather.faulty_server import Server, send, serving

from almena.app import kits
from almena.app.create import new_city
from almena.app.kits import draft, fetch, parse_answers, verify
from almena.app.profile import profile
from almena.gather.fetch_kit import fetch_kit
from almena.gather.kit import load_kit
from almena.gather.web import FetchSettings
from almena.model.problem import InputError, StoreError

DOUBTS = ["role:c [1].tif=population_grid", "role:maps/d [2].shp=flood_susceptibility"]
"""What the files of the stick do not tell by themselves."""


@pytest.fixture
def stick(toy_kit: Path, tmp_path: Path) -> Path:
    """Return a folder with files that say little by their names."""
    folder = tmp_path / "a stick"
    for role, name in [
        ("boundary", "a.geojson"),
        ("schools", "b.geojson"),
        ("population_grid", "c [1].tif"),
        ("flood_susceptibility", "maps/d [2].shp"),
    ]:
        copy_file(toy_kit, file_of(toy_kit, role), folder / name)
    return folder


def test_answers_are_an_id_an_equals_sign_and_a_value() -> None:
    assert parse_answers(["a=b", " role:x.csv = schools ", "crs=PROJ=4"]) == {
        "a": "b",
        "role:x.csv": "schools",
        "crs": "PROJ=4",
    }
    with pytest.raises(InputError) as refusal:
        parse_answers(["a", "b=c", "d"])
    assert len(refusal.value.problems) == 2


def test_a_draft_becomes_a_city_and_its_questions_have_candidates(stick: Path, tmp_path: Path) -> None:
    doubtful = {q["id"]: [c["value"] for c in q["candidates"]] for q in draft(stick, None, [])["questions"]}
    for doubt in DOUBTS:
        question, _, answer = doubt.partition("=")
        assert answer in doubtful[question]
    found = draft(stick, None, DOUBTS)
    assert {r["path"]: r["role"] for r in found["roles"]} == {
        "a.geojson": "boundary",
        "b.geojson": "schools",
        "c [1].tif": "population_grid",
        "maps/d [2].shp": "flood_susceptibility",
    }
    assert all(set(q) == {"id", "about", "candidates", "default"} for q in found["questions"])
    assert Path(found["kit"]) == stick / "kit.toml"
    assert new_city(tmp_path / "city", stick, settings()) == []
    assert profile(tmp_path / "city", settings()).problems == ()


def test_an_answer_settles_its_question(stick: Path) -> None:
    asked = {q["id"] for q in draft(stick, None, [])["questions"]}
    assert {"licence", "city.country"} & asked
    answered = draft(stick, None, ["licence=CC0-1.0", "city.country=BRA", "city.name=São José"])
    assert not {"licence", "city.country", "city.name"} & {q["id"] for q in answered["questions"]}
    kit = load_kit(stick)
    assert (kit.name, kit.country, {f.licence for f in kit.files}) == ("São José", "BRA", {"CC0-1.0"})


def test_drafting_again_keeps_what_somebody_corrected_by_hand(stick: Path) -> None:
    draft(stick, None, [])
    path = stick / "kit.toml"
    corrected = path.read_text(encoding="utf-8") + "# I asked the school board: these are of 2023\n"
    path.write_text(corrected, encoding="utf-8")
    again = draft(stick, None, ["licence=CC0-1.0"])
    assert (stick / "kit.toml.1.bak").read_text(encoding="utf-8") == corrected
    assert "kept as kit.toml.1.bak" in again["said"][1]
    third = draft(stick, None, ["licence=CC0-1.0"])
    assert not any("bak" in line for line in third["said"])
    assert sorted(p.name for p in stick.glob("kit.toml*")) == ["kit.toml", "kit.toml.1.bak"]
    assert not any("kit.toml" in p["where"] for p in third["left_out"])


def test_a_kit_written_elsewhere_takes_its_files_along_and_leaves_the_folder_alone(
    stick: Path, tmp_path: Path
) -> None:
    before = contents(stick)
    draft(stick, tmp_path / "out" / "kit", DOUBTS)
    assert contents(stick) == before
    there = contents(tmp_path / "out" / "kit")
    assert {"c [1].tif", "maps/d [2].shp", "maps/d [2].dbf", "maps/d [2].shx"} <= set(there)
    assert all(there[name] == before[name] for name in there if name != "kit.toml")
    shutil.rmtree(stick)
    found = verify(tmp_path / "out" / "kit", settings())
    assert (found["usable"], found["problems"]) == (4, [])


def test_a_kit_inside_the_folder_it_speaks_of_is_refused(stick: Path) -> None:
    before = contents(stick)
    with pytest.raises(InputError, match="twice"):
        draft(stick, stick / "kit", [])
    assert contents(stick) == before


def test_a_kit_that_cannot_be_written_says_where(stick: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="--out"):
        draft(stick, tmp_path / "file" / "kit", [])
    with pytest.raises(InputError, match="no such folder"):
        draft(tmp_path / "none", None, [])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no file"):
        draft(tmp_path / "empty", None, [])


def test_a_half_written_draft_never_takes_the_place_of_the_kit(
    stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(stick, None, [])
    before = contents(stick)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StoreError, match="No space"):
        draft(stick, None, ["licence=CC0-1.0"])
    after = contents(stick)
    assert {name: after[name] for name in before} == before
    assert ".kit.toml.new" not in after


def test_kits_are_verified_by_name_folder_file_zip_and_city(kit: Path, town: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "zipped"), "zip", kit)
    for way in (kit, str(kit), kit / "kit.toml", archive, town):
        found = verify(way, settings())
        assert (found["kit"], found["files"], found["usable"], found["problems"]) == ("toy", 5, 5, [])
    by_name = verify("porto-alegre", settings(mirror=tmp_path))
    assert by_name["kit"] == "porto-alegre"
    assert by_name["usable"] == 0
    assert len(by_name["problems"]) == by_name["files"]


def test_the_verification_names_each_file_that_is_gone_or_changed(kit: Path) -> None:
    gone, changed = file_of(kit, "hydrants"), file_of(kit, "schools")
    (kit / gone.path).unlink()
    with (kit / changed.path).open("ab") as file:
        file.write(b"\n")
    found = verify(kit, settings())
    assert found["usable"] == 3
    assert [gone.path in str(p) or changed.path in str(p) for p in found["problems"]] == [True, True]


def test_the_verification_of_a_city_hashes_its_snapshots(town: Path) -> None:
    snapshot = raw_files(town)[0]
    snapshot.write_bytes(b"?" + snapshot.read_bytes()[1:])
    found = verify(town, settings())
    assert [p["what"] for p in found["problems"]] == ["A snapshot has changed."]


@pytest.fixture
def server(kit: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serve the files of the kit from this machine, which a kit may not name outside of tests."""
    allowed = functools.partial(
        fetch_kit, settings=FetchSettings(allow_private=True, retries=0), sleep=lambda _: None
    )
    monkeypatch.setattr(kits, "fetch_kit", allowed)
    with serving() as script:
        for file in load_kit(kit).files:
            script.says(f"/{file.path}", send((kit / file.path).read_bytes()))
        yield script


def elsewhere(kit: Path, server: Server, folder: Path) -> Path:
    """Write the kit without its files, each with its address."""
    folder.mkdir()
    shutil.copyfile(kit / "kit.toml", folder / "kit.toml")
    change_kit(
        folder,
        lambda k: replace(k, files=tuple(replace(f, url=f"{server.url}/{f.path}") for f in k.files)),
    )
    return folder


def test_a_kit_is_fetched_into_a_mirror_once(kit: Path, server: Server, tmp_path: Path) -> None:
    bare = elsewhere(kit, server, tmp_path / "bare")
    found = fetch(str(bare), tmp_path / "mirror", settings())
    assert (found["fetched"], found["present"], found["problems"]) == (5, 0, [])
    for file in load_kit(kit).files:
        assert (tmp_path / "mirror" / "toy" / file.path).read_bytes() == (kit / file.path).read_bytes()
    again = fetch(str(bare), tmp_path / "mirror", settings())
    assert (again["fetched"], again["present"]) == (0, 5)
    assert len(server.seen) == 5
    assert new_city(tmp_path / "city", bare, settings(mirror=tmp_path / "mirror")) == []


def test_one_failure_stops_nobody_else_and_is_named(kit: Path, server: Server, tmp_path: Path) -> None:
    bare = elsewhere(kit, server, tmp_path / "bare")
    bad = file_of(kit, "hydrants")
    server.says(f"/{bad.path}", send(b"other bytes than declared"))
    found = fetch(str(bare), tmp_path / "mirror", settings())
    assert found["fetched"] == 4
    assert [bad.path in str(p) for p in found["problems"]] == [True]
    assert not (tmp_path / "mirror" / "toy" / bad.path).exists()


def test_files_without_an_address_are_listed_as_of_a_mirror_only(
    kit: Path, server: Server, tmp_path: Path
) -> None:
    bare = elsewhere(kit, server, tmp_path / "bare")
    change_file(bare, "schools", url="")
    found = fetch(str(bare), tmp_path / "mirror", settings())
    assert found["mirror_only"] == ["services/schools.geojson"]
    assert any("services/schools.geojson" in line for line in found["said"])


def test_an_address_inside_the_own_network_is_refused_by_default(
    kit: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = elsewhere(kit, server, tmp_path / "bare")
    monkeypatch.setattr(kits, "fetch_kit", fetch_kit)
    found = fetch(str(bare), tmp_path / "mirror", settings())
    assert found["fetched"] == 0
    assert len(found["problems"]) == 5
    assert server.seen == []


def test_files_of_a_pattern_keep_their_own_places(kit: Path, tmp_path: Path) -> None:
    for part, name in [("north", "a.geojson"), ("south", "a.geojson")]:
        target = kit / "services" / part / name
        target.parent.mkdir()
        shutil.copyfile(kit / file_of(kit, "schools").path, target)
    change_file(kit, "schools", path="services/*/a.geojson", sha256="")
    fetch(str(kit), tmp_path / "mirror", settings())
    placed = {
        p.relative_to(tmp_path / "mirror" / "toy").as_posix() for p in (tmp_path / "mirror").rglob("a.*")
    }
    assert placed == {"services/north/a.geojson", "services/south/a.geojson"}


def test_a_copy_cut_short_is_not_taken_for_the_file(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(source: Path, target: Path) -> None:
        Path(target).write_bytes(Path(source).read_bytes()[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kits.shutil, "copyfile", half)
    with pytest.raises(StoreError, match="disk is full"):
        fetch(str(kit), tmp_path / "mirror", settings())
    assert [p for p in (tmp_path / "mirror" / "toy").rglob("*") if p.is_file()] == []


def test_a_shapefile_is_placed_with_its_companions(toy_kit: Path, tmp_path: Path) -> None:
    kit = small_kit(toy_kit, tmp_path / "shape", ["boundary", "flood_susceptibility"])
    fetch(str(kit), tmp_path / "mirror", settings())
    placed = {p.suffix for p in (tmp_path / "mirror" / "toy" / "hazards").iterdir()}
    assert {".shp", ".shx", ".dbf", ".prj"} <= placed
