"""Floods of any shape over the small town: what must hold for all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.measure.derived_events import alone, cell_step, event, merged, people_in_event
from almena.measure.derived_land import land_areas
from almena.measure.derived_points import address_points, placed
from almena.measure.exposure import (
    flood_area,
    flood_hydrants,
    flood_informal_population,
    flood_population,
    flood_population_share,
)
from almena.model.data import Grid
from almena.model.place import Places
from measure.town import (
    KM2,
    METRIC,
    SOUTH,
    WEST,
    box,
    census,
    everybody,
    flood,
    layer,
    objects,
    origin,
    point,
    points,
    population,
    reached,
    settled,
    settlements,
    town,
)

TOWN = town()
EVERYBODY = everybody(TOWN)
SIDE = st.integers(-300, 2300)


@st.composite
def floods(draw: st.DrawFn) -> Any:
    """Return a rectangle or a round lake, anywhere in or around the town."""
    if draw(st.booleans()):
        (west, east), (south, north) = (sorted((draw(SIDE), draw(SIDE))) for _ in "xy")
        return box(west, south, east + 10, north + 10)
    return point(draw(SIDE), draw(SIDE)).buffer(draw(st.integers(20, 900)))


def people_inside(shape: Any) -> Any:
    found = event(flood(shape=shape), places=TOWN)
    return found, people_in_event(found, EVERYBODY, population(), places=TOWN)


@settings(max_examples=40, deadline=None)
@given(floods())
def test_quarters_add_up_to_the_town(shape: Any) -> None:
    found, inside = people_inside(shape)
    area = flood_area(found).value
    assert inside.persons[1:].sum() == pytest.approx(inside.persons[0], abs=1e-2)
    assert area[1:].sum() == pytest.approx(area[0], abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(floods())
def test_people_follow_the_area_where_they_live_evenly(shape: Any) -> None:
    # a thousand people on each square kilometre of the map
    found, inside = people_inside(shape)
    assert inside.persons[0] == pytest.approx(1000 * flood_area(found).value[0] / KM2, rel=1e-3, abs=0.05)


@settings(max_examples=40, deadline=None)
@given(floods())
def test_an_outline_moved_out_reaches_no_fewer_people_than_one_moved_in(shape: Any) -> None:
    _, inside = people_inside(shape)
    assert (inside.inner <= inside.persons).all()
    assert (inside.persons <= inside.outer).all()


@settings(max_examples=25, deadline=None)
@given(floods(), floods())
def test_people_of_settlements_are_among_the_people_and_shares_are_shares(shape: Any, camp: Any) -> None:
    found, inside = people_inside(shape)
    drawn = settlements(camp)
    both = flood_informal_population(found, drawn, population(), EVERYBODY, places=TOWN)[0].value[0]
    assert -1e-6 <= both <= inside.persons[0] + 1e-2
    for result in flood_population_share(found, inside, EVERYBODY, settled(TOWN, drawn), places=TOWN):
        known = result.value[np.isfinite(result.value)]
        assert (known >= -1e-3).all()
        assert (known <= 100 + 1e-3).all()


@settings(max_examples=25, deadline=None)
@given(floods())
def test_every_range_holds_its_value(shape: Any) -> None:
    found, inside = people_inside(shape)
    headline = flood_population(found, inside, EVERYBODY, population(), census(), places=TOWN)[0]
    moved = headline.causes[0]
    assert (np.asarray(moved.low) <= headline.value + 1e-2).all()
    assert (np.asarray(moved.high) >= headline.value - 1e-2).all()


@settings(max_examples=25, deadline=None)
@given(floods(), st.lists(st.tuples(SIDE, SIDE), max_size=30, unique=True))
def test_counts_lie_between_their_own_low_and_high(shape: Any, xy: list[tuple[int, int]]) -> None:
    found = event(flood(shape=shape), places=TOWN)
    (result,) = flood_hydrants(found, layer("hydrants", points(*xy)), places=TOWN)
    near = result.causes[0]
    assert (np.asarray(near.low) <= result.value).all()
    assert (result.value <= np.asarray(near.high)).all()
    assert result.value[0] <= len(xy)


# --- pieces ---------------------------------------------------------------------------------------------------


def test_an_event_knows_what_was_done_to_its_outline(town: Places) -> None:
    found, _ = reached(town)
    assert found.date == "2024-05"
    assert found.origins[0].steps == ("outline merged and cut by the places",)
    # the outline as drawn reaches beyond the town
    assert found.drawn.area == pytest.approx(6e6)


def test_outlines_in_degrees_are_cut_in_metres(town: Places) -> None:
    to_degrees = pyproj.Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)
    import shapely

    shape = shapely.transform(box(0, 0, 500, 2000), lambda xy: np.stack(to_degrees.transform(*xy.T), axis=1))
    in_degrees = layer("flood_extent", objects(shape), "2024-05").with_(crs="EPSG:4326")
    assert event(in_degrees, places=town).by_place[0].area == pytest.approx(1e6, rel=1e-5)


def test_merging_mends_what_crosses_itself() -> None:
    import shapely

    bow = shapely.Polygon([(WEST, SOUTH), (WEST + 10, SOUTH + 10), (WEST + 10, SOUTH), (WEST, SOUTH + 10)])
    assert merged(layer("flood_extent", objects(bow)), METRIC).area == pytest.approx(50)
    assert alone(bow).shape == (1,)


def test_the_width_of_a_cell_is_measured_in_metres() -> None:
    assert cell_step(population(), METRIC) == pytest.approx(100)
    # 3 seconds of arc at 30° south: 30.92 m × cos 30° × 3 = 80.4 m
    degrees = Grid(
        role="population_grid",
        array=np.ones((11, 11)),
        affine=(3 / 3600, 0, -51.0, 0, -3 / 3600, -30.0),
        crs="EPSG:4326",
    )
    assert cell_step(degrees, METRIC) == pytest.approx(80.4, abs=0.2)


def test_a_raster_of_one_column_is_taken_as_100_m_wide() -> None:
    thin = population().with_(array=np.ones((22, 1)))
    assert cell_step(thin, METRIC) == 100.0


def test_land_areas_carry_date_and_origin(town: Places) -> None:
    cover = Grid(
        role="land_cover",
        array=np.full((2, 2), 3, np.uint8),
        affine=(1000.0, 0, WEST, 0, -1000.0, SOUTH + 2000),
        crs=METRIC,
        classes={3: "forest"},
        date="2020",
        origins=origin("land_cover"),
    )
    found = land_areas(cover, places=town)
    assert (found.date, found.classes) == ("2020", ("forest",))
    assert found.origins[0].steps == ("cells cut by the places",)


def test_registers_are_looked_over_once_for_piles(town: Places) -> None:
    held = layer("addresses", points(*[(5, 5)] * 5, (6, 6)))
    found = address_points(held, places=town)
    assert found.piled.tolist() == [True] * 5 + [False]
    assert found.piled_share == pytest.approx(5 / 6)
    assert found.date == "2023"
    assert found.origins[0].steps[-1].startswith("put into metres")
    assert placed(layer("addresses", points()), town).piled_share == 0.0
