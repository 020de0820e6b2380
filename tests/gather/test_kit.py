"""A kit is read whole or refused whole, with every complaint at its place."""

from __future__ import annotations

import contextlib
import string
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.gather.kit import find_kit_like, kit_text, list_kits, load_kit, parse_kit, write_kit
from almena.gather.kit_values import bad_date, bad_path
from almena.model.kit import Kit, KitFile
from almena.model.problem import InputError, Problem
from almena.packs import load_roles

CITY = """
[city]
id = "toyville"
name = "Toyville"
country = "ZZZ"
crs = "EPSG:32727"
languages = ["en"]
"""


def complaints(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        parse_kit(text, Path())
    return caught.value.problems


def with_file(lines: str) -> str:
    return f'{CITY}\n[[file]]\nrole = "schools"\npath = "schools.geojson"\nreader = "vector"\n{lines}\n'


def test_every_key_of_the_format_is_read() -> None:
    kit = parse_kit(
        with_file(
            f"""
            sha256 = "{"a" * 64}"
            url = "https://example.org/schools.geojson"
            licence = "CC-BY-4.0"
            attribution = "Toyville"
            date = "2024-05-01/2024-05-31"
            bytes = "derived"
            sharing = "local-only"
            encoding = "latin-1"
            crs = "EPSG:4326"
            layer = "schools"
            sheet = "Sheet1"
            key = "geoJson"
            delimiter = ";"
            decimal = ","
            header = 0
            dates = "day-first"
            missing = ["-9999", ""]
            fields = {{ name = "no_entidade", pupils = 12 }}
            where = {{ situation = ["active", "new"], kind = "public" }}
            units = {{ pupils = "thousands" }}
            codes = {{ level = {{ "1" = "primary" }} }}
            gaps = "straight"
            combine = "alternative"
            """
        ),
        Path("here"),
    )
    assert (kit.id, kit.name, kit.country, kit.crs, kit.languages) == (
        "toyville",
        "Toyville",
        "ZZZ",
        "EPSG:32727",
        ("en",),
    )
    assert kit.folder == Path("here")
    assert kit.files == (
        KitFile(
            role="schools",
            path="schools.geojson",
            reader="vector",
            sha256="a" * 64,
            url="https://example.org/schools.geojson",
            licence="CC-BY-4.0",
            attribution="Toyville",
            date="2024-05-01/2024-05-31",
            bytes="derived",
            sharing="local-only",
            encoding="latin-1",
            crs="EPSG:4326",
            layer="schools",
            sheet="Sheet1",
            key="geoJson",
            delimiter=";",
            decimal=",",
            header=0,
            dates="day-first",
            missing=("-9999", ""),
            fields={"name": "no_entidade", "pupils": 12},
            where={"situation": ("active", "new"), "kind": ("public",)},
            units={"pupils": "thousands"},
            codes={"level": {"1": "primary"}},
            gaps="straight",
            combine="alternative",
        ),
    )


def test_what_is_left_out_takes_the_default_of_the_model() -> None:
    assert parse_kit(with_file(""), Path()).files == (KitFile("schools", "schools.geojson", "vector"),)


def test_all_problems_are_raised_together_each_at_its_place() -> None:
    found = complaints(
        """
        citty = 1
        [city]
        id = "Toy Ville"
        country = "Brazil"
        crs = "EPSG:4326"
        languages = []
        [[file]]
        role = "schols"
        path = "/etc/passwd"
        reader = "vectr"
        [[file]]
        role = "junctions"
        path = "a.csv"
        reader = "table"
        encodng = "utf-8"
        """
    )
    said = {(p.where, p.what): p for p in found}
    assert ("kit.toml", 'Unknown key "citty".') in said
    assert said["kit.toml", 'Unknown key "citty".'].remedy == 'Did you mean "city"?'
    assert ("kit.toml, [city]", '"id" cannot be "Toy Ville".') in said
    assert ("kit.toml, [city]", '"name" is missing.') in said
    assert ("kit.toml, [city]", '"country" cannot be "Brazil".') in said
    assert ("kit.toml, [city]", '"crs" cannot be "EPSG:4326".') in said
    assert ("kit.toml, [city]", '"languages" is not usable.') in said
    first = "kit.toml, [[file]] 1 (schols)"
    assert said[first, 'Unknown role "schols".'].remedy == 'Did you mean "schools"?'
    assert said[first, 'Unknown reader "vectr".'].remedy == 'Did you mean "vector"?'
    assert "absolute" in said[first, '"path" cannot be "/etc/passwd".'].why
    second = "kit.toml, [[file]] 2 (junctions)"
    assert (second, 'A file cannot fill the role "junctions".') in said
    assert said[second, 'Unknown key "encodng".'].remedy == 'Did you mean "encoding"?'
    assert len(found) == 11
    assert all(p.remedy for p in found)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('date = "May 2024"', '"date" cannot be "May 2024".'),
        ("date = 2024", '"date" is not usable.'),
        ('sha256 = "abc"', '"sha256" cannot be "abc".'),
        ('crs = "EPSG:99999999"', '"crs" cannot be "EPSG:99999999".'),
        ('encoding = "utf-9"', '"encoding" cannot be "utf-9".'),
        ('url = "ftp://example.org/a"', '"url" cannot be "ftp://example.org/a".'),
        ('url = "file:///etc/passwd"', '"url" cannot be "file:///etc/passwd".'),
        ('sharing = "secret"', 'Unknown sharing "secret".'),
        ('bytes = "copied"', 'Unknown bytes "copied".'),
        ('combine = "sum"', 'Unknown combine "sum".'),
        ('delimiter = "::"', '"delimiter" cannot be "::".'),
        ('decimal = "x"', '"decimal" cannot be "x".'),
        ("header = -1", '"header" is not usable.'),
        ("header = true", '"header" is not usable.'),
        ('dates = "swedish"', '"dates" cannot be "swedish".'),
        ('missing = "x"', '"missing" is not usable.'),
        ("fields = { name = 0 }", '"fields.name" is not usable.'),
        ("fields = { name = true }", '"fields.name" is not usable.'),
        ('fields = { nmae = "x" }', 'Unknown fields "nmae".'),
        ('units = { pupil = "x" }', 'Unknown units "pupil".'),
        ("where = { a = [1] }", '"where.a" is not usable.'),
        ("where = { a = [] }", '"where.a" is not usable.'),
        ("codes = { level = { a = 1 } }", '"level.a" is not usable.'),
        ("codes = { level = 3 }", '"level" is not usable.'),
    ],
)
def test_a_wrong_value_is_one_complaint(line: str, what: str) -> None:
    assert [p.what for p in complaints(with_file(line))] == [what]


