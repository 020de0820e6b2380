"""Snapshots: bytes as they came, found by their hash, kept whole even when a copy is cut short."""

from __future__ import annotations

import datetime
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import BinaryIO

from almena.gather.hashing import CHUNK, hash_bytes, hash_file, listing
from almena.gather.located import Located
from almena.gather.snapshot_record import Record, read_record, says_the_same
from almena.gather.trouble import cannot_write
from almena.model.origin import Source
from almena.model.problem import Problem, StoreError

_INCOMING = ".incoming"
_STALE_AFTER = 3600.0  # seconds; a copy that another process is still writing is younger than this
_FILL_AGAIN = "Run the profile again with the mirror, or `almena kit fetch`, to fill it in."


def now_utc() -> str:
    """Return the present moment as ISO 8601 in UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")


class SnapshotStore:
    """
    A folder of snapshots, addressed by sha256.

    Parameters
    ----------
    folder : Path
        The folder; made when the first snapshot is put.
    clock : callable
        Returns the present moment as ISO 8601 text in UTC.
    """

    def __init__(self, folder: Path, clock: Callable[[], str] = now_utc) -> None:
        self.folder = folder
        self._clock = clock
        self._last: dict[tuple[str, str], tuple[str, str]] | None = None
        self.sweep()

    def put(self, content: Path | BinaryIO | bytes, facts: Source, name: str = "") -> Source:
        """
        Keep some bytes.

        Parameters
        ----------
        content : Path, binary stream or bytes
            The bytes; they are copied, never linked.
        facts : Source
            What is known about them; hash and size are filled in here.
        name : str
            Original file name; by default that of the path, else of ``facts.file``.

        Returns
        -------
        Source
            The facts with hash and size.

        Raises
        ------
        StoreError
            When the folder cannot be written; nothing half-written is left behind.
        """
        original = name or (content.name if isinstance(content, Path) else Path(facts.file).name)
        with self._careful():
            sha, size = self._keep_bytes(content)
            source = replace(facts, sha256=sha, size=size)
            self._note(source, original)
        return source

    def keep(self, found: Located) -> Located:
        """
        Keep everything behind a located file, so that the place it was found at may go.

        Parameters
        ----------
        found : Located
            A file, several files, or a shapefile with its companions; an unusable one comes back as it is.

        Returns
        -------
        Located
            The same with paths into this store; with a problem when the bytes changed since they were found.
        """
        if found.source is None:
            return found
        with self._careful():
            shas = [self._keep_bytes(path)[0] for path in found.paths]
            beside = {name: self._keep_bytes(path)[0] for name, path in found.companions}
            if _group_hash(found.names, shas) != found.source.sha256:
                return replace(found, paths=(), source=None, problem=_changed_meanwhile(found))
            self._note_all(found.source, found.names, shas, beside)
        return replace(
            found,
            paths=tuple(self.path_of(sha) for sha in shas),
            companions=tuple((name, self.path_of(sha)) for name, sha in beside.items()),
        )

    def get(self, sha256: str) -> Path | None:
        """Return the path of the bytes with this hash, or None when they are not kept."""
        path = self.path_of(sha256)
        return path if sha256 and path.is_file() else None

    def is_whole(self, sha256: str) -> bool:
        """Tell whether the bytes with this hash are kept and still have it; damaged ones are to be replaced."""
        path = self.get(sha256)
        return path is not None and hash_file(path) == sha256

    def open(self, sha256: str) -> BinaryIO:
        """
        Open the bytes with this hash.

        Raises
        ------
        StoreError
            When they are not kept.
        """
        path = self.get(sha256)
        if path is None:
            raise StoreError(Problem("A snapshot is missing.", sha256, "its file is gone", _FILL_AGAIN))
        return path.open("rb")

    def path_of(self, sha256: str) -> Path:
        """Return where the bytes with this hash lie, or would lie."""
        return self.folder / sha256[:2] / sha256[2:]

    def record(self, sha256: str) -> Record | None:
        """Return what is written beside the bytes with this hash, or None."""
        return read_record(self._record_path(sha256))

    def records(self) -> Iterator[Record]:
        """Yield what is written beside each snapshot, by hash."""
        for path in sorted(self.folder.glob("??/*.json")):
            if record := read_record(path):
                yield record

    def latest(self, role: str, file: str) -> str:
        """Return the hash of the bytes that a role's file had when it was last put, or an empty text."""
        return self._latest().get((role, file), ("", ""))[1]

    def verify(self) -> list[Problem]:
        """Hash every snapshot again and return what is missing, changed or without a record."""
        return [p for path in sorted(self.folder.glob("??/*")) for p in self._check(path)]

    def sweep(self, older_than: float = _STALE_AFTER) -> int:
        """Remove copies that were cut short at least so many seconds ago; return how many there were."""
        removed = 0
        for path in (self.folder / _INCOMING).glob("*"):
            if time.time() - path.stat().st_mtime >= older_than:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _latest(self) -> dict[tuple[str, str], tuple[str, str]]:
        if self._last is None:
            self._last = {}
            for record in self.records():
                for entry in record.known_as:
                    key = (entry["role"], entry["file"])
                    self._last[key] = max(self._last.get(key, ("", "")), (entry["time"], record.sha256))
        return self._last

    def _check(self, path: Path) -> Iterator[Problem]:
        if path.suffix == ".json":
            record = read_record(path)
            if record is None:
                yield Problem(
                    "The record of a snapshot cannot be read.", str(path), "damaged text", _FILL_AGAIN
                )
            elif missing := [sha for sha in record.needs if self.get(sha) is None]:
                yield Problem("A snapshot is missing.", str(path), f"no bytes for {missing[0]}", _FILL_AGAIN)
        elif (found := hash_file(path)) != path.parent.name + path.name:
            yield Problem(
                "A snapshot has changed.", str(path), f"its bytes now have the hash {found}", _FILL_AGAIN
            )

    def _keep_bytes(self, content: Path | BinaryIO | bytes) -> tuple[str, int]:
        if isinstance(content, bytes):
            sha = hash_bytes(content)
            return (sha, len(content)) if self.is_whole(sha) else self._copy([content])
        if isinstance(content, Path):
            sha = hash_file(content)
            if content == self.path_of(sha) or self.is_whole(sha):
                return sha, content.stat().st_size
            with content.open("rb") as stream:
                return self._copy(iter(lambda: stream.read(CHUNK), b""))
        return self._copy(iter(lambda: content.read(CHUNK), b""))

    def _copy(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with self._temporary() as temporary:
            with temporary.open("xb") as stream:
                for chunk in chunks:
                    digest.update(chunk)
                    size += stream.write(chunk)
                _settle(stream)
            sha = digest.hexdigest()
            _move(temporary, self.path_of(sha))
        return sha, size

    def _note_all(
        self, source: Source, names: tuple[str, ...], shas: list[str], beside: Mapping[str, str]
    ) -> None:
        if len(shas) == 1:
            self._note(source, names[0], companions=beside)
            return
        members = dict(zip(names, shas, strict=True))
        self._keep_bytes(listing(members.items()))
        self._note(source, Path(source.file).name, members=members, companions=beside)

    def _note(
        self,
        source: Source,
        name: str,
        members: Mapping[str, str] | None = None,
        companions: Mapping[str, str] | None = None,
    ) -> None:
        old = self.record(source.sha256) or Record(source.sha256, source.size)
        said = {**asdict(source), "name": name, "time": self._clock()}
        others = tuple(e for e in old.known_as if not says_the_same(e, said))
        new = replace(
            old,
            known_as=(*others, said),
            members=members or old.members,
            companions=companions or old.companions,
        )
        is_new = len(others) == len(old.known_as) or (new.members, new.companions) != (
            old.members,
            old.companions,
        )
        if is_new or self.latest(source.role, source.file) != source.sha256:
            self._write_record(new)
            self._latest()[source.role, source.file] = (said["time"], source.sha256)

    def _write_record(self, record: Record) -> None:
        with self._temporary() as temporary:
            with temporary.open("xb") as stream:
                stream.write(record.as_json().encode())
                _settle(stream)
            _move(temporary, self._record_path(record.sha256))

    def _record_path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / f"{sha256[2:]}.json"

    @contextmanager
    def _temporary(self) -> Iterator[Path]:
        incoming = self.folder / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        temporary = incoming / secrets.token_hex(8)
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)

    @contextmanager
    def _careful(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise cannot_write(self.folder, error) from error


def _group_hash(names: tuple[str, ...], shas: list[str]) -> str:
    return shas[0] if len(shas) == 1 else hash_bytes(listing(zip(names, shas, strict=True)))


def _changed_meanwhile(found: Located) -> Problem:
    why = "its bytes changed while they were copied"
    return Problem(
        "A file cannot be used.", found.spec.path, why, "Wait until it is written, then run again."
    )


def _settle(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _move(temporary: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    temporary.replace(target)
