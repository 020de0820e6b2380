"""Doors into the database: one for reading, one for writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import NullPool

from almena.model.problem import Problem, StoreError
from almena.store.trouble import explained

BUSY_SECONDS = 10.0
"""How long a writer waits for another one before it gives up (assumed)."""

# A number of our own for PostgreSQL's advisory lock: the letters "almena" in hexadecimal.
_ONE_WRITER = 0x616C6D656E61

_SQLITE_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=FULL",
    # without it an INSERT OR REPLACE would delete rows past the triggers that forbid it
    "PRAGMA recursive_triggers=ON",
)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees one unchanging state of the database, whatever others write meanwhile."""
    with explained(place_of(engine)), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one transaction as the only writer: all of it is written at the end, or none of it."""
    with explained(place_of(engine)), engine.connect() as connection:
        alone = connection.execution_options(almena_writes=True)
        with alone.begin():
            if engine.dialect.name == "postgresql":
                _wait_for_our_turn(alone)
            yield alone


def connect(database: str | Path, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """
    Return the engine for a SQLite file or a PostgreSQL address; nothing is opened yet.

    Parameters
    ----------
    database : str or Path
        Path of the SQLite file, or ``postgresql://user@host/name``.
    busy_seconds : float
        How long to wait for another writer, in seconds.

    Raises
    ------
    StoreError
        When the address is not understood, or the driver for PostgreSQL is not installed.
    """
    if isinstance(database, Path):
        return _sqlite(database, busy_seconds)
    with explained("`database` in city.toml"):
        return _postgres(database, busy_seconds)


def place_of(engine: Engine) -> str:
    """Return where the database is, for messages: the path of the file, or the address without password."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.render_as_string(hide_password=True)


def _sqlite(path: Path, busy_seconds: float) -> Engine:
    url = URL.create("sqlite+pysqlite", database=str(path.absolute()))
    # no pool: no handle stays open, so that the folder can be copied, moved or deleted at any time
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": busy_seconds})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # the driver's own transactions would begin too late to hold a lock while we look before we write
    connection.isolation_level = None
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("almena_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres(address: str, busy_seconds: float) -> Engine:
    url = make_url(address)
    if url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise StoreError(
            Problem(
                f"Databases of the kind {url.drivername!r} are not supported",
                "`database` in city.toml",
                "Almena stores a city in SQLite or in PostgreSQL",
                "give an address like postgresql://user@host/name, or remove the line to use SQLite",
            )
        )
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            connect_args={"connect_timeout": max(2, int(busy_seconds))},
            execution_options={"almena_busy_seconds": busy_seconds},
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            Problem(
                "The driver for PostgreSQL is not installed",
                "`database` in city.toml",
                str(error),
                'install it with: pip install "almena[postgres]"',
            )
        ) from error


def _wait_for_our_turn(connection: Connection) -> None:
    milliseconds = int(1000 * connection.get_execution_options()["almena_busy_seconds"])
    connection.execute(text("SELECT set_config('lock_timeout', :wait, true)"), {"wait": str(milliseconds)})
    connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ONE_WRITER})
