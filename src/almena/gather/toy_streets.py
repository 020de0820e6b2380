"""The toy city's streets: an uneven grid with dead ends, bridges and ways that are not for walking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from almena.gather.toy_bench import Bench
from almena.gather.toy_plan import Plan, lonlat

SPACING = 150.0  # metres between parallel streets
_GAP = 0.18  # share of street pieces left out, which makes dead ends
_LONGEST = 8  # nodes of one way
_BRIDGE_EVERY = 9

Cell = tuple[int, int]


@dataclass(frozen=True)
class Way:
    """
    One way of the street map.

    Parameters
    ----------
    nodes : list of int
        Numbers of its nodes.
    tags : dict of str to str
        Its tags.
    """

    nodes: list[int]
    tags: dict[str, str]


@dataclass(frozen=True)
class Streets:
    """
    The street map on its grid.

    Parameters
    ----------
    plan : Plan
        Ground plan.
    """

    plan: Plan

    @cached_property
    def crossings(self) -> dict[Cell, tuple[float, float]]:
        """Return the position of each crossing by column and row, shifted a little from the grid."""
        plan, dice = self.plan, self.plan.dice("streets")
        columns, rows = int(plan.width // SPACING), int(plan.height // SPACING)
        column, row = np.meshgrid(np.arange(columns), np.arange(rows), indexing="ij")
        west, south = plan.at(0, 0)
        shift = dice.uniform(-22, 22, (2, columns, rows))
        x, y = west + (column + 0.5) * SPACING + shift[0], south + (row + 0.5) * SPACING + shift[1]
        built = shapely.contains_xy(plan.urban, x, y)
        return {
            (int(c), int(r)): (float(x[c, r]), float(y[c, r]))
            for c, r in zip(*np.nonzero(built), strict=True)
        }

    @cached_property
    def numbers(self) -> dict[Cell, int]:
        """Return the node number of each crossing."""
        return {cell: number for number, cell in enumerate(self.crossings, 1)}

    @cached_property
    def ways(self) -> list[Way]:
        """Return all ordinary streets."""
        dice = self.plan.dice("gaps")
        found = []
        for across in (True, False):
            for line in self._lines(across):
                runs = self._runs(line, across, dice)
                found += [self._way(run, across) for run in runs if len(run) > 1]
        return found

    def line(self, across: bool, share: float) -> list[Cell]:
        """Return the crossings of the row (or column) at a share of the city's extent."""
        axis = 1 if across else 0
        lines = sorted({cell[axis] for cell in self.crossings})
        wanted = lines[round(share * (len(lines) - 1))]
        return sorted(cell for cell in self.crossings if cell[axis] == wanted)

    def _lines(self, across: bool) -> Iterator[list[Cell]]:
        axis = 1 if across else 0
        groups: dict[int, list[Cell]] = {}
        for cell in sorted(self.crossings):
            groups.setdefault(cell[axis], []).append(cell)
        yield from groups.values()

    def _runs(self, line: list[Cell], across: bool, dice: np.random.Generator) -> Iterator[list[Cell]]:
        run = line[:1]
        for one, other in pairwise(line):
            is_next = abs(other[0] - one[0]) + abs(other[1] - one[1]) == 1
            if self._crosses_river(one, other):
                is_street = not across and one[0] % _BRIDGE_EVERY == 4
            else:
                is_street = is_next and dice.random() >= _GAP
            if is_street:
                run.append(other)
            if not is_street or len(run) == _LONGEST:
                yield run
                run = [other]
        yield run

    def _crosses_river(self, one: Cell, other: Cell) -> bool:
        piece = shapely.LineString([self.crossings[one], self.crossings[other]])
        return bool(piece.intersects(self.plan.river))

    def _way(self, run: list[Cell], across: bool) -> Way:
        number = run[0][1] if across else run[0][0]
        main = number % 5 == 0
        tags = {"highway": "secondary" if main else "residential"}
        tags["name"] = f"{'Avenue' if across else 'Street'} {number + 1}"
        if any(self._crosses_river(*piece) for piece in pairwise(run)):
            tags |= {"highway": "secondary", "bridge": "yes"}
        return Way([self.numbers[cell] for cell in run], tags)


def write_streets(bench: Bench) -> Streets:
    """Write the street map as PBF, with motorway, private and forbidden ways, footways and steps."""
    streets = Streets(bench.plan)
    positions = dict(zip(streets.numbers.values(), streets.crossings.values(), strict=True))
    ways = list(streets.ways)
    for line, tags in _special(streets):
        start = max(positions) + 1
        positions |= dict(enumerate(line, start))
        ways.append(Way(list(range(start, start + len(line))), tags))
    ways += _between(streets)
    _write_pbf(bench, positions, ways)
    bench.note("streets", "osm/streets.osm.pbf", "osm", date="2024-03", licence="ODbL-1.0")
    return streets


def _special(streets: Streets) -> Iterator[tuple[list[tuple[float, float]], dict[str, str]]]:
    plan = streets.plan
    ring = [plan.at(across, 0.3) for across in np.linspace(0.15, 0.85, 30)]
    yield ring, {"highway": "motorway", "name": "Ring", "bridge": "yes"}
    yield [plan.at(0.15, 0.3), plan.at(0.16, 0.33)], {"highway": "motorway_link"}
    yield [plan.at(0.6, 0.6), plan.at(0.62, 0.62)], {"highway": "construction", "construction": "residential"}
    yield [plan.at(0.6, 0.62), plan.at(0.62, 0.64)], {"highway": "proposed"}
    x, y = plan.at(0.5, 0.44)
    yield [(x - 40, y + 3_000), (x, y + 3_000)], {"highway": "residential", "name": "Far from everything"}


def _between(streets: Streets) -> Iterator[Way]:
    near = _nearest(streets, (0.2, 0.68), 4)
    yield Way(near[:2], {"highway": "steps", "name": "Quarry Stairs"})
    centre = _nearest(streets, (0.5, 0.55), 6)
    yield Way(centre[:2], {"highway": "pedestrian", "name": "Market Walk"})
    yield Way(centre[1:3], {"highway": "footway"})
    yield Way(centre[2:4], {"highway": "service", "access": "private"})
    yield Way(centre[3:5], {"highway": "footway", "foot": "no"})
    yield Way(centre[4:6], {"highway": "cycleway", "foot": "designated"})


def _nearest(streets: Streets, share: tuple[float, float], count: int) -> list[int]:
    x, y = streets.plan.at(*share)
    order = sorted(
        streets.crossings, key=lambda c: np.hypot(streets.crossings[c][0] - x, streets.crossings[c][1] - y)
    )
    return [streets.numbers[cell] for cell in order[:count]]


def _write_pbf(bench: Bench, positions: dict[int, tuple[float, float]], ways: list[Way]) -> None:
    path = bench.place("osm/streets.osm.pbf")
    degrees = shapely.get_coordinates(lonlat(shapely.MultiPoint(list(positions.values()))))
    header = osmium.io.Header()
    header.set("generator", "toyville")
    header.add_box(osmium.osm.Box(-180.0, -85.0, 180.0, 85.0))
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for number, place in zip(positions, degrees, strict=True):
            writer.add_node(_node(number, place))
        for number, way in enumerate(ways, 1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=way.nodes, tags=way.tags))


def _node(number: int, place: NDArray[np.float64]) -> Any:
    return osmium.osm.mutable.Node(id=number, location=(float(place[0]), float(place[1])))
