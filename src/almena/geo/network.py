"""The network that people walk on, and what lies within a walk along it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from almena.geo.crs import Coordinates, Geometries
from almena.geo.polygons import polygonal
from almena.model.data import RoleData

Indexes = NDArray[np.int64]
Floats = NDArray[np.float64]

SNAP_LIMIT = 200.0  # metres from a cell or facility to the network, indicators.md "Walk network"
ENTRY_LIMIT = (
    30.0  # metres from the edge of an open space to the network, indicators.md "Schools … open space"
)
ENTRY_SPACING = 15.0  # metres between the points of an edge that are tried; half of the entry limit


@dataclass(frozen=True, kw_only=True)
class WalkNetwork(RoleData):
    """
    Streets and paths as straight segments between consecutive nodes, walked in both directions.

    Parameters
    ----------
    crs : str
        Metric coordinate system of everything in it.
    xy : ndarray of float, shape (n_nodes, 2)
        Nodes.
    u, v : ndarray of int, shape (n_edges,)
        Nodes at the two ends of each edge, u < v; no pair occurs twice.
    length : ndarray of float, shape (n_edges,)
        Metres.
    covered : shapely geometry
        The area that the network's source speaks of, inside the boundary.
    """

    role: str = "walk_network"
    crs: str
    xy: Coordinates
    u: Indexes
    v: Indexes
    length: Floats
    covered: Any

    @cached_property
    def matrix(self) -> csr_matrix:
        """Return the lengths as a symmetric sparse matrix, shape (n_nodes, n_nodes)."""
        rows, columns = np.concatenate([self.u, self.v]), np.concatenate([self.v, self.u])
        size = len(self.xy)
        return csr_matrix((np.tile(self.length, 2), (rows, columns)), shape=(size, size))

    @cached_property
    def component(self) -> Indexes:
        """Return for each node the number of the connected part that it belongs to."""
        labels = connected_components(self.matrix, directed=False)[1]
        return np.asarray(labels, dtype=np.int64)

    @property
    def components(self) -> int:
        """Return the number of connected parts."""
        return int(self.component.max()) + 1 if len(self.xy) else 0

    @cached_property
    def segments(self) -> Geometries:
        """Return the edges as lines, shape (n_edges,)."""
        lines: Geometries = shapely.linestrings(np.stack([self.xy[self.u], self.xy[self.v]], axis=1))
        return lines

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Return the search tree over the edges."""
        return shapely.STRtree(self.segments)


@dataclass(frozen=True)
class Snapped:
    """
    Positions on the network.

    Parameters
    ----------
    edge : ndarray of int, shape (n,)
        Edge of each point; -1 where the network is too far away.
    offset : ndarray of float, shape (n,)
        Metres along the edge from its node u.
    distance : ndarray of float, shape (n,)
        Metres from the point to the network; infinite where it is too far away.
    """

    edge: Indexes
    offset: Floats
    distance: Floats

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def found(self) -> NDArray[np.bool_]:
        """Tell which points have a position on the network."""
        return self.edge >= 0

    def take(self, which: NDArray[Any]) -> Snapped:
        """Return the positions that a mask or index names."""
        return Snapped(self.edge[which], self.offset[which], self.distance[which])


def snap(network: WalkNetwork, xy: Coordinates, limit: float = SNAP_LIMIT) -> Snapped:
    """
    Find for each point the nearest point of the nearest edge.

    Parameters
    ----------
    network : WalkNetwork
        The network.
    xy : ndarray of float, shape (n, 2)
        Points in the network's coordinate system.
    limit : float
        Largest distance to the network in metres; 200 in indicators.md.

    Returns
    -------
    Snapped
        Positions; of equally near edges the first is taken.
    """
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    edge = np.full(len(xy), -1, dtype=np.int64)
    known = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if len(network.u) and len(known):
        point, nearest = network.tree.query_nearest(shapely.points(xy[known]), max_distance=limit)
        order = np.argsort(nearest, kind="stable")[::-1]  # the first of equal edges is written last and stays
        edge[known[point[order]]] = nearest[order]
    return _project(network, xy, edge)


def reached(network: WalkNetwork, sources: Snapped, targets: Snapped, limit: float) -> Floats:
    """
    Measure the walk from each target to the nearest source along the network.

    The way from a point to the network is not part of the walk. Both directions of every edge may be walked, so
    that the walk to and from is the same.

    Parameters
    ----------
    network : WalkNetwork
        The network.
    sources, targets : Snapped
        Positions on it; those that are not on it reach nothing.
    limit : float
        Metres beyond which a walk is not followed.

    Returns
    -------
    ndarray of float, shape (n_targets,)
        Metres; infinite where no source lies within the limit.
    """
    at_node = distance_from(network, sources, limit)
    walk = np.full(len(targets), np.inf)
    here = np.flatnonzero(targets.found)
    edge, offset = targets.edge[here], targets.offset[here]
    over_u = at_node[network.u[edge]] + offset
    over_v = at_node[network.v[edge]] + network.length[edge] - offset
    walk[here] = np.minimum(np.minimum(over_u, over_v), _along_edge(sources, edge, offset))
    walk[walk > limit] = np.inf
    return walk


