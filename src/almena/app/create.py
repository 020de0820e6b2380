"""Make a city folder from a kit, and the demonstration."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from almena.app.city_kit import at_work, has_only_answers, is_made, put_city_kit
from almena.app.profile import Profile, Session, profile
from almena.app.settings import Settings
from almena.app.supply import keep_all
from almena.gather.kit import load_kit
from almena.model.kit import Kit
from almena.model.problem import InputError, Problem
from almena.store.folder import CityFolder, is_city

DEMO, TOY = "porto-alegre", "toy"


class NothingFoundError(InputError):
    """A kit none of whose files can be found."""


def new_city(path: Path, kit: str | Path, settings: Settings) -> list[Problem]:
    """
    Make an empty city folder and fill it from a kit: its files are found, checked and kept.

    A folder that an interrupted call left unfinished is finished.

    Parameters
    ----------
    path : Path
        Where to make it.
    kit : str or Path
        Name of a built-in kit, or a folder, ``kit.toml`` or zip.
    settings : Settings
        Mirror and clock.

    Returns
    -------
    list of Problem
        Declared files that could not be used.

    Raises
    ------
    InputError
        When the kit or the place cannot be used.
    StoreError
        When the folder cannot be written; nothing half-made stays.
    """
    with tempfile.TemporaryDirectory(prefix="almena-kit-") as working:
        found = _generated(Path(working)) if str(kit) == TOY else load_kit(kit)
        found = replace(found, folder=found.folder.absolute())  # as it is before any folder changes
        _refuse_here(path)
        _refuse_empty_handed(found, settings)
        half_made = is_city(path) and not is_made(path)
        with _continued(path, found) if half_made else _begun(path, found) as folder:
            return _fill(folder, replace(found, id=folder.city.id), settings, may_remove=not half_made)


def _generated(working: Path) -> Kit:
    """Generate the city that needs no files; its writers are loaded only then."""
    from almena.gather.toy import materialise_kit

    return materialise_kit(TOY, working)


def _begun(path: Path, kit: Kit) -> CityFolder:
    return CityFolder.create(path, kit.name, kit.languages, id=kit.id, country=kit.country, crs=kit.crs)


def _continued(path: Path, kit: Kit) -> CityFolder:
    """Open a city that was never finished, when it is the one that the kit speaks of or has no files yet."""
    folder = CityFolder.open(path)
    if folder.city.id == kit.id:
        return folder
    if has_only_answers(folder):
        return folder.change(name=kit.name, country=kit.country, crs=kit.crs, languages=kit.languages)
    folder.close()
    raise InputError(
        Problem(
            "A city folder cannot be made here",
            str(path),
            f"there is a city {folder.city.id!r} whose making was cut short, and the kit is of {kit.id!r}",
            "Give its own kit to finish it, or another name; or remove the folder.",
        )
    )


def _fill(folder: CityFolder, kit: Kit, settings: Settings, *, may_remove: bool) -> list[Problem]:
    """Keep the bytes of a kit's files in a city folder, then the kit; return what could not be used."""
    is_ours = False
    try:
        with at_work(folder, "new", settings.clock()):
            is_ours = may_remove
            located = keep_all(kit, settings.mirror, folder.snapshots)
            put_city_kit(kit, folder)
    except Exception:
        folder.close()
        if is_ours:
            shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return [found.problem for found in located if found.problem is not None]


def _refuse_here(path: Path) -> None:
    """Refuse the folder that the program runs in: a new folder takes its place, and the shell would lose it."""
    if path.is_dir() and path.samefile(Path.cwd()) and not is_city(path):
        remedy = "Give the name of a new folder, or go up one folder and name this one."
        why = "it is the folder that you are in"
        raise InputError(Problem("A city folder cannot be made here", str(path.absolute()), why, remedy))


def _refuse_empty_handed(kit: Kit, settings: Settings) -> None:
    """Say at once when none of a kit's files can be found, instead of making an empty city."""
    from almena.gather.mirror import find_files

    located = find_files(kit, settings.mirror, None)
    if located and not any(found.is_usable for found in located):
        where = str(settings.mirror) if settings.mirror else "no mirror was named"
        raise NothingFoundError(
            Problem(
                f"None of the {len(located)} files of the kit {kit.id} was found",
                where,
                located[0].problem.why if located[0].problem else "",
                f"Name a folder with --mirror or ALMENA_MIRROR, or run `almena kit fetch {kit.id}`; "
                "`almena demo` falls back on a generated city.",
            )
        )


def demo(path: Path, settings: Settings, kit: str = DEMO) -> tuple[Profile, list[Problem]]:
    """
    Do the main job on the demonstration city; on the generated city when its files are nowhere to be found.

    Parameters
    ----------
    path : Path
        The city folder; an existing one is brought up to date.
    settings : Settings
        Mirror, clock, progress.
    kit : str
        Name of the kit.

    Returns
    -------
    Profile
        The profile.
    list of Problem
        What is worth knowing about how the city was made.
    """
    notes: list[Problem] = []
    if not is_made(path):
        try:
            settings.progress(f"Making the city folder {path}")
            new_city(path, kit, settings)
        except NothingFoundError as error:
            notes = [
                Problem(
                    "The files of the demonstration city were not found: a generated city is shown instead",
                    error.problems[0].where,
                    "",
                    "Name the folder that holds them with --mirror or ALMENA_MIRROR.",
                )
            ]
            new_city(path, TOY, settings)
    return profile(path, settings, Session()), notes
