"""Candidates of one document, each with its quotation, its place in the document and its confidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from almena.mine.confidence import calibrated, score
from almena.mine.context import Context
from almena.mine.deeds import deeds
from almena.mine.figures import Lead, Reading, figures, gives_orders, lead_of
from almena.mine.numerals import decimal_mark
from almena.mine.rows import rows
from almena.mine.sentences import sentences
from almena.model.document import Candidate, DocumentText, Passage
from almena.packs.folding import fold
from almena.packs.mining import load_cue, words

_AGREES = 0.02
_FEWEST_WORDS = 2
_MIN_NAMED = 1


def mine(document: DocumentText, context: Context) -> list[Candidate]:
    """
    Find what a document says of a city.

    Parameters
    ----------
    document : DocumentText
        The document, read.
    context : Context
        The city, and what its profile holds.

    Returns
    -------
    list of Candidate
        In reading order, none twice; every quotation stands in its passage and every number in its quotation.
    """
    reading = _reading(document, context)
    texts = {p.id: p.text for p in document.passages}
    found: dict[str, Candidate] = {}
    for candidate in _all(document, reading):
        if candidate.quotation not in texts[candidate.passage]:
            continue
        sure = candidate.confidence or round(calibrated(score(candidate.because)), 3)
        named = replace(candidate, confidence=sure, against=against(candidate, context), id=_name(candidate))
        found.setdefault(named.id, named)
    return list(found.values())


def against(candidate: Candidate, context: Context) -> Mapping[str, Any]:
    """Return how a candidate stands to what the profile holds: it agrees, differs by a share, or is new."""
    held = context.held.get(candidate.indicator)
    if candidate.kind != "value" or candidate.value is None or candidate.place_kind != "city":
        return {}
    if held is None or not _comparable(held[1], candidate.unit):
        return {"verdict": "new"}
    value, unit, period = held
    factor = _comparable(unit, candidate.unit) or 1.0
    difference = candidate.value * factor - value
    share = difference / value if value else None
    verdict = "agrees" if share is not None and abs(share) <= _AGREES else "differs"
    return {
        "verdict": verdict,
        "value": value,
        "unit": unit,
        "period": period,
        "difference": difference,
        "share": share,
    }


def _comparable(held: str, written: str) -> float | None:
    if held == written:
        return 1.0
    return {("km2", "ha"): 0.01, ("km2", "m2"): 1e-6, ("persons/km2", "persons/ha"): 100.0}.get(
        (held, written)
    )


def _all(document: DocumentText, reading: Reading) -> Iterator[Candidate]:
    lead = Lead()
    titles, heads = _titles(document), _heads(document)
    for passage in document.passages:
        if passage.kind == "table" and passage.cells:
            header = heads.get(passage.table, passage.header)
            yield from rows(replace(passage, header=header), reading, titles.get(passage.table, ""))
            continue
        if len(_WORD.findall(passage.text, 0, 400)) < _FEWEST_WORDS:
            continue
        if _lists_works(passage, reading):
            continue
        if passage.kind == "heading" or _is_reference(passage.text):
            continue
        yield from figures(passage, reading, lead if lead.open else Lead())
        yield from deeds(passage, reading)
        if not (lead.open and _BULLET.match(passage.text)):
            lead = _last(passage.text, reading, lead)


def _lists_works(passage: Passage, reading: Reading) -> bool:
    last = re.sub(r"^[\d. ]+", "", fold(passage.section.rsplit("/", 1)[-1])).strip()
    return bool(last and load_cue("works", reading.language).fullmatch(last))


_BULLET = re.compile(r"\s*[-•·▪–*]\s")


# Two words at least: a bare "79%" is a label of a chart.
_WORD = re.compile(r"[^\W\d_]{2,}")
_TITLE = re.compile(r"(?:tabela|table|quadro|cuadro|tabla|tableau|الجدول|جدول)\s")


def _titles(document: DocumentText) -> dict[str, str]:
    """Return the title line next to each table, above it or below."""
    found: dict[str, str] = {}
    above, open_table = "", ""
    for passage in document.passages:
        if passage.kind == "table":
            if passage.table not in found:
                found[passage.table] = above
            open_table, above = passage.table, ""
        elif _TITLE.match(fold(passage.text)) and len(passage.text) < 300:
            above = passage.text
            if open_table and not found[open_table]:
                found[open_table], above = passage.text, ""
    return found


def _heads(document: DocumentText) -> dict[str, tuple[str, ...]]:
    """Return the headers of tables whose first row is a second line of headers."""
    found: dict[str, tuple[str, ...]] = {}
    for passage in document.passages:
        if passage.kind == "table" and passage.table not in found:
            known = (
                passage.header if len(passage.header) == len(passage.cells) else ("",) * len(passage.cells)
            )
            bare = not any(re.match(r"\s*[-+]?\d[\d.,]*\s*%?\s*$", cell) for cell in passage.cells)
            both = tuple(f"{a} {b}".strip() for a, b in zip(known, passage.cells, strict=True))
            found[passage.table] = both if bare and sum(map(bool, passage.cells)) > 1 else passage.header
    return found


def _last(text: str, reading: Reading, lead: Lead) -> Lead:
    for start, end in sentences(text):
        lead = lead_of(text[start:end], reading, lead)
    return lead


_REFERENCE = re.compile(
    r"\b(?:disponivel em|acesso em|acessado em|available at|retrieved from|isbn|issn|doi:|disponible en|disponible sur)\b|\b\d+\s?p\.$|\bv\.\s?\d+, n"  # noqa: E501 - one pattern
)


def _is_reference(text: str) -> bool:
    """Tell whether a passage is an entry of a list of works."""
    return bool(_REFERENCE.search(fold(text)))


def _reading(document: DocumentText, context: Context) -> Reading:
    texts = [p.text for p in document.passages]
    named = words(context.all_names)
    times = sum(1 for t in [document.title, *texts] if named.search(fold(t)))
    year = re.search(r"(?:19|20)\d\d", document.date or "") or re.search(
        r"(?:19|20)\d\d", document.title or ""
    )
    return Reading(
        document=document.sha256,
        language=document.language,
        mark=decimal_mark(texts, document.language),
        year=int(year.group()) if year else _latest(texts, context.this_year),
        context=context,
        own_document=times >= _MIN_NAMED,
        gives_orders=gives_orders(iter(texts), document.language),
    )


def _latest(texts: Iterable[str], this_year: int) -> int | None:
    """Return the latest year that a document cites as past, from the first texts; None when it names none."""
    years = [
        int(y) for t in list(texts)[:12] for y in re.findall(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,])", fold(t))
    ]
    return max((y for y in years if y <= this_year), default=None)


def _name(c: Candidate) -> str:
    parts = (
        c.document,
        c.passage,
        c.kind,
        c.indicator,
        c.value,
        c.low,
        c.high,
        c.unit,
        c.place,
        c.period,
        c.group,
    )
    return sha256("\u241f".join(map(str, parts)).encode()).hexdigest()[:20]
