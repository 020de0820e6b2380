"""Polygons: merging those that touch, moving outlines."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from almena.geo.crs import Geometries

_POLYGON, _MULTIPOLYGON = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON


def dissolve_touching(polygons: Geometries) -> tuple[Geometries, NDArray[np.int64]]:
    """
    Merge polygons that overlap or touch, directly or through others, if only in one point.

    Parameters
    ----------
    polygons : ndarray of object, shape (n,)
        Valid polygons in one coordinate system.

    Returns
    -------
    merged : ndarray of object, shape (m,)
        One polygon or multi-polygon for each group, in the order of the first member.
    group : ndarray of int, shape (n,)
        Group of each polygon.
    """
    polygons = np.asarray(polygons, dtype=object)
    if not len(polygons):
        return polygons, np.empty(0, dtype=np.int64)
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    links = coo_matrix((np.ones(len(one), np.int8), (one, other)), shape=(len(polygons), len(polygons)))
    groups, labels = connected_components(links, directed=False)
    merged = np.empty(groups, dtype=object)
    by_group = np.argsort(labels, kind="stable")
    for group, members in enumerate(np.split(by_group, np.cumsum(np.bincount(labels))[:-1])):
        merged[group] = polygons[members[0]] if len(members) == 1 else shapely.union_all(polygons[members])
    return merged, labels.astype(np.int64)


def moved_outline(polygon: Any, distance: float) -> Any:
    """
    Move the outline of a polygon outwards, or inwards when the distance is negative.

    Parameters
    ----------
    polygon : shapely geometry
        A polygon in metres.
    distance : float
        Metres.

    Returns
    -------
    shapely geometry
        The polygon with round corners; empty when nothing is left of it.
    """
    return shapely.buffer(polygon, distance)


def polygonal(geometry: Geometries) -> Geometries:
    """
    Keep of each geometry what has an area.

    Cutting and mending polygons leaves lines and points behind where outlines touch or run back on themselves.

    Parameters
    ----------
    geometry : ndarray of object, shape (n,)
        Geometries of any kind; None is nothing.

    Returns
    -------
    ndarray of object, shape (n,)
        Polygons and multi-polygons, the very same objects where nothing had to go; empty polygons for the rest.
    """
    kept = np.asarray(geometry, dtype=object).copy()
    kind = shapely.get_type_id(kept)
    for index in np.flatnonzero((kind != _POLYGON) & (kind != _MULTIPOLYGON)):
        pieces = shapely.get_parts(shapely.get_parts(kept[index]))  # a collection may hold multi-polygons
        kept[index] = shapely.union_all(pieces[shapely.get_type_id(pieces) == _POLYGON])
        if kept[index].is_empty:
            kept[index] = shapely.Polygon()
    return kept


def clip(geometry: Geometries, area: Any) -> Geometries:
    """
    Cut geometries by an area, leaving those that lie inside untouched.

    Parameters
    ----------
    geometry : ndarray of object, shape (n,)
        Geometries in the coordinate system of ``area``.
    area : shapely geometry
        What to keep.

    Returns
    -------
    ndarray of object, shape (n,)
        The parts inside; empty geometries for what lies outside. Of polygons nothing but polygons is left, not the
        lines and points along which they touch the area.
    """
    shapely.prepare(area)
    cut = np.asarray(geometry, dtype=object).copy()
    crossing = ~shapely.contains_properly(area, cut)
    flat = crossing & (shapely.get_dimensions(cut) == 2)
    cut[crossing] = shapely.intersection(cut[crossing], area)
    cut[flat] = polygonal(cut[flat])
    return cut
