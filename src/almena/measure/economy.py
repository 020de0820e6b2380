"""Economy: what open files say about work."""

from __future__ import annotations

import numpy as np

from almena.geo.crs import Coordinates, reproject_xy
from almena.geo.network import snap
from almena.geo.reach import weight_within
from almena.measure.access import groups_of
from almena.measure.common import by_place, ratio, unknown
from almena.measure.derived_people import Floats
from almena.measure.derived_walk import Walk
from almena.measure.population import Population
from almena.measure.registry import indicator
from almena.model.data import Table
from almena.model.observation import MODELLED, SENSITIVITY, Cause, Result, Values, nothing
from almena.model.place import Places

ANYWHERE = "people and jobs lie anywhere in their cells"


@indicator(version="2")
def jobs_mapped(services_grid: Table, population: Population | None = None, *, places: Places) -> Result:
    """Sum the jobs of the cells whose centre lies in the city; at least, where cells cover only part of it."""
    columns = services_grid.columns
    xy, jobs = _jobs(services_grid, places)
    value = by_place(xy, places, jobs)
    value[places.parts] = np.nan
    coverage: float = 1.0
    notes: tuple[str, ...] = ("cells are counted by their centre",)
    if population is not None and "population" in columns:
        people = by_place(xy, places, np.nan_to_num(np.asarray(columns["population"], dtype=float)))[0]
        coverage = min(1.0, people / population.city)
        notes = (
            *notes,
            f"the cells hold {people:,.0f} people: at least, the rest of the city is not in the file",
            population.said,
        )
    cause = Cause("jobs outside the cells are not known", "expert", value, value / max(coverage, 0.01))
    return Result(value, coverage=coverage, causes=(cause,), status=MODELLED, notes=notes)


def _jobs(services_grid: Table, places: Places) -> tuple[Coordinates, Values]:
    """Return the middle of each cell in metres, and the jobs in it."""
    columns = services_grid.columns
    lonlat = np.stack([columns["x"], columns["y"]], axis=1).astype(float)
    return reproject_xy(lonlat, "EPSG:4326", places.crs), np.nan_to_num(
        np.asarray(columns["jobs"], dtype=float)
    )


@indicator(version="1")
def jobs_in_reach(
    services_grid: Table, walk: Walk, *, places: Places, minutes: float, speed: float
) -> tuple[Result, ...]:
    """
    Return the jobs that a person reaches on foot in some minutes, mean over the people of the covered area.

    Informal settlements and the rest of the city stand beside the headline.

    Jobs stand at the middle of their cell, people at the middle of theirs; the speed is in km per hour.
    """
    distance = 1000 * speed * minutes / 60
    xy, jobs = _jobs(services_grid, places)
    if not jobs.any():
        return (nothing(places, "the cells hold no jobs"),)
    at, walkers = snap(walk.network, xy), walk.walkers
    reach = weight_within(
        walk.network, at, jobs, walkers.start, (distance, distance - walk.cell, distance + walk.cell)
    )
    usual, near, far = (ratio(walkers.sum(jobs_near), walkers.sum()) for jobs_near in reach)
    lost = float(jobs[~at.found].sum())
    notes = (
        f"{minutes:g} minutes at {speed:g} km per hour (assumed) are {distance:,.0f} m along the network",
        f"{lost:,.0f} of {jobs.sum():,.0f} jobs lie farther than 200 m from any mapped street and count for nobody",
        "at least: jobs outside the cells given are not known",
    )
    headline = Result(
        usual,
        coverage=np.nan_to_num(walkers.coverage),
        causes=(
            Cause(ANYWHERE, SENSITIVITY, near, far),
            unknown("jobs outside the cells given are not known"),
        ),
        status=MODELLED,
        notes=notes,
    )
    return headline, *(
        _jobs_of_group(places, name, persons, everyone, reach) for name, persons, everyone in groups_of(walk)
    )


def _jobs_of_group(places: Places, name: str, persons: Floats, everyone: float, reach: Floats) -> Result:
    usual, near, far = (places.only_city(float(ratio(jobs @ persons, persons.sum()))) for jobs in reach)
    return Result(
        usual,
        coverage=float(persons.sum()) / everyone if everyone > 0 else 0.0,
        causes=(
            Cause(ANYWHERE, SENSITIVITY, near, far),
            unknown("jobs outside the cells given are not known"),
        ),
        status=MODELLED,
        dimensions={"group": name},
    )
