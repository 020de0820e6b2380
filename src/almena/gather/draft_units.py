"""In which unit a column of a file is: its name says so, the row below its name, or the size of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from almena.gather.draft_city import Candidate
from almena.gather.draft_paper import Paper
from almena.gather.facts import Column, FileFacts, plain
from almena.model.card import Role
from almena.packs import read_table
from almena.packs.units import known_unit, promised_unit

_BRACKETED = re.compile(r".*[(\[]\s*([^()\[\]]{1,24}?)\s*[)\]]\s*")
_ENDING = re.compile(r".*(?:_|[a-z0-9] )(mm|cm|dm|km|ft|degc|degf)|.*_(m|in|c|f|k)", re.IGNORECASE)
_NUMBERS = ("number", "integer")
_METRES_BELOW, _WARMEST, _WARMEST_IN_TENTHS, _COLDEST = 30.0, 60.0, 150.0, -90.0
"""
What the size of values tells when the file says nothing (assumed): a gauge whose readings have decimals and stay
below 30 reads metres; no station on earth has measured 60 degrees Celsius, 150 degrees Fahrenheit, or -90
degrees Celsius.
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
    numbers = [(f, c, promised_unit(role, f)) for f, c in _numbers(facts, fields, role)]
    guesses = _guesses(numbers)
    for field, column, promised in numbers:
        question, said = f"unit:{name}:{field}", unit_of(column, promised)
        if not said and (guess := guesses.get(field)):
            others = [u for u in (*guess.units[1:], promised) if u != guess.units[0]]
            offered = (
                Candidate(guess.units[0], guess.why),
                *(Candidate(u, "if the file says so elsewhere") for u in dict.fromkeys(others)),
            )
            about = f'In which unit is the column "{column.name}" of {name}? Nothing in the file says so.'
            said = paper.ask(question, about, offered, guess.units[0])
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


@dataclass(frozen=True)
class _Guess:
    """Units that a column may be in, the likeliest first, and why."""

    units: tuple[str, ...]
    why: str


def _guesses(numbers: Sequence[tuple[str, Column, str]]) -> dict[str, _Guess]:
    """Return what columns without a stated unit may be in; temperatures of one file are in one unit."""
    unsaid = [(f, c, promised) for f, c, promised in numbers if not unit_of(c, promised)]
    found = {f: guess for f, c, promised in unsaid if (guess := _habit(c) or _guess(c, promised))}
    temperatures = [(f, c) for f, c, promised in unsaid if promised == "degC"]
    doubted = [(f, c) for f, c in temperatures if f in found]
    if doubted:
        unit = max((found[f].units[0] for f, _ in doubted), key=lambda u: u == "0.1 degC")
        low, high = _span([v for _, c in doubted for v in _values(c)])
        why = f"the temperatures of the file reach from {low:g} to {high:g}"
        for field, _ in temperatures:
            if field not in found or found[field].units[0] != unit:
                found[field] = _Guess((unit,), why)
    return found


def _guess(column: Column, promised: str) -> _Guess | None:
    """Return the unit that the size of values tells."""
    values = _values(column)
    if not values:
        return None
    low, high = _span(values)
    unit = ""
    if promised == "cm" and max(abs(low), abs(high)) < _METRES_BELOW and any(n != int(n) for n in values):
        unit = "m"
    if promised == "degC" and (high > _WARMEST or low < _COLDEST):
        unit = "0.1 degC" if high > _WARMEST_IN_TENTHS or low < _COLDEST else "degF"
    return _Guess((unit,), f"its values reach from {low:g} to {high:g}") if unit else None


def _habit(column: Column) -> _Guess | None:
    """Return the units that publishers are known to write under the name of a column."""
    written = "whole" if all(n == int(n) for n in _values(column)) else "decimals"
    for row in read_table("draft_units.csv"):
        if row["values"] == written and plain(column.name) == row["column"]:
            return _Guess(tuple(row["units"].split("|")), row["why"])
    return None


def _span(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


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
