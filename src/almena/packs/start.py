"""The front door: questions in plain words, the needs they may speak for, and the rules between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from almena.model.need import Need, StartRule
from almena.model.problem import Problem, raise_all
from almena.packs.loader import load_cards, load_elements
from almena.packs.table import read_table

ONE, MANY, TEXT = "one", "many", "text"


@dataclass(frozen=True)
class StartQuestion:
    """
    One question at the front door.

    Parameters
    ----------
    id : str
        Id.
    choose : str
        ``one`` or ``many`` of the options, or ``text``.
    most : int or None
        How many options may be chosen at the most; None for any number.
    text, help : str
        The question; what to keep in mind.
    options : tuple of (str, str)
        Id and label of each option.
    """

    id: str
    choose: str
    most: int | None
    text: str
    help: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FrontDoor:
    """
    Everything that stands at the front door, checked.

    Parameters
    ----------
    questions, needs, rules : tuple
        In the order of their tables.
    wishes : mapping of str to str
        The needs that the options of the first question come to.
    """

    questions: tuple[StartQuestion, ...]
    needs: tuple[Need, ...]
    rules: tuple[StartRule, ...]
    wishes: Mapping[str, str]

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """Return the options of each question that has some; free text is never scored."""
        return {q.id: tuple(option for option, _ in q.options) for q in self.questions if q.choose != TEXT}


@lru_cache(maxsize=1)
def front_door() -> FrontDoor:
    """
    Read the tables of the front door.

    Raises
    ------
    InputError
        With every reference to something that is not there.
    """
    wishes = {row["id"]: row["wish"] for row in read_table("start_options.csv") if row["wish"]}
    found = FrontDoor(_questions(), _needs(), _rules(), wishes)
    raise_all(_loose_ends(found))
    return found


def _questions() -> tuple[StartQuestion, ...]:
    options = read_table("start_options.csv")
    return tuple(
        StartQuestion(
            row["id"],
            row["choose"],
            int(row["most"]) if row["most"] else None,
            row["text"],
            row["help"],
            tuple((o["id"], o["label"]) for o in options if o["question"] == row["id"]),
        )
        for row in sorted(read_table("start_questions.csv"), key=lambda r: int(r["number"]))
    )


def _needs() -> tuple[Need, ...]:
    return tuple(
        Need(
            id=row["id"],
            title=row["title"],
            meaning=row["meaning"],
            first_step=row["first_step"],
            elements=tuple(row["elements"].split()),
            cards=tuple(row["cards"].split()),
            hazards=tuple(row["hazards"].split()),
            asks=row["asks"],
        )
        for row in read_table("start_needs.csv")
    )


def _rules() -> tuple[StartRule, ...]:
    return tuple(
        StartRule(row["question"], row["answer"], row["need"], float(row["points"]), row["because"])
        for row in read_table("start_rules.csv")
    )


def _loose_ends(found: FrontDoor) -> list[Problem]:
    options = {(q.id, option) for q in found.questions for option, _ in q.options}
    needs = {need.id for need in found.needs}
    cards, elements = load_cards(), load_elements()
    said = {(r.question, r.answer) for r in found.rules}
    wrong = [(f"{question} = {answer}", "start_rules.csv") for question, answer in sorted(said - options)]
    wrong += [(r.need, "start_rules.csv") for r in found.rules if r.need not in needs]
    wrong += [(card, "start_needs.csv") for n in found.needs for card in n.cards if card not in cards]
    wrong += [(each, "start_needs.csv") for n in found.needs for each in n.elements if each not in elements]
    return [Problem(f"Nothing is called {what}", where, remedy="Correct the table.") for what, where in wrong]
