"""Coordinates move without loss, and areas are those of the ground."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.geo.crs import (
    geodesic_area,
    geodesic_areas,
    is_geographic,
    reproject,
    reproject_xy,
    same_crs,
)
from almena.model.problem import InputError

from .shapes import DEGREES, METRIC, objects


def test_the_central_meridian_of_a_zone_lies_at_half_a_million_metres_east() -> None:
    xy = reproject_xy(
        np.array([[-51.0, 0.0]]), DEGREES, METRIC
    )  # zone 22: 51° west; south: false northing 10,000 km
    np.testing.assert_allclose(xy, [[500_000.0, 10_000_000.0]], atol=1e-3)


def test_the_same_system_hands_back_the_same_geometry() -> None:
    shapes = objects(shapely.Point(1, 2))
    assert reproject(shapes, METRIC, METRIC) is shapes
    assert reproject(shapes, "EPSG:4326", "OGC:CRS84") is shapes  # they differ in the order of axes only


def test_single_geometries_and_arrays_move_alike() -> None:
    box = shapely.box(-51.2, -30.1, -51.1, -30.0)
    alone = reproject(box, DEGREES, METRIC)
    assert shapely.equals(alone, reproject(objects(box), DEGREES, METRIC)[0])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(-53.5, -48.5), st.floats(-40, -5)), min_size=1, max_size=20))
def test_there_and_back_again_is_where_it_started(lonlat: list[tuple[float, float]]) -> None:
    start = np.array(lonlat)
    back = reproject_xy(reproject_xy(start, DEGREES, METRIC), METRIC, DEGREES)
    np.testing.assert_allclose(back, start, atol=1e-8)


def test_swapped_latitude_and_longitude_are_refused_with_a_remedy() -> None:
    with pytest.raises(InputError) as caught:
        reproject_xy(np.array([[-30.0, 151.2]]), DEGREES, METRIC)
    assert "swapped" in caught.value.problems[0].remedy


def test_missing_coordinates_stay_missing() -> None:
    moved = reproject_xy(np.array([[np.nan, np.nan], [-51.0, -30.0]]), DEGREES, METRIC)
    assert np.isnan(moved[0]).all()
    assert np.isfinite(moved[1]).all()


def test_an_unknown_system_is_named() -> None:
    with pytest.raises(InputError) as caught:
        reproject_xy(np.array([[0.0, 0.0]]), "EPSG:999999", DEGREES)
    assert "EPSG:999999" in caught.value.problems[0].where


def test_degrees_and_metres_are_told_apart() -> None:
    assert is_geographic("EPSG:4674")
    assert not is_geographic(METRIC)
    assert not same_crs("EPSG:4674", METRIC)


def test_one_degree_at_the_equator_and_the_whole_earth() -> None:
    # WGS 84: 12,308.778 km² for the cell between 0° and 1° (Karney 2013 by GeographicLib); half the surface of the
    # ellipsoid is 255,032,810.86 km²
    assert geodesic_area(shapely.box(0, 0, 1, 1), DEGREES) / 1e6 == pytest.approx(12_308.778, rel=1e-6)
    northern = shapely.segmentize(shapely.box(-180, 0, 180, 90), 1.0)
    assert geodesic_area(northern, DEGREES) / 1e6 == pytest.approx(255_032_810.86, rel=1e-6)


def test_holes_are_taken_off_whatever_their_direction() -> None:
    outer, hole = shapely.box(0, 0, 2, 2), shapely.box(0.5, 0.5, 1, 1)
    for inner in (hole.exterior.coords, hole.exterior.coords[::-1]):
        ring = shapely.Polygon(outer.exterior.coords, [inner])
        expected = geodesic_area(outer, DEGREES) - geodesic_area(hole, DEGREES)
        assert geodesic_area(ring, DEGREES) == pytest.approx(expected)


def test_parts_of_a_multipolygon_add_up_and_points_have_no_area() -> None:
    one, two = shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)
    areas = geodesic_areas(objects(one, shapely.Point(1, 1), two, shapely.MultiPolygon([one, two])), DEGREES)
    assert areas[1] == 0
    assert areas[3] == pytest.approx(areas[0] + areas[2])


def test_the_area_in_metres_agrees_with_the_ellipsoid_up_to_the_scale_of_the_projection() -> None:
    square = shapely.box(499_500, 6_670_000, 500_500, 6_671_000)  # on the central meridian: scale 0.9996
    assert geodesic_area(square, METRIC) == pytest.approx(1e6 / 0.9996**2, rel=1e-5)


def test_nothing_has_no_area() -> None:
    assert geodesic_areas(np.empty(0, dtype=object), DEGREES).shape == (0,)
