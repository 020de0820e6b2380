"""Social inclusion and protection: schools, hospitals, learning, informal settlements."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.geo.crs import reproject
from almena.geo.network import Snapped
from almena.geo.points import count_in
from almena.geo.zonal import cell_centre_sum
from almena.measure.access import access_results
from almena.measure.common import (
    NOT_ALL_MAPPED,
    all_there,
    at_least,
    by_place,
    cells_of,
    counted,
    everyone,
    flags,
    in_metres,
    lists,
    percent,
    row_of,
    seen,
    unknown,
)
from almena.measure.derived_events import PeopleInside, alone, merged
from almena.measure.derived_facilities import NAMELESS, TrustedPoints, named_mask, teaching_mask
from almena.measure.derived_walk import Walk
from almena.measure.doors import ways_in
from almena.measure.map_check import MapCheck, missing_from_map
from almena.measure.population import Population
from almena.measure.registry import indicator
from almena.model.data import Grid, Layer, Table
from almena.model.observation import (
    MODELLED,
    REPORTED,
    SENSITIVITY,
    SOURCES,
    Cause,
    Result,
    enumerated,
    nothing,
)
from almena.model.place import Places


@indicator(version="2")
def school_access(
    schools: Layer,
    trusted_schools: TrustedPoints,
    walk: Walk,
    *,
    places: Places,
    distance: float,
) -> tuple[Result, ...]:
    """Return the share of people within a walk of a primary or secondary school at a trusted position."""
    teaching = teaching_mask(schools)
    sure = teaching & trusted_schools.trusted
    slack = walk.to(_doors(schools, sure, walk, places), distance) - distance
    every = walk.to(_doors(schools, teaching, walk, places), distance) - distance
    more = percent(walk.walkers.sum((every <= 0).astype(float)), walk.walkers.sum())
    causes = (Cause("schools whose position cannot be trusted, taken as located", SENSITIVITY, more, more),)
    left_out = int((teaching & ~trusted_schools.trusted).sum())
    notes = (f"{left_out} of {int(teaching.sum())} schools are left out: their position cannot be trusted",)
    results = access_results(walk, slack, places=places, causes=causes, notes=notes)
    share = left_out / max(1, int(teaching.sum()))
    return tuple(Result(**{**vars(r), "piled": share}) for r in results)


def _doors(schools: Layer, which: NDArray[np.bool_], walk: Walk, places: Places) -> Snapped:
    return ways_in(schools.take(np.flatnonzero(which)), walk.network, places)


@indicator(version="2")
def hospital_access(
    real_hospitals: Layer,
    walk: Walk,
    *,
    places: Places,
    distance: float,
) -> tuple[Result, ...]:
    """Return the share of people within a walk of a hospital; clinics are none."""
    slack = walk.to(ways_in(real_hospitals, walk.network, places), distance) - distance
    return access_results(walk, slack, places=places, notes=real_hospitals.notes)


@indicator(version="3")
def schools_count(schools: Layer, trusted_schools: TrustedPoints, *, places: Places) -> tuple[Result, ...]:
    """Count primary and secondary schools: all of the register in the city, trusted positions in its parts."""
    teaching = teaching_mask(schools)
    every = by_place(trusted_schools.xy[teaching], places)
    sure = by_place(trusted_schools.xy[teaching & trusted_schools.trusted], places)
    value = sure.copy()
    value[0] = every[0]
    value = seen(schools, value)
    share = float((~trusted_schools.trusted[teaching]).mean()) if teaching.any() else 0.0
    cause = Cause("schools whose position cannot be trusted", SENSITIVITY, np.minimum(value, sure), every)
    cause.low[0] = every[0]  # type: ignore[index]
    note = f"{int(teaching.sum())} of {len(teaching)} entries of the register teach at primary or secondary level"
    causes = (cause, counted(schools, value)) if schools.at_least else (cause,)
    results = [
        Result(
            value,
            causes=causes,
            notes=(note,),
            piled=0.0 if share < 0.02 else share,
            completeness=all_there(schools),
        )
    ]
    sectors = lists(schools, "sector")
    for sector in dict.fromkeys(sectors[sectors != ""]):
        part = places.only_city(
            float(count_in(trusted_schools.xy[teaching & (sectors == sector)], places.geometry[:1])[0])
        )
        results.append(Result(part, causes=(enumerated(part),), dimensions={"sector": str(sector)}))
    return tuple(results)


@indicator(version="3")
def pupils_count(schools: Layer, trusted_schools: TrustedPoints, *, places: Places) -> Result:
    """Add up the pupils enrolled in the schools of the register inside the boundary."""
    stated = np.asarray(schools.fields.get("pupils", []), dtype=float)
    if not np.isfinite(stated).any():
        return nothing(places, "the register holds no enrolment")
    pupils = np.nan_to_num(stated)
    inside = float(by_place(trusted_schools.xy, places, pupils)[0])
    value = places.only_city(inside)
    notes = ["pupils of all levels, also from outside the city"]
    outside = float(pupils.sum()) - inside
    if outside > 0:
        notes.append(
            f"{outside:,.0f} pupils of schools without a position inside the boundary are not counted"
        )
    return Result(value, causes=(enumerated(value),), notes=tuple(notes))


@indicator(version="3")
def hospitals_per_100k(
    real_hospitals: Layer, population: Population, map_check: MapCheck | None = None, *, places: Places
) -> Result:
    """Divide hospitals inside the boundary by the best count of people, per 100,000 people."""
    count = by_place(in_metres(real_hospitals, places), places)[0]
    value = places.only_city(1e5 * count / population.city)
    notes = (f"{int(count)} hospitals; {population.said}", *real_hospitals.notes)
    return Result(value, notes=notes, **missing_from_map(map_check, real_hospitals, value))


@indicator(version="2")
def hospitals_count(real_hospitals: Layer, *, places: Places) -> Result:
    """Count the hospitals of the source in each place; clinics are none."""
    xy, named = in_metres(real_hospitals, places), named_mask(real_hospitals)
    value = seen(real_hospitals, by_place(xy, places))
    causes = [at_least(value)]
    if not named.all():
        causes.append(Cause(NAMELESS, SENSITIVITY, by_place(xy[named], places), value))
    known = all_there(real_hospitals)
    return Result(value, causes=tuple(causes), notes=real_hospitals.notes, completeness=known)


@indicator(version="3")
def health_facilities_count(health_facilities: Layer, *, places: Places) -> tuple[Result, ...]:
    """Count registered health establishments in each place, and in the city those of the public system."""
    xy = in_metres(health_facilities, places)
    value = seen(health_facilities, by_place(xy, places))
    note = "establishments of all kinds, private consulting rooms included"
    known = all_there(health_facilities)
    results = [Result(value, causes=(counted(health_facilities, value),), notes=(note,), completeness=known)]
    public, private = flags(health_facilities, "public")
    if public.any() or private.any():
        part = places.only_city(float(by_place(xy[public], places)[0]))
        results.append(Result(part, causes=(enumerated(part),), dimensions={"system": "public"}))
    return tuple(results)


@indicator(version="3")
def community_facilities(
    social_facilities: Layer, map_check: MapCheck | None = None, *, places: Places
) -> Result:
    """Count community facilities on the map in the city; at least."""
    count = by_place(in_metres(social_facilities, places), places)
    value = seen(social_facilities, places.only_city(float(count[0])))
    notes = ("at least: " + NOT_ALL_MAPPED,)
    return Result(value, notes=notes, **missing_from_map(map_check, social_facilities, value))


@indicator(version="1")
def informal_settlement_population(
    informal_settlements: Layer,
    settlement_people: PeopleInside,
    population_grid: Grid,
    census_settlements: Table | None = None,
    *,
    places: Places,
) -> tuple[Result, ...]:
    """Count the people of the raster inside the outlines of informal settlements and each place."""
    value = settlement_people.persons
    shape = merged(informal_settlements, places.crs)
    clipped = alone(shapely.intersection(shape, places.city))
    centre = float(cell_centre_sum(population_grid, clipped, places.crs)[0])
    factor = centre / value[0] if value[0] > 0 else 1.0
    causes = [
        Cause(
            "cells counted by their centre instead of their share",
            SENSITIVITY,
            value * factor,
            value * factor,
        )
    ]
    if census_settlements is not None:
        counted = float(census_settlements.columns["persons"][row_of(census_settlements, "group", "inside")])
        share = counted / value[0] if value[0] > 0 else 1.0
        causes.append(Cause("counted by the census", SOURCES, value * share, value * share))
    headline = Result(value, causes=tuple(causes), status=MODELLED, period=population_grid.date)
    drawn = reproject(informal_settlements.geometry, informal_settlements.crs, places.crs)
    repeated = places.only_city(float(cell_centre_sum(population_grid, drawn, places.crs).sum()))
    rule = {"rule": "cell centres, outlines not clipped to the boundary"}
    beside = Result(
        repeated,
        causes=(unknown("one of several ways to count"),),
        status=MODELLED,
        period=headline.period,
        dimensions=rule,
    )
    return headline, beside


@indicator(version="1")
def informal_settlement_census(census_settlements: Table, *, places: Places) -> Result:
    """Take over the people whom the census counted in informal settlements."""
    row = row_of(census_settlements, "group", "inside")
    value = places.only_city(float(census_settlements.columns["persons"][row]))
    where = {"census_settlements": cells_of(census_settlements, ("group", "persons"), row)}
    return Result(value, causes=(enumerated(value),), status=REPORTED, locators=where)


@indicator(version="1")
def informal_settlement_share(census_settlements: Table, *, places: Places) -> Result:
    """Return the share of people whom the census counted in informal settlements."""
    return _of_all(census_settlements, "group", "inside", places)


@indicator(version="1")
def literacy(census_literacy: Table, *, places: Places) -> Result:
    """Return the share of people who can read and write."""
    return _of_all(census_literacy, "group", "literate", places)


@indicator(version="1")
def census_persons_not_literate(census_literacy: Table, *, places: Places) -> Result:
    """Take over the people whom the census counted as not able to read and write."""
    row = row_of(census_literacy, "group", "illiterate")
    value = places.only_city(float(census_literacy.columns["persons"][row]))
    where = {"census_literacy": cells_of(census_literacy, ("group", "persons"), row)}
    return Result(value, causes=(enumerated(value),), status=REPORTED, locators=where)


@indicator(version="1")
def education_share(census_education: Table, *, places: Places, level: str) -> Result:
    """Return the share of adults whose highest completed level is the one given."""
    return _of_all(census_education, "level", level, places)


def _of_all(table: Table, column: str, word: str, places: Places) -> Result:
    row = row_of(table, column, word)
    persons, whole = np.asarray(table.columns["persons"], dtype=float), everyone(table)
    value = places.only_city(float(percent(persons[row], whole)))
    where = {table.role: cells_of(table, (column, "persons"), row)}
    return Result(
        value,
        numerator=places.only_city(float(persons[row])),
        denominator=places.only_city(whole),
        causes=(enumerated(value),),
        locators=where,
    )
