"""Kits with every wrong key: at the desk where one table is looked through, and in the values that stand in it."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather.kit import kit_text, load_kit, parse_kit
from almena.gather.kit_desk import Desk
from almena.gather.kit_values import (
    bad_crs,
    bad_date,
    bad_dates,
    bad_encoding,
    bad_metric_crs,
    bad_path,
    bad_url,
    is_country,
    is_id,
    is_language,
    is_sha256,
)
from almena.gather.kit_write import write_kit
from almena.gather.mirror import find_files
from almena.model.kit import COMBINE, READERS, SHARING, Kit, KitFile
from almena.model.problem import InputError, Problem
from almena.packs import load_roles

from .kits import kit_of, write

CITY = {"id": "toyville", "name": "Toyville", "country": "ZZZ", "crs": "EPSG:32727", "languages": ["en"]}
FILE = {"role": "schools", "path": "schools.geojson", "reader": "vector"}


def toml(value: Any) -> str:
    """Return a value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + " }"
    return "[" + ", ".join(toml(v) for v in value) + "]"


def text_of(city: dict[str, Any] | None = None, *files: dict[str, Any]) -> str:
    lines = ["[city]", *(f"{k} = {toml(v)}" for k, v in (CITY if city is None else city).items())]
    for one in files:
        lines += ["[[file]]", *(f"{k} = {toml(v)}" for k, v in one.items())]
    return "\n".join(lines)