@pytest.mark.parametrize(
    "path",
    [
        "/a",
        "~/a",
        "C:/a",
        "c:a",
        "..",
        "../a",
        "a/../../b",
        "a\\b",
        "",
        " ",
        ".",
        "a\nb",
        "**/../../b",
        "a\x00",
    ],
)
def test_paths_that_climb_out_are_refused(path: str) -> None:
    assert bad_path(path)


@pytest.mark.parametrize(
    "path", ["a.csv", "a/b.csv", "a/*.csv", "**/a.csv", "a b.csv", "ação.csv", "..a", "a..b/c"]
)
def test_paths_that_stay_inside_are_taken(path: str) -> None:
    assert not bad_path(path)


@pytest.mark.parametrize(
    "date",
    [
        "unknown",
        "2024",
        "2024-05",
        "2024-02-29",
        "2024-05-06T05:30",
        "2024-05-06T05:30:00Z",
        "2024-05-06T05:30-03:00",
        "2000/2024",
        "2000-09-22/2025-04-30",
        "2024-05/2024",
        "2024-05-06/2024-05-06",
    ],
)
def test_dates_of_iso_8601_are_taken(date: str) -> None:
    assert not bad_date(date)


@pytest.mark.parametrize(
    "date",
    [
        "24",
        "2024-13",
        "2023-02-29",
        "2024-5-6",
        "06/05/2024",
        "2024-05-06T25:00",
        "2025/2024",
        "2024/",
        "a/b/c",
        "٢٠٢٤",
    ],
)
def test_dates_of_another_form_are_refused(date: str) -> None:
    assert bad_date(date)


