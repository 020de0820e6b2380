"""What a river gauge tells, and where its record breaks: worked by hand, then on the gauge of a real flood."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.measure.river import (
    Readings,
    readings,
    river_above_stage,
    river_breaks,
    river_peak,
    river_record_coverage,
    river_rise,
    river_time_covered,
)
from almena.model.data import Table
from almena.model.observation import Result
from almena.model.place import Places
from measure.town import only_city, reached, table
from measure.town import town as made_town

# --- the peak -------------------------------------------------------------------------------------------------


def river(*readings: tuple[str, float]) -> Table:
    times = np.array([t for t, _ in readings], dtype="datetime64[s]")
    return table("river_level", "2024", time=times, level=np.array([v for _, v in readings], dtype=float))


CALM = [(f"2024-05-{day:02d}T00:00", 200.0 + day) for day in range(1, 11)]


def test_the_peak_is_found_whatever_the_order_of_the_readings(town: Places) -> None:
    for rows in (CALM, CALM[::-1]):
        found = river_peak(river(*rows[:3], ("2024-05-05T05:30", 535.0), *rows[3:]), places=town)
        np.testing.assert_allclose(found.value, only_city(535))
        assert found.period == "2024-05-05"
        assert found.locators == {"river_level": "reading of 2024-05-05T05:30"}


def test_blank_readings_are_not_the_lowest_and_not_the_highest(town: Places) -> None:
    found = river_peak(river(*CALM, ("2024-05-11T00:00", np.nan)), places=town)
    assert found.value[0] == 210
    assert (
        river_peak(river(("2024-05-11T00:00", np.nan)), places=town).missing == "the series holds no reading"
    )


def test_jumps_that_no_river_makes_are_named(town: Places) -> None:
    rows = [("2024-05-02T23:15", 369.0), ("2024-05-03T00:15", 273.0), ("2024-05-03T02:15", 322.9)]
    found = river_peak(river(*rows, ("2024-05-04T00:00", 500.0), ("2024-05-08T00:00", 400.0)), places=town)
    (jumps,) = [n for n in found.notes if "jump" in n]
    assert jumps.endswith("from 369 to 273 cm between 2024-05-02 23:15 and 2024-05-03 00:15")


def test_jumps_taken_for_a_change_of_gauge_make_the_range(town: Places) -> None:
    # down by 96 and up by 60 cm: 36 cm too low together, so that the peak may have been 536
    rows = [("2024-05-02T23:15", 369.0), ("2024-05-03T00:15", 273.0), ("2024-05-03T10:00", 320.0)]
    rows += [("2024-05-03T11:00", 380.0), ("2024-05-04T00:00", 500.0), ("2024-05-08T00:00", 400.0)]
    cause = river_peak(river(*rows), places=town).causes[0]
    assert "-36 cm together" in cause.name
    assert cause.kind == "sources"
    assert (cause.low[0], cause.high[0]) == (500, 536)  # type: ignore[index]
    # one jump up by 60 cm alone: the peak may have been 440
    cause = river_peak(river(*rows[2:]), places=town).causes[0]
    assert (cause.low[0], cause.high[0]) == (440, 500)  # type: ignore[index]


def test_a_jump_after_the_peak_does_not_touch_it(town: Places) -> None:
    rows = [("2024-05-04T00:00", 500.0), ("2024-05-04T01:00", 300.0), ("2024-05-08T00:00", 250.0)]
    found = river_peak(river(*rows), places=town)
    assert found.causes[0].kind == "enumerated"
    assert not any("jump" in n for n in found.notes)


def test_a_rise_over_hours_is_a_flood_and_no_jump(town: Places) -> None:
    slow = river(("2024-05-01T00:00", 100.0), ("2024-05-01T03:15", 200.0), ("2024-05-05T00:00", 150.0))
    assert not any("jump" in n for n in river_peak(slow, places=town).notes)
    fast = river(("2024-05-01T00:00", 100.0), ("2024-05-01T03:00", 150.0), ("2024-05-05T00:00", 120.0))
    assert any("jump" in n for n in river_peak(fast, places=town).notes)


def test_jumps_far_from_the_peak_are_not_told(town: Places) -> None:
    rows = [("2024-01-01T00:00", 100.0), ("2024-01-01T01:00", 200.0), *CALM]
    assert not any("jump" in n for n in river_peak(river(*rows), places=town).notes)


def test_a_series_that_ends_near_its_peak_may_have_missed_a_later_one(town: Places) -> None:
    early = river(("2024-05-05T05:30", 535.0), ("2024-05-06T13:30", 500.0))
    assert any("ends 32 hours after" in n for n in river_peak(early, places=town).notes)
    late = river(("2024-05-05T05:30", 535.0), ("2024-05-08T05:30", 500.0))
    assert not any("ends" in n for n in river_peak(late, places=town).notes)


def test_the_datum_is_never_taken_for_given(town: Places) -> None:
    assert "datum" in river_peak(river(*CALM), places=town).notes[0]


def test_the_record_around_the_event_is_a_share_of_its_days(town: Places) -> None:
    # 1 April to 30 June: 91 days around May; readings on ten of them, several a day count once
    event, _ = reached(town)
    found = river_record_coverage(river(*CALM, *CALM), event, places=town)
    assert found.value[0] == pytest.approx(100 * 10 / 91)
    assert found.period == "2024-04-01/2024-06-30"
    assert found.notes == ()


def test_readings_outside_the_window_do_not_fill_it_and_gaps_are_named(town: Places) -> None:
    event, _ = reached(town)
    found = river_record_coverage(
        river(("2023-12-09T00:00", 1.0), ("2024-04-08T00:00", 1.0)), event, places=town
    )
    assert found.value[0] == pytest.approx(100 / 91)
    assert found.notes == ("no reading for more than a week: 2023-12-10 to 2024-04-07",)


def test_an_event_without_a_date_has_no_days_around_it(town: Places) -> None:
    event, _ = reached(town, date="unknown")
    assert "no date" in river_record_coverage(river(*CALM), event, places=town).missing


@pytest.mark.parametrize(("next_reading", "named"), [("2024-05-08", 0), ("2024-05-09", 1)])
def test_a_gap_is_named_when_it_is_longer_than_a_week(town: Places, next_reading: str, named: int) -> None:
    event, _ = reached(town)
    held = river(("2024-05-01T00:00", 1.0), (f"{next_reading}T00:00", 1.0))
    assert len(river_record_coverage(held, event, places=town).notes) == named


# --- stages ---------------------------------------------------------------------------------------------------


def hourly(*levels: float, start: str = "2024-05-01T00:00", **texts: str) -> Table:
    """Return readings of one an hour."""
    times = np.datetime64(start, "m") + 60 * np.arange(len(levels))
    more = {name: np.full(len(levels), text) for name, text in texts.items()}
    return table("river_level", "2024", time=times, level=np.array(levels, float), **more)


def stages(*named: tuple[str, float], **texts: str) -> Table:
    more = {name: np.full(len(named), text) for name, text in texts.items()}
    levels = np.array([level for _, level in named], float)
    return table("river_stages", "2020", name=np.array([n for n, _ in named]), level=levels, **more)


def hours(results: Result | tuple[Result, ...]) -> dict[str, float]:
    assert isinstance(results, tuple)
    return {r.dimensions.get("stage", ""): float(r.value[0]) for r in results}


WAVE = (110.0, 150.0, 195.0, 240.0, 220.0, 180.0, 140.0)


def test_hours_above_each_stage_are_those_from_a_reading_there_to_the_next(town: Places) -> None:
    found = river_above_stage(hourly(*WAVE), stages(("alert", 150), ("flood", 195)), places=town)
    assert hours(found) == {"": 3.0, "flood": 3.0, "alert": 5.0}
    assert "reached on 1 days" in found[0].notes[0]


def test_a_level_of_exactly_the_stage_has_reached_it(town: Places) -> None:
    assert hours(river_above_stage(hourly(*WAVE), stages(("flood", 240)), places=town))[""] == 1.0
    assert hours(river_above_stage(hourly(*WAVE), stages(("flood", 240.1)), places=town))[""] == 0.0


def test_without_a_stage_called_flood_the_highest_is_the_headline(town: Places) -> None:
    found = river_above_stage(hourly(*WAVE), stages(("watch", 120), ("warning", 220)), places=town)
    assert hours(found)[""] == hours(found)["warning"] == 2.0


def test_time_without_readings_is_not_counted_but_may_have_been_above(town: Places) -> None:
    held = river(("2024-05-01T00:00", 210.0), ("2024-05-01T10:00", 230.0), ("2024-05-01T11:00", 100.0))
    headline = river_above_stage(held, stages(("flood", 200)), places=town)[0]
    assert headline.value[0] == 1.0
    silence = next(c for c in headline.causes if "without readings" in c.name)
    assert (silence.low[0], silence.high[0]) == (1.0, 11.0)  # type: ignore[index]
    assert headline.coverage == pytest.approx(1 / 11)


def test_jumps_that_may_be_a_change_of_gauge_move_the_hours(town: Places) -> None:
    held = hourly(150.0, 160.0, 260.0, 255.0, 250.0)  # 100 cm up between two readings: then 160, 155, 150
    headline = river_above_stage(held, stages(("flood", 200)), places=town)[0]
    moved = next(c for c in headline.causes if c.kind == "sources")
    assert headline.value[0] == 2.0
    assert (moved.low[0], moved.high[0]) == (0.0, 2.0)  # type: ignore[index]


def test_stages_of_another_datum_are_not_held_against_the_readings(town: Places) -> None:
    held = hourly(*WAVE, datum="gauge zero of 1941", station="A")
    apart = river_above_stage(held, stages(("flood", 200), datum="mean sea level"), places=town)
    assert isinstance(apart, Result)
    assert (
        apart.missing
        == "the stages are above the datum mean sea level, the readings above gauge zero of 1941"
    )
    same = river_above_stage(held, stages(("flood", 200), datum="Gauge zero of 1941"), places=town)
    assert hours(same)["flood"] == 2.0
    assert same[0].notes[1] == "levels are above the datum gauge zero of 1941 of the gauge A"


def test_who_published_a_stage_is_told(town: Places) -> None:
    found = river_above_stage(hourly(*WAVE), stages(("flood", 200), source="River office"), places=town)
    assert found[0].notes[0].startswith("stage flood of 200 cm (River office)")


def test_a_table_of_stages_without_levels_is_a_gap(town: Places) -> None:
    found = river_above_stage(hourly(*WAVE), stages(("flood", np.nan)), places=town)
    assert isinstance(found, Result)
    assert "no level" in found.missing


# --- rise -----------------------------------------------------------------------------------------------------


def test_the_fastest_rise_is_the_largest_between_two_readings_within_the_hours(town: Places) -> None:
    assert river_rise(hourly(*WAVE), places=town, hours=1).value[0] == 45.0
    assert river_rise(hourly(*WAVE), places=town, hours=3).value[0] == 130.0
    found = river_rise(hourly(*WAVE), places=town, hours=24)
    assert found.value[0] == 130.0
    assert found.locators == {"river_level": "from 2024-05-01 00:00 to 2024-05-01 03:00"}


@given(st.lists(st.integers(0, 40), min_size=2, max_size=30), st.integers(1, 12))
def test_no_pair_of_readings_within_the_hours_rises_more(levels: list[int], within: int) -> None:
    found = river_rise(hourly(*map(float, levels)), places=made_town(), hours=within)
    pairs = [levels[j] - levels[i] for j in range(len(levels)) for i in range(max(0, j - within), j + 1)]
    assert found.value[0] == max(pairs)


def test_a_falling_river_does_not_rise(town: Places) -> None:
    assert river_rise(hourly(300.0, 280.0, 250.0), places=town, hours=3).value[0] == 0.0


def test_a_jump_is_not_taken_for_a_rise_but_makes_the_range(town: Places) -> None:
    found = river_rise(hourly(100.0, 110.0, 200.0, 215.0), places=town, hours=3)
    assert found.value[0] == 15.0
    water = next(c for c in found.causes if c.kind == "sources")
    assert water.high[0] == 115.0  # type: ignore[index]
    assert "1 jumps" in found.notes[1]


def test_a_silence_ends_a_window(town: Places) -> None:
    held = river(("2024-05-01T00:00", 100.0), ("2024-05-01T08:00", 300.0), ("2024-05-01T09:00", 310.0))
    assert river_rise(held, places=town, hours=24).value[0] == 10.0


def test_one_reading_cannot_rise(town: Places) -> None:
    assert river_rise(hourly(1.0), places=town, hours=3).missing
    lonely = river(("2024-05-01T00:00", 1.0), ("2024-05-03T00:00", 2.0))
    assert "without a break" in river_rise(lonely, places=town, hours=3).missing


# --- the record -----------------------------------------------------------------------------------------------


def test_the_record_covers_the_time_between_readings_not_far_apart(town: Places) -> None:
    held = river(("2024-05-01T00:00", 1.0), ("2024-05-01T03:00", 1.0), ("2024-05-01T12:00", 1.0))
    found = river_time_covered(held, places=town)
    assert found.value[0] == 25.0
    assert found.notes == (
        "1 silences of more than 3 hours, the longest: 2024-05-01 03:00 to 2024-05-01 12:00",
    )


def test_breaks_are_counted_with_where_they_are(town: Places) -> None:
    found = river_breaks(hourly(100.0, 149.0, 200.0, 150.0), places=town)
    assert found.value[0] == 2.0
    assert found.notes[0] == "from 149 to 200 cm between 2024-05-01 01:00 and 2024-05-01 02:00"
    assert river_breaks(hourly(1.0), places=town).missing
    assert river_time_covered(hourly(1.0), places=town).missing


def with_stations(held: Table, *names: str) -> Table:
    return held.with_(columns={**held.columns, "station": np.array(names)})


def test_two_gauges_in_one_file_are_not_mixed_and_both_are_named(town: Places) -> None:
    upper = hourly(100.0, 110.0, 120.0, datum="zero")
    lower = hourly(500.0, 700.0, datum="sea")
    columns = {n: np.concatenate([upper.columns[n], lower.columns[n]]) for n in upper.columns}
    both = with_stations(upper.with_(columns=columns), "Upper", "Upper", "Upper", "Lower", "Lower")
    told = readings(both)
    assert (told.station, told.datum, told.level.tolist()) == ("Upper", "zero", [100, 110, 120])
    found = river_peak(both, places=town)
    assert found.value[0] == 120
    assert "levels are above the datum zero of the gauge Upper" in found.notes
    assert (
        "the file holds several gauges; the gauge Upper has most readings and alone is told, "
        "without Lower (2 readings)"
    ) in found.notes
    assert river_rise(both, places=town, hours=6).value[0] == 20
    assert river_breaks(both, places=town).value[0] == 0


def test_readings_without_a_gauge_stand_beside_a_gauge_that_is_named(town: Places) -> None:
    found = river_peak(with_stations(hourly(1.0, 2.0, 9.0), "", "", "North"), places=town)
    assert found.value[0] == 2
    assert (
        "the file holds several gauges; a gauge without a name has most readings and alone is told, "
        "without North (1 readings)"
    ) in found.notes


def test_stages_of_another_gauge_are_not_set_against_the_readings(town: Places) -> None:
    here = with_stations(hourly(100.0, 210.0, 220.0, 100.0), *["Upper"] * 4)
    both = with_stations(stages(("flood", 200), ("flood", 105)), "upper", "Lower")
    headline, *parts = results_of(river_above_stage(here, both, places=town))
    assert headline.value[0] == 2.0
    assert len(parts) == 1
    other = river_above_stage(here, stages(("flood", 105), station="Lower"), places=town)
    assert isinstance(other, Result)
    assert other.missing == "the stages are of the gauge Lower, the readings of Upper"
    nameless = river_above_stage(hourly(100.0, 210.0), both, places=town)
    assert isinstance(nameless, Result)
    assert (
        nameless.missing == "the stages are of the gauge Lower, upper, the readings of a gauge without a name"
    )


def test_of_several_gauges_the_one_with_stages_is_told(town: Places) -> None:
    here = with_stations(hourly(100.0, 100.0, 100.0, 300.0, 300.0), "A", "A", "A", "B", "B")
    headline, *_ = results_of(river_above_stage(here, stages(("flood", 200), station="b"), places=town))
    assert headline.value[0] == 1.0  # from 03:00 to 04:00 at B
    assert "levels" not in headline.missing


def results_of(found: Result | tuple[Result, ...]) -> tuple[Result, ...]:
    assert isinstance(found, tuple)
    return found


# --- the flood of May 2024 ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gauge(porto_alegre: Path) -> Table:
    """Return the real series, read with the bare library."""
    times: list[Any] = []
    levels: list[float] = []
    for path in sorted((porto_alegre / "river").glob("*.csv")):
        for moment, level in csv.reader(path.open(encoding="utf-8")):
            pattern = "%d/%m/%Y %H:%M:%S" if moment.count(":") == 2 else "%d/%m/%Y %H:%M"
            times.append(datetime.datetime.strptime(moment, pattern))
            levels.append(float(level) if level.strip() else np.nan)
    return table("river_level", "2024", time=np.array(times, "datetime64[m]"), level=np.array(levels))


def test_the_real_gauge_peaks_and_breaks_where_its_readers_say(gauge: Table, town: Places) -> None:
    peak = river_peak(gauge, places=town)
    assert (peak.value[0], peak.period) == (535.0, "2024-05-05")
    found = river_breaks(gauge, places=town)
    assert found.value[0] == 2.0
    assert "2024-05-02 23:15" in found.notes[0]
    assert "2024-05-03 11:30" in found.notes[1]


def test_the_winter_without_readings_is_seen(gauge: Table, town: Places) -> None:
    assert "2023-12-09 19:00 to 2024-04-08 00:00" in river_time_covered(gauge, places=town).notes[0]


def test_the_rise_of_a_real_day_leaves_the_breaks_out(gauge: Table, town: Places) -> None:
    found = river_rise(gauge, places=town, hours=24)
    levels = readings(gauge)
    assert found.value[0] == pytest.approx(float(np.ptp(levels.level[_span(levels, found)])))
    assert found.locators["river_level"].startswith("from 2024-05-01")


def _span(gauge: Readings, found: Result) -> slice:
    """Return the readings between which a rise is said to lie."""
    begin, end = (
        w.replace(" ", "T") for w in found.locators["river_level"].removeprefix("from ").split(" to ")
    )
    first, last = np.searchsorted(gauge.time, np.array([begin, end], "datetime64[m]"))
    return slice(int(first), int(last) + 1)
