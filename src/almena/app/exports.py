"""Write what a city knows in the formats that people use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from almena.app.city_kit import read_city_kit
from almena.app.material import load_content, make_material
from almena.app.places import build_places
from almena.app.settings import Settings
from almena.app.start import pressing_in
from almena.app.supply import FileSupply, keep_all
from almena.app.targets import check_target
from almena.measure.runner import Runner
from almena.measure.self_tests import run_self_tests
from almena.model.kit import Kit
from almena.model.problem import InputError, Problem, StoreError
from almena.packs import load_roles
from almena.packs.language import first_spoken, language_of, speaking
from almena.publish.exporters import FILE, Exporter, exporter_named, write_edition
from almena.publish.material import CITY_EDITION, PUBLIC_EDITION, Material
from almena.store.folder import CityFolder
from almena.store.observations import current
from almena.store.runs import DONE, Run, last_run

EDITIONS = (PUBLIC_EDITION, CITY_EDITION)


@dataclass(frozen=True)
class Export:
    """
    What was written.

    Parameters
    ----------
    path : Path
        The file, or the first page of a folder.
    notes : tuple of Problem
        What is worth knowing about it.
    """

    path: Path
    notes: tuple[Problem, ...] = ()


def export(
    path: Path,
    format: str,  # noqa: A002
    out: Path,
    *,
    edition: str,
    city_roles: Iterable[str],
    settings: Settings,
) -> Export:
    """
    Write a city in one format.

    Parameters
    ----------
    path : Path
        The city folder.
    format : str
        Name of an installed exporter, such as ``html`` or ``csv``.
    out : Path
        Where to write.
    edition : str
        ``public`` or ``city``.
    city_roles : iterable of str
        Roles whose features the city edition may name.
    settings : Settings
        Clock and progress, and the language when it is not the city's own.

    Raises
    ------
    InputError
        When format, edition, role or language are unknown, nothing was measured yet, or something else is in the way.
    StoreError
        When the file cannot be written; a half-written one is removed.
    """
    named = tuple(city_roles)
    exporter = _checked(format, edition, named)
    if settings.language:
        language_of(settings.language)
    with CityFolder.open(path) as folder:
        check_target(folder.path, exporter.makes, out)
        run = last_run(folder.engine, DONE)
        if run is None:
            remedy = "Run `almena profile` first."
            raise InputError(
                Problem("Nothing was measured yet", str(path), "the city has no finished run", remedy)
            )
        settings.progress("Reading the city")
        kit = read_city_kit(folder)
        supply = FileSupply(keep_all(kit, None, folder.snapshots), load_roles(), {})
        try:
            material = _material(folder, kit, supply, edition, named, run)
            settings.progress(f"Writing {out}")
            if exporter.makes == FILE:
                out.parent.mkdir(parents=True, exist_ok=True)
            with speaking(settings.language or first_spoken(kit.languages)):
                return Export(write_edition(exporter, material, out))
        except OSError as error:
            raise StoreError(_cannot_write(out, error)) from error
        finally:
            supply.close()


def _checked(format: str, edition: str, city_roles: tuple[str, ...]) -> Exporter:  # noqa: A002
    """Return the exporter of a format, or refuse the wish with all that is wrong with it."""
    problems: list[Problem] = []
    exporter = None
    try:
        exporter = exporter_named(format)
    except InputError as error:
        problems += error.problems
    if edition not in EDITIONS:
        problems.append(Problem(f"There is no edition {edition}", edition, "", "Choose public or city."))
    if edition == PUBLIC_EDITION and city_roles:
        why, remedy = (
            "the public edition names no feature of any role",
            "Add --edition city, or leave it out.",
        )
        problems.append(Problem("--name-role is of the city edition", ", ".join(city_roles), why, remedy))
    for role in city_roles:
        if role not in load_roles():
            problems.append(
                Problem(f"There is no role {role}", role, "", "Roles are listed in the report's sources.")
            )
    if problems or exporter is None:
        raise InputError(*problems)
    return exporter


def _material(
    folder: CityFolder,
    kit: Kit,
    supply: FileSupply,
    edition: str,
    city_roles: tuple[str, ...],
    run: Run,
) -> Material:
    """Gather what the last run said: its day, its problems and its notes, around what is current now."""
    settings = Settings(clock=lambda: run.started)
    content, _ = load_content()
    places, _ = build_places(supply, kit)
    runner = Runner(content, places, supply, settings.today)
    standing = [o for o in current(folder.engine) if o.observation.indicator in content.cards]
    return make_material(
        kit,
        runner,
        standing,
        settings=settings,
        sources=supply.sources,
        self_tests=run_self_tests([o.shown for o in standing], places, content.cards),
        problems=run.problems,
        notes=run.notes,
        edition=edition,
        city_roles=city_roles,
        pressing=pressing_in(folder.engine),
    )


def _cannot_write(out: Path, error: OSError) -> Problem:
    why = error.strerror or str(error)
    return Problem(
        "The output cannot be written", str(out), why, "Check the folder, its permissions and the disk."
    )
