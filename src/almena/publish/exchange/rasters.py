"""The rasters of an edition as cloud-optimised GeoTIFF, cells as read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almena.model.card import Role
from almena.model.data import Grid
from almena.model.problem import AlmenaError
from almena.publish.atomic import new_folder
from almena.publish.exchange.credits import credit_lines
from almena.publish.exchange.readme import title_of
from almena.publish.exporters import FOLDER, Exporter
from almena.publish.material import Material

ENDING = ".tif"


@dataclass(frozen=True)
class Raster:
    """A raster that the edition may show, with the role it fills."""

    role: Role
    grid: Grid

    @property
    def file(self) -> str:
        """Return the name of its file."""
        return f"{self.role.id}{ENDING}"


def rasters_of(edition: Material) -> Iterator[Raster]:
    """Return the rasters of an edition, in the order of the roles."""
    for role in edition.roles.values():
        grid = edition.layer(role.id) if role.kind == "grid" else None
        if isinstance(grid, Grid):
            yield Raster(role, grid)


def write_rasters(edition: Material, folder: Path) -> Path:
    """
    Write each raster into a folder, with its meaning, unit, classes and credit inside.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    folder : Path
        Replaced as a whole when all are written.

    Raises
    ------
    AlmenaError
        When the disk refuses it; a former folder is then still there.
    """
    from rasterio.errors import RasterioError

    try:
        # GDAL takes no folder whose name is not Unicode, so the files are made elsewhere
        with new_folder(folder) as draft, tempfile.TemporaryDirectory(prefix="almena-rasters-") as working:
            for raster in rasters_of(edition):
                _write(raster, edition, Path(working) / raster.file)
                shutil.copyfile(Path(working) / raster.file, draft / raster.file)
    except RasterioError as error:
        remedy = "Free some space, then run the same command again."
        raise AlmenaError.of("The rasters could not be written", str(folder), str(error), remedy) from error
    return folder


def _write(raster: Raster, edition: Material, path: Path) -> None:
    import rasterio

    grid = raster.grid
    rows, columns = grid.array.shape
    shape: dict[str, Any] = {"width": columns, "height": rows, "count": 1, "dtype": grid.array.dtype}
    # overviews of classes and of counts must not be averaged: the nearest cell stays a true cell
    options = {"driver": "COG", "compress": "DEFLATE", "overview_resampling": "nearest", "num_threads": "1"}
    with rasterio.open(
        path,
        "w",
        **shape,
        **options,
        crs=grid.crs,
        transform=rasterio.Affine(*grid.affine),
        nodata=grid.nodata,
    ) as file:
        file.write(grid.array, 1)
        file.set_band_description(1, raster.role.title)
        file.update_tags(
            TITLE=title_of(edition), MEANING=raster.role.meaning, UNIT=grid.unit, DATE=grid.date,
            CREDIT=" | ".join(credit_lines(grid.sources)), EDITION=edition.edition,
            **{f"CLASS_{value}": meaning for value, meaning in sorted(grid.classes.items())},
        )  # fmt: skip


RASTERS = Exporter(
    "rasters", "the rasters as cloud-optimised GeoTIFF", write_rasters, FOLDER, "rasters", "rasters"
)
