"""Point registers in metres, looked over once for piles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almena.geo.crs import Coordinates
from almena.geo.points import pairs_inside
from almena.measure.common import in_metres, piled
from almena.measure.derived_people import steps
from almena.measure.registry import derived
from almena.model.data import Layer, RoleData
from almena.model.observation import Values
from almena.model.place import Places


@dataclass(frozen=True, kw_only=True)
class PlacedPoints(RoleData):
    """
    Points in the city's metric system, with those that share their position marked.

    Parameters
    ----------
    crs : str
        Metric coordinate system of ``xy``.
    xy : ndarray of float, shape (n, 2)
        Positions.
    piled : ndarray of bool, shape (n,)
        Five or more share the coordinate.
    at_least : bool
        Whether they come from what somebody happened to draw, and no register.
    """

    role: str = "address_points"
    crs: str
    xy: Coordinates
    piled: NDArray[np.bool_]
    at_least: bool = False

    @property
    def piled_share(self) -> float:
        """Return the share, 0 to 1, of points that are piled."""
        return float(self.piled.mean()) if len(self.piled) else 0.0

    def by_place(self, places: Places, which: NDArray[np.bool_] | None = None) -> Values:
        """
        Count the points in each place; which point lies where is found once for all that count them.

        Parameters
        ----------
        places : Places
            The city and its parts.
        which : ndarray of bool, shape (n,), optional
            The points to count; all when left out.
        """
        place, point = self.once("places", lambda: pairs_inside(self.xy, places.geometry), places)
        counted = place if which is None else place[which[point]]
        return np.bincount(counted, minlength=len(places)).astype(float)


@derived(version="2")
def address_points(addresses: Layer, *, places: Places) -> PlacedPoints:
    """
    Put the address register into metres and look for piles.

    Parameters
    ----------
    addresses : Layer
        One point for each address.
    places : Places
        The city; its coordinate system is used.
    """
    return placed(addresses, places)


def placed(layer: Layer, places: Places) -> PlacedPoints:
    """Put any point layer into metres and look for piles."""
    xy = in_metres(layer, places)
    return PlacedPoints(
        crs=places.crs,
        xy=xy,
        piled=piled(xy),
        at_least=layer.at_least,
        origins=steps(layer, "put into metres and looked over for piles"),
        date=layer.date,
    )
