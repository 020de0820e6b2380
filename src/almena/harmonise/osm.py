"""Reader `osm`: an OpenStreetMap extract in PBF form, read with the filters of libosmium."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.harmonise.casting import text_array
from almena.harmonise.columns import RawTable
from almena.harmonise.crs import DEGREES
from almena.harmonise.found import FoundFile
from almena.harmonise.layers import RawLayer, build_layer
from almena.harmonise.words import count, pack_rows
from almena.model.card import Role
from almena.model.data import Layer

READER_VERSION = "1"
MAKES = ("layer",)

NODES_FIELD = "nodes"
ANY_VALUE = "*"
NODE_RECORD = np.dtype([("id", "<i8"), ("lon", "<i4"), ("lat", "<i4")])
STEPS_PER_DEGREE = 1e7  # OpenStreetMap keeps coordinates as whole ten-millionths of a degree
DAMAGED = (RuntimeError, OSError, ValueError)


@dataclass(frozen=True)
class Wanted:
    """
    Which objects a role takes from OpenStreetMap.

    Parameters
    ----------
    tags : tuple of (str, tuple of str)
        Keys with the values taken; ``*`` for any value.
    shapes : frozenset of str
        ``point``, ``line`` and ``area``.
    """

    tags: tuple[tuple[str, tuple[str, ...]], ...]
    shapes: frozenset[str]


@dataclass
class Harvest:
    """
    What is gathered while the file streams by.

    Parameters
    ----------
    columns : tuple of str
        Tags that are kept.
    ids, shapes, tags, nodes : list
        One entry per object.
    broken : int
        Objects whose geometry cannot be built, mostly cut at the edge of the extract.
    """

    columns: tuple[str, ...]
    ids: list[str] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    tags: list[list[str | None]] = field(default_factory=list)
    nodes: list[NDArray[np.int64]] = field(default_factory=list)
    broken: int = 0


def read(found: FoundFile, role: Role) -> Layer:
    """
    Read the features of a role from a PBF file, by the table ``osm_tags.csv``.

    Parameters
    ----------
    found : FoundFile
        The extract. ``where`` in the kit may name any tag.
    role : Role
        A role of kind ``layer`` that has rows in the table. For a role with the field ``nodes`` (streets) each
        line carries the int64 ids of its nodes, one per coordinate.

    Returns
    -------
    Layer
        In EPSG:4326, ids as ``way/123``; ``covered`` is the box of all nodes of the extract, since the box in
        the header says what was asked for and not what is there.

    Raises
    ------
    InputError
        When the file is cut off or no PBF file, or the role has no tags.
    """
    wanted = _wanted(found, role)
    harvest = Harvest(_columns(found, role))
    with tempfile.TemporaryDirectory(prefix="almena-", ignore_cleanup_errors=True) as folder:
        store = Path(folder) / "nodes"
        try:
            _collect(str(found.path), f"sparse_file_array,{store}", wanted, harvest, _has_nodes(role))
        except DAMAGED as error:
            why = str(error).replace(str(found.path), found.name)
            raise found.refusal("The OpenStreetMap file cannot be read.", why, "Fetch it again.") from error
        covered = _box(store)
    _refuse_empty(harvest, wanted, found)
    return build_layer(_raw(harvest, covered), found, role)


def _wanted(found: FoundFile, role: Role) -> Wanted:
    rows = [r for r in pack_rows("osm_tags.csv") if r["role"] == role.id]
    if not rows:
        why = "No row of osm_tags.csv names it."
        raise found.refusal(
            f"The role {role.id} cannot be taken from OpenStreetMap.", why, "Use another reader."
        )
    tags = tuple((r["key"], tuple(r["values"].split("|"))) for r in rows)
    return Wanted(tags, frozenset(s for r in rows for s in r["shapes"].split("|")))


def _columns(found: FoundFile, role: Role) -> tuple[str, ...]:
    """Return the tags to keep: the role's own names, those that the kit names, and those it filters by."""
    own = [entry.partition(":")[0] for entry in (*role.required, *role.optional)]
    named = [part.strip() for ref in found.spec.fields.values() for part in str(ref).split("+")]
    names = dict.fromkeys([*own, *named, *found.spec.where, *([found.spec.key] if found.spec.key else [])])
    return tuple(n for n in names if n != NODES_FIELD)


def _has_nodes(role: Role) -> bool:
    return any(entry.partition(":")[0] == NODES_FIELD for entry in (*role.required, *role.optional))


