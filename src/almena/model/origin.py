"""Where a value comes from: bytes, and the place inside them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

OPEN = "open"
LOCAL_ONLY = "local-only"


@dataclass(frozen=True, order=True)
class Source:
    """
    A file as it came: what it is for, where from, and under which terms.

    Parameters
    ----------
    role : str
        The role that the file fills.
    file : str
        Path inside the kit or mirror.
    sha256 : str
        Hash of the bytes, hexadecimal.
    url : str
        Where the bytes can be fetched; empty for derived files, which come from a mirror only.
    licence, attribution : str
        Terms and the credit to print; an empty licence means that the layer never leaves the city.
    date : str
        ISO 8601 date or interval that the content speaks of, or ``unknown``.
    bytes_are : str
        ``original`` or ``derived``.
    sharing : str
        ``open`` or ``local-only``.
    size : int
        Number of bytes.
    """

    role: str
    file: str
    sha256: str
    url: str = ""
    licence: str = ""
    attribution: str = ""
    date: str = "unknown"
    bytes_are: str = "original"
    sharing: str = OPEN
    size: int = 0

    @property
    def may_leave(self) -> bool:
        """Tell whether the content may appear in a public output."""
        return self.sharing == OPEN and bool(self.licence)


@dataclass(frozen=True, order=True)
class Origin:
    """
    One step on the way back from a value to its file.

    Parameters
    ----------
    source : Source
        The file.
    locator : str
        Sheet and cells, layer and feature ids, page and quotation.
    steps : tuple of str
        What was done to the content since it was read, in order.
    """

    source: Source
    locator: str = ""
    steps: tuple[str, ...] = ()

    def then(self, *steps: str) -> Origin:
        """Return the same origin with further steps noted."""
        return replace(self, steps=(*self.steps, *steps))

    def as_dict(self) -> dict[str, Any]:
        """Return the flat form that ``show --json`` prints."""
        facts = asdict(self.source)
        facts.update(locator=self.locator, steps=list(self.steps))
        return facts
