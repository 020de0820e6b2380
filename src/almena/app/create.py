"""Make a city folder from a kit, and the demonstration."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from almena.app.profile import Profile, Session, profile
from almena.app.settings import Settings
from almena.app.supply import keep_all
from almena.gather.kit import load_kit
from almena.gather.kit_write import write_kit
from almena.model.kit import Kit
from almena.model.problem import InputError, Problem
from almena.store.folder import CityFolder, is_city

DEMO, TOY = "porto-alegre", "toy"


def new_city(path: Path, kit: str | Path, settings: Settings) -> list[Problem]:
    """
    Make an empty city folder and fill it from a kit: its files are found, checked and kept.

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
        _refuse_empty_handed(found, settings)
        with CityFolder.create(
            path, found.name, found.languages, id=found.id, country=found.country, crs=found.crs
        ) as folder:
            return fill(folder, found, settings)


def _generated(working: Path) -> Kit:
    """Generate the city that needs no files; its writers are loaded only then."""
    from almena.gather.toy import materialise_kit

    return materialise_kit(TOY, working)


def fill(folder: CityFolder, kit: Kit, settings: Settings) -> list[Problem]:
    """Keep a kit and the bytes of its files in a city folder; return what could not be used."""
    try:
        with folder.lock(what="new", at=settings.clock()):
            write_kit(kit, folder.kit)
            located = keep_all(kit, settings.mirror, folder.snapshots)
    except BaseException:
        folder.close()
        shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return [found.problem for found in located if found.problem is not None]


def _refuse_empty_handed(kit: Kit, settings: Settings) -> None:
    """Say at once when none of a kit's files can be found, instead of making an empty city."""
    from almena.gather.mirror import find_files

    located = find_files(kit, settings.mirror, None)
    if located and not any(found.is_usable for found in located):
        where = str(settings.mirror) if settings.mirror else "no mirror was named"
        raise InputError(
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
    if not is_city(path):
        try:
            settings.progress(f"Making the city folder {path}")
            new_city(path, kit, settings)
        except InputError as error:
            if not error.problems[0].what.startswith("None of the"):
                raise
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
