"""Reader `raster`: a GeoTIFF, or a variable of a NetCDF file, as a grid, its cells exactly as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.crs import known_crs
from almena.harmonise.found import FoundFile
from almena.harmonise.netcdf import CLOSED_DOORS, is_netcdf, read_slice
from almena.harmonise.units import conversion
from almena.harmonise.words import count
from almena.model.card import Role
from almena.model.data import Affine, Grid
from almena.model.origin import Origin

READER_VERSION = "2"
MAKES = ("grid",)

SATURATED_SHARE = 0.001
MAX_CELLS = 2 * 10**9
CELL_FIELD = "value"
CLASSES = "class"


def read(found: FoundFile, role: Role) -> Grid:
    """
    Read the first band of a GeoTIFF, or a variable of a NetCDF file; it is never warped and never resampled.

    Parameters
    ----------
    found : FoundFile
        The file. ``units = { value = "dm" }`` in the kit converts the cells to the role's unit; of a NetCDF file
        ``layer`` names the variable and ``where = { time = "2024-05-03" }`` the moment.
    role : Role
        A role of kind ``grid``.

    Raises
    ------
    InputError
        When the file is neither, has no coordinate system, or no cell with a value.
    """
    if is_netcdf(found):
        return _from_netcdf(found, role)
    array, affine, declared, nodata, bands = _open(found)
    return _grid(array, affine, declared, nodata, _band_note(bands), found, role)


def _from_netcdf(found: FoundFile, role: Role) -> Grid:
    one = read_slice(found)
    a, b, c, d, e, f = one.affine
    return _grid(one.array, (a, b, c, d, e, f), one.crs, one.nodata, one.notes, found, role)


def _grid(
    array: NDArray[Any],
    affine: Affine,
    declared: str,
    nodata: float | None,
    said: tuple[str, ...],
    found: FoundFile,
    role: Role,
) -> Grid:
    """Return the grid, or refuse one without position, system or values."""
    crs, crs_notes = known_crs(declared, found)
    _check_affine(affine, found)
    valid = _valid(array, nodata)
    if not valid.any():
        raise found.refusal(
            "The raster holds no value.", "Every cell is marked as unknown.", "Fetch it again."
        )
    notes = (*crs_notes, *said, *_saturation(array, valid, role))
    array, nodata, converted = _converted(array, nodata, valid, found, role)
    band = found.spec.layer or "band 1"
    where = f"{band}, {array.shape[0]:,} rows and {array.shape[1]:,} columns"
    return Grid(
        role=role.id,
        array=array,
        affine=affine,
        crs=crs,
        nodata=nodata,
        unit=role.unit,
        classes=_legend(found),
        origins=(Origin(found.source, where, converted),),
        notes=(*notes, *converted),
    )


def _legend(found: FoundFile) -> dict[int, str]:
    """
    Return what the cell values of a classified raster mean, as the kit says.

    Raises
    ------
    InputError
        When a code is no whole number.
    """
    codes = found.spec.codes.get(CLASSES, {})
    wrong = [code for code in codes if not code.strip().lstrip("-").isdigit()]
    if wrong:
        raise found.refusal(
            f"The code {wrong[0]!r} of the legend is no whole number.",
            remedy="Correct codes.class in kit.toml.",
        )
    return {int(code): meaning for code, meaning in codes.items()}


def _open(found: FoundFile) -> tuple[NDArray[Any], Affine, str, float | None, int]:
    """Return cells, affine, declared system, nodata and the number of bands."""
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        with warnings.catch_warnings(), rasterio.Env(**CLOSED_DOORS):
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(found.path, driver="GTiff") as file:
                if file.width * file.height > MAX_CELLS:
                    raise found.refusal(
                        "The raster is too large.", f"{file.width:,} by {file.height:,} cells."
                    )
                crs = file.crs.to_string() if file.crs else ""
                return file.read(1), tuple(file.transform)[:6], crs, file.nodata, file.count
    except (RasterioError, OSError, MemoryError) as error:
        why = str(error).replace(str(found.path), found.name)
        raise found.refusal("The file cannot be read as a GeoTIFF.", why, "Fetch it again.") from error


def _check_affine(affine: Affine, found: FoundFile) -> None:
    """Refuse grids without position; a turned grid has no rows and columns that follow the axes."""
    a, b, c, d, e, f = affine
    if (a, b, c, d, e, f) == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0):
        raise found.refusal("The raster has no position.", "The file does not say where its cells lie.")
    if b or d:
        raise found.refusal(
            "The raster is turned.", "Its rows do not run west to east.", "Rectify it in a GIS."
        )


def _valid(array: NDArray[Any], nodata: float | None) -> NDArray[np.bool_]:
    known = np.ones(array.shape, dtype=np.bool_) if nodata is None else array != nodata
    if array.dtype.kind == "f":
        known &= np.isfinite(array)
    return np.asarray(known, dtype=np.bool_)


def _band_note(bands: int) -> tuple[str, ...]:
    return (f"the first of {bands} bands is used",) if bands > 1 else ()


def _saturation(array: NDArray[Any], valid: NDArray[np.bool_], role: Role) -> tuple[str, ...]:
    """
    Note cells at the largest number that their type can hold: they may stand for more.

    One such cell is enough where quantities are squeezed into a byte; class codes may well use them all.
    """
    if array.dtype.kind not in "iu":
        return ()
    top = np.iinfo(array.dtype).max
    full = int(((array == top) & valid).sum())
    is_byte = array.dtype.itemsize == 1 and role.unit != CLASSES
    if full <= (0 if is_byte else SATURATED_SHARE * valid.sum()):
        return ()
    share = 100 * full / valid.sum()
    return (
        f"{count(full, 'cell')} ({share:.2g} %) hold {top}, the most that {array.dtype} can: perhaps more",
    )


def _converted(
    array: NDArray[Any], nodata: float | None, valid: NDArray[np.bool_], found: FoundFile, role: Role
) -> tuple[NDArray[Any], float | None, tuple[str, ...]]:
    """Return the cells in the role's unit; unknown cells become NaN when anything is converted."""
    unit = found.spec.units.get(CELL_FIELD)
    if not unit:
        return array, nodata, ()
    change = conversion(role, CELL_FIELD, unit, found)
    if change.is_identity:
        return array, nodata, ()
    values = np.where(valid, change.apply(array), np.nan)
    return values, float("nan"), (f"cells converted from {change.source} to {change.target}",)
