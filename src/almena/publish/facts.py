"""The observations of a run, found by indicator and place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from almena.measure.dates import last_day
from almena.model.card import Card
from almena.model.observation import Observation
from almena.model.place import CITY, COUNTRY, NEIGHBOURHOOD
from almena.publish.editions import WITHHELD
from almena.publish.material import Material
from almena.publish.parts import place_in_order

GROUPS = ("decide", "discuss", "context")
URBAN_ELEMENTS = 8  # CRPT: eight urban elements, numbered from 1 in packs/elements.csv


@dataclass(frozen=True)
class Facts:
    """
    Look-ups over the observations of a run.

    Parameters
    ----------
    material : Material
        The run.
    """

    material: Material
    _by_indicator: dict[str, list[Observation]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        found: dict[str, list[Observation]] = defaultdict(list)
        for observation in self.material.observations:
            found[observation.indicator].append(observation)
        self._by_indicator.update(found)

    def of(self, indicator: str) -> list[Observation]:
        """Return all observations of an indicator."""
        return self._by_indicator.get(indicator, [])

    def headline(self, indicator: str) -> Observation | None:
        """Return the youngest observation of the whole city or of its country; a value goes before a gap."""
        found = [o for o in self.of(indicator) if o.is_headline]
        return max(found, key=_rank) if found else None

    def value(self, indicator: str) -> Observation | None:
        """Return the headline when it has a value."""
        found = self.headline(indicator)
        return found if found is not None and not found.is_missing else None

    def others(self, indicator: str) -> list[Observation]:
        """Return the city-wide values beside the headline: breakdowns, other years, other readings."""
        head = self.headline(indicator)
        whole = [o for o in self.of(indicator) if o.place_kind in (CITY, COUNTRY)]
        found = [o for o in whole if o is not head and not o.is_missing]
        return sorted(found, key=place_in_order)

    def parts(self, indicator: str) -> dict[str, Observation]:
        """Return the youngest observation of each neighbourhood without dimensions, by place id."""
        found: dict[str, Observation] = {}
        for observation in self.of(indicator):
            if observation.place_kind == NEIGHBOURHOOD and not observation.dimensions:
                before = found.get(observation.place)
                if before is None or _rank(observation) > _rank(before):
                    found[observation.place] = observation
        return found

    def cards(self, chapter: str) -> list[Card]:
        """Return the cards told in a chapter, in the order of the table."""
        return [card for card in self.material.cards.values() if chapter in card.story]

    @cached_property
    def headlines(self) -> dict[str, Observation]:
        """Return one observation per card that has any, values and gaps."""
        found = {card: self.headline(card) for card in self.material.cards}
        return {card: o for card, o in found.items() if o is not None}

    @cached_property
    def gaps(self) -> list[Observation]:
        """Return the headlines that nobody has given a value yet."""
        return [o for o in self.headlines.values() if o.is_missing and not is_withheld(o)]

    @cached_property
    def withheld(self) -> list[Observation]:
        """Return the headlines whose value this edition does not show."""
        return [o for o in self.headlines.values() if is_withheld(o)]

    @cached_property
    def components(self) -> dict[tuple[str, str], bool]:
        """Return the components of the urban elements, and whether anything is known of each."""
        elements = [e for e in self.material.elements.values() if 1 <= e.number <= URBAN_ELEMENTS]
        found = {(e.id, component): False for e in elements for component in e.components}
        urban = {e.id for e in elements}
        for card in self.material.cards.values():
            if card.element in urban and card.id in self.headlines:
                key = (card.element, card.component)
                found[key] = found.get(key, False) or not self.headlines[card.id].is_missing
        return found

    @property
    def with_value(self) -> int:
        """Return how many headlines have a value to show."""
        return len(self.headlines) - len(self.gaps) - len(self.withheld)

    @cached_property
    def uses(self) -> Counter[str]:
        """Return how many headlines are of each use class."""
        return Counter(o.use for o in self.headlines.values() if not o.is_missing)

    @cached_property
    def statuses(self) -> Counter[str]:
        """Return how many headlines have each status."""
        return Counter(o.status for o in self.headlines.values() if not o.is_missing)

    @cached_property
    def place_names(self) -> dict[str, str]:
        """Return the name of each place, or its id where no source names it."""
        return {place.id: place.name or place.id for place in self.material.places.items}


def is_withheld(observation: Observation) -> bool:
    """Tell whether a value exists but is not shown in this edition."""
    return observation.is_missing and observation.reason.startswith(WITHHELD)


def _rank(observation: Observation) -> tuple[bool, str]:
    end = last_day(observation.period) if observation.period else None
    return not observation.is_missing, end.isoformat() if end else ""


def best_first(observations: Iterable[Observation]) -> list[Observation]:
    """Order observations by use class, the best first, otherwise as given."""
    return sorted(observations, key=lambda o: GROUPS.index(o.use) if o.use in GROUPS else len(GROUPS))
