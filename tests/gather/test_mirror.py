"""Declared files are found in the kit, the mirror or the snapshots, and their hashes are checked."""

from __future__ import annotations

import csv
import shutil
import time
from pathlib import Path

import pytest

from almena.gather.checkout import checkout
from almena.gather.mirror import find_files
from almena.gather.snapshot import SnapshotStore
from almena.model.kit import KitFile
from almena.model.origin import Source

from .kits import kit_of, sha, write


def test_the_kit_comes_first_then_the_mirror_under_its_name(tmp_path: Path) -> None:
    kit_folder, mirror = tmp_path / "kit", tmp_path / "mirror"
    write(kit_folder / "a.csv", "kit")
    write(mirror / "toy-ville" / "a.csv", "mirror")
    write(mirror / "toy-ville" / "b.csv", "hyphen")
    write(mirror / "toy_ville" / "c.csv", "underscore")
    write(mirror / "d.csv", "plain")
    kit = kit_of(kit_folder, *(KitFile("census_table", f"{name}.csv", "table") for name in "abcd"))
    found = find_files(kit, mirror)
    assert [f.paths[0].read_text() for f in found] == ["kit", "hyphen", "underscore", "plain"]
    assert all(f.problem is None for f in found)


def test_the_source_carries_the_facts_and_the_hash(tmp_path: Path) -> None:
    write(tmp_path / "s" / "a.csv", "content")
    spec = KitFile(
        "schools",
        "s/a.csv",
        "table",
        sha256=sha(b"content").upper(),
        url="https://example.org/a",
        licence="CC0-1.0",
        attribution="Us",
        date="2024",
        bytes="derived",
        sharing="local-only",
    )
    (found,) = find_files(kit_of(tmp_path, spec))
    assert found.source == Source(
        "schools",
        "s/a.csv",
        sha(b"content"),
        "https://example.org/a",
        "CC0-1.0",
        "Us",
        "2024",
        "derived",
        "local-only",
        7,
    )
    assert found.names == ("a.csv",)


def test_a_missing_file_and_a_wrong_hash_do_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path / "wrong.csv", "wrong")
    write(tmp_path / "good.csv", "good")
    kit = kit_of(
        tmp_path,
        KitFile("census_table", "gone.csv", "table"),
        KitFile("census_table", "far.csv", "table", url="https://example.org/far.csv"),
        KitFile("census_table", "wrong.csv", "table", sha256="a" * 64),
        KitFile("census_table", "good.csv", "table"),
    )
    gone, far, wrong, good = find_files(kit)
    assert gone.problem
    assert "gone.csv" in gone.problem.where
    assert "--mirror" in gone.problem.remedy
    assert far.problem
    assert "almena kit fetch" in far.problem.remedy
    assert wrong.problem
    assert sha(b"wrong") in wrong.problem.why
    assert "a" * 64 in wrong.problem.why
    assert [f.is_usable for f in (gone, far, wrong, good)] == [False, False, False, True]


def test_a_right_copy_further_on_is_preferred_to_a_wrong_one(tmp_path: Path) -> None:
    write(tmp_path / "kit" / "a.csv", "wrong")
    write(tmp_path / "mirror" / "a.csv", "right")
    kit = kit_of(tmp_path / "kit", KitFile("census_table", "a.csv", "table", sha256=sha(b"right")))
    (found,) = find_files(kit, tmp_path / "mirror")
    assert found.problem is None
    assert found.paths[0].read_text() == "right"


def test_a_glob_is_sorted_and_hashed_as_a_list(tmp_path: Path) -> None:
    write(tmp_path / "climate" / "b.csv", "2")
    write(tmp_path / "climate" / "a.csv", "1")
    (tmp_path / "climate" / "folder.csv").mkdir()
    expected = sha(f"climate/a.csv {sha(b'1')}\nclimate/b.csv {sha(b'2')}\n".encode())
    kit = kit_of(tmp_path, KitFile("climate_hourly", "climate/*.csv", "timeseries", sha256=expected))
    (found,) = find_files(kit)
    assert found.names == ("climate/a.csv", "climate/b.csv")
    assert [p.read_text() for p in found.paths] == ["1", "2"]
    assert found.source
    assert (found.source.sha256, found.source.size) == (expected, 2)


def test_a_file_whose_name_looks_like_a_glob_is_taken_by_its_name(tmp_path: Path) -> None:
    write(tmp_path / "a[1].csv", "bracket")
    write(tmp_path / "a1.csv", "one")
    (found,) = find_files(kit_of(tmp_path, KitFile("census_table", "a[1].csv", "table")))
    assert [p.read_text() for p in found.paths] == ["bracket"]


def test_a_path_that_climbs_out_is_refused_even_in_a_kit_made_by_hand(tmp_path: Path) -> None:
    write(tmp_path / "secret.csv", "secret")
    (found,) = find_files(kit_of(tmp_path / "kit", KitFile("census_table", "../secret.csv", "table")))
    assert found.problem
    assert not found.paths


def test_a_folder_in_the_place_of_a_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    (found,) = find_files(kit_of(tmp_path, KitFile("census_table", "a.csv", "table")))
    assert found.problem
    assert found.problem.what == "A declared file is missing."


def shapefile(folder: Path) -> KitFile:
    for suffix in (".shp", ".dbf", ".SHX", ".prj", ".txt"):
        write(folder / "hazards" / f"flood{suffix}", f"content of {suffix}")
    write(folder / "hazards" / "flooded.dbf", "another layer")
    return KitFile("flood_susceptibility", "hazards/flood.shp", "vector", sha256=sha(b"content of .shp"))


