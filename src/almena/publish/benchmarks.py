"""Judge values against benchmarks, only where a source gives them."""

from __future__ import annotations

from almena.model.card import Card
from almena.model.observation import Observation
from almena.packs.language import from_table, say
from almena.publish.wording import number_text, with_unit
from almena.publish.words import word

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
        STRONG: say("reaches the benchmark"),
        RED: say("misses the benchmark"),
        SHORT: say("does not reach the benchmark"),
        BETWEEN: say("lies between the benchmarks"),
        OPEN: say("may lie on either side of a benchmark"),
    }
    return words.get(judge(card, observation), "")


def cuts_text(card: Card, *, full: bool = True) -> str:
    """
    Return the cuts of a card with their source and confidence; empty without a benchmark.

    In full the source says how the cuts were drawn; otherwise its name alone stands there.
    """
    if not has_benchmark(card):
        return ""
    source = from_table("cards", card.benchmark_source)
    if not full:
        source = word("benchmark", card.benchmark_source.split(",")[0].strip()).word
    return say(
        "{cuts} ({source}, confidence {letter})",
        cuts=_cut_texts(card),
        source=source,
        letter=card.benchmark_confidence,
    )


def _cut_texts(card: Card) -> str:
    rises = card.direction == "higher"
    told = []
    if card.green is not None:
        cut = with_unit(_cut(card.green, card.decimals), card.unit)
        told.append(say("green from {cut}", cut=cut) if rises else say("green up to {cut}", cut=cut))
    if card.red is not None:
        cut = with_unit(_cut(card.red, card.decimals), card.unit)
        told.append(say("red below {cut}", cut=cut) if rises else say("red above {cut}", cut=cut))
    return ", ".join(told)


def _cut(cut: float, decimals: int) -> str:
    """Return a cut as its source gives it: a cut is no measurement, so it ends in no zeros."""
    exact = f"{cut:.{max(decimals, 2)}f}".rstrip("0").rstrip(".")
    return number_text(cut, len(exact.partition(".")[2]))


def _side(card: Card, value: float) -> str:
    sign = 1.0 if card.direction == "higher" else -1.0
    if card.green is not None and sign * value >= sign * card.green:
        return STRONG
    if card.red is None:
        return SHORT
    if sign * value < sign * card.red:
        return RED
    return BETWEEN
