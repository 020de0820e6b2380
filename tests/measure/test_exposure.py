"""
What a flood reached, counted by hand.

The flood covers the western 500 m of the town, and land far beyond it: five columns of 20 cells with 10 people each,
1,000 people, half of them in each western quarter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from almena.measure.derived_events import settlement_people
from almena.measure.derived_facilities import real_hospitals, trusted_schools
from almena.measure.derived_points import placed
from almena.measure.derived_transport import Stops
from almena.measure.exposure import (
    flood_addresses,
    flood_area,
    flood_bus_terminals,
    flood_hospitals,
    flood_hydrants,
    flood_informal_population,
    flood_population,
    flood_population_share,
    flood_road_length,
    flood_schools,
    flood_transit_stops,
    flood_urban_area,
    published_difference,
)
from almena.model.data import Grid, Layer
from almena.model.observation import Cause, Result
from almena.model.place import Places
from measure.town import (
    KM2,
    METRIC,
    SOUTH,
    WEST,
    box,
    census,
    everybody,
    layer,
    line,
    objects,
    only_city,
    origin,
    points,
    population,
    reached,
    settled,
    settlements,
    table,
)


def cause(result: Result, words: str) -> Cause:
    return next(c for c in result.causes if words in c.name)


def by_dimension(results: tuple[Result, ...], name: str) -> dict[str, float]:
    return {r.dimensions[name]: float(r.value[0]) for r in results if name in r.dimensions}


# --- area -----------------------------------------------------------------------------------------------------


def test_the_area_reached_is_cut_by_the_places(town: Places) -> None:
    event, _ = reached(town)
    found = flood_area(event)
    np.testing.assert_allclose(found.value, np.array([1, 0.5, 0, 0.5, 0]) * KM2, rtol=1e-6)
    assert found.period == "2024-05"


def test_outlines_that_overlap_count_once(town: Places) -> None:
    from almena.measure.derived_events import event as cut

    twice = layer("flood_extent", objects(box(0, 0, 500, 2000), box(250, 0, 500, 2000)), "2024-05")
    assert flood_area(cut(twice, places=town)).value[0] == pytest.approx(KM2, rel=1e-6)


def test_built_up_land_reached(town: Places) -> None:
    cover = Grid(
        role="land_cover",
        array=np.array([[24, 3], [3, 24]], np.uint8),
        affine=(1000.0, 0, WEST, 0, -1000.0, SOUTH + 2000),
        crs=METRIC,
        nodata=0,
        classes={24: "urban", 3: "forest"},
        origins=origin("land_cover"),
    )
    event, _ = reached(town)
    found, *_others = flood_urban_area(event, cover, places=town)
    # half of the urban north west
    np.testing.assert_allclose(found.value, only_city(0.5 * KM2), rtol=1e-3)


# --- people ---------------------------------------------------------------------------------------------------


def people_reached(town: Places, census_table: Any = None, shape: Any = None) -> tuple[Result, ...]:
    event, inside = reached(town, shape=shape)
    return flood_population(event, inside, everybody(town), population(), census_table, places=town)


def test_people_are_counted_unscaled_where_the_raster_puts_them(town: Places) -> None:
    headline = people_reached(town)[0]
    np.testing.assert_allclose(headline.value, [1000, 500, 0, 500, 0])
    assert headline.status == "modelled"
    assert "not people counted as affected" in headline.notes[0]


def test_a_cell_counts_by_the_share_of_it_inside(town: Places) -> None:
    headline = people_reached(town, shape=box(-1000, -1000, 530, 3000))[0]
    assert headline.value[0] == pytest.approx(1060, abs=1e-3)
    # by their centres no further column is inside
    assert cause(headline, "centre").low[0] == pytest.approx(1000)  # type: ignore[index]


def test_the_outline_moved_by_one_cell_makes_the_range(town: Places) -> None:
    headline, *beside = people_reached(town)
    moved = cause(headline, "moved in or out")
    # four columns and six: 800 and 1,200; shared out over the quarters as their people are
    np.testing.assert_allclose(moved.low, [800, 400, 0, 400, 0], rtol=1e-5)
    np.testing.assert_allclose(moved.high, [1200, 600, 0, 600, 0], rtol=1e-5)
    outlines = by_dimension(tuple(beside), "outline")
    assert outlines["moved in by one cell"] == pytest.approx(800, rel=1e-5)
    assert outlines["moved out by one cell"] == pytest.approx(1200, rel=1e-5)


def test_the_rule_of_cell_centres_without_clipping_stands_beside(town: Places) -> None:
    # six columns with the one west of the town, 22 rows with those north and south of it
    assert list(by_dimension(people_reached(town), "rule").values()) == [pytest.approx(1320)]


def test_people_scaled_to_the_census_stand_beside_and_widen_the_range(town: Places) -> None:
    headline, *beside = people_reached(town, census())
    scaled = cause(headline, "scaled to the census of 2022")
    assert scaled.kind == "sources"
    np.testing.assert_allclose(scaled.low, [900, 450, 0, 450, 0])
    assert by_dimension(tuple(beside), "basis") == {"scaled to the census of 2022": pytest.approx(900)}


def test_a_flood_that_spares_everybody_may_have_come_near(town: Places) -> None:
    headline = people_reached(town, shape=box(-1000, 0, -50, 2000))[0]
    np.testing.assert_allclose(headline.value, 0)
    # moved out by 100 m it reaches half of the first column: 100 people
    assert cause(headline, "moved").high[0] == pytest.approx(100, rel=1e-3)  # type: ignore[index]


def test_shares_are_of_the_same_raster_and_set_settlements_against_the_rest(town: Places) -> None:
    event, inside = reached(town)
    headline, poor, rest = flood_population_share(event, inside, everybody(town), settled(town), places=town)
    np.testing.assert_allclose(headline.value, [25, 50, 0, 50, 0])
    # the settlement has 25 cells, five of them reached
    assert (poor.value[0], poor.denominator[0]) == (pytest.approx(20), pytest.approx(250))  # type: ignore[index]
    assert rest.value[0] == pytest.approx(100 * 950 / 3750)
    low, high = poor.causes[0].low[0], poor.causes[0].high[0]  # type: ignore[index]
    # the range of the city, 20 to 30 %, in proportion
    assert (low, high) == (pytest.approx(16, rel=1e-4), pytest.approx(24, rel=1e-4))


def test_settlements_across_two_quarters_are_counted_in_the_city(town: Places) -> None:
    event, inside = reached(town)
    drawn = settlements(box(400, 800, 900, 1200))
    _, poor, rest = flood_population_share(event, inside, everybody(town), settled(town, drawn), places=town)
    # 5 × 4 cells, one column of four reached
    assert (poor.numerator[0], poor.denominator[0]) == (pytest.approx(40), pytest.approx(200))  # type: ignore[index]
    assert (rest.numerator[0], rest.denominator[0]) == (pytest.approx(960), pytest.approx(3800))  # type: ignore[index]


def test_without_settlements_there_are_no_groups(town: Places) -> None:
    event, inside = reached(town)
    assert len(flood_population_share(event, inside, everybody(town), places=town)) == 1


def in_both(town: Places, drawn: Layer, **more: Any) -> tuple[Result, ...]:
    event, _ = reached(town)
    return flood_informal_population(event, drawn, population(), everybody(town), places=town, **more)


def test_people_of_settlements_inside_the_outline_are_cut_by_both(town: Places) -> None:
    found = in_both(town, settlements())[0]
    np.testing.assert_allclose(found.value, only_city(50))
    # a settlement and the flood in the same cell need not overlap: cut, not multiplied
    half = in_both(town, settlements(box(450, 0, 550, 100)))[0]
    assert half.value[0] == pytest.approx(5, abs=1e-4)
    apart = in_both(town, settlements(box(505, 0, 590, 500)))[0]
    assert apart.value[0] == pytest.approx(0, abs=1e-6)


def test_settlements_that_overlap_hold_their_people_once(town: Places) -> None:
    assert in_both(town, settlements(box(0, 0, 100, 100), box(0, 0, 100, 100)))[0].value[0] == pytest.approx(
        10
    )


def test_the_census_scales_settlements_too_and_its_own_count_is_named(town: Places) -> None:
    counted = table("census_settlements", group=["inside", "outside"], persons=[500.0, 3100.0])
    headline, scaled = in_both(town, settlements(), census_table=census(), census_settlements=counted)
    assert scaled.value[0] == pytest.approx(45)
    assert cause(headline, "scaled").low[0] == pytest.approx(45)  # type: ignore[index]
    assert np.isnan(cause(headline, "raster and the census differ").low)


def test_people_of_settlements_are_counted_without_moving_the_outlines(town: Places) -> None:
    found = settlement_people(settlements(), everybody(town), population(), places=town)
    assert found.persons[0] == pytest.approx(250)
    assert np.isnan(found.inner).all()
    assert np.isnan(found.outer).all()


def test_a_place_that_the_outline_just_missed_has_a_range_above_zero(town: Places) -> None:
    # the outline ends 50 m before the eastern quarters begin at x = 1,000; moved out by a cell it enters them
    _, inside = reached(town, shape=box(0, 0, 950, 2000))
    east = [i for i, p in enumerate(town.items) if i and shapely.bounds(town.geometry[i])[0] > WEST + 900]
    for quarter in east:
        assert inside.persons[quarter] == pytest.approx(0, abs=1e-6)
        assert inside.inner[quarter] == 0
        # 50 m × 1,000 m of ten people per 100 m cell
        assert inside.outer[quarter] == pytest.approx(50, rel=0.02)


# --- things ---------------------------------------------------------------------------------------------------


def taps(*xy: tuple[float, float], **fields: Any) -> Layer:
    return layer("hydrants", points(*xy), **fields)


def test_things_inside_the_outline_are_counted(town: Places) -> None:
    event, _ = reached(town)
    (found,) = flood_hydrants(event, taps((100, 100), (100, 1500), (900, 100), (-500, 100)), places=town)
    np.testing.assert_array_equal(found.value, [2, 1, 0, 1, 0])
    assert found.piled == 0


def test_things_near_the_outline_may_lie_on_its_other_side(town: Places) -> None:
    # 10 m inside, 29 m outside, 31 m outside of the outline at x = 500
    event, _ = reached(town)
    (found,) = flood_hydrants(event, taps((100, 100), (490, 100), (529, 1500), (531, 100)), places=town)
    near = cause(found, "within 30 m of the outline")
    np.testing.assert_array_equal(found.value, [2, 2, 0, 0, 0])
    np.testing.assert_array_equal(near.low, [1, 1, 0, 0, 0])
    np.testing.assert_array_equal(near.high, [3, 2, 0, 1, 0])


def test_five_on_one_point_are_a_gap_and_four_are_counted(town: Places) -> None:
    event, _ = reached(town)
    (five,) = flood_hydrants(event, taps(*[(100, 100)] * 5, (200, 200)), places=town)
    assert five.value[0] == 1
    assert cause(five, "share one position").high[0] == 6  # type: ignore[index]
    assert five.piled == pytest.approx(5 / 6)
    assert five.notes == ("5 of 6 features are piled on shared positions",)
    (four,) = flood_hydrants(event, taps(*[(100, 100)] * 4, (200, 200)), places=town)
    assert four.value[0] == 5
    assert four.notes == ()


def test_a_published_list_is_another_source_for_the_city(town: Places) -> None:
    event, _ = reached(town)
    listed = layer("published_flood_hydrants", points((0, 0), (1, 1), (2, 2)))
    (found,) = flood_hydrants(event, taps((100, 100), (200, 200)), listed, places=town)
    published = cause(found, "published list")
    assert published.kind == "sources"
    np.testing.assert_array_equal(published.low, [3, 2, 0, 0, 0])


def test_hydrants_are_told_apart_by_their_state_and_those_without_one_are_in_neither(town: Places) -> None:
    event, _ = reached(town)
    held = taps((100, 100), (200, 100), (300, 100), operable=[1.0, 0.0, np.nan])
    whole, *states = flood_hydrants(event, held, places=town)
    assert whole.value[0] == 3
    assert by_dimension(tuple(states), "state") == {"operable": 1, "not operable": 1}
    assert all(np.isnan(r.value[1:]).all() for r in states)


def test_terminals_are_told_apart_by_class(town: Places) -> None:
    event, _ = reached(town)
    xy = points((100, 100), (150, 100), (900, 100), (200, 100))
    held = layer("bus_terminals", xy, **{"class": ["hub", "hub", "hub", "end"]})
    whole, *classes = flood_bus_terminals(event, held, places=town)
    assert whole.value[0] == 3
    assert by_dimension(tuple(classes), "class") == {"hub": 2, "end": 1}


def test_addresses_hospitals_and_stops(town: Places) -> None:
    event, _ = reached(town)
    homes = layer("addresses", points((100, 100), (100, 1900), (900, 100)))
    np.testing.assert_array_equal(
        flood_addresses(event, placed(homes, town), places=town).value, [2, 1, 0, 1, 0]
    )
    held = layer("hospitals", points((100, 100), (200, 100)), amenity=["hospital", "doctors"])
    assert flood_hospitals(event, real_hospitals(held), places=town).value[0] == 1
    stops = Stops(
        crs=METRIC,
        xy=np.array([(WEST + 100, SOUTH + 100), (WEST + 900, SOUTH + 100)]),
        mode=np.array(["", ""]),
        source=np.array(["a", "a"]),
    )
    assert flood_transit_stops(event, stops).value[0] == 1


def test_an_empty_list_counts_nothing(town: Places) -> None:
    event, _ = reached(town)
    (found,) = flood_hydrants(event, taps(), places=town)
    np.testing.assert_array_equal(found.value, 0)


# --- schools --------------------------------------------------------------------------------------------------


def register() -> Layer:
    """Return a school inside the flood, one outside, a kindergarten inside, and a pile of five inside."""
    xy = [(100, 100), (900, 100), (200, 200), *[(300, 300)] * 5]
    return layer(
        "schools",
        points(*xy),
        primary_pupils=[10.0, 10, 0, *[10.0] * 5],
        secondary_pupils=[0.0] * 8,
    )


def test_schools_at_trusted_positions_are_counted_and_the_doubtful_ones_widen_the_range(town: Places) -> None:
    event, _ = reached(town)
    held = register()
    headline, beside = flood_schools(event, held, trusted_schools(held, places=town), places=town)
    np.testing.assert_array_equal(headline.value, [1, 1, 0, 0, 0])
    assert cause(headline, "cannot be trusted").high[0] == 6  # type: ignore[index]
    assert cause(headline, "kindergartens included").high[0] == 7  # type: ignore[index]
    assert headline.piled == pytest.approx(5 / 7)
    assert headline.notes[0] == "5 schools have a position that cannot be trusted"
    # all entries as located, as a published list would count them
    assert beside.dimensions == {"level": "all entries of the register, as located"}
    assert (beside.value[0], beside.causes[0].low) == (7, 1)


def test_a_school_away_from_the_district_of_its_address_is_doubtful(town: Places) -> None:
    event, _ = reached(town)
    held = layer(
        "schools",
        points((100, 100), (200, 1600)),
        primary_pupils=[10.0, 10],
        district=["South West", "south-west"],
    )
    quarters = layer("neighbourhoods", town.geometry[1:], name=[p.name for p in town.items[1:]])
    found = flood_schools(event, held, trusted_schools(held, quarters, places=town), places=town)[0]
    # the second says south west and lies 600 m to the north of it
    np.testing.assert_array_equal(found.value, [1, 1, 0, 0, 0])
    assert cause(found, "cannot be trusted").high[3] == 1  # type: ignore[index]


# --- streets --------------------------------------------------------------------------------------------------


def roads(covered: Any = None) -> Layer:
    return layer("streets", objects(line((-500, 500), (2000, 500))), "2020", covered, highway=["residential"])


def test_streets_are_measured_inside_the_outline_and_the_town(town: Places) -> None:
    event, _ = reached(town)
    found = flood_road_length(event, roads(), places=town)
    np.testing.assert_allclose(found.value, only_city(0.5), rtol=1e-3)
    assert found.coverage == 1.0


def test_streets_known_in_half_of_the_area_are_at_least_what_they_are(town: Places) -> None:
    event, _ = reached(town)
    found = flood_road_length(event, roads(box(0, 0, 2000, 1000)), places=town)
    assert found.coverage == pytest.approx(0.5)
    assert found.causes[0].high[0] == pytest.approx(1.0, rel=1e-3)  # type: ignore[index]
    assert found.notes[0] == "at least: streets are known in 50 % of the area reached"


def test_streets_known_elsewhere_say_nothing(town: Places) -> None:
    event, _ = reached(town)
    found = flood_road_length(event, roads(box(1000, 0, 2000, 1000)), places=town)
    assert "do not reach the area" in found.missing


# --- published lists ------------------------------------------------------------------------------------------


def test_published_lists_are_compared_with_the_same_count_made_here(town: Places) -> None:
    event, _ = reached(town)
    ours = layer("schools", points((100, 100), (200, 100), (-500, 100), (900, 100)))
    theirs = layer("published_flood_schools", points(*[(0, 0)] * 4))
    held = taps((100, 100), (900, 100))
    listed = layer("published_flood_hydrants", points((100, 100)))
    headline, schools, hydrants = published_difference(event, theirs, ours, listed, held, places=town)
    # three inside the outline as drawn, also beyond the town, against four published; hydrants agree
    assert schools.value[0] == pytest.approx(25.0)
    assert schools.notes == ("schools: 3 counted here, 4 published, of 4",)
    assert hydrants.value[0] == 0
    assert headline.value[0] == pytest.approx(25.0)
    assert dict(headline.dimensions) == {}


def test_a_list_without_its_register_cannot_be_compared(town: Places) -> None:
    event, _ = reached(town)
    (found,) = published_difference(event, layer("published_flood_schools", points((0, 0))), places=town)
    assert "no published list" in found.missing
