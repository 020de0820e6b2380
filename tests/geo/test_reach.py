"""What lies within a walk, against a search by another library and by hand."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from almena.geo import reach
from almena.geo.network import Snapped, WalkNetwork, snap
from almena.geo.points import matched
from almena.geo.reach import weight_within


def network(xy: list[tuple[float, float]], edges: list[tuple[int, int]]) -> WalkNetwork:
    nodes = np.array(xy, dtype=float)
    u, v = np.array(sorted(tuple(sorted(e)) for e in edges)).T
    length = np.hypot(*(nodes[v] - nodes[u]).T)
    return WalkNetwork(crs="EPSG:31982", xy=nodes, u=u, v=v, length=length, covered=shapely.box(0, 0, 1, 1))


def line_of(count: int) -> WalkNetwork:
    return network([(100.0 * i, 0.0) for i in range(count)], [(i, i + 1) for i in range(count - 1)])


def on(net: WalkNetwork, *xy: tuple[float, float]) -> Snapped:
    return snap(net, np.array(xy, dtype=float))


def test_weights_within_the_limit_add_up() -> None:
    net = line_of(11)
    shops, weight = on(net, (0, 0), (250, 10), (1000, 0)), np.array([1.0, 10.0, 100.0])
    people = on(net, (0, 0), (300, 0), (650, 0), (750, 0))
    (found,) = weight_within(net, shops, weight, people, (400.0,))
    # from 650 the shop at 250 is 400 m away and that at 1,000 is 350 m
    np.testing.assert_allclose(found, [11, 11, 110, 100])


def test_several_limits_are_answered_at_once() -> None:
    net = line_of(11)
    found = weight_within(
        net, on(net, (0, 0)), np.array([5.0]), on(net, (150, 0), (700, 0)), (100.0, 150.0, 800.0)
    )
    np.testing.assert_allclose(found, [[0, 0], [5, 0], [5, 5]])


def test_two_points_on_one_edge_reach_each_other_without_a_corner() -> None:
    net = network([(0, 0), (1000, 0)], [(0, 1)])
    (found,) = weight_within(net, on(net, (450, 0)), np.array([1.0]), on(net, (550, 0), (600, 0)), (100.0,))
    np.testing.assert_allclose(found, [1, 0])


def test_what_is_not_on_the_network_neither_reaches_nor_is_reached() -> None:
    net = line_of(3)
    away = on(net, (0, 900))
    assert weight_within(net, away, np.array([1.0]), on(net, (0, 0)), (1e6,)).sum() == 0
    assert weight_within(net, on(net, (0, 0)), np.array([1.0]), away, (1e6,)).sum() == 0
    assert weight_within(net, on(net, (0, 0)), np.array([0.0]), on(net, (0, 0)), (1e6,)).sum() == 0


def test_parts_without_a_way_between_them_stay_apart() -> None:
    net = network([(0, 0), (100, 0), (0, 50), (100, 50)], [(0, 1), (2, 3)])
    (found,) = weight_within(net, on(net, (50, 0)), np.array([1.0]), on(net, (50, 0), (50, 50)), (1e6,))
    np.testing.assert_allclose(found, [1, 0])


def grid_town(size: int) -> WalkNetwork:
    xy = [(100.0 * x, 100.0 * y) for y in range(size) for x in range(size)]
    edges = [(i, i + 1) for i in range(size * size) if (i + 1) % size]
    edges += [(i, i + size) for i in range(size * size - size)]
    return network(xy, [e for n, e in enumerate(edges) if n % 7])


@given(st.integers(0, 10_000), st.sampled_from([120.0, 350.0, 1000.0]))
def test_the_sum_is_that_of_a_search_from_each_target(seed: int, limit: float) -> None:
    net = grid_town(9)
    random = np.random.default_rng(seed)
    shops, people = (on(net, *random.uniform(-20, 820, (n, 2))) for n in (12, 15))
    weight = random.integers(0, 5, 12).astype(float)
    (found,) = weight_within(net, shops, weight, people, (limit,))
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(net.u.tolist(), net.v.tolist(), net.length.tolist(), strict=True))
    for name, points in (("shop", shops), ("person", people)):
        for i in range(len(points)):
            edge = points.edge[i]
            graph.add_edge((name, i), int(net.u[edge]), weight=points.offset[i])
            graph.add_edge((name, i), int(net.v[edge]), weight=net.length[edge] - points.offset[i])
    for i in range(len(people)):
        # a way through another shop or person on the same edge is a way along that edge
        ways = nx.single_source_dijkstra_path_length(graph, ("person", i))
        same = {
            j: abs(shops.offset[j] - people.offset[i]) for j in range(12) if shops.edge[j] == people.edge[i]
        }
        walks = [min(ways.get(("shop", j), np.inf), same.get(j, np.inf)) for j in range(12)]
        clear = [abs(w - limit) > 1e-6 for w in walks]
        if all(clear):
            assert found[i] == pytest.approx(sum(w for w, d in zip(weight, walks, strict=True) if d <= limit))


def test_the_answer_does_not_depend_on_how_much_is_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    net = grid_town(12)
    random = np.random.default_rng(3)
    shops, people = (on(net, *random.uniform(0, 1100, (40, 2))) for _ in range(2))
    weight = np.ones(40)
    whole = weight_within(net, shops, weight, people, (150.0, 400.0))
    monkeypatch.setattr(reach, "NUMBERS_AT_ONCE", 1)
    np.testing.assert_array_equal(whole, weight_within(net, shops, weight, people, (150.0, 400.0)))


# --- pairs ----------------------------------------------------------------------------------------------------


def test_each_point_has_at_most_one_partner_and_as_many_as_possible_have_one() -> None:
    # the first could take either, the second only what the first likes best
    register = np.array([[0.0, 0.0], [8.0, 0.0]])
    on_map = np.array([[4.0, 0.0], [-9.0, 0.0]])
    assert matched(register, on_map, 10).tolist() == [True, True]
    assert matched(register, on_map[:1], 10).sum() == 1


def test_points_on_the_very_same_spot_are_a_pair_and_a_limit_belongs_to_itself() -> None:
    spot = np.array([[1.0, 1.0]])
    assert matched(spot, spot, 5).tolist() == [True]
    assert matched(spot, spot + np.array([3, 4]), 5).tolist() == [True]
    assert matched(spot, spot + np.array([3, 4.1]), 5).tolist() == [False]


def test_an_empty_list_has_no_partner() -> None:
    nobody, spot = np.empty((0, 2)), np.array([[1.0, 1.0]])
    assert matched(nobody, spot, 5).tolist() == []
    assert matched(spot, nobody, 5).tolist() == [False]


@given(st.integers(0, 10_000))
def test_as_many_pairs_are_found_from_either_side(seed: int) -> None:
    random = np.random.default_rng(seed)
    first, second = random.uniform(0, 50, (9, 2)), random.uniform(0, 50, (6, 2))
    pairs = matched(first, second, 12).sum()
    assert pairs == matched(second, first, 12).sum()
    graph = nx.Graph([(("a", i), ("b", j)) for i in range(9) for j in range(6)
                      if np.hypot(*(first[i] - second[j])) <= 12])  # fmt: skip
    top = [n for n in graph if n[0] == "a"]
    assert pairs == len(nx.bipartite.maximum_matching(graph, top)) // 2


@given(st.lists(st.integers(0, 5), max_size=12), st.lists(st.integers(0, 5), max_size=12))
def test_pairs_on_one_edge_are_those_that_a_full_comparison_finds(
    first: list[int], second: list[int]
) -> None:
    one, other = np.array(first, dtype=np.int64), np.array(second, dtype=np.int64)
    source, target = reach._on_one_edge(one, other)
    wanted = np.argwhere(one[:, None] == other).tolist()
    assert sorted(zip(source.tolist(), target.tolist(), strict=True)) == [tuple(pair) for pair in wanted]
