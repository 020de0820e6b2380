"""What the tables of the brief may ask of a run, and the value that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from almena.measure.dates import last_day
from almena.model.observation import CONTEXT, ENUMERATED, Observation
from almena.publish.benchmarks import RED, SHORT, STRONG, judge
from almena.publish.chapters.desk import Desk
from almena.publish.chapters.unequal import widest_gaps
from almena.publish.facts import best_first, is_withheld
from almena.publish.figures import has_agreed, value_texts

EVERY = "*"
SPREAD_OVER_LAND = (
    "per km2"  # counts forest and water inside the outline too: no verdict on a city for a mayor
)
ALL = 95.0  # per cent from which a service reaches everybody for the brief; assumed
PEOPLE = ("identity.population_census", "identity.population_raster")


@dataclass(frozen=True)
class Match:
    """An indicator for which a condition holds, with the value that shows it, if any."""

    indicator: str
    shown: Observation | None = None


@dataclass(frozen=True)
class Rules:
    """
    Conditions over the facts of a run.

    Parameters
    ----------
    desk : Desk
        The edition with its look-ups.
    """

    desk: Desk

    def matches(self, indicator: str, conditions: str) -> Iterator[Match]:
        """
        Return the indicators for which all conditions hold.

        Parameters
        ----------
        indicator : str
            Id of an indicator, ``*`` for each of them, or nothing for conditions on the run alone.
        conditions : str
            Names of `CONDITIONS`, joined by blanks.
        """
        for each in self._every if indicator == EVERY else [indicator]:
            found = [CONDITIONS[name](self, each) for name in conditions.split()]
            if all(match is not None for match in found):
                shown = [match.shown for match in found if match is not None and match.shown is not None]
                yield Match(each, shown[0] if shown else None)

    @cached_property
    def _every(self) -> list[str]:
        cards = self.desk.material.cards
        told = best_first(self.desk.facts.headlines.values())
        return [o.indicator for o in told if cards[o.indicator].unit != SPREAD_OVER_LAND]

    @cached_property
    def gaps(self) -> dict[str, Observation]:
        """Return the value of the informal settlements for each indicator in which they have clearly less."""
        return {gap.card.id: gap.inside for gap in widest_gaps(self.desk)}

    def value(self, indicator: str) -> Observation | None:
        """Return the headline when it is fit to be told shortly: not context only, with a range and a year."""
        found = self.desk.facts.value(indicator)
        return found if found is not None and self.can_be_told(found) else None

    def can_be_told(self, observation: Observation) -> bool:
        """Tell whether a value has all that a brief says with it: a use above context only, a range, a year."""
        _, spread = value_texts(observation, self.desk.material.cards[observation.indicator])
        has_range = bool(spread) or observation.interval_kind == ENUMERATED or has_agreed(observation)
        return observation.use != CONTEXT and has_range and last_day(observation.period) is not None


def _value(rules: Rules, indicator: str) -> Match | None:
    found = rules.value(indicator)
    return Match(indicator, found) if found is not None else None


def _some(rules: Rules, indicator: str) -> Match | None:
    found = _value(rules, indicator)
    return found if found is not None and found.shown is not None and (found.shown.value or 0.0) > 0 else None


def _short_of_all(rules: Rules, indicator: str) -> Match | None:
    """Hold where even the upper end of a share stays below everybody; what reaches a benchmark is not held against."""
    found = rules.value(indicator)
    if found is None or found.value is None or found.unit != "%":
        return None
    if judge(rules.desk.material.cards[indicator], found) == STRONG:
        return None
    upper = max(found.value, found.high if found.high is not None else found.value)
    return Match(indicator, found) if upper < ALL else None


def _judged(*verdicts: str) -> Callable[[Rules, str], Match | None]:
    def holds(rules: Rules, indicator: str) -> Match | None:
        """Hold where the value stands clearly on that side of its benchmark."""
        found = rules.value(indicator)
        card = rules.desk.material.cards.get(indicator)
        known = found is not None and card is not None and judge(card, found) in verdicts
        return Match(indicator, found) if known else None

    return holds


def _gap(rules: Rules, indicator: str) -> Match | None:
    found = rules.gaps.get(indicator)
    known = found is not None and rules.can_be_told(found)
    return Match(indicator, found) if known else None


def _missing(rules: Rules, indicator: str) -> Match | None:
    found = rules.desk.facts.headline(indicator)
    unknown = found is None or (found.is_missing and not is_withheld(found))
    return Match(indicator) if unknown else None


def _no_people(rules: Rules, indicator: str) -> Match | None:
    return Match(indicator) if all(rules.desk.facts.value(i) is None for i in PEOPLE) else None


def _event(rules: Rules, indicator: str) -> Match | None:
    return Match(indicator) if rules.desk.event is not None else None


def _no_event(rules: Rules, indicator: str) -> Match | None:
    return Match(indicator) if rules.desk.event is None else None


def _unconfirmed(rules: Rules, indicator: str) -> Match | None:
    return Match(indicator) if not rules.desk.material.confirmed_by else None


def _always(_: Rules, indicator: str) -> Match | None:
    return Match(indicator)


CONDITIONS: dict[str, Callable[[Rules, str], Match | None]] = {
    "value": _value,
    "some": _some,
    "short_of_all": _short_of_all,
    "strong": _judged(STRONG),
    "red": _judged(RED, SHORT),
    "gap": _gap,
    "missing": _missing,
    "no_people": _no_people,
    "event": _event,
    "no_event": _no_event,
    "unconfirmed": _unconfirmed,
    "always": _always,
}
