"""Killed programs, full disks, folders that cannot be written, and two writers at once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from store_examples import NOW, neighbourhood, now_known, observation, save

from almena.model.problem import InputError, StoreError
from almena.store.database import connect, reading, writing
from almena.store.doctor import defects
from almena.store.folder import CityFolder
from almena.store.observations import history
from almena.store.reviews import review
from almena.store.runs import Run, begin_run
from almena.store.trouble import explained

PLACES = 150

RECORD_FOR_EVER = """
import os, sys; from pathlib import Path
sys.path.insert(0, sys.argv[2])
from store_examples import NOW, neighbourhood, save
from almena.store.folder import CityFolder
from almena.store.runs import Run, begin_run
with CityFolder.open(Path(sys.argv[1])) as city:
    for line in sys.stdin:
        for value in range(int(line), int(line) + 100_000):
            with city.lock(what="test", at=NOW):
                run = f"{os.getpid()} {value}"  # a killed program may have begun a run of the same value
                begin_run(city.engine, Run(run, NOW))
                save(city.engine, *(neighbourhood(n, float(value)) for n in range(150)), run=run)
            print(value, flush=True)
"""


def writer_waiting(city: Path) -> subprocess.Popen[str]:
    """Start a program that opens the city, and writes as soon as it is told a number to begin with."""
    source = str(Path(sys.modules["almena"].__file__ or "").parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", RECORD_FOR_EVER, str(city), str(Path(__file__).parent)],
        env={**os.environ, "PYTHONPATH": source},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_killed_writer_loses_nothing_it_acknowledged_and_leaves_no_half_run(city: CityFolder) -> None:
    chance, last = random.Random(20), 0
    waiting = writer_waiting(city.path)
    for _ in range(20):
        program, waiting = waiting, writer_waiting(city.path)
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(f"{last + 1}\n")
        program.stdin.flush()
        first = program.stdout.readline()  # it is under way: now it may be killed at any moment
        time.sleep(chance.uniform(0, 0.08))
        program.send_signal(signal.SIGKILL)
        rest, _ = program.communicate()
        acknowledged = int((first + rest).split()[-1])
        known = {o.value for o in now_known(city.engine)}
        assert len(known) == 1
        last = int(known.pop() or 0)
        assert last in (acknowledged, acknowledged + 1)
        with city.lock(what="the next", at=NOW):
            pass
    waiting.kill()
    waiting.communicate()
    assert len(now_known(city.engine)) == PLACES
    one_place = [
        s.observation.value for s in history(city.engine, observation().indicator, "neighbourhood-1")
    ]
    assert one_place == [float(n) for n in range(1, last + 1)]
    assert defects(city.path)[0].what.startswith("The raw file of")  # the database itself is whole


# ---------------------------------------------------------------------------------------------- the disk is full


def fill_disk(engine: Engine) -> None:
    """Let the database file grow no further, as on a full disk."""

    def no_more_pages(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")

    event.listen(engine, "connect", no_more_pages)


def test_a_full_disk_is_said_and_nothing_of_the_step_is_stored(city: CityFolder) -> None:
    save(city.engine, observation())
    with CityFolder.open(city.path) as full:
        fill_disk(full.engine)
        with pytest.raises(StoreError, match="The disk is full") as caught:
            save(full.engine, *(neighbourhood(n) for n in range(2000)))
    (problem,) = caught.value.problems
    assert problem.where == str(city.path / "city.db")
    assert "nothing of this step was written" in problem.why
    assert "free some space" in problem.remedy
    assert now_known(city.engine) == [observation()]
    assert save(city.engine, *(neighbourhood(n) for n in range(2000))).written == 2000


# ------------------------------------------------------------------------------------------- reading, not writing


@contextmanager
def without_rights() -> Iterator[None]:
    """Be a user whom file permissions bind, also when the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)  # nobody
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def sealed() -> Iterator[Path]:
    """Return a city folder that can be read and not written."""
    # pytest's own folder is closed to other users
    parent = Path(tempfile.mkdtemp())
    parent.chmod(0o755)
    with CityFolder.create(parent / "city", "C", ("en",), id="c") as city:
        begin_run(city.engine, Run("run-1", NOW))
        save(city.engine, observation())
    for path in (parent / "city", *(parent / "city").rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    parent.chmod(0o555)
    yield parent / "city"
    for path in (parent, parent / "city", *(parent / "city").iterdir()):
        path.chmod(0o755)
    shutil.rmtree(parent)


def test_a_city_on_a_read_only_disk_can_be_looked_at(sealed: Path) -> None:
    with without_rights(), CityFolder.open(sealed) as city:
        assert now_known(city.engine) == [observation()]


def test_a_city_on_a_read_only_disk_refuses_to_be_changed(sealed: Path) -> None:
    with without_rights(), CityFolder.open(sealed) as city:
        with pytest.raises(StoreError, match="cannot be written") as caught:
            save(city.engine, observation(1.0))
        assert "read-only" in caught.value.problems[0].why
        with pytest.raises(StoreError, match="cannot be written"), city.lock(what="x", at=NOW):
            pass
        with pytest.raises(StoreError, match="cannot be written"):
            city.change(name="D")


def test_a_city_cannot_be_made_where_nothing_can_be_written(sealed: Path) -> None:
    with without_rights(), pytest.raises(StoreError, match="cannot be written") as caught:
        CityFolder.create(sealed.parent / "another", "A", ("en",), id="a")
    assert "ask for the permission" in caught.value.problems[0].remedy


# ------------------------------------------------------------------------------------------------- two writers


def test_a_writer_that_waits_too_long_is_told_why(engine: Engine) -> None:
    save(engine, observation())
    with writing(engine), pytest.raises(StoreError, match="Another program is writing"):
        save(engine, observation(1.0))
    assert now_known(engine) == [observation()]
    assert save(engine, observation(1.0)).written == 1


def test_a_reader_sees_one_state_while_another_writes(engine: Engine) -> None:
    save(engine, observation())
    with reading(engine) as connection:
        query = text("SELECT count(*) FROM observations")
        assert connection.execute(query).scalar() == 1
        # SQLite lets the writer wait for its readers; PostgreSQL does not
        with suppress(StoreError):
            save(engine, observation(1.0))
        assert connection.execute(query).scalar() == 1


def test_writers_at_once_come_one_after_the_other(bare: Engine) -> None:
    begin_run(bare, Run("run-1", NOW))
    patient = connect(bare.url.render_as_string(False)) if bare.dialect.name == "postgresql" else None
    patient = patient or connect(Path(str(bare.url.database)))
    errors: list[Exception] = []

    def write(first: int) -> None:
        try:
            for n in range(first, first + 5):
                save(patient, neighbourhood(n), complete_for=())
                save(patient, observation(float(n)), complete_for=())
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(first,)) for first in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(now_known(bare)) == 16
    line = history(bare, observation().indicator, "city")
    assert [s.supersedes for s in line] == [None, *(s.id for s in line[:-1])]


