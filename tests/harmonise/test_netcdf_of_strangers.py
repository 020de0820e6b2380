"""NetCDF grids as strangers write them: axes of half a system, bounds beside the variable, offsets without a factor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import netcdf_file
from tests.harmonise.kitchen import read, role, said

from almena.model.problem import InputError

RAIN = role("grid", unit="mm")


def grid(path: Path, units: tuple[str, str] = ("degrees_north", "degrees_east"), **attributes: Any) -> Path:
    """Write rain on 2 by 3 cells of a quarter of a degree, with the bounds of its rows beside it."""
    with netcdf_file(path, "w") as file:
        for name, values, unit in (
            ("lat", [-30.0, -30.25], units[0]),
            ("lon", [-51.5, -51.25, -51.0], units[1]),
        ):
            file.createDimension(name, len(values))
            axis = file.createVariable(name, "f8", (name,))
            axis[:] = values
            if unit:
                axis.units = unit
        rain = file.createVariable("rain", "i2", ("lat", "lon"))
        rain[:] = np.arange(6).reshape(2, 3)
        for name, value in attributes.items():
            setattr(rain, name, value)
        bounds = file.createVariable("rain_bnds", "f8", ("lat", "lon"))
        bounds[:] = np.zeros((2, 3))
    return path


def test_bounds_beside_a_variable_leave_no_doubt_which_one_is_meant(tmp_path: Path) -> None:
    made = read(grid(tmp_path / "a.nc"), "raster", RAIN)
    assert made.array.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert "the variable rain is used" in made.notes


@pytest.mark.parametrize(
    ("attributes", "first", "last"),
    [({"add_offset": 10.0}, 10.0, 15.0), ({"scale_factor": 2.0}, 0.0, 10.0),
     ({"scale_factor": 0.5, "add_offset": -1.0}, -1.0, 1.5)],
)  # fmt: skip
def test_a_factor_or_an_offset_alone_unfolds_too(
    tmp_path: Path, attributes: dict[str, float], first: float, last: float
) -> None:
    """Value = stored * factor + offset (CF conventions 8.1): 5 * 0.5 - 1 = 1.5."""
    made = read(grid(tmp_path / "a.nc", **attributes), "raster", RAIN)
    assert (made.array[0, 0], made.array[1, 2]) == (first, last)


@pytest.mark.parametrize("units", [("degrees_north", "m"), ("m", "degrees_east"), ("km", "km")])
def test_half_a_pair_of_degrees_is_no_coordinate_system(tmp_path: Path, units: tuple[str, str]) -> None:
    """Only both axes together say that the cells lie on longitude and latitude: the place is asked for, not guessed."""
    with pytest.raises(InputError) as error:
        read(grid(tmp_path / "a.nc", units), "raster", RAIN)
    assert "crs" in said(error.value)
