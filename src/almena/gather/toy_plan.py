"""The ground plan of the toy city: where everything lies, in metres."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyproj
import shapely
import shapely.affinity
from numpy.typing import NDArray

CRS = "EPSG:32727"
ORIGIN = (
    607_000.0,
    9_444_000.0,
)  # open ocean at about 20° W, 5° S: the city cannot be mistaken for a real one
WIDTH, HEIGHT = 8_000.0, 6_000.0  # metres at size 1
CENSUS = 60_000  # people at size 1
NAMES = (
    "Old Harbour",
    "Mill Bank",
    "Northfield",
    "Lakeside",
    "Fort Hill",
    "Market Gate",
    "South Meadow",
    "Railway Town",
)
_SEEDS = (
    (0.5, 0.52),
    (0.3, 0.35),
    (0.52, 0.86),
    (0.82, 0.72),
    (0.18, 0.72),
    (0.7, 0.42),
    (0.45, 0.14),
    (0.82, 0.15),
)


@dataclass(frozen=True)
class Plan:
    """
    The ground plan; every shape is in metres of the city's own coordinate system.

    Parameters
    ----------
    size : float
        Area and people relative to the standard city of 48 km² and 60,000 people.
    seed : int
        Start of all random choices.
    """

    size: float = 1.0
    seed: int = 1

    @property
    def width(self) -> float:
        """Return the extent from west to east, metres."""
        return WIDTH * math.sqrt(self.size)

    @property
    def height(self) -> float:
        """Return the extent from south to north, metres."""
        return HEIGHT * math.sqrt(self.size)

    @property
    def people(self) -> int:
        """Return the people that the toy census counted."""
        return round(CENSUS * self.size)

    def dice(self, name: str) -> np.random.Generator:
        """Return random numbers of their own for one purpose, so that files do not depend on each other."""
        salt = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
        return np.random.default_rng([self.seed, salt])

    def at(self, across: float, up: float) -> tuple[float, float]:
        """Return the position at a share, 0 to 1, of the width and of the height."""
        return ORIGIN[0] + across * self.width, ORIGIN[1] + up * self.height

    def block(self, across: float, up: float, wide: float, high: float, turn: float = 0.0) -> Any:
        """Return a rectangle of metres around a position, turned by degrees."""
        x, y = self.at(across, up)
        box = shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        return shapely.affinity.rotate(box, turn)

    @cached_property
    def boundary(self) -> Any:
        """Return the outline of the city: a rounded rectangle with an uneven edge."""
        angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
        wobble = 1 + 0.02 * np.sin(5 * angle) + 0.01 * self.dice("boundary").standard_normal(90)
        across = 0.5 + 0.48 * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.6 * wobble
        up = 0.5 + 0.48 * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 0.6 * wobble
        return shapely.Polygon([self.at(a, u) for a, u in zip(across, up, strict=True)])

    @cached_property
    def river_line(self) -> Any:
        """Return the middle of the river, from west to east through the city."""
        across = np.linspace(-0.05, 1.05, 60)
        up = 0.44 + 0.06 * np.sin(across * 7) + 0.03 * np.sin(across * 17)
        return shapely.LineString([self.at(a, u) for a, u in zip(across, up, strict=True)])

    @cached_property
    def river(self) -> Any:
        """Return the river's surface."""
        return self.river_line.buffer(55)

    @cached_property
    def lake(self) -> Any:
        """Return the lake in the north-east."""
        x, y = self.at(0.86, 0.82)
        return shapely.affinity.scale(shapely.Point(x, y).buffer(380), 1.3, 0.7)

    @cached_property
    def water(self) -> Any:
        """Return all water."""
        return shapely.union_all([self.river, self.lake])

    @cached_property
    def urban(self) -> Any:
        """Return the built-up area, without water."""
        x, y = self.at(0.5, 0.48)
        oval = shapely.affinity.scale(shapely.Point(x, y).buffer(1.0), 0.40 * self.width, 0.38 * self.height)
        return oval.intersection(self.boundary).difference(self.water.buffer(20))

    @cached_property
    def neighbourhoods(self) -> list[tuple[str, str, Any]]:
        """Return name, code and polygon of each neighbourhood; together they fill the outline."""
        points = [self.at(a, u) for a, u in _SEEDS]
        cells = shapely.voronoi_polygons(
            shapely.MultiPoint(points), extend_to=self.boundary.buffer(500), ordered=True
        )
        parts = [cell.intersection(self.boundary) for cell in cells.geoms]
        return [(name, f"N{n:02}", part) for n, (name, part) in enumerate(zip(NAMES, parts, strict=True), 1)]

    @cached_property
    def settlements(self) -> list[tuple[str, Any]]:
        """Return name and outline of the informal settlements; the last reaches beyond the city's outline."""
        return [
            ("Riverside Steps", self.block(0.36, 0.53, 520, 300, 12)),
            ("Quarry Edge", self.block(0.2, 0.68, 380, 260, -30)),
            ("Lower Rail", self._on_the_edge(0.96, 0.2, 900, 240, 65)),
        ]

    def _on_the_edge(self, across: float, up: float, wide: float, high: float, turn: float) -> Any:
        edge = self.boundary.exterior
        nearest = edge.interpolate(edge.project(shapely.Point(*self.at(across, up))))
        block = self.block(across, up, wide, high, turn)
        return shapely.affinity.translate(block, nearest.x - block.centroid.x, nearest.y - block.centroid.y)

    @cached_property
    def flood(self) -> Any:
        """Return the outline that the flood reached: along the river, wider on the south bank."""
        low_ground = [self.block(0.45, 0.36, 1500, 700, 8), self.block(0.75, 0.4, 1100, 500, -5)]
        reached = shapely.union_all([self.river_line.buffer(300), *low_ground])
        return reached.intersection(self.boundary).simplify(5)

    @cached_property
    def hill(self) -> tuple[float, float]:
        """Return the top of the hill in the north-west."""
        return self.at(0.15, 0.75)

    @cached_property
    def parks(self) -> list[tuple[str, Any]]:
        """Return kind and outline of each open space; the first two touch along one side."""
        left, right = self.block(0.5, 0.6, 110, 90), self.block(0.5, 0.6, 110, 90)
        rest = [
            (0.42, 0.3, 180, 160),
            (0.62, 0.56, 90, 70),
            (0.3, 0.42, 60, 60),
            (0.7, 0.32, 240, 200),
            (0.56, 0.7, 60, 50),
            (0.36, 0.66, 140, 120),
            (0.66, 0.46, 50, 40),
        ]
        kinds = ("park", "garden", "playground", "park", "square", "park", "playground")
        touching = [("park", left), ("park", shapely.affinity.translate(right, 110, 0))]
        return touching + [(kind, self.block(*place)) for kind, place in zip(kinds, rest, strict=True)]

    def inside(self, polygon: Any, count: int, name: str) -> NDArray[np.float64]:
        """Return random points inside a polygon, shape (count, 2)."""
        dice, found = self.dice(name), np.empty((0, 2))
        west, south, east, north = polygon.bounds
        shapely.prepare(polygon)
        while len(found) < count:
            tried = dice.uniform((west, south), (east, north), (max(64, 2 * count), 2))
            found = np.vstack([found, tried[shapely.contains_xy(polygon, tried)]])
        return found[:count]

    def density(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return relative density of people: highest in the settlements, none on water."""
        cx, cy = self.at(0.5, 0.5)
        far = np.hypot((x - cx) / self.width, (y - cy) / self.height)
        value = np.where(shapely.contains_xy(self.urban, x, y), np.exp(-4 * far), 0.0)
        for _, outline in self.settlements:
            value = np.where(shapely.contains_xy(outline, x, y), 1.4, value)
        return np.where(shapely.contains_xy(self.water, x, y), 0.0, value)

    def height_at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return height of the ground, metres: rising from the river, with a hill."""
        shore = shapely.distance(shapely.points(x, y), self.river_line)
        hill = 160 * np.exp(-(np.hypot(x - self.hill[0], y - self.hill[1]) ** 2) / (2 * 650.0**2))
        return np.asarray(-2 + 0.012 * shore + hill)


_TO_LONLAT = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
_FROM_LONLAT = pyproj.Transformer.from_crs("EPSG:4326", CRS, always_xy=True)


def lonlat(geometry: Any) -> Any:
    """Return a geometry in degrees, to seven decimals (about a centimetre)."""
    return shapely.transform(geometry, _degrees)


def metres(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return positions given in degrees as metres."""
    x, y = _FROM_LONLAT.transform(lon, lat)
    return x, y


def _degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = _TO_LONLAT.transform(points[:, 0], points[:, 1])
    return np.round(np.column_stack([lon, lat]), 7)
