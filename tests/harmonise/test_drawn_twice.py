"""One thing mapped twice: what is counted once, what stays two, and how far beside is beside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.harmonise.osm_extract import Mapped
from almena.harmonise.osm_same import METRES_PER_DEGREE, counted_once
from almena.packs.osm import AREA, LINE, POINT, TagRule

SHAPES = frozenset({POINT, AREA})
STOP = TagRule("stops", 0, "highway", ("bus_stop",), SHAPES)
PLATFORM = TagRule("stops", 1, "public_transport", ("platform",), SHAPES, near=30.0)
SCHOOL = TagRule("schools", 0, "amenity", ("school", "college"), SHAPES)


def mapped(number: int, rule: TagRule, name: str = "", value: str = "") -> Mapped:
    """Return an object of a row; its shape is given beside it."""
    tags = {rule.key: value or rule.values[0]} | ({"name": name} if name else {})
    return Mapped(f"node/{number}", tags, rule, b"")


def once(*pairs: tuple[Mapped, Any]) -> tuple[list[bool], tuple[str, ...]]:
    """Ask which of these things are kept."""
    shapes = np.empty(len(pairs), dtype=object)
    shapes[:] = [shape for _, shape in pairs]
    keep, notes = counted_once([thing for thing, _ in pairs], shapes)
    return keep.tolist(), notes


def moved(lon: float, lat: float, east: float, north: float) -> Any:
    """Return the point some metres east and north of a place, on a sphere."""
    up = north / METRES_PER_DEGREE
    along = east / (METRES_PER_DEGREE * np.cos(np.radians(lat + up)))
    return shapely.Point(lon + along, lat + up)


@pytest.mark.parametrize(
    ("lon", "lat"), [(0.0, 0.0), (-51.2, -30.0), (151.2, -33.9), (178.4, -38.6), (18.9, 69.6)]
)
@pytest.mark.parametrize(("metres", "is_twice"), [(28.0, True), (32.0, False)])
def test_thirty_metres_are_thirty_metres_wherever_the_city_lies(
    lon: float, lat: float, metres: float, is_twice: bool
) -> None:
    """
    A platform 28 m from its stop repeats it, one 32 m off does not, in all four directions and anywhere.

    Sinusoidal x = lon cos(lat) counted from Greenwich would, in Sydney, move a step of 28 m to the north by
    28 m * sin(33.9) * 2.64 rad = 41 m to the side: 50 m in place of 28 m.
    """
    for east, north in ((metres, 0), (-metres, 0), (0, metres), (0, -metres)):
        sign, beside = shapely.Point(lon, lat), moved(lon, lat, east, north)
        keep, _ = once((mapped(1, STOP), sign), (mapped(2, PLATFORM), beside))
        assert keep == [True, not is_twice], (east, north)


@settings(max_examples=40)
@given(st.floats(-179.0, 179.0), st.floats(-65.0, 65.0), st.floats(0, 2 * np.pi), st.floats(1.0, 200.0))
def test_the_turn_of_the_globe_never_decides_what_is_near(
    lon: float, lat: float, turn: float, metres: float
) -> None:
    beside = moved(lon, lat, metres * np.cos(turn), metres * np.sin(turn))
    keep, _ = once((mapped(1, STOP), shapely.Point(lon, lat)), (mapped(2, PLATFORM), beside))
    if abs(metres - 30.0) > 0.3:
        assert keep == [True, metres > 30.0]


def test_the_earlier_row_is_kept_whatever_the_order_on_the_map() -> None:
    here = shapely.Point(-51.2, -30.0)
    keep, notes = once((mapped(7, PLATFORM), here), (mapped(3, STOP), here))
    assert keep == [False, True]
    assert notes == ("1 object drawn twice counted once: node/7 is node/3",)


def test_two_platforms_beside_each_other_are_two_stops_of_two_directions() -> None:
    here = shapely.Point(-51.2, -30.0)
    keep, notes = once((mapped(1, PLATFORM), here), (mapped(2, PLATFORM), here))
    assert keep == [True, True]
    assert notes == ()


@pytest.mark.parametrize(
    ("one", "other", "is_twice"),
    [("Centro", "CENTRO", True), ("Centro", "", True), ("", "", True), ("Praça", "Praca", True),
     ("Centro", "Norte", False)],
)  # fmt: skip
def test_two_names_are_two_things_and_no_name_contradicts_nothing(
    one: str, other: str, is_twice: bool
) -> None:
    here = shapely.Point(-51.2, -30.0)
    keep, _ = once((mapped(1, STOP, one), here), (mapped(2, PLATFORM, other), here))
    assert keep == [True, not is_twice]


def test_a_point_in_its_own_grounds_is_one_school_and_the_grounds_are_kept() -> None:
    grounds = shapely.box(0, 0, 0.01, 0.01)
    keep, notes = once((mapped(1, SCHOOL), shapely.Point(0.005, 0.005)), (mapped(2, SCHOOL), grounds))
    assert keep == [False, True]
    assert notes == ("1 object drawn twice counted once: node/1 is node/2",)


def test_a_house_in_the_grounds_repeats_them_and_grounds_never_repeat_a_house() -> None:
    """Of two outlines in each other the larger one stays, in whichever order they come."""
    grounds, house = shapely.box(0, 0, 0.01, 0.01), shapely.box(0.004, 0.004, 0.006, 0.006)
    assert once((mapped(1, SCHOOL), grounds), (mapped(2, SCHOOL), house))[0] == [True, False]
    assert once((mapped(2, SCHOOL), house), (mapped(1, SCHOOL), grounds))[0] == [False, True]


def test_one_outline_drawn_twice_is_not_told_apart_from_itself_and_stays() -> None:
    """Nothing says which of two equal outlines would be the thing: none is larger, so neither is dropped."""
    grounds = shapely.box(0, 0, 0.01, 0.01)
    assert once((mapped(1, SCHOOL), grounds), (mapped(2, SCHOOL), grounds))[0] == [True, True]


def test_a_college_inside_a_school_is_another_thing() -> None:
    grounds = shapely.box(0, 0, 0.01, 0.01)
    inside = mapped(1, SCHOOL, value="college")
    assert once((inside, shapely.Point(0.005, 0.005)), (mapped(2, SCHOOL), grounds))[0] == [True, True]


def test_a_role_without_points_never_looks_for_twins() -> None:
    """Parks in parks, woods in woods: of roles that take no points every outline is its own thing."""
    park = TagRule("parks", 0, "leisure", ("park",), frozenset({AREA, LINE}))
    large, small = shapely.box(0, 0, 1, 1), shapely.box(0.4, 0.4, 0.6, 0.6)
    assert once((mapped(1, park), large), (mapped(2, park), small)) == ([True, True], ())


def test_what_lies_in_an_area_is_named_by_it_even_if_a_sign_stands_nearer() -> None:
    """A platform inside the outline of its station is the station; it is counted out once, not twice."""
    station = TagRule("stops", 0, "public_transport", ("platform",), SHAPES)
    area = mapped(1, station)
    keep, notes = once(
        (area, shapely.box(0, 0, 0.001, 0.001)),
        (mapped(2, PLATFORM), shapely.Point(0.0005, 0.0005)),
        (mapped(3, STOP), shapely.Point(0.00052, 0.0005)),
    )
    assert keep == [True, False, True]
    assert notes == ("1 object drawn twice counted once: node/2 is node/1",)


def test_no_things_are_no_twins() -> None:
    assert once() == ([], ())
