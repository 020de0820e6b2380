"""From streets on a map to the network that people may walk on."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from almena.geo.crs import Coordinates, reproject
from almena.geo.network import Floats, Indexes, WalkNetwork
from almena.model.data import Layer
from almena.model.problem import AlmenaError, InputError

# indicators.md "Walk network"
NOT_FOR_WALKING = frozenset(
    {
        *("motorway", "motorway_link", "trunk", "trunk_link"),
        *("construction", "proposed", "raceway", "platform"),
    }
)
SAME_PLACE = 0.1  # metres; ends of lines without node ids that are nearer than this are one node
COVER_STEPS = 50  # points along each side of the covered area, so that it keeps its shape in another system


def walkable(streets: Layer, not_for_walking: frozenset[str] = NOT_FOR_WALKING) -> NDArray[np.bool_]:
    """
    Tell which streets people may walk on.

    Parameters
    ----------
    streets : Layer
        Streets with ``highway`` and, where known, ``foot`` and ``access``.
    not_for_walking : frozenset of str
        Values of ``highway`` that are left out.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where ``highway`` is given and not left out, ``foot`` is not "no" and ``access`` not "private".
    """
    highway = _text(streets, "highway")
    allowed = (highway != "") & ~np.isin(highway, sorted(not_for_walking))
    open_to_all = (_text(streets, "foot") != "no") & (_text(streets, "access") != "private")
    return np.asarray(allowed & open_to_all, dtype=np.bool_)


def build_network(streets: Layer, crs: str, boundary: Any) -> WalkNetwork:
    """
    Build the walk network of a city.

    Lines that carry the ids of their nodes are joined by id, as on the map: a bridge does not meet the street
    below it. Lines without ids are joined where their coordinates agree to a tenth of a metre, and join lines with
    ids where they meet one of their nodes.

    Parameters
    ----------
    streets : Layer
        Streets and paths; ``nodes`` holds for each line the ids of its points.
    crs : str
        Metric coordinate system of the network.
    boundary : shapely geometry
        The city, in ``crs``.

    Returns
    -------
    WalkNetwork
        The network of the whole extract, with the covered area cut by the boundary.

    Raises
    ------
    InputError
        When nothing can be walked on, or node ids do not match the points of their line.
    """
    chosen = streets.take(np.flatnonzero(walkable(streets)))
    lines, line_of = _simple_lines(chosen)
    points, line = shapely.get_coordinates(reproject(lines, streets.crs, crs), return_index=True)
    if not len(points):
        raise _nothing_to_walk_on(streets)
    node, xy = _nodes(chosen, line_of, points, line)
    u, v, length = _edges(node, line, xy)
    return WalkNetwork(
        crs=crs, xy=xy, u=u, v=v, length=length, covered=covered_area(with_extent(streets), crs, boundary),
        origins=streets.origins, date=streets.date, notes=streets.notes,
    )  # fmt: skip


def with_extent(streets: Layer) -> Layer:
    """
    Return streets that say what they cover: where the file does not, the bounding box of their points.

    Parameters
    ----------
    streets : Layer
        Streets; an extract says what it covers, a plain map of lines does not.

    Returns
    -------
    Layer
        The same streets. Streets beyond their own box are not known to be none.
    """
    if streets.covered is not None or not len(streets):
        return streets
    box = shapely.box(*shapely.total_bounds(streets.geometry))
    return streets.with_(covered=box) if shapely.area(box) > 0 else streets


def covered_area(layer: Layer, crs: str, boundary: Any) -> Any:
    """
    Return the part of the city that a layer speaks of.

    Parameters
    ----------
    layer : Layer
        A layer; without a covered area it claims the whole city.
    crs : str
        Coordinate system of ``boundary`` and of the result.
    boundary : shapely geometry
        The city.

    Returns
    -------
    shapely geometry
        Covered area inside the boundary.
    """
    if layer.covered is None:
        return boundary
    west, south, east, north = shapely.bounds(layer.covered)
    step = max(east - west, north - south) / COVER_STEPS
    dense = shapely.segmentize(layer.covered, step) if step > 0 else layer.covered
    return shapely.intersection(reproject(dense, layer.crs, crs), boundary)


def _simple_lines(streets: Layer) -> tuple[Any, Indexes]:
    """Return all lines of a layer, multi-part ones taken apart, with the feature of each."""
    pieces, feature = shapely.get_parts(streets.geometry, return_index=True)
    linear = np.isin(shapely.get_type_id(pieces), (1, 2))
    return pieces[linear], feature[linear]


def _nodes(
    streets: Layer, feature: Indexes, points: Coordinates, line: Indexes
) -> tuple[Indexes, Coordinates]:
    """Return the node of each point of each line, and the position of each node."""
    ids, has_id = _ids(streets, feature, line)
    node = np.empty(len(points), dtype=np.int64)
    _, first, by_id = np.unique(ids[has_id], return_index=True, return_inverse=True)
    node[has_id], xy = by_id.reshape(-1), points[has_id][first]
    if has_id.all():
        return node, xy
    is_end = np.diff(line, prepend=-1).astype(bool) | np.diff(line, append=-1).astype(bool)
    node[~has_id], xy = _placed(points[~has_id], is_end[~has_id], xy)
    return node, xy


def _ids(streets: Layer, feature: Indexes, line: Indexes) -> tuple[Indexes, NDArray[np.bool_]]:
    """Return the id of each point, and whether it has one: streets put together from two files may in part."""
    wanted = np.bincount(line, minlength=len(feature))
    given = streets.fields.get("nodes")
    held = [_whole_numbers(None if given is None else given[index]) for index in feature]
    has = np.array([len(ids) > 0 for ids in held], dtype=np.bool_)
    wrong = np.flatnonzero(has & (np.array([len(ids) for ids in held]) != wanted))
    if len(wrong):
        name = streets.ids[feature[wrong[0]]] if len(streets.ids) else f"line {feature[wrong[0]] + 1}"
        raise InputError.of(
            f"{len(wrong)} streets have another number of node ids than of points",
            f"role {streets.role}, for example {name}",
            "the field nodes must hold one id for each point of a line",
            "Read the streets again from the original extract, or leave the field nodes out.",
        )
    filled = [
        ids if known else np.zeros(n, np.int64) for ids, known, n in zip(held, has, wanted, strict=True)
    ]
    return np.concatenate([*filled, np.empty(0, np.int64)]), np.repeat(has, wanted)


def _whole_numbers(ids: Any) -> Indexes:
    return np.asarray([] if ids is None or isinstance(ids, str) else ids, dtype=np.int64)


def _placed(
    points: Coordinates, is_end: NDArray[np.bool_], known: Coordinates
) -> tuple[Indexes, Coordinates]:
    """
    Return the node of each point by its place, after the nodes already known, and all positions.

    Points of one cell of the size of the tolerance are one node, and so are the end of a line and what lies within
    the tolerance of it in the next cell. Other points are not, or a line drawn in tiny steps would shrink to a dot.
    """
    cells = np.round(points / SAME_PLACE).astype(np.int64)
    _, first, cell = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    spots, cell = points[first], cell.reshape(-1)
    near = cKDTree(spots).query_pairs(SAME_PLACE, output_type="ndarray")
    near = near[(np.bincount(cell, is_end, len(spots)) > 0)[near].any(axis=1)]
    links = coo_matrix((np.ones(len(near), np.int8), (near[:, 0], near[:, 1])), shape=(len(spots),) * 2)
    _, kept, group = np.unique(
        connected_components(links, directed=False)[1], return_index=True, return_inverse=True
    )
    node, xy = _met(spots[kept], known)
    return node[group.reshape(-1)][cell], xy


def _met(places: Coordinates, known: Coordinates) -> tuple[Indexes, Coordinates]:
    """Return the known node that each place lies on, or a new one, and all positions."""
    if not len(known):
        return np.arange(len(places)), places
    distance, nearest = cKDTree(known).query(places, distance_upper_bound=SAME_PLACE)
    new = ~np.isfinite(distance)
    node = np.where(new, len(known) + np.cumsum(new) - 1, nearest)
    return node.astype(np.int64), np.concatenate([known, places[new]])


def _edges(node: Indexes, line: Indexes, xy: Coordinates) -> tuple[Indexes, Indexes, Floats]:
    """Join consecutive points of each line; two nodes are joined once, and none with itself."""
    same_line = line[1:] == line[:-1]
    start, end = node[:-1][same_line], node[1:][same_line]
    pairs = np.column_stack([np.minimum(start, end), np.maximum(start, end)])
    u, v = np.unique(pairs[start != end], axis=0).T
    return u.astype(np.int64), v.astype(np.int64), np.hypot(*(xy[v] - xy[u]).T)


def _text(layer: Layer, name: str) -> NDArray[np.str_]:
    values = layer.fields.get(name)
    if values is None:
        return np.full(len(layer), "", dtype=np.str_)
    return np.array(
        [str(value).strip().lower() if value is not None else "" for value in values], dtype=np.str_
    )


def _nothing_to_walk_on(streets: Layer) -> AlmenaError:
    return InputError.of(
        "No street can be walked on",
        f"role {streets.role}, {len(streets)} features",
        "none has a class in the field highway that people may walk on",
        "Check in the kit which column holds the class of the street, and map its values to highway classes.",
    )
