"""An OpenStreetMap extract streamed by once: what roles take from it, and what it cuts off."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.packs.osm import AREA, LINE, POINT, TagRule, first_rule, osm_limit, osm_rules

NODE_RECORD = np.dtype([("id", "<i8"), ("lon", "<i4"), ("lat", "<i4")])
STEPS_PER_DEGREE = 1e7  # OpenStreetMap keeps coordinates as whole ten-millionths of a degree
NOT_FOR_VISITORS = frozenset({"no", "exit", "emergency", "garage"})  # OpenStreetMap wiki, Key:entrance
RINGS = frozenset({"multipolygon", "boundary"})
_MEGABYTE = 1e6

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mapped:
    """
    One object of the map in one shape.

    Parameters
    ----------
    id : str
        Such as ``way/123``.
    tags : mapping of str to str
        All its tags.
    rule : TagRule
        The row of the table that takes it.
    wkb : bytes
        Its geometry in degrees as WKB.
    nodes : ndarray of int64, optional
        Ids of the nodes of a line, one per coordinate.
    doors : tuple of (float, float)
        Longitude and latitude of the entrances on the outline of an area.
    """

    id: str
    tags: Mapping[str, str]
    rule: TagRule
    wkb: bytes
    nodes: NDArray[np.int64] | None = None
    doors: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class CutRelation:
    """
    A relation that should be an area, and whose rings the extract does not hold whole.

    Parameters
    ----------
    id : str
        Such as ``relation/123``.
    tags : mapping of str to str
        All its tags.
    outer, inner : tuple of int
        Ids of the ways of its rings.
    """

    id: str
    tags: Mapping[str, str]
    outer: tuple[int, ...]
    inner: tuple[int, ...]


@dataclass
class Extract:
    """
    What was gathered while the file streamed by.

    Parameters
    ----------
    found : dict of str to list of Mapped
        Objects by role, in the order of the file.
    broken : dict of str to int
        Number of ways, by role, whose geometry cannot be built, mostly cut at the edge of the extract.
    cut : dict of str to list of CutRelation
        Relations by role whose rings do not close.
    covered : shapely geometry or None
        Box of all nodes: the box in the header says what was asked for and not what is there.
    """

    found: dict[str, list[Mapped]] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    cut: dict[str, list[CutRelation]] = field(default_factory=dict)
    covered: Any = None


class Shelf:
    """The extract read last, kept for the next role; a large one is not kept but read for one role at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, str] = ("", "")
        self._extract = Extract()

    def get(self, path: Path, sha256: str, role: str) -> Extract:
        """
        Return what an extract holds for a role at least.

        Parameters
        ----------
        path : Path
            The file.
        sha256 : str
            Hash of its bytes.
        role : str
            The role.
        """
        size = path.stat().st_size
        if size > osm_limit("kept_megabytes") * _MEGABYTE:
            return stream(path, {role: osm_rules()[role]})
        key = (sha256, f"{path} {size}")
        with self._lock:
            if self._key != key:
                self._extract, self._key = stream(path, osm_rules()), key
            return self._extract


def stream(path: Path, rules: Mapping[str, Sequence[TagRule]]) -> Extract:
    """
    Read a file for some roles; everything that none of them wants stays on the C++ side.

    Parameters
    ----------
    path : Path
        The file.
    rules : mapping of str to sequence of TagRule
        What each role takes.

    Raises
    ------
    RuntimeError
        When the file is cut off or no PBF file.
    """
    with tempfile.TemporaryDirectory(prefix="almena-", ignore_cleanup_errors=True) as folder:
        store = Path(folder) / "nodes"
        net = _Net(rules)
        for thing in _things(str(path), f"sparse_file_array,{store}", rules):
            net.take(thing)
        net.extract.covered = _box(store)
    net.settle()
    return net.extract


def lines_of(path: Path, ways: Sequence[int]) -> dict[int, Any]:
    """
    Return the lines of some ways, in degrees; ways that the extract does not hold whole are left out.

    Parameters
    ----------
    path : Path
        The file.
    ways : sequence of int
        Their ids.
    """
    import osmium
    from osmium import filter as only

    factory = osmium.geom.WKBFactory()
    found = {}
    kinds = osmium.osm.NODE | osmium.osm.WAY
    every: Any = osmium.FileProcessor(str(path), kinds).with_locations()
    for way in every.with_filter(only.EntityFilter(osmium.osm.WAY)).with_filter(only.IdFilter(ways)):
        try:
            found[way.id] = shapely.from_wkb(factory.create_linestring(way))
        except (RuntimeError, osmium.InvalidLocationError):
            continue
    return found


