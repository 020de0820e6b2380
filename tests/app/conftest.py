"""A generated city, profiled once, for the tests of the use cases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.app.toyville import once, settings, small_kit, whole_kit

from almena.app.create import new_city
from almena.app.profile import Profile, profile


@pytest.fixture(scope="session")
def toy_kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the generated kit, all roles filled; do not change it."""
    return once("kit", lambda: whole_kit(tmp_path_factory.mktemp("kits") / "toy"))


@pytest.fixture(scope="session")
def profiled(tmp_path_factory: pytest.TempPathFactory, toy_kit: Path) -> tuple[Path, Profile]:
    """Return a profiled generated city and what its first run said; do not change it."""

    def make() -> tuple[Path, Profile]:
        """Make the city and profile it."""
        path = tmp_path_factory.mktemp("cities") / "toyville"
        assert new_city(path, toy_kit, settings()) == []
        return path, profile(path, settings())

    return once("profiled", make)


@pytest.fixture(scope="session")
def profiled_small(tmp_path_factory: pytest.TempPathFactory, toy_kit: Path) -> Path:
    """Return a small profiled city; do not change it."""

    def make() -> Path:
        """Make the city and profile it."""
        folder = tmp_path_factory.mktemp("small")
        kit = small_kit(toy_kit, folder / "kit")
        assert new_city(folder / "city", kit, settings()) == []
        profile(folder / "city", settings())
        return folder / "city"

    return once("small", make)


@pytest.fixture
def city(profiled: tuple[Path, Profile], tmp_path: Path) -> Path:
    """Return a copy of the profiled city that a test may change."""
    return Path(shutil.copytree(profiled[0], tmp_path / "copy of toyville"))


@pytest.fixture
def town(profiled_small: Path, tmp_path: Path) -> Path:
    """Return a copy of the small profiled city that a test may change."""
    return Path(shutil.copytree(profiled_small, tmp_path / "the town"))


@pytest.fixture
def kit(toy_kit: Path, tmp_path: Path) -> Path:
    """Return a small kit that a test may change."""
    return small_kit(toy_kit, tmp_path / "kit")
