"""The two tables behind a headway: which days count, and which calls are made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.geo.calendars import service_days
from almena.geo.timetable import service_window
from almena.geo.trips import directions, read_calls, separate_parts

from .shapes import timetable

BLANK = np.nan
WEEK = {"W": ("1111100", "20240304", "20240310")}  # Monday 4 to Sunday 10 March 2024
W = np.array(["W"])


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


# --- days -----------------------------------------------------------------------------------------------------


def test_only_mondays_to_fridays_are_looked_at() -> None:
    days = service_days(timetable([], {}, WEEK).tables)
    assert days.days[0] == day("2024-03-04")
    assert days.days[-1] == day("2024-03-08")
    assert days.planned.tolist() == [[True] * 5]


def test_the_pattern_of_a_service_is_that_of_its_weekdays() -> None:
    days = service_days(timetable([], {}, {"X": ("0100100", "20240304", "20240310")}).tables)
    assert days.days[days.planned[0]].tolist() == [day("2024-03-05").item(), day("2024-03-08").item()]


def test_two_rows_of_one_service_add_up() -> None:
    feed = timetable(
        [], {}, {"a": ("1000000", "20240304", "20240310"), "b": ("0000100", "20240304", "20240310")}
    )
    feed.tables["calendar"]["service_id"] = np.array(["a", "a"])
    assert service_days(feed.tables).planned.sum() == 2


def test_exceptions_take_away_and_add() -> None:
    calendar = {**WEEK, "H": ("0000000", "20240304", "20240310")}
    changes = [("W", "20240306", "2"), ("H", "20240306", "1")]
    days = service_days(timetable([], {}, calendar, changes).tables)
    wednesday = days.days == day("2024-03-06")
    assert days.actual[days.services == "W"][0, wednesday] == [False]
    assert days.actual[days.services == "H"][0, wednesday] == [True]
    assert days.ordinary(days.services).sum() == 4
    assert days.ordinary(W).sum() == 4


def test_the_exception_of_another_service_leaves_the_day_ordinary() -> None:
    calendar = {**WEEK, "X": ("1111100", "20240304", "20240310")}
    days = service_days(timetable([], {}, calendar, [("X", "20240306", "2")]).tables)
    assert days.ordinary(W).sum() == 5
    assert days.ordinary(np.array(["W", "X"])).sum() == 4


def test_shares_are_taken_over_the_ordinary_days() -> None:
    calendar = {**WEEK, "M": ("1100000", "20240304", "20240310")}
    days = service_days(timetable([], {}, calendar).tables)
    assert days.share(days.ordinary(days.services)) == {"W": 1.0, "M": 0.4}
    assert days.share(np.zeros(5, np.bool_)) == {}


def test_unreadable_dates_and_no_calendar_give_no_days() -> None:
    assert len(service_days({}).days) == 0
    broken = timetable([], {}, {"W": ("1111100", "soon", "later")})
    assert len(service_days(broken.tables).days) == 0


def test_saturday_and_sunday_exceptions_are_passed_over() -> None:
    days = service_days(timetable([], {}, WEEK, [("W", "20240309", "1"), ("W", "20240310", "1")]).tables)
    assert days.ordinary(W).sum() == 5


# --- calls ----------------------------------------------------------------------------------------------------


def test_calls_follow_the_trip_and_know_where_it_starts_and_ends() -> None:
    calls = read_calls(
        timetable(
            [("t", 1.0, "A"), ("t", 2.0, "B"), ("u", 3.0, "A"), ("u", 4.0, "B")], {"t": {}, "u": {}}
        ).tables
    )
    assert calls.trip.tolist() == [0, 0, 1, 1]
    assert calls.first.tolist() == [True, False, True, False]
    assert calls.boards.tolist() == [True, False, True, False]


def test_blanks_are_filled_up_to_the_next_arrival_not_the_next_departure() -> None:
    feed = timetable([("t", 600.0, "A"), ("t", BLANK, "B"), ("t", 620.0, "C")], {"t": {}})
    feed.tables["stop_times"]["departure_time"][2] = 640.0  # the bus waits twenty minutes at C
    calls = read_calls(feed.tables)
    assert calls.departure.tolist() == [600.0, 610.0, 640.0]
    assert calls.interpolated.tolist() == [False, True, False]


def test_blanks_at_either_end_of_a_trip_stay_blank_whatever_the_next_trip_says() -> None:
    times = [
        ("t", 600.0, "A"),
        ("t", BLANK, "B"),
        ("t", BLANK, "C"),
        ("u", BLANK, "A"),
        ("u", BLANK, "B"),
        ("u", 660.0, "C"),
    ]
    calls = read_calls(timetable(times, {"t": {}, "u": {}}).tables)
    assert np.isnan(calls.departure).tolist() == [False, True, True, True, True, False]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 600)), min_size=2, max_size=12), st.integers(0, 1000))
def test_filled_times_lie_between_their_neighbours(minutes: list[int | None], start: int) -> None:
    known = np.cumsum([m or 0 for m in minutes]) + start
    times = [
        ("t", BLANK if m is None else float(t), f"s{i:02d}")
        for i, (m, t) in enumerate(zip(minutes, known, strict=True))
    ]
    calls = read_calls(timetable(times, {"t": {}}).tables)
    given_at = np.flatnonzero([m is not None for m in minutes])
    np.testing.assert_array_equal(calls.departure[given_at], known[given_at])
    for i in np.flatnonzero(calls.interpolated & np.isfinite(calls.departure)):
        before, after = given_at[given_at < i].max(), given_at[given_at > i].min()
        assert known[before] <= calls.departure[i] <= known[after]
    outside = (np.arange(len(minutes)) < given_at.min(initial=99)) | (
        np.arange(len(minutes)) > given_at.max(initial=-1)
    )
    assert np.isnan(calls.departure[outside]).all()


def test_the_end_of_a_frequency_is_not_a_departure() -> None:
    frequencies = {
        "trip_id": np.array(["t", "nobody"]), "start_time": np.array([420.0, 0.0]),
        "end_time": np.array([480.0, 99.0]), "headway_secs": np.array(["1200", "60"]),
    }  # fmt: skip
    times = [("t", 300.0, "A"), ("t", 307.0, "B"), ("u", 500.0, "A"), ("u", 505.0, "B")]
    calls = read_calls(timetable(times, {"t": {}, "u": {}}, frequencies=frequencies).tables)
    assert calls.departure[calls.first].tolist() == [500.0, 420.0, 440.0, 460.0]
    assert calls.departure[~calls.first].tolist() == [505.0, 427.0, 447.0, 467.0]


# --- directions and parts -------------------------------------------------------------------------------------


def test_given_directions_are_taken_over() -> None:
    feed = timetable([("t", 1.0, "A"), ("t", 2.0, "B"), ("u", 1.0, "A"), ("u", 2.0, "B")],
                     {"t": {"direction_id": "1"}, "u": {"direction_id": "0"}})  # fmt: skip
    assert directions(read_calls(feed.tables), feed.tables).tolist() == [1, 0]


def test_each_route_is_judged_by_its_own_longest_trip() -> None:
    runs = {"long": "ABCDE", "back": "EDC", "short": "BD", "other": "ECA", "lonely": "XYZ", "one": "C"}
    routes = {"other": {"route_id": "2"}}
    times = [(trip, 10.0 * i, stop) for trip, stops in runs.items() for i, stop in enumerate(stops)]
    feed = timetable(times, {trip: routes.get(trip, {}) for trip in runs})
    assert directions(read_calls(feed.tables), feed.tables).tolist() == [0, 1, 0, 0, 0, 0]


def test_the_jump_from_one_trip_to_the_next_is_no_step_along_the_line() -> None:
    # many one-stop trips in descending order, each a step backwards if trips were run together
    runs = {"long": "ABCDE", "a": "DE", "b": "AB", "c": "AB"}
    times = [(trip, 10.0 * i, stop) for trip, stops in runs.items() for i, stop in enumerate(stops)]
    feed = timetable(times, {trip: {} for trip in runs})
    singles = [("x", 5.0, "E"), ("y", 5.0, "A")]
    with_singles = timetable(times + singles, {trip: {} for trip in [*runs, "x", "y"]})
    assert directions(read_calls(feed.tables), feed.tables).tolist() == [0, 0, 0, 0]
    assert directions(read_calls(with_singles.tables), with_singles.tables).tolist() == [0] * 6


@pytest.mark.parametrize("shared", ["agency", "service", "stop", None])
def test_feeds_are_one_when_they_share_anything(shared: str | None) -> None:
    second = {"route_id": "2", "service_id": "W" if shared == "service" else "V"}
    last = "B" if shared == "stop" else "D"
    feed = timetable(
        [("t", 1.0, "A"), ("t", 2.0, "B"), ("u", 1.0, "C"), ("u", 2.0, last)],
        {"t": {"route_id": "1"}, "u": second},
    )
    feed.tables["routes"]["agency_id"] = np.array(["one", "one" if shared == "agency" else "two"])
    parts = separate_parts(read_calls(feed.tables), feed.tables)
    assert parts.tolist() == ([0, 1] if shared is None else [0, 0])


def test_exactly_eighty_percent_of_the_hours_are_enough() -> None:
    ten_hours = np.array([60.0 * h for h in range(8, 18)])
    nine_of_ten = np.array([60.0 * h for h in range(8, 16)])
    assert service_window(ten_hours, day=(420.0, 1140.0), enough=10 / 12)[0] == (420.0, 1140.0)
    assert service_window(nine_of_ten, day=(480.0, 1080.0), enough=0.8)[0] == (480.0, 1080.0)
    assert service_window(nine_of_ten, day=(480.0, 1080.0), enough=0.81)[0] == (480.0, 960.0)
