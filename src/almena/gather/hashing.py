"""Hashes of files and of groups of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

CHUNK = 1 << 20


def hash_bytes(content: bytes) -> str:
    """Return the sha256 of some bytes, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def hash_file(path: Path) -> str:
    """Return the sha256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def listing(members: Iterable[tuple[str, str]]) -> bytes:
    """
    Return the text that stands for a group of files: one line ``name sha256`` each, sorted by name.

    Parameters
    ----------
    members : iterable of (str, str)
        Name and sha256 of each file.

    Returns
    -------
    bytes
        UTF-8 text; its own sha256 is the hash of the group.
    """
    return "".join(f"{name} {sha}\n" for name, sha in sorted(members)).encode()


class HashMemory:
    """Hashes of files, computed once per file and state (path, size, time of change)."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], str] = {}

    def of(self, path: Path) -> str:
        """Return the sha256 of a file's bytes, hexadecimal."""
        state = path.stat()
        key = (str(path), state.st_size, state.st_mtime_ns)
        if key not in self._known:
            self._known[key] = hash_file(path)
        return self._known[key]