def complaints(city: dict[str, Any] | None = None, *files: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        parse_kit(text_of(city, *files), Path())
    return caught.value.problems


# ---------------------------------------------------------------- every key misspelt, missing, of the wrong type


@pytest.mark.parametrize("key", [f.name for f in dataclasses.fields(KitFile)])
def test_every_key_of_a_file_misspelt_is_offered_back(key: str) -> None:
    misspelt = key[:-1] + "_" + key[-1]
    (problem,) = (p for p in complaints(None, {**FILE, misspelt: "x"}) if p.what.startswith("Unknown key"))
    assert problem.what == f'Unknown key "{misspelt}".'
    assert problem.remedy == f'Did you mean "{key}"?'
    assert problem.where == "kit.toml, [[file]] 1 (schools)"


@pytest.mark.parametrize("key", CITY)
def test_every_key_of_the_city_is_needed_and_offered_back(key: str) -> None:
    without = {k: v for k, v in CITY.items() if k != key}
    assert [p.what for p in complaints(without)] == [f'"{key}" is missing.']
    renamed = {**without, key + "s" if key != "languages" else "language": CITY[key]}
    said = {p.what.split('"')[1]: p for p in complaints(renamed)}
    assert len(said) == 2
    stranger = next(p for name, p in said.items() if name != key)
    assert stranger.remedy == f'Did you mean "{key}"?'


@pytest.mark.parametrize("key", ["role", "path", "reader"])
def test_a_file_without_its_three_names_is_refused(key: str) -> None:
    assert [p.what for p in complaints(None, {k: v for k, v in FILE.items() if k != key})] == [
        f'"{key}" is missing.'
    ]


@pytest.mark.parametrize("value", [7, 1.5, True, [], ["x"], {"a": "b"}])
@pytest.mark.parametrize(
    "key",
    [
        "role",
        "path",
        "reader",
        "sha256",
        "url",
        "licence",
        "date",
        "crs",
        "layer",
        "sheet",
        "dates",
        "combine",
    ],
)
def test_what_must_be_a_text_is_refused_as_anything_else(key: str, value: Any) -> None:
    found = complaints(None, {**FILE, key: value})
    assert [p.what for p in found] == [f'"{key}" is not usable.']
    assert "a text in quotes" in found[0].why


@pytest.mark.parametrize("value", ["x", 7, True, {"a": "b"}, [1], [["x"]]])
def test_lists_of_texts_are_refused_as_anything_else(value: Any) -> None:
    assert [p.what for p in complaints(None, {**FILE, "missing": value})] == ['"missing" is not usable.']
    assert [p.what for p in complaints({**CITY, "languages": value})] == ['"languages" is not usable.']


@pytest.mark.parametrize("key", ["fields", "where", "units", "codes"])
@pytest.mark.parametrize("value", ["x", 7, ["x"]])
def test_tables_are_refused_as_anything_else(key: str, value: Any) -> None:
    assert [p.what for p in complaints(None, {**FILE, key: value})] == [f'"{key}" is not usable.']


@pytest.mark.parametrize("value", ['"1"', "1.5", "-1", "true", "[1]", "{ a = 1 }", "1979-05-27"])
def test_the_row_of_the_header_is_a_whole_number(value: str) -> None:
    with pytest.raises(InputError, match='"header" is not usable'):
        parse_kit(text_of(None, FILE) + f"\nheader = {value}\n", Path())


@pytest.mark.parametrize(
    "text", ["file = 3", 'file = ["a"]', "[file]\nrole = 1", "city = 3", "[[city]]\nid = 1"]
)
def test_tables_in_the_wrong_place_are_told(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_kit(text, Path())
    assert any("table" in p.why or "missing" in p.what for p in caught.value.problems)


def test_an_empty_kit_lacks_its_city() -> None:
    with pytest.raises(InputError) as caught:
        parse_kit("", Path())
    assert caught.value.problems[0].what == '"city" is missing.'


# ---------------------------------------------------------------- values that break a rule


@pytest.mark.parametrize(
    "value", ["Toyville", "toy ville", "toy_ville", "töyville", "", "toy/ville", "toy.ville"]
)
def test_an_id_is_small_letters_digits_and_hyphens(value: str) -> None:
    assert not is_id(value)
    assert complaints({**CITY, "id": value})


@pytest.mark.parametrize("value", ["br", "bra", "BR", "BRAZIL", "B1A", "ÄÖÜ", "BRA "])
def test_a_country_is_three_capitals(value: str) -> None:
    assert not is_country(value)
    assert [p.what for p in complaints({**CITY, "country": value})] == [f'"country" cannot be "{value}".']


GOOD_LANGUAGES = ("pt", "pt-BR", "zh-Hant-TW", "yue")
BAD_LANGUAGES = ("p", "PT", "portuguese", "pt_BR", "pt-")


@pytest.mark.parametrize("value", [*GOOD_LANGUAGES, *BAD_LANGUAGES])
def test_a_language_is_a_code(value: str) -> None:
    assert is_language(value) is (value in GOOD_LANGUAGES)
    if value in BAD_LANGUAGES:
        assert len(complaints({**CITY, "languages": ["en", value]})) == 1


@pytest.mark.parametrize("value", ["0" * 63, "0" * 65, "g" * 64, " " + "0" * 63, "０" * 64])
def test_a_hash_is_64_hexadecimal_digits(value: str) -> None:
    assert not is_sha256(value)
    assert is_sha256("0aF9" * 16)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("EPSG:4326", "projected, in metres"),
        ("EPSG:4674", "projected, in metres"),
        ("EPSG:4978", "projected, in metres"),  # metres, but from the middle of the earth
        ("EPSG:2263", "projected, in metres"),
        ("EPSG:3857000", "EPSG:n"),
        ("UTM 22S", "EPSG:n"),
        ("", "EPSG:n"),
    ],
)
def test_the_city_works_in_metres_on_a_map(value: str, why: str) -> None:
    assert why in bad_metric_crs(value)


@pytest.mark.parametrize(
    "value",
    [
        "EPSG:31982",
        "EPSG:3857",
        "EPSG:25833",
        "EPSG:32661",
        "+proj=utm +zone=22 +south +type=crs",
        "ESRI:54009",
    ],
)
def test_projected_systems_in_metres_will_do(value: str) -> None:
    assert bad_metric_crs(value) == ""
    assert bad_crs(value) == ""


