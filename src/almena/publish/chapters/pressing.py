"""What presses the city, as its own people said at the front door; the report begins with it."""

from __future__ import annotations

from almena.model.need import RankedNeed
from almena.packs.language import from_table, say
from almena.publish.blocks import Block, Item, Points
from almena.publish.chapters.desk import Desk
from almena.publish.material import CITY_EDITION
from almena.publish.wording import listed, sentence


def needs_first(at: Desk) -> list[Block]:
    """Return the one or two needs that press; nothing when nobody has answered the questions of `almena start`."""
    needs = at.material.pressing.needs
    if not needs:
        return []
    note = say(
        "Worked out from the answers of people of the city, by weights that we propose; not a finding of the data."
    )
    return [Points(say("What presses"), tuple(_item(at, ranked) for ranked in needs), note=note)]


def _item(at: Desk, ranked: RankedNeed) -> Item:
    need = ranked.need
    elements = listed(at.material.elements[e].title for e in need.elements)
    parts = [
        sentence(from_table("start_needs", need.meaning)),
        say("In the urban system: {elements}.", elements=elements),
    ]
    if at.material.edition == CITY_EDITION:  # why a city feels weak is told to the city alone
        parts += _reasons(ranked)
    parts.append(say("First step: {step}.", step=from_table("start_needs", need.first_step).rstrip(".")))
    return Item(from_table("start_needs", need.title), " ".join(parts))


def _reasons(ranked: RankedNeed) -> list[str]:
    because = [from_table("start_rules", rule.because) for rule in ranked.speaks_for]
    against = [from_table("start_rules", rule.because) for rule in ranked.speaks_against]
    found = [say("Because {reasons}.", reasons=listed(because))]
    return found + ([say("Against it speaks that {reasons}.", reasons=listed(against))] if against else [])
