"""Which version the database has, and how it is brought up to the one that this program speaks."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from almena.model.problem import Problem, StoreError
from almena.store.database import place_of, reading, writing
from almena.store.trouble import explained


@dataclass(frozen=True)
class Migrations:
    """
    A line of changes to the schema.

    Parameters
    ----------
    folder : Path
        Folder with Alembic's ``env.py`` and ``versions``.
    head : str
        The newest revision; a test holds it against the folder, so that Alembic need not be imported to
        find a database up to date.
    """

    folder: Path
    head: str


BUILT_IN = Migrations(Path(__file__).parent / "migrations", "0002")


def stored_revision(engine: Engine) -> str | None:
    """
    Return the revision of the schema in the database, or None when the database is empty.

    Raises
    ------
    StoreError
        When the database holds tables, but not those of a city.
    """
    with reading(engine) as connection:
        return _revision(connection)


def upgrade(engine: Engine, migrations: Migrations = BUILT_IN) -> str | None:
    """
    Bring the database to the newest schema in one transaction.

    A SQLite file that holds data is copied first, to ``city.db.bak-REVISION`` beside it.

    Parameters
    ----------
    engine : Engine
        The city's database, possibly empty.
    migrations : Migrations
        The changes to apply.

    Returns
    -------
    str or None
        The revision that the database had before.

    Raises
    ------
    StoreError
        When the database was written by a newer program, or cannot be written.
    """
    before = stored_revision(engine)
    if before == migrations.head:
        return before
    if before is not None:
        _refuse_unknown(engine, before, migrations)
    with writing(engine) as connection:
        # another program may have upgraded it while this one waited for the lock
        if before is not None and _revision(connection) == before:
            _copy_as_it_is(engine, before)
        _run(connection, migrations)
    return before


def revisions(migrations: Migrations = BUILT_IN) -> tuple[str, ...]:
    """Return the known revisions, oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(migrations.folder))
    return tuple(reversed([script.revision for script in scripts.walk_revisions()]))


def _revision(connection: Connection) -> str | None:
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StoreError(
            Problem(
                "This is not the database of a city",
                place_of(connection.engine),
                "it holds other tables and no version of the schema",
                "check the path, or give an empty database",
            )
        )
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _copy_as_it_is(engine: Engine, revision: str) -> None:
    """Copy a SQLite file beside itself under the write lock; a server has backups of its own."""
    if engine.dialect.name != "sqlite":
        return
    original = Path(str(engine.url.database))
    copy = original.with_name(f"{original.name}.bak-{revision}")
    half = copy.with_name(copy.name + ".part")
    with explained(str(copy)):
        shutil.copyfile(original, half)
        half.replace(copy)


def _refuse_unknown(engine: Engine, revision: str, migrations: Migrations) -> None:
    known = revisions(migrations)
    if revision in known:
        return
    raise StoreError(
        Problem(
            "This city was written by a newer version of Almena",
            place_of(engine),
            f"its schema is {revision}, and this program knows {', '.join(known)}",
            "upgrade Almena (pip install --upgrade almena); nothing was changed",
        )
    )


def _run(connection: Connection, migrations: Migrations) -> None:
    # imported here: half of the commands only look at a database that is up to date
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(migrations.folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, migrations.head)
    except CommandError as error:
        raise StoreError(
            Problem(
                "The database could not be upgraded",
                place_of(connection.engine),
                str(error),
                "run `almena doctor` on the folder",
            )
        ) from error
