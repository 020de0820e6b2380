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


BUILT_IN = Migrations(Path(__file__).parent / "migrations", "0001")


def stored_revision(engine: Engine) -> str | None:
    """
    Return the revision of the schema in the database, or None when the database is empty.

    Raises
    ------
    StoreError
        When the database holds tables, but not those of a city.
    """
    with reading(engine) as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            return None
        if "alembic_version" not in tables:
            raise StoreError(
                Problem(
                    "This is not the database of a city",
                    place_of(engine),
                    "it holds other tables and no version of the schema",
                    "check the path, or give an empty database",
                )
            )
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine, migrations: Migrations = BUILT_IN) -> str | None:
    """
    Bring the database to the newest schema in one transaction, after a copy when it holds data.

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
        copy_before_upgrade(engine, before)
    with writing(engine) as connection:
        _run(connection, migrations)
    return before


def copy_before_upgrade(engine: Engine, revision: str) -> Path | None:
    """
    Copy a SQLite file to ``city.db.bak-REVISION`` beside it, and return the copy.

    PostgreSQL is left to its own backups: then None is returned, and the upgrade is one transaction anyway.
    """
    if engine.dialect.name != "sqlite":
        return None
    original = Path(str(engine.url.database))
    copy = original.with_name(f"{original.name}.bak-{revision}")
    half = copy.with_name(copy.name + ".part")
    # the write lock keeps the file still while it is copied
    with explained(str(copy)), writing(engine):
        shutil.copyfile(original, half)
        half.replace(copy)
    return copy


def revisions(migrations: Migrations = BUILT_IN) -> tuple[str, ...]:
    """Return the known revisions, oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(migrations.folder))
    return tuple(reversed([script.revision for script in scripts.walk_revisions()]))


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
