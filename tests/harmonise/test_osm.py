"""OpenStreetMap extracts, written by hand in PBF form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from almena.model.problem import InputError
from almena.packs import load_roles

from .kitchen import read, role, said, text_file
from .osm_town import Town, small_town

ROLES = load_roles()


@pytest.fixture
def town() -> Town:
    return small_town()


def test_streets_carry_their_tags_and_nodes(town: Town, tmp_path: Path) -> None:
    streets = read(town.write(tmp_path), "osm", ROLES["streets"])
    assert streets.ids.tolist() == ["way/100", "way/101"]
    assert streets.crs == "EPSG:4326"
    assert streets.fields["highway"].tolist() == ["residential", "footway"]
    assert streets.fields["name"].tolist() == ["Rua Ação", ""]
    assert streets.fields["foot"].tolist() == ["yes", ""]
    assert streets.fields["access"].tolist() == ["", "private"]
    assert streets.fields["bridge"].tolist() == ["", "yes"]
    assert [n.tolist() for n in streets.fields["nodes"]] == [[1, 2, 3], [3, 4]]
    assert streets.fields["nodes"][0].dtype == np.int64
    assert streets.geometry[0].wkt == "LINESTRING (0 0, 0.01 0, 0.01 0.01)"


def test_the_area_covered_is_the_box_of_all_nodes(town: Town, tmp_path: Path) -> None:
    streets = read(town.write(tmp_path), "osm", ROLES["streets"])
    assert streets.covered.bounds == pytest.approx((-0.5, 0.0, 0.06, 0.7), abs=1e-9)


def test_every_coordinate_has_its_node_even_where_a_node_repeats(town: Town, tmp_path: Path) -> None:
    town.way(104, [1, 1, 2], {"highway": "path"})
    streets = read(town.write(tmp_path), "osm", ROLES["streets"])
    assert [len(n) for n in streets.fields["nodes"]] == [len(g.coords) for g in streets.geometry]


def test_a_street_that_is_cut_off_is_left_out_and_counted(town: Town, tmp_path: Path) -> None:
    town.way(105, [1, 999], {"highway": "path"})
    town.way(106, [1], {"highway": "path"})
    streets = read(town.write(tmp_path), "osm", ROLES["streets"])
    assert len(streets) == 2
    assert streets.notes == ("2 objects without a whole geometry in the extract left out",)


def test_parks_come_from_closed_ways_and_from_relations(town: Town, tmp_path: Path) -> None:
    parks = read(town.write(tmp_path), "osm", ROLES["open_spaces"])
    found_parks = dict(zip(parks.ids.tolist(), parks.fields["name"].tolist(), strict=True))
    assert found_parks == {"way/102": "Square", "relation/200": "By relation"}
    assert set(parks.fields["access"].tolist()) == {"private", ""}
    assert {g.geom_type for g in parks.geometry} <= {"Polygon", "MultiPolygon"}
    assert sum(g.area for g in parks.geometry) == pytest.approx(2e-4)


def test_hospitals_are_points_or_areas(town: Town, tmp_path: Path) -> None:
    town.way(107, [1, 2, 3, 1], {"amenity": "clinic", "name": "Posto"})
    hospitals = read(town.write(tmp_path), "osm", ROLES["hospitals"])
    assert hospitals.ids.tolist() == ["node/30", "way/107"]
    assert hospitals.geometry[0].geom_type == "Point"
    assert hospitals.fields["amenity"].tolist() == ["hospital", "clinic"]
    assert np.array_equal(hospitals.fields["beds"], [120, np.nan], equal_nan=True)


def test_the_kit_may_rename_and_filter_by_any_tag(town: Town, tmp_path: Path) -> None:
    path = town.write(tmp_path)
    parks = read(path, "osm", ROLES["open_spaces"], fields={"place": "name"}, where={"access": ("private",)})
    assert parks.fields["place"].tolist() == ["Square"]
    assert parks.notes == ("1 row of 2 left out: kept where access is private",)


def test_lines_that_close_stay_lines_where_only_lines_are_wanted(town: Town, tmp_path: Path) -> None:
    town.way(108, [1, 2, 3, 1], {"highway": "service"})
    town.way(109, [1, 2, 3, 1], {"waterway": "stream"})
    path = town.write(tmp_path)
    assert "way/108" in read(path, "osm", ROLES["streets"]).ids
    assert read(path, "osm", ROLES["rivers"]).ids.tolist() == ["way/109"]


def test_power_lines_and_substations_share_a_role(town: Town, tmp_path: Path) -> None:
    town.way(110, [1, 3], {"power": "line", "voltage": "230000"})
    town.way(111, [5, 6, 7, 5], {"power": "substation"})
    town.way(112, [5, 6], {"power": "cable"})
    power = read(town.write(tmp_path), "osm", ROLES["power_lines"], fields={"type": "power"})
    assert power.ids.tolist() == ["way/110", "way/111"]
    assert [g.geom_type for g in power.geometry] == ["LineString", "MultiPolygon"]
    assert power.fields["type"].tolist() == ["line", "substation"]


def test_keys_with_any_value_and_with_some_values_mix(town: Town, tmp_path: Path) -> None:
    town.node(40, 0.0, 0.0, **{"addr:housenumber": "12", "addr:street": "Rua A"})
    fields = {"house_number": "addr:housenumber", "street": "addr:street"}
    addresses = read(town.write(tmp_path), "osm", ROLES["addresses"], fields=fields)
    assert addresses.fields["house_number"].tolist() == ["12"]
    assert addresses.fields["street"].tolist() == ["Rua A"]


def test_a_role_without_anything_in_the_extract_is_refused_with_its_tags(town: Town, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds nothing for this role") as error:
        read(town.write(tmp_path), "osm", ROLES["food_shops"])
    assert "shop = supermarket" in said(error.value)


def test_a_role_that_openstreetmap_does_not_know_is_refused(town: Town, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be taken from OpenStreetMap"):
        read(town.write(tmp_path), "osm", role(named="informal_settlements"))


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_cut_off_extract_is_refused(town: Town, tmp_path: Path, share: float) -> None:
    path = town.write(tmp_path)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(InputError, match="cannot be read") as error:
        read(path, "osm", ROLES["streets"])
    assert str(tmp_path) not in said(error.value)


def test_what_is_no_extract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read(text_file(tmp_path, "hello" * 100, "town.osm.pbf"), "osm", ROLES["streets"])
