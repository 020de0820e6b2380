"""Timetables and series as strangers hand them over: odd days, shared services, cells, and variables of other axes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import netcdf_file
from tests.harmonise.kitchen import BOW_TIE, collection, feature, found, json_file, point, read, role, said
from tests.harmonise.test_gtfs import TABLES, feed, packed
from tests.harmonise.test_netcdf import classic

from almena.harmonise.clock import parse_clocks
from almena.harmonise.geometry import clean
from almena.harmonise.unite import unite
from almena.model.data import Table
from almena.model.problem import InputError

SERIES = role("table", "time:time", "rain:number")
DAYS = TABLES["calendar"].splitlines()[0] + "\n"


@pytest.mark.parametrize(
    ("rows", "date"),
    [
        ("W,1,20190415,20190715\nV,1,20190301,20190601\n", "2019-03-01/2019-07-15"),
        ("W,1,20190415,\nV,1,2019,20190601\n", "2019-04-15/2019-06-01"),
        ("W,1,2019041,201907150\nV,1,20190415,2019x715\n", "2019-04-15/2019-04-15"),
        ("W,1,,\n", "unknown"),
    ],
)
def test_a_timetable_is_as_old_as_its_whole_days_and_odd_ones_are_passed_over(
    tmp_path: Path, rows: str, date: str
) -> None:
    """``2019`` sorts before every day of 2019 and ``2019x715`` after it: either would shift the age."""
    assert feed(packed(tmp_path, calendar=DAYS + rows.replace(",1,", ",1,1,1,1,1,1,1,"))).date == date


def test_days_of_exceptions_count_too(tmp_path: Path) -> None:
    extra = "service_id,date,exception_type\nW,20190101,1\nW,20191231,2\n"
    assert feed(packed(tmp_path, calendar_dates=extra)).date == "2019-01-01/2019-12-31"


def test_blanks_after_the_commas_of_a_header_do_no_harm(tmp_path: Path) -> None:
    routes = 'route_id, "route_short_name", route_type\nR1,T1,3\n'
    made = feed(packed(tmp_path, routes=routes))
    assert made.tables["routes"]["route_short_name"].tolist() == ["T1"]
    assert made.tables["routes"]["route_type"].tolist() == ["3"]


def test_two_timetables_that_share_only_a_calendar_are_told_apart(tmp_path: Path) -> None:
    """Both call their service W: unmarked, trips of one would run on the days of the other."""
    other = {
        "stops": TABLES["stops"].replace("A,", "C,").replace("B,", "D,"),
        "routes": TABLES["routes"].replace("R1", "R2"),
        "trips": TABLES["trips"].replace("R1", "R2").replace("t1", "u1").replace("t2", "u2"),
        "stop_times": TABLES["stop_times"]
        .replace(",A,", ",C,")
        .replace(",B,", ",D,")
        .replace("t1,", "u1,")
        .replace("t2,", "u2,"),
    }
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    parts = [feed(packed(tmp_path / "one")), feed(packed(tmp_path / "two", **other))]
    made: Any = unite(parts, role("feed"))
    assert made.tables["trips"]["service_id"].tolist() == ["1:W", "1:W", "2:W", "2:W"]
    assert made.tables["calendar"]["service_id"].tolist() == ["1:W", "2:W"]
    assert made.notes[-1] == "the feeds share ids; each id carries the number of its feed"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("00:00:00", 0), ("23:59:59", 1439 + 59 / 60), ("99:59:00", 5999), ("7:05", 425), ("100:00:00", 6000),
     ("6:59:59", 419 + 59 / 60), ("12:34:56", 754 + 56 / 60)],
)  # fmt: skip
def test_clocks_of_every_width(text: str, minutes: float) -> None:
    values, bad = parse_clocks([text])
    assert values[0] == pytest.approx(minutes)
    assert not bad[0]


@pytest.mark.parametrize(
    "text",
    ["12:60:00", "12:00:60", "7:60", "7:00:60", "12-00-00", "12:0a:00", "1/:00:00", "12:00:0:", "::::::::"],
)
def test_no_minute_is_the_sixtieth_and_no_mark_is_a_figure(text: str) -> None:
    """In Unicode ``/`` stands right before 0 and ``:`` right after 9."""
    values, bad = parse_clocks([text])
    assert np.isnan(values[0])
    assert bad[0]


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_a_clock_of_eight_letters_and_one_of_seven_agree(hour: int, minute: int, second: int) -> None:
    wide, _ = parse_clocks([f"{hour:02d}:{minute:02d}:{second:02d}"])
    free, _ = parse_clocks([f"{hour:03d}:{minute:02d}:{second:02d}"])
    assert wide[0] == pytest.approx(free[0])
    assert wide[0] == pytest.approx(60 * hour + minute + second / 60)


def write_series(
    path: Path, extra: Sequence[tuple[str, str, tuple[str, ...], Any]], axis: bool = True
) -> Path:
    """Write two days at three places, with further variables: name, type, axes, values."""
    with netcdf_file(path, "w") as file:
        file.createDimension("time", 2)
        file.createDimension("place", 3)
        file.createDimension("letters", 4)
        time = file.createVariable("time", "i4", ("time",))
        time[:], time.units = [0, 1], "days since 2024-05-01"
        if axis:
            place = file.createVariable("place", "f8", ("place",))
            place[:] = [0.1 + 0.2, 20.0, 30.0]
        for name, kind, axes, values in extra:
            held = file.createVariable(name, kind, axes)
            held[:] = values
    return path


RAIN: tuple[str, str, tuple[str, ...], Any] = ("rain", "f8", ("time", "place"), [[1, 2, 3], [4, 5, 6]])
CITY: tuple[str, str, tuple[str, ...], Any] = ("city", "f8", ("time",), [7, 8])


def test_a_place_is_named_as_people_write_it(tmp_path: Path) -> None:
    """The file holds 0.30000000000000004; the kit says 0.3."""
    path = write_series(tmp_path / "a.nc", [RAIN])
    made = read(path, "timeseries", SERIES, where={"place": ("0.3",)})
    assert made.columns["rain"].tolist() == [1, 4]
    made = read(path, "timeseries", SERIES, where={"place": ("30",)})
    assert made.columns["rain"].tolist() == [3, 6]


def test_places_without_coordinates_are_counted_from_one(tmp_path: Path) -> None:
    path = write_series(tmp_path / "a.nc", [RAIN], axis=False)
    with pytest.raises(InputError, match="series of 3 cells") as error:
        read(path, "timeseries", SERIES)
    assert 'where = { cell = "1" }' in said(error.value)
    made = read(path, "timeseries", SERIES, where={"cell": ("3",)})
    assert made.columns["rain"].tolist() == [3, 6]


def test_letters_along_time_are_no_numbers(tmp_path: Path) -> None:
    """Names of months as letters run along time too, and are neither read nor in the way."""
    words = ("a_word", "c", ("time", "letters"), [list("may1"), list("may2")])
    made = read(
        write_series(tmp_path / "a.nc", [words, RAIN]), "timeseries", SERIES, where={"place": ("20",)}
    )
    assert made.columns["rain"].tolist() == [2, 5]
    assert not [n for n in made.notes if "a_word" in n]


def test_of_variables_on_other_axes_the_named_one_is_read_and_the_others_are_said(tmp_path: Path) -> None:
    path = write_series(tmp_path / "a.nc", [RAIN, CITY])
    wanted = role("table", "time:time", "city:number")
    made = read(path, "timeseries", wanted, layer="city")
    assert made.columns["city"].tolist() == [7, 8]
    assert "rain left out: it has other axes" in made.notes
    made = read(path, "timeseries", SERIES, layer="rain", where={"place": ("20",)})
    assert made.columns["rain"].tolist() == [2, 5]
    assert "city left out: it has other axes" in made.notes


def test_a_variable_on_the_same_axes_is_not_said_to_be_left_out(tmp_path: Path) -> None:
    made = read(classic(tmp_path / "a.nc", cells=([-30.0], [-51.5])), "timeseries", SERIES)
    assert not [n for n in made.notes if "left out" in n]


def test_a_file_without_time_holds_no_series_and_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    with netcdf_file(path, "w") as file:
        file.createDimension("x", 2)
        held = file.createVariable("x", "f8", ("x",))
        held[:] = [1, 2]
    with pytest.raises(InputError, match="holds no series") as error:
        read(path, "timeseries", SERIES)
    problem = error.value.problems[0]
    assert problem.why == "No variable runs along time."
    assert "CSV" in problem.remedy


def series(moments: Sequence[str], levels: Sequence[float]) -> Table:
    times = np.array(moments, dtype="datetime64[s]")
    return Table(role="things", columns={"time": times, "rain": np.array(levels, float)})


def test_a_moment_that_two_files_hold_is_listed_by_its_row_in_the_second() -> None:
    one = series(["2024-05-01", "2024-05-02"], [1, 2])
    two = series(["2024-05-02", "2024-05-03"], [20, 3])
    made: Any = unite([one, two], SERIES)
    assert made.columns["rain"].tolist() == [1, 2, 3]
    assert [(item.where, item.why) for item in made.listed] == [
        (("row 3",), "its moment came before, and the first row is kept")
    ]


def test_a_mixed_shape_keeps_the_parts_that_the_role_wants(tmp_path: Path) -> None:
    """A collection of a square, a line and a point is a square for a role of polygons, whose area is 1."""
    square = shapely.box(0, 0, 1, 1)
    mixed = shapely.GeometryCollection(
        [shapely.GeometryCollection([square, shapely.LineString([(0, 0), (5, 5)])]), shapely.Point(9, 9)]
    )
    shapes = np.array([mixed, shapely.Point(2, 2), None, shapely.Polygon()], dtype=object)
    item = found(json_file(tmp_path, collection(feature(point(0, 0)))), "vector")
    made = clean(shapes, "EPSG:4326", item, role(geometry="polygon"))
    assert made.rows.tolist() == [0]
    assert made.geometry[0].equals(square)
    assert {why: gone.tolist() for why, gone in made.left if len(gone)} == {
        "it has no geometry": [2, 3],
        "it is not a polygon": [1],
    }


def test_a_role_of_any_shape_takes_all_and_a_repaired_bow_tie_keeps_its_area(tmp_path: Path) -> None:
    """The two halves of a bow tie over a square of side 2 have an area of 1 each."""
    document = collection(feature(BOW_TIE), feature(point(0.5, 0.5)))
    made = read(json_file(tmp_path, document), "vector", role())
    assert made.geometry[0].area == pytest.approx(2.0)
    assert made.geometry[1].geom_type == "Point"
    assert "1 invalid feature repaired" in made.notes
