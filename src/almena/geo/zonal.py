"""What a raster holds inside polygons: people by place, land-cover areas by class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from exactextract import exact_extract
from exactextract.feature import Feature, FeatureSource
from exactextract.raster import NumPyRasterSource
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from almena.geo.crs import (
    Coordinates,
    Geometries,
    geodesic_areas,
    is_geographic,
    reproject,
    reproject_xy,
)
from almena.geo.date_line import laid_on_longitudes
from almena.geo.polygons import polygonal
from almena.model.data import Grid
from almena.model.problem import InputError

Indexes = NDArray[np.int64]


@dataclass(frozen=True)
class CellFractions:
    """
    Which cells lie in which polygons, and how much of each.

    Parameters
    ----------
    polygon : ndarray of int, shape (k,)
        Index of the polygon.
    cell : ndarray of int, shape (k,)
        Index of the cell in the flattened array of the grid.
    fraction : ndarray of float, shape (k,)
        Share of the cell, 0 to 1, that lies inside the polygon; exactextract gives it to seven digits.
    value : ndarray of float, shape (k,)
        Value of the cell.
    count : int
        Number of polygons that were asked for, those without a cell included.
    """

    polygon: Indexes
    cell: Indexes
    fraction: NDArray[np.float64]
    value: NDArray[np.float64]
    count: int

    def sum(self) -> NDArray[np.float64]:
        """Return for each polygon the sum of cell value times fraction."""
        return np.asarray(np.bincount(self.polygon, self.fraction * self.value, self.count), dtype=float)

    def membership(self, cells: Indexes) -> csr_matrix:
        """
        Return the fractions as a matrix with a row for each polygon and a column for each cell listed.

        Parameters
        ----------
        cells : ndarray of int, shape (m,)
            Sorted indexes of cells; fractions of other cells are left out.
        """
        column = np.searchsorted(cells, self.cell)
        listed = np.append(cells, -1)[column] == self.cell
        where = (self.polygon[listed], column[listed])
        return csr_matrix((self.fraction[listed], where), shape=(self.count, len(cells)))


def zonal_sum(grid: Grid, polygons: Geometries, crs: str) -> NDArray[np.float64]:
    """
    Sum a raster of counts inside polygons, each cell by the fraction of it that lies inside.

    Parameters
    ----------
    grid : Grid
        Raster of counts, for example persons per cell.
    polygons : ndarray of object, shape (n,)
        Polygons in ``crs``.
    crs : str
        Coordinate system of the polygons.

    Returns
    -------
    ndarray of float, shape (n,)
        Sums in the unit of the grid; 0 where a polygon holds no cell with data.
    """
    return cell_fractions(grid, polygons, crs).sum()


def cell_fractions(grid: Grid, polygons: Geometries, crs: str, *, counts: bool = True) -> CellFractions:
    """
    Find the cells in each polygon and the exact fraction of each that lies inside.

    The polygons move to the raster's coordinate system, the raster is never warped: warping a raster of counts
    makes and loses people. Straight edges stay straight between their corners, which at the scale of a city
    displaces them by far less than a cell.

    Parameters
    ----------
    grid : Grid
        The raster.
    polygons : ndarray of object, shape (n,)
        Polygons in ``crs``; empty and missing ones are allowed, and hold nothing, as lines and points do.
    crs : str
        Coordinate system of the polygons.
    counts : bool
        Whether the raster holds counts, so that negative cells are no data.

    Returns
    -------
    CellFractions
        Only cells with data.

    Raises
    ------
    InputError
        When the raster is rotated.
    """
    here = _on_the_grid(polygons, crs, grid)
    asked = np.flatnonzero(~shapely.is_empty(here))
    cells, fractions, sizes = _extract(grid, here[asked])
    polygon = np.repeat(asked, sizes)
    value = grid.array.reshape(-1)[cells].astype(float)
    known = has_data(grid, value, counts=counts) & (fractions > 0)
    return CellFractions(polygon[known], cells[known], fractions[known], value[known], len(here))


def cell_centre_sum(grid: Grid, polygons: Geometries, crs: str) -> NDArray[np.float64]:
    """
    Sum a raster of counts over the cells whose centre lies inside each polygon.

    This is the looser rule behind many published figures; the difference to `zonal_sum` is a cause of the
    interval. Parameters and result are those of `zonal_sum`.
    """
    here = _on_the_grid(polygons, crs, grid)
    value, tree = grid.once("centres", lambda: _tree_of_centres(grid))
    polygon, cell = tree.query(here, predicate="contains")
    return np.asarray(np.bincount(polygon, value[cell], len(here)), dtype=float)


def _tree_of_centres(grid: Grid) -> tuple[NDArray[np.float64], shapely.STRtree]:
    """Return the values of the cells with data, and their centres as a tree to search."""
    value = grid.array.reshape(-1).astype(float)
    used = np.flatnonzero(has_data(grid, value))
    return value[used], shapely.STRtree(shapely.points(cell_centres(grid)[used]))


def class_areas(grid: Grid, polygon: Any, crs: str) -> dict[int, float]:
    """
    Measure the area of each class of a land-cover raster inside a polygon.

    Parameters
    ----------
    grid : Grid
        Raster of class numbers.
    polygon : shapely geometry
        The polygon, in ``crs``.
    crs : str
        Coordinate system of the polygon.

    Returns
    -------
    dict of int to float
        Area in m² by class, with the true area of each cell on the ellipsoid.
    """
    found = cell_fractions(grid, np.array([polygon], dtype=object), crs, counts=False)
    row = found.cell // grid.array.shape[1]
    area = found.fraction * cell_areas(grid)[row]
    classes, which = classes_of(found.value)
    sums = np.bincount(which, area, len(classes))
    return {int(c): float(a) for c, a in zip(classes, sums, strict=True)}


def classes_of(value: NDArray[np.float64]) -> tuple[NDArray[np.float64], Indexes]:
    """
    Return the different values of cells, and which of them each cell has.

    Parameters
    ----------
    value : ndarray of float, shape (k,)
        Finite values. The whole numbers of a usual legend are counted; only others have to be sorted.

    Returns
    -------
    ndarray of float, shape (n,)
        The values, the smallest first.
    ndarray of int, shape (k,)
        Index of each cell's value.
    """
    if not _is_legend(value):
        classes, which = np.unique(value, return_inverse=True)
        return classes, which.reshape(-1).astype(np.int64)
    code = value.astype(np.uint16)
    there = np.bincount(code) > 0
    return np.flatnonzero(there).astype(float), (np.cumsum(there) - 1)[code]


def _is_legend(value: NDArray[np.float64]) -> bool:
    """Tell whether all values are whole numbers that fit into two bytes."""
    if not len(value) or value.min() < 0 or value.max() >= 2**16:
        return False
    return bool((value == np.floor(value)).all())


def cell_areas(grid: Grid) -> NDArray[np.float64]:
    """
    Return the area on the ellipsoid of one cell of each row, in m², shape (rows,).

    In degrees all cells of a row are alike, and their area has a closed form (Snyder 1987, Map Projections: A
    Working Manual, equation 3-12, authalic latitude). In a projection the cell in the middle column stands for
    its row: across a city's width that differs by less than one part in a thousand in the usual metric systems.
    """
    rows, columns = grid.array.shape
    a, _, c, _, e, f = _upright(grid)
    north: NDArray[np.float64] = np.asarray(f + e * np.arange(rows), dtype=np.float64)
    if is_geographic(grid.crs):
        width = np.radians(abs(a))
        areas: NDArray[np.float64] = np.abs(_zone(north) - _zone(np.add(north, e))) * width
        return areas
    west = c + a * (columns // 2)
    boxes = shapely.box(np.full(rows, west), north + e, np.full(rows, west + a), north)
    return geodesic_areas(boxes, grid.crs)


def _zone(latitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area of the ellipsoid from the equator to a latitude, per radian of longitude, in m²."""
    flattening = 1 / 298.257223563  # WGS 84
    semi_minor = 6378137.0 * (1 - flattening)
    first = float(np.sqrt(flattening * (2 - flattening)))  # eccentricity
    sine: NDArray[np.float64] = np.sin(np.radians(latitude))
    area: NDArray[np.float64] = (
        semi_minor**2 / 2 * (sine / (1 - (first * sine) ** 2) + np.arctanh(first * sine) / first)
    )
    return area


