"""Answers to the questions of a draft, checked before anything is drafted."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from almena.gather.kit_values import bad_crs, bad_date, bad_dates, bad_metric_crs, is_country, is_language
from almena.model.kit import COMBINE
from almena.model.problem import Problem, raise_all
from almena.packs import load_roles

LEAVE_OUT = "leave-out"
_CITY = ("city.name", "city.country", "city.crs", "city.languages", "licence")
_FILE = ("role", "date", "licence", "combine", "crs", "dates", "field")


def check_answers(answers: Mapping[str, str], names: Sequence[str]) -> None:
    """
    Refuse answers that no draft can take.

    Parameters
    ----------
    answers : mapping of str to str
        Answers by question.
    names : sequence of str
        Paths of the files in the folder.

    Raises
    ------
    InputError
        With one problem for each answer that cannot be taken.
    """
    raise_all(_complaints(answers, names))


def _complaints(answers: Mapping[str, str], names: Sequence[str]) -> Iterator[Problem]:
    for question, value in answers.items():
        subject, _, rest = question.partition(":")
        if question not in _CITY and (subject not in _FILE or not _names_a_file(rest, names)):
            yield Problem("There is no such question.", question, "", _offer(question, names))
        elif why := _bad_value(question if question in _CITY else subject, value):
            yield Problem("An answer cannot be taken.", f"{question}={value}", why, "Give another answer.")


def _names_a_file(rest: str, names: Sequence[str]) -> bool:
    return rest in names or any(rest.startswith(f"{name}:") for name in names)


def _bad_value(subject: str, value: str) -> str:
    if subject == "role":
        return _bad_role(value)
    if subject == "combine":
        return _one_of(value, (*COMBINE, LEAVE_OUT))
    if subject == "city.country":
        return "" if is_country(value) else "a country is three capital letters, for example BRA"
    if subject == "city.languages":
        good = value.split() and all(is_language(v) for v in value.split())
        return "" if good else "languages are codes such as pt or en, with blanks between"
    checks = {"date": bad_date, "dates": bad_dates, "crs": bad_crs, "city.crs": bad_metric_crs}
    if subject in checks:
        return checks[subject](value)
    return "it is empty" if subject in ("city.name", "field") and not value.strip() else ""


def _bad_role(value: str) -> str:
    fillable = [role.id for role in load_roles().values() if not role.is_derived]
    return _one_of(value, (*fillable, LEAVE_OUT))


def _one_of(value: str, allowed: Sequence[str]) -> str:
    if value in allowed:
        return ""
    near = difflib.get_close_matches(value, allowed, n=3, cutoff=0.5)
    return f"it should be one of {', '.join(near or allowed)}"


def _offer(question: str, names: Sequence[str]) -> str:
    known = [*_CITY, *(f"{subject}:{name}" for subject in _FILE for name in names)]
    near = difflib.get_close_matches(question, known, n=2, cutoff=0.5)
    return (
        f"Did you mean {' or '.join(near)}?"
        if near
        else f"Known: {', '.join(_CITY)}, role:PATH, date:PATH and so on."
    )
