"""People of the city as an indicator: the best count, every other count beside it, and people per address."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from almena.measure.common import cells_of, latest_census, ratio, unknown
from almena.measure.derived_people import People
from almena.measure.derived_points import PlacedPoints
from almena.measure.population import CENSUS, RASTER, SCALED, TAGGED, Count, Floats, Population
from almena.measure.registry import indicator
from almena.model.data import Table
from almena.model.observation import MODELLED, REPORTED, SENSITIVITY, SOURCES, Cause, Result, enumerated
from almena.model.place import Places

BY_ADDRESS = "address_points"


@indicator(version="2")
def best_population(
    population: Population,
    census_table: Table | None = None,
    people: People | None = None,
    address_points: PlacedPoints | None = None,
    tagged_population: Table | None = None,
    *,
    places: Places,
) -> tuple[Result, ...]:
    """Give the best count of each place with what the other counts say, and every count beside it."""
    given = {
        "census_table": census_table,
        "people": people,
        "address_points": address_points,
        "tagged_population": tagged_population,
    }
    results = [_city_result(population, census_table, places), *_parts_results(population)]
    for count in population.counts:
        if given[count.role] is not None:
            results.append(_source_result(count, population, census_table))
    return tuple(results)


def _city_result(population: Population, census_table: Table | None, places: Places) -> Result:
    best = population.best
    spread = population.spread()
    note = (
        f"counts are moved to {best.period} with the growth between the two latest censuses, "
        f"{100 * population.growth:+.2f} % a year (assumed to go on)"
        if math.isfinite(population.growth)
        else "counts of other dates are compared as they are: two censuses would show the growth"
    )
    values = places.only_city(population.city)
    return Result(
        values,
        causes=spread or _without_others(best, values),
        status=best.status,
        period=best.period,
        notes=(population.said, *((note,) if spread else ()), *_differences(population)),
        used=tuple(dict.fromkeys([best.role, *(c.role for c in population.counts if c.by_itself)])),
        locators=_locators(census_table) if best.source == CENSUS else {},
    )


def _without_others(best: Count, values: Floats) -> tuple[Cause, ...]:
    """Return why the best count may be off where no other count can tell."""
    if best.source == TAGGED:
        return (unknown("anybody may write on the map; the source of the number is not given"),)
    return (enumerated(values),)


def _differences(population: Population) -> tuple[str, ...]:
    """Say how far the other counts of the city lie from the best one, moved to its date."""
    return tuple(
        f"the {c.source} of {c.period} holds {c.persons[0]:,.0f} people, "
        f"{100 * (population.moved(c)[0] / population.city - 1):+.1f} % at the same date"
        for c in population.counts[1:]
        if c.by_itself
    )


def _parts_results(population: Population) -> list[Result]:
    values = population.persons.copy()
    values[0] = np.nan
    if not np.isfinite(values).any():
        return []
    others = [c for c in population.counts[1:] if c.source == RASTER or c.role == BY_ADDRESS]
    return [
        Result(
            values,
            causes=tuple(_beside(count, values) for count in others),
            status=MODELLED,
            period=population.best.period,
            notes=(population.said_of_parts,),
            used=tuple(dict.fromkeys((population.best.role, "people", *(c.role for c in others)))),
        )
    ]


def _beside(count: Count, values: Floats) -> Cause:
    """Return what another count says of the parts; addresses only where they give more: some homes have none."""
    if count.role == BY_ADDRESS:
        name = "shared out by addresses, where that gives more: homes without an address would be lost"
        return Cause(name, SENSITIVITY, values, np.maximum(values, count.persons))
    return Cause(f"the {count.source} of {count.period} as it is", SOURCES, count.persons, count.persons)


def _source_result(count: Count, population: Population, census_table: Table | None) -> Result:
    causes = _without_others(count, count.persons) if count.status == REPORTED else ()
    other = {RASTER: SCALED, SCALED: RASTER}.get(count.source, "")
    for beside in population.counts:
        if beside.source == other:
            name = f"{beside.source} of {beside.period}"
            causes = (Cause(name, SOURCES, beside.persons, beside.persons),)
    return Result(
        count.persons,
        causes=causes,
        status=count.status,
        period=count.period,
        dimensions={"source": count.source},
        notes=(count.note,) if count.note else (),
        used=_behind(count, population),
        locators=_locators(census_table) if count.role == "census_table" else {},
    )


def _behind(count: Count, population: Population) -> tuple[str, ...]:
    """Return the roles that a count stands on: a count made from another stands on that one too."""
    alone = count.by_itself or count.source == TAGGED
    return tuple(dict.fromkeys((count.role, *(() if alone else (population.best.role,)))))


def _locators(census_table: Table | None) -> Mapping[str, str]:
    if census_table is None:
        return {}
    return {"census_table": cells_of(census_table, ("year", "population"), latest_census(census_table)[2])}


@indicator(version="1")
def persons_per_address(
    population: Population, address_points: PlacedPoints, people: People, *, places: Places
) -> Result:
    """Divide the people of each place by its address points; many people per address means homes without one."""
    every = address_points.by_place(places)
    sure = address_points.by_place(places, ~address_points.piled)
    value = ratio(population.persons, every)
    causes = (
        Cause(
            "address points that share one position left out",
            SENSITIVITY,
            value,
            ratio(population.persons, sure),
        ),
        Cause("the raster as it is", SOURCES, ratio(people.sum(), every), ratio(people.sum(), every)),
    )
    notes = (f"{population.said}; neighbourhoods: {population.said_of_parts}",)
    return Result(
        value,
        numerator=population.persons,
        denominator=every,
        causes=causes,
        status=MODELLED,
        period=population.best.period,
        piled=address_points.piled_share,
        notes=notes,
    )
