"""What wears the city down without any event."""

from __future__ import annotations

from almena.publish.blocks import Block
from almena.publish.chapters.desk import Desk

TITLES = {
    "climate": "Heat and rain",
    "identity": "Growth",
    "exposure": "Slopes, rivers and surveyed risk",
    "ecology": "Air and emissions",
}
SERVICES = "Services that lack something every day"


def wear(at: Desk) -> list[Block]:
    """Return climate, services, growth and standing risk, in that order where there is anything."""
    cards = at.facts.cards("wear")
    titles = {c.id: TITLES.get(c.element, SERVICES) for c in cards}
    order = [TITLES["climate"], SERVICES, *list(TITLES.values())[1:]]
    return [b for title in order for b in at.numbers(title, [c for c in cards if titles[c.id] == title])]
