"""How much lies within a walk: jobs, places or anything else that adds up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from scipy.sparse.csgraph import dijkstra

from almena.geo.network import Floats, Indexes, Snapped, WalkNetwork

NUMBERS_AT_ONCE = 20_000_000
"""Distances that are held together, 160 MB of them: so many sources are followed at once as that allows."""


def weight_within(
    network: WalkNetwork, sources: Snapped, weight: Floats, targets: Snapped, limits: tuple[float, ...]
) -> Floats:
    """
    Add up, for each target, the weight of all sources within a walk along the network.

    The city is worked on in tiles, each with the part of the network that its sources can reach, so that time and
    memory grow with the city and not with its square.

    Parameters
    ----------
    network : WalkNetwork
        The network.
    sources, targets : Snapped
        Positions on it; those that are not on it reach nothing.
    weight : ndarray of float, shape (n_sources,)
        What each source counts.
    limits : tuple of float
        Metres; several are answered with one search.

    Returns
    -------
    ndarray of float, shape (n_limits, n_targets)
        Sums in the unit of ``weight``.
    """
    total = np.zeros((len(limits), len(targets)))
    here = np.flatnonzero(targets.found)
    useful = np.flatnonzero(sources.found & (np.asarray(weight) > 0))
    farthest = max(limits)
    for tile in _tiles(network.xy[network.u[sources.edge[useful]]], farthest):
        near = _around(network, sources.take(useful[tile]), farthest)
        local, ends = _cut_out(network, near)
        at_hand = here[
            (ends[network.u[targets.edge[here]]] >= 0) | (ends[network.v[targets.edge[here]]] >= 0)
        ]
        step = max(1, NUMBERS_AT_ONCE // (len(near) + len(at_hand)))
        for start in range(0, len(tile), step):
            some = useful[tile[start : start + step]]
            walk = _walks(network, local, ends, sources.take(some), targets.take(at_hand), farthest)
            for row, limit in enumerate(limits):
                total[row, at_hand] += weight[some] @ (walk <= limit)
    return total


def _tiles(xy: Floats, limit: float) -> Iterator[Indexes]:
    """Yield the indexes of points by square tile, twice as wide as the limit."""
    if not len(xy):
        return
    cell = np.floor(xy / max(2 * limit, 1.0)).astype(np.int64)
    _, tile = np.unique(cell, axis=0, return_inverse=True)
    for number in range(int(tile.max()) + 1):
        yield np.flatnonzero(tile.reshape(-1) == number)


def _around(network: WalkNetwork, sources: Snapped, limit: float) -> Indexes:
    """Return the nodes that may lie within the limit of some sources: a straight line is never the longer way."""
    ends = network.xy[np.concatenate([network.u[sources.edge], network.v[sources.edge]])]
    low, high = ends.min(axis=0) - limit, ends.max(axis=0) + limit
    return np.flatnonzero(((network.xy >= low) & (network.xy <= high)).all(axis=1))


def _cut_out(network: WalkNetwork, near: Indexes) -> tuple[csr_matrix, Indexes]:
    """Return the network of some nodes, and the number of every node in it, -1 for those left out."""
    number = np.full(len(network.xy), -1, dtype=np.int64)
    number[near] = np.arange(len(near))
    return csr_matrix(network.matrix[near][:, near]), number


def _walks(
    network: WalkNetwork, local: csr_matrix, number: Indexes, sources: Snapped, targets: Snapped, limit: float
) -> Floats:
    """Return the walk from each source to each target in metres, shape (sources, targets)."""
    size, count = local.shape[0], len(sources)
    graph = _with_sources(local, number, network, sources)
    at_node = dijkstra(graph, indices=size + np.arange(count), limit=limit)
    # the last column, that of a source which no way leads to, stands for the nodes left out
    at_node[:, -1] = np.inf
    walk: Floats = np.take(at_node, number[network.u[targets.edge]], axis=1)
    walk += targets.offset
    over_v = np.take(at_node, number[network.v[targets.edge]], axis=1)
    over_v += network.length[targets.edge]
    over_v -= targets.offset
    np.minimum(walk, over_v, out=walk)
    source, target = _on_one_edge(sources.edge, targets.edge)
    straight = np.abs(sources.offset[source] - targets.offset[target])
    walk[source, target] = np.minimum(walk[source, target], straight)
    return walk


def _on_one_edge(first: Indexes, second: Indexes) -> tuple[Indexes, Indexes]:
    """Return all pairs of positions in two lists that hold the same edge; few of all pairs are."""
    order = np.argsort(second, kind="stable")
    begins = np.searchsorted(second[order], first, "left")
    many = np.searchsorted(second[order], first, "right") - begins
    owner = np.repeat(np.arange(len(first)), many)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many)
    return owner, order[begins[owner] + step]


def _with_sources(local: csr_matrix, number: Indexes, network: WalkNetwork, sources: Snapped) -> csr_matrix:
    """Return the network with a node for each source, from which one can only leave."""
    count, size = len(sources), local.shape[0]
    rows = np.tile(np.arange(count), 2)
    columns = number[np.concatenate([network.u[sources.edge], network.v[sources.edge]])]
    metres = np.concatenate([sources.offset, network.length[sources.edge] - sources.offset])
    # an explicit zero is taken as a way of length 0: a source may lie on a node
    ways = csr_matrix((np.maximum(metres, 0.0), (rows, columns)), shape=(count, size))
    above = hstack([local, csr_matrix((size, count))])
    return csr_matrix(vstack([above, hstack([ways, csr_matrix((count, count))])]))
