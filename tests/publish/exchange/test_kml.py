"""Google Earth shows the places, coloured as our maps, with values that never stand alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pyogrio
import pytest
import shapely
from tests.publish import city
from tests.publish.exchange import town

from almena.geo.crs import WGS84, reproject
from almena.publish.exchange.kml import NAMESPACE, chosen_indicators, write_kml
from almena.publish.facts import Facts
from almena.publish.maps.shapes import steps

KML = f"{{{NAMESPACE}}}"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_kml(town.cut(), tmp_path_factory.mktemp("earth") / "places.kml")


@pytest.fixture(scope="module")
def marks(path: Path) -> dict[str, Xml.Element]:
    return {node.findtext(f"{KML}name") or "": node for node in Xml.parse(path).iter(f"{KML}Placemark")}


def data(mark: Xml.Element) -> dict[str, tuple[str, str]]:
    return {
        str(node.get("name")): (node.findtext(f"{KML}displayName") or "", node.findtext(f"{KML}value") or "")
        for node in mark.iter(f"{KML}Data")
    }


def test_gdal_reads_every_place_where_it_is(path: Path) -> None:
    meta, _, wkb, columns = pyogrio.raw.read(path)
    names = dict(zip(meta["fields"], columns, strict=True))["Name"].tolist()
    assert names == ["Vale Claro", *city.NAMES]
    there = reproject(city.places().geometry, city.CRS, WGS84)
    for found, expected in zip(shapely.force_2d(shapely.from_wkb(wkb)), there, strict=True):
        assert shapely.hausdorff_distance(found, expected) < 1e-6


def test_a_value_stands_with_its_unit_its_range_and_its_use(marks: dict[str, Xml.Element]) -> None:
    found = data(marks["Baixo"])
    title, text = found["exposure_flood_population"]
    assert title.endswith("(people)")
    assert text == "900.0"
    assert found["exposure_flood_population_range"][1] == "810.0 – 990.0"
    assert found["exposure_flood_population_use"][1] == "discuss"


def test_what_is_not_known_is_left_out(marks: dict[str, Xml.Element]) -> None:
    assert "exposure_flood_population" not in data(marks["Alto"])
    assert "exposure_flood_population" not in data(marks["Estação"])  # six people: withheld


def test_colours_are_those_of_the_first_map(path: Path, marks: dict[str, Xml.Element]) -> None:
    # Baixo has 36 %, and the second cut is 20; what is hidden to protect six people has no colour
    classes = [marks[name].findtext(f"{KML}styleUrl") for name in ("Baixo", "Centro", "Alto")]
    assert classes == ["#class-2", "#class-empty", "#class-empty"]
    styles = {
        s.get("id"): s.findtext(f"{KML}PolyStyle/{KML}color") for s in Xml.parse(path).iter(f"{KML}Style")
    }
    red, green, blue = (steps()[4].colour[i : i + 2] for i in (1, 3, 5))
    assert styles["class-4"] == f"cc{blue}{green}{red}"


def test_a_value_on_a_cut_belongs_to_the_upper_class_and_half_a_place_has_none(tmp_path: Path) -> None:
    shares = {"Alto": 4.99, "Baixo": 5.0, "Doca": 80.0}
    values = city.parts("exposure.flood_population_share", shares)
    partly = city.parts("exposure.flood_population_share", {"Centro": 60.0}, coverage=0.49)
    path = write_kml(town.cut(observations=(*values, *partly)), tmp_path / "a.kml")
    found = {
        n.findtext(f"{KML}name"): n.findtext(f"{KML}styleUrl")
        for n in Xml.parse(path).iter(f"{KML}Placemark")
    }
    assert [found[name] for name in ("Alto", "Baixo", "Doca", "Centro")] == [
        "#class-0", "#class-1", "#class-4", "#class-empty",
    ]  # fmt: skip


def test_values_for_context_only_are_not_shown(marks: dict[str, Xml.Element]) -> None:
    chosen = chosen_indicators(Facts(town.cut()))
    assert "economy.jobs_mapped" not in chosen
    assert "identity.area" in chosen
    assert "economy_jobs_mapped" not in data(marks["Vale Claro"])


def test_credits_are_said(path: Path) -> None:
    text = Xml.parse(path).findtext(f"{KML}Document/{KML}description") or ""
    assert town.OPEN_STREET_MAP in text


def test_a_place_with_a_hole_keeps_it(tmp_path: Path) -> None:
    edition = town.cut()
    outer = edition.places.geometry.copy()
    outer[1] = outer[1].difference(shapely.centroid(outer[1]).buffer(100))
    holed = replace(edition, places=replace(edition.places, geometry=outer))
    _, _, wkb, _ = pyogrio.raw.read(write_kml(holed, tmp_path / "a.kml"))
    assert len(shapely.get_parts(shapely.from_wkb(wkb[1]))[0].interiors) == 1


def test_a_city_without_neighbourhoods_is_one_place(tmp_path: Path) -> None:
    assert pyogrio.read_info(write_kml(city.poor_material(), tmp_path / "a.kml"))["features"] == 1
