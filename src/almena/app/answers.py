"""What stands in answer to the questions of a city: given by people, decided between them, or known from open files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from almena.ask.instrument import instrument_of
from almena.ask.joining import from_profile, joined
from almena.ask.values import shown
from almena.model.observation import CONFIRMED, DECIDE
from almena.model.pack import Pack
from almena.model.question import GivenAnswer, Instrument
from almena.model.register import Judgement, Told
from almena.model.statement import ANSWER, DECISION, StoredStatement
from almena.packs.language import ENGLISH, speaking
from almena.store.folder import CityFolder
from almena.store.observations import current
from almena.store.rows import StoredObservation
from almena.store.statements import standing


def questions_of(packs: Mapping[str, Pack], language: str = ENGLISH) -> Instrument:
    """
    Return all questions of some packs, their texts and the labels around them in one language.

    Parameters
    ----------
    packs : mapping of str to Pack
        Checked packs by id.
    language : str
        ISO 639-1 code of a language that Almena speaks.

    Raises
    ------
    InputError
        When the packs bring questions that cannot be told apart.
    """
    with speaking(language):
        return instrument_of(packs, language)


def answers_of(
    folder: CityFolder, packs: Mapping[str, Pack], instrument: Instrument | None = None
) -> tuple[GivenAnswer, ...]:
    """
    Return what stands for each question that somebody, or the profile, has answered, in the order of the framework.

    Parameters
    ----------
    folder : CityFolder
        The city, open.
    packs : mapping of str to Pack
        Packs in use.
    instrument : Instrument, optional
        Their questions in the language wanted; in English when absent.
    """
    instrument = instrument or questions_of(packs)
    said: dict[str, list[StoredStatement]] = defaultdict(list)
    for answer in standing(folder.engine, kind=ANSWER):
        said[answer.statement.key].append(answer)
    decided = {made.statement.key: made.statement for made in standing(folder.engine, kind=DECISION)}
    measured = _measured(folder)
    cuts = [row for pack in packs.values() for row in pack.table("benchmarks")]
    found = []
    for question in instrument.questions:
        if question.id in said:
            found.append(joined(question, said[question.id], decided.get(question.id), cuts))
        elif question.card in measured:
            one = measured[question.card]
            value, unit = one.shown.value, one.shown.unit
            if value is not None:
                source = f"{question.card}, {one.shown.period}".rstrip(", ")
                found.append(
                    from_profile(question, value, unit, cuts, source=source, by=one.by, at=one.recorded_at)
                )
    return tuple(found)


def judgements_of(answers: Iterable[GivenAnswer]) -> tuple[Judgement, ...]:
    """
    Return one judgement for each question that is answered, with the colour that a person set or a cut-off proposes.

    The colour is empty where nobody has judged and no cut-off may: the value is shown, and the question still counts
    for progress. A question that several people answered differently is pending and has no colour.

    Parameters
    ----------
    answers : iterable of GivenAnswer
        As `answers_of` returns them.
    """
    return tuple(_judgement(answer) for answer in answers)


def _judgement(answer: GivenAnswer) -> Judgement:
    question = answer.question
    unit = str(answer.marks.get("unit", "") or question.unit)
    return Judgement(
        indicator=question.id,
        colour=answer.colour,
        value=shown(question, answer.value),
        unit=unit if answer.value is not None else "",
        set_by=answer.set_by,
        element=question.element,
        component=question.component,
        title=question.text,
        completion=answer.status,
        quality=str(answer.marks.get("quality", "")),
        importance=str(answer.marks.get("importance", "")),
        confidence=answer.confidence,
        told=Told(answer.source, answer.by, answer.at),
    )


def _measured(folder: CityFolder) -> dict[str, StoredObservation]:
    """Return the city's own values that are fit to decide, or that a named person confirmed, by indicator."""
    return {
        one.shown.indicator: one
        for one in current(folder.engine)
        if one.observation.is_headline
        and not one.observation.is_missing
        and (one.shown.use == DECIDE or one.shown.status == CONFIRMED)
    }
