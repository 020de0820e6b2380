"""Where the files of a folder lie, as far as their coordinates can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from almena.gather.draft_files import Drafted
from almena.gather.facts import FileFacts, are_degrees, box_of

WGS84 = "EPSG:4326"


def put_in_place(facts: FileFacts, told: str) -> FileFacts:
    """
    Return what was found with positions in degrees.

    Parameters
    ----------
    facts : FileFacts
        What a look into the file found; positions without a coordinate system are as the file writes them.
    told : str
        Coordinate system that a person named; empty when none did.

    Returns
    -------
    FileFacts
        Moved from the system told, and no longer in need of one; without outline, points and bounds when these
        cannot be degrees, so that they are not laid over other files.
    """
    if told and facts.needs_crs and facts.bounds is not None:
        facts = _moved(facts, told)
    if facts.bounds is None or are_degrees(facts.bounds):
        return facts
    return replace(facts, outline=None, points=np.empty(0, dtype=object), bounds=None)


def city_place(drafted: Sequence[Drafted]) -> tuple[float, float] | None:
    """
    Return longitude and latitude of the city: a point inside its boundary, else the middle of its files.

    Parameters
    ----------
    drafted : sequence of Drafted
        The files of the kit.

    Returns
    -------
    (float, float) or None
        Degrees; None when no file tells.
    """
    for one in drafted:
        if one.role == "boundary" and one.facts.outline is not None and not one.facts.outline.is_empty:
            middle = _beside_the_line(one.facts.outline).representative_point()
            return (float(middle.x) + 180.0) % 360.0 - 180.0, float(middle.y)
    boxes = [d.facts.bounds for d in drafted if d.facts.bounds and not d.facts.needs_crs]
    if not boxes:
        return None
    west, south, east, north = np.median(np.array(boxes), axis=0)
    return float((west + east) / 2), float((south + north) / 2)


def _beside_the_line(outline: Any) -> Any:
    """Return an outline across the 180th meridian in one piece, its western longitudes counted on beyond 180."""
    west, _, east, _ = outline.bounds
    if east - west <= 180.0:
        return outline
    lies = shapely.transform(outline, lambda xy: np.column_stack([xy[:, 0] % 360.0, xy[:, 1]]))
    return shapely.make_valid(lies)


def _moved(facts: FileFacts, told: str) -> FileFacts:
    move = pyproj.Transformer.from_crs(told, WGS84, always_xy=True)

    def to_degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move coordinates."""
        return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))

    points = shapely.transform(np.asarray(facts.points, dtype=object), to_degrees)
    outline = None if facts.outline is None else shapely.transform(facts.outline, to_degrees)
    bounds = box_of(*move.transform_bounds(*facts.bounds)) if facts.bounds else None
    return replace(facts, points=points, outline=outline, bounds=bounds, needs_crs=False)
