"""One writer at a time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from store_examples import LATER, NOW

from almena.model.problem import StoreError
from almena.store.folder import CityFolder
from almena.store.lock import LOCK_FILE, holder, writer

HOLD = """
import sys; from pathlib import Path
from almena.store.lock import writer
with writer(Path(sys.argv[1]), what="almena profile", at="2026-11-20T12:00:00Z"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_program(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Hold the folder from another process for the length of a block."""
    source = str(Path(sys.modules["almena"].__file__ or "").parents[1])
    program = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        env={**os.environ, "PYTHONPATH": source},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "held\n"
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


def test_the_second_writer_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with another_program(tmp_path) as program:
        with pytest.raises(StoreError, match="Another program is writing") as caught, hold(tmp_path):
            pass
        (problem,) = caught.value.problems
        assert problem.where == str(tmp_path)
        who = f"`almena profile` (process {program.pid} on {socket.gethostname()}, since {NOW})"
        assert who in problem.why
        assert problem.remedy


def test_the_lock_of_a_killed_program_is_taken_over_at_once(tmp_path: Path) -> None:
    with another_program(tmp_path) as program:
        program.send_signal(signal.SIGKILL)
        program.wait()
        assert holder(tmp_path)["pid"] == program.pid  # its words are still there, its lock is not
        with hold(tmp_path):
            assert holder(tmp_path)["pid"] == os.getpid()


def test_the_lock_ends_with_its_block_even_when_that_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyError), hold(tmp_path):
        raise KeyError
    assert holder(tmp_path) == {}
    with hold(tmp_path):
        pass


def test_one_program_cannot_hold_a_folder_twice(tmp_path: Path) -> None:
    with hold(tmp_path):
        with pytest.raises(StoreError, match="since 2026-11-20"), writer(tmp_path, what="again", at=LATER):
            pass
        assert holder(tmp_path)["what"] == "almena import"


def test_two_folders_have_two_writers(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with hold(tmp_path / "a"), hold(tmp_path / "b"):
        assert holder(tmp_path / "b")["pid"] == os.getpid()


def test_the_holder_signs_with_what_it_does(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).write_text("x" * 500)  # longer words of an earlier holder
    with hold(tmp_path):
        signed = json.loads((tmp_path / LOCK_FILE).read_text())
    here = {"pid": os.getpid(), "host": socket.gethostname()}
    assert signed == {**here, "what": "almena import", "since": NOW}


@pytest.mark.parametrize("words", [b"", b"not json", b"\xff\xfe", b"[1]"])
def test_words_that_cannot_be_read_do_not_hide_the_lock(tmp_path: Path, words: bytes) -> None:
    with hold(tmp_path):
        (tmp_path / LOCK_FILE).write_bytes(words)
        assert holder(tmp_path) == {}
        with pytest.raises(StoreError, match="held by another program"), hold(tmp_path):
            pass


def test_a_copied_lock_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
    with hold(tmp_path):
        pass


def test_a_folder_that_is_gone_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"), hold(tmp_path / "gone"):
        pass


def test_a_city_is_held_by_its_folder_and_can_be_read_meanwhile(city: CityFolder) -> None:
    with city.lock(what="almena profile", at=NOW), CityFolder.open(city.path) as reader:
        with pytest.raises(StoreError, match="almena profile"), reader.lock(what="almena import", at=NOW):
            pass
        assert reader.city == city.city


def hold(folder: Path) -> AbstractContextManager[None]:
    return writer(folder, what="almena import", at=NOW)
