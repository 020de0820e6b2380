"""Processes killed or interrupted at any moment, and two at once: nothing lost, nothing half there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from tests.app.toyville import contents, copy_file, file_of
from tests.cli.conftest import Almena, hear_interruptions

from almena.app.city_kit import is_made
from almena.cli import main

posix = pytest.mark.skipif(os.name != "posix", reason="signals of Unix")


class Forked:
    """A command in a forked copy of this process, where all libraries are loaded: it starts in a moment."""

    def __init__(self, folder: Path, *words: object) -> None:
        self.out, self.err = folder / "out.txt", folder / "err.txt"
        for path in (self.out, self.err):
            path.write_bytes(b"")
        reader, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._become([str(word) for word in words], writer)
        os.close(writer)
        os.read(reader, 1)  # until the command is about to begin
        os.close(reader)

    def _become(self, words: list[str], ready: int) -> None:
        """Run the command as the program does, and leave without the rest of the tests."""
        status = 99
        try:
            for stream, path in ((1, self.out), (2, self.err)):
                os.dup2(os.open(path, os.O_WRONLY), stream)
            sys.stdout = os.fdopen(1, "w", encoding="utf-8")
            sys.stderr = os.fdopen(2, "w", encoding="utf-8")
            tempfile.tempdir = str(self.out.parent)  # a killed command leaves its working folder behind
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, main._stop)
            os.write(ready, b"1")
            main.run(words)
        except KeyboardInterrupt:  # came before the first line of the command
            status = 130
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 99
        finally:
            sys.stderr.flush()
            os._exit(status)

    def end(self, number: int) -> None:
        """Send a signal; a command that has ended already is none the worse."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Return the exit status; negative numbers are signals."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    @property
    def said(self) -> str:
        """Return what was said on standard error."""
        return self.err.read_text(encoding="utf-8")


def moments(seed: int, longest: float, count: int = 3) -> list[float]:
    """Return random moments of a command that takes so many seconds, the same in every run."""
    dice = random.Random(seed)
    return [dice.uniform(0.0, longest) for _ in range(count)]


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_new_ended_at_any_moment_is_finished_by_the_same_command(
    almena: Almena, kit: Path, tmp_path: Path, number: int
) -> None:
    almena("new", tmp_path / "whole", "--kit", kit)
    for n, moment in enumerate(moments(1, 0.08)):
        city = tmp_path / f"city {n}"
        child = Forked(tmp_path, "new", city, "--kit", kit)
        time.sleep(moment)
        child.end(number)
        status = child.wait()
        assert status in ((0, -number) if number == signal.SIGKILL else (0, 130)), child.said
        assert "Traceback" not in child.said
        if not is_made(city):
            assert almena("new", city, "--kit", kit).status == 0
        assert contents(city / "kit") == contents(tmp_path / "whole" / "kit")
        assert almena("doctor", city).status == 0


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_profile_ended_at_any_moment_is_finished_by_the_next(
    almena: Almena, kit: Path, tmp_path: Path, profiled_small: Path, number: int
) -> None:
    city = tmp_path / "city"
    almena("new", city, "--kit", kit)
    for moment in moments(2, 0.15, 5):
        child = Forked(tmp_path, "profile", city)
        time.sleep(moment)
        child.end(number)
        status = child.wait()
        assert status in ((0, -number) if number == signal.SIGKILL else (0, 130)), child.said
        assert "Traceback" not in child.said
        report = city / "reports" / "html"
        assert not report.exists() or {"index.html", "observations.csv", "maps"} == {
            p.name for p in report.iterdir()
        }
    assert almena("profile", city).status == 0
    assert almena("doctor", city).status == 0
    assert almena("doctor", city, "--hash").out == almena("doctor", profiled_small, "--hash").out


