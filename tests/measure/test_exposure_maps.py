"""
Older maps against what happened, surveyed sectors and plans.

Land cover: the western half of the town is built up. The flood reaches the western 500 m: 1 km² of built-up land.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from almena.measure.derived_events import HazardMap, flood_map, landslide_map
from almena.measure.derived_prone import landslide_prone
from almena.measure.exposure_maps import (
    flood_in_listed_neighbourhoods,
    flood_map_false_alarms,
    flood_map_hits,
    flood_people_on_map,
    flood_risk_sector_hits,
    landslide_susceptible_area,
    risk_sector_population,
    risk_sectors_count,
    susceptible_area,
)
from almena.measure.susceptibility import landslide_susceptible_population
from almena.model.data import Grid, Layer, Table
from almena.model.observation import Result
from almena.model.place import Places
from almena.model.problem import GapError
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
    with pytest.raises(GapError, match="not mapped is not none"):
        landslide_prone(empty, places=town)
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
    people = by_class(
        landslide_susceptible_population(landslide_prone(slopes, places=town), population(), places=town)
    )
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
