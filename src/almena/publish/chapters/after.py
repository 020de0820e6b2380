"""What wears the city down without any event."""

from __future__ import annotations

from almena.publish.blocks import Block
from almena.publish.chapters.desk import Desk
from almena.publish.chapters.sections import told


def wear(at: Desk) -> list[Block]:
    """Return climate, services, growth and standing risk, in that order where there is anything."""
    return list(told(at, "wear").values())