@pytest.mark.parametrize("value", ["http://a.org/x", "https://a.org", "https://a.org:8443/x?y=z#w"])
def test_web_addresses_are_taken(value: str) -> None:
    assert bad_url(value) == ""


@pytest.mark.parametrize(
    "value",
    [
        "a.org/x",
        "ftp://a.org",
        "file:///x",
        "http://",
        "https:///x",
        "javascript:1",
        "http://[::1",
        "//a.org",
    ],
)
def test_other_addresses_are_not(value: str) -> None:
    assert bad_url(value)


@pytest.mark.parametrize(
    ("value", "good"), [("day-first", True), ("%Y%m%d", True), ("daymonth", False), ("year first", False)]
)
def test_how_dates_are_written(value: str, good: bool) -> None:
    assert (bad_dates(value) == "") is good


@pytest.mark.parametrize(
    ("value", "good"),
    [("utf-8", True), ("latin-1", True), ("windows-1252", True), ("utf8mb4", False), ("\x00", False)],
)
def test_encodings_are_known_or_not(value: str, good: bool) -> None:
    assert (bad_encoding(value) == "") is good


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("2024/2024-05", True),
        ("2024-05/2024", True),
        ("2024-06/2024-05", False),
        ("2024-05-06T10:00/2024-05-06T09:00", False),
        ("unknown/2024", False),
    ],
)
def test_intervals_run_forward_as_far_as_they_tell(value: str, good: bool) -> None:
    assert (bad_date(value) == "") is good


# ---------------------------------------------------------------- paths


@pytest.mark.parametrize("path", ["a**/b.csv", "a/**b.csv", "***/a.csv", "a/b**", "**.csv"])
def test_two_stars_that_do_not_stand_alone_are_refused_before_the_disk_is_asked(
    path: str, tmp_path: Path
) -> None:
    assert "**" in bad_path(path)
    assert [p.what for p in complaints(None, {**FILE, "path": path})] == [f'"path" cannot be "{path}".']
    # a kit made by hand reached pathlib, which raises a plain ValueError
    (found,) = find_files(kit_of(tmp_path, KitFile("schools", path, "vector")))
    assert not found.is_usable
    assert found.problem
    assert "**" in found.problem.why


