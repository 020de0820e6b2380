"""
Older maps against what happened, surveyed sectors, plans and the river.

Land cover: the western half of the town is built up. The flood reaches the western 500 m: 1 km² of built-up land.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from almena.measure.derived_events import HazardMap, flood_map, landslide_map
from almena.measure.exposure_maps import (
    flood_in_listed_neighbourhoods,
    flood_map_false_alarms,
    flood_map_hits,
    flood_people_on_map,
    flood_risk_sector_hits,
    landslide_susceptible_area,
    landslide_susceptible_population,
    risk_sector_population,
    risk_sectors_count,
    river_peak,
    river_record_coverage,
    susceptible_area,
)
from almena.model.data import Grid, Layer, Table
from almena.model.observation import Result
from almena.model.place import Places
from measure.town import (
    KM2,
    METRIC,
    SOUTH,
    WEST,
    box,
    layer,
    objects,
    only_city,
    origin,
    population,
    reached,
    table,
)
from measure.town import (
    town as made_town,
)

LAND = Grid(
    role="land_cover",
    array=np.array([[24, 3], [24, 3]], np.uint8),
    affine=(1000.0, 0, WEST, 0, -1000.0, SOUTH + 2000),
    crs=METRIC,
    nodata=0,
    classes={24: "urban", 3: "forest"},
    origins=origin("land_cover"),
)


def drawn(*named: tuple[str, Any], date: str = "2014", role: str = "flood_susceptibility") -> Layer:
    return layer(role, objects(*(s for _, s in named)), date, **{"class": [n for n, _ in named]})


def older(town: Places, date: str = "2014") -> HazardMap:
    """Return a map of 250 m along the western edge, high, and the next 500 m, low: to x = 750."""
    return flood_map(
        drawn(("low", box(250, 0, 750, 2000)), ("high", box(-500, 0, 250, 2000)), date=date), places=town
    )


def by_class(results: tuple[Result, ...]) -> dict[str, float]:
    return {r.dimensions.get("class", ""): float(r.value[0]) for r in results}


# --- maps -----------------------------------------------------------------------------------------------------


def test_a_map_is_dissolved_by_class_and_cut_by_the_town(town: Places) -> None:
    found = flood_map(
        drawn(
            ("high", box(0, 0, 500, 500)), ("high", box(250, 0, 750, 500)), ("low", box(-900, 0, 100, 100))
        ),
        places=town,
    )
    assert list(found.classes) == ["high", "low"]
    assert found.classes["high"].area == pytest.approx(0.375e6)
    # 100 m × 100 m of the low class lie inside, all of it under the high one
    assert found.classes["low"].area == pytest.approx(1e4)
    assert found.whole.area == pytest.approx(0.375e6)


def test_classes_stand_from_the_worst_to_the_least_and_unknown_ones_last(town: Places) -> None:
    names = ("low", "strange", "very high", "medium", "high")
    found = landslide_map(
        drawn(*((n, box(100 * i, 0, 100 * i + 100, 100)) for i, n in enumerate(names))).with_(
            role="landslide_susceptibility"
        ),
        places=town,
    )
    assert list(found.classes) == ["very high", "high", "medium", "low", "strange"]


def test_a_class_that_lies_in_the_next_town_is_not_there(town: Places) -> None:
    found = flood_map(drawn(("high", box(3000, 0, 4000, 500)), ("low", box(0, 0, 100, 100))), places=town)
    assert list(found.classes) == ["low"]


def test_hits_are_built_up_land_reached_that_the_map_had_shown(town: Places) -> None:
    event, _ = reached(town)
    found = flood_map_hits(event, older(town), LAND, places=town)
    values = by_class(found)
    # the map shows all of the 500 m reached, its high class half
    assert values == {"": pytest.approx(100), "high": pytest.approx(50), "low": pytest.approx(50)}
    assert found[0].notes[0] == "map of 2014"
    assert found[0].denominator[0] == pytest.approx(KM2, rel=1e-3)  # type: ignore[index]


def test_false_alarms_are_built_up_land_on_the_map_that_stayed_dry(town: Places) -> None:
    event, _ = reached(town)
    values = by_class(flood_map_false_alarms(event, older(town), LAND, places=town))
    # of 750 m on the map 250 m stayed dry; of the high class nothing, of the low one half
    assert values == {
        "": pytest.approx(100 / 3),
        "high": pytest.approx(0, abs=1e-6),
        "low": pytest.approx(50),
    }


def test_the_outline_of_the_map_moved_by_30_m_makes_the_range(town: Places) -> None:
    event, _ = reached(town)
    half = flood_map(drawn(("high", box(-500, -500, 250, 2500))), places=town)
    found = flood_map_hits(event, half, LAND, places=town)[0]
    # the map is cut by the town before it is moved: inwards it loses its edges too (1,940 m of 190 m of 1 km²)
    assert found.value[0] == pytest.approx(50)
    assert found.causes[0].low == pytest.approx(100 * 0.19 * 1.94, rel=1e-2)
    assert found.causes[0].high == pytest.approx(56, rel=1e-2)


def test_people_reached_whom_the_map_had_shown(town: Places) -> None:
    event, inside = reached(town)
    small = flood_map(drawn(("high", box(0, 0, 100, 2000))), places=town)
    values = by_class(flood_people_on_map(event, small, inside, population(), places=town))
    # one column of five
    assert values == {"": pytest.approx(20), "high": pytest.approx(20)}


@pytest.mark.parametrize("date", ["2024", "2024-06", "2025", "unknown"])
def test_only_a_map_made_before_an_event_can_have_foreseen_it(town: Places, date: str) -> None:
    event, inside = reached(town)
    late = older(town, date)
    for (found,) in (
        flood_map_hits(event, late, LAND, places=town),
        flood_map_false_alarms(event, late, LAND, places=town),
        flood_people_on_map(event, late, inside, population(), places=town),
    ):
        assert f"the map is dated {date}" in found.missing
        assert "before the event" in found.remedy


def test_a_map_that_shows_nothing_here_is_not_a_map_of_nothing(town: Places) -> None:
    empty = flood_map(drawn(("high", box(9000, 0, 9100, 100))), places=town)
    event, inside = reached(town)
    assert "not mapped is not none" in susceptible_area(empty, places=town)[0].missing
    assert (
        "not mapped is not none"
        in landslide_susceptible_population(empty, population(), places=town)[0].missing
    )
    for found in (
        flood_map_hits(event, empty, LAND, places=town)[0],
        flood_people_on_map(event, empty, inside, population(), places=town)[0],
    ):
        assert found.value[0] == 0
    assert np.isnan(flood_map_false_alarms(event, empty, LAND, places=town)[0].value[0])


def test_areas_on_a_map_count_overlaps_once(town: Places) -> None:
    found = susceptible_area(older(town), places=town)
    assert by_class(found) == {
        "": pytest.approx(1.5 * KM2, rel=1e-6),
        "high": pytest.approx(0.5 * KM2, rel=1e-6),
        "low": pytest.approx(KM2, rel=1e-6),
    }


def test_of_a_landslide_map_the_highest_class_is_the_headline(town: Places) -> None:
    slopes = landslide_map(
        drawn(
            ("low", box(0, 0, 1000, 1000)), ("high", box(1900, 0, 2500, 100)), role="landslide_susceptibility"
        ),
        places=town,
    )
    areas = by_class(landslide_susceptible_area(slopes, places=town))
    assert areas[""] == areas["high"] == pytest.approx(0.01 * KM2, rel=1e-6)
    people = by_class(landslide_susceptible_population(slopes, population(), places=town))
    assert people == {"": pytest.approx(10), "high": pytest.approx(10), "low": pytest.approx(1000)}


# --- surveyed sectors -----------------------------------------------------------------------------------------


def sectors(*dates: str, **fields: Any) -> Layer:
    """Return sectors of one cell each along the southern edge."""
    shapes = objects(*(box(100 * i, 0, 100 * i + 100, 100) for i in range(max(1, len(dates)))))
    held = {"survey_date": list(dates)} if dates else {}
    return layer("risk_sectors", shapes, "2022/2025", **held, **fields)


def test_only_sectors_surveyed_before_the_event_can_have_foreseen_it(town: Places) -> None:
    event, inside = reached(town)
    found = flood_risk_sector_hits(
        event, sectors("2022-03-01", "2024-08-01", "2022-03-02"), inside, population(), places=town
    )
    # two cells of the hundred that were reached
    np.testing.assert_allclose(found.value, only_city(2.0), rtol=1e-5)
    assert found.notes == ("2 of 3 sectors were surveyed before the event",)


def test_sectors_surveyed_afterwards_are_no_forecast(town: Places) -> None:
    event, inside = reached(town)
    found = flood_risk_sector_hits(event, sectors("2025-01-01"), inside, population(), places=town)
    assert "no sector was surveyed before" in found.missing
    # without dates of their own they are as old as their file
    undated = flood_risk_sector_hits(event, sectors(), inside, population(), places=town)
    assert "no sector was surveyed before" in undated.missing
    old = sectors().with_(date="2020")
    assert flood_risk_sector_hits(event, old, inside, population(), places=town).value[0] == pytest.approx(
        1.0
    )


def test_dates_of_a_survey_may_come_as_dates(town: Places) -> None:
    event, inside = reached(town)
    held = sectors("2022-03-01").with_(fields={"survey_date": np.array(["2022-03-01"], "datetime64[D]")})
    assert flood_risk_sector_hits(event, held, inside, population(), places=town).value[0] == pytest.approx(
        1.0
    )


def test_people_in_sectors_by_raster_and_by_survey(town: Places) -> None:
    found = risk_sector_population(
        sectors("a", "b", people=[40.0, 80.0], buildings=[10.0, 20.0]), population(), places=town
    )
    assert found.value[0] == pytest.approx(20)
    survey = found.causes[1]
    assert (survey.kind, survey.low) == ("sources", 120)
    # 4 people in every building: nobody counted them
    assert "4 × buildings in nearly all sectors: an assumption" in survey.name


def test_a_survey_that_counted_people_is_not_accused_of_an_assumption(town: Places) -> None:
    found = risk_sector_population(
        sectors("a", "b", people=[40.0, 70.0], buildings=[10.0, 20.0]), population(), places=town
    )
    assert found.causes[1].name == "the survey's own count of 110 people"
    bare = risk_sector_population(sectors("a", people=[40.0]), population(), places=town)
    assert bare.causes[1].name == "the survey's own count of 40 people"
    assert len(risk_sector_population(sectors("a"), population(), places=town).causes) == 1


def test_sectors_that_overlap_hold_their_people_once(town: Places) -> None:
    twice = layer("risk_sectors", objects(box(0, 0, 100, 100), box(0, 0, 100, 100), box(-100, 0, 0, 100)))
    assert risk_sector_population(twice, population(), places=town).value[0] == pytest.approx(10)


def test_sectors_are_counted_by_grade(town: Places) -> None:
    whole, high, very = risk_sectors_count(
        sectors("a", "b", "c", grade=["high", "very high", "high"]), places=town
    )
    assert (whole.value[0], high.value[0], very.value[0]) == (3, 2, 1)
    assert (high.dimensions, very.dimensions) == ({"grade": "high"}, {"grade": "very high"})


# --- lists of a plan ------------------------------------------------------------------------------------------


def plan(date: str = "2025", **columns: list[str]) -> Table:
    longest = max(len(names) for names in columns.values())
    return table("plan_lists", date, **{k: v + [""] * (longest - len(v)) for k, v in columns.items()})


def listed(names: tuple[str, ...], held: Table, shape: Any = None) -> tuple[Result, ...]:
    places = made_town(*names)
    event, inside = reached(places, shape=shape)
    return flood_in_listed_neighbourhoods(event, inside, held, places=places, list_name="protected")


NAMES = ("São João", "Cristal", "Vila Nova", "Ipanema")


def test_people_reached_are_looked_for_in_the_neighbourhoods_of_each_list() -> None:
    found = listed(NAMES, plan(protected=["SAO JOAO", "cristal"], under_study=["Vila Nova"]))
    # of 1,000 people reached half live in São João (south west), half in Vila Nova (north west)
    assert [(dict(r.dimensions), r.value[0]) for r in found] == [({}, 50.0), ({"list": "under study"}, 50.0)]


def test_a_list_made_after_the_event_is_called_no_forecast() -> None:
    after = listed(NAMES, plan("2025", protected=["Cristal"]))[0]
    assert "dated 2025, after (it is no forecast) the event of 2024-05" in after.notes[0]
    earlier = listed(NAMES, plan("2023", protected=["Cristal"]))[0]
    assert "dated 2023, before the event" in earlier.notes[0]
    assert earlier.value[0] == 0


def test_names_that_match_no_neighbourhood_are_told() -> None:
    found = listed(NAMES, plan(protected=["Cristal", "Atlantis", "Atlantis"]))[0]
    assert found.notes[1] == "1 names of the list match no neighbourhood: atlantis"


def test_names_of_any_script_can_be_listed() -> None:
    found = listed(("東京", "大阪", "京都", "奈良"), plan(protected=["東京"]))
    assert found[0].value[0] == 50.0


def test_a_missing_list_is_a_gap_beside_the_others() -> None:
    headline, other = listed(NAMES, plan(under_study=["Vila Nova"]))
    assert "no list called protected" in headline.missing
    assert other.dimensions == {"list": "under study"}


def test_neighbourhoods_without_names_cannot_be_compared() -> None:
    (found,) = listed(("", "", "", ""), plan(protected=["Cristal"]))
    assert "have no names" in found.missing


# --- the river ------------------------------------------------------------------------------------------------


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
