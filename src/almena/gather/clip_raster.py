"""Rasters cut to the box of a city, cell by cell as they are: nothing is resampled."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from almena.gather.open_source import Box
from almena.gather.whole import written_whole
from almena.model.problem import InputError, Problem

_Cells = tuple[int, int, int, int]
_DEGREES = "EPSG:4326"
_MOST_CELLS = 200_000_000  # a city of 400 km by 400 km in cells of 30 m; more is a damaged or hostile header


def clip_rasters(sources: Sequence[Path], target: Path, box: Box) -> int:
    """
    Join rasters of one grid and keep the cells that touch a box.

    Parameters
    ----------
    sources : sequence of Path
        GeoTIFF files with the same coordinate system and cell size.
    target : Path
        File to write: one band, as GeoTIFF, with the cells and the missing value of the first source.
    box : tuple of four floats
        West, south, east, north in degrees.

    Returns
    -------
    int
        Number of cells that hold a value.

    Raises
    ------
    InputError
        When a raster cannot be read, or none of its cells in the box holds a value.
    StoreError
        When the file cannot be written.
    """
    try:
        cells, profile = _cut(sources, box)
    except (RasterioError, ValueError) as error:
        why = f"the raster cannot be read around the city: {error}"
        raise InputError(Problem("A raster cannot be cut.", target.name, why, "Fetch it again.")) from error
    filled = _filled(cells, profile["nodata"])
    if not filled:
        why = "no cell in the box around the city holds a value"
        raise InputError(Problem("A raster has nothing here.", target.name, why, "Give another raster."))
    with written_whole(target) as half, rasterio.open(half, "w", **profile) as written:
        written.write(cells, 1)
    return filled


@dataclass(frozen=True)
class _Grid:
    """The lines of the first raster, counted from its upper left corner: columns to the east, rows to the south."""

    left: float
    top: float
    wide: float
    tall: float

    def cells_of(self, sides: Sequence[float]) -> tuple[int, int, int, int]:
        """Return first column, first row, end column and end row of the cells that touch a box."""
        west, south, east, north = sides
        columns = floor((west - self.left) / self.wide), ceil((east - self.left) / self.wide)
        rows = floor((self.top - north) / self.tall), ceil((self.top - south) / self.tall)
        return columns[0], rows[0], columns[1], rows[1]

    def place_of(self, raster: Any) -> tuple[int, int, int, int]:
        """Return the same for a whole raster of this grid."""
        column = round((raster.bounds.left - self.left) / self.wide)
        row = round((self.top - raster.bounds.top) / self.tall)
        return column, row, column + raster.width, row + raster.height


def _cut(sources: Sequence[Path], box: Box) -> tuple[NDArray[Any], dict[str, Any]]:
    with ExitStack() as stack:
        opened = [stack.enter_context(rasterio.open(path, driver="GTiff")) for path in sources]
        first = opened[0]
        _refuse_other_grids(opened)
        grid = _Grid(first.bounds.left, first.bounds.top, *first.res)
        wanted = grid.cells_of(transform_bounds(_DEGREES, first.crs, *box))
        places = [grid.place_of(one) for one in opened]
        c0, r0, c1, r1 = _common(wanted, _around(places))
        if c0 >= c1 or r0 >= r1:
            raise ValueError("it does not reach the city")
        if (c1 - c0) * (r1 - r0) > _MOST_CELLS:
            raise ValueError(f"the city would have more than {_MOST_CELLS:,} of its cells")
        nodata = _nodata(first)
        cells = np.full((r1 - r0, c1 - c0), nodata, dtype=first.dtypes[0])
        for one, place in zip(opened, places, strict=True):
            _paste(one, place, cells, (c0, r0, c1, r1))
        transform = Affine(
            grid.wide, 0.0, grid.left + c0 * grid.wide, 0.0, -grid.tall, grid.top - r0 * grid.tall
        )
        profile = {
            "driver": "GTiff",
            "count": 1,
            "dtype": cells.dtype.name,
            "crs": first.crs,
            "nodata": nodata,
        }
        profile |= {
            "height": cells.shape[0],
            "width": cells.shape[1],
            "transform": transform,
            "compress": "deflate",
        }
    return cells, profile


def _paste(raster: Any, place: _Cells, cells: NDArray[Any], wanted: _Cells) -> None:
    """Read what a raster holds of the wanted cells, and nothing more, into its place; what it lacks hides nothing."""
    c0, r0, c1, r1 = _common(place, wanted)
    if c0 < c1 and r0 < r1:
        window = Window(c0 - place[0], r0 - place[1], c1 - c0, r1 - r0)
        part = raster.read(1, window=window, masked=True)  # each raster has a missing value of its own
        known = ~np.ma.getmaskarray(part)
        there = cells[r0 - wanted[1] : r1 - wanted[1], c0 - wanted[0] : c1 - wanted[0]]
        there[known] = part.data[known]


def _common(one: _Cells, other: _Cells) -> _Cells:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _around(places: Sequence[_Cells]) -> _Cells:
    first_columns, first_rows, columns, rows = zip(*places, strict=True)
    return min(first_columns), min(first_rows), max(columns), max(rows)


def _refuse_other_grids(opened: Sequence[Any]) -> None:
    first = opened[0]
    for one in opened:
        slanted = one.transform.b or one.transform.d or one.transform.e >= 0
        same = one.crs == first.crs and np.allclose(one.res, first.res) and one.dtypes[0] == first.dtypes[0]
        if one.crs is None or slanted or not same:
            raise ValueError("its cells are not those of one grid from north to south")


def _nodata(raster: Any) -> float:
    """Return the missing value; where a raster has none, one that no cell can hold."""
    if raster.nodata is not None:
        return float(raster.nodata)
    kind = np.dtype(raster.dtypes[0])
    if kind.kind == "u":
        raise ValueError("it names no missing value")
    return float("nan") if kind.kind == "f" else float(np.iinfo(kind).min)


def _filled(cells: NDArray[Any], nodata: float) -> int:
    """Count the cells that hold a value."""
    there = np.isfinite(cells) if cells.dtype.kind == "f" else np.ones(cells.shape, dtype=bool)
    return int((there & (cells != nodata)).sum())
