"""Hide small counts of people so that nobody can work them out again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from almena.model.observation import CONTEXT, MISSING, Observation
from almena.model.place import NEIGHBOURHOOD
from almena.packs.table import read_table

SMALL = 10.0
UNIT = "persons"
REASON = "withheld: so few people that they could be recognised, or needed to protect a place with so few"

Series = Mapping[str, float]


def hidden_places(series: Iterable[Series], small: float = SMALL) -> frozenset[str]:
    """
    Choose the places whose counts are hidden, the same ones in every series.

    Parameters
    ----------
    series : iterable of mapping of str to float
        Counts of people by place, one mapping for each series of one indicator (dates, breakdowns, rules).
    small : float
        Counts above zero and below this are hidden.

    Returns
    -------
    frozenset of str
        Places such that, in every series where one of them has a count, at least two are hidden and together
        hold at least ``small`` people: the total less the shown ones tells no single count. Where a series has
        too few places for that, all of them.

    Notes
    -----
    Complementary suppression in its simplest form, smallest first; see Hundepool and others, Statistical
    Disclosure Control (2012), chapter 4.
    """
    tables = [dict(s) for s in series]
    hidden = {place for table in tables for place, count in table.items() if 0 < count < small}
    while True:
        more = {place for table in tables if (place := _next_to_hide(table, hidden, small)) is not None}
        if not more:
            return frozenset(hidden)
        hidden |= more


def _next_to_hide(table: Series, hidden: Collection[str], small: float) -> str | None:
    within = [count for place, count in table.items() if place in hidden and count > 0]
    if not within or (len(within) >= 2 and sum(within) >= small):
        return None
    rest = [(count, place) for place, count in table.items() if place not in hidden and count > 0]
    if rest:
        return min(rest)[1]
    # Only zeros are left to hide behind.
    zeros = sorted(place for place, count in table.items() if place not in hidden)
    return zeros[0] if zeros else None


def suppress_small_counts(
    observations: Iterable[Observation], small: float = SMALL
) -> tuple[Observation, ...]:
    """
    Return the observations with small counts of people by neighbourhood turned into gaps with a reason.

    Values that would give a hidden count away (``packs/linked_counts.csv``) are hidden at the same places.
    """
    given = tuple(observations)
    tables: dict[str, dict[object, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for o in given:
        if o.place_kind == NEIGHBOURHOOD and o.unit == UNIT and o.value is not None:
            tables[o.indicator][o.period, o.dimensions][o.place] = o.value
    hidden = {indicator: set(hidden_places(series.values(), small)) for indicator, series in tables.items()}
    for row in read_table("linked_counts.csv"):
        hidden.setdefault(row["gives_away"], set()).update(hidden.get(row["count"], ()))
    return tuple(_hide(o) if _is_hidden(o, hidden) else o for o in given)


def _is_hidden(observation: Observation, hidden: Mapping[str, Collection[str]]) -> bool:
    if observation.place_kind != NEIGHBOURHOOD or observation.value is None:
        return False
    return observation.place in hidden.get(observation.indicator, ())


def _hide(observation: Observation) -> Observation:
    return replace(
        observation, value=None, low=None, high=None, interval_kind="", status=MISSING, use=CONTEXT, quality="",
        causes=(), coverage=None, reason=REASON, remedy="", notes=(),
    )  # fmt: skip
