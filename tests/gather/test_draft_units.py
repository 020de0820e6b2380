"""Units that files state beside their numbers: a level in metres must not be read as centimetres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.harmonise.spreadsheets import write_xlsx

from almena.gather.draft import Draft, draft_kit
from almena.gather.draft_units import unit_of
from almena.gather.facts import Column
from almena.harmonise import FoundFile, read_file
from almena.model.data import Table
from almena.model.origin import Source
from almena.model.problem import InputError
from almena.packs import load_roles

DAYS = range(1, 16)


def drafted(folder: Path, header: str, value: str, name: str = "river gauge.csv", **answers: str) -> Draft:
    rows = [f"2024-05-{day:02d} 00:00,{value}" for day in DAYS]
    (folder / name).write_text("\n".join((header, *rows)), encoding="utf-8")
    return draft_kit(folder, answers={f"unit:{name}:{field}": unit for field, unit in answers.items()})


def read(folder: Path, draft: Draft) -> Table:
    (spec,) = draft.kit.files
    found = FoundFile(spec, (folder / spec.path,), Source(spec.role, spec.path, "0" * 64))
    made = read_file(found, load_roles()[spec.role])
    assert isinstance(made, Table)
    return made


@pytest.mark.parametrize(
    ("header", "value", "level"),
    [
        ("time,Nivel (m)", "1.25", 125.0),
        ("time,Water level [cm]", "125", 125.0),
        ("time,water_level_cm", "125", 125.0),
        ("time,water level mm", "1250", 125.0),
        ("time,level_m", "1.25", 125.0),
        ("time,stage (ft)", "10", 304.8),
    ],
)
def test_the_unit_in_the_name_of_a_column_is_heard(
    tmp_path: Path, header: str, value: str, level: float
) -> None:
    draft = drafted(tmp_path, header, value)
    assert not [q for q in draft.questions if q.id.startswith("unit:")]
    np.testing.assert_allclose(read(tmp_path, draft).columns["level"], level)


def test_a_row_of_units_below_the_header_is_heard(tmp_path: Path) -> None:
    rows = [["date", "rain", "t_max", "t_min"], [None, "in", "°F", "degF"]]
    rows += [[f"2020-01-{day:02d}", 0.5, 86, 68] for day in DAYS]
    write_xlsx(tmp_path / "daily weather.xlsx", {"A": rows})
    draft = draft_kit(tmp_path)
    assert draft.kit.files[0].units == {"rain": "in", "t_max": "degF", "t_min": "degF"}
    made = read(tmp_path, draft)
    for field, value in (("rain", 12.7), ("t_max", 30.0), ("t_min", 20.0)):
        np.testing.assert_allclose(made.columns[field], value)


def test_a_level_that_can_only_be_metres_is_asked_about(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "time,stage", "1.25")
    (question,) = (q for q in draft.questions if q.id.startswith("unit:"))
    assert (question.id, question.default) == ("unit:river gauge.csv:level", "m")
    assert [c.value for c in question.candidates] == ["m", "cm"]
    assert question.candidates[0].why == "its values reach from 1.25 to 1.25"
    np.testing.assert_allclose(read(tmp_path, draft).columns["level"], 125.0)
    answered = drafted(tmp_path, "time,stage", "1.25", level="cm")
    assert not [q for q in answered.questions if q.id.startswith("unit:")]
    np.testing.assert_allclose(read(tmp_path, answered).columns["level"], 1.25)


@pytest.mark.parametrize("value", ["125", "29", "30.5"])
def test_a_level_that_may_be_centimetres_is_not(tmp_path: Path, value: str) -> None:
    draft = drafted(tmp_path, "time,stage", value)
    assert not [q for q in draft.questions if q.id.startswith("unit:")]
    assert draft.kit.files[0].units == {}


@pytest.mark.parametrize(
    ("value", "unit"), [("86", "degF"), ("300", "0.1 degC"), ("60", ""), ("150", "degF")]
)
def test_heat_that_no_station_measures_is_asked_about(tmp_path: Path, value: str, unit: str) -> None:
    draft = drafted(tmp_path, "date,rain,t_max,t_min", f"0.5,{value},10", "daily weather.csv")
    assert draft.kit.files[0].units.get("t_max", "") == unit
    assert bool([q for q in draft.questions if q.id.startswith("unit:")]) is bool(unit)


def test_an_unknown_unit_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such unit is known"):
        drafted(tmp_path, "time,stage", "1.25", level="cubits")


@pytest.mark.parametrize(
    ("name", "samples", "promised", "unit"),
    [
        ("Population (thousands)", ("1.5",), "persons", "thousand persons"),
        ("Area (ha)", ("3",), "km2", "ha"),
        ("Share (ratio)", ("0.97", "1"), "percent", "fraction"),
        ("Dwellings (share)", ("97.2",), "percent", ""),  # called a share, counted in percent
        ("Women (F)", ("12",), "persons", ""),  # a letter that also stands for Fahrenheit
        ("Level (Cais Maua)", ("12",), "cm", ""),
        ("share", ("0.5",), "percent", ""),
        ("farm", ("0.5",), "cm", ""),
        ("Rain", ("0.5",), "", ""),
    ],
)
def test_what_a_name_says_and_does_not_say(
    name: str, samples: tuple[str, ...], promised: str, unit: str
) -> None:
    assert unit_of(Column(name, samples, 1), promised) == unit


def test_several_stations_a_day_make_no_hourly_series(tmp_path: Path) -> None:
    rows = [f"{s},2020-01-{day:02d},{n},20,10" for day in DAYS for n, s in enumerate(("A", "B"))]
    (tmp_path / "weather.csv").write_text("\n".join(("station,date,rain_mm,tmax,tmin", *rows)))
    (spec,) = draft_kit(tmp_path).kit.files
    assert spec.role == "climate_daily"
    made = read(tmp_path, draft_kit(tmp_path))
    assert len(made) == 2 * len(DAYS)
    columns: dict[str, Any] = dict(made.columns)
    assert set(columns["rain"][columns["station"] == "B"].tolist()) == {1.0}


def test_moments_with_a_t_between_day_and_hour_are_moments(tmp_path: Path) -> None:
    rows = [f"2024-05-01T{hour:02d}:00:00Z,{100 + hour}" for hour in range(24)]
    (tmp_path / "river level.csv").write_text("\n".join(("moment,level", *rows)))
    draft = draft_kit(tmp_path)
    assert draft.kit.files[0].fields["time"] == "moment"
    assert read(tmp_path, draft).columns["level"].tolist() == list(range(100, 124))


def climate_network(folder: Path, *readings: str) -> Draft:
    rows = [f"BR0001,2020-01-{n:02d},{reading}" for n, reading in enumerate(readings * 5, 1)]
    header = "STATION,DATE,PRCP,PRCP_ATTRIBUTES,TMAX,TMAX_ATTRIBUTES,TMIN,TMIN_ATTRIBUTES"
    (folder / "station.csv").write_text("\n".join((header, *rows)), encoding="utf-8")
    return draft_kit(folder)


def test_tenths_of_the_daily_network_of_climate_stations_are_recognised_and_asked(tmp_path: Path) -> None:
    draft = climate_network(tmp_path, '254,",,E",312,",,E",105,",,E"', '13,",,E",121,",,E",-5,",,E"')
    (spec,) = draft.kit.files
    assert spec.role == "climate_daily"
    assert spec.units == {"rain": "0.1 mm", "t_max": "0.1 degC", "t_min": "0.1 degC"}
    asked = {q.id.split(":")[-1]: q for q in draft.questions if q.id.startswith("unit:")}
    assert set(asked) == {"rain", "t_max", "t_min"}
    assert "GHCN-Daily" in asked["rain"].candidates[0].why
    # 105 alone may be degrees Fahrenheit; beside 312 it is a tenth of a degree like the other
    assert asked["t_min"].candidates[0].why == "the temperatures of the file reach from -5 to 312"
    made = read(tmp_path, draft)
    assert made.columns["rain"][:2].tolist() == [25.4, 1.3]
    assert made.columns["t_max"][:2].tolist() == [31.2, 12.1]
    assert made.columns["t_min"][:2].tolist() == [10.5, -0.5]


def test_orders_of_the_same_stations_in_other_units_are_asked_too(tmp_path: Path) -> None:
    draft = climate_network(tmp_path, "0.25,,86,,41,", "0.0,,85,,40,")
    assert draft.kit.files[0].units == {"t_max": "degF", "t_min": "degF"}
    (rain,) = [q for q in draft.questions if q.id.endswith(":rain")]
    assert [c.value for c in rain.candidates] == ["mm", "in"]


def test_frost_that_no_station_measures_is_in_tenths(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "date,rain,t_max,t_min", "0.5,-20,-123", "daily weather.csv")
    assert draft.kit.files[0].units == {"t_max": "0.1 degC", "t_min": "0.1 degC"}


def test_both_decimal_marks_in_one_column_are_asked_about_and_read_as_answered(tmp_path: Path) -> None:
    rows = ["2024-05-01;1,5", "2024-05-02;2.5", "2024-05-03;0", "2024-05-04;12,25", "2024-05-05;1.234"]
    (tmp_path / "rain.csv").write_text("\n".join(("date;rain", *rows)), encoding="utf-8")
    (question,) = [q for q in draft_kit(tmp_path).questions if q.id == "decimal:rain.csv"]
    assert [c.value for c in question.candidates] == [".,", ",", "."]
    made = read(tmp_path, draft_kit(tmp_path, answers={"decimal:rain.csv": ".,"}))
    np.testing.assert_array_equal(made.columns["rain"], [1.5, 2.5, 0, 12.25, np.nan])
    assert [one.rows for one in made.listed] == [(6,)]


def test_a_series_of_rain_alone_is_weather_and_no_river(tmp_path: Path) -> None:
    rows = [f"2024-05-{day:02d},{day}.5" for day in DAYS]
    (tmp_path / "series.csv").write_text("\n".join(("date,chuva", *rows)), encoding="utf-8")
    assert [f.role for f in draft_kit(tmp_path).kit.files] == ["climate_daily"]


@pytest.mark.parametrize(
    "gauges",
    [("Gauge A (m)", "Gauge B (m)"), ("Nivel Cais (m)", "Nivel Gasometro (m)"), ("Pegel 1_m", "Pegel 2_m")],
)
def test_gauges_side_by_side_are_asked_about_and_never_mixed(tmp_path: Path, gauges: tuple[str, str]) -> None:
    rows = [f"2024-05-{day:02d} {hour:02d}:00,1.25,{day / 10}" for day in DAYS for hour in range(3)]
    (tmp_path / "levels.csv").write_text("\n".join((f"Date,{','.join(gauges)}", *rows)), encoding="utf-8")
    draft = draft_kit(tmp_path)
    assert [f.role for f in draft.kit.files] == ["river_level"]
    (question,) = [q for q in draft.questions if q.id == "field:levels.csv:level"]
    assert [c.value for c in question.candidates] == list(gauges)
    assert set(read(tmp_path, draft).columns["level"].tolist()) == {125.0}
    told = draft_kit(tmp_path, answers={"field:levels.csv:level": gauges[1]})
    assert "field:levels.csv:level" not in {q.id for q in told.questions}
    np.testing.assert_array_equal(read(tmp_path, told).columns["level"][::3], [10.0 * day for day in DAYS])


def test_one_level_beside_its_datum_and_its_gauge_is_no_choice(tmp_path: Path) -> None:
    rows = [f"2024-05-{day:02d},125,local,Cais" for day in DAYS]
    (tmp_path / "river.csv").write_text(
        "\n".join(("date,level_cm,level datum,gauge", *rows)), encoding="utf-8"
    )
    assert not [q for q in draft_kit(tmp_path).questions if q.id.startswith("field:")]
