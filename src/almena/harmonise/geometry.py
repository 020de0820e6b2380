"""Geometry from any file made fit to count with: flat, valid, of the right type, where its CRS says it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.harmonise.crs import check_position
from almena.harmonise.found import FoundFile
from almena.harmonise.words import count
from almena.model.card import Role

POINT, LINE, RING, POLYGON, MANY_POINTS, MANY_LINES, MANY_POLYGONS, MIXED = range(8)
FAMILY = {
    "point": (POINT,),
    "line": (LINE, RING, MANY_LINES),
    "polygon": (POLYGON, MANY_POLYGONS),
    "any": (POINT, LINE, RING, POLYGON, MANY_POINTS, MANY_LINES, MANY_POLYGONS),
}
OUTLINES = ("boundary",)  # roles of one shape, which some offices draw as a line around it
DIMENSION = {"point": 0, "line": 1, "polygon": 2}


@dataclass(frozen=True)
class CleanGeometry:
    """
    Features that can be used.

    Parameters
    ----------
    geometry : ndarray of object, shape (n,)
        Two-dimensional valid geometries of the role's type.
    rows : ndarray of int, shape (n,)
        Their positions among the features given.
    notes : tuple of str
        What was repaired and what was left out, with counts.
    left : tuple of (str, ndarray of int)
        Why features were left out, and their positions among the features given.
    """

    geometry: NDArray[np.object_]
    rows: NDArray[np.intp]
    notes: tuple[str, ...] = ()
    left: tuple[tuple[str, NDArray[np.intp]], ...] = ()


def clean(geometry: NDArray[Any], crs: str, found: FoundFile, role: Role, inside: str = "") -> CleanGeometry:
    """
    Return the usable features of a layer.

    Parameters
    ----------
    geometry : ndarray of object, shape (m,)
        Shapely geometries as read; None where a feature has none.
    crs : str
        Their coordinate system.
    found : FoundFile
        The file, for messages.
    role : Role
        Says which type of geometry is wanted.
    inside : str
        Layer, for messages.

    Raises
    ------
    InputError
        When no feature is left, or the coordinates cannot be what the CRS says.
    """
    notes: list[str] = []
    flat = shapely.force_2d(geometry) if shapely.has_z(geometry).any() else geometry
    rows = np.flatnonzero(~(shapely.is_missing(flat) | shapely.is_empty(flat)))
    _note(notes, len(flat) - len(rows), "without geometry left out")
    left = [("it has no geometry", np.setdiff1d(np.arange(len(flat)), rows))]
    flat = flat[rows]
    _refuse_empty(flat, len(geometry), found, inside)
    finite = np.isfinite(shapely.bounds(flat)).all(axis=1)
    _note(notes, int((~finite).sum()), "with coordinates that are not numbers left out")
    left.append(("its coordinates are not numbers", rows[~finite]))
    flat, rows = _repair(flat[finite], notes), rows[finite]
    if role.id in OUTLINES:
        flat, drawn_along = _filled(flat, notes)
        left.append(("its line was joined with the others to one outline", rows[drawn_along]))
        flat, rows = np.delete(flat, drawn_along), np.delete(rows, drawn_along)
    flat, fits = _of_family(flat, role.geometry or "any")
    _note(notes, int((~fits).sum()), f"left out as not a {role.geometry}")
    left.append((f"it is not a {role.geometry or 'shape'}", rows[~fits]))
    _refuse_wrong_type(flat, fits, found, role, inside)
    check_position(flat[fits], crs, found, inside)
    return CleanGeometry(flat[fits], rows[fits], tuple(notes), tuple(left))


def _filled(geometry: NDArray[Any], notes: list[str]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return one area where a file draws lines only and they close: rings inside of rings are holes."""
    nothing = np.empty(0, dtype=np.intp)
    if not len(geometry) or not np.isin(shapely.get_type_id(geometry), FAMILY["line"]).all():
        return geometry, nothing
    area = shapely.build_area(shapely.union_all(geometry))
    if shapely.is_empty(area):
        return geometry, nothing
    notes.append(f"{count(len(geometry), 'line')} closed to one outline; rings inside of it are holes")
    filled = geometry.copy()
    filled[0] = area
    return filled, np.arange(1, len(geometry))


def _repair(geometry: NDArray[Any], notes: list[str]) -> NDArray[Any]:
    """Return valid geometries; a repaired polygon keeps its polygons and drops the slivers of lower dimension."""
    broken = np.flatnonzero(~shapely.is_valid(geometry))
    if not len(broken):
        return geometry
    repaired = geometry.copy()
    for i, fixed in zip(broken, shapely.make_valid(geometry[broken]), strict=True):
        repaired[i] = _pieces(fixed, int(shapely.get_dimensions(geometry[i])))
    kept = ~shapely.is_empty(repaired[broken])
    notes.append(f"{count(int(kept.sum()), 'invalid feature')} repaired")
    return repaired


def _pieces(geometry: Any, dimension: int) -> Any:
    """Return the parts of a geometry that have a given dimension, as one geometry."""
    if shapely.get_type_id(geometry) != MIXED:
        same = shapely.get_dimensions(geometry) == dimension
        return geometry if same else shapely.GeometryCollection()
    parts = [p for p in _flatten(geometry) if shapely.get_dimensions(p) == dimension]
    if not parts:
        return shapely.GeometryCollection()
    return shapely.union_all(parts)


def _flatten(geometry: Any) -> list[Any]:
    """Return the simple parts of a collection, however deep."""
    parts = [geometry]
    while any(shapely.get_num_geometries(p) != 1 or shapely.get_type_id(p) == MIXED for p in parts):
        parts = list(shapely.get_parts(parts))
    return parts


def _of_family(geometry: NDArray[Any], wanted: str) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return geometries with collections reduced to the wanted type, and a mask of those that have it."""
    changed = geometry.copy()
    kinds = shapely.get_type_id(geometry)
    for i in np.flatnonzero(kinds == MIXED):
        dimension = DIMENSION.get(wanted, int(shapely.get_dimensions(geometry[i])))
        changed[i] = _pieces(geometry[i], dimension)
    lone = (kinds == MANY_POINTS) & (shapely.get_num_geometries(geometry) == 1)
    changed[lone] = shapely.get_geometry(geometry[lone], 0)
    fits = np.isin(shapely.get_type_id(changed), FAMILY[wanted]) & ~shapely.is_empty(changed)
    return changed, fits


def _note(notes: list[str], number: int, what: str) -> None:
    if number:
        notes.append(f"{count(number, 'feature')} {what}")


def _refuse_empty(left: NDArray[Any], total: int, found: FoundFile, inside: str) -> None:
    if len(left):
        return
    why = f"None of its {count(total, 'feature')} has a geometry." if total else "It holds no feature."
    raise found.refusal("The layer is empty.", why, "Check the layer name and the filter in the kit.", inside)


def _refuse_wrong_type(
    geometry: NDArray[Any], fits: NDArray[np.bool_], found: FoundFile, role: Role, inside: str
) -> None:
    if fits.any():
        return
    seen = ", ".join(sorted({g.geom_type for g in geometry.tolist()}))
    raise found.refusal(
        f"The layer holds no {role.geometry}.",
        f"The role {role.id} needs features of type {role.geometry}; the file holds {seen}.",
        "Use another layer or file for this role.",
        inside,
    )
