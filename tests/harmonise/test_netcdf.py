"""NetCDF: grids of one moment, series of one place, in the classic and the newer form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import netcdf_file
from tests.harmonise.kitchen import found, read, role, said

from almena.harmonise.netcdf import moments
from almena.model.problem import InputError

RAIN = role("grid", unit="mm")
DAILY = role("table", "time:time", "rain:number")
LATITUDES, LONGITUDES = [-30.0, -30.25], [-51.5, -51.25, -51.0]


def classic(
    path: Path,
    units: str = "days since 2024-05-01",
    calendar: str = "standard",
    cells: tuple[Sequence[float], Sequence[float]] = (LATITUDES, LONGITUDES),
) -> Path:
    """Write rain (packed), heat and height on a small grid with three days."""
    with netcdf_file(path, "w") as file:
        for name, values, unit in (("lat", cells[0], "degrees_north"), ("lon", cells[1], "degrees_east")):
            file.createDimension(name, len(values))
            axis = file.createVariable(name, "f8", (name,))
            axis[:], axis.units = values, unit
        file.createDimension("time", 3)
        time = file.createVariable("time", "f8", ("time",))
        time[:], time.units, time.calendar = [0, 1, 2], units, calendar
        shape = (3, len(cells[0]), len(cells[1]))
        stored = np.arange(np.prod(shape), dtype="i2").reshape(shape)
        stored[0, 0, 0] = -999
        rain = file.createVariable("rain", "i2", ("time", "lat", "lon"))
        rain[:], rain.scale_factor, rain.add_offset, rain._FillValue = stored, 0.5, 10.0, np.int16(-999)
        heat = file.createVariable("heat", "f4", ("time", "lat", "lon"))
        heat[:], heat.units = 280.0 + stored, "K"
        height = file.createVariable("height", "f4", ("lat", "lon"))
        height[:] = stored[1]
    return path


def station(path: Path) -> Path:
    """Write a quarter-hourly series of one gauge, out of order."""
    with netcdf_file(path, "w") as file:
        file.createDimension("t", 4)
        time = file.createVariable("t", "i4", ("t",))
        time[:], time.units = [30, 0, 15, 45], "minutes since 2024-05-03 10:00"
        level = file.createVariable("level", "f4", ("t",))
        level[:], level.missing_value = [3.0, 1.0, -99.0, 4.0], np.float32(-99.0)
    return path


def newer(folder: Path) -> Path:
    """Write a file of the newer form with three days."""
    tags = {
        "NETCDF_DIM_EXTRA": "{time}", "NETCDF_DIM_time_DEF": "{3,6}", "NETCDF_DIM_time_VALUES": "{0,24,48}",
        "time#units": "hours since 2024-05-01", "time#calendar": "gregorian",
    }  # fmt: skip
    array = np.arange(18, dtype="float32").reshape(3, 2, 3)
    place = rasterio.Affine(0.25, 0, -51.625, 0, -0.25, -29.875)
    with rasterio.open(
        folder / "a.tif",
        "w",
        driver="GTiff",
        width=3,
        height=2,
        count=3,
        dtype="float32",
        crs="EPSG:4326",
        transform=place,
    ) as file:
        file.write(array)
        file.update_tags(**tags)
    rasterio.shutil.copy(folder / "a.tif", folder / "a.nc", driver="netCDF", FORMAT="NC4")
    return folder / "a.nc"


def test_a_variable_of_a_grid_at_one_moment_unpacked_where_it_lies(tmp_path: Path) -> None:
    made = read(classic(tmp_path / "a.nc"), "raster", RAIN, layer="rain", where={"time": ("2024-05-02",)})
    assert made.array.tolist() == [[13.0, 13.5, 14.0], [14.5, 15.0, 15.5]]
    assert made.affine == (0.25, 0.0, -51.625, 0.0, -0.25, -29.875)
    assert made.crs == "EPSG:4326"
    assert "of 3 layers the one of time 2024-05-02 is used" in made.notes
    assert made.origins[0].locator.startswith("rain, 2 rows and 3 columns")


def test_unknown_cells_stay_unknown(tmp_path: Path) -> None:
    made = read(classic(tmp_path / "a.nc"), "raster", RAIN, layer="rain", where={"time": ("2024-05-01",)})
    assert np.isnan(made.array[0, 0])
    assert made.array[0, 1] == 10.5


def test_a_variable_without_time_needs_no_moment(tmp_path: Path) -> None:
    made = read(classic(tmp_path / "a.nc"), "raster", RAIN, layer="height")
    assert made.array.tolist() == [[6.0, 7.0, 8.0], [9.0, 10.0, 11.0]]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ["several variables", "heat, height, rain", 'layer = "heat"']),
        ({"layer": "rian"}, ["'rian' is missing", "Did you mean 'rain'?"]),
        ({"layer": "rain"}, ["has 3 layers", "2024-05-01, 2024-05-02, 2024-05-03", "where = { time"]),
        ({"layer": "rain", "where": {"time": ("2025-01-01",)}}, ["No layer fits the filter", "2024-05-03"]),
    ],
)
def test_what_is_not_clear_is_asked(tmp_path: Path, options: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InputError) as error:
        read(classic(tmp_path / "a.nc"), "raster", RAIN, **options)
    assert all(word in said(error.value) for word in words)


def test_a_series_of_several_cells_asks_for_the_one_of_the_city(tmp_path: Path) -> None:
    path = classic(tmp_path / "a.nc")
    with pytest.raises(InputError, match="series of 6 cells") as error:
        read(path, "timeseries", DAILY)
    assert 'where = { lat = "-30", lon = "-51.5" }' in said(error.value)
    made = read(path, "timeseries", DAILY, where={"lat": ("-30.25",), "lon": ("-51",)})
    assert made.columns["rain"].tolist() == [12.5, 15.5, 18.5]
    assert made.date == "2024-05-01/2024-05-03"
    assert made.rows_read == 18
    assert sum(map(len, made.listed)) == 15


def test_a_file_of_one_cell_is_a_series_at_once(tmp_path: Path) -> None:
    made = read(classic(tmp_path / "a.nc", cells=([-30.0], [-51.5])), "timeseries", DAILY)
    assert np.isnan(made.columns["rain"][0])
    assert made.columns["rain"][1:].tolist() == [10.5, 11.0]


def test_a_gauge_every_quarter_of_an_hour_is_put_in_order(tmp_path: Path) -> None:
    wanted = role("table", "time:time", "level:number", unit="m")
    made = read(station(tmp_path / "a.nc"), "timeseries", wanted, fields={"time": "time"})
    assert [str(t)[11:16] for t in made.columns["time"]] == ["10:00", "10:15", "10:30", "10:45"]
    assert np.isnan(made.columns["level"][1])
    assert made.columns["level"][[0, 2, 3]].tolist() == [1.0, 3.0, 4.0]
    assert made.cells["level"][0] == "row 2, variable 'level'"


def test_the_newer_form_holds_the_same(tmp_path: Path) -> None:
    path = newer(tmp_path)
    assert path.read_bytes()[:4] == b"\x89HDF"
    grid = read(path, "raster", RAIN, where={"time": ("2024-05-03",)})
    assert grid.array.tolist() == [[12, 13, 14], [15, 16, 17]]
    series = read(
        path,
        "timeseries",
        role("table", "time:time", "Band1:number"),
        where={"lat": ("-30.25",), "lon": ("-51.5",)},
    )
    assert series.columns["Band1"].tolist() == [3, 9, 15]
    assert [str(t)[:10] for t in series.columns["time"]] == ["2024-05-01", "2024-05-02", "2024-05-03"]


def test_units_of_the_kit_convert_the_cells(tmp_path: Path) -> None:
    warm = role("grid", unit="degC")
    path = classic(tmp_path / "a.nc")
    made = read(path, "raster", warm, layer="heat", where={"time": ("2024-05-02",)}, units={"value": "K"})
    assert made.array[0, 0] == pytest.approx(286 - 273.15)


@pytest.mark.parametrize(
    ("units", "calendar", "word"),
    [
        ("fortnights since 2024-05-01", "standard", "fortnights"),
        ("days since the flood", "standard", "the flood"),
        ("days since 2024-05-01", "noleap", "noleap"),
    ],
)
def test_a_time_axis_that_is_not_that_of_the_clock_is_refused(
    tmp_path: Path, units: str, calendar: str, word: str
) -> None:
    path = classic(tmp_path / "a.nc", units, calendar, ([-30.0], [-51.5]))
    with pytest.raises(InputError, match="time axis") as error:
        read(path, "timeseries", DAILY)
    assert word in said(error.value)


@given(st.integers(-60_000, 60_000), st.sampled_from(["days", "hours", "minutes", "seconds"]))
def test_moments_are_the_start_and_the_number_of_units(number: int, unit: str) -> None:
    item = found(Path(__file__), "timeseries")
    got = moments(np.array([number]), f"{unit} since 2000-01-01 00:00:00", "", item)[0]
    step = np.timedelta64(1, {"days": "D", "hours": "h", "minutes": "m", "seconds": "s"}[unit])
    assert got - np.datetime64("2000-01-01T00:00:00") == number * step


def test_a_moment_that_is_no_number_is_no_moment() -> None:
    item = found(Path(__file__), "timeseries")
    got = moments(np.array([np.nan, np.inf, 1e300, 1.0]), "days since 2000-01-01", "", item)
    assert np.isnat(got).tolist() == [True, True, True, False]


@pytest.mark.parametrize("reader", ["raster", "timeseries"])
def test_a_damaged_file_is_refused_by_its_name(tmp_path: Path, reader: str) -> None:
    whole = classic(tmp_path / "a.nc").read_bytes()
    for number, content in enumerate((whole[:60], whole[:7], b"\x89HDF\r\n\x1a\n" + bytes(90))):
        path = tmp_path / f"cut{number}.nc"
        path.write_bytes(content)
        with pytest.raises(InputError) as error:
            read(path, reader, RAIN if reader == "raster" else DAILY)
        assert path.name in said(error.value)
        assert str(tmp_path) not in said(error.value)
