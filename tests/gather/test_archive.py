"""Zips from strangers are refused before a byte is written."""

from __future__ import annotations

import contextlib
import errno
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather.archive import Limits, unpack
from almena.model.problem import InputError, StoreError


def zip_of(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name) if not content else name, content)
    return path


def refused(path: Path, into: Path, words: str, limits: Limits | None = None) -> None:
    with pytest.raises(InputError, match=words):
        unpack(path, into, limits)
    assert not into.exists()


def test_a_plain_zip_is_unpacked_with_its_folders(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"kit/": b"", "kit/kit.toml": b"1", "kit/data/ação.csv": b"2"})
    written = unpack(path, tmp_path / "out")
    assert [p.relative_to(tmp_path / "out").as_posix() for p in written] == [
        "kit/kit.toml",
        "kit/data/ação.csv",
    ]
    assert written[1].read_bytes() == b"2"


@pytest.mark.parametrize(
    "name",
    [
        "../a",
        "a/../../b",
        "/a",
        "C:/a",
        "C:a",
        "..\\a",
        "a\\b",
        "a/./b",
        "a//b",
        "CON",
        "x/nul.txt",
        "com1.tar.gz",
        "a.",
        "a /b",
        "a\nb",
        "a:stream",
    ],
)
def test_a_name_that_climbs_or_is_reserved_is_refused(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / "a.zip", {"good.txt": b"good", name: b"bad"})
    refused(path, tmp_path / "out", "unsafe member")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    refused(tmp_path / "a.zip", tmp_path / "out", "link or a device")


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"zeros": bytes(11 << 20)})
    refused(path, tmp_path / "out", "grows from")


def test_the_ratio_is_not_asked_of_small_members(tmp_path: Path) -> None:
    assert unpack(zip_of(tmp_path / "a.zip", {"zeros": bytes(9 << 20)}), tmp_path / "out")


def test_too_much_and_too_many_are_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {f"{n}": b"abcd" for n in range(11)})
    refused(path, tmp_path / "out", "too large", Limits(total=43))
    refused(path, tmp_path / "out", "too many", Limits(members=10))
    assert unpack(path, tmp_path / "out", Limits(total=44, members=11))


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"one": b"x" * 50, "two": b"y" * 50}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, second + 42, 0)
    path.write_bytes(content)
    refused(path, tmp_path / "out", "share the same bytes")


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"A.txt": b"1", "a.TXT": b"2"})
    refused(path, tmp_path / "out", "same name")


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"a": b"1"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    refused(path, tmp_path / "out", "encrypted")


def test_every_danger_is_named(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"../a": b"1", "/b": b"2"})
    with pytest.raises(InputError) as caught:
        unpack(path, tmp_path / "out")
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)[:10]])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    refused(path, tmp_path / "out", "cannot be unpacked")


def test_a_member_whose_bytes_are_spoilt_is_refused_before_the_first_is_written(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"one": b"good", "two": b"spoilt"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"spoilt", b"spoiLt"))
    refused(path, tmp_path / "out", "two")


def test_a_full_disk_is_told_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = zip_of(tmp_path / "a.zip", {"one": b"good"})
    monkeypatch.setattr("almena.gather.archive.shutil.copyfileobj", full)
    with pytest.raises(StoreError, match="disk is full"):
        unpack(path, tmp_path / "out")


@settings(max_examples=80, deadline=None)
@given(position=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_damaged_zip_never_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, position: int, value: int
) -> None:
    folder = tmp_path_factory.mktemp("zip")
    path = zip_of(folder / "a.zip", {"one.txt": b"hello " * 9, "two.txt": bytes(range(256))})
    content = bytearray(path.read_bytes())
    content[position % len(content)] = value
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        assert all(written.is_file() for written in unpack(path, folder / "out"))
