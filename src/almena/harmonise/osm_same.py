"""One thing mapped twice counts once: a point inside its own area, a platform beside its stop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.harmonise.osm_extract import Mapped
from almena.harmonise.words import count, listing, plain
from almena.packs.osm import POINT

METRES_PER_DEGREE = 111_195.0  # of latitude on a sphere of 6,371 km
_SHOWN = 5


def counted_once(things: Sequence[Mapped], shapes: NDArray[Any]) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """
    Find objects that are another object of the same list again.

    A point or area inside another area is the same thing when both are of one kind (the same tag and value) and of one
    name, or one of them has no name. An object of a row with ``near`` is the same thing as one of an earlier row
    so near to it, by the same rule on names.

    Parameters
    ----------
    things : sequence of Mapped
        Objects of one role.
    shapes : ndarray of object, shape (n,)
        Their geometries in degrees.

    Returns
    -------
    keep : ndarray of bool, shape (n,)
        False for the second of two.
    notes : tuple of str
        Which were found, in words.
    """
    twins = _inside(things, shapes)
    twins |= {i: j for i, j in _beside(things, shapes).items() if i not in twins}
    keep = np.ones(len(things), dtype=bool)
    keep[list(twins)] = False
    if not twins:
        return keep, ()
    pairs = listing((f"{things[i].id} is {things[j].id}" for i, j in sorted(twins.items())), _SHOWN)
    return keep, (f"{count(len(twins), 'object')} drawn twice counted once: {pairs}",)


def _inside(things: Sequence[Mapped], shapes: NDArray[Any]) -> dict[int, int]:
    """Return which object lies inside an area that is the same thing."""
    if not any(POINT in thing.rule.shapes for thing in things):
        return {}
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    size = shapely.area(shapes)
    spots = shapely.point_on_surface(shapes)
    found: dict[int, int] = {}
    pairs = shapely.STRtree(shapes[areas]).query(spots, predicate="within")
    for i, at in pairs.T.tolist():
        j = int(areas[at])
        if size[j] > size[i] and _is_same(things[i], things[j]):
            found[i] = j
    return found


def _beside(things: Sequence[Mapped], shapes: NDArray[Any]) -> dict[int, int]:
    """Return which object stands beside one of an earlier row that is the same thing."""
    by_distance: dict[float, list[int]] = defaultdict(list)
    for i, thing in enumerate(things):
        if thing.rule.near:
            by_distance[thing.rule.near].append(i)
    if not by_distance:
        return {}
    spots = shapely.point_on_surface(shapes)
    lon, lat = shapely.get_x(spots), shapely.get_y(spots)
    east = (
        lon - lon.mean()
    )  # counted from Greenwich, a step to the north would look like one to the side as well
    xy = np.column_stack([east * np.cos(np.radians(lat)), lat]) * METRES_PER_DEGREE
    tree = shapely.STRtree(shapely.points(xy))
    found: dict[int, int] = {}
    for near, which in by_distance.items():
        pairs = tree.query(shapely.points(xy[which]), predicate="dwithin", distance=near)
        for at, j in pairs.T.tolist():
            i = which[at]
            if things[j].rule.rank < things[i].rule.rank and _is_one_name(things[i], things[j]):
                found.setdefault(i, j)
    return found


def _is_same(one: Mapped, other: Mapped) -> bool:
    return one.rule.kind(one.tags) == other.rule.kind(other.tags) and _is_one_name(one, other)


def _is_one_name(one: Mapped, other: Mapped) -> bool:
    names = [plain(thing.tags.get("name", "")) for thing in (one, other)]
    return not all(names) or names[0] == names[1]