def distance_from(network: WalkNetwork, sources: Snapped, limit: float) -> Floats:
    """
    Measure the walk from the nearest source to every node.

    One run of Dijkstra's algorithm starts at an added node that leads to both ends of every source's edge; a
    source that lies on a node is an explicit zero in the sparse matrix, which scipy takes as a way of length 0.

    Parameters
    ----------
    network : WalkNetwork
        The network.
    sources : Snapped
        Positions to start from.
    limit : float
        Metres beyond which the walk is not followed.

    Returns
    -------
    ndarray of float, shape (n_nodes,)
        Metres; infinite beyond the limit.
    """
    on = sources.take(sources.found)
    size = len(network.xy)
    if not len(on):
        return np.full(size, np.inf)
    nodes, first_steps = _first_steps(network, on)
    base = network.matrix
    graph = csr_matrix(
        (
            np.concatenate([base.data, first_steps]),
            np.concatenate([base.indices, nodes]),
            np.append(base.indptr, base.indptr[-1] + len(nodes)),
        ),
        shape=(size + 1, size + 1),
    )
    walk = dijkstra(graph, directed=True, indices=size, limit=limit)[:size]
    return np.asarray(walk, dtype=float)


def open_space_entries(
    network: WalkNetwork, spaces: Geometries, within: float = ENTRY_LIMIT, spacing: float = ENTRY_SPACING
) -> tuple[Snapped, Indexes]:
    """
    Find where people step from the network into open spaces.

    Parameters
    ----------
    network : WalkNetwork
        The network.
    spaces : ndarray of object, shape (n,)
        Polygons, entered anywhere along their edge, lines likewise, and points, entered where they are.
    within : float
        Largest distance in metres from the edge of the space to the network; 30 in indicators.md.
    spacing : float
        Metres between the points of the edge that are tried.

    Returns
    -------
    entries : Snapped
        Positions on the network.
    space : ndarray of int
        The open space that each entry leads to.
    """
    edges = np.asarray(spaces, dtype=object).copy()
    flat = shapely.get_dimensions(edges) == 2
    edges[flat] = shapely.boundary(polygonal(edges[flat]))
    edges = shapely.segmentize(edges, spacing)
    xy, space = shapely.get_coordinates(edges, return_index=True)
    at = snap(network, xy, within)
    return at.take(at.found), space[at.found]


def _project(network: WalkNetwork, xy: Coordinates, edge: Indexes) -> Snapped:
    offset, distance = np.zeros(len(xy)), np.full(len(xy), np.inf)
    on = np.flatnonzero(edge >= 0)
    start, along = (
        network.xy[network.u[edge[on]]],
        network.xy[network.v[edge[on]]] - network.xy[network.u[edge[on]]],
    )
    length = np.hypot(*along.T)
    # an edge of no length has no direction: everything snaps to its start
    unit = along / np.where(length > 0, length, 1.0)[:, None]
    offset[on] = np.clip(((xy[on] - start) * unit).sum(axis=1), 0.0, length)
    distance[on] = np.hypot(*(xy[on] - start - unit * offset[on, None]).T)
    return Snapped(edge, offset, distance)


def _first_steps(network: WalkNetwork, on: Snapped) -> tuple[Indexes, Floats]:
    """Return the nodes next to the sources with the shortest way to each."""
    ends = np.concatenate([network.u[on.edge], network.v[on.edge]])
    steps = np.concatenate([on.offset, network.length[on.edge] - on.offset])
    nearest = np.full(len(network.xy), np.inf)
    np.minimum.at(nearest, ends, steps)
    nodes = np.unique(ends)
    return nodes, np.maximum(nearest[nodes], 0.0)


def _along_edge(sources: Snapped, edge: Indexes, offset: Floats) -> Floats:
    """Return the way to the nearest source on the same edge, infinite where there is none."""
    on = sources.take(sources.found)
    if not len(on):
        return np.full(len(edge), np.inf)
    way = np.full(len(edge), np.inf)
    has_source = np.zeros(int(max(on.edge.max(), edge.max(initial=0))) + 1, dtype=np.bool_)
    has_source[on.edge] = True
    here = np.flatnonzero(has_source[edge])  # few: most edges have no source
    edge, offset = edge[here], offset[here]
    order = np.lexsort((on.offset, on.edge))
    source_edge, source_offset = on.edge[order], on.offset[order]
    place = _place_in(source_edge, source_offset, edge, offset)
    for neighbour in (place - 1, place):
        index = np.clip(neighbour, 0, len(on) - 1)
        same = source_edge[index] == edge
        way[here[same]] = np.minimum(way[here[same]], np.abs(source_offset[index] - offset)[same])
    return way


def _place_in(edges: Indexes, offsets: Floats, edge: Indexes, offset: Floats) -> Indexes:
    """Return where (edge, offset) would be inserted in a list sorted by edge, then offset."""
    both_edges, both_offsets = np.concatenate([edges, edge]), np.concatenate([offsets, offset])
    is_query = np.repeat([False, True], [len(edges), len(edge)])
    order = np.lexsort((is_query, both_offsets, both_edges))
    listed_before = np.cumsum(~is_query[order])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = listed_before
    return place[len(edges) :]
