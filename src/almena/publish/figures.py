"""Turn observations into figures as readers meet them, each with the way back to its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from almena.model.card import Card
from almena.model.observation import ENUMERATED, MODELLED, PROXY, Observation
from almena.model.origin import Source
from almena.packs.language import from_table, say
from almena.packs.loader import load_grades
from almena.packs.retelling import retell
from almena.publish.benchmarks import cuts_text, judgement_text
from almena.publish.blocks import CauseLine, Cell, Figure, Hole, Numbers, Proof, Reading, SourceLine, Word
from almena.publish.facts import Facts, is_withheld
from almena.publish.reasons import because_text, closing, is_for_want_of_files, plain_reason, short_reason
from almena.publish.wording import (
    date_text,
    figure_texts,
    listed,
    number_text,
    share_text,
    unit_text,
    with_unit,
)
from almena.publish.words import word, words

AGREED, EXPERT = "agreed", "expert"
_LONGEST_LOCATOR = 240
_MOST_READINGS = 24
_LONGEST_SPLIT = 8  # more groups than that are a table of their own: they stand in the account


@dataclass
class FigureMaker:
    """
    Make figures, each told in full once and linked to afterwards.

    Parameters
    ----------
    facts : Facts
        The observations of the run.
    """

    facts: Facts
    told: set[str] = field(default_factory=set)
    numbers: dict[Source, int] = field(init=False)

    def __post_init__(self) -> None:
        cited = (o.source for obs in self.facts.material.observations for o in obs.origins)
        every = dict.fromkeys([*self.facts.material.sources, *cited])
        self.numbers = {source: number for number, source in enumerate(every, start=1)}

    def figure(self, observation: Observation, *, full: bool = True) -> Figure:
        """Return the figure of a headline; its proof only the first time it is told in full."""
        card = self.facts.material.cards[observation.indicator]
        with_proof = full and card.id not in self.told
        if with_proof:
            self.told.add(card.id)
        roles, (value, spread) = self.facts.material.roles, value_texts(observation, card)
        split = self._split(card) if with_proof else []
        return Figure(
            indicator=card.id,
            title=card.title,
            use=use_word(observation),
            value=value,
            range=spread,
            period=date_text(observation.period) if observation.period else "",
            status=word("status", observation.status).word,
            missing=observation.is_missing,
            reason=self.reason_of(observation),
            remedy="" if is_for_want_of_files(observation) else closing(observation, card, roles),
            review=self.facts.material.confirmed_by.get(card.id, ""),
            benchmark=judgement_text(card, observation),
            proof=self._proof(observation, card, split) if with_proof else None,
            split=tuple(replace(_reading(o, card), what=part_text(o)) for o in split),
            no_range="" if spread or observation.is_missing else range_text(observation, ""),
        )

    def reason_of(self, observation: Observation) -> str:
        """Return why a value is missing in plain words, or in short words why it is not fit to decide."""
        if observation.is_missing:
            return plain_reason(observation, self.facts.material.roles)
        return short_reason(observation.reason)

    def numbers_of(self, title: str, cards: Iterable[Card]) -> Numbers:
        """Return the figures of cards in full: values first in the order given, then holes."""
        found = [o for card in cards if (o := self.facts.headlines.get(card.id)) is not None]
        values = tuple(self.figure(o) for o in found if not o.is_missing)
        return Numbers(title, values, _holes(self.figure(o) for o in found if o.is_missing))

    def cell(self, observation: Observation | None) -> Cell:
        """Return a value with its range as a cell of a table."""
        if observation is None:
            return Cell(say("no value"), number=True)
        if observation.is_missing:
            return Cell(say("withheld") if is_withheld(observation) else say("no value"), number=True)
        value, spread = value_texts(observation, self.facts.material.cards[observation.indicator], unit=False)
        return Cell(value, spread, use=use_word(observation), number=True)

    def behind(self, *indicators: str) -> tuple[tuple[str, str], ...]:
        """Return anchor and title of the indicators that have an account in the page."""
        found = [self.facts.headlines[i] for i in indicators if i in self.facts.headlines]
        figures = [self.figure(observation, full=False) for observation in found]
        return tuple(("#" + f.anchor, f.title) for f in figures)

    def _split(self, card: Card) -> list[Observation]:
        """Return the breakdowns to show beside the value: by group, class or state, if they are not many."""
        told = {w.id for w in words("breakdown")}
        found = [
            o for o in self.facts.others(card.id) if o.dimensions and {k for k, _ in o.dimensions} <= told
        ]
        return found if len(found) <= _LONGEST_SPLIT else []

    def _proof(self, observation: Observation, card: Card, split: list[Observation]) -> Proof:
        others = [o for o in self.facts.others(card.id) if o not in split]
        weak = observation.reason and not observation.is_missing
        return Proof(
            exact=exact_text(observation, card),
            definition=card.definition,
            denominator=from_table("cards", card.denominator),
            quality=_quality_text(observation.quality),
            method=observation.method,
            coverage="" if observation.coverage is None else share_text(observation.coverage),
            status=word("status", observation.status).meaning,
            codes=listed(f"{k.upper()} {v}" for k, v in card.codes.items()),
            because=tuple(because_text(part) for part in observation.reason.split("; ")) if weak else (),
            causes=tuple(_cause_line(c, card) for c in observation.causes),
            sources=self.source_lines(observation),
            notes=observation.notes,
            others=tuple(_reading(o, card) for o in others[:_MOST_READINGS]),
            benchmark=cuts_text(card),
            places=sum(not o.is_missing for o in self.facts.parts(card.id).values()),
        )

    def source_lines(self, observation: Observation) -> tuple[SourceLine, ...]:
        """Return the files behind an observation, once each."""
        lines = {
            o.source: SourceLine(
                self.numbers[o.source],
                o.source.file,
                o.source.attribution,
                _short(o.locator),
                " → ".join(o.steps),
            )
            for o in observation.origins
        }
        return tuple(lines.values())


def value_texts(observation: Observation, card: Card, *, unit: bool = True) -> tuple[str, str]:
    """Return the value with its unit, and its range; both rounded where a model or a stand-in is behind them."""
    if observation.value is None:
        return "", ""
    rounded = observation.status in (MODELLED, PROXY)
    value, spread = figure_texts(
        observation.value, observation.low, observation.high, card.decimals, rounded=rounded
    )
    return with_unit(value, observation.unit or card.unit, observation.value) if unit else value, spread


def exact_text(observation: Observation, card: Card) -> str:
    """Return the value and its interval with two more digits than the card shows."""
    if observation.value is None:
        return ""
    digits = card.decimals + (1 if observation.unit == "persons" else 2)
    whole = all(
        v is None or float(v).is_integer() for v in (observation.value, observation.low, observation.high)
    )
    digits = 0 if whole else digits
    text = with_unit(number_text(observation.value, digits), observation.unit, observation.value)
    if observation.low is None or observation.high is None:
        return text
    if observation.low == observation.high:
        return f"{text}; {range_text(observation, '')}"
    low, high = number_text(observation.low, digits), number_text(observation.high, digits)
    kinds = listed(word("cause", k).word for k in observation.interval_kind.split("+"))
    told = say("{value}; 90\u00a0% range {low} to {high}", value=text, low=low, high=high)
    return f"{told} ({kinds})" if kinds else told


def range_text(observation: Observation, spread: str) -> str:
    """Return a range for a sentence, or the words for having none."""
    if spread:
        return say("range {range}", range=spread)
    if observation.interval_kind == ENUMERATED:
        return word("range", ENUMERATED).word
    return word("range", AGREED if has_agreed(observation) else "none").word


def has_agreed(observation: Observation) -> bool:
    """Tell whether a value was looked at in several ways which all gave the same, so that its range has no width."""
    if (
        observation.value is None or EXPERT in observation.interval_kind
    ):  # a width assumed of nought has no width either
        return False
    return bool(observation.interval_kind) and observation.low == observation.high == observation.value


def use_word(observation: Observation) -> Word:
    """Return the use class of a value, or the word for a gap."""
    if is_withheld(observation):
        return word("use", "withheld")
    return word("use", "missing" if observation.is_missing else observation.use)


def _holes(figures: Iterable[Figure]) -> tuple[Hole, ...]:
    """Put together what one answer would close."""
    together: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in figures:
        together.setdefault((figure.use.id, figure.reason, figure.remedy), []).append(figure)
    return tuple(
        Hole(found[0].use, tuple(found), found[0].reason, found[0].remedy) for found in together.values()
    )


def dimension_text(observation: Observation) -> str:
    """Return what sets an observation apart from the headline."""
    return listed(f"{retell(k.replace('_', ' '))}: {retell(v)}" for k, v in observation.dimensions)


def part_text(observation: Observation) -> str:
    """Return which part of the whole a value is about, without the name of the division."""
    return listed(
        retell(v) if v != "unknown" else say("{what} unknown", what=word("breakdown", k).word)
        for k, v in observation.dimensions
    )


def _reading(observation: Observation, card: Card) -> Reading:
    value, spread = value_texts(observation, card)
    what = dimension_text(observation) or say("another date")
    return Reading(what, value, spread, date_text(observation.period), use_word(observation))


def _cause_line(cause: dict[str, object], card: Card) -> CauseLine:
    low, high = cause.get("low"), cause.get("high")
    spread = ""
    if isinstance(low, int | float) and isinstance(high, int | float):
        texts = [number_text(float(end), card.decimals) for end in (low, high)]
        both = say("{low} to {high}", low=texts[0], high=texts[1])
        spread = texts[0] if low == high else f"{both} {unit_text(card.unit)}"
    return CauseLine(str(cause.get("name", "")), word("cause", str(cause.get("kind", ""))).word, spread)


def _quality_text(grade: str) -> str:
    known = load_grades().get(grade)
    return f"{grade}: {from_table('quality', known.meaning)}" if known else ""


def _short(locator: str) -> str:
    return locator if len(locator) <= _LONGEST_LOCATOR else locator[: _LONGEST_LOCATOR - 1].rstrip() + "…"
