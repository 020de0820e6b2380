"""Small kits for the tests of this room."""

from __future__ import annotations

import hashlib
from pathlib import Path

from almena.model.kit import Kit, KitFile
from almena.model.origin import Source


def kit_of(folder: Path, *files: KitFile, name: str = "toy-ville") -> Kit:
    return Kit(name, "Toyville", "ZZZ", "EPSG:32727", ("en",), files, folder)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


FACTS = Source(
    "schools", "services/schools.geojson", "", "https://example.org/s", "CC0-1.0", "Toyville", "2024"
)
