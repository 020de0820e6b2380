"""The degree of urbanisation: drawn by hand, then checked for people lost on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import real_city
from almena.geo.crs import reproject, reproject_xy
from almena.geo.urbanisation import (
    CENTRE,
    CLUSTER,
    EQUAL_AREA,
    RURAL,
    degree_of_urbanisation,
    square_kilometres,
)
from almena.model.data import Grid


def squares(drawing: str) -> np.ndarray:
    """Return people by square: # 10,000, o 1,600, + 400, . none."""
    people = {"#": 10_000.0, "o": 1_600.0, "+": 400.0, ".": 0.0}
    return np.array([[people[sign] for sign in line.strip()] for line in drawing.strip().splitlines()])


def drawn(classes: np.ndarray) -> list[str]:
    return ["".join(".+#"[c] for c in row) for row in classes]


def test_five_dense_squares_with_fifty_thousand_people_are_an_urban_centre() -> None:
    assert drawn(degree_of_urbanisation(squares("#####\n....."))) == ["#####", "....."]


def test_one_person_too_few_makes_an_urban_cluster() -> None:
    people = squares("#####")
    people[0, 0] -= 1
    assert drawn(degree_of_urbanisation(people)) == ["+++++"]


def test_squares_that_touch_at_a_corner_are_two_groups_for_a_centre_and_one_for_a_cluster() -> None:
    diagonal = squares(
        """
        ###..
        ...##
        """
    )
    assert drawn(degree_of_urbanisation(diagonal)) == ["+++..", "...++"]


def test_a_square_of_less_than_fifteen_hundred_people_parts_a_centre() -> None:
    people = squares("###+##")
    assert (degree_of_urbanisation(people) == CLUSTER).all()


def test_five_thousand_people_at_three_hundred_make_a_cluster_and_less_is_rural() -> None:
    people = np.full((1, 17), 300.0)
    assert (degree_of_urbanisation(people) == CLUSTER).all()  # 5,100 people
    assert (degree_of_urbanisation(people[:, :16]) == RURAL).all()  # 4,800
    assert (degree_of_urbanisation(np.full((1, 17), 299.0)) == RURAL).all()


def test_a_square_with_five_neighbours_in_the_centre_joins_it() -> None:
    bay = squares(
        """
        ###
        #.#
        ...
        """
    )
    assert drawn(degree_of_urbanisation(bay)) == ["###", "###", "..."]


def test_four_neighbours_are_not_enough() -> None:
    assert drawn(degree_of_urbanisation(squares("####\n#..."))) == ["####", "#..."]


def test_smoothing_goes_on_until_nothing_is_added() -> None:
    # the second square of the gap has five neighbours only after the first has joined
    gap = squares(
        """
        #####
        #...#
        #####
        """
    )
    assert drawn(degree_of_urbanisation(gap)) == ["#####"] * 3


def ring(inner: int) -> np.ndarray:
    people = np.full((inner + 2, inner + 2), 10_000.0)
    people[1:-1, 1:-1] = 0
    return people


def test_a_hole_below_fifteen_square_kilometres_is_filled_and_a_larger_one_stays() -> None:
    # corners of a hole have five neighbours in the centre and join it, then their neighbours: draw it wide
    hole = np.full((10, 12), 10_000.0)
    hole[2:8, 2:10] = 0
    large = degree_of_urbanisation(hole)
    assert (large == RURAL).sum() >= 15
    assert (degree_of_urbanisation(ring(3)) == CENTRE).all()


def test_an_open_bay_is_no_hole() -> None:
    bay = np.full((8, 8), 10_000.0)
    bay[2:, 2:6] = 0
    assert (degree_of_urbanisation(bay)[-1, 3:5] == RURAL).all()


def test_two_centres_do_not_take_squares_from_each_other() -> None:
    two = squares(
        """
        ###.###
        ###.###
        """
    )
    found = degree_of_urbanisation(two)
    # the strip between them has three neighbours in each: five of the same centre are asked for
    assert (found[:, 3] == RURAL).all()


@given(arrays(float, (8, 8), elements=st.sampled_from([0.0, 299.0, 300.0, 1500.0, 9000.0])))
def test_dense_squares_never_fall_below_a_cluster_that_has_people_enough(people: np.ndarray) -> None:
    found = degree_of_urbanisation(people)
    assert set(np.unique(found)) <= {RURAL, CLUSTER, CENTRE}
    if (people[found == CENTRE]).size:
        assert people[found == CENTRE].sum() >= 50_000
    assert (people[found == CLUSTER] >= 300).all()
    # turning the map turns the answer
    np.testing.assert_array_equal(np.rot90(found), degree_of_urbanisation(np.rot90(people)))


