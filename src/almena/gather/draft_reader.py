"""Which reader can fill a role from a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from almena.gather.draft_rules import load_rules
from almena.gather.facts import DOCUMENT, GTFS, OSM, RASTER, TABLE, VECTOR, FileFacts
from almena.model.card import Role

_DELIMITED = (".csv", ".tsv", ".txt", ".tab", ".dat")
_READER = {
    (VECTOR, "layer"): "vector",
    (OSM, "layer"): "osm",
    (RASTER, "grid"): "raster",
    (GTFS, "feed"): "gtfs",
    (DOCUMENT, "document"): "document",
}


def reader_for(role: Role, facts: FileFacts) -> str:
    """
    Return the reader that fills a role from a file, or an empty text when none can.

    Parameters
    ----------
    role : Role
        The role.
    facts : FileFacts
        What a look into the file found.
    """
    if role.kind == "table" and (facts.kind == TABLE or _is_list(facts)):
        return _table_readers().get(role.id, "table")
    if role.kind == "layer" and facts.kind == TABLE:
        return "table" if facts.geometry == "point" and role.geometry in ("", "any", "point") else ""
    return _READER.get((facts.kind, role.kind), "")


def _is_list(facts: FileFacts) -> bool:
    """Tell whether a text may be a table of one column, which looks like prose."""
    return facts.kind == DOCUMENT and facts.path.suffix.lower() in _DELIMITED


@lru_cache(maxsize=1)
def _table_readers() -> Mapping[str, str]:
    return {rule.role: rule.reader for rule in load_rules() if rule.reader in ("table", "timeseries")}
