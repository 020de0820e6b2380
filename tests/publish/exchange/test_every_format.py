"""What holds for every installed format: nothing secret, every credit, equal bytes, never half a file."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import pytest
from tests.publish import city
from tests.publish.exchange import town

from almena.model.problem import AlmenaError
from almena.packs.table import read_table
from almena.publish.exchange.geopackage import write_geopackage
from almena.publish.exchange.star import star
from almena.publish.exporters import FOLDER, Exporter, installed_exporters, write_edition
from almena.publish.material import Material

FORMATS = sorted(installed_exporters()[0])
OURS = ["csv-excel", "datapackage", "dcat", "gpkg", "kml", "qgis", "rasters", "sdmx", "stac", "xlsx", "zip"]
# formats that hold no data of the streets, or that show the credit on the page of each layer
_WITHOUT_STREETS = ("rasters", "csv-excel")
REPOSITORY = Path(__file__).resolve().parents[3]


def exporter_of(name: str) -> Exporter:
    return installed_exporters()[0][name]


def write(name: str, material: Material, folder: Path) -> Path:
    """Write one format; a project gets the GeoPackage that it shows."""
    folder.mkdir(parents=True, exist_ok=True)
    if name == "qgis":
        write_geopackage(town.cut(material.edition), folder / "out.gpkg")
    target = folder / ("out.qgs" if name == "qgis" else "out")
    write_edition(exporter_of(name), material, target)
    return target


def test_all_formats_of_other_tools_are_installed() -> None:
    assert set(OURS) <= set(FORMATS)
    assert installed_exporters()[1] == []


@pytest.mark.parametrize("name", OURS)
def test_no_public_format_holds_a_secret(name: str, tmp_path: Path) -> None:
    text = town.everything_in(write(name, town.material(), tmp_path)).casefold()
    for secret in city.SECRETS:
        assert secret.casefold() not in text


@pytest.mark.parametrize("name", ["gpkg", "xlsx", "datapackage"])
def test_the_city_edition_holds_what_the_city_named(name: str, tmp_path: Path) -> None:
    assert city.SECRETS[0] in town.everything_in(write(name, town.material("city"), tmp_path))


@pytest.mark.parametrize("name", [name for name in OURS if name not in _WITHOUT_STREETS])
def test_openstreetmap_is_credited_with_its_licence(name: str, tmp_path: Path) -> None:
    text = town.everything_in(write(name, town.material(), tmp_path))
    assert town.OPEN_STREET_MAP in text
    assert re.search("ODbL|odbl", text)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("edition", ["public", "city"])
def test_equal_runs_give_equal_bytes(name: str, edition: str, tmp_path: Path) -> None:
    first, second = (write(name, town.material(edition), tmp_path / each) for each in ("1", "2"))
    files = [first] if first.is_file() else sorted(first.rglob("*"))
    assert files
    for file in files:
        other = second / file.relative_to(first) if first.is_dir() else second
        assert file.read_bytes() == other.read_bytes(), file.name


@pytest.mark.parametrize("name", OURS)
def test_nothing_else_is_left_where_a_format_is_written(name: str, tmp_path: Path) -> None:
    path = write(name, town.material(), tmp_path / "there")
    left = {p.name for p in path.parent.iterdir()} - {"out.gpkg"}
    assert left == {path.name}


@pytest.mark.parametrize("name", [n for n in OURS if n not in ("qgis", "zip")])
def test_a_place_that_cannot_be_written_is_a_problem_in_words(name: str, tmp_path: Path) -> None:
    (tmp_path / "wall").write_text("a file where a folder is wanted", encoding="utf-8")
    with pytest.raises(AlmenaError) as refused:
        write_edition(exporter_of(name), town.material(), tmp_path / "wall" / "out")
    assert refused.value.problems[0].remedy
    assert (tmp_path / "wall").read_text(encoding="utf-8").startswith("a file")


@pytest.mark.parametrize("name", OURS)
def test_a_city_of_which_hardly_anything_is_known_can_be_written(name: str, tmp_path: Path) -> None:
    assert write(name, city.poor_material(), tmp_path).exists()


def test_the_zip_holds_every_format_that_asks_for_it_with_a_readme_and_the_licences(tmp_path: Path) -> None:
    with zipfile.ZipFile(write("zip", town.material(), tmp_path)) as archive:
        names = archive.namelist()
        readme = archive.read("vale-claro/README.txt").decode()
    for exporter in installed_exporters()[0].values():
        if exporter.in_zip:
            inside = f"vale-claro/{exporter.in_zip}"
            assert any(name == inside or name.startswith(f"{inside}/") for name in names), exporter.name
    assert {"vale-claro/licences.csv", "vale-claro/profile.xlsx", "vale-claro/layers.gpkg"} <= set(names)
    assert "Resilience profile of Vale Claro" in readme


def test_csv_for_a_decimal_comma_says_the_same_numbers(tmp_path: Path) -> None:
    path = write("csv-excel", town.material(), tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    read = [float(row["value"].replace(",", ".")) if row["value"] else None for row in rows]
    assert read == star(town.cut())["observations"].values("value")
    assert "16,9" in {row["high"] for row in rows}
    assert not any("." in row["value"] for row in rows)


def test_each_format_says_what_a_person_gets() -> None:
    for name in FORMATS:
        assert exporter_of(name).title
        assert exporter_of(name).makes in ("file", FOLDER)


def test_the_documentation_names_every_format() -> None:
    for page in ("command-line.md", "outputs.md"):
        text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
        for name in FORMATS:
            assert f"`{name}`" in text, (page, name)


def test_files_in_descriptions_are_named_as_in_the_zip() -> None:
    for row in read_table("exchange_media.csv"):
        if row["format"] in FORMATS and exporter_of(row["format"]).in_zip:
            assert row["file"].split("/")[0] == exporter_of(row["format"]).in_zip.split("/")[0]
