"""The packs of a city: which it has, what they hold, and whether one is sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from almena.app.pack_sources import opened, read_somebodys
from almena.model.pack import Pack
from almena.model.problem import InputError, Problem, raise_all
from almena.packs.pack_clashes import clashes
from almena.packs.pack_format import is_pack_id, table_forms
from almena.packs.pack_manifest import read_manifest
from almena.packs.pack_reading import read_files
from almena.packs.packs import (
    BUILT_IN,
    PACK,
    installed,
    notes_of,
    pack_text,
    shipped_ids,
    shipped_pack,
    shipped_packs,
    with_required,
)
from almena.store.city_toml import CITY_FILE
from almena.store.folder import CityFolder

FOLDER = "packs"
"""Folder of a city that holds the packs which do not come with Almena, each under its id."""
ALWAYS, ADDED, REQUIRED, NOT_INSTALLED = "always", "added", "required", ""
ALMENA, CITY = "almena", "city"


def packs_of(folder: CityFolder) -> dict[str, Pack]:
    """
    Return the packs of a city by id: the method, those it has added, and what these require.

    Raises
    ------
    InputError
        With everything that is wrong in any of them.
    """
    found, problems = sound_packs_of(folder)
    raise_all(problems)
    return found


def sound_packs_of(folder: CityFolder) -> tuple[dict[str, Pack], list[Problem]]:
    """Return the packs of a city as far as they are sound, and everything that is wrong with the others."""
    own = [pack for pack in folder.city.packs if is_own(folder, pack)]
    needed = {*folder.city.packs, *(wanted for pack in own for wanted in _requires(folder, pack))} - {*own}
    known = installed(sorted(needed & {*shipped_ids()}))
    others = [pack for pack in folder.city.packs if pack not in own and pack not in known]
    problems = [_unknown(pack, folder) for pack in others]
    waiting = list(own)
    while waiting:
        ready = [pack for pack in waiting if not set(_requires(folder, pack)) & set(waiting) - {pack}]
        for pack in ready or waiting:  # those that require each other in a circle say so themselves
            try:
                known[pack] = read_somebodys(folder.path / FOLDER / pack, f"{FOLDER}/{pack}", known)
            except InputError as error:
                problems += error.problems
        waiting = [pack for pack in waiting if pack not in (ready or waiting)]
    return with_required((*BUILT_IN, *folder.city.packs), known), problems


def is_own(folder: CityFolder, pack: str) -> bool:
    """Tell whether a pack lies in the folder of the city itself."""
    return is_pack_id(pack) and (folder.path / FOLDER / pack).is_dir()


def _requires(folder: CityFolder, pack: str) -> tuple[str, ...]:
    manifest, _ = read_manifest(read_files(folder.path / FOLDER / pack, pack).manifest, pack)
    return manifest.requires if manifest else ()


def _unknown(pack: str, folder: CityFolder) -> Problem:
    remedy = f"Add it again from its folder or zip, or run `almena pack remove DIR {pack}`."
    why = "it neither comes with Almena nor lies in the folder of the city"
    return Problem(f"The pack {pack} of the city is not there", str(folder.path / CITY_FILE), why, remedy)


def list_packs(directory: Path | None, language: str = "") -> dict[str, Any]:
    """
    Return all packs that come with Almena, and those of a city.

    Parameters
    ----------
    directory : Path, optional
        The city folder.
    language : str
        Language of titles and notes; that of each pack's tables when empty.

    Returns
    -------
    dict
        ``{packs, problems}``; each pack as `summary` tells it, with ``from`` (``almena`` or ``city``) and, of a city,
        ``installed`` (``always``, ``added``, ``required`` or empty).
    """
    if directory is None:
        rows = [summary(pack, language) | {"from": ALMENA} for pack in shipped_packs().values()]
        return {"packs": rows, "problems": []}
    with CityFolder.open(directory) as folder:
        found, problems = sound_packs_of(folder)
        everything = {**shipped_packs(), **found}
        rows = [
            summary(pack, language)
            | {
                "from": CITY if is_own(folder, pack.id) else ALMENA,
                "installed": _state(pack.id, folder, found),
            }
            for pack in everything.values()
        ]
    return {"packs": rows, "problems": [p.as_dict() for p in problems]}


def _state(pack: str, folder: CityFolder, found: Mapping[str, Pack]) -> str:
    if pack in BUILT_IN:
        return ALWAYS
    if pack in folder.city.packs:
        return ADDED
    return REQUIRED if pack in found else NOT_INSTALLED


def summary(pack: Pack, language: str = "") -> dict[str, Any]:
    """
    Return what a person wants to know of a pack before using it.

    Parameters
    ----------
    pack : Pack
        The pack.
    language : str
        Language of its title and notes; that of its tables when empty.

    Returns
    -------
    dict
        The manifest's fields, ``rows`` (translations not counted), ``tables`` (rows of each) and ``letters`` (rows of
        each letter of confidence).
    """
    notes = notes_of(pack, language)
    told = vars(pack.manifest) | {"title": pack_text(pack, PACK, pack.id, "title", language), "notes": notes}
    rows = {table: len(found) for table, found in pack.tables.items() if table in table_forms()}
    letters = Counter(
        row["confidence"] for table in rows for row in pack.table(table) if row.get("confidence")
    )
    counted = {"rows": sum(rows.values()), "tables": rows, "letters": dict(sorted(letters.items()))}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in told.items()} | counted


def check_pack(source: str, directory: Path | None = None, language: str = "") -> dict[str, Any]:
    """
    Check a pack without adding it.

    Parameters
    ----------
    source : str
        A folder or zip, or the id of one that comes with Almena.
    directory : Path, optional
        The city folder whose packs it may require and must not contradict.
    language : str
        Language of its title and notes; that of its tables when empty.

    Returns
    -------
    dict
        ``{pack, sound, problems}``; ``pack`` is its `summary`, or None when it cannot be read.

    Raises
    ------
    InputError
        When nothing is there, or its zip is unsafe.
    """
    if directory is None:
        known = shipped_packs()
        others = with_required(BUILT_IN, known)
    else:
        with CityFolder.open(directory) as folder:
            others = packs_of(folder)
            known = {**shipped_packs(), **others}
    try:
        with taken(source, known) as (pack, _):
            found: Pack | None = pack
            problems = list(clashes(pack, others.values()))
    except _WrongPackError as error:
        found, problems = None, list(error.problems)
    return {
        "pack": summary(found, language) if found else None,
        "sound": not problems,
        "problems": [p.as_dict() for p in problems],
    }


class _WrongPackError(InputError):
    """A pack that is there and can be opened, but is wrong."""


@contextmanager
def taken(source: str, known: Mapping[str, Pack]) -> Iterator[tuple[Pack, Path | None]]:
    """Hand over a pack and, when it is somebody's, its folder."""
    if source in shipped_ids():
        yield shipped_pack(source), None
        return
    with opened(source) as (place, name):
        try:
            pack = read_somebodys(place, name, known)
        except InputError as error:
            raise _WrongPackError(*error.problems) from error
        yield pack, place
