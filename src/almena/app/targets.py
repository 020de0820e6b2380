"""Where an export may be written: never over what people or the city itself keep there."""

from __future__ import annotations

from pathlib import Path

from almena.model.problem import InputError, Problem
from almena.publish.exporters import FOLDER, installed_exporters

REPORT_HOLDS = frozenset({"index.html", "observations.csv", "maps", "fonts"})
"""What a report's folder holds, and nothing else: only such a folder is replaced."""


def check_target(city: Path, makes: str, out: Path) -> None:
    """
    Refuse a place whose content an export would destroy.

    Parameters
    ----------
    city : Path
        The city folder.
    makes : str
        ``folder`` or ``file``.
    out : Path
        Where to write.

    Raises
    ------
    InputError
        When something else is there, or the place belongs to the city folder.
    """
    why = _inside(city.resolve(), out.resolve()) or (_no_folder(out) if makes == FOLDER else _no_file(out))
    if why:
        remedy = f"Give the name of a new {makes} outside the city folder."
        raise InputError(Problem("The output cannot be written here", str(out), why, remedy))


def _inside(city: Path, out: Path) -> str:
    own = city / "reports"
    if city == out or city.is_relative_to(out):
        return "the city folder itself lies there"
    kept = [
        own,
        *(city / exporter.each_run for exporter in installed_exporters()[0].values() if exporter.each_run),
    ]
    if not out.is_relative_to(city) or (out.is_relative_to(own) and out not in kept):
        return ""
    return "that place in the city folder is kept by Almena"


def _no_folder(out: Path) -> str:
    if not out.exists():
        return ""
    if not out.is_dir():
        return "there is a file, and a report is a folder"
    strangers = sorted(p.name for p in out.iterdir() if p.name not in REPORT_HOLDS)
    if not strangers:
        return ""
    return f"the folder holds what is not of a report: {', '.join(strangers[:3])}"


def _no_file(out: Path) -> str:
    return "there is a folder, and this format is a file" if out.is_dir() else ""
