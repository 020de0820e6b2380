"""Files found, kept and handed out again: odd names, groups, companions, shared bytes, and records of other hands."""

from __future__ import annotations

import errno
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather.checkout import checkout
from almena.gather.hashing import hash_bytes, listing
from almena.gather.located import Located
from almena.gather.mirror import COMPANIONS, find_files, source_of
from almena.gather.snapshot import SnapshotStore
from almena.gather.snapshot_record import Record, read_record, says_the_same
from almena.gather.trouble import cannot_write
from almena.model.kit import KitFile
from almena.model.problem import StoreError

from .kits import FACTS, kit_of, sha, write


def ticking() -> object:
    """Return a clock that goes on by a second at each look."""
    state = [0]

    def clock() -> str:
        state[0] += 1
        return f"2026-01-01T00:00:{state[0]:02}+00:00"

    return clock


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots", clock=ticking())  # type: ignore[arg-type]


# ---------------------------------------------------------------- finding


@pytest.mark.parametrize(
    "name",
    ["ação 2024.csv", "a b.csv", "a[1].csv", "a?.csv", "a*.csv", "'quoted'.csv", "emoji😀.csv", "a..b.csv"],
)
def test_files_of_any_name_are_found_kept_and_handed_out(
    tmp_path: Path, store: SnapshotStore, name: str
) -> None:
    write(tmp_path / "kit" / name, "x")
    (found,) = find_files(kit_of(tmp_path / "kit", KitFile("schools", name, "table")))
    assert found.problem is None
    assert found.names == (name,)
    kept = store.keep(found)
    (path,) = checkout(kept, tmp_path / "work")
    assert (path.name, path.read_text()) == (name, "x")


def test_a_group_found_by_a_pattern_is_handed_out_with_its_folders(
    tmp_path: Path, store: SnapshotStore
) -> None:
    for name in ("2001/a.csv", "2002/a.csv", "2002/b.csv"):
        write(tmp_path / "kit" / name, name)
    spec = KitFile("climate_hourly", "**/*.csv", "timeseries")
    (found,) = find_files(kit_of(tmp_path / "kit", spec))
    assert found.names == ("2001/a.csv", "2002/a.csv", "2002/b.csv")
    assert found.source
    assert found.source.sha256 == hash_bytes(listing((n, sha(n.encode())) for n in found.names))
    assert found.source.size == sum(len(n) for n in found.names)
    paths = checkout(store.keep(found), tmp_path / "work")
    assert [p.read_text() for p in paths] == list(found.names)
    assert len(set(paths)) == 3  # two are called a.csv


def test_a_group_of_one_is_the_file_itself(tmp_path: Path) -> None:
    write(tmp_path / "sub" / "a.csv", "x")
    (found,) = find_files(kit_of(tmp_path, KitFile("schools", "*/a.csv", "table")))
    assert found.source
    assert found.source.sha256 == sha(b"x")
    assert found.names == ("a.csv",)


def test_adding_a_file_to_a_group_changes_its_hash_and_a_rename_too(tmp_path: Path) -> None:
    kit = kit_of(tmp_path, KitFile("schools", "*.csv", "table"))
    write(tmp_path / "a.csv", "x")
    write(tmp_path / "b.csv", "y")
    hashes = [find_files(kit)[0].source.sha256]  # type: ignore[union-attr]
    write(tmp_path / "c.csv", "z")
    hashes.append(find_files(kit)[0].source.sha256)  # type: ignore[union-attr]
    (tmp_path / "c.csv").rename(tmp_path / "d.csv")
    hashes.append(find_files(kit)[0].source.sha256)  # type: ignore[union-attr]
    assert len(set(hashes)) == 3


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_companions_travel_whatever_their_case(tmp_path: Path, store: SnapshotStore, case: object) -> None:
    for suffix in (".shp", ".dbf", ".shx", ".prj", ".cpg", ".sbn", ".txt"):
        write(tmp_path / "kit" / f"Roads{case(suffix)}", suffix)  # type: ignore[operator]
    write(tmp_path / "kit" / "roads_old.dbf", "another")
    name = f"Roads{case('.shp')}"  # type: ignore[operator]
    (found,) = find_files(kit_of(tmp_path / "kit", KitFile("streets", name, "vector")))
    assert {Path(n).suffix.lower() for n, _ in found.companions} == set(COMPANIONS)
    assert found.source
    assert found.source.size == 5 * 4
    (path,) = checkout(store.keep(found), tmp_path / "work")
    assert sorted(p.name.lower() for p in path.parent.iterdir()) == [
        f"roads{s}" for s in sorted((".shp", *COMPANIONS))
    ]


