"""Adding packs to a city and removing them: no stored row changes by either."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from almena.app.city_kit import at_work
from almena.app.pack_sources import opened, read_somebodys
from almena.app.packs import FOLDER, is_own, packs_of, sound_packs_of, summary, taken
from almena.app.settings import Settings
from almena.model.pack import Pack
from almena.model.problem import InputError, Problem, raise_all
from almena.model.statement import ANSWER, DECISION
from almena.packs.pack_clashes import clashes
from almena.packs.pack_format import did_you_mean
from almena.packs.pack_manifest import MANIFEST, read_manifest
from almena.packs.pack_reading import Draft, files_of, read_files
from almena.packs.packs import BUILT_IN, shipped_packs, with_required
from almena.publish.atomic import new_folder
from almena.store.city_toml import CITY_FILE, read_city
from almena.store.folder import CityFolder
from almena.store.statements import standing


def add_pack(directory: Path, source: str, settings: Settings) -> dict[str, Any]:
    """
    Add a pack to a city; one that does not come with Almena is copied into its folder.

    Parameters
    ----------
    directory : Path
        The city folder.
    source : str
        Id of a pack that comes with Almena, or a folder or zip.
    settings : Settings
        Clock; language of its title and notes.

    Returns
    -------
    dict
        ``{pack, changed, packs, required, answers}``: its `summary`; whether anything changed; the ids that the city
        names now; what came along because the pack requires it; answers of earlier days that count again.

    Raises
    ------
    InputError
        With everything that is wrong in it or contradicts the packs of the city; nothing is changed then.
    StoreError
        When the folder cannot be written; nothing is half-made then.
    """
    with _at_work(directory, settings) as folder:
        present = packs_of(folder)
        known = {**shipped_packs(), **present}
        with taken(source, known) as (pack, place):
            come = with_required([pack.id], {**known, pack.id: pack})
            _refuse_to_break(folder, come, present)
            changed = place is not None and _copy_in(place, pack, folder)
        if pack.id not in (*BUILT_IN, *folder.city.packs):
            folder = folder.change(packs=(*folder.city.packs, pack.id))
            changed = True
        return {
            "pack": summary(pack, settings.language),
            "changed": changed,
            "packs": list(folder.city.packs),
            "required": [p for p in come if p != pack.id and p not in present],
            "answers": _answers_under(folder, _questions(pack)),
        }


def _refuse_to_break(folder: CityFolder, come: Mapping[str, Pack], present: Mapping[str, Pack]) -> None:
    """Refuse what contradicts the packs of the city, or takes away what one of them refers to."""
    problems = [clash for pack in come.values() for clash in clashes(pack, present.values())]
    known = {**shipped_packs(), **present, **come}
    for other in present.values():
        if set(other.manifest.requires) & set(come) and is_own(folder, other.id):
            try:
                read_somebodys(folder.path / FOLDER / other.id, f"{FOLDER}/{other.id}", known)
            except InputError as error:
                problems += error.problems
    raise_all(problems)


def _copy_in(place: Path, pack: Pack, folder: CityFolder) -> bool:
    """Put the files of a pack into the city as a whole; tell whether they are others than before."""
    target = folder.path / FOLDER / pack.id
    files = dict(files_of(place, Draft(pack.id)))
    if target.is_dir() and dict(files_of(target, Draft(pack.id))) == files:
        return False
    with new_folder(target) as fresh:
        for name, content in files.items():
            (fresh / name).write_bytes(content)
    return True


def remove_pack(directory: Path, source: str, settings: Settings) -> dict[str, Any]:
    """
    Remove a pack from a city; answers given under it stay and are listed.

    Parameters
    ----------
    directory : Path
        The city folder.
    source : str
        Id of the pack, or the folder or zip that it was added from.
    settings : Settings
        Clock.

    Returns
    -------
    dict
        ``{pack, packs, still_required_by, answers}``: its id; the ids that the city names now; packs of the city that
        still require it; the answers given under it.

    Raises
    ------
    InputError
        When the city has not added it, it is the method itself, or another pack of the city needs its copy.
    StoreError
        When the folder cannot be written.
    """
    with _at_work(directory, settings) as folder:
        identity = _identity(source, folder)
        present, _ = sound_packs_of(folder)
        needed_by = [p.id for p in present.values() if identity in p.manifest.requires]
        if needed_by and is_own(folder, identity):
            why, remedy = f"required by {', '.join(needed_by)}", f"Remove {needed_by[0]} first."
            raise InputError(Problem(f"The pack {identity} is needed by others", identity, why, remedy))
        pack = present.get(identity)
        answers = _answers_under(folder, _questions(pack) if pack else None, f"{identity}.")
        changed = folder.change(packs=tuple(p for p in folder.city.packs if p != identity))
        if is_own(folder, identity):
            _clear_away(folder.path / FOLDER / identity)
        return {
            "pack": identity,
            "packs": list(changed.city.packs),
            "still_required_by": needed_by,
            "answers": answers,
        }


def _identity(source: str, folder: CityFolder) -> str:
    """Return the id of the pack that a person wants to remove."""
    if source in BUILT_IN:
        why, remedy = "it is part of the method that every city follows", "Nothing needs to be done."
        raise InputError(Problem(f"The pack {source} cannot be removed", source, why, remedy))
    if source not in folder.city.packs and Path(source).exists():
        with opened(source) as (place, name):
            manifest, _ = read_manifest(read_files(place, name).manifest, f"{name}/{MANIFEST}")
            source = manifest.id if manifest else source
    if source not in folder.city.packs:
        have = f"It has added: {', '.join(folder.city.packs) or 'none'}."
        remedy = did_you_mean(source, folder.city.packs, have)
        raise InputError(Problem(f"The city has not added the pack {source}", str(folder.path), "", remedy))
    return source


def _clear_away(place: Path) -> None:
    """Remove the copy of a pack that the city no longer names; what the disk keeps stands in nobody's way."""
    aside = place.with_name(f".{place.name}-old")
    shutil.rmtree(aside, ignore_errors=True)
    place.replace(aside)
    shutil.rmtree(aside, ignore_errors=True)
    if not any(place.parent.iterdir()):
        place.parent.rmdir()


@contextmanager
def _at_work(directory: Path, settings: Settings) -> Iterator[CityFolder]:
    """Hold a city as its only writer, with its file read anew: somebody may have changed it before."""
    with CityFolder.open(directory) as folder, at_work(folder, "packs", settings.clock()):
        yield replace(folder, city=read_city(folder.path / CITY_FILE))


def _questions(pack: Pack) -> frozenset[str]:
    return frozenset(row["id"] for row in pack.table("questions"))


def _answers_under(
    folder: CityFolder, questions: Iterable[str] | None, prefix: str = ""
) -> list[dict[str, str]]:
    """Return who answered which question of a pack; of one that cannot be read any more, those that begin like it."""
    known = None if questions is None else set(questions)
    said = [s for kind in (ANSWER, DECISION) for s in standing(folder.engine, kind=kind)]
    return [
        {
            "question": s.statement.key,
            "kind": s.statement.kind,
            "voice": s.statement.voice,
            "by": s.by,
            "at": s.recorded_at,
        }
        for s in said
        if (s.statement.key.startswith(prefix) if known is None else s.statement.key in known)
    ]
