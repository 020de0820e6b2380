"""Whether a city folder is whole: its database, its trail of values, its raw files and their licences."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, select, text

from almena.model.origin import Source
from almena.model.problem import AlmenaError, Problem
from almena.store.chains import declared_sources
from almena.store.database import place_of, reading
from almena.store.folder import CityFolder
from almena.store.hashing import altered_rows
from almena.store.observations import current
from almena.store.statements import altered_statements
from almena.store.tables import CHAINS, OBSERVATIONS, ORIGINS, REVIEWS, SOURCES, STATEMENTS, SUBMISSIONS
from almena.store.trouble import explained

_RESTORE = "restore the folder from your last copy"
_REFILL = "run `almena profile` with the mirror, or `almena kit fetch`, to bring it back"
_NUMBERED = (OBSERVATIONS, REVIEWS, SOURCES, ORIGINS, CHAINS, STATEMENTS, SUBMISSIONS)


def check(path: Path) -> list[Problem]:
    """
    Look for everything that may be wrong with a city folder: its defects, then remarks on its files.

    Parameters
    ----------
    path : Path
        The city folder.

    Returns
    -------
    list of Problem
        What was found; empty when all is well.
    """
    return [*defects(path), *remarks(path)]


def defects(path: Path) -> list[Problem]:
    """
    Return what is broken: an unsound database, an altered trail, missing or changed raw files.

    Parameters
    ----------
    path : Path
        The city folder.

    Returns
    -------
    list of Problem
        What was found; when the folder cannot be opened, the reason alone.
    """
    return _looked_at(path, _defects)


def remarks(path: Path) -> list[Problem]:
    """
    Return what is sound but worth knowing: files whose licence nobody has stated.

    Parameters
    ----------
    path : Path
        The city folder.

    Returns
    -------
    list of Problem
        What was found; empty when the folder cannot be opened, which `defects` reports.
    """
    try:
        with CityFolder.open(path) as folder:
            return list(_without_licence(folder.engine))
    except AlmenaError:
        return []


def _looked_at(path: Path, look: Callable[[CityFolder], list[Problem]]) -> list[Problem]:
    try:
        with CityFolder.open(path) as folder:
            return look(folder)
    except AlmenaError as error:
        return list(error.problems)


def _defects(folder: CityFolder) -> list[Problem]:
    unsound = _unsound(folder.engine)
    # rows of an unsound file say nothing certain about the rest
    return unsound or [*_missing_rows(folder.engine), *_altered(folder.engine), *_raw_files(folder)]


def _unsound(engine: Engine) -> list[Problem]:
    if engine.dialect.name != "sqlite":
        return []  # a PostgreSQL server checks its pages and references itself
    with reading(engine) as connection:
        said = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        dangling = connection.execute(text("PRAGMA foreign_key_check")).all()
    found = [] if said == ["ok"] else [("The city's database is damaged", line) for line in said[:5]]
    found += [
        ("A row refers to one that is not there", f"table {row[0]}, row {row[1]}") for row in dangling[:5]
    ]
    return [Problem(what, place_of(engine), why, _RESTORE) for what, why in found]


def _missing_rows(engine: Engine) -> Iterator[Problem]:
    with reading(engine) as connection:
        for table in _NUMBERED:
            if missing := _gaps_in_numbers(connection, table):
                what = f"Rows of `{table.name}` are gone: {missing}"
                why = "rows are numbered without gaps and never deleted"
                yield Problem(what, place_of(engine), why, _RESTORE)


def _gaps_in_numbers(connection: Connection, table: Table) -> int:
    query = select(func.coalesce(func.max(table.c.id), 0) - func.count())
    return int(connection.execute(query.select_from(table)).scalar_one())


def _altered(engine: Engine) -> Iterator[Problem]:
    altered = {"values": altered_rows(engine), "statements": altered_statements(engine)}
    for kind, rows in altered.items():
        if not rows:
            continue
        some = ", ".join(str(number) for number in rows[:5])
        why = f"rows {some}{' and more' if len(rows) > 5 else ''} do not match the hash taken when recorded"
        what = f"Stored {kind} were altered from outside: {len(rows)}"
        yield Problem(what, place_of(engine), why, _RESTORE)


def _raw_files(folder: CityFolder) -> Iterator[Problem]:
    kept = {path.parent.name + path.name: path for path in _snapshots(folder)}
    for sha256, path in kept.items():
        with explained(str(path)):
            found = _hash(path)
        if found != sha256:
            where = path.relative_to(folder.path).as_posix()
            yield Problem("A raw file has changed", where, f"its bytes now have the hash {found}", _REFILL)
    for source in _sources(folder.engine):
        if source.sha256 not in kept:
            why = f"no raw file has the hash {source.sha256}"
            yield Problem(f"The raw file of {source.role} is gone", source.file, why, _REFILL)


def _without_licence(engine: Engine) -> Iterator[Problem]:
    for source in _sources(engine):
        if not source.licence:
            why = "its licence is not known, so nothing made from it leaves in a public output"
            yield Problem(
                f"{source.role} has no licence",
                source.file,
                why,
                "ask its publisher and write it in kit.toml",
            )


def _snapshots(folder: CityFolder) -> list[Path]:
    # hash in two parts, `ab/cdef…`; beside each file lies a record of where it came from, `ab/cdef….json`
    return sorted(p for p in folder.snapshots.glob("??/*") if p.suffix != ".json" and p.is_file())


def _sources(engine: Engine) -> list[Source]:
    """Return the files that the city stands on now: the declared ones, and those behind current values."""
    found = set(declared_sources(engine))
    found.update(origin.source for stored in current(engine) for origin in stored.observation.origins)
    return sorted(found)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