def test_an_attribute_table_that_changes_alone_is_kept_anew(tmp_path: Path, store: SnapshotStore) -> None:
    kit = kit_of(tmp_path / "kit", KitFile("streets", "a.shp", "vector"))
    write(tmp_path / "kit" / "a.shp", "shapes")
    for content in ("old", "new"):
        write(tmp_path / "kit" / "a.dbf", content)
        kept = store.keep(find_files(kit)[0])
    (name, path), *_ = kept.companions
    assert (name, path.read_text()) == ("a.dbf", "new")
    served = find_files(kit_of(tmp_path / "gone", *kit.files), snapshots=SnapshotStore(store.folder))[0]
    assert served.companions[0][1].read_text() == "new"


def test_two_roles_may_share_one_file_and_keep_their_own_facts(tmp_path: Path, store: SnapshotStore) -> None:
    write(tmp_path / "kit" / "a.json", "x")
    specs = [
        KitFile(role, "a.json", "vector", licence=licence)
        for role, licence in (("schools", "CC0-1.0"), ("hospitals", ""))
    ]
    kept = [store.keep(found) for found in find_files(kit_of(tmp_path / "kit", *specs))]
    assert [k.source.may_leave for k in kept if k.source] == [True, False]
    record = store.record(sha(b"x"))
    assert record
    assert {e["role"] for e in record.known_as} == {"schools", "hospitals"}
    assert len(list(store.folder.glob("??/*"))) == 2  # the bytes once, and one record


def test_facts_of_the_kit_become_those_of_the_source() -> None:
    spec = KitFile(
        "schools",
        "a.csv",
        "table",
        url="https://a.org",
        licence="L",
        attribution="A",
        date="2020",
        sharing="local-only",
    )
    source = source_of(spec, "0" * 64, 7)
    assert asdict(source) == {
        "role": "schools", "file": "a.csv", "sha256": "0" * 64, "url": "https://a.org", "licence": "L",
        "attribution": "A", "date": "2020", "bytes_are": "original", "sharing": "local-only", "size": 7,
    }  # fmt: skip
    assert not source.may_leave


def test_what_was_not_found_is_handed_out_as_nothing(tmp_path: Path, store: SnapshotStore) -> None:
    (found,) = find_files(kit_of(tmp_path, KitFile("schools", "a.csv", "table")))
    assert not found.is_usable
    assert checkout(found, tmp_path / "work") == ()
    assert store.keep(found) is found
    assert not store.folder.exists()


def test_a_missing_file_with_an_address_is_to_be_fetched_and_one_without_is_not(tmp_path: Path) -> None:
    specs = (
        KitFile("schools", "a.csv", "table", url="https://a.org/a.csv"),
        KitFile("hospitals", "b.csv", "table"),
    )
    problems = [f.problem for f in find_files(kit_of(tmp_path, *specs), mirror=tmp_path / "mirror")]
    assert all(problems)
    remedies = [p.remedy for p in problems if p]
    assert "kit fetch" in remedies[0]
    assert "kit fetch" not in remedies[1]
    assert all("mirror" in p.why for p in problems if p)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["a.csv", "b.csv", "c/d.csv", "c/e.csv"]), st.binary(max_size=20), min_size=1
    )
)
def test_whatever_lies_in_a_folder_comes_out_of_the_store(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("f")
    for name, content in files.items():
        write(folder / "kit" / name, content)
    store = SnapshotStore(folder / "snapshots")
    kit = kit_of(folder / "kit", KitFile("schools", "**/*.csv", "table"))
    store.keep(find_files(kit)[0])
    (served,) = find_files(kit_of(folder / "gone", *kit.files), snapshots=store)
    assert served.source
    work = folder / "work"
    found = {
        p.relative_to(work / served.source.sha256[:16]).as_posix(): p.read_bytes()
        for p in checkout(served, work)
    }
    one = len(files) == 1  # a single file is handed out under its bare name
    assert found == ({Path(n).name: c for n, c in files.items()} if one else files)
    assert store.verify() == []


# ---------------------------------------------------------------- records


def test_a_record_reads_back_as_it_was_written(tmp_path: Path) -> None:
    record = Record(
        "a" * 64, 3, ({**asdict(FACTS), "name": "ü", "time": "t"},), {"m": "b" * 64}, {"c": "d" * 64}
    )
    assert read_record(write(tmp_path / "r.json", record.as_json())) == record
    assert record.needs == ("a" * 64, "b" * 64, "d" * 64)
    assert "ü" in record.as_json()


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "3", '"x"', "{}", '{"sha256": "a", "size": 1}', '{"sha256": "a", "size": 1, "known_as": 3}',
        '{"sha256": "a", "size": 1, "known_as": [{"role": "x"}]}', '{"known_as": [], "stranger": 1}', "{" * 9,
    ],
)  # fmt: skip
def test_a_record_of_another_hand_is_none(tmp_path: Path, text: str) -> None:
    assert read_record(write(tmp_path / "r.json", text)) is None
    assert read_record(tmp_path / "gone.json") is None


