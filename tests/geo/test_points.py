"""Points that pile up, points in polygons, and names that pass from one map to another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import real_city
from almena.geo.crs import reproject
from almena.geo.points import count_in, inside, name_by_largest_overlap, piles, positions

from .shapes import METRIC, objects

LEFT, RIGHT = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)


def test_points_stay_and_other_features_get_a_point_that_lies_on_them() -> None:
    horseshoe = shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 10, 8))
    line = shapely.LineString([(0, 0), (4, 0), (4, 4)])
    at = positions(objects(shapely.Point(3, 4), horseshoe, line, shapely.Point()))
    np.testing.assert_array_equal(at[0], [3, 4])
    assert shapely.intersects_xy(horseshoe, *at[1])
    assert shapely.distance(line, shapely.Point(at[2])) == 0
    assert np.isnan(at[3]).all()


def test_five_on_one_point_are_a_pile_and_four_are_not() -> None:
    xy = np.array([[1.0, 1.0]] * 5 + [[2.0, 2.0]] * 4 + [[1.0, 2.0]])
    np.testing.assert_array_equal(piles(xy), [True] * 5 + [False] * 5)
    assert piles(xy, at_least=4).sum() == 9
    assert piles(np.empty((0, 2))).shape == (0,)


def test_features_without_a_position_are_no_pile() -> None:
    assert not piles(np.full((9, 2), np.nan)).any()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=60), st.integers(1, 6))
def test_piles_are_what_counting_one_by_one_finds(points: list[tuple[int, int]], at_least: int) -> None:
    xy = np.array(points, dtype=float).reshape(-1, 2)
    assert piles(xy, at_least).tolist() == [points.count(p) >= at_least for p in points]


def test_each_point_is_given_to_the_first_polygon_that_holds_it() -> None:
    xy = np.array([[5.0, 5.0], [15.0, 5.0], [10.0, 5.0], [25.0, 5.0], [np.nan, 1.0]])
    np.testing.assert_array_equal(inside(xy, objects(LEFT, RIGHT)), [0, 1, 0, -1, -1])
    np.testing.assert_array_equal(inside(xy, objects(RIGHT, LEFT)), [1, 0, 0, -1, -1])
    np.testing.assert_array_equal(inside(xy, np.empty(0, dtype=object)), [-1] * 5)
    assert inside(np.empty((0, 2)), objects(LEFT)).shape == (0,)


def test_counts_take_each_polygon_by_itself_and_may_be_weighted() -> None:
    xy = np.array([[5.0, 5.0], [15.0, 5.0], [6.0, 6.0], [25.0, 5.0]])
    both = objects(LEFT, RIGHT, shapely.box(0, 0, 30, 10), shapely.box(90, 90, 91, 91))
    np.testing.assert_array_equal(count_in(xy, both), [2, 1, 4, 0])
    np.testing.assert_array_equal(count_in(xy, both, np.array([1.0, 2.0, 4.0, 8.0])), [5, 2, 15, 0])


def test_names_pass_over_by_largest_overlap() -> None:
    targets = objects(LEFT, RIGHT, shapely.box(50, 50, 60, 60))
    named = objects(shapely.box(0, 0, 9, 10), shapely.box(9, 0, 20, 10))
    names = name_by_largest_overlap(targets, named, np.array(["Centro", "Porto"]))
    assert names.tolist() == ["Centro", "Porto", ""]


def test_of_two_names_that_overlap_enough_the_larger_overlap_wins() -> None:
    target = objects(shapely.box(0, 0, 100, 10))
    named = objects(shapely.box(0, 0, 60, 10), shapely.box(0, 0, 90, 10), shapely.box(0, 0, 70, 10))
    assert name_by_largest_overlap(target, named, np.array(["b", "a", "c"]), 0.5).tolist() == ["a"]
    assert name_by_largest_overlap(target, named, np.array(["a", "c", "b"]), 0.5).tolist() == ["c"]


def test_a_name_cut_in_two_is_joined_before_it_is_compared() -> None:
    halves = objects(shapely.box(0, 0, 10, 4), shapely.box(0, 4, 10, 10))
    target = objects(LEFT)
    assert name_by_largest_overlap(target, halves, np.array(["Partenon", "Partenon"]), 0.9).tolist() == [
        "Partenon"
    ]
    assert name_by_largest_overlap(target, halves, np.array(["Partenon", ""]), 0.9).tolist() == [""]


def test_too_little_overlap_passes_no_name() -> None:
    wide = objects(shapely.box(0, 0, 40, 10))
    assert name_by_largest_overlap(objects(LEFT), wide, np.array(["Wide"]), 0.5).tolist() == [""]
    assert name_by_largest_overlap(objects(LEFT), wide, np.array(["Wide"]), 0.25).tolist() == ["Wide"]
    assert name_by_largest_overlap(objects(LEFT), np.empty(0, dtype=object), np.empty(0)).tolist() == [""]


@pytest.mark.real
def test_schools_pile_up_on_one_fallback_point(porto_alegre: Path) -> None:
    schools = real_city.vector(porto_alegre, "services/schools_inep2024.geojson", "schools")
    xy = positions(schools.geometry)
    assert piles(xy, 2).sum() == 192
    assert piles(xy, 54).sum() == 54
    assert not piles(xy, 55).any()


@pytest.mark.real
def test_the_nameless_neighbourhoods_get_their_names(porto_alegre: Path) -> None:
    folder = "boundary/neighbourhoods_"
    nameless = real_city.vector(porto_alegre, f"{folder}lc12112_cc0.geojson", "neighbourhoods")
    older = real_city.vector(porto_alegre, f"{folder}ibge_indicators.geojson", "neighbourhood_statistics")
    targets, named = (reproject(layer.geometry, layer.crs, METRIC) for layer in (nameless, older))
    names = older.fields["neighbourhood_name"]
    assert (name_by_largest_overlap(targets, named, names, 0.8) != "").sum() == 93
    every = name_by_largest_overlap(targets, named, names, 0.5)
    assert (every != "").all()
    assert len(set(every)) == 94


@pytest.mark.real
def test_schools_hydrants_and_terminals_in_the_flood(porto_alegre: Path) -> None:
    flood = real_city.vector(porto_alegre, "hazards/flood_may2024_ada.geojson", "flood_extent")
    area = objects(shapely.union_all(flood.geometry))
    counts = {}
    for file in ("services/schools_inep2024", "infrastructure/hydrants", "infrastructure/bus_terminals"):
        layer = real_city.vector(porto_alegre, f"{file}.geojson", "points")
        counts[file.split("/")[1]] = int(count_in(positions(layer.geometry), area)[0])
    assert counts == {"schools_inep2024": 125, "hydrants": 263, "bus_terminals": 25}
