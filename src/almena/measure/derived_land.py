"""Land cover by place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from almena.geo.zonal import cell_areas, cell_fractions, class_areas, classes_of
from almena.measure.derived_people import Floats, steps
from almena.measure.registry import derived
from almena.model.data import Grid, RoleData
from almena.model.place import Places
from almena.model.problem import AlmenaError
from almena.packs import read_table

LEGENDS = "land_cover_legends.csv"


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
    legend, product = legend_of(land_cover), product_of(land_cover)
    names = tuple(sorted(set(legend.values())))
    found = cell_fractions(land_cover, places.geometry, places.crs, counts=False)
    codes, which = classes_of(found.value)
    column = np.array([_column(legend, names, int(code)) for code in codes], dtype=np.int64)[which]
    row = found.cell // land_cover.array.shape[1]
    area = cell_areas(land_cover)[row] * found.fraction
    known = column >= 0
    index = found.polygon[known] * len(names) + column[known]
    total = np.bincount(index, area[known].astype(float), len(places) * len(names)).astype(float)
    return LandAreas(
        classes=names,
        area=total.reshape(len(places), len(names)),
        origins=steps(land_cover, "cells cut by the places"),
        date=land_cover.date,
        notes=(f"the classes are those of {product}, as its credit names it",) if product else (),
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
    legend, found = legend_of(land_cover), dict[str, float]()
    for code, area in class_areas(land_cover, shape, crs).items():
        if code in legend:
            found[legend[code]] = found.get(legend[code], 0.0) + area / 1e6
    return found


def legend_of(land_cover: Grid) -> Mapping[int, str]:
    """
    Return what the codes of a land-cover raster mean: as the kit says, else as its product is known to.

    The product is told by its name in the credit or the file name; the table of legends is not silent about it:
    the values carry a note.

    Raises
    ------
    AlmenaError
        When neither the kit nor a known product explains the codes.
    """
    if land_cover.classes:
        return land_cover.classes
    product = product_of(land_cover)
    if product:
        return {int(r["code"]): r["class"] for r in read_table(LEGENDS) if r["product"] == product}
    raise AlmenaError.of(
        "The classes of the land-cover raster are not explained",
        "role land_cover",
        "a code such as 24 means nothing without its legend",
        'Give the legend in kit.toml: codes = { class = { "24" = "urban", … } }.',
    )


def product_of(land_cover: Grid) -> str:
    """Return the product whose name stands in the credit or file name of a raster without a legend, or nothing."""
    if land_cover.classes:
        return ""
    texts = " ".join(f"{s.attribution} {s.file}" for s in land_cover.sources).lower()
    return next((r["product"] for r in read_table(LEGENDS) if r["pattern"] in texts), "")


def _column(legend: Mapping[int, str], names: tuple[str, ...], code: int) -> int:
    name = legend.get(code)
    return names.index(name) if name is not None else -1