def test_only_the_time_may_differ_between_facts_that_say_the_same() -> None:
    one = {"role": "a", "file": "b", "time": "1"}
    assert says_the_same(one, {**one, "time": "2"})
    assert not says_the_same(one, {**one, "file": "c"})
    assert not says_the_same(one, {**one, "name": "c"})


def test_the_newest_bytes_of_a_file_are_the_last_put_even_when_they_are_the_oldest(
    store: SnapshotStore,
) -> None:
    for content in (b"first", b"second", b"first"):
        store.put(content, FACTS)
    assert store.latest(FACTS.role, FACTS.file) == sha(b"first")
    assert SnapshotStore(store.folder).latest(FACTS.role, FACTS.file) == sha(b"first")
    assert store.latest("other", FACTS.file) == ""


def test_records_are_listed_by_hash_and_damaged_ones_passed_over(store: SnapshotStore) -> None:
    hashes = [store.put(str(n).encode(), replace(FACTS, file=f"{n}")).sha256 for n in range(5)]
    assert [r.sha256 for r in store.records()] == sorted(hashes)
    (store.folder / hashes[0][:2] / f"{hashes[0][2:]}.json").write_text("{")
    assert len(list(store.records())) == 4
    assert len(store.verify()) == 1


def test_two_stores_over_one_folder_see_each_others_bytes(store: SnapshotStore) -> None:
    other = SnapshotStore(store.folder)
    kept = store.put(b"x", FACTS)
    path = other.get(kept.sha256)
    assert path
    assert path.read_bytes() == b"x"
    record = other.record(kept.sha256)
    assert record
    assert json.loads(record.as_json())["known_as"][0]["file"] == FACTS.file


def test_an_empty_hash_is_no_file(store: SnapshotStore) -> None:
    store.put(b"x", FACTS)
    assert store.get("") is None
    with pytest.raises(StoreError, match="missing"):
        store.open("0" * 64)


# ---------------------------------------------------------------- disks


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.ENOSPC, "full"),
        (errno.EDQUOT, "full"),
        (errno.EACCES, "access"),
        (errno.EROFS, "access"),
        (errno.EIO, "error"),
    ],
)
def test_troubles_of_disks_are_told_with_what_to_do(number: int, why: str) -> None:
    error = OSError(number, "Input/output error", "/some/where")
    (problem,) = cannot_write(Path("folder"), error).problems
    assert why in problem.why
    assert problem.where == "/some/where"
    assert problem.remedy
    assert cannot_write(Path("folder"), OSError(number, "x")).problems[0].where == "folder"


def test_a_working_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    write(tmp_path / "kit" / "a.csv", "x")
    (found,) = find_files(kit_of(tmp_path / "kit", KitFile("schools", "a.csv", "table")))
    write(tmp_path / "work", "a file in the way")
    with pytest.raises(StoreError, match="cannot be kept"):
        checkout(found, tmp_path / "work")


def test_handing_out_twice_is_handing_out_once(tmp_path: Path) -> None:
    write(tmp_path / "kit" / "a.csv", "x")
    (found,) = find_files(kit_of(tmp_path / "kit", KitFile("schools", "a.csv", "table")))
    first, second = checkout(found, tmp_path / "work"), checkout(found, tmp_path / "work")
    assert first == second
    assert isinstance(found, Located)
    assert len(list((tmp_path / "work").rglob("*.csv"))) == 1
