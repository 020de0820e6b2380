"""The calls of all trips of a timetable: who leaves where, when and in which direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Indexes = NDArray[np.int64]
Table = Mapping[str, NDArray[Any]]
Tables = Mapping[str, Table]


@dataclass(frozen=True)
class Calls:
    """
    One row for each call of a trip at a stop, in the order of trips and of the stops along them.

    Parameters
    ----------
    trip, stop : ndarray of int, shape (n,)
        Rows of the tables ``trips`` and ``stops``.
    departure : ndarray of float, shape (n,)
        Minutes after midnight, NaN where it is not known.
    interpolated : ndarray of bool, shape (n,)
        Whether the time is interpolated.
    first, boards : ndarray of bool, shape (n,)
        Whether the trip starts here; whether people can get on.
    """

    trip: Indexes
    stop: Indexes
    departure: Floats
    interpolated: NDArray[np.bool_]
    first: NDArray[np.bool_]
    boards: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.trip)

    def take(self, which: NDArray[Any]) -> Calls:
        """Return the calls that a mask or index names."""
        return Calls(*(getattr(self, f.name)[which] for f in fields(self)))


def read_calls(tables: Tables) -> Calls:
    """
    Return all calls of a timetable, blank times filled and frequencies written out.

    Parameters
    ----------
    tables : mapping of str to table
        ``stops``, ``trips`` and ``stop_times``, and ``frequencies`` if there is one; times in minutes.

    Returns
    -------
    Calls
        Calls at unknown stops or of unknown trips are left out.
    """
    times = tables["stop_times"]
    trip = look_up(tables["trips"]["trip_id"], times["trip_id"])
    stop = look_up(tables["stops"]["stop_id"], times["stop_id"])
    order = np.lexsort((np.asarray(times["stop_sequence"], dtype=float), trip))
    order = order[(trip[order] >= 0) & (stop[order] >= 0)]
    trip, stop = trip[order], stop[order]
    arrival, departure = (
        np.asarray(times[n], dtype=float)[order] for n in ("arrival_time", "departure_time")
    )
    known = np.isfinite(arrival) | np.isfinite(departure)
    departure = _filled(trip, _first_known(arrival, departure), _first_known(departure, arrival), known)
    first = np.diff(trip, prepend=-1) != 0
    last = np.diff(trip, append=-1) != 0
    boards = ~last & (_texts(times, "pickup_type", len(known))[order] != "1")
    calls = Calls(trip, stop, departure, ~known, first, boards)
    return _with_frequencies(calls, tables)


def directions(calls: Calls, tables: Tables) -> Indexes:
    """
    Return the direction of each trip, 0 or 1.

    Parameters
    ----------
    calls : Calls
        All calls.
    tables : mapping of str to table
        With ``trips``.

    Returns
    -------
    ndarray of int, shape (n_trips,)
        As ``direction_id`` says. Where it is blank, a trip goes in direction 1 when it meets the stops of its
        route in the opposite order to the longest trip of the route; short workings thus join their line, and
        trips that share no stop with it need no telling apart.
    """
    trips = tables["trips"]
    given = _texts(trips, "direction_id", len(trips["trip_id"]))
    known = np.isin(given, ["0", "1"])
    direction = np.where(known, given == "1", False).astype(np.int64)
    if not known.all():
        direction[~known] = _against_the_longest(calls, trips)[~known]
    return direction


def separate_parts(calls: Calls, tables: Tables) -> Indexes:
    """
    Tell timetables apart that were put into one: parts that share no agency, no service and no stop.

    Parameters
    ----------
    calls : Calls
        All calls.
    tables : mapping of str to table
        With ``trips`` and ``routes``.

    Returns
    -------
    ndarray of int, shape (n_trips,)
        Number of the part that each trip belongs to.
    """
    trips, routes = tables["trips"], tables["routes"]
    count = len(trips["trip_id"])
    route = look_up(routes["route_id"], trips["route_id"])
    agency_of_route = _codes(_texts(routes, "agency_id", len(routes["route_id"])))
    agency = np.where(route >= 0, agency_of_route[route], -1) + 1
    service = _codes(_texts(trips, "service_id", count))
    shared = [agency, service + agency.max(initial=0) + 1]
    shared.append(calls.stop + shared[1].max(initial=0) + 1)
    member = np.concatenate([np.arange(count), np.arange(count), calls.trip])
    groups = np.concatenate(shared) + count
    size = int(groups.max(initial=0)) + 1
    links = coo_matrix((np.ones(len(member), np.int8), (member, groups)), shape=(size, size))
    label = connected_components(links, directed=False)[1][:count]
    return np.unique(label, return_inverse=True)[1].reshape(-1).astype(np.int64)


def look_up(names: NDArray[Any], wanted: NDArray[Any]) -> Indexes:
    """
    Return the position of each wanted name in a list of names.

    Parameters
    ----------
    names, wanted : ndarray of str
        Of names given twice the first counts.

    Returns
    -------
    ndarray of int, shape of ``wanted``
        -1 where a name is not in the list.
    """
    texts = np.asarray(names, dtype=object).tolist()
    first = dict(zip(reversed(texts), range(len(texts) - 1, -1, -1), strict=True))
    sought = np.asarray(wanted, dtype=object).tolist()
    return np.fromiter((first.get(name, -1) for name in sought), dtype=np.int64, count=len(sought))


def _filled(trip: Indexes, arrival: Floats, departure: Floats, known: NDArray[np.bool_]) -> Floats:
    """Fill blank departures between the last known departure and the next known arrival of the same trip."""
    index = np.arange(len(trip))
    before = np.maximum.accumulate(np.where(known, index, -1))
    after = np.minimum.accumulate(np.where(known, index, len(trip))[::-1])[::-1]
    between = ~known & (before >= 0) & (after < len(trip))
    here, before, after = index[between], before[between], after[between]
    one_trip = (trip[before] == trip[here]) & (trip[after] == trip[here])
    here, before, after = here[one_trip], before[one_trip], after[one_trip]
    share = (here - before) / (after - before)
    filled = departure.copy()
    filled[here] = departure[before] + share * (arrival[after] - departure[before])
    return filled


def _with_frequencies(calls: Calls, tables: Tables) -> Calls:
    """Write out the departures of trips that are given by a start, an end and a headway, all of them known."""
    table = tables.get("frequencies", {})
    if not len(table.get("trip_id", ())) or not len(calls):
        return calls
    trip = look_up(tables["trips"]["trip_id"], table["trip_id"])
    start, end = (np.asarray(table[name], dtype=float) for name in ("start_time", "end_time"))
    every = np.asarray(table["headway_secs"], dtype=float) / 60.0
    usable = (trip >= 0) & (every > 0) & np.isfinite(start) & np.isfinite(end)
    given_once = calls.take(~np.isin(calls.trip, trip[usable]))
    rows = [
        _repeated(calls, *row) for row in zip(*(c[usable] for c in (trip, start, end, every)), strict=True)
    ]
    parts = [given_once, *rows]
    return Calls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Calls)))


def _repeated(calls: Calls, trip: int, start: float, end: float, every: float) -> Calls:
    low, high = np.searchsorted(calls.trip, [trip, trip + 1])
    once = calls.take(np.arange(low, high))
    starts = np.arange(start, end - 1e-9, every)
    offset = once.departure - once.departure[:1]
    copies = once.take(np.tile(np.arange(len(once)), len(starts)))
    return replace(copies, departure=(starts[:, None] + offset[None, :]).reshape(-1))


def _against_the_longest(calls: Calls, trips: Table) -> Indexes:
    """Return 1 for trips that run against the longest trip of their route."""
    count = len(trips["trip_id"])
    route = _codes(_texts(trips, "route_id", count))
    stops = int(calls.stop.max(initial=0)) + 1
    length = np.bincount(calls.trip, minlength=count)
    longest = np.full(route.max(initial=0) + 1, -1)
    by_length = np.lexsort((-np.arange(count), length))  # the first of the longest is written last and stays
    longest[route[by_length]] = by_length
    key = route[calls.trip] * stops + calls.stop
    reference = np.flatnonzero(longest[route[calls.trip]] == calls.trip)
    keys, first = np.unique(key[reference], return_index=True)
    place = np.clip(np.searchsorted(keys, key), 0, len(keys) - 1)
    on_line = np.flatnonzero(keys[place] == key)
    rank, trip = first[place[on_line]], calls.trip[on_line]
    step = np.sign(np.diff(rank)) * (np.diff(trip) == 0)
    return (np.bincount(trip[1:], step, count) < 0).astype(np.int64)


def _first_known(first: Floats, second: Floats) -> Floats:
    return np.where(np.isfinite(first), first, second)


def _codes(names: NDArray[Any]) -> Indexes:
    texts = np.asarray(names, dtype=object).tolist()
    code = {name: number for number, name in enumerate(dict.fromkeys(texts))}
    return np.fromiter((code[name] for name in texts), dtype=np.int64, count=len(texts))


def _texts(table: Table, name: str, count: int) -> NDArray[Any]:
    return np.asarray(table.get(name, np.full(count, "")), dtype=object).astype(str)
