"""From causes to a range, and from facts about a value to its grade and use class."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from almena.model.card import Card, UseRule
from almena.model.observation import (
    CONTEXT,
    DECIDE,
    DISCUSS,
    ENUMERATED,
    MODELLED,
    PROXY,
    SENSITIVITY,
    SOURCES,
    Cause,
)
from almena.packs.loader import Grade

Facts = dict[str, float | tuple[float, float]]
"""What a value is judged by: a number for each rule, a pair for ``age``."""

ORDER = (DECIDE, DISCUSS, CONTEXT)
STATUS_DISTANCE = {MODELLED: 2.0, PROXY: 3.0}
BESIDE = "context"
"""Fact that a value speaks of the world around the city: it may never be more than context, and counts as one doubt."""

HEARSAY = "hearsay"
"""Fact that a value repeats a figure that anybody may write: it may never be more than context."""

STRAIGHT = "straight"
"""Fact that straight lines close the outline of the city where its source cuts it off: never more than discuss."""

SIGNED = ("% per year", "degC", "standard deviations", "percentage points")
"""Units of values that may be negative by nature."""

SHARE_FLOOR = 10.0
"""Percentage points, assumed: a share of 0 % by a source of grade C may be as much as 2.5 %."""

SHARE_SCALE = 50.0
"""Half of 100 percentage points: a share of ± 5 points has the width 0.1, wherever it lies between 0 and 100."""


@dataclass(frozen=True)
class Range:
    """
    A 90 % interval with its kind and the causes behind it.

    Parameters
    ----------
    low, high : float
        Ends of the interval in the unit of the value.
    kind : str
        ``enumerated``, or the kinds of the causes joined with ``+``.
    """

    low: float
    high: float
    kind: str


@dataclass(frozen=True)
class Fitness:
    """
    What a value may be used for, and why not for more.

    Parameters
    ----------
    use : str
        ``decide``, ``discuss`` or ``context``.
    grade : str
        Quality letter A to D.
    because : tuple of str
        The sentences of the rules that lowered the class, worst first.
    """

    use: str
    grade: str
    because: tuple[str, ...]


def combine_causes(
    value: float, causes: Sequence[tuple[str, float, float]], default_width: float, *, floor: float = 0.0
) -> Range:
    """
    Combine causes into one 90 % interval.

    Independent causes add in quadrature; method switches (``sensitivity``) first take their envelope, which then
    counts as one cause. A side that cannot be quantified (NaN) takes the default width of the quality grade.

    Parameters
    ----------
    value : float
        The value itself.
    causes : sequence of (kind, low, high)
        The value under the least and most favourable reading of each cause.
    default_width : float
        Half width, as a share of the value, for causes without numbers.
    floor : float
        Smallest value that this share is taken of, so that a zero found by a coarse source has a range.

    Returns
    -------
    Range
        Always contains the value.

    Notes
    -----
    Rule of the project, architecture section 3; quadrature: JCGM 100:2008, 5.1.2 (uncorrelated inputs).
    """
    kinds = sorted({kind for kind, _, _ in causes})
    if not causes or kinds == [ENUMERATED]:
        width = 0.0 if causes else default_width * max(abs(value), floor)
        return Range(value - width, value + width, ENUMERATED if causes else "expert")
    below, above = [], []
    switch_below = switch_above = 0.0
    for kind, low, high in causes:
        down, up = _deviations(value, low, high, default_width * max(abs(value), floor))
        if kind == SENSITIVITY:
            switch_below, switch_above = max(switch_below, down), max(switch_above, up)
        else:
            below.append(down)
            above.append(up)
    kind = "+".join(k for k in kinds if k != ENUMERATED)
    return Range(value - math.hypot(*below, switch_below), value + math.hypot(*above, switch_above), kind)


def _deviations(value: float, low: float, high: float, default: float) -> tuple[float, float]:
    down = default if math.isnan(low) else max(0.0, value - low)
    return down, default if math.isnan(high) else max(0.0, high - value)


def clip_to_unit(found: Range, value: float, card: Card) -> Range:
    """Keep a range inside what the unit allows: shares within 0 to 100, counts not below zero."""
    low, high = found.low, found.high
    if is_share(card):
        low, high = max(0.0, low), min(100.0, high)
    elif value >= 0 and not is_rate_of_change(card):
        low = max(0.0, low)
    return Range(min(low, value), max(high, value), found.kind)


def is_share(card: Card) -> bool:
    """Tell whether the card counts a part of a whole in percent."""
    return card.unit == "%" and bool(card.denominator) and "difference" not in card.id


def is_rate_of_change(card: Card) -> bool:
    """Tell whether the card's value may be negative by nature."""
    return "per decade" in card.unit or card.unit.startswith(SIGNED)


