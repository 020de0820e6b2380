"""How sure a candidate is: a score from what speaks for and against it, then the share found right in the gold set."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from almena.packs.mining import load_calibration, load_weights

OFFERED = 0.5
"""Confidence from which a candidate is shown to a person unasked: more likely right than wrong."""


def score(because: Iterable[str]) -> float:
    """Return a score from 0 to 1; the calibration turns it into a share that was counted."""
    weights = load_weights()
    return min(1.0, max(0.0, 1.0 + sum(weights.get(reason, 0.0) for reason in because)))


def calibrated(raw: float) -> float:
    """Return the share of right candidates that the gold set had at this score, between its points in a line."""
    table = load_calibration()
    if raw <= table[0][0]:
        return table[0][1]
    for (left, low), (right, high) in pairwise(table):
        if raw <= right:
            return low + (high - low) * (raw - left) / (right - left)
    return table[-1][1]
