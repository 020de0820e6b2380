"""A generated city, profiled once, for the tests of the use cases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from almena.app.create import new_city
from almena.app.profile import Profile, profile
from almena.app.settings import Settings

NOW = "2026-11-20T12:00:00+00:00"


def settings(**more: object) -> Settings:
    """Return settings with a clock that stands still."""
    return Settings(clock=lambda: NOW, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def profiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Profile]:
    """Return a profiled generated city and what its first run said; do not change it."""
    path = tmp_path_factory.mktemp("cities") / "toyville"
    assert new_city(path, "toy", settings()) == []
    return path, profile(path, settings())


@pytest.fixture
def city(profiled: tuple[Path, Profile], tmp_path: Path) -> Path:
    """Return a copy of the profiled city that a test may change."""
    copy = tmp_path / "copy of toyville"
    shutil.copytree(profiled[0], copy)
    return copy
