"""How the command line speaks: to terminals that know few letters, to pipes that close, to nobody at all."""

from __future__ import annotations

import io
import json
import math
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.cli import main, speak
from almena.model.problem import Problem

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Terminal(io.TextIOWrapper):
    """A standard output of some encoding that remembers its bytes."""

    def __init__(self, encoding: str) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=encoding, write_through=True)


@given(ANYTHING)
def test_whatever_is_printed_as_json_can_be_read_back(document: object) -> None:
    for encoding in ("utf-8", "ascii", "cp1252"):
        with pytest.MonkeyPatch.context() as patch:
            terminal = Terminal(encoding)
            patch.setattr(sys, "stdout", terminal)
            speak.make_ready()
            speak.print_json(document)
        assert same(json.loads(terminal.bytes.getvalue().decode(encoding)), document)


def same(read: object, said: object) -> bool:
    """Compare a document with what was read back: what JSON has no number for is null."""
    if isinstance(said, float) and not math.isfinite(said):
        return read is None
    if isinstance(said, dict):
        return isinstance(read, dict) and all(same(read[k], v) for k, v in said.items())
    if isinstance(said, list):
        return isinstance(read, list) and all(same(r, s) for r, s in zip(read, said, strict=True))
    return read == said


def test_a_path_in_a_document_is_a_text_and_a_set_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    speak.print_json({"path": Path("a b"), "set": {1}, 3: (1.5, float("inf"))})
    assert json.loads(capsys.readouterr().out) == {"path": "a b", "set": [1], "3": [1.5, None]}


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_name_that_a_terminal_cannot_show_is_spelled_out(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    terminal = Terminal(encoding)
    monkeypatch.setattr(sys, "stdout", terminal)
    speak.make_ready()
    speak.say("Łódź 東京 \udcff")
    shown = terminal.bytes.getvalue().decode(encoding)
    assert "\\udcff" in shown
    assert ("東京" in shown) is (encoding == "utf-8")


def test_nobody_listening_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        """A pipe whose reader has left."""

        def write(self, _: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(sys, "stderr", Gone())
    speak.progress("Reading")
    speak.complain([Problem("a")], "All:")
    monkeypatch.setattr(sys, "stderr", None)
    speak.progress("Reading")
    monkeypatch.setattr(sys, "stdout", None)
    speak.say("a")
    speak.print_json({})
    speak.settle()


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (None, 2, "–"),
        (1234567.891, 0, "1,234,568"),
        (0.5, 2, "0.50"),
        (-1234.5, 1, "-1,234.5"),
        (0.0, 0, "0"),
    ],
)
def test_numbers_are_shown_with_their_thousands_apart(value: float | None, decimals: int, shown: str) -> None:
    assert speak.number(value, decimals) == shown


def test_tables_stand_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    speak.table([("a", "bbb", "c"), ("aaa", "b", "")])
    speak.table([])
    assert capsys.readouterr().out == "a    bbb  c\naaa  b\n"


def test_problems_are_told_with_a_heading_only_when_there_are_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    speak.complain([], "Broken:")
    assert stream.getvalue() == ""
    speak.complain(iter([Problem("What", "Where", "Why", "Remedy")]), "Broken:")
    assert stream.getvalue() == "Broken:\nWhat\n  where: Where\n  why:   Why\n  do:    Remedy\n"


@pytest.mark.skipif(os.name != "posix", reason="quoting of the shells of Unix")
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1))
def test_a_path_can_be_typed_as_it_is_shown(name: str) -> None:
    path = Path(name)
    assert shlex.split(speak.quoted(path)) == [str(path)]


def gaps(city: Path, redirection: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """List gaps in a shell."""
    command = f"{shlex.quote(sys.executable)} -m almena gaps {shlex.quote(str(city))} {redirection}"
    settings = {**os.environ, **environment}
    return subprocess.run(["sh", "-c", command], capture_output=True, env=settings, check=False, timeout=60)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_an_answer_that_cannot_be_printed_is_said_without_a_traceback(profiled_small: Path) -> None:
    said = gaps(profiled_small, "> /dev/full")
    assert said.returncode == 1
    assert b"cannot be printed" in said.stderr
    assert b"Traceback" not in said.stderr
    assert b"Exception ignored" not in said.stderr


def test_a_pipe_that_closes_early_and_a_closed_output_are_no_errors(profiled_small: Path) -> None:
    for redirection in ("| true", ">&-"):
        said = gaps(profiled_small, redirection)
        assert (said.returncode, said.stdout, said.stderr) == (0, b"", b""), redirection


def test_an_old_terminal_gets_its_answer(profiled_small: Path) -> None:
    said = gaps(profiled_small, "", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert said.returncode == 0
    assert said.stdout.decode("ascii")
    assert said.stderr == b""


@pytest.mark.parametrize(
    ("trouble", "status", "words"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (OSError(28, "No space left on device", "city.db"), 2, "city.db"),
        (ValueError("by hand"), 2, "mistake of its own"),
        (MemoryError(), 2, "MemoryError"),
        (RecursionError("deep"), 2, "RecursionError"),
        (SystemError("odd"), 2, "SystemError"),
    ],
)
def test_whatever_goes_wrong_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trouble: BaseException,
    status: int,
    words: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.delenv("ALMENA_DEBUG", raising=False)
    monkeypatch.setattr(main, "told_command", lambda _: fail)
    assert main._run(["gaps", "x", "--json"]) == status
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err
    if status == 2:
        assert json.loads(said.out)["problems"]


def test_the_details_of_a_mistake_of_ours_are_shown_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("by hand")

    monkeypatch.setattr(main, "told_command", lambda _: fail)
    monkeypatch.setenv("ALMENA_DEBUG", "1")
    with pytest.raises(ValueError, match="by hand"):
        main._run(["gaps", "x"])
