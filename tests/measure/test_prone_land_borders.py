"""What goes along with every figure of prone land, and where it could quietly become wrong."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.measure.derived_events import flood_map, landslide_map
from almena.measure.derived_facilities import trusted_schools
from almena.measure.derived_prone import flood_prone, landslide_prone, steep_ground
from almena.measure.exposure_maps import NOT_A_FORECAST
from almena.measure.susceptibility import (
    NO_DIKES,
    ROUGH,
    flood_susceptible_hospitals,
    flood_susceptible_land_share,
    flood_susceptible_population,
    flood_susceptible_population_share,
    flood_susceptible_schools,
    flood_susceptible_urban_area,
    landslide_map_steep_share,
    landslide_susceptible_hospitals,
    landslide_susceptible_land_share,
    landslide_susceptible_population,
    landslide_susceptible_population_share,
    landslide_susceptible_schools,
    landslide_susceptible_urban_area,
    steep_land,
)
from almena.model.observation import Result, Results
from almena.model.place import Places
from measure.test_exposure_maps import LAND, drawn
from measure.test_susceptibility import floods, hillside, slides
from measure.town import KM2, box, everybody, layer, only_city, points, population
from measure.town import town as made_town

SCHOOLS = layer("schools", points((100, 100), (600, 900)), amenity=["school"] * 2)
HOSPITALS = layer("real_hospitals", points((200, 1000)))


def every(found: Results) -> tuple[Result, ...]:
    return found if isinstance(found, tuple) else (found,)


def of_floods(town: Places) -> list[Result]:
    prone, trusted = floods(town), trusted_schools(SCHOOLS, places=town)
    return [
        *every(flood_susceptible_population(prone, population(), places=town)),
        flood_susceptible_population_share(prone, everybody(town), population(), places=town),
        flood_susceptible_urban_area(prone, LAND, places=town),
        flood_susceptible_land_share(prone, places=town),
        *every(flood_susceptible_schools(prone, SCHOOLS, trusted, places=town)),
        *every(flood_susceptible_hospitals(prone, HOSPITALS, places=town)),
    ]


def of_slides(town: Places) -> list[Result]:
    prone, trusted = slides(town), trusted_schools(SCHOOLS, places=town)
    return [
        *every(landslide_susceptible_population(prone, population(), places=town)),
        landslide_susceptible_population_share(prone, everybody(town), population(), places=town),
        landslide_susceptible_urban_area(prone, LAND, places=town),
        landslide_susceptible_land_share(prone, places=town),
        *every(landslide_susceptible_schools(prone, SCHOOLS, trusted, places=town)),
        *every(landslide_susceptible_hospitals(prone, HOSPITALS, places=town)),
    ]


def test_every_figure_of_prone_land_is_modelled_and_says_that_the_map_is_no_forecast(town: Places) -> None:
    for found in [*of_floods(town), *of_slides(town)]:
        assert found.status == "modelled"
        assert found.causes[0].name == NOT_A_FORECAST
        assert np.isnan(found.causes[0].low)
        assert NOT_A_FORECAST in found.notes


def test_only_floods_are_told_of_dikes(town: Places) -> None:
    assert all(NO_DIKES in found.notes for found in of_floods(town))
    assert not any(NO_DIKES in found.notes for found in of_slides(town))


def test_people_of_one_class_are_not_said_to_be_those_of_all_classes(town: Places) -> None:
    headline, *classes = flood_susceptible_population(floods(town), population(), places=town)
    assert headline.notes[0] == "prone to floods on the map of 2014: all classes"
    for found in classes:
        assert not any("all classes" in note for note in found.notes)
        assert np.isnan(found.value[1:]).all()


def test_shares_carry_both_sides_of_their_line(town: Places) -> None:
    """Of 4,000 people 1,500 live on prone land; of 4 km² on the map 1.5 are prone."""
    people = flood_susceptible_population_share(floods(town), everybody(town), population(), places=town)
    np.testing.assert_allclose(people.numerator, [1500, 750, 0, 750, 0], atol=1e-6)
    np.testing.assert_allclose(people.denominator, [4000, 1000, 1000, 1000, 1000])
    land = flood_susceptible_land_share(floods(town), places=town)
    np.testing.assert_allclose(land.numerator, np.array([1.5, 0.75, 0, 0.75, 0]) * KM2, rtol=1e-3)
    np.testing.assert_allclose(land.denominator, np.array([4, 1, 1, 1, 1]) * KM2, rtol=1e-3)


def test_built_up_land_is_told_of_the_city_alone(town: Places) -> None:
    found = flood_susceptible_urban_area(floods(town), LAND, places=town)
    np.testing.assert_allclose(found.value, only_city(1.5 * KM2), rtol=1e-4)


# --- schools and hospitals ----------------------------------------------------------------------------------------


def test_a_school_at_a_doubtful_place_outside_the_prone_land_widens_nothing(town: Places) -> None:
    """Five schools share a place far from the prone land, one stands inside it alone: one, and never more."""
    pile = [(1500.0, 1500.0)] * 5
    schools = layer("schools", points((100, 100), *pile), amenity=["school"] * 6)
    found = flood_susceptible_schools(
        floods(town), schools, trusted_schools(schools, places=town), places=town
    )
    headline = found[0]
    assert headline.value[0] == 1
    assert (headline.causes[1].low, headline.causes[1].high) == (1, 1)
    assert headline.notes[-1] == "5 have a position that cannot be trusted"
    assert headline.piled == pytest.approx(5 / 6)


def test_a_map_without_a_school_that_teaches_has_no_doubtful_one(town: Places) -> None:
    nurseries = layer("schools", points((100, 100), (200, 100)), amenity=["kindergarten"] * 2)
    found = flood_susceptible_schools(
        floods(town), nurseries, trusted_schools(nurseries, places=town), places=town
    )
    assert (found[0].value[0], found[0].piled) == (0, 0)


def test_hospitals_have_positions_that_are_trusted(town: Places) -> None:
    found = flood_susceptible_hospitals(floods(town), HOSPITALS, places=town)
    assert [r.piled for r in found] == [0, 0, 0]
    assert [(r.causes[1].low, r.causes[1].high) for r in found] == [(1, 1), (1, 1), (0, 0)]
    assert [r.dimensions for r in found] == [{}, {"class": "high"}, {"class": "low"}]


# --- slopes ---------------------------------------------------------------------------------------------------------


def test_figures_of_slopes_are_modelled_rough_and_covered_as_far_as_heights_are_known(town: Places) -> None:
    """The outer cells of the raster have no four neighbours; a hole in it takes more away."""
    whole = steep_ground(hillside(), places=town)
    array = hillside().array.copy()
    array[20:30, 20:30] = np.nan
    torn = steep_ground(hillside().with_(array=array), places=town)
    assert torn.known < whole.known <= 1
    land = steep_land(torn, places=town)
    checks = landslide_map_steep_share(slides(town), torn, places=town)
    for found in (land, *checks):
        assert (found.status, found.coverage) == ("modelled", torn.known)
        assert found.causes[0].name == ROUGH
    assert land.notes == (ROUGH,)


def test_the_check_of_the_map_is_explained_once_and_never_above_all_of_it(town: Places) -> None:
    headline, *others = landslide_map_steep_share(
        slides(town), steep_ground(hillside(), places=town), places=town
    )
    assert headline.dimensions == {}
    assert headline.notes == ("prone to landslides on the map of 2014: high", NOT_A_FORECAST, ROUGH)
    assert [r.dimensions["class"] for r in others] == ["high", "low", "on no class"]
    assert all(r.notes == () for r in others)
    for found in (headline, *others):
        assert 0 <= found.value[0] <= 100
        assert np.isnan(found.value[1:]).all()


def test_land_on_two_classes_is_taken_off_once_when_the_land_on_none_is_checked(town: Places) -> None:
    """
    The town rises by 40 percent in its last 450 m: 0.9 km² of 4. High and low both show its southern half.

    On no class lie the northern 2 km², of them 0.45 are steep: 22.5 percent.
    """
    half = box(0, 0, 2000, 1000)
    shown = drawn(("high", half), ("low", half), role="landslide_susceptibility")
    prone = landslide_prone(landslide_map(shown, places=town), places=town)
    found = landslide_map_steep_share(prone, steep_ground(hillside(), places=town), places=town)
    shares = {r.dimensions.get("class", ""): float(r.value[0]) for r in found}
    assert shares["on no class"] == pytest.approx(22.5, rel=1e-3)
    assert shares["high"] == shares["low"] == pytest.approx(22.5, rel=1e-3)


def test_a_slope_of_exactly_thirty_percent_is_not_steep(town: Places) -> None:
    grid = hillside()
    columns = np.arange(60) * 50.0
    flat, steep = (grid.with_(array=np.tile(columns * rise, (60, 1))) for rise in (0.2999, 0.31))
    assert steep_land(steep_ground(flat, places=town), places=town).value[0] == 0
    found = steep_land(steep_ground(steep, places=town), places=town)
    np.testing.assert_allclose(found.value, [4, 1, 1, 1, 1], rtol=1e-3)


# --- properties -----------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(-5, 24), st.integers(-5, 24), st.integers(1, 12), st.integers(1, 12)),
        min_size=1, max_size=5,
    )
)  # fmt: skip
def test_land_drawn_twice_or_outside_the_city_is_never_counted_twice(
    rectangles: list[tuple[int, int, int, int]],
) -> None:
    places = made_town()
    shapes = [box(100 * x, 100 * y, 100 * (x + w), 100 * (y + h)) for x, y, w, h in rectangles]
    inside = shapely.intersection(shapely.union_all(shapes), places.city)
    if shapely.area(inside) == 0:
        return
    shown = drawn(*(("high" if n % 2 else "low", shape) for n, shape in enumerate(shapes)))
    prone = flood_prone(flood_map(shown, places=places), places=places)
    found = flood_susceptible_land_share(prone, places=places)
    expected = 100 * shapely.area(inside) / shapely.area(places.city)
    assert found.value[0] == pytest.approx(expected, rel=1e-3)
    assert found.numerator is not None
    assert found.numerator[1:].sum() == pytest.approx(found.numerator[0], rel=1e-3)
    people = flood_susceptible_population(prone, population(), places=places)
    assert people[0].value[0] == pytest.approx(4000 * expected / 100, rel=1e-3)
    by_class = {r.dimensions["class"]: float(r.value[0]) for r in people[1:]}
    # classes may lie over each other: each is counted whole, and together they hold no fewer than all of them
    assert max(by_class.values()) <= people[0].value[0] + 0.01
    assert sum(by_class.values()) >= people[0].value[0] - 0.01
