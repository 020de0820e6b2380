"""What an answer is worth: its place on an ordinal scale, and the colour that a published cut-off proposes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from almena.ask.values import STEP
from almena.model.pack import Row
from almena.model.question import SINGLE, SUPPORTING, TREND, Question

MAY_PROPOSE = frozenset("ABC")
"""Letters of cut-offs that may propose a colour; with D or P the value is shown and a person judges."""
_BANDS = ("green", "yellow", "orange")


@dataclass(frozen=True)
class Proposal:
    """
    A colour that a cut-off proposes.

    Parameters
    ----------
    colour, confidence, source : str
        Colour by the method's vocabulary; letter and source of the cut-off.
    """

    colour: str
    confidence: str
    source: str


def score_of(question: Question, value: object) -> float | None:
    """
    Return the place of an answer on its ordinal scale, in per cent of the way from the worst step to the best.

    Equal distances between steps are assumed; the method publishes none.

    Parameters
    ----------
    question : Question
        A supporting indicator with a scale.
    value : object
        The answer as stored.
    """
    step = value.get(STEP) if isinstance(value, Mapping) else value
    positions = sorted({choice.position for choice in question.choices})
    if question.kind != SUPPORTING or question.answer not in (SINGLE, TREND) or len(positions) < 2:
        return None
    found = next((c.position for c in question.choices if c.id == step), None)
    return None if found is None else 100.0 * positions.index(found) / (len(positions) - 1)


def proposal_of(question: Question, value: object, unit: str, cuts: Iterable[Row]) -> Proposal | None:
    """
    Return the colour that a cut-off proposes for a number, None where it may not or cannot.

    Parameters
    ----------
    question : Question
        What was asked.
    value : object
        The answer as stored.
    unit : str
        Its unit, which must be that of the cut-off.
    cuts : iterable of rows
        Rows of the table ``benchmarks`` for this question.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    for cut in cuts:
        if cut["question"] != question.id or cut["confidence"] not in MAY_PROPOSE or cut["unit"] != unit:
            continue
        colour = _band(float(value), cut)
        if colour:
            return Proposal(colour, cut["confidence"], cut["source"])
    return None


def _band(value: float, cut: Row) -> str:
    """Return the band that a value falls into; empty when it lies beyond the last cut that the source gives."""
    sign = 1.0 if cut["direction"] == "higher" else -1.0
    for band in _BANDS:
        if cut.get(band) and sign * value >= sign * float(cut[band]):
            return band
    return "red" if cut.get("orange") else ""
