"""Read a PDF as a screen reader would: its tags, its alternative texts, its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pypdf import PdfReader


@dataclass(frozen=True)
class Paper:
    """
    Everything the tests ask of a PDF.

    Parameters
    ----------
    path : Path
        The file.
    """

    path: Path

    @cached_property
    def reader(self) -> PdfReader:
        return PdfReader(self.path)

    @cached_property
    def root(self) -> Any:
        return self.reader.trailer["/Root"]

    @cached_property
    def text(self) -> str:
        """Return all text, blanks reduced and soft breaks of long words taken out."""
        joined = " ".join(page.extract_text() for page in self.reader.pages)
        return re.sub(r"\s+", " ", joined.replace("\u200b", ""))

    @property
    def words(self) -> int:
        return len(self.text.split())

    @cached_property
    def tags(self) -> list[tuple[str, str]]:
        """Return the type of every tag with its alternative text, in reading order."""
        found: list[tuple[str, str]] = []
        self._walk(self.root["/StructTreeRoot"], found)
        return found

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.tags]

    def alternatives(self) -> list[str]:
        return [text for kind, text in self.tags if kind == "/Figure"]

    def headings(self) -> list[int]:
        return [int(kind[2:]) for kind in self.kinds() if re.fullmatch(r"/H\d", kind)]

    def links(self) -> int:
        notes = [note.get_object() for page in self.reader.pages for note in page.get("/Annots", [])]
        return sum(note["/Subtype"] == "/Link" for note in notes)

    def _walk(self, node: Any, found: list[tuple[str, str]]) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for part in node:
                self._walk(part, found)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((str(node["/S"]), str(node.get("/Alt", ""))))
            if "/K" in node:
                self._walk(node["/K"], found)
