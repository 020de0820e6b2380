"""Rasters cut to the box of a city, cell by cell as they are: nothing is resampled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.merge import merge
from rasterio.warp import transform_bounds

from almena.gather.open_source import Box
from almena.gather.whole import written_whole
from almena.model.problem import InputError, Problem

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
        cells, transform, profile = _cut(sources, box)
    except (RasterioError, ValueError) as error:
        why = f"the raster cannot be read around the city: {error}"
        raise InputError(Problem("A raster cannot be cut.", target.name, why, "Fetch it again.")) from error
    filled = _filled(cells, profile["nodata"])
    if not filled:
        why = "no cell in the box around the city holds a value"
        raise InputError(Problem("A raster has nothing here.", target.name, why, "Give another raster."))
    profile |= {"height": cells.shape[1], "width": cells.shape[2], "transform": transform}
    with written_whole(target) as half, rasterio.open(half, "w", **profile) as written:
        written.write(cells)
    return filled


def _cut(sources: Sequence[Path], box: Box) -> tuple[np.ndarray, object, dict[str, object]]:
    opened = [rasterio.open(path, driver="GTiff") for path in sources]
    try:
        first = opened[0]
        sides = _outward(transform_bounds(_DEGREES, first.crs, *box), first)
        cells, transform = merge(opened, bounds=sides, indexes=[1], res=first.res)
        profile = {
            "driver": "GTiff",
            "count": 1,
            "dtype": first.dtypes[0],
            "crs": first.crs,
            "nodata": first.nodata,
            "compress": "deflate",
        }
    finally:
        for one in opened:
            one.close()
    return cells, transform, profile


def _outward(sides: Sequence[float], raster: rasterio.DatasetReader) -> tuple[float, float, float, float]:
    """Return the sides moved outward to the lines of the raster's grid, and no further than a grid may reach."""
    west, south, east, north = sides
    wide, tall = raster.res
    left, top = raster.bounds.left, raster.bounds.top
    if (east - west) / wide * ((north - south) / tall) > _MOST_CELLS:
        raise ValueError(f"its cells are so small that the city would have more than {_MOST_CELLS:,}")
    first, last = np.floor((west - left) / wide), np.ceil((east - left) / wide)
    above, below = np.floor((top - north) / tall), np.ceil((top - south) / tall)
    return left + first * wide, top - below * tall, left + last * wide, top - above * tall


def _filled(cells: np.ndarray, nodata: object) -> int:
    there = np.isfinite(cells) if cells.dtype.kind == "f" else np.ones(cells.shape, dtype=bool)
    if nodata is not None and not (isinstance(nodata, float) and np.isnan(nodata)):
        there &= cells != nodata
    return int(there.sum())
