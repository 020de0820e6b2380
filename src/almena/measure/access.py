"""How many people have something within a walk: one way to count, for all kinds of destination."""

from __future__ import annotations

import numpy as np

from almena.measure.common import percent
from almena.measure.derived_people import Floats, share_reached
from almena.measure.derived_walk import Walk
from almena.model.observation import MODELLED, SENSITIVITY, Cause, Result
from almena.model.place import Places


def access_results(
    walk: Walk,
    slack: Floats,
    *,
    places: Places,
    causes: tuple[Cause, ...] = (),
    notes: tuple[str, ...] = (),
    period: str = "",
) -> tuple[Result, ...]:
    """
    Turn walks into shares of people: by place, and settlements against the rest of the city.

    Parameters
    ----------
    walk : Walk
        People on the network.
    slack : ndarray of float, shape (n_cells,)
        Metres walked less the limit allowed, per cell: reached where it is not above zero.
    places : Places
        The city and its parts.
    causes, notes, period : optional
        Further causes, notes and period of the destinations.

    Returns
    -------
    tuple of Result
        The headline, then the groups. The range comes from where people stand in their cell (half a cell more or
        less to walk) and from people farther than 200 m from any mapped street, who count as not reached.
    """
    reached, whole = share_reached(walk.walkers, slack, 0.0)
    value = percent(reached, whole)
    half = walk.cell / 2
    low, high = (percent(share_reached(walk.walkers, slack, d)[0], whole) for d in (-half, half))
    far = walk.walkers.sum((walk.walkers.start.edge < 0).astype(float))
    headline = Result(
        value,
        numerator=reached,
        denominator=whole,
        coverage=np.nan_to_num(walk.walkers.coverage),
        causes=(
            Cause("people live anywhere in their cell, not at its centre", SENSITIVITY, low, high),
            Cause(
                "people farther than 200 m from any mapped street",
                SENSITIVITY,
                value,
                percent(reached, whole - far),
            ),
            *causes,
        ),
        status=MODELLED,
        period=period,
        notes=notes,
    )
    return headline, *_groups(walk, slack, places, period)


def groups_of(walk: Walk) -> tuple[tuple[str, Floats, float], ...]:
    """
    Part the people on the network into those of informal settlements and the rest of the city.

    Returns
    -------
    tuple of (str, ndarray of float, float)
        Name of the group, its persons in each cell of the covered area, and its persons in the whole city; nothing
        without outlines of settlements.
    """
    people, settlements = walk.people, walk.settlements
    if settlements is None:
        return ()
    here = np.asarray(walk.walkers.membership[0].todense()).reshape(-1)
    settled_all = np.asarray(settlements.fraction[0].todense()).reshape(-1)
    settled = np.minimum(here, settled_all[np.searchsorted(people.cell, walk.walkers.cell)])
    everyone = float(settlements.persons[0])
    return (
        ("informal settlements", settled * walk.walkers.count, everyone),
        ("rest of the city", (here - settled) * walk.walkers.count, float(people.sum()[0]) - everyone),
    )


def _groups(walk: Walk, slack: Floats, places: Places, period: str) -> tuple[Result, ...]:
    results = []
    for name, weight, total in groups_of(walk):
        whole = float(weight.sum())
        bounds = [
            float(percent(weight[slack <= d].sum(), whole)) for d in (-walk.cell / 2, 0.0, walk.cell / 2)
        ]
        results.append(
            Result(
                places.only_city(bounds[1]),
                coverage=whole / total if total > 0 else 0.0,
                causes=(Cause("people live anywhere in their cell", SENSITIVITY, bounds[0], bounds[2]),),
                status=MODELLED,
                dimensions={"group": name},
                period=period,
            )
        )
    return tuple(results)
