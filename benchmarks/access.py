"""Who can walk to a stop: one run from a virtual source, against networkx and the habits of osmnx users."""

from __future__ import annotations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from almena.geo.network import Snapped, WalkNetwork, reached
from benchmarks.measure import compare, timed
from benchmarks.real_data import City

LIMIT = 500.0
A_FEW = 200


def run(city: City) -> None:
    """Compare walks of 500 m from all homes to the nearest of all stops, and of a few stops one by one."""
    network, homes, stops = city.network, city.homes, city.stops
    graph = as_graph(network)
    ours = timed("almena.geo.network.reached", lambda: reached(network, stops, homes, LIMIT))
    fair = timed("networkx, one multi-source Dijkstra, ends of edges added by hand",
                 lambda: all_at_once(graph, network, stops, homes), repeats=1)  # fmt: skip
    title = (
        f"Walk of {LIMIT:.0f} m from {len(homes):,} cells to {len(stops):,} stops, {len(network.xy):,} nodes"
    )
    compare(title, ours, [fair], same_metres)

    few = stops.take(np.arange(0, len(stops), max(1, len(stops) // A_FEW))[:A_FEW])
    ours_few = timed("almena.geo.network.reached", lambda: reached(network, few, homes, LIMIT))
    habits = [
        timed("networkx, one Dijkstra per stop", lambda: one_by_one(graph, network, few, homes), repeats=1),
        timed("networkx.ego_graph per stop, as in the osmnx examples",
              lambda: by_ego_graph(graph, network, few, homes), repeats=1),
    ]  # fmt: skip
    compare(f"The same for {len(few)} of the stops, as it is usually written", ours_few, habits, same_metres)


def as_graph(network: WalkNetwork) -> nx.Graph:
    """Return the same nodes and edges as a networkx graph, as osmnx would hold them."""
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        zip(network.u.tolist(), network.v.tolist(), network.length.tolist(), strict=True)
    )
    return graph


def all_at_once(graph: nx.Graph, network: WalkNetwork, stops: Snapped, homes: Snapped) -> NDArray[np.float64]:
    """Add one node with an edge to both ends of every stop's edge and ask for a single run."""
    graph.add_node("all")
    for u, v, near, far in _ends(network, stops):
        for node, metres in ((u, near), (v, far)):
            known = graph.get_edge_data("all", node, {"weight": np.inf})["weight"]
            graph.add_edge("all", node, weight=min(known, metres))
    ways = nx.single_source_dijkstra_path_length(graph, "all", cutoff=LIMIT)
    graph.remove_node("all")
    ways.pop("all")
    return _at_homes(network, homes, ways, stops)


def one_by_one(graph: nx.Graph, network: WalkNetwork, stops: Snapped, homes: Snapped) -> NDArray[np.float64]:
    """Run once for each stop and keep the nearest."""
    nearest: dict[int, float] = {}
    for u, v, near, far in _ends(network, stops):
        for node, metres in ((u, near), (v, far)):
            if metres <= LIMIT:
                ways = nx.single_source_dijkstra_path_length(graph, node, cutoff=LIMIT - metres)
                _keep_nearest(nearest, ways, metres)
    return _at_homes(network, homes, nearest, stops)


def by_ego_graph(
    graph: nx.Graph, network: WalkNetwork, stops: Snapped, homes: Snapped
) -> NDArray[np.float64]:
    """Cut out the graph around each stop, then measure inside it."""
    nearest: dict[int, float] = {}
    for u, v, near, far in _ends(network, stops):
        for node, metres in ((u, near), (v, far)):
            if metres <= LIMIT:
                around = nx.ego_graph(graph, node, radius=LIMIT - metres, distance="weight")
                _keep_nearest(nearest, nx.single_source_dijkstra_path_length(around, node), metres)
    return _at_homes(network, homes, nearest, stops)


def same_metres(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> str:
    """Tell whether both reach the same homes over the same metres."""
    same_homes = np.array_equal(np.isfinite(ours), np.isfinite(theirs))
    both = np.isfinite(ours) & np.isfinite(theirs)
    apart = float(np.abs(ours[both] - theirs[both]).max())
    return f"same homes: {same_homes}; largest difference {apart:.1e} m"


def _keep_nearest(nearest: dict[int, float], ways: dict[int, float], metres: float) -> None:
    for node, way in ways.items():
        nearest[node] = min(nearest.get(node, np.inf), way + metres)


def _ends(network: WalkNetwork, stops: Snapped) -> zip[tuple[int, int, float, float]]:
    far = network.length[stops.edge] - stops.offset
    u, v = network.u[stops.edge], network.v[stops.edge]
    return zip(u.tolist(), v.tolist(), stops.offset.tolist(), far.tolist(), strict=True)


def _at_homes(
    network: WalkNetwork, homes: Snapped, ways: dict[int, float], stops: Snapped
) -> NDArray[np.float64]:
    """Walk from the nodes to the homes, and straight along the edge where a stop lies on it."""
    on_edge: dict[int, list[float]] = {}
    for edge, offset in zip(stops.edge.tolist(), stops.offset.tolist(), strict=True):
        on_edge.setdefault(edge, []).append(offset)
    found = np.full(len(homes), np.inf)
    for i, (u, v, near, far) in enumerate(_ends(network, homes)):
        straight = min((abs(o - near) for o in on_edge.get(int(homes.edge[i]), [])), default=np.inf)
        found[i] = min(ways.get(u, np.inf) + near, ways.get(v, np.inf) + far, straight)
    found[found > LIMIT] = np.inf
    return found
