"""How steep the ground is along lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from almena.geo.crs import Coordinates, reproject_xy
from almena.geo.zonal import has_data
from almena.model.data import Grid

Floats = NDArray[np.float64]


def slopes_along(
    grid: Grid, start: Coordinates, end: Coordinates, crs: str, *, cells: int, reach: float
) -> Floats:
    """
    Measure how much the ground rises along straight pieces of way, whatever their own length.

    The rise is taken between two points on both sides of the middle of each piece, in its direction: pieces of a
    few metres would else show the noise of the terrain model only.

    Parameters
    ----------
    grid : Grid
        Height of the ground in metres.
    start, end : ndarray of float, shape (n, 2)
        Ends of the pieces, in ``crs``.
    crs : str
        Metric coordinate system.
    cells : int
        Width of the square of cells over which heights are averaged first; 1 takes them as they are.
    reach : float
        Metres from the middle of a piece to each of the two points.

    Returns
    -------
    ndarray of float, shape (n,)
        Slope in percent, not negative; NaN where the terrain is not known, and for pieces without length.
    """
    along = np.asarray(end, dtype=float) - start
    length = np.hypot(*along.T)
    unit = along / np.where(length > 0, length, np.nan)[:, None]
    middle = (np.asarray(start, dtype=float) + end) / 2
    heights = smoothed(grid, cells)
    behind, ahead = (_heights_at(grid, heights, middle + side * reach * unit, crs) for side in (-1, 1))
    return np.asarray(100 * np.abs(ahead - behind) / (2 * reach))


def smoothed(grid: Grid, cells: int) -> Floats:
    """
    Return the heights of a grid, each the mean of the known cells in a square around it.

    Parameters
    ----------
    grid : Grid
        Heights.
    cells : int
        Width of the square in cells; odd.

    Returns
    -------
    ndarray of float, shape (rows, columns)
        NaN where the cell itself is not known.
    """
    values = grid.array.astype(float)
    known = has_data(grid, values.reshape(-1), counts=False).reshape(values.shape)
    total = ndimage.uniform_filter(np.where(known, values, 0.0), cells, mode="constant")
    weight = ndimage.uniform_filter(known.astype(float), cells, mode="constant")
    return np.where(known, total / np.where(weight > 0, weight, np.nan), np.nan)


def _heights_at(grid: Grid, heights: Floats, xy: Coordinates, crs: str) -> Floats:
    """Return heights between cell centres, by the four around (bilinear)."""
    found = np.full(len(xy), np.nan)
    sound = np.isfinite(xy).all(axis=1)
    here = reproject_xy(xy[sound], crs, grid.crs)
    a, b, c, d, e, f = grid.affine
    column, row = np.linalg.solve(np.array([[a, b], [d, e]]), (here - [c, f]).T)
    found[sound] = ndimage.map_coordinates(heights, [row - 0.5, column - 0.5], order=1, cval=np.nan)
    return found
