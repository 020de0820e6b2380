"""Coordinate systems: moving geometry between them, and true areas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Proj, Transformer
from pyproj.exceptions import CRSError, ProjError

from almena.model.problem import InputError

Geometries = NDArray[np.object_]
Coordinates = NDArray[np.float64]

WGS84 = "EPSG:4326"
_ELLIPSOID = Geod(ellps="WGS84")


def reproject(geometry: Any, source: str, target: str) -> Any:
    """
    Move geometry from one coordinate system to another, as x (east) and y (north).

    Parameters
    ----------
    geometry : ndarray of object, shape (n,), or a single shapely geometry
        Geometry in ``source``.
    source, target : str
        Coordinate systems as ``EPSG:n`` or WKT.

    Returns
    -------
    ndarray of object, shape (n,), or shapely geometry
        The same geometry in ``target``; the very same objects when both systems are one.

    Raises
    ------
    InputError
        When a system is unknown, or a coordinate has no place in ``target``.
    """
    if same_crs(source, target):
        return geometry
    return shapely.transform(geometry, lambda xy: reproject_xy(xy, source, target))


def reproject_xy(xy: Coordinates, source: str, target: str) -> Coordinates:
    """
    Move coordinates from one coordinate system to another.

    Parameters
    ----------
    xy : ndarray of float, shape (n, 2)
        East and north in ``source``.
    source, target : str
        Coordinate systems as ``EPSG:n`` or WKT.

    Returns
    -------
    ndarray of float, shape (n, 2)
        East and north in ``target``.

    Raises
    ------
    InputError
        When a system is unknown, or a coordinate has no place in ``target``.
    """
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    if same_crs(source, target) or not len(xy):
        return xy
    moved = np.column_stack(_transformer(source, target).transform(xy[:, 0], xy[:, 1]))
    lost = ~np.isfinite(moved).all(axis=1) & np.isfinite(xy).all(axis=1)
    if lost.any():
        raise InputError.of(
            f"{lost.sum()} coordinates cannot be expressed in {_short(target)}",
            f"for example {xy[lost][0].tolist()} in {_short(source)}",
            "they lie outside the area of that coordinate system",
            "Check the coordinate system declared for the file, and whether latitude and longitude are swapped.",
        )
    return moved


def stretch(crs: str, xy: tuple[float, float]) -> float:
    """
    Return how far a coordinate system stretches distances at a point, at worst over all directions.

    Parameters
    ----------
    crs : str
        A projected coordinate system.
    xy : (float, float)
        The point in ``crs``.

    Returns
    -------
    float
        Largest relative error of a distance: 0.0004 for 40 cm in a kilometre; infinite where it cannot be told.
        From the axes of Tissot's indicatrix (Snyder 1987, Map Projections: A Working Manual, pages 20–26).
    """
    lon, lat = reproject_xy(np.array([xy]), crs, WGS84)[0]
    try:
        factors = Proj(_parse(crs)).get_factors(lon, lat)
    except (CRSError, ProjError):
        return float("inf")
    axes = np.array([factors.tissot_semimajor, factors.tissot_semiminor], dtype=float)
    return float(np.max(np.abs(axes - 1))) if np.isfinite(axes).all() else float("inf")


def same_crs(first: str, second: str) -> bool:
    """Tell whether two descriptions mean the same coordinate system, whatever their axis order."""
    return first == second or _equal(first, second)


@dataclass(frozen=True)
class CrsDescription:
    """
    A coordinate system in the words of other programs.

    Parameters
    ----------
    name : str
        Its name.
    authority : str
        Such as ``EPSG:4326``; empty when it has none.
    code : int
        The number alone; 0 when it has none.
    wkt : str
        As WKT (ISO 19162:2019).
    geographic : bool
        Whether coordinates are degrees.
    """

    name: str
    authority: str
    code: int
    wkt: str
    geographic: bool


@lru_cache(maxsize=64)
def describe_crs(crs: str) -> CrsDescription:
    """
    Return what other programs need to know of a coordinate system.

    Raises
    ------
    InputError
        When the system is unknown.
    """
    parsed = _parse(crs)
    found = parsed.to_authority()
    name, code = found if found and found[1].isdigit() else ("", "0")
    authority = f"{name}:{code}" if name else ""
    return CrsDescription(parsed.name, authority, int(code), parsed.to_wkt(), bool(parsed.is_geographic))


def is_geographic(crs: str) -> bool:
    """Tell whether coordinates are degrees."""
    return bool(_parse(crs).is_geographic)


def geodesic_area(geometry: Any, crs: str) -> float:
    """
    Return the area of one polygon on the ellipsoid, in m².

    Parameters
    ----------
    geometry : shapely Polygon or MultiPolygon
        The polygon; holes are taken off whatever the direction of their rings.
    crs : str
        Its coordinate system.

    Returns
    -------
    float
        Area on WGS 84 after Karney (2013), Journal of Geodesy 87, 43–55, as computed by PROJ.
    """
    return float(geodesic_areas(np.array([geometry], dtype=object), crs)[0])


def geodesic_areas(geometry: Geometries, crs: str) -> Coordinates:
    """
    Return the area of each polygon on the ellipsoid, in m²; zero for points and lines.

    Parameters
    ----------
    geometry : ndarray of object, shape (n,)
        Polygons and other geometries.
    crs : str
        Their coordinate system.

    Returns
    -------
    ndarray of float, shape (n,)
        Areas in m².
    """
    degrees = reproject(np.asarray(geometry, dtype=object), crs, WGS84)
    parts, whole = shapely.get_parts(degrees, return_index=True)
    pieces, part = shapely.get_parts(parts, return_index=True)  # a collection may hold multi-polygons
    owner = whole[part]
    polygonal = shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON
    pieces, owner = pieces[polygonal], owner[polygonal]
    outer = [_ring_area(ring) for ring in shapely.get_exterior_ring(pieces)]
    holes, piece_of_hole = _holes(pieces)
    inner = [_ring_area(ring) for ring in holes]
    size = len(degrees)
    taken_off = np.bincount(owner[piece_of_hole], inner, size)
    return np.asarray(np.bincount(owner, outer, size) - taken_off, dtype=float)


def _holes(polygons: Geometries) -> tuple[list[Any], NDArray[np.int64]]:
    found = [(hole, index) for index, polygon in enumerate(polygons) for hole in polygon.interiors]
    return [hole for hole, _ in found], np.array([index for _, index in found], dtype=np.int64)


def _ring_area(ring: Any) -> float:
    xy = shapely.get_coordinates(ring)
    area, _ = _ELLIPSOID.polygon_area_perimeter(xy[:, 0], xy[:, 1])
    return abs(float(area))


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(_parse(source), _parse(target), always_xy=True)


@lru_cache(maxsize=256)
def _equal(first: str, second: str) -> bool:
    return bool(_parse(first).equals(_parse(second), ignore_axis_order=True))


@lru_cache(maxsize=64)
def _parse(crs: str) -> CRS:
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise InputError.of(
            "A coordinate system is not known",
            _short(crs) or "(empty)",
            str(error).splitlines()[0],
            "Give it as EPSG:n, for example EPSG:4326 for degrees on WGS 84.",
        ) from error


def _short(crs: str) -> str:
    return crs if len(crs) <= 60 else crs[:57] + "…"
