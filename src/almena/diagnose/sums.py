"""Totals of what shocks did, with how many records say so: unknown is never zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import fsum
from operator import attrgetter

from almena.diagnose.graph import Graph
from almena.model.diagnosis import Sum
from almena.model.register import EFFECTS, Shock

LOSS = "loss"
_effects = attrgetter(*EFFECTS)


def sums_of(records: Sequence[Shock]) -> tuple[Sum, ...]:
    """
    Return the sum of each effect over records, in the order of `EFFECTS`; a loss once for each currency.

    Parameters
    ----------
    records : sequence of Shock
        Any; an effect that none of them gives has the value None.
    """
    columns = list(zip(*map(_effects, records), strict=True)) or [()] * len(EFFECTS)
    found: list[Sum] = []
    for effect, column in zip(EFFECTS, columns, strict=True):
        found += _losses(records) if effect == LOSS else [_sum(effect, column)]
    return tuple(found)


def _sum(effect: str, column: Sequence[float | None], unit: str = "", records: int | None = None) -> Sum:
    known = [value for value in column if value is not None]
    return Sum(
        effect, fsum(known) if known else None, len(known), len(column) if records is None else records, unit
    )


def _losses(records: Sequence[Shock]) -> Iterator[Sum]:
    by_currency: dict[str, list[float]] = defaultdict(list)
    for record in records:
        if record.loss is not None:
            by_currency[record.currency].append(record.loss)
    if not by_currency:
        yield Sum(LOSS, None, 0, len(records))
    for currency in sorted(by_currency):
        yield _sum(LOSS, by_currency[currency], currency, len(records))


def totals_of(graph: Graph) -> tuple[tuple[str, tuple[Sum, ...]], ...]:
    """
    Return the sums per type of shock that has a record, by name of the type.

    Parameters
    ----------
    graph : Graph
        The cause graph; a sub-type that the taxonomy lacks stands for its own type.
    """
    types: dict[str, list[Shock]] = defaultdict(list)
    for hazard, records in graph.shocks.items():
        known = graph.taxonomy.hazards.get(hazard)
        types[known.type if known else hazard] += records
    return tuple((name, sums_of(types[name])) for name in sorted(types))
