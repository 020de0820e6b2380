"""NetCDF files as series: one row for each moment and cell, with a column for each variable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.columns import RawTable
from almena.harmonise.found import FoundFile
from almena.harmonise.netcdf import (
    choose_variable,
    is_classic,
    moments,
    opened,
    system,
    unpacked,
    variables,
)
from almena.harmonise.words import count, listing

MOST_ROWS = 20_000_000
SHOWN = 4


@dataclass
class _Axes:
    """Moments and places of the rows: shape (n,) and, by axis, shape (cells,)."""

    times: NDArray[np.datetime64]
    places: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """Return the number of places."""
        return len(next(iter(self.places.values()), np.zeros(1)))


def read_series(found: FoundFile) -> RawTable:
    """
    Return the variables of a NetCDF file that run along time.

    Parameters
    ----------
    found : FoundFile
        The file; when it holds several cells, ``spec.where`` names one by its coordinates.

    Raises
    ------
    InputError
        When it holds no series, or several cells and the kit names none.
    """
    axes, columns, notes = _classic(found) if is_classic(found) else _newer(found)
    if not columns:
        raise found.refusal(
            "The file holds no series.",
            "No variable runs along time.",
            "Save it in the classic form of NetCDF, or as CSV, if it holds a station.",
        )
    _refuse_many_cells(axes, found)
    rows = len(axes.times) * axes.cells
    every: dict[str, NDArray[Any]] = {"time": np.repeat(axes.times, axes.cells)}
    every |= {name: np.tile(values, len(axes.times)) for name, values in axes.places.items()}
    every |= {name: values.reshape(-1) for name, values in columns.items()}
    names = tuple(every)

    def address(column: int, row: int) -> str:
        """Return the address of a value."""
        return f"row {row + 1}, variable {names[column]!r}"

    return RawTable(
        names, rows, lambda i: every[names[i]], address=address, notes=notes, number=lambda r: r + 1
    )


def _refuse_many_cells(axes: _Axes, found: FoundFile) -> None:
    if axes.cells * len(axes.times) > MOST_ROWS:
        why = f"{count(len(axes.times), 'moment')} in {count(axes.cells, 'cell')}."
        raise found.refusal("The series are too many.", why, "Cut the file to the city first.")
    named = [name for name in axes.places if name in found.spec.where]
    if axes.cells == 1 or len(named) == len(axes.places):
        return
    held = "; ".join(
        f"{n}: {listing((_text(v) for v in np.unique(p)), SHOWN)}" for n, p in axes.places.items()
    )
    example = ", ".join(f'{name} = "{_text(values[0])}"' for name, values in axes.places.items())
    what = f"The file holds series of {axes.cells:,} cells, and a series needs one place."
    raise found.refusal(what, held, f"Name the cell of the city: where = {{ {example} }}.")


def _text(value: float) -> str:
    return f"{value:g}" if float(f"{value:g}") == value else repr(float(value))


def _classic(found: FoundFile) -> tuple[_Axes, dict[str, NDArray[Any]], tuple[str, ...]]:
    """Read the classic form, in which variables may be of any shape."""
    from scipy.io import netcdf_file

    damaged = (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        MemoryError,
    )
    try:
        with (
            found.path.open("rb") as stream,
            netcdf_file(stream, "r", mmap=False, maskandscale=False) as file,
        ):
            held = {name: _Held(v) for name, v in file.variables.items()}
    except (*damaged, AssertionError, ArithmeticError, UnicodeDecodeError, RecursionError) as error:
        raise found.refusal("The file cannot be read as NetCDF.", str(error), "Fetch it again.") from error
    time = next((n for n, v in held.items() if " since " in v.say("units") and v.axes == (n,)), "")
    if not time:
        return _Axes(np.empty(0, dtype="datetime64[s]")), {}, ()
    units, calendar = held[time].say("units"), held[time].say("calendar")
    times = moments(held[time].array, units, calendar, found)
    series = {
        n: v for n, v in held.items() if v.axes[:1] == (time,) and n != time and v.array.dtype.kind in "iuf"
    }
    shape = next(
        (v.axes for n, v in sorted(series.items()) if n == found.spec.layer or not found.spec.layer), ()
    )
    same = {n: v.values().reshape(len(times), -1) for n, v in sorted(series.items()) if v.axes == shape}
    notes = tuple(f"{n} left out: it has other axes" for n in sorted(series) if n not in same)
    return _Axes(times, _places([(a, held.get(a)) for a in shape[1:]], same)), same, notes


class _Held:
    """A variable taken out of its file: numbers, names of axes, and what is said about it."""

    def __init__(self, variable: Any) -> None:
        self.array = np.array(variable[:] if variable.shape else variable.getValue())
        self.axes = tuple(variable.dimensions)
        self._attributes = dict(variable._attributes)

    def say(self, name: str) -> str:
        """Return an attribute as text."""
        value = self._attributes.get(name, "")
        return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)

    def values(self) -> NDArray[np.float64]:
        """Return the numbers unfolded (CF 8.1), unknown ones as NaN."""
        values = self.array.astype(np.float64)
        for name in ("_FillValue", "missing_value"):
            for blank in np.atleast_1d(self._attributes.get(name, [])).tolist():
                values[self.array == blank] = np.nan
        return values * self._number("scale_factor", 1.0) + self._number("add_offset", 0.0)

    def _number(self, name: str, default: float) -> float:
        return float(np.atleast_1d(self._attributes.get(name, default))[0])


def _places(
    axes: list[tuple[str, _Held | None]], series: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[np.float64]]:
    """Return the coordinates of every cell by axis; an axis without numbers counts from 1."""
    width = next((v.shape[1] for v in series.values()), 1)
    lines = [
        (name, held.array.astype(float)) for name, held in axes if held is not None and held.array.ndim == 1
    ]
    if not axes or width == 1:
        return {}
    if len(lines) != len(axes) or np.prod([len(line) for _, line in lines]) != width:
        return {"cell": np.arange(1.0, width + 1)}
    crossed = np.meshgrid(*(np.round(line, 6) for _, line in lines), indexing="ij")
    return {name: np.asarray(one).reshape(-1) for (name, _), one in zip(lines, crossed, strict=True)}


def _newer(found: FoundFile) -> tuple[_Axes, dict[str, NDArray[Any]], tuple[str, ...]]:
    """Read the newer form, in which GDAL shows variables with two map axes."""
    axes = _Axes(np.empty(0, dtype="datetime64[s]"))
    columns: dict[str, NDArray[Any]] = {}
    notes: tuple[str, ...] = ()
    names = variables(found)
    first = choose_variable(found, names) if found.spec.layer else ""
    for name in sorted(names, key=lambda n: (n != first, n)):
        with opened(found, name) as file:
            tags = file.tags()
            time = next(
                (t.split("#")[0] for t, v in tags.items() if t.endswith("#units") and " since " in v), ""
            )
            listed = re.findall(r"[-+0-9.eE]+", tags.get(f"NETCDF_DIM_{time}_VALUES", ""))
            if (
                not time
                or not listed
                or len(listed) != file.count
                or file.count * file.width * file.height > MOST_ROWS
            ):
                notes += (f"{name} left out: it does not run along time alone",)
                continue
            values = np.array([unpacked_floats(file, band) for band in range(1, file.count + 1)])
            here = moments(
                np.array(listed, dtype=float), tags[f"{time}#units"], tags.get(f"{time}#calendar", ""), found
            )
            if columns and (len(here) != len(axes.times) or values[0].size != axes.cells):
                notes += (f"{name} left out: it has other axes",)
                continue
            axes = axes if columns else _Axes(here, _centres(file))
            columns[name] = values.reshape(len(here), -1)
    return axes, columns, notes


def unpacked_floats(file: Any, band: int) -> NDArray[np.float64]:
    """Return the cells of a band as numbers, unknown ones as NaN."""
    array, nodata = unpacked(file, band)
    values = np.asarray(array, dtype=np.float64)
    return values if nodata is None else np.where(array == nodata, np.nan, values)


def _centres(file: Any) -> dict[str, NDArray[np.float64]]:
    """Return the middle of every cell."""
    if file.width * file.height == 1:
        return {}
    a, _, c, _, e, f = tuple(file.transform)[:6]
    x, y = c + a * (np.arange(file.width) + 0.5), f + e * (np.arange(file.height) + 0.5)
    rows, columns = np.meshgrid(np.round(y, 6), np.round(x, 6), indexing="ij")
    names = ("lat", "lon") if system(file) == "EPSG:4326" else ("y", "x")
    return {names[0]: rows.reshape(-1), names[1]: columns.reshape(-1)}
