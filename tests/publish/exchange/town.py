"""Vale Claro with more to hand over: a raster, layers of mixed features, hostile texts, closed files."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from tests.publish import city

from almena.model.data import Grid, Layer, RoleData
from almena.publish.editions import for_edition
from almena.publish.material import CITY_EDITION, Material

NAMED = frozenset({"informal_settlements", "hydrants", "power_lines", "social_facilities"})
OPEN_STREET_MAP = "© OpenStreetMap contributors"


def grid() -> Grid:
    """Return people in cells of 100 m, with one cell of which nothing is known."""
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    array[0, 0] = -1
    affine = (100.0, 0.0, city.EAST, 0.0, -100.0, city.NORTH + 300)
    return Grid(
        role="population_grid", origins=city.origins("population_grid"), date="2020", array=array, affine=affine,
        crs=city.CRS, nodata=-1.0, unit="persons",
    )  # fmt: skip


def schools() -> Layer:
    """Return two schools as points and one as an area, with texts that a spreadsheet might run."""
    east, north = city.EAST + 100, city.NORTH + 100
    shapes = [
        shapely.Point(east, north),
        shapely.box(east, north, east + 50, north + 50),
        shapely.Point(east, north + 9),
    ]
    found = city.layer("schools", shapes, name=["=1+1", "Escola Água", ""], pupils=[120, 80, 15])
    return replace(
        found, fields={**found.fields, "fid": np.array([7, 8, 9]), "list": np.array([[1], [2], [3]], object)}
    )


def layer(role: str) -> RoleData | None:
    """Return the content of a role."""
    return {**city.layers(), "population_grid": grid(), "schools": schools()}.get(role)


def material(edition: str = "public", **changes: Any) -> Material:
    """Return the whole run."""
    named = {"city_roles": NAMED} if edition == CITY_EDITION else {}
    return city.material(edition, **({"layer": layer} | named | changes))


def cut(edition: str = "public", **changes: Any) -> Material:
    """Return the run as exporters get it."""
    return for_edition(material(edition, **changes))


def everything_in(path: Path) -> str:
    """Return all texts inside a file or folder: archives are opened, databases read, packed projects unpacked."""
    if path.is_dir():
        return "\n".join(everything_in(p) for p in sorted(path.rglob("*")) if p.is_file())
    content = path.read_bytes()
    if content.startswith(b"SQLite format 3"):
        return _database_texts(path)
    return _texts(content)


def _texts(content: bytes) -> str:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(name + "\n" + _texts(archive.read(name)) for name in archive.namelist())


def _database_texts(path: Path) -> str:
    found = [path.read_bytes().decode("utf-8", "replace")]
    with closing(sqlite3.connect(path)) as database:
        for (project,) in database.execute("SELECT content FROM qgis_projects"):
            found.append(_texts(bytes.fromhex(project.decode())))
    return "\n".join(found)
