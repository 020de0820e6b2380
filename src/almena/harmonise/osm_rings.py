"""Outlines that an extract cuts off: what is missing, and a ring closed straight when a kit says so."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pyproj
import shapely

from almena.harmonise.words import count
from almena.packs.osm import osm_limit

GLOBE = pyproj.Geod(ellps="WGS84")
SQUARE_METRES = 1e6

Piece = list[tuple[float, float]]


@dataclass(frozen=True)
class Closed:
    """
    A ring closed with straight lines, or why it is not.

    Parameters
    ----------
    shape : shapely geometry or None
        The area in degrees.
    straight : tuple of float
        Lengths of the straight lines in metres.
    length : float
        Length of the whole outline in metres.
    why : str
        Why there is no shape.
    """

    shape: Any = None
    straight: tuple[float, ...] = ()
    length: float = 0.0
    why: str = ""

    @property
    def doubtful_area(self) -> float:
        """Return how far the area may be wrong, in km²: half discs on the straight lines (assumed)."""
        return sum(math.pi / 8 * gap**2 for gap in self.straight) / SQUARE_METRES

    @property
    def said(self) -> str:
        """Return what was drawn straight, in words."""
        metres, share = sum(self.straight), sum(self.straight) / self.length if self.length else 0.0
        return f"{metres:,.0f} m of its outline ({100 * share:.0f} %) are missing there and drawn straight (assumed)"


def missing_ways(outer: Sequence[int], there: Mapping[int, Any]) -> str:
    """Return in words how many ways of an outline the extract lacks."""
    lost = sum(way not in there for way in outer)
    return f"{lost} of its {count(len(outer), 'way')} {'is' if lost == 1 else 'are'} not in the extract"


def close_straight(outer: Sequence[int], inner: Sequence[int], there: Mapping[int, Any]) -> Closed:
    """
    Close the rings of a cut outline with straight lines between the nearest open ends.

    Parameters
    ----------
    outer, inner : sequence of int
        Ways of the rings.
    there : mapping of int to LineString
        The ways that the extract holds, in degrees.

    Returns
    -------
    Closed
        Without a shape when too much of the outline would be drawn straight (``straight_share`` of
        ``osm_limits.csv``) or the lines cross.
    """
    rings, pieces = _joined([there[w] for w in outer if w in there])
    drawn = sum(map(_metres, (*rings, *pieces)))
    closed, straight = _bridged(pieces)
    length = drawn + sum(straight)
    if not length or sum(straight) > osm_limit("straight_share") * length:
        share = 100 * sum(straight) / length if length else 100.0
        return Closed(why=f"{share:.0f} % of its outline would have to be made up")
    shape = shapely.union_all([shapely.Polygon(ring) for ring in (*rings, *closed)])
    holes, _ = _joined([there[w] for w in inner if w in there])
    if holes:
        shape = shape.difference(shapely.union_all([shapely.Polygon(hole) for hole in holes]))
    if not shape.is_valid or shape.is_empty:
        return Closed(why="its lines cross")
    return Closed(shape, tuple(straight), length)


def _joined(lines: Sequence[Any]) -> tuple[list[Piece], list[Piece]]:
    """Return closed rings, and open pieces, made of lines that meet end to end."""
    if not lines:
        return [], []
    merged = shapely.line_merge(shapely.MultiLineString(list(lines)))
    parts = [[(float(x), float(y)) for x, y in part.coords] for part in shapely.get_parts(merged)]
    rings = [part for part in parts if part[0] == part[-1] and len(part) > 3]
    return rings, [part for part in parts if part[0] != part[-1]]


def _bridged(pieces: Sequence[Piece]) -> tuple[list[Piece], list[float]]:
    """Join pieces at their nearest ends until each is closed; return rings and the lengths of the bridges."""
    left, rings, straight = [list(p) for p in pieces], [], []
    while left:
        options = [(_gap(p[-1], p[0]), i, i, False, False) for i, p in enumerate(left) if len(p) > 2]
        for i, j in combinations(range(len(left)), 2):
            options += [
                (_gap(_end(left[i], flip), _start(left[j], turn)), i, j, flip, turn)
                for flip in (False, True)
                for turn in (False, True)
            ]
        if not options:
            break
        gap, i, j, flip, turn = min(options)
        straight.append(gap)
        if i == j:
            ring = left.pop(i)
            rings.append([*ring, ring[0]])
            continue
        second, first = left.pop(j), left.pop(i)
        left.append([*(first[::-1] if flip else first), *(second[::-1] if turn else second)])
    return rings, straight


def _start(piece: Piece, turned: bool) -> tuple[float, float]:
    return piece[-1] if turned else piece[0]


def _end(piece: Piece, turned: bool) -> tuple[float, float]:
    return piece[0] if turned else piece[-1]


def _gap(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(GLOBE.inv(*one, *other)[2])


def _metres(piece: Piece) -> float:
    lon, lat = np.array(piece).T
    return float(GLOBE.line_length(lon, lat))
