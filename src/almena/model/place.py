"""The places of a city that values are measured for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.model.shelf import Remembering

CITY = "city"
NEIGHBOURHOOD = "neighbourhood"
SETTLEMENT = "settlement"
COUNTRY = "country"


@dataclass(frozen=True)
class Place:
    """
    One place with its permanent id.

    Parameters
    ----------
    id : str
        ``city`` for the city itself, else kind and code.
    kind : str
        ``city``, ``neighbourhood``, ``settlement`` or ``country``.
    name : str
        Name as people there say it; empty when no source names it.
    """

    id: str
    kind: str
    name: str = ""


@dataclass(frozen=True)
class Places(Remembering):
    """
    All places of one run, the city first.

    Parameters
    ----------
    items : tuple of Place
        The places, in the order of ``geometry``.
    geometry : ndarray of object, shape (n,)
        Polygons in ``crs``, clipped to the city.
    crs : str
        The city's metric coordinate system.
    key : str
        Hash of what the places were made from.
    country : str
        ISO 3166-1 alpha-3 code of the country that the city lies in; empty when it is not known.
    """

    items: tuple[Place, ...]
    geometry: NDArray[np.object_]
    crs: str
    key: str = ""
    country: str = ""

    def __len__(self) -> int:
        return len(self.items)

    @property
    def city(self) -> Any:
        """Return the polygon of the city."""
        return self.geometry[0]

    @property
    def parts(self) -> slice:
        """Return the slice of the places inside the city (its neighbourhoods)."""
        return slice(1, None)

    def nothing(self) -> NDArray[np.float64]:
        """Return one NaN per place, to be filled."""
        return np.full(len(self.items), np.nan)

    def only_city(self, value: float) -> NDArray[np.float64]:
        """Return an array with a value for the city and NaN for its parts."""
        values = self.nothing()
        values[0] = value
        return values