@pytest.mark.parametrize(
    "path", ["**/a.csv", "a/**/b.csv", "*.csv", "a[0-9].csv", "a?.csv", "[x", "a]b", "*", "**"]
)
def test_any_other_pattern_is_looked_for_without_a_crash(path: str, tmp_path: Path) -> None:
    assert bad_path(path) == ""
    write(tmp_path / "a" / "a1.csv", "x")
    (found,) = find_files(kit_of(tmp_path, KitFile("schools", path, "vector")))
    assert found.is_usable or found.problem


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=20))
def test_no_path_of_any_letters_is_a_crash(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    folder = tmp_path_factory.mktemp("p", numbered=True)
    (found,) = find_files(kit_of(folder, KitFile("schools", path, "vector")))
    assert found.problem or found.is_usable
    for inside in found.paths:
        assert inside.resolve().is_relative_to(folder.resolve())


# ---------------------------------------------------------------- points in a table, and the same file twice


def test_a_table_of_points_names_its_coordinates() -> None:
    points = {
        **FILE,
        "path": "schools.csv",
        "reader": "table",
        "crs": "EPSG:4326",
        "fields": {"x": "lon", "y": 3, "name": "n"},
    }
    (spec,) = parse_kit(text_of(None, points), Path()).files
    assert spec.fields == {"x": "lon", "y": 3, "name": "n"}


@pytest.mark.parametrize("role", ["census_sex", "river_level"])
def test_a_table_that_is_no_map_has_no_coordinates(role: str) -> None:
    entry = {"role": role, "path": "a.csv", "reader": "table", "fields": {"x": "lon"}}
    assert [p.what for p in complaints(None, entry)] == ['Unknown fields "x".']


def test_coordinates_have_no_third_axis() -> None:
    assert [p.what for p in complaints(None, {**FILE, "fields": {"z": "height"}})] == ['Unknown fields "z".']


def test_an_entry_given_twice_would_count_twice() -> None:
    (problem,) = complaints(None, FILE, {**FILE, "path": "b.geojson"}, FILE)
    assert problem.what == "A file is declared twice."
    assert problem.where == "kit.toml, [[file]] 3"
    assert "[[file]] 1" in problem.why
    assert len(complaints(None, FILE, FILE, FILE)) == 2


def test_one_file_may_serve_twice_when_it_is_read_otherwise() -> None:
    sheets = [
        {"role": "census_sex", "path": "a.xlsx", "reader": "table", "sheet": s, "combine": "union"}
        for s in "AB"
    ]
    assert len(parse_kit(text_of(None, *sheets), Path()).files) == 2
    roles = [{**FILE, "role": role} for role in ("schools", "schools_on_map")]
    assert len(parse_kit(text_of(None, *roles), Path()).files) == 2


# ---------------------------------------------------------------- the desk itself


def desk(**table: Any) -> tuple[Desk, list[Problem]]:
    problems: list[Problem] = []
    return Desk("here", table, problems), problems


def test_what_is_absent_is_empty_and_no_complaint() -> None:
    one, problems = desk()
    assert (one.text("a"), one.texts("a"), one.number("a", least=0)) == ("", (), None)
    assert (one.text_map("a"), dict(one.table_of("a")), one.tables_of("a")) == ({}, {}, [])
    assert one.choice("a", ("x", "y")) == ""
    assert problems == []


def test_every_complaint_names_its_place_and_shortens_what_it_shows() -> None:
    one, problems = desk(a=["x" * 200])
    one.text("a")
    (problem,) = problems
    assert problem.where == "here"
    assert len(problem.why) < 120
    assert "…" in problem.why


def test_a_choice_offers_the_nearest_or_all() -> None:
    one, problems = desk(a="prefr", b="zzz")
    one.choice("a", COMBINE)
    one.choice("b", SHARING)
    assert problems[0].remedy == 'Did you mean "prefer"?'
    assert problems[1].remedy == f"Known: {', '.join(SHARING)}."


def test_a_text_that_must_be_there_may_not_be_blank() -> None:
    one, problems = desk(a="  ")
    assert one.text("a", required=True) == "  "
    assert [p.what for p in problems] == ['"a" is empty.']


def test_one_bad_entry_in_a_map_leaves_the_others() -> None:
    one, problems = desk(a={"x": "1", "y": 2, "z": "3"})
    assert one.text_map("a") == {"x": "1", "z": "3"}
    assert [p.what for p in problems] == ['"a.y" is not usable.']


# ---------------------------------------------------------------- written and read


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("role", [r.id for r in load_roles().values() if not r.is_derived][::9])
def test_every_reader_and_role_is_written_and_read(tmp_path: Path, reader: str, role: str) -> None:
    kit = Kit("a-1", "A", "BRA", "EPSG:31982", ("pt",), (KitFile(role, "a", reader),), tmp_path)
    assert load_kit(write_kit(kit, tmp_path)) == kit


def test_a_comment_cannot_break_out_of_its_line(tmp_path: Path) -> None:
    kit = Kit("a", "A", "BRA", "EPSG:31982", ("pt",), (), tmp_path)
    hostile = "harmless\n[[file]]\rrole = 1\x85x\u2028y\x00z\x0b"
    text = kit_text(kit, notes={0: [hostile], 1: ["unused"]})
    assert set(tomllib.loads(text)) == {"city"}
    assert parse_kit(text, tmp_path) == kit


def test_a_value_that_a_kit_cannot_hold_is_a_fault_of_the_program(tmp_path: Path) -> None:
    wrong = KitFile("schools", "a", "vector", fields={"name": 1.5})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="float"):
        kit_text(Kit("a", "A", "BRA", "EPSG:31982", ("pt",), (wrong,), tmp_path))
