"""Junctions: three streets or more, one crossing counted once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import real_city
from almena.geo.junctions import consolidate, junction_points, street_counts
from almena.geo.walkable import build_network

from .shapes import network


def test_streets_are_counted_at_each_node() -> None:
    town = network([[(0, 0), (100, 0), (200, 0)], [(100, -100), (100, 0), (100, 100)], [(200, 0), (300, 0)]])
    counts = {tuple(xy): int(n) for xy, n in zip(town.xy, street_counts(town), strict=True)}
    assert counts[(100, 0)] == 4
    assert counts[(200, 0)] == 2
    assert counts[(0, 0)] == counts[(300, 0)] == 1


def test_a_street_drawn_twice_makes_no_junction() -> None:
    line = [(0, 0), (100, 0), (200, 0)]
    assert len(junction_points(network([line, line]))) == 0


def test_the_limit_of_24_metres_is_included() -> None:
    for gap, groups in ((24.0, 1), (24.01, 2)):
        points, labels = consolidate(np.array([[0.0, 0.0], [gap, 0.0]]))
        assert len(points) == groups
        assert labels.max() + 1 == groups


def test_a_chain_becomes_one_crossing_at_its_mean() -> None:
    points, labels = consolidate(np.array([[0.0, 0.0], [20.0, 0.0], [40.0, 6.0], [500.0, 0.0]]))
    np.testing.assert_allclose(points, [[20, 2], [500, 0]])
    np.testing.assert_array_equal(labels, [0, 0, 0, 1])


def test_no_junction_at_all() -> None:
    points, labels = consolidate(np.empty((0, 2)))
    assert points.shape == (0, 2)
    assert labels.shape == (0,)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=40), st.integers(1, 60)
)
def test_groups_lie_apart_and_together_hold_every_point(points: list[tuple[int, int]], distance: int) -> None:
    xy = np.array(points, dtype=float)
    merged, labels = consolidate(xy, distance)
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    assert (apart[labels[:, None] != labels[None]] > distance).all()
    for group in range(len(merged)):
        np.testing.assert_allclose(merged[group], xy[labels == group].mean(axis=0))


@pytest.mark.real
def test_the_real_city_has_more_nodes_than_crossings(porto_alegre: Path) -> None:
    places = real_city.places(porto_alegre)
    town = build_network(real_city.streets(porto_alegre), places.crs, places.city)
    raw = int((street_counts(town) >= 3).sum())
    merged = len(junction_points(town))
    assert raw > 9_000
    assert 0.5 * raw < merged < raw
