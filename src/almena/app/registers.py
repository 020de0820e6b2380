"""Registers of a city: brought in from files as cities have them, and read back for whoever needs them typed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any

from almena.app.city_kit import at_work
from almena.app.kits import parse_answers
from almena.app.receipts import MOST_ADDRESSES, place_of_copy
from almena.app.register_files import RegisterFiles, looks_like_data, opened
from almena.app.settings import Settings
from almena.app.vocabulary import vocabulary_of
from almena.ask.days import ORDERS
from almena.ask.fields import shapes
from almena.ask.registers import SHOWN, Outcome, RegisterImport, is_register, read_registers
from almena.ask.vocabulary import Vocabulary
from almena.gather.snapshot import SnapshotStore
from almena.model.listed import Listed
from almena.model.origin import Source
from almena.model.pack import Pack
from almena.model.problem import InputError, Problem
from almena.model.register import (
    Challenge,
    FocalPoint,
    IndicatorLink,
    Judgement,
    Policy,
    PriorityMatter,
    Registers,
    Relation,
    Responsibility,
    Shock,
    Stakeholder,
    Stress,
    Stressor,
    Told,
)
from almena.model.statement import REGISTER, Statement, StoredStatement, Submission
from almena.publish.marked_workbook import mark_workbook
from almena.store.canonical import to_text
from almena.store.folder import CityFolder
from almena.store.statements import Said, say_all, standing

KINDS: Mapping[str, type] = {
    "stakeholders": Stakeholder,
    "relations": Relation,
    "responsibilities": Responsibility,
    "focal_points": FocalPoint,
    "policies": Policy,
    "shocks": Shock,
    "stresses": Stress,
    "stressors": Stressor,
    "challenges": Challenge,
    "priorities": PriorityMatter,
    "links": IndicatorLink,
    "judgements": Judgement,
}
WHAT = "registers"
ILLUSTRATION_SAYS = "illustration, not adopted by the municipality"
DOUBTFUL_SHARE = 0.5
"""From which share of its table files on a folder is taken to hold registers and not data; assumed."""


@dataclass(frozen=True)
class ImportOptions:
    """
    How registers are brought in.

    Parameters
    ----------
    by : str
        Who answers for them; empty for the import itself, named after the file.
    dates : str
        ``dmy`` or ``mdy`` for dates that the values leave open.
    answers : sequence of str
        ``id=value`` for questions of an earlier call.
    dry_run : bool
        Only say what would happen.
    annotated : Path, optional
        Where to write everything back as a workbook with faulty cells marked.
    is_illustration : bool
        Whether every source says that the entries are an illustration.
    """

    by: str = ""
    dates: str = ""
    answers: Sequence[str] = ()
    dry_run: bool = False
    annotated: Path | None = None
    is_illustration: bool = False


def holds_registers(path: Path, folder: CityFolder, packs: Mapping[str, Pack]) -> bool:
    """
    Tell by their content whether files are registers rather than data.

    Parameters
    ----------
    path : Path
        A file, folder or zip.
    folder : CityFolder
        The city.
    packs : mapping of str to Pack
        Its packs.
    """
    if looks_like_data(path):
        return False
    vocabulary = vocabulary_of(folder, packs)
    try:
        with opened(path) as found:
            filled = {table.file for table in found.tables if table.rows}
            fitting = {table.file for table in found.tables if table.rows and is_register(table, vocabulary)}
            return bool(fitting) and len(fitting) >= DOUBTFUL_SHARE * len(filled)
    except InputError:
        return False


def import_registers(
    folder: CityFolder,
    path: Path,
    packs: Mapping[str, Pack],
    settings: Settings,
    options: ImportOptions | None = None,
) -> dict[str, Any]:
    """
    Bring registers into a city: accepted rows are stored in one step, the others listed.

    Parameters
    ----------
    folder : CityFolder
        The city.
    path : Path
        A table, a workbook, or a folder or zip of them.
    packs : mapping of str to Pack
        Its packs: their words are what entries may refer to.
    settings : Settings
        Clock.
    options : ImportOptions, optional
        How.

    Returns
    -------
    dict
        ``{accepted, registers, files, listed, questions, problems, notes, annotated, stored, said}``; with questions
        open nothing is changed.

    Raises
    ------
    InputError
        When an option cannot be used.
    StoreError
        When the city cannot be written.
    """
    options = options or ImportOptions()
    back = _checked(path, options)
    vocabulary = vocabulary_of(folder, packs)
    with opened(path) as files:
        read = read_registers(
            files.tables,
            vocabulary,
            today=dt.date.fromisoformat(settings.today),
            order=options.dates,
            answers=parse_answers(options.answers),
        )
        _refuse_none(path, files, read)
        read.notes += _superseded(read, vocabulary)
        if back is not None:
            _mark(path, files, read, back)
        accepted = not options.dry_run and not read.questions
        stored = _store(folder, path, files, read, settings, options) if accepted else None
    return _told(files, read, stored, back, options)


def _refuse_none(path: Path, files: RegisterFiles, read: RegisterImport) -> None:
    """Refuse files of which none can be read as a register."""
    if not read.questions and not any(outcome.shape for outcome in read.outcomes):
        remedy = "`almena register DIR all template OUT.xlsx` makes an empty table of each register."
        nothing = Problem("No register is found", str(path), "no table has the columns of one", remedy)
        raise InputError(nothing, *files.problems)


def _superseded(read: RegisterImport, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Say which entries stood with other content before."""
    changed = []
    for said in read.statements:
        register = said.kind.partition(":")[2]
        old = vocabulary.entries.get(f"{register}/{said.key}")
        if old is not None and {n: v for n, v in old.items() if n != "source"} != dict(said.content):
            changed.append(f"{register} {said.key}")
    if changed:
        what = f"Entries that stood with other content are superseded, and stay in the trail: {len(changed)}"
        shown = ", ".join(changed[:SHOWN]) + (
            f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
        )
        yield Problem(what, shown)


