"""Series of measurements, in the order of time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.harmonise.timeorder import in_time_order, span, time_field
from almena.model.data import Table
from almena.model.problem import InputError
from almena.packs import load_roles

from .kitchen import read, role, said, text_file

LEVEL = load_roles()["river_level"]
HOURLY = load_roles()["climate_hourly"]
RIVER = {"header": 0, "fields": {"time": 1, "level": 2}}


def moments(table: Table) -> list[str]:
    return [str(t) for t in table.columns["time"]]


def test_a_gauge_without_header_newest_first(tmp_path: Path) -> None:
    text = "30/11/2023 18:45,163\n30/11/2023 18:30,\n09/11/2023 18:15:30,161\n"
    made = read(text_file(tmp_path, text), "timeseries", LEVEL, **RIVER)
    assert moments(made) == ["2023-11-09T18:15:30", "2023-11-30T18:30:00", "2023-11-30T18:45:00"]
    assert made.columns["time"].dtype == np.dtype("datetime64[s]")
    assert np.array_equal(made.columns["level"], [161, np.nan, 163], equal_nan=True)
    assert made.cells["level"] == ("row 3, column 2", "row 2, column 2", "row 1, column 2")
    assert made.date == "2023-11-09/2023-11-30"
    assert made.notes == ("time: dates are read day-first, because no other order fits",)


def test_days_that_cannot_be_told_from_months_ask_for_dates(tmp_path: Path) -> None:
    path = text_file(tmp_path, "09/12/2023 19:00,162\n08/12/2023 18:45,163\n")
    with pytest.raises(InputError, match="two ways") as error:
        read(path, "timeseries", LEVEL, **RIVER)
    assert "column 1" in said(error.value)
    assert moments(read(path, "timeseries", LEVEL, dates="month-first", **RIVER))[0] == "2023-08-12T18:45:00"
    assert (
        moments(read(path, "timeseries", LEVEL, dates="%d/%m/%Y %H:%M", **RIVER))[0] == "2023-12-08T18:45:00"
    )


def test_two_ways_of_writing_in_one_file(tmp_path: Path) -> None:
    text = "06/05/2024 14:15:00,529\n2024-05-06 14:00,526\n30/04/2024 10:00,310\n"
    made = read(text_file(tmp_path, text), "timeseries", LEVEL, **RIVER)
    assert moments(made) == ["2024-04-30T10:00:00", "2024-05-06T14:00:00", "2024-05-06T14:15:00"]


def test_doubles_keep_the_first_and_are_counted(tmp_path: Path) -> None:
    text = "2024-05-06 14:00,1\n2024-05-06 13:00,2\n2024-05-06 14:00,3\n"
    made = read(text_file(tmp_path, text), "timeseries", LEVEL, **RIVER)
    assert made.columns["level"].tolist() == [2, 1]
    assert made.notes == ("1 row with a moment that came before left out (the first is kept)",)


def test_rows_without_a_date_are_counted(tmp_path: Path) -> None:
    text = "time,level\n2024-05-06,1\n,2\nTotal,3\n2024-05-07,4\n"
    made = read(text_file(tmp_path, text), "timeseries", LEVEL)
    assert made.columns["level"].tolist() == [1, 4]
    assert "1 row without a date left out" in made.notes
    assert [(one.why, one.where) for one in made.listed] == [
        ("it is a total of other rows, and would be counted twice", ("row 4",)),
        ("it has no date", ("row 3",)),
    ]


def test_a_series_without_any_date_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No row has a date"):
        read(text_file(tmp_path, "time,level\n,2\n,3\n"), "timeseries", LEVEL)


def test_a_role_without_a_moment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no date or time"):
        read(text_file(tmp_path, "a,b\n1,2\n"), "timeseries", role("table", "a:number"))


STATION = "REGIÃO:;S\nUF:;RS\nALTITUDE:;46,97\n"
OLD = (
    STATION
    + "DATA (YYYY-MM-DD);HORA (UTC);PRECIPITAÇÃO TOTAL (mm);\n2000-09-22;00:00;-9999;\n2000-09-22;01:00;0,2;\n"
)
NEW = (
    STATION
    + "Data;Hora UTC;PRECIPITACAO TOTAL (mm);\n2024/01/01;0000 UTC;,4;\n2024/01/01;0100 UTC;;\n2000/09/22;0100 UTC;9;\n"
)


def test_station_files_of_two_ages_make_one_series(tmp_path: Path) -> None:
    paths = [text_file(tmp_path, OLD, "a.csv", "latin-1"), text_file(tmp_path, NEW, "b.csv", "latin-1")]
    made = read(
        paths,
        "timeseries",
        HOURLY,
        header=4,
        missing=("-9999",),
        fields={"time": "1+2", "rain": "PRECIPITAÇÃO TOTAL (mm)"},
    )
    assert moments(made)[1:3] == ["2000-09-22T01:00:00", "2024-01-01T00:00:00"]
    assert np.array_equal(made.columns["rain"], [np.nan, 0.2, 0.4, np.nan], equal_nan=True)
    assert made.date == "2000-09-22/2024-01-01"
    assert "b.csv: column 'PRECIPITACAO TOTAL (mm)' is taken for 'PRECIPITAÇÃO TOTAL (mm)'" in made.notes
    assert "1 row with a moment that came before left out (the first is kept)" in made.notes
    assert [o.locator.split(":")[0] for o in made.origins] == ["a.csv", "b.csv"]
    assert made.cells["rain"][2].startswith("b.csv: row 5, column 3")


def test_the_stand_in_of_the_station_is_found_even_when_the_kit_forgets_it(tmp_path: Path) -> None:
    path = text_file(tmp_path, OLD, encoding="latin-1")
    made = read(path, "timeseries", HOURLY, fields={"time": "1+2", "rain": "PRECIPITAÇÃO TOTAL (mm)"})
    assert np.array_equal(made.columns["rain"], [np.nan, 0.2], equal_nan=True)
    assert any("-9999 are taken as missing" in note for note in made.notes)
    assert "3 lines above the header left out" in made.notes


def test_the_kits_date_wins_over_the_content(tmp_path: Path) -> None:
    made = read(text_file(tmp_path, "time,level\n2024-05-06,1\n"), "timeseries", LEVEL, date="2024")
    assert made.date == "2024"


def test_the_field_that_holds_the_moment() -> None:
    assert time_field(LEVEL) == "time"
    assert time_field(load_roles()["climate_daily"]) == "date"
    assert time_field(load_roles()["schools"]) == ""


@settings(max_examples=60)
@given(st.lists(st.integers(0, 50), max_size=40))
def test_time_order_keeps_the_first_of_each_moment(days: list[int]) -> None:
    when = np.datetime64("2024-01-01T00:00:00", "s") + np.array(days, dtype="timedelta64[D]")
    table = Table(role="x", columns={"time": when.astype("datetime64[s]"), "row": np.arange(len(days))})
    made = in_time_order(table, "time")
    assert (np.diff(made.columns["time"]) > np.timedelta64(0, "s")).all()
    assert [days.index(d) for d in sorted(set(days))] == made.columns["row"].tolist()
    assert len(made.notes) == (len(set(days)) < len(days))
    assert span(made, "time").startswith("2024-") == bool(days)
