"""The documentation does what it says: every command of every tutorial is run, every link leads somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from almena.cli.kits import kit_app
from almena.cli.main import app

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")])
TUTORIALS = [p for p in PAGES if "```console" in p.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda p: p.name)
def test_every_command_of_the_tutorials_works(page: Path, tmp_path: Path) -> None:
    shim = tmp_path / "bin"
    shim.mkdir()
    (shim / "almena").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m almena "$@"\n', encoding="utf-8")
    (shim / "almena").chmod(0o755)
    environment = {**os.environ, "PATH": f"{shim}:{os.environ['PATH']}", "ALMENA_MIRROR": ""}
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
        for command, expected in _steps(block):
            done = subprocess.run(
                command,
                shell=True,
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            for line in expected:
                assert line in done.stdout, f"{command} did not say {line!r} but\n{done.stdout}"


def _steps(block: str) -> list[tuple[str, list[str]]]:
    steps: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif line.strip():
            steps[-1][1].append(line)
    return steps


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_every_verb_of_the_command_line_is_documented() -> None:
    text = (REPOSITORY / "docs" / "command-line.md").read_text(encoding="utf-8")
    names = [c.name or c.callback.__name__.rstrip("_") for c in app.registered_commands if c.callback]
    names += [f"kit {c.name}" for c in kit_app.registered_commands]
    for name in names:
        assert f"`almena {name}" in text, name


def test_no_page_names_a_path_of_somebodys_machine() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"/(?:home|root|work|tmp|Users)/", text), page.name
