"""The neighbourhood sheet: what the city holds about a place, how old it is, what it does not know, what it asks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from almena.measure.dates import age_in_years
from almena.model.observation import Observation
from almena.packs.language import count, from_table, say
from almena.packs.table import Row, read_table
from almena.publish.blocks import Word
from almena.publish.chapters.desk import Desk
from almena.publish.facts import is_withheld
from almena.publish.figures import use_word, value_texts
from almena.publish.paper.codes import PaperCode, city_letters
from almena.publish.wording import date_text

HELD, UNKNOWN = "held", "unknown"
REACHED = "exposure.flood_area"
MOST = {HELD: 8, UNKNOWN: 4}
QUESTIONS = 3
MOSTLY = 0.5  # share of a place that a value must cover to stand for it, as on the maps; assumed


@dataclass(frozen=True)
class Fact:
    """A value that the city holds about a place, with its range, date and age in words."""

    words: str
    value: str
    range: str
    date: str
    age: str
    use: Word


@dataclass(frozen=True)
class Question:
    """A question with the code to send back beside the answer."""

    text: str
    code: str
    number: int


@dataclass(frozen=True)
class Sheet:
    """
    One neighbourhood's sheet.

    Parameters
    ----------
    place : str
        Id of the neighbourhood.
    number : int
        Its position in the list of places, from 1: the number in its codes.
    name : str
        Its name, or its id where no source names it.
    held : tuple of Fact
        At most eight values.
    unknown : tuple of str
        At most four things that the city does not know about it.
    questions : tuple of Question
        Three.
    reached : bool
        Whether the water of an event came here, by an area that is more than rounding.
    """

    place: str
    number: int
    name: str
    held: tuple[Fact, ...]
    unknown: tuple[str, ...]
    questions: tuple[Question, ...]
    reached: bool = False


@dataclass
class SheetMaker:
    """
    Make the sheets of a city, each from the values of its own neighbourhood.

    Parameters
    ----------
    desk : Desk
        The edition with its look-ups.
    """

    desk: Desk

    def __post_init__(self) -> None:
        rows = sorted(read_table("sheet_facts.csv"), key=lambda r: int(r["order"]))
        self._rows = {kind: [r for r in rows if r["kind"] == kind] for kind in (HELD, UNKNOWN)}
        self._asked = sorted(read_table("sheet_questions.csv"), key=lambda r: int(r["order"]))
        self._letters = city_letters(self.desk.material.name)
        indicators = {r["indicator"] for r in (*rows, *self._asked)}
        self._parts = {i: self.desk.facts.parts(i) for i in indicators}

    def sheets(self) -> tuple[Sheet, ...]:
        """Return one sheet per neighbourhood, in the order of the places."""
        places = self.desk.material.places
        return tuple(
            self._sheet(number, p.id) for number, p in enumerate(places.items[places.parts], start=1)
        )

    def _sheet(self, number: int, place: str) -> Sheet:
        return Sheet(
            place=place,
            number=number,
            name=self.desk.facts.place_names.get(place, place),
            held=self._held(place),
            unknown=self._unknown(place),
            questions=self._questions(place, number),
            reached=self.reached(REACHED, place),
        )

    def value(self, indicator: str, place: str) -> Observation | None:
        """Return the value of an indicator in a place; None where it is missing, kept back, or speaks of too little."""
        found = self._parts.get(indicator, {}).get(place)
        return found if found is not None and not found.is_missing and _speaks_of_most(found) else None

    def _held(self, place: str) -> tuple[Fact, ...]:
        found = ((row, self.value(row["indicator"], place)) for row in self._fitting(HELD, place))
        return tuple(self._fact(row, o) for row, o in found if o is not None)[: MOST[HELD]]

    def _fact(self, row: Row, observation: Observation) -> Fact:
        value, spread = value_texts(observation, self.desk.material.cards[observation.indicator])
        age = age_text(age_in_years(observation.period, self.desk.material.run_date))
        words = from_table("sheet_facts", row["words"])
        return Fact(words, value, spread, date_text(observation.period), age, use_word(observation))

    def _unknown(self, place: str) -> tuple[str, ...]:
        rows = self._fitting(UNKNOWN, place)
        unknown = (r["words"] for r in rows if self._is_unknown(r["indicator"], place))
        return tuple(from_table("sheet_facts", words) for words in unknown)[: MOST[UNKNOWN]]

    def _fitting(self, kind: str, place: str) -> list[Row]:
        return [r for r in self._rows[kind] if CONDITIONS[r["condition"]](self, r["indicator"], place)]

    def _is_unknown(self, indicator: str, place: str) -> bool:
        """Tell whether nobody knows; a value that is kept back in this edition is known to somebody."""
        own = self._parts.get(indicator, {}).get(place)
        if own is not None:
            return not is_withheld(own) and (own.is_missing or not _speaks_of_most(own))
        whole = self.desk.facts.headline(indicator)
        return whole is None or not is_withheld(whole)

    def _questions(self, place: str, number: int) -> tuple[Question, ...]:
        fitting = [r for r in self._asked if CONDITIONS[r["condition"]](self, r["indicator"], place)]
        return tuple(
            Question(
                from_table("sheet_questions", row["text"]),
                PaperCode(self._letters, number, int(row["number"])).text,
                int(row["number"]),
            )
            for row in fitting[:QUESTIONS]
        )

    def reached(self, indicator: str, place: str) -> bool:
        """Tell whether an event reached a place, by an indicator that measures how much of it; slivers do not count."""
        found = self.value(indicator, place)
        decimals = self.desk.material.cards[indicator].decimals if found is not None else 0
        return found is not None and round(found.value or 0.0, decimals) > 0


def _speaks_of_most(observation: Observation) -> bool:
    """Tell whether a value covers at least half of its place: what is seen of a corner is no number for neighbours."""
    return observation.coverage is None or observation.coverage >= MOSTLY


CONDITIONS: dict[str, Callable[[SheetMaker, str, str], bool]] = {
    "always": lambda *_: True,
    "event": lambda maker, *_: maker.desk.event is not None,
    "no_event": lambda maker, *_: maker.desk.event is None,
    "held": lambda maker, indicator, place: maker.value(indicator, place) is not None,
    "absent": lambda maker, indicator, place: maker.value(indicator, place) is None,
    "reached": SheetMaker.reached,
    "not_reached": lambda maker, indicator, place: not maker.reached(indicator, place),
}


def age_text(years: float) -> str:
    """Return an age in whole years in words; nothing when it is unknown."""
    if math.isnan(years):
        return ""
    whole = math.floor(years + 0.5) if years >= 1 else 0  # the figures of 2024 are two years old in late 2026
    return say("less than a year old") if whole == 0 else count("one year old", "{number} years old", whole)
