"""Islands, neighbourhoods mostly reached, and lists of a plan against the people who were flooded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.publish import city

from almena.model.observation import Observation
from almena.model.place import Place, Places
from almena.publish.blocks import Points
from almena.publish.chapters import event
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.chapters.neighbourhoods import APART, island_ids, islands, mostly_reached, places
from almena.publish.editions import for_edition

PEOPLE, AREA = "exposure.flood_population", "exposure.flood_area"
LISTED = "exposure.flood_in_protected_neighbourhoods"


def made_of(*shapes: Any) -> Places:
    """Return a city of some neighbourhoods named A, B, C …"""
    items = [Place("city", "city", "Vale Claro")]
    items += [Place(f"neighbourhood:{i}", "neighbourhood", "ABCDEFGH"[i]) for i in range(len(shapes))]
    geometry = np.array([shapely.union_all(shapes), *shapes], dtype=object)
    return Places(tuple(items), geometry, city.CRS, key="made")


def block(west: float, side: float = 1_000.0) -> Any:
    """Return a square at a distance east of the city's corner."""
    return shapely.box(city.EAST + west, city.NORTH, city.EAST + west + side, city.NORTH + side)


def part(indicator: str, number: int, value: float, **more: Any) -> Observation:
    """Return a value of the neighbourhood with a number."""
    where = {"place": f"neighbourhood:{number}", "place_kind": "neighbourhood", "place_name": "ABC"[number]}
    return city.value(indicator, value, roles=("flood_extent",), period="2024-05", **(more | where))


def desk(where: Places, *observations: Observation) -> Desk:
    """Return the desk of a flooded city of some neighbourhoods."""
    return set_up(for_edition(city.material(observations=observations, places=where)))


THREE = made_of(block(0), block(1_000), block(2_500))  # the third lies 500 m off


def test_a_neighbourhood_that_touches_no_other_is_an_island() -> None:
    assert island_ids(THREE) == ["neighbourhood:2"]


@pytest.mark.parametrize("gap, is_island", [(0.0, False), (29.0, False), (31.0, True), (400.0, True)])
def test_slivers_between_polygons_are_no_water(gap: float, is_island: bool) -> None:
    where = made_of(block(0), block(1_000), block(2_000 + gap))
    assert ("neighbourhood:2" in island_ids(where)) == is_island


def test_two_neighbourhoods_apart_are_both_islands_and_one_alone_is_none() -> None:
    assert island_ids(made_of(block(0), block(5_000))) == ["neighbourhood:0", "neighbourhood:1"]
    assert island_ids(made_of(block(0))) == []
    assert island_ids(Places(THREE.items[:1], THREE.geometry[:1], city.CRS)) == []


@settings(max_examples=40)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=7, unique=True))
def test_islands_are_those_whose_nearest_neighbour_is_farther_than_the_bound(steps: list[int]) -> None:
    shapes = [block(100.0 * step, side=90.0) for step in steps]
    found = set(island_ids(made_of(*shapes)))
    for number, shape in enumerate(shapes):
        nearest = min(shape.distance(other) for other in shapes if other is not shape)
        assert (f"neighbourhood:{number}" in found) == (nearest > APART)


def test_an_island_is_told_with_the_share_and_the_people_that_the_water_reached() -> None:
    at = desk(THREE, part(AREA, 2, 0.98), part(PEOPLE, 2, 7_200.0))
    block_ = islands(at)
    assert block_ is not None
    (item,) = block_.items
    assert item.lead == "C"
    assert item.text.replace("\u202f", " ").replace("\u00a0", " ") == (
        "98 % of the area; 7,200 people inside the outline"
    )


def test_islands_say_what_they_weigh_in_the_whole_event() -> None:
    whole = (city.value(AREA, 2.5), city.value(PEOPLE, 150_000.0))
    at = desk(THREE, *whole, part(AREA, 2, 1.0), part(PEOPLE, 2, 7_500.0))
    block_ = islands(at)
    assert block_ is not None
    assert block_.note.replace("\u202f", " ") == (
        "Together they are 40 % of the area reached and 5 % of the people inside the outline."
    )


