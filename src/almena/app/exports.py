"""Write what a city knows in the formats that people use."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from almena.app.city_kit import read_city_kit
from almena.app.material import load_content, make_material
from almena.app.places import build_places
from almena.app.settings import Settings
from almena.app.supply import FileSupply, keep_all
from almena.app.targets import check_target
from almena.measure.runner import Runner
from almena.measure.self_tests import run_self_tests
from almena.model.kit import Kit
from almena.model.problem import InputError, Problem, StoreError
from almena.packs import load_roles
from almena.publish.material import CITY_EDITION, PUBLIC_EDITION, Material
from almena.publish.records import write_csv, write_json
from almena.publish.report import write_report
from almena.store.folder import CityFolder
from almena.store.observations import current
from almena.store.runs import DONE, Run, last_run

FORMATS = ("html", "csv", "json", "zip")
LATER = ("xlsx", "gpkg", "pdf", "docx")
EDITIONS = (PUBLIC_EDITION, CITY_EDITION)
UNIX, READABLE = 3, 0o100644  # in a zip: the system whose permissions follow, and a file that all may read


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
        ``html`` (a folder), ``csv``, ``json`` or ``zip`` (all three together).
    out : Path
        Where to write.
    edition : str
        ``public`` or ``city``.
    city_roles : iterable of str
        Roles whose features the city edition may name.
    settings : Settings
        Clock and progress.

    Raises
    ------
    InputError
        When format, edition or role are unknown, nothing was measured yet, or something else is in the way.
    StoreError
        When the file cannot be written; a half-written one is removed.
    """
    named = tuple(city_roles)
    _refuse_unknown(format, edition, named)
    with CityFolder.open(path) as folder:
        check_target(folder.path, format, out)
        run = last_run(folder.engine, DONE)
        if run is None:
            remedy = "Run `almena profile` first."
            raise InputError(
                Problem("Nothing was measured yet", str(path), "the city has no finished run", remedy)
            )
        kit = read_city_kit(folder)
        supply = FileSupply(keep_all(kit, None, folder.snapshots), load_roles(), {})
        try:
            material = _material(folder, kit, supply, edition, named, run)
            settings.progress(f"Writing {out}")
            return Export(_write(material, format, out))
        except OSError as error:
            raise StoreError(_cannot_write(out, error)) from error
        finally:
            supply.close()


def _refuse_unknown(format: str, edition: str, city_roles: tuple[str, ...]) -> None:  # noqa: A002
    problems = []
    if format in LATER:
        why = "this version writes " + ", ".join(FORMATS)
        problems.append(
            Problem(f"The format {format} is not part of this version", format, why, "Choose one of them.")
        )
    elif format not in FORMATS:
        problems.append(
            Problem(f"There is no format {format}", format, "", f"Choose one of: {', '.join(FORMATS)}.")
        )
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
    if problems:
        raise InputError(*problems)


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
    )


def _write(material: Material, format: str, out: Path) -> Path:  # noqa: A002
    if format == "html":
        return write_report(material, out)
    out.parent.mkdir(parents=True, exist_ok=True)
    if format == "csv":
        return write_csv(material, out)
    if format == "json":
        return write_json(material, out)
    return _write_zip(material, out)


def _write_zip(material: Material, out: Path) -> Path:
    """Put report, table and JSON into one file whose entries carry the day of the run: equal runs, equal bytes."""
    with tempfile.TemporaryDirectory(prefix="almena-zip-", dir=out.parent) as working:
        base = Path(working) / material.city
        write_report(material, base / "report")
        write_csv(material, base / "observations.csv")
        write_json(material, base / "observations.json")
        packed = Path(working) / "packed.zip"
        year, month, day = (int(part) for part in material.run_date.split("-"))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(base.rglob("*")):
                if file.is_file():
                    info = zipfile.ZipInfo(file.relative_to(working).as_posix(), (year, month, day, 0, 0, 0))
                    info.compress_type = zipfile.ZIP_DEFLATED
                    info.create_system, info.external_attr = UNIX, READABLE << 16
                    archive.writestr(info, file.read_bytes())
        packed.replace(out)
    return out


def _cannot_write(out: Path, error: OSError) -> Problem:
    why = error.strerror or str(error)
    return Problem(
        "The output cannot be written", str(out), why, "Check the folder, its permissions and the disk."
    )
