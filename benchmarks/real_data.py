"""The real city that the comparisons run on, as the tests read it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

import real_city  # noqa: E402 - found through the line above
from almena.geo.crs import reproject  # noqa: E402
from almena.geo.network import Snapped, WalkNetwork, snap  # noqa: E402
from almena.geo.walkable import build_network  # noqa: E402
from almena.geo.zonal import cell_fractions, centres_of  # noqa: E402
from almena.model.data import Grid  # noqa: E402
from almena.model.place import Places  # noqa: E402


@dataclass(frozen=True)
class City:
    """
    Porto Alegre.

    Parameters
    ----------
    folder : Path
        Folder with its files.
    """

    folder: Path

    @cached_property
    def places(self) -> Places:
        return real_city.places(self.folder)

    @cached_property
    def population(self) -> Grid:
        return real_city.population(self.folder)

    @cached_property
    def network(self) -> WalkNetwork:
        return build_network(real_city.streets(self.folder), self.places.crs, self.places.city)

    @cached_property
    def roads(self) -> Any:
        streets = real_city.streets(self.folder)
        return reproject(streets.geometry, streets.crs, self.places.crs)

    @cached_property
    def stops(self) -> Snapped:
        layer = real_city.vector(self.folder, "transit/gtfs_stops_2024.geojson", "transit_stops")
        at = snap(
            self.network, shapely.get_coordinates(reproject(layer.geometry, layer.crs, self.places.crs))
        )
        return at.take(at.found)

    @cached_property
    def homes(self) -> Snapped:
        found = cell_fractions(self.population, self.places.geometry[:1], self.places.crs)
        populated = np.unique(found.cell[found.value > 0])
        at = snap(self.network, centres_of(self.population, populated, self.places.crs))
        return at.take(at.found)


def data_folder() -> Path:
    """Return the folder named by ``ALMENA_MIRROR``, else the one beside the repository."""
    named = os.environ.get("ALMENA_MIRROR")
    mirror = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not mirror.is_dir():
        sys.exit("Set ALMENA_MIRROR to the folder with the real data.")
    return mirror


def load() -> City:
    """Return the city of the data folder."""
    return City(data_folder() / "porto_alegre")
