"""Streets as people use them: the walk network and its junctions."""

from __future__ import annotations

from dataclasses import dataclass

from almena.geo.crs import Coordinates
from almena.geo.junctions import MERGE_DISTANCE, junction_points
from almena.geo.network import WalkNetwork
from almena.geo.points import inside
from almena.geo.walkable import build_network
from almena.measure.derived_people import merged_origins, steps
from almena.measure.registry import derived
from almena.model.data import Layer, RoleData
from almena.model.place import Places


@dataclass(frozen=True, kw_only=True)
class Junctions(RoleData):
    """
    Street junctions in the covered area.

    Parameters
    ----------
    crs : str
        Metric coordinate system of ``xy``.
    xy : ndarray of float, shape (n, 2)
        One position for each crossing.
    """

    role: str = "junctions"
    crs: str
    xy: Coordinates


@derived(version="1")
def walk_network(streets: Layer, *, places: Places) -> WalkNetwork:
    """
    Build the network that people may walk on, in both directions.

    Parameters
    ----------
    streets : Layer
        Streets and paths with their class and access.
    places : Places
        The city; its coordinate system is the network's.

    Returns
    -------
    WalkNetwork
        The whole extract, with the covered area inside the boundary.
    """
    network = build_network(streets, places.crs, places.city)
    return network.with_(origins=steps(streets, "streets that can be walked on joined to a network"))


@derived(version="1")
def junctions(
    streets: Layer, walk_network: WalkNetwork, *, places: Places, merge_distance: float = MERGE_DISTANCE
) -> Junctions:
    """
    Find the street junctions of the covered area.

    Streets are counted at each node before anything is cut, so that the edge of the city makes no dead ends.

    Parameters
    ----------
    streets : Layer
        Where the network comes from.
    walk_network : WalkNetwork
        The network.
    places : Places
        The city.
    merge_distance : float
        Junctions this near to each other, in metres, are one; 24 in indicators.md.

    Returns
    -------
    Junctions
        Those inside the covered area.
    """
    xy = junction_points(walk_network, merge_distance)
    area = places.geometry[:1].copy()
    area[0] = walk_network.covered
    return Junctions(
        crs=walk_network.crs,
        xy=xy[inside(xy, area) >= 0],
        origins=merged_origins(streets, walk_network),
        date=walk_network.date,
        notes=walk_network.notes,
    )
