"""How often public transport leaves each stop on an ordinary weekday."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almena.geo.calendars import ServiceDays, service_days
from almena.geo.trips import Calls, Tables, directions, look_up, read_calls, separate_parts
from almena.model.data import Feed, RoleData
from almena.model.problem import AlmenaError, InputError

Floats = NDArray[np.float64]
Indexes = NDArray[np.int64]

# indicators.md "Headway"
DAY = (7 * 60.0, 19 * 60.0)  # minutes after midnight
ENOUGH_OF_THE_DAY = 0.8

# https://gtfs.org/documentation/schedule/reference/#routestxt and the extended types of Google, by hundreds
MODES = {0: "tram", 1: "metro", 2: "rail", 3: "bus", 4: "ferry", 5: "tram", 6: "aerial", 7: "funicular"}
MODES |= {11: "trolleybus", 12: "monorail", 100: "rail", 200: "bus", 300: "rail", 400: "metro", 500: "metro"}
MODES |= {600: "metro", 700: "bus", 800: "trolleybus", 900: "tram", 1000: "ferry", 1200: "ferry"}
MODES |= {1300: "aerial", 1400: "funicular"}


@dataclass(frozen=True)
class TimetablePart:
    """
    One timetable among those put together, with the hours that it speaks of.

    Parameters
    ----------
    window : tuple of float
        Start and end in minutes after midnight.
    days : int
        Number of ordinary weekdays averaged over.
    departures : float
        Departures at all stops within the window, mean over those days.
    interpolated_share : float
        Share, 0 to 1, of these departures whose time is interpolated: above 0 the values are modelled.
    hours_served : float
        Share, 0 to 1, of the hours of the day in which a trip starts.
    """

    window: tuple[float, float]
    days: int
    departures: float
    interpolated_share: float
    hours_served: float

    @property
    def window_text(self) -> str:
        """Return the window as ``07:00–19:00``."""
        return "–".join(f"{int(m) // 60:02d}:{int(m) % 60:02d}" for m in self.window)


@dataclass(frozen=True, kw_only=True)
class StopService(RoleData):
    """
    Service at each stop on ordinary weekdays.

    Parameters
    ----------
    stop_id : ndarray of str, shape (n,)
        Stops that people board at; stations and entrances are left out.
    xy : ndarray of float, shape (n, 2)
        Longitude and latitude on WGS 84.
    headway_min : ndarray of float, shape (n,)
        Minutes between departures in the better direction, over the window; infinite without a departure.
    departures : ndarray of float, shape (n,)
        Departures in that direction within the window, mean over the ordinary weekdays.
    part : ndarray of int, shape (n,)
        Part of the timetable that serves the stop; -1 for stops that no trip calls at.
    modes : ndarray of str, shape (n,)
        Modes that call at the stop, in alphabetical order, joined with ``;``.
    parts : tuple of TimetablePart
        The timetables, each with its own window.
    """

    role: str = "stop_service"
    stop_id: NDArray[np.str_]
    xy: Floats
    headway_min: Floats
    departures: Floats
    part: Indexes
    modes: NDArray[np.str_]
    parts: tuple[TimetablePart, ...]

    @property
    def is_partial(self) -> bool:
        """Tell whether a timetable speaks of less than the day that headways are meant for."""
        return any(part.window != DAY for part in self.parts)

    @property
    def windows(self) -> tuple[str, ...]:
        """Return the windows of the timetables, each once, as texts."""
        return tuple(dict.fromkeys(part.window_text for part in self.parts))

    @property
    def interpolated_share(self) -> float:
        """Return the share, 0 to 1, of all departures whose time is interpolated."""
        total = sum(part.departures for part in self.parts)
        return sum(p.departures * p.interpolated_share for p in self.parts) / total if total else 0.0


def stop_services(
    feed: Feed, day: tuple[float, float] = DAY, enough: float = ENOUGH_OF_THE_DAY
) -> StopService:
    """
    Compute the headway at each stop of a timetable.

    Headway = length of the window ÷ departures per stop and direction, departures averaged over the ordinary
    weekdays (a day without any counts as 0), then the better direction. Where the feed gives no direction, the
    two ways along a route are told apart by the order of its stops. The last stop of a trip is no departure, nor
    is a call that takes nobody up. Blank times are interpolated along the trip by the number of stops. Feeds put
    together into one are judged apart. When trips start in less than ``enough`` of the hours of the day, the
    window runs from the first to the end of the last hour in which one does.

    Parameters
    ----------
    feed : Feed
        One timetable, or several in the same tables, with times in minutes after midnight, NaN where blank.
    day : tuple of float
        Start and end in minutes after midnight; 07:00 to 19:00 in indicators.md.
    enough : float
        Share, 0 to 1, of the hours of the day that must be served; 0.8 in indicators.md.

    Returns
    -------
    StopService
        All stops of the feed.

    Raises
    ------
    InputError
        When no trip runs on any weekday.
    """
    calls, calendar = read_calls(feed.tables), service_days(feed.tables)
    part_of_trip = separate_parts(calls, feed.tables)
    count = len(feed.tables["stops"]["stop_id"])
    direction = directions(calls, feed.tables)
    departures, part_of_stop = np.zeros(count), np.full(count, -1)
    headway, parts = np.full(count, np.inf), []
    for number in range(int(part_of_trip.max(initial=-1)) + 1):
        own = calls.take(part_of_trip[calls.trip] == number)
        part, best = _judge(
            own, direction, _weights(feed.tables, calendar, part_of_trip == number), count, day, enough
        )
        served = best > departures
        departures[served], part_of_stop[served] = best[served], number
        headway[served] = (part.window[1] - part.window[0]) / best[served]
        parts.append(part)
    if not any(part.departures for part in parts):
        raise _no_service(feed)
    modes = _modes(feed.tables, calls.trip, calls.stop)
    return _only_boarding(feed, headway, departures, part_of_stop, modes, tuple(parts))


def service_window(
    starts: Floats, day: tuple[float, float] = DAY, enough: float = ENOUGH_OF_THE_DAY
) -> tuple[tuple[float, float], float]:
    """
    Return the part of the day that a timetable speaks of.

    Parameters
    ----------
    starts : ndarray of float, shape (n,)
        When trips start, in minutes after midnight.
    day : tuple of float
        Start and end of the day.
    enough : float
        Share of the hours of the day in which trips must start.

    Returns
    -------
    window : tuple of float
        The day itself, or from the first to the end of the last hour in which a trip starts.
    served : float
        Share, 0 to 1, of the hours of the day in which a trip starts.
    """
    within = starts[(starts >= day[0]) & (starts < day[1])]
    hours = np.unique(np.floor((within - day[0]) / 60.0))
    served = len(hours) * 60.0 / (day[1] - day[0])
    if not len(hours) or served >= enough:
        return day, served
    return (day[0] + 60.0 * float(hours[0]), min(day[1], day[0] + 60.0 * float(hours[-1] + 1))), served


def stop_modes(route_type: NDArray[Any]) -> NDArray[np.str_]:
    """
    Turn route types into modes.

    Parameters
    ----------
    route_type : ndarray of str or int, shape (n,)
        Route types of GTFS, plain or extended.

    Returns
    -------
    ndarray of str, shape (n,)
        ``bus``, ``tram``, ``metro``, ``rail``, ``ferry`` …; ``other`` for what is not in the list.
    """
    return np.array([_mode(str(value)) for value in route_type], dtype="U16")


def _mode(text: str) -> str:
    if not text.isdigit():
        return "other"
    number = int(text)
    return MODES.get(number if number < 100 else number // 100 * 100, "other")


def _judge(
    calls: Calls,
    direction: Indexes,
    weights: tuple[Floats, int],
    stops: int,
    day: tuple[float, float],
    enough: float,
) -> tuple[TimetablePart, Floats]:
    """Return what one timetable says, and the departures in the better direction of each stop."""
    weight, days = weights
    of_call = weight[calls.trip]
    runs = of_call > 0
    window, served = service_window(calls.departure[calls.first & runs], day, enough)
    chosen = runs & calls.boards & (calls.departure >= window[0]) & (calls.departure < window[1])
    used, share = calls.take(chosen), of_call[chosen]
    both = np.bincount(used.stop * 2 + direction[used.trip], share, stops * 2).reshape(stops, 2)
    total = float(share.sum())
    interpolated = float(share[used.interpolated].sum()) / total if total else 0.0
    return TimetablePart(window, days, total, interpolated, served), np.asarray(both.max(axis=1), dtype=float)


def _weights(tables: Tables, calendar: ServiceDays, trips: NDArray[np.bool_]) -> tuple[Floats, int]:
    """Return for each trip the share of its timetable's ordinary weekdays on which it runs, and their number."""
    service = np.asarray(tables["trips"]["service_id"], dtype=object).astype(str)
    ordinary = calendar.ordinary(service[trips])
    share = calendar.share(ordinary)
    weight = np.array([share.get(s, 0.0) if mine else 0.0 for s, mine in zip(service, trips, strict=True)])
    return weight, int(ordinary.sum())


