"""Documents of a city: taken in, read once, and searched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from almena.gather.kit import KIT_FILE
from almena.gather.snapshot import SnapshotStore
from almena.gather.snapshot_record import Record
from almena.geo.prose import folded
from almena.harmonise.document_reading import TEXT_VERSION, found_document, read_document
from almena.model.document import DocumentText
from almena.model.origin import Source
from almena.model.problem import AlmenaError, InputError, Problem, raise_all
from almena.store.document_index import DocumentIndex, Hit
from almena.store.folder import CityFolder

DOCUMENT = "document"
"""Role of the snapshots that are documents."""
AROUND = 90
"""Characters shown before and after the first word found."""


def take_in(
    city: CityFolder, paths: Iterable[Path], facts: Source | None = None
) -> tuple[list[DocumentText], list[Problem]]:
    """
    Keep files as documents of a city and read those that are new.

    Parameters
    ----------
    city : CityFolder
        The city.
    paths : iterable of Path
        The files.
    facts : Source, optional
        What is known of them: address, licence, author body (`attribution`), date, sharing.

    Returns
    -------
    tuple
        The documents that could be read, in order; what stands in the way of the others.
    """
    store, index = SnapshotStore(city.snapshots), DocumentIndex(city.path)
    read: list[DocumentText] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            _refuse_no_file(path)
            known = facts or Source(DOCUMENT, "", "")
            source = store.put(path, replace(known, role=DOCUMENT, file=path.name), path.name)
            read.append(_read(store.path_of(source.sha256), source, index))
        except AlmenaError as error:
            problems += error.problems
    return read, problems


def _refuse_no_file(path: Path) -> None:
    if not path.is_file():
        why = "It is a folder." if path.is_dir() else "Nothing is there."
        raise InputError(Problem("The document is missing.", str(path), why, "Check the path."))


def documents_of(city: CityFolder) -> tuple[list[DocumentText], list[Problem]]:
    """
    Return all documents among a city's snapshots: those taken in and those that its kit names.

    Parameters
    ----------
    city : CityFolder
        The city.

    Returns
    -------
    tuple
        The documents that could be read; what stands in the way of the others.
    """
    index = DocumentIndex(city.path)
    read: list[DocumentText] = []
    problems: list[Problem] = []
    for path, source in _kept(city):
        try:
            read.append(_read(path, source, index))
        except AlmenaError as error:
            problems += error.problems
    return read, problems


def _kept(city: CityFolder) -> Iterator[tuple[Path, Source]]:
    """Return the snapshots that are documents, each hash once."""
    from almena.app.city_kit import read_city_kit

    store = SnapshotStore(city.snapshots)
    named = read_city_kit(city).files if (city.kit / KIT_FILE).is_file() else ()
    kit = {f.role for f in named if f.reader == DOCUMENT}
    for record in store.records():
        roles = [facts for facts in record.known_as if facts["role"] in {DOCUMENT, *kit}]
        path = store.get(record.sha256)
        if roles and path is not None:
            yield path, _source(record, roles[-1])


def _source(record: Record, facts: Mapping[str, Any]) -> Source:
    known = {f.name: facts[f.name] for f in fields(Source) if f.name in facts}
    return Source(**{**known, "sha256": record.sha256, "size": record.size})


def _read(path: Path, source: Source, index: DocumentIndex) -> DocumentText:
    known = index.get(source.sha256, TEXT_VERSION)
    if known is not None:
        return known
    text = read_document(found_document(path, source))
    index.put(text, TEXT_VERSION)
    return text


def search(path: Path, words: str, most: int = 20) -> dict[str, Any]:
    """
    Find passages that hold all words, in all documents of a city.

    Parameters
    ----------
    path : Path
        The city folder.
    words : str
        What is looked for.
    most : int
        Number of passages.

    Returns
    -------
    dict
        ``{words, hits: [{document, sha256, title, page, box, passage, kind, section, snippet}], notes}``; notes are
        the problems of documents that could not be read.

    Raises
    ------
    InputError
        When no word is asked for, or the city has no document.
    """
    if not folded(words):
        raise_all([Problem("No word is asked for", words, "", "Name at least one word.")])
    with CityFolder.open(path) as city:
        index = DocumentIndex(city.path)
        known = index.known(TEXT_VERSION)
        kept = list(_kept(city))
        problems: list[Problem] = []
        if any(source.sha256 not in known for _, source in kept):
            problems = documents_of(city)[1]
        if not kept:
            remedy = (
                "Take documents in with `almena mine`, or name them in the kit with the reader `document`."
            )
            raise_all([Problem("The city has no document", str(path), "", remedy)])
        hits = index.search(words, most)
    return {
        "words": words,
        "hits": [_as_row(hit, words) for hit in hits],
        "notes": [p.as_dict() for p in problems],
    }


def _as_row(hit: Hit, words: str) -> dict[str, Any]:
    return {
        "document": hit.file,
        "sha256": hit.sha256,
        "title": hit.title,
        "page": hit.page,
        "box": list(hit.box) if hit.box else None,
        "passage": hit.passage,
        "kind": hit.kind,
        "section": hit.section,
        "snippet": snippet(hit.text, words),
    }


def snippet(text: str, words: str) -> str:
    """
    Return the part of a text around the first of some words, cut between words.

    Parameters
    ----------
    text, words : str
        The passage; what was looked for.
    """
    wanted = set(folded(words))
    at = next((m.start() for m in re.finditer(r"\w+", text) if wanted & set(folded(m.group()))), 0)
    start, end = max(0, at - AROUND), min(len(text), at + AROUND)
    if start:
        start = text.find(" ", start) + 1 or start
    if end < len(text):
        end = text.rfind(" ", at, end) if text.rfind(" ", at, end) > at else end
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"