def cell_centres(grid: Grid, crs: str | None = None) -> Coordinates:
    """
    Return the centres of all cells, row by row, shape (rows × columns, 2).

    Parameters
    ----------
    grid : Grid
        The raster.
    crs : str, optional
        Coordinate system of the result; the grid's own when left out.
    """
    rows, columns = grid.array.shape
    return centres_of(grid, np.arange(rows * columns), crs)


def centres_of(grid: Grid, cells: Indexes, crs: str | None = None) -> Coordinates:
    """
    Return the centres of some cells.

    Parameters
    ----------
    grid : Grid
        The raster.
    cells : ndarray of int, shape (n,)
        Indexes in the flattened array.
    crs : str, optional
        Coordinate system of the result; the grid's own when left out.

    Returns
    -------
    ndarray of float, shape (n, 2)
        Centres of the cells.
    """
    a, b, c, d, e, f = grid.affine
    row, column = np.divmod(cells, grid.array.shape[1])
    x, y = column + 0.5, row + 0.5
    xy = np.column_stack([a * x + b * y + c, d * x + e * y + f])
    return xy if crs is None else reproject_xy(xy, grid.crs, crs)


def has_data(grid: Grid, value: NDArray[np.float64], *, counts: bool = True) -> NDArray[np.bool_]:
    """
    Tell which cell values are data.

    Parameters
    ----------
    grid : Grid
        The raster that the values come from.
    value : ndarray of float, shape (n,)
        Values of cells.
    counts : bool
        Whether the raster holds counts, so that negative values are no data.

    Returns
    -------
    ndarray of bool, shape (n,)
        False for nodata, not-a-number, infinite and, in rasters of counts, negative values.
    """
    known = np.isfinite(value)
    if grid.nodata is not None:
        # the declared value is rounded to the type of the band, or it would never be met in a float32 raster
        with np.errstate(over="ignore"):  # a value that the band cannot hold at all is infinite there
            stored = np.asarray(grid.nodata).astype(np.result_type(grid.array.dtype, np.float32))
        known &= value != float(stored)
        known &= value != grid.nodata
    return known & (value >= 0) if counts else known


