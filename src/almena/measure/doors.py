"""Where people enter a facility from the walk network."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.geo.crs import reproject
from almena.geo.network import ENTRY_LIMIT, ENTRY_SPACING, SNAP_LIMIT, Snapped, WalkNetwork, snap
from almena.geo.points import positions
from almena.measure.common import in_metres
from almena.model.data import Layer
from almena.model.place import Places

ENTRANCES = "entrances"


def ways_in(layer: Layer, network: WalkNetwork, places: Places) -> Snapped:
    """
    Return where a walk to one of some facilities ends on the network.

    A facility drawn as an area with entrances is entered there; one without is entered where its edge comes nearest
    to a street, and wherever the edge lies within 30 m of one, as open spaces are. A layer that does not speak of
    entrances is entered at a point inside its areas.

    Parameters
    ----------
    layer : Layer
        Facilities; ``entrances`` holds points in the coordinate system of the layer, or None.
    network : WalkNetwork
        The network.
    places : Places
        The city; its coordinate system is used.

    Returns
    -------
    Snapped
        Positions on the network, several for one facility; those beyond 200 m are not on it.
    """
    if ENTRANCES not in layer.fields:
        return snap(network, in_metres(layer, places))
    doors = np.asarray(layer.fields[ENTRANCES], dtype=object)
    has_doors = np.array([isinstance(d, shapely.Geometry) and not d.is_empty for d in doors], dtype=bool)
    shapes = np.where(has_doors, doors, layer.geometry)
    shapes = reproject(shapes, layer.crs, places.crs)
    flat = shapely.get_dimensions(shapes) == 2
    spots = [shapely.get_coordinates(shapes[has_doors]), positions(shapes[~has_doors & ~flat])]
    return _together([snap(network, np.concatenate(spots)), _over_edges(shapes[flat & ~has_doors], network)])


def _over_edges(areas: NDArray[np.object_], network: WalkNetwork) -> Snapped:
    """Return the points of the outlines within 30 m of a street; the nearest one where there is none."""
    edges = shapely.segmentize(shapely.boundary(areas), ENTRY_SPACING)
    xy, area = shapely.get_coordinates(edges, return_index=True)
    at = snap(network, xy, SNAP_LIMIT)
    nearest = np.full(len(areas), np.inf)
    np.minimum.at(nearest, area, at.distance)
    return at.take(at.found & ((at.distance <= ENTRY_LIMIT) | (at.distance <= nearest[area])))


def _together(parts: list[Snapped]) -> Snapped:
    return Snapped(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("edge", "offset", "distance")))
