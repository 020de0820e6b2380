"""Two states of one city, or several cities side by side: what really differs, and what only seems to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from almena.measure.dates import last_day, youngest
from almena.model.observation import CONTEXT, Observation
from almena.model.place import CITY

SAME, CITY_CHANGED, DATA, METHOD, MIXED, GAINED, LOST = (
    "same", "city", "data", "method", "mixed", "gained", "lost"
)  # fmt: skip
"""What lies behind a difference: the city itself, corrected or other data, another method, or several at once."""

YEARS_APART = 5.0  # assumed: beyond it two cities are not told side by side without a warning
DAYS_PER_YEAR = 365.2425


@dataclass(frozen=True)
class Difference:
    """
    The difference of two values with its own 90 % range.

    Parameters
    ----------
    value, low, high : float
        In the unit of the indicator. The errors of the two values are taken as independent, so that the range is
        rather too wide where both share a source.
    """

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Tell whether the difference is beyond what the ranges of the two values explain."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Change:
    """
    What became of one statement between two runs.

    Parameters
    ----------
    before, after : Observation or None
        The two statements; None where a run did not make it.
    kind : str
        One of the kinds of this module.
    difference : Difference or None
        After less before, where both have a value.
    """

    before: Observation | None
    after: Observation | None
    kind: str
    difference: Difference | None

    @property
    def said(self) -> Observation:
        """Return the later statement, or the earlier where there is no later."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True)
class SideBySide:
    """
    One indicator in several cities, in the order in which the cities were named: never ranked.

    Parameters
    ----------
    indicator : str
        Its id.
    values : tuple of Observation or None
        The headline of each city.
    obstacles : tuple of (str, str)
        Why the values cannot be compared: a short word and what it is about; empty when they can.
    is_clear : bool
        Whether any two ranges lie apart from each other.
    """

    indicator: str
    values: tuple[Observation | None, ...]
    obstacles: tuple[tuple[str, str], ...]
    is_clear: bool


def difference_of(before: Observation, after: Observation) -> Difference | None:
    """
    Return the difference of two values with its range.

    The half widths are added in quadrature, each side apart: the low end of the difference comes from the low end of
    the later value and the high end of the earlier one.
    """
    if before.value is None or after.value is None:
        return None
    value = after.value - before.value
    low = math.hypot(after.value - _low(after), _high(before) - before.value)
    high = math.hypot(_high(after) - after.value, before.value - _low(before))
    return Difference(value, value - low, value + high)


def _low(o: Observation) -> float:
    assert o.value is not None
    return o.value if o.low is None else min(o.low, o.value)


def _high(o: Observation) -> float:
    assert o.value is not None
    return o.value if o.high is None else max(o.high, o.value)


def changes(before: Iterable[Observation], after: Iterable[Observation]) -> list[Change]:
    """
    Return what became of each statement about a city between two runs.

    Parameters
    ----------
    before, after : iterable of Observation
        What stood after each run; one for each indicator, place and dimensions.

    Returns
    -------
    list of Change
        By indicator, the city before its parts; statements that stayed the same included.
    """
    old = {_about(o): o for o in before}
    new = {_about(o): o for o in after}
    found = [_change(old.get(about), new.get(about)) for about in {**old, **new}]
    return sorted(
        found, key=lambda c: (c.said.indicator, c.said.place_kind != CITY, c.said.place, c.said.dimensions)
    )


def _about(o: Observation) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return o.indicator, o.place, o.dimensions


def _change(before: Observation | None, after: Observation | None) -> Change:
    difference = difference_of(before, after) if before and after else None
    return Change(before, after, _kind(before, after), difference)


def _kind(before: Observation | None, after: Observation | None) -> str:
    had, has = before is not None and not before.is_missing, after is not None and not after.is_missing
    if not had or not has:
        return SAME if had == has else GAINED if has else LOST
    assert before is not None
    assert after is not None
    if _numbers(before) == _numbers(after):
        return SAME
    files = files_of(before) != files_of(after)
    method = (
        before.method != after.method or not files
    )  # rules, parameters or outlines, where the files are the same
    if method:
        return MIXED if files else METHOD
    return CITY_CHANGED if later_dates(before, after) else DATA