def _checked(path: Path, options: ImportOptions) -> Path | None:
    """Refuse options that cannot be used, and return where the marked workbook goes."""
    if options.dates and options.dates not in ORDERS:
        why = f"{options.dates!r} is no order"
        raise InputError(Problem("Dates cannot be read so", "--dates", why, "Write dmy or mdy."))
    if options.annotated is None:
        return None
    if path.is_file() and path.suffix.lower() != ".zip":
        return place_of_copy(path, options.annotated)
    out = options.annotated / f"{path.stem}_checked.xlsx" if options.annotated.is_dir() else options.annotated
    if out.suffix.lower() != ".xlsx":
        remedy = "Give a name that ends with .xlsx, or a folder."
        raise InputError(Problem("The marked copy is a workbook", str(out), "", remedy))
    return out


def _mark(path: Path, files: RegisterFiles, read: RegisterImport, out: Path) -> None:
    is_own = path.suffix.lower() in (".xlsx", ".xlsm") and bool(files.tables)
    sheets = {table.page: table.rows for table in files.tables}
    mark_workbook(
        path if is_own else None,
        sheets,
        [*read.refused, *read.set_aside],
        [*files.problems, *read.notes],
        out,
    )


def _store(
    folder: CityFolder,
    path: Path,
    files: RegisterFiles,
    read: RegisterImport,
    settings: Settings,
    options: ImportOptions,
) -> Said:
    """Keep the bytes, then say everything in one step; the same bytes read in the same way change nothing."""
    at = settings.clock()
    by = options.by.strip() or f"import of {path.name}"
    statements = [_illustrated(s) for s in read.statements] if options.is_illustration else read.statements
    reading = to_text([[s.kind, s.key, dict(s.content), s.source] for s in statements])
    identity = hashlib.sha256(f"{files.sha256}\n{reading}".encode()).hexdigest()
    submission = Submission(f"{WHAT}:{identity}", files.sha256, f"{WHAT}: {path.name}", at, by)
    with at_work(folder, "import", at):
        kept = SnapshotStore(folder.snapshots, settings.clock)
        for name, file in sorted(files.files.items()):
            kept.put(file, Source("", name, ""))
        return say_all(folder.engine, statements, at=at, by=by, submission=submission)


def _illustrated(statement: Statement) -> Statement:
    return replace(statement, source=f"{ILLUSTRATION_SAYS}: {statement.source}")


