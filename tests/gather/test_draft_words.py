"""What files say about themselves in words: dates, names of cities, lists of files, weights of evidence."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather.draft import draft_kit
from almena.gather.draft_city import _countries_in, city_names
from almena.gather.draft_dates import date_of
from almena.gather.draft_files import list_files
from almena.gather.draft_rules import load_field_patterns, load_rules, match_column
from almena.gather.draft_score import ACCEPTED, MARGIN, Score, is_clear, rank, relate, same_shape
from almena.gather.facts import DOCUMENT, RASTER, TABLE, VECTOR, Column, FileFacts, columns_of, plain
from almena.gather.kit_values import bad_date
from almena.model.problem import InputError
from almena.packs import load_roles

from .city_folders import KISUMU, small_timetable, write_map, write_timetable
from .kits import write

ROLES = load_roles()


def dated(name: str, **more: object) -> str:
    return date_of(FileFacts(Path(name), TABLE, **more), name)[0]  # type: ignore[arg-type]


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("flood_february_2021.shp", "2021-02"),
        ("enchente_fevereiro_2021.shp", "2021-02"),
        ("inundación_febrero_2021.shp", "2021-02"),
        ("inondation_février_2021.shp", "2021-02"),
        ("hochwasser_juli_2021.shp", "2021-07"),
        ("crue_août_2019.tif", "2019-08"),
        ("cheia_março_2015.shp", "2015-03"),
        ("inundacion_setiembre_2015.shp", "2015-09"),
        ("tulva_toukokuu_2015.shp", "2015"),  # Finnish is not in the table: the year alone is safe
        ("20240506.csv", "2024-05-06"),
        ("level_202405.csv", "2024-05"),
        ("level-2024_05_06-v2.csv", "2024-05-06"),
        ("2010-2012.csv", "2010/2012"),
        ("2012-2010.csv", ""),  # a span that runs backwards is none
        ("census_2022_v20231.csv", "2022"),
        ("a_1850.csv", ""),
        ("x2024x.csv", "2024"),
        ("12024.csv", ""),
        ("jan_feb_2020.csv", "2020"),
        ("janitor_2020.csv", "2020"),
    ],
)
def test_dates_in_the_names_of_files_in_many_languages(name: str, date: str) -> None:
    assert dated(name) == date
    assert not date or not bad_date(date)


@pytest.mark.parametrize("header", ["Ano", "ano", "Año", "Year", "Jahr", "Année"])
def test_a_column_of_years_is_a_date_in_any_language(header: str) -> None:
    assert dated("a.csv", columns=(Column(header, ("2014", "2016", "2015.0")),)) == "2014/2016"
    assert dated("a.csv", columns=(Column(header, ("2014", "2014")),)) == "2014"
    assert dated("a.csv", columns=(Column(header, ("", "")),)) == ""


def test_the_folder_of_a_file_tells_no_date() -> None:
    assert dated("2019/05/levels.csv") == ""


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("0123456789-_ abmay."), max_size=20))
def test_any_name_tells_a_date_that_a_kit_takes_or_none(name: str) -> None:
    found, why = date_of(FileFacts(Path("a"), TABLE), name)
    assert bool(found) == bool(why)
    assert not found or not bad_date(found)


# ---------------------------------------------------------------- the name of the city


def table(city: str, header: str = "Municipio", rows: int = 5) -> FileFacts:
    return FileFacts(Path("a"), TABLE, columns=(Column(header, (city,) * rows),))


@pytest.mark.parametrize(
    "header", ["Municipio", "MUNICÍPIO", "Ciudad", "commune", "City", "town", "Gemeinde", "NM_MUN"]
)
def test_the_city_is_named_by_its_column_in_many_languages(header: str) -> None:
    (name,) = city_names([table("Rosario", header)], "folder")
    assert (name.value, name.weight) == ("Rosario", 1)


@pytest.mark.parametrize("value", ["4314902", "", "---", "2024", "12.5"])
def test_codes_and_blanks_are_no_names(value: str) -> None:
    (name,) = city_names([table(value)], "new_orleans")
    assert (name.value, name.weight) == ("New Orleans", 0)


def test_one_city_written_in_two_ways_is_one_candidate() -> None:
    names = city_names([table("SÃO PAULO"), table("São Paulo"), table("Sao Paulo")], "x")
    assert len(names) == 1


def test_a_city_that_leads_clearly_is_taken_and_otherwise_asked(tmp_path: Path) -> None:
    for n in range(4):
        city = "Alpha" if n < 3 else "Beta"
        write(
            tmp_path / f"stops{n}.csv",
            f"stop_id,stop_name,city,stop_lat,stop_lon\n{n},A,{city},5,{n}\n{n}b,B,{city},5,{n}.5\n",
        )
    draft = draft_kit(tmp_path)
    assert draft.kit.name == "Alpha"
    assert "city.name" not in {q.id for q in draft.questions}
    (tmp_path / "stops0.csv").unlink()
    asked = {q.id: q for q in draft_kit(tmp_path).questions}["city.name"]
    assert [c.value for c in asked.candidates] == ["Alpha", "Beta"]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("São Tomé", "sao-tome"),
        ("St. John's", "st-john-s"),
        ("東京", "city"),
        ("Niš", "nis"),
        ("A  B", "a-b"),
        ("-", "city"),
    ],
)
def test_the_id_of_a_city_of_any_script_can_stand_in_a_kit(tmp_path: Path, name: str, id_: str) -> None:
    write_timetable(tmp_path / "t.zip", small_timetable(*KISUMU))
    draft = draft_kit(tmp_path, answers={"city.name": name})
    assert (draft.kit.id, draft.kit.name) == (id_, name)


@pytest.mark.parametrize(
    ("area", "codes"),
    [
        ("Guinea-Bissau - onshore.", {"GNB"}),
        ("Guinea and Guinea-Bissau.", {"GIN", "GNB"}),
        ("Equatorial Guinea.", {"GNQ"}),
        ("Nigeria - east of 6°30'E.", {"NGA"}),
        ("Niger.", {"NER"}),
        ("South Sudan, Sudan.", {"SSD", "SDN"}),
        ("Dominican Republic; Dominica.", {"DOM", "DMA"}),
        ("between the equator and 84°N", set()),
    ],
)
def test_countries_whose_names_hold_each_other_are_told_apart(area: str, codes: set[str]) -> None:
    assert _countries_in(area) == codes


# ---------------------------------------------------------------- which files are looked into


def test_hidden_files_companions_and_readmes_are_passed_over(tmp_path: Path) -> None:
    for name in (
        ".git/config",
        "a/.cache/x.csv",
        "README.txt",
        "LICENSE",
        "manifest.csv",
        "kit.toml",
        "a.shp.xml",
        "a.qml",
        "a.SHX",
    ):
        write(tmp_path / name, "x")
    for name in ("a.shp", "sub/b.csv", "readable.csv"):
        write(tmp_path / name, "x")
    found = [p.relative_to(tmp_path).as_posix() for p in list_files(tmp_path)]
    assert found == ["a.shp", "readable.csv", "sub/b.csv"]


def test_a_disk_is_no_citys_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from almena.gather import draft_files

    monkeypatch.setattr(draft_files, "_MOST_FILES", 3)
    for n in range(4):
        write(tmp_path / f"{n}.csv", "x")
    with pytest.raises(InputError, match="too large"):
        list_files(tmp_path)
    (tmp_path / "0.csv").unlink()
    assert len(list_files(tmp_path)) == 3


# ---------------------------------------------------------------- evidence


def score(points: int, spoken: bool = True, role: str = "schools") -> Score:
    return Score(role, "vector", points, ("because",), spoken)


@pytest.mark.parametrize(
    ("ranking", "clear"),
    [
        ([], False),
        ([score(ACCEPTED)], True),
        ([score(ACCEPTED - 1)], False),
        ([score(9, spoken=False)], False),
        ([score(6), score(6 - MARGIN)], True),
        ([score(6), score(6 - MARGIN + 1)], False),
    ],
)
def test_what_is_taken_without_asking(ranking: list[Score], clear: bool) -> None:
    assert is_clear(ranking) is clear


def test_no_raster_is_taken_by_its_cells_alone_but_land_cover() -> None:
    for fact, role in (("float_counts", "population_grid"), ("metres", "elevation")):
        ranking = rank(FileFacts(Path("a"), RASTER, facts=frozenset({fact})), frozenset(), "a", ROLES)
        assert ranking[0].role == role
        assert not is_clear(ranking)
    cover = rank(FileFacts(Path("a"), RASTER, facts=frozenset({"integer_classes"})), frozenset(), "a", ROLES)
    assert is_clear(cover)


def test_the_reasons_name_what_was_found_the_weightiest_first() -> None:
    columns = (Column("stop_id", ("1",)), Column("name", ("x",)))
    (best, *_) = rank(
        FileFacts(Path("a"), VECTOR, columns=columns, geometry="point"), frozenset(), "paradas.geojson", ROLES
    )
    assert best.role == "transit_stops"
    assert best.reasons == ('it has a column "stop_id"', 'its name holds "paradas"')


def test_lines_tagged_as_ways_are_streets_and_rivers_are_not() -> None:
    ways = FileFacts(
        Path("a"), VECTOR, geometry="line", columns=(Column("highway", ("residential", "footway")),)
    )
    water = FileFacts(Path("a"), VECTOR, geometry="line", columns=(Column("waterway", ("river",)),))
    assert rank(ways, frozenset(), "a", ROLES)[0].role == "streets"
    assert rank(water, frozenset(), "a", ROLES)[0].role == "rivers"
    stops = FileFacts(Path("a"), VECTOR, geometry="point", columns=(Column("highway", ("bus_stop",)),))
    assert rank(stops, frozenset(), "a", ROLES)[0].role == "transit_stops"


def test_a_text_is_a_plan_only_when_it_is_called_so() -> None:
    text = FileFacts(Path("a"), DOCUMENT, facts=frozenset({"document"}))
    assert not is_clear(rank(text, frozenset(), "notes.txt", ROLES))
    assert is_clear(rank(text, frozenset(), "plano_diretor.docx", ROLES))


@pytest.mark.parametrize("rule", load_rules(), ids=lambda r: f"{r.role}-{r.evidence}")
def test_no_rule_finds_its_evidence_in_a_file_that_says_nothing(rule: object) -> None:
    silent = FileFacts(Path("a"), VECTOR, columns=(Column("q", ("z",)),))
    assert rule.found_in(silent, frozenset(), "q9") == ""  # type: ignore[attr-defined]


def test_every_pattern_of_a_field_matches_a_column_in_plain_letters() -> None:
    for (_, field), patterns in load_field_patterns().items():
        assert patterns, field
        assert all(p == plain(p) for p in patterns), f"{field}: columns are compared in plain small letters"


def test_the_preferred_name_wins_over_an_earlier_column() -> None:
    columns = columns_of([("name", ["x"]), ("no_entidade", ["y"])])
    found = match_column("schools", "name", columns)
    assert found
    assert found.name == "no_entidade"


# ---------------------------------------------------------------- how outlines lie


def outline(name: str, shape: object, count: int = 1) -> FileFacts:
    return FileFacts(
        Path(name),
        VECTOR,
        geometry="polygon",
        count=count,
        outline=shape,
        tiling=1.0,
        points=[shapely.point_on_surface(shape)],
    )


def test_the_same_shape_is_the_whole_of_itself_and_nothing_of_another() -> None:
    box = shapely.box(0, 0, 2, 2)
    assert same_shape(box, box) == 1
    assert same_shape(box, shapely.box(5, 5, 6, 6)) == 0
    assert same_shape(box, shapely.box(0, 0, 2, 1)) == 0.5
    assert same_shape(shapely.Point(0, 0), shapely.Point(1, 1)) == 0


def test_parts_that_fill_the_boundary_are_neighbourhoods_and_a_patch_is_not() -> None:
    city = outline("city", shapely.box(0, 0, 10, 10))
    parts, patch = (
        outline("parts", shapely.box(0, 0, 10, 9.5), count=8),
        outline("patch", shapely.box(1, 1, 3, 3), count=4),
    )
    points = FileFacts(
        Path("p"), VECTOR, geometry="point", count=9, points=shapely.points([[n, 5.5] for n in range(1, 9)])
    )
    relations = relate([city, parts, patch, points])
    assert relations[0] == {"contains_others"}
    assert "tiles_boundary" in relations[1]
    assert relations[2] == {"overlaps_boundary"}
    assert relations[3] == frozenset()


def test_files_without_a_place_do_not_disturb_the_others(tmp_path: Path) -> None:
    write_map(tmp_path / "limit.geojson", [shapely.box(10, 50, 10.2, 50.2)], "EPSG:4326", {"id": ["1"]})
    write_map(tmp_path / "stops.geojson", [shapely.Point(10.1, 50.1)], "EPSG:4326", {"stop_id": ["1"]})
    plain_draft = {f.path: f.role for f in draft_kit(tmp_path).kit.files}
    write_map(tmp_path / "far.shp", [shapely.box(480e3, 667e4, 481e3, 6671e3)], None, {"id": ["1"]})
    with_stranger = {f.path: f.role for f in draft_kit(tmp_path).kit.files if f.path != "far.shp"}
    assert with_stranger == plain_draft == {"limit.geojson": "boundary", "stops.geojson": "transit_stops"}
