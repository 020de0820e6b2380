"""
Land prone to floods and landslides, counted by hand in the town, then on the real maps.

The flood map shows 250 m along the western edge as high and the next 500 m as low. The landslide map shows 100 m by
100 m in the south-eastern corner as high and the south-western quarter as low.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

import real_city
from almena.measure.derived_events import flood_map, landslide_map
from almena.measure.derived_facilities import trusted_schools
from almena.measure.derived_prone import ProneLand, flood_prone, landslide_prone, steep_ground
from almena.measure.registry import installed_methods
from almena.measure.susceptibility import (
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
from almena.model.data import Grid, Layer
from almena.model.observation import Result
from almena.model.place import Places
from almena.model.problem import GapError
from measure.test_exposure_maps import LAND, drawn
from measure.town import (
    KM2,
    METRIC,
    SOUTH,
    WEST,
    box,
    everybody,
    layer,
    only_city,
    origin,
    points,
    population,
)

SLOPES = (("low", box(0, 0, 1000, 1000)), ("high", box(1900, 0, 2500, 100)))


def floods(town: Places) -> ProneLand:
    shown = drawn(("low", box(250, 0, 750, 2000)), ("high", box(-500, 0, 250, 2000)))
    return flood_prone(flood_map(shown, places=town), places=town)


def slides(town: Places) -> ProneLand:
    shown = drawn(*SLOPES, role="landslide_susceptibility")
    return landslide_prone(landslide_map(shown, places=town), places=town)


def by_class(results: tuple[Result, ...]) -> dict[str, float]:
    return {r.dimensions.get("class", ""): float(r.value[0]) for r in results}


# --- people and land ------------------------------------------------------------------------------------------


def test_people_on_land_prone_to_floods_by_place_and_class(town: Places) -> None:
    found = flood_susceptible_population(floods(town), population(), places=town)
    # 750 m of 2,000 m are prone: 1,500 people; the two western quarters hold 750 each
    np.testing.assert_allclose(found[0].value, [1500, 750, 0, 750, 0], atol=1e-6)
    assert by_class(found) == {
        "": pytest.approx(1500),
        "high": pytest.approx(500),
        "low": pytest.approx(1000),
    }
    assert found[0].status == "modelled"


def test_what_is_said_of_a_map_is_its_year_and_that_it_knows_no_dikes(town: Places) -> None:
    notes = flood_susceptible_population(floods(town), population(), places=town)[0].notes
    assert notes[0] == "prone to floods on the map of 2014: all classes"
    assert "dikes" in notes[2]
    assert notes[3] == "people of the raster of 2020"


def test_of_landslides_only_the_highest_class_makes_the_headline(town: Places) -> None:
    found = landslide_susceptible_population(slides(town), population(), places=town)
    np.testing.assert_allclose(found[0].value, [10, 0, 10, 0, 0], atol=1e-6)
    assert by_class(found)["low"] == pytest.approx(1000)
    assert found[0].notes[0] == "prone to landslides on the map of 2014: high"
    assert not any("dikes" in note for note in found[0].notes)


def test_the_share_of_people_is_of_all_people_of_the_same_raster(town: Places) -> None:
    found = flood_susceptible_population_share(floods(town), everybody(town), population(), places=town)
    np.testing.assert_allclose(found.value, [37.5, 75, 0, 75, 0], atol=1e-6)
    slid = landslide_susceptible_population_share(slides(town), everybody(town), population(), places=town)
    np.testing.assert_allclose(slid.value, [0.25, 0, 1, 0, 0], atol=1e-6)


def test_the_share_of_land_is_of_each_place(town: Places) -> None:
    np.testing.assert_allclose(
        flood_susceptible_land_share(floods(town), places=town).value, [37.5, 75, 0, 75, 0], atol=1e-3
    )
    slid = landslide_susceptible_land_share(slides(town), places=town)
    np.testing.assert_allclose(slid.value, [0.25, 0, 1, 0, 0], atol=1e-3)


def test_built_up_land_on_prone_land(town: Places) -> None:
    # the western half is built up: of it 750 m by 2 km are prone to floods; the slope lies in the forest
    flooded = flood_susceptible_urban_area(floods(town), LAND, places=town)
    np.testing.assert_allclose(flooded.value, only_city(1.5 * KM2), rtol=1e-4)
    assert landslide_susceptible_urban_area(slides(town), LAND, places=town).value[0] == 0


def test_an_event_is_not_asked_for() -> None:

    methods = installed_methods()[0]
    for name in (n for n in methods if "susceptible" in n or n.endswith("_prone")):
        assert not {"event", "flood_extent", "people_in_event"} & {
            *methods[name].needs,
            *methods[name].wishes,
        }


def test_a_map_that_does_not_reach_the_city_is_a_gap_and_no_zero(town: Places) -> None:
    with pytest.raises(GapError, match="not mapped is not none"):
        flood_prone(flood_map(drawn(("high", box(9000, 0, 9100, 100))), places=town), places=town)


# --- schools and hospitals ------------------------------------------------------------------------------------


def test_schools_at_positions_that_cannot_be_trusted_widen_the_count(town: Places) -> None:
    pile = [(300.0, 300.0)] * 5
    schools = layer(
        "schools", points((100, 100), (600, 900), (1950, 50), (1500, 1500), *pile), amenity=["school"] * 9
    )
    trusted = trusted_schools(schools, places=town)
    found = flood_susceptible_schools(floods(town), schools, trusted, places=town)
    assert by_class(found) == {"": 2, "high": 1, "low": 1}
    assert np.isnan(found[0].value[1:]).all()  # never by neighbourhood
    assert found[0].causes[1].high == 7
    assert found[0].piled == pytest.approx(5 / 9)
    assert by_class(landslide_susceptible_schools(slides(town), schools, trusted, places=town))[""] == 1


def test_hospitals_are_counted_for_the_city_and_each_class(town: Places) -> None:
    hospitals = layer("real_hospitals", points((200, 1000), (700, 1000), (1000, 1000)))
    assert by_class(flood_susceptible_hospitals(floods(town), hospitals, places=town)) == {
        "": 2,
        "high": 1,
        "low": 1,
    }
    assert by_class(landslide_susceptible_hospitals(slides(town), hospitals, places=town))[""] == 0


# --- slopes ---------------------------------------------------------------------------------------------------


def hillside() -> Grid:
    """Return heights on cells of 50 m: flat, but for the eastern 500 m that rise by 40 percent."""
    columns = np.arange(60)
    rise = np.where(columns < 40, 0.0, (columns - 40) * 50 * 0.4)  # the town begins at column 10
    return Grid(
        role="elevation",
        array=np.tile(rise, (60, 1)),
        affine=(50, 0, WEST - 500, 0, -50, SOUTH + 2500),
        crs=METRIC,
        date="2000",
        origins=origin("elevation"),
    )


def test_steep_land_is_counted_where_the_cells_lie(town: Places) -> None:
    found = steep_land(steep_ground(hillside(), places=town), places=town)
    # the town ends at column 50: the nine columns 41 to 49 rise by 40 percent, column 40 by 20 percent
    expected = 9 * 50 * 2000 / 1e6
    np.testing.assert_allclose(found.value, [expected, 0, expected / 2, 0, expected / 2], rtol=1e-3)


def test_the_landslide_map_is_checked_by_the_slope_of_the_ground(town: Places) -> None:
    found = landslide_map_steep_share(slides(town), steep_ground(hillside(), places=town), places=town)
    shares = by_class(found)
    assert shares[""] == shares["high"] == pytest.approx(100, rel=1e-3)
    assert shares["low"] == 0
    # steep land of 0.9 km², less 0.01 on the map, of 4 km² less 1.01
    assert shares["on no class"] == pytest.approx(100 * 0.89 / 2.99, rel=1e-3)


def test_an_elevation_beside_the_city_is_a_gap(town: Places) -> None:
    away = hillside().with_(affine=(50, 0, WEST + 90_000, 0, -50, SOUTH))
    with pytest.raises(GapError, match="does not reach"):
        steep_ground(away, places=town)


# --- the maps of Porto Alegre ---------------------------------------------------------------------------------


def shown(folder: Path, file: str, role: str) -> Layer:
    read = real_city.vector(folder, file, role)
    words = {"Alta": "high", "Baixa": "low"}
    classes = np.array([words.get(str(c), "medium") for c in read.fields["classe"]])
    return read.with_(fields={"class": classes}, date="2014")


@pytest.fixture(scope="module")
def slopes(porto_alegre: Path) -> tuple[ProneLand, Places]:
    places = real_city.places(porto_alegre)
    read = shown(porto_alegre, "hazards/sgb_landslide_susceptibility.shp", "landslide_susceptibility")
    return landslide_prone(landslide_map(read, places=places), places=places), places


def test_real_places_add_up_to_the_real_city(porto_alegre: Path, slopes: tuple[ProneLand, Places]) -> None:
    prone, places = slopes
    people = real_city.population(porto_alegre)
    found = landslide_susceptible_population(prone, people, places=places)[0]
    assert found.value[0] == pytest.approx(9028, abs=5)
    assert found.value[1:].sum() == pytest.approx(found.value[0], rel=0.01)


def test_the_real_landslide_map_follows_the_slopes(
    porto_alegre: Path, slopes: tuple[ProneLand, Places]
) -> None:
    prone, places = slopes
    heights = real_city.raster(porto_alegre, "elevation/srtm_gl1_30m.tif", "elevation")
    shares = by_class(landslide_map_steep_share(prone, steep_ground(heights, places=places), places=places))
    assert shares["high"] > 60 > 20 > shares["medium"] > 1 > shares["low"]


def test_prone_land_of_real_neighbourhoods_lies_inside_them(slopes: tuple[ProneLand, Places]) -> None:
    prone, places = slopes
    outside = shapely.area(shapely.difference(prone.by_place, places.geometry))
    assert outside.max() < 1.0
