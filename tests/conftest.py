"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# continuous integration repeats the same examples, so that a change is judged by itself; at a desk the search goes on
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

REPOSITORY = Path(__file__).resolve().parents[1]


def mirror_folder() -> Path | None:
    """Return the folder with real data: ``ALMENA_MIRROR``, else the folder beside the repository."""
    named = os.environ.get("ALMENA_MIRROR")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Return the folder with real data; in continuous integration its absence is a failure, not a skip."""
    folder = mirror_folder()
    if folder is None:
        if os.environ.get("CI"):
            pytest.fail("the data folder is missing: real-data tests must run in continuous integration")
        pytest.skip("no data folder: set ALMENA_MIRROR to run the tests on real files")
    return folder


@pytest.fixture(scope="session")
def porto_alegre(mirror: Path) -> Path:
    """Return the folder with Porto Alegre's files."""
    return mirror / "porto_alegre"
