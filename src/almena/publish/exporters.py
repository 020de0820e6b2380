"""The formats that a city can be written in: built-ins and plugins through the same door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from almena.model.problem import InputError, Problem
from almena.publish.book import edition_of
from almena.publish.material import Material
from almena.publish.records import write_csv, write_json
from almena.publish.report import write_report

GROUP = "almena.exporters"
FILE, FOLDER = "file", "folder"


def anything(_: Material) -> bool:
    """Hold for every material: most formats can be written of any city."""
    return True


@dataclass(frozen=True)
class Exporter:
    """
    One format that a city can be written in.

    Parameters
    ----------
    name : str
        As given to `almena export`.
    title : str
        What a person gets, in a few words.
    write : callable
        Writes a material, already cut to its edition, to a file or folder; returns what to open. It writes under a
        temporary name first, takes its clock from the material only, and gives the same bytes for the same run.
    makes : str
        ``file`` or ``folder``.
    each_run : str
        Where each profile writes it, relative to the city folder; empty when only on demand.
    in_zip : str
        Its name inside the zip file that holds everything; empty when it is not part of it.
    can_hold : callable
        Tells whether a material has anything for this format; where not, the zip file goes without it.
    needs_case : bool
        Whether it tells what the city entered: registers, answers and their diagnosis; such a format can be written
        before anything was measured.
    after : str
        Name of the exporter whose file this one looks for, so that it waits for it.
    """

    name: str
    title: str
    write: Callable[[Material, Path], Path]
    makes: str = FILE
    each_run: str = ""
    after: str = ""
    in_zip: str = ""
    can_hold: Callable[[Material], bool] = anything
    needs_case: bool = False


HTML = Exporter(
    "html", "the report as a folder of pages", write_report, FOLDER, "reports/html", in_zip="report"
)
CSV = Exporter("csv", "all values as one table", write_csv, in_zip="observations.csv")
JSON = Exporter("json", "all values with their sources", write_json, in_zip="observations.json")


def installed_exporters() -> tuple[dict[str, Exporter], list[Problem]]:
    """
    Load the exporters of all installed packages through their entry points.

    Returns
    -------
    exporters : dict of str to Exporter
        By name; the first of two with the same name wins.
    problems : list of Problem
        Those that cannot be loaded, with the package that is absent.
    """
    found: dict[str, Exporter] = {}
    problems: list[Problem] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        try:
            exporter = entry.load()
        except ModuleNotFoundError as error:
            problems.append(_without(entry.name, error.name or str(error)))
            continue
        except Exception as error:  # noqa: BLE001 - a stranger's plugin may fail in any way
            why = f"{entry.value}: {type(error).__name__}: {error}"
            problems.append(Problem(f"The exporter {entry.name} cannot be loaded", entry.name, why))
            continue
        found.setdefault(exporter.name, exporter)
    return found, problems


def exporter_named(name: str) -> Exporter:
    """
    Return an exporter by the name of its format.

    Raises
    ------
    InputError
        When there is none, or what it needs is not installed.
    """
    found, problems = installed_exporters()
    if name in found:
        return found[name]
    lacking = [p for p in problems if p.where == name]
    known = ", ".join(sorted(found))
    raise InputError(
        *(lacking or [Problem(f"There is no format {name}", name, "", f"Choose one of: {known}.")])
    )


def write_edition(exporter: Exporter, material: Material, out: Path) -> Path:
    """
    Write a material in one format, cut to its edition first, so that nothing withheld can slip through.

    Raises
    ------
    AlmenaError
        When the place cannot be written; what was there before is then still there.
    """
    return exporter.write(edition_of(material), out)


def _without(name: str, package: str) -> Problem:
    remedy = "Install it with: pip install 'almena[reports]'"
    return Problem(f"The format {name} is not installed", name, f"the package {package} is absent", remedy)