def test_broken_toml_names_the_line() -> None:
    (problem,) = complaints("[city]\nid = toyville\n")
    assert problem.what == "The kit is not valid TOML."
    assert "line 2" in problem.why


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 20_000, "a = " + "9" * 5_000, "a = 2024-02-30", "[[[", "\x00", "a=1\na=2"]
)
def test_hostile_toml_is_refused_politely(text: str) -> None:
    assert complaints(text)


def test_a_kit_is_found_by_folder_file_and_zip(tmp_path: Path) -> None:
    folder = tmp_path / "toyville"
    folder.mkdir()
    (folder / "kit.toml").write_text(with_file(""), encoding="utf-8")
    (folder / "schools.geojson").write_text("{}")
    zipped = tmp_path / "toyville.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for name in ("kit.toml", "schools.geojson"):
            archive.write(folder / name, f"toyville/{name}")
    by_folder, by_file, by_zip = load_kit(folder), load_kit(str(folder / "kit.toml")), load_kit(zipped)
    assert by_folder == by_file
    assert by_zip.files == by_folder.files
    assert (by_zip.folder / "schools.geojson").read_text() == "{}"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "kit.toml").write_text(with_file(""), encoding="utf-8-sig")
    assert load_kit(tmp_path).id == "toyville"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x80"])
def test_a_kit_that_is_not_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kit.toml").write_bytes(content)
    with pytest.raises(InputError, match="UTF-8"):
        load_kit(tmp_path)


def test_a_folder_without_kit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="almena kit draft"):
        load_kit(tmp_path)


def test_a_zip_without_kit_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(InputError, match=r"holds no kit\.toml"):
        load_kit(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["nowhere-at-all", "x" * 5_000, "a\x00b", ""])
def test_an_unknown_name_lists_what_is_built_in(name: str) -> None:
    if name == "":
        name = "no such folder"
    with pytest.raises(InputError, match="toy"):
        load_kit(name)


def test_a_misspelt_name_is_guessed() -> None:
    assert find_kit_like("Toy ") == ["toy"]
    with pytest.raises(InputError, match="Did you mean toy"):
        load_kit("toyy")


def test_the_list_of_kits_counts_files_and_roles() -> None:
    toy = {kit.id: kit for kit in list_kits()}["toy"]
    loaded = load_kit("toy")
    assert (toy.name, toy.country) == ("Toyville (generated)", "ZZZ")
    assert (toy.files, toy.roles) == (len(loaded.files), len(loaded.roles))
    assert toy.fetchable == 0


def test_a_kit_is_written_for_people(tmp_path: Path) -> None:
    spec = KitFile("schools", "a.geojson", "vector", fields={"name": 'the "name"', "code": 3}, missing=("-",))
    kit = Kit("toy", "Toy", "ZZZ", "EPSG:32727", ("en", "pt"), (spec,), tmp_path)
    written = write_kit(kit, tmp_path, notes={0: ["drafted"], 1: ["two\nlines"]})
    assert written == tmp_path / "kit.toml"
    assert written.read_text() == (
        "# drafted\n[city]\n"
        'id = "toy"\nname = "Toy"\ncountry = "ZZZ"\ncrs = "EPSG:32727"\nlanguages = ["en", "pt"]\n\n'
        "# two\n# lines\n[[file]]\n"
        'role = "schools"\npath = "a.geojson"\nreader = "vector"\nlicence = ""\ndate = "unknown"\n'
        'missing = ["-"]\nfields = { name = "the \\"name\\"", code = 3 }\n'
    )
    assert load_kit(tmp_path) == kit


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WORD = TEXT.filter(lambda t: t.strip() != "")
PATH = st.text(string.ascii_letters + "çã .*", min_size=1, max_size=10).filter(lambda p: not bad_path(p))
ROLE = st.sampled_from([r for r in load_roles().values() if not r.is_derived])