def _told(
    files: RegisterFiles,
    read: RegisterImport,
    stored: Said | None,
    back: Path | None,
    options: ImportOptions,
) -> dict[str, Any]:
    rows = [o for o in read.outcomes if o.shape]
    return {
        "accepted": stored is not None,
        "registers": [
            {
                "file": o.table.file,
                "sheet": o.table.sheet,
                "shape": o.shape,
                "register": o.register,
                "read": o.read,
                "accepted": o.accepted,
                "set_aside": o.set_aside,
                "refused": o.refused,
            }
            for o in rows
        ],
        "files": [
            {
                "path": o.table.name,
                "rows": {"read": o.read, "accepted": o.accepted, "listed": o.set_aside + o.refused},
            }
            for o in rows
        ],
        "proposals": [],
        "listed": [_entry(one, refused=True) for one in read.refused]
        + [_entry(one, refused=False) for one in read.set_aside],
        "questions": read.questions,
        "problems": [p.as_dict() for p in files.problems],
        "notes": [p.as_dict() for p in (*files.notes, *read.notes)],
        "annotated": str(back) if back is not None else None,
        "stored": None
        if stored is None
        else {"written": stored.written, "unchanged": stored.unchanged, "repeated": stored.repeated},
        "entries": len(read.statements),
        "said": list(_sentences(rows, stored, options)),
    }


def _entry(one: Listed, *, refused: bool) -> dict[str, Any]:
    return {
        "file": one.file,
        "sheet": one.sheet,
        "field": one.field,
        "rows": one.is_rows,
        "number": len(one),
        "where": list(one.where[:MOST_ADDRESSES]),
        "texts": list(one.texts[:MOST_ADDRESSES]),
        "why": one.why,
        "remedy": one.remedy,
        "refused": refused,
    }


def _sentences(rows: Sequence[Outcome], stored: Said | None, options: ImportOptions) -> Iterator[str]:
    for outcome in rows:
        yield f"{outcome.table.name}: {shapes()[outcome.shape].title}"
    refused = sum(outcome.refused for outcome in rows)
    if refused:
        yield f"Rows refused and listed: {refused}. Correct them and import the files again."
    if stored is None:
        yield (
            "Dry run: nothing was changed."
            if options.dry_run
            else "Nothing was changed: answer the questions, and run the same command again with the answers."
        )
    elif stored.repeated:
        yield "The same files were imported before: nothing was changed."
    else:
        yield f"Entries stored: {stored.written}; entries that stood already as they are: {stored.unchanged}."


def registers_of(folder: CityFolder, packs: Mapping[str, Pack]) -> Registers:  # noqa: ARG001 - part of the agreed call
    """
    Return all registers of a city as they stand, typed.

    Parameters
    ----------
    folder : CityFolder
        The city.
    packs : mapping of str to Pack
        Its packs.
    """
    found: dict[str, list[Any]] = {name: [] for name in KINDS}
    for stored in standing(folder.engine, kind=f"{REGISTER}:"):
        register = stored.statement.kind.partition(":")[2]
        if register in KINDS:
            found[register].append(_typed(KINDS[register], stored))
    return Registers(**{name: tuple(entries) for name, entries in found.items()})


def _typed(kind: type, stored: StoredStatement) -> Any:
    """Return an entry as its dataclass; fields that it does not know are left to the trail."""
    said = stored.statement
    content = dict(said.content)
    values: dict[str, Any] = {"told": Told(said.source, stored.by, stored.recorded_at)}
    for spec in fields(kind):
        if spec.name == "id":
            values["id"] = said.key
        elif spec.name == "name" and kind is Stakeholder:
            values["name"] = str(content.get("name") or said.key)
        elif spec.name in content and spec.name != "told":
            values[spec.name] = _as(spec.type, content[spec.name])
        elif spec.default is MISSING and spec.name != "told":
            values[spec.name] = ""
    return kind(**values)


def _as(type_: Any, value: Any) -> Any:
    """Return a stored value as the type of its field."""
    name = str(type_)
    if name.startswith("tuple"):
        return tuple(str(v) for v in value) if isinstance(value, list | tuple) else (str(value),)
    if name.startswith("float"):
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    return "" if value is None else str(value)
