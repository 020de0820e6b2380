"""Answers to the questions of a draft, checked before anything is drafted."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from almena.gather.draft_reader import reader_for
from almena.gather.facts import UNKNOWN, FileFacts
from almena.gather.kit_values import bad_crs, bad_date, bad_dates, bad_metric_crs, is_country, is_language
from almena.model.card import Role
from almena.model.kit import COMBINE, GAPS
from almena.model.problem import Problem, raise_all
from almena.packs import load_roles
from almena.packs.units import known_unit

LEAVE_OUT = "leave-out"
_CITY = ("city.name", "city.country", "city.crs", "city.languages", "licence")
_FILE = ("role", "date", "licence", "combine", "crs", "dates", "decimal", "which", "part", "gaps", "parts")
_FIELD, _UNIT = "field", "unit"  # of one column of a file


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
        if question not in _CITY and not _is_asked(subject, rest, names):
            yield Problem("There is no such question.", question, "", _offer(question, names))
        elif why := _bad_value(question if question in _CITY else subject, value):
            yield Problem("An answer cannot be taken.", f"{question}={value}", why, "Give another answer.")


def check_answers_fit(answers: Mapping[str, str], facts: Mapping[str, FileFacts]) -> None:
    """
    Refuse answers that do not fit what the files hold.

    Parameters
    ----------
    answers : mapping of str to str
        Answers by question, each taken by itself already.
    facts : mapping of str to FileFacts
        What was found, by path.

    Raises
    ------
    InputError
        With one problem for each answer that does not fit.
    """
    raise_all(_misfits(answers, facts, load_roles()))


def _misfits(
    answers: Mapping[str, str], facts: Mapping[str, FileFacts], roles: Mapping[str, Role]
) -> Iterator[Problem]:
    for question, value in answers.items():
        subject, _, rest = question.partition(":")
        if subject == "role" and value != LEAVE_OUT:
            why = _bad_file(facts[rest], roles[value])
        elif subject == "part":
            why = _one_of(value, facts[rest].parts) if rest in facts else ""
        elif subject == _UNIT:
            why = (
                ""
                if known_unit(value)
                else "no such unit is known; give one such as m, cm, ft, degC or percent"
            )
        elif subject == _FIELD:
            why = _bad_field(*_file_and_field(rest, list(facts)), value, facts, roles)
        else:
            why = ""
        if why:
            yield Problem("An answer cannot be taken.", f"{question}={value}", why, "Give another answer.")


def _bad_file(facts: FileFacts, role: Role) -> str:
    if facts.kind == UNKNOWN:
        return f"the file cannot be read: {facts.why}"
    if not reader_for(role, facts):
        return f"the role {role.id} is filled by a {role.kind}, and the file is none"
    return ""


def _bad_field(
    name: str, field: str, value: str, facts: Mapping[str, FileFacts], roles: Mapping[str, Role]
) -> str:
    known = {d.split(":")[0] for role in roles.values() for d in (*role.required, *role.optional)}
    if field not in known:
        return f"no role has a field {field}"
    columns = [column.name for column in facts[name].columns]
    return _one_of(value, columns) if columns else ""


def _is_asked(subject: str, rest: str, names: Sequence[str]) -> bool:
    return (
        rest in names
        if subject in _FILE
        else subject in (_FIELD, _UNIT) and bool(_file_and_field(rest, names)[1])
    )


def _file_and_field(rest: str, names: Sequence[str]) -> tuple[str, str]:
    """Return the path and the field of ``PATH:FIELD``; both empty when no file is called so."""
    path, _, field = rest.rpartition(":")
    return (path, field) if path in names else ("", "")


def _bad_value(subject: str, value: str) -> str:
    if subject == "role":
        return _bad_role(value)
    if subject == "decimal":
        return _one_of(value, (".", ",", ".,"))
    if subject == "combine":
        return _one_of(value, (*COMBINE, LEAVE_OUT))
    if subject == "gaps":
        return _one_of(value, GAPS)
    if subject == "city.country":
        return "" if is_country(value) else "a country is three capital letters, for example BRA"
    if subject == "city.languages":
        good = value.split() and all(is_language(v) for v in value.split())
        return "" if good else "languages are codes such as pt or en, with blanks between"
    checks = {"date": bad_date, "dates": bad_dates, "crs": bad_crs, "city.crs": bad_metric_crs}
    if subject in checks:
        return checks[subject](value)
    told = ("city.name", _FIELD, "which", "part", "parts")
    return "it is empty" if subject in told and not value.strip() else ""


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
