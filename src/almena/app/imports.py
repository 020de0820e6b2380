"""Bring a table, a map or a kit into an existing city, after a dry run when asked for."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from almena.app.city_kit import at_work, put_city_kit, read_city_kit
from almena.app.kits import parse_answers, questions_of
from almena.app.receipts import Receipt, mark_copy, place_of_copy
from almena.app.settings import Settings
from almena.app.supply import FileSupply, keep_all
from almena.gather.draft import draft_kit
from almena.gather.draft_paper import Proposal
from almena.gather.kit import KIT_FILE, load_kit
from almena.gather.located import Located
from almena.gather.mirror import COMPANIONS
from almena.model.data import Layer, RoleData, Table
from almena.model.kit import Kit, KitFile
from almena.model.problem import InputError, Problem, raise_all
from almena.packs import load_roles
from almena.store.folder import CityFolder, is_city

OF_THE_CITY = ("city.", "licence")
"""Questions of a draft that the city has answered already, or that have a safe default."""

REPLACE, ADD = "prefer", "union"
"""What new files do to files of the same role that the city adds up."""


@dataclass
class _Tried:
    """What reading the incoming files once has shown."""

    specs: list[KitFile] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


def bring_in(
    directory: Path,
    path: Path,
    *,
    role: str | None,
    answers: Sequence[str],
    dry_run: bool,
    settings: Settings,
    annotated: Path | None = None,
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
        Clock, and the mirror that holds the files of a kit.
    annotated : Path, optional
        Where to write a single file back as a workbook with its faulty cells marked; a folder will do.

    Returns
    -------
    dict
        ``{accepted, files, proposals, listed, questions, problems, notes, annotated, said}``; with questions open
        nothing is changed. ``files`` counts the rows read, accepted and listed; ``listed`` names them.

    Raises
    ------
    InputError
        When the path holds nothing that can be used, with all that was found wrong in it.
    """
    given = parse_answers(answers)
    _refuse_unusable(path, role, given)
    back = place_of_copy(path, annotated) if annotated is not None else None
    with (
        CityFolder.open(directory) as folder,
        tempfile.TemporaryDirectory(prefix="almena-import-") as working,
    ):
        city = read_city_kit(folder)
        incoming, questions, proposals = _incoming(path, Path(working), role, given)
        tried = _tried(incoming, settings.mirror)
        if back is not None:
            mark_copy(path, tried.receipts, tried.problems, back)
        open_questions = [q for q in questions if not q["id"].startswith(OF_THE_CITY)]
        open_questions += _doubles(city, tried.specs, given)
        if not tried.specs and not open_questions:
            raise InputError(*tried.problems)
        accepted = not open_questions and not dry_run
        if accepted:
            _take_over(folder, replace(incoming, files=tuple(tried.specs)), given, settings)
    return {
        "accepted": accepted,
        "files": [
            {
                "role": s.role,
                "path": s.path,
                "reader": s.reader,
                "sha256": s.sha256,
                "layer": s.layer,
                "sheet": s.sheet,
                "rows": receipt.counts(),
            }
            for s, receipt in zip(tried.specs, tried.receipts, strict=True)
        ],
        "proposals": [p.as_dict() for p in proposals],
        "listed": [entry for receipt in tried.receipts for entry in receipt.entries()],
        "questions": open_questions,
        "problems": [p.as_dict() for p in tried.problems],
        "notes": [p.as_dict() for p in _notes(city, incoming, tried.specs)],
        "annotated": str(back) if back is not None else None,
        "said": [*tried.said, _outcome(directory, accepted, dry_run)],
    }


def _outcome(directory: Path, accepted: bool, dry_run: bool) -> str:
    if accepted:
        return f"Accepted. Run `almena profile {directory}` to renew the profile."
    if dry_run:
        return "Dry run: nothing was changed."
    return "Nothing was changed: answer the questions, and run the same command again with the answers."


def _refuse_unusable(path: Path, role: str | None, answers: Mapping[str, str]) -> None:
    if not path.exists():
        raise InputError(Problem("There is no such file", str(path), remedy="Check its name."))
    problems = []
    if is_city(path):
        remedy = "Import the files or the kit that it was made from."
        problems.append(Problem("A city cannot be imported into a city", str(path), "it is a folder", remedy))
    if role is not None and (path.is_dir() or _is_kit(path)):
        why = "the path holds several files, and each has its own role"
        remedy = "Leave --role out; answer with --answer role:FILE=ROLE for files of a folder."
        problems.append(Problem("--role is for a single file", str(path), why, remedy))
    if answers and _is_kit(path) and any(not key.startswith("combine:") for key in answers):
        why, remedy = "a kit leaves no such question open", "Correct the kit itself."
        problems.append(Problem("--answer is for files without a kit", str(path), why, remedy))
    raise_all(problems)


def _is_kit(path: Path) -> bool:
    if path.is_dir():
        return (path / KIT_FILE).is_file()
    return path.suffix.lower() == ".toml" or _is_zipped_kit(path)


def _is_zipped_kit(path: Path) -> bool:
    """Tell whether a zip holds a kit, at its top or in its one folder; other zips are data."""
    if path.suffix.lower() != ".zip":
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [PurePosixPath(name) for name in archive.namelist()]
    except (OSError, ValueError, zipfile.BadZipFile):
        return False
    return any(name.name == KIT_FILE and len(name.parts) <= 2 for name in inside)


