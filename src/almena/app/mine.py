"""Documents mined into candidates; candidates kept, listed, and accepted or refused by a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from almena.app.city_kit import at_work
from almena.app.documents import documents_of, take_in
from almena.app.settings import Settings
from almena.mine.context import Context
from almena.mine.contradictions import contradictions
from almena.mine.miner import mine
from almena.model.document import Candidate, DocumentText, cited_at
from almena.model.place import CITY
from almena.model.problem import InputError
from almena.model.statement import Statement
from almena.packs.loader import load_cards
from almena.store.folder import CityFolder
from almena.store.observations import current
from almena.store.statements import say_all, standing

CANDIDATE = "candidate"
"""Kind of the statements that hold candidates; their key is the candidate's id."""


def mine_documents(path: Path, files: Sequence[Path], settings: Settings) -> dict[str, Any]:
    """
    Take documents in, find what they say of the city, and keep it as proposed.

    Parameters
    ----------
    path : Path
        The city folder.
    files : sequence of Path
        The documents; none for those that the city has already.
    settings : Settings
        Clock, and who mines.

    Returns
    -------
    dict
        ``{candidates, contradictions, new, problems}``; a document mined before proposes nothing twice.
    """
    with CityFolder.open(path) as folder, at_work(folder, "mine", settings.clock()):
        documents, problems = take_in(folder, files) if files else documents_of(folder)
        if files and not documents:
            raise InputError(*problems)
        context = _context(folder, int(settings.today[:4]))
        found = [c for d in _once(documents) for c in mine(d, context)]
        names = {d.sha256: d.file for d in documents}
        said = [_statement(c, names) for c in found]
        kept = say_all(folder.engine, said, at=settings.clock(), by=settings.by)
    return {
        "candidates": [_as_row(c, names) for c in found],
        "contradictions": [p.as_dict() for p in contradictions(found)],
        "new": kept.written,
        "problems": [p.as_dict() for p in problems],
    }


def coverage(path: Path) -> dict[str, Any]:
    """
    Return which cards have a candidate in which document, and which have none.

    Returns
    -------
    dict
        ``{covered: {card: [document, …]}, silent: [card, …]}``.
    """
    with CityFolder.open(path) as folder:
        kept = [s.statement.content for s in standing(folder.engine, kind=CANDIDATE)]
    cards = load_cards()
    covered: dict[str, list[str]] = {}
    for content in kept:
        card = str(content["indicator"])
        if card in cards and content["document"] not in covered.setdefault(card, []):
            covered[card].append(str(content["document"]))
    return {"covered": covered, "silent": [card for card in cards if card not in covered]}


def _context(folder: CityFolder, this_year: int) -> Context:
    held: dict[str, tuple[float, str, str]] = {}
    cards = load_cards()
    for stored in current(folder.engine):
        seen = stored.observation
        if seen.place == CITY and seen.value is not None and seen.indicator in cards and not seen.dimensions:
            held[seen.indicator] = (float(seen.value), cards[seen.indicator].unit, seen.period)
    return Context(folder.city.name, held=held, this_year=this_year)


def _once(documents: Iterable[DocumentText]) -> list[DocumentText]:
    return list({d.sha256: d for d in documents}.values())


def _statement(candidate: Candidate, names: Mapping[str, str]) -> Statement:
    row = _as_row(candidate, names)
    row.pop("against")
    at = cited_at(candidate.page, candidate.passage, candidate.box)
    source = f"{names[candidate.document]}, {at}: «{candidate.quotation}»"
    return Statement(CANDIDATE, candidate.id, row, source=source)


def _as_row(candidate: Candidate, names: Mapping[str, str]) -> dict[str, Any]:
    row = asdict(candidate)
    row["document"] = names[candidate.document]
    row["sha256"] = candidate.document
    row["against"] = dict(candidate.against)
    row["because"] = list(candidate.because)
    row["box"] = list(candidate.box) if candidate.box else None
    return row