def _collect(path: str, storage: str, wanted: Wanted, harvest: Harvest, with_nodes: bool) -> None:
    """Let the file stream by; everything that is not wanted stays on the C++ side."""
    import osmium

    shape = _shaper(wanted)
    for thing in _stream(path, storage, wanted):
        made = shape(thing)
        if made is None:
            continue
        label, build = made
        try:
            wkb = build(thing)
        except (RuntimeError, osmium.InvalidLocationError):
            harvest.broken += 1
            continue
        harvest.ids.append(label)
        harvest.shapes.append(wkb)
        tags = thing.tags
        harvest.tags.append([tags.get(c) for c in harvest.columns])
        if with_nodes:
            harvest.nodes.append(np.array([n.ref for n in thing.nodes], dtype=np.int64))


def _stream(path: str, storage: str, wanted: Wanted) -> Iterator[Any]:
    """Yield the objects that carry a wanted tag and may have a wanted shape."""
    import osmium
    from osmium import filter as only

    pairs = [(key, value) for key, values in wanted.tags for value in values if value != ANY_VALUE]
    keys = [key for key, values in wanted.tags if ANY_VALUE in values]
    tagged = only.KeyFilter(*keys) if keys and not pairs else only.TagFilter(*pairs)
    kinds = osmium.osm.NOTHING
    for shape, kind in (("point", osmium.osm.NODE), ("line", osmium.osm.WAY), ("area", osmium.osm.AREA)):
        kinds |= kind if shape in wanted.shapes else osmium.osm.NOTHING
    stream = osmium.FileProcessor(path).with_locations(storage)
    if "area" in wanted.shapes:
        stream = stream.with_areas(tagged)
    yield from stream.with_filter(only.EntityFilter(kinds)).with_filter(tagged)


def _shaper(wanted: Wanted) -> Callable[[Any], tuple[str, Callable[[Any], str]] | None]:
    """Return the function that names an object and says how its geometry is built; None to skip it."""
    import osmium

    factory = osmium.geom.WKBFactory()

    def line(way: Any) -> str:
        """Return the line of a way as WKB."""
        return str(factory.create_linestring(way, osmium.geom.use_nodes.ALL))  # one coordinate per node

    def shape(thing: Any) -> tuple[str, Callable[[Any], str]] | None:
        """Return id and maker of the geometry of a point or area."""
        if thing.is_node():
            return f"node/{thing.id}", factory.create_point
        if thing.is_way():
            is_ring = "area" in wanted.shapes and thing.is_closed()
            return None if is_ring else (f"way/{thing.id}", line)
        kind = "way" if thing.from_way() else "relation"
        return f"{kind}/{thing.orig_id()}", factory.create_multipolygon

    return shape


def _box(store: Path) -> Any:
    """Return the box of all node positions that the node store holds."""
    records = np.fromfile(store, dtype=NODE_RECORD)
    there = records[(records["id"] != 0) & (np.abs(records["lat"]) <= 90 * STEPS_PER_DEGREE)]
    if not len(there):
        return None
    lon, lat = there["lon"] / STEPS_PER_DEGREE, there["lat"] / STEPS_PER_DEGREE
    return shapely.box(lon.min(), lat.min(), lon.max(), lat.max())


def _refuse_empty(harvest: Harvest, wanted: Wanted, found: FoundFile) -> None:
    if harvest.ids:
        return
    tags = "; ".join(f"{key} = {', '.join(values)}" for key, values in wanted.tags)
    why = f"No object carries {tags}." if not harvest.broken else "No object has a whole geometry."
    raise found.refusal("The OpenStreetMap file holds nothing for this role.", why, "Use another extract.")


def _raw(harvest: Harvest, covered: Any) -> RawLayer:
    names = (*harvest.columns, *((NODES_FIELD,) if harvest.nodes else ()))
    cut = f"{count(harvest.broken, 'object')} without a whole geometry in the extract left out"

    def get(position: int) -> NDArray[Any]:
        """Return the values of one tag."""
        values = np.empty(len(harvest.ids), dtype=object)
        is_nodes = names[position] == NODES_FIELD
        values[:] = harvest.nodes if is_nodes else [row[position] for row in harvest.tags]
        return values

    return RawLayer(
        table=RawTable(
            names,
            len(harvest.ids),
            get,
            "",
            lambda _, row: harvest.ids[row],
            (cut,) if harvest.broken else (),
        ),
        geometry=np.asarray(shapely.from_wkb(harvest.shapes), dtype=object),
        ids=text_array(harvest.ids),
        crs=DEGREES,
        covered=covered,
    )
