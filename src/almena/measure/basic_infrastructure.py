"""Basic infrastructure: water, waste, power."""

from __future__ import annotations

import numpy as np
import shapely

from almena.geo.crs import reproject
from almena.geo.lines import length_inside
from almena.geo.points import count_in, positions
from almena.measure.common import NOT_ALL_MAPPED, at_least, cells_of, lists, plain, row_of, seen, unknown
from almena.measure.registry import indicator
from almena.model.data import Layer, Table
from almena.model.observation import REPORTED, SENSITIVITY, Cause, Result, enumerated
from almena.model.place import Places

CIRCUITS = "two circuits on one row of towers count twice where the source draws them twice"
LARGEST_KILOVOLTS = 1500.0  # no line in service has more (IEC 60038 ends at 1,200 kV for alternating current)


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


@indicator(version="3")
def substations(power_lines: Layer, *, places: Places) -> Result:
    """Count substations inside the boundary; lines are told apart by type and shape."""
    geometry = reproject(power_lines.geometry, power_lines.crs, places.crs)
    kind = np.array([plain(t) for t in lists(power_lines, "type")])
    station = (np.char.find(kind, "substation") >= 0) | (
        (kind == "") & (shapely.get_dimensions(geometry) != 1)
    )
    value = seen(power_lines, count_in(positions(geometry[station]), places.geometry))
    return Result(value, causes=(at_least(value),), completeness=np.nan)


@indicator(version="2")
def transmission_lines(power_lines: Layer, *, places: Places) -> tuple[Result, ...]:
    """Measure high-voltage lines inside each place, in km; for the city by voltage, as the source states it."""
    geometry = reproject(power_lines.geometry, power_lines.crs, places.crs)
    is_line = shapely.get_dimensions(geometry) == 1
    value = seen(power_lines, length_inside(geometry[is_line], places.geometry) / 1000)
    results = [Result(value, causes=(unknown(NOT_ALL_MAPPED),), notes=(CIRCUITS,))]
    voltages = np.array([_kilovolts(text) for text in lists(power_lines, "voltage")])
    for voltage in sorted(set(voltages[is_line]) - {""}):
        here = geometry[is_line & (voltages == voltage)]
        part = places.only_city(float(length_inside(here, places.geometry[:1])[0]) / 1000)
        more = {"voltage": str(voltage)}
        if part[0] > 0:
            results.append(Result(part, causes=(unknown(NOT_ALL_MAPPED),), dimensions=more))
    return tuple(results)


def _kilovolts(text: str) -> str:
    """Write a voltage as kilovolts; numbers above 1,000 are volts, as OpenStreetMap writes them."""
    try:
        number = float(text)
    except ValueError:
        return text
    return f"{number / 1000 if number > LARGEST_KILOVOLTS else number:g} kV"
