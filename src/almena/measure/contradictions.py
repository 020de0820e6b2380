"""Sources that speak of the same thing and do not agree: said, never averaged away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from almena.measure.self_tests import headlines
from almena.model.card import Card
from almena.model.observation import MODELLED, PROXY, Observation
from almena.model.problem import Problem
from almena.packs.checks import AGREE, self_checks


@dataclass(frozen=True)
class Contradiction:
    """
    Two values of the same thing that lie further apart than they may.

    Parameters
    ----------
    first, second : Observation
        The two values.
    difference : float
        The second less the first, as a share of the first.
    meaning : str
        What the two sources are.
    """

    first: Observation
    second: Observation
    difference: float
    meaning: str


def contradictions(observations: Sequence[Observation]) -> tuple[Contradiction, ...]:
    """
    Return the pairs of values that should agree and do not.

    Parameters
    ----------
    observations : sequence of Observation
        Everything that is current.

    Returns
    -------
    tuple of Contradiction
        In the order of the table of checks; how far two sources may lie apart stands there (assumed).
    """
    heads = headlines([o for o in observations if o.value is not None])
    found = []
    for check in self_checks(AGREE):
        first, second = heads.get(check.first), heads.get(check.second)
        if first is None or second is None or not first.value:
            continue
        difference = ((second.value or 0.0) - first.value) / abs(first.value)
        if abs(difference) > check.tolerance:
            found.append(Contradiction(first, second, difference, check.meaning))
    return tuple(found)


def as_note(found: Contradiction, cards: Mapping[str, Card]) -> Problem:
    """Return a contradiction as a note of a run."""
    first, second = (_told(o, cards[o.indicator]) for o in (found.first, found.second))
    way = "more" if found.difference > 0 else "less"
    what = f"Two sources do not agree: the second gives {abs(found.difference):.0%} {way}".replace("%", " %")
    why = f"{first}; {second}: {found.meaning}"
    remedy = "Name both with their dates; the report says which one each indicator uses."
    return Problem(what, f"{found.first.indicator}, {found.second.indicator}", why, remedy)


def _told(o: Observation, card: Card) -> str:
    """Return a value with its date; what a model gives is told in three digits."""
    value = o.value or 0.0
    if o.status in (MODELLED, PROXY):
        return f"{card.title}: about {float(f'{value:.3g}'):,.{card.decimals}f} ({o.period})"
    return f"{card.title}: {value:,.{card.decimals}f} ({o.period})"
