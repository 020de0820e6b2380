"""Which values must fit together, and which tell the same from two sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from almena.packs.table import read_table

PARTS, GROUPS, INSIDE, AGREE = "parts", "groups", "inside", "agree"


@dataclass(frozen=True)
class SelfCheck:
    """
    One line of the table of checks.

    Parameters
    ----------
    kind : str
        ``parts``: the neighbourhoods of an indicator add up to the city. ``groups``: its groups add up to it.
        ``inside``: the first is part of the second. ``agree``: both tell the same from different sources.
    first, second : str
        Indicators; of ``groups`` the second is the dimension.
    tolerance : float
        Relative difference that is let pass, as a share of one.
    meaning : str
        What the two sources are, in words.
    """

    kind: str
    first: str
    second: str
    tolerance: float
    meaning: str


@lru_cache(maxsize=1)
def _all() -> tuple[SelfCheck, ...]:
    return tuple(
        SelfCheck(r["kind"], r["first"], r["second"], float(r["tolerance"]) / 100, r["meaning"])
        for r in read_table("self_checks.csv")
    )


def self_checks(kind: str) -> tuple[SelfCheck, ...]:
    """Return the checks of one kind, in the order of the table."""
    return tuple(check for check in _all() if check.kind == kind)
