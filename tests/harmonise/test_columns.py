"""Columns of any file turned into the fields of a role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almena.harmonise.choosing import find_column
from almena.harmonise.columns import RawTable, canonical
from almena.model.card import Role
from almena.model.problem import InputError

from .kitchen import found, role, said, text_file

CENSUS = {
    "Situação": ["Fora de favelas", "Em favelas "],
    "População(pessoas)": ["1157326", "175519"],
    "Percentual": ["86,83", "13,17"],
}


def table(columns: dict[str, list[Any]], inside: str = "") -> RawTable:
    names = tuple(columns)

    def get(position: int) -> np.ndarray[Any, Any]:
        values = np.empty(len(columns[names[position]]), dtype=object)
        values[:] = columns[names[position]]
        return values

    length = len(next(iter(columns.values())))
    return RawTable(names, length, get, inside, lambda column, row: f"{chr(65 + column)}{row + 2}")


@pytest.fixture
def settlements() -> Role:
    return role("table", "group:text", "persons:integer", optional=("share:number",))


def made(raw: RawTable, wanted: Role, folder: Path, **options: Any) -> Any:
    return canonical(raw, found(text_file(folder, "x"), "table", wanted.id, **options), wanted)


FIELDS = {"group": "Situação", "persons": "População(pessoas)", "share": "Percentual"}


def test_a_census_table_by_hand(settlements: Role, tmp_path: Path) -> None:
    result = made(table(CENSUS), settlements, tmp_path, fields=FIELDS)
    assert result.columns["group"].tolist() == ["Fora de favelas", "Em favelas"]
    assert result.columns["persons"].tolist() == [1157326, 175519]
    assert result.columns["share"].tolist() == [86.83, 13.17]
    assert result.cells["persons"] == ("B2", "B3")
    assert result.notes == ()
    assert result.steps == (
        "fields: group from Situação; persons from População(pessoas); share from Percentual",
    )


def test_columns_may_be_named_by_number(settlements: Role, tmp_path: Path) -> None:
    result = made(table(CENSUS), settlements, tmp_path, fields={"group": 1, "persons": 2})
    assert result.columns["persons"].tolist() == [1157326, 175519]
    assert "share" not in result.columns


def test_a_name_without_accents_or_case_is_recognised_with_a_note(settlements: Role, tmp_path: Path) -> None:
    fields = {"group": "situacao", "persons": "POPULACAO (PESSOAS)"}
    result = made(table(CENSUS), settlements, tmp_path, fields=fields)
    assert result.columns["persons"].tolist() == [1157326, 175519]
    assert "column 'Situação' is taken for 'situacao'" in result.notes


def test_two_names_that_sound_alike_are_not_guessed_between(settlements: Role, tmp_path: Path) -> None:
    raw = table({"Grupo A": ["x"], "grupo-a": ["y"], "n": ["1"]})
    with pytest.raises(InputError, match="Several columns could be") as error:
        made(raw, settlements, tmp_path, fields={"group": "GRUPO A", "persons": "n"})
    assert "'Grupo A', 'grupo-a'" in said(error.value)
    exact = made(raw, settlements, tmp_path, fields={"group": "grupo-a", "persons": "n"})
    assert exact.columns["group"].tolist() == ["y"]


def test_all_missing_columns_are_named_together_with_what_exists(settlements: Role, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        made(
            table(CENSUS, "sheet Página1"),
            settlements,
            tmp_path,
            fields={"group": "Situaçao do bairro", "persons": 9},
        )
    assert len(error.value.problems) == 2
    text = said(error.value)
    assert "table.csv, sheet Página1" in text
    assert "Situação, População(pessoas), Percentual" in text
    assert "Did you mean 'Situação'?" in text
    assert "column number 9 for persons is missing" in text


def test_a_required_field_that_nobody_mapped_says_how_to_map_it(settlements: Role, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"fields = \{ group") as error:
        made(table(CENSUS), settlements, tmp_path)
    assert len(error.value.problems) == 2


def test_optional_fields_are_taken_when_a_column_bears_their_name(settlements: Role, tmp_path: Path) -> None:
    raw = table({"group": ["a"], "persons": [3], "share": [0.5], "Share": [9]})
    assert made(raw, settlements, tmp_path).columns["share"].tolist() == [0.5]


def test_fields_beyond_the_role_are_kept_and_noted(settlements: Role, tmp_path: Path) -> None:
    result = made(table(CENSUS), settlements, tmp_path, fields=FIELDS | {"extra": "Percentual"})
    assert result.columns["extra"].tolist() == ["86,83", "13,17"]
    assert "no field of the role things, kept as it is: extra" in result.notes


def test_rows_are_kept_by_equality_and_the_others_are_counted(settlements: Role, tmp_path: Path) -> None:
    raw = table({"group": ["a", "b", "c"], "persons": [1, 2, 3], "state": ["active", "closed", "active "]})
    result = made(raw, settlements, tmp_path, where={"state": ("active",)})
    assert result.columns["persons"].tolist() == [1, 3]
    assert result.rows.tolist() == [0, 2]
    assert result.cells["persons"] == ("B2", "B4")
    assert result.notes == ("1 row of 3 left out: kept where state is active",)
    assert result.steps[-1] == result.notes[0]


def test_filters_on_numbers_and_on_several_columns(settlements: Role, tmp_path: Path) -> None:
    raw = table(
        {"group": ["a", "b", "c"], "persons": [1, 2, 3], "code": [4.0, 5.0, 4.0], "on": [True, True, False]}
    )
    result = made(raw, settlements, tmp_path, where={"code": ("4", "6"), "on": ("yes",)})
    assert result.columns["group"].tolist() == ["a"]


def test_a_filter_that_leaves_nothing_shows_what_there_is(settlements: Role, tmp_path: Path) -> None:
    raw = table({"group": ["a", "b"], "persons": [1, 2]})
    with pytest.raises(InputError, match="No row has group = z; the column holds a, b"):
        made(raw, settlements, tmp_path, where={"group": ("z",)})
    with pytest.raises(InputError, match="column 'stat' for stat is missing"):
        made(raw, settlements, tmp_path, where={"stat": ("z",)})


def test_two_filters_that_only_together_leave_nothing(settlements: Role, tmp_path: Path) -> None:
    raw = table({"group": ["a", "b"], "persons": [1, 2]})
    with pytest.raises(InputError, match="No row is left"):
        made(raw, settlements, tmp_path, where={"group": ("a",), "persons": ("2",)})


def test_codes_are_translated_and_unknown_ones_stay_with_a_note(settlements: Role, tmp_path: Path) -> None:
    raw = table({"group": [1, 2, 7, None], "persons": [10, 20, 30, 40]})
    result = made(raw, settlements, tmp_path, codes={"group": {"1": "public", "2": "private"}})
    assert result.columns["group"].tolist() == ["public", "private", "7", ""]
    assert "group: no code for 7" in result.notes
    assert "codes applied to group" in result.steps


def test_codes_may_lead_to_numbers(settlements: Role, tmp_path: Path) -> None:
    raw = table({"group": ["a", "b"], "persons": ["many", "12"]})
    result = made(raw, settlements, tmp_path, codes={"persons": {"many": "100"}})
    assert result.columns["persons"].tolist() == [100, 12]


def test_a_footer_is_left_out_with_its_address(settlements: Role, tmp_path: Path) -> None:
    raw = table({"group": ["a", "b", "c"], "persons": ["1", "2", "Fonte: IBGE"]})
    result = made(raw, settlements, tmp_path)
    assert np.isnan(result.columns["persons"][2])
    assert result.notes == ("persons: 1 value left out, not of type integer: 'Fonte: IBGE' (B4)",)


def test_the_wrong_column_is_refused(settlements: Role, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not hold what the role asks for") as error:
        made(table(CENSUS), settlements, tmp_path, fields={"group": "Situação", "persons": "Situação"})
    assert "'Fora de favelas' (A2)" in said(error.value)


def test_numbers_and_dates_that_can_be_read_in_two_ways_name_the_column(tmp_path: Path) -> None:
    wanted = role("table", "day:date", "depth:number")
    raw = table({"day": ["03/04/2024"], "depth": ["1.234"]})
    with pytest.raises(InputError) as error:
        made(raw, wanted, tmp_path)
    assert {p.where for p in error.value.problems} == {"table.csv, column day", "table.csv, column depth"}
    assert 'dates = "day-first"' in said(error.value)
    assert 'decimal = ","' in said(error.value)


def test_mojibake_in_a_text_column_is_repaired_and_counted(settlements: Role, tmp_path: Path) -> None:
    raw = table({"group": ["Via PÃºblica", "Terminal"], "persons": [1, 2]})
    result = made(raw, settlements, tmp_path)
    assert result.columns["group"].tolist() == ["Via Pública", "Terminal"]
    assert result.notes == ("group: 1 wrongly decoded text repaired",)


@pytest.mark.parametrize("ref", ["day+hour", "day + hour", "1+2", "1+hour"])
def test_two_columns_may_be_joined(tmp_path: Path, ref: str) -> None:
    raw = table({"day": ["2024-05-05", "2024-05-05", None], "hour": ["0500 UTC", None, "0600 UTC"]})
    result = made(raw, role("table", "time:time"), tmp_path, fields={"time": ref})
    assert [str(t) for t in result.columns["time"]] == ["2024-05-05T05:00:00", "2024-05-05T00:00:00", "NaT"]
    assert result.steps == ("fields: time from day+hour",)


def test_a_column_that_really_has_a_plus_in_its_name_wins(tmp_path: Path) -> None:
    item = found(text_file(tmp_path, "x"), "table")
    assert find_column("a+b", ["a", "b", "a+b"], "", item).positions == (2,)
    assert find_column("1+2", ["x", "1+2"], "", item).positions == (1,)


def test_a_missing_half_of_a_join_is_refused(tmp_path: Path) -> None:
    item = found(text_file(tmp_path, "x"), "table")
    with pytest.raises(InputError, match="column 'hour'"):
        find_column("day+hour", ["day", "minute"], "", item)


def test_repeated_names_take_the_first_and_say_so(tmp_path: Path) -> None:
    item = found(text_file(tmp_path, "x"), "table")
    choice = find_column("n", ["n", "m", "n"], "", item)
    assert choice.positions == (0,)
    assert choice.notes == ("2 columns are called n; the first is used",)


def test_empty_names_are_never_taken_for_a_name_of_signs(tmp_path: Path) -> None:
    item = found(text_file(tmp_path, "x"), "table")
    with pytest.raises(InputError, match="missing"):
        find_column("%", ["", "n"], "", item)
