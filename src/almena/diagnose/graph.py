"""The cause graph: stressor → stress → priority matter ← shock, with indicators attached to all three."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

from almena.diagnose.ways import Following, Ways, ways_from
from almena.model.register import IndicatorLink, Judgement, Registers, Shock
from almena.model.taxonomy import Taxonomy

GREEN, YELLOW, ORANGE, RED = "green", "yellow", "orange", "red"
JUDGED = (GREEN, YELLOW, ORANGE, RED)
PERSON = "person"
LETTERS = {"year": 4, "month": 7}
"""Letters of an ISO 8601 date that are known, by precision."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Graph:
    """
    The registers, looked up from every side once.

    Parameters
    ----------
    registers, taxonomy
        What it is made of.
    judgements : mapping of str to Judgement
        The one that counts for each indicator: a person's before a cut-off's, then the latest.
    shocks : mapping of str to tuple of Shock
        Records by hazard sub-type, oldest first.
    record : mapping of str to Shock
        Records by id.
    hit : mapping of str to mapping of str to tuple of str
        For each hazard the elements and components named as hit, each with the ids of the records.
    sets_off : mapping of str to mapping of str to tuple of str
        For each hazard what its records say it set off, with their ids.
    by_hazard, by_priority, by_stress, by_indicator : mapping of str to tuple of IndicatorLink
        Attachments of indicators, from each end.
    of_place : mapping of str to tuple of str
        Judged indicators by element.
    """

    registers: Registers
    taxonomy: Taxonomy
    judgements: Mapping[str, Judgement]
    shocks: Mapping[str, tuple[Shock, ...]]
    record: Mapping[str, Shock]
    hit: Mapping[str, Mapping[str, tuple[str, ...]]]
    sets_off: Mapping[str, Mapping[str, tuple[str, ...]]]
    by_hazard: Mapping[str, tuple[IndicatorLink, ...]]
    by_priority: Mapping[str, tuple[IndicatorLink, ...]]
    by_stress: Mapping[str, tuple[IndicatorLink, ...]]
    by_indicator: Mapping[str, tuple[IndicatorLink, ...]]
    of_place: Mapping[str, tuple[str, ...]]

    def colour(self, indicator: str) -> str:
        """Return the colour that counts, empty when nobody judged."""
        found = self.judgements.get(indicator)
        return found.colour if found else ""

    def component_of(self, indicator: str) -> str:
        """Return the component of an indicator: as judged, else as the question says."""
        judged, asked = self.judgements.get(indicator), self.taxonomy.questions.get(indicator)
        return (judged.component if judged else "") or (asked.component if asked else "")

    def element_of(self, indicator: str) -> str:
        """Return the element of an indicator: as judged, else of its component, else as the question says."""
        judged, asked = self.judgements.get(indicator), self.taxonomy.questions.get(indicator)
        named = (judged.element if judged else "") or self.taxonomy.element_of(self.component_of(indicator))
        return named or (asked.element if asked else "")

    def title(self, indicator: str) -> str:
        """Return the words of an indicator, or its id where nobody gave any."""
        judged = self.judgements.get(indicator)
        return (judged.title if judged else "") or self.taxonomy.title_of(indicator)

    def red(self, indicators: Iterable[str]) -> tuple[str, ...]:
        """Return those that are red, in the same order."""
        return tuple(i for i in indicators if self.colour(i) == RED)

    def in_order(self, places: Iterable[str]) -> tuple[str, ...]:
        """Return elements or components without repetition, in the order of the packs, strangers last."""
        wanted = frozenset(places)
        if wanted not in self._orders:
            self._orders[wanted] = tuple(sorted(wanted, key=self.rank))
        return self._orders[wanted]

    def rank(self, place: str) -> tuple[int, str]:
        """Return by what places are sorted: nothing first, then elements, each with its parts, then strangers."""
        return self._ranks.get(place, len(self._ranks)), place

    def elements_hit(self, hazard: str) -> tuple[str, ...]:
        """Return the urban elements that records of a hazard name as hit, themselves or by a component."""
        return self._elements_hit.get(hazard, ())

    def ways(self, cause: str) -> Ways:
        """Return the shortest way, by records, from a hazard to each that follows from it; worked out once."""
        return self.once(("ways", cause), lambda: ways_from(cause, self._following))

    def once(self, what: tuple[str, str], make: Callable[[], Item]) -> Item:
        """Return what was worked out before under a name, or work it out."""
        if what not in self._kept:
            self._kept[what] = make()
        kept: Item = self._kept[what]
        return kept

    @cached_property
    def hit_by(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return for each element or component the hazards that hit it, by name, with the ids of the records."""
        found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for hazard in sorted(self.hit):
            for place, records in self.hit[hazard].items():
                found[place][hazard] = records
        return found

    @cached_property
    def _kept(self) -> dict[tuple[str, str], Any]:
        return {}

    @cached_property
    def _following(self) -> Following:
        return {cause: tuple(sorted(effects)) for cause, effects in self.sets_off.items()}

    @cached_property
    def _elements_hit(self) -> dict[str, tuple[str, ...]]:
        element_of = self.taxonomy.element_of
        return {
            hazard: self.in_order(element_of(place) or place for place in places)
            for hazard, places in self.hit.items()
        }

    @cached_property
    def _orders(self) -> dict[frozenset[str], tuple[str, ...]]:
        return {}

    @cached_property
    def _ranks(self) -> dict[str, int]:
        components = self.taxonomy.components.values()
        parts = ((e, *(c.id for c in components if c.element == e)) for e in self.taxonomy.elements)
        places = ("", *chain.from_iterable(parts), *self.taxonomy.components)
        return {name: number for number, name in enumerate(dict.fromkeys(places))}


def build(registers: Registers, taxonomy: Taxonomy) -> Graph:
    """
    Look the registers up from every side.

    Parameters
    ----------
    registers : Registers
        Their order does not matter.
    taxonomy : Taxonomy
        The vocabularies; ids that they lack are kept as they are.
    """
    records = sorted(registers.shocks, key=lambda s: (s.start, s.id))
    record = {shock.id: shock for shock in records}
    judgements = _judgements(registers.judgements)
    links = sorted(registers.links, key=lambda k: (k.priority, k.hazard, k.stress, k.stressor, k.indicator))
    graph = Graph(
        registers=registers,
        taxonomy=taxonomy,
        judgements=judgements,
        shocks=_grouped((s.hazard, s) for s in records),
        record=record,
        hit=_behind((s.hazard, place, s.id) for s in records for place in s.elements),
        sets_off=_behind((s.hazard, kind_of(e, record), s.id) for s in records for e in s.triggered),
        by_hazard=_grouped((k.hazard, k) for k in links if k.hazard),
        by_priority=_grouped((k.priority, k) for k in links),
        by_stress=_grouped((k.stress, k) for k in links if k.stress),
        by_indicator=_grouped((k.indicator, k) for k in links),
        of_place={},
    )
    elements = _grouped((graph.element_of(i), i) for i in sorted(judgements))
    return Graph(**{**vars(graph), "of_place": elements})


def began(shock: Shock) -> str:
    """Return when a shock began, cut to what is known: a day that stands for a whole year tells the year."""
    known = shock.precision.split()[0] if shock.precision else ""
    return shock.start[: LETTERS.get(known, len(shock.start))]


def kind_of(effect: str, record: Mapping[str, Shock]) -> str:
    """Return the hazard sub-type that a triggered shock stands for, named itself or by one of its records."""
    return record[effect].hazard if effect in record else effect


def _judgements(given: Iterable[Judgement]) -> dict[str, Judgement]:
    """Keep the judgement that counts; cut-offs only propose."""
    weakest_first = sorted(given, key=lambda j: (j.set_by == PERSON, j.told.at, j.colour, j.value))
    return {judgement.indicator: judgement for judgement in weakest_first}


def _grouped(pairs: Iterable[tuple[str, Item]]) -> dict[str, tuple[Item, ...]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for key, item in pairs:
        found[key].append(item)
    return {key: tuple(items) for key, items in found.items()}


def _behind(edges: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for start, end, record in edges:
        found[start][end][record] = None
    return {start: {end: tuple(ids) for end, ids in ends.items()} for start, ends in found.items()}