def _modes(tables: Tables, trip: Indexes, stop: Indexes) -> NDArray[np.str_]:
    """Return the modes of the trips that call at each stop."""
    route = look_up(tables["routes"]["route_id"], tables["trips"]["route_id"])
    kinds = np.append(
        stop_modes(tables["routes"]["route_type"]), "other"
    )  # the last for trips of no known route
    names, kind = np.unique(kinds, return_inverse=True)
    pairs = np.unique(np.column_stack([stop, kind[route[trip]]]), axis=0)
    found: list[list[str]] = [[] for _ in tables["stops"]["stop_id"]]
    for where, which in pairs:
        found[where].append(str(names[which]))
    return np.array([";".join(modes) for modes in found], dtype=np.str_)


def _only_boarding(
    feed: Feed,
    headway: Floats,
    departures: Floats,
    part: Indexes,
    modes: NDArray[np.str_],
    parts: tuple[TimetablePart, ...],
) -> StopService:
    stops = feed.tables["stops"]
    xy = np.column_stack([np.asarray(stops[name], dtype=float) for name in ("stop_lon", "stop_lat")])
    here = boarding_stops(feed)
    return StopService(
        stop_id=np.asarray(stops["stop_id"]).astype(str)[here],
        xy=xy[here],
        headway_min=headway[here],
        departures=departures[here],
        part=part[here],
        modes=modes[here],
        parts=parts,
        origins=feed.origins,
        date=feed.date,
        notes=feed.notes,
    )


