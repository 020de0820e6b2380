"""Tables whose rows lie somewhere: two columns with longitude and latitude."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.gather.facts import Column, are_degrees, plain

_LONGITUDE = re.compile(r"(.*[_ .])?(lon|lng|long|longitude)([_ .](dd|wgs84|dec.*))?")
_LATITUDE = re.compile(r"(.*[_ .])?(lat|latitude)([_ .](dd|wgs84|dec.*))?")
_MOSTLY = 0.9


def coordinate_columns(columns: Sequence[Column]) -> tuple[Column, Column] | None:
    """Return the columns that are called longitude and latitude, or None."""
    found = [
        next((c for c in columns if c.filled and name.fullmatch(plain(c.name))), None)
        for name in (_LONGITUDE, _LATITUDE)
    ]
    east, north = found
    return (east, north) if east is not None and north is not None else None


def points_in(columns: Sequence[Column], body: Sequence[Sequence[str]]) -> NDArray[np.object_]:
    """
    Return the points of a table in degrees; none when fewer than nine rows in ten have one.

    Parameters
    ----------
    columns : sequence of Column
        Its columns.
    body : sequence of rows
        Its rows as texts.
    """
    pair = coordinate_columns(columns)
    if pair is None or not body:
        return np.empty(0, dtype=object)
    places = [place for row in body if (place := _place(row, pair))]
    if len(places) < _MOSTLY * len(body):
        return np.empty(0, dtype=object)
    points: NDArray[np.object_] = shapely.points(places)
    return points


def _place(row: Sequence[str], pair: tuple[Column, Column]) -> tuple[float, float] | None:
    numbers: list[Any] = []
    for column in pair:
        text = row[column.number - 1] if column.number <= len(row) else ""
        try:
            numbers.append(float(text.strip().replace(",", ".")))
        except ValueError:
            return None
    lon, lat = numbers
    return (lon, lat) if are_degrees((lon, lat, lon, lat)) else None
