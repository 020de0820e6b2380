"""Bring a table, a map or a kit into an existing city, after a dry run when asked for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from almena.app.kits import parse_answers, questions_of
from almena.app.settings import Settings
from almena.app.supply import FileSupply, keep_all
from almena.gather.draft import draft_kit
from almena.gather.kit import KIT_FILE, load_kit
from almena.gather.kit_write import write_kit
from almena.model.data import Layer, RoleData, Table
from almena.model.kit import Kit, KitFile
from almena.model.problem import InputError, Problem
from almena.packs import load_roles
from almena.store.folder import CityFolder

OF_THE_CITY = ("city.", "licence")
"""Questions of a draft that the city has answered already, or that have a safe default."""


def bring_in(
    directory: Path,
    path: Path,
    *,
    role: str | None,
    answers: Sequence[str],
    dry_run: bool,
    settings: Settings,
) -> dict[str, Any]:
    """
    Bring a file or a kit into a city.

    Parameters
    ----------
    directory : Path
        The city folder.
    path : Path
        A table or map, or a kit (folder, ``kit.toml`` or zip).
    role : str, optional
        The role that a single file fills, when known.
    answers : sequence of str
        ``id=value`` for questions of an earlier call.
    dry_run : bool
        Only say what would happen.
    settings : Settings
        Clock.

    Returns
    -------
    dict
        ``{accepted, files, questions, problems, notes, said}``; with questions open nothing is changed.

    Raises
    ------
    InputError
        When the path holds nothing that can be used.
    """
    if not path.exists():
        raise InputError(Problem("There is no such file", str(path), remedy="Check its name."))
    with (
        CityFolder.open(directory) as folder,
        tempfile.TemporaryDirectory(prefix="almena-import-") as working,
    ):
        incoming, questions = _incoming(path, Path(working), role, answers)
        with tempfile.TemporaryDirectory(prefix="almena-try-") as trial:
            specs, said, problems = _tried(incoming, Path(trial))
        open_questions = [q for q in questions if not q["id"].startswith(OF_THE_CITY)]
        accepted = bool(specs) and not open_questions and not dry_run
        if accepted:
            with folder.lock(what="import", at=settings.clock()):
                keep_all(incoming, None, folder.snapshots)
                write_kit(_merged(load_kit(folder.kit), specs), folder.kit)
            said.append(f"Accepted. Run `almena profile {directory}` to renew the profile.")
        elif dry_run:
            said.append("Dry run: nothing was changed.")
    return {
        "accepted": accepted,
        "files": [{"role": s.role, "path": s.path, "reader": s.reader, "sha256": s.sha256} for s in specs],
        "questions": open_questions,
        "problems": [p.as_dict() for p in problems],
        "notes": [],
        "said": said + [str(p) for p in problems],
    }


def _incoming(
    path: Path, working: Path, role: str | None, answers: Sequence[str]
) -> tuple[Kit, list[dict[str, Any]]]:
    if path.name == KIT_FILE or (path.is_dir() and (path / KIT_FILE).is_file()):
        return load_kit(path), []
    if path.is_dir():
        drafted = draft_kit(path, answers=parse_answers(answers))
        return drafted.kit, questions_of(drafted)
    for beside in path.parent.glob(f"{path.stem}.*") if path.suffix.lower() == ".shp" else [path]:
        shutil.copyfile(beside, working / beside.name)
    given = parse_answers(answers)
    if role is not None:
        given[f"role:{path.name}"] = role
    drafted = draft_kit(working, answers=given)
    return drafted.kit, questions_of(drafted)


def _tried(incoming: Kit, snapshots: Path) -> tuple[list[KitFile], list[str], list[Problem]]:
    """Read every file once; return what can be used, what was found in it, and what stands in the way."""
    located = keep_all(incoming, None, snapshots)
    supply = FileSupply(located, load_roles(), {})
    said, usable = [], []
    try:
        for found in located:
            if found.source is None:
                continue
            try:
                content = supply.get(found.spec.role)
            except InputError:
                continue
            said.append(f"{found.spec.path}: {load_roles()[found.spec.role].title} — {_size(content)}")
            said += [f"  note: {note}" for note in content.notes]
            usable.append(replace(found.spec, sha256=found.source.sha256))
    finally:
        supply.close()
    return usable, said, list(supply.problems)


def _size(content: RoleData) -> str:
    if isinstance(content, Layer):
        return f"{len(content)} features"
    if isinstance(content, Table):
        return f"{len(content)} rows, columns {', '.join(content.columns)}"
    return type(content).__name__.lower()


def _merged(city: Kit, specs: Sequence[KitFile]) -> Kit:
    """Put new files first: the first usable one of a role wins, the old one stays as a fallback."""
    names = {(s.role, s.path) for s in specs}
    return replace(city, files=(*specs, *(f for f in city.files if (f.role, f.path) not in names)))
