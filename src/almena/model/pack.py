"""Packs: folders of tables that bring a framework, a vocabulary or a theme; no code inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Row = Mapping[str, str]
"""One row of a pack's table: text by column, blanks stripped; its row number stands under ``_row``."""

SAME, NARROWER, BROADER, RELATED = "same", "narrower", "broader", "related"
MAPPING_KINDS = (SAME, NARROWER, BROADER, RELATED)
"""How an indicator of this city stands to the one of a framework: ``narrower`` measures a part of it."""


@dataclass(frozen=True)
class Manifest:
    """
    What a pack says of itself, in its ``pack.toml``.

    Parameters
    ----------
    id, version, title : str
        Id of lower-case letters, digits and hyphens, the name of its folder; version; name for people.
    kind : str
        ``method``, ``hazards``, ``framework``, ``survey`` or ``theme``.
    languages : tuple of str
        ISO 639-1 codes of the languages in which its texts exist, the language of its tables first.
    licence, source, attribution : str
        Under what its content may be passed on, where it comes from, and whom to name.
    confidence : str
        Letter A to D or P of most of its facts; single rows may carry their own.
    requires : tuple of str
        Ids of packs that its tables refer to.
    notes : tuple of str
        What a reader must know: what is not loaded and why, what is our own proposal.
    """

    id: str
    version: str
    title: str
    kind: str
    languages: tuple[str, ...]
    licence: str
    source: str
    attribution: str = ""
    confidence: str = ""
    requires: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    """
    A checked pack.

    Parameters
    ----------
    manifest : Manifest
        What it says of itself.
    tables : mapping of str to tuple of rows
        Its tables by name without extension; an optional table that the folder lacks is absent.
    """

    manifest: Manifest
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return the id of the manifest."""
        return self.manifest.id

    def table(self, name: str) -> tuple[Row, ...]:
        """Return the rows of a table, none when the pack has no such table."""
        return self.tables.get(name, ())
