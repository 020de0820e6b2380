"""Lengths inside polygons, merged and moved outlines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import real_city
from almena.geo.crs import reproject
from almena.geo.lines import length_inside
from almena.geo.polygons import clip, dissolve_touching, moved_outline

from .shapes import objects

LEFT, RIGHT = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)


def test_a_street_across_two_quarters_is_shared_out() -> None:
    across, within, outside = (
        shapely.LineString([(5, 5), (17, 5)]),
        shapely.LineString([(1, 1), (1, 4), (3, 4)]),
        shapely.LineString([(30, 0), (40, 0)]),
    )
    np.testing.assert_allclose(length_inside(objects(across, within, outside), objects(LEFT, RIGHT)), [10, 7])


def test_a_street_on_the_edge_and_one_that_leaves_twice() -> None:
    edge, zigzag = (
        shapely.LineString([(10, 2), (10, 6)]),
        shapely.LineString([(-5, 5), (15, 5), (15, 8), (5, 8)]),
    )
    np.testing.assert_allclose(length_inside(objects(edge), objects(LEFT, RIGHT)), [4, 4])
    np.testing.assert_allclose(length_inside(objects(zigzag), objects(LEFT)), [10 + 5])


def test_nothing_inside_nothing() -> None:
    assert length_inside(np.empty(0, dtype=object), objects(LEFT)).tolist() == [0]
    assert length_inside(objects(shapely.LineString([(0, 0), (1, 1)])), np.empty(0, dtype=object)).shape == (
        0,
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_lengths_are_those_of_cutting_every_line(seed: int) -> None:
    dice = np.random.default_rng(seed)
    lines = shapely.linestrings(dice.uniform(-5, 25, (15, 3, 2)))
    polygons = objects(LEFT, RIGHT, shapely.Point(10, 5).buffer(6))
    expected = [shapely.length(shapely.intersection(lines, p)).sum() for p in polygons]
    np.testing.assert_allclose(length_inside(lines, polygons), expected, rtol=1e-9)


@pytest.mark.real
def test_the_city_holds_all_streets_of_its_neighbourhoods(porto_alegre: Path) -> None:
    places, streets = real_city.places(porto_alegre), real_city.streets(porto_alegre)
    metres = length_inside(reproject(streets.geometry, streets.crs, places.crs), places.geometry)
    assert metres[0] / 1e3 == pytest.approx(2022, abs=5)
    assert metres[places.parts].sum() == pytest.approx(metres[0], rel=0.001)


def test_polygons_that_touch_become_one_even_at_a_corner_and_through_others() -> None:
    corner, alone = shapely.box(20, 10, 30, 20), shapely.box(50, 50, 60, 60)
    merged, group = dissolve_touching(objects(LEFT, alone, corner, RIGHT))
    np.testing.assert_array_equal(group, [0, 1, 0, 0])
    assert shapely.area(merged).tolist() == [300, 100]
    assert merged[1] is alone


def test_overlapping_polygons_lose_the_ground_they_share() -> None:
    merged, _ = dissolve_touching(objects(shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)))
    assert shapely.area(merged).tolist() == [150]


def test_no_polygons_merge_to_none() -> None:
    merged, group = dissolve_touching(np.empty(0, dtype=object))
    assert len(merged) == len(group) == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 8)), min_size=1, max_size=15)
)
def test_merged_polygons_cover_the_same_ground_and_do_not_meet(boxes: list[tuple[int, int, int]]) -> None:
    polygons = objects(*(shapely.box(x, y, x + size, y + size) for x, y, size in boxes))
    merged, group = dissolve_touching(polygons)
    assert shapely.area(merged).sum() == pytest.approx(shapely.union_all(polygons).area)
    assert group.max() + 1 == len(merged)
    for i in range(len(merged)):
        assert not shapely.intersects(merged[i], np.delete(merged, i)).any()


def test_an_outline_moves_out_and_in() -> None:
    assert moved_outline(LEFT, 1).area == pytest.approx(100 + 40 + np.pi, rel=0.01)
    assert moved_outline(LEFT, -1).area == pytest.approx(64)
    assert moved_outline(LEFT, -6).is_empty


def test_clipping_leaves_what_lies_inside_untouched() -> None:
    small = shapely.box(2, 2, 3, 3)
    inside, cut, gone = clip(objects(small, shapely.box(5, 5, 15, 15), RIGHT.buffer(-1)), LEFT)
    assert inside is small
    assert cut.area == 25
    assert gone.is_empty
