"""Where a figure of the river tips over: the last minute of a silence, the break at the peak, the two weeks before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.measure.river import (
    NO_DATUM,
    river_above_stage,
    river_breaks,
    river_peak,
    river_record_coverage,
    river_rise,
    river_time_covered,
)
from almena.model.data import Table
from almena.model.observation import Cause, Result
from almena.model.place import Places
from measure.town import reached, table
from measure.town import town as made_town

Reading = tuple[str, float]


def river(*readings: Reading, **texts: str) -> Table:
    times = np.array([t for t, _ in readings], dtype="datetime64[m]")
    more = {name: np.full(len(readings), text) for name, text in texts.items()}
    return table("river_level", "2024", time=times, level=np.array([v for _, v in readings], float), **more)


def stage(level: float, name: str = "flood") -> Table:
    return table("river_stages", "2020", name=np.array([name]), level=np.array([level], float))


def above(held: Table, level: float) -> Result:
    found = river_above_stage(held, stage(level), places=made_town())
    assert isinstance(found, tuple)
    return found[0]


def named(result: Result, words: str) -> Cause:
    return next(c for c in result.causes if words in c.name)


# --- the peak -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "told"), [("2024-04-21T01:00", True), ("2024-04-21T00:00", False)])
def test_a_jump_counts_in_the_two_weeks_before_the_peak(before: str, told: bool, town: Places) -> None:
    """The peak is of 5 May, 0 o'clock: 14 days before it is 21 April, 0 o'clock, and no longer told."""
    after = str(np.datetime64(before, "m") + 60)
    held = river((before, 100.0), (after, 160.0), ("2024-05-05T00:00", 300.0), ("2024-05-20T00:00", 200.0))
    assert any("jump" in note for note in river_peak(held, places=town).notes) is told


def test_the_fall_right_after_the_peak_is_no_jump_before_it(town: Places) -> None:
    held = river(("2024-05-01T00:00", 280.0), ("2024-05-01T12:00", 300.0), ("2024-05-01T13:00", 200.0))
    found = river_peak(held, places=town)
    assert found.causes[0].kind == "enumerated"
    assert not any("jump" in note for note in found.notes)


@pytest.mark.parametrize(("last", "told"), [("2024-05-08T00:00", False), ("2024-05-07T23:00", True)])
def test_three_days_after_the_peak_are_enough_to_call_it_one(last: str, told: bool, town: Places) -> None:
    found = river_peak(river(("2024-05-05T00:00", 500.0), (last, 400.0)), places=town)
    assert any("cannot be ruled out" in note for note in found.notes) is told


def test_the_first_of_two_equal_peaks_is_named(town: Places) -> None:
    held = river(("2024-05-02T00:00", 500.0), ("2024-05-03T00:00", 400.0), ("2024-05-04T00:00", 500.0))
    assert river_peak(held, places=town).period == "2024-05-02"


def test_datum_and_gauge_are_told_as_far_as_the_file_names_them(town: Places) -> None:
    row = ("2024-05-01T00:00", 100.0)
    assert river_peak(river(row), places=town).notes[0] == NO_DATUM
    assert river_peak(river(row, station="Cais"), places=town).notes[0] == NO_DATUM
    assert river_peak(river(row, datum="sea"), places=town).notes[0] == "levels are above the datum sea"
    both = river_peak(river(row, datum="sea", station="Cais"), places=town)
    assert both.notes[0] == "levels are above the datum sea of the gauge Cais"


# --- stages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("second", "counted", "silent"), [("03:00", 3.0, 0.0), ("03:01", 0.0, 181 / 60)])
def test_three_hours_are_known_and_a_minute_more_is_silence(
    second: str, counted: float, silent: float
) -> None:
    found = above(river(("2024-05-01T00:00", 300.0), (f"2024-05-01T{second}", 100.0)), 200)
    assert found.value[0] == counted
    unknown = [c for c in found.causes if "without readings" in c.name]
    assert [float(c.high[0]) for c in unknown] == ([pytest.approx(silent)] if silent else [])  # type: ignore[index]


@pytest.mark.parametrize(
    ("levels", "hours"), [((300.0, 100.0), 10.0), ((100.0, 300.0), 10.0), ((100.0, 90.0), 0.0)]
)
def test_a_silence_counts_as_doubt_when_either_end_stands_above(
    levels: tuple[float, float], hours: float
) -> None:
    found = above(river(("2024-05-01T00:00", levels[0]), ("2024-05-01T10:00", levels[1])), 200)
    assert found.value[0] == 0
    assert sum(float(c.high[0]) for c in found.causes if "without readings" in c.name) == hours  # type: ignore[index]


def test_days_above_a_stage_are_days_of_the_calendar() -> None:
    """Above from 1 May 23:00 to 2 May 01:00: two hours, on two days, of a record of two days."""
    rows = [("2024-05-01T22:00", 100.0), ("2024-05-01T23:00", 210.0), ("2024-05-02T00:00", 220.0)]
    found = above(river(*rows, ("2024-05-02T01:00", 150.0)), 200)
    assert found.value[0] == 2
    assert found.notes[0] == "stage flood of 200 cm: reached on 2 days"
    assert found.period == "2024-05-01/2024-05-02"


def test_the_share_of_time_with_readings_is_the_coverage_of_the_hours() -> None:
    """Two hours with readings and eight without: a fifth of the time."""
    rows = [("2024-05-01T00:00", 100.0), ("2024-05-01T01:00", 100.0), ("2024-05-01T02:00", 100.0)]
    assert above(river(*rows, ("2024-05-01T10:00", 100.0)), 200).coverage == pytest.approx(0.2)


def test_a_record_of_one_moment_covers_nothing() -> None:
    found = above(river(("2024-05-01T00:00", 300.0)), 200)
    assert (found.value[0], found.coverage) == (0, 0)


def test_what_follows_a_break_is_moved_back_by_its_step() -> None:
    """
    At 190 cm the gauge steps up by 60 to 250 cm and stays two hours.

    As read, two hours stand above 200 cm; moved back by 60 cm they stand at 190 and 195, and none does.
    """
    rows = [("2024-05-01T00:00", 190.0), ("2024-05-01T01:00", 250.0), ("2024-05-01T02:00", 255.0)]
    found = above(river(*rows, ("2024-05-01T03:00", 252.0)), 200)
    moved = named(found, "changes of gauge")
    assert found.value[0] == 2
    assert (moved.low[0], moved.high[0]) == (0, 2)  # type: ignore[index]
    assert np.isnan(moved.low[1:]).all()  # type: ignore[index]


# --- the rise -------------------------------------------------------------------------------------------------


def test_the_rise_is_of_the_day_on_which_it_began_and_from_its_lowest_reading(town: Places) -> None:
    rows = [("2024-05-01T21:00", 120.0), ("2024-05-01T22:00", 110.0), ("2024-05-02T00:00", 150.0)]
    found = river_rise(river(*rows), places=town, hours=3)
    assert (found.value[0], found.period) == (40, "2024-05-01")
    assert found.locators == {"river_level": "from 2024-05-01 22:00 to 2024-05-02 00:00"}
    assert found.causes[0].kind == "enumerated"


def test_a_window_holds_its_first_minute(town: Places) -> None:
    rows = [("2024-05-01T00:00", 100.0), ("2024-05-01T02:00", 110.0), ("2024-05-01T03:00", 130.0)]
    assert river_rise(river(*rows), places=town, hours=3).value[0] == 30
    assert river_rise(river(*rows), places=town, hours=2.9).value[0] == 20


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 120)), min_size=2, max_size=25), st.integers(1, 30)
)
def test_the_rise_is_that_of_the_steepest_pair_with_neither_silence_nor_break(
    steps: list[tuple[int, int]], within: int
) -> None:
    minutes = np.cumsum([gap for gap, _ in steps])
    times, levels = np.datetime64("2024-05-01T00:00", "m") + minutes, [float(v) for _, v in steps]
    torn = [
        minutes[i + 1] - minutes[i] > 180 or abs(levels[i + 1] - levels[i]) >= 50
        for i in range(len(steps) - 1)
    ]
    pairs = [
        levels[j] - levels[i]
        for j in range(len(steps))
        for i in range(j)
        if minutes[j] - minutes[i] <= 60 * within and not any(torn[i:j])
    ]
    found = river_rise(
        river(*zip(map(str, times), levels, strict=True)), places=made_town(), hours=float(within)
    )
    if pairs:
        assert found.value[0] == max(0.0, *pairs)
    else:
        assert found.missing


# --- the record -----------------------------------------------------------------------------------------------


def test_silences_are_counted_and_the_three_longest_are_told_in_their_order(town: Places) -> None:
    """Silences of 4, 8, 5 and 6 hours with an hour between them: 3 known hours of 26."""
    hours = [0, 4, 5, 13, 14, 19, 20, 26]
    held = river(*((str(np.datetime64("2024-05-01T00:00", "m") + 60 * h), 1.0) for h in hours))
    found = river_time_covered(held, places=town)
    assert found.value[0] == pytest.approx(100 * 3 / 26)
    (note,) = found.notes
    assert note.startswith("4 silences of more than 3 hours, the longest: ")
    spans = note.split("longest: ")[1].split("; ")
    assert [span[:16] for span in spans] == ["2024-05-01 05:00", "2024-05-01 14:00", "2024-05-01 20:00"]
    assert found.period == "2024-05-01/2024-05-02"


def test_a_record_of_two_readings_is_a_record(town: Places) -> None:
    held = river(("2024-05-01T00:00", 100.0), ("2024-05-01T03:00", 150.0))
    assert river_time_covered(held, places=town).value[0] == 100
    assert river_time_covered(held, places=town).notes == ()
    assert river_breaks(held, places=town).value[0] == 1
    assert river_breaks(held, places=town).period == "2024-05-01/2024-05-01"


def test_no_more_than_ten_breaks_are_told_but_all_are_counted(town: Places) -> None:
    levels = [100.0, 200.0] * 6
    held = river(
        *((str(np.datetime64("2024-05-01T00:00", "m") + 60 * i), level) for i, level in enumerate(levels))
    )
    found = river_breaks(held, places=town)
    assert (found.value[0], len(found.notes)) == (11, 10)


def test_the_first_and_the_last_day_of_the_window_belong_to_it(town: Places) -> None:
    """Thirty days before May 2024 is 1 April, thirty days after it is 30 June: two of 91 days."""
    event, _ = reached(town)
    inside = [("2024-04-01T00:00", 1.0), ("2024-06-30T23:59", 1.0)]
    outside = [("2024-03-31T23:59", 1.0), ("2024-07-01T00:00", 1.0)]
    found = river_record_coverage(river(*inside, *outside), event, places=town)
    assert found.value[0] == pytest.approx(100 * 2 / 91)
    assert found.causes[0].kind == "enumerated"
