"""The degree of urbanisation: urban centres, urban clusters and rural cells of a population raster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import csr_matrix

from almena.geo.crs import WGS84, Geometries, reproject
from almena.geo.zonal import cell_fractions
from almena.model.data import Grid

Floats = NDArray[np.float64]
Classes = NDArray[np.int8]

RURAL, CLUSTER, CENTRE = 0, 1, 2
NAMES = ("rural", "urban cluster", "urban centre")
"""Names of the classes, in the order of their numbers."""

EQUAL_AREA = "ESRI:54009"
"""Mollweide projection: every square of it holds the same area on the ground."""

TURNED = " ".join(("+proj=moll", "+lon_0=180", "+datum=WGS84", "+units=m"))
"""The same from the other side of the earth, for places that the first would cut apart at the 180th meridian."""

SIDE = 1000.0
SURROUNDINGS = 50_000.0
"""Metres around the city in which squares are looked at (assumed to hold all that is built together with it)."""

CENTRE_DENSITY, CENTRE_PEOPLE = 1500.0, 50_000.0
CLUSTER_DENSITY, CLUSTER_PEOPLE = 300.0, 5_000.0
MAJORITY = 5
LARGEST_HOLE = 15
_SIDES = ndimage.generate_binary_structure(2, 1)
_SIDES_AND_CORNERS = ndimage.generate_binary_structure(2, 2)
_AROUND = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])


@dataclass(frozen=True)
class Squares:
    """
    Squares of one square kilometre with the people in them.

    Parameters
    ----------
    people : ndarray of float, shape (rows, columns)
        Persons in each square, so that the number is also their density per km².
    cut : ndarray of bool, shape (rows, columns)
        Squares that reach beyond the raster: their people are known in part.
    share : sparse matrix of float, shape (rows × columns, n_cells)
        Share of each cell listed that lies in each square; columns add up to one.
    """

    people: Floats
    cut: NDArray[np.bool_]
    share: csr_matrix

    def of_cells(self, inside: NDArray[np.bool_]) -> Floats:
        """Return the share of each cell that lies in some squares, shape (n_cells,)."""
        return np.asarray(inside.reshape(-1).astype(float) @ self.share)


def square_kilometres(grid: Grid, cells: NDArray[np.int64], city: Any, crs: str) -> Squares:
    """
    Sum a population raster on an equal-area grid of one square kilometre; no person is lost or made.

    Parameters
    ----------
    grid : Grid
        Persons per cell.
    cells : ndarray of int, shape (n_cells,)
        Sorted indexes of the cells whose share in each square is wanted.
    city : shapely geometry
        The city; squares within 50 km around it are looked at.
    crs : str
        Metric coordinate system of ``city``.

    Returns
    -------
    Squares
        Rows run from south to north. All of a square counts as land (assumed), which makes squares at a shore
        look less dense than they are.
    """
    surroundings = shapely.segmentize(shapely.buffer(city, SURROUNDINGS), SURROUNDINGS / 4)
    equal_area = _equal_area(surroundings, crs)
    footprint = _footprint(grid, equal_area)
    around = shapely.bounds(reproject(surroundings, crs, equal_area))
    west, south, east, north = shapely.bounds(shapely.intersection(footprint, shapely.box(*around)))
    xs, ys = (
        np.arange(np.floor(a / SIDE), np.ceil(b / SIDE)) * SIDE for a, b in ((west, east), (south, north))
    )
    x, y = (part.reshape(-1) for part in np.meshgrid(xs, ys))
    squares = shapely.box(x, y, x + SIDE, y + SIDE)
    found = cell_fractions(grid, shapely.segmentize(squares, SIDE / 4), equal_area)
    # fractions are known to seven digits; a cell that lies in the squares as a whole is shared out as a whole
    whole = np.bincount(found.cell, found.fraction, grid.array.size)[found.cell]
    fraction = np.where(whole > 0.999, found.fraction / whole, found.fraction)
    people = np.bincount(found.polygon, fraction * found.value, len(squares))
    column = np.searchsorted(cells, found.cell)
    listed = np.append(cells, -1)[column] == found.cell
    share = csr_matrix(
        (fraction[listed], (found.polygon[listed], column[listed])), shape=(len(squares), len(cells))
    )
    cut = ~shapely.contains(footprint, squares)
    shape = (len(ys), len(xs))
    return Squares(people.reshape(shape).astype(float), cut.reshape(shape), share)


def degree_of_urbanisation(people: Floats) -> Classes:
    """
    Class each square by the degree of urbanisation, level 1.

    Parameters
    ----------
    people : ndarray of float, shape (rows, columns)
        Persons in each square of one square kilometre.

    Returns
    -------
    ndarray of int, shape (rows, columns)
        2 in an urban centre, 1 in an urban cluster, 0 elsewhere.

    Notes
    -----
    Applying the Degree of Urbanisation, Eurostat and others, 2021, chapter 7, endorsed by the UN Statistical
    Commission in March 2020: an urban centre is a group of squares that share a side, each of at least 1,500
    people per km², with at least 50,000 people together; squares of whose eight neighbours at least five belong to
    it are added until none is left, and holes smaller than 15 km² are filled. An urban cluster is a group of
    squares that share a side or a corner, each of at least 300 people per km², with at least 5,000 together.
    """
    centre = _centres(people)
    cluster, _ = _groups(people, CLUSTER_DENSITY, CLUSTER_PEOPLE, _SIDES_AND_CORNERS)
    classes: Classes = np.where(centre, CENTRE, np.where(cluster > 0, CLUSTER, RURAL)).astype(np.int8)
    return classes


def _centres(people: Floats) -> NDArray[np.bool_]:
    labels, numbers = _groups(people, CENTRE_DENSITY, CENTRE_PEOPLE, _SIDES)
    for number in numbers:
        free = (labels == 0) | (labels == number)
        labels[_filled(_smoothed(labels == number, free)) & free] = number
    return labels > 0


def _groups(
    people: Floats, density: float, together: float, touching: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of the group of each square, 0 outside, and the numbers of groups with enough people."""
    labels, count = ndimage.label(people >= density, structure=touching)
    sums = np.bincount(labels.reshape(-1), people.reshape(-1), count + 1)
    large = sums >= together
    large[0] = False
    return np.where(large[labels], labels, 0).astype(np.int64), np.flatnonzero(large)


def _smoothed(centre: NDArray[np.bool_], free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    while True:
        neighbours = ndimage.convolve(centre.astype(int), _AROUND, mode="constant")
        more = ~centre & free & (neighbours >= MAJORITY)
        if not more.any():
            return centre
        centre = centre | more


def _filled(centre: NDArray[np.bool_]) -> NDArray[np.bool_]:
    gaps, _ = ndimage.label(~centre, structure=_SIDES)
    outside = np.unique(np.concatenate([gaps[0], gaps[-1], gaps[:, 0], gaps[:, -1]]))
    small = np.bincount(gaps.reshape(-1)) < LARGEST_HOLE
    small[outside] = False
    return np.asarray(centre | small[gaps], dtype=np.bool_)


def _equal_area(surroundings: Any, crs: str) -> str:
    west, _, east, _ = shapely.bounds(reproject(surroundings, crs, WGS84))
    return TURNED if east - west > 180.0 else EQUAL_AREA


def _footprint(grid: Grid, crs: str) -> Any:
    box = shapely.box(*grid.bounds)
    step = max(box.bounds[2] - box.bounds[0], box.bounds[3] - box.bounds[1]) / 100
    shape: Geometries = reproject(shapely.segmentize(box, step), grid.crs, crs)
    return shape
