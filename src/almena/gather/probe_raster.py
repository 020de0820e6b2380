"""A first look into rasters."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.warp import transform_bounds

from almena.gather.facts import RASTER, UNKNOWN, FileFacts, box_of

_MOST_CELLS = 25_000_000
_FEWEST_CLASSES, _MOST_CLASSES, _HIGHEST_CLASS = (
    3,
    50,
    1_000,
)  # two values are a mask; legends stay below these
_HIGHEST, _LOWEST = 9_000, -500  # metres: a little more than the earth offers
_ROUGH, _UNEVEN = (
    0.3,
    0.8,
)  # people: neighbouring cells differ, and most live on little ground; slopes run smoothly


def look(path: Path) -> FileFacts:
    """Look into the first band of a GeoTIFF."""
    return look_into_band(path, str(path), "GTiff")


@contextmanager
def quietly() -> Iterator[None]:
    """Open rasters without position in silence: that they have none is told as a finding."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


def look_into_band(path: Path, address: str, driver: str) -> FileFacts:
    """Look into the first band of what a driver of GDAL opens under an address."""
    try:
        with quietly(), rasterio.open(address, driver=driver) as raster:
            step = max(1, int((raster.width * raster.height / _MOST_CELLS) ** 0.5))
            shape = (max(1, raster.height // step), max(1, raster.width // step))
            band = raster.read(1, out_shape=shape, masked=True)
            sides, crs = raster.bounds, raster.crs
    except (RasterioError, OSError, ValueError) as error:
        return FileFacts(path, UNKNOWN, why=f"the raster cannot be opened: {error}")
    values = band.compressed()
    if not values.size:
        return FileFacts(path, UNKNOWN, why="the raster holds no values")
    return FileFacts(
        path,
        RASTER,
        count=int(values.size),
        bounds=_bounds(sides, crs),
        crs=crs.to_string() if crs else "",
        needs_crs=crs is None,
        facts=_names(band, values),
    )


def _bounds(sides: Any, crs: Any) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north in degrees; a raster may be stored from south to north."""
    (west, east), (south, north) = sorted((sides.left, sides.right)), sorted((sides.bottom, sides.top))
    if crs is None:
        return box_of(west, south, east, north)
    try:
        box = box_of(*transform_bounds(crs, "EPSG:4326", west, south, east, north))
    except RasterioError:
        return None
    return box if np.isfinite(box).all() else None


def _names(band: NDArray[Any], values: NDArray[Any]) -> frozenset[str]:
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if not finite.size or values.dtype.kind not in "iuf":
        return frozenset()
    low, high = float(finite.min()), float(finite.max())
    whole = values.dtype.kind in "iu" or bool((finite == np.round(finite)).all())
    if whole and values.dtype.itemsize == 1:
        return _classes(finite, low, high)
    if low >= 0 and high < 1e5 and float(finite.sum(dtype=float)) > 1000 and _is_patchy(band, finite):
        return frozenset({"float_counts"})
    found = set(_classes(finite, low, high)) if whole else set()
    if not whole and low >= 0 and float(finite.sum(dtype=float)) > 1000 and high < 1e5:
        found.add("float_counts")
    if low >= _LOWEST and high <= _HIGHEST and high - low > 1:
        found.add("metres")
    return frozenset(found)


def _classes(finite: NDArray[Any], low: float, high: float) -> frozenset[str]:
    is_legend = low >= 0 and high <= _HIGHEST_CLASS
    if is_legend and _FEWEST_CLASSES <= len(np.unique(finite)) <= _MOST_CLASSES:
        return frozenset({"integer_classes"})
    return frozenset()


def _is_patchy(band: NDArray[Any], finite: NDArray[Any]) -> bool:
    """Tell whether cells differ from cell to cell and pile up in few, as people do."""
    spread, mean = float(finite.std(dtype=float)), float(finite.mean(dtype=float))
    heights: Any = band.astype(float)  # masked: a step from or to a cell without data is none
    steps = np.abs((heights[:, 1:] - heights[:, :-1]).compressed())
    steps = steps[np.isfinite(steps)]
    if not spread or not steps.size or float(finite.min()) >= 1:
        return False
    return float(steps.mean()) >= _ROUGH * spread and spread >= _UNEVEN * mean
