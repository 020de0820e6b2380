"""Statistical offices read the values with their own tools: pysdmx checks structure and data against the standard."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree as Xml
from hypothesis import given
from hypothesis import strategies as st
from pysdmx.io import get_datasets, read_sdmx
from tests.publish import city
from tests.publish.exchange import town

from almena.packs.table import read_table
from almena.publish.exchange.sdmx import DATA, STATED, data_csv, write_sdmx
from almena.publish.exchange.sdmx_codes import breakdown_of, code_lists, status_of, time_of
from almena.publish.exchange.sdmx_structure import agency_of, components, dataflow_id

KEY = ["FREQ", "INDICATOR", "REF_AREA", "SEX", "COMPOSITE_BREAKDOWN", "TIME_PERIOD"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sdmx")
    with zipfile.ZipFile(write_sdmx(town.cut(), made / "a.zip")) as archive:
        archive.extractall(made)
    return made


def rows(**changes: Any) -> list[dict[str, str]]:
    edition = town.cut(**changes)
    return list(csv.DictReader(io.StringIO(data_csv(edition, code_lists(edition)).decode())))


def test_the_structure_is_valid_sdmx_ml(folder: Path) -> None:
    message = read_sdmx(folder / STATED, validate=True)
    found = {type(each).__name__: each for each in message.structures or ()}
    structure = found["DataStructureDefinition"]
    assert [part.id for part in structure.components.dimensions] == KEY
    assert [part.id for part in structure.components.measures] == ["OBS_VALUE"]
    assert {"UNIT_MEASURE", "OBS_STATUS", "SOURCE"} <= {part.id for part in structure.components.attributes}


def test_a_second_program_reads_data_and_structure_together(folder: Path) -> None:
    (found,) = get_datasets(folder / DATA, folder / STATED)
    table = found.data
    assert len(table) == len(town.cut().observations)
    assert not table.duplicated(KEY).any()
    codes = {each.id: {item.id for item in each.items} for each in found.structure.components.dimensions
             for each in [each.local_codes] if each is not None}  # fmt: skip
    assert set(table["REF_AREA"]) <= codes["CL_AREA"]
    assert set(table["INDICATOR"]) <= codes["CL_INDICATOR"]
    census = table[
        (table["INDICATOR"] == "IDENTITY_POPULATION_CENSUS") & (table["COMPOSITE_BREAKDOWN"] == "_T")
    ]
    assert census["OBS_VALUE"].astype(float).tolist() == [13_300]


def test_every_coded_cell_is_in_its_list() -> None:
    lists = code_lists(town.cut())
    coded = {row["id"]: lists[row["codelist"]].listed for row in components() if row["codelist"]}
    for row in rows():
        for column, known in coded.items():
            assert row[column] in known or row[column] == "", (column, row[column])


def test_a_row_names_its_structure_its_place_and_its_status() -> None:
    observation = city.value(
        "climate.hot_days", 12.31, 8.2, 16.9, period="2001/2024", roles=("climate_daily",)
    )
    (row,) = rows(observations=(observation,))
    assert row["STRUCTURE"] == "dataflow"
    assert row["STRUCTURE_ID"] == "ALMENA.vale-claro:DF_CITY_PROFILE(1.0)"
    assert (row["FREQ"], row["TIME_PERIOD"]) == ("_O", "2001-01-01/P24Y")
    assert (row["OBS_VALUE"], row["LOWER_BOUND"], row["UPPER_BOUND"]) == ("12.31", "8.2", "16.9")
    assert (row["OBS_STATUS"], row["USE_CLASS"], row["REF_AREA"]) == ("A", "decide", "CITY")
    assert row["SOURCE"].startswith("Weather Service. CC-BY-4.0")


def test_percent_is_the_code_that_everybody_uses() -> None:
    (row,) = rows(observations=(city.value("identity.older_share", 18.0),))
    assert row["UNIT_MEASURE"] == "PT"


def test_gaps_carry_the_day_of_the_run_and_withheld_values_say_so() -> None:
    found = {row["INDICATOR"]: row for row in rows()}
    gap = found["ECONOMY_UNEMPLOYMENT"]
    assert (gap["FREQ"], gap["TIME_PERIOD"], gap["OBS_VALUE"], gap["OBS_STATUS"]) == (
        "_U",
        "2026-11-20",
        "",
        "O",
    )
    assert "people know it" in gap["COMMENT_OBS"]
    assert found["BASIC_INFRASTRUCTURE_SUBSTATIONS"]["OBS_STATUS"] == "Q"


@pytest.mark.parametrize(
    ("status", "code"),
    [("measured", "A"), ("reported", "A"), ("confirmed", "A"), ("modelled", "E"), ("proxy", "D"), ("proposed", "V"),
     ("rejected", "U")],
)  # fmt: skip
def test_each_status_has_its_code(status: str, code: str) -> None:
    (row,) = rows(observations=(city.value("identity.area", 1.0, status=status),))
    assert row["OBS_STATUS"] == code


def test_women_and_men_have_a_dimension_of_their_own_and_the_rest_is_joined() -> None:
    women = city.value(
        "identity.older_share", 1.0, dimensions=(("sex", "women"), ("group", "rest of the city"))
    )
    other = city.value("identity.older_share", 2.0, dimensions=(("sex", "not stated"),))
    first, second = rows(observations=(women, other))
    assert (first["SEX"], first["COMPOSITE_BREAKDOWN"]) == ("F", "GROUP_REST_OF_THE_CITY")
    assert (second["SEX"], second["COMPOSITE_BREAKDOWN"]) == ("_T", "SEX_NOT_STATED")
    assert breakdown_of(women) == "group=rest of the city"


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ("2022", ("year", "2022")), ("2024-05", ("month", "2024-05")), ("2024-05-05", ("day", "2024-05-05")),
        ("2010/2022", ("span", "2010-01-01/P13Y")), ("2024-04-27/2024-05-05", ("span", "2024-04-27/P9D")),
        ("2024-04/2024-05", ("span", "2024-04-01/P61D")), ("unknown", ("unknown", "2026-11-20")),
        ("", ("unknown", "2026-11-20")), ("2022/2010", ("unknown", "2026-11-20")),
    ],
)  # fmt: skip
def test_periods_become_what_sdmx_writes(period: str, told: tuple[str, str]) -> None:
    assert time_of(period, "2026-11-20") == told


@given(st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=8, unique=True))
def test_different_words_never_share_a_code(words: list[str]) -> None:
    found = [city.value("identity.area", 1.0, dimensions=(("x", word),)) for word in words]
    lists = code_lists(town.material(observations=tuple(found)))
    codes = [lists["CL_BREAKDOWN"].code(breakdown_of(each)) for each in found]
    assert len(set(codes)) == len(words)
    for code in codes:
        assert code.replace("_", "").isalnum()
        assert code.isascii()


def test_withheld_is_told_from_missing() -> None:
    gap = city.gap("economy.unemployment")
    assert status_of(gap) == "missing"
    assert status_of(replace(gap, reason="withheld in this edition: restricted")) == "withheld"


@pytest.mark.parametrize(
    ("name", "agency"), [("vale-claro", "ALMENA.vale-claro"), ("1st town", "ALMENA.C1st_town")]
)
def test_each_city_keeps_its_own_lists(name: str, agency: str) -> None:
    edition = town.cut(city=name)
    assert agency_of(edition) == agency
    assert dataflow_id(edition).startswith(agency)


def test_what_is_a_dimension_and_what_an_attribute_is_decided_in_a_table() -> None:
    for row in read_table("sdmx_components.csv"):
        assert row["decision"], row["id"]
        assert bool(row["codelist"]) is not bool(row["type"]), row["id"]
    for row in read_table("sdmx_codes.csv"):
        assert row["source"].startswith("SDMX"), row


def test_the_readme_with_all_credits_lies_beside(folder: Path) -> None:
    assert town.OPEN_STREET_MAP in (folder / "README.txt").read_text(encoding="utf-8")


def test_a_span_of_one_day_is_a_span_and_one_that_ends_before_it_begins_is_not() -> None:
    assert time_of("2020-05-03/2020-05-03", "2026-01-01") == ("span", "2020-05-03/P1D")
    assert time_of("2020-05-03/2020-05-02", "2026-01-01")[1] == "2026-01-01"


def test_codes_are_listed_under_the_names_that_people_know() -> None:
    edition = town.cut()
    lists = code_lists(edition)
    title = edition.cards["identity.population_census"].title
    assert lists["CL_INDICATOR"].listed["IDENTITY_POPULATION_CENSUS"] == title


@pytest.mark.parametrize(("name", "told"), [("Land of rivers", "Land of rivers"), ("", "country:LOR")])
def test_a_place_that_is_none_of_the_city_is_listed_by_its_name_or_its_id(name: str, told: str) -> None:
    edition = town.cut()
    beside = replace(edition.observations[0], place="country:LOR", place_name=name)
    lists = code_lists(replace(edition, observations=(*edition.observations, beside)))
    assert told in lists["CL_AREA"].listed.values()


def test_the_structure_states_the_order_of_dimensions_and_which_attributes_every_row_has(
    folder: Path,
) -> None:
    root = Xml.parse(folder / STATED).getroot()
    found: dict[str, list[Any]] = defaultdict(list)
    for node in root.iter():
        found[node.tag.rsplit("}", 1)[-1]].append(node)
    order = [*found["Dimension"], *found["TimeDimension"]]
    placed = {node.get("id"): node.get("position") for node in order if node.get("position")}
    assert placed == {name: str(n) for n, name in enumerate(KEY, 1)}
    stated = {n.get("id"): n.get("assignmentStatus") for n in found["Attribute"] if n.get("assignmentStatus")}
    table = [row for row in components() if row["kind"] == "attribute"]
    assert stated == {r["id"]: "Mandatory" if r["required"] == "yes" else "Conditional" for r in table}
    assert set(stated.values()) == {"Mandatory", "Conditional"}


def test_every_attribute_that_a_row_must_have_is_filled() -> None:
    needed = [row["id"] for row in components() if row["kind"] == "attribute" and row["required"] == "yes"]
    assert needed
    for row in rows():
        assert all(row[name] for name in needed), row
