"""Files that are written whole or not at all, and packed answers that end where a limit ends."""

from __future__ import annotations

import errno
import gzip
import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather.trouble import cannot_write
from almena.gather.unzipping import Unzipper
from almena.gather.whole import written_whole
from almena.model.problem import StoreError


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def broken_off(target: Path, error: BaseException) -> None:
    """Write half of a file, and then something happens."""
    with written_whole(target) as half:
        half.write_text("new")
        raise error


def test_a_file_appears_when_it_is_whole_and_under_a_name_of_its_own_kind_before(tmp_path: Path) -> None:
    target = tmp_path / "new" / "people.tif"
    with written_whole(target) as half:
        half.write_text("half")
        assert names(target.parent) == [".part-people.tif"]
        assert half.suffix == ".tif"
    assert names(target.parent) == ["people.tif"]
    assert target.read_text() == "half"


@pytest.mark.parametrize("error", [ValueError("odd"), KeyboardInterrupt()])
def test_whatever_stops_the_writing_leaves_the_former_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    target = tmp_path / "a.csv"
    target.write_text("former")
    with pytest.raises(type(error)):
        broken_off(target, error)
    assert target.read_text() == "former"
    assert names(tmp_path) == ["a.csv"]


def test_a_full_disk_is_told_in_words_and_leaves_the_former_file(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("former")
    with pytest.raises(StoreError) as caught:
        broken_off(target, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    problem = caught.value.problems[0]
    assert (problem.what, problem.why) == ("A file cannot be kept.", "the disk is full")
    assert problem.where == str(tmp_path)
    assert target.read_text() == "former"
    assert names(tmp_path) == ["a.csv"]


def test_what_a_former_run_left_half_written_is_not_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / ".part-a.csv").write_text("left behind")
    with written_whole(tmp_path / "a.csv") as half:
        assert not half.exists()
        half.write_text("new")
    assert (tmp_path / "a.csv").read_text() == "new"


@pytest.mark.parametrize(
    ("number", "why", "remedy"),
    [
        (errno.ENOSPC, "the disk is full", "Free some space"),
        (errno.EDQUOT, "the disk is full", "Free some space"),
        (errno.EACCES, "the system refuses access", "Change the permissions"),
        (errno.EPERM, "the system refuses access", "Change the permissions"),
        (errno.EROFS, "the system refuses access", "Change the permissions"),
        (errno.EIO, os.strerror(errno.EIO), "Check the disk"),
    ],
)
def test_each_trouble_of_a_disk_has_its_own_remedy(number: int, why: str, remedy: str) -> None:
    folder = Path("cities")
    problem = cannot_write(folder, OSError(number, os.strerror(number))).problems[0]
    assert (problem.where, problem.why) == ("cities", why)
    assert problem.remedy.startswith(remedy)
    named = cannot_write(folder, OSError(number, os.strerror(number), "cities/a.csv")).problems[0]
    assert named.where == "cities/a.csv"


@settings(max_examples=30)
@given(st.binary(max_size=3_000), st.sampled_from(["gzip", "x-gzip", "deflate"]), st.integers(1, 500))
def test_an_answer_is_whole_only_when_its_last_byte_came(content: bytes, encoding: str, step: int) -> None:
    packed = gzip.compress(content) if "gzip" in encoding else zlib.compress(content)
    unzipper = Unzipper(encoding)
    got = b""
    for start in range(0, len(packed) - 1, step):
        got += b"".join(unzipper.unpack(packed[start : min(start + step, len(packed) - 1)]))
    assert not unzipper.is_whole
    got += b"".join(unzipper.unpack(packed[-1:]))
    assert unzipper.is_whole
    assert got == content


def test_a_bomb_comes_in_pieces_that_can_be_stopped(tmp_path: Path) -> None:
    """64 MiB of zeros pack into some 64 KiB: no piece may hold more than the mebibyte asked for at a time."""
    pieces = Unzipper("gzip").unpack(gzip.compress(bytes(64 << 20)))
    assert len(next(pieces)) <= 1 << 20
    assert len(next(pieces)) <= 1 << 20


def test_a_damaged_piece_is_an_error_of_its_own_kind() -> None:
    with pytest.raises(ValueError, match="Error"):
        list(Unzipper("gzip").unpack(b"no gzip at all"))
