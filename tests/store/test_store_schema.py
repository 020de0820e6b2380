"""How a database comes to the schema that this program speaks."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from store_examples import NOW, now_known, observation, save

from almena.model.problem import StoreError
from almena.store import schema
from almena.store.database import connect, reading, writing
from almena.store.folder import CityFolder
from almena.store.schema import BUILT_IN, Migrations, revisions, stored_revision, upgrade
from almena.store.tables import APPEND_ONLY, METADATA

NEXT = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None
def upgrade():
    op.create_table("warnings", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("runs", sa.Column("host", sa.Text()))
"""


@pytest.fixture
def newer(tmp_path: Path) -> Migrations:
    """Return the migrations of a later version of the program: one more than today's."""
    folder = tmp_path / "100 % later"
    shutil.copytree(BUILT_IN.folder, folder)
    (folder / "versions" / "next_0003.py").write_text(NEXT)
    return Migrations(folder, "0003")


def set_revision(engine: Engine, revision: str) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def test_the_known_head_is_the_head_of_the_migrations() -> None:
    assert revisions()[-1] == BUILT_IN.head


def test_the_migrations_lead_to_exactly_the_tables_that_the_program_uses(bare: Engine) -> None:
    with reading(bare) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_indexes_that_keep_one_line_for_each_value_are_there_on_both_databases(bare: Engine) -> None:
    with reading(bare) as connection:
        indexes = {index["name"]: index for index in inspect(connection).get_indexes("observations")}
    assert indexes["ux_observations_supersedes"]["unique"]
    assert indexes["ux_observations_first"]["unique"]
    options = indexes["ux_observations_first"]["dialect_options"]
    assert "supersedes IS NULL" in str(options[f"{bare.dialect.name}_where"])


def test_every_table_that_only_grows_refuses_change_and_deletion(bare: Engine) -> None:
    query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if bare.dialect.name == "postgresql":
        query = "SELECT DISTINCT event_manipulation, event_object_table FROM information_schema.triggers"
    with reading(bare) as connection:
        rows = connection.execute(text(query)).all()
    found = {(table, name.split("_")[-1].upper()) for name, table in rows}
    assert found == {(t.name, change) for t in APPEND_ONLY for change in ("UPDATE", "DELETE")}


def test_an_empty_database_is_filled_once(tmp_path: Path) -> None:
    engine = connect(tmp_path / "city.db")
    assert stored_revision(engine) is None
    assert upgrade(engine) is None
    assert stored_revision(engine) == BUILT_IN.head
    assert upgrade(engine) == BUILT_IN.head
    assert [p.name for p in tmp_path.iterdir()] == ["city.db"]


def test_an_older_city_is_copied_and_then_upgraded_with_all_it_knows(
    city: CityFolder, newer: Migrations
) -> None:
    save(city.engine, observation())
    before = (city.path / "city.db").read_bytes()
    assert upgrade(city.engine, newer) == "0002"
    assert stored_revision(city.engine) == "0003"
    assert now_known(city.engine) == [observation()]
    copy = city.path / "city.db.bak-0002"
    assert copy.read_bytes() == before
    assert stored_revision(connect(copy)) == "0002"
    assert not list(city.path.glob("*.part"))
    with reading(city.engine) as connection:
        assert "warnings" in inspect(connection).get_table_names()


def test_an_older_city_on_a_server_is_upgraded_too(
    new_database: Callable[[], str], newer: Migrations
) -> None:
    engine = connect(new_database())
    upgrade(engine)
    assert upgrade(engine, newer) == "0002"
    assert stored_revision(engine) == "0003"


def test_an_upgrade_that_fails_changes_nothing(city: CityFolder, newer: Migrations) -> None:
    save(city.engine, observation())
    script = newer.folder / "versions" / "next_0003.py"
    script.write_text(NEXT + '    op.execute("INSERT INTO nowhere VALUES (1)")\n')
    with pytest.raises(StoreError, match="no such table: nowhere"):
        upgrade(city.engine, newer)
    assert stored_revision(city.engine) == "0002"
    with reading(city.engine) as connection:
        assert "warnings" not in inspect(connection).get_table_names()
    assert now_known(city.engine) == [observation()]


def test_of_two_programs_that_upgrade_at_once_the_second_finds_the_work_done(
    city: CityFolder, newer: Migrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (city.path / "city.db").read_bytes()

    def look_before_the_other_is_done(engine: Engine) -> str:
        monkeypatch.undo()
        upgrade(connect(city.path / "city.db"), newer)
        return "0002"

    monkeypatch.setattr(schema, "stored_revision", look_before_the_other_is_done)
    upgrade(city.engine, newer)
    assert stored_revision(city.engine) == "0003"
    assert (city.path / "city.db.bak-0002").read_bytes() == before


def test_a_newer_city_is_refused_and_left_alone(city: CityFolder) -> None:
    set_revision(city.engine, "0003")
    before = (city.path / "city.db").read_bytes()
    with pytest.raises(StoreError, match="newer version of Almena") as caught:
        CityFolder.open(city.path)
    (problem,) = caught.value.problems
    assert "0003" in problem.why
    assert BUILT_IN.head in problem.why
    assert "pip install --upgrade" in problem.remedy
    assert (city.path / "city.db").read_bytes() == before
    assert not list(city.path.glob("*.bak*"))


def test_the_database_of_another_program_is_refused(city: CityFolder) -> None:
    (city.path / "city.db").unlink()
    with sqlite3.connect(city.path / "city.db") as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    with pytest.raises(StoreError, match="not the database of a city"):
        CityFolder.open(city.path)


def test_the_upgrade_waits_for_no_other_writer_for_ever(tmp_path: Path, newer: Migrations) -> None:
    path = tmp_path / "city.db"
    upgrade(connect(path))
    hurried = connect(path, busy_seconds=0.05)
    with writing(connect(path)), pytest.raises(StoreError, match="Another program is writing"):
        upgrade(hurried, newer)
    assert stored_revision(hurried) == "0002"


def test_old_facts_are_read_by_the_new_program(city: CityFolder, newer: Migrations) -> None:
    upgrade(city.engine, newer)
    set_revision(city.engine, "0002")  # the columns of a later version do no harm to an older reader
    with CityFolder.open(city.path) as again:
        save(again.engine, observation(), at=NOW)
        assert now_known(again.engine) == [observation()]
