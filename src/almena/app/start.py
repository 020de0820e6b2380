"""The front door: what presses the city, worked out from a few answers, before any file is loaded."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from almena.app.city_kit import at_work
from almena.app.settings import Settings
from almena.diagnose.needs import pressing
from almena.model.need import Answers, Pressing, RankedNeed, StartRule
from almena.model.problem import InputError, Problem, raise_all
from almena.model.statement import NEED, Statement
from almena.packs.language import first_spoken, spoken
from almena.packs.loader import load_cards, load_elements, short_country_codes
from almena.packs.start import TEXT, StartQuestion, front_door
from almena.store.folder import CityFolder, is_city
from almena.store.statements import say_all, standing

Given = Mapping[str, Sequence[str]]


def begin_city(path: Path, name: str, country: str) -> None:
    """
    Make a city folder that knows nothing but its name, so that questions can be answered before files are at hand.

    Parameters
    ----------
    path : Path
        Where to make it.
    name, country : str
        Name of the city; ISO 3166-1 alpha-3 code.

    Raises
    ------
    InputError
        When the place is taken, or name or country cannot be used.
    """
    if not name.strip():
        what, why = "There is no city here yet", "a new one needs a name"
        raise InputError(Problem(what, str(path), why, "Give it with --name NAME and --country ISO3."))
    known = short_country_codes()
    if country.upper() not in known:
        near = ", ".join(difflib.get_close_matches(country.upper(), sorted(known)))
        remedy = f"Write three letters, such as {near or 'BRA'}."
        raise InputError(Problem("The country is not known", "--country", repr(country), remedy))
    languages = (first_spoken([spoken().code]),)
    CityFolder.create(path, name.strip(), languages, id=_slug(name), country=country.upper()).close()


def answer_at_the_door(path: Path, given: Given, settings: Settings) -> dict[str, Any]:
    """
    Keep answers, each under the name of who gave it, and return the questions with what presses.

    Parameters
    ----------
    path : Path
        The city folder.
    given : mapping of str to sequence of str
        Options (ids or labels), or one text, by question; nothing at all only looks.
    settings : Settings
        Clock, and who answers.

    Returns
    -------
    dict
        ``{city, questions, answered, needs, asked_for, could_change}``.

    Raises
    ------
    InputError
        When a question or option is unknown, all of them together; then nothing is kept.
    """
    with CityFolder.open(path) as folder:
        if given:
            said = _checked(given)
            with at_work(folder, "start", settings.clock()):
                say_all(folder.engine, said, at=settings.clock(), by=settings.by)
        answers = answers_given(folder.engine)
        return as_document(folder.city.name, answers, what_presses(answers))


def answers_given(engine: Engine) -> Answers:
    """Return what stands of the answers at the front door."""
    found = standing(engine, kind=NEED)
    return {stored.statement.key: tuple(stored.statement.content["answer"]) for stored in found}


def what_presses(answers: Answers) -> Pressing:
    """Return the needs that the answers speak for."""
    door = front_door()
    depends = {e.id: e.depends_on for e in load_elements().values()}
    return pressing(
        answers, door.needs, door.rules, options=door.options, depends_on=depends, wishes=door.wishes
    )


def pressing_in(engine: Engine) -> Pressing:
    """Return what presses a city, from its database; nothing when nobody has answered."""
    answers = answers_given(engine)
    return what_presses(answers) if answers else Pressing()


def as_document(city: str, answers: Answers, found: Pressing) -> dict[str, Any]:
    """Return the shape that ``start --json`` prints."""
    return {
        "city": city,
        "questions": [_question(q, answers) for q in front_door().questions],
        "answered": len(answers),
        "needs": [_need(ranked) for ranked in found.needs],
        "asked_for": found.asked_for or None,
        "could_change": list(found.could_change),
        "problems": [],
        "notes": [],
    }


def _question(question: StartQuestion, answers: Answers) -> dict[str, Any]:
    return {
        "id": question.id,
        "text": question.text,
        "help": question.help,
        "choose": question.choose,
        "options": [{"id": option, "label": label} for option, label in question.options],
        "answer": list(answers.get(question.id, ())),
    }


def _need(ranked: RankedNeed) -> dict[str, Any]:
    cards = load_cards()
    return {
        "id": ranked.need.id,
        "title": ranked.need.title,
        "meaning": ranked.need.meaning,
        "first_step": ranked.need.first_step,
        "ask": ranked.need.asks,
        "points": ranked.points,
        "because": [_reason(rule) for rule in ranked.speaks_for],
        "against": [_reason(rule) for rule in ranked.speaks_against],
        "elements": list(ranked.need.elements),
        "leaned_on": list(ranked.leaned_on),
        "indicators": [{"id": card, "title": cards[card].title} for card in ranked.need.cards],
    }


def _reason(rule: StartRule) -> dict[str, Any]:
    return {"question": rule.question, "answer": rule.answer, "points": rule.points, "because": rule.because}


def _checked(given: Given) -> list[Statement]:
    problems: list[Problem] = []
    questions = {q.id: q for q in front_door().questions}
    said = []
    for name, chosen in given.items():
        question = questions.get(name)
        if question is None:
            problems.append(
                Problem(f"There is no question {name}", "almena start", "", _near(name, questions))
            )
            continue
        options = [each.strip() for each in chosen if each.strip()]
        found = tuple(options) if question.choose == TEXT else _options(question, options, problems)
        said.append(Statement(NEED, name, {"answer": list(found)}))
    raise_all(problems)
    return said


def _options(question: StartQuestion, chosen: Iterable[str], problems: list[Problem]) -> tuple[str, ...]:
    labels = {label.casefold(): option for option, label in question.options}
    ids = {option for option, _ in question.options}
    found = []
    for each in chosen:
        option = each if each in ids else labels.get(each.casefold())
        if option is None:
            problems.append(Problem(f"There is no option {each}", question.id, "", _near(each, ids)))
        elif option not in found:
            found.append(option)
    if question.most is not None and len(found) > question.most:
        problems.append(
            Problem(
                f"Too many answers: {len(found)}, where {question.most} can be given",
                question.id,
                f"{', '.join(found)} were given",
                "Keep what fits best.",
            )
        )
    return tuple(found)


def _near(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    return f"Did you mean {near[0]}?" if near else f"Choose one of: {', '.join(names)}."


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "city"


def begin_if_new(path: Path, name: str, country: str) -> bool:
    """Make the city when there is none at this place; tell whether it was made."""
    if is_city(path):
        return False
    begin_city(path, name, country)
    return True