@posix
def test_import_and_review_killed_at_any_moment_are_done_or_not_done(
    almena: Almena, kit: Path, town: Path, tmp_path: Path
) -> None:
    file = copy_file(kit, file_of(kit, "hydrants"), tmp_path / "h.geojson")
    before = contents(town / "kit")
    for moment in moments(3, 0.06):
        child = Forked(tmp_path, "import", town, file, "--role", "hydrants")
        time.sleep(moment)
        child.end(signal.SIGKILL)
        child.wait()
        if contents(town / "kit", skip=(".kit.toml.new",)) != before:
            assert b"h.geojson" in (town / "kit" / "kit.toml").read_bytes()
        assert almena("doctor", town).status == 0
    assert almena("import", town, file, "--role", "hydrants").status == 0
    for moment in moments(4, 0.03):
        child = Forked(tmp_path, "review", town, "identity.area", "--confirm", "--by", "Ana")
        time.sleep(moment)
        child.end(signal.SIGKILL)
        child.wait()
        assert almena("doctor", town).status == 0
    assert almena("profile", town).status == 0


@posix
@pytest.mark.parametrize("format", ["html", "zip"])
def test_an_export_killed_at_any_moment_leaves_the_former_one_or_the_next(
    almena: Almena,
    town: Path,
    tmp_path: Path,
    format: str,  # noqa: A002
) -> None:
    out = tmp_path / "outputs" / "out"
    assert almena("export", town, format, out).status == 0
    whole = contents(out) if out.is_dir() else out.read_bytes()
    for moment in moments(5, 0.15):
        child = Forked(tmp_path, "export", town, format, out)
        time.sleep(moment)
        child.end(signal.SIGKILL)
        child.wait()
        assert (contents(out) if out.is_dir() else out.read_bytes()) == whole


@posix
def test_an_interruption_is_told_in_one_sentence(tmp_path: Path, toy_kit: Path) -> None:
    """A real process: a run on its way is interrupted by Ctrl-C and says how to go on."""
    child = subprocess.Popen(
        [sys.executable, "-m", "almena", "demo", "--city-dir", str(tmp_path / "city")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "ALMENA_MIRROR": ""},
        encoding="utf-8",
        preexec_fn=hear_interruptions,
    )
    assert child.stderr is not None
    assert child.stderr.readline().startswith("… Making the city folder")
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (130, "")
    assert err.splitlines()[-1].startswith("Interrupted.")
    assert "run the same command again" in err
    assert "Traceback" not in err


@posix
def test_of_two_profiles_at_once_one_works_and_one_is_told(
    almena: Almena, toyville: Path, tmp_path: Path
) -> None:
    city = Path(shutil.copytree(toyville, tmp_path / "city"))
    shutil.rmtree(city / "reports" / "html")
    (tmp_path / "one").mkdir()
    first = Forked(tmp_path / "one", "profile", city, "--json")
    deadline = time.monotonic() + 10
    while not first.said and time.monotonic() < deadline:
        time.sleep(0.002)
    second = almena("profile", city, "--json")
    assert second.status == 2
    assert "Another program is writing" in second.json["problems"][0]["what"]
    assert str(first.pid) in second.json["problems"][0]["why"]
    assert almena("show", city, "identity.area").status == 0
    assert first.wait() == 0
    assert json.loads(first.out.read_text(encoding="utf-8"))["problems"] == []
    assert almena("profile", city).status == 0


@posix
def test_of_many_who_make_one_city_one_does_and_the_rest_are_told(
    almena: Almena, kit: Path, tmp_path: Path
) -> None:
    city = tmp_path / "city"
    children = []
    for n in range(4):
        (tmp_path / str(n)).mkdir()
        children.append(Forked(tmp_path / str(n), "new", city, "--kit", kit))
    statuses = [child.wait() for child in children]
    assert set(statuses) <= {0, 2}
    assert 0 in statuses
    assert all("Traceback" not in child.said for child in children)
    assert is_made(city)
    assert almena("profile", city).status == 0
    assert almena("doctor", city).status == 0
