"""A layer put together from its raw columns and its geometry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.harmonise.casting import text_array, texts_of
from almena.harmonise.choosing import find_column
from almena.harmonise.columns import RawTable, canonical
from almena.harmonise.crs import known_crs
from almena.harmonise.found import FoundFile
from almena.harmonise.geometry import clean
from almena.harmonise.words import count
from almena.model.card import Role
from almena.model.data import Layer
from almena.model.origin import Origin

THIRD = "z"
"""Name under which a kit asks for the third coordinate of points, for example the depth of an earthquake."""


@dataclass(frozen=True)
class RawLayer:
    """
    A layer as a file has it.

    Parameters
    ----------
    table : RawTable
        Attributes.
    geometry : ndarray of object, shape (n,)
        Shapely geometries; None where a feature has none.
    ids : ndarray of str, shape (n,)
        Feature ids in the file.
    crs : str
        What the file says about its coordinate system; empty when it says nothing.
    covered : shapely geometry or None
        Area that the source speaks of, when the file tells.
    """

    table: RawTable
    geometry: NDArray[Any]
    ids: NDArray[Any]
    crs: str
    covered: Any = None


def build_layer(raw: RawLayer, found: FoundFile, role: Role) -> Layer:
    """
    Return the canonical layer of a role.

    Parameters
    ----------
    raw : RawLayer
        What the file holds.
    found : FoundFile
        The file with its kit entry.
    role : Role
        What is wanted.

    Raises
    ------
    InputError
        When columns, coordinate system or geometry cannot be used.
    """
    inside = raw.table.inside
    crs, crs_notes = known_crs(raw.crs, found, inside)
    fields = canonical(_with_third_coordinate(raw, found), found, role)
    usable = clean(raw.geometry[fields.rows], crs, found, role, inside)
    ids = _ids(raw, found)[fields.rows][usable.rows]
    left = [one for why, gone in usable.left for one in raw.table.leave(why, fields.rows[gone])]
    locator = f"{inside}, {count(len(ids), 'feature')}" if inside else count(len(ids), "feature")
    return Layer(
        role=role.id,
        crs=crs,
        geometry=usable.geometry,
        fields={name: values[usable.rows] for name, values in fields.columns.items()},
        ids=ids,
        covered=raw.covered,
        origins=(Origin(found.source, locator, (*fields.steps, *usable.notes)),),
        notes=(*crs_notes, *fields.notes, *usable.notes),
        listed=(*fields.listed, *left),
        rows_read=raw.table.rows_read,
    )


def _with_third_coordinate(raw: RawLayer, found: FoundFile) -> RawTable:
    """Return the attributes with the third coordinate of points as a column ``z``, where the kit asks for it."""
    table = raw.table
    if THIRD not in found.spec.fields.values() or THIRD in table.names:
        return table
    heights = np.full(table.length, np.nan)
    points = shapely.get_type_id(raw.geometry) == shapely.GeometryType.POINT
    heights[points] = shapely.get_z(raw.geometry[points])

    def get(position: int) -> NDArray[Any]:
        """Return the third coordinates, or one of the columns of the file."""
        return heights if position == len(table.names) else table.get(position)

    return replace(table, names=(*table.names, THIRD), get=get)


def _ids(raw: RawLayer, found: FoundFile) -> NDArray[np.str_]:
    """Return the ids: from the column that the kit names as key, else those of the file."""
    key = found.spec.key
    if not key or key not in raw.table.names:
        return raw.ids
    position = find_column(key, raw.table.names, raw.table.inside, found).positions[0]
    return text_array(texts_of(raw.table.get(position)))
