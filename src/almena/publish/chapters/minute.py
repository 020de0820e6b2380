"""One minute: a map, five numbers, what is strong, what is red, who is worse off, who confirmed it."""

from __future__ import annotations

from collections.abc import Iterable

from almena.model.observation import CONTEXT, Observation
from almena.packs.language import count, say
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
from almena.publish.blocks import Block, Cards, Figure, Item, Points, Prose
from almena.publish.chapters.desk import Desk
from almena.publish.chapters.pressing import needs_first
from almena.publish.chapters.sections import sections_of
from almena.publish.chapters.unequal import as_figure, unequal, widest_gaps
from almena.publish.facts import best_first
from almena.publish.figures import use_word, value_texts
from almena.publish.sentences import confirmed_sentence
from almena.publish.wording import capital, count_text

FIVE = 5
FALLBACK = "fallback"
ABOUT_FILES = ("known",)
"""Story of cards that speak of the sources alone: no number to begin a profile with."""


def blocks(at: Desk) -> list[Block]:
    """Return the first page."""
    figures = five_figures(at)
    told = count_text(len(figures))
    title = capital(
        count("{number_in_words} number", "{number_in_words} numbers", len(figures), number_in_words=told)
    )
    found = needs_first(at)
    found += [Cards(title, figures)] if figures else [_nothing_yet(at)]
    found += [at.atlas.minute(), *_strong_and_red(at), _worst_gaps(at)]
    return [*found, Prose(say("Confirmed by"), confirmed_sentence(at.facts))]


def five_figures(at: Desk) -> tuple[Figure, ...]:
    """
    Return at most five large numbers.

    First come the values that the cards name for this page, of which the last makes room for what is most unequal in
    the city; without such a gap for a value that misses a benchmark, or the value that the table of sections names.
    """
    gaps = widest_gaps(at)[:1]
    values = five_numbers(at, FIVE - len(gaps))
    figures = [at.maker.figure(o, full=False) for o in values]
    return (*figures, *(as_figure(at, gap) for gap in gaps))


def five_numbers(at: Desk, most: int = FIVE) -> list[Observation]:
    """Return the values that the cards name for this page, then what is red, then the best of other elements."""
    named = (*at.material.pressing.cards, *(c.id for c in at.facts.cards("minute")))
    chosen = [o for i in dict.fromkeys(named) if (o := at.facts.value(i)) is not None and _may_begin(at, o)][
        :most
    ]
    if most == FIVE:
        chosen = [*chosen[: FIVE - 1], *_telling(at)[:1], *chosen[FIVE - 1 :]][:FIVE]
    elements = {at.material.cards[o.indicator].element for o in chosen}
    for observation in best_first(o for o in at.facts.headlines.values() if not o.is_missing):
        card = at.material.cards[observation.indicator]
        element = card.element
        if len(chosen) >= most:
            break
        if element not in elements and observation.use != CONTEXT and tuple(card.story) != ABOUT_FILES:
            chosen.append(observation)
            elements.add(element)
    return chosen


def _may_begin(at: Desk, observation: Observation) -> bool:
    """Keep what presses but is only context from the first page; what the cards name for it stands there anyway."""
    return observation.use != CONTEXT or "minute" in at.material.cards[observation.indicator].story


def _telling(at: Desk) -> list[Observation]:
    """Return values that miss a benchmark, then those that the table of sections names for want of one."""
    red = [o for o in at.facts.headlines.values() if judge(at.material.cards[o.indicator], o) in (RED, SHORT)]
    named = [i for s in sections_of("minute") if s.id == FALLBACK for i in s.indicators]
    values = [*red, *(o for i in named if (o := at.facts.value(i)) is not None)]
    return [o for o in values if o.use != CONTEXT]


def _nothing_yet(at: Desk) -> Prose:
    text = say(
        "No number can be given for {city} yet. Chapter “What to ask” says where to start.",
        city=at.material.name,
    )
    return Prose(say("Five numbers"), text)


def _strong_and_red(at: Desk) -> list[Block]:
    judged = {o.indicator: judge(at.material.cards[o.indicator], o) for o in at.facts.headlines.values()}
    with_cut = [c for c in at.material.cards.values() if has_benchmark(c)]
    none = count(
        "Nothing to list. Of {indicators} indicators {number} has an agreed benchmark; for all others there is no "
        "agreed benchmark, so this report calls them neither good nor bad.",
        "Nothing to list. Of {indicators} indicators {number} have an agreed benchmark; for all others there is no "
        "agreed benchmark, so this report calls them neither good nor bad.",
        len(with_cut),
        indicators=len(at.facts.headlines),
    )
    no_red = say("No value misses an agreed benchmark. What is missing altogether may weigh more: see below.")
    either = say("What may be either: the range reaches across a benchmark")
    open_ones, less = _judged(at, judged, (OPEN,)), unequal(at)
    found: list[Block] = [Points(say("What is strong"), _judged(at, judged, (STRONG,)), none)]
    found.append(Points(say("What is red"), _judged(at, judged, (RED, SHORT)), no_red))
    found += [less] if less else []
    return [*found, *([Points(either, open_ones)] if open_ones else [])]


def _judged(at: Desk, judged: dict[str, str], wanted: tuple[str, ...]) -> tuple[Item, ...]:
    found = [at.facts.headlines[i] for i, verdict in judged.items() if verdict in wanted]
    return tuple(
        Item(
            f"{at.material.cards[o.indicator].title}: {_with_range(at, o)}",
            _verdict(at, o),
            _anchor(at, o),
            use_word(o),
        )
        for o in found
    )


def _verdict(at: Desk, observation: Observation) -> str:
    card = at.material.cards[observation.indicator]
    told = "" if judge(card, observation) == OPEN else judgement_text(card, observation)
    weak = say("context only, so no judgement to rely on") if observation.use == CONTEXT else ""
    return "; ".join(part for part in (told, cuts_text(card, full=False), weak) if part)


def _with_range(at: Desk, observation: Observation) -> str:
    value, spread = value_texts(observation, at.material.cards[observation.indicator])
    return f"{value} ({spread})" if spread else value


def _worst_gaps(at: Desk) -> Points:
    gaps = list(worst_first(at, at.facts.gaps))[:FIVE]
    items = tuple(
        Item(at.material.cards[o.indicator].title, at.maker.reason_of(o), _anchor(at, o)) for o in gaps
    )
    return Points(say("What we do not know and should"), items, say("No indicator is without a value."))


def worst_first(at: Desk, gaps: Iterable[Observation]) -> list[Observation]:
    """Order gaps by whether they press, by how many chapters wait for them, by how little it takes to close them."""
    cards, first = at.material.cards, at.material.pressing.cards

    def order(gap: Observation) -> tuple[bool, int, float, str]:
        """Return what a gap is sorted by."""
        card = cards[gap.indicator]
        return gap.indicator not in first, -len(card.story), card.effort_hours, gap.indicator

    return sorted(gaps, key=order)


def _anchor(at: Desk, observation: Observation) -> str:
    return "#" + at.maker.figure(observation, full=False).anchor
