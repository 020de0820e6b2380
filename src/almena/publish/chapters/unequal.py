"""Where people of informal settlements have less than the rest of the city, beyond any doubt of the ranges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from almena.model.card import Card
from almena.model.observation import CONTEXT, Observation
from almena.packs.language import from_table, say
from almena.packs.table import read_table
from almena.publish.blocks import Figure, Item, Points
from almena.publish.chapters.desk import Desk
from almena.publish.facts import GROUPS
from almena.publish.figures import value_texts
from almena.publish.wording import share_text
from almena.publish.words import word

GROUP, SETTLED, REST = "group", "informal settlements", "rest of the city"
MOST = 3
WHOLE = 0.95  # share covered from which a value speaks of everybody


@dataclass(frozen=True)
class Gap:
    """A value of the informal settlements together, beside that of the rest of the city."""

    card: Card
    inside: Observation
    rest: Observation

    @property
    def width(self) -> float:
        """Return the distance of the two values, in their unit."""
        return abs((self.inside.value or 0.0) - (self.rest.value or 0.0))


def widest_gaps(at: Desk) -> list[Gap]:
    """
    Return the gaps between settlements and the rest, the widest first.

    Only values in per cent that may be discussed, whose ranges do not touch, and where the settlements are worse off
    by the card's own direction.
    """
    found = [gap for card in at.material.cards.values() if (gap := _gap(at, card)) is not None]
    clear = [g for g in found if g.card.unit == "%" and _worse(g)]
    return sorted(clear, key=lambda g: (-g.width, g.card.id))


def unequal(at: Desk) -> Points | None:
    """Return the widest gaps as a list; None when no gap is beyond doubt."""
    items = tuple(_item(at, gap) for gap in widest_gaps(at)[:MOST])
    note = say("All informal settlements together; no single settlement is named or ranked.")
    title = say("Where people of informal settlements have less than the rest of the city")
    return Points(title, items, note=note, level=4) if items else None


def as_figure(at: Desk, gap: Gap) -> Figure:
    """Return a gap as one of the large numbers: the value of the settlements, with the rest in its title."""
    title = say(
        "of the people of informal settlements {phrase}; rest of the city: {rest}",
        phrase=phrase(gap.card),
        rest=_told(gap.rest, gap.card) + _reach(gap),
    )
    return replace(at.maker.figure(gap.inside, full=False), title=title, use=word("use", _weaker(gap)))


def compared(at: Desk, card: Card) -> tuple[Observation | None, Observation | None]:
    """Return the values of a card for the settlements and for the rest of the city."""
    by_group = {dict(o.dimensions).get(GROUP): o for o in at.facts.others(card.id)}
    return by_group.get(SETTLED), by_group.get(REST)


def phrase(card: Card) -> str:
    """Return a card's title as what people do or have, where the table of phrases knows it."""
    found = _phrases().get(card.id)
    return from_table("phrases", found) if found else card.title


@lru_cache(maxsize=1)
def _phrases() -> dict[str, str]:
    return {r["indicator"]: r["phrase"] for r in read_table("phrases.csv")}


def _gap(at: Desk, card: Card) -> Gap | None:
    inside, rest = compared(at, card)
    if inside is None or rest is None or CONTEXT in (inside.use, rest.use):
        return None
    return Gap(card, inside, rest)


def _worse(gap: Gap) -> bool:
    ends = (gap.inside.low, gap.inside.high, gap.rest.low, gap.rest.high)
    low, high, rest_low, rest_high = (float("nan") if end is None else end for end in ends)
    return {"higher": high < rest_low, "lower": low > rest_high}.get(gap.card.direction, False)


def _weaker(gap: Gap) -> str:
    return max((gap.inside.use, gap.rest.use), key=GROUPS.index)


def _item(at: Desk, gap: Gap) -> Item:
    inside, rest = _told(gap.inside, gap.card), _told(gap.rest, gap.card)
    lead = say(
        "People of informal settlements: {inside} {phrase}; rest of the city: {rest}",
        inside=inside,
        phrase=phrase(gap.card),
        rest=rest + _reach(gap),
    )
    return Item(lead, "", "#" + at.maker.figure(gap.inside, full=False).anchor, word("use", _weaker(gap)))


def _reach(gap: Gap) -> str:
    """Say how much of both groups the data cover, where that is not all of them."""
    shares = [o.coverage for o in (gap.inside, gap.rest)]
    if any(share is None or share >= WHOLE for share in shares):
        return ""
    inside, rest = (share_text(share or 0.0) for share in shares)
    told = say(
        "(the data cover {inside} of them and {rest} of the rest)",
        inside=inside,
        rest=rest,
    )
    return f" {told}"


def _told(observation: Observation, card: Card) -> str:
    value, spread = value_texts(observation, card)
    return f"{value} ({spread})" if spread else value
