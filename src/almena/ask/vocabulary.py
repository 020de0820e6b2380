"""The words that entries may refer to, with every spelling under which people know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Spellings = Mapping[str, tuple[str, ...]]
"""Every way to name a thing (code, title, abbreviation, title in other languages), by its id."""


@dataclass(frozen=True)
class Vocabulary:
    """
    What the installed packs and the city itself know by name.

    Parameters
    ----------
    elements, components, hazards, indicators : mapping of str to tuple of str
        Spellings by id; indicators are questions and cards.
    classes : mapping of str to tuple of str
        Group and type of each hazard sub-type, by its id.
    belongs : mapping of str to str
        Component of each indicator, by its id.
    choices : mapping of str to mapping
        Spellings of the steps of each scale or list, by its name.
    standing : mapping of str to mapping
        Spellings of what the city's own registers hold already, by register.
    entries : mapping of str to mapping
        Content of what stands in the registers, by ``register/id``.
    city : tuple of str
        Names of this city.
    """

    elements: Spellings = field(default_factory=dict)
    components: Spellings = field(default_factory=dict)
    hazards: Spellings = field(default_factory=dict)
    indicators: Spellings = field(default_factory=dict)
    classes: Spellings = field(default_factory=dict)
    belongs: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Spellings] = field(default_factory=dict)
    standing: Mapping[str, Spellings] = field(default_factory=dict)
    entries: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    city: tuple[str, ...] = ()