def _incoming(
    path: Path, working: Path, role: str | None, answers: Mapping[str, str]
) -> tuple[Kit, list[dict[str, Any]], Sequence[Proposal]]:
    if _is_kit(path):
        return load_kit(path), [], ()
    if path.is_dir():
        drafted = draft_kit(path, answers=answers)
        return drafted.kit, questions_of(drafted), drafted.proposals
    for file in (path, *_beside(path)):
        shutil.copyfile(file, working / file.name)
    told = {f"role:{path.name}": role} if role is not None else {}
    try:
        drafted = draft_kit(working, answers={**answers, **told})
    except InputError as error:
        raise InputError(*(_of_the_file(problem, path, working) for problem in error.problems)) from error
    return drafted.kit, questions_of(drafted), drafted.proposals


def _of_the_file(problem: Problem, path: Path, working: Path) -> Problem:
    """Speak of the file that a person named, not of the folder it was tried in."""
    if problem.where != str(working):
        return problem
    remedy = f"If you know what it is, name its role: --role ROLE. `almena kit draft {path.parent}` looks at a folder."
    return Problem("The file cannot be used.", str(path), problem.why, remedy)


def _beside(path: Path) -> Iterator[Path]:
    """Yield the files that travel with a shapefile."""
    if path.suffix.lower() == ".shp":
        for file in sorted(path.parent.iterdir()):
            if file.stem == path.stem and file.suffix.lower() in COMPANIONS and file.is_file():
                yield file


def _tried(incoming: Kit, mirror: Path | None) -> _Tried:
    """Read every file once, by itself; note what can be used, what is in it, and what stands in the way."""
    tried = _Tried()
    with tempfile.TemporaryDirectory(prefix="almena-try-") as trial:
        for found in keep_all(incoming, mirror, Path(trial)):
            _try_one(found, tried)
    return tried


def _try_one(found: Located, tried: _Tried) -> None:
    alone = replace(found, spec=replace(found.spec, combine="prefer"))
    supply = FileSupply([alone], load_roles(), {})
    try:
        content = supply.get(found.spec.role) if found.source is not None else None
    except InputError:
        content = None
    finally:
        supply.close()
    tried.problems += supply.problems
    if content is not None and found.source is not None:
        title = load_roles()[found.spec.role].title
        tried.said.append(f"{found.spec.path}: {title} — {_size(content)}")
        tried.said += [f"  note: {note}" for note in content.notes]
        tried.specs.append(replace(found.spec, sha256=found.source.sha256))
        tried.receipts.append(Receipt(found.spec, content))


def _size(content: RoleData) -> str:
    if isinstance(content, Layer):
        return f"{len(content)} features"
    if isinstance(content, Table):
        return f"{len(content)} rows, columns {', '.join(content.columns)}"
    return type(content).__name__.lower()


def _others(city: Kit, specs: Sequence[KitFile], role: str) -> list[KitFile]:
    """Return the city's main files of a role that the new ones do not stand in for by name."""
    names = {(s.role, s.path) for s in specs}
    return [f for f in city.of_role(role) if (f.role, f.path) not in names and f.combine != "alternative"]


def _doubles(city: Kit, specs: Sequence[KitFile], answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Ask, where files of a role add up, whether new ones are added as well: else they would count twice."""
    questions = []
    for role, first in _firsts(specs).items():
        others = _others(city, specs, role)
        adds_up = any(s.combine == ADD for s in [*others, *(s for s in specs if s.role == role)])
        identity = f"combine:{first.path}"
        if not others or not adds_up or answers.get(identity) in (ADD, REPLACE):
            continue
        had = ", ".join(f.path for f in others)
        candidates = [
            {"value": ADD, "why": f"they add up with {had}"},
            {"value": REPLACE, "why": f"they stand in for {had}"},
        ]
        about = f"The city has files of the role {role} already. Are the new ones added, or taken instead?"
        questions.append({"id": identity, "about": about, "candidates": candidates, "default": ""})
    return questions


def _firsts(specs: Sequence[KitFile]) -> dict[str, KitFile]:
    """Return the first new file of each role; one that is an alternative asks for nothing."""
    return {s.role: s for s in reversed(specs) if s.combine != "alternative"}


def _take_over(folder: CityFolder, incoming: Kit, answers: Mapping[str, str], settings: Settings) -> None:
    """Keep the bytes that were tried, then put the kit that names them in place."""
    with at_work(folder, "import", settings.clock()):
        kept = keep_all(incoming, settings.mirror, folder.snapshots)
        raise_all(found.problem for found in kept if found.problem is not None)
        put_city_kit(_merged(read_city_kit(folder), incoming.files, answers), folder)


def _merged(city: Kit, specs: Sequence[KitFile], answers: Mapping[str, str]) -> Kit:
    """Put new files first: the first usable one of a role wins, the old one stays as a fallback."""
    names = {(s.role, s.path) for s in specs}
    answer = {role: answers.get(f"combine:{first.path}") for role, first in _firsts(specs).items()}
    fresh = [
        replace(s, combine=ADD) if answer.get(s.role) == ADD and s.combine == "prefer" else s for s in specs
    ]
    stay = [
        f
        for f in city.files
        if (f.role, f.path) not in names and (answer.get(f.role) != REPLACE or f.combine == "alternative")
    ]
    return replace(city, files=(*fresh, *stay))


def _notes(city: Kit, incoming: Kit, specs: Sequence[KitFile]) -> Iterator[Problem]:
    if incoming.id != city.id and (incoming.folder / KIT_FILE).is_file():
        what = f"The kit is of {incoming.name}, the city is {city.name}"
        yield Problem(what, KIT_FILE, "", "Make sure that its files speak of this city.")
    if bare := [s.path for s in specs if not s.licence]:
        why = "without a licence nothing made from them leaves in a public edition"
        remedy = "When the publisher states one, import again with --answer licence=CC-BY-4.0 or the like."
        yield Problem("No licence is known", ", ".join(bare), why, remedy)
