"""Coordinate systems as the house writes them, and coordinates that cannot be what they claim."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import shapely
from numpy.typing import NDArray

from almena.harmonise.found import FoundFile

DEGREES = "EPSG:4326"
LON_LAT_NAMES = ("OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84")
FAR_DEGREES = 15.0


def known_crs(declared: str, found: FoundFile, inside: str = "") -> tuple[str, tuple[str, ...]]:
    """
    Return the coordinate system of a layer or grid as ``EPSG:n`` where it has a number, else as WKT.

    Parameters
    ----------
    declared : str
        What the file itself says; empty when it says nothing.
    found : FoundFile
        The file; ``spec.crs`` wins over the file.
    inside : str
        Layer, for messages.

    Returns
    -------
    str
        The two-dimensional system.
    tuple of str
        A note when the kit and the file disagree, or when heights were dropped.

    Raises
    ------
    InputError
        When nobody states it, or it is not known.
    """
    wanted = found.spec.crs or declared
    if not wanted:
        raise found.refusal(
            "The coordinate system is missing.",
            "The file does not state it and the kit does not either.",
            'State it in the kit, for example crs = "EPSG:4326".',
            inside,
        )
    name = _flat_name(wanted)
    if name is None:
        remedy = 'State it in the kit as an EPSG code, for example crs = "EPSG:4326".'
        raise found.refusal("The coordinate system is not known.", wanted[:200], remedy, inside)
    own = _flat_name(declared) if declared else None
    if own is not None and own != name:
        return name, (f"the kit says {name}, the file says {own[:60]}: the kit is followed",)
    return name, ()


@lru_cache(maxsize=64)
def _flat_name(text: str) -> str | None:
    """Return the canonical name of a system without its heights, or None when it is not known."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if text in LON_LAT_NAMES or text == DEGREES:
        return DEGREES
    try:
        crs = CRS.from_user_input(text)
        if len(crs.axis_info) > 2:
            crs = crs.to_2d()
    except CRSError:
        return None
    authority = crs.to_authority(min_confidence=70)
    if authority == ("OGC", "CRS84"):
        return DEGREES
    return ":".join(authority) if authority else str(crs.to_wkt())


def check_position(geometry: NDArray[Any], crs: str, found: FoundFile, inside: str = "") -> None:
    """
    Refuse coordinates that cannot lie where their system puts them.

    Parameters
    ----------
    geometry : ndarray of object, shape (n,)
        Two-dimensional geometries.
    crs : str
        Their declared system.
    found : FoundFile
        The file, for messages.
    inside : str
        Layer, for messages.

    Raises
    ------
    InputError
        When degrees are beyond the globe (metres, or latitude first), or metres look like degrees or lie far
        from the area that the system is made for.
    """
    west, south, east, north = (float(b) for b in shapely.total_bounds(geometry))
    why = _why_impossible((west, south, east, north), crs)
    if why:
        raise found.refusal(
            "The coordinates do not fit the coordinate system.",
            f"{why} x runs from {west:.6g} to {east:.6g}, y from {south:.6g} to {north:.6g}, in {crs[:60]}.",
            "State the right `crs` in the kit, or ask for the file with the right coordinates.",
            inside,
        )


def _why_impossible(bounds: tuple[float, float, float, float], crs: str) -> str:
    """Return the reason, or an empty text when the place is possible."""
    west, south, east, north = bounds
    like_degrees = max(-west, east) <= 180 and max(-south, north) <= 90
    if _is_degrees(crs):
        if like_degrees:
            return ""
        swapped = max(-west, east) <= 90 and max(-south, north) <= 180
        return (
            "Latitude seems to come before longitude." if swapped else "These are no degrees; perhaps metres."
        )
    if like_degrees:
        return "These look like degrees, but the system counts metres."
    return (
        ""
        if _near_home((west + east) / 2, (south + north) / 2, crs)
        else "They lie far from where it is used."
    )


@lru_cache(maxsize=64)
def _is_degrees(crs: str) -> bool:
    from pyproj import CRS

    return bool(CRS.from_user_input(crs).is_geographic)


def _near_home(x: float, y: float, crs: str) -> bool:
    """Tell whether a point lies within 15 degrees of the area that a projected system is made for."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    area = CRS.from_user_input(crs).area_of_use
    try:
        lon, lat = Transformer.from_crs(crs, DEGREES, always_xy=True).transform(x, y)
    except ProjError:
        return False
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return False
    if area is None:
        return True
    tall = bool(area.south - FAR_DEGREES <= lat <= area.north + FAR_DEGREES)
    if area.west > area.east:  # the area spans the date line
        return tall
    return tall and bool(area.west - FAR_DEGREES <= lon <= area.east + FAR_DEGREES)