# ------------------------------------------------------------------------------------- all or nothing in a step


@pytest.mark.parametrize(
    "pragma, value",
    [("journal_mode", "delete"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)],
)
def test_each_connection_is_set_for_safety_before_speed(city: CityFolder, pragma: str, value: object) -> None:
    with reading(city.engine) as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_an_error_in_the_middle_of_a_step_takes_all_of_it_back(engine: Engine) -> None:
    save(engine, observation())
    with suppress(KeyError), writing(engine) as connection:
        connection.execute(text("UPDATE runs SET status = 'done'"))
        raise KeyError
    with reading(engine) as connection:
        assert connection.execute(text("SELECT status FROM runs")).scalars().all() == ["running"]
    with pytest.raises(InputError):
        review(engine, [1, 99], verdict="confirmed", by="Ana", at=NOW)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM reviews")).scalar() == 0


# -------------------------------------------------------------------------------------------- words for troubles


class ServerError(Exception):
    """An error of the PostgreSQL driver, which carries the state that the server gave."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("the server said so\nand more")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    "state, what",
    [
        ("53100", "The disk is full"),
        ("25006", "The city folder cannot be written"),
        ("42501", "The city folder cannot be written"),
        ("55P03", "Another program is writing to this city"),
        ("40001", "Another program is writing to this city"),
        ("XX001", "The city's database is damaged"),
        ("08006", "The city's database cannot be opened"),
        ("28P01", "The city's database cannot be opened"),
        ("3D000", "The city's database cannot be opened"),
        ("23505", "The database refused a change"),
        ("P0001", "The database refused a change"),
        ("58030", "The disk could not be read or written"),
        ("42601", "The database reported an error"),
    ],
)
def test_states_of_the_server_have_words(state: str, what: str) -> None:
    with pytest.raises(StoreError) as caught, explained("the city"):
        raise DBAPIError("SELECT 1", None, ServerError(state))
    (problem,) = caught.value.problems
    assert (problem.what, problem.where) == (what, "the city")
    assert problem.why.endswith("(the server said so)")


def test_a_server_that_cannot_be_reached_gives_no_state() -> None:
    with pytest.raises(StoreError, match="cannot be opened"), explained("the city"):
        raise OperationalError("", None, sqlite3.OperationalError("connection refused"))
    with pytest.raises(StoreError, match="reported an error"), explained("the city"):
        raise DBAPIError("", None, ServerError(None))


@pytest.mark.parametrize(
    "number, what",
    [
        (28, "disk is full"),
        (13, "cannot be written"),
        (30, "cannot be written"),
        (2, "cannot be opened"),
        (5, "disk"),
    ],
)
def test_errors_of_the_operating_system_have_words(number: int, what: str) -> None:
    with pytest.raises(StoreError, match=what), explained("the city"):
        raise OSError(number, os.strerror(number))


def test_other_errors_pass_as_they_are() -> None:
    with pytest.raises(InputError), explained("the city"):
        raise InputError.of("x")
    with pytest.raises(ZeroDivisionError), explained("the city"):
        raise ZeroDivisionError
