"""A first look into rasters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.warp import transform_bounds

from almena.gather.facts import RASTER, UNKNOWN, FileFacts, box_of

_MOST_CELLS = 25_000_000
_MOST_CLASSES = 80
_HIGHEST, _LOWEST = 9_000, -500  # metres: a little more than the earth offers


def look(path: Path) -> FileFacts:
    """Look into the first band of a GeoTIFF."""
    try:
        with rasterio.open(path, driver="GTiff") as raster:
            step = max(1, int((raster.width * raster.height / _MOST_CELLS) ** 0.5))
            shape = (max(1, raster.height // step), max(1, raster.width // step))
            band = raster.read(1, out_shape=shape, masked=True)
            bounds, crs = tuple(raster.bounds), raster.crs
    except (RasterioError, OSError, ValueError) as error:
        return FileFacts(path, UNKNOWN, why=f"the raster cannot be opened: {error}")
    values = band.compressed()
    if not values.size:
        return FileFacts(path, UNKNOWN, why="the raster holds no values")
    degrees = transform_bounds(crs, "EPSG:4326", *bounds) if crs else bounds
    return FileFacts(
        path,
        RASTER,
        count=int(values.size),
        bounds=box_of(*degrees),
        crs=crs.to_string() if crs else "",
        needs_crs=crs is None,
        facts=_names(values),
    )


def _names(values: NDArray[Any]) -> frozenset[str]:
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if not finite.size:
        return frozenset()
    low, high = float(finite.min()), float(finite.max())
    whole = values.dtype.kind in "iu" or bool((finite == np.round(finite)).all())
    if (
        whole
        and low >= 0
        and high <= 255
        and len(np.unique(finite)) <= _MOST_CLASSES
        and values.dtype.itemsize == 1
    ):
        return frozenset({"integer_classes"})
    if values.dtype.kind == "f" and not whole and low >= 0 and float(finite.sum()) > 1000 and high < 1e5:
        return frozenset({"float_counts"})
    if low >= _LOWEST and high <= _HIGHEST and high - low > 1 and values.dtype.kind in "if":
        return frozenset({"metres"})
    return frozenset()
