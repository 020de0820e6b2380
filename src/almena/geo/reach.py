"""How much lies within a walk: jobs, places or anything else that adds up."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from scipy.sparse.csgraph import dijkstra

from almena.geo.network import Floats, Indexes, Snapped, WalkNetwork

AT_ONCE = 128
"""Sources that are followed together, so that memory does not grow with their number."""


def weight_within(
    network: WalkNetwork, sources: Snapped, weight: Floats, targets: Snapped, limit: float
) -> Floats:
    """
    Add up, for each target, the weight of all sources within a walk along the network.

    Parameters
    ----------
    network : WalkNetwork
        The network.
    sources, targets : Snapped
        Positions on it; those that are not on it reach nothing.
    weight : ndarray of float, shape (n_sources,)
        What each source counts.
    limit : float
        Metres.

    Returns
    -------
    ndarray of float, shape (n_targets,)
        Sums in the unit of ``weight``.
    """
    total = np.zeros(len(targets))
    here = np.flatnonzero(targets.found)
    useful = np.flatnonzero(sources.found & (np.asarray(weight) > 0))
    for start in range(0, len(useful), AT_ONCE):
        some = useful[start : start + AT_ONCE]
        near = _within(network, sources.take(some), targets.take(here), limit)
        total[here] += weight[some] @ near
    return total


def _within(network: WalkNetwork, sources: Snapped, targets: Snapped, limit: float) -> Floats:
    """Return 1 where the walk from a source to a target stays within the limit, shape (sources, targets)."""
    at_node = dijkstra(_with_sources(network, sources), indices=_added(network, sources), limit=limit)
    walk = np.minimum(
        at_node[:, network.u[targets.edge]] + targets.offset,
        at_node[:, network.v[targets.edge]] + network.length[targets.edge] - targets.offset,
    )
    same = sources.edge[:, None] == targets.edge
    straight = np.abs(sources.offset[:, None] - targets.offset)
    walk = np.where(same, np.minimum(walk, straight), walk)
    return np.asarray(walk <= limit, dtype=float)


def _added(network: WalkNetwork, sources: Snapped) -> Indexes:
    return len(network.xy) + np.arange(len(sources))


def _with_sources(network: WalkNetwork, sources: Snapped) -> csr_matrix:
    """Return the network with a node for each source, from which one can only leave."""
    count, size = len(sources), len(network.xy)
    rows = np.tile(np.arange(count), 2)
    columns = np.concatenate([network.u[sources.edge], network.v[sources.edge]])
    metres = np.concatenate([sources.offset, network.length[sources.edge] - sources.offset])
    # an explicit zero is taken as a way of length 0: a source may lie on a node
    ways = csr_matrix((np.maximum(metres, 0.0), (rows, columns)), shape=(count, size))
    above = hstack([network.matrix, csr_matrix((size, count))])
    return csr_matrix(vstack([above, hstack([ways, csr_matrix((count, count))])]))
