"""Write what a city knows in the formats that people use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from almena.app.city_kit import has_only_answers, read_city_kit
from almena.app.diagnose import case_of
from almena.app.material import load_content, make_material
from almena.app.packs import sound_packs_of
from almena.app.places import build_places, unmapped_place
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
from almena.publish.exporters import FILE, Exporter, exporter_named, installed_exporters, write_edition
from almena.publish.material import CITY_EDITION, PUBLIC_EDITION, Material
from almena.publish.sitting import one_sitting
from almena.store.folder import CityFolder
from almena.store.observations import current
from almena.store.runs import DONE, Run, last_run

EDITIONS = (PUBLIC_EDITION, CITY_EDITION)
ENDINGS = ("pdf", "docx")


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
    (written,) = _write_all(path, [(exporter, out)], edition, named, settings)
    return Export(written)


def write_documents(path: Path, out: Path, *, edition: str, settings: Settings) -> list[Path]:
    """
    Write the two documents of the method, each as page, PDF and DOCX.

    Parameters
    ----------
    path : Path
        The city folder.
    out : Path
        Folder to write them into; made when it is not there.
    edition : str
        ``public`` or ``city``.
    settings : Settings
        Clock, progress and language.

    Returns
    -------
    list of Path
        What was written; a format that is not installed is left out.

    Raises
    ------
    InputError
        When the edition or language is unknown, or something else is in the way.
    StoreError
        When a file cannot be written.
    """
    documents = {name: e for name, e in sorted(installed_exporters()[0].items()) if e.needs_case}
    wanted = [(_checked(name, edition, ()), out / _file_name(name)) for name in documents]
    return _write_all(path, wanted, edition, (), settings)


def _file_name(format: str) -> str:  # noqa: A002
    """Return ``diagnosis.pdf`` for the format ``diagnosis-pdf``."""
    stem, dash, ending = format.rpartition("-")
    return f"{stem}.{ending}" if dash and ending in ENDINGS else format


def _write_all(
    path: Path,
    wanted: Sequence[tuple[Exporter, Path]],
    edition: str,
    named: tuple[str, ...],
    settings: Settings,
) -> list[Path]:
    """Write one city in several formats, read once."""
    if settings.language:
        language_of(settings.language)
    with CityFolder.open(path) as folder:
        for exporter, out in wanted:
            check_target(folder.path, exporter.makes, out)
        run = last_run(folder.engine, DONE)
        if run is None and not all(exporter.needs_case for exporter, _ in wanted):
            remedy = "Run `almena profile` first."
            raise InputError(
                Problem("Nothing was measured yet", str(path), "the city has no finished run", remedy)
            )
        settings.progress("Reading the city")
        kit = _kit(folder, wanted)
        supply = FileSupply(keep_all(kit, None, folder.snapshots), load_roles(), {})
        language = settings.language or first_spoken(kit.languages)
        try:
            material = _material(folder, kit, supply, edition, named, run, settings)
            if any(exporter.needs_case for exporter, _ in wanted):
                material = replace(material, case=case_of(folder, material.run_date, language))
            with speaking(language), one_sitting():
                return [_write_one(exporter, material, out, settings) for exporter, out in wanted]
        finally:
            supply.close()


def _kit(folder: CityFolder, wanted: Sequence[tuple[Exporter, Path]]) -> Kit:
    """Return the kit; one without files for a city begun at the front door, whose answers fill both documents."""
    if has_only_answers(folder) and all(exporter.needs_case for exporter, _ in wanted):
        city = folder.city
        return Kit(city.id, city.name, city.country, city.crs, city.languages, (), folder.kit)
    return read_city_kit(folder)


def _write_one(exporter: Exporter, material: Material, out: Path, settings: Settings) -> Path:
    settings.progress(f"Writing {out}")
    try:
        if exporter.makes == FILE:
            out.parent.mkdir(parents=True, exist_ok=True)
        return write_edition(exporter, material, out)
    except OSError as error:
        raise StoreError(_cannot_write(out, error)) from error


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
    run: Run | None,
    settings: Settings,
) -> Material:
    """Gather what the last run said: its day, its problems and its notes, around what is current now."""
    if run is not None:
        started = run.started
        settings = Settings(clock=lambda: started)
    content, _ = load_content()
    places = build_places(supply, kit)[0] if kit.files else unmapped_place(kit)
    runner = Runner(content, places, supply, settings.today)
    standing = [o for o in current(folder.engine) if o.observation.indicator in content.cards]
    packs, _ = sound_packs_of(folder) if folder.city.packs else ({}, [])
    return make_material(
        kit,
        runner,
        standing,
        settings=settings,
        sources=supply.sources,
        self_tests=run_self_tests([o.shown for o in standing], places, content.cards),
        problems=run.problems if run else (),
        notes=run.notes if run else (),
        edition=edition,
        city_roles=city_roles,
        packs=packs,
        views=folder.city.packs,
        pressing=pressing_in(folder.engine),
    )


def _cannot_write(out: Path, error: OSError) -> Problem:
    why = error.strerror or str(error)
    return Problem(
        "The output cannot be written", str(out), why, "Check the folder, its permissions and the disk."
    )
