"""Economy: what open files say about work."""

from __future__ import annotations

import numpy as np

from almena.geo.crs import reproject_xy
from almena.measure.common import by_place, latest_census
from almena.measure.registry import indicator
from almena.model.data import Table
from almena.model.observation import MODELLED, Cause, Result
from almena.model.place import Places


@indicator(version="1")
def jobs_mapped(services_grid: Table, census_table: Table | None = None, *, places: Places) -> Result:
    """Sum the jobs of the cells whose centre lies in the city; at least, where cells cover only part of it."""
    columns = services_grid.columns
    lonlat = np.stack([columns["x"], columns["y"]], axis=1).astype(float)
    xy = reproject_xy(lonlat, "EPSG:4326", places.crs)
    jobs = np.nan_to_num(np.asarray(columns["jobs"], dtype=float))
    value = by_place(xy, places, jobs)
    value[places.parts] = np.nan
    coverage: float = 1.0
    notes: tuple[str, ...] = ("cells are counted by their centre",)
    if census_table is not None and "population" in columns:
        people = by_place(xy, places, np.nan_to_num(np.asarray(columns["population"], dtype=float)))[0]
        coverage = min(1.0, people / latest_census(census_table)[1])
        notes = (
            *notes,
            f"the cells hold {people:,.0f} people: at least, the rest of the city is not in the file",
        )
    cause = Cause("jobs outside the cells are not known", "expert", value, value / max(coverage, 0.01))
    return Result(value, coverage=coverage, causes=(cause,), status=MODELLED, notes=notes)
