"""Kits as people handle them: drafted from a folder, verified, fetched."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from almena.app.city_kit import read_city_kit
from almena.app.settings import Settings
from almena.gather.draft import Draft, draft_kit
from almena.gather.fetch_kit import Fetched, fetch_kit
from almena.gather.kit import KIT_FILE, load_kit
from almena.gather.located import Located
from almena.gather.mirror import COMPANIONS, find_files
from almena.gather.snapshot import SnapshotStore
from almena.gather.trouble import cannot_write
from almena.model.problem import InputError, Problem, StoreError
from almena.packs.language import count
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
        beside the kit when it is written elsewhere. A ``kit.toml`` that says something else is kept under
        another name: somebody may have corrected it.
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
    if out is not None and folder.resolve() in out.resolve().parents:
        why = "copies of the files would lie among the files, and the next draft would count them twice"
        remedy = "Leave --out out, or name a folder outside."
        raise InputError(Problem("The kit cannot be written inside the folder", str(out), why, remedy))
    found = draft_kit(folder, answers=parse_answers(answers))
    return write_draft(found, folder, out or folder)


def write_draft(found: Draft, folder: Path, out: Path) -> dict[str, Any]:
    """
    Write a drafted kit and return what is said of it: ``{kit, roles, questions, left_out, said}``.

    Parameters
    ----------
    found : Draft
        The draft.
    folder : Path
        Folder with the files.
    out : Path
        Folder for ``kit.toml``; files are copied beside it when it is another.

    Raises
    ------
    StoreError
        When the kit cannot be written.
    """
    path, former = _write(found, folder, out)
    return {
        "kit": str(path),
        "roles": [{"role": f.role, "path": f.path, "reader": f.reader} for f in found.kit.files],
        "questions": questions_of(found),
        "left_out": [p.as_dict() for p in found.left_out],
        "said": _said(found, path, former),
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


def _write(found: Draft, folder: Path, out: Path) -> tuple[Path, Path | None]:
    """Write the kit as a whole; return its path, and that of the one before when it said something else."""
    path, former = out / KIT_FILE, None
    temporary = out / f".{KIT_FILE}.new"
    try:
        out.mkdir(parents=True, exist_ok=True)
        if out.resolve() != folder.resolve():
            for file in found.kit.files:
                _copy_beside(folder, out, file.path)
        temporary.write_text(found.text, encoding="utf-8", newline="\n")
        if path.is_file() and path.read_bytes() != temporary.read_bytes():
            former = _free_name(path)
            shutil.copyfile(path, former)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        why = error.strerror or str(error)
        raise StoreError(
            Problem("The kit cannot be written", str(out), why, "Name another with --out.")
        ) from error
    return path, former


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.{n}.bak") for n in itertools.count(1))
    return next(name for name in names if not name.exists())


def _copy_beside(folder: Path, out: Path, name: str) -> None:
    """Copy a file, and what travels with a shapefile, to the same place in another folder."""
    file = folder / name
    beside = file.parent.iterdir() if file.suffix.lower() == ".shp" else ()
    for source in [file, *(b for b in beside if b.stem == file.stem and b.suffix.lower() in COMPANIONS)]:
        _put_whole(source, out / source.relative_to(folder))


def _put_whole(source: Path, target: Path) -> None:
    """Copy a file under a temporary name, then rename it: a killed program leaves no half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def _said(found: Draft, path: Path, former: Path | None) -> list[str]:
    lines = [f"Kit written: {path}", _filled(found)]
    if former is not None:
        lines.insert(1, f"The kit that was there said something else and is kept as {former.name}")
    lines += [f"  {f.role:28} {f.path}" for f in found.kit.files]
    if found.left_out:
        lines.append(
            count("{number} file was left out:", "{number} files were left out:", len(found.left_out))
        )
        lines += [f"  {p.where}: {p.why}".rstrip() for p in found.left_out]
    if found.questions:
        lines.append(_open_questions(len(found.questions)))
    lines.append(f"Next: almena new my-city --kit {path.parent}")
    return lines


def _filled(found: Draft) -> str:
    """Say how many roles are filled, from how many files: an extract fills many."""
    files = count("{number} file", "{number} files", len({f.path for f in found.kit.files}))
    roles = len({f.role for f in found.kit.files})
    return count(
        "{number} role is filled from {files}:", "{number} roles are filled from {files}:", roles, files=files
    )


def _open_questions(number: int) -> str:
    return count(
        "{number} question is open; until you answer, the kit holds what is marked. Answer with the same command.",
        "{number} questions are open; until you answer, the kit holds what is marked. Answer with the same command.",
        number,
    )


def verify(name: str | Path, settings: Settings) -> dict[str, Any]:
    """
    Check a kit or the kit of a city: its form, its files and their hashes.

    Parameters
    ----------
    name : str or Path
        A kit folder, ``kit.toml`` or zip, the name of a kit, or a city folder.
    settings : Settings
        Mirror.

    Returns
    -------
    dict
        ``{kit, files, usable, problems, notes}``.
    """
    if is_city(Path(name)):
        with CityFolder.open(Path(name)) as city:
            kit, store = read_city_kit(city), SnapshotStore(city.snapshots)
            located, problems = find_files(kit, settings.mirror, store), store.verify()
    else:
        kit, problems = load_kit(str(name)), []
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
        ``{kit, fetched, present, mirror_only, problems, notes, said}``.

    Raises
    ------
    InputError
        When there is no such kit.
    StoreError
        When the mirror folder cannot be written.
    """
    kit = load_kit(name)
    store = SnapshotStore(into / ".snapshots")
    settings.progress(f"Fetching what is missing of the kit {kit.id}")
    fetched = fetch_kit(kit, store, mirror=settings.mirror)
    located = [found for found in find_files(kit, None, store) if found.is_usable]
    try:
        for found in located:
            _place(found, into / kit.id)
    except OSError as error:
        raise cannot_write(into, error) from error
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


def _place(found: Located, folder: Path) -> None:
    """Give the bytes of a file the place that the kit names; those of a pattern keep their own."""
    base = folder if len(found.paths) > 1 else (folder / found.spec.path).parent
    for name, path in (*zip(found.names, found.paths, strict=True), *found.companions):
        _put_whole(path, base / name)
