"""Errors of the database and the disk, said so that a person can mend them."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from almena.model.problem import Problem, StoreError

NOTHING_LOST = "nothing of this step was written, and everything recorded before is safe"

# (what, why, remedy) by trouble
_SENTENCES = {
    "full": (
        "The disk is full",
        NOTHING_LOST,
        "free some space and run the command again",
    ),
    "read-only": (
        "The city folder cannot be written",
        "the folder, its disk or its database is read-only for this user",
        "copy the folder to a place where you may write, or ask for the permission",
    ),
    "busy": (
        "Another program is writing to this city",
        "the database stayed locked for longer than this program waits",
        "wait until the other program has ended, then run the command again",
    ),
    "corrupt": (
        "The city's database is damaged",
        "the file is not a sound SQLite database",
        "restore city.db from your last copy of the folder, or from a city.db.bak file in it",
    ),
    "unreachable": (
        "The city's database cannot be opened",
        "the file or the server is not there, or refuses this user",
        "check the path, and the address under `database` in city.toml",
    ),
    "refused": (
        "The database refused a change",
        "the change breaks a rule of the schema; observations and reviews are never altered or deleted",
        "record a new observation that supersedes the old one",
    ),
    "disk": (
        "The disk could not be read or written",
        "the operating system reported an error",
        "check the disk and its connection, then run the command again",
    ),
    "unknown": (
        "The database reported an error",
        "the cause is in the message of the database",
        "run `almena doctor` on the folder",
    ),
}

_SQLITE = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
    sqlite3.SQLITE_CANTOPEN: "unreachable",
    sqlite3.SQLITE_CONSTRAINT: "refused",
    sqlite3.SQLITE_IOERR: "disk",
}

# Classes of SQLSTATE (first two characters) or whole codes, as in appendix A of the PostgreSQL manual.
_POSTGRES = {
    "53100": "full",
    "25006": "read-only",
    "42501": "read-only",
    "55P03": "busy",
    "40": "busy",
    "XX": "corrupt",
    "08": "unreachable",
    "28": "unreachable",
    "3D": "unreachable",
    "23": "refused",
    "P0": "refused",
    "58": "disk",
}

_SYSTEM = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EACCES: "read-only",
    errno.EPERM: "read-only",
    errno.EROFS: "read-only",
    errno.ENOENT: "unreachable",
}


@contextmanager
def explained(where: str) -> Iterator[None]:
    """
    Turn errors of the database driver and of the disk into a `StoreError` that says what to do.

    Parameters
    ----------
    where : str
        The database or folder concerned, without passwords.

    Raises
    ------
    StoreError
        In place of any error of SQLAlchemy, its drivers or the operating system.
    """
    try:
        yield
    except DBAPIError as error:
        raise StoreError(_problem(_kind_of(error), where, str(error.orig))) from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(_problem("unreachable", where, "the address is not understood")) from error
    except SQLAlchemyError as error:
        raise StoreError(_problem("unknown", where, str(error))) from error
    except OSError as error:
        kind = _SYSTEM.get(error.errno or 0, "disk")
        raise StoreError(_problem(kind, where, error.strerror or str(error))) from error


def _kind_of(error: DBAPIError) -> str:
    # The low byte of SQLite's extended code is the primary one: https://sqlite.org/rescode.html
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF, "unknown")
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return "unreachable" if type(error.orig).__name__ == "OperationalError" else "unknown"
    return _POSTGRES.get(state, _POSTGRES.get(state[:2], "unknown"))


def _problem(kind: str, where: str, detail: str) -> Problem:
    what, why, remedy = _SENTENCES[kind]
    first_line = detail.strip().splitlines()[0] if detail.strip() else ""
    return Problem(what, where, f"{why} ({first_line})" if first_line else why, remedy)
