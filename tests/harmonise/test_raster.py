"""Rasters as grids, cell by cell as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from almena.model.problem import InputError

from .kitchen import read, role, said, text_file

HEIGHTS = role("grid", named="elevation", unit="m")
CLASSES = role("grid", named="land_cover", unit="class")


def tiff(folder: Path, array: Any, **options: Any) -> Path:
    path = folder / "grid.tif"
    bands = array if array.ndim == 3 else array[None]
    settings = {"crs": "EPSG:4326", "transform": Affine(0.01, 0.0, -51.0, 0.0, -0.02, -30.0), **options}
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=len(bands),
        height=bands.shape[1],
        width=bands.shape[2],
        dtype=bands.dtype,
        **settings,
    ) as file:
        file.write(bands)
    return path


def test_cells_place_and_nodata_come_as_they_are(tmp_path: Path) -> None:
    array = np.array([[1.5, -99999.0, 3.0], [4.0, 5.0, 6.0]], dtype=np.float32)
    grid = read(tiff(tmp_path, array, nodata=-99999.0), "raster", HEIGHTS)
    assert grid.array.dtype == np.float32
    assert (grid.array == array).all()
    assert grid.affine == pytest.approx((0.01, 0.0, -51.0, 0.0, -0.02, -30.0))
    assert grid.bounds == pytest.approx((-51.0, -30.04, -50.97, -30.0))
    assert grid.nodata == -99999.0
    assert (grid.crs, grid.unit, grid.notes) == ("EPSG:4326", "m", ())
    assert grid.origins[0].locator == "band 1, 2 rows and 3 columns"


def test_the_first_band_is_used_and_said(tmp_path: Path) -> None:
    grid = read(tiff(tmp_path, np.arange(8, dtype=np.int16).reshape(2, 2, 2)), "raster", HEIGHTS)
    assert grid.array.tolist() == [[0, 1], [2, 3]]
    assert grid.notes == ("the first of 2 bands is used",)


def test_nobody_states_the_system(tmp_path: Path) -> None:
    path = tiff(tmp_path, np.ones((2, 2)), crs=None)
    with pytest.raises(InputError, match="coordinate system is missing"):
        read(path, "raster", HEIGHTS)
    assert read(path, "raster", HEIGHTS, crs="EPSG:31982").crs == "EPSG:31982"


@pytest.mark.parametrize("hole", [np.nan, -1.0])
def test_a_raster_without_a_value_is_refused(tmp_path: Path, hole: float) -> None:
    with pytest.raises(InputError, match="holds no value"):
        read(tiff(tmp_path, np.full((3, 3), hole), nodata=-1.0), "raster", HEIGHTS)


def test_one_value_is_enough(tmp_path: Path) -> None:
    array = np.full((3, 3), -1.0)
    array[1, 1] = 7.0
    assert (read(tiff(tmp_path, array, nodata=-1.0), "raster", HEIGHTS).array == array).all()


def test_a_pile_at_the_top_of_the_type_is_noted(tmp_path: Path) -> None:
    array = np.zeros((100, 100), dtype=np.int16)
    array[0, :10] = np.iinfo(np.int16).max
    assert (
        read(tiff(tmp_path, array), "raster", HEIGHTS).notes == ()
    )  # exactly one in a thousand may be chance
    array[0, :11] = np.iinfo(np.int16).max
    notes = read(tiff(tmp_path, array), "raster", HEIGHTS).notes
    assert notes == ("11 cells (0.11 %) hold 32767, the most that int16 can: perhaps more",)


def test_heights_in_a_byte_are_noted_at_the_first_full_cell_but_classes_are_not(tmp_path: Path) -> None:
    array = np.zeros((100, 100), dtype=np.uint8)
    array[5, 5] = 255
    path = tiff(tmp_path, array)
    assert "1 cell (0.01 %) hold 255" in read(path, "raster", HEIGHTS).notes[0]
    assert read(path, "raster", CLASSES).notes == ()


def test_nodata_at_the_top_of_the_type_is_no_pile(tmp_path: Path) -> None:
    array = np.full((10, 10), 255, dtype=np.uint8)
    array[0, 0] = 3
    assert read(tiff(tmp_path, array, nodata=255), "raster", HEIGHTS).notes == ()


def test_cells_are_converted_when_the_kit_names_their_unit(tmp_path: Path) -> None:
    array = np.array([[10, -32768], [25, 30]], dtype=np.int16)
    grid = read(tiff(tmp_path, array, nodata=-32768), "raster", HEIGHTS, units={"value": "dm"})
    assert grid.array[0, 0] == 1.0
    assert grid.array[1].tolist() == [2.5, 3.0]
    assert np.isnan(grid.array[0, 1])
    assert np.isnan(grid.nodata)
    assert grid.notes == grid.origins[0].steps == ("cells converted from dm to m",)
    same = read(tiff(tmp_path, array, nodata=-32768), "raster", HEIGHTS, units={"value": "m"})
    assert same.array.dtype == np.int16


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_turned_and_unplaced_rasters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="turned"):
        read(tiff(tmp_path, np.ones((2, 2)), transform=Affine(1, 0.5, 0, 0.5, -1, 0)), "raster", HEIGHTS)
    with pytest.raises(InputError, match="turned"):
        read(tiff(tmp_path, np.ones((2, 2)), transform=Affine(1, 0, 0, 0.5, -1, 0)), "raster", HEIGHTS)
    with pytest.raises(InputError, match="no position"):
        read(tiff(tmp_path, np.ones((2, 2)), transform=Affine.identity()), "raster", HEIGHTS)


@pytest.mark.parametrize(
    "text",
    [
        "not a raster",
        '<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS></VRTDataset>',
        "<html></html>",
    ],
)
def test_only_geotiff_is_opened(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="cannot be read as a GeoTIFF") as error:
        read(text_file(tmp_path, text, "grid.tif"), "raster", HEIGHTS)
    assert str(tmp_path) not in said(error.value)


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    path = tiff(tmp_path, np.random.default_rng(1).random((200, 200)))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(InputError, match="GeoTIFF"):
        read(path, "raster", HEIGHTS)


def test_a_sidecar_cannot_change_the_meaning(tmp_path: Path) -> None:
    path = tiff(tmp_path, np.ones((2, 2)))
    text_file(tmp_path, "<PAMDataset><SRS>EPSG:31982</SRS></PAMDataset>", "grid.tif.aux.xml")
    assert read(path, "raster", HEIGHTS).crs == "EPSG:4326"


def test_a_huge_raster_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("almena.harmonise.raster.MAX_CELLS", 3)
    with pytest.raises(InputError, match="too large"):
        read(tiff(tmp_path, np.ones((2, 2))), "raster", HEIGHTS)
