"""The tables of the world that lie beside every kit: each row is there, each number is that of its cell."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from almena.gather.kit import load_kit
from almena.gather.mirror import find_files
from almena.harmonise import read_role
from almena.harmonise.found import FoundFile
from almena.model.data import Layer, RoleData, Table
from almena.packs import load_roles

pytestmark = pytest.mark.real

ROWS = {
    "country_metadata": 265,
    "country_urban_population": 27_573,
    "country_urban_indicators": 16_162,
    "country_poverty": 2_924,
    "country_hdi": 5_001,
    "country_earthquakes": 17_936,
    "country_earthquake_deaths": 12_992,
    "capital_population": 232,
    "large_city_population": 540,
    "world_cities": 1_249,
    "earthquakes": 6_107,
}


@pytest.fixture(scope="module")
def world(mirror: Path) -> dict[str, RoleData]:
    """Return the contents of the block of world tables in the kit."""
    located = [f for f in find_files(load_kit("porto-alegre"), mirror) if f.spec.path.startswith("world/")]
    assert all(f.problem is None for f in located)
    found = {}
    for one in located:
        assert one.source is not None
        content, problems = read_role(
            load_roles()[one.spec.role], [FoundFile(one.spec, one.paths, one.source)]
        )
        assert problems == []
        found[one.spec.role] = content
    return found


def test_the_block_of_the_kit_holds_these_tables(world: dict[str, RoleData]) -> None:
    assert set(world) == set(ROWS)


@pytest.mark.parametrize("role, rows", ROWS.items())
def test_no_row_is_lost(world: dict[str, RoleData], role: str, rows: int) -> None:
    content = world[role]
    assert isinstance(content, (Table, Layer))
    assert len(content) == rows


def test_numbers_are_those_of_their_cells(world: dict[str, RoleData], mirror: Path) -> None:
    table = world["country_poverty"]
    assert isinstance(table, Table)
    with (mirror / "world/worldbank_poverty_1960_2020.csv").open(encoding="utf-8-sig") as handle:
        cells = [r["average_value_Gini index (World Bank estimate)"] for r in csv.DictReader(handle)]
    expected = np.array([float(c) if c else np.nan for c in cells])
    np.testing.assert_array_equal(np.asarray(table.columns["gini"], float), expected)


def test_the_depth_of_an_earthquake_is_its_third_coordinate(world: dict[str, RoleData], mirror: Path) -> None:
    layer = world["earthquakes"]
    assert isinstance(layer, Layer)
    raw = json.loads((mirror / "world/usgs_earthquakes_2017-09_10.geojson").read_text(encoding="utf-8"))
    depths = [f["geometry"]["coordinates"][2] for f in raw["features"]]
    np.testing.assert_array_equal(layer.fields["depth"], depths)
    assert layer.crs in ("EPSG:4326", "OGC:CRS84")


def test_groups_of_countries_are_told_from_countries_by_their_blank_income_group(
    world: dict[str, RoleData],
) -> None:
    table = world["country_metadata"]
    assert isinstance(table, Table)
    blank = table.columns["income_group"] == ""
    names = set(table.columns["name"][blank].tolist())
    assert {"Arab World", "World"} <= names
    assert "Brazil" not in names


def test_every_file_of_the_world_says_its_terms_and_its_source() -> None:
    for file in load_kit("porto-alegre").files:
        if file.path.startswith("world/"):
            assert file.licence
            assert file.attribution
            assert len(file.sha256) == 64
            assert bool(file.url) == (file.bytes == "original")
            assert not file.where, (
                "rows are taken by the country of the kit, so that the block fits every kit"
            )