def boarding_stops(feed: Feed) -> NDArray[np.bool_]:
    """Tell which rows of ``stops`` are places to board at, with a position."""
    stops = feed.tables["stops"]
    position = np.column_stack([np.asarray(stops[name], dtype=float) for name in ("stop_lon", "stop_lat")])
    kind = np.asarray(stops.get("location_type", np.full(len(position), "")), dtype=object).astype(str)
    return np.asarray(np.isin(kind, ["", "0", "nan"]) & np.isfinite(position).all(axis=1), dtype=np.bool_)


def stops_with_modes(feed: Feed) -> tuple[Floats, NDArray[np.str_]]:
    """
    Return the stops of a timetable whether or not a trip calls there.

    Parameters
    ----------
    feed : Feed
        The timetable.

    Returns
    -------
    xy : ndarray of float, shape (n, 2)
        Longitude and latitude.
    modes : ndarray of str, shape (n,)
        Modes that call there, joined with ``;``; empty where none does.
    """
    tables, here = feed.tables, boarding_stops(feed)
    trip = look_up(tables["trips"]["trip_id"], tables["stop_times"]["trip_id"])
    stop = look_up(tables["stops"]["stop_id"], tables["stop_times"]["stop_id"])
    known = (trip >= 0) & (stop >= 0)
    xy = np.column_stack(
        [np.asarray(tables["stops"][name], dtype=float) for name in ("stop_lon", "stop_lat")]
    )
    return xy[here], _modes(tables, trip[known], stop[known])[here]


def _no_service(feed: Feed) -> AlmenaError:
    return InputError.of(
        "The timetable has no service on any weekday",
        f"role {feed.role}, " + ", ".join(source.file for source in feed.sources),
        "no trip belongs to a service that runs from Monday to Friday",
        "Check calendar.txt and calendar_dates.txt, or ask the operator for a feed of an ordinary week.",
    )
