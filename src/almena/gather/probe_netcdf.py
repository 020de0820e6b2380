"""A first look into NetCDF files: grids, and series of one place."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.errors import RasterioError

from almena.gather.facts import UNKNOWN, FileFacts
from almena.gather.probe_raster import look_into_band, quietly
from almena.gather.probe_table import table_facts

HEADS = (b"CDF\x01", b"CDF\x02", b"CDF\x05", b"\x89HDF\r\n\x1a\n")
_CLASSIC = HEADS[:2]
_SAMPLED = 400  # moments kept
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_FARTHEST = 1e11  # seconds, some 3,000 years: beyond it a number is damaged
_UNITS = "s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?"  # a month has no fixed length
_SINCE = re.compile(
    rf"\s*({_UNITS})\s+since\s+(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:[T ](\d{{1,2}}):(\d{{2}})\S*)?.*",
    re.IGNORECASE,
)


def look(path: Path, part: str = "") -> FileFacts:
    """Look into a NetCDF file: as a table when it is a series of one place, else a variable at a time."""
    with path.open("rb") as stream:
        is_classic = stream.read(4) in _CLASSIC
    series = _series(path) if is_classic and not part else None
    return series if series is not None else _grid(path, part)


def _grid(path: Path, part: str) -> FileFacts:
    try:
        with quietly(), rasterio.open(path, driver="netCDF") as file:
            held = sorted(name.rsplit(":", 1)[-1] for name in file.subdatasets)
    except (RasterioError, OSError, ValueError) as error:
        return FileFacts(path, UNKNOWN, why=f"the file cannot be opened: {error}")
    parts = tuple(name for name in held if not name.endswith(("_bnds", "_bounds")))
    if not parts:
        return look_into_band(path, str(path), "netCDF")
    variable = part or parts[0]
    found = look_into_band(path, f'NETCDF:"{path}":{variable}', "netCDF")
    options = {"layer": variable} if len(parts) > 1 else {}
    return replace(found, options=options, parts=parts if len(parts) > 1 else (), inside=part)


def _series(path: Path) -> FileFacts | None:
    """Return the table that the variables along time make, when they speak of one place."""
    from scipy.io import netcdf_file

    try:
        with path.open("rb") as stream, netcdf_file(stream, "r", mmap=False) as file:
            held = {
                n: (v.dimensions, np.array(v[:]), _units(v)) for n, v in file.variables.items() if v.shape
            }
    except Exception as error:  # noqa: BLE001  scipy fails in many ways on damaged files
        return FileFacts(path, UNKNOWN, why=f"the file cannot be opened: {error}")
    time = next((n for n, (axes, _, units) in held.items() if axes == (n,) and _SINCE.fullmatch(units)), "")
    if not time:
        return None
    moments = _moments(held[time][1], held[time][2])
    lines = {
        n: v.reshape(-1)
        for n, (axes, v, _) in held.items()
        if n != time and axes[:1] == (time,) and v.size == len(moments)
    }
    if not lines:
        return None
    rows = [[m, *(str(v[i]) for v in lines.values())] for i, m in enumerate(moments)]
    return table_facts(path, ["time", *lines], rows)


def _units(variable: Any) -> str:
    units = getattr(variable, "units", b"")
    return units.decode("utf-8", errors="replace") if isinstance(units, bytes) else str(units)


def _moments(values: Any, units: str) -> list[str]:
    """Return the moments of a time axis as texts, days without a clock."""
    match = _SINCE.fullmatch(units)
    if match is None:
        return []
    unit, year, month, day, hour, minute = match.groups()
    start = np.datetime64(
        f"{year}-{int(month):02d}-{int(day):02d}T{int(hour or 0):02d}:{int(minute or 0):02d}", "s"
    )
    finite = np.nan_to_num(np.asarray(values, dtype=np.float64))
    seconds = _SECONDS[unit[0].lower()]
    most = _FARTHEST / seconds
    moments = start + np.round(np.clip(finite, -most, most) * seconds).astype("timedelta64[s]")
    return [str(m).replace("T00:00:00", "").replace("T", " ") for m in moments]
