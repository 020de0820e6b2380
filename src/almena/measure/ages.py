"""Age groups as statistics offices write them, and the people between two ages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from almena.measure.common import plain
from almena.model.data import Table
from almena.model.problem import AlmenaError
from almena.packs import read_table

OLDEST = 200


def age_bounds(text: str) -> tuple[int, int]:
    """
    Read an age group such as ``5 a 9 anos``, ``80+``, ``100 anos ou mais``, ``under 5`` or ``less than 1 year``.

    Returns
    -------
    first, last : int
        Years of age, both included; open groups end at 200.

    Raises
    ------
    AlmenaError
        When the text names no age, or a single age with words that ``packs/age_words.csv`` does not explain:
        ``80 and so on`` may be one year of age or all above it.
    """
    words = re.findall(r"\d+|[^\W\d_]+", plain(text))
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 5]
    says = _said(text, [word for word in words if not word.isdecimal()], signs=len(numbers) == 1)
    bounds = _bounds(numbers, says)
    if bounds is None or not 0 <= bounds[0] <= bounds[1] <= OLDEST:
        raise AlmenaError.of(
            f"No age can be read from the group {text!r}",
            "column age_group",
            remedy="Translate it with codes in kit.toml, for example to 80+ or 5-9.",
        )
    return bounds


def _bounds(numbers: list[int], says: set[str]) -> tuple[int, int] | None:
    if len(numbers) == 2:
        return numbers[0], numbers[1] - (1 if "below" in says else 0)
    if len(numbers) != 1:
        return None
    age = numbers[0]
    if "open" in says:
        return age, OLDEST
    if "below" in says:
        return 0, age - 1
    if "up to" in says:
        return 0, age
    return None if "unknown" in says else (age, age)


def _said(text: str, words: Iterable[str], *, signs: bool) -> set[str]:
    """Return what the words of an age group, and its signs if asked for, say about its bounds."""
    table = {row["word"]: row["says"] for row in read_table("age_words.csv")}
    said = {table.get(word, "unknown") for word in words}
    if signs:
        said |= {says for sign, says in table.items() if not sign.isalpha() and sign in text}
    return said


def persons_between(table: Table, low: int, high: int) -> tuple[float, float]:
    """
    Return women and men between two ages, both included.

    Raises
    ------
    AlmenaError
        When a group lies half inside the bounds, or groups overlap and would count people twice.
    """
    bounds = _checked(table)
    inside = np.array([low <= first and last <= high for first, last in bounds], dtype=bool)
    for (first, last), text in zip(bounds, table.columns["age_group"], strict=True):
        if first <= high and last >= low and not (low <= first and last <= high):
            raise AlmenaError.of(
                f"The age group {str(text)!r} straddles {low}–{high} years",
                table.role,
                remedy="Load finer age groups.",
            )
    women, men = (np.asarray(table.columns[sex], dtype=float)[inside].sum() for sex in ("women", "men"))
    return float(women), float(men)


def median_of_groups(table: Table, columns: tuple[str, ...]) -> tuple[float, float, float]:
    """
    Return the median age of people given by age groups, and the ends of the group in which it lies.

    People of a group are taken as spread evenly over its years (assumed).

    Parameters
    ----------
    table : Table
        Age groups with a count in each column.
    columns : tuple of str
        Columns that are counted together, for example ``("women",)``.

    Returns
    -------
    median, low, high : float
        Years.

    Raises
    ------
    AlmenaError
        When nobody is counted, or the median lies in the open group at the end.
    """
    bounds = np.array(_checked(table), dtype=float)
    persons = np.nansum([np.asarray(table.columns[name], dtype=float) for name in columns], axis=0)
    order = np.argsort(bounds[:, 0])
    total = np.cumsum(persons[order])
    half = total[-1] / 2
    at = int(np.searchsorted(total, half)) if half > 0 else len(order) - 1
    first, last = bounds[order[at]]
    if half <= 0 or last >= OLDEST:
        raise AlmenaError.of(
            "The median age lies in no closed age group", table.role, remedy="Load finer age groups."
        )
    inside = (half - (total[at] - persons[order[at]])) / persons[order[at]]
    return float(first + inside * (last + 1 - first)), float(first), float(last + 1)


def _checked(table: Table) -> list[tuple[int, int]]:
    groups = [(age_bounds(str(text)), str(text)) for text in table.columns["age_group"]]
    for ((_, last), one), ((first, _), other) in pairwise(sorted(groups)):
        if first <= last:
            raise AlmenaError.of(
                f"The age groups {one!r} and {other!r} overlap",
                table.role,
                "their people would be counted twice",
                "Keep one set of groups with where in kit.toml.",
            )
    return [bounds for bounds, _ in groups]
