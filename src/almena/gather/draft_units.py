"""In which unit a column of a file is: its name says so, the row below its name, or the size of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from almena.gather.draft_city import Candidate
from almena.gather.draft_paper import Paper
from almena.gather.facts import Column, FileFacts
from almena.model.card import Role
from almena.packs.units import known_unit, promised_unit

_BRACKETED = re.compile(r".*[(\[]\s*([^()\[\]]{1,24}?)\s*[)\]]\s*")
_ENDING = re.compile(r".*(?:_|[a-z0-9] )(mm|cm|dm|km|ft|degc|degf)|.*_(m|in|c|f|k)", re.IGNORECASE)
_NUMBERS = ("number", "integer")
_METRES_BELOW, _WARMEST, _WARMEST_IN_TENTHS = 30.0, 60.0, 150.0
"""
What the size of values tells when the file says nothing (assumed): a gauge whose readings have decimals and stay
below 30 reads metres; no station on earth has measured 60 degrees Celsius, nor 150 degrees Fahrenheit.
"""


def tell_units(
    name: str, facts: FileFacts, fields: Mapping[str, str | int], paper: Paper, role: Role
) -> dict[str, str]:
    """
    Return the units of the columns that are not in the unit which the role promises.

    Parameters
    ----------
    name : str
        The file, for questions.
    facts : FileFacts
        What a look into it found.
    fields : mapping of str to str or int
        Canonical fields with the name or number of their column.
    paper : Paper
        Questions are written here, and answers taken: ``unit:PATH:FIELD``.
    role : Role
        The role that the file fills.
    """
    units = {}
    for field, column in _numbers(facts, fields, role):
        question, promised = f"unit:{name}:{field}", promised_unit(role, field)
        said = unit_of(column, promised)
        if not said and (guess := _guess(column, promised)):
            why = f"its values reach from {guess[1]:g} to {guess[2]:g}"
            offered = (Candidate(guess[0], why), Candidate(promised, "if the file says so elsewhere"))
            about = f'In which unit is the column "{column.name}" of {name}? Nothing in the file says so.'
            said = paper.ask(question, about, offered, guess[0])
        said = paper.answer(question, said)
        if said and said != promised:
            units[field] = said
    return units


def unit_of(column: Column, promised: str) -> str:
    """
    Return the unit that a file states for a column; empty when it states none of the promised kind.

    Parameters
    ----------
    column : Column
        The column: its name may end in ``(m)`` or ``_cm``, or a row of units stands below it.
    promised : str
        The unit that is wanted.
    """
    target = known_unit(promised)
    ending = _ENDING.fullmatch(column.name.strip())
    bracketed = _BRACKETED.fullmatch(column.name)
    said = (
        column.unit.strip("()[] "),
        bracketed.group(1) if bracketed else "",
        next(filter(None, ending.groups()), "") if ending else "",
    )
    for text in filter(None, said):
        row = known_unit(text) or known_unit(text.replace("°", "deg"))
        if row and target and row["same_as"] == target["same_as"] and not _contradicted(row["unit"], column):
            return row["unit"]
    return ""


def _contradicted(unit: str, column: Column) -> bool:
    """Tell whether a column called a share holds numbers that no share of one is."""
    return unit == "fraction" and any(abs(n) > 1 for n in _values(column))


def _guess(column: Column, promised: str) -> tuple[str, float, float] | None:
    values = _values(column)
    if not values:
        return None
    low, high = min(values), max(values)
    if promised == "cm" and max(abs(low), abs(high)) < _METRES_BELOW and any(n != int(n) for n in values):
        return "m", low, high
    if promised == "degC" and high > _WARMEST:
        return "0.1 degC" if high > _WARMEST_IN_TENTHS else "degF", low, high
    return None


def _numbers(facts: FileFacts, fields: Mapping[str, str | int], role: Role) -> Iterator[tuple[str, Column]]:
    kinds = dict(d.partition(":")[::2] for d in (*role.required, *role.optional))
    for field, reference in fields.items():
        found = next((c for c in facts.columns if reference in (c.name, c.number)), None)
        if found is not None and kinds.get(field) in _NUMBERS:
            yield field, found


def _values(column: Column) -> list[float]:
    values = []
    for text in column.filled:
        try:
            values.append(float(text.replace(",", ".")))
        except ValueError:
            continue
    return [v for v in values if abs(v) < 900]  # -999 and the like stand for nothing
