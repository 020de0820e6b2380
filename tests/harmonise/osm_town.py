"""Small towns of OpenStreetMap, written by hand in PBF form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import osmium
from osmium.osm import mutable

Tags = dict[str, str]


class Town:
    """A small town to be written as a PBF file."""

    def __init__(self) -> None:
        self.nodes: list[mutable.Node] = []
        self.ways: list[mutable.Way] = []
        self.relations: list[mutable.Relation] = []

    def node(self, number: int, x: float, y: float, **tags: str) -> None:
        self.nodes.append(mutable.Node(id=number, location=(x, y), tags=tags, version=1))

    def way(self, number: int, nodes: Sequence[int], tags: Tags) -> None:
        self.ways.append(mutable.Way(id=number, nodes=nodes, tags=tags, version=1))

    def ring(self, number: int, members: Sequence[tuple[int, str]], tags: Tags) -> None:
        made = [("w", ref, part) for ref, part in members]
        self.relations.append(
            mutable.Relation(id=number, members=made, tags={"type": "multipolygon", **tags}, version=1)
        )

    def write(self, folder: Path) -> Path:
        path = folder / "town.osm.pbf"
        with osmium.SimpleWriter(str(path)) as writer:
            for node in sorted(self.nodes, key=lambda n: n.id):
                writer.add_node(node)
            for way in sorted(self.ways, key=lambda w: w.id):
                writer.add_way(way)
            for relation in self.relations:
                writer.add_relation(relation)
        return path


def small_town() -> Town:
    """Return a town with two streets, two parks and a hospital; nodes 1-4 and 5-8 are two squares of 0.01 degrees."""
    made = Town()
    for number, (x, y) in enumerate(
        [(0, 0), (1, 0), (1, 1), (0, 1), (5, 5), (6, 5), (6, 6), (5, 6)], start=1
    ):
        made.node(number, x * 0.01, y * 0.01)
    made.node(20, -0.5, 0.7)  # carries nothing, but the extract reaches there
    made.way(100, [1, 2, 3], {"highway": "residential", "name": "Rua Ação", "foot": "yes", "oneway": "yes"})
    made.way(101, [3, 4], {"highway": "footway", "access": "private", "bridge": "yes"})
    made.way(102, [1, 2, 3, 4, 1], {"leisure": "park", "name": "Square", "access": "private"})
    made.way(103, [5, 6, 7, 8, 5], {})
    made.ring(200, [(103, "outer")], {"leisure": "park", "name": "By relation"})
    made.node(30, 0.002, 0.002, amenity="hospital", name="Santa Casa", beds="120")
    made.node(31, 0.003, 0.003, amenity="bench")
    return made
