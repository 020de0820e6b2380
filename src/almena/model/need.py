"""What presses a city: the answers at the front door and the needs that they speak for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Answers = Mapping[str, tuple[str, ...]]
"""Options chosen, by question; a question without an answer is absent."""

UNKNOWN = "unknown"
"""The option that says "I do not know": an answer, but one that may still change."""


@dataclass(frozen=True)
class Need:
    """
    One thing that a city may need first.

    Parameters
    ----------
    id, title, meaning, first_step : str
        Id; name; what it comes to; what can be done this week.
    elements, cards, hazards : tuple of str
        Urban elements that carry it, the element at its heart first; indicators to look at first, in this order;
        hazard sub-types it is about.
    asks : str
        The office to ask first.
    """

    id: str
    title: str
    meaning: str
    first_step: str
    elements: tuple[str, ...]
    cards: tuple[str, ...]
    hazards: tuple[str, ...] = ()
    asks: str = ""


@dataclass(frozen=True)
class StartRule:
    """
    What an answer says for a need, or against it.

    Parameters
    ----------
    question, answer, need : str
        The option, and the need it speaks for.
    points : float
        Weight (our proposal); below zero it speaks against the need.
    because : str
        The reason in plain words.
    """

    question: str
    answer: str
    need: str
    points: float
    because: str


@dataclass(frozen=True)
class RankedNeed:
    """
    A need with the case for it and against it.

    Parameters
    ----------
    need : Need
        Which one.
    points : float
        Sum of the rules that hold.
    speaks_for, speaks_against : tuple of StartRule
        The weightiest first.
    leaned_on : tuple of str
        Urban elements that need those of the need in order to work.
    """

    need: Need
    points: float
    speaks_for: tuple[StartRule, ...]
    speaks_against: tuple[StartRule, ...]
    leaned_on: tuple[str, ...]


@dataclass(frozen=True)
class Pressing:
    """
    What presses a city, as far as its answers tell.

    Parameters
    ----------
    needs : tuple of RankedNeed
        One, or two when the second is near the first; none before anything was answered.
    asked_for : str
        The option that was asked for, when it is another thing than what presses.
    could_change : tuple of str
        Questions without an answer, or answered "I do not know", that could put another need first.
    """

    needs: tuple[RankedNeed, ...] = ()
    asked_for: str = ""
    could_change: tuple[str, ...] = ()

    @property
    def cards(self) -> tuple[str, ...]:
        """Return the indicators to look at first, those of the first need before those of the second."""
        return tuple(dict.fromkeys(card for ranked in self.needs for card in ranked.need.cards))

    @property
    def elements(self) -> tuple[str, ...]:
        """Return the urban elements to look at first."""
        return tuple(dict.fromkeys(element for ranked in self.needs for element in ranked.need.elements))


NOTHING_SAID = Pressing()
"""What presses a city that has answered nothing."""
