"""How urban the city is by the worldwide definition: people in its urban centre, urban clusters and rural cells."""

from __future__ import annotations

import numpy as np

from almena.geo.urbanisation import CENTRE, NAMES, Classes, Squares, degree_of_urbanisation, square_kilometres
from almena.measure.common import percent
from almena.measure.derived_people import People
from almena.measure.population import Population
from almena.measure.registry import indicator
from almena.model.data import Grid
from almena.model.observation import MODELLED, SENSITIVITY, Cause, Result
from almena.model.place import Places

LAND = "all of a square counts as land (assumed): squares at a shore look less dense than they are"


@indicator(version="2")
def urban_centre_share(
    people: People, population_grid: Grid, population: Population | None = None, *, places: Places
) -> tuple[Result, ...]:
    """Return the share of people who live in an urban centre by the degree of urbanisation, and the other classes."""
    squares = square_kilometres(population_grid, people.cell, places.city, places.crs)
    factor = population.city / people.sum()[0] if population is not None and people.sum()[0] > 0 else 1.0
    usual, scaled = (degree_of_urbanisation(squares.people * f) for f in (1.0, factor))
    raised = np.where(squares.cut, CENTRE, usual).astype(np.int8)
    results = [_share(people, squares, (usual, scaled, raised), CENTRE, {})]
    for number, name in enumerate(NAMES):
        if number != CENTRE:
            lowered = np.where(squares.cut & (usual != number), -1, usual).astype(np.int8)
            results.append(_share(people, squares, (usual, scaled, lowered), number, {"class": name}))
    return tuple(results)


def _share(
    people: People,
    squares: Squares,
    classes: tuple[Classes, Classes, Classes],
    number: int,
    dimensions: dict[str, str],
) -> Result:
    whole = people.sum()
    usual, scaled, at_edge = (percent(people.sum(squares.of_cells(c == number)), whole) for c in classes)
    ends = np.minimum(usual, at_edge), np.maximum(usual, at_edge)
    causes = (
        Cause("the raster brought to the best count of people first", SENSITIVITY, scaled, scaled),
        Cause("squares cut by the edge of the raster belong to an urban centre", SENSITIVITY, *ends),
    )
    notes = ("squares of one square kilometre in an equal-area projection; the raster as it is", LAND)
    return Result(
        usual, denominator=whole, causes=causes, status=MODELLED, dimensions=dimensions, notes=notes
    )
