"""Snapshots keep bytes as they came, whole or not at all."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather import snapshot as module
from almena.gather.located import Located
from almena.gather.snapshot import SnapshotStore
from almena.model.kit import KitFile
from almena.model.problem import StoreError

from .kits import FACTS, sha, write


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    ticks = iter(f"2026-11-20T00:00:{n:02}+00:00" for n in range(60))
    return SnapshotStore(tmp_path / "snapshots", clock=lambda: next(ticks))


def files_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_bytes_are_found_by_their_hash(store: SnapshotStore, tmp_path: Path) -> None:
    source = store.put(write(tmp_path / "s.geojson", "content"), FACTS)
    name = sha(b"content")
    assert (source.sha256, source.size, source.licence) == (name, 7, "CC0-1.0")
    assert files_in(store.folder) == [f"{name[:2]}/{name[2:]}", f"{name[:2]}/{name[2:]}.json"]
    path = store.get(name)
    assert path
    assert path.read_bytes() == b"content"
    with store.open(name) as stream:
        assert stream.read() == b"content"


def test_what_is_not_kept_is_none_or_an_error(store: SnapshotStore) -> None:
    assert store.get("a" * 64) is None
    assert store.get("") is None
    with pytest.raises(StoreError, match="almena kit fetch"):
        store.open("a" * 64)


def test_the_record_tells_where_the_bytes_come_from(store: SnapshotStore) -> None:
    store.put(b"content", FACTS, name="original.geojson")
    name = sha(b"content")
    facts = json.loads((store.folder / name[:2] / f"{name[2:]}.json").read_text())
    (entry,) = facts["known_as"]
    assert entry == {
        "role": "schools",
        "file": "services/schools.geojson",
        "sha256": name,
        "url": "https://example.org/s",
        "licence": "CC0-1.0",
        "attribution": "Toyville",
        "date": "2024",
        "bytes_are": "original",
        "sharing": "open",
        "size": 7,
        "name": "original.geojson",
        "time": "2026-11-20T00:00:00+00:00",
    }


@pytest.mark.parametrize("kind", ["path", "stream", "bytes"])
def test_path_stream_and_bytes_give_the_same(store: SnapshotStore, tmp_path: Path, kind: str) -> None:
    content = bytes(range(256)) * 9_000
    given_as: Any = {"path": write(tmp_path / "a", content), "stream": io.BytesIO(content), "bytes": content}[
        kind
    ]
    source = store.put(given_as, FACTS)
    assert (source.sha256, source.size) == (sha(content), len(content))
    assert store.path_of(source.sha256).read_bytes() == content


def test_putting_the_same_again_changes_no_byte(store: SnapshotStore) -> None:
    name = store.put(b"content", FACTS).sha256
    record = store.folder / name[:2] / f"{name[2:]}.json"
    before = record.read_bytes(), record.stat().st_mtime_ns
    store.put(b"content", FACTS)
    assert (record.read_bytes(), record.stat().st_mtime_ns) == before


def test_other_facts_about_the_same_bytes_are_added(store: SnapshotStore) -> None:
    name = store.put(b"content", FACTS).sha256
    from dataclasses import replace

    store.put(b"content", replace(FACTS, role="hospitals"))
    record = store.record(name)
    assert record
    assert [e["role"] for e in record.known_as] == ["schools", "hospitals"]
    assert store.latest("schools", FACTS.file) == name
    assert store.latest("hospitals", FACTS.file) == name
    assert store.latest("parks", FACTS.file) == ""


def test_the_snapshot_is_a_copy_and_not_a_link(store: SnapshotStore, tmp_path: Path) -> None:
    original = write(tmp_path / "a", "content")
    name = store.put(original, FACTS).sha256
    original.write_text("changed")
    assert store.path_of(name).read_text() == "content"
    assert store.path_of(name).stat().st_nlink == 1


def test_verify_finds_changed_lost_and_damaged(store: SnapshotStore) -> None:
    changed, lost, damaged = (store.put(c, FACTS).sha256 for c in (b"one", b"two", b"three"))
    assert store.verify() == []
    store.path_of(changed).write_bytes(b"tampered")
    store.path_of(lost).unlink()
    (store.folder / damaged[:2] / f"{damaged[2:]}.json").write_text("{")
    problems = store.verify()
    assert sorted(p.what for p in problems) == [
        "A snapshot has changed.",
        "A snapshot is missing.",
        "The record of a snapshot cannot be read.",
    ]
    assert all(p.remedy for p in problems)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"known_as": 1}', '{"sha256": "", "size": 0, "known_as": [{}]}']
)
def test_a_damaged_record_is_none(store: SnapshotStore, text: str) -> None:
    name = store.put(b"one", FACTS).sha256
    (store.folder / name[:2] / f"{name[2:]}.json").write_text(text)
    assert store.record(name) is None
    assert list(store.records()) == []


def test_a_broken_stream_leaves_nothing(store: SnapshotStore) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(errno.EIO, "the cable came off")
            return super().read(4)

    with pytest.raises(StoreError, match="cable"):
        store.put(Broken(b"content"), FACTS)
    assert files_in(store.folder) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "refuses access"), (errno.EIO, "Input/output")],
)
def test_a_full_or_closed_disk_is_told_plainly(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(module.os, "fsync", fail)
    with pytest.raises(StoreError, match=words):
        store.put(b"content", FACTS)
    assert files_in(store.folder) == []


def test_an_unusable_file_is_not_kept(store: SnapshotStore) -> None:
    found = Located(KitFile("schools", "a", "vector"))
    assert store.keep(found) is found


def test_stray_copies_are_swept_but_not_those_being_written(store: SnapshotStore) -> None:
    stray = write(store.folder / ".incoming" / "stray", "half")
    fresh = write(store.folder / ".incoming" / "fresh", "half")
    long_ago = time.time() - 7200
    os.utime(stray, (long_ago, long_ago))
    SnapshotStore(store.folder)
    assert not stray.exists()
    assert fresh.exists()
    assert store.sweep(older_than=0) == 1
    assert store.verify() == []


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_killed_put_leaves_nothing_half_written(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from almena.gather.snapshot import SnapshotStore
        from almena.model.origin import Source
        store = SnapshotStore(Path(sys.argv[1]))
        for n in range(100_000):
            source = store.put(b"%d" % n * 20_000, Source("schools", f"{n}", ""))
            print(source.sha256, flush=True)
        """
    )
    for round_ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout
        child.stdout.readline()
        time.sleep(0.02 * round_)
        child.send_signal(signal.SIGKILL)
        acknowledged = child.communicate()[0].split()
        store = SnapshotStore(tmp_path)
        assert store.verify() == []
        assert all(store.get(name) for name in acknowledged)
    store.sweep(older_than=0)
    assert not any("incoming" in name for name in files_in(tmp_path))


@settings(max_examples=40, deadline=None)
@given(contents=st.lists(st.binary(max_size=300), max_size=6))
def test_whatever_is_put_comes_out(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    store = SnapshotStore(tmp_path_factory.mktemp("snapshots"))
    names = [store.put(content, FACTS).sha256 for content in contents]
    assert [store.path_of(name).read_bytes() for name in names] == contents
    assert store.verify() == []
    assert len(list(store.records())) == len(set(contents))
    if names:
        assert SnapshotStore(store.folder).latest(FACTS.role, FACTS.file) == names[-1]


def test_a_damaged_snapshot_is_replaced_by_sound_bytes(store: SnapshotStore, tmp_path: Path) -> None:
    sound = tmp_path / "sound.csv"
    sound.write_bytes(b"a,b\n1,2\n")
    sha = store.put(sound, FACTS).sha256
    for again in (sound, sound.read_bytes()):
        store.path_of(sha).write_bytes(b"a,b\n9,9\n")
        assert store.put(again, FACTS).sha256 == sha
        assert store.path_of(sha).read_bytes() == sound.read_bytes()
        assert store.verify() == []
