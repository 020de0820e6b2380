"""The toy city's public transport: buses all day with blank times, and a railway of one line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import shapely

from almena.gather.toy_bench import CREDIT, Bench, csv_text, fixed_zip
from almena.gather.toy_plan import lonlat
from almena.gather.toy_streets import Cell, Streets

FIRST, LAST = 5 * 60 + 30, 24 * 60 + 30  # minutes after midnight; the last trips run into the next day
_TIMED_EVERY = 5  # only every fifth stop has a time in the bus timetable
_MINUTES_BETWEEN = 2


@dataclass(frozen=True)
class Line:
    """
    A line of the timetable.

    Parameters
    ----------
    name : str
        Short name.
    stops : list of (str, float, float)
        Name and position in metres of each stop.
    headway : int
        Minutes between trips on weekdays.
    """

    name: str
    stops: list[tuple[str, float, float]]
    headway: int


Rows = list[list[object]]


def write_transit(bench: Bench, streets: Streets) -> None:
    """Write the bus and rail timetables and the newer list of stops."""
    buses = [
        _bus_line(streets, "1", streets.line(True, 0.55), 10),
        _bus_line(streets, "2", streets.line(False, 0.4), 30),
        _bus_line(streets, "3", streets.line(True, 0.25), 60),
    ]
    rail = Line("R", [(f"Station {n + 1}", *bench.plan.at(0.2 + 0.2 * n, 0.6)) for n in range(4)], 20)
    period = "2024-03-01/2024-08-31"
    bench.write("transit/bus.zip", fixed_zip(_feed(buses, 3, "\n")))
    bench.note("transit_feed", "transit/bus.zip", "gtfs", date=period, combine="union")
    bench.write("transit/rail.zip", fixed_zip(_feed([rail], 2, "\r\n")))
    bench.note("transit_feed", "transit/rail.zip", "gtfs", date=period, combine="union")
    _write_stops(bench, streets, buses)


def _bus_line(streets: Streets, name: str, cells: list[Cell], headway: int) -> Line:
    stops = [(f"{name}-{n}", *streets.crossings[cell]) for n, cell in enumerate(cells[::3], 1)]
    return Line(name, [(stop, x + 6, y + 6) for stop, x, y in stops], headway)


def _write_stops(bench: Bench, streets: Streets, lines: list[Line]) -> None:
    newer = _bus_line(streets, "9", streets.line(False, 0.75), 30)
    features = [
        (shapely.Point(x, y), {"stop_id": stop, "stop_name": f"Stop {stop}", "mode": "bus"})
        for line in (*lines, newer)
        for stop, x, y in line.stops
    ]
    bench.geojson(
        "transit_stops",
        "transit/stops.geojson",
        features,
        date="2024-10",
        fields={"name": "stop_name", "code": "stop_id", "mode": "mode"},
    )


def _feed(lines: list[Line], route_type: int, end: str) -> dict[str, bytes]:
    padded = end != "\n"
    tables: dict[str, Rows] = {
        "agency": [
            ["agency_id", "agency_name", "agency_url", "agency_timezone"],
            ["T", CREDIT, "https://example.org", "UTC"],
        ],
        "stops": [["stop_id", "stop_name", "stop_lat", "stop_lon"], *_stops(lines)],
        "routes": [
            ["route_id", "agency_id", "route_short_name", "route_type"],
            *([line.name, "T", line.name, route_type] for line in lines),
        ],
        "calendar": [
            ["service_id", *_DAYS, "start_date", "end_date"],
            ["weekday", 1, 1, 1, 1, 1, 0, 0, "20240301", "20240831"],
            ["weekend", 0, 0, 0, 0, 0, 1, 1, "20240301", "20240831"],
        ],
        "calendar_dates": [
            ["service_id", "date", "exception_type"],
            ["weekday", "20240501", 2],
            ["weekend", "20240501", 1],
        ],
        "trips": [["route_id", "service_id", "trip_id", "direction_id"]],
        "stop_times": [["trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"]],
    }
    for line in lines:
        _add_trips(tables, line, timed_every=1 if padded else _TIMED_EVERY, padding=" " if padded else "")
    return {f"{name}.txt": csv_text(rows, end=end).encode() for name, rows in tables.items()}


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _stops(lines: list[Line]) -> Rows:
    rows: Rows = []
    for line in lines:
        for stop, x, y in line.stops:
            place = lonlat(shapely.Point(x, y))
            rows.append([stop, f"Stop {stop}", place.y, place.x])
    return rows


def _add_trips(tables: dict[str, Rows], line: Line, timed_every: int, padding: str) -> None:
    numbers = count(1)
    for service, headway in (("weekday", line.headway), ("weekend", 2 * line.headway)):
        for start in range(FIRST, LAST, headway):
            for direction, stops in enumerate((line.stops, line.stops[::-1])):
                trip = f"{line.name}-{service}-{next(numbers)}"
                tables["trips"].append([line.name, service, trip, direction])
                tables["stop_times"] += _times(trip, stops, start, timed_every, padding)


def _times(
    trip: str, stops: list[tuple[str, float, float]], start: int, timed_every: int, padding: str
) -> Rows:
    rows: Rows = []
    for n, (stop, _, _) in enumerate(stops):
        is_timed = n % timed_every == 0 or n == len(stops) - 1
        minutes = start + n * _MINUTES_BETWEEN
        time = f"{minutes // 60:02}:{minutes % 60:02}:00{padding}" if is_timed else ""
        rows.append([trip, time, time, stop, n + 1])
    return rows
