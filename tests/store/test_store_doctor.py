"""A city folder is looked over."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from store_examples import NOW, PEOPLE, SCHOOLS, neighbourhood, observation, save

from almena.model.origin import Origin, Source
from almena.model.problem import Problem
from almena.store.chains import declare_sources
from almena.store.database import writing
from almena.store.doctor import check, defects, remarks
from almena.store.folder import CityFolder


def keep(city: CityFolder, content: bytes, facts: Source) -> Source:
    """Put raw bytes where they belong, with the record beside them."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = city.snapshots / sha256[:2] / sha256[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    path.with_name(path.name + ".json").write_text("{}")
    return replace(facts, sha256=sha256, size=len(content))


@pytest.fixture
def whole(city: CityFolder) -> CityFolder:
    """Return a city with two declared files and one more behind a value."""
    schools, people = keep(city, b"schools", SCHOOLS), keep(city, b"people", PEOPLE)
    beside = keep(city, b"beside", replace(SCHOOLS, role="hospitals", file="hospitals.csv"))
    declare_sources(city.engine, [schools, people], at=NOW)
    save(city.engine, observation(origins=(Origin(schools), Origin(beside))))
    return city


def raw(city: CityFolder, content: bytes) -> Path:
    sha256 = hashlib.sha256(content).hexdigest()
    return city.snapshots / sha256[:2] / sha256[2:]


def said(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(p.what, p.where) for p in problems]


def test_a_whole_city_has_nothing_to_report(whole: CityFolder) -> None:
    (whole.snapshots / ".incoming").mkdir()
    (whole.snapshots / ".incoming" / "half").write_bytes(b"cut short")
    assert check(whole.path) == []


def test_a_changed_raw_file_is_named_with_the_hash_it_has_now(whole: CityFolder) -> None:
    path = raw(whole, b"schools")
    path.write_bytes(b"scho0ls")
    (problem,) = defects(whole.path)
    assert said([problem]) == [("A raw file has changed", path.relative_to(whole.path).as_posix())]
    assert hashlib.sha256(b"scho0ls").hexdigest() in problem.why
    assert problem.remedy


@pytest.mark.parametrize(
    "content, role, file",
    [(b"people", "population_grid", "population/grid.tif"), (b"beside", "hospitals", "hospitals.csv")],
    ids=["declared", "behind a value"],
)
def test_a_raw_file_that_is_gone_is_named_by_its_role(
    whole: CityFolder, content: bytes, role: str, file: str
) -> None:
    raw(whole, content).unlink()
    assert said(defects(whole.path)) == [(f"The raw file of {role} is gone", file)]


def test_a_file_that_counts_no_longer_is_not_missed(whole: CityFolder) -> None:
    save(whole.engine, observation(origins=()))
    declare_sources(whole.engine, [], at=NOW)
    for content in (b"schools", b"people", b"beside"):
        raw(whole, content).unlink()
    assert check(whole.path) == []


def test_files_without_licence_are_remarks_and_no_defects(whole: CityFolder) -> None:
    nameless = keep(whole, b"x", replace(SCHOOLS, role="hydrants", file="h.csv", licence=""))
    declare_sources(whole.engine, [nameless], at=NOW)
    assert defects(whole.path) == []
    assert said(remarks(whole.path)) == [("hydrants has no licence", "h.csv")]
    assert check(whole.path) == remarks(whole.path)


def cut(city: CityFolder, statement: str) -> None:
    """Run a statement as a stranger would: without our triggers, and without checks of references."""
    connection = sqlite3.connect(city.path / "city.db")
    with connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
    connection.close()


def test_a_value_altered_from_outside_is_found(whole: CityFolder) -> None:
    cut(whole, "UPDATE observations SET value = 12")
    (problem,) = defects(whole.path)
    assert problem.what == "Stored values were altered from outside: 1"
    assert "rows 1 do" in problem.why


def test_many_altered_values_are_counted_and_some_are_named(whole: CityFolder) -> None:
    save(whole.engine, *(neighbourhood(n, origins=()) for n in range(7)), complete_for=())
    cut(whole, "UPDATE observations SET unit = 'persons'")
    (problem,) = defects(whole.path)
    assert problem.what == "Stored values were altered from outside: 8"
    assert "rows 1, 2, 3, 4, 5 and more do" in problem.why


def test_a_row_deleted_from_between_is_missed(whole: CityFolder) -> None:
    save(whole.engine, observation(indicator="a.b", origins=()))
    save(whole.engine, observation(indicator="a.c", origins=()))
    cut(whole, "DELETE FROM observations WHERE id = 2")
    assert [p.what for p in defects(whole.path)] == ["Rows of `observations` are gone: 1"]


def test_a_superseded_row_deleted_from_outside_is_missed_by_its_successor(whole: CityFolder) -> None:
    save(whole.engine, replace(observation(), origins=()))
    cut(whole, "DELETE FROM observations WHERE id = 1")
    (problem,) = defects(whole.path)
    assert problem.what == "A row refers to one that is not there"
    assert "observations" in problem.why


def test_a_damaged_database_is_reported_and_nothing_else_is_believed(whole: CityFolder) -> None:
    raw(whole, b"people").unlink()
    database = whole.path / "city.db"
    content = bytearray(database.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8192] = b"\x5a" * 8192
    database.write_bytes(content)
    found = defects(whole.path)
    assert found
    assert {p.what for p in found} == {"The city's database is damaged"}
    assert all(str(database) in p.where for p in found)


def test_a_file_that_is_no_database_is_reported(whole: CityFolder) -> None:
    (whole.path / "city.db").write_bytes(
        b"this is a text, and quite a long one, so not a database at all. " * 20
    )
    assert said(check(whole.path)) == [("The city's database is damaged", str(whole.path / "city.db"))]


def test_a_folder_that_is_no_city_is_reported_once(tmp_path: Path) -> None:
    assert [p.what for p in check(tmp_path)] == ["This folder is not a city"]


def test_a_newer_city_is_reported(whole: CityFolder) -> None:
    with writing(whole.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert [p.what for p in check(whole.path)] == ["This city was written by a newer version of Almena"]


def test_a_city_on_a_server_is_looked_over_too(tmp_path: Path, new_database: object) -> None:
    database = new_database()  # type: ignore[operator]
    with CityFolder.create(tmp_path / "c", "C", ("en",), id="c", database=database) as city:
        declare_sources(city.engine, [PEOPLE], at=NOW)
    assert said(check(tmp_path / "c")) == [("The raw file of population_grid is gone", "population/grid.tif")]
