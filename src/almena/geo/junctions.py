"""Street junctions: nodes where three or more streets meet, merged where they form one crossing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from almena.geo.crs import Coordinates
from almena.geo.network import WalkNetwork

MERGE_DISTANCE = 24.0  # metres; 12 m buffers that touch, indicators.md "Junction"


def street_counts(network: WalkNetwork) -> NDArray[np.int64]:
    """
    Count the streets that meet at each node of the network, before any clipping.

    Parameters
    ----------
    network : WalkNetwork
        The network; two nodes are joined by at most one edge, so that a street mapped twice counts once.

    Returns
    -------
    ndarray of int, shape (n_nodes,)
        1 at a dead end, 2 along a street, 3 and more at a junction.
    """
    ends = np.concatenate([network.u, network.v])
    return np.bincount(ends, minlength=len(network.xy))


def consolidate(xy: Coordinates, distance: float = MERGE_DISTANCE) -> tuple[Coordinates, NDArray[np.int64]]:
    """
    Merge points that lie near each other, directly or through others, into their mean.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
        Positions in metres.
    distance : float
        Largest distance in metres between two points that belong together, itself included.

    Returns
    -------
    points : ndarray of float, shape (m, 2)
        One position for each group.
    labels : ndarray of int, shape (n,)
        Group of each point.
    """
    if not len(xy):
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    pairs = cKDTree(xy).query_pairs(distance, output_type="ndarray")
    links = coo_matrix(
        (np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy))
    )
    groups, labels = connected_components(links, directed=False)
    size = np.bincount(labels, minlength=groups)
    sums = [np.bincount(labels, xy[:, axis], groups) for axis in (0, 1)]
    return np.column_stack(sums) / size[:, None], labels.astype(np.int64)


def junction_points(network: WalkNetwork, distance: float = MERGE_DISTANCE) -> Coordinates:
    """
    Return the junctions of a network, each crossing once.

    Parameters
    ----------
    network : WalkNetwork
        The network.
    distance : float
        Merging distance in metres; 24 in indicators.md.

    Returns
    -------
    ndarray of float, shape (m, 2)
        Positions in the network's coordinate system, not clipped.
    """
    points, _ = consolidate(network.xy[street_counts(network) >= 3], distance)
    return points


def dead_ends(network: WalkNetwork) -> Coordinates:
    """Return the nodes of a network at which a street ends, shape (m, 2), not clipped."""
    ends: Coordinates = network.xy[street_counts(network) == 1]
    return ends
