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
    country : str
        ISO 3166 code of two letters; empty when not known.
    region : str
        State or province, when known.
    held : mapping of str to (float, str, str)
        Value, unit and period that the profile holds, by card.
    titles : mapping of str to str
        Titles of the cards by id.
    """

    city: str
    names: tuple[str, ...] = ()
    country: str = ""
    region: str = ""
    held: Mapping[str, tuple[float, str, str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every spelling of the city's name."""
        return tuple(name for name in (self.city, *self.names) if name)
