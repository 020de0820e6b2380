"""Reports of the invented city, written once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.publish import city

from almena.publish.report import write_report


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
