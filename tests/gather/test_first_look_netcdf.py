"""A first look into NetCDF: the days that a series states, whatever its clock counts in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import netcdf_file
from tests.harmonise.kitchen import read, role

from almena.gather.facts import TABLE, UNKNOWN
from almena.gather.probe_netcdf import look

SERIES = role("table", "time:time", "level:number")


def gauge(path: Path, units: str, moments: list[float], levels: list[float] | None = None) -> Path:
    """Write a series of one place."""
    with netcdf_file(path, "w") as file:
        file.createDimension("t", len(moments))
        time = file.createVariable("t", "f8", ("t",))
        time[:], time.units = moments, units
        level = file.createVariable("level", "f8", ("t",))
        level[:] = levels or [float(n) for n in range(len(moments))]
    return path


def first_and_last(path: Path) -> tuple[str, str]:
    times = look(path).times
    assert times is not None
    return times.first, times.last


@pytest.mark.parametrize(
    ("units", "numbers"),
    [
        ("seconds since 1970-01-01", [1_714_521_600, 1_714_608_000]),
        ("minutes since 1970-01-01 00:00:00", [28_575_360, 28_576_800]),
        ("hours since 1900-01-01", [1_089_864, 1_089_888]),
        ("days since 2000-01-01", [8_887, 8_888]),
        ("Days Since 2000-1-1", [8_887, 8_888]),
        ("d since 2024-05-01", [0, 1]),
    ],
)
def test_the_first_two_days_of_may_2024_in_every_unit(
    tmp_path: Path, units: str, numbers: list[float]
) -> None:
    """
    1 May 2024 is day 19,844 of 1970, 45,411 of 1900 and 8,887 of 2000.

    19,844 * 86,400 s = 1,714,521,600 s (more than a thousand million); / 60 = 28,575,360 min;
    45,411 * 24 h = 1,089,864 h.
    """
    assert first_and_last(gauge(tmp_path / "a.nc", units, numbers)) == ("2024-05-01", "2024-05-02")


@settings(max_examples=12)
@given(
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2090, 1, 1)).map(lambda t: t.replace(microsecond=0)),
    st.sampled_from([("seconds", 1), ("minutes", 60), ("hours", 3_600), ("days", 86_400)]),
)
def test_the_first_look_and_the_reader_see_the_same_days(
    tmp_path_factory: pytest.TempPathFactory, moment: dt.datetime, unit: tuple[str, int]
) -> None:
    name, seconds = unit
    passed = (moment - dt.datetime(1970, 1, 1)).total_seconds()
    path = gauge(
        tmp_path_factory.mktemp("n") / "a.nc",
        f"{name} since 1970-01-01",
        [passed / seconds, (passed + 172_800) / seconds],
    )
    made = read(path, "timeseries", SERIES, fields={"time": "time", "level": "level"})
    assert "/".join(first_and_last(path)) == made.date


@pytest.mark.parametrize(
    "units", ["months since 2000-01-01", "decades since 2000-01-01", "m since 2000-01-01"]
)
def test_a_unit_of_no_fixed_length_gives_no_days(tmp_path: Path, units: str) -> None:
    """Months are not minutes: the reader refuses them, so the first look must not invent days from them."""
    found = look(gauge(tmp_path / "a.nc", units, [0, 290]))
    assert found.times is None
    assert found.date == ""


def test_a_damaged_moment_is_no_crash_and_far_away(tmp_path: Path) -> None:
    path = gauge(tmp_path / "a.nc", "days since 2024-05-01", [0, float("nan"), 1e300, -1e300])
    assert look(path).kind == TABLE


def test_columns_along_time_are_shown_and_others_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    with netcdf_file(path, "w") as file:
        file.createDimension("t", 2)
        file.createDimension("depth", 3)
        for name, axes, values in (
            ("t", ("t",), [0, 1]),
            ("level", ("t",), [4.0, 5.0]),
            ("profile", ("t", "depth"), np.zeros((2, 3))),
            ("depth", ("depth",), [1, 2, 3]),
        ):
            held = file.createVariable(name, "f8", axes)
            held[:] = values
        file.variables["t"].units = "days since 2024-05-01"
    found = look(path)
    assert [c.name for c in found.columns] == ["time", "level"]
    assert found.columns[1].samples == ("4.0", "5.0")
    assert found.count == 2


def test_bytes_that_only_begin_like_netcdf_are_unknown_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    path.write_bytes(b"CDF\x01" + b"\xff" * 40)
    found = look(path)
    assert found.kind == UNKNOWN
    assert found.why.startswith("the file cannot be opened")
