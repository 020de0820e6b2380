"""Zip files from strangers."""

from __future__ import annotations

import contextlib
import io
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.harmonise import archive
from almena.harmonise.archive import climbs_out, safe_zip
from almena.model.problem import InputError

from .kitchen import said


def packed(folder: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "some.zip"
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as error:
        safe_zip(path, "kit/some.zip")
    assert "kit/some.zip" in said(error.value)
    return said(error.value)


def test_an_honest_archive_lists_its_files(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a/stops.txt": b"x", "a/": b"", "b.txt": b"y" * 1000})
    assert safe_zip(path) == ("a/stops.txt", "b.txt")


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = packed(tmp_path, {"zeros.csv": b"\0" * (archive.RATIO_FROM + 1)})
    assert "bomb" in refusal(path)


def test_a_small_member_may_be_packed_tightly(tmp_path: Path) -> None:
    assert safe_zip(packed(tmp_path, {"zeros.csv": b"\0" * 2**20})) == ("zeros.csv",)


def test_the_whole_may_not_be_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path, {"a": b"1" * 600, "b": b"2" * 600})
    monkeypatch.setattr(archive, "MAX_TOTAL", 1199)
    assert "1,200 bytes, more than 1,199" in refusal(path)
    monkeypatch.setattr(archive, "MAX_TOTAL", 1200)
    assert safe_zip(path) == ("a", "b")


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path, {f"{i}.txt": b"" for i in range(4)})
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    assert "too many files" in refusal(path)


@pytest.mark.parametrize(
    "name", ["../up.txt", "a/../../up.txt", "/etc/passwd", "C:/x.txt", "C:\\x.txt", "..\\up.txt"]
)
def test_names_that_climb_out_are_refused(tmp_path: Path, name: str) -> None:
    assert climbs_out(name)
    assert "climbs out" in refusal(packed(tmp_path, {name: b"x"}))


@pytest.mark.parametrize("name", ["a.txt", "a/b/c.txt", "a..b/c.txt", "Relatório 2.csv"])
def test_ordinary_names_pass(name: str) -> None:
    assert not climbs_out(name)


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.zip"
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(link, "/etc/passwd")
    assert "link" in refusal(path)


def test_a_password_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.txt": b"x"}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    centre = raw.index(b"PK\x01\x02")
    raw[centre + 8] |= 1
    path.write_bytes(raw)
    assert "password" in refusal(path)


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.txt": b"x" * 50, "b.txt": b"y" * 50}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    second = raw.rindex(b"PK\x01\x02")
    raw[second + 42 : second + 46] = struct.pack("<I", 10)  # the second member now begins inside the first
    path.write_bytes(raw)
    assert "overlap" in refusal(path)


def test_members_that_overlap_by_their_last_bytes_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.txt": b"x" * 50, "b.txt": b"y" * 50}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    second = raw.rindex(b"PK\x01\x02")
    honest = struct.unpack("<I", raw[second + 42 : second + 46])[0]
    assert honest == 30 + len("a.txt") + 50  # header, name and content of the first member
    raw[second + 42 : second + 46] = struct.pack("<I", honest - 1)
    path.write_bytes(raw)
    assert "overlap" in refusal(path)


def test_all_problems_are_named_together(tmp_path: Path) -> None:
    text = refusal(packed(tmp_path, {"../a": b"x", "/b": b"y"}))
    assert "'../a'" in text
    assert "'/b'" in text


def test_what_is_no_zip_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(b"<html>not found</html>")
    assert "not a readable zip" in refusal(path)
    path.write_bytes(packed(tmp_path, {"a": b"x"}).read_bytes()[:40])
    assert "not a readable zip" in refusal(path)


@given(st.binary(max_size=300))
def test_damaged_archives_never_end_in_a_traceback(noise: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("a.txt", "hello")
    raw = bytearray(buffer.getvalue())
    for i, byte in enumerate(noise):
        raw[(i * 7919 + byte) % len(raw)] ^= byte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.zip"
        path.write_bytes(raw)
        with contextlib.suppress(InputError):
            assert isinstance(safe_zip(path), tuple)
