"""Actors, plans, projects with money, shocks and commitments named in a document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from almena.mine.figures import Reading
from almena.mine.numerals import quantities
from almena.mine.periods import periods
from almena.mine.sentences import sentences
from almena.model.document import Candidate, Passage
from almena.packs.folding import fold
from almena.packs.mining import load_cue

_CAPITAL = r"[A-ZÀ-Ý][\wÀ-ÿ'’-]+"
_NAME = re.compile(
    rf"{_CAPITAL}(?:\s(?:(?:d[aeo]s?|del?|la|of|the|for|e|y|and|et|du|des|pour|à|às|ao|para|el|on)\s){{0,2}}{_CAPITAL}){{1,9}}(?:\s\([A-Z][\w-]{{1,9}}\))?"
)
# Half of such names proved to be whole and right in the pages read: assumed until counted.
_NAMED, _TOLD = 0.6, 0.5


def deeds(passage: Passage, reading: Reading) -> Iterator[Candidate]:
    """Yield what is named or told in a passage apart from figures."""
    for start, end in sentences(passage.text):
        sentence = passage.text[start:end]
        yield from _named(sentence, passage, reading)
        yield from _told(sentence, passage, reading)


def _named(sentence: str, passage: Passage, reading: Reading) -> Iterator[Candidate]:
    for match in _NAME.finditer(sentence):
        name = match.group()
        folded = fold(name)
        first = folded.split()[0]
        for kind, cue in (("plan", "plan_word"), ("actor", "actor_word")):
            if load_cue(cue, reading.language).fullmatch(first) or load_cue(cue, reading.language).search(
                folded, len(folded) - 18
            ):
                yield _candidate(kind, name, sentence, passage, reading, _NAMED)
                break


def _told(sentence: str, passage: Passage, reading: Reading) -> Iterator[Candidate]:
    folded = fold(sentence)
    times = periods(folded, reading.language, reading.year)
    shock = load_cue("shock_word", reading.language).search(folded)
    if shock and times and any(reading.year is None or t.last <= reading.year for t in times):
        yield _candidate("shock", shock.group(), sentence, passage, reading, _TOLD, times[0].text)
    money = [q for q in quantities(folded, reading.mark) if q.unit_class == "money" and q.value >= 1000]
    if money and load_cue("money_for", reading.language).search(folded):
        first = money[0]
        yield _candidate(
            "project",
            "",
            sentence,
            passage,
            reading,
            _TOLD,
            times[0].text if times else "",
            first.value,
            first.unit,
        )
    if load_cue("commit_word", reading.language).search(folded):
        yield _candidate("commitment", "", sentence, passage, reading, _TOLD, times[-1].text if times else "")


def _candidate(
    kind: str,
    name: str,
    sentence: str,
    passage: Passage,
    reading: Reading,
    sure: float,
    period: str = "",
    value: float | None = None,
    unit: str = "",
) -> Candidate:
    return Candidate(
        kind=kind,
        indicator=name,
        value=value,
        low=None,
        high=None,
        unit=unit,
        place=reading.context.city if reading.own_document else "",
        place_kind="city" if reading.own_document else "",
        period=period,
        group="",
        quotation=sentence,
        document=reading.document,
        page=passage.page,
        box=passage.box,
        passage=passage.id,
        confidence=0.05 if reading.gives_orders else sure,
        stance="fact",
        against={},
        because=(),
        id="",
    )