def test_an_island_whose_people_are_withheld_adds_nothing_to_the_sum() -> None:
    hidden = replace(part(PEOPLE, 2, 4.0), value=None, low=None, high=None, reason="withheld: few people")
    at = desk(THREE, city.value(PEOPLE, 100.0), part(AREA, 2, 0.5), hidden)
    block_ = islands(at)
    assert block_ is not None
    assert "number of people not shown" in block_.items[0].text
    assert "people inside the outline" not in block_.note


def test_an_island_of_which_nothing_is_known_is_not_said_to_be_dry() -> None:
    block_ = islands(desk(THREE))
    assert block_ is not None
    assert block_.items[0].text == "how much of it the water reached is not known"
    assert block_.note == ""


def test_without_islands_there_is_no_list_of_islands() -> None:
    assert islands(desk(made_of(block(0), block(1_000)))) is None
    titles = [b.title for b in places(set_up(for_edition(city.material()))) if isinstance(b, Points)]
    assert titles == ["Neighbourhoods with most of their area reached"]


def test_an_inland_neighbourhood_may_be_mostly_reached_and_is_no_island() -> None:
    at = desk(THREE, part(AREA, 0, 0.9), part(AREA, 2, 0.2))
    mostly, apart = mostly_reached(at), islands(at)
    assert mostly is not None
    assert apart is not None
    assert [i.lead for i in mostly.items] == ["A"]
    assert [i.lead for i in apart.items] == ["C"]


def test_no_neighbourhood_mostly_reached_is_said_in_words() -> None:
    block_ = mostly_reached(desk(THREE, part(AREA, 0, 0.1)))
    assert block_ is not None
    assert block_.items == ()
    assert block_.empty.startswith("No neighbourhood had more than half")


# lists of a plan


def test_each_list_of_a_plan_has_the_flooded_people_of_its_own_neighbourhoods() -> None:
    facts = {"roles": ("flood_extent", "plan_lists"), "status": "modelled", "use": "discuss"}
    values = (
        city.value(LISTED, 88.0, 66.0, 100.0, **facts),
        city.value(LISTED, 7.0, 5.0, 8.0, dimensions=(("list", "above flood level"),), **facts),
    )
    columns = {"protected": ["Doca"], "above_flood_level": ["Alto"], "under_study": ["Baixo"]}
    held = {**city.layers(), "plan_lists": city.table("plan_lists", columns)}
    at = set_up(for_edition(city.material(observations=values, layer=held.get)))
    grid = event.list_lengths(at)
    assert grid is not None
    assert [row[0].text for row in grid.rows] == ["Protected", "Above flood level", "Under study"]
    assert [row[3].text for row in grid.rows] == ["about 88", "about 7", "no value"]
    assert [row[3].small for row in grid.rows] == ["66–100", "5–8", ""]


def test_the_dating_of_the_map_comes_with_what_its_method_has_to_say() -> None:
    note = "the map states no return period"
    hits = city.value("exposure.flood_map_hits", 81.0, notes=(note,), roles=("flood_susceptibility",))
    at = set_up(for_edition(city.material(observations=(hits,))))
    dates = next(b for b in event.promised(at) if isinstance(b, Points))
    assert dates.items[0].text == f"dated before the event (2014); {note}"
    assert note not in dates.items[1].text


# the outline


def outline(*observations: Observation) -> str:
    """Return what is said of the outline."""
    at = set_up(for_edition(city.material(observations=observations)))
    return event._outline_text(at)


def test_the_years_of_what_is_counted_are_told_when_they_differ() -> None:
    schools = city.value("exposure.flood_schools", 3, roles=("schools", "flood_extent"))
    hydrants = city.value("exposure.flood_hydrants", 3, roles=("hydrants", "flood_extent", "boundary"))
    assert "files of different years, 2019 to 2024" in outline(schools, hydrants)
    assert "different years" not in outline(schools)
    assert "different years" not in outline()


def test_the_outline_itself_and_the_boundary_are_not_what_is_counted() -> None:
    area = city.value("exposure.flood_area", 3, roles=("flood_extent", "boundary"))
    assert "different years" not in outline(area)
    assert outline(area).startswith("The outline is dated May 2024. Drawn by or taken from: Civil Defence")
