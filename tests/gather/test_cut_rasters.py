"""Rasters cut to a city: the right cells, at the right place, and never a missing one taken for a value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from almena.gather.clip_raster import clip_rasters
from almena.model.problem import InputError

SQUARES = np.arange(12, dtype="float32").reshape(3, 4)


def raster(
    path: Path, cells: Any, west: float = 0.0, north: float = 3.0, size: float = 1.0, **more: Any
) -> Path:
    """Write cells of some degrees from a north-west corner."""
    array = np.asarray(cells)
    profile = {"driver": "GTiff", "count": 1, "dtype": array.dtype.name, "crs": "EPSG:4326", **more}
    place = Affine(size, 0, west, 0, -size, north)
    with rasterio.open(
        path, "w", height=array.shape[0], width=array.shape[1], transform=place, **profile
    ) as file:
        file.write(array, 1)
    return path


def cut(sources: list[Path], box: tuple[float, float, float, float]) -> tuple[int, Any, Any]:
    """Cut and read back: number of filled cells, cells, transform."""
    target = sources[0].with_name("cut.tif")
    filled = clip_rasters(sources, target, box)
    with rasterio.open(target) as made:
        return filled, made.read(1), made.transform


def refusal(sources: list[Path], box: tuple[float, float, float, float]) -> Any:
    with pytest.raises(InputError) as error:
        clip_rasters(sources, sources[0].with_name("cut.tif"), box)
    assert not sources[0].with_name("cut.tif").exists()
    return error.value.problems[0]


def test_every_cell_that_the_box_touches_is_kept_where_it_lies(tmp_path: Path) -> None:
    """
    Cells of one degree from (0, 3): the box 1.5-2.5 east, 0.5-1.5 north touches columns 1, 2 and rows 1, 2.

        0  1  2  3
        4 (5  6) 7
        8 (9 10) 11
    """
    filled, cells, place = cut([raster(tmp_path / "a.tif", SQUARES, nodata=-1)], (1.5, 0.5, 2.5, 1.5))
    assert cells.tolist() == [[5, 6], [9, 10]]
    assert (filled, place.c, place.f, place.a, place.e) == (4, 1.0, 2.0, 1.0, -1.0)


def test_a_box_along_the_lines_takes_no_cell_beyond_them(tmp_path: Path) -> None:
    _, cells, place = cut([raster(tmp_path / "a.tif", SQUARES, nodata=-1)], (1.0, 1.0, 3.0, 2.0))
    assert cells.tolist() == [[5, 6]]
    assert (place.c, place.f) == (1.0, 2.0)


def test_a_box_that_reaches_beyond_takes_what_there_is(tmp_path: Path) -> None:
    filled, cells, place = cut([raster(tmp_path / "a.tif", SQUARES, nodata=-1)], (-9.0, 1.2, 1.5, 9.0))
    assert cells.tolist() == [[0, 1], [4, 5]]
    assert (filled, place.c, place.f) == (4, 0.0, 3.0)


@settings(max_examples=12)
@given(st.floats(-0.5, 3.5), st.floats(-0.5, 2.5), st.floats(0.05, 3.0), st.floats(0.05, 3.0))
def test_a_cut_cell_is_the_cell_of_the_whole_at_the_same_place(
    tmp_path_factory: pytest.TempPathFactory, west: float, south: float, wide: float, tall: float
) -> None:
    assume(west + wide > 0 and south + tall > 0)  # a box that only touches the raster does not reach it
    source = raster(tmp_path_factory.mktemp("r") / "a.tif", SQUARES, nodata=-1)
    _, cells, place = cut([source], (west, south, west + wide, south + tall))
    for row in range(cells.shape[0]):
        for column in range(cells.shape[1]):
            x, y = place.c + column + 0.5, place.f - row - 0.5
            assert cells[row, column] == SQUARES[int(3.0 - y), int(x)]
            assert west < x + 0.5
            assert south < y + 0.5


def test_cells_that_hold_nothing_are_not_counted(tmp_path: Path) -> None:
    cells = np.array([[1, -1, np.nan], [2, np.inf, 3]], dtype="float32")
    filled, made, _ = cut([raster(tmp_path / "a.tif", cells, north=2.0, nodata=-1)], (0, 0, 3, 2))
    assert filled == 3
    assert made[0, 1] == -1


def test_each_raster_has_its_own_word_for_missing(tmp_path: Path) -> None:
    """
    The second square says -32768 where the first says -1: its gap is a gap, and no height of -32,768 m.

    Together 2 + 2 cells, one missing in each: 2 filled.
    """
    one = raster(tmp_path / "a.tif", np.array([[5, -1]], dtype="int16"), north=1.0, nodata=-1)
    two = raster(
        tmp_path / "b.tif", np.array([[-32768, 7]], dtype="int16"), west=2.0, north=1.0, nodata=-32768
    )
    filled, cells, _ = cut([one, two], (0, 0, 4, 1))
    assert cells.tolist() == [[5, -1, -1, 7]]
    assert filled == 2


def test_a_gap_of_a_later_square_hides_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    one = raster(tmp_path / "a.tif", np.array([[5, 6]], dtype="int16"), north=1.0, nodata=-1)
    two = raster(tmp_path / "b.tif", np.array([[-1, 7]], dtype="int16"), west=1.0, north=1.0, nodata=-1)
    assert cut([one, two], (0, 0, 3, 1))[1].tolist() == [[5, 6, 7]]


def test_between_two_squares_lies_what_nobody_mapped(tmp_path: Path) -> None:
    one = raster(tmp_path / "a.tif", np.array([[5]], dtype="int16"), north=1.0, nodata=-1)
    two = raster(tmp_path / "b.tif", np.array([[7]], dtype="int16"), west=2.0, north=1.0, nodata=-1)
    filled, cells, _ = cut([one, two], (0, 0, 3, 1))
    assert (filled, cells.tolist()) == (2, [[5, -1, 7]])


def test_the_order_of_the_squares_does_not_matter(tmp_path: Path) -> None:
    """The grid is counted from the first raster, wherever it lies: the one in the south-east may come first."""
    one = raster(tmp_path / "a.tif", np.array([[1, 2], [3, 4]], dtype="int16"), nodata=-1)
    two = raster(
        tmp_path / "b.tif", np.array([[5, 6], [7, 8]], dtype="int16"), west=2.0, north=1.0, nodata=-1
    )
    first, second = cut([one, two], (0.5, -0.5, 3.5, 2.5)), cut([two, one], (0.5, -0.5, 3.5, 2.5))
    assert first[0] == second[0] == 8
    assert first[1].tolist() == second[1].tolist()
    assert first[2] == second[2]
    assert first[1].tolist() == [[1, 2, -1, -1], [3, 4, -1, -1], [-1, -1, 5, 6], [-1, -1, 7, 8]]


@pytest.mark.parametrize(("kind", "missing"), [("float32", np.nan), ("int16", -32768), ("int32", -(2**31))])
def test_without_a_word_for_missing_one_is_taken_that_no_cell_holds(
    tmp_path: Path, kind: str, missing: float
) -> None:
    source = raster(tmp_path / "a.tif", np.array([[0, 1]], dtype=kind), north=1.0)
    assert clip_rasters([source], tmp_path / "cut.tif", (0, 0, 2, 1)) == 2
    with rasterio.open(tmp_path / "cut.tif") as made:
        assert made.nodata == pytest.approx(missing, nan_ok=True)
        assert made.dtypes[0] == kind


def test_a_city_without_a_single_value_gets_no_file(tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", np.full((2, 2), -1, dtype="int16"), north=2.0, nodata=-1)
    problem = refusal([source], (0, 0, 2, 2))
    assert problem.what == "A raster has nothing here."
    assert problem.where == "cut.tif"
    assert "no cell" in problem.why
    assert problem.remedy


@pytest.mark.parametrize(
    "box", [(4.0, 0.0, 5.0, 1.0), (-2.0, 0.0, 0.0, 1.0), (0.0, 3.0, 1.0, 4.0), (0.0, -2.0, 1.0, 0.0)]
)
def test_a_neighbour_that_only_touches_the_raster_is_outside_on_all_four_sides(
    tmp_path: Path, box: tuple[float, float, float, float]
) -> None:
    problem = refusal([raster(tmp_path / "a.tif", SQUARES, nodata=-1)], box)
    assert "does not reach the city" in problem.why


@pytest.mark.parametrize("odd", [{"crs": "EPSG:4674"}, {"size": 0.5}, {"kind": "float64"}])
def test_squares_of_two_grids_are_not_joined(tmp_path: Path, odd: dict[str, Any]) -> None:
    """Another coordinate system, another cell, another type: each would be written wrong without a word."""
    one = raster(tmp_path / "a.tif", SQUARES, nodata=-1)
    kind = odd.pop("kind", "float32")
    two = raster(tmp_path / "b.tif", SQUARES.astype(kind), west=4.0, nodata=-1, **odd)
    assert "one grid" in refusal([one, two], (0, 0, 8, 3)).why


def test_a_former_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "cut.tif"
    target.write_bytes(b"former")
    with pytest.raises(InputError):
        clip_rasters([raster(tmp_path / "a.tif", SQUARES, nodata=-1)], target, (50, 0, 51, 1))
    assert target.read_bytes() == b"former"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tif", "cut.tif"]
