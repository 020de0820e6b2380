"""How steep the ground is, from a raster of heights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from almena.geo.crs import is_geographic
from almena.model.data import Grid

EQUATOR, FLATTENING = 6378137.0, 1 / 298.257223563  # WGS 84, m


def slope_percent(heights: Grid) -> NDArray[np.float32]:
    """
    Return the slope of each cell from its four neighbours, in percent: 100 is a rise of a metre per metre.

    Central differences after Zevenbergen and Thorne (1987), Earth Surface Processes and Landforms 12, 47–56. Cells
    in degrees have the width and height that the ellipsoid gives them at their latitude.

    Parameters
    ----------
    heights : Grid
        Heights in metres, not rotated.

    Returns
    -------
    ndarray of float, shape (rows, columns)
        NaN where a neighbour has no height, and at the edge of the raster.
    """
    height = heights.array.astype(np.float32)
    if heights.nodata is not None and not np.isnan(heights.nodata):
        height = np.where(heights.array == heights.nodata, np.float32(np.nan), height)
    slope = np.full(height.shape, np.nan, dtype=np.float32)
    if min(height.shape) < 3:
        return slope
    width, length = _cell_sides(heights)
    east = (height[1:-1, 2:] - height[1:-1, :-2]) / (2 * width[1:-1, None])
    north = (height[2:, 1:-1] - height[:-2, 1:-1]) / (2 * length[1:-1, None])
    slope[1:-1, 1:-1] = 100 * np.hypot(east, north)
    return slope


def cropped(grid: Grid, west: float, south: float, east: float, north: float) -> Grid:
    """
    Return the part of a raster around a box, with one cell more on each side.

    Parameters
    ----------
    grid : Grid
        Not rotated.
    west, south, east, north : float
        The box, in the raster's own coordinates.
    """
    a, b, c, d, e, f = grid.affine
    rows, columns = grid.array.shape
    left, right = sorted(((west - c) / a, (east - c) / a))
    top, bottom = sorted(((north - f) / e, (south - f) / e))
    first, last = max(0, int(np.floor(left)) - 1), min(columns, int(np.ceil(right)) + 1)
    upper, lower = max(0, int(np.floor(top)) - 1), min(rows, int(np.ceil(bottom)) + 1)
    if first >= last or upper >= lower:
        first = last = upper = lower = 0
    part = grid.array[upper:lower, first:last]
    return grid.with_(array=part, affine=(a, b, c + a * first, d, e, f + e * upper))


def _cell_sides(grid: Grid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return width and height of the cells of each row in metres (Snyder 1987, Map Projections, equation 4-21)."""
    a, _, _, _, e, f = grid.affine
    rows = grid.array.shape[0]
    if not is_geographic(grid.crs):
        return np.full(rows, abs(a)), np.full(rows, abs(e))
    latitude = np.radians(f + e * (np.arange(rows) + 0.5))
    eccentric = FLATTENING * (2 - FLATTENING)
    inner = 1 - eccentric * np.sin(latitude) ** 2
    parallel = EQUATOR * np.cos(latitude) / np.sqrt(inner)
    meridian = EQUATOR * (1 - eccentric) / inner**1.5
    return np.radians(abs(a)) * parallel, np.radians(abs(e)) * meridian
