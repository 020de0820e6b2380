"""Streets from shapefiles and GeoJSON: no node ids, loose ends, loops, doubles, and who may walk on them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.geo.junctions import consolidate, junction_points, street_counts
from almena.geo.network import WalkNetwork, distance_from, reached, snap
from almena.geo.walkable import NOT_FOR_WALKING, build_network, walkable
from almena.model.data import Layer
from almena.model.problem import InputError

from .shapes import DEGREES, EVERYWHERE, METRIC, network, objects, street_layer


def walk(town: WalkNetwork, start: tuple[float, float], end: tuple[float, float]) -> float:
    return float(reached(town, snap(town, np.array([start])), snap(town, np.array([end])), 1e6)[0])


# --- who may walk, word by word ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("highway", "foot", "access", "may"),
    [
        ("trunk", "yes", "", False),  # the rule names trunk, and no exception for a pavement beside it
        ("motorway", "designated", "yes", False),
        ("residential", "", "no", True),  # the rule names access=private only
        ("service", "yes", "no", True),
        ("service", "", "private", False),
        ("service", "yes", "private", False),  # and no exception for foot=yes either
        ("footway", "no", "", False),
        ("footway", "private", "", True),
        ("track", "", "permissive", True),
        ("busway", "", "", True),  # not named, hence walkable
        ("Trunk", "", "", False),  # case and blanks of hand-made tables
        (" footway ", " NO", "", False),
        ("bridleway", "use_sidepath", "destination", True),
        ("", "yes", "yes", False),
    ],
)
def test_the_rule_of_the_walk_network_is_kept_to_the_letter(
    highway: str, foot: str, access: str, may: bool
) -> None:
    layer = street_layer([[(0, 0), (9, 0)]], highway=[highway], foot=[foot], access=[access])
    assert walkable(layer).tolist() == [may]


def test_the_list_of_what_is_left_out_is_that_of_the_method() -> None:
    wheels = {"motorway", "motorway_link", "trunk", "trunk_link", "raceway"}
    assert set(NOT_FOR_WALKING) == wheels | {"construction", "proposed", "platform"}


def test_a_missing_word_is_no_word() -> None:
    layer = street_layer([[(0, 0), (9, 0)]] * 2)
    layer.fields["highway"] = np.array(["path", None], dtype=object)
    layer.fields["foot"] = np.array([None, None], dtype=object)
    assert walkable(layer).tolist() == [True, False]


def test_another_city_may_leave_other_streets_out() -> None:
    layer = street_layer([[(0, 0), (9, 0)]] * 2, highway=["steps", "trunk"])
    assert walkable(layer, frozenset({"steps"})).tolist() == [False, True]


# --- streets without ids ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [100.0, 100.049, 100.05, 100.051, 100.149, 100.95])
def test_ends_two_millimetres_apart_meet_wherever_they_lie(x: float) -> None:
    # with cells alone, ends on either side of the edge of a cell fell apart: one pair in fifty at this distance
    town = network([[(0, 0), (x - 0.001, 0)], [(x + 0.001, 0), (200, 0)]])
    assert town.components == 1
    assert walk(town, (0, 0), (200, 0)) == pytest.approx(200, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.floats(0, 2 * np.pi), st.floats(0, 0.099))
def test_an_end_within_the_tolerance_always_meets(x: float, y: float, turn: float, apart: float) -> None:
    other = (x + apart * np.cos(turn), y + apart * np.sin(turn))
    assert network([[(x - 90, y), (x, y)], [other, (other[0], other[1] + 90)]]).components == 1


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.floats(0, 2 * np.pi), st.floats(0.15, 5))
def test_ends_farther_apart_than_the_tolerance_never_meet(
    x: float, y: float, turn: float, apart: float
) -> None:
    # two cells of a tenth of a metre touch at most √2 · 0.1 m apart
    other = (x + apart * np.cos(turn), y + apart * np.sin(turn))
    assert (
        network(
            [[(x - 90, y), (x, y)], [other, (other[0] + 90 * np.cos(turn), other[1] + 90 * np.sin(turn))]]
        ).components
        == 2
    )


def test_a_street_drawn_in_tiny_steps_keeps_its_length() -> None:
    steps = [(i * 0.06, 0.0) for i in range(2001)]
    town = network([steps, [(120.0, 0.0), (120.0, 80.0)]])
    assert town.components == 1
    assert walk(town, (0, 0), (120, 80)) == pytest.approx(200, abs=0.3)


def test_a_side_street_joins_a_vertex_of_the_main_street_but_not_its_middle() -> None:
    main = [(0, 0), (50, 0), (100, 0)]
    assert network([main, [(50, 0), (50, 40)]]).components == 1
    assert network([main, [(70, 0), (70, 40)]]).components == 2  # nothing says that they meet there


def test_crossing_lines_without_a_shared_vertex_do_not_meet() -> None:
    assert network([[(0, 0), (100, 0)], [(50, -50), (50, 50)]]).components == 2


def test_a_street_in_many_parts_is_walked_part_by_part() -> None:
    parts = shapely.MultiLineString([[(0, 0), (100, 0)], [(100, 0), (100, 100)], [(500, 500), (600, 500)]])
    layer = Layer(role="streets", crs=METRIC, geometry=objects(parts), fields={"highway": np.array(["path"])})
    town = build_network(layer, METRIC, EVERYWHERE)
    assert (town.components, len(town.u)) == (2, 3)
    assert walk(town, (0, 0), (100, 100)) == 200


def test_squares_and_points_among_the_streets_are_passed_over() -> None:
    shapes = objects(
        shapely.box(0, 0, 50, 50),
        shapely.Point(3, 3),
        shapely.LineString([(0, 0), (100, 0)]),
        shapely.LineString(),
    )
    layer = Layer(role="streets", crs=METRIC, geometry=shapes, fields={"highway": np.full(4, "pedestrian")})
    assert len(build_network(layer, METRIC, EVERYWHERE).u) == 1


def test_only_squares_are_no_street() -> None:
    layer = Layer(
        role="streets",
        crs=METRIC,
        geometry=objects(shapely.box(0, 0, 9, 9)),
        fields={"highway": np.array(["pedestrian"])},
    )
    with pytest.raises(InputError, match="walked on"):
        build_network(layer, METRIC, EVERYWHERE)


def test_streets_in_degrees_are_measured_in_metres() -> None:
    lines = objects(
        shapely.LineString([(-51.0, -30.0), (-51.0, -30.01)]),
        shapely.LineString([(-51.0, -30.01), (-50.99, -30.01)]),
    )
    layer = Layer(role="streets", crs=DEGREES, geometry=lines, fields={"highway": np.full(2, "path")})
    town = build_network(layer, METRIC, EVERYWHERE)
    assert town.components == 1
    assert sorted(town.length) == pytest.approx(
        [964.7, 1108.1], abs=1
    )  # 0.01° of longitude and latitude at 30° south


# --- two sources in one layer -----------------------------------------------------------------------------------


def mixed(ids: object) -> Layer:
    """Return a street with ids and one without, as two united files give."""
    layer = street_layer([[(0, 0), (100, 0)], [(100, 0), (200, 0)]])
    held = np.empty(2, dtype=object)
    held[:] = [np.array([7, 8]), ids]
    return layer.with_(fields={**layer.fields, "nodes": held})


@pytest.mark.parametrize("nothing", ["", None, (), np.empty(0, dtype=np.int64)])
def test_streets_without_ids_join_those_with_ids_where_they_meet(nothing: object) -> None:
    town = build_network(mixed(nothing), METRIC, EVERYWHERE)
    assert town.components == 1
    assert len(town.xy) == 3
    assert walk(town, (0, 0), (200, 0)) == 200


def test_a_street_without_ids_does_not_tie_a_bridge_to_the_street_below() -> None:
    lines = [[(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)], [(50, 0), (80, 40)]]
    layer = street_layer(lines)
    held = np.empty(3, dtype=object)
    held[:] = [np.array([1, 2, 3]), np.array([4, 5, 6]), ""]
    town = build_network(layer.with_(fields={**layer.fields, "nodes": held}), METRIC, EVERYWHERE)
    assert town.components == 2  # it joins one of the two, never both
    assert (np.hypot(*(town.xy[town.v] - town.xy[town.u]).T) == town.length).all()


def test_ids_for_half_of_the_points_are_refused() -> None:
    with pytest.raises(InputError, match="way/1"):
        build_network(mixed(np.array([9])), METRIC, EVERYWHERE)


# --- small, broken and odd networks -----------------------------------------------------------------------------


def test_a_village_of_one_street() -> None:
    town = network([[(0, 0), (400, 0)]])
    assert walk(town, (100, 150), (350, -150)) == 250
    assert len(junction_points(town)) == 0
    assert town.components == 1


def test_a_street_of_no_length_is_no_network_to_stand_on() -> None:
    town = network([[(5, 5), (5, 5)]])
    assert len(town.u) == 0
    assert not snap(town, np.array([[5.0, 5.0]])).found.any()
    assert np.isinf(distance_from(town, snap(town, np.array([[5.0, 5.0]])), 1e3)).all()


def test_points_exactly_on_nodes_walk_from_the_node() -> None:
    cross = [[(-100, 0), (0, 0), (100, 0)], [(0, -100), (0, 0), (0, 100)]]
    town = network(cross)
    corners = [(-100.0, 0.0), (0.0, -100.0), (0.0, 100.0), (100.0, 0.0)]
    for start in corners:
        assert walk(town, start, (0.0, 0.0)) == 100
        assert walk(town, (0.0, 0.0), start) == 100
    assert walk(town, (0.0, 0.0), (0.0, 0.0)) == 0


def test_a_loop_is_walked_the_short_way_and_has_no_corner_of_three() -> None:
    ring = [(100 * np.cos(a), 100 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 73)]
    town = network([ring])
    assert town.components == 1
    assert set(street_counts(town)) == {2}
    half = walk(town, (100, 0), (-100, 0))
    assert half == pytest.approx(np.pi * 100, rel=0.001)
    assert walk(town, (100, 0), (0, -100)) == pytest.approx(half / 2, rel=0.001)


def test_a_street_given_three_times_is_walked_and_counted_once() -> None:
    line = [(0, 0), (100, 0), (200, 0)]
    once, thrice = network([line]), network([line, line[::-1], line])
    np.testing.assert_array_equal(once.length, thrice.length)
    np.testing.assert_array_equal(street_counts(once), street_counts(thrice))


def test_a_block_with_two_ways_between_the_same_corners_keeps_both() -> None:
    short, round_about = [(0, 0), (100, 0)], [(0, 0), (50, 80), (100, 0)]
    town = network([short, round_about])
    assert len(town.u) == 3
    assert walk(town, (0, 0), (100, 0)) == 100
    assert walk(town, (50, 80), (100, 0)) == pytest.approx(np.hypot(50, 80))


def test_each_island_reaches_only_its_own_shops() -> None:
    islands = [[(1000.0 * n, 0.0), (1000.0 * n + 300, 0.0)] for n in range(6)]
    town = network(islands)
    assert town.components == 6
    shops = snap(town, np.array([[0.0, 0.0], [3000.0, 0.0]]))
    homes = snap(town, np.array([[1000.0 * n + 200, 0.0] for n in range(6)]))
    found = reached(town, shops, homes, 500.0)
    assert found[[0, 3]].tolist() == [200, 200]
    assert np.isinf(found[[1, 2, 4, 5]]).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_walk_is_as_long_back_as_there_never_shorter_than_the_crow_flies_and_never_longer_by_a_detour(
    seed: int,
) -> None:
    dice = np.random.default_rng(seed)
    nodes = dice.uniform(0, 500, (10, 2))
    order = [*range(10), 0]
    town = network([[tuple(nodes[a]), tuple(nodes[b])] for a, b in pairwise(order)])
    at = snap(town, nodes, 1.0)
    ways = np.array([reached(town, at.take(np.array([i])), at, 1e9) for i in range(10)])
    np.testing.assert_allclose(ways, ways.T, atol=1e-6)
    crow = np.hypot(*(nodes[:, None] - nodes[None]).transpose(2, 0, 1))
    assert (ways >= crow - 1e-6).all()
    for via in range(10):
        assert (ways <= ways[:, [via]] + ways[[via], :] + 1e-6).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(10, 400))
def test_more_shops_and_longer_legs_never_reach_less(seed: int, limit: float) -> None:
    dice = np.random.default_rng(seed)
    nodes = dice.uniform(0, 500, (12, 2))
    pairs = dice.integers(0, 12, (16, 2))
    lines = [[tuple(nodes[a]), tuple(nodes[b])] for a, b in pairs if a != b]
    town = network(lines)
    shops, homes = (snap(town, dice.uniform(0, 500, (5, 2))) for _ in range(2))
    few = reached(town, shops.take(np.arange(2)), homes, limit)
    more = reached(town, shops, homes, limit)
    longer = reached(town, shops, homes, 2 * limit)
    assert (more <= few).all()
    assert (longer <= more).all()
    assert (np.isinf(more) | (more <= limit)).all()


# --- junctions --------------------------------------------------------------------------------------------------


def test_a_grid_of_streets_has_its_inner_corners_and_its_rim() -> None:
    size, gap = 5, 100.0
    across = [[(i * gap, j * gap) for i in range(size)] for j in range(size)]
    up = [[(i * gap, j * gap) for j in range(size)] for i in range(size)]
    town = network([*across, *up])
    counts = street_counts(town)
    assert ((counts == 4).sum(), (counts == 3).sum(), (counts == 2).sum()) == (9, 12, 4)
    assert len(junction_points(town)) == 21


def test_a_roundabout_of_four_arms_is_one_crossing() -> None:
    corners = [(8.0, 0.0), (0.0, 8.0), (-8.0, 0.0), (0.0, -8.0)]
    ring = [*corners, corners[0]]
    arms = [[(x, y), (10 * x, 10 * y)] for x, y in corners]
    town = network([ring, *arms])
    assert (street_counts(town) == 3).sum() == 4
    np.testing.assert_allclose(junction_points(town), [[0, 0]], atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=30, unique=True),
    st.randoms(),
)
def test_the_order_of_junctions_does_not_change_their_groups(
    points: list[tuple[int, int]], dice: object
) -> None:
    xy = np.array(points, dtype=float)
    shuffled = xy.copy()
    np.random.default_rng(dice.randint(0, 9999)).shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (consolidate(p)[0] for p in (xy, shuffled))
    assert len(one) == len(other)
    np.testing.assert_allclose(np.sort(one.sum(axis=1)), np.sort(other.sum(axis=1)))
