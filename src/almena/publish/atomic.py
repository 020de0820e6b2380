"""Write files and folders so that nobody ever finds them half-written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from almena.model.problem import AlmenaError


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """
    Give a temporary folder that takes the place of ``target`` when all went well.

    Raises
    ------
    AlmenaError
        When the disk refuses; the former ``target`` is then still there.
    """
    with _told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        temporary.chmod(0o755)
        with _told(target):
            yield temporary
            _swap(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file under a temporary name, then rename it."""
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    return path


def _swap(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.replace(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    former = aside / target.name
    target.replace(former)
    try:
        fresh.replace(target)
    except OSError:
        former.replace(target)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        remedy = "Free some space or choose another folder, then run the same command again."
        raise AlmenaError.of("The output could not be written", str(path), why, remedy) from error
