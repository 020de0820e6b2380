"""Polygons beside the 180th meridian: put back together, and laid where a raster has its cells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.geo.crs import Geometries

TURN, HALF = 360.0, 180.0
BEYOND = 1.0  # degrees that a raster of the whole earth may stick out by; more is a raster across the line


def laid_on_longitudes(polygons: Geometries, west: float, east: float, *, jumps: bool) -> Geometries:
    """
    Lay polygons in degrees over the longitudes that a raster counts in.

    A place across the 180th meridian comes back from metres with longitudes of both signs, as if it ran around the
    earth the other way; and a raster may count from 0 to 360, or on to 183. Polygons that neither concerns are
    handed back as they are.

    Parameters
    ----------
    polygons : ndarray of object, shape (n,)
        Polygons in degrees, longitude first.
    west, east : float
        Longitudes that the raster spans.
    jumps : bool
        Whether the polygons come from a projection, so that an edge of more than half a turn is a jump across
        the line.

    Returns
    -------
    ndarray of object, shape (n,)
        The parts that lie on the raster's longitudes, for polygons that had to be moved.
    """
    laid = np.asarray(polygons, dtype=object).copy()
    split = _split_by_the_line(laid) if jumps else np.zeros(len(laid), np.bool_)
    laid[split] = shapely.transform(laid[split], _positive)
    if west < -HALF - BEYOND or east > HALF + BEYOND:
        split |= ~shapely.is_empty(laid)
    window = shapely.box(west, -90.0, east, 90.0)
    for index in np.flatnonzero(split):
        turned = [shapely.transform(laid[index], _turned(by)) for by in (-TURN, 0.0, TURN)]
        laid[index] = shapely.union_all(shapely.intersection(shapely.make_valid(turned), window))
    return laid


def _split_by_the_line(polygons: Geometries) -> NDArray[np.bool_]:
    bounds = shapely.bounds(polygons)
    return np.asarray(bounds[:, 2] - bounds[:, 0] > HALF, dtype=np.bool_)


def _positive(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.where(xy[:, 0] < 0, xy[:, 0] + TURN, xy[:, 0]), xy[:, 1]])


def _turned(by: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    def turn(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move longitudes by so many degrees."""
        return np.column_stack([xy[:, 0] + by, xy[:, 1]])

    return turn
