"""What a map is made of, as plain arrays that can be handed to another process."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.packs.table import read_table

MOVE, LINE, CLOSE = 1, 2, 79  # codes of matplotlib.path.Path
_NICE = (1, 2, 5)
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Outline:
    """
    Points of many rings or lines in one array, with a code for each point.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
        Coordinates in metres.
    codes : ndarray of uint8, shape (n,)
        1 starts a ring or line, 2 continues it, 79 closes a ring.
    """

    xy: NDArray[np.float64]
    codes: NDArray[np.uint8]


@dataclass(frozen=True)
class Style:
    """Colour, hatch and width of one drawn thing."""

    colour: str
    hatch: str = ""
    width: float = 0.0


@dataclass(frozen=True)
class Drawn:
    """
    One layer of a map.

    Parameters
    ----------
    outline : Outline
        What to draw.
    style : Style
        How.
    filled : bool
        Whether it is an area.
    legend : str
        Its line in the legend; empty for none.
    key : Style or None
        How the legend shows it, where that differs from ``style`` because layers lie over each other.
    """

    outline: Outline
    style: Style
    filled: bool
    legend: str = ""
    key: Style | None = None


@dataclass(frozen=True)
class MapJob:
    """
    A picture to be painted.

    Parameters
    ----------
    file : str
        Name inside the folder of maps.
    bounds : tuple of four floats
        West, south, east, north in metres.
    drawn : tuple of Drawn
        Layers from bottom to top.
    mask : Outline
        Area outside the city, painted over everything.
    labels : tuple of (float, float, str)
        Short texts at points.
    credit : str
        Line of sources printed in the picture.
    in_words : bool
        Whether the picture explains its colours itself; else the page does, for the painter joins no Arabic letters.
    letters : float
        How much larger than usual the letters are, for a picture that is printed small.
    """

    file: str
    bounds: Bounds
    drawn: tuple[Drawn, ...]
    mask: Outline
    labels: tuple[tuple[float, float, str], ...] = ()
    credit: str = ""
    in_words: bool = True
    letters: float = 1.0

    @property
    def legend(self) -> tuple[Drawn, ...]:
        """Return the layers that the legend in the picture explains."""
        return self.explained if self.in_words else ()

    @property
    def explained(self) -> tuple[Drawn, ...]:
        """Return the layers that need an explanation."""
        return tuple(d for d in self.drawn if d.legend)

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels, the legend and the credit included."""
        west, south, east, north = self.bounds
        aspect = (north - south) / (east - west)
        height = min(MAP_WIDTH * aspect, MAP_HEIGHT)
        width = min(max(height / aspect, NARROWEST), MAP_WIDTH)
        return round(width), round(height) + self.strip

    @property
    def strip(self) -> int:
        """Return the height in pixels of the strip below the map."""
        credit = self.credit_line * max(1, len(self.credit_lines))
        legend = LEGEND_LINE * -(-len(self.legend) // self.legend_columns)
        return CREDIT_MARGIN + credit + round(self.letters * legend)

    @property
    def credit_line(self) -> int:
        """Return the height in pixels of a line of the credit."""
        return round(self.letters * CREDIT_LINE)

    @property
    def legend_columns(self) -> int:
        """Return how many columns of explanations fit side by side."""
        return 1 if any(self.letters * len(d.legend) > LEGEND_LETTERS for d in self.legend) else 2

    @property
    def credit_lines(self) -> list[str]:
        """Return the credit broken into lines that leave room for the scale bar."""
        return textwrap.wrap(self.credit, int(CREDIT_LETTERS / self.letters))


MAP_WIDTH, MAP_HEIGHT, NARROWEST = 1000, 1000, 760
LEGEND_LINE, CREDIT_LINE, CREDIT_MARGIN = 34, 18, 26
LEGEND_LETTERS = 34  # in half of the narrowest map
CREDIT_LETTERS = 76  # of the small type, in the narrowest map, less a fifth for the scale bar


@lru_cache(maxsize=1)
def palette() -> dict[str, Style]:
    """Read the styles by name."""
    return {r["name"]: Style(r["colour"], r["hatch"], float(r["width"])) for r in read_table("palette.csv")}


def steps() -> tuple[Style, ...]:
    """Return the steps of colour for classes, light to dark."""
    return tuple(palette()[r["name"]] for r in read_table("palette.csv") if r["use"] == "step")


def area_outline(geometry: Any, pixel: float) -> Outline:
    """
    Return the rings of polygons, simplified to the size of a pixel.

    Outer rings run clockwise and holes the other way, so that a painter's winding rule keeps holes open.
    """
    parts = shapely.get_parts(shapely.get_parts(_simple(geometry, pixel)))
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    rings = shapely.get_rings(shapely.normalize(polygons))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return Outline(xy, _codes(ring, closed=True))


def line_outline(geometry: Any, pixel: float) -> Outline:
    """Return lines, or the edges of polygons, simplified to the size of a pixel."""
    simple = _simple(geometry, pixel)
    area = np.isin(
        shapely.get_type_id(simple), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    )
    lines = shapely.get_parts(np.where(area, shapely.boundary(simple), simple))
    xy, line = shapely.get_coordinates(lines, return_index=True)
    return Outline(xy, _codes(line, closed=False))


def outside(city: Any, bounds: Bounds, pixel: float) -> Outline:
    """Return everything within bounds that is not the city."""
    west, south, east, north = bounds
    frame = np.array([[west, south], [east, south], [east, north], [west, north], [west, south]])
    inner = area_outline(np.array([city], dtype=object), pixel)
    codes = np.array([MOVE, LINE, LINE, LINE, CLOSE], dtype=np.uint8)
    return Outline(np.vstack([frame, inner.xy]), np.concatenate([codes, inner.codes]))


def _simple(geometry: Any, pixel: float) -> Any:
    given = np.atleast_1d(np.asarray(geometry, dtype=object))
    given = given[~(shapely.is_missing(given) | shapely.is_empty(given))]
    simple = shapely.simplify(given, pixel, preserve_topology=False)
    return simple[~shapely.is_empty(simple)]


def _codes(index: NDArray[np.int64], *, closed: bool) -> NDArray[np.uint8]:
    codes = np.full(len(index), LINE, dtype=np.uint8)
    if len(index):
        first = np.r_[True, index[1:] != index[:-1]]
        codes[first] = MOVE
        if closed:
            codes[np.r_[first[1:], True]] = CLOSE
    return codes


def nice_length(longest: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not longer than given, in metres."""
    power = 10.0 ** (len(str(int(max(longest, 1)))) - 1)
    return max(n * power for n in _NICE if n * power <= max(longest, 1))
