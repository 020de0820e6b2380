"""Built environment: streets, open space, built-up land, informal settlements."""

from __future__ import annotations

import numpy as np
import shapely

from almena.geo.network import WalkNetwork, open_space_entries
from almena.geo.points import count_in
from almena.geo.polygons import clip
from almena.measure.access import access_results
from almena.measure.basic_infrastructure import published_share
from almena.measure.common import (
    NOT_ALL_MAPPED,
    covered_by,
    in_metres,
    passed_by,
    percent,
    place_sizes,
    ratio,
    seen,
    square_kilometres,
    unknown,
)
from almena.measure.derived_events import merged
from almena.measure.derived_facilities import OpenSpaces
from almena.measure.derived_people import Walkers
from almena.measure.derived_streets import Junctions
from almena.measure.derived_walk import Walk
from almena.measure.population import Population
from almena.measure.registry import indicator
from almena.model.data import Layer, Table
from almena.model.observation import Result, enumerated
from almena.model.place import Places

SQUARE_METRES_PER_HECTARE = 10_000.0


@indicator(version="1")
def intersection_density(
    junctions: Junctions, walk_network: WalkNetwork, walkers: Walkers | None = None, *, places: Places
) -> Result:
    """Count junctions in the covered area per km² of it."""
    covered, size = covered_by(walk_network, places)
    count = count_in(junctions.xy, covered)
    if walkers is not None:
        coverage = np.nan_to_num(walkers.coverage)
    else:
        coverage = np.nan_to_num(ratio(size, place_sizes(places)))
    value = np.where(size > 0.01, ratio(count, size), np.nan)
    causes = (unknown("streets may be missing from the map or drawn twice"),)
    return Result(
        value, numerator=count, denominator=size, coverage=coverage, causes=causes, period=junctions.date
    )


@indicator(version="1")
def open_space_access(
    public_open_spaces: OpenSpaces,
    walk: Walk,
    *,
    places: Places,
    distance: float,
    smallest_hectares: float = 0.0,
) -> tuple[Result, ...]:
    """Return the share of people within a walk of a public open space, entered within 30 m of the network."""
    large = public_open_spaces.area >= smallest_hectares * SQUARE_METRES_PER_HECTARE
    entries, _ = open_space_entries(walk.network, public_open_spaces.geometry[large])
    slack = walk.to(entries, distance) - distance
    notes = (f"{int(large.sum())} open spaces", *public_open_spaces.notes)
    return access_results(walk, slack, places=places, notes=notes)


@indicator(version="2")
def open_space_per_person(
    public_open_spaces: OpenSpaces, population: Population, *, places: Places
) -> Result:
    """Divide the area of public open space inside the boundary by the best count of people, in m²."""
    flat = public_open_spaces.geometry[shapely.get_dimensions(public_open_spaces.geometry) == 2]
    inside = clip(flat, places.city)
    size = 1e6 * float(square_kilometres(inside, places.crs).sum())
    notes = (population.said, *public_open_spaces.notes)
    value = places.only_city(size / population.city)
    return Result(value, causes=(unknown(NOT_ALL_MAPPED),), notes=notes)


@indicator(version="1")
def open_space_share(public_open_spaces: OpenSpaces, *, places: Places) -> Result:
    """Return public open space as a share of each place, in percent."""
    flat = public_open_spaces.geometry[shapely.get_dimensions(public_open_spaces.geometry) == 2]
    whole = place_sizes(places)
    size = square_kilometres(clip(places.geometry, shapely.union_all(flat)), places.crs)
    value = np.where(size > 0, percent(size, whole), np.nan)  # not mapped is not none
    return Result(
        value,
        numerator=size,
        denominator=whole,
        causes=(unknown(NOT_ALL_MAPPED),),
        notes=public_open_spaces.notes,
    )


@indicator(version="1")
def street_feature(census_streets: Table, *, places: Places, feature: str) -> Result:
    """Take over the published share of residents whose street has a feature."""
    return published_share(census_streets, feature, places)


@indicator(version="1")
def informal_settlement_area(informal_settlements: Layer, *, places: Places) -> Result:
    """Measure the area of informal settlements in each place, in km²; overlaps count once."""
    shape = merged(informal_settlements, places.crs)
    value = square_kilometres(clip(places.geometry, shape), places.crs)
    return Result(value, causes=(unknown("outlines follow census tracts, not walls and fences"),))


@indicator(version="1")
def informal_settlements_count(informal_settlements: Layer, *, places: Places) -> Result:
    """Count the settlements that the source draws."""
    value = places.only_city(float(len(informal_settlements)))
    return Result(value, causes=(enumerated(value),), notes=("smaller settlements are not in such sources",))


@indicator(version="2")
def vacant_sites(vacant_land: Layer, *, places: Places) -> Result:
    """Count the sites on the map inside the boundary; at least."""
    value = seen(vacant_land, count_in(in_metres(vacant_land, places), places.geometry))
    value[places.parts] = np.nan
    notes = ("at least: " + NOT_ALL_MAPPED,)
    return Result(value, causes=(passed_by(value),), completeness=np.nan, notes=notes)
