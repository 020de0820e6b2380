"""Tables whose rows lie somewhere: two columns with longitude and latitude or on a metric grid, or one of shapes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from almena.gather.facts import Column, are_degrees, plain

_LONGITUDE = re.compile(r"(.*[_ .])?(lon|lng|long|longitude)([_ .](dd|wgs84|dec.*))?")
_LATITUDE = re.compile(r"(.*[_ .])?(lat|latitude)([_ .](dd|wgs84|dec.*))?")
_EASTING = re.compile(
    r"(.*[_ .])?(easting|east|este|leste|oest|rechtswert|x)|(utm|coord|coordenada)[_ .]?[ex]"
)
_NORTHING = re.compile(r"(.*[_ .])?(northing|north|norte|nord|hochwert|y)|(utm|coord|coordenada)[_ .]?[ny]")
_SHAPE = re.compile(r"(srid=\d+;)? *point *(z|m|zm)? *\(.*\)")
_SYSTEM = re.compile(r" *srid *= *(\d+) *; *", re.IGNORECASE)
_MOSTLY = 0.9
DEGREES = "EPSG:4326"
_NOWHERE: NDArray[np.object_] = np.empty(0, dtype=object)

Pair = tuple[Column, Column]


@dataclass(frozen=True)
class RowsPlaced:
    """
    Where the rows of a table lie, and how that is known.

    Parameters
    ----------
    points : ndarray of object, shape (n,)
        Points in degrees where the system is known, else as the file writes them; none when fewer than nine rows in
        ten have one.
    fields : mapping of str to str
        Columns that a kit names: ``x`` and ``y``, or ``wkt``.
    crs : str
        Their coordinate system; empty when a person must be asked.
    """

    points: NDArray[np.object_] = field(default_factory=lambda: _NOWHERE)
    fields: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""


def placed_rows(columns: Sequence[Column], body: Sequence[Sequence[str]]) -> RowsPlaced:
    """
    Return where the rows of a table lie: by longitude and latitude, by a column of shapes, or on a metric grid.

    Parameters
    ----------
    columns : sequence of Column
        Its columns.
    body : sequence of rows
        Its rows as texts.
    """
    for placed in (_by_degrees, _by_shape, _by_grid):
        found = placed(columns, body)
        if len(found.points) and len(found.points) >= _MOSTLY * len(body):
            return found
    return RowsPlaced()


def coordinate_columns(columns: Sequence[Column]) -> Pair | None:
    """Return the columns that are called longitude and latitude, or None."""
    return _pair(columns, _LONGITUDE, _LATITUDE)


def _by_degrees(columns: Sequence[Column], body: Sequence[Sequence[str]]) -> RowsPlaced:
    pair = coordinate_columns(columns)
    points = _points(body, pair)
    return RowsPlaced(points[_lie_on_the_globe(points)], _axes(pair), DEGREES)


def _by_grid(columns: Sequence[Column], body: Sequence[Sequence[str]]) -> RowsPlaced:
    pair = _pair(columns, _EASTING, _NORTHING)
    return RowsPlaced(_points(body, pair), _axes(pair))


def _by_shape(columns: Sequence[Column], body: Sequence[Sequence[str]]) -> RowsPlaced:
    column = next((c for c in columns if c.filled and c.share(_SHAPE) >= _MOSTLY), None)
    if column is None:
        return RowsPlaced()
    texts = [_cell(row, column) for row in body]
    shapes = shapely.from_wkt([_SYSTEM.sub("", t) or None for t in texts], on_invalid="ignore")
    points = np.asarray([s for s in shapes if s is not None and not s.is_empty], dtype=object)
    systems = {m.group(1) if (m := _SYSTEM.match(t)) else "" for t in texts if t}
    names = {"wkt": column.name}
    if len(systems) == 1 and "" not in systems:
        return _in_degrees(points, names, f"EPSG:{systems.pop()}")
    on_globe = len(points) > 0 and bool(_lie_on_the_globe(points).all())
    return RowsPlaced(points, names, DEGREES if on_globe else "")


def _in_degrees(points: NDArray[np.object_], names: Mapping[str, str], crs: str) -> RowsPlaced:
    """Return points moved to degrees from the system that their texts name; unmoved when there is no such system."""
    try:
        move = pyproj.Transformer.from_crs(crs, DEGREES, always_xy=True)
    except pyproj.exceptions.CRSError:
        return RowsPlaced(points, names)
    lon, lat = move.transform(shapely.get_x(points), shapely.get_y(points))
    moved = np.asarray(shapely.points(lon, lat), dtype=object)
    return RowsPlaced(moved[_lie_on_the_globe(moved)], names, crs)


def _pair(columns: Sequence[Column], *names: re.Pattern[str]) -> Pair | None:
    found = [next((c for c in columns if c.filled and n.fullmatch(plain(c.name))), None) for n in names]
    east, north = found
    return (east, north) if east is not None and north is not None else None


def _axes(pair: Pair | None) -> dict[str, str]:
    return {axis: column.name for axis, column in zip(("x", "y"), pair or (), strict=False)}


def _points(body: Sequence[Sequence[str]], pair: Pair | None) -> NDArray[np.object_]:
    places = [place for row in body if (place := _place(row, pair))] if pair else []
    return np.asarray(shapely.points(places), dtype=object) if places else _NOWHERE


def _lie_on_the_globe(points: NDArray[np.object_]) -> NDArray[np.bool_]:
    if not len(points):
        return np.zeros(0, dtype=np.bool_)
    x, y = shapely.get_x(points), shapely.get_y(points)
    return np.array([are_degrees((a, b, a, b)) for a, b in zip(x, y, strict=True)], dtype=np.bool_)


def _place(row: Sequence[str], pair: Pair) -> tuple[float, float] | None:
    numbers: list[float] = []
    for column in pair:
        try:
            numbers.append(float(_cell(row, column).replace(",", ".")))
        except ValueError:
            return None
    x, y = numbers
    return (x, y) if math.isfinite(x) and math.isfinite(y) else None


def _cell(row: Sequence[str], column: Column) -> str:
    return row[column.number - 1].strip() if column.number <= len(row) else ""
