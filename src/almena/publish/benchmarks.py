"""Judge values against benchmarks, only where a source gives them."""

from __future__ import annotations

from almena.model.card import Card
from almena.model.observation import Observation
from almena.publish.wording import number_text

STRONG, RED, SHORT, BETWEEN, OPEN, NONE = "strong", "red", "short", "between", "open", ""


def has_benchmark(card: Card) -> bool:
    """Tell whether any cut is given and the card says which way is better."""
    return card.direction in ("higher", "lower") and (card.green is not None or card.red is not None)


def judge(card: Card, observation: Observation | None) -> str:
    """
    Return where a value stands: ``strong``, ``red``, ``short``, ``between``, ``open`` or nothing.

    *Short* is a value that does not reach the only cut that a source gives.

    A value is *open* when its range reaches across a cut: either side is possible.
    """
    if observation is None or observation.value is None or not has_benchmark(card):
        return NONE
    ends = {
        _side(card, end) for end in (observation.value, observation.low, observation.high) if end is not None
    }
    return ends.pop() if len(ends) == 1 else OPEN


def judgement_text(card: Card, observation: Observation) -> str:
    """Return the judgement in words; empty without a benchmark."""
    words = {
        STRONG: "reaches the benchmark",
        RED: "misses the benchmark",
        SHORT: "does not reach the benchmark",
        BETWEEN: "lies between the benchmarks",
        OPEN: "may lie on either side of a benchmark",
    }
    return words.get(judge(card, observation), "")


def cuts_text(card: Card) -> str:
    """Return the cuts of a card with their source and confidence; empty without a benchmark."""
    if not has_benchmark(card):
        return ""
    cuts = [(name, cut) for name, cut in (("green", card.green), ("red", card.red)) if cut is not None]
    texts = [
        f"{name} {'from' if _rises(card, name) else 'up to'} {number_text(cut, card.decimals)}"
        for name, cut in cuts
    ]
    return f"{', '.join(texts)}; {card.benchmark_source}; confidence {card.benchmark_confidence}"


def _rises(card: Card, name: str) -> bool:
    return (card.direction == "higher") == (name == "green")


def _side(card: Card, value: float) -> str:
    sign = 1.0 if card.direction == "higher" else -1.0
    if card.green is not None and sign * value >= sign * card.green:
        return STRONG
    if card.red is None:
        return SHORT
    if sign * value <= sign * card.red:
        return RED
    return BETWEEN
