"""Streets: how long, how steep, how many end without a way on, and of how many people they are known."""

from __future__ import annotations

import numpy as np
import shapely

from almena.geo.crs import Geometries, reproject
from almena.geo.junctions import dead_ends, junction_points
from almena.geo.lines import length_inside
from almena.geo.network import WalkNetwork
from almena.geo.points import Indexes, count_in, pairs_inside
from almena.geo.polygons import clip
from almena.geo.slopes import Floats, slopes_along
from almena.geo.walkable import build_network, covered_area, with_extent
from almena.measure.common import covered_by, lists, percent, place_sizes, ratio, square_kilometres, unknown
from almena.measure.derived_events import PeopleInside, cell_step
from almena.measure.derived_people import People, Walkers, steps
from almena.measure.registry import derived, indicator
from almena.model.data import Grid, Layer
from almena.model.observation import MODELLED, SENSITIVITY, Cause, Result, nothing
from almena.model.place import Places
from almena.model.problem import InputError
from almena.packs import read_table

CUT = 100.0  # metres from the edge of an extract within which streets may only seem to end (assumed)
MAP_MAY_LACK = "streets may be missing from the map or drawn twice, once for each direction"
CUT_SHARE = 1e-6  # of a cell: fractions are known to seven digits
STEEPEST_RAMP = 100 / 12
"""Percent: 1 in 12, the steepest ramp of the ADA Standards for Accessible Design (2010), 405.2."""

SMOOTH, SMOOTHER, RAW = 3, 5, 1  # cells over which heights are averaged


def _classes() -> dict[str, str]:
    return {row["highway"]: row["class"] for row in read_table("street_classes.csv")}


def _streets_proper() -> list[str]:
    return [row["highway"] for row in read_table("street_classes.csv") if row["street"] == "1"]


@derived(version="1")
def street_network(streets: Layer, *, places: Places) -> WalkNetwork:
    """
    Build the network of streets alone, without paths, steps and ways to single plots.

    Parameters
    ----------
    streets : Layer
        Streets and paths with their class.
    places : Places
        The city; its coordinate system is the network's.

    Returns
    -------
    WalkNetwork
        As the walk network, with fewer ways in it.
    """
    highway = np.char.lower(lists(streets, "highway"))
    chosen = streets.take(np.flatnonzero(np.isin(highway, _streets_proper())))
    if not len(chosen):
        raise InputError.of(
            "No way is a street",
            f"role {streets.role}, {len(streets)} features",
            "none has a class that packs/street_classes.csv calls a street",
            "Check in the kit which column holds the class of the street.",
        )
    network = build_network(chosen, places.crs, places.city)
    done = steps(streets, "streets joined to a network, without paths and ways to single plots")
    return network.with_(role="street_network", origins=done)


@indicator(version="1")
def street_length(streets: Layer, walkers: Walkers | None = None, *, places: Places) -> tuple[Result, ...]:
    """Measure streets without paths in the covered area, in km, by place; each class of way apart for the city."""
    covered = clip(places.geometry, covered_area(with_extent(streets), places.crs, places.city))
    lines = reproject(streets.geometry, streets.crs, places.crs)
    highway = np.char.lower(lists(streets, "highway"))
    proper = np.isin(highway, _streets_proper())
    size = square_kilometres(covered, places.crs)
    value = np.where(size > 0, length_inside(lines[proper], covered) / 1000, np.nan)
    coverage = _coverage(walkers, size, places)
    notes = ("at least: only streets of the area that the map extract covers are counted",)
    results = [Result(value, coverage=coverage, causes=(unknown(MAP_MAY_LACK),), notes=notes)]
    classes = _classes()
    names = np.array([classes.get(h, "") for h in highway])
    for name in dict.fromkeys(classes.values()):
        part = places.only_city(_length(lines[names == name], covered))
        more = {"class": name}
        results.append(Result(part, coverage=coverage, causes=(unknown(MAP_MAY_LACK),), dimensions=more))
    return tuple(results)


def _length(lines: Geometries, covered: Geometries) -> float:
    return float(length_inside(lines, covered[:1])[0]) / 1000


def _coverage(walkers: Walkers | None, size: Floats, places: Places) -> Floats:
    """Return the share of people in the covered area, or of the area where no people are given."""
    if walkers is not None:
        return np.nan_to_num(walkers.coverage)
    return np.minimum(1.0, np.nan_to_num(ratio(size, place_sizes(places))))


@indicator(version="1")
def dead_end_share(
    street_network: WalkNetwork, streets: Layer, walkers: Walkers | None = None, *, places: Places
) -> Result:
    """Return dead ends as a share of dead ends and junctions, in percent; ends at the edge of the extract are none."""
    safe = _away_from_cut(streets, places)
    ends, crossings = (
        count_in(xy, safe) for xy in (dead_ends(street_network), junction_points(street_network))
    )
    if not (ends[0] + crossings[0]):
        return nothing(places, "no junction and no dead end lies in the covered area")
    whole = ends + crossings
    unmerged = count_in(junction_points(street_network, 0.0), safe)
    value = percent(ends, whole)
    apart = Cause(
        "junctions counted node by node, not merged", SENSITIVITY, percent(ends, ends + unmerged), value
    )
    return Result(
        value,
        numerator=ends,
        denominator=whole,
        coverage=_coverage(walkers, square_kilometres(safe, places.crs), places),
        causes=(apart, unknown("a street that goes on may be missing from the map")),
        period=street_network.date,
    )