@st.composite
def kit_files(draw: st.DrawFn) -> KitFile:
    role = draw(ROLE)
    known = [f.split(":")[0] for f in (*role.required, *role.optional)] or ["anything"]
    field = st.sampled_from(known)
    return KitFile(
        role=role.id,
        path=draw(PATH),
        reader=draw(st.sampled_from(["vector", "table"])),
        sha256=draw(st.sampled_from(["", "0f" * 32])),
        licence=draw(TEXT),
        attribution=draw(TEXT),
        date=draw(st.sampled_from(["unknown", "2024", "2020/2024-05"])),
        sharing=draw(st.sampled_from(["open", "local-only"])),
        bytes=draw(st.sampled_from(["original", "derived"])),
        layer=draw(TEXT),
        sheet=draw(TEXT),
        key=draw(TEXT),
        delimiter=draw(st.sampled_from(["", ";", "\t", '"'])),
        header=draw(st.none() | st.integers(0, 10**6)),
        missing=tuple(draw(st.lists(TEXT, max_size=3))),
        fields=draw(st.dictionaries(field, st.integers(1, 99) | TEXT.filter(bool), max_size=3)),
        where=draw(st.dictionaries(TEXT, st.lists(TEXT, min_size=1, max_size=3).map(tuple), max_size=3)),
        units=draw(st.dictionaries(field, TEXT, max_size=2)),
        codes=draw(st.dictionaries(field, st.dictionaries(TEXT, TEXT, max_size=2), max_size=2)),
        gaps=draw(st.sampled_from(["leave-out", "straight"])),
        combine=draw(st.sampled_from(["prefer", "union", "alternative"])),
    )


@settings(max_examples=70, deadline=None)
@given(name=WORD, files=st.lists(kit_files(), max_size=3, unique_by=repr), note=TEXT)
def test_what_is_written_reads_back_the_same(name: str, files: list[KitFile], note: str) -> None:
    kit = Kit("toy-1", name, "ZZZ", "EPSG:32727", ("en", "pt-BR"), tuple(files), Path("x"))
    assert parse_kit(kit_text(kit, notes={0: [note], 1: [note]}), Path("x")) == kit


VALUE = st.recursive(
    st.booleans() | st.integers(-5, 5) | TEXT.map(lambda t: t),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
KEY = st.sampled_from(
    ["role", "path", "reader", "fields", "where", "codes", "units", "header", "date", "crs", "x"]
)


def as_toml(value: object) -> str:
    from almena.gather.kit_write import _value

    return str(value).lower() if isinstance(value, bool) else _value_deep(value, _value)


def _value_deep(value: object, plain: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(as_toml(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{plain(k)} = {as_toml(v)}" for k, v in value.items()) + "}"  # type: ignore[operator]
    return str(plain(value))  # type: ignore[operator]


@settings(max_examples=80, deadline=None)
@given(entries=st.lists(st.dictionaries(KEY, VALUE, max_size=6), max_size=3), city=st.booleans(), tail=TEXT)
def test_no_toml_gives_anything_but_a_kit_or_an_input_error(
    entries: list[dict[str, object]], city: bool, tail: str
) -> None:
    lines = [CITY if city else ""]
    for entry in entries:
        lines += ["[[file]]", *(f"{key} = {as_toml(value)}" for key, value in entry.items())]
    lines.append(tail)
    with contextlib.suppress(InputError):
        assert parse_kit("\n".join(lines), Path()).id == "toyville"


def test_loading_the_built_in_kit_needs_no_data() -> None:
    kit = load_kit("toy")
    assert {f.reader for f in kit.files} >= {"vector", "raster", "osm", "gtfs", "table", "timeseries"}
