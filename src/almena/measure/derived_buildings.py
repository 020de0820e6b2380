"""Buildings on the walk network: what is counted where nobody has counted the people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from almena.geo.crs import Coordinates
from almena.geo.network import Snapped, WalkNetwork, reached, snap
from almena.geo.points import inside
from almena.measure.common import in_metres, lists
from almena.measure.dates import oldest
from almena.measure.derived_events import alone
from almena.measure.derived_people import Floats, merged_origins
from almena.measure.registry import derived
from almena.model.data import Layer, RoleData
from almena.model.place import Places
from almena.packs import read_table

DWELLING, OUTBUILDING = "dwelling", "outbuilding"


@dataclass(frozen=True, kw_only=True)
class BuildingWalk(RoleData):
    """
    Buildings in the covered area with where their walks start.

    Parameters
    ----------
    network : WalkNetwork
        The network.
    xy : ndarray of float, shape (n, 2)
        A point inside each building, in metres.
    dwelling : ndarray of bool, shape (n,)
        Whether the map calls it a dwelling; many buildings are not told apart.
    start : Snapped
        Where on the network its people start.
    """

    role: str = "building_walk"
    network: WalkNetwork
    xy: Coordinates
    dwelling: NDArray[np.bool_]
    start: Snapped

    def to(self, destinations: Coordinates | Snapped, limit: float) -> Floats:
        """Return metres from each building to the nearest destination; infinite beyond the limit."""
        at = destinations if isinstance(destinations, Snapped) else snap(self.network, destinations)
        return reached(self.network, at, self.start, limit)


@derived(version="1")
def building_walk(buildings: Layer, walk_network: WalkNetwork, *, places: Places) -> BuildingWalk:
    """
    Put the buildings of the covered area on the walk network; garages, sheds and the like are left out.

    Parameters
    ----------
    buildings : Layer
        Outlines or points of buildings; ``building`` says what they are.
    walk_network : WalkNetwork
        The network.
    places : Places
        The city.

    Returns
    -------
    BuildingWalk
        Buildings farther than 200 m from any mapped street are in it and reach nothing.
    """
    kinds = lists(buildings, "building")
    xy = in_metres(buildings, places)
    counts = ~np.isin(kinds, _called(OUTBUILDING)) & (inside(xy, alone(walk_network.covered)) >= 0)
    xy, kinds = xy[counts], kinds[counts]
    return BuildingWalk(
        network=walk_network,
        xy=xy,
        dwelling=np.isin(kinds, _called(DWELLING)),
        start=snap(walk_network, xy),
        origins=merged_origins(buildings, walk_network),
        date=oldest([buildings.date, walk_network.date]),
        notes=(f"{int((~counts).sum())} garages, sheds and buildings outside the covered area are left out",),
    )


@cache
def _called(kind: str) -> tuple[str, ...]:
    return tuple(row["building"] for row in read_table("building_kinds.csv") if row["kind"] == kind)
