"""City ID: how large the city is, who lives there, and how that changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from almena.geo.crs import geodesic_area
from almena.geo.points import count_in
from almena.geo.zonal import cell_centre_sum
from almena.measure.ages import OLDEST, median_of_groups, persons_between
from almena.measure.common import (
    SQUARE_METRES,
    all_there,
    cells_of,
    everyone,
    latest_census,
    passed_by,
    percent,
    place_sizes,
    ratio,
    row_of,
    seen,
    unknown,
)
from almena.measure.derived_events import PeopleInside, alone, merged
from almena.measure.derived_people import People
from almena.measure.derived_points import PlacedPoints
from almena.measure.population import CENSUS, Population
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
)
from almena.model.place import Places
from almena.model.problem import AlmenaError

WITHIN_GROUP = "people of an age group have any age of it; they are taken as spread evenly"


@indicator(version="2")
def area(boundary: Layer, census_territory: Table | None = None, *, places: Places) -> Result:
    """
    Measure the boundary on the ellipsoid, in km².

    Other outlines of the same city, the published area, and lines that close an outline where its source is cut off
    widen the range.
    """
    value = geodesic_area(merged(boundary, boundary.crs), boundary.crs) / SQUARE_METRES
    causes = _straight(boundary, value)
    for other in boundary.alternatives:
        found = geodesic_area(merged(other, other.crs), other.crs) / SQUARE_METRES
        causes.append(Cause(f"another outline of the city ({_file(other)})", SOURCES, found, found))
    if census_territory is not None:
        latest = int(np.argmax(np.asarray(census_territory.columns["year"], dtype=float)))
        published = float(census_territory.columns["area"][latest])
        causes.append(Cause("area published with the census", SOURCES, published, published))
    values = places.only_city(value)
    return Result(values, causes=tuple(causes) or (enumerated(values),))


def _straight(boundary: Layer, value: float) -> list[Cause]:
    """Return how far the area may be wrong where the outline was closed with straight lines."""
    doubt = float(np.nansum(np.asarray(boundary.fields.get("doubtful_area", []), dtype=float)))
    name = "the source cuts the outline off: straight lines close it, half discs on them are in doubt"
    return [Cause(name, SENSITIVITY, value - doubt, value + doubt)] if doubt else []


def _file(layer: Layer) -> str:
    return layer.sources[0].file if layer.sources else layer.role


@indicator(version="1")
def population_census(census_table: Table, *, places: Places) -> tuple[Result, ...]:
    """Take over the latest census count, with earlier ones as further observations."""
    year, persons, row = latest_census(census_table)
    results = [_census_result(census_table, places, year, persons, row, {})]
    for other, (y, count) in enumerate(
        zip(census_table.columns["year"], census_table.columns["population"], strict=True)
    ):
        if other != row and np.isfinite([float(y), float(count)]).all():
            earlier = {"census": str(int(y))}
            results.append(_census_result(census_table, places, int(y), float(count), other, earlier))
    return tuple(results)


def _census_result(
    table: Table, places: Places, year: int, persons: float, row: int, dimensions: dict[str, str]
) -> Result:
    values = places.only_city(persons)
    locators = {table.role: cells_of(table, ("year", "population"), row)}
    return Result(
        values,
        causes=(enumerated(values),),
        status=REPORTED,
        period=str(year),
        dimensions=dimensions,
        locators=locators,
    )


@indicator(version="1")
def population_raster(
    people: People, population_grid: Grid, census_table: Table | None = None, *, places: Places
) -> Result:
    """Sum the raster inside each place, unscaled, each cell by the fraction inside."""
    value = people.sum()
    centres = cell_centre_sum(population_grid, places.geometry, places.crs)
    causes = [Cause("cells counted by their centre instead of their share", SENSITIVITY, centres, centres)]
    notes: tuple[str, ...] = ()
    if census_table is not None:
        year, persons, _ = latest_census(census_table)
        scaled = value * ratio(persons, value[0])
        causes.append(Cause(f"scaled to the census of {year}", SOURCES, scaled, scaled))
        more = 100 * (float(value[0]) / persons - 1)
        notes = (f"the raster holds {more:+.1f} % people against the census of {year}",)
    return Result(value, causes=tuple(causes), status=MODELLED, period=population_grid.date, notes=notes)


@indicator(version="1")
def population_tagged(tagged_population: Table, *, places: Places) -> Result:
    """Take over the number of people that the outline of the city carries on the map."""
    value = places.only_city(float(tagged_population.columns["persons"][0]))
    causes = (unknown("anybody may write on the map; the source of the number is not given"),)
    notes = ("a number written on the map, not a count made here",)
    return Result(value, causes=causes, status=REPORTED, period=tagged_population.date, notes=notes)


@indicator(version="2")
def population_density(
    boundary: Layer, population: Population, people: People | None = None, *, places: Places
) -> tuple[Result, ...]:
    """Divide the best dated count of the city, and of its parts, by the area."""
    size = place_sizes(places)
    size[0] = geodesic_area(merged(boundary, boundary.crs), boundary.crs) / SQUARE_METRES
    if population.best.source == CENSUS:
        values = places.only_city(population.city / size[0])
        period, used = population.best.period, ("population", "boundary")
        city = Result(
            values, causes=(enumerated(values),), period=period, notes=(population.said,), used=used
        )
        parts = _density_of_parts(population, people, size)
        return (city,) if parts is None else (city, parts)
    value = ratio(population.persons, size)
    notes = (population.said,)
    return (Result(value, status=MODELLED, period=population.best.period, notes=notes),)


def _density_of_parts(population: Population, people: People | None, size: np.ndarray) -> Result | None:
    if people is None:
        return None
    value = ratio(population.persons, size)
    value[0] = np.nan
    unscaled = ratio(people.sum(), size)
    causes = (Cause("the raster as it is, not scaled to the census", SOURCES, unscaled, unscaled),)
    notes = (population.said_of_parts,)
    return Result(value, causes=causes, status=MODELLED, period=population.best.period, notes=notes)


@indicator(version="1")
def population_growth(census_table: Table, *, places: Places) -> Result:
    """Return the compound yearly change between the two latest censuses, in percent."""
    return _growth(census_table, places, first=-2)


@indicator(version="1")
def population_growth_long(census_table: Table, *, places: Places) -> Result:
    """Return the compound yearly change between the first and the latest census given, in percent."""
    return _growth(census_table, places, first=0)


def _growth(census_table: Table, places: Places, *, first: int) -> Result:
    years = np.asarray(census_table.columns["year"], dtype=float)
    persons = np.asarray(census_table.columns["population"], dtype=float)
    order = np.argsort(years)
    order = order[np.isfinite(years[order]) & (np.nan_to_num(persons[order]) > 0)]
    if len(order) < 2:
        raise AlmenaError.of("Growth needs two censuses", census_table.role, f"{len(order)} given")
    start, end = order[first], order[-1]
    rate = 100 * ((persons[end] / persons[start]) ** (1 / (years[end] - years[start])) - 1)
    values = places.only_city(float(rate))
    locators = {
        "census_table": "; ".join(cells_of(census_table, ("population",), int(i)) for i in (start, end))
    }
    period = f"{int(years[start])}/{int(years[end])}"
    return Result(values, causes=(enumerated(values),), period=period, locators=locators)


@indicator(version="1")
def age_share(census_age_sex: Table, *, places: Places, from_age: float, to_age: float) -> tuple[Result, ...]:
    """Return the share of an age group in all people, and among women and men apart."""
    part = persons_between(census_age_sex, int(from_age), int(to_age))
    whole = persons_between(census_age_sex, 0, OLDEST)
    return _by_sex(places, part, whole)


def _part(places: Places, part: float, whole: float, dimensions: dict[str, str] | None = None) -> Result:
    values = places.only_city(float(percent(part, whole)))
    return Result(
        values,
        numerator=places.only_city(part),
        denominator=places.only_city(whole),
        causes=(enumerated(values),),
        dimensions=dimensions or {},
    )


@indicator(version="2")
def dependency_ratio(census_age_sex: Table, *, places: Places) -> tuple[Result, ...]:
    """Return children and older people per 100 people of 15 to 64 years, and among women and men apart."""
    young, old = (persons_between(census_age_sex, *ages) for ages in ((0, 14), (65, OLDEST)))
    dependent = (young[0] + old[0], young[1] + old[1])
    return _by_sex(places, dependent, persons_between(census_age_sex, 15, 64))


@indicator(version="2")
def ageing_index(census_age_sex: Table, *, places: Places) -> tuple[Result, ...]:
    """Return people of 65 years and more per 100 children under 15, and among women and men apart."""
    old = persons_between(census_age_sex, 65, OLDEST)
    return _by_sex(places, old, persons_between(census_age_sex, 0, 14))


def _by_sex(places: Places, part: tuple[float, float], whole: tuple[float, float]) -> tuple[Result, ...]:
    """Return a part per 100 of a whole for all people, then for women and men."""
    return (
        _part(places, sum(part), sum(whole)),
        _part(places, part[0], whole[0], {"sex": "women"}),
        _part(places, part[1], whole[1], {"sex": "men"}),
    )


@indicator(version="1")
def median_age(census_age_sex: Table, *, places: Places) -> tuple[Result, ...]:
    """Return the age that half of the people have not reached, for all, and for women and men apart."""
    results = []
    for columns, dimensions in (
        (("women", "men"), {}),
        (("women",), {"sex": "women"}),
        (("men",), {"sex": "men"}),
    ):
        middle, low, high = median_of_groups(census_age_sex, columns)
        value = places.only_city(middle)
        cause = Cause(WITHIN_GROUP, SENSITIVITY, places.only_city(low), places.only_city(high))
        results.append(Result(value, causes=(cause,), dimensions=dimensions))
    return tuple(results)


@indicator(version="2")
def women_share(
    census_sex: Table, census_age_sex: Table | None = None, *, places: Places
) -> tuple[Result, ...]:
    """Return the share of women, and their share among children, people of 15 to 64 and older people."""
    headline = _share_of_row(census_sex, "sex", "women", places)
    if census_age_sex is None:
        return (headline,)
    headline = replace(headline, used=("census_sex",))
    results = [headline]
    for name, ages in (("under 15", (0, 14)), ("15 to 64", (15, 64)), ("65 and more", (65, OLDEST))):
        women, men = persons_between(census_age_sex, *ages)
        results.append(replace(_part(places, women, women + men, {"age": name}), used=("census_age_sex",)))
    return tuple(results)


@indicator(version="1")
def urban_share(census_urban_rural: Table, *, places: Places) -> Result:
    """Return the share of people in urban areas."""
    return _share_of_row(census_urban_rural, "group", "urban", places)


def _share_of_row(table: Table, column: str, word: str, places: Places) -> Result:
    row = row_of(table, column, word)
    persons = np.asarray(table.columns["persons"], dtype=float)
    result = _part(places, float(persons[row]), everyone(table))
    where = {table.role: cells_of(table, (column, "persons"), row)}
    return Result(**{**vars(result), "locators": where})


@indicator(version="1")
def household_share(census_households: Table, *, places: Places, composition: str) -> Result:
    """Take over the published share of households of one composition."""
    row = row_of(census_households, "composition", composition)
    values = places.only_city(float(census_households.columns["share"][row]))
    where = {"census_households": cells_of(census_households, ("composition", "share"), row)}
    return Result(values, causes=(enumerated(values),), status=REPORTED, locators=where)


@indicator(version="1")
def indigenous_population(census_indigenous: Table, *, places: Places) -> Result:
    """Take over the number of indigenous people."""
    row = row_of(census_indigenous, "group", "total")
    values = places.only_city(float(census_indigenous.columns["persons"][row]))
    where = {"census_indigenous": cells_of(census_indigenous, ("persons",), row)}
    return Result(values, causes=(enumerated(values),), status=REPORTED, locators=where)


@indicator(version="1")
def minority_ethnic_share(census_ethnicity: Table, *, places: Places) -> Result:
    """Return the share of people outside the largest self-declared group."""
    persons = np.asarray(census_ethnicity.columns["persons"], dtype=float)
    return _part(places, everyone(census_ethnicity) - float(np.nanmax(persons)), everyone(census_ethnicity))


@indicator(version="3")
def address_count(
    address_points: PlacedPoints,
    informal_settlements: Layer | None = None,
    settlement_people: PeopleInside | None = None,
    people: People | None = None,
    *,
    places: Places,
) -> Result:
    """Count address points in each place; points piled on one coordinate are kept apart as a cause."""
    xy, heap = address_points.xy, address_points.piled
    value = seen(address_points, address_points.by_place(places))
    sure = address_points.by_place(places, ~heap) if heap.any() else value
    cause = Cause("address points that share one position with four or more others", SENSITIVITY, sure, value)
    causes = (cause, passed_by(value)) if address_points.at_least else (cause,)
    notes: tuple[str, ...] = ()
    if informal_settlements is not None and settlement_people is not None and people is not None:
        inside = alone(shapely.intersection(merged(informal_settlements, places.crs), places.city))
        notes = (_who_has_an_address(count_in(xy, inside)[0], value[0], settlement_people, people),)
    used = ("address_points",)
    return Result(
        value, causes=causes, piled=address_points.piled_share, completeness=all_there(address_points),
        notes=notes, used=used,
    )  # fmt: skip


def _who_has_an_address(inside: float, whole: float, settlement_people: PeopleInside, people: People) -> str:
    """Say how many people share an address point inside and outside informal settlements."""
    settled = float(settlement_people.persons[0])
    rest = (float(people.sum()[0]) - settled) / max(1.0, whole - inside)
    if inside < 1:
        return f"no address point lies in an informal settlement; elsewhere {rest:.1f} people share one"
    return (
        f"{settled / inside:.0f} people share an address point in informal settlements, {rest:.1f} elsewhere: "
        "counts of addresses say little about settlements"
    )
