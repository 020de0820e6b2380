"""Slopes from heights: planes whose slope is known, in metres and in degrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from almena.geo.terrain import cropped, slope_percent
from almena.model.data import Grid

METRIC = "EPSG:31982"


def ground(heights: np.ndarray, cell: float = 30.0, crs: str = METRIC, **more: float) -> Grid:
    return Grid(
        role="elevation", array=heights, affine=(cell, 0, 500_000, 0, -cell, 6_700_000), crs=crs, **more
    )


def plane(east: float, north: float, cell: float = 30.0, size: int = 7) -> np.ndarray:
    """Return heights that rise by so many metres per metre eastwards and northwards."""
    rows, columns = np.mgrid[0:size, 0:size]
    return east * cell * columns - north * cell * rows


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_a_plane_has_its_own_slope_everywhere_but_at_the_edge(east: float, north: float) -> None:
    slope = slope_percent(ground(plane(east, north)))
    np.testing.assert_allclose(slope[1:-1, 1:-1], 100 * np.hypot(east, north), rtol=1e-3, atol=1e-3)
    assert np.isnan(slope[0]).all()
    assert np.isnan(slope[:, -1]).all()


def test_a_rise_of_three_metres_in_ten_is_thirty_percent() -> None:
    assert slope_percent(ground(plane(0.3, 0)))[3, 3] == pytest.approx(30, rel=1e-5)


def test_the_width_of_a_degree_shrinks_with_latitude() -> None:
    # heights in metres on cells of 1/3600 degree at 30° south: sides measured along the ellipsoid
    cell = 1 / 3600
    geod = Geod(ellps="WGS84")
    width = geod.inv(-51, -30, -51 + cell, -30)[2]
    height = geod.inv(-51, -30 - cell / 2, -51, -30 + cell / 2)[2]
    rows, columns = np.mgrid[0:5, 0:5]
    for heights, side in ((columns * 1.0, width), (rows * 1.0, height)):
        affine = (cell, 0, -51, 0, -cell, -30 + 2.5 * cell)
        grid = Grid(role="elevation", array=heights, affine=affine, crs="EPSG:4326")
        assert slope_percent(grid)[2, 2] == pytest.approx(100 / side, rel=1e-4)


def test_beside_an_unknown_height_no_slope_is_known() -> None:
    heights = plane(0.1, 0).astype(np.int16)
    heights[3, 3] = -9999
    slope = slope_percent(ground(heights, nodata=-9999))
    assert np.isnan(slope[3, 2])
    assert np.isnan(slope[2, 3])
    assert np.isfinite(slope[2, 2])


def test_a_raster_too_small_for_neighbours_has_no_slopes() -> None:
    assert np.isnan(slope_percent(ground(np.zeros((2, 5))))).all()


def test_a_cut_raster_stays_where_it_was() -> None:
    heights = np.arange(100.0).reshape(10, 10)
    whole = ground(heights)
    part = cropped(whole, 500_095, 6_699_850, 500_130, 6_699_890)
    # columns 3.17 to 4.33 and rows 3.67 to 5: with one cell more on each side 2 to 5 and 2 to 5
    np.testing.assert_array_equal(part.array, heights[2:6, 2:6])
    assert (part.affine[2], part.affine[5]) == (500_060, 6_699_940)


def test_a_box_beside_the_raster_leaves_nothing() -> None:
    assert not cropped(ground(np.zeros((5, 5))), 900_000, 6_000_000, 900_100, 6_000_100).array.size
