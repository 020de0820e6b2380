"""Sentences to copy, and tempting sentences with the reason why they are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from almena.measure.dates import last_day
from almena.model.observation import CONTEXT, MODELLED, Observation
from almena.packs.language import count, from_table, say
from almena.packs.table import Row, read_table
from almena.publish.blocks import Sentence, Wrong
from almena.publish.citing import source_text, year_of
from almena.publish.event import AFTER, BEFORE, PLAN_LISTS, UNDATED, Event, dating_text
from almena.publish.facts import GROUPS, Facts, best_first
from almena.publish.figures import range_text, value_texts
from almena.publish.material import Material
from almena.publish.reasons import plain_reason
from almena.publish.wording import (
    capital,
    date_text,
    hours_text,
    number_text,
    sentence,
    share_text,
    year_text,
)
from almena.publish.words import word

ANY = "*"
MOST_GENERAL = 2
MODEL = "population_grid"
OLDER_NAMES = "neighbourhood_statistics"
PARTIAL = 0.95  # as the bound of coverage in packs/use_class.csv


@dataclass
class Teller:
    """
    Fill the sentence tables with the values of a run.

    Parameters
    ----------
    facts : Facts
        The observations of the run.
    event : Event or None
        The flood, when its outline is given.
    """

    facts: Facts
    event: Event | None
    _quoted: set[str] = field(default_factory=set)

    def may_say(self, chapters: Iterable[str]) -> tuple[Sentence, ...]:
        """Return the sentences of chapters whose numbers are fit for it, then a few general ones."""
        wanted = tuple(chapters)
        rows = sorted(
            (r for r in read_table("story.csv") if r["chapter"] in wanted), key=lambda r: int(r["order"])
        )
        sentences = [s for row in rows if row["needs"] != ANY if (s := self._say(row)) is not None]
        general = [r for r in read_table("story.csv") if r["needs"] == ANY and r["chapter"] in (*wanted, ANY)]
        if len(sentences) < MOST_GENERAL and general:
            sentences += self._general(general[0], wanted, MOST_GENERAL - len(sentences))
        return tuple(sentences)

    def may_not_say(self, chapters: Iterable[str]) -> tuple[Wrong, ...]:
        """Return the wrong sentences of chapters that somebody could be tempted to say here."""
        wanted = tuple(chapters)
        rows = sorted(
            (r for r in read_table("may_not_say.csv") if r["chapter"] in wanted),
            key=lambda r: int(r["order"]),
        )
        return tuple(w for row in rows if (w := self._wrong(row)) is not None)

    def _say(self, row: Row) -> Sentence | None:
        given = self._needs(row)
        if given is None or not self._holds(row, given) or any(o.use == CONTEXT for o in given):
            return None
        self._quoted |= {o.indicator for o in given}
        return self._sentence("story", row, given)

    def lead(self, chapter: str) -> Sentence | None:
        """Return the first sentence of a chapter that the facts of this run can fill; None when none can."""
        rows = (r for r in read_table("leads.csv") if r["chapter"] == chapter)
        for row in sorted(rows, key=lambda r: int(r["order"])):
            given = self._given(row)
            weak = given is not None and any(o.use == CONTEXT and not o.is_missing for o in given)
            if given is not None and not weak and self._holds(row, given):
                return self._sentence("leads", row, [o for o in given if not o.is_missing] or given)
        return None

    def _sentence(self, table: str, row: Row, given: list[Observation]) -> Sentence:
        weakest = max((o.use for o in given if not o.is_missing), key=GROUPS.index, default="")
        template = from_table(table, row["template"])
        return Sentence(template.format_map(self._slots(given)), word("use", weakest))

    def _general(self, row: Row, chapters: tuple[str, ...], most: int) -> list[Sentence]:
        cards = [c for chapter in chapters for c in self.facts.cards(chapter)]
        values = [o for c in cards if (o := self.facts.value(c.id)) is not None and o.use != CONTEXT]
        fresh = [o for o in best_first(values) if o.indicator not in self._quoted][:most]
        self._quoted |= {o.indicator for o in fresh}
        template = from_table("story", row["template"])
        return [Sentence(template.format_map(self._slots([o])), word("use", o.use)) for o in fresh]

    def _wrong(self, row: Row) -> Wrong | None:
        given = self._given(row)
        if given is None or not self._holds(row, given):
            return None
        slots = self._slots(given)
        wrong, why = (from_table("may_not_say", row[column]) for column in ("wrong", "why"))
        return Wrong(wrong.format_map(slots), why.format_map(slots).strip())

    def _given(self, row: Row) -> list[Observation] | None:
        return self._gap(row) if "unknown" in row["condition"].split() else self._needs(row)

    def _needs(self, row: Row) -> list[Observation] | None:
        found = [self.facts.value(indicator) for indicator in row["needs"].split()]
        given = [o for o in found if o is not None]
        return given if len(given) == len(found) else None

    def _gap(self, row: Row) -> list[Observation] | None:
        found = [self.facts.headlines.get(indicator) for indicator in row["needs"].split()]
        given = [o for o in found if o is not None]
        return given if len(given) == len(found) else None

    def _holds(self, row: Row, given: list[Observation]) -> bool:
        names = row["condition"].split()
        of_run = all(OF_THE_RUN[name](self) for name in names if name in OF_THE_RUN)
        return of_run and all(OF_VALUES[name](given) for name in names if name in OF_VALUES)

    def _slots(self, given: list[Observation]) -> Mapping[str, str]:
        slots = dict(self._general_slots()) | {"sources": source_text(*given)}
        for number, observation in enumerate(given, start=1):
            suffix = "" if number == 1 else str(number)
            slots |= {name + suffix: text for name, text in self._value_slots(observation).items()}
        return slots

    def _value_slots(self, observation: Observation) -> dict[str, str]:
        card = self.facts.material.cards[observation.indicator]
        value, spread = value_texts(observation, card)
        exact = "" if observation.value is None else number_text(observation.value)
        return {
            "value": value,
            "Value": capital(value),
            "range": spread or value,
            "with_range": range_text(observation, spread),
            "exact": exact,
            "Value_number": capital(value_texts(observation, card, unit=False)[0]),
            "year": year_text(observation.period),
            "model_year": year_of(observation, MODEL) or year_text(observation.period),
            "source": source_text(observation),
            "title": card.title,
            "reason": plain_reason(observation, self.facts.material.roles),
            "Notes": " ".join(map(sentence, observation.notes)),
            "Causes": " ".join(sentence(str(cause["name"])) for cause in observation.causes),
        }

    def _general_slots(self) -> dict[str, str]:
        material, facts = self.facts.material, self.facts
        name = self.event.name if self.event else say("the flood")
        counts = {group: number_text(facts.uses[group]) for group in GROUPS}
        return {
            "city": material.name,
            "event": name,
            "Event": capital(name),
            "run_date": date_text(material.run_date),
            "version": material.version,
            "indicators": number_text(len(facts.headlines)),
            "with_value": number_text(facts.with_value),
            "missing": number_text(len(facts.gaps)),
            "files": number_text(len(material.sources)),
            "undated": number_text(_undated(material)),
            "components": number_text(len(facts.components)),
            "empty_components": number_text(sum(not known for known in facts.components.values())),
            "confirmed_sentence": confirmed_sentence(facts),
            "list_dating": self._list_dating(),
            **counts,
            **self._partial_slots(),
            **self._shortest_slots(),
        }

    def _list_dating(self) -> str:
        return (
            dating_text(self.event.list_dating, self.facts.material.layer(PLAN_LISTS)) if self.event else ""
        )

    def _partial_slots(self) -> dict[str, str]:
        worst = partial_value(self.facts)
        if worst is None:
            return {}
        value, _ = value_texts(worst, self.facts.material.cards[worst.indicator])
        title = self.facts.material.cards[worst.indicator].title
        return {
            "partial_title": title,
            "partial_value": value,
            "partial_coverage": share_text(worst.coverage or 0.0),
        }

    def _shortest_slots(self) -> dict[str, str]:
        gaps = [self.facts.material.cards[o.indicator] for o in self.facts.gaps]
        asked = [c for c in gaps if c.who]
        if not asked:
            return {}
        # What only people know goes first: a file that is missing can be looked for without asking anybody.
        card = min(asked, key=lambda c: (bool(c.function), c.effort_hours, c.id))
        question = card.remedy.removeprefix(say("Ask: ")) or card.title
        return {
            "shortest_hours": hours_text(card.effort_hours),
            "shortest_question": question.rstrip("."),
            "shortest_who": card.who,
        }


def confirmed_sentence(facts: Facts) -> str:
    """Return who has confirmed what, or that nobody has."""
    names = {i: who for i, who in facts.material.confirmed_by.items() if i in facts.headlines}
    if not names:
        return say("Nobody has confirmed these numbers for {city} yet.", city=facts.material.name)
    rest = facts.with_value - len(names)
    return count(
        "{number} value has been reviewed by a named person; {rest} have not.",
        "{number} values have been reviewed by a named person; {rest} have not.",
        len(names),
        rest=max(rest, 0),
    )


def partial_value(facts: Facts) -> Observation | None:
    """Return a headline in per cent of people that holds for the smallest part of the city, when one is partial."""
    cards = facts.material.cards
    found = [
        o
        for o in facts.headlines.values()
        if o.coverage is not None and 0 < o.coverage < PARTIAL and o.unit == "%" and not o.is_missing
        if cards[o.indicator].denominator.startswith("people")
    ]
    return min(found, key=lambda o: (o.coverage or 0.0, o.indicator)) if found else None


def _undated(material: Material) -> int:
    return sum(last_day(source.date) is None for source in material.sources)


def _spans_zero(given: list[Observation]) -> bool:
    low, high = given[0].low, given[0].high
    return low is not None and high is not None and low < 0 < high


def _differ(given: list[Observation]) -> bool:
    return len(given) > 1 and given[0].value != given[1].value


def _map_is(*datings: str) -> Callable[[Teller], bool]:
    return lambda teller: teller.event is not None and teller.event.map_dating in datings


def _list_is(dating: str) -> Callable[[Teller], bool]:
    return lambda teller: teller.event is not None and teller.event.list_dating == dating


# What the tables of sentences may ask of the run, and of the values that a sentence needs.
OF_THE_RUN: dict[str, Callable[[Teller], bool]] = {
    "event": lambda t: t.event is not None,
    "no_event": lambda t: t.event is None,
    "map_before": _map_is(BEFORE),
    "map_after": _map_is(AFTER, UNDATED),
    "list_before": _list_is(BEFORE),
    "list_after": _list_is(AFTER),
    "list_undated": _list_is(UNDATED),
    "nobody_confirmed": lambda t: not t.facts.material.confirmed_by,
    "partial": lambda t: partial_value(t.facts) is not None,
    "holes": lambda t: bool(t.facts.gaps),
    "gaps": lambda t: any(t.facts.material.cards[o.indicator].who for o in t.facts.gaps),
    "undated": lambda t: _undated(t.facts.material) > 0,
    "census_names": lambda t: any(s.role == OLDER_NAMES for s in t.facts.material.sources),
    "has_context": lambda t: t.facts.uses[CONTEXT] > 0,
}
OF_VALUES: dict[str, Callable[[list[Observation]], bool]] = {
    "modelled": lambda given: given[0].status == MODELLED,
    "raster_differs": _differ,
    "spans_zero": _spans_zero,
    "unknown": lambda given: given[0].is_missing,
}