def relative_width(value: float, found: Range, card: Card) -> float:
    """
    Return the half width of a range as a share: of 50 points for shares, else of the value.

    Rates of change near zero are judged against their own range, so that a trend whose range includes zero is
    never fit to decide.
    """
    half = (found.high - found.low) / 2
    if is_share(card):
        return half / SHARE_SCALE
    return half / abs(value) if value else (0.0 if half == 0 else math.inf)


def disagreement(value: float, causes: Sequence[tuple[str, float, float]]) -> float:
    """Return how far the sources of the same quantity lie apart, as a share of the value; 0 with one source."""
    gaps = [max(abs(value - low), abs(high - value)) for kind, low, high in causes if kind == SOURCES]
    gaps = [gap for gap in gaps if not math.isnan(gap)]
    return max(gaps, default=0.0) / abs(value) if value else 0.0


def judge(facts: Facts, rules: Sequence[UseRule]) -> Fitness:
    """
    Turn facts about a value into its grade and use class by the rules of the table.

    Parameters
    ----------
    facts : mapping of str to float or pair
        A number for each rule; for ``age`` a pair, the age as a share of the years up to which the data are fit
        to decide and to discuss. NaN stands for unknown and allows ``discuss`` at best.
    rules : sequence of UseRule
        The table.

    Returns
    -------
    Fitness
        The worst class that any rule gives.
    """
    verdicts = [(_class_of(facts[rule.fact], rule), rule) for rule in rules if rule.fact in facts]
    use = max((v for v, _ in verdicts), key=ORDER.index, default=CONTEXT)
    lowered = sorted(((v, r) for v, r in verdicts if v != DECIDE), key=lambda pair: -ORDER.index(pair[0]))
    because = tuple(
        rule.because if _known(facts[rule.fact]) else f"the {rule.fact} of the data is not known"
        for _, rule in lowered
    )
    weighed = [_doubt(v) if rule.fact == BESIDE else v for v, rule in verdicts if rule.fact != "width"]
    return Fitness(use, _grade(weighed), because)


def _doubt(verdict: str) -> str:
    return verdict if verdict == DECIDE else DISCUSS


def _class_of(fact: float | tuple[float, float], rule: UseRule) -> str:
    for_decide, for_discuss = fact if isinstance(fact, tuple) else (fact, fact)
    if math.isnan(for_decide):
        return DISCUSS
    if _holds(for_decide, rule.decide, rule.better):
        return DECIDE
    return DISCUSS if _holds(for_discuss, rule.discuss, rule.better) else CONTEXT


def _known(fact: float | tuple[float, float]) -> bool:
    return not math.isnan(fact[0] if isinstance(fact, tuple) else fact)


def _holds(fact: float, bound: float, better: str) -> bool:
    return fact <= bound if better == "low" else fact >= bound


def _grade(verdicts: Sequence[str]) -> str:
    if CONTEXT in verdicts:
        return "D"
    doubts = sum(v == DISCUSS for v in verdicts)
    return "A" if doubts == 0 else "B" if doubts == 1 else "C"


def at_place(causes: Sequence[Cause], index: int) -> list[tuple[str, float, float]]:
    """Return the causes as plain numbers for one place."""
    return [(c.kind, _pick(c.low, index), _pick(c.high, index)) for c in causes]


def _pick(values: object, index: int) -> float:
    array = np.asarray(values, dtype=float)
    return float(array if array.ndim == 0 else array[index])


def width_of(grade: str, grades: Mapping[str, Grade]) -> float:
    """Return the default half width of a grade, as a share of the value."""
    return grades[grade].default_width
