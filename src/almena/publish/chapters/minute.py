"""One minute: a map, five numbers, what is strong, what is red, who confirmed it."""

from __future__ import annotations

from collections.abc import Iterable

from almena.model.observation import CONTEXT, Observation
from almena.publish.benchmarks import (
    OPEN,
    RED,
    SHORT,
    STRONG,
    cuts_text,
    has_benchmark,
    judge,
    judgement_text,
)
from almena.publish.blocks import Block, Cards, Item, Points, Prose
from almena.publish.chapters.desk import Desk
from almena.publish.facts import best_first
from almena.publish.figures import value_texts
from almena.publish.sentences import confirmed_sentence

FIVE = 5


def blocks(at: Desk) -> list[Block]:
    """Return the first page."""
    figures = tuple(at.maker.figure(o, full=False) for o in five_numbers(at))
    found: list[Block] = [Cards("Five numbers", figures)] if figures else [_nothing_yet(at)]
    found += [at.atlas.minute(), *_strong_and_red(at), _worst_gaps(at)]
    return [*found, Prose("Confirmed by", confirmed_sentence(at.facts))]


def five_numbers(at: Desk) -> list[Observation]:
    """Return the values that the cards name for this page, filled up with the best of other elements."""
    named = [o for c in at.facts.cards("minute") if (o := at.facts.value(c.id)) is not None]
    elements = {at.material.cards[o.indicator].element for o in named}
    chosen = named[:FIVE]
    for observation in best_first(o for o in at.facts.headlines.values() if not o.is_missing):
        element = at.material.cards[observation.indicator].element
        if len(chosen) >= FIVE:
            break
        if element not in elements and observation.use != CONTEXT:
            chosen.append(observation)
            elements.add(element)
    return chosen


def _nothing_yet(at: Desk) -> Prose:
    text = f"No number can be given for {at.material.name} yet. Chapter “What to ask” says where to start."
    return Prose("Five numbers", text)


def _strong_and_red(at: Desk) -> list[Block]:
    judged = {o.indicator: judge(at.material.cards[o.indicator], o) for o in at.facts.headlines.values()}
    with_cut = [c for c in at.material.cards.values() if has_benchmark(c)]
    none = (
        f"Nothing to list. Of {len(at.facts.headlines)} indicators {len(with_cut)} "
        f"{'has' if len(with_cut) == 1 else 'have'} an agreed benchmark; for all others there is no agreed benchmark, "
        "so this report calls them neither good nor bad."
    )
    strong = Points("What is strong", _judged(at, judged, (STRONG,)), none)
    no_red = "No value misses an agreed benchmark. What is missing altogether may weigh more: see below."
    red = Points("What is red", _judged(at, judged, (RED, SHORT)), no_red)
    open_ones = _judged(at, judged, (OPEN,))
    return [
        strong,
        red,
        *(
            [Points("What may be either: the range reaches across a benchmark", open_ones)]
            if open_ones
            else []
        ),
    ]


def _judged(at: Desk, judged: dict[str, str], wanted: tuple[str, ...]) -> tuple[Item, ...]:
    found = [at.facts.headlines[i] for i, verdict in judged.items() if verdict in wanted]
    return tuple(
        Item(f"{at.material.cards[o.indicator].title}: {_with_range(at, o)}", _verdict(at, o), _anchor(at, o))
        for o in found
    )


def _verdict(at: Desk, observation: Observation) -> str:
    weak = "; context only, so no judgement to rely on" if observation.use == CONTEXT else ""
    card = at.material.cards[observation.indicator]
    told = "" if judge(card, observation) == OPEN else judgement_text(card, observation) + "; "
    return f"{told}{cuts_text(card)}{weak}"


def _with_range(at: Desk, observation: Observation) -> str:
    value, spread = value_texts(observation, at.material.cards[observation.indicator])
    return f"{value} ({spread})" if spread else value


def _worst_gaps(at: Desk) -> Points:
    gaps = list(worst_first(at, at.facts.gaps))[:FIVE]
    items = tuple(Item(at.material.cards[o.indicator].title, o.reason, _anchor(at, o)) for o in gaps)
    return Points("What we do not know and should", items, "No indicator is without a value.")


def worst_first(at: Desk, gaps: Iterable[Observation]) -> list[Observation]:
    """Order gaps by how many chapters wait for them, then by how little it takes to close them."""
    cards = at.material.cards
    return sorted(
        gaps, key=lambda o: (-len(cards[o.indicator].story), cards[o.indicator].effort_hours, o.indicator)
    )


def _anchor(at: Desk, observation: Observation) -> str:
    return "#" + at.maker.figure(observation, full=False).anchor
