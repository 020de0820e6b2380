"""The real city, with the mess of its files: every value arrives, every layer opens, sensitive roles stay at home."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import frictionless
import openpyxl
import pyogrio
import pytest
from pysdmx.io import get_datasets
from tests.publish.conftest import RealCity

from almena.publish.exchange.datapackage import write_data_package
from almena.publish.exchange.layers import VALUES_PARTS, left_out, map_layers, value_column
from almena.publish.exchange.sdmx import write_sdmx
from almena.publish.facts import Facts


@pytest.fixture(scope="module")
def layers(real_run: RealCity) -> Path:
    return real_run.folder / "city" / "layers.gpkg"


def test_each_run_leaves_a_workbook_with_every_value(real_run: RealCity) -> None:
    book = openpyxl.load_workbook(real_run.folder / "city" / "reports" / "profile.xlsx", read_only=True)
    header, *rows = book["observations"].iter_rows(values_only=True)
    assert len(rows) == len(real_run.public.observations)
    read = {row[header.index("observation")]: row[header.index("value")] for row in rows}
    listed = csv.DictReader(io.StringIO(real_run.text("public.csv").removeprefix("\ufeff")))
    for row in listed:
        key = "#".join([row["indicator"], row["place"], row["period"], row["dimensions"]])
        expected = float(row["value"]) if row["value"] else None
        assert read[key] == (expected if expected is None else pytest.approx(expected, rel=1e-14))


def test_each_run_leaves_layers_that_open_with_all_their_features(real_run: RealCity, layers: Path) -> None:
    written = dict(pyogrio.list_layers(layers))
    for layer in map_layers(real_run.public):
        assert layer.name in written
        assert pyogrio.read_info(layers, layer=layer.name)["features"] == len(layer.geometry)
    assert not {"hydrants", "power_lines", "risk_sectors", "social_facilities"} & set(written)
    assert [each.role for each in left_out(real_run.public)] == ["addresses"]


def test_values_on_the_map_are_those_of_the_profile(real_run: RealCity, layers: Path) -> None:
    meta, _, _, columns = pyogrio.raw.read(layers, layer=VALUES_PARTS, read_geometry=False)
    fields = dict(zip(meta["fields"], columns, strict=True))
    parts = Facts(real_run.public).parts("mobility.transit_access_500m")
    known = {o.place: o.value for o in parts.values() if not o.is_missing}
    shown = dict(zip(fields["place"], fields[value_column("mobility.transit_access_500m")], strict=True))
    assert len(known) > 40
    assert {place: value for place, value in shown.items() if value == value} == known


def test_the_project_lies_beside_and_the_rasters_too(real_run: RealCity) -> None:
    city = real_run.folder / "city"
    assert (city / "layers.qgs").is_file()
    assert {p.name for p in (city / "rasters").iterdir()} == {
        "population_grid.tif",
        "land_cover.tif",
        "elevation.tif",
    }


def test_other_programs_accept_the_real_tables(real_run: RealCity, tmp_path: Path) -> None:
    for write, name in ((write_sdmx, "sdmx"), (write_data_package, "package")):
        with zipfile.ZipFile(write(real_run.public, tmp_path / f"{name}.zip")) as archive:
            archive.extractall(tmp_path / name)
    (found,) = get_datasets(tmp_path / "sdmx" / "data.csv", tmp_path / "sdmx" / "structure.xml")
    assert len(found.data) == len(real_run.public.observations)
    report = frictionless.validate(tmp_path / "package" / "datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]
