"""Files of several sheets or layers: each is looked into by itself, drafted by itself, and none is dropped silently."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from tests.harmonise.spreadsheets import write_csv, write_ods, write_xlsx
from tests.harmonise.test_netcdf import classic, newer, station

from almena.gather.draft import draft_kit
from almena.gather.facts import RASTER, TABLE, UNKNOWN, VECTOR
from almena.gather.probe import probe
from almena.harmonise import FoundFile, read_file
from almena.model.data import Table
from almena.model.origin import Source
from almena.model.problem import InputError
from almena.packs import load_roles

AGES = [["Census", None, None], ["age_group", "women", "men"], ["0 to 14", 120, 130], ["15 to 29", 80, 90]]
SEXES = [["sex", "persons"], ["women", 200], ["men", 220]]
OTHER = [["colour", "taste"], ["red", "sweet"], ["blue", "sour"]]


def city_package(path: Path) -> Path:
    """Write one GeoPackage with an outline, schools and something nobody knows."""
    outline = shapely.to_wkb(shapely.box([7.0], [43.0], [8.0], [44.0]))
    pupils = shapely.to_wkb(shapely.points([[7.2, 43.2], [7.3, 43.3], [7.4, 43.4]]))
    layers = {
        "limits": (outline, ["name"], [np.array(["Town"], dtype=object)], "Polygon"),
        "places": (
            pupils,
            ["school_name", "pupils_total"],
            [np.array(["Escola A", "Escola B", "Escola C"], dtype=object), np.array([100, 200, 300])],
            "Point",
        ),
        "dots": (pupils, ["z"], [np.array(["?", "?", "?"], dtype=object)], "Point"),
    }
    for layer, (wkb, names, columns, kind) in layers.items():
        pyogrio.raw.write(
            path,
            wkb,
            columns,
            names,
            layer=layer,
            driver="GPKG",
            geometry_type=kind,
            crs="EPSG:4326",
            append=path.exists(),
        )
    return path


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_every_sheet_is_drafted_by_itself(tmp_path: Path, kind: str) -> None:
    sheets = {"Ages": AGES, "Sexes": SEXES, "Tastes": OTHER, "Empty": []}
    write_xlsx(tmp_path / "a.xlsx", sheets) if kind == "xlsx" else write_ods(tmp_path / "a.ods", sheets)
    found = draft_kit(tmp_path)
    assert {(f.role, f.path, f.sheet) for f in found.kit.files} == {
        ("census_age_sex", f"a.{kind}", "Ages"),
        ("census_sex", f"a.{kind}", "Sexes"),
    }
    assert found.kit.of_role("census_age_sex")[0].header == 2
    assert [p.where for p in found.left_out] == [f"a.{kind}#Tastes"]


def test_every_layer_is_drafted_by_itself_and_the_others_are_named(tmp_path: Path) -> None:
    city_package(tmp_path / "city.gpkg")
    found = draft_kit(tmp_path)
    assert {(f.role, f.path, f.layer) for f in found.kit.files} == {
        ("boundary", "city.gpkg", "limits"),
        ("schools", "city.gpkg", "places"),
    }
    named = [p.where for p in found.left_out] + [q.id for q in found.questions]
    assert any("city.gpkg#dots" in name for name in named)
    assert "# " in found.text
    assert 'layer = "places"' in found.text


def test_an_answer_about_one_layer_is_taken(tmp_path: Path) -> None:
    city_package(tmp_path / "city.gpkg")
    found = draft_kit(
        tmp_path, answers={"role:city.gpkg#dots": "hydrants", "role:city.gpkg#places": "leave-out"}
    )
    assert [f.layer for f in found.kit.of_role("hydrants")] == ["dots"]
    assert not found.kit.of_role("schools")
    with pytest.raises(InputError, match="no such question"):
        draft_kit(tmp_path, answers={"role:city.gpkg#nothing": "hydrants"})


def test_a_role_for_the_whole_file_asks_which_layer(tmp_path: Path) -> None:
    city_package(tmp_path / "city.gpkg")
    asked = draft_kit(tmp_path, answers={"role:city.gpkg": "schools"})
    assert [c.value for q in asked.questions if q.id == "part:city.gpkg" for c in q.candidates] == [
        "limits",
        "places",
        "dots",
    ]
    told = draft_kit(tmp_path, answers={"role:city.gpkg": "schools", "part:city.gpkg": "places"})
    assert [(f.role, f.layer) for f in told.kit.files] == [("schools", "places")]


def test_what_fits_no_role_is_listed_with_the_closest_guess(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", SEXES)
    write_csv(tmp_path / "b.csv", [["depth", "education"], [0.5, 0.2], [1.0, 0.4]])
    found = draft_kit(tmp_path)
    assert [p.where for p in found.left_out] == ["b.csv"]
    assert "closest guess is census_education" in found.left_out[0].why
    proposals = {p.name: (p.role, [c.value for c in p.candidates]) for p in found.proposals}
    assert proposals["b.csv"] == ("", ["census_education"])


def test_averages_are_no_ages(tmp_path: Path) -> None:
    head = ["Country Name", "Year", "average_value_female (% of female population)", "average_value_male"]
    write_csv(tmp_path / "a.csv", [head, ["A", 2000, 5, 6], ["B", 2000, 7, 8]])
    write_csv(tmp_path / "b.csv", SEXES)
    assert not draft_kit(tmp_path).kit.of_role("census_age_sex")


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["", "2010", "", "2022", ""],
            ["age_group", "women", "men", "women", "men"],
            ["0-14", 1, 2, 3, 4],
            ["15+", 5, 6, 7, 8],
        ]
    ],
)
def test_columns_under_two_header_rows_are_named_by_both(tmp_path: Path, rows: list[list[object]]) -> None:
    for path in (write_csv(tmp_path / "a.csv", rows), write_xlsx(tmp_path / "a.xlsx", {"S": rows})):
        facts = probe(path)
        assert [c.name for c in facts.columns] == [
            "age_group",
            "2010 / women",
            "2010 / men",
            "2022 / women",
            "2022 / men",
        ]
        assert facts.options["header"] == 2
        assert facts.count == 2


def test_titles_and_blank_rows_above_a_sheet_keep_the_number_of_its_header(tmp_path: Path) -> None:
    rows = [["A title", None], [None, None], ["sex", "persons"], ["women", 3], ["men", 4], ["Total", 7]]
    for path in (write_xlsx(tmp_path / "a.xlsx", {"S": rows}), write_ods(tmp_path / "a.ods", {"S": rows})):
        facts = probe(path)
        assert (facts.kind, facts.options["header"], facts.count) == (TABLE, 3, 2)


def test_grids_and_series_of_netcdf(tmp_path: Path) -> None:
    grid = probe(classic(tmp_path / "grid.nc"))
    assert (grid.kind, grid.parts, grid.options) == (RASTER, ("heat", "height", "rain"), {"layer": "heat"})
    assert grid.bounds == pytest.approx((-51.625, -30.375, -50.875, -29.875))
    gauge = probe(station(tmp_path / "gauge.nc"))
    assert (gauge.kind, [c.name for c in gauge.columns]) == (TABLE, ["time", "level"])
    assert gauge.times is not None
    assert gauge.times.is_hourly
    assert gauge.date == "2024-05-03/2024-05-03"
    assert probe(newer(tmp_path)).kind == RASTER


def test_a_sheet_that_was_asked_for_and_is_empty_is_told(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"Ages": AGES, "Empty": []})
    assert probe(path, "Empty").kind == UNKNOWN
    assert probe(path, "Ages").inside == "Ages"


def test_a_workbook_is_looked_into_anew_when_it_changes(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"S": SEXES})
    assert probe(path).columns[0].name == "sex"
    write_xlsx(path, {"S": [["colour", "taste", "smell"], ["red", "sweet", "none"]]})
    assert probe(path).columns[0].name == "colour"


def test_a_kmz_is_looked_into(tmp_path: Path) -> None:
    import zipfile

    from tests.harmonise.test_other_maps import folder, kml, placemark, point

    inner = kml(tmp_path / "doc.kml", folder("S", placemark("A", point(7.41, 43.73))))
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(inner, "doc.kml")
    facts = probe(tmp_path / "a.kmz")
    assert (facts.kind, facts.geometry, facts.count) == (VECTOR, "point", 1)


def test_bytes_of_windows_and_macintosh_leave_the_encoding_to_the_reader(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("sex,persons\nmulher – são,3\n".encode("cp1252"))
    assert "encoding" not in probe(tmp_path / "a.csv").options
    (tmp_path / "b.csv").write_bytes("sex,persons\nmulher são,3\n".encode("latin-1"))
    assert probe(tmp_path / "b.csv").options["encoding"] == "latin-1"


LEVELS = [["time", "level"], ["2024-05-03", "1.234"], ["2024-05-04", "2.345"], ["2024-05-05", "3.456"]]


def test_a_mark_that_can_be_read_in_two_ways_is_asked_and_the_answer_is_taken(tmp_path: Path) -> None:
    write_csv(tmp_path / "level.csv", LEVELS, ";")
    asked = [q for q in draft_kit(tmp_path).questions if q.id == "decimal:level.csv"]
    assert [c.value for c in asked[0].candidates] == [",", "."]
    assert "1.234" in asked[0].about
    told = draft_kit(tmp_path, answers={"decimal:level.csv": "."})
    assert told.kit.of_role("river_level")[0].decimal == "."
    assert not [q for q in told.questions if q.id.startswith("decimal")]
    with pytest.raises(InputError, match="cannot be taken"):
        draft_kit(tmp_path, answers={"decimal:level.csv": ";"})


@pytest.mark.parametrize("odd", ["1.23", "12345", "0.123", "1.234,5"])
def test_one_number_that_is_clear_settles_its_column(tmp_path: Path, odd: str) -> None:
    write_csv(tmp_path / "level.csv", [*LEVELS, ["2024-05-06", odd]], ";")
    assert not [q for q in draft_kit(tmp_path).questions if q.id.startswith("decimal")]


# --- lists side by side ---------------------------------------------------------------------------------------

BESIDE = [
    ["Ano", "População", None, "Ano", "Sexo", "Pessoas"],
    [2000, "1.360.590", None, 2022, "Homens", "612.345"],
    [2010, "1.409.351", None, 2022, "Mulheres", "720.500"],
    [2022, "1.332.845", None, None, None, None],
]
WRITERS = {
    "xlsx": lambda path: write_xlsx(path, {"Plan1": BESIDE}),
    "ods": lambda path: write_ods(path, {"Plan1": BESIDE}),
    "csv": lambda path: write_csv(path, BESIDE, ";"),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_each_list_of_a_sheet_is_drafted_by_itself_and_read_without_the_other(
    tmp_path: Path, kind: str
) -> None:
    WRITERS[kind](tmp_path / f"a.{kind}")
    kit = draft_kit(tmp_path).kit
    assert set(kit.roles) == {"census_table", "census_sex"}
    by_role = {f.role: f for f in kit.files}
    source = Source("x", f"a.{kind}", "0" * 64)
    read = {
        role: read_file(FoundFile(spec, (tmp_path / f"a.{kind}",), source), load_roles()[role])
        for role, spec in by_role.items()
    }
    years, sexes = read["census_table"], read["census_sex"]
    assert isinstance(years, Table)
    assert isinstance(sexes, Table)
    assert years.columns["year"].tolist() == [2000, 2010, 2022]
    assert years.columns["population"].tolist() == [1360590, 1409351, 1332845]
    assert dict(zip(sexes.columns["sex"], sexes.columns["persons"], strict=True)) == {
        "men": 612345,
        "women": 720500,
    }


def test_a_name_that_both_lists_bear_is_given_as_a_number(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", BESIDE, ";")
    assert probe(file).parts == ("A", "D")
    assert [c.number for c in probe(file, "D").columns] == [4, 5, 6]
    assert [c.name for c in probe(file, "A").columns] == ["Ano", "População"]
    assert probe(file, "C").kind == UNKNOWN
    (years,) = (f for f in draft_kit(tmp_path).kit.files if f.role == "census_table")
    assert years.fields == {"year": 1, "population": "População"}


def test_an_empty_column_inside_of_a_table_does_not_part_it(tmp_path: Path) -> None:
    rows = [["age_group", None, "women", "men"], ["0 to 14", None, 120, 130], ["15 to 29", None, 80, 90]]
    file = write_xlsx(tmp_path / "a.xlsx", {"Ages": rows})
    assert probe(file).parts == ()
    assert [c.name for c in probe(file).columns] == ["age_group", "", "women", "men"]


def test_remarks_beside_a_table_are_no_list(tmp_path: Path) -> None:
    rows = [["sex", "persons", None, "Source"], ["women", 200, None, "census"], ["men", 220]]
    assert probe(write_xlsx(tmp_path / "a.xlsx", {"Sexes": rows})).parts == ()


def test_lists_of_one_sheet_of_several_are_named_with_their_sheet(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "a.xlsx", {"Plan1": BESIDE, "Sexes": SEXES})
    assert probe(file).parts == ("Plan1!A", "Plan1!D", "Sexes")
    found = draft_kit(tmp_path)
    assert {(f.role, f.sheet) for f in found.kit.files} >= {
        ("census_table", "Plan1"),
        ("census_sex", "Plan1"),
    }
