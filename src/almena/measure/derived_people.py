"""Where people are, and which of them start a walk where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from almena.geo.crs import Coordinates
from almena.geo.network import SNAP_LIMIT, Snapped, WalkNetwork, reached, snap
from almena.geo.polygons import clip
from almena.geo.zonal import cell_fractions, centres_of
from almena.measure.registry import derived
from almena.model.data import Grid, RoleData
from almena.model.origin import Origin
from almena.model.place import Places

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class People(RoleData):
    """
    The populated cells of the city, and the fraction of each in each place.

    Parameters
    ----------
    crs : str
        Metric coordinate system of ``xy``.
    cell : ndarray of int, shape (n_cells,)
        Sorted indexes in the flattened population raster.
    xy : ndarray of float, shape (n_cells, 2)
        Centres of the cells.
    count : ndarray of float, shape (n_cells,)
        Persons in the whole cell.
    membership : sparse matrix of float, shape (n_places, n_cells)
        Fraction of each cell inside each place.
    """

    role: str = "people"
    crs: str
    cell: NDArray[np.int64]
    xy: Coordinates
    count: Floats
    membership: csr_matrix

    def sum(self, share: Floats | None = None) -> Floats:
        """
        Return the persons in each place.

        Parameters
        ----------
        share : ndarray of float, shape (n_cells,), optional
            Share of each cell's people to count; all when left out.
        """
        return np.asarray(self.membership @ (self.count if share is None else self.count * share))


@dataclass(frozen=True, kw_only=True)
class Walkers(RoleData):
    """
    The people in the covered area of the walk network, with where their walks start.

    Parameters
    ----------
    crs : str
        Metric coordinate system of ``xy``.
    cell : ndarray of int, shape (n_cells,)
        Sorted indexes in the flattened population raster.
    xy : ndarray of float, shape (n_cells, 2)
        Centres of the populated cells that the covered area touches.
    count : ndarray of float, shape (n_cells,)
        Persons in the whole cell.
    membership : sparse matrix of float, shape (n_places, n_cells)
        Fraction of each cell inside each place and the covered area.
    start : Snapped
        Where on the network the people of each cell start.
    coverage : ndarray of float, shape (n_places,)
        Share, 0 to 1, of the people of each place who live in the covered area; NaN without people.
    """

    role: str = "walkers"
    crs: str
    cell: NDArray[np.int64]
    xy: Coordinates
    count: Floats
    membership: csr_matrix
    start: Snapped
    coverage: Floats

    def sum(self, share: Floats | None = None) -> Floats:
        """
        Return the persons of each place in the covered area.

        Parameters
        ----------
        share : ndarray of float, shape (n_cells,), optional
            Share of each cell's people to count; all when left out.
        """
        return np.asarray(self.membership @ (self.count if share is None else self.count * share))


def share_reached(walkers: Walkers, distances: Floats, limit: float) -> tuple[Floats, Floats]:
    """
    Count who has something within a walk.

    Parameters
    ----------
    walkers : Walkers
        People on the network.
    distances : ndarray of float, shape (n_cells,)
        Metres from each cell to the nearest facility, from `walk_to`.
    limit : float
        Metres.

    Returns
    -------
    numerator, denominator : ndarray of float, shape (n_places,)
        Persons within the limit, and all persons in the covered area, over the same polygons.
    """
    return walkers.sum((distances <= limit).astype(float)), walkers.sum()


def walk_to(
    walkers: Walkers, walk_network: WalkNetwork, facilities: Coordinates | Snapped, limit: float
) -> Floats:
    """
    Measure the walk from each cell to the nearest of some facilities.

    Parameters
    ----------
    walkers : Walkers
        People on the network.
    walk_network : WalkNetwork
        The network.
    facilities : ndarray of float, shape (m, 2), or Snapped
        Their positions in metres, which are put on the network within 200 m (indicators.md), or where they
        already lie on it.
    limit : float
        Metres beyond which a walk is not followed.

    Returns
    -------
    ndarray of float, shape (n_cells,)
        Metres; infinite beyond the limit.
    """
    at = facilities if isinstance(facilities, Snapped) else snap(walk_network, facilities)
    return reached(walk_network, at, walkers.start, limit)


@derived(version="1")
def people(population_grid: Grid, *, places: Places) -> People:
    """
    Cut the population raster by the places, each cell by the exact fraction that lies inside.

    Parameters
    ----------
    population_grid : Grid
        Persons per cell; negative cells hold no data.
    places : Places
        The city and its parts, clipped to the boundary.

    Returns
    -------
    People
        All populated cells that the places touch.
    """
    found = cell_fractions(population_grid, places.geometry, places.crs)
    cell, first = np.unique(found.cell, return_index=True)
    populated = found.value[first] > 0
    cell, count = cell[populated], found.value[first][populated]
    return People(
        crs=places.crs,
        cell=cell,
        xy=centres_of(population_grid, cell, places.crs),
        count=count,
        membership=found.membership(cell),
        origins=steps(population_grid, "cells cut by the places"),
        date=population_grid.date,
        notes=population_grid.notes,
    )


@derived(version="1")
def walkers(
    people: People,
    walk_network: WalkNetwork,
    population_grid: Grid,
    *,
    places: Places,
    snap_limit: float = SNAP_LIMIT,
) -> Walkers:
    """
    Put the people of the covered area on the walk network.

    Parameters
    ----------
    people : People
        People of the whole city.
    walk_network : WalkNetwork
        The network with its covered area.
    population_grid : Grid
        The raster that ``people`` was made from: the covered area cuts its cells anew.
    places : Places
        The city and its parts.
    snap_limit : float
        Largest distance in metres from the centre of a cell to the network; 200 in indicators.md.

    Returns
    -------
    Walkers
        Cells further away stay in the denominator and reach nothing.
    """
    covered = clip(places.geometry, walk_network.covered)
    found = cell_fractions(population_grid, covered, places.crs)
    # fractions are known to seven digits: the part must not exceed the whole in the last of them
    membership = found.membership(people.cell).minimum(people.membership)
    touched = np.flatnonzero(np.asarray(membership.sum(axis=0)).reshape(-1) > 0)
    here = membership[:, touched]
    return Walkers(
        crs=places.crs,
        cell=people.cell[touched],
        xy=people.xy[touched],
        count=people.count[touched],
        membership=here,
        start=snap(walk_network, people.xy[touched], snap_limit),
        coverage=_share(here @ people.count[touched], people.sum()),
        origins=merged_origins(people, walk_network),
        date=people.date,
        notes=(*people.notes, *walk_network.notes),
    )


def merged_origins(*inputs: RoleData | None) -> tuple[Origin, ...]:
    """Return the origins of several inputs, without repeats; inputs that are not there have none."""
    return tuple(dict.fromkeys(o for given in inputs if given is not None for o in given.origins))


def steps(given: RoleData, *done: str) -> tuple[Origin, ...]:
    """Return the origins of an input with what was done to it."""
    return tuple(origin.then(*done) for origin in given.origins)


def _share(part: Any, whole: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, np.asarray(part) / whole, np.nan)
