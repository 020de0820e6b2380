"""Small towns drawn by hand, for worked examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from almena.geo.network import WalkNetwork
from almena.geo.walkable import build_network
from almena.model.data import Feed, Grid, Layer
from almena.model.place import CITY, NEIGHBOURHOOD, Place, Places

METRIC = "EPSG:31982"
DEGREES = "EPSG:4326"
EAST, NORTH = 480_000.0, 6_670_000.0  # a point of UTM zone 22 south
EVERYWHERE = shapely.box(EAST - 1e5, NORTH - 1e5, EAST + 1e5, NORTH + 1e5)


def objects(*shapes: Any) -> np.ndarray:
    """Return shapes as an array of objects."""
    held = np.empty(len(shapes), dtype=object)
    held[:] = shapes
    return held


def grid(values: Any, *, west: float = 0.0, north: float = 0.0, cell: float = 1.0, **more: Any) -> Grid:
    """Return a north-up raster whose upper left corner is (west, north)."""
    more = {"crs": METRIC, "nodata": None, **more}
    return Grid(
        role="population_grid", array=np.asarray(values), affine=(cell, 0.0, west, 0.0, -cell, north), **more
    )


def street_layer(
    lines: list[list[tuple[float, float]]], nodes: list[list[int]] | None = None, **fields: Any
) -> Layer:
    """Return streets in metres; all residential unless said otherwise."""
    held = {"highway": np.full(len(lines), "residential"), **{k: np.array(v) for k, v in fields.items()}}
    if nodes is not None:
        held["nodes"] = objects(*(np.array(n, dtype=np.int64) for n in nodes))
    geometry = objects(*(shapely.LineString(line) for line in lines))
    ids = np.array([f"way/{i}" for i in range(len(lines))])
    return Layer(role="streets", crs=METRIC, geometry=geometry, fields=held, ids=ids)


def network(
    lines: list[list[tuple[float, float]]], nodes: list[list[int]] | None = None, **fields: Any
) -> WalkNetwork:
    """Return the walk network of some streets, covered everywhere."""
    return build_network(street_layer(lines, nodes, **fields), METRIC, EVERYWHERE)


def town(*outlines: Any) -> Places:
    """Return places whose first outline is the city."""
    kinds = [CITY, *[NEIGHBOURHOOD] * (len(outlines) - 1)]
    items = tuple(Place(f"p{i}", kind) for i, kind in enumerate(kinds))
    return Places(items, objects(*outlines), METRIC)


def timetable(
    stop_times: list[tuple[str, float, str]],
    trips: dict[str, dict[str, str]],
    calendar: dict[str, tuple[str, str, str]] | None = None,
    exceptions: list[tuple[str, str, str]] = (),
    **more: Any,
) -> Feed:
    """
    Return a timetable.

    ``stop_times`` are (trip, minute or NaN, stop) in the order of travel; ``calendar`` maps a service to its
    pattern (``1111100``), start and end; without one, service ``W`` runs on the weekdays of one week.
    """
    calendar = {"W": ("1111100", "20240304", "20240310")} if calendar is None else calendar
    names = sorted({stop for _, _, stop in stop_times})
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    routes = sorted({trip.get("route_id", "R") for trip in trips.values()})
    minutes = np.array([minute for _, minute, _ in stop_times], dtype=float)
    columns = sorted({"route_id", "service_id", *(key for trip in trips.values() for key in trip)})
    default = {"route_id": "R", "service_id": "W"}
    tables = {
        "stops": {
            "stop_id": np.array(names),
            "stop_lon": np.linspace(-51.2, -51.1, len(names)),
            "stop_lat": np.full(len(names), -30.0),
        },
        "routes": {"route_id": np.array(routes), "route_type": np.full(len(routes), "3")},
        "trips": {
            "trip_id": np.array(list(trips)),
            **{c: np.array([trip.get(c, default.get(c, "")) for trip in trips.values()]) for c in columns},
        },
        "stop_times": {
            "trip_id": np.array([trip for trip, _, _ in stop_times]),
            "arrival_time": minutes,
            "departure_time": minutes.copy(),
            "stop_id": np.array([stop for _, _, stop in stop_times]),
            "stop_sequence": np.arange(len(stop_times), dtype=float) * 10,
        },
        "calendar": {
            "service_id": np.array(list(calendar)),
            **{
                day: np.array([pattern[i] for pattern, _, _ in calendar.values()])
                for i, day in enumerate(days)
            },
            "start_date": np.array([start for _, start, _ in calendar.values()]),
            "end_date": np.array([end for _, _, end in calendar.values()]),
        },
        "calendar_dates": {
            "service_id": np.array([service for service, _, _ in exceptions]),
            "date": np.array([date for _, date, _ in exceptions]),
            "exception_type": np.array([kind for _, _, kind in exceptions]),
        },
        **more,
    }
    return Feed(role="transit_feed", tables=tables)
