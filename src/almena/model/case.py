"""A city's case: what was entered, the words to read it by, and what the diagnosis finds in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from almena.model.diagnosis import Diagnosis
from almena.model.register import Registers, Told
from almena.model.taxonomy import Taxonomy


@dataclass(frozen=True)
class Case:
    """
    Everything that the documents of the method are made of, beside the profile.

    Parameters
    ----------
    registers, taxonomy, diagnosis
        The entries with the judgements that count; the vocabularies; the findings.
    is_illustration : bool
        Whether any entry is an illustration that the municipality has not adopted.
    hidden : frozenset of (str, str)
        Shock records and effects whose figure an edition keeps back because it speaks of so few people.
    """

    registers: Registers
    taxonomy: Taxonomy
    diagnosis: Diagnosis
    is_illustration: bool = False
    hidden: frozenset[tuple[str, str]] = frozenset()


def provenance(registers: Registers) -> Iterator[Told]:
    """Yield where each entry of the registers comes from."""
    for spec in fields(registers):
        for entry in getattr(registers, spec.name):
            yield entry.told