def _on_the_grid(polygons: Geometries, crs: str, grid: Grid) -> Geometries:
    """Return the polygons in the raster's system, without lines and points, on the longitudes that it counts in."""
    here = polygonal(reproject(polygonal(polygons), crs, grid.crs))
    if not is_geographic(grid.crs):
        return here
    west, _, east, _ = grid.bounds
    return polygonal(laid_on_longitudes(here, west, east, jumps=not is_geographic(crs)))


def _extract(grid: Grid, polygons: Geometries) -> tuple[Indexes, NDArray[np.float64], Indexes]:
    """Return cells and fractions of all polygons one after another, with the number of cells of each."""
    if not len(polygons):
        return np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64)
    rows, columns = grid.array.shape
    _upright(grid)
    # values are looked up afterwards, so that nodata is decided in one place: the source is an empty view
    raster = NumPyRasterSource(np.broadcast_to(np.uint8(0), (rows, columns)), *grid.bounds)
    found = [f["properties"] for f in exact_extract(raster, _Polygons(polygons), ["cell_id", "coverage"])]
    sizes = np.array([len(f["cell_id"]) for f in found], dtype=np.int64)
    cells = np.concatenate([f["cell_id"] for f in found]).astype(np.int64)
    fractions = np.concatenate([f["coverage"] for f in found]).astype(float)
    return _as_stored(grid, cells), np.minimum(fractions, 1.0), sizes


def _as_stored(grid: Grid, cells: Indexes) -> Indexes:
    """Turn indexes counted from the north-west corner into indexes of the array as it is stored."""
    rows, columns = grid.array.shape
    row, column = np.divmod(cells, columns)
    if grid.affine[4] > 0:
        row = rows - 1 - row
    if grid.affine[0] < 0:
        column = columns - 1 - column
    return np.asarray(row * columns + column, dtype=np.int64)


def _upright(grid: Grid) -> tuple[float, float, float, float, float, float]:
    if grid.affine[1] or grid.affine[3]:
        raise InputError.of(
            "A raster is rotated",
            f"role {grid.role}",
            "its rows do not run from west to east",
            "Resample it once onto an upright grid, for example with gdalwarp, and give that file.",
        )
    return grid.affine


class _Polygons(FeatureSource):  # type: ignore[misc]
    """Polygons in memory, handed to exactextract as WKB."""

    def __init__(self, polygons: Geometries) -> None:
        super().__init__()
        self.wkb = shapely.to_wkb(polygons)

    def count(self) -> int:
        """Return the number of polygons."""
        return len(self.wkb)

    def __iter__(self) -> Iterator[Any]:
        return (_Polygon(wkb) for wkb in self.wkb)

    def srs_wkt(self) -> None:
        """Return nothing: the polygons are in the raster's system."""
        return


class _Polygon(Feature):  # type: ignore[misc]
    def __init__(self, wkb: bytes) -> None:
        super().__init__()
        self.wkb = wkb

    def geometry(self) -> bytes:
        """Return the polygon as WKB."""
        return self.wkb

    def fields(self) -> list[str]:
        """Return no attribute."""
        return []
