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
