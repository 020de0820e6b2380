"""Slopes on ground whose slope is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.geo.slopes import slopes_along, smoothed
from almena.model.data import Grid

METRIC = "EPSG:31982"


def ground(height: np.ndarray, nodata: float | None = None) -> Grid:
    """Return a terrain model of 30 m cells with its south-western corner at the origin of the map."""
    rows = height.shape[0]
    affine = (30.0, 0.0, 500_000.0, 0.0, -30.0, 6_600_000.0 + 30 * rows)
    return Grid(role="elevation", array=height, affine=affine, crs=METRIC, nodata=nodata)


def hillside(rise_east: float, rise_north: float) -> Grid:
    """Return a plane that rises by so many metres per metre."""
    x, y = np.meshgrid(30 * np.arange(40), -30 * np.arange(40))
    return ground(100 + rise_east * x + rise_north * y)


def way(*xy: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    points = np.array(xy, dtype=float) + np.array([500_000, 6_600_000])
    return points[:-1], points[1:]


@pytest.mark.parametrize("cells", [1, 3, 5])
def test_on_a_plane_the_slope_is_that_of_the_plane_in_the_direction_of_the_way(cells: int) -> None:
    # 10 % to the east: 10 up the hill, 0 along it, 10 down, 7.07 across
    start, end = way((500, 500), (505, 500), (505, 530), (475, 530), (495, 550))
    found = slopes_along(hillside(0.1, 0.0), start, end, METRIC, cells=cells, reach=45)
    np.testing.assert_allclose(found, [10, 0, 10, 10 / np.sqrt(2)], atol=1e-6)


def test_a_short_piece_has_the_slope_of_a_long_one() -> None:
    start, end = way((600, 600), (600.1, 600))
    assert slopes_along(hillside(0.2, 0), start, end, METRIC, cells=3, reach=45)[0] == pytest.approx(20)


def test_a_piece_without_length_and_a_piece_beyond_the_model_have_no_slope() -> None:
    start, end = way((600, 600), (600, 600))
    assert np.isnan(slopes_along(hillside(0.2, 0), start, end, METRIC, cells=1, reach=45)).all()
    start, end = way((5000, 600), (5010, 600))
    assert np.isnan(slopes_along(hillside(0.2, 0), start, end, METRIC, cells=1, reach=45)).all()


def test_a_hole_in_the_model_is_not_sea_level() -> None:
    height = np.full((40, 40), 50.0)
    height[20, 20] = -32768
    start, end = way((610, 595), (620, 595))
    found = slopes_along(ground(height, nodata=-32768), start, end, METRIC, cells=3, reach=45)
    assert np.isnan(found[0]) or found[0] == 0
    even = smoothed(ground(height, nodata=-32768), 3)
    assert np.isnan(even[20, 20])
    assert even[19, 19] == pytest.approx(50)


def test_smoothing_takes_the_mean_of_the_square_around_a_cell() -> None:
    height = np.zeros((5, 5))
    height[2, 2] = 9
    found = smoothed(ground(height), 3)
    assert found[2, 2] == found[1, 1] == pytest.approx(1)
    assert found[0, 0] == 0
    # at a corner only the four cells that are there count
    height[0, 0] = 4
    assert smoothed(ground(height), 3)[0, 0] == pytest.approx((4 + 0 + 0 + 0) / 4)


def test_noise_shows_in_single_cells_and_fades_with_smoothing() -> None:
    random = np.random.default_rng(1)
    bumpy = ground(100 + random.normal(0, 3, (40, 40)))
    start, end = way(*((300 + 10 * i, 600) for i in range(50)))
    rough, even = (
        slopes_along(bumpy, start, end, METRIC, cells=c, reach=max(1, c / 2) * 30).mean() for c in (1, 5)
    )
    assert even < rough / 3


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(0, 2 * np.pi))
def test_the_way_back_is_as_steep_as_the_way_there(east: float, north: float, angle: float) -> None:
    start, end = way((600, 600), (600 + 20 * np.cos(angle), 600 + 20 * np.sin(angle)))
    there = slopes_along(hillside(east, north), start, end, METRIC, cells=1, reach=30)
    back = slopes_along(hillside(east, north), end, start, METRIC, cells=1, reach=30)
    expected = 100 * abs(east * np.cos(angle) + north * np.sin(angle))
    assert there[0] == pytest.approx(back[0], abs=1e-6)
    assert there[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("column", "row"), [(2, 3), (3, 1)])
def test_heights_are_those_at_the_middle_of_their_cells_and_in_between_by_thirds(
    column: int, row: int
) -> None:
    """Columns rise as 0, 1, 4, 9 …, rows as 0, 8, 64 …: any shift by half a cell shows."""
    height = np.arange(6.0) ** 2 + 2 * np.arange(6.0)[::-1, None] ** 3  # row 0 is the northern one
    x, y = 30 * (column + 0.5), 30 * (6 - row - 0.5)
    start, end = way((x - 1, y), (x + 1, y), (x + 1, y + 2))
    east = slopes_along(ground(height), start[:1], end[:1], METRIC, cells=1, reach=30)
    np.testing.assert_allclose(east, 100 * ((column + 1) ** 2 - (column - 1) ** 2) / 60)
    up, down = (way((x, y - 1), (x, y + 1))[i] for i in (0, 1))
    north = slopes_along(ground(height), up, down, METRIC, cells=1, reach=30)
    np.testing.assert_allclose(north, 100 * abs(height[row - 1, column] - height[row + 1, column]) / 60)
    # ten metres away from the middle a third of the way to the next cell is taken
    near = slopes_along(ground(height), start[:1], end[:1], METRIC, cells=1, reach=10)
    third = ((column + 1) ** 2 - (column - 1) ** 2) / 3
    np.testing.assert_allclose(near, 100 * third / 20)


def test_means_over_a_square_take_known_cells_only() -> None:
    height = np.array([[1.0, 2.0, -9.0], [4.0, 5.0, 6.0], [7.0, 8.0, 90.0]])
    found = smoothed(ground(height, nodata=-9.0), 3)
    assert found[1, 1] == pytest.approx((1 + 2 + 4 + 5 + 6 + 7 + 8 + 90) / 8)
    assert found[0, 0] == pytest.approx((1 + 2 + 4 + 5) / 4)
    assert np.isnan(found[0, 2])
