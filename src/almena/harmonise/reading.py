"""From the files of a kit to the content of a role."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from almena.harmonise.found import FoundFile
from almena.harmonise.readers import find_reader, reader_makes, reader_version
from almena.harmonise.timeorder import span, time_field
from almena.model.card import Role
from almena.model.data import Document, Feed, Grid, Layer, RoleData, Table
from almena.model.kit import KitFile
from almena.model.problem import InputError, Problem

HARMONISE_VERSION = "1"
KINDS: dict[str, type[RoleData]] = {
    "layer": Layer,
    "grid": Grid,
    "table": Table,
    "feed": Feed,
    "document": Document,
}
NOT_READ = frozenset({"path", "sha256", "url", "attribution"})


def read_file(found: FoundFile, role: Role) -> RoleData:
    """
    Read one file of a kit for a role.

    Parameters
    ----------
    found : FoundFile
        The file; several paths of one glob are united in the order given.
    role : Role
        The role that it fills.

    Returns
    -------
    RoleData
        The canonical content with key, date, origins and notes.

    Raises
    ------
    InputError
        When the file cannot be used, with all reasons found.
    """
    from almena.harmonise.unite import unite

    reader = find_reader(found.spec.reader, found)
    makes = reader_makes(found.spec.reader, found)
    if makes and role.kind not in makes:
        raise _unsuitable(makes[0], found, role)
    parts = [_checked(reader(single, role), single, role) for single in found.singles()]
    if len(parts) > 1:
        names = [single.path.name for single in found.singles()]
        parts = [_labelled(part, name) for part, name in zip(parts, names, strict=True)]
    content = unite(parts, role)
    return content.with_(key=role_key(role, [found]), date=_date(content, found, role))


def read_role(role: Role, files: Sequence[FoundFile]) -> tuple[RoleData, list[Problem]]:
    """
    Read all files that a kit gives for a role, combined as it says.

    Parameters
    ----------
    role : Role
        The role.
    files : sequence of FoundFile
        In the order of the kit. Of those marked ``prefer`` the first usable one is taken, those marked ``union``
        are added to it, those marked ``alternative`` are attached beside it.

    Returns
    -------
    RoleData
        The content.
    list of Problem
        What could not be used.

    Raises
    ------
    InputError
        With all problems, when no file is usable for the value itself.
    """
    from almena.harmonise.unite import unite

    problems: list[Problem] = []
    mains = _first_usable([f for f in files if f.spec.combine == "prefer"], role, problems)
    mains += _all_usable([f for f in files if f.spec.combine == "union"], role, problems)
    if not mains:
        raise InputError(*(problems or [_nothing(role, files)]))
    alternatives = _all_usable([f for f in files if f.spec.combine == "alternative"], role, problems)
    content = unite(mains, role)
    return content.with_(key=role_key(role, files), alternatives=tuple(alternatives)), problems


def role_key(role: Role, files: Sequence[FoundFile]) -> str:
    """
    Return the hash of everything that the content of a role depends on, without reading the data.

    Parameters
    ----------
    role : Role
        The role with its fields and types.
    files : sequence of FoundFile
        Its files in the order of the kit.

    Returns
    -------
    str
        SHA-256, hexadecimal, over the versions of the code, the reading options and the hashes of the bytes. Paths,
        addresses and credits are left out, so that a file may move; licence and sharing are in, so that a
        correction of the terms reaches every stored value.
    """
    wanted = [role.id, role.kind, role.required, role.optional, role.geometry, role.unit]
    parts = [[reader_version(f.spec.reader, f), _options(f.spec), f.source.sha256] for f in files]
    text = json.dumps([HARMONISE_VERSION, wanted, parts], sort_keys=True, ensure_ascii=False, default=dict)
    return hashlib.sha256(text.encode()).hexdigest()


def _options(spec: KitFile) -> dict[str, object]:
    return {name: value for name, value in asdict(spec).items() if name not in NOT_READ}


def _checked(content: RoleData, found: FoundFile, role: Role) -> RoleData:
    """Refuse what a reader made when it is not of the role's kind."""
    kind = KINDS.get(role.kind)
    if kind is None or not isinstance(content, kind):
        raise _unsuitable(type(content).__name__.lower(), found, role)
    return content


def _labelled(content: RoleData, name: str) -> RoleData:
    """Return one part of a glob with its file named in notes, locators and cells, as the glob names them all."""
    labelled = content.with_(
        notes=tuple(f"{name}: {note}" for note in content.notes),
        origins=tuple(replace(o, locator=f"{name}: {o.locator}") for o in content.origins),
        listed=tuple(one.of(name) for one in content.listed),
    )
    if not isinstance(labelled, Table):
        return labelled
    return labelled.with_(
        cells={n: tuple(f"{name}: {c}" for c in cells) for n, cells in labelled.cells.items()}
    )


def _unsuitable(made: str, found: FoundFile, role: Role) -> InputError:
    what = f"The reader {found.spec.reader!r} makes a {made}; the role {role.id} is a {role.kind}."
    return found.refusal(what, remedy="Correct `reader` or `role` in the kit.")


def _date(content: RoleData, found: FoundFile, role: Role) -> str:
    """Return the date that the kit gives, else the one that the content itself speaks of."""
    declared = found.spec.date if found.spec.date != "unknown" else found.source.date
    if declared not in ("unknown", ""):
        return declared
    moment = time_field(role)
    if isinstance(content, Table) and moment in content.columns:
        return span(content, moment)
    return content.date


def _first_usable(files: Sequence[FoundFile], role: Role, problems: list[Problem]) -> list[RoleData]:
    for found in files:
        usable = _all_usable([found], role, problems)
        if usable:
            return usable
    return []


def _all_usable(files: Sequence[FoundFile], role: Role, problems: list[Problem]) -> list[RoleData]:
    """Read files one by one; one that cannot be used becomes a problem."""
    contents = []
    for found in files:
        try:
            contents.append(read_file(found, role))
        except InputError as error:
            problems += error.problems
    return contents


def _nothing(role: Role, files: Sequence[FoundFile]) -> Problem:
    why = "All its files are marked as alternatives." if files else "No file is given for it."
    remedy = 'Mark one file combine = "prefer".' if files else "Add a file to the kit."
    return Problem(f"The role {role.id} has no content.", f"role {role.id}", why, remedy)
