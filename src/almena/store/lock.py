"""One writer at a time in a city folder."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from almena.model.problem import Problem, StoreError
from almena.store.trouble import explained

LOCK_FILE = ".lock"

# The operating system refuses a lock with one of these when another program holds it.
_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)

# Windows locks bytes, and nobody else can read locked ones: so we lock one far behind the text.
_FAR_BYTE = 1 << 20


@contextmanager
def writer(folder: Path, *, what: str, at: str) -> Iterator[None]:
    """
    Hold the city folder as its only writer for the length of a ``with`` block.

    The lock is the operating system's own: it ends with the process, however that ends, so that the file
    which a dead process leaves behind never stands in the way.

    Parameters
    ----------
    folder : Path
        The city folder.
    what, at : str
        What the holder is doing, and since when (ISO 8601, UTC): shown to those who must wait.

    Raises
    ------
    StoreError
        When another program holds the folder, naming it; or when the folder cannot be written.
    """
    path = folder / LOCK_FILE
    with explained(str(path)):
        handle = path.open("a+", encoding="utf-8")
    with handle:
        _take(handle, path)
        try:
            with explained(str(path)):
                _sign(handle, what, at)
            yield
        finally:
            _release(handle)


def holder(folder: Path) -> dict[str, str | int]:
    """Return what the last writer wrote of itself: ``pid``, ``host``, ``what``, ``since``; empty when unknown."""
    try:
        facts = json.loads((folder / LOCK_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _sign(handle: IO[str], what: str, at: str) -> None:
    handle.truncate(0)
    handle.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "what": what, "since": at}))
    handle.flush()


def _take(handle: IO[str], path: Path) -> None:
    try:
        _lock(handle)
    except OSError as error:
        if error.errno in _TAKEN:
            raise StoreError(_held_by_another(path)) from error
        raise StoreError(
            Problem(
                "The city folder cannot be locked",
                str(path),
                f"the disk does not support locks ({error.strerror})",
                "copy the folder to a local disk and work there",
            )
        ) from error


def _held_by_another(path: Path) -> Problem:
    facts = holder(path.parent)
    who = "another program"
    if facts:
        who = "`{what}` (process {pid} on {host}, since {since})".format_map(
            {"what": "?", "pid": "?", "host": "?", "since": "?", **facts}
        )
    return Problem(
        "Another program is writing to this city",
        str(path.parent),
        f"the folder is held by {who}",
        "wait until it has ended, or end it; the lock goes with it",
    )


def _release(handle: IO[str]) -> None:
    handle.truncate(0)
    _unlock(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: IO[str]) -> None:
        handle.seek(_FAR_BYTE)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(handle: IO[str]) -> None:
        handle.seek(_FAR_BYTE)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: IO[str]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: IO[str]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
