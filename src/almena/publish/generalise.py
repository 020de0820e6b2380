"""Turn outlines that must not be recognised into a coarse area without names."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from almena.geo.crs import reproject
from almena.model.data import Layer

CELL = 500.0  # metres; assumed: several blocks, so that no single settlement can be told from the next
MARK = "generalised: cells of 500 m without names"


def generalised(layer: Layer, crs: str, cell: float = CELL) -> Layer:
    """
    Return a layer as one area made of whole cells, without names, ids or fields.

    Parameters
    ----------
    layer : Layer
        Polygons that may not be shown one by one.
    crs : str
        The city's metric coordinate system, in which the cells are drawn.
    cell : float
        Side of a cell in metres.
    """
    if MARK in layer.notes:
        return layer
    geometry = np.asarray(reproject(layer.geometry, layer.crs, crs), dtype=object)
    area = shapely.union_all(_cells(geometry, cell))
    shown = np.array([area], dtype=object) if not area.is_empty else np.empty(0, dtype=object)
    return layer.with_(
        crs=crs,
        geometry=shown,
        fields={},
        ids=np.empty(0, dtype=np.str_),
        notes=(MARK,),
        alternatives=(),
        covered=None,
    )


def _cells(geometry: Any, cell: float) -> Any:
    boxes = {
        corner
        for shape in geometry
        if shape is not None and not shape.is_empty
        for corner in _corners_met(shape, cell)
    }
    if not boxes:
        return np.empty(0, dtype=object)
    corners = np.array(sorted(boxes), dtype=float) * cell
    return shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + cell, corners[:, 1] + cell)


def _corners_met(shape: Any, cell: float) -> list[tuple[int, int]]:
    west, south, east, north = np.floor(np.array(shape.bounds) / cell).astype(int)
    columns, rows = (a.ravel() for a in np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1)))
    boxes = shapely.box(columns * cell, rows * cell, (columns + 1) * cell, (rows + 1) * cell)
    met = shapely.intersects(boxes, shape)
    return list(zip(columns[met].tolist(), rows[met].tolist(), strict=True))
