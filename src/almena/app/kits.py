"""Kits as people handle them: drafted from a folder, verified, fetched."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from almena.app.settings import Settings
from almena.gather.checkout import checkout
from almena.gather.draft import Draft, draft_kit
from almena.gather.fetch_kit import Fetched, fetch_kit
from almena.gather.kit import KIT_FILE, load_kit
from almena.gather.mirror import find_files
from almena.gather.snapshot import SnapshotStore
from almena.model.problem import InputError, Problem, StoreError
from almena.store.folder import CityFolder, is_city


def parse_answers(answers: Sequence[str]) -> dict[str, str]:
    """
    Read answers given as ``id=value``.

    Raises
    ------
    InputError
        For every answer that has no equals sign.
    """
    wrong = [a for a in answers if "=" not in a]
    if wrong:
        why = "an answer is the id of a question, an equals sign and a value"
        raise InputError(*(Problem(f"The answer {a!r} cannot be read", "--answer", why) for a in wrong))
    return {key.strip(): value.strip() for key, value in (a.split("=", 1) for a in answers)}


def draft(folder: Path, out: Path | None, answers: Sequence[str]) -> dict[str, Any]:
    """
    Draft a kit from a folder and write it.

    Parameters
    ----------
    folder : Path
        Folder with a city's files.
    out : Path, optional
        Folder for ``kit.toml``; the folder itself when absent. The files stay where they are and are copied
        beside the kit when it is written elsewhere.
    answers : sequence of str
        ``id=value`` for questions of an earlier draft.

    Returns
    -------
    dict
        ``{kit, roles, questions, left_out, said}``.

    Raises
    ------
    InputError
        When the folder holds nothing usable or an answer does not fit.
    StoreError
        When the kit cannot be written.
    """
    if not folder.is_dir():
        raise InputError(Problem("There is no such folder", str(folder), remedy="Name a folder with files."))
    found = draft_kit(folder, answers=parse_answers(answers))
    path = _write(found, folder, out or folder)
    return {
        "kit": str(path),
        "roles": [{"role": f.role, "path": f.path, "reader": f.reader} for f in found.kit.files],
        "questions": questions_of(found),
        "left_out": [p.as_dict() for p in found.left_out],
        "said": _said(found, path),
    }


def questions_of(found: Draft) -> list[dict[str, Any]]:
    """Return the questions of a draft in the shape that ``--json`` prints."""
    return [
        {
            "id": q.id,
            "about": q.about,
            "candidates": [{"value": c.value, "why": c.why} for c in q.candidates],
            "default": q.default,
        }
        for q in found.questions
    ]


def _write(found: Draft, folder: Path, out: Path) -> Path:
    path = out / KIT_FILE
    temporary = out / f".{KIT_FILE}.new"
    try:
        out.mkdir(parents=True, exist_ok=True)
        if out.resolve() != folder.resolve():
            for file in found.kit.files:
                _copy_beside(folder, out, file.path)
        temporary.write_text(found.text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        why = error.strerror or str(error)
        raise StoreError(
            Problem("The kit cannot be written", str(out), why, "Name another with --out.")
        ) from error
    return path


def _copy_beside(folder: Path, out: Path, pattern: str) -> None:
    for source in [folder / pattern, *folder.glob(f"{Path(pattern).with_suffix('')}.*")]:
        if source.is_file():
            target = out / source.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def _said(found: Draft, path: Path) -> list[str]:
    lines = [f"Kit written: {path}", f"{len(found.kit.files)} files fill a role:"]
    lines += [f"  {f.role:28} {f.path}" for f in found.kit.files]
    if found.left_out:
        lines.append(f"{len(found.left_out)} files were left out:")
        lines += [f"  {p.where}: {p.what} {p.why}".rstrip() for p in found.left_out]
    if found.questions:
        lines.append(f"{len(found.questions)} questions are open; the kit holds the default answers.")
    lines.append(f"Next: almena new my-city --kit {path.parent}")
    return lines


def verify(path: Path, settings: Settings) -> dict[str, Any]:
    """
    Check a kit or the kit of a city: its form, its files and their hashes.

    Parameters
    ----------
    path : Path
        A kit folder, ``kit.toml``, the name of a kit, or a city folder.
    settings : Settings
        Mirror.

    Returns
    -------
    dict
        ``{kit, files, usable, problems, notes}``.
    """
    if is_city(path):
        with CityFolder.open(path) as city:
            kit, store = load_kit(city.kit), SnapshotStore(city.snapshots)
            located, problems = find_files(kit, settings.mirror, store), store.verify()
    else:
        kit, problems = load_kit(path), []
        located = find_files(kit, settings.mirror, None)
    problems += [found.problem for found in located if found.problem is not None]
    return {
        "kit": kit.id,
        "files": len(located),
        "usable": sum(found.is_usable for found in located),
        "problems": [p.as_dict() for p in problems],
        "notes": [],
    }


def fetch(name: str, into: Path, settings: Settings) -> dict[str, Any]:
    """
    Download the files of a kit into a mirror folder; what is there already is not fetched again.

    Parameters
    ----------
    name : str
        Name of a kit, or its folder.
    into : Path
        Mirror folder.
    settings : Settings
        Mirror with files that need no download, and progress.

    Returns
    -------
    dict
        ``{kit, fetched, problems, notes, said}``.
    """
    kit = load_kit(name)
    store = SnapshotStore(into / ".snapshots")
    settings.progress(f"Fetching what is missing of the kit {kit.id}")
    fetched = fetch_kit(kit, store, mirror=settings.mirror)
    located = [found for found in find_files(kit, None, store) if found.is_usable]
    for found in located:
        _place(found, into / kit.id)
    return {
        "kit": kit.id,
        "fetched": len(fetched.fetched),
        "present": len(fetched.present),
        "mirror_only": list(fetched.mirror_only),
        "problems": [p.as_dict() for p in fetched.problems],
        "notes": [],
        "said": _told(fetched, len(located), into),
    }


def _told(fetched: Fetched, there: int, into: Path) -> list[str]:
    lines = [f"{len(fetched.fetched)} files fetched, {len(fetched.present)} were at hand."]
    if fetched.mirror_only:
        lines.append(f"{len(fetched.mirror_only)} files have no address and come from a mirror only:")
        lines += [f"  {path}" for path in fetched.mirror_only]
    return [*lines, f"{there} files are in {into}. Use them with --mirror {into}"]


def _place(found: Any, folder: Path) -> None:
    """Give a snapshot the place that the kit names."""
    working = folder / ".working"
    paths = checkout(found, working)
    base = (folder / found.spec.path).parent
    base.mkdir(parents=True, exist_ok=True)
    names: Mapping[str, Path] = dict(zip(found.names, paths, strict=True)) | dict(found.companions)
    for name, path in names.items():
        shutil.copyfile(path, base / Path(name).name)
    shutil.rmtree(working, ignore_errors=True)