class _Net:
    """Holds on to what the roles want, object by object."""

    def __init__(self, rules: Mapping[str, Sequence[TagRule]]) -> None:
        import osmium

        self.extract = Extract()
        self._rules = {
            shape: {
                role: of for role, every in rules.items() if (of := [r for r in every if shape in r.shapes])
            }
            for shape in (POINT, LINE, AREA)
        }
        self._keys = {shape: _keys(rules, shape) for shape in (POINT, LINE, AREA)}
        self._doors: dict[int, Position] = {}
        self._relations: dict[str, CutRelation] = {}
        self._made: set[str] = set()  # areas come before the relations that they are made of
        self._factory = osmium.geom.WKBFactory()
        self._every_node = osmium.geom.use_nodes.ALL  # one coordinate per node
        self._not_whole = (RuntimeError, osmium.InvalidLocationError)

    def take(self, thing: Any) -> None:
        """Look at one object of the file."""
        if thing.is_node():
            self._node(thing)
        elif thing.is_way():
            self._way(thing)
        elif thing.is_relation():
            self._relation(thing)
        else:
            self._area(thing)

    def settle(self) -> None:
        """Note the relations of which no area was made."""
        for relation in (r for label, r in self._relations.items() if label not in self._made):
            for role, _ in self._taken(AREA, relation.tags):
                self.extract.cut.setdefault(role, []).append(relation)

    def _node(self, node: Any) -> None:
        tags = _told(node)
        if tags.get("entrance", "no") not in NOT_FOR_VISITORS:
            self._doors[node.id] = (node.lon, node.lat)
        if taken := self._taken(POINT, tags):
            wkb = bytes.fromhex(self._factory.create_point(node))
            self._keep(taken, f"node/{node.id}", tags, wkb)

    def _way(self, way: Any) -> None:
        tags = _told(way)
        taken = self._taken(LINE, tags)
        if way.is_closed():
            taken = [(role, rule) for role, rule in taken if AREA not in rule.shapes]
        if not taken:
            return
        try:
            wkb = bytes.fromhex(self._factory.create_linestring(way, self._every_node))
        except self._not_whole:
            self._break(taken)
            return
        nodes = np.array([n.ref for n in way.nodes], dtype=np.int64)
        self._keep(taken, f"way/{way.id}", tags, wkb, nodes)

    def _relation(self, relation: Any) -> None:
        tags = _told(relation)
        if tags.get("type") not in RINGS or not self._taken(AREA, tags):
            return
        ways = [(m.ref, m.role) for m in relation.members if m.type == "w"]
        inner = tuple(ref for ref, part in ways if part == "inner")
        outer = tuple(ref for ref, part in ways if part != "inner")
        label = f"relation/{relation.id}"
        self._relations[label] = CutRelation(label, tags, outer, inner)

    def _area(self, area: Any) -> None:
        tags = _told(area)
        taken = self._taken(AREA, tags)
        if not taken:
            return
        is_way = area.from_way()
        label = f"{'way' if is_way else 'relation'}/{area.orig_id()}"
        try:
            wkb = bytes.fromhex(self._factory.create_multipolygon(area))
        except self._not_whole:
            if is_way:
                self._break(taken)
            return
        self._made.add(label)
        self._keep(taken, label, tags, wkb, None, self._doors_on(area))

    def _doors_on(self, area: Any) -> tuple[Position, ...]:
        if not self._doors:
            return ()
        refs = dict.fromkeys(node.ref for ring in area.outer_rings() for node in ring)
        return tuple(self._doors[ref] for ref in refs if ref in self._doors)

    def _taken(self, shape: str, tags: Mapping[str, str]) -> list[tuple[str, TagRule]]:
        if self._keys[shape].isdisjoint(tags):
            return []
        found = ((role, first_rule(rules, tags)) for role, rules in self._rules[shape].items())
        return [(role, rule) for role, rule in found if rule is not None]

    def _keep(
        self,
        taken: Sequence[tuple[str, TagRule]],
        label: str,
        tags: Mapping[str, str],
        wkb: bytes,
        nodes: NDArray[np.int64] | None = None,
        doors: tuple[Position, ...] = (),
    ) -> None:
        for role, rule in taken:
            self.extract.found.setdefault(role, []).append(Mapped(label, tags, rule, wkb, nodes, doors))

    def _break(self, taken: Sequence[tuple[str, TagRule]]) -> None:
        for role, _ in taken:
            self.extract.broken[role] = self.extract.broken.get(role, 0) + 1


def _things(path: str, storage: str, rules: Mapping[str, Sequence[TagRule]]) -> Iterator[Any]:
    """Yield the objects that carry a key that some role asks for, and entrances."""
    import osmium
    from osmium import filter as only

    keys = sorted(frozenset().union(*(_keys(rules, shape) for shape in (POINT, LINE, AREA))))
    every = osmium.FileProcessor(path).with_locations(storage)
    if outlines := sorted(_keys(rules, AREA)):
        every = every.with_areas(only.KeyFilter(*outlines))
        keys.append("entrance")
    yield from every.with_filter(only.KeyFilter(*keys))


def _told(thing: Any) -> dict[str, str]:
    """Return the tags of an object; words that many objects share are kept once."""
    return {sys.intern(tag.k): sys.intern(tag.v) for tag in thing.tags}


def _keys(rules: Mapping[str, Sequence[TagRule]], shape: str) -> frozenset[str]:
    return frozenset(rule.key for every in rules.values() for rule in every if shape in rule.shapes)


def _box(store: Path) -> Any:
    """Return the box of all node positions that the node store holds."""
    records = np.fromfile(store, dtype=NODE_RECORD)
    there = records[(records["id"] != 0) & (np.abs(records["lat"]) <= 90 * STEPS_PER_DEGREE)]
    if not len(there):
        return None
    lon, lat = there["lon"] / STEPS_PER_DEGREE, there["lat"] / STEPS_PER_DEGREE
    return shapely.box(lon.min(), lat.min(), lon.max(), lat.max())
