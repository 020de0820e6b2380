"""What every chapter works with."""

from __future__ import annotations

from dataclasses import dataclass

from almena.model.card import Card
from almena.publish.blocks import Block, Numbers
from almena.publish.event import Event, find_event
from almena.publish.facts import Facts
from almena.publish.figures import FigureMaker
from almena.publish.maps.compose import Atlas
from almena.publish.material import Material
from almena.publish.sentences import Teller
from almena.publish.tongue import in_language


@dataclass
class Desk:
    """
    The tools on the table while a report is put together.

    Parameters
    ----------
    material : Material
        The run, cut to its edition.
    facts, event, maker, teller, atlas
        Look-ups, the flood if any, and the makers of figures, sentences and maps.
    """

    material: Material
    facts: Facts
    event: Event | None
    maker: FigureMaker
    teller: Teller
    atlas: Atlas

    def numbers(self, title: str, cards: list[Card]) -> list[Block]:
        """Return the figures of cards as a block; nothing when none of them was looked at."""
        block: Numbers = self.maker.numbers_of(title, cards)
        return [block] if block.figures or block.holes else []


def set_up(edition: Material) -> Desk:
    """Lay out the tools for a material that already is an edition, its texts in the language of the task."""
    edition = in_language(edition)
    facts, event = Facts(edition), find_event(edition)
    maker = FigureMaker(facts)
    return Desk(edition, facts, event, maker, Teller(facts, event), Atlas(facts, event, maker))
