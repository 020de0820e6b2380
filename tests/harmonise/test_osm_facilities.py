"""Facilities on the map: drawn once or twice, as points, outlines and doors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from almena.harmonise.osm_extract import Shelf, stream
from almena.packs import load_roles
from almena.packs.osm import osm_rules

from .kitchen import read
from .osm_town import Town

ROLES = load_roles()
METRE = 1 / 111_195  # degrees at the equator


def campus(**tags: str) -> Town:
    """Return a school drawn as a square of 100 m at the equator."""
    town = Town()
    for number, (x, y) in enumerate([(0, 0), (100, 0), (100, 100), (0, 100)], start=1):
        town.node(number, x * METRE, y * METRE)
    town.way(10, [1, 2, 3, 4, 1], {"amenity": "school", "name": "Escola", **tags})
    return town


@pytest.mark.parametrize(
    ("tags", "schools"),
    [
        ({"amenity": "school", "name": "Escola"}, ["way/10"]),
        ({"amenity": "school", "name": "ESCOLA "}, ["way/10"]),
        ({"amenity": "school"}, ["way/10"]),
        ({"amenity": "school", "name": "Outra"}, ["node/20", "way/10"]),
        ({"amenity": "kindergarten", "name": "Escola"}, ["node/20", "way/10"]),
    ],
)
def test_a_point_inside_its_own_area_is_one_school(
    tmp_path: Path, tags: dict[str, str], schools: list[str]
) -> None:
    town = campus()
    town.node(20, 50 * METRE, 50 * METRE, **tags)
    read_schools = read(town.write(tmp_path), "osm", ROLES["schools"])
    assert read_schools.ids.tolist() == schools
    assert bool(read_schools.notes) == (len(schools) == 1)


def test_what_is_counted_once_is_listed(tmp_path: Path) -> None:
    town = campus()
    town.node(20, 50 * METRE, 50 * METRE, amenity="school")
    schools = read(town.write(tmp_path), "osm", ROLES["schools"])
    assert schools.notes == ("1 object drawn twice counted once: node/20 is way/10",)


def test_a_point_beside_the_area_is_another_school(tmp_path: Path) -> None:
    town = campus()
    town.node(20, 150 * METRE, 50 * METRE, amenity="school", name="Escola")
    assert len(read(town.write(tmp_path), "osm", ROLES["schools"])) == 2


def test_a_building_inside_the_grounds_of_its_school_is_the_school_again(tmp_path: Path) -> None:
    town = campus()
    for number, (x, y) in enumerate([(20, 20), (40, 20), (40, 40), (20, 40)], start=30):
        town.node(number, x * METRE, y * METRE)
    town.way(11, [30, 31, 32, 33, 30], {"amenity": "school", "name": "Escola", "building": "school"})
    path = town.write(tmp_path)
    assert read(path, "osm", ROLES["schools"]).ids.tolist() == ["way/10"]
    assert read(path, "osm", ROLES["buildings"]).ids.tolist() == ["way/11"]


def test_doors_on_the_outline_are_kept_and_exits_are_none(tmp_path: Path) -> None:
    town = campus()
    town.nodes[1].tags = {"entrance": "main"}
    town.nodes[2].tags = {"entrance": "exit"}
    town.node(20, 50 * METRE, 50 * METRE, entrance="yes")  # not on the outline
    town.node(21, 300 * METRE, 0, amenity="school", name="Ponto")
    schools = read(town.write(tmp_path), "osm", ROLES["schools"])
    doors = dict(zip(schools.ids.tolist(), schools.fields["entrances"].tolist(), strict=True))
    assert shapely.get_coordinates(doors["way/10"]) == pytest.approx(np.array([[100 * METRE, 0]]), abs=1e-7)
    assert doors["node/21"] is None


def test_a_stop_with_sign_platform_and_halt_is_one_stop(tmp_path: Path) -> None:
    town = Town()
    town.node(1, 0, 0, highway="bus_stop", name="Praça", ref="7")
    town.node(2, 20 * METRE, 0, public_transport="platform", name="Praça")
    town.node(3, 20 * METRE, 5 * METRE, public_transport="stop_position")
    town.node(4, 30 * METRE, 0, public_transport="platform", name="Mercado")
    town.node(5, 90 * METRE, 0, public_transport="stop_position", name="Praça")
    town.node(6, 40 * METRE, 0, highway="bus_stop", name="Praça")  # the other side of the street
    stops = read(town.write(tmp_path), "osm", ROLES["transit_stops"])
    assert stops.ids.tolist() == ["node/1", "node/4", "node/6"]
    assert stops.fields["mode"].tolist() == ["bus", "", "bus"]
    assert stops.fields["code"].tolist() == ["7", "", ""]


def test_a_halt_far_from_every_stop_is_a_stop(tmp_path: Path) -> None:
    town = Town()
    town.node(1, 0, 0, highway="bus_stop", name="Praça")
    town.node(5, 61 * METRE, 0, public_transport="stop_position", name="Praça")
    assert len(read(town.write(tmp_path), "osm", ROLES["transit_stops"])) == 2


def test_a_platform_drawn_as_line_or_area_stands_at_a_point(tmp_path: Path) -> None:
    town = campus()
    town.way(12, [1, 2], {"public_transport": "platform"})
    stops = read(town.write(tmp_path), "osm", ROLES["transit_stops"])
    assert stops.geometry[0].geom_type == "Point"
    assert "1 line or area taken at a point on them" in stops.notes


def test_addresses_of_points_and_buildings_with_the_role_and_nothing_else(tmp_path: Path) -> None:
    town = campus(**{"addr:housenumber": "5", "addr:street": "Rua B", "building": "school"})
    town.node(20, 300 * METRE, 0, **{"addr:housenumber": "12"})
    addresses = read(town.write(tmp_path), "osm", ROLES["addresses"])
    assert addresses.fields["house_number"].tolist() == ["12", "5"]
    assert addresses.fields["street"].tolist() == ["", "Rua B"]
    assert {g.geom_type for g in addresses.geometry} == {"Point"}


def test_buildings_bring_height_and_storeys(tmp_path: Path) -> None:
    town = campus(**{"building": "apartments", "building:levels": "4", "height": "13.5"})
    buildings = read(town.write(tmp_path), "osm", ROLES["buildings"])
    assert (buildings.fields["levels"][0], buildings.fields["height"][0]) == (4, 13.5)
    assert buildings.fields["building"].tolist() == ["apartments"]


def test_required_fields_come_from_what_a_thing_is(tmp_path: Path) -> None:
    town = campus()
    town.way(12, [1, 2], {"power": "line"})
    town.way(14, [2, 3], {"power": "minor_line"})
    town.way(13, [1, 2, 3, 1], {"landuse": "forest"})
    path = town.write(tmp_path)
    assert read(path, "osm", ROLES["power_lines"]).fields["type"].tolist() == ["line"]
    assert read(path, "osm", ROLES["land_cover_map"]).fields["class"].tolist() == ["forest"]


def test_what_volunteers_drew_is_at_least_what_there_is(tmp_path: Path) -> None:
    assert read(campus().write(tmp_path), "osm", ROLES["schools"]).at_least


def test_one_pass_gives_every_role_and_a_pass_for_one_role_gives_the_same(tmp_path: Path) -> None:
    town = campus(building="school")
    town.node(20, 50 * METRE, 50 * METRE, amenity="school")
    path = town.write(tmp_path)
    whole = stream(path, osm_rules())
    for role in ("schools", "buildings"):
        alone = stream(path, {role: osm_rules()[role]})
        assert [t.id for t in alone.found[role]] == [t.id for t in whole.found[role]]
        assert set(alone.found) == {role}
        assert alone.covered.equals(whole.covered)


def test_an_extract_is_read_once_for_all_roles_and_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = campus().write(tmp_path)
    passes: list[Path] = []
    monkeypatch.setattr(
        "almena.harmonise.osm_extract.stream", lambda p, rules: passes.append(p) or stream(p, rules)
    )
    shelf = Shelf()
    first = shelf.get(path, "a", "schools")
    assert shelf.get(path, "a", "buildings") is first
    assert len(passes) == 1
    assert shelf.get(path, "b", "schools") is not first
    assert len(passes) == 2


def test_a_large_extract_is_read_role_by_role_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = campus(building="school").write(tmp_path)
    monkeypatch.setattr("almena.harmonise.osm_extract.osm_limit", lambda _: 0.0)
    shelf = Shelf()
    schools = shelf.get(path, "a", "schools")
    assert set(schools.found) == {"schools"}
    assert shelf.get(path, "a", "schools") is not schools
