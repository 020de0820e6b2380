"""What had been promised: hazard maps, surveys and plan lists held against the event; and what they say besides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from almena.geo.zonal import zonal_sum
from almena.measure.common import lists, percent, plain, square_kilometres, unknown
from almena.measure.dates import before
from almena.measure.derived_events import Event, HazardMap, PeopleInside, alone, merged
from almena.measure.derived_land import urban_area
from almena.measure.registry import indicator
from almena.model.data import Grid, Layer, Table
from almena.model.observation import MODELLED, SENSITIVITY, Cause, Result, enumerated, nothing
from almena.model.place import Places

NOT_A_FORECAST = "the map shows natural terrain by class; it states no return period and no depth"


def _not_before(what: str, date: str, event: Event, places: Places) -> Result | None:
    if before(date, event.date):
        return None
    return nothing(
        places,
        f"{what} is dated {date} and the event {event.date}: only what was there before can be tested",
        "Load an edition dated before the event",
    )


@indicator(version="1")
def flood_map_hits(
    event: Event, flood_map: HazardMap, land_cover: Grid, *, places: Places
) -> tuple[Result, ...]:
    """Return how much of the built-up land reached the older map had shown, in percent, whole and by class."""
    late = _not_before("the map", flood_map.date, event, places)
    if late:
        return (late,)
    reached = event.by_place[0]
    whole = urban_area(land_cover, reached, places.crs)

    def hits(shape: Any) -> tuple[float, float]:
        """Return built-up land on the map and reached, and all that was reached."""
        return urban_area(land_cover, shapely.intersection(shape, reached), places.crs), whole

    return _by_class(flood_map, places, event, hits)


@indicator(version="1")
def flood_map_false_alarms(
    event: Event, flood_map: HazardMap, land_cover: Grid, *, places: Places
) -> tuple[Result, ...]:
    """Return how much built-up land on the older map the event did not reach, in percent, whole and by class."""
    late = _not_before("the map", flood_map.date, event, places)
    if late:
        return (late,)

    def alarms(shape: Any) -> tuple[float, float]:
        """Return built-up land on the map but not reached, and all on the map."""
        outside = shapely.difference(shape, event.by_place[0])
        return urban_area(land_cover, outside, places.crs), urban_area(land_cover, shape, places.crs)

    return _by_class(flood_map, places, event, alarms)


@indicator(version="1")
def flood_people_on_map(
    event: Event,
    flood_map: HazardMap,
    people_in_event: PeopleInside,
    population_grid: Grid,
    *,
    places: Places,
) -> tuple[Result, ...]:
    """Return how many of the people inside the outline the older map had shown, in percent."""
    late = _not_before("the map", flood_map.date, event, places)
    if late:
        return (late,)

    def shown(shape: Any) -> tuple[float, float]:
        """Return people on the map and inside the outline, and all inside it."""
        both = alone(shapely.intersection(shape, event.by_place[0]))
        return float(zonal_sum(population_grid, both, places.crs)[0]), float(people_in_event.persons[0])

    return _by_class(flood_map, places, event, shown)


def _by_class(
    flood_map: HazardMap, places: Places, event: Event, count: Callable[[Any], tuple[float, float]]
) -> tuple[Result, ...]:
    """Count over all classes together for the headline, then over each class."""
    shapes = [({}, flood_map.whole), *(({"class": name}, shape) for name, shape in flood_map.classes.items())]
    step = 30.0  # metres: the usual cell of the models behind such maps (assumed)
    results = []
    for dimensions, shape in shapes:
        part, whole = count(shape)
        value = places.only_city(float(percent(part, whole)))
        causes = [unknown(NOT_A_FORECAST)]
        if not dimensions:
            moved = [percent(*count(shapely.buffer(shape, d))) for d in (-step, step)]
            low, high = sorted(float(m) for m in moved)
            causes = [Cause("the outline of the map moved by 30 m (assumed)", SENSITIVITY, low, high)]
        results.append(
            Result(
                value,
                numerator=places.only_city(part),
                denominator=places.only_city(whole),
                causes=tuple(causes),
                status=MODELLED,
                period=event.date,
                dimensions=dimensions,
                notes=(f"map of {flood_map.date}", NOT_A_FORECAST),
            )
        )
    return tuple(results)


@indicator(version="1")
def flood_risk_sector_hits(
    event: Event,
    risk_sectors: Layer,
    people_in_event: PeopleInside,
    population_grid: Grid,
    *,
    places: Places,
) -> Result:
    """Return how many of the people inside the outline lived in sectors surveyed before it, in percent."""
    surveyed = _surveyed_before(risk_sectors, event)
    if not surveyed.any():
        return nothing(
            places, "no sector was surveyed before the event", "Load surveys dated before the event"
        )
    shape = merged(risk_sectors.take(surveyed), places.crs)
    both = alone(shapely.intersection(shape, event.by_place[0]))
    value = percent(zonal_sum(population_grid, both, places.crs)[0], people_in_event.persons[0])
    note = f"{int(surveyed.sum())} of {len(risk_sectors)} sectors were surveyed before the event"
    causes = (unknown("sectors cover built-up areas that were visited, not the whole city"),)
    return Result(
        places.only_city(float(value)), causes=causes, status=MODELLED, period=event.date, notes=(note,)
    )


def _surveyed_before(risk_sectors: Layer, event: Event) -> np.ndarray:
    dates = risk_sectors.fields.get("survey_date")
    if dates is None:
        return np.full(len(risk_sectors), before(risk_sectors.date, event.date))
    return np.array([before(str(d)[:10], event.date) for d in dates])


@indicator(version="1")
def flood_in_listed_neighbourhoods(
    event: Event, people_in_event: PeopleInside, plan_lists: Table, *, places: Places, list_name: str
) -> tuple[Result, ...]:
    """
    Return the share of people inside the outline who live in neighbourhoods on each of a plan's lists, in percent.

    A list dated after the event tests no forecast: it is what the plan says of the neighbourhoods, and is said so.
    """
    names = np.array([plain(p.name) for p in places.items[1:]])
    if not (names != "").any():
        return (nothing(places, "the neighbourhoods have no names to compare with the list"),)
    persons = people_in_event.persons[1:]
    results = []
    for column in (list_name, *(c for c in plan_lists.columns if c != list_name)):
        listed = [plain(v) for v in plan_lists.columns.get(column, ()) if plain(v)]
        if not listed:
            continue
        results.append(
            _listed(column, listed, names, persons, plan_lists, people_in_event, event, places, list_name)
        )
    if any(not result.dimensions for result in results):
        return tuple(results)
    return nothing(places, f"the plan has no list called {list_name}"), *results


def _listed(
    column: str,
    listed: list[str],
    names: np.ndarray,
    persons: np.ndarray,
    plan_lists: Table,
    inside: PeopleInside,
    event: Event,
    places: Places,
    list_name: str,
) -> Result:
    on_list = np.isin(names, listed)
    unmatched = sorted(set(listed) - set(names))
    value = places.only_city(float(percent(persons[on_list].sum(), inside.persons[0])))
    when = "before" if before(plan_lists.date, event.date) else "after (it is no forecast)"
    notes = [f"the list is dated {plan_lists.date}, {when} the event of {event.date}"]
    if unmatched:
        notes.append(f"{len(unmatched)} names of the list match no neighbourhood: {', '.join(unmatched)}")
    causes = (unknown("people by raster, in neighbourhoods matched by name without accents and case"),)
    return Result(
        value,
        causes=causes,
        status=MODELLED,
        period=event.date,
        dimensions={} if column == list_name else {"list": column.replace("_", " ")},
        notes=tuple(notes),
    )


@indicator(version="1")
def susceptible_area(flood_map: HazardMap, *, places: Places) -> tuple[Result, ...]:
    """Measure the susceptibility map inside the boundary, in km², whole and by class; overlaps count once."""
    return _areas(flood_map, places)


@indicator(version="1")
def landslide_susceptible_area(landslide_map: HazardMap, *, places: Places) -> tuple[Result, ...]:
    """Measure the landslide map inside the boundary, in km²: the highest class, and each class."""
    return _areas(landslide_map, places, headline="highest")


def _areas(hazard_map: HazardMap, places: Places, headline: str = "whole") -> tuple[Result, ...]:
    if not hazard_map.classes:
        return (nothing(places, "the map shows nothing inside the city: not mapped is not none"),)
    first = next(iter(hazard_map.classes.values())) if headline == "highest" else hazard_map.whole
    shapes = [({}, first), *(({"class": name}, shape) for name, shape in hazard_map.classes.items())]
    results = []
    for dimensions, shape in shapes:
        value = places.only_city(float(square_kilometres(alone(shape), places.crs)[0]))
        results.append(
            Result(value, causes=(unknown(NOT_A_FORECAST),), status=MODELLED, dimensions=dimensions)
        )
    return tuple(results)


@indicator(version="1")
def risk_sector_population(risk_sectors: Layer, population_grid: Grid, *, places: Places) -> Result:
    """Count the people of the raster inside surveyed sectors; the survey's own count is another source."""
    shape = alone(shapely.intersection(merged(risk_sectors, places.crs), places.city))
    persons = float(zonal_sum(population_grid, shape, places.crs)[0])
    causes = [unknown("sectors are smaller than the cells of the raster")]
    if "people" in risk_sectors.fields:
        counted = float(np.nansum(np.asarray(risk_sectors.fields["people"], dtype=float)))
        causes.append(Cause(_survey_note(risk_sectors, counted), "sources", counted, counted))
    return Result(places.only_city(persons), causes=tuple(causes), status=MODELLED)


def _survey_note(risk_sectors: Layer, counted: float) -> str:
    text = f"the survey's own count of {counted:,.0f} people"
    if "buildings" not in risk_sectors.fields:
        return text
    people = np.asarray(risk_sectors.fields["people"], dtype=float)
    buildings = np.asarray(risk_sectors.fields["buildings"], dtype=float)
    usable = (buildings > 0) & np.isfinite(people)
    per_building = np.round(people[usable] / buildings[usable], 2)
    if len(per_building) and (per_building == np.median(per_building)).mean() > 0.9:
        return (
            f"{text}, which is {np.median(per_building):g} × buildings in nearly all sectors: an assumption"
        )
    return text


@indicator(version="1")
def risk_sectors_count(risk_sectors: Layer, *, places: Places) -> tuple[Result, ...]:
    """Count surveyed sectors, whole and by grade."""
    whole = places.only_city(float(len(risk_sectors)))
    results = [Result(whole, causes=(enumerated(whole),))]
    grades = lists(risk_sectors, "grade")
    for grade in dict.fromkeys(grades[grades != ""]):
        value = places.only_city(float((grades == grade).sum()))
        results.append(Result(value, causes=(enumerated(value),), dimensions={"grade": str(grade)}))
    return tuple(results)
