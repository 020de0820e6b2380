"""
Ways into facilities, and buildings where nobody counted people.

The high street runs from west to east through the middle of the town, at y = 1,000, with a corner every 100 m.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from almena.measure.basic_infrastructure import substations, transmission_lines
from almena.measure.built_environment import open_space_share
from almena.measure.common import passed_by
from almena.measure.derived_buildings import BuildingWalk, building_walk
from almena.measure.derived_facilities import public_open_spaces, real_hospitals, trusted_schools
from almena.measure.derived_points import address_points
from almena.measure.derived_streets import walk_network
from almena.measure.derived_tags import tagged_population
from almena.measure.derived_transport import all_stops
from almena.measure.doors import ways_in
from almena.measure.identity import address_count, area, population_tagged
from almena.measure.municipal_services import addresses_near_hydrant, emergency_stations_count, hydrants_count
from almena.measure.proxies import (
    buildings_hospital_distance,
    buildings_near_food,
    buildings_near_hospital,
    buildings_near_open_space,
    buildings_near_school,
    buildings_near_transit,
)
from almena.measure.social_inclusion import (
    health_facilities_count,
    hospitals_count,
    pupils_count,
    schools_count,
)
from almena.measure.supply_chain import food_shops_count
from almena.model.data import Layer
from almena.model.observation import PROXY, REPORTED
from almena.model.place import Places
from almena.model.problem import GapError
from measure.town import WEST, boundary, box, high_street, layer, objects, point, points


def held(*values: Any) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def facility(shape: Any, *doors: Any, role: str = "food_shops", **fields: Any) -> Layer:
    made = layer(role, objects(shape), **fields)
    entrances = shapely.MultiPoint(list(doors)) if doors else None
    return made.with_(fields={**made.fields, "entrances": held(entrances)})


def entered_at(found: Layer, town: Places) -> list[float]:
    """Return where along the high street people enter, in metres from the west."""
    network = walk_network(high_street(), places=town)
    at = ways_in(found, network, town)
    at = at.take(at.found)
    step = network.xy[network.v[at.edge]] - network.xy[network.u[at.edge]]
    x = network.xy[network.u[at.edge]][:, 0] + at.offset * np.sign(step[:, 0])
    return sorted(float(round(v - WEST, 3)) for v in x)


def test_a_facility_is_entered_at_its_doors(town: Places) -> None:
    shop = facility(box(500, 1010, 900, 1100), point(900, 1050), point(700, 1010))
    assert entered_at(shop, town) == pytest.approx([700, 900])


def test_an_area_without_doors_is_entered_along_the_edge_that_lies_on_a_street(town: Places) -> None:
    found = entered_at(facility(box(500, 1010, 545, 1100)), town)
    assert (found[0], found[-1]) == pytest.approx((500, 545))


def test_an_area_away_from_streets_is_entered_where_its_edge_comes_nearest(town: Places) -> None:
    slanted = shapely.Polygon([point(500, 1100), point(600, 1050), point(600, 1190)])
    assert entered_at(facility(slanted), town) == pytest.approx([600])


def test_an_area_beyond_200_m_of_any_street_is_not_reached(town: Places) -> None:
    assert entered_at(facility(box(500, 1250, 600, 1300)), town) == []


def test_points_are_entered_where_they_are(town: Places) -> None:
    assert entered_at(facility(point(330, 1020)), town) == pytest.approx([330])


def test_a_layer_that_does_not_speak_of_doors_is_entered_at_a_point_inside(town: Places) -> None:
    shop = layer("food_shops", objects(box(500, 1010, 900, 1100)))
    assert entered_at(shop, town) == pytest.approx([700])


def houses(*kinds: str, step: int = 100) -> Layer:
    """Return houses of 10 m along the high street, every 100 m from x = 50 on."""
    shapes = [box(45 + step * n, 1005, 55 + step * n, 1015) for n in range(len(kinds))]
    return layer("buildings", objects(*shapes), date="2021", building=list(kinds))


def walked(town: Places, *kinds: str) -> BuildingWalk:
    return building_walk(houses(*kinds), walk_network(high_street(), places=town), places=town)


ROW = ("house",) * 6 + ("yes",) * 4


def test_garages_and_buildings_outside_are_left_out_and_counted(town: Places) -> None:
    walk = walked(town, "house", "garage", "yes", *(["house"] * 20))
    assert len(walk.xy) == 19  # the 20th stands at x = 1,950; three more lie outside, one is a garage
    assert walk.notes == ("4 garages, sheds and buildings outside the covered area are left out",)
    assert walk.dwelling.sum() == 18
    assert walk.date == "2020"


def test_buildings_near_a_shop_are_a_proxy_with_both_counts(town: Places) -> None:
    # houses at 50, 150 … 950; the shop stands at 50: 500 m reach the houses up to 550, six of ten, all called houses
    found = buildings_near_food(
        walked(town, *ROW), layer("food_shops", points((50, 1000))), places=town, distance=500
    )
    assert found.status == PROXY
    assert found.value[0] == pytest.approx(60)
    assert (found.numerator[0], found.denominator[0]) == (6, 10)
    assert found.value[3:5] == pytest.approx([60, np.nan], nan_ok=True)  # all ten stand in the north west
    homes = next(c for c in found.causes if "dwellings" in c.name)
    assert homes.low[0] == pytest.approx(100)
    assert any("buildings stand for people" in c.name for c in found.causes)
    assert found.notes[0] == "0 of 10 buildings are farther than 200 m from any mapped street"


def test_each_kind_of_destination_is_reached_in_the_same_way(town: Places) -> None:
    walk, here = walked(town, *ROW), points((50, 1000))
    schools = layer("schools", objects(*here, point(950, 1000)), amenity=["school", "kindergarten"])
    hospitals = real_hospitals(
        layer("hospitals", objects(*here, point(950, 1000)), amenity=["hospital", "clinic"])
    )
    stops = all_stops(layer("transit_stops", here), places=town)
    parks = public_open_spaces(
        layer("open_spaces", objects(box(40, 1010, 60, 1200)), leisure=["park"]), places=town
    )
    assert buildings_near_school(walk, schools, places=town, distance=500).value[0] == pytest.approx(60)
    assert buildings_near_hospital(walk, hospitals, places=town, distance=500).value[0] == pytest.approx(60)
    assert buildings_near_transit(walk, stops, places=town, distance=500).value[0] == pytest.approx(60)
    # the park is entered between x = 40 and 60
    assert buildings_near_open_space(walk, parks, places=town, distance=490).value[0] == pytest.approx(60)
    assert buildings_near_open_space(walk, parks, places=town, distance=489).value[0] == pytest.approx(50)


def test_a_map_without_buildings_in_the_city_is_a_gap(town: Places) -> None:
    shops = layer("food_shops", points((50, 1000)))
    found = buildings_near_food(walked(town, "garage"), shops, places=town, distance=500)
    assert found.missing == "no building of the map lies in the covered area"


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_longer_walk_never_reaches_fewer_buildings(one: int, other: int) -> None:
    from measure.town import town as make_town

    town = make_town()
    walk, shops = walked(town, *ROW), layer("food_shops", points((50, 1000)))
    near, far = (
        buildings_near_food(walk, shops, places=town, distance=d).numerator[0] for d in sorted((one, other))
    )
    assert near <= far <= 10


# --- a map is no register ---------------------------------------------------------------------------------------


def drawn(role: str, geometry: np.ndarray, **fields: Any) -> Layer:
    return layer(role, geometry, **fields).with_(at_least=True)


def test_what_is_not_mapped_is_never_none(town: Places) -> None:
    outside = points((5000, 5000))
    for found in (
        hydrants_count(drawn("hydrants", outside), places=town),
        health_facilities_count(drawn("health_facilities", outside), places=town)[0],
        emergency_stations_count(drawn("emergency_stations", outside, type=["fire"]), places=town)[0],
        address_count(address_points(drawn("addresses", outside), places=town), places=town),
        substations(drawn("power_lines", outside, type=["substation"]), places=town),
        *transmission_lines(drawn("power_lines", outside, type=["substation"]), places=town),
    ):
        assert np.isnan(found.value).all()


def test_a_register_that_lists_none_says_none(town: Places) -> None:
    assert hydrants_count(layer("hydrants", points((5000, 5000))), places=town).value[0] == 0


def test_counts_from_a_map_are_at_least_counts(town: Places) -> None:
    there = points((100, 100), (1500, 100))
    for found in (
        hydrants_count(drawn("hydrants", there), places=town),
        health_facilities_count(drawn("health_facilities", there), places=town)[0],
        address_count(address_points(drawn("addresses", there), places=town), places=town),
    ):
        assert found.value[0] == 2
        assert np.isnan(found.completeness)
        assert any("not mapped is not none" in c.name for c in found.causes)


def test_what_volunteers_draw_in_passing_is_never_fewer_and_few_of_it_says_little(town: Places) -> None:
    found = hydrants_count(drawn("hydrants", points((100, 100))), places=town)
    doubt = found.causes[-1]
    # upper 95 % limit of a Poisson count of 1 by Garwood's table
    assert (doubt.low[0], doubt.high[0]) == pytest.approx((1, 4.744), abs=1e-3)  # type: ignore[index]
    register = hydrants_count(layer("hydrants", points((100, 100))), places=town)
    assert (register.completeness, [c.kind for c in register.causes]) == (1.0, ["sensitivity"])


@given(st.floats(1, 1e6))
def test_the_more_are_drawn_the_surer_their_count(value: float) -> None:
    one, more = (np.asarray(passed_by(np.array([v])).high) / v for v in (value, value * 2))
    assert 1 < more[0] < one[0]


def test_hydrants_of_a_map_do_not_tell_how_many_addresses_are_near_one(town: Places) -> None:
    homes = address_points(layer("addresses", points((100, 100))), places=town)
    found = addresses_near_hydrant(homes, drawn("hydrants", points((100, 100))), places=town, distance=200)
    assert "known from a map only" in found.missing


def test_stations_are_counted_in_each_quarter_and_by_kind(town: Places) -> None:
    stations = drawn(
        "emergency_stations", points((100, 100), (1500, 100), (1600, 100)), type=["fire", "police", "police"]
    )
    headline, fire, police = emergency_stations_count(stations, places=town)
    assert headline.value[:3].tolist() == [3, 1, 2]
    assert (fire.dimensions, fire.value[0]) == ({"type": "fire"}, 1)
    assert (police.dimensions, police.value[0]) == ({"type": "police"}, 2)


def test_schools_without_any_enrolment_have_no_pupils_to_add_up(town: Places) -> None:
    schools = layer("schools", points((100, 100)), pupils=[np.nan])
    trusted = trusted_schools(schools, places=town)
    assert pupils_count(schools, trusted, places=town).missing == "the register holds no enrolment"


def test_schools_of_a_map_leave_quarters_without_one_open(town: Places) -> None:
    from almena.measure.derived_facilities import trusted_schools

    schools = drawn("schools", points((100, 100)), amenity=["school"])
    found = schools_count(schools, trusted_schools(schools, places=town), places=town)[0]
    assert found.value[:2].tolist() == [1, 1]
    assert np.isnan(found.value[2:]).all()


# --- what an outline carries ------------------------------------------------------------------------------------


def test_an_outline_closed_straight_widens_the_range_of_its_area(town: Places) -> None:
    outline = layer("boundary", boundary().geometry, doubtful_area=[0.5])
    found = area(outline, places=town)
    (cause,) = found.causes
    assert (cause.low, cause.high) == pytest.approx((found.value[0] - 0.5, found.value[0] + 0.5))
    whole = area(layer("boundary", boundary().geometry, doubtful_area=[np.nan]), places=town)
    assert whole.causes[0].kind == "enumerated"


def test_the_number_of_people_on_the_map_is_reported_with_its_own_date(town: Places) -> None:
    outline = layer("boundary", boundary().geometry, population=[35881.0], population_date=["2011-04-13"])
    table = tagged_population(outline)
    found = population_tagged(table, places=town)
    assert (table.date, found.period, found.status) == ("2011-04-13", "2011-04-13", REPORTED)
    assert table.hearsay
    assert found.value[0] == 35881
    assert np.isnan(found.value[1:]).all()


@pytest.mark.parametrize("date", ["", "about 2011", "11/2011"])
def test_a_number_without_a_usable_date_is_of_unknown_date(date: str) -> None:
    outline = layer("boundary", boundary().geometry, population=[100.0], population_date=[date])
    assert tagged_population(outline).date == "unknown"


@pytest.mark.parametrize("fields", [{}, {"population": [np.nan]}, {"population": [0.0]}])
def test_an_outline_without_a_number_is_a_gap(fields: dict[str, list[float]]) -> None:
    with pytest.raises(GapError, match="carries no number of people"):
        tagged_population(layer("boundary", boundary().geometry, **fields))


# --- counts that need no people ---------------------------------------------------------------------------------


def test_hospitals_and_shops_are_counted_where_they_are(town: Places) -> None:
    there = points((100, 100), (1500, 100), (9000, 100))
    hospitals = real_hospitals(layer("hospitals", there, amenity=["hospital", "clinic", "hospital"]))
    assert hospitals_count(hospitals, places=town).value[:3].tolist() == [1, 1, 0]
    assert food_shops_count(layer("food_shops", there), places=town).value[:3].tolist() == [2, 1, 1]
    mapped = food_shops_count(drawn("food_shops", there), places=town)
    assert mapped.value[1:3].tolist() == [1, 1]
    assert np.isnan(mapped.value[3:]).all()


def test_open_space_is_a_share_of_each_quarter(town: Places) -> None:
    # 200 m by 500 m in the south west: 10 % of the quarter, 2.5 % of the town; a quarter without any is unknown
    parks = layer(
        "open_spaces", objects(box(0, 0, 200, 500), box(100, 0, 200, 500)), leisure=["park", "garden"]
    )
    found = open_space_share(public_open_spaces(parks, places=town), places=town)
    assert found.value[:2] == pytest.approx([2.5, 10], rel=1e-3)
    assert np.isnan(found.value[2:]).all()
    assert found.numerator[0] == pytest.approx(0.1, rel=1e-3)


def test_half_of_the_buildings_walk_at_most_the_median_to_a_hospital(town: Places) -> None:
    # houses at 50, 150 … 950, the hospital at 50: 0, 100 … 900 m on foot, 450 m in the middle
    hospitals = real_hospitals(layer("hospitals", points((50, 1000)), amenity=["hospital"]))
    found = buildings_hospital_distance(walked(town, *ROW), hospitals, places=town, farthest=20000)
    assert found.value[0] == pytest.approx(450)
    assert found.status == PROXY
    assert np.isnan(found.value[1])  # no building stands in the south west
    near = buildings_hospital_distance(walked(town, *ROW), hospitals, places=town, farthest=300)
    assert np.isnan(near.value[0])  # most buildings have none within 300 m, so that the middle is not known
    assert near.notes[0].startswith("6 of 10 buildings have no hospital on foot")


def test_a_nameless_point_on_a_map_is_a_doubtful_hospital(town: Places) -> None:
    there = points((50, 1000), (950, 1000))
    fields = {"amenity": ["hospital", "hospital"], "name": ["", "Santa Casa"]}
    mapped, listed = (real_hospitals(made("hospitals", there, **fields)) for made in (drawn, layer))
    count = hospitals_count(mapped, places=town)
    doubt = next(c for c in count.causes if "first-aid post" in c.name)
    assert (count.value[0], doubt.low[0], doubt.high[0]) == (2, 1, 2)
    assert not any("first-aid" in c.name for c in hospitals_count(listed, places=town).causes)
    walk = walked(town, *ROW)
    near = buildings_near_hospital(walk, mapped, places=town, distance=200)
    doubt = next(c for c in near.causes if "first-aid post" in c.name)
    assert (near.value[0], doubt.low[0]) == pytest.approx((60, 30))
    far = buildings_hospital_distance(walk, mapped, places=town, farthest=20000)
    doubt = next(c for c in far.causes if "first-aid post" in c.name)
    assert (far.value[0], doubt.high[0]) == pytest.approx((200, 450), abs=0.5)
