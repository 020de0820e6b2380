"""Nasty relations: rings that do not close, holes, members that are missing, places of several levels and languages."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from almena.harmonise.osm_rings import GLOBE, close_straight
from almena.model.problem import InputError
from almena.packs import load_roles

from .kitchen import read, said
from .osm_town import Town

ROLES = load_roles()
CITY = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": "Quadrado"}
STEP = 0.01  # degrees between the corners
SIDES = 20  # ways in the outline of the town, five on each side


def corners() -> list[tuple[float, float]]:
    """Return the 20 corners of a square of 0.05 degrees at the equator, against the clock."""
    south = [(i * STEP, 0.0) for i in range(5)]
    return [(x, y) for x, y in south] + [(5 * STEP, x) for x, _ in south] + [
        (5 * STEP - x, 5 * STEP) for x, _ in south
    ] + [(0.0, 5 * STEP - x) for x, _ in south]  # fmt: skip


def outlined(lost: tuple[int, ...] = (), **tags: str) -> Town:
    """Return a square town whose outline is drawn in 20 ways, some of which are not in the file."""
    town = Town()
    for number, (x, y) in enumerate(corners(), start=1):
        town.node(number, x, y)
    for number in range(SIDES):
        if number not in lost:
            town.way(100 + number, [number + 1, (number + 1) % SIDES + 1], {})
    town.ring(1, [(100 + n, "outer") for n in range(SIDES)], {**CITY, **tags})
    return town


def test_a_whole_outline_is_the_boundary_with_all_its_names(tmp_path: Path) -> None:
    town = outlined(
        **{"name:en": "Square", "name:ja": "四角", "population": "1200", "population:date": "2011"}
    )
    boundary = read(town.write(tmp_path), "osm", ROLES["boundary"])
    assert boundary.ids.tolist() == ["relation/1"]
    assert boundary.geometry[0].bounds == pytest.approx((0, 0, 0.05, 0.05))
    assert boundary.fields["name"].tolist() == ["Quadrado"]
    assert (boundary.fields["name:en"][0], boundary.fields["name:ja"][0]) == ("Square", "四角")
    assert (boundary.fields["population"][0], boundary.fields["population_date"][0]) == (1200, "2011")
    assert math.isnan(boundary.fields["doubtful_area"][0])


def test_an_outline_that_is_cut_off_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds nothing for this role") as error:
        read(outlined(lost=(7,)).write(tmp_path), "osm", ROLES["boundary"])
    assert "the outline of Quadrado (relation/1) left out: 1 of its 20 ways is not in the extract" in said(
        error.value
    )


def test_a_gap_is_closed_straight_only_when_the_kit_says_so_and_said(tmp_path: Path) -> None:
    # one of 20 sides is 5 % of the outline; at the edge of a straight side the straight line is the true one
    path = outlined(lost=(7,)).write(tmp_path)
    boundary = read(path, "osm", ROLES["boundary"], gaps="straight")
    assert boundary.geometry[0].area == pytest.approx(0.05**2)
    gap = GLOBE.inv(0.05, 0.02, 0.05, 0.03)[2]
    assert boundary.fields["doubtful_area"][0] == pytest.approx(math.pi / 8 * gap**2 / 1e6)
    assert boundary.notes[0].startswith(
        "the outline of Quadrado (relation/1): 1 of its 20 ways is not in the extract;"
    )
    assert "1,106 m of its outline (5 %) are missing there and drawn straight (assumed)" in boundary.notes[0]


def test_a_gap_too_wide_is_never_closed(tmp_path: Path) -> None:
    path = outlined(lost=(6, 7, 8)).write(tmp_path)
    with pytest.raises(InputError) as error:
        read(path, "osm", ROLES["boundary"], gaps="straight")
    assert "15 % of its outline would have to be made up" in said(error.value)


def test_a_neighbour_that_only_touches_the_extract_is_not_mentioned(tmp_path: Path) -> None:
    town = outlined()
    town.ring(2, [(100, "outer"), *((n, "outer") for n in range(900, 905))], {**CITY, "name": "Next door"})
    boundary = read(town.write(tmp_path), "osm", ROLES["boundary"])
    assert boundary.notes == ()


def test_holes_stay_holes(tmp_path: Path) -> None:
    town = outlined()
    for number, (x, y) in enumerate([(0.02, 0.02), (0.03, 0.02), (0.03, 0.03), (0.02, 0.03)], start=50):
        town.node(number, x, y)
    town.way(150, [50, 51, 52, 53, 50], {})
    town.relations.clear()
    town.ring(1, [*((100 + n, "outer") for n in range(SIDES)), (150, "inner")], CITY)
    boundary = read(town.write(tmp_path), "osm", ROLES["boundary"])
    assert boundary.geometry[0].area == pytest.approx(0.05**2 - 0.01**2)


def test_holes_stay_holes_where_the_outline_is_closed_straight() -> None:
    ring = [*corners(), corners()[0]]
    lines = {n: shapely.LineString(ring[n : n + 2]) for n in range(SIDES) if n != 3}
    hole = shapely.box(0.02, 0.02, 0.03, 0.03).exterior
    closed = close_straight(range(SIDES), [99], {**lines, 99: shapely.LineString(hole)})
    assert closed.shape.area == pytest.approx(0.05**2 - 0.01**2)


def test_several_places_are_never_taken_together_for_the_city(tmp_path: Path) -> None:
    town = outlined()
    town.way(160, [1, 2, 8, 1], {"boundary": "administrative", "admin_level": "10", "name": "Ward"})
    path = town.write(tmp_path)
    with pytest.raises(InputError, match="Several outlines could be the boundary") as error:
        read(path, "osm", ROLES["boundary"])
    assert "relation/1 Quadrado (admin level 8)" in said(error.value)
    assert "way/160 Ward (admin level 10)" in said(error.value)
    chosen = read(path, "osm", ROLES["boundary"], where={"id": ("way/160",)})
    assert chosen.fields["name"].tolist() == ["Ward"]
    by_name = read(path, "osm", ROLES["boundary"], where={"name": ("Quadrado",)})
    assert by_name.ids.tolist() == ["relation/1"]


def test_parts_are_chosen_by_level_and_named_in_every_language(tmp_path: Path) -> None:
    town = outlined()
    ward = {"boundary": "administrative", "admin_level": "10"}
    town.way(160, [1, 2, 8, 1], {**ward, "name": "Norte", "name:en": "North"})
    town.way(161, [2, 3, 8, 2], {**ward, "name": "Sul"})
    parts = read(town.write(tmp_path), "osm", ROLES["neighbourhoods"], where={"admin_level": ("10",)})
    assert parts.fields["name"].tolist() == ["Norte", "Sul"]
    assert parts.fields["name:en"].tolist() == ["North", ""]


def test_parts_of_several_levels_are_never_laid_on_top_of_each_other(tmp_path: Path) -> None:
    town = outlined()
    ward = {"boundary": "administrative", "admin_level": "10"}
    town.way(160, [1, 2, 8, 1], {**ward, "name": "Norte"})
    town.way(161, [2, 3, 8, 2], {**ward, "name": "Sul"})
    path = town.write(tmp_path)
    with pytest.raises(InputError, match="Areas of several levels") as error:
        read(path, "osm", ROLES["neighbourhoods"])
    assert "admin level 10: 2 areas; admin level 8: 1 area" in said(error.value)
    assert 'where = { admin_level = ["10"] }' in said(error.value)


def test_a_ring_that_crosses_itself_is_counted_and_left_out(tmp_path: Path) -> None:
    town = outlined()
    town.way(170, [1, 8, 2, 12, 1], {"leisure": "park", "name": "Bow tie"})
    town.way(171, [1, 2, 8, 1], {"leisure": "park", "name": "Good"})
    parks = read(town.write(tmp_path), "osm", ROLES["open_spaces"])
    assert parks.fields["name"].tolist() == ["Good"]
    assert parks.notes == ("1 object without a whole geometry in the extract left out",)


def test_rings_that_touch_in_one_point_are_both_there(tmp_path: Path) -> None:
    town = Town()
    for number, (x, y) in enumerate([(0, 0), (1, 0), (1, 1), (0, 1), (2, 1), (2, 2), (1, 2)], start=1):
        town.node(number, x * STEP, y * STEP)
    town.way(1, [1, 2, 3, 4, 1], {})
    town.way(2, [3, 5, 6, 7, 3], {})
    town.ring(9, [(1, "outer"), (2, "outer")], {"leisure": "park"})
    parks = read(town.write(tmp_path), "osm", ROLES["open_spaces"])
    assert parks.ids.tolist() == ["relation/9"]
    assert parks.geometry[0].area == pytest.approx(2 * STEP**2)


@given(st.integers(0, SIDES - 1), st.booleans(), st.randoms())
def test_any_one_lost_side_is_bridged_whatever_the_order_and_direction_of_ways(
    lost: int, turned: bool, chance: object
) -> None:
    ring = [*corners(), corners()[0]]
    lines = {n: shapely.LineString(ring[n : n + 2][:: -1 if turned and n % 2 else 1]) for n in range(SIDES)}
    del lines[lost]
    order = list(range(SIDES))
    chance.shuffle(order)  # type: ignore[attr-defined]
    closed = close_straight(order, (), lines)
    assert closed.shape.area == pytest.approx(0.05**2)
    assert len(closed.straight) == 1
    assert sum(closed.straight) < closed.length


@given(st.sets(st.integers(0, SIDES - 1)))
def test_nothing_is_closed_when_more_than_a_tenth_would_be_made_up(lost: set[int]) -> None:
    ring = [*corners(), corners()[0]]
    lines = {n: shapely.LineString(ring[n : n + 2]) for n in range(SIDES) if n not in lost}
    closed = close_straight(range(SIDES), (), lines)
    if closed.shape is None:
        assert closed.why
    else:
        assert sum(closed.straight) <= 0.1 * closed.length
        assert closed.shape.is_valid
