"""Timetables of other cities: headways only, dates only, nights, no directions, stations, routes and seasons."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.geo.calendars import service_days
from almena.geo.timetable import (
    StopService,
    boarding_stops,
    service_window,
    stop_modes,
    stop_services,
    stops_with_modes,
)
from almena.geo.trips import directions, read_calls, separate_parts
from almena.model.data import Feed
from almena.model.problem import InputError

from .shapes import timetable

BLANK = np.nan
MARCH = ("20240304", "20240310")  # a week from Monday to Sunday


def line(
    name: str, stops: str, minutes: Any, gap: float = 5.0, **trip: str
) -> tuple[list[tuple[str, float, str]], dict[str, dict[str, str]]]:
    """Return the calls and trips of a line that leaves its first stop at the given minutes."""
    calls, trips = [], {}
    for number, start in enumerate(minutes):
        trips[f"{name}{number}"] = {"route_id": name, **trip}
        calls += [(f"{name}{number}", start + gap * i, stop) for i, stop in enumerate(stops)]
    return calls, trips


def feed_of(*lines: Any, **more: Any) -> Feed:
    calls = [call for one in lines for call in one[0]]
    trips = {name: trip for one in lines for name, trip in one[1].items()}
    return timetable(calls, trips, **more)


def headway(service: StopService, stop: str) -> float:
    return float(service.headway_min[service.stop_id == stop][0])


def hours(*clock: float) -> np.ndarray:
    return np.array(clock) * 60.0


ALL_DAY = np.arange(420.0, 1140.0, 30.0)


# --- headways written as frequencies ----------------------------------------------------------------------------


def frequencies(*rows: tuple[str, float, float, float]) -> dict[str, Any]:
    trip, start, end, every = zip(*rows, strict=True)
    table = {
        "trip_id": np.array(trip),
        "start_time": np.array(start, dtype=float),
        "end_time": np.array(end, dtype=float),
        "headway_secs": np.array(every, dtype=float),
    }
    return {"frequencies": table}


def test_a_metro_that_only_states_its_headways_is_as_frequent_as_it_says() -> None:
    metro = line("M", "ABC", [0.0])
    service = stop_services(feed_of(metro, **frequencies(("M0", 300.0, 1440.0, 360.0))))
    assert headway(service, "A") == pytest.approx(6)
    assert headway(service, "B") == pytest.approx(6)
    assert service.interpolated_share == 0
    assert not service.is_partial


def test_rush_hour_and_midday_headways_are_averaged_over_the_day() -> None:
    rows = frequencies(
        ("M0", 420.0, 540.0, 300.0), ("M0", 540.0, 1020.0, 600.0), ("M0", 1020.0, 1140.0, 300.0)
    )
    service = stop_services(feed_of(line("M", "AB", [0.0]), **rows))
    assert service.departures[0] == 24 + 48 + 24
    assert headway(service, "A") == pytest.approx(720 / 96)


@pytest.mark.parametrize(
    "row",
    [
        ("M0", BLANK, 600.0, 600.0),
        ("M0", 420.0, BLANK, 600.0),
        ("M0", 420.0, 600.0, BLANK),
        ("M0", 420.0, 600.0, 0.0),
    ],
)
def test_a_frequency_with_a_blank_leaves_the_trip_as_it_is_written(
    row: tuple[str, float, float, float],
) -> None:
    metro, bus = line("M", "AB", [600.0]), line("B", "CD", ALL_DAY)
    service = stop_services(feed_of(metro, bus, **frequencies(row)))
    assert service.departures[service.stop_id == "A"] == [1]


def test_frequencies_of_a_trip_without_calls_or_without_a_name_change_nothing() -> None:
    bus = line("B", "CD", ALL_DAY)
    plain = stop_services(feed_of(bus))
    calls, trips = bus
    silent = timetable(
        calls, {**trips, "ghost": {"route_id": "B"}}, **frequencies(("ghost", 420.0, 1140.0, 60.0))
    )
    nobody = feed_of(bus, **frequencies(("nobody", 420.0, 1140.0, 60.0)))
    for other in (stop_services(silent), stop_services(nobody)):
        np.testing.assert_array_equal(other.headway_min, plain.headway_min)


@settings(max_examples=40, deadline=None)
@given(st.integers(60, 3600), st.integers(0, 1200), st.integers(1, 600))
def test_departures_written_out_are_those_of_counting_them(every: int, start: int, length: int) -> None:
    feed = feed_of(line("M", "AB", [0.0]), **frequencies(("M0", start, start + length, every)))
    leaving = read_calls(feed.tables)
    at_first = np.sort(leaving.departure[leaving.first])
    seconds = np.arange(start * 60, (start + length) * 60, every)
    np.testing.assert_allclose(at_first * 60, seconds, atol=1e-6)


# --- days -------------------------------------------------------------------------------------------------------


def test_a_feed_of_dates_alone_with_a_holiday_left_out_counts_the_days_it_lists() -> None:
    days = [d for d in range(4, 9) if d != 6]  # Wednesday the 6th is a holiday: no row at all
    dates = [("X", f"202403{d:02}", "1") for d in days]
    service = stop_services(feed_of(line("B", "AB", ALL_DAY, service_id="X"), calendar={}, exceptions=dates))
    assert service.parts[0].days == 4
    assert headway(service, "A") == pytest.approx(30)


def test_dates_and_weekly_patterns_in_one_feed_are_averaged_together() -> None:
    # a tram by weekly pattern, and the buses, nine tenths of the service, by dates as many operators write them;
    # without the buses' dates as their plan, only the days that list no bus would have counted as ordinary
    buses = [("X", f"202403{d:02}", "1") for d in range(4, 9)]
    calendar = {"W": ("1111100", "20240304", "20240317")}
    tram, bus = line("T", "AB", hours(8, 12)), line("B", "AB", ALL_DAY, service_id="X")
    service = stop_services(feed_of(tram, bus, calendar=calendar, exceptions=buses))
    assert service.parts[0].days == 10
    assert service.departures[0] == pytest.approx(2 + 24 / 2)  # the buses run on five of the ten days


def test_a_day_on_which_the_weekly_service_is_replaced_by_one_with_dates_is_no_ordinary_day() -> None:
    holiday = [("W", "20240306", "2"), ("H", "20240306", "1")]
    weekly, sunday = line("B", "AB", ALL_DAY), line("S", "AB", hours(9), service_id="H")
    service = stop_services(feed_of(weekly, sunday, exceptions=holiday))
    assert service.parts[0].days == 4
    assert headway(service, "A") == pytest.approx(30)


def test_when_every_day_has_an_exception_all_days_with_service_count() -> None:
    busy = [("W", f"202403{d:02}", "2") for d in (4, 5)] + [("V", f"202403{d:02}", "2") for d in (6, 7, 8)]
    calendar = {"W": ("1111100", *MARCH), "V": ("1111100", *MARCH)}
    one, other = line("B", "AB", ALL_DAY), line("C", "AB", ALL_DAY, service_id="V")
    service = stop_services(feed_of(one, other, calendar=calendar, exceptions=busy))
    assert service.parts[0].days == 5
    assert service.departures[0] == pytest.approx(24)  # three days of one and two of the other


def test_summer_and_winter_share_the_year_by_their_days() -> None:
    calendar = {"S": ("1111100", "20240304", "20240308"), "N": ("1111100", "20240311", "20240322")}
    summer, winter = (
        line("B", "AB", ALL_DAY, service_id="S"),
        line("C", "AB", hours(8, 9, 10), service_id="N"),
    )
    service = stop_services(feed_of(summer, winter, calendar=calendar))
    assert service.parts[0].days == 15
    assert service.departures[0] == pytest.approx(24 * 5 / 15 + 3 * 10 / 15)


def test_a_service_on_saturdays_is_no_weekday_whatever_the_start_of_the_week() -> None:
    calendar = {"A": ("0000010", "20240309", "20240309")}
    with pytest.raises(InputError, match="Monday to Friday"):
        stop_services(feed_of(line("B", "AB", ALL_DAY, service_id="A"), calendar=calendar))


def test_an_exception_for_a_service_of_no_trip_takes_no_day_away() -> None:
    feed = feed_of(
        line("B", "AB", ALL_DAY), exceptions=[("unknown", "20240306", "2"), ("unknown", "20240307", "1")]
    )
    assert stop_services(feed).parts[0].days == 5


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("0123456789"), min_size=7, max_size=7), st.integers(0, 30))
def test_only_ones_in_a_weekly_pattern_are_days(pattern: list[str], shift: int) -> None:
    start = np.datetime64("2024-03-01") + shift
    dates = [str(d).replace("-", "") for d in (start, start + 13)]
    days = service_days(timetable([], {}, {"W": ("".join(pattern), *dates)}).tables)
    expected = [d for d in days.days if pattern[(d - np.datetime64("2024-03-04")).astype(int) % 7] == "1"]
    assert days.days[days.planned[0]].tolist() == [d.item() for d in expected]
    assert len(days.days) == 10  # two weeks


# --- nights -----------------------------------------------------------------------------------------------------


def test_times_beyond_midnight_are_no_departures_of_the_day() -> None:
    night = line("N", "AB", hours(23.5, 24.5, 25.75))
    service = stop_services(feed_of(line("B", "AB", ALL_DAY), night))
    assert service.departures[0] == 24


def test_a_train_that_leaves_in_the_evening_and_calls_after_midnight_serves_its_evening_stops_only() -> None:
    late = line("N", "ABC", [18 * 60 + 50], gap=200.0)
    service = stop_services(feed_of(line("B", "XY", ALL_DAY), late))
    found = dict(zip(service.stop_id.tolist(), service.departures.tolist(), strict=True))
    assert (found["A"], found["B"], found["C"]) == (1, 0, 0)


def test_a_blank_between_eleven_at_night_and_one_in_the_morning_is_filled_across_midnight() -> None:
    calls = read_calls(
        timetable([("t", 1380.0, "A"), ("t", BLANK, "B"), ("t", 1500.0, "C")], {"t": {}}).tables
    )
    assert calls.departure.tolist() == [1380.0, 1440.0, 1500.0]


# --- directions -------------------------------------------------------------------------------------------------


def test_a_circular_line_has_one_direction_though_it_ends_where_it_began() -> None:
    circle = line("C", "ABCDA", ALL_DAY)
    feed = feed_of(circle)
    assert set(directions(read_calls(feed.tables), feed.tables)) == {0}
    assert headway(stop_services(feed), "A") == pytest.approx(30)


def test_both_ways_around_a_circle_are_two_directions() -> None:
    feed = feed_of(line("C", "ABCDE", ALL_DAY), line("D", "EDCBA", ALL_DAY[::2]))
    feed.tables["trips"]["route_id"] = np.full(len(feed.tables["trips"]["trip_id"]), "R")
    feed.tables["routes"]["route_id"], feed.tables["routes"]["route_type"] = np.array(["R"]), np.array(["3"])
    assert headway(stop_services(feed), "C") == pytest.approx(30)  # not 20, which both together would give


def test_directions_given_for_some_routes_only_are_kept_there_and_worked_out_elsewhere() -> None:
    given_out, given_back = (
        line("G", "AB", hours(8), direction_id="1"),
        line("G", "BA", hours(9), direction_id="0"),
    )
    out, back = line("R", "XYZ", hours(8)), line("R", "ZYX", hours(9))
    calls = [
        *given_out[0],
        *[(f"b{t}", m, s) for t, m, s in given_back[0]],
        *out[0],
        *[(f"b{t}", m, s) for t, m, s in back[0]],
    ]
    trips = {
        **given_out[1],
        **{f"b{k}": v for k, v in given_back[1].items()},
        **out[1],
        **{f"b{k}": v for k, v in back[1].items()},
    }
    feed = timetable(calls, trips)
    found = dict(
        zip(
            feed.tables["trips"]["trip_id"].tolist(),
            directions(read_calls(feed.tables), feed.tables),
            strict=True,
        )
    )
    assert found == {"G0": 1, "bG0": 0, "R0": 0, "bR0": 1}


def test_without_a_column_of_routes_or_directions_trips_are_still_told_apart() -> None:
    feed = feed_of(line("R", "ABC", ALL_DAY), line("S", "CBA", ALL_DAY))
    trips = {k: v for k, v in feed.tables["trips"].items() if k not in ("route_id", "direction_id")}
    tables = {**feed.tables, "trips": trips}
    found = directions(read_calls(feed.tables), tables)
    assert found.tolist() == [0] * 24 + [1] * 24


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 8), st.integers(1, 6), st.integers(1, 6))
def test_turning_all_trips_around_changes_no_headway_between_the_ends(
    stops: int, out: int, back: int
) -> None:
    names = "ABCDEFGH"[:stops]
    there, returning = (
        line("R", names, np.arange(420, 420 + 60 * out, 60.0)),
        line("S", names[::-1], np.arange(430, 430 + 60 * back, 60.0)),
    )

    def middle(first: Any, second: Any) -> list[float]:
        feed = feed_of(first, second)
        feed.tables["trips"]["route_id"] = np.full(out + back, "R")
        feed.tables["routes"]["route_id"], feed.tables["routes"]["route_type"] = (
            np.array(["R"]),
            np.array(["3"]),
        )
        return stop_services(feed).departures[1:-1].tolist()

    assert middle(there, returning) == middle(returning, there) == [max(out, back)] * (stops - 2)


# --- stations and stops -----------------------------------------------------------------------------------------


def with_stops(feed: Feed, **columns: list[Any]) -> Feed:
    stops = {**feed.tables["stops"], **{name: np.array(values) for name, values in columns.items()}}
    return feed.with_(tables={**feed.tables, "stops": stops})


def test_platforms_are_boarded_and_their_station_entrance_and_node_are_not() -> None:
    feed = feed_of(line("T", "ABCD", ALL_DAY))
    whole = with_stops(feed, location_type=["0", "", "1", "2"], parent_station=["C", "C", "", "C"])
    assert boarding_stops(whole).tolist() == [True, True, False, False]
    assert stop_services(whole).stop_id.tolist() == ["A", "B"]
    assert len(stops_with_modes(whole)[0]) == 2


def test_a_stop_without_a_position_cannot_be_walked_to() -> None:
    feed = feed_of(line("T", "ABC", ALL_DAY))
    feed.tables["stops"]["stop_lat"][1] = np.nan
    service = stop_services(feed)
    assert service.stop_id.tolist() == ["A", "C"]
    assert np.isfinite(service.xy).all()


def test_stops_that_nobody_calls_at_are_listed_without_service_and_without_mode() -> None:
    feed = feed_of(line("T", "AB", ALL_DAY))
    lonely = {**feed.tables["stops"]}
    lonely = {k: np.append(v, "Z" if k == "stop_id" else v[-1] + 0.1) for k, v in lonely.items()}
    service = stop_services(feed.with_(tables={**feed.tables, "stops": lonely}))
    assert service.stop_id.tolist() == ["A", "B", "Z"]
    assert (service.headway_min[2], service.part[2], service.modes[2]) == (np.inf, -1, "")
    assert service.modes.tolist() == ["bus", "bus", ""]


def test_a_stop_where_people_may_only_get_off_is_no_departure() -> None:
    feed = feed_of(line("T", "ABC", ALL_DAY))
    feed.tables["stop_times"]["pickup_type"] = np.where(feed.tables["stop_times"]["stop_id"] == "B", "1", "0")
    assert stop_services(feed).departures.tolist() == [24, 0, 0]


def test_stops_by_telephone_are_departures_all_the_same() -> None:
    feed = feed_of(line("T", "ABC", ALL_DAY))
    feed.tables["stop_times"]["pickup_type"] = np.full(len(feed.tables["stop_times"]["stop_id"]), "2")
    assert stop_services(feed).departures.tolist() == [24, 24, 0]


# --- routes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("0", "tram"), ("1", "metro"), ("7", "funicular"), ("11", "trolleybus"), ("12", "monorail"), ("100", "rail"),
        ("106", "rail"), ("300", "rail"), ("401", "metro"), ("405", "metro"), ("500", "metro"), ("600", "metro"),
        ("715", "bus"), ("800", "trolleybus"), ("900", "tram"), ("906", "tram"), ("1000", "ferry"), ("1200", "ferry"),
        ("1300", "aerial"), ("1400", "funicular"), ("1500", "other"), ("-1", "other"), ("3.0", "other"),
    ],
)  # fmt: skip
def test_plain_and_extended_route_types_are_one_list_of_modes(kind: str, mode: str) -> None:
    assert stop_modes(np.array([kind])).tolist() == [mode]


def test_a_route_that_is_not_listed_still_runs() -> None:
    feed = feed_of(line("T", "AB", ALL_DAY), line("U", "BC", ALL_DAY))
    routes = {"route_id": np.array(["T"]), "route_type": np.array(["0"])}
    service = stop_services(feed.with_(tables={**feed.tables, "routes": routes}))
    assert service.modes.tolist() == ["tram", "other;tram", "other"]
    assert headway(service, "B") == pytest.approx(30)


def test_two_lines_along_one_street_halve_the_wait_and_lines_that_cross_do_not() -> None:
    along, again = (
        line("1", "ABC", ALL_DAY, direction_id="0"),
        line("2", "ABC", ALL_DAY + 15, direction_id="0"),
    )
    across = line("3", "XBY", ALL_DAY, direction_id="1")
    service = stop_services(feed_of(along, again, across))
    assert headway(service, "A") == pytest.approx(15)
    assert headway(service, "B") == pytest.approx(15)
    assert headway(service, "X") == pytest.approx(30)


def test_operators_that_share_nothing_are_each_given_their_own_hours() -> None:
    bus = line("B", "AB", np.arange(660.0, 900.0, 30.0), service_id="B")
    rail = line("R", "XY", ALL_DAY, service_id="R")
    week = {"B": ("1111100", *MARCH), "R": ("1111100", *MARCH)}
    feed = feed_of(bus, rail, calendar=week)
    feed.tables["routes"]["agency_id"] = np.array(["one", "two"])
    service = stop_services(feed)
    assert service.windows == ("11:00–15:00", "07:00–19:00")
    assert service.part.tolist() == [0, -1, 1, -1]
    assert headway(service, "A") == headway(service, "X") == pytest.approx(30)
    assert separate_parts(read_calls(feed.tables), feed.tables).max() == 1


def test_a_trip_of_one_stop_goes_nowhere() -> None:
    calls, trips = line("B", "AB", ALL_DAY)
    service = stop_services(timetable([*calls, ("x", 500.0, "A")], {**trips, "x": {}}))
    assert service.departures[0] == 24


def test_trips_without_any_call_are_no_service() -> None:
    with pytest.raises(InputError, match="no service"):
        stop_services(timetable([("t", 500.0, "A")], {"t": {}, "ghost": {}}))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 1799), max_size=60))
def test_the_window_lies_within_the_day_and_holds_every_start_of_it(starts: list[int]) -> None:
    (low, high), served = service_window(np.array(starts, dtype=float))
    assert 420 <= low < high <= 1140
    within = [s for s in starts if 420 <= s < 1140]
    assert all(low <= s < high for s in within)
    assert served == pytest.approx(len({s // 60 for s in within}) / 12)
    if served < 0.8 and within:  # the window is no longer than it must be
        assert min(within) < low + 60
        assert max(within) >= high - 60


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(420, 1139), min_size=1, max_size=40))
def test_headway_times_departures_is_the_window(starts: list[int]) -> None:
    service = stop_services(feed_of(line("B", "AB", np.array(starts, dtype=float), gap=0.0)))
    window = service.parts[0].window
    assert service.departures[0] == len(starts)
    assert headway(service, "A") * len(starts) == pytest.approx(window[1] - window[0])