# --- from cells to squares --------------------------------------------------------------------------------------


def small_raster() -> Grid:
    """Return 40 by 40 cells of 3 arc-seconds near the equator with one person each."""
    step = 1 / 1200
    return Grid(
        role="population_grid",
        array=np.ones((40, 40)),
        affine=(step, 0, 10.0, 0, -step, 1.0),
        crs="EPSG:4326",
    )


def city_around(grid: Grid) -> shapely.Geometry:
    return reproject(shapely.box(*grid.bounds), grid.crs, "EPSG:32632")


def test_no_person_is_lost_between_cells_and_squares() -> None:
    grid = small_raster()
    found = square_kilometres(grid, np.arange(1600), city_around(grid), "EPSG:32632")
    assert found.people.sum() == pytest.approx(1600, rel=1e-9)
    np.testing.assert_allclose(np.asarray(found.share.sum(axis=0)).ravel(), 1.0, rtol=1e-9)
    # a square of 1 km² holds 116.3 cells of 92.77 by 92.67 m at this latitude (WGS 84)
    whole = found.people[~found.cut]
    assert len(whole)
    np.testing.assert_allclose(whole, 116.3, rtol=0.002)


@pytest.mark.parametrize(("west", "crs"), [(179.9, "EPSG:32760"), (-179.99, "EPSG:32701")])
def test_a_city_on_the_180th_meridian_is_not_laid_around_the_earth(west: float, crs: str) -> None:
    step = 1 / 1200
    grid = small_raster().with_(affine=(step, 0, west, 0, -step, -16.8))
    x, y = reproject_xy(np.array([[west + 0.016, -16.816]]), "EPSG:4326", crs)[0]
    city = shapely.Point(x, y).buffer(500)
    found = square_kilometres(grid, np.arange(1600), city, crs)
    assert found.people.size < 40
    assert found.people.sum() == pytest.approx(1600, rel=1e-9)


def test_squares_that_reach_beyond_the_raster_are_marked() -> None:
    grid = small_raster()
    found = square_kilometres(grid, np.arange(1600), city_around(grid), "EPSG:32632")
    assert found.cut[0].all()
    assert found.cut[-1].all()
    assert not found.cut.all()


def test_the_share_of_cells_in_some_squares_adds_up_with_that_in_the_others() -> None:
    grid = small_raster()
    cells = np.arange(0, 1600, 7)
    found = square_kilometres(grid, cells, city_around(grid), "EPSG:32632")
    some = found.people > 100
    np.testing.assert_allclose(found.of_cells(some) + found.of_cells(~some), 1.0)
    assert found.share.shape == (found.people.size, len(cells))


def test_porto_alegre_is_one_urban_centre_by_a_coarser_independent_count(porto_alegre: Path) -> None:
    """Whole cells are set to the square of their centre with the bare libraries; no fractions are taken."""
    file = porto_alegre / "population/worldpop2020_constrained_3arcsec.tif"
    with rasterio.open(file) as source:
        array, affine = source.read(1), source.transform
        known = (array != source.nodata) & (array > 0)
    rows, columns = np.nonzero(known)
    lon, lat = affine.c + affine.a * (columns + 0.5), affine.f + affine.e * (rows + 0.5)
    xy = reproject(shapely.points(lon, lat), "EPSG:4326", EQUAL_AREA)
    column, row = (np.floor(shapely.get_x(xy) / 1000), np.floor(shapely.get_y(xy) / 1000))
    column, row = (column - column.min()).astype(int), (row - row.min()).astype(int)
    people = np.zeros((row.max() + 1, column.max() + 1))
    np.add.at(people, (row, column), array[known])
    coarse = degree_of_urbanisation(people)
    grid, places = real_city.population(porto_alegre), real_city.places(porto_alegre)
    found = square_kilometres(grid, np.flatnonzero(known), places.city, places.crs)
    ours = degree_of_urbanisation(found.people)
    assert found.people.sum() == pytest.approx(2_110_441, rel=1e-5)
    shares = [(p * (c == CENTRE)).sum() / p.sum() for p, c in ((people, coarse), (found.people, ours))]
    assert shares[0] == pytest.approx(shares[1], abs=0.01)
