"""Reports of the invented city, written once; and those of the real city, profiled once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.publish import city

import almena.app.profile
from almena.app.create import new_city
from almena.app.settings import Settings
from almena.publish.editions import for_edition
from almena.publish.material import CITY_EDITION, Material
from almena.publish.records import write_csv, write_json
from almena.publish.report import write_report

NOW = "2026-11-20T12:00:00+00:00"
NAMED = frozenset({"informal_settlements", "hydrants", "power_lines", "risk_sectors", "social_facilities"})


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the folders of the reports of four runs."""
    folder = tmp_path_factory.mktemp("reports")
    runs = {
        "public": city.material(),
        "city": city.material(
            "city", city_roles=frozenset({"informal_settlements", "hydrants", "power_lines"})
        ),
        "dry": city.material(event=False),
        "poor": city.poor_material(),
    }
    return {name: write_report(run, folder / name).parent for name, run in runs.items()}


@pytest.fixture(scope="session")
def pages(reports: dict[str, Path]) -> dict[str, str]:
    """Return the pages as text."""
    return {name: (folder / "index.html").read_text(encoding="utf-8") for name, folder in reports.items()}


@dataclass(frozen=True)
class RealCity:
    """What one run of the real city gave: its folder of outputs and its public material."""

    folder: Path
    public: Material

    def text(self, name: str) -> str:
        """Return an output as text."""
        return (self.folder / name).read_text(encoding="utf-8")

    @property
    def page(self) -> str:
        """Return the public page."""
        return self.text("public/index.html")


@pytest.fixture(scope="session")
def real_run(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> RealCity:
    """Profile the real city once and write every output of both editions."""
    folder = tmp_path_factory.mktemp("real")
    settings = Settings(mirror=mirror, clock=lambda: NOW)
    assert new_city(folder / "city", "porto-alegre", settings) == []
    held: list[Material] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(almena.app.profile, "for_edition", _holding(held))
        found = almena.app.profile.profile(folder / "city", settings)
    (whole,) = held
    public = for_edition(whole)
    write_csv(public, folder / "public.csv")
    write_json(public, folder / "public.json")
    write_report(replace(whole, edition=CITY_EDITION, city_roles=NAMED), folder / "city_edition")
    shutil.copytree(Path(found.outputs["html"]).parent, folder / "public")
    return RealCity(folder, public)


def _holding(held: list[Material]) -> Callable[[Material], Material]:
    def cut(material: Material) -> Material:
        held.append(material)
        return for_edition(material)

    return cut
