"""The kit inside a city folder: put in last and as a whole, so that its presence says that the city is made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from almena.gather.kit import KIT_FILE, load_kit
from almena.gather.kit_write import write_kit
from almena.gather.trouble import cannot_write
from almena.model.kit import Kit
from almena.model.problem import InputError, Problem
from almena.store.folder import CityFolder, is_city
from almena.store.trouble import explained


def is_made(path: Path) -> bool:
    """Tell whether a folder is a city whose making was not cut short."""
    return is_city(path) and (path / "kit" / KIT_FILE).is_file()


def has_only_answers(folder: CityFolder) -> bool:
    """Tell whether a city was begun at the front door and never had a kit: nobody knows yet where it lies."""
    return not folder.city.crs and not is_made(folder.path)


def read_city_kit(folder: CityFolder) -> Kit:
    """
    Return the kit of a city.

    Raises
    ------
    InputError
        When the city was never finished, or its kit cannot be used.
    """
    if has_only_answers(folder):
        why = "it was begun with `almena start`, and everything is measured from files"
        remedy = (
            "Draft a kit from files or from a name (`almena kit draft`), then `almena new` on this folder."
        )
        raise InputError(Problem("The city has no files yet", str(folder.path), why, remedy))
    if not is_made(folder.path):
        raise InputError(
            Problem(
                "The city is not finished",
                str(folder.path),
                f"its folder holds no kit/{KIT_FILE}: making it was cut short, or the file was removed",
                "Run `almena new` on it again with the same kit: it goes on where it stopped.",
            )
        )
    return load_kit(folder.kit)


@contextmanager
def at_work(folder: CityFolder, what: str, at: str) -> Iterator[None]:
    """
    Hold a city as its only writer; what the disk refuses meanwhile is told as such, the lock's own file included.

    Parameters
    ----------
    folder : CityFolder
        The city.
    what, at : str
        What is done, and since when (ISO 8601, UTC): shown to those who must wait.

    Raises
    ------
    StoreError
        When another program holds the city, or the disk refuses.
    """
    with explained(str(folder.path)), folder.lock(what=what, at=at):
        yield


def put_city_kit(kit: Kit, folder: CityFolder) -> None:
    """
    Put a kit into a city in place of the one before; a killed program leaves the one or the other.

    Raises
    ------
    StoreError
        When the disk refuses; the kit before is then still there.
    """
    fresh = folder.kit / f".{KIT_FILE}.new"
    try:
        folder.kit.mkdir(exist_ok=True)
        write_kit(kit, fresh)
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
        fresh.replace(folder.kit / KIT_FILE)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise cannot_write(folder.kit, error) from error
