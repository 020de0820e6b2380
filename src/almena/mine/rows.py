"""Values from rows of tables: the row says what, the column says when or in which unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from almena.mine import places
from almena.mine.figures import Reading
from almena.mine.numerals import read_number
from almena.model.document import Candidate, Passage
from almena.packs.folding import fold
from almena.packs.mining import Term, load_cue, load_terms, load_units

_NUMERIC = re.compile(r"[-+]?\d[\d.,\s' ]*(?:\s?%)?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
# Classes that are counted: a number in a table needs no unit beside it.
_COUNTED = {
    "persons": "persons",
    "schools": "schools",
    "hospitals": "hospitals",
    "beds": "beds",
    "pupils": "pupils",
    "households": "households",
    "dwellings": "dwellings",
    "buses": "buses",
    "vehicles": "vehicles",
    "settlements": "settlements",
    "deaths": "deaths",
    "homicides": "homicides",
    "jobs": "jobs",
    "health": "health_facilities",
    "index": "index",
    "trees": "trees",
    "shelters": "shelters",
    "neighbourhoods": "neighbourhoods",
    "passengers": "passengers",
}
# A longer first cell is prose that a page's columns cut: assumed.
_LONGEST = 70
_TOTAL = re.compile(r"^(?:total|totais|المجموع|ensemble)\b")


def rows(passage: Passage, reading: Reading, title: str = "") -> Iterator[Candidate]:
    """Yield the values of one row; its first cell, the headers and the title of the table say what they are."""
    cells = passage.cells
    label = next((c for c in cells if c.strip() and not _NUMERIC.fullmatch(fold(c).strip())), "")
    if not label or len(cells) < 2 or len(label) > _LONGEST:
        return
    headers = passage.header if len(passage.header) == len(cells) else ("",) * len(cells)
    for cell, header in zip(cells, headers, strict=True):
        folded = fold(cell).strip()
        if cell is label or not _NUMERIC.fullmatch(folded):
            continue
        value = read_number(folded.rstrip("% "), reading.mark)
        year_like = value is not None and _YEAR.fullmatch(folded)
        if value is None or year_like or cell.strip() not in passage.text:
            continue
        candidate = _candidate(value, cell, label, header, title, passage, reading)
        if candidate is not None:
            yield candidate


def _candidate(
    value: float, cell: str, label: str, header: str, title: str, passage: Passage, reading: Reading
) -> Candidate | None:
    said = fold(f"{label} | {header}")
    heading = fold(title or passage.section.rsplit("/", 1)[-1])
    term = _term(said, reading.language) or _term(heading, reading.language)
    unit = _unit(cell, said, heading, term)
    if not unit:
        return None
    period = _period(header) or _period(label) or _period(title or passage.section.rsplit("/", 1)[-1])
    place = _place(label, heading, passage, reading)
    target = bool(load_cue("target", reading.language).search(fold(header))) or bool(
        period and reading.year and int(period) > reading.year
    )
    because = ["read from a table"]
    because += [] if term else ["no known term"]
    because += [] if period else ["no time given"]
    because += ["no place"] if not place[0] else []
    because += ["the document gives orders"] if reading.gives_orders else []
    stance = "target" if target else "fact" if place[1] == places.CITY else "other_place"
    return Candidate(
        kind="target" if target else "value",
        indicator=term.indicator if term else f"{label} {header}".strip(),
        value=value,
        low=None,
        high=None,
        unit=unit,
        place=place[0],
        place_kind=place[1],
        period=period,
        group="",
        quotation=passage.text,
        document=reading.document,
        page=passage.page,
        box=passage.box,
        passage=passage.id,
        confidence=0.0,
        stance=stance,
        against={},
        because=tuple(because),
        id="",
    )


def _term(said: str, language: str) -> Term | None:
    found = [(m.end() - m.start(), t) for t in load_terms(language) for m in t.pattern.finditer(said)]
    return max(found, key=lambda f: f[0])[1] if found else None


def _unit(cell: str, said: str, heading: str, term: Term | None) -> str:
    if "%" in fold(cell):
        return "%"
    pattern, known = load_units()
    for text in (said, heading):
        for written in re.findall(r"\(([^()]{1,24})\)", text):
            match = pattern.match(written.strip())
            if match:
                return known[match.group()][0]
        if "%" in text:
            return "%"
    if term is None:
        return ""
    return next((_COUNTED[c] for c in term.classes if c in _COUNTED), "")


def _period(text: str) -> str:
    found = _YEAR.findall(text)
    return found[0] if len(set(found)) == 1 else ""


def _place(label: str, heading: str, passage: Passage, reading: Reading) -> tuple[str, str]:
    named = places.mentions(label, fold(label), reading.context, reading.language)
    if named:
        return named[0].name, named[0].kind
    first = fold(passage.header[0]) if passage.header else ""
    if re.search(r"\b(?:cidade|ciudad|city|ville|municipio|municipality|commune)\b", first):
        return label.strip(), places.ELSEWHERE
    if re.search(
        r"\b(?:bairro|barrio|neighbou?rhood|quartier|district|distrito)\b", first
    ) and not _TOTAL.match(fold(label)):
        return label.strip(), places.NEIGHBOURHOOD
    above = places.mentions(heading, heading, reading.context, reading.language)
    if above:
        return above[0].name, above[0].kind
    return (reading.context.city, places.CITY) if reading.own_document else ("", "")
