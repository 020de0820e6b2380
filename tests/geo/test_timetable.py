"""Headways on ordinary weekdays, from the timetable alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import real_city
from almena.geo.calendars import service_days
from almena.geo.timetable import service_window, stop_modes, stop_services, stops_with_modes
from almena.geo.trips import look_up
from almena.model.data import Feed
from almena.model.problem import InputError

from .shapes import timetable

BLANK = np.nan


def every(
    minutes: float, *, start: float = 420, end: float = 1140, stops: str = "ABC", **trip: str
) -> dict[str, Any]:
    """Return trips along some stops, five minutes apart, at regular times."""
    times, trips = [], {}
    for number, leaves in enumerate(np.arange(start, end, minutes)):
        name = f"{stops}{trip.get('route_id', '')}{trip.get('service_id', '')}{number}"
        trips[name] = trip
        times += [(name, leaves + 5 * i, stop) for i, stop in enumerate(stops)]
    return {"stop_times": times, "trips": trips}


def together(*groups: dict[str, Any]) -> dict[str, Any]:
    return {
        "stop_times": [call for g in groups for call in g["stop_times"]],
        "trips": {name: trip for g in groups for name, trip in g["trips"].items()},
    }


def headways(feed: Feed) -> dict[str, float]:
    service = stop_services(feed)
    return dict(zip(service.stop_id.tolist(), service.headway_min.tolist(), strict=True))


def test_a_bus_every_20_minutes_is_a_headway_of_20() -> None:
    found = headways(timetable(**every(20, direction_id="0")))
    assert found["A"] == pytest.approx(20)  # 36 departures between 07:00 and 19:00
    assert found["C"] == np.inf  # the end of the line is no departure


def test_only_departures_between_seven_and_nineteen_count() -> None:
    # from 06:00 to 20:00 every 30 minutes: 28 trips, 24 of them within the day; B is passed 5 minutes later
    found = stop_services(timetable(**every(30, start=360, end=1200)))
    assert found.departures.tolist() == [24, 24, 0]
    at_the_hour = stop_services(timetable(**every(60, start=360, end=1260)))
    assert at_the_hour.departures[0] == 12  # 07:00 counts, 19:00 does not


def test_the_better_direction_counts_and_directions_are_not_added() -> None:
    out, back = every(20, stops="ABC", direction_id="0"), every(30, stops="CBA", direction_id="1")
    assert headways(timetable(**together(out, back)))["B"] == pytest.approx(20)


def test_lines_in_one_direction_add_up() -> None:
    one, two = every(20, direction_id="0", route_id="1"), every(20, direction_id="0", route_id="2")
    assert headways(timetable(**together(one, two)))["B"] == pytest.approx(10)


def test_without_directions_the_order_of_the_stops_tells_them_apart() -> None:
    out, back = every(20, stops="ABCD"), every(30, stops="DCBA")
    short = every(60, stops="BC")  # a short working joins the way it goes
    found = headways(timetable(**together(out, back, short)))
    assert found["B"] == pytest.approx(720 / (36 + 12))
    assert found["C"] == pytest.approx(720 / 36)
    assert found["D"] == pytest.approx(30)


def test_blank_times_are_interpolated_by_the_number_of_stops() -> None:
    times = [("t", 600.0, "A"), ("t", BLANK, "B"), ("t", BLANK, "C"), ("t", 660.0, "D")]
    service = stop_services(timetable(times, {"t": {}}))
    assert service.departures.tolist() == [1, 1, 1, 0]
    assert service.interpolated_share == pytest.approx(2 / 3)
    late = [
        ("t", 1130.0, "A"),
        ("t", BLANK, "B"),
        ("t", BLANK, "C"),
        ("t", 1160.0, "D"),
    ]  # B at 18:60, C at 19:10
    trips = {"t": {}, "u": {}}
    morning = [("u", 420.0 + i, stop) for i, stop in enumerate("ABCD")]
    assert stop_services(timetable(late + morning, trips)).departures.tolist() == [2, 1, 1, 0]


def test_times_after_the_last_known_one_stay_unknown() -> None:
    times = [("t", 600.0, "A"), ("t", 610.0, "B"), ("t", BLANK, "C"), ("t", BLANK, "D")]
    service = stop_services(timetable(times, {"t": {}}))
    assert service.departures.tolist() == [1, 1, 0, 0]
    assert service.interpolated_share == 0


def test_blanks_are_never_filled_across_trips() -> None:
    times = [("t", 600.0, "A"), ("t", BLANK, "B"), ("u", BLANK, "A"), ("u", 660.0, "B")]
    assert stop_services(timetable(times, {"t": {}, "u": {}})).departures.tolist() == [1, 0]


def test_an_arrival_stands_for_a_blank_departure() -> None:
    feed = timetable([("t", 600.0, "A"), ("t", 610.0, "B"), ("t", 620.0, "C")], {"t": {}})
    feed.tables["stop_times"]["departure_time"][1] = np.nan
    service = stop_services(feed)
    assert service.departures.tolist() == [1, 1, 0]
    assert service.interpolated_share == 0


def test_rows_may_come_in_any_order() -> None:
    feed = timetable(**every(20))
    shuffled = np.random.default_rng(2).permutation(len(feed.tables["stop_times"]["trip_id"]))
    mixed = {name: column[shuffled] for name, column in feed.tables["stop_times"].items()}
    assert headways(feed.with_(tables={**feed.tables, "stop_times": mixed})) == headways(feed)


def test_stops_that_take_nobody_up_and_stations_do_not_count() -> None:
    feed = timetable([("t", 600.0, "A"), ("t", 610.0, "B"), ("t", 620.0, "C")], {"t": {}})
    feed.tables["stop_times"]["pickup_type"] = np.array(["0", "1", ""])
    feed.tables["stops"]["location_type"] = np.array(["1", "0", ""])
    service = stop_services(feed)
    assert service.stop_id.tolist() == ["B", "C"]
    assert service.departures.tolist() == [0, 0]


def test_frequencies_are_written_out() -> None:
    repeated = {
        "frequencies": {
            "trip_id": np.array(["t", "t"]),
            "start_time": np.array([420.0, 600.0]),
            "end_time": np.array([600.0, 1140.0]),
            "headway_secs": np.array(["600", "1200"]),
        }
    }
    times = [("t", 0.0, "A"), ("t", 5.0, "B"), ("t", 9.0, "C")]
    service = stop_services(timetable(times, {"t": {}}, **repeated))
    assert service.departures.tolist() == [18 + 27, 18 + 27, 0]
    assert service.headway_min[0] == pytest.approx(16)


def test_a_trip_on_one_weekday_in_five_counts_a_fifth() -> None:
    calendar = {"W": ("1111100", "20240304", "20240310"), "F": ("0000100", "20240304", "20240310")}
    friday, daily = every(60, service_id="F"), every(30)
    assert headways(timetable(**together(daily, friday), calendar=calendar))["A"] == pytest.approx(
        720 / (24 + 12 / 5)
    )


def test_weekend_services_do_not_count() -> None:
    calendar = {"W": ("1111100", "20240304", "20240310"), "S": ("0000011", "20240304", "20240310")}
    both = together(every(30), every(5, service_id="S"))
    assert headways(timetable(**both, calendar=calendar))["A"] == pytest.approx(30)


def test_holidays_drop_out() -> None:
    holiday = [("W", "20240308", "2"), ("H", "20240308", "1")]
    calendar = {"W": ("1111100", "20240304", "20240310"), "H": ("0000000", "20240304", "20240310")}
    feed = timetable(**together(every(20), every(120, service_id="H")), calendar=calendar, exceptions=holiday)
    service = stop_services(feed)
    assert service.parts[0].days == 4
    assert service.headway_min[0] == pytest.approx(20)


def test_a_timetable_that_lists_its_days_one_by_one_counts_them_all() -> None:
    dates = [("X", f"202403{day:02d}", "1") for day in range(4, 11)]
    service = stop_services(timetable(**every(20, service_id="X"), calendar={}, exceptions=dates))
    assert service.parts[0].days == 5  # 9 and 10 March 2024 were a weekend
    assert service.headway_min[0] == pytest.approx(20)


def test_an_exception_that_changes_nothing_leaves_the_day_ordinary() -> None:
    feed = timetable(**every(20), exceptions=[("W", "20240308", "1")])
    days = service_days(feed.tables)
    assert days.ordinary(np.array(["W"])).sum() == 5


def test_a_timetable_of_part_of_the_day_is_not_averaged_over_the_whole() -> None:
    service = stop_services(timetable(**every(20, start=660, end=1000)))
    assert service.is_partial
    assert service.windows == ("11:00–17:00",)
    assert service.parts[0].hours_served == pytest.approx(0.5)
    assert service.headway_min[0] == pytest.approx(360 / 17)


@pytest.mark.parametrize(
    "hours, window",
    [
        (range(7, 19), (420, 1140)),
        ([*range(7, 13), *range(15, 19)], (420, 1140)),  # 10 of 12 hours are 83 %
        (range(7, 16), (420, 960)),  # 9 of 12 are 75 %
        ([8, 17], (480, 1080)),
        ([5, 6, 19, 22], (420, 1140)),
    ],
)
def test_the_window_runs_over_the_hours_in_which_trips_start(hours: Any, window: tuple[float, float]) -> None:
    assert service_window(np.array([60.0 * h + 7 for h in hours]))[0] == window


def test_feeds_put_together_keep_their_own_window() -> None:
    part_of_day = every(30, start=660, end=1000, stops="ABC", route_id="bus", service_id="B")
    all_day = every(10, stops="XYZ", route_id="rail", service_id="R")
    calendar = {"B": ("1111100", "20240304", "20240310"), "R": ("1111100", "20240401", "20240407")}
    feed = timetable(**together(part_of_day, all_day), calendar=calendar)
    feed.tables["routes"]["agency_id"] = np.array(["one", "two"])
    service = stop_services(feed)
    assert service.windows == ("11:00–17:00", "07:00–19:00")
    assert service.headway_min[service.stop_id == "X"] == pytest.approx(10)
    assert service.headway_min[service.stop_id == "A"] == pytest.approx(360 / 12)
    assert service.part.tolist() == [0, 0, -1, 1, 1, -1]


def test_operators_that_share_stops_are_one_timetable() -> None:
    feed = timetable(**together(every(30, end=480, route_id="peak"), every(60, route_id="day")))
    feed.tables["routes"]["agency_id"] = np.array(["one", "two"])
    assert stop_services(feed).windows == ("07:00–19:00",)


def test_a_timetable_without_weekday_service_is_refused() -> None:
    with pytest.raises(InputError, match="weekday"):
        stop_services(timetable(**every(20), calendar={"W": ("0000011", "20240304", "20240310")}))


def test_calls_of_unknown_trips_and_stops_are_left_out() -> None:
    feed = timetable(**every(20))
    times = {k: np.append(v, v[-1:]) for k, v in feed.tables["stop_times"].items()}
    times["trip_id"] = np.append(times["trip_id"][:-1], "nobody")
    assert headways(feed.with_(tables={**feed.tables, "stop_times": times})) == headways(feed)


def test_modes_are_named_plain_and_extended() -> None:
    named = stop_modes(np.array(["0", "1", "2", "3", "4", "109", "401", "702", "99", "", "x"]))
    assert named.tolist() == [
        "tram",
        "metro",
        "rail",
        "bus",
        "ferry",
        "rail",
        "metro",
        "bus",
        "other",
        "other",
        "other",
    ]


def test_a_stop_knows_all_modes_that_call_there() -> None:
    feed = timetable(**together(every(20, route_id="1"), every(20, route_id="2", stops="CD")))
    feed.tables["routes"]["route_type"] = np.array(["3", "2"])
    assert stop_services(feed).modes.tolist() == ["bus", "bus", "bus;rail", "rail"]
    lonlat, modes = stops_with_modes(feed)
    assert modes.tolist() == ["bus", "bus", "bus;rail", "rail"]
    assert lonlat.shape == (4, 2)


def test_of_names_given_twice_the_first_is_found() -> None:
    np.testing.assert_array_equal(look_up(np.array(["b", "a", "b"]), np.array(["b", "c", "a"])), [0, -1, 1])
    np.testing.assert_array_equal(look_up(np.array([], dtype=str), np.array(["b"])), [-1])


@pytest.mark.real
def test_the_bus_timetable_of_2019_speaks_of_six_hours(porto_alegre: Path) -> None:
    service = stop_services(real_city.feed(porto_alegre, "transit/gtfs_eptc.zip"))
    assert service.windows == ("11:00–17:00",)
    assert service.parts[0].days == 63  # of 66 weekdays between 15 April and 15 July 2019 three were holidays
    assert service.interpolated_share > 0.96
    assert len(service.stop_id) == 3_986
    assert (service.headway_min <= 20).sum() < (service.headway_min <= 30).sum() < 3_986
    assert set(service.modes) == {"bus"}


@pytest.mark.real
def test_the_metro_timetable_gives_no_direction_and_serves_the_whole_day(porto_alegre: Path) -> None:
    service = stop_services(real_city.feed(porto_alegre, "transit/gtfs_trensurb.zip"))
    assert not service.is_partial
    assert service.interpolated_share == 0
    assert len(service.stop_id) == 24
    assert service.headway_min.max() < 20
    assert (
        service.headway_min.min() > 5
    )  # both directions together would pass for a train every three minutes
