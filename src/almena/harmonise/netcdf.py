"""NetCDF files: which variable is meant, at which moment, and where its cells lie (CF conventions 1.11, 4 and 8.1)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.crs import DEGREES
from almena.harmonise.dates import parse_dates
from almena.harmonise.found import FoundFile
from almena.harmonise.text import first_bytes
from almena.harmonise.words import listing, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

CLASSIC = (b"CDF\x01", b"CDF\x02", b"CDF\x05")
NEWER = b"\x89HDF\r\n\x1a\n"
CLOSED_DOORS = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}"}
CALENDARS = ("", "standard", "gregorian", "proleptic_gregorian")
SECONDS = {
    **dict.fromkeys(("second", "sec", "s"), 1),
    **dict.fromkeys(("minute", "min"), 60),
    **dict.fromkeys(("hour", "hr", "h"), 3_600),
    **dict.fromkeys(("day", "d"), 86_400),
}
MAX_CELLS = 2 * 10**9
_SINCE = re.compile(r"\s*([A-Za-z]+?)s?\s+since\s+(.+?)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Slice:
    """
    One variable at one moment.

    Parameters
    ----------
    array : ndarray, shape (rows, columns)
        Cells; NaN where unknown when they were packed, else as stored.
    affine : tuple of six floats
        Position of the cells.
    crs : str
        Coordinate system; empty when the file does not tell.
    nodata : float or None
        Value that stands for unknown.
    notes : tuple of str
        What was chosen.
    """

    array: NDArray[Any]
    affine: tuple[float, ...]
    crs: str
    nodata: float | None
    notes: tuple[str, ...]


def is_netcdf(found: FoundFile) -> bool:
    """Tell whether a file is NetCDF, by its first bytes."""
    return first_bytes(found).startswith((*CLASSIC, NEWER))


def is_classic(found: FoundFile) -> bool:
    """Tell whether a file is NetCDF in its classic form."""
    return first_bytes(found).startswith(CLASSIC[:2])


def read_slice(found: FoundFile) -> Slice:
    """
    Return one variable of a NetCDF file at one moment.

    Parameters
    ----------
    found : FoundFile
        The file; ``spec.layer`` names the variable, ``spec.where`` the moment or level: ``{ time = "2024-05-03" }``.

    Raises
    ------
    InputError
        When the file cannot be read, or several variables or moments could be meant.
    """
    variable = choose_variable(found, variables(found))
    with opened(found, variable) as file:
        if file.width * file.height > MAX_CELLS:
            raise found.refusal("The raster is too large.", f"{file.width:,} by {file.height:,} cells.")
        band, said = _band(file, found, variable)
        array, nodata = unpacked(file, band)
        return Slice(
            array,
            tuple(file.transform)[:6],
            system(file),
            nodata,
            (f"the variable {variable} is used", *said),
        )


def variables(found: FoundFile) -> list[str]:
    """Return the variables with cells, by name; the bounds of other variables are left out."""
    with opened(found) as file:
        parts = sorted(part.rsplit(":", 1)[-1] for part in file.subdatasets)
        own = [str(file.tags(1).get("NETCDF_VARNAME", ""))] if file.count else []
    return [name for name in parts or own if not name.endswith(("_bnds", "_bounds"))]


def choose_variable(found: FoundFile, names: list[str]) -> str:
    """Return the variable that the kit names, or the only one."""
    asked = found.spec.layer
    if asked in names or (not asked and len(names) == 1):
        return asked or names[0]
    if asked:
        like = nearest(asked, names)
        hint = f"Did you mean {like!r}? " if like else ""
        why = f"The file holds {listing(names) or 'no grid'}."
        raise found.refusal(f"The variable {asked!r} is missing.", why, f"{hint}Correct `layer` in the kit.")
    if not names:
        raise found.refusal("The file holds no grid.", remedy="Use the reader `timeseries` for a station.")
    remedy = f'Name one in the kit, for example layer = "{names[0]}".'
    raise found.refusal("The file holds several variables.", f"{listing(names)}.", remedy)


@contextmanager
def opened(found: FoundFile, variable: str = "") -> Iterator[Any]:
    """Open the file, or one of its variables; whatever is wrong with it is told by its name."""
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    path = str(found.path)
    try:
        with warnings.catch_warnings(), rasterio.Env(**CLOSED_DOORS):
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            # each address opens the variable by itself; a file of one variable knows no such address
            with rasterio.open(path, driver="netCDF") as whole:
                alone = not whole.subdatasets
            address = path if alone or not variable else f'NETCDF:"{path}":{variable}'
            with rasterio.open(address, driver="netCDF") as file:
                yield file
    except (RasterioError, OSError, MemoryError, UnicodeDecodeError) as error:
        why = str(error).replace(path, found.name)
        raise found.refusal("The file cannot be read as NetCDF.", why, "Fetch it again.") from error


def unpacked(file: Any, band: int) -> tuple[NDArray[Any], float | None]:
    """Return the cells of a band; packed ones are unfolded as the conventions say, unknown ones are then NaN."""
    array, nodata = file.read(band), file.nodatavals[band - 1]
    factor, offset = file.scales[band - 1], file.offsets[band - 1]
    if (factor, offset) == (1.0, 0.0):
        return array, nodata
    values = array.astype(np.float64) * factor + offset
    if nodata is not None:
        values[array == nodata] = np.nan
    return values, float("nan")


def system(file: Any) -> str:
    """Return the coordinate system; axes in degrees are longitude and latitude."""
    if file.crs:
        return str(file.crs.to_string())
    units = {str(value).lower() for name, value in file.tags().items() if name.endswith("#units")}
    has_both = any(u.startswith("degree") and u.endswith(("e", "east")) for u in units) and any(
        u.startswith("degree") and u.endswith(("n", "north")) for u in units
    )
    return DEGREES if has_both else ""


def moments(values: NDArray[Any], units: str, calendar: str, found: FoundFile) -> NDArray[np.datetime64]:
    """
    Return the moments that a time axis stands for.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Numbers on the axis.
    units : str
        ``days since 1900-01-01`` or the like.
    calendar : str
        Name of the calendar; those with other days than ours are refused.
    found : FoundFile
        The file, for messages.

    Raises
    ------
    InputError
        When unit, start or calendar is not known.
    """
    match = _SINCE.fullmatch(units)
    seconds = SECONDS.get(match.group(1).lower(), 0) if match else 0
    start, bad, _ = parse_dates([match.group(2)] if match else [""], "year-first")
    if not seconds or bad.any() or np.isnat(start[0]):
        raise found.refusal(
            "The time axis cannot be read.", f"Its unit is {units!r}.", "Ask for days or hours since a date."
        )
    if calendar.lower() not in CALENDARS:
        why = f"Its calendar is {calendar!r}, whose days are not those of the clock."
        raise found.refusal("The time axis cannot be read.", why, "Ask for data on the standard calendar.")
    numbers = np.asarray(values, dtype=np.float64)
    known = np.isfinite(numbers) & (np.abs(numbers) < 1e15 / seconds)
    result = np.full(len(numbers), np.datetime64("NaT", "s"))
    result[known] = start[0] + np.round(numbers[known] * seconds).astype("timedelta64[s]")
    return result


def _band(file: Any, found: FoundFile, variable: str) -> tuple[int, tuple[str, ...]]:
    """Return the number of the band that the kit names by the values of the other axes."""
    if file.count == 1:
        return 1, ()
    axes = [_axis_texts(file, band, found) for band in range(1, file.count + 1)]
    fits = [
        band
        for band, texts in enumerate(axes, 1)
        if all(texts.get(axis, "") in wanted for axis, wanted in found.spec.where.items())
    ]
    if len(fits) == 1:
        named = ", ".join(f"{axis} {text}" for axis, text in axes[fits[0] - 1].items())
        return fits[0], (f"of {file.count} layers the one of {named} is used",)
    axis = next(iter(axes[0]), "time")
    held = listing(dict.fromkeys(texts.get(axis, "") for texts in axes), 8)
    remedy = f'Name one in the kit, for example where = {{ {axis} = "{axes[0].get(axis, "")}" }}.'
    what = f"The variable {variable} has {file.count} layers." if fits else "No layer fits the filter."
    raise found.refusal(what, f"Its {axis} is one of {held}.", remedy)


def _axis_texts(file: Any, band: int, found: FoundFile) -> dict[str, str]:
    """Return where a band lies on the axes that are no map axes, as a person writes it."""
    tags: Mapping[str, str] = file.tags()
    texts = {}
    for name, value in file.tags(band).items():
        if name.startswith("NETCDF_DIM_"):
            axis = name.removeprefix("NETCDF_DIM_")
            units = tags.get(f"{axis}#units", "")
            texts[axis] = _moment_text(value, units, tags.get(f"{axis}#calendar", ""), found)
    return texts


def _moment_text(value: str, units: str, calendar: str, found: FoundFile) -> str:
    if " since " not in units:
        return value
    moment = moments(np.array([float(value)]), units, calendar, found)[0]
    return str(moment).removesuffix("T00:00:00")
