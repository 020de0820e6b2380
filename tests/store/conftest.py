"""A city database on both engines, and a city folder, fresh for each test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, text
from store_examples import NOW

from almena.store.database import connect, writing
from almena.store.folder import CityFolder
from almena.store.runs import Run, begin_run
from almena.store.schema import upgrade
from almena.store.tables import METADATA


def server_programs() -> Path | None:
    """Return the folder with PostgreSQL's server programs, the newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """Start a real server of our own; give a function that returns the address of a database by name."""
    programs = server_programs()
    if programs is None or sys.platform == "win32":
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL's server is missing: its tests must run in continuous integration")
        pytest.skip("no PostgreSQL server on this machine")
    # the server refuses to run as root, and pytest's own folder is closed to other users
    folder = Path(tempfile.mkdtemp(prefix="almena-pg-"))
    options = {"cwd": "/", "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        options["user"] = "postgres"
    data, log = folder / "data", folder / "log"
    subprocess.run([programs / "initdb", "-A", "trust", "-U", "postgres", "-N", "-D", data], **options)
    # no network: the server listens on a socket in its own folder only
    flags = f"-k {folder} -c listen_addresses= -F"
    control = [programs / "pg_ctl", "-w", "-D", data]
    subprocess.run([*control, "-l", log, "-o", flags, "start"], **options)
    try:
        yield lambda name: f"postgresql://postgres@/{name}?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **options)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_database(postgres: Callable[[str], str]) -> Callable[[], str]:
    """Give a function that makes an empty PostgreSQL database and returns its address."""
    server = connect(postgres("postgres"))
    made = iter(range(10_000))

    def make() -> str:
        name = f"city_{next(made)}"
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return postgres(name)

    return make


@pytest.fixture(scope="session")
def postgres_city(new_database: Callable[[], str]) -> str:
    """Return the address of a PostgreSQL database at the newest schema, shared by tests one after another."""
    address = new_database()
    upgrade(connect(address))
    return address


def empty_again(engine: Engine) -> None:
    """Take everything out of a shared database: for this the triggers that forbid it are switched off."""
    with writing(engine) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in METADATA.tables.values():
            connection.execute(delete(table))


@pytest.fixture(scope="session")
def empty_sqlite_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("schema") / "city.db"
    upgrade(connect(path))
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Return an empty city database at the newest schema, on each of the two engines."""
    if request.param == "sqlite":
        path = tmp_path / "city.db"
        shutil.copyfile(request.getfixturevalue("empty_sqlite_city"), path)
        return connect(path, busy_seconds=0.2)
    engine = connect(request.getfixturevalue("postgres_city"), busy_seconds=0.2)
    empty_again(engine)
    return engine


@pytest.fixture
def engine(bare: Engine) -> Engine:
    """Return the same with one run begun, ``run-1``."""
    begin_run(bare, Run("run-1", NOW, version="0.1.0"))
    return bare


@pytest.fixture
def city(tmp_path: Path) -> Iterator[CityFolder]:
    """Return a fresh city folder with one run begun, ``run-1``."""
    with CityFolder.create(tmp_path / "new-town", "New Town", ("pt", "en"), id="new-town") as folder:
        begin_run(folder.engine, Run("run-1", NOW))
        yield folder
