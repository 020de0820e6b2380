"""What mining knows of the city before it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Context:
    """
    The city for which a document is read.

    Parameters
    ----------
    city : str
        Its name.
    names : tuple of str
        Further names and spellings.
    held : mapping of str to (float, str, str)
        Value, unit and period that the profile holds, by card.
    this_year : int
        Year in which is mined: a document cannot look back on a later one.
    """

    city: str
    names: tuple[str, ...] = ()
    held: Mapping[str, tuple[float, str, str]] = field(default_factory=dict)
    this_year: int = 9999

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every spelling of the city's name."""
        return tuple(name for name in (self.city, *self.names) if name)
