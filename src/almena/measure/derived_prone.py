"""What hazard maps call prone, cut by the places; and where the ground is steep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from almena.geo.crs import Coordinates, Geometries, reproject
from almena.geo.polygons import clip
from almena.geo.terrain import cropped, slope_percent
from almena.geo.zonal import cell_areas, centres_of
from almena.measure.derived_events import HazardMap
from almena.measure.derived_people import steps
from almena.measure.registry import derived
from almena.model.data import Grid, RoleData
from almena.model.observation import Values
from almena.model.place import Places
from almena.model.problem import GapError

STEEP = 30.0
"""Percent; Brazil, Law 6.766 of 19 December 1979, article 3, forbids new plots on steeper land."""

FLOODS, LANDSLIDES = "floods", "landslides"
NOT_NONE = "the map shows nothing inside the city: not mapped is not none"


@dataclass(frozen=True, kw_only=True)
class ProneLand(RoleData):
    """
    Land that a hazard map calls prone, inside the city.

    Parameters
    ----------
    crs : str
        Metric coordinate system.
    by_place : ndarray of object, shape (n_places,)
        The land of the headline inside each place, the city first.
    hazard : str
        ``floods`` or ``landslides``.
    headline : str
        What the headline speaks of: ``all classes`` or the name of one.
    classes : mapping of str to shapely geometry
        Land of each class in the whole city, the highest class first.
    """

    role: str = "prone_land"
    crs: str
    by_place: Geometries
    hazard: str
    headline: str
    classes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class SteepGround(RoleData):
    """
    Cells whose ground is steep.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
        Their centres in the city's metric system.
    area : ndarray of float, shape (n,)
        Their area in km².
    known : float
        Share, 0 to 1, of the cells around the city whose slope is known.
    """

    role: str = "steep_ground"
    xy: Coordinates
    area: Values
    known: float


@derived(version="1")
def flood_prone(flood_map: HazardMap, *, places: Places) -> ProneLand:
    """
    Cut the land prone to floods by the places; all classes together are the headline.

    Parameters
    ----------
    flood_map : HazardMap
        Classes inside the city.
    places : Places
        The city and its parts.

    Raises
    ------
    GapError
        When the map shows nothing inside the city.
    """
    return _prone(flood_map, places, FLOODS, "all classes")


@derived(version="1")
def landslide_prone(landslide_map: HazardMap, *, places: Places) -> ProneLand:
    """
    Cut the land prone to landslides by the places; the highest class is the headline.

    Parameters
    ----------
    landslide_map : HazardMap
        Classes inside the city.
    places : Places
        The city and its parts.

    Raises
    ------
    GapError
        When the map shows nothing inside the city.
    """
    return _prone(landslide_map, places, LANDSLIDES, next(iter(landslide_map.classes), ""))


def _prone(hazard_map: HazardMap, places: Places, hazard: str, headline: str) -> ProneLand:
    if not hazard_map.classes:
        raise GapError.of(NOT_NONE, hazard_map.role, "", "Load a map that reaches the city")
    shape = hazard_map.classes.get(headline, hazard_map.whole)
    by_place = clip(places.geometry, shape)
    by_place[0] = shapely.intersection(shape, places.city)
    return ProneLand(
        crs=places.crs,
        by_place=by_place,
        hazard=hazard,
        headline=headline,
        classes=hazard_map.classes,
        origins=steps(hazard_map, f"{headline} cut by the places"),
        date=hazard_map.date,
    )


@derived(version="1")
def steep_ground(elevation: Grid, *, places: Places) -> SteepGround:
    """
    Find the cells whose ground rises by more than 30 percent.

    Parameters
    ----------
    elevation : Grid
        Heights in metres.
    places : Places
        The city; the raster is cut to its surroundings.
    """
    box = shapely.bounds(reproject(places.city, places.crs, elevation.crs))
    near = cropped(elevation, *(float(b) for b in box))
    if not near.array.size:
        raise GapError.of("the elevation does not reach the city", elevation.role, "", "Load another raster")
    slope = slope_percent(near)
    cells = np.flatnonzero(slope > STEEP)
    return SteepGround(
        xy=centres_of(near, cells, places.crs),
        area=cell_areas(near)[cells // near.array.shape[1]] / 1e6,
        known=float(np.isfinite(slope).mean()),
        origins=steps(elevation, "slope from the four neighbours of each cell"),
        date=elevation.date,
    )
