"""The files of a kit, found in the kit, in a mirror or among snapshots, and checked against their hashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from almena.gather.hashing import HashMemory, hash_bytes, listing
from almena.gather.kit_values import bad_path
from almena.gather.located import Located
from almena.gather.snapshot import SnapshotStore
from almena.gather.snapshot_record import Record
from almena.model.kit import Kit, KitFile
from almena.model.origin import Source
from almena.model.problem import Problem

COMPANIONS = (".dbf", ".shx", ".prj", ".cpg")
_PATTERN = "*?["


def find_files(kit: Kit, mirror: Path | None = None, snapshots: SnapshotStore | None = None) -> list[Located]:
    """
    Find every file of a kit and check its hash.

    Parameters
    ----------
    kit : Kit
        The kit; its own folder is looked into first.
    mirror : Path, optional
        Folder with files, looked into next: under the kit's id (with - or _), then directly.
    snapshots : SnapshotStore, optional
        Bytes kept earlier, looked into last.

    Returns
    -------
    list of Located
        One for each file, in the order of the kit. Missing files, and files whose bytes are not the declared
        ones, carry a problem; when the declared bytes are among the snapshots they carry a source as well.
    """
    memory = HashMemory()
    bases = list(_bases(kit, mirror))
    return [_locate(spec, bases, snapshots, memory) for spec in kit.files]


def source_of(spec: KitFile, sha256: str, size: int) -> Source:
    """Return the facts about a declared file with the hash and size of its bytes."""
    return Source(
        role=spec.role,
        file=spec.path,
        sha256=sha256,
        url=spec.url,
        licence=spec.licence,
        attribution=spec.attribution,
        date=spec.date,
        bytes_are=spec.bytes,
        sharing=spec.sharing,
        size=size,
    )


def _bases(kit: Kit, mirror: Path | None) -> Iterator[Path]:
    yield kit.folder
    if mirror is not None:
        yield from dict.fromkeys((mirror / kit.id, mirror / kit.id.replace("-", "_"), mirror))


def _locate(spec: KitFile, bases: list[Path], snapshots: SnapshotStore | None, memory: HashMemory) -> Located:
    if why := bad_path(spec.path):
        return Located(spec, problem=Problem("A file cannot be used.", spec.path, why, "Correct its path."))
    problem = None
    for base in bases:
        try:
            found = _in_folder(spec, base, memory)
        except OSError as error:
            problem = problem or _unreadable(spec, error)
            continue
        if found and found.problem is None:
            return found
        problem = problem or (found.problem if found else None)
    kept = _in_snapshots(spec, snapshots) if snapshots else None
    if kept:
        return replace(kept, problem=problem)
    return Located(spec, problem=problem or _missing(spec, bases))


def _in_folder(spec: KitFile, base: Path, memory: HashMemory) -> Located | None:
    paths = _matches(spec.path, base)
    if not paths:
        return None
    names = tuple(path.relative_to(base).as_posix() for path in paths)
    if len(paths) == 1:
        names, sha = (paths[0].name,), memory.of(paths[0])
    else:
        sha = hash_bytes(listing(zip(names, map(memory.of, paths), strict=True)))
    if spec.sha256 and sha != spec.sha256.lower():
        return Located(spec, problem=_wrong_hash(spec, paths[0], sha))
    companions = tuple(c for path, name in zip(paths, names, strict=True) for c in _companions(path, name))
    size = sum(path.stat().st_size for path in (*paths, *(p for _, p in companions)))
    return Located(spec, tuple(paths), source_of(spec, sha, size), names=names, companions=companions)


def _matches(pattern: str, base: Path) -> list[Path]:
    literal = base / pattern
    if literal.is_file():
        return [literal]
    if not any(c in pattern for c in _PATTERN):
        return []
    return sorted(path for path in base.glob(pattern) if path.is_file())


def _companions(path: Path, name: str) -> Iterator[tuple[str, Path]]:
    if path.suffix.lower() != ".shp":
        return
    for beside in sorted(path.parent.iterdir()):
        if beside.stem == path.stem and beside.suffix.lower() in COMPANIONS and beside.is_file():
            yield Path(name).with_name(beside.name).as_posix(), beside


def _in_snapshots(spec: KitFile, snapshots: SnapshotStore) -> Located | None:
    sha = spec.sha256.lower() or snapshots.latest(spec.role, spec.path)
    record = snapshots.record(sha) if sha else None
    if record is None or not all(snapshots.get(needed) for needed in record.needs):
        return None
    members = dict(sorted(record.members.items())) or {_name_of(spec, record): sha}
    size = sum(snapshots.path_of(s).stat().st_size for s in (*members.values(), *record.companions.values()))
    return Located(
        spec,
        tuple(snapshots.path_of(s) for s in members.values()),
        source_of(spec, sha, size),
        names=tuple(members),
        companions=tuple((name, snapshots.path_of(s)) for name, s in record.companions.items()),
    )


def _name_of(spec: KitFile, record: Record) -> str:
    """Return the name of a single file; when its path is a pattern, the one that it was kept under."""
    kept = (e.get("name") for e in record.known_as if (e["role"], e["file"]) == (spec.role, spec.path))
    name = Path(spec.path).name
    return str(next(kept, None) or name) if any(c in name for c in _PATTERN) else name


def _missing(spec: KitFile, bases: list[Path]) -> Problem:
    looked = ", ".join(str(base) for base in bases)
    remedy = (
        "Run `almena kit fetch`, or name a folder that holds it with --mirror."
        if spec.url
        else "It has no address to fetch it from: name a folder that holds it with --mirror."
    )
    return Problem(
        "A declared file is missing.", f"{spec.path} ({spec.role})", f"not found in {looked}", remedy
    )


def _wrong_hash(spec: KitFile, path: Path, found: str) -> Problem:
    return Problem(
        "A file is not the declared one.",
        f"{path} ({spec.role})",
        f"its bytes have the hash {found}, the kit expects {spec.sha256}",
        "Copy or fetch it again; if the new file is the right one, put its hash into kit.toml.",
    )


def _unreadable(spec: KitFile, error: OSError) -> Problem:
    why = error.strerror or str(error)
    where = f"{error.filename or spec.path} ({spec.role})"
    return Problem("A file cannot be read.", where, why, "Check its permissions and the disk.")
