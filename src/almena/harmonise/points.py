"""A table with coordinates in two columns as a layer of points, or with a column of shapes as a layer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from almena.harmonise.casting import texts_of
from almena.harmonise.choosing import find_column
from almena.harmonise.columns import RawTable, canonical
from almena.harmonise.found import FoundFile
from almena.model.card import Role

if TYPE_CHECKING:
    from almena.model.data import Layer

COORDINATES = ("x", "y")
SHAPE = "wkt"
_SYSTEM = re.compile(r" *srid *= *(\d+) *; *", re.IGNORECASE)


def points_from(raw: RawTable, found: FoundFile, role: Role) -> Layer:
    """
    Return the rows of a table as points, or as the shapes that a column of well-known text writes.

    Parameters
    ----------
    raw : RawTable
        The table.
    found : FoundFile
        The file; ``fields`` names the columns ``x`` (east, longitude) and ``y`` (north, latitude), or ``wkt``;
        ``crs`` says what they are.
    role : Role
        A role of kind ``layer``.

    Raises
    ------
    InputError
        When the columns or the coordinate system are not given, or cannot be used.
    """
    from almena.harmonise.layers import RawLayer, build_layer

    geometry, table = (_shapes if SHAPE in found.spec.fields else _points)(raw, found, role)
    rows = np.array([_row(raw, i) for i in range(raw.length)])
    others = {name: ref for name, ref in found.spec.fields.items() if name not in (*COORDINATES, SHAPE)}
    return build_layer(
        RawLayer(table, geometry, rows, ""), replace(found, spec=replace(found.spec, fields=others)), role
    )


def _points(raw: RawTable, found: FoundFile, role: Role) -> tuple[NDArray[Any], RawTable]:
    import shapely

    lacking = [c for c in COORDINATES if c not in found.spec.fields]
    if lacking:
        remedy = 'Name them in the kit, for example fields = { x = "lon", y = "lat" } with crs = "EPSG:4326".'
        what = f"The columns with the coordinates of {role.id} are not named."
        raise found.refusal(what, f"`fields` lacks {' and '.join(lacking)}.", remedy, raw.inside)
    plain = replace(
        found.spec, where={}, codes={}, units={}, fields={c: found.spec.fields[c] for c in COORDINATES}
    )
    axes = Role(
        role.id, "table", role.title, role.meaning, required=tuple(f"{c}:number" for c in COORDINATES)
    )
    where = canonical(replace(raw, notes=()), replace(found, spec=plain), axes)
    x, y = (np.asarray(where.columns[c], dtype=np.float64) for c in COORDINATES)
    known = ~(np.isnan(x) | np.isnan(y))
    geometry = np.full(raw.length, None, dtype=object)
    geometry[known] = shapely.points(x[known], y[known])
    unread = where.listed[len(raw.listed) :]
    return geometry, replace(raw, notes=(*raw.notes, *where.notes), listed=(*raw.listed, *unread))


def _shapes(raw: RawTable, found: FoundFile, role: Role) -> tuple[NDArray[Any], RawTable]:
    """Return shapes from well-known text; a text that is none is listed with its cell."""
    import shapely

    position = find_column(found.spec.fields[SHAPE], raw.names, raw.inside, found, SHAPE).positions[0]
    texts = texts_of(raw.get(position))
    bare = np.array([_SYSTEM.sub("", t, count=1) or None for t in texts], dtype=object)
    geometry = np.asarray(shapely.from_wkt(bare, on_invalid="ignore"), dtype=object)
    bad = np.flatnonzero([g is None and t is not None for g, t in zip(geometry, bare, strict=True)])
    if len(bad) > raw.length / 2:
        shown = texts[int(bad[0])][:40]
        what = f"The column of shapes of {role.id} cannot be read."
        remedy = "Name the column that holds well-known text, such as POINT (-51.2 -30.0)."
        raise found.refusal(what, f"{shown!r} is no well-known text", remedy, raw.inside)
    unread = raw.leave("it is no well-known text", bad, "Correct the cell.", position, field=SHAPE)
    return geometry, replace(raw, listed=(*raw.listed, *unread))


def _row(raw: RawTable, row: int) -> str:
    """Return the row's address without its column, as the id of its point."""
    return raw.address(0, row).split(",")[0] if raw.address else f"row {row + 1}"