def _away_from_cut(streets: Layer, places: Places) -> Geometries:
    """Return the places without a strip along the edge of the extract, where streets only seem to end."""
    if streets.covered is None:
        return places.geometry
    extract = reproject(streets.covered, streets.crs, places.crs)
    return clip(places.geometry, shapely.buffer(extract, -CUT))


@indicator(version="1")
def street_slope(
    walk_network: WalkNetwork, elevation: Grid, walkers: Walkers | None = None, *, places: Places
) -> Result:
    """Return the mean slope of walkable streets and paths in the covered area, in m per 100 m, weighted by length."""
    return _slope_result(walk_network, elevation, walkers, places, limit=None)


@indicator(version="1")
def steep_streets(
    walk_network: WalkNetwork, elevation: Grid, walkers: Walkers | None = None, *, places: Places
) -> Result:
    """Return the share of walkable streets and paths steeper than 1 in 12, in percent of their length."""
    return _slope_result(walk_network, elevation, walkers, places, limit=STEEPEST_RAMP)


def _slope_result(
    network: WalkNetwork, elevation: Grid, walkers: Walkers | None, places: Places, *, limit: float | None
) -> Result:
    covered, size = covered_by(network, places)
    usual, smoother, raw = (
        _by_length(network, _slopes(elevation, network, places.crs, cells), covered, limit)
        for cells in (SMOOTH, SMOOTHER, RAW)
    )
    if not np.isfinite(usual[0]):
        return nothing(places, "the terrain model does not reach the streets")
    coarse = Cause("heights averaged over 5 cells instead of 3", SENSITIVITY, smoother, smoother)
    noisy = Cause("heights of single cells, with the noise of the model", SENSITIVITY, raw, raw)
    top = unknown("a model of the surface holds roofs and trees as if they were ground")
    return Result(
        usual,
        coverage=_coverage(walkers, size, places),
        causes=(coarse, noisy, top),
        status=MODELLED,
        period=network.date,
        notes=("cells of the terrain model averaged over 3 by 3 before the slope is taken",),
    )


def _slopes(elevation: Grid, network: WalkNetwork, crs: str, cells: int) -> Floats:
    def measured() -> Floats:
        """Return the slope of each piece of the network."""
        reach = max(1.0, cells / 2) * cell_step(elevation, crs)
        start, end = network.xy[network.u], network.xy[network.v]
        return slopes_along(elevation, start, end, crs, cells=cells, reach=reach)

    return network.once(("slopes", crs, cells), measured, elevation)


def _by_length(network: WalkNetwork, slopes: Floats, covered: Geometries, limit: float | None) -> Floats:
    def middles() -> tuple[Indexes, Indexes]:
        """Return which pieces have their middle in which place."""
        return pairs_inside((network.xy[network.u] + network.xy[network.v]) / 2, covered)

    place, piece = network.once("middles", middles, covered)
    known = np.isfinite(slopes[piece])
    place, metres, slope = place[known], network.length[piece[known]], slopes[piece[known]]
    counted = slope if limit is None else 100.0 * (slope > limit)
    steep = np.bincount(place, metres * counted, len(covered))
    return ratio(steep, np.bincount(place, metres, len(covered)))


@indicator(version="1")
def street_map_coverage(
    walkers: Walkers, people: People, settlement_people: PeopleInside | None = None, *, places: Places
) -> tuple[Result, ...]:
    """Return the share of people who live in the area that the street extract covers, settlements and rest apart."""
    cells = np.searchsorted(people.cell, walkers.cell)
    here, missing = walkers.membership, people.membership[:, cells] - walkers.membership
    cut = (here > 0).multiply(missing > CUT_SHARE)
    readings = (here, here - here.multiply(cut), here + missing.multiply(cut))
    value, low, high = (percent(part @ walkers.count, people.sum()) for part in readings)
    headline = _covered(value, low, high, {})
    if settlement_people is None:
        return (headline,)
    settled = settlement_people.fraction[[0]].toarray().reshape(-1)[cells]
    inside, everyone = float(settlement_people.persons[0]), float(people.sum()[0])
    city = [part[[0]].toarray().reshape(-1) for part in readings]
    within = [float(np.minimum(part, settled) @ walkers.count) for part in city]
    beside = [float(part @ walkers.count) - w for part, w in zip(city, within, strict=True)]
    groups = (("informal settlements", within, inside), ("rest of the city", beside, everyone - inside))
    return headline, *(_group(places, name, part, total) for name, part, total in groups)


def _group(places: Places, name: str, people_in: list[float], everyone: float) -> Result:
    value, low, high = (places.only_city(float(percent(persons, everyone))) for persons in people_in)
    return _covered(value, low, high, {"group": name})


def _covered(value: Floats, low: Floats, high: Floats, dimensions: dict[str, str]) -> Result:
    cause = Cause("cells at the edge of the area, all out or all in", SENSITIVITY, low, high)
    note = "what is said of access speaks of these people only; outside nothing is known, which is not none"
    notes = () if dimensions else (note,)
    return Result(value, causes=(cause,), status=MODELLED, dimensions=dimensions, notes=notes)
