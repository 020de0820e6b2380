"""Point features: where they are, which pile up, which polygon holds them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.spatial import cKDTree

from almena.geo.crs import Coordinates, Geometries

Indexes = NDArray[np.int64]


def positions(geometry: Geometries) -> Coordinates:
    """
    Return one point for each feature: points as they are, for others a point that lies on them.

    Parameters
    ----------
    geometry : ndarray of object, shape (n,)
        Features of any kind.

    Returns
    -------
    ndarray of float, shape (n, 2)
        Coordinates; NaN for empty features.
    """
    geometry = np.asarray(geometry, dtype=object)
    points = geometry.copy()
    other = shapely.get_type_id(geometry) != shapely.GeometryType.POINT
    points[other] = shapely.point_on_surface(geometry[other])
    xy = np.full((len(points), 2), np.nan)
    placed = ~(shapely.is_empty(points) | shapely.is_missing(points))
    xy[placed] = shapely.get_coordinates(points[placed])
    return xy


def piles(xy: Coordinates, at_least: int = 5) -> NDArray[np.bool_]:
    """
    Find features that share one coordinate with several others.

    Geocoders put what they cannot find on one fallback point, so that a pile says nothing about position.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
        Positions, in any coordinate system.
    at_least : int
        Number of features on one coordinate that makes a pile; 5 in indicators.md.

    Returns
    -------
    ndarray of bool, shape (n,)
        True for each feature of a pile; never for features without a position.
    """
    if not len(xy):
        return np.zeros(0, dtype=np.bool_)
    # pairs as complex numbers sort ten times faster than rows
    _, which, size = np.unique(xy @ np.array([1, 1j]), return_inverse=True, return_counts=True)
    piled: NDArray[np.bool_] = (size[which.reshape(-1)] >= at_least) & np.isfinite(xy).all(axis=1)
    return piled


def inside(xy: Coordinates, polygons: Geometries) -> Indexes:
    """
    Find the polygon that holds each point.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
        Positions in the coordinate system of the polygons.
    polygons : ndarray of object, shape (m,)
        Polygons; of several that hold a point the first is named.

    Returns
    -------
    ndarray of int, shape (n,)
        Index of the polygon, or -1.
    """
    polygon, point = pairs_inside(xy, polygons)
    first = np.full(len(xy), len(polygons), dtype=np.int64)
    np.minimum.at(first, point, polygon)
    first[first == len(polygons)] = -1
    return first


def count_in(
    xy: Coordinates, polygons: Geometries, weight: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """
    Count the points in each polygon.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
        Positions in the coordinate system of the polygons.
    polygons : ndarray of object, shape (m,)
        Polygons, which may overlap.
    weight : ndarray of float, shape (n,), optional
        What each point counts for; 1 when left out.

    Returns
    -------
    ndarray of float, shape (m,)
        Number, or sum of weights, of the points inside or on the edge.
    """
    polygon, point = pairs_inside(xy, polygons)
    counts = np.bincount(polygon, None if weight is None else weight[point], len(polygons))
    return np.asarray(counts, dtype=float)


def name_by_largest_overlap(
    targets: Geometries, named: Geometries, names: NDArray[Any], minimum_iou: float = 0.5
) -> NDArray[np.str_]:
    """
    Carry names over from one set of polygons to another.

    Parameters
    ----------
    targets : ndarray of object, shape (n,)
        Polygons that want a name.
    named : ndarray of object, shape (m,)
        Polygons with names, in the same coordinate system. Parts of one name are joined first; parts with an
        empty name are left out.
    names : ndarray of str, shape (m,)
        Their names.
    minimum_iou : float
        Smallest share, 0 to 1, of the overlap in the union of both polygons for a name to pass over.

    Returns
    -------
    ndarray of str, shape (n,)
        Names; empty where no polygon overlaps enough.
    """
    labels, whole = _joined_by_name(named, names)
    target, other = shapely.STRtree(whole).query(np.asarray(targets, dtype=object), predicate="intersects")
    overlap = shapely.area(shapely.intersection(targets[target], whole[other]))
    union = shapely.area(targets[target]) + shapely.area(whole[other]) - overlap
    result = np.full(len(targets), "", dtype=labels.dtype if len(labels) else np.dtype("U1"))
    by_overlap = np.argsort(overlap, kind="stable")  # the largest is written last and stays
    kept = by_overlap[overlap[by_overlap] >= minimum_iou * union[by_overlap]]
    result[target[kept]] = labels[other[kept]]
    return result


def _joined_by_name(named: Geometries, names: NDArray[Any]) -> tuple[NDArray[np.str_], Geometries]:
    text = np.array([str(name or "").strip() for name in names], dtype=np.str_)
    labels = np.unique(text[text != ""])
    whole = np.empty(len(labels), dtype=object)
    for index, label in enumerate(labels):
        whole[index] = shapely.union_all(named[text == label])
    return labels, whole


def pairs_inside(xy: Coordinates, polygons: Geometries) -> tuple[Indexes, Indexes]:
    """
    Return (polygon, point) for every point in a polygon or on its edge, polygon by polygon.

    Only the points in the box of a prepared polygon are tested, found by their sorted x: five times faster than a
    search tree over the points.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
        Positions in the coordinate system of the polygons.
    polygons : ndarray of object, shape (m,)
        Polygons, which may overlap.

    Returns
    -------
    ndarray of int, shape (k,)
        Index of the polygon of each pair.
    ndarray of int, shape (k,)
        Index of its point, rising within a polygon.
    """
    polygons = np.asarray(polygons, dtype=object)
    shapely.prepare(polygons)
    order = np.argsort(xy[:, 0], kind="stable")[: int(np.isfinite(xy[:, 0]).sum())]
    x, y = xy[order].T
    found = []
    for polygon, (west, south, east, north) in zip(polygons, shapely.bounds(polygons), strict=True):
        first, last = np.searchsorted(x, west, "left"), np.searchsorted(x, east, "right")
        near = np.arange(first, last)[(y[first:last] >= south) & (y[first:last] <= north)]
        found.append(np.sort(order[near[shapely.intersects_xy(polygon, x[near], y[near])]]))
    which = np.repeat(np.arange(len(found)), [len(points) for points in found])
    return which.astype(np.int64), np.concatenate([*found, np.empty(0, np.int64)]).astype(np.int64)


def matched(first: Coordinates, second: Coordinates, distance: float) -> NDArray[np.bool_]:
    """
    Pair the points of two lists one by one, as many as possible, none farther apart than a distance.

    Parameters
    ----------
    first, second : ndarray of float, shape (n, 2) and (m, 2)
        Positions in metres.
    distance : float
        Largest distance of a pair, in metres.

    Returns
    -------
    ndarray of bool, shape (n,)
        Which points of the first list have a partner of their own in the second.
    """
    if not len(first) or not len(second):
        return np.zeros(len(first), dtype=np.bool_)
    near = cKDTree(first).sparse_distance_matrix(cKDTree(second), distance, output_type="coo_matrix")
    # points on the very same spot are at distance 0, which a sparse matrix must be told to keep
    links = csr_matrix((np.ones(len(near.row)), (near.row, near.col)), shape=near.shape)
    partner = maximum_bipartite_matching(links, perm_type="column")
    return np.asarray(partner >= 0, dtype=np.bool_)
