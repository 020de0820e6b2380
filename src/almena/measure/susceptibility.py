"""
Where land is prone to floods and landslides on older maps: people, built-up land, schools and hospitals.

Nothing here looks at an event: what a map calls prone, and what water has reached, are kept apart.
"""

from __future__ import annotations

import numpy as np
import shapely

from almena.geo.points import count_in
from almena.geo.zonal import zonal_sum
from almena.measure.common import in_metres, percent, place_sizes, square_kilometres, unknown
from almena.measure.derived_events import alone
from almena.measure.derived_facilities import TrustedPoints, teaching_mask
from almena.measure.derived_land import urban_area
from almena.measure.derived_people import People
from almena.measure.derived_prone import FLOODS, ProneLand, SteepGround
from almena.measure.exposure_maps import NOT_A_FORECAST
from almena.measure.registry import indicator
from almena.model.data import Grid, Layer
from almena.model.observation import MODELLED, SENSITIVITY, Cause, Result, Values
from almena.model.place import Places

NO_DIKES = "dikes, walls and pumps are not on the map"
ROUGH = "heights from space are off by metres: slopes of single cells are uncertain"


def _about(prone: ProneLand) -> tuple[str, ...]:
    shown = f"prone to {prone.hazard} on the map of {prone.date}: {prone.headline}"
    return (shown, NOT_A_FORECAST, NO_DIKES) if prone.hazard == FLOODS else (shown, NOT_A_FORECAST)


@indicator(version="1")
def flood_susceptible_population(
    flood_prone: ProneLand, population_grid: Grid, *, places: Places
) -> tuple[Result, ...]:
    """Count the people of the raster on land prone to floods: all classes by place, each class for the city."""
    return _people(flood_prone, population_grid, places)


@indicator(version="2")
def landslide_susceptible_population(
    landslide_prone: ProneLand, population_grid: Grid, *, places: Places
) -> tuple[Result, ...]:
    """Count the people of the raster on land prone to landslides: the highest class by place, and each class."""
    return _people(landslide_prone, population_grid, places)


def _people(prone: ProneLand, population_grid: Grid, places: Places) -> tuple[Result, ...]:
    persons = zonal_sum(population_grid, prone.by_place, places.crs)
    notes = (*_about(prone), f"people of the raster of {population_grid.date}")
    causes = (unknown(NOT_A_FORECAST),)
    results = [Result(persons, causes=causes, status=MODELLED, notes=notes)]
    for name, shape in prone.classes.items():
        found = float(zonal_sum(population_grid, alone(shape), places.crs)[0])
        results.append(
            Result(
                places.only_city(found),
                causes=causes,
                status=MODELLED,
                dimensions={"class": name},
                notes=notes[1:],
            )
        )
    return tuple(results)


@indicator(version="1")
def flood_susceptible_population_share(
    flood_prone: ProneLand, people: People, population_grid: Grid, *, places: Places
) -> Result:
    """Return the people on land prone to floods as a share of all people of the same raster, in percent."""
    return _people_share(flood_prone, people, population_grid, places)


@indicator(version="1")
def landslide_susceptible_population_share(
    landslide_prone: ProneLand, people: People, population_grid: Grid, *, places: Places
) -> Result:
    """Return the people on land most prone to landslides as a share of all of the same raster, in percent."""
    return _people_share(landslide_prone, people, population_grid, places)


def _people_share(prone: ProneLand, people: People, population_grid: Grid, places: Places) -> Result:
    inside, everybody = zonal_sum(population_grid, prone.by_place, places.crs), people.sum()
    return Result(
        percent(inside, everybody),
        numerator=inside,
        denominator=everybody,
        causes=(unknown(NOT_A_FORECAST),),
        status=MODELLED,
        notes=_about(prone),
    )


@indicator(version="1")
def flood_susceptible_urban_area(flood_prone: ProneLand, land_cover: Grid, *, places: Places) -> Result:
    """Measure the built-up land on land prone to floods, in km²."""
    return _built_up(flood_prone, land_cover, places)


@indicator(version="1")
def landslide_susceptible_urban_area(
    landslide_prone: ProneLand, land_cover: Grid, *, places: Places
) -> Result:
    """Measure the built-up land on land most prone to landslides, in km²."""
    return _built_up(landslide_prone, land_cover, places)


def _built_up(prone: ProneLand, land_cover: Grid, places: Places) -> Result:
    built = places.only_city(urban_area(land_cover, prone.by_place[0], places.crs))
    return Result(built, causes=(unknown(NOT_A_FORECAST),), status=MODELLED, notes=_about(prone))


@indicator(version="1")
def flood_susceptible_land_share(flood_prone: ProneLand, *, places: Places) -> Result:
    """Return the land prone to floods as a share of each place, in percent."""
    return _land_share(flood_prone, places)


@indicator(version="1")
def landslide_susceptible_land_share(landslide_prone: ProneLand, *, places: Places) -> Result:
    """Return the land most prone to landslides as a share of each place, in percent."""
    return _land_share(landslide_prone, places)


