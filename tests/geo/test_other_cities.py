"""Cities that are not Porto Alegre: across the date line and the equator, in islands, with holes, far north."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.geo.crs import geodesic_area, geodesic_areas, reproject, reproject_xy
from almena.geo.date_line import laid_on_longitudes
from almena.geo.lines import length_inside
from almena.geo.network import open_space_entries
from almena.geo.points import count_in, inside, name_by_largest_overlap, positions
from almena.geo.polygons import clip, dissolve_touching, polygonal
from almena.geo.zonal import cell_areas, cell_centre_sum, cell_fractions, centres_of, class_areas, zonal_sum
from almena.model.data import Grid

from .shapes import DEGREES, METRIC, grid, network, objects

FIJI = "EPSG:32760"  # UTM zone 60 south: its eastern edge is the 180th meridian


def square_around(lon: float, lat: float, crs: str, half: float = 10_000.0) -> shapely.Polygon:
    """Return a square of 2 × half metres around a place, in a metric system."""
    x, y = reproject_xy(np.array([[lon, lat]]), DEGREES, crs)[0]
    return shapely.box(x - half, y - half, x + half, y + half)


def degrees_grid(west: float, north: float, east: float, south: float, cell: float = 0.1) -> Grid:
    """Return a raster of one person in each cell."""
    shape = round((north - south) / cell), round((east - west) / cell)
    return grid(np.ones(shape), west=west, north=north, cell=cell, crs=DEGREES)


# --- a city across the 180th meridian: Taveuni in Fiji ----------------------------------------------------------


TAVEUNI = square_around(180.0, -16.85, FIJI)


def expected_cells(polygon: shapely.Polygon, crs: str) -> float:
    """Return how many cells of a tenth of a degree a small polygon covers, by its area alone."""
    middle = reproject(polygon.centroid, crs, DEGREES)
    one = grid(np.ones((1, 1)), west=0.0, north=middle.y + 0.05, cell=0.1, crs=DEGREES)
    return geodesic_area(polygon, crs) / cell_areas(one)[0]


def test_the_area_of_a_city_across_the_date_line_is_that_of_its_ground() -> None:
    assert geodesic_area(TAVEUNI, FIJI) == pytest.approx(TAVEUNI.area, rel=0.005)


@pytest.mark.parametrize(("west", "east"), [(-180.0, 180.0), (178.0, 182.0), (0.0, 360.0), (-182.0, -178.0)])
def test_people_across_the_date_line_are_counted_however_the_raster_counts_longitudes(
    west: float, east: float
) -> None:
    people = degrees_grid(west, -15.0, east, -19.0)
    expected = expected_cells(TAVEUNI, FIJI)
    assert zonal_sum(people, objects(TAVEUNI), FIJI)[0] == pytest.approx(expected, rel=0.01)
    # before this was told apart, the polygon ran around the earth the other way and held 3,596 cells
    assert cell_centre_sum(people, objects(TAVEUNI), FIJI)[0] <= 9


def test_half_a_raster_holds_half_of_the_people_across_the_line() -> None:
    eastern, western = degrees_grid(178.0, -15.0, 180.0, -19.0), degrees_grid(-180.0, -15.0, -178.0, -19.0)
    halves = [zonal_sum(g, objects(TAVEUNI), FIJI)[0] for g in (eastern, western)]
    assert halves[0] == pytest.approx(halves[1], rel=0.01)
    assert sum(halves) == pytest.approx(
        zonal_sum(degrees_grid(-180, -15, 180, -19), objects(TAVEUNI), FIJI)[0]
    )


def test_neighbourhoods_on_either_side_of_the_line_add_up_to_the_city() -> None:
    people = degrees_grid(-180.0, -15.0, 180.0, -19.0)
    west, south, east, north = TAVEUNI.bounds
    middle = (west + east) / 2 + 1234.5
    parts = objects(TAVEUNI, shapely.box(west, south, middle, north), shapely.box(middle, south, east, north))
    city, left, right = zonal_sum(people, parts, FIJI)
    assert left + right == pytest.approx(city, rel=1e-4)
    assert left > right > 0


def test_an_outline_split_at_the_line_as_geojson_asks_is_taken_as_it_is() -> None:
    two_sides = shapely.MultiPolygon(
        [shapely.box(179.9, -17, 180, -16.9), shapely.box(-180, -17, -179.9, -16.9)]
    )
    people = degrees_grid(-180.0, -15.0, 180.0, -19.0)
    assert zonal_sum(people, objects(two_sides), DEGREES)[0] == pytest.approx(2.0)
    assert geodesic_area(two_sides, DEGREES) == pytest.approx(
        2 * geodesic_area(shapely.box(10, -17, 10.1, -16.9), DEGREES), rel=1e-9
    )
    metric = reproject(two_sides, DEGREES, FIJI)
    assert shapely.union_all(shapely.buffer(metric, 0.01)).geom_type == "Polygon"  # one piece on the ground


def test_a_box_around_the_whole_earth_is_no_jump() -> None:
    people = degrees_grid(-180.0, 90.0, 180.0, -90.0, cell=5.0)
    world = objects(shapely.box(-180, -90, 180, 90))
    assert zonal_sum(people, world, DEGREES)[0] == people.array.size


def test_the_land_cover_of_a_city_across_the_line_has_the_size_of_the_city() -> None:
    cover = degrees_grid(-180.0, -15.0, 180.0, -19.0)
    areas = class_areas(cover, TAVEUNI, FIJI)
    assert areas == {1: pytest.approx(geodesic_area(TAVEUNI, FIJI), rel=0.01)}


def test_polygons_that_neither_line_nor_raster_concern_come_back_untouched() -> None:
    plain = objects(shapely.box(-51, -30, -50, -29), shapely.Polygon())
    laid = laid_on_longitudes(plain, -180.0, 180.0, jumps=True)
    assert laid[0] is plain[0]
    assert laid[1].is_empty


def test_a_raster_that_sticks_out_by_half_a_cell_moves_nothing() -> None:
    plain = objects(shapely.box(-51, -30, -50, -29))
    assert laid_on_longitudes(plain, -180.05, 180.05, jumps=True)[0] is plain[0]


@settings(max_examples=30, deadline=None)
@given(st.floats(-179.0, 179.0), st.floats(-60, 60), st.sampled_from([0.0, 360.0]))
def test_longitudes_counted_a_turn_further_hold_the_same_people(lon: float, lat: float, turn: float) -> None:
    box = objects(shapely.box(lon, lat, lon + 0.7, lat + 0.4))
    here = degrees_grid(np.floor(lon) - 1, np.ceil(lat) + 2, np.floor(lon) + 4, np.ceil(lat) - 2)
    moved = replace(here, affine=(0.1, 0.0, here.affine[2] + turn, 0.0, -0.1, here.affine[5]))
    assert zonal_sum(moved, box, DEGREES)[0] == pytest.approx(28.0, rel=1e-4)


# --- the equator and the north ----------------------------------------------------------------------------------


@pytest.mark.parametrize("crs", ["EPSG:32649", "EPSG:32749"])
def test_a_city_on_the_equator_is_whole_in_the_zone_of_either_hemisphere(crs: str) -> None:
    pontianak = square_around(109.33, 0.0, crs)
    assert geodesic_area(pontianak, crs) == pytest.approx(4e8, rel=0.005)
    people = degrees_grid(109.0, 0.5, 110.0, -0.5)
    assert zonal_sum(people, objects(pontianak), crs)[0] == pytest.approx(
        expected_cells(pontianak, crs), rel=0.01
    )


def test_north_of_the_equator_the_southern_zone_counts_on_beyond_ten_thousand_kilometres() -> None:
    (south, north) = reproject_xy(np.array([[-51.0, -0.01], [-51.0, 0.01]]), DEGREES, METRIC)
    assert south[1] < 1e7 < north[1]
    assert north[1] - south[1] == pytest.approx(2211, abs=2)  # 0.02° of latitude


def test_rows_on_either_side_of_the_equator_are_alike() -> None:
    areas = cell_areas(grid(np.zeros((2, 1)), west=0.0, north=0.1, cell=0.1, crs=DEGREES))
    assert areas[0] == pytest.approx(areas[1], rel=1e-12)
    assert areas[0] == pytest.approx(geodesic_area(shapely.box(0, 0, 0.1, 0.1), DEGREES), rel=1e-5)


def test_a_cell_in_tromsø_is_a_third_of_one_in_quito() -> None:
    quito, tromsø = (
        cell_areas(grid(np.zeros((1, 1)), west=0.0, north=n, cell=0.01, crs=DEGREES))[0] for n in (0.0, 69.65)
    )
    assert tromsø / quito == pytest.approx(np.cos(np.radians(69.645)), rel=0.02)


# --- rasters of other makes -------------------------------------------------------------------------------------


def test_the_same_people_come_out_of_a_raster_stored_from_the_south() -> None:
    values = np.random.default_rng(4).integers(0, 50, (6, 5)).astype(float)
    north_up = grid(values, north=600.0, cell=100.0)
    south_up = replace(north_up, array=values[::-1], affine=(100.0, 0.0, 0.0, 0.0, 100.0, 0.0))
    assert south_up.bounds == north_up.bounds
    parts = objects(shapely.box(20, 30, 260, 410), shapely.Point(300, 300).buffer(170))
    np.testing.assert_allclose(zonal_sum(south_up, parts, METRIC), zonal_sum(north_up, parts, METRIC))
    found = cell_fractions(south_up, parts, METRIC)
    where = centres_of(south_up, found.cell)
    held = values[::-1].reshape(-1)[found.cell]
    np.testing.assert_array_equal(found.value, held)
    upright = north_up.array[(600 - where[:, 1]).astype(int) // 100, where[:, 0].astype(int) // 100]
    np.testing.assert_array_equal(held, upright)  # each cell lies where its value says


def test_a_metric_raster_takes_neighbourhoods_in_degrees() -> None:
    people = grid(np.full((40, 40), 2.0), west=480_000.0, north=6_680_000.0, cell=250.0)
    quarter = shapely.box(482_000, 6_672_000, 485_000, 6_676_000)
    sums = zonal_sum(people, objects(reproject(shapely.segmentize(quarter, 200), METRIC, DEGREES)), DEGREES)
    assert sums[0] == pytest.approx(2 * 12 * 16, rel=1e-5)


def test_a_raster_in_mollweide_counts_people_and_true_ground() -> None:
    # the Global Human Settlement Layer comes in World Mollweide: equal areas on a sphere, so that a square
    # kilometre of its map is 0.3 % less ground at 30° on the ellipsoid
    mollweide = "ESRI:54009"
    x, y = reproject_xy(np.array([[-51.2, -30.0]]), DEGREES, mollweide)[0]
    people = grid(np.full((30, 30), 7.0), west=x - 15_000, north=y + 15_000, cell=1000.0, crs=mollweide)
    ground = cell_areas(people).mean()
    assert ground == pytest.approx(0.9966e6, rel=1e-3)
    city = square_around(-51.2, -30.0, METRIC, half=5_000)
    expected = 7 * geodesic_area(city, METRIC) / ground
    assert zonal_sum(people, objects(city), METRIC)[0] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("nodata", [-1.7976931348623157e308, -3.4028234663852886e38, -9999.0, float("nan")])
def test_whatever_stands_for_no_data_in_a_single_precision_raster_is_left_out(nodata: float) -> None:
    with np.errstate(over="ignore"):
        values = np.array([[4.0, nodata]]).astype(np.float32)
    people = grid(values, north=1.0, nodata=nodata)
    found = cell_fractions(people, objects(shapely.box(0, 0, 2, 1)), METRIC, counts=False)
    assert found.value.tolist() == [4.0]


def test_a_raster_of_one_cell_and_a_city_within_it() -> None:
    people = grid([[1000.0]], north=100.0, cell=100.0)
    hamlet, all_of_it = shapely.box(10, 10, 20, 20), shapely.box(-1, -1, 101, 101)
    np.testing.assert_allclose(
        zonal_sum(people, objects(hamlet, all_of_it), METRIC), [10.0, 1000.0], rtol=1e-6
    )
    np.testing.assert_allclose(cell_centre_sum(people, objects(hamlet, all_of_it), METRIC), [0.0, 1000.0])


# --- shapes of other cities -------------------------------------------------------------------------------------


def test_a_city_of_islands_with_a_lake_is_the_sum_of_its_islands() -> None:
    islands = [shapely.box(10 * n, 0, 10 * n + 6, 6) for n in range(25)]
    lake = shapely.box(2, 2, 4, 4)
    city = shapely.MultiPolygon([islands[0].difference(lake), *islands[1:]])
    people = grid(np.ones((6, 250)), north=6.0)
    whole = zonal_sum(people, objects(city), METRIC)[0]
    assert whole == pytest.approx(25 * 36 - 4)
    assert zonal_sum(people, objects(*city.geoms), METRIC).sum() == pytest.approx(whole)
    xy = np.array(
        [[3.0, 3.0], [1.0, 1.0], [8.0, 3.0], [241.0, 1.0]]
    )  # in the lake, on land, at sea, the last island
    assert inside(xy, objects(city)).tolist() == [-1, 0, -1, 0]
    assert count_in(xy, objects(city)).tolist() == [2.0]


def test_an_island_in_a_lake_belongs_to_the_city() -> None:
    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 7, 7))
    city = shapely.union_all([ring, shapely.box(4, 4, 5, 5)])
    assert geodesic_areas(objects(city), METRIC)[0] == pytest.approx(81 - 25 + 1, rel=0.01)
    assert zonal_sum(grid(np.ones((9, 9)), north=9.0), objects(city), METRIC)[0] == pytest.approx(57.0)


def test_neighbourhoods_that_overlap_count_their_people_twice_and_their_points_once_for_the_first() -> None:
    one, other = shapely.box(0, 0, 6, 6), shapely.box(4, 0, 10, 6)
    people = grid(np.ones((6, 10)), north=6.0)
    np.testing.assert_allclose(zonal_sum(people, objects(one, other), METRIC), [36.0, 36.0])
    xy = np.array([[5.0, 3.0]])
    assert count_in(xy, objects(one, other)).tolist() == [1.0, 1.0]
    assert inside(xy, objects(one, other)).tolist() == [0]
    merged, group = dissolve_touching(objects(one, other))
    assert (merged[0].area, group.tolist()) == (60.0, [0, 0])


def test_a_neighbourhood_that_also_touches_the_city_along_a_line_keeps_its_ground_only() -> None:
    # the hook of this outline runs along the edge of the city: cutting it leaves a polygon and a line
    city = shapely.box(0, 0, 10, 10)
    hook = shapely.Polygon([(8, 2), (12, 2), (12, 8), (10, 8), (10, 6), (11, 6), (11, 4), (8, 4)])
    bare = shapely.intersection(hook, city)
    assert bare.geom_type == "GeometryCollection"
    (cut,) = clip(objects(hook), city)
    assert cut.geom_type == "Polygon"
    assert cut.area == bare.area == 4
    people = grid(np.ones((10, 10)), north=10.0)
    for outline in (cut, bare):  # a collection was a crash
        assert zonal_sum(people, objects(outline), METRIC)[0] == pytest.approx(4.0)
        assert length_inside(objects(shapely.LineString([(0, 3), (12, 3)])), objects(outline))[
            0
        ] == pytest.approx(2)


def test_streets_that_are_clipped_stay_lines() -> None:
    (street,) = clip(objects(shapely.LineString([(-5, 5), (5, 5)])), shapely.box(0, 0, 10, 10))
    assert street.geom_type == "LineString"
    assert street.length == 5


def test_nothing_but_polygons_is_left_of_a_mixture() -> None:
    box, line = shapely.box(0, 0, 2, 2), shapely.LineString([(5, 5), (9, 9)])
    nested = shapely.GeometryCollection([shapely.MultiPolygon([box, shapely.box(4, 0, 5, 1)]), line])
    kept = polygonal(objects(box, line, nested, None, shapely.Point(1, 1), shapely.MultiPolygon([box])))
    assert kept[0] is box
    assert shapely.area(kept).tolist() == [4, 0, 5, 0, 0, 4]
    assert {g.geom_type for g in kept} == {"Polygon", "MultiPolygon"}
    assert geodesic_areas(objects(nested), METRIC)[0] == pytest.approx(5, rel=0.01)


def test_lines_points_and_missing_outlines_hold_nobody() -> None:
    people = grid(np.ones((4, 4)), north=4.0)
    outlines = objects(
        shapely.LineString([(0, 0), (4, 4)]), shapely.Point(1, 1), None, shapely.box(0, 0, 1, 1)
    )
    np.testing.assert_allclose(zonal_sum(people, outlines, METRIC), [0, 0, 0, 1])
    np.testing.assert_allclose(cell_centre_sum(people, outlines, METRIC), [0, 0, 0, 1])


def test_a_park_mended_into_a_mixture_is_still_entered_from_its_edge() -> None:
    park = shapely.box(100, 5, 200, 300)
    mended = shapely.GeometryCollection([park, shapely.LineString([(200, 5), (300, 5)])])
    town = network([[(0.0, 0.0), (1000.0, 0.0)]])
    plain, mixed = (open_space_entries(town, objects(g))[0] for g in (park, mended))
    assert len(mixed)
    np.testing.assert_allclose(np.sort(mixed.offset), np.sort(plain.offset))


def test_a_promenade_drawn_as_a_line_is_entered_all_along() -> None:
    town = network([[(0.0, 0.0), (1000.0, 0.0)]])
    entries, _ = open_space_entries(town, objects(shapely.LineString([(300, 10), (600, 10)])))
    assert np.diff(np.sort(entries.offset)).max() <= 15 + 1e-9
    assert (entries.offset.min(), entries.offset.max()) == (300, 600)


def test_names_pass_over_islands_and_holes() -> None:
    atoll = shapely.Point(0, 0).buffer(10).difference(shapely.Point(0, 0).buffer(8))
    islet = shapely.Point(0, 0).buffer(2)
    found = name_by_largest_overlap(
        objects(islet, atoll), objects(atoll, islet), np.array(["Atoll", "Islet"])
    )
    assert found.tolist() == ["Islet", "Atoll"]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_feature_of_any_shape_gets_a_point_on_itself(seed: int) -> None:
    dice = np.random.default_rng(seed)
    shapes = objects(
        *(shapely.MultiPoint(dice.uniform(0, 9, (3, 2))) for _ in range(2)),
        *(shapely.LineString(dice.uniform(0, 9, (4, 2))) for _ in range(2)),
        shapely.MultiPolygon(
            [shapely.box(0, 0, 1, 1), shapely.box(*dice.uniform(3, 4, 2), *dice.uniform(6, 9, 2))]
        ),
        shapely.convex_hull(shapely.MultiPoint(dice.uniform(0, 9, (6, 2)))),
    )
    away = shapely.distance(shapes, shapely.points(positions(shapes)))
    np.testing.assert_allclose(away, 0, atol=1e-9)
