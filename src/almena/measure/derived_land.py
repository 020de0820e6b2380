"""Land cover by place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from almena.geo.zonal import cell_areas, cell_fractions, class_areas
from almena.measure.derived_people import Floats, steps
from almena.measure.registry import derived
from almena.model.data import Grid, RoleData
from almena.model.place import Places
from almena.model.problem import AlmenaError


@dataclass(frozen=True, kw_only=True)
class LandAreas(RoleData):
    """
    Area of each land-cover class in each place.

    Parameters
    ----------
    classes : tuple of str
        Class names, as in ``packs/land_cover.csv``.
    area : ndarray of float, shape (n_places, n_classes)
        Square metres, cells cut exactly by the places.
    """

    role: str = "land_areas"
    classes: tuple[str, ...]
    area: Floats

    def of(self, names: Iterable[str]) -> Floats:
        """Return the area of some classes together, shape (n_places,); unknown names count nothing."""
        wanted = set(names)
        return np.asarray(self.area[:, [c in wanted for c in self.classes]].sum(axis=1))


@derived(version="1")
def land_areas(land_cover: Grid, *, places: Places) -> LandAreas:
    """
    Sum the area of each land-cover class in each place.

    Parameters
    ----------
    land_cover : Grid
        Class codes with their meaning in ``classes``.
    places : Places
        The city and its parts.

    Raises
    ------
    AlmenaError
        When the kit does not say what the codes mean.
    """
    _legend(land_cover)
    names = tuple(sorted(set(land_cover.classes.values())))
    found = cell_fractions(land_cover, places.geometry, places.crs, counts=False)
    column = np.array([_column(land_cover, names, code) for code in range(256)])
    code = np.clip(found.value.astype(np.int64), 0, 255)
    row = found.cell // land_cover.array.shape[1]
    area = cell_areas(land_cover)[row] * found.fraction
    known = column[code] >= 0
    index = found.polygon[known] * len(names) + column[code][known]
    total = np.bincount(index, area[known].astype(float), len(places) * len(names)).astype(float)
    return LandAreas(
        classes=names,
        area=total.reshape(len(places), len(names)),
        origins=steps(land_cover, "cells cut by the places"),
        date=land_cover.date,
        notes=land_cover.notes,
    )


def urban_area(land_cover: Grid, shape: Any, crs: str) -> float:
    """
    Return the built-up area inside a shape, in km².

    Raises
    ------
    AlmenaError
        When the kit does not say what the codes of the raster mean.
    """
    return areas_by_class(land_cover, shape, crs).get("urban", 0.0)


def areas_by_class(land_cover: Grid, shape: Any, crs: str) -> dict[str, float]:
    """
    Return the area of each land-cover class inside a shape, in km², by the names of the legend.

    Raises
    ------
    AlmenaError
        When the kit does not say what the codes of the raster mean.
    """
    legend, found = _legend(land_cover), dict[str, float]()
    for code, area in class_areas(land_cover, shape, crs).items():
        if code in legend:
            found[legend[code]] = found.get(legend[code], 0.0) + area / 1e6
    return found


def _legend(land_cover: Grid) -> Mapping[int, str]:
    if land_cover.classes:
        return land_cover.classes
    raise AlmenaError.of(
        "The classes of the land-cover raster are not explained",
        "role land_cover",
        "a code such as 24 means nothing without its legend",
        'Give the legend in kit.toml: codes = { class = { "24" = "urban", … } }.',
    )


def _column(land_cover: Grid, names: tuple[str, ...], code: int) -> int:
    name = land_cover.classes.get(code)
    return names.index(name) if name is not None else -1
