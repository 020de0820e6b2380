"""The mayor's brief: what a run allows to be said on two sheets, chosen by tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from almena.model.observation import Observation
from almena.packs.language import from_table, say
from almena.packs.table import Row, read_table
from almena.publish.blocks import Word
from almena.publish.chapters.desk import Desk
from almena.publish.figures import range_text, use_word, value_texts
from almena.publish.paper.brief_rules import Match, Rules
from almena.publish.wording import capital, date_text, year_text
from almena.publish.words import word

Held = tuple[Row, Match]  # a row of a table, and what it holds for
SYSTEM, STRENGTH, RED = "system", "strength", "red"
DECISION, QUICK, RESIDENT = "decision", "quick", "resident"
MOST = {SYSTEM: 2, STRENGTH: 2, RED: 3, DECISION: 3, QUICK: 2, RESIDENT: 3}  # seven numbers at most
MONTHS_TO_NEXT_LOOK = 6  # assumed: before the next season
EARLY = 10  # usable values under which a brief is too early; assumed


@dataclass(frozen=True)
class Number:
    """A value as the brief tells it: use class, value, range, year, never one without the others."""

    value: str
    range: str
    year: str
    use: Word


@dataclass(frozen=True)
class Finding:
    """What stands out, with the number that shows it, why it counts, and what speaks against it."""

    text: str
    because: str
    against: str
    number: Number | None = None


@dataclass(frozen=True)
class Action:
    """Something to decide or to do, with who gains, who may lose, and what would overturn it."""

    text: str
    gain: str
    lose: str
    overturn: str


@dataclass(frozen=True)
class Brief:
    """
    The two sheets.

    Parameters
    ----------
    system, strengths, red : tuple of Finding
        What happened to the system, at most two; two strengths; three red.
    decisions, quick_wins : tuple of Action
        Three decisions, two quick wins.
    residents : tuple of str
        What may be told to residents.
    agreed : tuple of str
        Who has confirmed or rejected what; empty when nobody has.
    next_look : str
        When to look again at the latest, in words.
    early : bool
        Whether so little is known that the brief is about asking.
    happened : bool
        Whether an event came, so that there is something that happened to tell.
    """

    system: tuple[Finding, ...]
    strengths: tuple[Finding, ...]
    red: tuple[Finding, ...]
    decisions: tuple[Action, ...]
    quick_wins: tuple[Action, ...]
    residents: tuple[str, ...]
    agreed: tuple[str, ...]
    next_look: str
    early: bool
    happened: bool = False

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Return every number of the brief."""
        findings = (*self.system, *self.strengths, *self.red)
        return tuple(f.number for f in findings if f.number is not None)


@dataclass
class Chooser:
    """
    Choose the rows of the tables for which the facts hold, in the order of the tables, one per subject.

    Parameters
    ----------
    desk : Desk
        The edition with its look-ups.
    """

    desk: Desk
    rules: Rules = field(init=False)

    def __post_init__(self) -> None:
        self.rules = Rules(self.desk)

    def findings(self, kind: str) -> dict[str, Finding]:
        """Return the findings of a kind that come first, by subject."""
        chosen = self._first(kind, self._by_subject("brief_findings.csv", kind))
        return {about: self._finding(*found) for about, found in chosen.items()}

    def actions(
        self, kind: str, *, before: Iterable[str] = (), without: Iterable[str] = ()
    ) -> dict[str, Action]:
        """Return the actions of a kind that come first, by subject: some subjects go before, some are left out."""
        holding = self._by_subject("brief_actions.csv", kind)
        order = dict.fromkeys([*(about for about in before if about in holding), *holding])
        wanted = {about: holding[about] for about in order if about not in set(without)}
        return {about: self._action(*found) for about, found in self._first(kind, wanted).items()}

    def _first(self, kind: str, found: dict[str, Held]) -> dict[str, Held]:
        return dict(list(found.items())[: MOST[kind]])

    def _by_subject(self, table: str, kind: str) -> dict[str, Held]:
        """Return the first row of each subject whose conditions hold."""
        found: dict[str, Held] = {}
        for row, match in self._holding(table, kind):
            found.setdefault(self._about(row, match), (row, match))
        return found

    def _holding(self, table: str, kind: str) -> Iterator[Held]:
        rows = sorted((r for r in read_table(table) if r["kind"] == kind), key=lambda r: int(r["order"]))
        for row in rows:
            for match in self.rules.matches(row["indicator"], row["condition"]):
                yield row, match

    def _about(self, row: Row, match: Match) -> str:
        """Return what a row is about; rows for every indicator are about the element of the one they hold for."""
        return row["about"] or self.desk.material.cards[match.indicator].element

    def _finding(self, row: Row, match: Match) -> Finding:
        told = self._teller("brief_findings", match)
        number = self._number(match.shown) if match.shown is not None else None
        return Finding(told(row["text"]), told(row["because"]), told(row["against"]), number)

    def _action(self, row: Row, match: Match) -> Action:
        told = self._teller("brief_actions", match)
        return Action(told(row["text"]), told(row["gain"]), told(row["lose"]), told(row["overturn"]))

    def _number(self, observation: Observation) -> Number:
        value, spread = value_texts(observation, self.desk.material.cards[observation.indicator])
        return Number(
            value, range_text(observation, spread), year_text(observation.period), use_word(observation)
        )

    def _teller(self, table: str, match: Match) -> Callable[[str], str]:
        """Return what tells a sentence of a table in the language that is spoken and fills its places."""
        card = self.desk.material.cards.get(match.indicator)
        event = self.desk.event.name if self.desk.event is not None else ""
        slots = {
            "city": self.desk.material.name,
            "event": event,
            "Event": capital(event),
            "title": card.title if card else "",
            "benchmark": word("benchmark", card.benchmark_source.split(",")[0].strip()).word if card else "",
        }
        return lambda text: from_table(table, text).format(**slots) if text else ""


def make_brief(desk: Desk) -> Brief:
    """
    Return the brief of an edition.

    Parameters
    ----------
    desk : Desk
        The edition with its look-ups. Where too little is known, the tables say what to ask.
    """
    choose = Chooser(desk)
    material, red = desk.material, choose.findings(RED)
    decisions = choose.actions(DECISION, before=red)
    return Brief(
        system=tuple(choose.findings(SYSTEM).values()),
        strengths=tuple(choose.findings(STRENGTH).values()),
        red=tuple(red.values()),
        decisions=tuple(decisions.values()),
        quick_wins=tuple(choose.actions(QUICK, without=decisions).values()),
        residents=tuple(action.text for action in choose.actions(RESIDENT).values()),
        agreed=tuple(
            say("{title}: {who}", title=material.cards[i].title, who=who)
            for i, who in sorted(material.confirmed_by.items())
            if i in material.cards
        )[:2],
        next_look=date_text(months_later(material.run_date, MONTHS_TO_NEXT_LOOK)),
        early=sum(choose.rules.value(i) is not None for i in desk.facts.headlines) < EARLY,
        happened=desk.event is not None,
    )


def months_later(day: str, months: int) -> str:
    """Return the month that lies some months after a day, both ISO 8601: ``2026-11-20`` and 6 give ``2027-05``."""
    year, month = int(day[:4]), int(day[5:7]) - 1 + months
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"
