"""Whatever a city has and lacks, its profile is made: random parts of the generated city's files."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from almena.app.create import new_city
from almena.app.profile import profile
from almena.app.settings import Settings
from almena.gather.kit_write import write_kit
from almena.gather.toy import write_toy_city
from almena.model.kit import Kit

SETTINGS = Settings(clock=lambda: "2026-11-20T12:00:00+00:00")


@pytest.fixture(scope="module")
def toyville(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """Return the generated kit; do not change it."""
    return write_toy_city(tmp_path_factory.mktemp("subsets") / "kit")


@pytest.mark.parametrize(("seed", "share"), [(1, 0.1), (2, 0.3), (3, 0.5), (4, 0.7), (5, 0.9)])
def test_any_part_of_a_city_makes_a_profile_without_a_fault_of_our_own(
    toyville: Kit, tmp_path: Path, seed: int, share: float
) -> None:
    dice = random.Random(seed)
    files = tuple(f for f in toyville.files if f.role == "boundary" or dice.random() < share)
    folder = tmp_path / "kit"
    folder.mkdir()
    for source in toyville.folder.rglob("*"):
        target = folder / source.relative_to(toyville.folder)
        target.mkdir(exist_ok=True) if source.is_dir() else target.write_bytes(source.read_bytes())
    write_kit(replace(toyville, files=files), folder)
    new_city(tmp_path / "city", folder, SETTINGS)
    found = profile(tmp_path / "city", SETTINGS)
    assert found.problems == ()
    assert [t.detail for t in found.self_tests if not t.passed] == []
    assert Path(found.outputs["html"]).is_file()
    counts = found.as_dict()["indicators"]
    assert counts["missing"] < sum(counts.values())


def test_the_outline_alone_makes_a_profile_that_says_what_it_lacks(toyville: Kit, tmp_path: Path) -> None:
    folder = tmp_path / "kit"
    outline = next(f for f in toyville.files if f.role == "boundary" and f.combine == "prefer")
    (folder / outline.path).parent.mkdir(parents=True)
    (folder / outline.path).write_bytes((toyville.folder / outline.path).read_bytes())
    write_kit(replace(toyville, files=(outline,)), folder)
    new_city(tmp_path / "city", folder, SETTINGS)
    found = profile(tmp_path / "city", SETTINGS)
    values = {o.observation.indicator for o in found.observations if not o.observation.is_missing}
    assert values == {
        "identity.area",
        "identity.population",
        "identity.population_density",
        "identity.population_tagged",
    }
    people = {o.observation.use for o in found.observations if "population" in o.observation.indicator}
    assert people <= {"context"}  # a number that anybody may write on the map is nothing to act on
    page = Path(found.outputs["html"]).read_text(encoding="utf-8")
    assert "Toyville" in page