def _land_share(prone: ProneLand, places: Places) -> Result:
    inside = square_kilometres(prone.by_place, places.crs)
    whole = place_sizes(places)
    return Result(
        percent(inside, whole),
        numerator=inside,
        denominator=whole,
        causes=(unknown(NOT_A_FORECAST),),
        status=MODELLED,
        notes=_about(prone),
    )


@indicator(version="1")
def flood_susceptible_schools(
    flood_prone: ProneLand, schools: Layer, trusted_schools: TrustedPoints, *, places: Places
) -> tuple[Result, ...]:
    """Count primary and secondary schools at trusted positions on land prone to floods, in the whole city."""
    return _schools(flood_prone, schools, trusted_schools, places)


@indicator(version="1")
def landslide_susceptible_schools(
    landslide_prone: ProneLand, schools: Layer, trusted_schools: TrustedPoints, *, places: Places
) -> tuple[Result, ...]:
    """Count primary and secondary schools at trusted positions on land most prone to landslides."""
    return _schools(landslide_prone, schools, trusted_schools, places)


def _schools(
    prone: ProneLand, schools: Layer, trusted_schools: TrustedPoints, places: Places
) -> tuple[Result, ...]:
    teaching = teaching_mask(schools)
    sure = trusted_schools.xy[teaching & trusted_schools.trusted]
    doubtful = trusted_schools.xy[teaching & ~trusted_schools.trusted]
    share = float((~trusted_schools.trusted[teaching]).mean()) if teaching.any() else 0.0
    return _counted(prone, sure, doubtful, share, places)


@indicator(version="1")
def flood_susceptible_hospitals(
    flood_prone: ProneLand, real_hospitals: Layer, *, places: Places
) -> tuple[Result, ...]:
    """Count hospitals (clinics not) on land prone to floods, in the whole city."""
    return _counted(flood_prone, in_metres(real_hospitals, places), np.empty((0, 2)), 0.0, places)


@indicator(version="1")
def landslide_susceptible_hospitals(
    landslide_prone: ProneLand, real_hospitals: Layer, *, places: Places
) -> tuple[Result, ...]:
    """Count hospitals (clinics not) on land most prone to landslides, in the whole city."""
    return _counted(landslide_prone, in_metres(real_hospitals, places), np.empty((0, 2)), 0.0, places)


def _counted(
    prone: ProneLand, sure: Values, doubtful: Values, piled: float, places: Places
) -> tuple[Result, ...]:
    """Count points for the city only: single schools and hospitals are never joined with a hazard by place."""
    areas = np.array([prone.by_place[0], *prone.classes.values()], dtype=object)
    found, more = count_in(sure, areas), count_in(doubtful, areas)
    dimensions: list[dict[str, str]] = [{}, *({"class": name} for name in prone.classes)]
    notes = (*_about(prone), f"{len(doubtful)} have a position that cannot be trusted")
    return tuple(
        Result(
            places.only_city(float(number)),
            causes=(
                unknown(NOT_A_FORECAST),
                Cause("positions that cannot be trusted", SENSITIVITY, number, number + extra),
            ),
            status=MODELLED,
            dimensions=split,
            piled=piled,
            notes=notes,
        )
        for split, number, extra in zip(dimensions, found, more, strict=True)
    )


@indicator(version="1")
def steep_land(steep_ground: SteepGround, *, places: Places) -> Result:
    """Measure the land that rises by more than 30 percent, in km², by place; a cell counts where its centre lies."""
    steep = count_in(steep_ground.xy, places.geometry, steep_ground.area)
    return Result(
        steep, coverage=steep_ground.known, causes=(unknown(ROUGH),), status=MODELLED, notes=(ROUGH,)
    )


@indicator(version="2")
def landslide_map_steep_share(
    landslide_prone: ProneLand, steep_ground: SteepGround, *, places: Places
) -> tuple[Result, ...]:
    """
    Return how much of the land most prone to landslides the elevation shows as steep, in percent.

    A check of the map by another source: beside the highest class stand the other classes and the land on no class.
    """
    classes = landslide_prone.classes
    mapped = shapely.union_all(list(classes.values()))  # classes may lie over each other
    shapes = np.array([places.city, mapped, *classes.values()], dtype=object)
    steep = count_in(steep_ground.xy, shapes, steep_ground.area)
    whole = square_kilometres(shapes, places.crs)
    rest = percent(max(0.0, steep[0] - steep[1]), whole[0] - whole[1])
    shares = [min(100.0, float(s)) for s in percent(steep[2:], whole[2:])]
    named = [({}, shares[0]), *(({"class": n}, s) for n, s in zip(classes, shares, strict=True))]
    named.append(({"class": "on no class"}, float(rest)))
    return tuple(
        Result(
            places.only_city(share),
            causes=(unknown(ROUGH),),
            coverage=steep_ground.known,
            status=MODELLED,
            dimensions=dimensions,
            notes=(*_about(landslide_prone), ROUGH) if not dimensions else (),
        )
        for dimensions, share in named
    )
