"""The readers that are installed: built-ins and plugins through the same door."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from almena.harmonise.found import FoundFile
from almena.harmonise.words import listing, nearest
from almena.model.card import Role
from almena.model.data import RoleData

GROUP = "almena.readers"
BUILT_IN = {
    name: f"almena.harmonise.{name}:read"
    for name in ("vector", "raster", "osm", "gtfs", "table", "timeseries", "document")
}

Reader = Callable[[FoundFile, Role], RoleData]


class ReaderWarning(UserWarning):
    """A plugin cannot be loaded, or two carry one name."""


def list_readers() -> dict[str, str]:
    """Return the installed readers: name to the object that reads, as ``module:function``."""
    return {name: door.value for name, door in _doors().items()}


def find_reader(name: str, found: FoundFile) -> Reader:
    """
    Return the reader that a kit names.

    Parameters
    ----------
    name : str
        Name of the reader.
    found : FoundFile
        The file, for messages.

    Raises
    ------
    InputError
        When it is not installed, or cannot be loaded.
    """
    door = _doors().get(name)
    if door is None:
        like = nearest(name, list(_doors()))
        hint = f"Did you mean {like!r}? " if like else ""
        why = f"Installed: {listing(_doors())}."
        raise found.refusal(
            f"The reader {name!r} is not installed.", why, f"{hint}Correct `reader` in the kit."
        )
    reader = _load(door)
    if isinstance(reader, str):
        remedy = "Reinstall or remove the package that brings it."
        raise found.refusal(f"The reader {name!r} ({door.value}) cannot be loaded.", reader, remedy)
    return reader


def reader_version(name: str, found: FoundFile) -> str:
    """Return the version of a reader: the constant ``READER_VERSION`` of its module, else its package's version."""
    reader = find_reader(name, found)
    module = sys.modules.get(str(getattr(reader, "__module__", "")))
    door = _doors()[name]
    packaged = door.dist.version if door.dist is not None else ""
    return str(getattr(module, "READER_VERSION", packaged))


def reader_makes(name: str, found: FoundFile) -> tuple[str, ...]:
    """Return the kinds of role that a reader says it can fill (``MAKES`` of its module); empty when it is silent."""
    module = sys.modules.get(str(getattr(find_reader(name, found), "__module__", "")))
    return tuple(getattr(module, "MAKES", ()))


@cache
def _doors() -> dict[str, EntryPoint]:
    """Return the entry points by name; a built-in is never replaced by a plugin of the same name."""
    doors = {name: EntryPoint(name, value, GROUP) for name, value in BUILT_IN.items()}
    for door in sorted(entry_points(group=GROUP), key=lambda d: (d.name, d.value)):
        first = doors.setdefault(door.name, door)
        if first.value != door.value:
            warnings.warn(
                f"two readers are called {door.name!r}: {first.value} is used, {door.value} is not",
                ReaderWarning,
                stacklevel=2,
            )
    return doors


@cache
def _load(door: EntryPoint) -> Reader | str:
    """Return the reader, or why it cannot be loaded; a plugin may fail in any way while it is imported."""
    try:
        loaded: Any = door.load()
    except Exception as error:  # noqa: BLE001  a stranger's module runs its own code on import
        why = f"{type(error).__name__}: {error}"
        warnings.warn(f"the reader {door.name!r} ({door.value}) failed: {why}", ReaderWarning, stacklevel=2)
        return why
    return loaded if callable(loaded) else f"{door.value} is not a function"
