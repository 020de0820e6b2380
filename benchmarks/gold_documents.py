"""The documents of the gold set, read as the software reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from almena.harmonise.document_reading import found_document, read_document
from almena.model.document import DocumentText
from almena.model.origin import Source

FOLDERS = ("porto_alegre/documents", "extras/documents", "../knowledge/documents")
# What their imprints say.
DATES = {
    "rio_branco_climate_plan_2020.pdf": "2020-12",
    "people-centred-smart-cities.txt": "2024",
    "hlpf-learning-session-2023.txt": "2023",
    "flagship-programmes-2020.txt": "2020-10",
    "resolutions-briefing-2024.txt": "2024-03",
    "interview-crpt-2025.txt": "2025",
    "plano_diretor_2025_objetivos.docx": "2025",
    "plano_diretor_2025_minuta.docx": "2025",
}


def documents(data: Path, names: frozenset[str] = frozenset(DATES)) -> Iterator[tuple[str, DocumentText]]:
    """Yield name and text of each gold document that the data folder holds."""
    for folder in FOLDERS:
        for path in sorted((data / folder).glob("*")):
            if path.name in names:
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                source = Source("document", path.name, digest, date=DATES[path.name])
                yield path.name, read_document(found_document(path, source))
