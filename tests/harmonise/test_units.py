"""Units in files converted to the units that roles promise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.harmonise.found import FoundFile
from almena.harmonise.units import Conversion, conversion
from almena.harmonise.words import pack_rows
from almena.model.problem import InputError
from almena.packs import load_roles
from almena.packs.units import promised_unit

from .kitchen import found, read, role, said, text_file


@pytest.fixture
def item(tmp_path: Path) -> FoundFile:
    return found(text_file(tmp_path, "a\n1\n"), "table")


@pytest.mark.parametrize(
    ("role_id", "field", "unit", "stated", "expected"),
    [
        ("river_level", "level", "m", 5.35, 535.0),
        ("river_level", "level", "cm", 535.0, 535.0),
        ("river_level", "level", "ft", 10.0, 304.8),
        ("climate_daily", "rain", "in", 2.0, 50.8),
        ("climate_daily", "rain", "cm", 2.0, 20.0),
        ("climate_daily", "t_max", "°F", 104.0, 40.0),
        ("climate_daily", "t_max", "K", 313.15, 40.0),
        ("census_territory", "area", "ha", 49539.0, 495.39),
        ("census_literacy", "share", "fraction", 0.9826, 98.26),
        ("emissions", "emissions", "kg CO2e", 174632922.0, 174632.922),
        ("emissions", "emissions", "Gg CO2e", 1.0, 1000.0),
    ],
)
def test_worked_examples(
    item: FoundFile, role_id: str, field: str, unit: str, stated: float, expected: float
) -> None:
    change = conversion(load_roles()[role_id], field, unit, item)
    assert change.apply(np.array([stated]))[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("role_id", "field", "unit", "stated", "expected"),
    [
        ("river_level", "level", "m", 1.1, 110.0),  # 1.1 · 100 is 110.00000000000001 in binary fractions
        ("river_level", "level", "m", -0.07, -7.0),
        ("climate_daily", "rain", "0.1 mm", 3.0, 0.3),
        ("climate_daily", "t_max", "degF", 50.0, 10.0),
        ("climate_daily", "t_max", "K", 300.0, 26.85),
        ("census_literacy", "share", "fraction", 0.57, 57.0),
        ("emissions", "emissions", "Mt CO2e", 1.234567890123, 1234567.890123),
    ],
)
def test_a_converted_number_is_what_a_person_would_write(
    item: FoundFile, role_id: str, field: str, unit: str, stated: float, expected: float
) -> None:
    assert conversion(load_roles()[role_id], field, unit, item).apply(np.array([stated]))[0] == expected


@given(st.floats(-1e12, 1e12))
def test_no_number_moves_by_more_than_its_thirteenth_digit(value: float) -> None:
    moved = Conversion("m", "cm", 100.0, 0.0).apply(np.array([value, np.nan, np.inf]))
    assert moved[0] == pytest.approx(100 * value, rel=1e-12, abs=1e-300)
    assert np.isnan(moved[1])
    assert np.isinf(moved[2])


def test_the_same_unit_changes_nothing(item: FoundFile) -> None:
    assert conversion(load_roles()["river_level"], "level", "cm", item).is_identity


def test_the_role_row_wins_over_the_general_row() -> None:
    assert promised_unit(load_roles()["river_level"], "level") == "cm"
    assert promised_unit(load_roles()["climate_daily"], "rain") == "mm"
    assert promised_unit(load_roles()["elevation"], "value") == "m"


@pytest.mark.parametrize(
    ("unit", "words"),
    [("kg CO2e", "different things"), ("furlong", "not known"), ("metr", "Did you mean")],
)
def test_units_that_cannot_be_are_refused(item: FoundFile, unit: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        conversion(load_roles()["river_level"], "level", unit, item)
    assert words in said(error.value)


def test_a_field_without_a_promised_unit_cannot_be_converted(item: FoundFile) -> None:
    with pytest.raises(InputError, match="cannot be converted"):
        conversion(role("table"), "name", "m", item)


def test_every_unit_of_the_tables_is_known_and_every_base_leads_home(item: FoundFile) -> None:
    units = {r["unit"]: r for r in pack_rows("reading_units.csv")}
    assert {r["unit"] for r in pack_rows("reading_field_units.csv")} <= set(units)
    for row in units.values():
        base = units[row["same_as"]]
        assert (float(base["factor"]), float(base["offset"]), base["same_as"]) == (1.0, 0.0, base["unit"])


def test_a_table_is_converted_on_reading_and_says_so(tmp_path: Path) -> None:
    path = text_file(tmp_path, "time,level\n2024-05-05,5.35\n2024-05-06,5.29\n")
    wanted = load_roles()["river_level"]
    level = read(path, "timeseries", wanted, units={"level": "m"})
    assert level.columns["level"] == pytest.approx([535.0, 529.0])
    assert "level: converted from m to cm" in level.notes
