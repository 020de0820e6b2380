"""What can be said about a file before anyone has said what it is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VECTOR, RASTER, TABLE, OSM, GTFS, DOCUMENT, UNKNOWN = (
    "vector",
    "raster",
    "table",
    "osm",
    "gtfs",
    "document",
    "unknown",
)


@dataclass(frozen=True)
class Column:
    """
    A column with some of its values.

    Parameters
    ----------
    name : str
        Name as the file writes it.
    samples : tuple of str
        Values of sampled rows as text; empty texts where there is none.
    number : int
        Position, counted from 1.
    unit : str
        What a row of units below the header says of it.
    """

    name: str
    samples: tuple[str, ...] = ()
    number: int = 0
    unit: str = ""

    @property
    def filled(self) -> tuple[str, ...]:
        """Return the sampled values that say something."""
        return tuple(s for s in self.samples if s)

    def share(self, pattern: re.Pattern[str]) -> float:
        """Return the share of sampled rows whose plain value matches a pattern as a whole."""
        hits = sum(bool(pattern.fullmatch(plain(s))) for s in self.filled)
        return hits / len(self.samples) if self.samples else 0.0

    def common(self) -> tuple[str, float]:
        """Return the most frequent value and its share of the filled samples."""
        counts = Counter(s.strip() for s in self.filled)
        if not counts:
            return "", 0.0
        value, number = counts.most_common(1)[0]
        return value, number / counts.total()


@dataclass(frozen=True)
class Times:
    """
    The time column of a table.

    Parameters
    ----------
    column : str or int
        Its name, or its number when the table has no header; two names joined with + when the hour
        stands apart.
    order : str
        ``year-first``, ``day-first``, ``month-first``, or empty when days and months look alike.
    is_hourly : bool
        Whether there are several readings a day.
    first, last : str
        Span as ISO 8601 dates; empty when the order is unknown.
    """

    column: str | int
    order: str = ""
    is_hourly: bool = False
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class FileFacts:
    """
    What a look into a file found.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        ``vector``, ``raster``, ``table``, ``osm``, ``gtfs``, ``document`` or ``unknown``.
    why : str
        Why it cannot be used, when the kind is unknown.
    sha256, size : str, int
        Hash and number of bytes.
    columns : tuple of Column
        Columns with sampled values.
    geometry : str
        ``point``, ``line``, ``polygon`` or ``any`` for maps.
    count : int
        Number of features or rows.
    outline : shapely geometry or None
        Union of polygons in degrees, for files of few polygons or of polygons that may tile an area.
    pieces : int
        Number of separate polygons in ``outline``.
    tiling : float
        Area of the union over the sum of areas: 1 when polygons do not overlap.
    points : ndarray of shapely points
        One point inside each sampled feature, in degrees.
    bounds : tuple of four floats, or None
        West, south, east, north in degrees.
    crs : str
        Coordinate system that the file declares; empty when none, or when its numbers cannot be in it.
    needs_crs : bool
        Whether the file must be told its coordinate system; positions are then as the file writes them.
    options : mapping
        Reading options that were found out (``key``, ``layer``, ``encoding``, ``delimiter``, ``header`` …).
    facts : frozenset of str
        Named findings that rules may ask for.
    times : Times or None
        Time column of a table.
    date : str
        Date or span that the content itself states; empty when none.
    placed_by : mapping of str to str
        Columns of a table that say where its rows lie: ``x`` and ``y``, or ``wkt``.
    side_by_side : tuple of str
        Columns of a series that hold the readings of one gauge each.
    parts : tuple of str
        Sheets or layers of the file, when it has several.
    inside : str
        The sheet or layer that was looked into, when there are several.
    beside : frozenset of str
        Plain texts of the cells of other lists on the same sheet, the names of their columns among them.
    extract : ExtractFacts or None
        What a full OpenStreetMap extract holds.
    outline_tags : mapping of str to str
        Tags of the outline taken from an extract.
    """

    path: Path
    kind: str
    why: str = ""
    sha256: str = ""
    size: int = 0
    columns: tuple[Column, ...] = ()
    geometry: str = ""
    count: int = 0
    outline: Any = None
    pieces: int = 0
    tiling: float = 0.0
    points: Any = ()
    bounds: tuple[float, float, float, float] | None = None
    crs: str = ""
    needs_crs: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()
    times: Times | None = None
    date: str = ""
    placed_by: Mapping[str, str] = field(default_factory=dict)
    side_by_side: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    inside: str = ""
    beside: frozenset[str] = frozenset()
    extract: Any = None
    outline_tags: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        """Return the column of this name, or None."""
        return next((c for c in self.columns if c.name == name), None)


def box_of(west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    """Return the four sides of a box as plain numbers."""
    return float(west), float(south), float(east), float(north)


_TURN, _POLE = 361.0, 90.5  # degrees, and half a cell of a coarse raster beyond


def are_degrees(box: tuple[float, float, float, float]) -> bool:
    """Tell whether the sides of a box can be degrees; longitudes may be counted from 0 to 360."""
    west, south, east, north = box
    return -_TURN / 2 <= west <= east <= _TURN and -_POLE <= south <= north <= _POLE


_DECIMALS = re.compile(r"[-+]?\d*([.,])(?:\d{1,2}|\d{4,})|[-+]?0([.,])\d+")
_LONE_MARK = re.compile(r"[-+]?[1-9]\d{0,2}([.,])\d{3}")


def has_two_readings(texts: Iterable[str]) -> bool:
    """Tell whether a column's only mark may part decimals or thousands: every number with it looks like 1.234."""
    filled = [t.strip() for t in texts if t.strip()]
    marked = [t for t in filled if "." in t or "," in t]
    marks = {m.group(1) for t in marked if (m := _LONE_MARK.fullmatch(t))}
    alike = all(_LONE_MARK.fullmatch(t) for t in marked)
    return len(marks) == 1 and alike and not any(re.fullmatch(r"[-+]?\d{4,}", t) for t in filled)


def has_both_marks(texts: Iterable[str]) -> bool:
    """Tell whether some numbers of a column have a decimal comma and others a decimal point, beyond any doubt."""
    marks = {m.group(1) or m.group(2) for t in texts if (m := _DECIMALS.fullmatch(t.strip()))}
    return len(marks) == 2


def plain(text: str) -> str:
    """Return a text in small letters without accents and outer blanks, for comparison."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).strip().lower()


def columns_of(values: Iterable[tuple[str, Iterable[object]]]) -> tuple[Column, ...]:
    """Return columns from names and sampled values."""
    return tuple(
        Column(name, tuple(_text(v) for v in sampled), number)
        for number, (name, sampled) in enumerate(values, 1)
    )


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()
