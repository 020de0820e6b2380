"""A table with coordinates in two columns, as a layer of points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from almena.harmonise.columns import RawTable, canonical
from almena.harmonise.found import FoundFile
from almena.model.card import Role

if TYPE_CHECKING:
    from almena.model.data import Layer

COORDINATES = ("x", "y")


def points_from(raw: RawTable, found: FoundFile, role: Role) -> Layer:
    """
    Return the rows of a table as points.

    Parameters
    ----------
    raw : RawTable
        The table.
    found : FoundFile
        The file; ``fields`` names the columns ``x`` (east, longitude) and ``y`` (north, latitude), ``crs`` says
        what they are.
    role : Role
        A role of kind ``layer``.

    Raises
    ------
    InputError
        When the columns or the coordinate system are not given, or cannot be used.
    """
    import shapely

    from almena.harmonise.layers import RawLayer, build_layer

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
    rows = np.array([_row(raw, i) for i in range(raw.length)])
    others = {name: ref for name, ref in found.spec.fields.items() if name not in COORDINATES}
    unread = where.listed[len(raw.listed) :]
    table = replace(raw, notes=(*raw.notes, *where.notes), listed=(*raw.listed, *unread))
    return build_layer(
        RawLayer(table, geometry, rows, ""), replace(found, spec=replace(found.spec, fields=others)), role
    )


def _row(raw: RawTable, row: int) -> str:
    """Return the row's address without its column, as the id of its point."""
    return raw.address(0, row).split(",")[0] if raw.address else f"row {row + 1}"
