"""People and land inside polygons: exact fractions, true areas, no data left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import real_city
from almena.geo.crs import geodesic_area
from almena.geo.zonal import (
    cell_areas,
    cell_centre_sum,
    cell_centres,
    cell_fractions,
    centres_of,
    class_areas,
    classes_of,
    zonal_sum,
)
from almena.model.problem import InputError

from .shapes import DEGREES, METRIC, grid, objects


def test_a_polygon_over_half_a_cell_takes_half_its_people() -> None:
    people = grid([[10.0, 20.0], [30.0, 40.0]], north=2.0)
    sums = zonal_sum(people, objects(shapely.box(0.5, 1, 1.5, 2), shapely.box(0, 0, 2, 2)), METRIC)
    np.testing.assert_allclose(sums, [5.0 + 10.0, 100.0])


def test_fractions_name_polygon_cell_and_value() -> None:
    people = grid([[10.0, 20.0], [30.0, 40.0]], north=2.0)
    found = cell_fractions(people, objects(shapely.box(9, 9, 10, 10), shapely.box(0.75, 0, 2, 0.5)), METRIC)
    assert found.count == 2
    np.testing.assert_array_equal(found.polygon, [1, 1])
    np.testing.assert_array_equal(found.cell, [2, 3])
    np.testing.assert_allclose(found.fraction, [0.125, 0.5])
    np.testing.assert_allclose(found.value, [30.0, 40.0])


def test_membership_places_fractions_in_the_columns_of_the_cells_asked_for() -> None:
    people = grid([[10.0, 20.0], [30.0, 40.0]], north=2.0)
    found = cell_fractions(people, objects(shapely.box(0, 0, 2, 2), shapely.box(0, 0, 1, 0.5)), METRIC)
    matrix = found.membership(np.array([1, 2])).toarray()
    np.testing.assert_allclose(matrix, [[1.0, 1.0], [0.0, 0.5]])
    assert found.membership(np.array([], dtype=np.int64)).shape == (2, 0)


@pytest.mark.parametrize("nothing", [-99999.0, np.nan, np.inf, -3.0])
def test_cells_without_data_hold_nobody(nothing: float) -> None:
    people = grid(np.array([[1.0, nothing], [1.0, 1.0]], dtype=np.float32), north=2.0, nodata=-99999.0)
    whole = objects(shapely.box(0, 0, 2, 2))
    assert zonal_sum(people, whole, METRIC)[0] == 3.0
    assert cell_centre_sum(people, whole, METRIC)[0] == 3.0


def test_nodata_that_the_band_cannot_hold_exactly_is_still_met() -> None:
    stored = np.float32(-3.4e38)
    people = grid(np.array([[1.0, stored]], dtype=np.float32), north=1.0, nodata=-3.4e38)
    assert len(cell_fractions(people, objects(shapely.box(0, 0, 2, 1)), METRIC, counts=False).cell) == 1


def test_zero_as_nodata_and_negative_values_that_are_no_counts() -> None:
    heights = grid(np.array([[0, -5, 7]], dtype=np.int16), north=1.0, nodata=0.0)
    found = cell_fractions(heights, objects(shapely.box(0, 0, 3, 1)), METRIC, counts=False)
    np.testing.assert_array_equal(found.value, [-5.0, 7.0])


def test_a_raster_stored_from_south_to_north_or_east_to_west_gives_the_same() -> None:
    values = np.arange(12.0).reshape(3, 4)
    upright = grid(values, north=3.0)
    south_up = replace(upright, array=values[::-1], affine=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    mirrored = replace(upright, array=values[:, ::-1], affine=(-1.0, 0.0, 4.0, 0.0, -1.0, 3.0))
    triangle = objects(shapely.Polygon([(0.2, 0.1), (3.7, 0.4), (1.5, 2.9)]))
    for other in (south_up, mirrored):
        assert zonal_sum(other, triangle, METRIC)[0] == pytest.approx(zonal_sum(upright, triangle, METRIC)[0])
        assert cell_centre_sum(other, triangle, METRIC)[0] == cell_centre_sum(upright, triangle, METRIC)[0]


def test_a_rotated_raster_is_refused() -> None:
    rotated = replace(grid([[1.0]]), affine=(1.0, 0.2, 0.0, 0.2, -1.0, 0.0))
    with pytest.raises(InputError, match="rotated"):
        zonal_sum(rotated, objects(shapely.box(0, 0, 1, 1)), METRIC)


def test_no_polygon_an_empty_one_and_one_far_away_hold_nobody() -> None:
    people = grid(np.ones((2, 2)), north=2.0)
    assert zonal_sum(people, np.empty(0, dtype=object), METRIC).shape == (0,)
    sums = zonal_sum(
        people, objects(shapely.Polygon(), shapely.box(50, 50, 60, 60), shapely.box(0, 0, 1, 1)), METRIC
    )
    np.testing.assert_allclose(sums, [0.0, 0.0, 1.0])


def test_polygons_come_to_the_raster_whatever_their_system() -> None:
    people = grid(np.ones((100, 100)), west=-51.2, north=-30.0, cell=0.001, crs=DEGREES)
    degrees = objects(shapely.segmentize(shapely.box(-51.18, -30.07, -51.13, -30.02), 0.001))
    metres = real_city.reproject(degrees, DEGREES, METRIC)
    np.testing.assert_allclose(zonal_sum(people, metres, METRIC), [2500.0], rtol=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.float64, (5, 6), elements=st.floats(0, 1e4)),
    st.floats(-1, 7),
    st.floats(-1, 6),
)
def test_a_city_cut_in_pieces_keeps_its_people(values: np.ndarray, x: float, y: float) -> None:
    people = grid(values, north=5.0)
    whole = shapely.box(-2, -2, 8, 7)
    pieces = objects(
        shapely.box(-2, -2, x, y), shapely.box(x, -2, 8, y), shapely.box(-2, y, x, 7), shapely.box(x, y, 8, 7)
    )
    total = zonal_sum(people, objects(whole), METRIC)[0]
    assert total == pytest.approx(values.sum())
    assert zonal_sum(people, pieces, METRIC).sum() == pytest.approx(total, rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 3.0), st.floats(0.1, 3.0), st.floats(0.2, 2.0))
def test_on_a_raster_of_ones_the_sum_is_the_area(x: float, y: float, radius: float) -> None:
    circle = shapely.Point(x + 3, y + 3).buffer(radius)
    assert zonal_sum(grid(np.ones((10, 10)), north=10.0), objects(circle), METRIC)[0] == pytest.approx(
        circle.area
    )


def test_the_rule_of_cell_centres_takes_whole_cells() -> None:
    people = grid([[10.0, 20.0], [30.0, 40.0]], north=2.0)
    sums = cell_centre_sum(people, objects(shapely.box(0, 1, 1.4, 2), shapely.box(0.4, 0.4, 2, 2)), METRIC)
    np.testing.assert_allclose(sums, [10.0, 100.0])


def test_centres_of_cells_run_along_the_rows() -> None:
    people = grid(np.zeros((2, 3)), west=10.0, north=20.0, cell=2.0)
    np.testing.assert_allclose(cell_centres(people)[:4], [[11, 19], [13, 19], [15, 19], [11, 17]])
    np.testing.assert_allclose(centres_of(people, np.array([5]), METRIC), [[15, 17]])


def test_classes_share_out_the_whole_area_of_the_polygon() -> None:
    classes = np.array([[3, 3, 24], [3, 24, 24]], dtype=np.uint8)
    cover = grid(classes, west=-51.2, north=-30.0, cell=0.01, crs=DEGREES, nodata=0.0)
    outline = shapely.box(-51.195, -30.02, -51.17, -30.0)
    areas = class_areas(cover, outline, DEGREES)
    assert set(areas) == {3, 24}
    assert sum(areas.values()) == pytest.approx(geodesic_area(outline, DEGREES), rel=1e-6)
    # class 3 fills 1.5 cells of the northern row and half a cell of the southern one
    north, south = cell_areas(cover)
    assert areas[3] == pytest.approx(1.5 * north + 0.5 * south, rel=1e-6)


def test_cells_in_degrees_shrink_towards_the_pole() -> None:
    areas = cell_areas(grid(np.zeros((4, 2)), north=60.0, cell=10.0, crs=DEGREES))
    assert (np.diff(areas) > 0).all()  # rows run southwards, from 60° to 20° north


def test_all_cells_together_cover_the_earth() -> None:
    areas = cell_areas(grid(np.zeros((36, 72)), west=-180.0, north=90.0, cell=5.0, crs=DEGREES))
    assert 72 * areas.sum() == pytest.approx(5.10065621724e14, rel=1e-11)  # surface of WGS 84, NIMA TR 8350.2


def test_a_small_cell_is_as_large_as_the_geodesic_polygon_around_it() -> None:
    # edges along a parallel and along a geodesic part by less than a millionth within 30 m
    areas = cell_areas(grid(np.zeros((2, 2)), north=-30.0, cell=0.00027, crs=DEGREES))
    box = shapely.box(0.0, -30.00027, 0.00027, -30.0)
    assert areas[0] == pytest.approx(geodesic_area(box, DEGREES), rel=1e-6)


def test_a_map_projection_that_stretches_land_does_not_stretch_its_area() -> None:
    # web mercator at 60° doubles lengths: a cell of 1 km² on the map is a quarter on the ground
    mercator = grid(np.full((3, 3), 7), west=0.0, north=8_399_738.0 + 1500, cell=1000.0, crs="EPSG:3857")
    assert cell_areas(mercator)[1] == pytest.approx(0.25e6, rel=0.01)


@pytest.mark.real
def test_the_published_counts_of_people_come_back_by_the_rule_of_cell_centres(porto_alegre: Path) -> None:
    people, places = real_city.population(porto_alegre), real_city.places(porto_alegre)
    flood = real_city.vector(porto_alegre, "hazards/flood_may2024_ada.geojson", "flood_extent")
    informal = real_city.vector(
        porto_alegre, "boundary/settlements_informal_ibge.geojson", "informal_settlements"
    )
    city = cell_centre_sum(people, places.geometry[:1], places.crs)[0]
    areas = objects(shapely.union_all(flood.geometry), shapely.union_all(informal.geometry))
    flooded, settled = cell_centre_sum(people, areas, DEGREES)
    assert (round(city), round(flooded), round(settled)) == (1_457_843, 151_607, 185_272)


@pytest.mark.real
def test_exact_fractions_differ_from_cell_centres_by_little_in_a_city_and_more_in_thin_outlines(
    porto_alegre: Path,
) -> None:
    people, places = real_city.population(porto_alegre), real_city.places(porto_alegre)
    informal = real_city.vector(
        porto_alegre, "boundary/settlements_informal_ibge.geojson", "informal_settlements"
    )
    settled = objects(shapely.union_all(informal.geometry))
    assert zonal_sum(people, places.geometry[:1], places.crs)[0] == pytest.approx(1_457_843, rel=1e-4)
    assert zonal_sum(people, settled, DEGREES)[0] == pytest.approx(185_272 * 0.981, rel=0.002)


@pytest.mark.real
def test_land_cover_agrees_with_the_published_areas(porto_alegre: Path) -> None:
    cover = real_city.raster(porto_alegre, "landcover/mapbiomas_30m.tif", "land_cover")
    flood = real_city.vector(porto_alegre, "hazards/flood_may2024_ada.geojson", "flood_extent")
    everywhere = class_areas(cover, shapely.box(*cover.bounds), cover.crs)
    # the published figures took the length of a degree at the equator: 0.4 % less ground
    for number, published in ((24, 188.8), (3, 104.8), (11, 37.8), (12, 81.2)):
        assert everywhere[number] / 1e6 == pytest.approx(published, rel=0.005)
    flooded = class_areas(cover, shapely.union_all(flood.geometry), DEGREES)
    assert flooded[24] / 1e6 == pytest.approx(35.1, rel=0.005)


@given(hnp.arrays(np.float64, st.integers(0, 40), elements=st.sampled_from([0.0, 1.0, 7.0, 255.0, 65535.0])))
def test_the_classes_of_a_legend_are_counted_as_sorting_would(value: np.ndarray) -> None:
    classes, which = classes_of(value)
    sorted_classes, sorted_which = np.unique(value, return_inverse=True)
    assert classes.tolist() == sorted_classes.tolist()
    assert which.tolist() == sorted_which.reshape(-1).tolist()


@pytest.mark.parametrize("odd", [-1.0, 0.5, 65536.0, 1e12])
def test_cells_that_are_no_legend_are_sorted(odd: float) -> None:
    classes, which = classes_of(np.array([3.0, odd, 3.0]))
    assert classes[which].tolist() == [3.0, odd, 3.0]
    assert classes.tolist() == sorted({3.0, odd})


def test_centres_are_looked_up_once_and_hold_for_every_polygon() -> None:
    people = grid(np.arange(16.0).reshape(4, 4), north=4.0)
    left, right = objects(shapely.box(0, 0, 2, 4)), objects(shapely.box(2, 0, 4, 4))
    first = cell_centre_sum(people, left, METRIC)[0], cell_centre_sum(people, right, METRIC)[0]
    assert first == (people.array[:, :2].sum(), people.array[:, 2:].sum())
    doubled = people.with_(array=people.array * 2)  # a changed copy begins anew
    assert cell_centre_sum(doubled, left, METRIC)[0] == 2 * first[0]
