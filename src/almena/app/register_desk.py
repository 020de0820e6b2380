"""What a person does at the registers of a city folder: bring in, look up, take back, hand over, begin a table."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from almena.app.city_kit import at_work
from almena.app.handover import handover_of
from almena.app.packs import packs_of
from almena.app.registers import ImportOptions, holds_registers, import_registers, registers_of
from almena.app.settings import Settings
from almena.app.vocabulary import vocabulary_of
from almena.ask.fields import register_names
from almena.model.problem import InputError, Problem
from almena.model.statement import REGISTER, Statement, StoredStatement
from almena.packs.language import ENGLISH
from almena.packs.words import plain
from almena.publish.atomic import write_whole
from almena.store.folder import CityFolder
from almena.store.statements import all_ever_said, say_all, standing

ILLUSTRATION = "illustration"
ILLUSTRATION_FILE = "illustration.toml"
LABELS = ("title", "name", "hazard", "stakeholder", "indicator", "source")


def are_registers(directory: Path, path: Path) -> bool:
    """Tell by their content whether files for a city are registers rather than data."""
    if not path.exists():
        return False
    with CityFolder.open(directory) as folder:
        return holds_registers(path, folder, packs_of(folder))


def bring_registers(
    directory: Path, path: Path, settings: Settings, options: ImportOptions
) -> dict[str, Any]:
    """
    Bring registers into a city; see `almena.app.registers.import_registers`.

    Raises
    ------
    InputError
        When the path is not there, or no table of it is a register.
    """
    if not path.exists():
        raise InputError(Problem("There is no such file", str(path), remedy="Check its name."))
    with CityFolder.open(directory) as folder:
        return import_registers(folder, path, packs_of(folder), settings, options)


def bring_illustration(directory: Path, settings: Settings, options: ImportOptions) -> dict[str, Any]:
    """
    Bring the illustration that comes with the city's kit into its registers; every source says what it is.

    Raises
    ------
    InputError
        When no illustration comes with the kit of the city.
    """
    with CityFolder.open(directory) as folder:
        place = illustration_of(folder.city.id)
        if place is None:
            why = f"no illustration comes with the kit of {folder.city.name}"
            raise InputError(
                Problem("There is no illustration", str(directory), why, "Import registers of your own.")
            )
        spoken = [language for language in folder.city.languages if (place / language).is_dir()]
        with resources.as_file(place / (spoken or [ENGLISH])[0]) as path:
            by = options.by or f"{ILLUSTRATION} of {folder.city.name}"
            told = replace(options, by=by, is_illustration=True)
            return import_registers(folder, path, packs_of(folder), settings, told)


def illustration_of(city: str) -> Traversable | None:
    """Return the folder of the illustration that comes with a kit, or None."""
    place = resources.files("almena.kits") / city / ILLUSTRATION
    return place if (place / ILLUSTRATION_FILE).is_file() else None


def list_registers(directory: Path) -> dict[str, Any]:
    """
    Return every register with the number of its entries and its last change.

    Returns
    -------
    dict
        ``{city, registers}``; each with ``register, entries, changed, by``.
    """
    with CityFolder.open(directory) as folder:
        rows = []
        for register in register_names():
            found = standing(folder.engine, kind=f"{REGISTER}:{register}")
            last = max(found, key=lambda s: s.recorded_at, default=None)
            rows.append(
                {
                    "register": register,
                    "entries": len(found),
                    "changed": last.recorded_at if last else "",
                    "by": last.by if last else "",
                }
            )
        return {"city": folder.city.name, "registers": rows}


def list_entries(directory: Path, register: str, *, history: bool = False) -> dict[str, Any]:
    """
    Return the entries of a register with author, time and source.

    Parameters
    ----------
    directory : Path
        The city folder.
    register : str
        Its name.
    history : bool
        Whether entries that were changed or taken back are told as well.

    Raises
    ------
    InputError
        When there is no such register.
    """
    name = known_register(register)
    with CityFolder.open(directory) as folder:
        ask = all_ever_said if history else standing
        found = ask(folder.engine, kind=f"{REGISTER}:{name}")
        return {"city": folder.city.name, "register": name, "entries": [_entry(s) for s in found]}


def _entry(stored: StoredStatement) -> dict[str, Any]:
    said = stored.statement
    return {
        "id": said.key,
        "label": next((str(said.content[name]) for name in LABELS if said.content.get(name)), said.key),
        "content": dict(said.content),
        "source": said.source,
        "by": stored.by,
        "at": stored.recorded_at,
        "withdrawn": stored.withdrawn,
    }


def known_register(name: str) -> str:
    """
    Return the name of a register as the tables write it.

    Raises
    ------
    InputError
        When there is no such register.
    """
    wanted = plain(name).replace(" ", "_")
    if wanted in register_names():
        return wanted
    remedy = f"Name one of: {', '.join(register_names())}."
    raise InputError(Problem("There is no such register", name, "", remedy))


def withdraw(directory: Path, register: str, identity: str, settings: Settings) -> dict[str, Any]:
    """
    Take an entry back; it stays in the trail, and no longer stands.

    Raises
    ------
    InputError
        When there is no such register or entry, or nobody is named.
    """
    name = known_register(register)
    kind = f"{REGISTER}:{name}"
    with CityFolder.open(directory) as folder:
        if not standing(folder.engine, kind=kind, key=identity):
            remedy = f"`almena register {directory} {name}` lists its entries."
            raise InputError(
                Problem("There is no such entry", identity, f"it does not stand in {name}", remedy)
            )
        at = settings.clock()
        with at_work(folder, "register", at):
            said = say_all(folder.engine, (), at=at, by=settings.by, withdraw=[Statement(kind, identity)])
    return {"register": name, "id": identity, "withdrawn": said.withdrawn}


def write_template(directory: Path, register: str, out: Path) -> Path:
    """
    Write an empty workbook with drop-downs for a register, or for all of them.

    Parameters
    ----------
    directory : Path
        The city folder: its own entries and packs fill the drop-downs.
    register : str
        Name of a register, or ``all``.
    out : Path
        The .xlsx to write.

    Raises
    ------
    InputError
        When there is no such register, or the file is to be no workbook.
    """
    from almena.publish.register_template import template_of

    names = register_names() if register == "all" else (known_register(register),)
    if out.suffix.lower() != ".xlsx":
        raise InputError(
            Problem("The template is a workbook", str(out), "", "Give a name that ends with .xlsx.")
        )
    with CityFolder.open(directory) as folder:
        vocabulary = vocabulary_of(folder, packs_of(folder))
    choices = {name: [label(steps) for steps in found.values()] for name, found in vocabulary.choices.items()}
    things = {
        "hazard": [label(names) for names in vocabulary.hazards.values()],
        "element": [label(names) for names in vocabulary.elements.values()],
        "component": [label(names) for names in vocabulary.components.values()],
        "stakeholder": list(vocabulary.standing.get("stakeholders", {})),
        "priority": [label(names) for names in vocabulary.standing.get("priorities", {}).values()],
        "stress": [label(names) for names in vocabulary.standing.get("stresses", {}).values()],
        "stressor": [label(names) for names in vocabulary.standing.get("stressors", {}).values()],
    }
    return write_whole(out, template_of(names, choices, things))


def label(names: tuple[str, ...]) -> str:
    """Return the first of the names of a thing, by which people know it."""
    return next(iter(names), "")


def handover(directory: Path, out: Path | None, settings: Settings) -> dict[str, Any]:
    """
    Return the handover of the focal points, and write it when a place is named.

    Returns
    -------
    dict
        ``{text, problems, file}``.
    """
    with CityFolder.open(directory) as folder:
        found = handover_of(folder, registers_of(folder, packs_of(folder)), settings.today)
    if out is not None:
        write_whole(out, found.text.encode("utf-8"))
    return {
        "text": found.text,
        "problems": [p.as_dict() for p in found.problems],
        "file": str(out) if out else None,
    }
