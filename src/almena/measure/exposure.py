"""What an event reached: people, services, streets; and what wears on without one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from almena.geo.crs import Coordinates, reproject
from almena.geo.lines import length_inside
from almena.geo.points import count_in
from almena.geo.zonal import cell_centre_sum, zonal_sum
from almena.measure.common import (
    flags,
    in_metres,
    latest_census,
    lists,
    percent,
    ratio,
    square_kilometres,
    unknown,
)
from almena.measure.derived_events import POSITION_ERROR, Event, PeopleInside, alone, merged
from almena.measure.derived_facilities import TrustedPoints, teaching_mask
from almena.measure.derived_land import areas_by_class
from almena.measure.derived_people import People
from almena.measure.derived_points import PlacedPoints, placed
from almena.measure.derived_transport import Stops
from almena.measure.registry import indicator
from almena.measure.supply_chain import crop_areas
from almena.model.data import Grid, Layer, Table
from almena.model.observation import (
    MODELLED,
    REPORTED,
    SENSITIVITY,
    SOURCES,
    Cause,
    Result,
    Values,
    enumerated,
    nothing,
)
from almena.model.place import Places
from almena.model.problem import GapError

OUTLINE = "the outline moved in or out by one population cell"


@indicator(version="1")
def flood_area(event: Event) -> Result:
    """Measure the area inside the outline and each place, in km²."""
    value = square_kilometres(event.by_place, event.crs)
    return Result(
        value,
        causes=(unknown("how the outline was drawn is not published with the file"),),
        period=event.date,
    )


@indicator(version="1")
def flood_urban_area(event: Event, land_cover: Grid, *, places: Places) -> tuple[Result, ...]:
    """Measure built-up land cover inside the outline and the boundary, in km²; other classes stand beside it."""
    areas = areas_by_class(land_cover, event.by_place[0], event.crs)
    causes = (unknown("land cover is a class given to satellite cells"),)
    headline = Result(
        places.only_city(areas.get("urban", 0.0)), causes=causes, status=MODELLED, period=event.date
    )
    others = [
        Result(
            places.only_city(area),
            causes=causes,
            status=MODELLED,
            period=event.date,
            dimensions={"land cover": name},
        )
        for name, area in sorted(areas.items())
        if name != "urban"
    ]
    return headline, *others


@indicator(version="1")
def flood_population(
    event: Event,
    people_in_event: PeopleInside,
    people: People,
    population_grid: Grid,
    census_table: Table | None = None,
    *,
    places: Places,
) -> tuple[Result, ...]:
    """Count the people inside the outline, unscaled; other ways to count stand beside it and make the range."""
    value = people_in_event.persons
    centre = cell_centre_sum(population_grid, event.by_place, event.crs)
    whole = people.sum()
    causes = [
        Cause(OUTLINE, SENSITIVITY, people_in_event.inner, people_in_event.outer),
        Cause("cells counted by their centre instead of their share", SENSITIVITY, centre, centre),
    ]
    beside = [
        _beside(places, event, float(people_in_event.inner[0]), {"outline": "moved in by one cell"}),
        _beside(places, event, float(people_in_event.outer[0]), {"outline": "moved out by one cell"}),
        _beside(
            places,
            event,
            float(cell_centre_sum(population_grid, alone(event.drawn), event.crs)[0]),
            {"rule": "cell centres, outline not clipped to the boundary"},
        ),
    ]
    if census_table is not None:
        year, persons, _ = latest_census(census_table)
        scaled = value * ratio(persons, whole[0])
        causes.append(Cause(f"scaled to the census of {year}", SOURCES, scaled, scaled))
        beside.append(_beside(places, event, float(scaled[0]), {"basis": f"scaled to the census of {year}"}))
    note = "people who live inside the outline by the raster; not people counted as affected"
    headline = Result(value, causes=tuple(causes), status=MODELLED, period=event.date, notes=(note,))
    return headline, *beside


def _beside(places: Places, event: Event, number: float, dimensions: dict[str, str]) -> Result:
    causes = (unknown("one of several ways to count"),)
    values = places.only_city(number)
    return Result(values, causes=causes, status=MODELLED, period=event.date, dimensions=dimensions)


@indicator(version="1")
def flood_population_share(
    event: Event,
    people_in_event: PeopleInside,
    people: People,
    settlement_people: PeopleInside | None = None,
    *,
    places: Places,
) -> tuple[Result, ...]:
    """Return the share of people inside the outline: by place, and settlements against the rest of the city."""
    inside, whole = people_in_event.persons, people.sum()
    value = percent(inside, whole)
    low, high = (percent(n, whole) for n in (people_in_event.inner, people_in_event.outer))
    results = [_share(value, inside, whole, low, high, event, {})]
    if settlement_people is not None:
        both = _persons_in_both(people, people_in_event, settlement_people)
        in_settlements = float(settlement_people.persons[0])
        rest_inside, rest = float(inside[0]) - both, float(whole[0]) - in_settlements
        for name, part, total in (
            ("informal settlements", both, in_settlements),
            ("rest of the city", rest_inside, rest),
        ):
            one, all_of_them = places.only_city(part), places.only_city(total)
            share = percent(one, all_of_them)
            down, up = (low[0] / value[0], high[0] / value[0]) if value[0] > 0 else (1.0, 1.0)
            results.append(_share(share, one, all_of_them, share * down, share * up, event, {"group": name}))
    return tuple(results)


def _share(
    value: Values,
    part: Values,
    whole: Values,
    low: Values,
    high: Values,
    event: Event,
    dimensions: dict[str, str],
) -> Result:
    return Result(
        value,
        numerator=part,
        denominator=whole,
        causes=(Cause(OUTLINE, SENSITIVITY, low, high),),
        status=MODELLED,
        period=event.date,
        dimensions=dimensions,
    )


def _persons_in_both(people: People, one: PeopleInside, other: PeopleInside) -> float:
    """
    Return persons in cells of both areas, as if the two lay independently inside a shared cell.

    Only used for shares of groups; `flood_informal_population` cuts the shapes themselves.
    """
    first = np.asarray(one.fraction[0].todense()).reshape(-1)
    second = np.asarray(other.fraction[0].todense()).reshape(-1)
    return float((first * second * people.count).sum())


@indicator(version="1")
def flood_informal_population(
    event: Event,
    informal_settlements: Layer,
    population_grid: Grid,
    people: People,
    census_table: Table | None = None,
    census_settlements: Table | None = None,
    *,
    places: Places,
) -> tuple[Result, ...]:
    """Count the people inside the outline and inside informal settlements, by the raster."""
    settlements = merged(informal_settlements, places.crs)
    shape = alone(shapely.intersection(event.by_place[0], settlements))
    value = places.only_city(_persons(population_grid, shape, places.crs))
    centre = places.only_city(float(cell_centre_sum(population_grid, shape, places.crs)[0]))
    causes = [Cause("cells counted by their centre instead of their share", SENSITIVITY, centre, centre)]
    results = []
    if census_table is not None:
        year, persons, _ = latest_census(census_table)
        scaled = value * ratio(persons, people.sum()[0])
        causes.append(Cause(f"scaled to the census of {year}", SOURCES, scaled, scaled))
        results.append(_beside(places, event, float(scaled[0]), {"basis": f"scaled to the census of {year}"}))
    if census_settlements is not None:
        causes.append(unknown("the raster and the census differ on how many people live in settlements"))
    headline = Result(value, causes=tuple(causes), status=MODELLED, period=event.date)
    return headline, *results


def _persons(grid: Grid, shape: Any, crs: str) -> float:
    return float(zonal_sum(grid, shape, crs)[0])


@indicator(version="1")
def flood_schools(
    event: Event, schools: Layer, trusted_schools: TrustedPoints, *, places: Places
) -> tuple[Result, ...]:
    """
    Count primary and secondary schools inside the outline at positions that can be trusted.

    Schools at piles or away from their own district are gaps: they make the upper end of the range. All entries
    of the register stand beside the headline as a method cause.
    """
    xy = trusted_schools.xy
    teaching = teaching_mask(schools)
    sure = count_in(xy[teaching & trusted_schools.trusted], event.by_place)
    doubtful = count_in(xy[teaching & ~trusted_schools.trusted], event.by_place)
    register = count_in(xy, event.by_place)
    causes = (
        Cause("schools whose position cannot be trusted", SENSITIVITY, sure, sure + doubtful),
        Cause("all entries of the register, kindergartens included", SENSITIVITY, sure, register),
        _near_the_outline(event, xy[teaching & trusted_schools.trusted], sure, places),
    )
    note = (
        f"{int((teaching & ~trusted_schools.trusted).sum())} schools have a position that cannot be trusted"
    )
    share = float((~trusted_schools.trusted[teaching]).mean()) if teaching.any() else 0.0
    headline = Result(
        sure, causes=causes, period=event.date, piled=share, notes=(note, *trusted_schools.notes)
    )
    city = places.only_city(float(register[0]))
    spread = (Cause("positions that cannot be trusted", SENSITIVITY, sure[0], register[0]),)
    every = {"level": "all entries of the register, as located"}
    return headline, Result(city, causes=spread, period=event.date, dimensions=every, piled=share)


@indicator(version="1")
def flood_hospitals(event: Event, real_hospitals: Layer, *, places: Places) -> Result:
    """Count hospitals inside the outline."""
    return _count(event, real_hospitals, places)


@indicator(version="1")
def flood_health_facilities(
    event: Event,
    health_facilities: Layer | None = None,
    published_flood_health: Layer | None = None,
    *,
    places: Places,
) -> tuple[Result, ...]:
    """
    Count registered health establishments inside the outline, and those of the public system.

    Without a register a published list of what the event reached is taken over, and said to be so.

    Raises
    ------
    GapError
        When there is neither.
    """
    if health_facilities is not None:
        return _establishments(event, health_facilities, places, published_flood_health)
    if published_flood_health is None:
        raise GapError.of(
            "no register of health establishments and no published list is given",
            "roles health_facilities and published_flood_health",
            "",
            "Load the register of health establishments",
        )
    note = "taken over from a published list: private consulting rooms are in it"
    every = places.only_city(float(len(published_flood_health)))
    taken = Result(every, causes=(enumerated(every),), status=REPORTED, period=event.date, notes=(note,))
    public, private = flags(published_flood_health, "public")
    if not (public.any() or private.any()):
        return (taken,)
    part = places.only_city(float(public.sum()))
    return taken, replace(taken, value=part, causes=(enumerated(part),), dimensions={"system": "public"})


def _establishments(
    event: Event, register: Layer, places: Places, published: Layer | None
) -> tuple[Result, ...]:
    results = [_count(event, register, places, published)]
    public, private = flags(register, "public")
    if public.any() or private.any():
        results.append(_only_city(_count(event, register.take(public), places), {"system": "public"}))
    return tuple(results)


@indicator(version="1")
def flood_crop_area(event: Event, crops: Layer, *, places: Places) -> tuple[Result, ...]:
    """Measure crop fields inside the outline, in km², whole and by crop; overlaps of one crop count once."""
    return crop_areas(crops, event.by_place[0], places, event.date)


@indicator(version="1")
def flood_hydrants(
    event: Event, hydrants: Layer, published_flood_hydrants: Layer | None = None, *, places: Places
) -> tuple[Result, ...]:
    """Count hydrants inside the outline, and those of them flagged operable."""
    results = [_count(event, hydrants, places, published_flood_hydrants)]
    if "operable" in hydrants.fields:
        works, fails = flags(hydrants, "operable")
        for name, which in (("operable", works), ("not operable", fails)):
            results.append(_only_city(_count(event, hydrants.take(which), places), {"state": name}))
    return tuple(results)


@indicator(version="1")
def flood_bus_terminals(
    event: Event, bus_terminals: Layer, published_flood_bus_terminals: Layer | None = None, *, places: Places
) -> tuple[Result, ...]:
    """Count terminals inside the outline, whole and by class."""
    results = [_count(event, bus_terminals, places, published_flood_bus_terminals)]
    names = lists(bus_terminals, "class")
    for name in dict.fromkeys(names[names != ""]):
        results.append(
            _only_city(_count(event, bus_terminals.take(names == name), places), {"class": str(name)})
        )
    return tuple(results)


@indicator(version="1")
def flood_addresses(event: Event, address_points: PlacedPoints, *, places: Places) -> Result:
    """Count address points inside the outline."""
    return _count_points(event, address_points, places)


@indicator(version="1")
def flood_transit_stops(event: Event, all_stops: Stops) -> Result:
    """Count distinct stops inside the outline."""
    value = count_in(all_stops.xy, event.by_place)
    return Result(value, causes=(unknown("the lists may lack stops"),), period=event.date)


def _only_city(result: Result, dimensions: dict[str, str]) -> Result:
    value = result.value.copy()
    value[1:] = np.nan
    return Result(**{**vars(result), "value": value, "dimensions": dimensions})


def _count(event: Event, layer: Layer, places: Places, published: Layer | None = None) -> Result:
    """
    Count the features inside the outline whose position is their own.

    Features piled on one coordinate widen the range upwards, features near the outline both ways, and a published
    list of what the event reached is another source for the same count.
    """
    return _count_points(event, placed(layer, places), places, published)


def _count_points(
    event: Event, points: PlacedPoints, places: Places, published: Layer | None = None
) -> Result:
    xy, heap = points.xy, points.piled
    sure = count_in(xy[~heap], event.by_place)
    causes = [_near_the_outline(event, xy[~heap], sure, places)]
    notes: tuple[str, ...] = ()
    if heap.any():
        every = count_in(xy, event.by_place)
        causes.append(
            Cause("features that share one position with four or more others", SENSITIVITY, sure, every)
        )
        notes = (f"{int(heap.sum())} of {len(heap)} features are piled on shared positions",)
    if published is not None:
        listed = sure.copy()
        listed[0] = len(published)
        causes.append(Cause("the published list", SOURCES, listed, listed))
    return Result(sure, causes=tuple(causes), period=event.date, piled=points.piled_share, notes=notes)


def _near_the_outline(event: Event, xy: Coordinates, sure: Values, places: Places) -> Cause:
    """Return the counts if every feature within a position error of the outline lay on its other side."""
    shapely.prepare([event.near, event.drawn])
    near = shapely.intersects_xy(event.near, *xy.T)
    outside = near & ~shapely.intersects_xy(event.drawn, *xy.T)
    low = count_in(xy[~near], event.by_place)
    high = sure + count_in(xy[outside], places.geometry)
    return Cause(f"features within {POSITION_ERROR:.0f} m of the outline (assumed)", SENSITIVITY, low, high)


@indicator(version="1")
def flood_road_length(event: Event, streets: Layer, *, places: Places) -> Result:
    """Measure the streets inside the outline, in km; at least, where streets are known in part of it."""
    lines = reproject(streets.geometry, streets.crs, places.crs)
    value = places.only_city(float(length_inside(lines, event.by_place[:1])[0]) / 1000)
    known = 1.0
    if streets.covered is not None:
        covered = reproject(alone(streets.covered), streets.crs, places.crs)[0]
        known = shapely.area(shapely.intersection(covered, event.by_place[0])) / max(
            event.by_place[0].area, 1.0
        )
    if known <= 0:
        return nothing(places, "the streets given do not reach the area of the event", period=event.date)
    cause = Cause(
        "streets outside the extract, if they lie as densely (assumed)", "expert", value, value / known
    )
    note = f"at least: streets are known in {100 * known:.0f} % of the area reached"
    return Result(value, coverage=known, causes=(cause,), period=event.date, notes=(note,))


@indicator(version="1")
def published_difference(
    event: Event,
    published_flood_schools: Layer | None = None,
    schools: Layer | None = None,
    published_flood_hydrants: Layer | None = None,
    hydrants: Layer | None = None,
    published_flood_bus_terminals: Layer | None = None,
    bus_terminals: Layer | None = None,
    *,
    places: Places,
) -> tuple[Result, ...]:
    """Compare published lists with the same count made here: all features inside the outline, as located."""
    pairs = (
        ("schools", schools, published_flood_schools),
        ("hydrants", hydrants, published_flood_hydrants),
        ("bus terminals", bus_terminals, published_flood_bus_terminals),
    )
    given = [(name, ours, theirs) for name, ours, theirs in pairs if ours is not None and theirs is not None]
    if not given:
        return (nothing(places, "no published list of what the event reached is given"),)
    results = [_difference(event, name, ours, theirs, places) for name, ours, theirs in given]
    worst = max(results, key=lambda r: float(r.value[0]))
    headline = Result(**{**vars(worst), "dimensions": {}})
    return headline, *results


def _difference(event: Event, name: str, ours: Layer, theirs: Layer, places: Places) -> Result:
    here = int(count_in(in_metres(ours, places), alone(event.drawn))[0])
    value = places.only_city(100 * abs(here - len(theirs)) / max(1, len(theirs)))
    note = f"{name}: {here} counted here, {len(theirs):,} published, of {len(ours):,}"
    cause = Cause("both counts are complete", "enumerated", value, value)
    return Result(value, causes=(cause,), period=event.date, dimensions={"list": name}, notes=(note,))
