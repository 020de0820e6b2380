"""Descriptions for portals and archives, each read by a program of somebody else."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frictionless
import numpy as np
import pystac
import pytest
import rasterio
import rdflib
from pystac.validation.local_validator import LocalValidator
from tests.publish import city
from tests.publish.exchange import town

from almena.publish.exchange.datapackage import TABLES, write_data_package
from almena.publish.exchange.dcat import write_dcat
from almena.publish.exchange.rasters import write_rasters
from almena.publish.exchange.stac import write_stac
from almena.publish.exchange.star import star
from almena.publish.exporters import installed_exporters

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
BASE = "https://example.org/vale-claro/"


def unpacked(path: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.parent / "inside")
    return path.parent / "inside"


@pytest.fixture(scope="module", params=["public", "city"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(write_data_package(town.cut(request.param), tmp_path_factory.mktemp("package") / "a.zip"))


def test_frictionless_finds_nothing_wrong_with_the_package(package: Path) -> None:
    report = frictionless.validate(package / "datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    assert {task.name.replace("-", "_") for task in report.tasks} == set(TABLES)


def test_a_cell_that_is_no_number_would_be_found(package: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    for file in package.rglob("*.*"):
        if file.is_file():
            (broken / file.relative_to(package)).parent.mkdir(parents=True, exist_ok=True)
            (broken / file.relative_to(package)).write_bytes(file.read_bytes())
    table = broken / "data" / "observations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",24.0,", ",many,"), encoding="utf-8")
    assert not frictionless.validate(broken / "datapackage.json").valid


def test_the_package_names_licences_sources_and_hashes(package: Path) -> None:
    described = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    assert {"name": "ODbL-1.0", "title": "Open Data Commons Open Database License 1.0",
            "path": "https://opendatacommons.org/licenses/odbl/1-0/"} in described["licenses"]  # fmt: skip
    assert "Weather Service" in {source["title"] for source in described["sources"]}
    assert town.OPEN_STREET_MAP in described["description"]
    for resource in described["resources"]:
        content = (package / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)


def test_a_licence_in_plain_words_gets_a_name_that_the_standard_allows(tmp_path: Path) -> None:
    edition = town.cut(sources=(city.source("schools", licence="free use (cite INMET)"),))
    described = json.loads(
        (unpacked(write_data_package(edition, tmp_path / "a.zip")) / "datapackage.json").read_text()
    )
    assert described["licenses"] == [{"name": "free-use-cite-INMET", "title": "free use (cite INMET)"}]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> rdflib.Graph:
    path = write_dcat(town.cut(), tmp_path_factory.mktemp("dcat") / "dcat.jsonld")
    return rdflib.Graph().parse(path, format="json-ld", publicID=BASE)


def test_the_data_set_has_what_dcat_ap_demands(graph: rdflib.Graph) -> None:
    (data_set,) = set(graph.subjects(DCAT.distribution))
    assert data_set == rdflib.URIRef(BASE + "#dataset")
    assert (data_set, rdflib.RDF.type, DCAT.Dataset) in graph
    assert graph.value(data_set, DCT.title) == rdflib.Literal("Resilience profile of Vale Claro", lang="en")
    assert graph.value(data_set, DCT.description)
    assert str(graph.value(data_set, DCT.issued)) == "2026-11-20"
    rights = graph.value(data_set, DCT.rights)
    assert town.OPEN_STREET_MAP in str(graph.value(rights, DCT.description))


def test_each_distribution_has_an_address_a_type_and_rights(graph: rdflib.Graph) -> None:
    found = list(graph.objects(None, DCAT.distribution))
    assert len(found) >= 8
    for each in found:
        assert (each, rdflib.RDF.type, DCAT.Distribution) in graph
        assert str(graph.value(each, DCAT.accessURL)).startswith(BASE)
        assert str(graph.value(each, DCAT.mediaType)).startswith(
            "https://www.iana.org/assignments/media-types/"
        )
        assert graph.value(each, DCT.rights)
    named = {str(each).removeprefix(f"{BASE}#") for each in found}
    assert named <= set(installed_exporters()[0])


def test_the_data_set_says_where_and_when(graph: rdflib.Graph) -> None:
    (box,) = graph.objects(None, DCAT.bbox)
    assert str(box).startswith("POLYGON ((-50.9")
    assert [str(day) for day in graph.objects(None, DCAT.startDate)] == ["2001-01-01"]
    assert [str(day) for day in graph.objects(None, DCAT.endDate)] == ["2024-12-31"]


def test_every_source_is_named_with_its_terms(graph: rdflib.Graph) -> None:
    (data_set,) = set(graph.subjects(DCAT.distribution))
    sources = list(graph.objects(data_set, DCT.source))
    assert len(sources) == len(town.cut().sources)
    terms = {str(graph.value(s, DCT.license)) for s in sources}
    assert "https://opendatacommons.org/licenses/odbl/1-0/" in terms


@pytest.mark.parametrize(("edition", "access"), [("public", "PUBLIC"), ("city", "NON_PUBLIC")])
def test_who_may_have_it_is_said(edition: str, access: str, tmp_path: Path) -> None:
    text = write_dcat(town.cut(edition), tmp_path / "a.jsonld").read_text(encoding="utf-8")
    assert f"access-right/{access}" in text


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> pystac.Collection:
    folder = unpacked(write_stac(town.cut(), tmp_path_factory.mktemp("stac") / "a.zip"))
    return pystac.Collection.from_file(str(folder / "collection.json"))


@pytest.fixture(scope="module")
def item(collection: pystac.Collection) -> Iterator[pystac.Item]:
    return next(iter(collection.get_items()))


def test_collection_and_items_are_valid_stac(collection: pystac.Collection) -> None:
    check = LocalValidator()
    assert check._validate_from_local("https://schemas.stacspec.org/v1.1.0/collection-spec/json-schema/collection.json",
                                      collection.to_dict()) == []  # fmt: skip
    for each in collection.get_items():
        address = "https://schemas.stacspec.org/v1.1.0/item-spec/json-schema/item.json"
        assert check._validate_from_local(address, each.to_dict()) == []


def test_an_item_leads_to_its_raster_and_says_where_and_when(item: pystac.Item) -> None:
    assert item.id == "population_grid"
    assert item.common_metadata.start_datetime is not None
    assert item.common_metadata.start_datetime.isoformat() == "2020-01-01T00:00:00+00:00"
    assert item.properties["proj:code"] == city.CRS
    assert item.properties["proj:shape"] == [3, 4]
    assert item.bbox is not None
    assert item.bbox[0] == pytest.approx(-51.0, abs=0.001)
    with rasterio.open(item.assets["data"].get_absolute_href()) as raster:
        assert raster.read(1).tolist() == town.grid().array.tolist()
    assert item.get_collection() is not None


def test_the_files_of_the_sources_are_named_with_their_hash(collection: pystac.Collection) -> None:
    asset = collection.assets["streets:streets/streets.dat"]
    assert asset.href == "https://example.org/streets"
    assert asset.extra_fields["file:checksum"] == f"1220{city.source('streets').sha256}"
    assert town.OPEN_STREET_MAP in str(asset.description)
    assert collection.license == "other"
    assert {town.OPEN_STREET_MAP, "Weather Service"} <= {p.name for p in collection.providers or []}


def test_a_raster_without_a_date_says_that_the_day_of_the_run_stands_in(tmp_path: Path) -> None:
    undated = town.grid().with_(date="unknown")
    edition = town.cut(layer={"population_grid": undated}.get)
    folder = unpacked(write_stac(edition, tmp_path / "a.zip"))
    found: dict[str, Any] = json.loads(
        (folder / "items" / "population_grid.json").read_text(encoding="utf-8")
    )
    assert found["properties"]["datetime"] == "2026-11-20T00:00:00Z"
    assert "date is not known" in found["properties"]["description"]


def test_a_city_without_rasters_has_a_collection_all_the_same(tmp_path: Path) -> None:
    folder = unpacked(write_stac(city.poor_material(), tmp_path / "a.zip"))
    found = pystac.Collection.from_file(str(folder / "collection.json"))
    assert list(found.get_items()) == []


@pytest.fixture(scope="module")
def rasters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rasters(town.cut(), tmp_path_factory.mktemp("rasters") / "rasters")


def test_a_raster_keeps_its_cells_as_read(rasters: Path) -> None:
    with rasterio.open(rasters / "population_grid.tif") as file:
        np.testing.assert_array_equal(file.read(1), town.grid().array)
        assert tuple(file.transform)[:6] == town.grid().affine
        assert file.crs.to_string() == city.CRS
        assert file.nodata == -1.0
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"


def test_a_raster_says_what_it_is_and_whom_to_credit(rasters: Path) -> None:
    with rasterio.open(rasters / "population_grid.tif") as file:
        tags = file.tags()
        assert tags["UNIT"] == "persons"
        assert tags["DATE"] == "2020"
        assert tags["CREDIT"].startswith("Raster Makers. CC-BY-4.0")
        assert file.descriptions == ("Population raster",)


def test_classes_of_a_raster_are_told(tmp_path: Path) -> None:
    classed = town.grid().with_(classes={3: "forest", 15: "farming"})
    folder = write_rasters(town.cut(layer={"population_grid": classed}.get), tmp_path / "r")
    with rasterio.open(folder / "population_grid.tif") as file:
        assert (file.tags()["CLASS_3"], file.tags()["CLASS_15"]) == ("forest", "farming")


def test_a_raster_that_may_not_leave_is_not_written(tmp_path: Path) -> None:
    source = city.source("population_grid", sharing="local-only")
    closed = town.grid().with_(origins=(city.Origin(source),))
    for edition in ("public", "city"):
        folder = write_rasters(town.cut(edition, layer={"population_grid": closed}.get), tmp_path / edition)
        assert list(folder.iterdir()) == []


def test_the_tables_of_the_package_are_those_of_the_workbook(package: Path) -> None:
    header = (package / "data" / "observations.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == star(town.cut())["observations"].header
