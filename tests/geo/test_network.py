"""Walks along a network: from the nearest point of the nearest edge, both ways, exact on the way."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import real_city
from almena.geo.crs import reproject
from almena.geo.network import WalkNetwork, distance_from, open_space_entries, reached, snap
from almena.geo.walkable import build_network, covered_area, walkable
from almena.model.problem import InputError

from .shapes import DEGREES, EVERYWHERE, METRIC, network, objects, street_layer

# A street of 300 m with nodes every 100 m, and a side street of 50 m at 200 m
MAIN = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0)]
SIDE = [(200.0, 0.0), (200.0, 50.0)]


def walks(town: WalkNetwork, sources: list, targets: list, limit: float = 1e6) -> np.ndarray:
    return reached(
        town, snap(town, np.array(sources, dtype=float)), snap(town, np.array(targets, dtype=float)), limit
    )


# --- building -------------------------------------------------------------------------------------------------


def test_streets_become_segments_between_their_nodes() -> None:
    town = network([MAIN, SIDE])
    assert len(town.xy) == 5
    assert sorted(town.length) == [50.0, 100.0, 100.0, 100.0]
    assert town.components == 1
    assert (town.u < town.v).all()


def test_a_bridge_does_not_meet_the_street_below_it() -> None:
    lines = [[(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)]]
    assert network(lines).components == 1  # by coordinates they meet
    assert network(lines, nodes=[[1, 2, 3], [4, 5, 6]]).components == 2  # by id they do not
    assert network(lines, nodes=[[1, 2, 3], [4, 2, 6]]).components == 1


def test_ends_a_few_centimetres_apart_are_one_node_when_there_are_no_ids() -> None:
    assert network([[(0, 0), (100, 0)], [(100.02, 0.01), (200, 0)]]).components == 1
    assert network([[(0, 0), (100, 0)], [(101, 0), (200, 0)]]).components == 2


def test_a_street_drawn_twice_or_there_and_back_counts_once() -> None:
    town = network([MAIN, MAIN[::-1], [(0, 0), (0, 0)]])
    assert len(town.u) == 3
    assert town.matrix[town.u[0], town.v[0]] == 100.0


def test_who_may_walk_where() -> None:
    highway = [
        "residential",
        "motorway",
        "trunk_link",
        "construction",
        "proposed",
        "raceway",
        "platform",
        "footway",
    ]
    highway += ["residential", "residential", "residential", "", "steps", "primary"]
    foot = [""] * 8 + ["no", "", "yes", "", "", "designated"]
    access = [""] * 8 + ["", "private", "customers", "", "", ""]
    lines = [[(0.0, float(i)), (10.0, float(i))] for i in range(len(highway))]
    layer = street_layer(lines, highway=highway, foot=foot, access=access)
    np.testing.assert_array_equal(np.flatnonzero(walkable(layer)), [0, 7, 10, 12, 13])


def test_streets_need_no_word_on_feet_and_access() -> None:
    assert walkable(street_layer([MAIN])).all()


def test_a_city_without_a_walkable_street_is_refused_with_a_remedy() -> None:
    with pytest.raises(InputError) as caught:
        network([MAIN], highway=["motorway"])
    assert "highway" in caught.value.problems[0].remedy


def test_node_ids_that_do_not_fit_their_line_are_refused() -> None:
    with pytest.raises(InputError, match="way/1"):
        network([MAIN, SIDE], nodes=[[1, 2, 3, 4], [3]])


def test_the_covered_area_is_that_of_the_source_inside_the_city() -> None:
    layer = street_layer([MAIN]).with_(covered=shapely.box(-10, -10, 310, 60))
    half = build_network(layer, METRIC, shapely.box(100, -1000, 1000, 1000)).covered
    assert half.bounds == (100, -10, 310, 60)


def test_streets_that_do_not_say_what_they_cover_cover_the_box_of_their_points() -> None:
    covered = build_network(street_layer([MAIN, SIDE]), METRIC, shapely.box(100, -1000, 1000, 1000)).covered
    assert covered.equals(shapely.box(100, 0, 300, 50))
    # one straight street has a box without an area, which says nothing
    assert build_network(street_layer([MAIN]), METRIC, EVERYWHERE).covered is EVERYWHERE


def test_a_box_in_degrees_keeps_its_shape_in_metres() -> None:
    box = shapely.box(-51.266, -30.113, -51.132, -29.988)
    layer = street_layer([MAIN]).with_(crs=DEGREES, covered=box)
    exact = reproject(shapely.segmentize(box, 0.0001), DEGREES, METRIC)
    area = covered_area(layer, METRIC, shapely.box(0, 0, 1e7, 1e7))
    assert area.symmetric_difference(exact).area < 1e-5 * exact.area


# --- snapping -------------------------------------------------------------------------------------------------


def test_a_point_starts_at_the_nearest_point_of_the_nearest_edge() -> None:
    town = network([MAIN, SIDE])
    at = snap(town, np.array([[130.0, 40.0], [210.0, 30.0], [-30.0, 40.0]]))
    where = town.xy[town.u[at.edge]] + (town.xy[town.v[at.edge]] - town.xy[town.u[at.edge]]) * (
        at.offset / town.length[at.edge]
    ).reshape(-1, 1)
    np.testing.assert_allclose(where, [[130, 0], [200, 30], [0, 0]], atol=1e-9)
    np.testing.assert_allclose(at.distance, [40, 10, 50])


def test_of_two_edges_equally_near_the_first_is_taken() -> None:
    town = network([[(0.0, 0.0), (100.0, 0.0)], [(0.0, 40.0), (100.0, 40.0)]])
    between = np.column_stack([np.arange(5.0, 100, 5), np.full(19, 20.0)])
    assert set(snap(town, between).edge) == {0}


def test_beyond_the_limit_there_is_no_start() -> None:
    at = snap(network([MAIN]), np.array([[150.0, 199.0], [150.0, 201.0], [np.nan, 0.0]]), limit=200.0)
    np.testing.assert_array_equal(at.found, [True, False, False])
    assert np.isinf(at.distance[1])


def test_no_points_snap_to_nothing() -> None:
    assert len(snap(network([MAIN]), np.empty((0, 2)))) == 0


# --- walking --------------------------------------------------------------------------------------------------


def test_walks_by_hand() -> None:
    town = network([MAIN, SIDE])
    # the shop lies at 130 m of the main street, 20 m beside it; the way to the street is not walked
    shop = [[130.0, 20.0]]
    homes = [[130.0, -5.0], [110.0, 0.0], [180.0, 9.0], [200.0, 50.0], [0.0, 0.0], [300.0, 0.0]]
    np.testing.assert_allclose(walks(town, shop, homes), [0, 20, 50, 120, 130, 170], atol=1e-9)


def test_two_points_on_one_edge_walk_straight_even_where_a_node_is_nearer_to_neither() -> None:
    town = network([[(0.0, 0.0), (1000.0, 0.0)]])
    np.testing.assert_allclose(walks(town, [[400.0, 0.0]], [[600.0, 0.0], [399.0, 0.0]]), [200, 1], atol=1e-9)


def test_of_several_sources_on_an_edge_the_nearest_counts() -> None:
    town = network([[(0.0, 0.0), (1000.0, 0.0)], [(0.0, 500.0), (1000.0, 500.0)]])
    sources = [[100.0, 0.0], [500.0, 0.0], [900.0, 0.0], [450.0, 500.0]]
    targets = [[300.0, 0.0], [690.0, 0.0], [480.0, 0.0], [0.0, 0.0], [1000.0, 0.0], [480.0, 500.0]]
    np.testing.assert_allclose(walks(town, sources, targets), [200, 190, 20, 100, 100, 30], atol=1e-9)


def test_round_a_block_the_shorter_way_counts() -> None:
    square = [[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]]
    np.testing.assert_allclose(
        walks(network(square), [[10.0, 0.0]], [[0.0, 20.0], [90.0, 100.0]]), [30, 200], atol=1e-9
    )


def test_the_limit_is_included_and_what_lies_beyond_is_not_reached() -> None:
    town = network([MAIN])
    np.testing.assert_array_equal(
        np.isfinite(walks(town, [[0.0, 0.0]], [[250.0, 0.0], [250.5, 0.0]], limit=250.0)), [True, False]
    )


def test_another_island_is_never_reached() -> None:
    town = network([MAIN, [(0.0, 900.0), (100.0, 900.0)]])
    assert np.isinf(walks(town, [[0.0, 0.0]], [[50.0, 900.0]])).all()


def test_sources_and_targets_off_the_network_reach_nothing() -> None:
    town = network([MAIN])
    assert np.isinf(walks(town, [[0.0, 5000.0]], [[0.0, 0.0]])).all()
    assert np.isinf(walks(town, [[0.0, 0.0]], [[0.0, 5000.0]])).all()
    assert np.isinf(distance_from(town, snap(town, np.empty((0, 2))), 100.0)).all()


def test_nodes_on_one_coordinate_are_joined_by_a_way_of_no_length() -> None:
    lines = [[(0.0, 0.0), (100.0, 0.0), (100.0, 0.0), (200.0, 0.0)]]
    town = network(lines, nodes=[[1, 2, 3, 4]])
    np.testing.assert_allclose(walks(town, [[0.0, 0.0]], [[200.0, 0.0]]), [200.0])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_random_towns_agree_with_a_graph_that_holds_every_point_as_a_node(seed: int) -> None:
    dice = np.random.default_rng(seed)
    nodes = dice.uniform(0, 1000, (12, 2))
    pairs = dice.integers(0, 12, (18, 2))
    lines = [[tuple(nodes[a]), tuple(nodes[b])] for a, b in pairs if a != b]
    town = network(lines)
    sources, targets = (snap(town, dice.uniform(0, 1000, (6, 2)), 1e9) for _ in range(2))
    expected = graph_walks(town, sources, targets)
    np.testing.assert_allclose(reached(town, sources, targets, 1e9), expected, atol=1e-6)
    limit = float(np.median(expected[np.isfinite(expected)])) if np.isfinite(expected).any() else 1.0
    limited = reached(town, sources, targets, limit + 1e-9)
    np.testing.assert_allclose(limited, np.where(expected <= limit + 1e-9, expected, np.inf), atol=1e-6)


def graph_walks(town: WalkNetwork, sources: object, targets: object) -> np.ndarray:
    """Cut every edge at its sources and targets and ask networkx."""
    graph = nx.Graph()
    stations: dict[int, list[tuple[float, object]]] = {}
    for kind, at in (("s", sources), ("t", targets)):
        for i in np.flatnonzero(at.found):
            stations.setdefault(int(at.edge[i]), []).append((float(at.offset[i]), (kind, int(i))))
    for e in range(len(town.u)):
        on = [
            (0.0, int(town.u[e])),
            *sorted(stations.get(e, []), key=lambda s: s[0]),
            (town.length[e], int(town.v[e])),
        ]
        for (a, one), (b, other) in pairwise(on):
            graph.add_edge(one, other, weight=max(b - a, 0.0))
    starts = {("s", int(i)) for i in np.flatnonzero(sources.found)}
    ways = nx.multi_source_dijkstra_path_length(graph, starts) if starts else {}
    return np.array([ways.get(("t", i), np.inf) for i in range(len(targets.edge))])


# --- open spaces ----------------------------------------------------------------------------------------------


def test_a_park_is_entered_where_its_edge_lies_near_the_network() -> None:
    town = network([[(0.0, 0.0), (1000.0, 0.0)]])
    near, far, point = shapely.box(100, 25, 200, 300), shapely.box(400, 35, 500, 300), shapely.Point(700, 29)
    entries, space = open_space_entries(town, objects(near, far, point))
    assert set(space) == {0, 2}
    along = entries.offset[space == 0]
    assert along.min() == pytest.approx(100)
    assert along.max() == pytest.approx(200)
    assert np.diff(np.sort(along)).max() <= 15 + 1e-9
    np.testing.assert_allclose(entries.offset[space == 2], [700])


def test_a_hole_in_a_park_is_an_edge_too() -> None:
    ring = shapely.box(0, -500, 1000, 500).difference(shapely.box(400, -20, 600, 20))
    _, space = open_space_entries(network([[(450.0, 0.0), (550.0, 0.0)]]), objects(ring))
    assert set(space) == {0}


def test_no_open_space_has_no_entry() -> None:
    entries, space = open_space_entries(network([MAIN]), np.empty(0, dtype=object))
    assert len(entries) == len(space) == 0


# --- the real city --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_network(porto_alegre: Path) -> WalkNetwork:
    places = real_city.places(porto_alegre)
    return build_network(real_city.streets(porto_alegre), places.crs, places.city)


@pytest.mark.real
def test_the_extract_covers_a_third_of_the_city(porto_alegre: Path, real_network: WalkNetwork) -> None:
    city = real_city.places(porto_alegre).city
    assert real_network.covered.area / city.area == pytest.approx(0.33, abs=0.005)
    assert real_network.components < 100
    assert np.bincount(real_network.component).max() > 0.97 * len(real_network.xy)


@pytest.mark.real
def test_access_on_the_real_network_is_what_networkx_finds(
    porto_alegre: Path, real_network: WalkNetwork
) -> None:
    dice = np.random.default_rng(7)
    west, south, east, north = real_network.covered.bounds
    homes = dice.uniform((west, south), (east, north), (400, 2))
    stops = real_city.vector(porto_alegre, "transit/gtfs_stops_2024.geojson", "transit_stops")
    xy = shapely.get_coordinates(reproject(stops.geometry[::10], stops.crs, METRIC))
    sources, targets = snap(real_network, xy), snap(real_network, homes)
    assert sources.found.any()
    expected = graph_walks(real_network, sources, targets)
    np.testing.assert_allclose(reached(real_network, sources, targets, 1e9), expected, atol=1e-6)
    within = reached(real_network, sources, targets, 500.0)
    np.testing.assert_array_equal(within <= 500.0, expected <= 500.0)