def _numbers(o: Observation) -> tuple[float | None, float | None, float | None]:
    return o.value, o.low, o.high


def files_of(o: Observation) -> frozenset[str]:
    """Return the hashes of the files behind a value."""
    return frozenset(origin.source.sha256 for origin in o.origins)


def later_dates(before: Observation, after: Observation) -> tuple[str, str] | None:
    """
    Return the dates of the data behind two values where the second ones are later; None where they are not.

    The dates are those of the files that changed, role by role, for the value may carry the date of something else:
    hydrants counted anew inside the outline of an old flood. Otherwise the periods of the values decide.
    """
    old, new = _dates_by_role(before), _dates_by_role(after)
    for role in sorted(old.keys() & new.keys()):
        if old[role] != new[role]:
            first, second = (youngest(date for _, date in found[role]) for found in (old, new))
            if is_later(first, second):
                return first, second
    return (before.period, after.period) if is_later(before.period, after.period) else None


def _dates_by_role(o: Observation) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for origin in o.origins:
        found.setdefault(origin.source.role, set()).add((origin.source.sha256, origin.source.date))
    return found


def is_later(before: str, after: str) -> bool:
    """Tell whether a period ends after another; False when either is unknown."""
    first, second = last_day(before), last_day(after)
    return first is not None and second is not None and second > first


def side_by_side(cities: Sequence[Iterable[Observation]], order: Iterable[str]) -> list[SideBySide]:
    """
    Put the headlines of several cities beside each other.

    Parameters
    ----------
    cities : sequence of iterable of Observation
        What each city knows, in the order in which the cities shall stand.
    order : iterable of str
        Ids of the indicators, in the order in which they shall stand.

    Returns
    -------
    list of SideBySide
        One for each indicator of which at least one city has a value.
    """
    heads = [{o.indicator: o for o in known if o.place_kind == CITY and not o.dimensions} for known in cities]
    rows = (_row(indicator, [head.get(indicator) for head in heads]) for indicator in order)
    return [row for row in rows if any(o is not None and not o.is_missing for o in row.values)]


def _row(indicator: str, values: Sequence[Observation | None]) -> SideBySide:
    known = [o for o in values if o is not None and not o.is_missing]
    return SideBySide(indicator, tuple(values), tuple(_obstacles(values, known)), _apart(known))


def _obstacles(
    values: Sequence[Observation | None], known: Sequence[Observation]
) -> Iterable[tuple[str, str]]:
    if len(known) < len(values):
        yield "missing", ""
    methods = {o.method for o in known}
    if len(methods) > 1:
        yield "method", ", ".join(sorted(methods))
    if len({o.unit for o in known}) > 1:
        yield "unit", ", ".join(sorted({o.unit for o in known}))
    if len({o.status for o in known}) > 1:
        yield "status", ", ".join(sorted({o.status for o in known}))
    if any(o.use == CONTEXT for o in known):
        yield "context", ""
    ends = [end for o in known if (end := last_day(o.period)) is not None]
    if len(ends) < len(known):
        yield "undated", ""
    elif ends and (max(ends) - min(ends)).days > YEARS_APART * DAYS_PER_YEAR:
        yield "years", f"{min(ends).year}–{max(ends).year}"


def _apart(known: Sequence[Observation]) -> bool:
    """Tell whether the highest low end lies above the lowest high end."""
    return len(known) > 1 and max(map(_low, known)) > min(map(_high, known))


def count_kinds(found: Iterable[Change]) -> Mapping[str, int]:
    """Return how many statements changed for each reason; all kinds are listed."""
    counts = dict.fromkeys((SAME, CITY_CHANGED, DATA, METHOD, MIXED, GAINED, LOST), 0)
    for change in found:
        counts[change.kind] += 1
    return counts
