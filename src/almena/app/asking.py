"""What the city is still to be asked: by office, shortest first, on the form that suits whoever answers."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almena.app.answers import answers_of, questions_of
from almena.app.packs import packs_of
from almena.app.settings import Settings
from almena.app.start import pressing_in
from almena.app.targets import check_target
from almena.ask.forms import Form
from almena.ask.instrument import in_order, part_of
from almena.ask.paper_out import paper_of
from almena.ask.typed import typing_json, typing_sheet
from almena.ask.workbook_out import workbook_of
from almena.ask.xlsform_out import xlsform_of
from almena.model.need import RankedNeed
from almena.model.problem import InputError, Problem
from almena.model.question import GivenAnswer, Instrument, Question
from almena.packs.language import first_spoken, speaking
from almena.publish.atomic import write_whole
from almena.store.folder import CityFolder

FORMS: dict[str, str] = {
    "workbook": ".xlsx",
    "xlsform": ".xlsform.xlsx",
    "paper": ".pdf",
    "csv": ".csv",
    "json": ".json",
}
"""Kinds of forms and how the names of their files end."""


@dataclass(frozen=True)
class Wish:
    """
    Which questions are wanted.

    Parameters
    ----------
    office : str
        Whoever is asked, as the pack names the holder or a part of that name; empty for all offices.
    element, pack : str
        Only questions of this urban element, or of this pack; empty for all.
    everything : bool
        Also those that are answered already.
    """

    office: str = ""
    element: str = ""
    pack: str = ""
    everything: bool = False


def open_questions(path: Path, wish: Wish, settings: Settings) -> dict[str, Any]:
    """
    Return the questions that are still open, shortest first; what the city said presses it goes before the rest.

    Parameters
    ----------
    path : Path
        The city folder.
    wish : Wish
        Which questions.
    settings : Settings
        The language, when it is not the city's own.

    Returns
    -------
    dict
        ``{instrument, version, language, office, needs, questions, minutes, answered, disputed, offices}``.

    Raises
    ------
    InputError
        When no office, element or pack is like the one named.
    """
    with CityFolder.open(path) as folder:
        language, whole, given = _state(folder, settings)
        needs = pressing_in(folder.engine).needs
        chosen, office = _chosen(whole, given, wish, needs)
        part = part_of(whole, [q.id for q in chosen])
    done = {a.question.id for a in given if a.is_done}
    return {
        "instrument": part.id,
        "version": part.version,
        "language": language,
        "office": office,
        "questions": [_row(q, given, needs) for q in chosen],
        "needs": [{"id": one.need.id, "title": one.need.title} for one in needs],
        "minutes": sum(q.minutes for q in chosen),
        "answered": sorted(done),
        "disputed": [
            {"id": a.question.id, "text": a.question.text, "voices": list(a.voices)}
            for a in given
            if a.is_disputed and (not office or a.question.holder_label == office or a.question in chosen)
        ],
        "offices": _offices(_open(whole, given, Wish(element=wish.element, pack=wish.pack))),
    }


def write_form(
    path: Path, wish: Wish, out: Path, *, kind: str = "", typing: Path | None = None, settings: Settings
) -> dict[str, Any]:
    """
    Write the open questions as a form.

    Parameters
    ----------
    path : Path
        The city folder.
    wish : Wish
        Which questions.
    out : Path
        The file; its ending decides which form it is.
    kind : str
        One of `FORMS`, when the ending does not say.
    typing : Path, optional
        A second file, CSV or JSON, into which the answers of a paper are typed.
    settings : Settings
        Clock and language.

    Returns
    -------
    dict
        ``{path, typing, form, version, kind, questions, minutes, office}``.

    Raises
    ------
    InputError
        When nothing is open, the ending is unknown, or the file may not be written there.
    StoreError
        When it cannot be written.
    """
    kind = kind or kind_of(out)
    second = kind_of(typing) if typing is not None else ""
    if second not in ("", "csv", "json"):
        why, remedy = (
            "answers are typed into a table or a JSON file",
            "Give --form a name that ends in .csv or .json.",
        )
        raise InputError(Problem("Nobody can type into such a file", str(typing), why, remedy))
    with CityFolder.open(path) as folder:
        for target in (out, *([typing] if typing is not None else [])):
            check_target(folder.path, "file", target)
        language, whole, given = _state(folder, settings)
        chosen, office = _chosen(whole, given, wish, pressing_in(folder.engine).needs)
        if not chosen:
            raise InputError(_nothing_open(office))
        part = part_of(whole, [q.id for q in chosen])
        form = Form(part, folder.city.id, folder.city.name, office, settings.today)
        with speaking(language):
            write_whole(out, _content(kind, form))
            if typing is not None:
                write_whole(typing, _content(second, form))
    return {
        "path": out,
        "typing": typing,
        "form": form.id,
        "version": part.version,
        "kind": kind,
        "questions": len(chosen),
        "minutes": form.minutes,
        "office": office,
    }


def kind_of(out: Path) -> str:
    """
    Return which form a file name asks for.

    Raises
    ------
    InputError
        When its ending is not that of a form.
    """
    name = out.name.lower()
    for kind, ending in sorted(FORMS.items(), key=lambda item: -len(item[1])):
        if name.endswith(ending):
            return kind
    endings = ", ".join(FORMS.values())
    raise InputError(Problem("No form has this ending", str(out), "", f"Choose one of: {endings}."))


def _content(kind: str, form: Form) -> bytes:
    if kind == "paper":
        from almena.publish.paper.questionnaire import questionnaire_pdf

        return questionnaire_pdf(paper_of(form), form.day)
    makers: dict[str, Callable[[Form], bytes]] = {
        "workbook": workbook_of,
        "xlsform": xlsform_of,
        "csv": typing_sheet,
        "json": typing_json,
    }
    if kind not in makers:
        raise InputError(Problem(f"There is no form {kind}", kind, "", f"Choose one of: {', '.join(FORMS)}."))
    return makers[kind](form)


def _state(folder: CityFolder, settings: Settings) -> tuple[str, Instrument, tuple[GivenAnswer, ...]]:
    """Return the language of the forms, all questions in it, and what stands in answer to them."""
    language = settings.language or first_spoken(folder.city.languages)
    packs = packs_of(folder)
    whole = questions_of(packs, language)
    return language, whole, answers_of(folder, packs, whole)


def _chosen(
    whole: Instrument, given: Sequence[GivenAnswer], wish: Wish, needs: Sequence[RankedNeed]
) -> tuple[list[Question], str]:
    """Return the questions wanted, what presses before the rest and each shortest first, and the office by its name."""
    _refuse_unknown(whole, wish)
    holders = _holders(whole.questions, wish.office)
    wanted = [q for q in _open(whole, given, wish) if not wish.office or q.holder in holders]
    labels = sorted({q.holder_label for q in whole.questions if q.holder in holders})
    office = labels[0] if len(labels) == 1 else wish.office
    ordered = sorted(wanted, key=lambda q: (not _presses(q, needs), q.minutes, in_order(q)))
    return ordered, office if wish.office else ""


def _presses(question: Question, needs: Sequence[RankedNeed]) -> bool:
    """Tell whether a question is about what the city said presses it: the element at its heart, or its indicators."""
    return any(question.element in one.need.elements[:1] or question.card in one.need.cards for one in needs)


def _open(whole: Instrument, given: Sequence[GivenAnswer], wish: Wish) -> list[Question]:
    """Return what nobody has answered, the profile included; what is disputed is to be decided, not asked again."""
    settled = {a.question.id for a in given if a.is_done or a.is_disputed}
    return [
        q
        for q in whole.questions
        if (wish.everything or q.id not in settled)
        and (not wish.element or q.element == wish.element)
        and (not wish.pack or q.pack == wish.pack)
    ]


def _holders(questions: Iterable[Question], office: str) -> set[str]:
    """Return the holders that a name stands for: the one so called, else all that contain its words."""
    heard = _heard(office)
    if not heard:
        return set()
    names = {q.holder: (_heard(q.holder), _heard(q.holder_label)) for q in questions}
    exact = {holder for holder, heards in names.items() if heard in heards}
    found = exact or {holder for holder, heards in names.items() if any(heard in one for one in heards)}
    if found:
        return found
    labels = sorted({q.holder_label for q in questions})
    near = difflib.get_close_matches(office, labels, 3, 0.4) or labels
    raise InputError(
        Problem(f"No question belongs to {office}", office, "", f"Choose one of: {'; '.join(near)}.")
    )


def _refuse_unknown(whole: Instrument, wish: Wish) -> None:
    problems = []
    elements, packs = ({getattr(q, name) for q in whole.questions} for name in ("element", "pack"))
    if wish.element and wish.element not in elements:
        what = f"There is no question of the element {wish.element}"
        problems.append(Problem(what, wish.element, "", f"Choose one of: {', '.join(sorted(elements))}."))
    if wish.pack and wish.pack not in packs:
        what = f"There is no question of the pack {wish.pack}"
        problems.append(Problem(what, wish.pack, "", f"Choose one of: {', '.join(sorted(packs))}."))
    if problems:
        raise InputError(*problems)


def _heard(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def _offices(questions: Iterable[Question]) -> list[dict[str, Any]]:
    found: dict[str, list[float]] = {}
    for question in questions:
        found.setdefault(question.holder_label, []).append(question.minutes)
    rows = [{"office": name, "questions": len(m), "minutes": sum(m)} for name, m in found.items()]
    return sorted(rows, key=lambda row: (-row["questions"], row["office"]))


def _row(question: Question, given: Sequence[GivenAnswer], needs: Sequence[RankedNeed]) -> dict[str, Any]:
    before = next((a for a in given if a.question.id == question.id), None)
    return {
        "id": question.id,
        "code": question.code,
        "kind": question.kind,
        "element": question.element,
        "component": question.component,
        "heading": question.heading,
        "text": question.text,
        "help": question.help,
        "answer": question.answer,
        "unit": question.unit,
        "choices": [{"id": c.id, "label": c.label} for c in question.choices],
        "holder": question.holder_label,
        "minutes": question.minutes,
        "status": before.status if before else "",
        "presses": _presses(question, needs),
        "version": question.version,
    }


def _nothing_open(office: str) -> Problem:
    what = f"No question is open for {office}" if office else "No question is open"
    return Problem(
        what, office, "everything asked is answered", "`almena ask` lists what other offices are asked."
    )
