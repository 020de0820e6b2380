"""The command line for tests: in this process where that proves the same, so that a journey takes a moment."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.app.conftest import profiled, profiled_small, toy_kit
from tests.app.toyville import small_kit

from almena.app.profile import Profile
from almena.cli.main import _run

__all__ = ["profiled", "profiled_small", "toy_kit"]


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the one document on standard output; anything beside it is an error."""
        return json.loads(self.out)


Almena = Callable[..., Said]


@pytest.fixture
def almena(monkeypatch: pytest.MonkeyPatch) -> Almena:
    """Return a function that runs a command as a person types it; no command may show a traceback."""
    monkeypatch.setenv("ALMENA_MIRROR", "")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")  # whatever language the developer's machine speaks

    def run(*words: object) -> Said:
        """Run one command."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = _run([str(word) for word in words])
        said = Said(status, out.getvalue(), err.getvalue())
        assert "Traceback" not in said.out + said.err
        assert "mistake of its own" not in said.err
        return said

    return run


def hear_interruptions() -> None:
    """Let a new process hear Ctrl-C, which a shell takes from whatever it starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def in_a_process(
    *words: object, cwd: Path | None = None, text: bool = True, **environment: str
) -> subprocess.CompletedProcess[Any]:
    """Run a command in a process of its own."""
    settings = {**os.environ, "ALMENA_MIRROR": "", **environment}
    command = [sys.executable, "-m", "almena", *map(str, words)]
    return subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8" if text else None,
        cwd=cwd,
        env=settings,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="session")
def toyville(profiled: tuple[Path, Profile]) -> Path:
    """Return a profiled generated city; do not change it."""
    return profiled[0]


@pytest.fixture
def town(profiled_small: Path, tmp_path: Path) -> Path:
    """Return a small profiled city that a test may change."""
    return Path(shutil.copytree(profiled_small, tmp_path / "the town"))


@pytest.fixture
def kit(toy_kit: Path, tmp_path: Path) -> Path:
    """Return a small kit that a test may change."""
    return small_kit(toy_kit, tmp_path / "kit")
