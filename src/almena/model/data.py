"""What the roles hold once they are read: layers, grids, tables and timetables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from almena.model.listed import Listed
from almena.model.origin import Origin, Source
from almena.model.shelf import Remembering

Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class RoleData(Remembering):
    """
    What every filled role carries, whatever its shape.

    Parameters
    ----------
    role : str
        Id of the role in ``packs/roles.csv``.
    key : str
        Hash of everything the content depends on (bytes, reading options, versions of functions).
    origins : tuple of Origin
        The files behind it.
    date : str
        ISO 8601 date or interval that the content speaks of, or ``unknown``.
    alternatives : tuple
        The same role from other files; they feed the interval, never the value.
    notes : tuple of str
        What the reader had to decide or repair, in plain words.
    listed : tuple of Listed
        Rows and cells that were left out, with the reason and the address of each.
    rows_read : int
        Rows or features that the files hold: those that entered and those listed; 0 when nobody counted.
    hearsay : bool
        Whether it repeats a figure that anybody may write, whose own source is not given: never more than context.
    """

    role: str
    key: str = ""
    origins: tuple[Origin, ...] = ()
    date: str = "unknown"
    alternatives: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()
    listed: tuple[Listed, ...] = ()
    rows_read: int = 0
    hearsay: bool = False

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return the files behind this content, without repeats, in order."""
        return tuple(dict.fromkeys(o.source for o in self.origins))

    @property
    def may_leave(self) -> bool:
        """Tell whether every file behind this content may appear in a public output."""
        return bool(self.origins) and all(o.source.may_leave for o in self.origins)

    def with_(self, **changes: Any) -> Self:
        """Return a copy with some attributes replaced."""
        return replace(self, **changes)


@dataclass(frozen=True, kw_only=True)
class Layer(RoleData):
    """
    Features on a map.

    Parameters
    ----------
    crs : str
        Coordinate system of ``geometry``, as ``EPSG:n`` or WKT.
    geometry : ndarray of object, shape (n,)
        Shapely geometries, two-dimensional and valid.
    fields : mapping of str to ndarray, shape (n,)
        Attributes by canonical name.
    ids : ndarray of str, shape (n,)
        Identifiers of the features within their file.
    covered : shapely geometry or None
        Area that the source speaks of, in ``crs``; None when it claims the whole city.
    at_least : bool
        Whether the layer holds what somebody happened to draw, and no register: what it lacks may exist all the same.
    """

    crs: str
    geometry: NDArray[np.object_]
    fields: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    ids: NDArray[np.str_] = field(default_factory=lambda: np.empty(0, dtype=np.str_))
    covered: Any = None
    at_least: bool = False

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, which: NDArray[Any]) -> Layer:
        """Return the layer reduced to the features that a mask or index names."""
        return self.with_(
            geometry=self.geometry[which],
            fields={k: v[which] for k, v in self.fields.items()},
            ids=self.ids[which] if len(self.ids) else self.ids,
        )


@dataclass(frozen=True, kw_only=True)
class Grid(RoleData):
    """
    A raster band.

    Parameters
    ----------
    array : ndarray, shape (rows, columns)
        Cell values as read.
    affine : tuple of six floats
        (a, b, c, d, e, f) with x = a·col + b·row + c and y = d·col + e·row + f.
    crs : str
        Coordinate system of the affine.
    nodata : float or None
        Value that stands for "nothing known here".
    unit : str
        Unit of the cell values.
    classes : mapping of int to str
        Meaning of the cell values of a classified raster, in the words of ``packs/land_cover.csv``.
    """

    array: NDArray[Any]
    affine: Affine
    crs: str
    nodata: float | None = None
    unit: str = ""
    classes: Mapping[int, str] = field(default_factory=dict)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return (west, south, east, north) in the grid's own coordinates."""
        a, _, c, _, e, f = self.affine
        rows, cols = self.array.shape
        xs, ys = sorted((c, c + a * cols)), sorted((f, f + e * rows))
        return xs[0], ys[0], xs[1], ys[1]


@dataclass(frozen=True, kw_only=True)
class Table(RoleData):
    """
    Rows and columns with canonical names and cast values.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (n,)
        Values by canonical column name; missing numbers are NaN, missing texts are empty.
    cells : mapping of str to list of str
        For each column the cell address of each row, when the format has addresses.
    """

    columns: Mapping[str, NDArray[Any]]
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0


@dataclass(frozen=True, kw_only=True)
class Feed(RoleData):
    """
    A timetable: several tables that belong together, as in GTFS.

    Parameters
    ----------
    tables : mapping of str to mapping of str to ndarray
        Columns by table name without extension (``stops``, ``trips``, ``stop_times`` …).
    """

    tables: Mapping[str, Mapping[str, NDArray[Any]]]


@dataclass(frozen=True, kw_only=True)
class Document(RoleData):
    """
    A text that is kept and cited, but not yet mined.

    Parameters
    ----------
    paragraphs : tuple of str
        Its text, in order.
    """

    paragraphs: tuple[str, ...] = ()
