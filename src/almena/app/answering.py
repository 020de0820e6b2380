"""Take answers: one from the command line, or a filled form; store what can be taken and list the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from almena.app.answers import questions_of
from almena.app.city_kit import at_work
from almena.app.handed_in import read_forms
from almena.app.packs import packs_of
from almena.app.settings import Settings
from almena.ask.answers import Checked, check
from almena.ask.filled import FilledForm, RawAnswer
from almena.ask.joining import decision_between
from almena.ask.short_codes import find_question
from almena.ask.values import shown
from almena.model.problem import InputError, Problem
from almena.model.question import MARKS, VALUE, Instrument
from almena.model.statement import ANSWER, Statement, Submission
from almena.packs.language import first_spoken
from almena.store.folder import CityFolder
from almena.store.statements import Said, say_all, standing, submissions


def answer_one(
    path: Path,
    question: str,
    value: Any,
    marks: Mapping[str, Any],
    *,
    settings: Settings,
    dry_run: bool = False,
) -> dict[str, Any]:
    """
    Store one answer.

    Parameters
    ----------
    path : Path
        The city folder.
    question : str
        Id, code, or code on paper.
    value : object
        The answer as typed, or as a number, list or mapping; None for none.
    marks : mapping of str to object
        What is said beside it, by the names of `almena.model.question.MARKS`.
    settings : Settings
        Clock, and who answers.
    dry_run : bool
        Only say what would happen.

    Raises
    ------
    InputError
        With everything that cannot be taken; nothing is stored then.
    """
    cells = {name: (marks[name], f"--{name.replace('_', '-')}") for name in MARKS if name in marks}
    if value is not None:
        cells[VALUE] = (value, question)
    raw = RawAnswer(question, cells, where=question, exact=not isinstance(value, str))
    form = FilledForm("", "", question, voice=settings.by, answers=(raw,))
    with CityFolder.open(path) as folder:
        instrument = _instrument(folder)
        checked = check(form, instrument, voice=settings.by)
        if not checked.statements and not checked.refused:
            why, remedy = "neither an answer nor a status was given", "Give the answer behind the question."
            raise InputError(Problem("There is nothing to store", question, why, remedy))
        if checked.refused:
            raise InputError(*checked.refused)
        said = Said() if dry_run else _store(folder, checked, None, settings)
        return _told([(form, checked, said)], instrument, settings.by, dry_run=dry_run)


def answer_file(path: Path, file: Path, *, settings: Settings, dry_run: bool = False) -> dict[str, Any]:
    """
    Store the answers of a filled form, or of every row of an export.

    Parameters
    ----------
    path : Path
        The city folder.
    file : Path
        The form.
    settings : Settings
        Clock, and who hands it in; it is also who answers where the form does not say.
    dry_run : bool
        Only say what would happen.

    Returns
    -------
    dict
        ``{accepted, unchanged, forms, answers, refused, notes, stored}``.

    Raises
    ------
    InputError
        When the file cannot be read, or a form with the same id and other content was handed in before.
    """
    with CityFolder.open(path) as folder:
        instrument = _instrument(folder)
        forms = read_forms(file, instrument)
        done = [(form, check(form, instrument, voice=settings.by)) for form in forms]
        refuse = _refuse_changed(folder, done, settings)
        if len(refuse) == len(done) and refuse:
            raise InputError(*refuse.values())
        results = []
        for at, (form, checked) in enumerate(done):
            if at in refuse:
                results.append((form, Checked((), (refuse[at],)), Said()))
                continue
            said = Said() if dry_run else _store(folder, checked, _submission(form, settings), settings)
            results.append((form, checked, said))
        return _told(results, instrument, settings.by, dry_run=dry_run)


def decide(path: Path, question: str, voice: str, *, why: str, settings: Settings) -> dict[str, Any]:
    """
    Decide whose answer to a question counts; all answers are kept.

    Parameters
    ----------
    path : Path
        The city folder.
    question, voice : str
        Id or code of the question; whose answer counts.
    why : str
        The reason.
    settings : Settings
        Clock, and who decides.

    Returns
    -------
    dict
        ``{question, voice, voices, why, by}``.

    Raises
    ------
    InputError
        When nobody of that name answered, or no reason is given.
    """
    with CityFolder.open(path) as folder:
        problems: list[Problem] = []
        found = find_question(question, _instrument(folder), question, problems)
        said = standing(folder.engine, kind=ANSWER, key=found.id) if found else []
        voices = [one.statement.voice for one in said]
        if found and voice not in voices:
            remedy = f"Choose one of: {', '.join(voices)}." if voices else "There is no answer yet."
            problems.append(Problem(f"{voice} has not answered {found.id}", "--decide", "", remedy))
        if not why.strip():
            remedy = "Add --why TEXT."
            problems.append(Problem("A decision needs a reason", "--why", "others will want to know", remedy))
        if problems:
            raise InputError(*problems)
        at = settings.clock()
        with at_work(folder, "answer", at):
            say_all(folder.engine, [decision_between(said, voice, why.strip())], at=at, by=settings.by)
        return {"question": said[0].statement.key, "voice": voice, "voices": voices, "why": why.strip(),
                "by": settings.by}  # fmt: skip


def _instrument(folder: CityFolder) -> Instrument:
    """Return the questions of a city in its own language, so that choices may be named in it or in English."""
    return questions_of(packs_of(folder), first_spoken(folder.city.languages))


def _store(folder: CityFolder, checked: Checked, submission: Submission | None, settings: Settings) -> Said:
    at = settings.clock()
    with at_work(folder, "answer", at):
        return say_all(folder.engine, checked.statements, at=at, by=settings.by, submission=submission)


def _submission(form: FilledForm, settings: Settings) -> Submission | None:
    if not form.sha256:
        return None
    return Submission(form.submission(settings.by), form.sha256, form.what, settings.clock(), settings.by)


def _refuse_changed(
    folder: CityFolder, done: list[tuple[FilledForm, Checked]], settings: Settings
) -> dict[int, Problem]:
    """Return the forms whose id came before with other content, in the database or in this very file."""
    known = {one.id: one.sha256 for one in submissions(folder.engine)}
    refused = {}
    for at, (form, _) in enumerate(done):
        submission = _submission(form, settings)
        if submission is None:
            continue
        before = known.setdefault(submission.id, submission.sha256)
        if before != submission.sha256:
            why = f"the first had the hash {before}, this one has {submission.sha256}"
            remedy = "If it corrects the first, give it the next number of hand-in, or an id of its own."
            what = "A form with this id was handed in before, with other content"
            refused[at] = Problem(what, f"{form.what}, {submission.id}", why, remedy)
    return refused


def _told(
    results: list[tuple[FilledForm, Checked, Said]], instrument: Instrument, by: str, *, dry_run: bool
) -> dict[str, Any]:
    """Return what happened, as the face prints it."""
    by_id = instrument.by_id()
    return {
        "stored": not dry_run,
        "accepted": sum(len(checked.statements) for _, checked, _ in results),
        "written": sum(said.written for _, _, said in results),
        "unchanged": sum(said.unchanged for _, _, said in results),
        "forms": [
            {
                "form": form.submission(by),
                "file": form.what,
                "sha256": form.sha256,
                "voice": form.voice,
                "repeated": said.repeated,
                "accepted": len(checked.statements),
                "refused": len(checked.refused),
            }
            for form, checked, said in results
        ],
        "answers": [
            _row(one, instrument) | {"shown": shown(by_id[one.key], one.content.get(VALUE))}
            for _, checked, _ in results
            for one in checked.statements
        ],
        "refused": [p.as_dict() for _, checked, _ in results for p in checked.refused],
        "notes": [p.as_dict() for _, checked, _ in results for p in checked.notes],
    }


def _row(one: Statement, instrument: Instrument) -> dict[str, Any]:
    question = instrument.by_id()[one.key]
    return {
        "question": one.key,
        "code": question.code,
        "text": question.text,
        "voice": one.voice,
        "source": one.source,
        "content": dict(one.content),
    }
