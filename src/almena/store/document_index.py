"""The full text of a city's documents, for search; derived from the snapshots, and made again when it is gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from almena.geo.prose import folded
from almena.model.document import Box, DocumentText, Passage
from almena.model.problem import Problem, StoreError

INDEX_FILE = "documents.db"
MOST_RANKED = 15_000
"""Passages that are ordered by how telling they are; a word on more of them tells nothing, see `search` (*assumed*)."""
_SCHEMA = "2"
_TABLES = """
CREATE TABLE documents (number INTEGER PRIMARY KEY, sha256 TEXT UNIQUE, version TEXT, file TEXT, title TEXT, body TEXT);
CREATE TABLE places (number INTEGER PRIMARY KEY, document INTEGER, passage TEXT, page INTEGER, box TEXT, kind TEXT,
                     section TEXT, text TEXT);
CREATE INDEX places_of ON places (document);
CREATE VIRTUAL TABLE words USING fts5 (folded, content='', tokenize='ascii');
CREATE TABLE about (schema TEXT);
"""
_FIND = """
SELECT d.sha256, d.file, d.title, p.passage, p.page, p.box, p.kind, p.section, p.text, found.score
FROM (SELECT rowid, rank AS score FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?) AS found
JOIN places p ON p.number = found.rowid JOIN documents d ON d.number = p.document
ORDER BY found.score, p.number
"""
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
_FIND_IN_ORDER = _FIND.replace("rank", "0", 1).replace("ORDER BY rank ", "", 1)


@dataclass(frozen=True)
class Hit:
    """
    A passage that holds all words of a search.

    Parameters
    ----------
    sha256, file, title : str
        The document.
    passage : str
        Id of the passage.
    page : int
        Page, from 1.
    box : Box or None
        Its place on the page.
    kind, section, text : str
        As in `almena.model.document.Passage`.
    """

    sha256: str
    file: str
    title: str
    passage: str
    page: int
    box: Box | None
    kind: str
    section: str
    text: str


class DocumentIndex:
    """
    The index of one city.

    Parameters
    ----------
    folder : Path
        The city folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / INDEX_FILE

    def known(self, version: str) -> frozenset[str]:
        """
        Return the hashes of the documents that were read by a version of the reader.

        Parameters
        ----------
        version : str
            The reader's version.
        """
        if not self.path.is_file():
            return frozenset()
        with self._open() as base:
            return frozenset(
                r[0] for r in base.execute("SELECT sha256 FROM documents WHERE version = ?", (version,))
            )

    def get(self, sha256: str, version: str) -> DocumentText | None:
        """
        Return a document as it was read; None when it was not, or by another version of the reader.

        Parameters
        ----------
        sha256, version : str
            Hash of its bytes; version of the reader.
        """
        if not self.path.is_file():
            return None
        with self._open() as base:
            row = base.execute(
                "SELECT body FROM documents WHERE sha256 = ? AND version = ?", (sha256, version)
            ).fetchone()
        return _from_json(row[0]) if row else None

    def put(self, text: DocumentText, version: str) -> None:
        """
        Keep a document; one with the same hash is replaced.

        Parameters
        ----------
        text : DocumentText
            The document.
        version : str
            Version of the reader.
        """
        with self._open() as base, base:
            base.execute("BEGIN IMMEDIATE")
            self._forget(base, text.sha256)
            number = base.execute(
                "INSERT INTO documents (sha256, version, file, title, body) VALUES (?, ?, ?, ?, ?)",
                (text.sha256, version, text.file, text.title, json.dumps(asdict(text), ensure_ascii=False)),
            ).lastrowid
            first = base.execute("SELECT coalesce(max(number), 0) + 1 FROM places").fetchone()[0]
            base.executemany(
                "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (first + n, number, p.id, p.page, json.dumps(p.box), p.kind, p.section, p.text)
                    for n, p in enumerate(text.passages)
                ),
            )
            base.executemany(
                "INSERT INTO words (rowid, folded) VALUES (?, ?)",
                ((first + n, _indexed(p)) for n, p in enumerate(text.passages)),
            )

    def search(self, words: str, most: int = 20) -> list[Hit]:
        """
        Return the passages that hold all words, the most telling first (BM25, as FTS5 ranks).

        When the words stand in more than 15,000 passages they are given in the order of the documents.

        Parameters
        ----------
        words : str
            What is looked for; accents, capitals and plural do not matter.
        most : int
            Number of passages.
        """
        asked = list(dict.fromkeys(_coded(w) for w in folded(words)))
        if not asked or not self.path.is_file():
            return []
        match = " AND ".join(f'"{w}"' for w in asked)
        with self._open() as base:
            number = base.execute(_COUNT, (match, MOST_RANKED + 1)).fetchone()[0]
            find = _FIND if number <= MOST_RANKED else _FIND_IN_ORDER
            rows: list[Any] = base.execute(find, (match, most)).fetchall()
        return [
            Hit(row[0], row[1], row[2], row[3], row[4], _box(json.loads(row[5])), row[6], row[7], row[8])
            for row in rows
        ]

    def remove(self) -> None:
        """Take the whole index away; it is made again from the snapshots."""
        for ending in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    @staticmethod
    def _forget(base: sqlite3.Connection, sha256: str) -> None:
        """Take a document out; the words of a contentless table are taken out by naming them again."""
        row = base.execute("SELECT number FROM documents WHERE sha256 = ?", (sha256,)).fetchone()
        if row is None:
            return
        gone = base.execute(
            "SELECT number, section, text FROM places WHERE document = ? ORDER BY number", row
        ).fetchall()
        base.executemany(
            "INSERT INTO words (words, rowid, folded) VALUES ('delete', ?, ?)",
            ((number, _words_of(text)) for number, _, text in gone),
        )
        base.execute("DELETE FROM places WHERE document = ?", row)
        base.execute("DELETE FROM documents WHERE number = ?", row)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the index; a damaged or older one is made anew, because it holds nothing of its own."""
        try:
            base = self._connect()
        except sqlite3.DatabaseError:
            self.remove()
            base = self._connect()
        with closing(base):
            try:
                yield base
            except sqlite3.Error as error:
                remedy = f"Take {INDEX_FILE} away: the next search makes it again."
                raise StoreError(
                    Problem("The index of the documents cannot be used", INDEX_FILE, str(error), remedy)
                ) from error

    def _connect(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        try:
            made = base.execute("SELECT name FROM sqlite_master WHERE name = 'about'").fetchone()
            if made is None:
                base.executescript(_TABLES)
                base.execute("INSERT INTO about VALUES (?)", (_SCHEMA,))
            elif base.execute("SELECT schema FROM about").fetchone() != (_SCHEMA,):
                raise sqlite3.DatabaseError(_SCHEMA)
        except sqlite3.Error:
            base.close()
            raise
        return base


def _hit(*row: Any) -> Hit:
    sha256, file, title, passage, page, box, kind, section, text, _ = row
    return Hit(sha256, file, title, passage, page, _box(json.loads(box)), kind, section, text)


def _indexed(passage: Passage) -> str:
    return _words_of(passage.text)


def _words_of(text: str) -> str:
    return " ".join(_coded(w) for w in folded(text))


def _coded(word: str) -> str:
    """Return a fold without full stops and commas, which the index would take as the ends of words."""
    return word.replace(".", "").replace(",", "")


def _box(edges: Sequence[float] | None) -> Box | None:
    return None if edges is None else (edges[0], edges[1], edges[2], edges[3])


def _from_json(body: str) -> DocumentText:
    facts = json.loads(body)
    facts["notes"] = tuple(Problem(n["what"], n["where"], n["why"], n["remedy"]) for n in facts["notes"])
    facts["scanned"] = tuple(facts["scanned"])
    for name in ("passages", "running"):
        facts[name] = tuple(_passage(p) for p in facts[name])
    return DocumentText(**facts)


def _passage(facts: dict[str, Any]) -> Passage:
    facts["box"] = _box(facts["box"])
    facts["cells"], facts["header"] = tuple(facts["cells"]), tuple(facts["header"])
    return Passage(**facts)
