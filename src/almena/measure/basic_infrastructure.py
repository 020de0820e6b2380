"""Basic infrastructure: water, waste, power."""

from __future__ import annotations

import numpy as np
import shapely

from almena.geo.crs import reproject
from almena.geo.lines import length_inside
from almena.geo.points import count_in, positions
from almena.measure.common import NOT_ALL_MAPPED, cells_of, lists, plain, row_of, seen, unknown
from almena.measure.registry import indicator
from almena.model.data import Layer, Table
from almena.model.observation import REPORTED, SENSITIVITY, Cause, Result, enumerated
from almena.model.place import Places


@indicator(version="1")
def dwelling_service(census_dwellings: Table, *, places: Places, feature: str) -> Result:
    """Take over the published share of dwellings with a service; its counterpart widens the range."""
    return published_share(census_dwellings, feature, places)


def published_share(table: Table, feature: str, places: Places) -> Result:
    """
    Take over a published share, checked against the published share without the feature.

    Parameters
    ----------
    table : Table
        Columns feature, share and, if published, share_without, in percent.
    feature : str
        Canonical word of the row.
    places : Places
        The value is the city's.
    """
    row = row_of(table, "feature", feature)
    share = float(table.columns["share"][row])
    values = places.only_city(share)
    causes = [enumerated(values)]
    without = table.columns.get("share_without")
    if (
        without is not None
        and np.isfinite(float(without[row]))
        and abs(share + float(without[row]) - 100) > 0.05
    ):
        other = 100 - float(without[row])
        causes = [
            Cause("the published shares with and without do not add up to 100", SENSITIVITY, other, other)
        ]
    where = {table.role: cells_of(table, ("feature", "share"), row)}
    return Result(values, causes=tuple(causes), status=REPORTED, locators=where)


@indicator(version="2")
def substations(power_lines: Layer, *, places: Places) -> Result:
    """Count substations inside the boundary; lines are told apart by type and shape."""
    geometry = reproject(power_lines.geometry, power_lines.crs, places.crs)
    kind = np.array([plain(t) for t in lists(power_lines, "type")])
    station = (np.char.find(kind, "substation") >= 0) | (
        (kind == "") & (shapely.get_dimensions(geometry) != 1)
    )
    value = seen(power_lines, count_in(positions(geometry[station]), places.geometry))
    return Result(value, causes=(unknown(NOT_ALL_MAPPED),))


@indicator(version="2")
def transmission_lines(power_lines: Layer, *, places: Places) -> Result:
    """Measure high-voltage lines inside each place, in km."""
    geometry = reproject(power_lines.geometry, power_lines.crs, places.crs)
    lines = geometry[shapely.get_dimensions(geometry) == 1]
    value = seen(power_lines, length_inside(lines, places.geometry) / 1000)
    return Result(value, causes=(unknown(NOT_ALL_MAPPED),))
