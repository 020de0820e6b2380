"""One city, one folder: what lies where in it, how it is made and how it is opened."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from almena.model.problem import InputError, Problem, StoreError
from almena.store.city_toml import CITY_FILE, City, check_city, read_city, write_city
from almena.store.database import connect, place_of
from almena.store.lock import writer
from almena.store.schema import BUILT_IN, stored_revision, upgrade
from almena.store.settings import get_setting, put_setting
from almena.store.trouble import explained

_SUBFOLDERS = ("snapshots", "rasters", "reports", "kit")
_CITY_ID = "city_id"


@dataclass(frozen=True)
class CityFolder:
    """
    An open city folder; use it in a ``with`` block, or close it.

    No absolute path is stored in it, so that a copy of the folder is the same city.

    Parameters
    ----------
    path : Path
        The folder.
    city : City
        What ``city.toml`` says.
    engine : Engine
        The city's database, at the newest schema.
    """

    path: Path
    city: City
    engine: Engine

    @classmethod
    def create(
        cls,
        path: Path,
        name: str,
        languages: tuple[str, ...],
        *,
        id: str,  # noqa: A002 - the word in city.toml
        country: str = "",
        crs: str = "",
        packs: tuple[str, ...] = (),
        database: str = "",
    ) -> CityFolder:
        """
        Make the folder of a new city and open it; a half-made folder is never left under that name.

        Parameters
        ----------
        path : Path
            Where to make it: a name not in use, or an empty folder.
        name, languages, id, country, crs, packs, database
            As in `almena.store.city_toml.City`.

        Returns
        -------
        CityFolder
            The new city, opened.

        Raises
        ------
        InputError
            When the place is taken or the facts cannot be used.
        StoreError
            When the folder or the database cannot be written, or the database belongs to another city.
        """
        path = Path(path).absolute()
        facts = City(id, name, country, crs, tuple(languages), tuple(packs), database)
        city = check_city(facts, str(path))
        _refuse_taken(path)
        with explained(str(path)):
            _build(path, city)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> CityFolder:
        """
        Open the folder of a city; an older database is upgraded, after a copy.

        Parameters
        ----------
        path : Path
            The folder.

        Returns
        -------
        CityFolder
            The city.

        Raises
        ------
        InputError
            When the folder is not there or is no city.
        StoreError
            When the database cannot be opened, is newer than this program, or belongs to another city.
        """
        path = Path(path).absolute()
        _refuse_no_city(path)
        city = read_city(path / CITY_FILE)
        engine = _engine(path, city)
        if stored_revision(engine) != BUILT_IN.head:
            upgrade(engine)
        _refuse_other_city(engine, city)
        return cls(path, city, engine)

    @property
    def snapshots(self) -> Path:
        """Return the folder of raw bytes by hash."""
        return self.path / "snapshots"

    @property
    def layers(self) -> Path:
        """Return the path of the GeoPackage with the canonical layers."""
        return self.path / "layers.gpkg"

    @property
    def rasters(self) -> Path:
        """Return the folder of the canonical rasters."""
        return self.path / "rasters"

    @property
    def reports(self) -> Path:
        """Return the folder of reports and exports."""
        return self.path / "reports"

    @property
    def kit(self) -> Path:
        """Return the folder with the copy of ``kit.toml``."""
        return self.path / "kit"

    def lock(self, *, what: str, at: str) -> AbstractContextManager[None]:
        """Hold the folder as its only writer; see `almena.store.lock.writer`."""
        return writer(self.path, what=what, at=at)

    def change(self, **facts: Any) -> CityFolder:
        """
        Change what ``city.toml`` says (name, country, crs, languages or packs) and return the city.

        Raises
        ------
        InputError
            When the facts cannot be used, or the id or database would change.
        """
        if refused := sorted({"id", "database"} & set(facts)):
            remedy = "make a new city folder and import into it"
            raise InputError(Problem(f"`{refused[0]}` of a city cannot change", str(self.path), "", remedy))
        city = check_city(replace(self.city, **facts), str(self.path))
        with explained(str(self.path)):
            write_city(city, self.path / CITY_FILE)
        return replace(self, city=city)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> CityFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_city(path: Path) -> bool:
    """Tell whether a folder is one that `CityFolder.open` would try to open."""
    return (path / CITY_FILE).is_file()


def _build(path: Path, city: City) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        _fill(half, city)
        if path.is_dir():
            path.rmdir()  # it is empty: Windows does not rename onto a folder
        half.rename(path)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    _keep_name(path.parent)


def _fill(folder: Path, city: City) -> None:
    for name in _SUBFOLDERS:
        (folder / name).mkdir(parents=True)
    engine = _engine(folder, city)
    try:
        upgrade(engine)
        if get_setting(engine, _CITY_ID) is None:
            put_setting(engine, _CITY_ID, city.id)
        _refuse_other_city(engine, city)
    finally:
        engine.dispose()
    write_city(city, folder / CITY_FILE)


def _engine(path: Path, city: City) -> Engine:
    return connect(city.database or path / "city.db")


def _keep_name(folder: Path) -> None:
    """Make the new name last through a power cut, where the system lets a folder be synchronised."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refuse_taken(path: Path) -> None:
    if not os.path.lexists(path):
        return
    remedy = "give another name, or an empty folder"
    if not path.is_dir():
        raise InputError(Problem("A city folder cannot be made here", str(path), "there is a file", remedy))
    if is_city(path):
        why, remedy = "there is a city already", "run `almena profile` on it, or give another name"
        raise InputError(Problem("A city folder cannot be made here", str(path), why, remedy))
    with explained(str(path)):
        taken = any(path.iterdir())
    if taken:
        why = "the folder holds files that are not of a city"
        raise InputError(Problem("A city folder cannot be made here", str(path), why, remedy))


def _refuse_no_city(path: Path) -> None:
    remedy = "check the path, or make a city with `almena new`"
    if not path.is_dir():
        raise InputError(Problem("There is no such folder", str(path), "", remedy))
    if not is_city(path):
        raise InputError(Problem("This folder is not a city", str(path), f"it has no {CITY_FILE}", remedy))
    city = read_city(path / CITY_FILE)
    if not city.database and not (path / "city.db").is_file():
        remedy = "restore city.db from your last copy of the folder, or make the city anew with `almena new`"
        raise StoreError(Problem("The city's database is not there", str(path / "city.db"), "", remedy))


def _refuse_other_city(engine: Engine, city: City) -> None:
    stored = get_setting(engine, _CITY_ID)
    if stored == city.id:
        return
    raise StoreError(
        Problem(
            f"The database is not that of {city.name}",
            place_of(engine),
            f"it holds the city {stored!r}, and {CITY_FILE} says {city.id!r}",
            "give each city a database of its own, or correct city.toml",
        )
    )
