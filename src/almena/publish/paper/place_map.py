"""A small map of one neighbourhood as SVG: what the edition may draw inside it, and nothing that is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from almena.publish.event import FLOOD
from almena.publish.maps.compose import GREEN, STREETS, WATER, Atlas
from almena.publish.maps.shapes import Style, nice_length, palette

SIDE = 600  # pixels of the longer side
MARGIN = 0.12
AREA = 2  # dimensions
SHOWN = (
    *((role, "green") for role in GREEN),
    *((role, "water") for role in WATER),
    (FLOOD, "event"),
    (STREETS, "street"),
)
_EDGE = Style("#222222", width=3.0)
_OTHERS = Style("#8a8a8a", width=1.0)


@dataclass
class PlaceMaps:
    """
    Draw neighbourhoods one after the other.

    Parameters
    ----------
    atlas : Atlas
        Hands out the layers that the edition may draw.
    """

    atlas: Atlas
    _trees: dict[str, tuple[Any, shapely.STRtree]] = field(default_factory=dict)

    def svg(self, place: int) -> str:
        """
        Return the map of a place.

        Parameters
        ----------
        place : int
            Its position in the list of places.

        Returns
        -------
        str
            A picture in SVG with what lies within the place, its neighbours' edges, and a bar of `bar_metres`.
        """
        shape = self.atlas.places.geometry[place]
        frame = _frame(shape)
        pixel = _pixel(frame)
        styles = palette()
        inside = [
            self._drawn(self._near(role, frame), shape, styles[name], frame)
            for role, name in SHOWN
            if self._has(role)
        ]
        neighbours = shapely.intersection(self._parts_near(frame), shapely.box(*frame))
        parts = [
            _path(neighbours, frame, Style("none", width=_OTHERS.width), edge=_OTHERS.colour),
            _path([shape], frame, styles["ground"]),
            *inside,
            _path([shape], frame, Style("none", width=_EDGE.width), edge=_EDGE.colour),
            _bar(frame),
        ]
        west, south, east, north = frame
        width, height = (east - west) / pixel, (north - south) / pixel
        size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'

    def bar_metres(self, place: int) -> float:
        """Return the length that the bar of a place's map stands for, in metres."""
        west, _, east, _ = _frame(self.atlas.places.geometry[place])
        return nice_length((east - west) / 4)

    def _has(self, role: str) -> bool:
        return self.atlas.layer(role) is not None

    def _near(self, role: str, frame: Any) -> Any:
        if role not in self._trees:
            layer = self.atlas.layer(role)
            shapes = np.array([], dtype=object) if layer is None else layer.geometry
            self._trees[role] = shapes, shapely.STRtree(shapes)
        shapes, tree = self._trees[role]
        return shapes[np.sort(tree.query(shapely.box(*frame)))]

    def _parts_near(self, frame: Any) -> Any:
        shapes = self.atlas.places.geometry[self.atlas.places.parts]
        return shapes[shapely.intersects(shapes, shapely.box(*frame))]

    def _drawn(self, shapes: Any, place: Any, style: Style, frame: Any) -> str:
        near = shapely.simplify(shapely.clip_by_rect(shapes, *frame), _pixel(frame))
        cut = shapely.intersection(near, place)
        area = shapely.get_dimensions(cut) == AREA
        lines = Style("none", width=max(style.width, 0.8) * 1.6)
        return _path(cut[area], frame, style) + _path(cut[~area], frame, lines, edge=style.colour)


def _frame(shape: Any) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.bounds(shape)
    margin = MARGIN * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _pixel(frame: tuple[float, float, float, float]) -> float:
    west, south, east, north = frame
    return max(east - west, north - south) / SIDE


def _path(
    shapes: Iterable[Any], frame: tuple[float, float, float, float], style: Style, edge: str = "none"
) -> str:
    west, _, _, north = frame
    pixel = _pixel(frame)
    rings = [(np.array([[1, -1]]) * (xy - [west, north]) / pixel).round(1) for xy in _outlines(shapes, pixel)]
    told = "".join("M" + "L".join(f"{x:g},{y:g}" for x, y in ring) for ring in rings if len(ring) > 1)
    look = f'fill="{style.colour}" fill-rule="evenodd" stroke="{edge}" stroke-width="{style.width:g}"'
    return f'<path {look} d="{told}"/>' if told else ""


def _outlines(shapes: Iterable[Any], pixel: float) -> Iterator[Any]:
    simple = shapely.simplify(np.array(list(shapes), dtype=object), pixel / 2)
    for part in shapely.get_parts(simple[~shapely.is_empty(simple)] if len(simple) else simple):
        if part.geom_type == "Polygon":
            yield from (shapely.get_coordinates(ring) for ring in shapely.get_rings(part))
        elif part.geom_type in ("LineString", "LinearRing"):
            yield shapely.get_coordinates(part)


def _bar(frame: tuple[float, float, float, float]) -> str:
    west, south, east, north = frame
    pixel = _pixel(frame)
    length = nice_length((east - west) / 4) / pixel
    right, low = (east - west) / pixel - 8, (north - south) / pixel - 8
    line = f'x1="{right - length:.1f}" y1="{low:.1f}" x2="{right:.1f}" y2="{low:.1f}"'
    return f'<line {line} stroke="#222222" stroke-width="5"/>'
