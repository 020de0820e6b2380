"""Judge values against benchmarks, only where a source gives them."""

from __future__ import annotations

from almena.model.card import Card
from almena.model.observation import Observation

STRONG, RED, BETWEEN, OPEN, NONE = "strong", "red", "between", "open", ""


def has_benchmark(card: Card) -> bool:
    """Tell whether any cut is given and the card says which way is better."""
    return card.direction in ("higher", "lower") and (card.green is not None or card.red is not None)


def judge(card: Card, observation: Observation | None) -> str:
    """
    Return where a value stands: ``strong``, ``red``, ``between``, ``open`` or nothing.

    A value is *open* when its range reaches across a cut: either side is possible.
    """
    if observation is None or observation.value is None or not has_benchmark(card):
        return NONE
    ends = {_side(card, end) for end in (observation.value, observation.low, observation.high) if end is not None}
    return ends.pop() if len(ends) == 1 else OPEN


def judgement_text(card: Card, observation: Observation) -> str:
    """Return the judgement in words with its cut and source; empty without a benchmark."""
    words = {
        STRONG: "reaches the benchmark",
        RED: "misses the benchmark",
        BETWEEN: "lies between the benchmarks",
        OPEN: "may lie on either side of the benchmark: its range reaches across it",
    }
    found = judge(card, observation)
    return f"{words[found]} ({card.benchmark_source}; confidence {card.benchmark_confidence})" if found else ""


def _side(card: Card, value: float) -> str:
    sign = 1.0 if card.direction == "higher" else -1.0
    if card.green is not None and sign * value >= sign * card.green:
        return STRONG
    if card.red is not None and sign * value <= sign * card.red:
        return RED
    return BETWEEN
