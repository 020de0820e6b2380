"""How sure a candidate is: a score from what speaks for and against it, then the share found right in the gold set."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from almena.packs.mining import load_calibration

# Weights are assumed; the calibration table turns the score into a share that was counted.
WEIGHTS = {
    "no known term": -0.2,
    "term far away": -0.08,
    "no time given": -0.16,
    "several times in the sentence": -0.25,
    "time near by": -0.03,
    "place taken for granted": -0.08,
    "several places in the sentence": -0.07,
    "no place": -0.3,
    "the sentence before speaks of another place": -0.4,
    "place of an unknown name": -0.15,
    "approximate": -0.03,
    "no unit written": -0.1,
    "a change, not a state": -0.2,
    "many figures in the sentence": -0.08,
    "the document gives orders": -0.6,
    "letters of several alphabets": -0.6,
    "text that nobody sees": -0.7,
    "read from a table": 0.0,
    "an amount beyond reason": -0.6,
}


def score(because: Iterable[str]) -> float:
    """Return a score from 0 to 1."""
    return min(1.0, max(0.0, 1.0 + sum(WEIGHTS.get(reason, 0.0) for reason in because)))


def calibrated(raw: float) -> float:
    """Return the share of right candidates that the gold set had at this score, between its points in a line."""
    table = load_calibration()
    if raw <= table[0][0]:
        return table[0][1]
    for (left, low), (right, high) in pairwise(table):
        if raw <= right:
            return low + (high - low) * (raw - left) / (right - left)
    return table[-1][1]
