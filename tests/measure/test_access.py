"""
Who has something within a walk, on one street.

The high street runs from west to east through the middle of the town, at y = 1,000. Cells whose centre lies at most
200 m from it are those at y = 850, 950, 1,050 and 1,150: four rows of 20 cells with 10 people each, 800 of the 4,000
people; the other 3,200 live too far from any mapped street.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from almena.geo.timetable import StopService, TimetablePart
from almena.measure.built_environment import intersection_density, open_space_access, open_space_per_person
from almena.measure.derived_facilities import (
    TrustedPoints,
    public_open_spaces,
    real_hospitals,
    trusted_schools,
)
from almena.measure.derived_streets import Junctions, junctions
from almena.measure.derived_transport import Stops, all_stops
from almena.measure.derived_walk import Walk, walk
from almena.measure.mobility import (
    bus_terminals_count,
    frequent_transit_access,
    sdg_11_2_1,
    transit_access,
    transit_stops_count,
    walk_network_density,
)
from almena.measure.social_inclusion import hospital_access, school_access
from almena.measure.supply_chain import food_access
from almena.model.data import Layer
from almena.model.observation import Result
from almena.model.place import Places
from measure.town import (
    KM2,
    METRIC,
    SOUTH,
    WEST,
    box,
    everybody,
    high_street,
    layer,
    line,
    objects,
    on_foot,
    people_counted,
    points,
    population,
    settled,
    settlements,
)


def stops(*xy: tuple[float, float], mode: str = "", source: str = "transit_stops") -> Stops:
    at = np.array([(WEST + x, SOUTH + y) for x, y in xy], dtype=float).reshape(-1, 2)
    return Stops(crs=METRIC, xy=at, mode=np.full(len(at), mode), source=np.full(len(at), source))


def walked(town: Places, streets: Layer | None = None, settlements: Any = None) -> Walk:
    walkers, network = on_foot(town, streets)
    return walk(walkers, network, everybody(town), population(), settlements, places=town)


def transit(
    town: Places, found: Stops, streets: Layer | None = None, distance: float = 500
) -> tuple[Result, ...]:
    return transit_access(found, walked(town, streets), places=town, distance=distance)


# --- one stop at x = 1,210 ------------------------------------------------------------------------------------


def test_people_are_counted_by_their_walk_along_the_street(town: Places) -> None:
    # 500 m to both sides of 1,210 are 710 to 1,710: the columns at 750 … 1,650, ten of them, four rows: 400 people
    (found,) = transit(town, stops((1210, 1000)))[:1]
    # west of the middle three columns (750, 850, 950), east of it seven, in two rows of each quarter
    np.testing.assert_allclose(found.value, [10, 6, 14, 6, 14])
    np.testing.assert_allclose(found.numerator, [400, 60, 140, 60, 140])  # type: ignore[arg-type]
    np.testing.assert_allclose(found.denominator, [4000, 1000, 1000, 1000, 1000])  # type: ignore[arg-type]
    assert found.status == "modelled"
    np.testing.assert_allclose(found.coverage, 1)


def test_half_a_cell_more_or_less_to_walk_makes_the_range(town: Places) -> None:
    cause = transit(town, stops((1210, 1000)))[0].causes[0]
    # 450 m reach from 760 to 1,660: nine columns; 550 m from 660 to 1,760: eleven
    assert cause.low[0] == pytest.approx(9.0)  # type: ignore[index]
    assert cause.high[0] == pytest.approx(11.0)  # type: ignore[index]


def test_people_far_from_any_street_may_have_streets_that_are_not_mapped(town: Places) -> None:
    cause = transit(town, stops((1210, 1000)))[0].causes[1]
    # 400 of the 800 who live near a mapped street
    assert cause.low[0] == pytest.approx(10.0)  # type: ignore[index]
    assert cause.high[0] == pytest.approx(50.0)  # type: ignore[index]


def test_a_stop_beside_the_street_is_walked_to_from_the_street(town: Places) -> None:
    near, far = transit(town, stops((1210, 1150))), transit(town, stops((1210, 1250)))
    assert near[0].value[0] == pytest.approx(10.0)
    assert far[0].value[0] == 0.0


def test_two_stops_are_walked_to_from_both_sides_and_counted_once(town: Places) -> None:
    # 710–1,710 and 910–1,910 together: 710–1,910, the columns 750 … 1,850, twelve
    assert transit(town, stops((1210, 1000), (1410, 1000)))[0].value[0] == pytest.approx(12.0)


def test_without_any_stop_nobody_is_near_one(town: Places) -> None:
    np.testing.assert_allclose(transit(town, stops())[0].value, 0)


def test_only_the_covered_area_is_asked_about(town: Places) -> None:
    # the extract covers the western half: 2,000 people; within 500 m of a stop at 490 live the columns 50 … 950
    west_only = high_street(box(0, 0, 1000, 2000))
    found = transit(town, stops((490, 1000)), west_only)[0]
    np.testing.assert_allclose(found.coverage, [0.5, 1, 0, 1, 0])
    assert found.value[0] == pytest.approx(100 * 400 / 2000)
    assert np.isnan(found.value[2])
    assert np.isnan(found.value[4])


def test_informal_settlements_are_set_against_the_rest(town: Places) -> None:
    # 25 cells at x = 1,550 … 1,950, y = 550 … 950: 250 people
    drawn = settlements(box(1500, 500, 2000, 1000))
    found = transit_access(
        stops((1210, 1000)), walked(town, settlements=settled(town, drawn)), places=town, distance=500
    )
    headline, inside, rest = found
    # of them the columns 1,550 and 1,650 in the rows 850 and 950 are reached: 40 people
    assert inside.dimensions == {"group": "informal settlements"}
    assert inside.value[0] == pytest.approx(100 * 40 / 250)
    assert rest.dimensions == {"group": "rest of the city"}
    assert rest.value[0] == pytest.approx(100 * (400 - 40) / 3750)
    assert np.isnan(inside.value[1:]).all()
    assert inside.coverage == pytest.approx(1.0)
    # 450 m reach the same two columns of it, 550 m a third; of the city they reach 360 and 440 people
    assert (inside.causes[0].low, inside.causes[0].high) == (pytest.approx(16), pytest.approx(24))
    assert rest.causes[0].low == pytest.approx(100 * 320 / 3750)
    assert rest.causes[0].high == pytest.approx(100 * 380 / 3750)
    # the groups put together are the city again
    assert (250 * inside.value[0] + 3750 * rest.value[0]) / 4000 == pytest.approx(headline.value[0])


def test_groups_know_how_much_of_them_the_streets_cover(town: Places) -> None:
    drawn = settlements(box(900, 500, 1400, 1000))
    streets = high_street(box(0, 0, 1000, 2000))
    found = transit_access(
        stops((490, 1000)),
        walked(town, streets, settled(town, drawn)),
        places=town,
        distance=500,
    )
    # one of five columns of the settlement lies in the covered half
    assert found[1].coverage == pytest.approx(0.2, abs=1e-6)
    assert found[2].coverage == pytest.approx((2000 - 50) / 3750, abs=1e-6)


def test_lists_of_stops_are_put_together_and_set_against_each_other(town: Places) -> None:
    one, other = stops((1210, 1000)), stops((1410, 1000), source="transit_feed")
    both = Stops(
        crs=METRIC,
        xy=np.concatenate([one.xy, other.xy]),
        mode=np.array(["", ""]),
        source=np.array(["transit_stops", "transit_feed"]),
    )
    causes = {c.name: c for c in transit(town, both)[0].causes}
    assert causes["only the stops of transit_stops"].low[0] == pytest.approx(10.0)  # type: ignore[index]
    assert causes["only the stops of transit_feed"].high[0] == pytest.approx(10.0)  # type: ignore[index]
    assert not any("only the stops" in c.name for c in transit(town, one)[0].causes)


# --- frequent service, and SDG 11.2.1 -------------------------------------------------------------------------


def service(town: Places, *stops_and_headways: tuple[float, float]) -> StopService:
    import pyproj

    to_degrees = pyproj.Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)
    lonlat = np.array([to_degrees.transform(WEST + x, SOUTH + 1000) for x, _ in stops_and_headways])
    count = len(lonlat)
    return StopService(
        stop_id=np.arange(count).astype(str),
        xy=lonlat,
        headway_min=np.array([minutes for _, minutes in stops_and_headways]),
        departures=np.ones(count),
        part=np.zeros(count, np.int64),
        modes=np.full(count, "bus"),
        parts=(TimetablePart((660.0, 1020.0), 63, 100.0, 0.95, 0.5),),
        date="2019",
    )


def frequent(town: Places, headway: float) -> Result:
    found = service(town, (1210, 20.0), (410, 30.0), (1610, np.inf))
    return frequent_transit_access(found, walked(town), places=town, distance=500, headway=headway)[0]


def test_only_stops_that_are_served_often_enough_count(town: Places) -> None:
    assert frequent(town, 19.9).value[0] == 0
    assert frequent(town, 20).value[0] == pytest.approx(10.0)
    # the second stop reaches from 0 to 910: the columns 50 … 850; 750 and 850 are reached already
    assert frequent(town, 30).value[0] == pytest.approx(17.0)


def test_the_hours_that_the_timetable_speaks_of_are_said(town: Places) -> None:
    found = frequent(town, 20)
    assert found.notes[0] == "service between 11:00–17:00 on 63 ordinary weekdays"
    assert found.notes[1].startswith("95 % of the times")
    assert found.period == "2019"


def test_people_walk_twice_as_far_to_a_train(town: Places) -> None:
    bus, train = stops((1210, 1000), mode="bus"), stops((1210, 1000), mode="bus;rail")

    def access(found: Stops) -> Result:
        return sdg_11_2_1(found, walked(town), places=town)[0]

    assert access(bus).value[0] == pytest.approx(10.0)
    # 1,000 m reach from 210 to 2,000: the columns 250 … 1,950, eighteen
    assert access(train).value[0] == pytest.approx(18.0)
    assert "1 rail stations" in access(train).notes[0]
    assert access(stops((1210, 1000))).value[0] == pytest.approx(10.0)


def test_bus_and_train_together_reach_the_union(town: Places) -> None:
    both = Stops(
        crs=METRIC,
        xy=np.concatenate([stops((110, 1000)).xy, stops((1510, 1000)).xy]),
        mode=np.array(["bus", "rail"]),
        source=np.array(["a", "a"]),
    )
    # the bus reaches 0–610 (six columns), the train 510–2,000 (fifteen): 550 is in both
    assert sdg_11_2_1(both, walked(town), places=town)[0].value[0] == pytest.approx(20.0)


# --- other destinations ---------------------------------------------------------------------------------------


def test_food_is_walked_to_like_a_stop(town: Places) -> None:
    shops = layer("food_shops", points((1210, 1000)), shop=["supermarket"])
    found = food_access(shops, walked(town), places=town, distance=500)
    assert found[0].value[0] == pytest.approx(10.0)
    assert any("shops may be missing" in c.name for c in found[0].causes)


def test_clinics_are_no_hospitals(town: Places) -> None:
    held = layer("hospitals", points((1210, 1000), (110, 1000)), amenity=["hospital", "clinic"])
    found = hospital_access(real_hospitals(held), walked(town), places=town, distance=1000)
    assert found[0].value[0] == pytest.approx(18.0)
    assert "1 of 2 features are not hospitals" in found[0].notes[0]


def school_layer(xy: list[tuple[float, float]], primary: list[float]) -> Layer:
    return layer("schools", points(*xy), primary_pupils=primary, secondary_pupils=[0.0] * len(primary))


def schools_reached(town: Places, held: Layer) -> Result:
    trusted: TrustedPoints = trusted_schools(held, places=town)
    return school_access(held, trusted, walked(town), places=town, distance=500)[0]


def test_kindergartens_are_no_schools(town: Places) -> None:
    found = schools_reached(town, school_layer([(1210, 1000), (110, 1000)], [30.0, 0.0]))
    assert found.value[0] == pytest.approx(10.0)
    assert found.notes == ("0 of 1 schools are left out: their position cannot be trusted",)


def test_schools_on_a_pile_are_left_out_and_widen_the_range(town: Places) -> None:
    held = school_layer([(1210, 1000), *[(310, 1000)] * 5], [30.0] * 6)
    found = schools_reached(town, held)
    assert found.value[0] == pytest.approx(10.0)
    assert found.piled == pytest.approx(5 / 6)
    # the pile would reach from 0 to 810: the columns 50 … 750; 750 is reached already
    doubtful = next(c for c in found.causes if "cannot be trusted" in c.name)
    assert doubtful.high[0] == pytest.approx(17.0)  # type: ignore[index]
    assert "5 of 6 schools are left out" in found.notes[0]


def park(*shapes: Any, **fields: Any) -> Layer:
    held = {"leisure": ["park"] * len(shapes), "access": [""] * len(shapes), **fields}
    return layer("open_spaces", objects(*shapes), **held)


def parks_reached(town: Places, held: Layer, **limits: float) -> Result:
    spaces = public_open_spaces(held, places=town)
    found = open_space_access(
        spaces,
        walked(town),
        places=town,
        **{"distance": 400, **limits},  # type: ignore[arg-type]
    )
    return found[0]


def test_a_park_is_entered_where_its_edge_meets_the_street(town: Places) -> None:
    # the edge from 1,200 to 1,300 runs 20 m beside the street; 400 m beyond are 800 and 1,700
    # (a cell at 1,650 or 850 is 350 m away, one at 750 or 1,750 450 m)
    found = parks_reached(town, park(box(1200, 1020, 1300, 1120)))
    assert found.value[0] == pytest.approx(9.0)
    assert found.notes[0] == "1 open spaces"


def test_a_park_31_m_from_the_street_cannot_be_entered(town: Places) -> None:
    assert parks_reached(town, park(box(1200, 1031, 1300, 1120))).value[0] == 0


def test_private_parks_are_left_out(town: Places) -> None:
    assert parks_reached(town, park(box(1200, 1020, 1300, 1120), access=["private"])).value[0] == 0


def test_parks_that_touch_are_one_large_park(town: Places) -> None:
    # two halves of 0.9 ha make one of 1.8 ha: large enough together only
    halves = park(box(1200, 1020, 1290, 1120), box(1290, 1020, 1380, 1120))
    apart = park(box(1200, 1020, 1290, 1120), box(1300, 1020, 1390, 1120))
    assert parks_reached(town, halves, smallest_hectares=1.5).value[0] > 0
    assert parks_reached(town, apart, smallest_hectares=1.5).value[0] == 0
    assert parks_reached(town, apart).value[0] > 0


def test_open_space_per_person_counts_what_lies_inside_the_town(town: Places) -> None:
    # half of a park of 2 ha lies inside: 10,000 m² on the map, for 3,600 people
    spaces = public_open_spaces(park(box(-100, 1000, 100, 1100)), places=town)
    found = open_space_per_person(spaces, people_counted(town), places=town)
    assert found.value[0] == pytest.approx(10_000 * KM2 / 3600, rel=1e-6)
    assert found.notes[0] == "people of the census of 2022"


# --- streets --------------------------------------------------------------------------------------------------


def test_junctions_are_counted_in_the_covered_area_per_ground_area_of_it(town: Places) -> None:
    found = Junctions(
        crs=METRIC, xy=np.array([(WEST + 500, SOUTH + 1500), (WEST + 600, SOUTH + 500)]), date="2020"
    )
    walkers, network = on_foot(town, high_street(box(0, 0, 1000, 2000)))
    density = intersection_density(found, network, walkers, places=town)
    np.testing.assert_allclose(density.value, [2 / (2 * KM2), 1 / KM2, np.nan, 1 / KM2, np.nan], rtol=1e-4)
    np.testing.assert_allclose(density.coverage, [0.5, 1, 0, 1, 0])
    without = intersection_density(found, network, places=town)
    np.testing.assert_allclose(without.coverage, [0.5, 1, 0, 1, 0], atol=1e-6)


def test_a_crossing_of_two_streets_is_one_junction_and_their_ends_are_none(town: Places) -> None:
    crossing = layer(
        "streets",
        objects(line((0, 1000), (1000, 1000), (2000, 1000)), line((1000, 0), (1000, 1000), (1000, 2000))),
        covered=box(0, 0, 2000, 2000),
        highway=["residential", "residential"],
    )
    _, network = on_foot(town, crossing)
    assert len(junctions(crossing, network, places=town).xy) == 1


def test_the_length_of_streets_is_set_against_the_covered_area(town: Places) -> None:
    walkers, network = on_foot(town)
    found = walk_network_density(network, walkers, places=town)
    # 2 km of street in 4 km²
    assert found.value[0] == pytest.approx(2 / (4 * KM2), rel=1e-3)
    # the street runs along the border of north and south: 1 km in each quarter
    np.testing.assert_allclose(found.value[1:], 1 / KM2, rtol=1e-3)
    np.testing.assert_allclose(found.coverage, 1.0, atol=1e-6)


def test_streets_are_not_counted_where_the_map_does_not_reach(town: Places) -> None:
    walkers, network = on_foot(town, high_street(box(0, 0, 500, 2000)))
    found = walk_network_density(network, walkers, places=town)
    np.testing.assert_allclose(found.value, [0.5 / KM2, 1 / KM2, np.nan, 1 / KM2, np.nan], rtol=1e-3)
    np.testing.assert_allclose(found.coverage, [0.25, 0.5, 0, 0.5, 0], atol=1e-6)


# --- counts ---------------------------------------------------------------------------------------------------


def test_entries_of_one_stop_count_once(town: Places) -> None:
    # two platforms 10 m apart are one stop; one 25 m further on is another, unless 30 m are merged
    found = transit_stops_count(stops((500, 500), (510, 500), (535, 500), (1500, 1500)), places=town)
    np.testing.assert_array_equal(found.value, [3, 2, 0, 0, 1])
    assert found.causes[0].low[0] == 2  # type: ignore[index]
    assert found.causes[0].high[0] == 4  # type: ignore[index]


def test_all_lists_of_stops_are_counted(town: Places) -> None:
    held = layer("transit_stops", points((500, 500), (1500, 1500)), mode=["bus", "rail"])
    union = all_stops(held, places=town)
    np.testing.assert_array_equal(transit_stops_count(union, places=town).value, [2, 1, 0, 0, 1])
    assert union.of("rail").tolist() == [False, True]


def test_terminals_are_told_apart_by_class(town: Places) -> None:
    held = layer(
        "bus_terminals",
        points((500, 500), (1500, 500), (600, 500), (9000, 0)),
        **{"class": ["end", "hub", "end", "end"]},
    )
    whole, end, hub = bus_terminals_count(held, places=town)
    np.testing.assert_array_equal(whole.value, [3, 2, 1, 0, 0])
    assert (end.dimensions, end.value[0]) == ({"class": "end"}, 2)
    assert (hub.dimensions, hub.value[0]) == ({"class": "hub"}, 1)