def test_a_shapefile_brings_its_companions(tmp_path: Path) -> None:
    (found,) = find_files(kit_of(tmp_path, shapefile(tmp_path)))
    assert found.names == ("flood.shp",)
    assert [name for name, _ in found.companions] == ["flood.SHX", "flood.dbf", "flood.prj"]
    assert found.source
    assert found.source.sha256 == sha(b"content of .shp")


def test_when_the_mirror_is_gone_the_snapshots_serve(tmp_path: Path) -> None:
    mirror, store = tmp_path / "mirror", SnapshotStore(tmp_path / "city" / "snapshots")
    write(mirror / "climate" / "a.csv", "1")
    write(mirror / "climate" / "b.csv", "2")
    write(mirror / "plain.csv", "plain")
    kit = kit_of(
        tmp_path / "kit",
        shapefile(mirror),
        KitFile("climate_hourly", "climate/*.csv", "timeseries"),
        KitFile("census_table", "plain.csv", "table"),
    )
    before = [store.keep(f) for f in find_files(kit, mirror, store)]
    shutil.rmtree(mirror)
    after = find_files(kit, mirror, SnapshotStore(tmp_path / "city" / "snapshots"))
    assert after == before
    work = [checkout(f, tmp_path / "work") for f in after]
    assert [p.name for paths in work for p in paths] == ["flood.shp", "a.csv", "b.csv", "plain.csv"]
    assert work[2][0].read_text() == "plain"
    beside = {p.name: p.read_text() for p in work[0][0].parent.iterdir()}
    assert beside["flood.dbf"] == "content of .dbf"
    assert sorted(beside) == ["flood.SHX", "flood.dbf", "flood.prj", "flood.shp"]


def test_an_undeclared_hash_is_served_as_it_was_last_kept(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    kit = kit_of(tmp_path / "kit", KitFile("census_table", "a.csv", "table"))
    for content in ("first", "second", "first"):
        write(tmp_path / "kit" / "a.csv", content)
        store.keep(find_files(kit)[0])
    (tmp_path / "kit" / "a.csv").unlink()
    (found,) = find_files(kit, None, SnapshotStore(tmp_path / "snapshots"))
    assert found.paths[0].read_text() == "first"


def test_a_spoilt_mirror_is_reported_although_the_snapshot_serves(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    kit = kit_of(tmp_path, KitFile("census_table", "a.csv", "table", sha256=sha(b"right")))
    write(tmp_path / "a.csv", "right")
    store.keep(find_files(kit)[0])
    write(tmp_path / "a.csv", "spoilt")
    (found,) = find_files(kit, None, store)
    assert found.is_usable
    assert found.paths[0].read_text() == "right"
    assert found.problem
    assert found.problem.what == "A file is not the declared one."


def test_a_group_with_a_lost_member_is_missing(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    kit = kit_of(tmp_path / "kit", KitFile("climate_hourly", "*.csv", "timeseries"))
    write(tmp_path / "kit" / "a.csv", "1")
    write(tmp_path / "kit" / "b.csv", "2")
    store.keep(find_files(kit)[0])
    shutil.rmtree(tmp_path / "kit")
    store.path_of(sha(b"2")).unlink()
    (found,) = find_files(kit, None, store)
    assert found.problem
    assert not found.is_usable


def test_bytes_that_change_while_they_are_copied_are_not_taken(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "before")
    (found,) = find_files(kit_of(tmp_path, KitFile("census_table", "a.csv", "table")))
    write(tmp_path / "a.csv", "after")
    kept = SnapshotStore(tmp_path / "snapshots").keep(found)
    assert kept.problem
    assert not kept.is_usable


def test_checkout_follows_a_new_version(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    spec = shapefile(tmp_path)
    for content in ("old", "new"):
        write(tmp_path / "hazards" / "flood.dbf", content)
        kept = store.keep(find_files(kit_of(tmp_path, spec))[0])
        (path,) = checkout(kept, tmp_path / "work")
        assert path.with_suffix(".dbf").read_text() == content


def test_checkout_copies_where_links_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links on this disk")

    write(tmp_path / "a.csv", "content")
    monkeypatch.setattr(Path, "symlink_to", refuse)
    (found,) = find_files(kit_of(tmp_path, KitFile("census_table", "a.csv", "table")))
    (path,) = checkout(found, tmp_path / "work")
    assert path.read_text() == "content"
    assert not path.is_symlink()


@pytest.mark.real
def test_porto_alegre_is_found_kept_and_served_without_its_mirror(mirror: Path, tmp_path: Path) -> None:
    with (mirror / "porto_alegre" / "MANIFEST.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if not row["file"].endswith((".dbf", ".shx", ".prj"))]
    kit = kit_of(
        tmp_path / "kit",
        *(KitFile("schools", row["file"], "vector", sha256=row["sha256"]) for row in rows),
        name="porto-alegre",
    )
    store = SnapshotStore(tmp_path / "snapshots")
    start = time.perf_counter()
    found = find_files(kit, mirror, store)
    assert [f.problem for f in found] == [None] * len(rows)
    kept = [store.keep(f) for f in found]
    assert time.perf_counter() - start < 20
    assert all(f.is_usable for f in kept)
    assert find_files(kit, None, store) == kept
    assert store.verify() == []
