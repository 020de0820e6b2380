"""What is written beside the bytes of a snapshot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Record:
    """
    The facts about one snapshot.

    Parameters
    ----------
    sha256 : str
        Hash of the bytes.
    size : int
        Number of bytes.
    known_as : tuple of mapping
        Each set of facts under which the bytes were put: those of `almena.model.origin.Source`, with the
        original ``name`` and the ``time`` of the putting.
    members : mapping of str to str
        For a group of files the hash of each by name; the bytes of the group are the list of them.
    companions : mapping of str to str
        For a shapefile the hashes of the files that travel with it, by name.
    """

    sha256: str
    size: int
    known_as: tuple[Mapping[str, Any], ...] = ()
    members: Mapping[str, str] = field(default_factory=dict)
    companions: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the hashes of all bytes that the snapshot consists of."""
        return (self.sha256, *self.members.values(), *self.companions.values())

    def as_json(self) -> str:
        """Return the record as the text that is written."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_record(path: Path) -> Record | None:
    """Return the record in a file, or None when there is none or it is damaged."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        known_as = tuple(facts.pop("known_as"))
        record = Record(**facts, known_as=known_as)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return record if all({"role", "file", "time"} <= set(e) for e in known_as) else None


def says_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two sets of facts differ in nothing but the time."""
    return {**one, "time": ""} == {**other, "time": ""}
