"""From the files of a kit to the content of a role: combining, keys, dates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from almena.harmonise import FoundFile, read_file, read_role, role_key
from almena.model.data import Layer, Table
from almena.model.problem import InputError
from almena.packs import load_roles

from .kitchen import SQUARE, collection, feature, found, json_file, point, role, said, text_file

PLACES = role(optional=("name:text",), geometry="any")
COUNTS = role("table", "year:integer", "population:integer")


def places(folder: Path, name: str, *names: str, **options: object) -> FoundFile:
    document = collection(*(feature(point(i, 0), {"name": n}) for i, n in enumerate(names)))
    return found(json_file(folder, document, name), "vector", **options)  # type: ignore[arg-type]


def broken(folder: Path, name: str, **options: object) -> FoundFile:
    return found(text_file(folder, "{}", name), "vector", **options)  # type: ignore[arg-type]


def test_a_file_carries_key_date_origin(tmp_path: Path) -> None:
    item = places(tmp_path, "a.geojson", "A", date="2024-05")
    made = read_file(item, PLACES)
    assert made.key == role_key(PLACES, [item])
    assert made.date == "2024-05"
    assert made.role == "things"
    assert made.sources == (item.source,)
    assert made.may_leave


def test_of_preferred_files_the_first_usable_one_is_taken(tmp_path: Path) -> None:
    files = [
        broken(tmp_path, "a.json"),
        places(tmp_path, "b.geojson", "B"),
        places(tmp_path, "c.geojson", "C"),
    ]
    made, problems = read_role(PLACES, files)
    assert isinstance(made, Layer)
    assert made.fields["name"].tolist() == ["B"]
    assert [p.where for p in problems] == ["a.json"]
    assert made.alternatives == ()
    assert made.key == role_key(PLACES, files)


def test_files_after_the_preferred_one_are_not_even_opened(tmp_path: Path) -> None:
    files = [places(tmp_path, "a.geojson", "A"), broken(tmp_path, "b.json")]
    assert read_role(PLACES, files)[1] == []


def test_united_files_are_stacked_and_an_unusable_one_is_a_problem(tmp_path: Path) -> None:
    files = [
        places(tmp_path, "a.geojson", "A", "B", combine="union"),
        broken(tmp_path, "b.json", combine="union"),
        places(tmp_path, "c.geojson", "C", combine="union"),
    ]
    made, problems = read_role(PLACES, files)
    assert isinstance(made, Layer)
    assert made.fields["name"].tolist() == ["A", "B", "C"]
    assert len(problems) == 1
    assert [o.source.file for o in made.origins] == ["a.geojson", "c.geojson"]


def test_a_preferred_file_leads_the_united_ones(tmp_path: Path) -> None:
    files = [places(tmp_path, "a.geojson", "A", combine="union"), places(tmp_path, "b.geojson", "B")]
    made, _ = read_role(PLACES, files)
    assert isinstance(made, Layer)
    assert made.fields["name"].tolist() == ["B", "A"]


def test_alternatives_stand_beside_the_value(tmp_path: Path) -> None:
    files = [
        places(tmp_path, "a.geojson", "A"),
        places(tmp_path, "b.geojson", "B", "C", combine="alternative"),
        broken(tmp_path, "c.json", combine="alternative"),
    ]
    made, problems = read_role(PLACES, files)
    assert isinstance(made, Layer)
    assert len(made) == 1
    assert [len(a) for a in made.alternatives] == [2]
    assert made.alternatives[0].key == role_key(PLACES, [files[1]])
    assert len(problems) == 1


def test_an_alternative_never_becomes_the_value(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="marked as alternatives"):
        read_role(PLACES, [places(tmp_path, "a.geojson", "A", combine="alternative")])
    with pytest.raises(InputError, match="No file is given"):
        read_role(PLACES, [])


def test_when_nothing_is_usable_all_reasons_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_role(PLACES, [broken(tmp_path, "a.json"), broken(tmp_path, "b.json", combine="union")])
    assert {p.where for p in error.value.problems} == {"a.json", "b.json"}


def test_several_paths_of_one_entry_are_united(tmp_path: Path) -> None:
    first, second = places(tmp_path, "a.geojson", "A"), places(tmp_path, "b.geojson", "B")
    both = replace(first, paths=(*first.paths, *second.paths))
    made = read_file(both, PLACES)
    assert isinstance(made, Layer)
    assert made.fields["name"].tolist() == ["A", "B"]


def test_a_glob_names_the_path_that_fails(tmp_path: Path) -> None:
    item = places(tmp_path, "a.geojson", "A")
    bad = text_file(tmp_path, "{}", "b.geojson")
    both = FoundFile(
        replace(item.spec, path="*.geojson"), (item.path, bad), replace(item.source, file="*.geojson")
    )
    with pytest.raises(InputError) as error:
        read_file(both, PLACES)
    assert error.value.problems[0].where == "b.geojson"


def test_a_reader_that_does_not_suit_the_role_is_refused(tmp_path: Path) -> None:
    item = found(text_file(tmp_path, "year,population\n2022,5\n"), "table")
    assert isinstance(read_file(item, COUNTS), Table)
    grid = role("grid")
    with pytest.raises(InputError, match="makes a table; the role things is a grid") as error:
        read_file(item, grid)
    assert "Correct `reader` or `role`" in said(error.value)


def test_a_derived_role_has_no_reader(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a derived"):
        read_file(places(tmp_path, "a.geojson", "A"), load_roles()["walk_network"])


def test_the_key_needs_no_data(tmp_path: Path) -> None:
    item = places(tmp_path, "a.geojson", "A")
    before = role_key(PLACES, [item])
    item.path.unlink()
    assert role_key(PLACES, [item]) == before
    assert len(before) == 64


def test_the_key_moves_with_bytes_options_role_and_order_but_not_with_the_place_of_the_file(
    tmp_path: Path,
) -> None:
    item, other = places(tmp_path, "a.geojson", "A"), places(tmp_path, "b.geojson", "B")
    key = role_key(PLACES, [item])
    assert role_key(PLACES, [replace(item, source=replace(item.source, sha256="1" * 64))]) != key
    for change in (
        {"crs": "EPSG:4674"},
        {"fields": {"name": "x"}},
        {"where": {"a": ("b",)}},
        {"date": "2020"},
        {"licence": "ODbL-1.0"},
        {"sharing": "local-only"},
        {"combine": "union"},
        {"missing": ("-",)},
    ):
        assert role_key(PLACES, [replace(item, spec=replace(item.spec, **change))]) != key, change
    assert role_key(replace(PLACES, optional=("name:text", "code:text")), [item]) != key
    assert role_key(replace(PLACES, geometry="point"), [item]) != key
    assert role_key(PLACES, [item, other]) != role_key(PLACES, [other, item])
    moved = replace(
        item, spec=replace(item.spec, path="elsewhere.json", url="https://example.org", attribution="X")
    )
    assert role_key(PLACES, [moved]) == key


def test_the_key_moves_with_the_version_of_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = places(tmp_path, "a.geojson", "A")
    key = role_key(PLACES, [item])
    monkeypatch.setattr("almena.harmonise.vector.READER_VERSION", "another")
    assert role_key(PLACES, [item]) != key


def test_the_key_is_the_same_whatever_the_order_of_options(tmp_path: Path) -> None:
    one = places(tmp_path, "a.geojson", "A", fields={"name": "n", "code": "c"})
    two = replace(one, spec=replace(one.spec, fields={"code": "c", "name": "n"}))
    assert role_key(PLACES, [one]) == role_key(PLACES, [two])


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    item = found(json_file(tmp_path, collection(feature(SQUARE, {"name": "A"}))), "vector")
    first, second = read_file(item, PLACES), read_file(item, PLACES)
    assert first.with_(geometry=None, fields=None, ids=None) == second.with_(
        geometry=None, fields=None, ids=None
    )
