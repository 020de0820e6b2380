"""People on their way: everything that a walk to some destination needs, made once for all destinations."""

from __future__ import annotations

from dataclasses import dataclass

from almena.geo.crs import Coordinates
from almena.geo.network import Snapped, WalkNetwork
from almena.measure.dates import oldest
from almena.measure.derived_events import PeopleInside, cell_step
from almena.measure.derived_people import Floats, People, Walkers, walk_to
from almena.measure.registry import derived
from almena.model.data import Grid, RoleData
from almena.model.place import Places


@dataclass(frozen=True, kw_only=True)
class Walk(RoleData):
    """
    People, the network they walk on, and how large the cells are that they live in.

    Parameters
    ----------
    walkers : Walkers
        People in the covered area.
    network : WalkNetwork
        The network.
    cell : float
        Width of a population cell in metres.
    people : People
        People of the whole city.
    settlements : PeopleInside or None
        Those of them who live in informal settlements, when outlines are given.
    """

    role: str = "walk"
    walkers: Walkers
    network: WalkNetwork
    cell: float
    people: People
    settlements: PeopleInside | None

    def to(self, destinations: Coordinates | Snapped, limit: float) -> Floats:
        """Return metres from each cell to the nearest destination, followed half a cell beyond the limit."""
        return walk_to(self.walkers, self.network, destinations, limit + self.cell / 2)


@derived(version="1")
def walk(
    walkers: Walkers,
    walk_network: WalkNetwork,
    people: People,
    population_grid: Grid,
    settlement_people: PeopleInside | None = None,
    *,
    places: Places,
) -> Walk:
    """
    Bind people and network; the date is that of the older of the two.

    Parameters
    ----------
    walkers, people : Walkers, People
        People in the covered area, and of the whole city.
    walk_network : WalkNetwork
        The network.
    population_grid : Grid
        The raster that they come from.
    settlement_people : PeopleInside, optional
        To tell informal settlements from the rest.
    places : Places
        The city.
    """
    return Walk(
        walkers=walkers,
        network=walk_network,
        cell=cell_step(population_grid, places.crs),
        people=people,
        settlements=settlement_people,
        date=oldest([walkers.date, walk_network.date]),
    )
