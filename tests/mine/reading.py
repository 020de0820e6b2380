"""A document made of lines, for tests of mining."""

from __future__ import annotations

from almena.mine.context import Context
from almena.mine.miner import mine
from almena.model.document import Candidate, DocumentText, Passage


def document(text: str, language: str, date: str = "2024") -> DocumentText:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    passages = tuple(Passage(f"p{n}", 1, None, "paragraph", line) for n, line in enumerate(lines))
    return DocumentText("0" * 64, "text.txt", "", "", date, language, 1, passages)


def figures(text: str, language: str, city: str, date: str = "2024") -> list[Candidate]:
    found = mine(document(text, language, date), Context(city))
    return [c for c in found if c.kind in ("value", "target")]
