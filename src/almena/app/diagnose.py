"""Diagnose a city: join its registers, its answers and its profile, and answer the questions of the method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from almena.app.answers import answers_of, judgements_of
from almena.app.packs import packs_of
from almena.app.registers import registers_of
from almena.app.settings import Settings
from almena.diagnose.contradictions import Circumstances
from almena.diagnose.diagnosis import diagnose
from almena.diagnose.rules import Given, means
from almena.diagnose.vocabulary import taxonomy_of
from almena.model.card import Card
from almena.model.case import Case, provenance
from almena.model.observation import CONFIRMED, DECIDE
from almena.model.pack import Pack
from almena.model.question import TABLE, GivenAnswer
from almena.model.register import Judgement, Registers, Told
from almena.packs import load_cards
from almena.publish.benchmarks import RED, STRONG, judge
from almena.store.folder import CityFolder
from almena.store.observations import current
from almena.store.rows import StoredObservation

CUT_OFF = "cut-off"
CONFIDENT = ("A", "B", "C")
"""Letters of cut-offs that may propose a colour; one of confidence D only shows the value."""
_COLOUR = {STRONG: "green", RED: "red"}  # a value between two cuts, or short of the only one, has no colour
PEOPLE = ("identity.population_census", "identity.population_raster", "identity.population_tagged")


def diagnosis_of(path: Path, settings: Settings | None = None) -> Case:
    """
    Return the diagnosis of a city with the entries it stands on.

    Parameters
    ----------
    path : Path
        The city folder.
    settings : Settings, optional
        Clock and language.

    Raises
    ------
    InputError
        When the folder is no city or its packs cannot be used.
    """
    settings = settings or Settings()
    with CityFolder.open(path) as folder:
        return case_of(folder, settings.today, settings.language)


def case_of(folder: CityFolder, today: str, language: str = "") -> Case:
    """
    Return the case of an open city.

    Parameters
    ----------
    folder : CityFolder
        The city.
    today : str
        Day of the diagnosis, ISO 8601.
    language : str
        ISO 639-1 code in which packs tell their names, where they can.
    """
    packs = packs_of(folder)
    cards = load_cards()
    known = [o for o in current(folder.engine) if o.observation.is_headline and not o.observation.is_missing]
    entered = registers_of(folder, packs)
    answers = answers_of(folder, packs)
    judgements = (*entered.judgements, *judgements_of(answers), *measured(known, cards))
    circumstances = Circumstances(today, people_of(known), tuple(tables_of(answers)))
    return case_from(replace(entered, judgements=judgements), packs, cards.values(), circumstances, language)


def case_from(
    registers: Registers,
    packs: Mapping[str, Pack],
    cards: Iterable[Card],
    circumstances: Circumstances,
    language: str = "",
) -> Case:
    """
    Return the case of registers at hand.

    Parameters
    ----------
    registers : Registers
        Entries and judgements.
    packs : mapping of str to Pack
        The vocabularies.
    cards : iterable of Card
        Indicators that this software measures.
    circumstances : Circumstances
        What the rules compare with.
    language : str
        ISO 639-1 code of the names.
    """
    taxonomy = taxonomy_of(packs.values(), cards, language=language)
    return Case(registers, taxonomy, diagnose(registers, taxonomy, circumstances), is_illustration(registers))


def is_illustration(registers: Registers) -> bool:
    """Tell whether the author or the source of any entry begins with saying that it is an illustration."""
    return any(_says_illustration(told) for told in provenance(registers))


def _says_illustration(told: Told) -> bool:
    words = tuple(means("illustration"))
    return told.by.casefold().startswith(words) or told.source.casefold().startswith(words)


def measured(known: Iterable[StoredObservation], cards: Mapping[str, Card]) -> Iterator[Judgement]:
    """
    Yield what benchmarks propose for values of the profile.

    Only a value that is fit to decide, or that a named person confirmed, and only a benchmark of confidence A to C.

    Parameters
    ----------
    known : iterable of StoredObservation
        Headlines with a value.
    cards : mapping of str to Card
        Indicators by id.
    """
    for stored in known:
        shown, card = stored.shown, cards.get(stored.observation.indicator)
        if card is None or card.benchmark_confidence not in CONFIDENT:
            continue
        colour = _COLOUR.get(judge(card, shown), "")
        if colour and (shown.use == DECIDE or shown.status == CONFIRMED):
            source = f"{card.id}, {shown.period}; {card.benchmark_source}"
            yield Judgement(
                card.id, colour, f"{shown.value:.{card.decimals}f}", card.unit, CUT_OFF, card.element,
                confidence=card.benchmark_confidence, told=Told(source, stored.by, stored.recorded_at),
            )  # fmt: skip


def people_of(known: Iterable[StoredObservation]) -> float | None:
    """Return how many people the largest count of the profile finds, None without a count."""
    counts = [o.shown.value for o in known if o.observation.indicator in PEOPLE]
    return max((value for value in counts if value is not None), default=None)


def tables_of(answers: Iterable[GivenAnswer]) -> Iterator[Given]:
    """Yield the answers that are tables, as far as they hold numbers."""
    for answer in answers:
        question = answer.question
        if question.answer != TABLE or not isinstance(answer.value, Mapping):
            continue
        value = answer.value
        cells = tuple(
            tuple(_number(value.get(row.id), column.id) for column in question.columns)
            for row in question.rows
        )
        yield Given(
            question.id, question.text, _names(question.rows), _names(question.columns), cells, question.unit
        )


def _names(choices: Sequence[Any]) -> tuple[str, ...]:
    return tuple(choice.english or choice.label for choice in choices)


def _number(row: object, column: str) -> float | None:
    cell = row.get(column) if isinstance(row, Mapping) else None
    if isinstance(cell, bool) or cell is None:
        return None
    try:
        return float(str(cell))
    except ValueError:
        return None
