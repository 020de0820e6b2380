"""Kits drafted for cities of other makes: nothing is mistaken in silence, and every doubt is a question."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from almena.gather.draft import Draft, draft_kit
from almena.gather.draft_city import country_codes, metric_crs
from almena.gather.draft_place import city_place, put_in_place
from almena.gather.draft_reader import reader_for
from almena.gather.draft_rules import is_called, match_column
from almena.gather.facts import DOCUMENT, GTFS, OSM, RASTER, TABLE, UNKNOWN, VECTOR, Column, FileFacts
from almena.gather.kit import load_kit, parse_kit
from almena.gather.kit_values import bad_metric_crs
from almena.gather.mirror import find_files
from almena.packs import load_roles

from .city_folders import (
    KISUMU,
    ROSARIO,
    ROSARIO_METRIC,
    ROSARIO_ROLES,
    TALLINN,
    crowd,
    hills,
    kisumu,
    metres,
    region,
    rosario,
    small_timetable,
    tallinn,
    text_table,
    without_prj,
    write_map,
    write_raster,
    write_timetable,
    write_workbook,
)
from .kits import write


def roles_of(draft: Draft) -> dict[str, str]:
    return {f.path: f.role for f in draft.kit.files}


def questions_of(draft: Draft) -> dict[str, Any]:
    return {q.id: q for q in draft.questions}


def one(draft: Draft, role: str) -> Any:
    (spec,) = draft.kit.of_role(role)
    return spec


def assert_loads(draft: Draft, folder: Path) -> None:
    """Assert that the drafted text is a kit that finds all its files."""
    write(folder / "kit.toml", draft.text)
    kit = load_kit(folder)
    assert kit == draft.kit
    assert all(found.is_usable for found in find_files(kit))


# ---------------------------------------------------------------- shapefiles


@pytest.fixture(scope="module")
def rosario_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rosario(tmp_path_factory.mktemp("shapefiles") / "rosario")


def test_a_city_of_shapefiles_is_recognised_by_its_spanish_names(rosario_folder: Path) -> None:
    draft = draft_kit(rosario_folder)
    assert roles_of(draft) == ROSARIO_ROLES
    assert not [q for q in questions_of(draft) if q.startswith("role:")]
    assert draft.kit.crs == "EPSG:31980"  # zone 20 south in SIRGAS 2000
    assert draft.left_out == ()  # .dbf, .shx, .prj and .cpg travel with their .shp
    assert one(draft, "neighbourhoods").fields == {"name": "BARRIO"}
    assert one(draft, "boundary").fields == {"name": "NOMBRE"}
    assert one(draft, "streets").fields == {"highway": "fclass"}
    assert one(draft, "flood_extent").date == "2007-03"


def test_the_drafted_city_of_shapefiles_loads_and_finds_its_files(
    rosario_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(rosario_folder, tmp_path / "rosario")
    assert_loads(draft_kit(tmp_path / "rosario"), tmp_path / "rosario")


def test_shapefiles_that_have_lost_their_prj_are_not_laid_somewhere_in_the_ocean(tmp_path: Path) -> None:
    folder = rosario(tmp_path / "rosario")
    for name in ROSARIO_ROLES:
        without_prj(folder / name)
    draft = draft_kit(folder)  # metres taken for degrees were a crash
    asked = questions_of(draft)
    for path in roles_of(draft):
        assert asked[f"crs:{path}"].default == ""
        assert asked[f"crs:{path}"].candidates == ()
    assert asked["city.crs"].default == "EPSG:3857"
    assert draft.kit.country == "ZZZ"
    assert_loads(draft, folder)


def test_once_told_their_system_they_are_where_they_were(tmp_path: Path) -> None:
    folder = rosario(tmp_path / "rosario")
    for name in ROSARIO_ROLES:
        without_prj(folder / name)
    answers = {f"crs:{name}": ROSARIO_METRIC for name in ROSARIO_ROLES}
    draft = draft_kit(folder, answers=answers)
    assert roles_of(draft) == ROSARIO_ROLES
    assert draft.kit.crs == "EPSG:31980"
    assert {f.crs for f in draft.kit.files} == {ROSARIO_METRIC}
    assert "city.crs" not in questions_of(draft)
    assert not [q for q in questions_of(draft) if q.startswith("crs:")]
    assert "was not needed" not in draft.text


def test_a_geojson_that_holds_metres_although_its_format_says_degrees_is_asked_about(tmp_path: Path) -> None:
    x, y = metres(*ROSARIO, ROSARIO_METRIC)
    write_map(
        tmp_path / "boundary.geojson",
        [shapely.box(x, y, x + 9e3, y + 9e3)],
        "EPSG:4326",
        {"name": ["Rosario"]},
    )
    write_map(tmp_path / "stops.geojson", [shapely.Point(*ROSARIO)], "EPSG:4326", {"stop_id": ["1"]})
    draft = draft_kit(tmp_path, answers={"role:boundary.geojson": "boundary"})
    asked = questions_of(draft)
    assert "crs:boundary.geojson" in asked
    assert "crs:stops.geojson" not in asked
    assert draft.kit.crs == "EPSG:31980"  # from the stops alone
    told = draft_kit(
        tmp_path, answers={"role:boundary.geojson": "boundary", "crs:boundary.geojson": ROSARIO_METRIC}
    )
    assert one(told, "boundary").crs == ROSARIO_METRIC


def test_a_system_told_for_a_file_that_declares_another_is_written_down(tmp_path: Path) -> None:
    write_map(tmp_path / "stops.geojson", [shapely.Point(*ROSARIO)], "EPSG:4326", {"stop_id": ["1"]})
    assert one(draft_kit(tmp_path), "transit_stops").crs == ""
    told = draft_kit(tmp_path, answers={"crs:stops.geojson": "EPSG:4674"})
    assert one(told, "transit_stops").crs == "EPSG:4674"


@pytest.mark.parametrize(
    ("name", "pattern", "fits"),
    [
        ("NEIGHBOURH", "neighbourhood", True),
        ("neighbourh", "neighbourhood_name", True),
        ("NO_ENTIDAD", "no_entidade", True),
        ("no_entida", "no_entidade", False),  # nine letters: nothing was cut
        ("neighbour", "neighbourhood", False),
        ("barrio", "barrio", True),
        ("pop_total_", "pop.*", True),
        ("populacao_", "pop[0-9]", False),
    ],
)
def test_names_that_a_shapefile_cut_to_ten_letters_are_still_known(
    name: str, pattern: str, fits: bool
) -> None:
    assert is_called(name, pattern) is fits


def test_a_cut_column_becomes_the_field(tmp_path: Path) -> None:
    shapes = [shapely.box(n, 0, n + 1, 1) for n in range(4)]
    path = write_map(tmp_path / "a.shp", shapes, "EPSG:4326", {"neighbourhood_name": list("abcd")})
    draft = draft_kit(tmp_path, answers={f"role:{path.name}": "neighbourhoods"})
    assert one(draft, "neighbourhoods").fields == {"name": "neighbourh"}
    columns = (Column("neighbourh", ("x",)),)
    assert match_column("neighbourhoods", "name", columns) == columns[0]


# ---------------------------------------------------------------- tables alone


@pytest.fixture(scope="module")
def kisumu_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kisumu(tmp_path_factory.mktemp("tables") / "kisumu")


def test_a_city_of_tables_is_placed_by_the_coordinates_in_them(kisumu_folder: Path) -> None:
    draft = draft_kit(kisumu_folder)
    assert roles_of(draft) == {
        "education.csv": "schools",
        "matatu.csv": "transit_stops",
        "weather.csv": "climate_daily",
        "people.csv": "census_table",
    }
    assert draft.kit.crs == "EPSG:32736"
    assert draft.kit.name == "Kisumu"
    schools = one(draft, "schools")
    assert (schools.reader, schools.crs, schools.delimiter) == ("table", "EPSG:4326", ";")
    assert schools.fields == {"name": "school_name", "x": "longitude", "y": "latitude"} | {
        k: v for k, v in schools.fields.items() if k not in ("name", "x", "y")
    }
    stops = one(draft, "transit_stops")
    assert {k: stops.fields[k] for k in ("x", "y", "code")} == {
        "x": "stop_lon",
        "y": "stop_lat",
        "code": "stop_id",
    }
    weather = one(draft, "climate_daily")
    assert (weather.reader, weather.dates, weather.date) == (
        "timeseries",
        "year-first",
        "2023-01-01/2023-12-28",
    )
    assert one(draft, "census_table").fields == {"year": "Year", "population": "Population"}
    assert [p.where for p in draft.left_out] == ["notes.txt"]


def test_the_drafted_city_of_tables_loads_with_its_coordinates(kisumu_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(kisumu_folder, tmp_path / "kisumu")
    assert_loads(
        draft_kit(tmp_path / "kisumu"), tmp_path / "kisumu"
    )  # x and y were refused as unknown fields


def test_points_of_a_drafted_table_are_read_where_they_lie(kisumu_folder: Path) -> None:
    from almena.harmonise.found import FoundFile
    from almena.harmonise.table import read

    draft = draft_kit(kisumu_folder)
    spec = one(draft, "schools")
    (found,) = [f for f in find_files(draft.kit) if f.spec == spec]
    assert found.source
    layer = read(FoundFile(spec, found.paths, found.source), load_roles()["schools"])
    assert len(layer) == 30
    xy = shapely.get_coordinates(layer.geometry)
    np.testing.assert_allclose(xy.mean(axis=0), KISUMU, atol=0.02)
    assert layer.fields["name"][0] == "Primary 0"


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("name,lat,lon", ["a,91,10", "b,5,6", "c,5,7"]),  # one of three is no place on earth
        ("name,lat,lon", ["a,6671000,480000", "b,6671000,480001", "c,6671000,480002"]),
        ("name,lat,lon", ["a,,", "b,,", "c,5,7"]),
        ("name,latency,long_name", ["a,5,6", "b,5,7", "c,5,8"]),
        ("name,lat,height", ["a,5,6", "b,5,7", "c,5,8"]),
    ],
)
def test_a_table_whose_numbers_are_no_degrees_is_no_map(tmp_path: Path, header: str, rows: list[str]) -> None:
    write(tmp_path / "schools.csv", "\n".join(["school_" + header, *rows]) + "\n")
    write_timetable(tmp_path / "t.zip", small_timetable(*KISUMU))
    draft = draft_kit(tmp_path)
    assert "schools" not in draft.kit.roles
    assert "schools.csv" in {p.where for p in draft.left_out}


@pytest.mark.parametrize(
    "names", [("Lat", "Long"), ("LATITUDE", "LONGITUDE"), ("geo_lat", "geo_lng"), ("lat.", "lon")]
)
def test_coordinates_go_by_many_names(tmp_path: Path, names: tuple[str, str]) -> None:
    rows = "".join(f"S{n};-30,0{n};-51,1{n}\n" for n in range(9))
    write(tmp_path / "escolas.csv", f"no_entidade;{names[0]};{names[1]}\n{rows}")
    draft = draft_kit(tmp_path, answers={"role:escolas.csv": "schools"}) if names[0] != "lat." else None
    if (
        draft is None
    ):  # "lat." is no name that the table knows: the answer does not fit a table without places
        with pytest.raises(ValueError, match="filled by a layer"):
            draft_kit(tmp_path, answers={"role:escolas.csv": "schools"})
    else:
        assert one(draft, "schools").fields["x"] == names[1]
        assert draft.kit.crs == "EPSG:31982"


# ---------------------------------------------------------------- a timetable with rasters


@pytest.fixture(scope="module")
def tallinn_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tallinn(tmp_path_factory.mktemp("rasters") / "tallinn")


def test_a_timetable_in_a_folder_and_rasters_of_any_make_are_recognised(tallinn_folder: Path) -> None:
    draft = draft_kit(tallinn_folder)
    assert roles_of(draft) == {
        "est_ppp_2020.tif": "population_grid",
        "dem_copernicus.tif": "elevation",
        "worldcover.tif": "land_cover",
        "gtfs.zip": "transit_feed",
    }
    assert not [q for q in questions_of(draft) if q.startswith("role:")]
    assert draft.kit.crs == "EPSG:25835"
    assert one(draft, "transit_feed").date == "2025-03-01/2025-08-31"
    assert one(draft, "population_grid").date == "2020"
    assert "need names" in draft.text  # of the classes of the land cover


def test_heights_without_a_name_are_never_taken_for_people(tmp_path: Path) -> None:
    # floats above zero: the old rule called any of them a population
    lon, lat = TALLINN
    write_raster(tmp_path / "a.tif", hills(50, 50), lon, lat, 0.003, "EPSG:4326")
    write_timetable(tmp_path / "t.zip", small_timetable(lon, lat))
    draft = draft_kit(tmp_path)
    question = questions_of(draft)["role:a.tif"]
    assert {c.value for c in question.candidates} == {"population_grid", "elevation", "leave-out"}
    assert question.default == "leave-out"
    assert "population_grid" not in draft.kit.roles


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("slope_deg.tif", np.abs(np.random.default_rng(1).normal(12, 4, (40, 40))).astype(np.float32)),
        ("distance_to_road.tif", np.hypot(*np.mgrid[0:40, 0:40]).astype(np.float32) * 30 + 0.5),
        ("temperature.tif", hills(40, 40, lowest=0.25)),
    ],
)
def test_slopes_distances_and_temperatures_are_asked_about(
    tmp_path: Path, name: str, array: np.ndarray
) -> None:
    write_raster(tmp_path / name, array, *TALLINN, 0.003, "EPSG:4326")
    write_timetable(tmp_path / "t.zip", small_timetable(*TALLINN))
    draft = draft_kit(tmp_path)
    assert f"role:{name}" in questions_of(draft)
    assert name not in roles_of(draft)


def test_people_without_a_name_are_asked_about_with_people_as_the_guess(tmp_path: Path) -> None:
    write_raster(tmp_path / "a.tif", crowd(50, 50), *TALLINN, 0.003, "EPSG:4326")
    question = questions_of(draft_kit(tmp_path))["role:a.tif"]
    assert question.default == "population_grid"


LEGEND = np.array([111, 112, 211, 311, 511], np.int16)


@pytest.mark.parametrize(
    ("name", "array", "role"),
    [
        ("landscan.tif", (crowd(40, 40) * 20).astype(np.int32), "population_grid"),
        ("relief.tif", hills(40, 40).astype(np.int16), "elevation"),
        ("mnt_25m.tif", hills(40, 40).astype(np.uint16), "elevation"),
        ("corine.tif", np.random.default_rng(3).choice(LEGEND, (40, 40)), "land_cover"),
    ],
)  # fmt: skip
def test_whole_numbers_are_people_heights_or_classes_by_how_they_lie(
    tmp_path: Path, name: str, array: np.ndarray, role: str
) -> None:
    write_raster(tmp_path / name, array, *TALLINN, 0.003, "EPSG:4326")
    write_timetable(tmp_path / "t.zip", small_timetable(*TALLINN))
    draft = draft_kit(tmp_path)
    asked = questions_of(draft).get(f"role:{name}")
    if asked is None:
        assert roles_of(draft)[name] == role
    else:
        assert role in {c.value for c in asked.candidates}
        assert roles_of(draft).get(name, role) == role


def test_a_mask_of_zeros_and_ones_is_no_land_cover(tmp_path: Path) -> None:
    mask = (np.indices((40, 40)).sum(axis=0) % 2).astype(np.uint8)
    write_raster(tmp_path / "built.tif", mask, *TALLINN, 0.003, "EPSG:4326")
    write_timetable(tmp_path / "t.zip", small_timetable(*TALLINN))
    assert "built.tif" not in roles_of(draft_kit(tmp_path))


def test_a_raster_without_coordinate_system_is_asked_about_and_places_no_city(tmp_path: Path) -> None:
    write_raster(tmp_path / "people.tif", crowd(40, 40), 480_000, 6_670_000, 100.0, None)
    draft = draft_kit(tmp_path)
    asked = questions_of(draft)
    assert (asked["crs:people.tif"].default, asked["city.crs"].default) == ("", "EPSG:3857")
    told = draft_kit(tmp_path, answers={"crs:people.tif": "EPSG:31982"})
    assert one(told, "population_grid").crs == "EPSG:31982"
    assert told.kit.crs == "EPSG:31982"


# ---------------------------------------------------------------- census tables in four languages

CENSUS = {
    "pt": ("Ano", "População residente", "Idade", "Mulheres", "Homens"),
    "es": ("Año", "Población", "Grupo de edad", "Mujeres", "Hombres"),
    "fr": ("Année", "Population", "Tranche d'âge", "Femmes", "Hommes"),
    "en": ("Year", "Persons", "Age group", "Women", "Men"),
}
COUNTS = [(1991, 100_000), (2001, 120_500), (2011, 140_100), (2021, 150_900)]
AGES = [("0-14", 4000, 4100), ("15-64", 9000, 8800), ("65+", 2000, 1500)]


@pytest.mark.parametrize("language", CENSUS)
@pytest.mark.parametrize("format_", ["xlsx", "csv", "latin"])
def test_census_tables_are_known_in_four_languages(tmp_path: Path, language: str, format_: str) -> None:
    year, people, age, women, men = CENSUS[language]
    tables = {"a": [(year, people), *COUNTS], "b": [(age, women, men), *AGES]}
    for name, rows in tables.items():
        if format_ == "xlsx":
            write_workbook(tmp_path / f"{name}.xlsx", {"Data": rows})
        else:
            encoding = "utf-8" if format_ == "csv" else "latin-1"
            write(tmp_path / f"{name}.csv", text_table(";", rows, encoding))
    draft = draft_kit(tmp_path)
    suffix = "xlsx" if format_ == "xlsx" else "csv"
    assert roles_of(draft) == {f"a.{suffix}": "census_table", f"b.{suffix}": "census_age_sex"}
    assert one(draft, "census_table").fields == {"year": year, "population": people}
    assert one(draft, "census_age_sex").fields == {"age_group": age, "women": women, "men": men}
    assert not [q for q in questions_of(draft) if q.startswith(("role:", "field:"))]


def test_a_workbook_with_a_cover_sheet_is_read_from_the_sheet_with_the_table(tmp_path: Path) -> None:
    sheets = {
        "Cover": [("Statistics office",)],
        "Counts": [("Year", "Population"), *COUNTS],
        "Notes": [("see",), ("text",)],
    }
    write_workbook(tmp_path / "census.xlsx", sheets)
    draft = draft_kit(tmp_path)
    assert one(draft, "census_table").sheet == "Counts"


def test_censuses_side_by_side_keep_their_header_of_years(tmp_path: Path) -> None:
    write(tmp_path / "people.csv", "Neighbourhood;2001;2011;2021\nCentre;10;20;30\nNorth;4;5;6\n")
    answers = {
        "role:people.csv": "census_sex",
        "field:people.csv:sex": "Neighbourhood",
        "field:people.csv:persons": "2021",
    }
    spec = one(draft_kit(tmp_path, answers=answers), "census_sex")
    assert spec.header is None  # the row of years was taken for data, and the columns for nameless
    assert spec.fields == {"sex": "Neighbourhood", "persons": "2021"}


# ---------------------------------------------------------------- several boundaries


def test_the_municipalities_of_a_region_are_no_boundary_of_one_city_without_a_question(
    tmp_path: Path,
) -> None:
    region(tmp_path)
    draft = draft_kit(tmp_path)
    asked = questions_of(draft)
    assert "role:municipios.shp" in asked
    which = asked["which:municipios.shp"]
    assert [c.value for c in which.candidates][:2] == ["Vila 0", "Vila 1"]
    assert which.default == ""
    answers = {"role:municipios.shp": "boundary", "which:municipios.shp": "Vila 3"}
    chosen = draft_kit(tmp_path, answers=answers)
    assert one(chosen, "boundary").where == {"NM_MUN": ("Vila 3",)}
    assert_loads(chosen, tmp_path)


def test_a_city_in_a_few_shapes_of_one_name_is_taken_whole(tmp_path: Path) -> None:
    islands = [shapely.box(10 + n, 50, 10.5 + n, 50.5) for n in range(3)]
    write_map(tmp_path / "boundary.geojson", islands, "EPSG:4326", {"name": ["Archipelago"] * 3})
    draft = draft_kit(tmp_path)
    assert roles_of(draft) == {"boundary.geojson": "boundary"}
    assert not [q for q in questions_of(draft) if q.startswith("which:")]


def test_two_outlines_of_one_city_are_the_value_and_its_alternative(tmp_path: Path) -> None:
    inner, outer = shapely.box(10, 50, 10.2, 50.1), shapely.box(10, 50, 10.201, 50.1)
    write_map(tmp_path / "boundary_2010.geojson", [inner], "EPSG:4326", {"name": ["A"]})
    write_map(tmp_path / "boundary_2020.geojson", [outer], "EPSG:4326", {"name": ["A"]})
    stops = [shapely.Point(10 + n / 100, 50.05) for n in range(1, 15)]
    write_map(tmp_path / "stops.geojson", stops, "EPSG:4326", {"stop_id": [str(n) for n in range(14)]})
    draft = draft_kit(tmp_path)
    assert sorted(f.combine for f in draft.kit.of_role("boundary")) == ["alternative", "prefer"]
    assert "combine:boundary_2020.geojson" in questions_of(draft)
    assert {f.date for f in draft.kit.of_role("boundary")} == {"2010", "2020"}


def test_the_same_boundary_twice_is_taken_once(tmp_path: Path) -> None:
    write_map(tmp_path / "boundary.geojson", [shapely.box(10, 50, 10.2, 50.1)], "EPSG:4326", {"name": ["A"]})
    shutil.copy(tmp_path / "boundary.geojson", tmp_path / "copy.geojson")
    draft = draft_kit(tmp_path)
    assert roles_of(draft) == {"boundary.geojson": "boundary"}
    assert "byte for byte" in draft.left_out[0].why


# ---------------------------------------------------------------- where a city lies


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((-3.7, 40.4), "EPSG:25830"),
        ((-15.4, 28.1), "EPSG:32628"),  # the Canaries lie outside the area of ETRS89
        ((23.7, 38.0), "EPSG:25834"),
        ((-78.5, -0.2), "EPSG:31977"),  # Quito: the southern zone
        ((109.33, 0.02), "EPSG:32649"),  # Pontianak, north of the line
        ((109.33, -0.02), "EPSG:32749"),  # and south of it
        ((179.99, -16.85), "EPSG:32760"),
        ((-179.99, -16.85), "EPSG:32701"),
        ((151.2, -33.9), "EPSG:7856"),
        ((174.8, -36.9), "EPSG:2135"),
        ((15.6, 78.2), "EPSG:25833"),
        ((-62.3, 82.5), "EPSG:32620"),
        ((0.0, 85.0), "EPSG:32661"),  # no UTM zone so far north: it was a crash
        ((0.0, -89.0), "EPSG:32761"),
    ],
)
def test_every_place_on_earth_has_a_metric_system(place: tuple[float, float], code: str) -> None:
    found = metric_crs(place, [])
    assert not bad_metric_crs(found.value)
    if code != "EPSG:7856":
        assert found.value == code
    else:  # which of Australia's datums is official is a matter of the table
        assert found.value in ("EPSG:7856", "EPSG:32756", "EPSG:28356")


def test_countries_that_are_equally_likely_come_in_one_order_whatever_the_run() -> None:
    # the order of a set of texts changes from one process to the next
    script = (
        "from almena.gather.draft_city import country_codes as c; print([x.value for x in c((-3.7, 40.4))])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    weights = [(-c.weight, c.value) for c in country_codes((-3.7, 40.4))]
    assert weights == sorted(weights)


def facts(**more: Any) -> FileFacts:
    return FileFacts(Path("a"), **{"kind": VECTOR, "geometry": "point", "count": 1, **more})


def test_numbers_that_cannot_be_degrees_place_nothing() -> None:
    far = facts(
        points=shapely.points([[480_000.0, 6_670_000.0]]), bounds=(480_000.0, 6_670_000.0) * 2, needs_crs=True
    )
    assert put_in_place(far, "").bounds is None
    assert len(put_in_place(far, "").points) == 0
    placed = put_in_place(far, "EPSG:31982")
    assert not placed.needs_crs
    assert shapely.get_coordinates(placed.points)[0] == pytest.approx([-51.207, -30.101], abs=0.01)
    near = facts(points=shapely.points([[10.0, 50.0]]), bounds=(10.0, 50.0, 10.0, 50.0))
    assert put_in_place(near, "EPSG:31982") is near  # it declares its own system


@pytest.mark.parametrize(("east", "middle"), [(-179.9, -179.95), (-179.7, -179.85)])
def test_a_city_across_the_180th_meridian_does_not_lie_in_greenwich(east: float, middle: float) -> None:
    from almena.gather.draft_files import Drafted

    # as a projection hands it back: one ring that seems to run around the earth
    outline = shapely.Polygon([(180.0, -17.0), (east, -17.0), (east, -16.8), (180.0, -16.8)])
    drafted = [
        Drafted("a", facts(kind=VECTOR, outline=outline, bounds=outline.bounds), "boundary", "vector", [])
    ]
    place = city_place(drafted)
    assert place == pytest.approx((middle, -16.9))
    assert metric_crs(place, []).value in ("EPSG:32701", "EPSG:3832")


def test_a_city_lies_inside_its_boundary_even_when_that_is_a_horseshoe() -> None:
    from almena.gather.draft_files import Drafted

    horseshoe = shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 10, 8))
    drafted = [
        Drafted("a", facts(kind=VECTOR, outline=horseshoe, bounds=horseshoe.bounds), "boundary", "vector", [])
    ]
    place = city_place(drafted)
    assert place
    assert shapely.intersects_xy(horseshoe, *place)
    assert city_place([]) is None
    stray = [
        Drafted(str(n), facts(bounds=(b, 0.0, b + 2.0, 2.0)), "schools", "vector", [])
        for n, b in enumerate((0.0, 1.0, 150.0))
    ]
    assert city_place(stray) == (2.0, 1.0)  # the middle of the middle box, whatever strays


# ---------------------------------------------------------------- which reader for which role


@pytest.mark.parametrize(
    ("role", "kind", "geometry", "name", "reader"),
    [
        ("schools", VECTOR, "point", "a.geojson", "vector"),
        ("schools", TABLE, "point", "a.csv", "table"),
        ("schools", TABLE, "", "a.csv", ""),
        ("neighbourhoods", TABLE, "point", "a.csv", ""),  # polygons are not made of points
        ("schools", RASTER, "", "a.tif", ""),
        ("streets", OSM, "", "a.pbf", "osm"),
        ("population_grid", RASTER, "", "a.tif", "raster"),
        ("population_grid", TABLE, "", "a.csv", ""),
        ("climate_daily", TABLE, "", "a.csv", "timeseries"),
        ("river_level", TABLE, "", "a.csv", "timeseries"),
        ("census_sex", TABLE, "", "a.csv", "table"),
        ("plan_lists", DOCUMENT, "", "a.csv", "table"),  # a table of one column looks like prose
        ("plan_lists", DOCUMENT, "", "a.docx", ""),
        ("transit_feed", GTFS, "", "a.zip", "gtfs"),
        ("transit_feed", VECTOR, "point", "a.zip", ""),
        ("city_plan", DOCUMENT, "", "a.docx", "document"),
        ("city_plan", TABLE, "", "a.csv", ""),
        ("schools", UNKNOWN, "", "a.pdf", ""),
    ],
)
def test_a_role_is_read_by_the_reader_that_can_fill_it(
    role: str, kind: str, geometry: str, name: str, reader: str
) -> None:
    assert reader_for(load_roles()[role], FileFacts(Path(name), kind, geometry=geometry)) == reader


def test_every_drafted_file_of_every_folder_has_a_reader_and_reads_back(
    rosario_folder: Path, kisumu_folder: Path, tallinn_folder: Path
) -> None:
    for folder in (rosario_folder, kisumu_folder, tallinn_folder):
        draft = draft_kit(folder)
        assert all(f.reader for f in draft.kit.files)
        assert parse_kit(draft.text, folder) == draft.kit
        assert draft_kit(folder).text == draft.text
