"""Streets of the town: length, dead ends, slopes and who lives where they are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

import real_city
from almena.geo.points import count_in
from almena.measure import streets as streets_module
from almena.measure.common import covered_by, ratio
from almena.measure.derived_people import people as people_of
from almena.measure.derived_people import walkers as walkers_of
from almena.measure.derived_streets import walk_network
from almena.measure.streets import (
    dead_end_share,
    steep_streets,
    street_length,
    street_map_coverage,
    street_network,
    street_slope,
)
from almena.model.data import Grid, Layer
from almena.model.place import Places
from almena.model.problem import AlmenaError
from measure.town import (
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
    only_city,
    origin,
    settled,
    settlements,
)

WHOLE = box(0, 0, 2000, 2000)


def streets(covered: object = WHOLE, **more: str) -> Layer:
    """Return an avenue, a lane off it that ends, a driveway, a footpath and a motorway, each 1 km long."""
    ways = {
        "residential": line((500, 500), (1000, 500), (1500, 500)),
        "unclassified": line((1000, 500), (1000, 1500)),
        "service": line((500, 500), (500, 1500)),
        "footway": line((1500, 500), (1500, 1500)),
        "motorway": line((500, 1800), (1500, 1800)),
    }
    return layer("streets", objects(*ways.values()), "2020", covered, highway=list(ways))


# --- length ---------------------------------------------------------------------------------------------------


def test_streets_are_measured_without_paths_and_driveways(town: Places) -> None:
    headline, *classes = street_length(streets(), places=town)
    # avenue 0.5 + 0.5, lane on the edge between the southern and northern quarters' middle, motorway in the north
    assert headline.value[0] == pytest.approx(3.0)
    assert {r.dimensions["class"]: r.value[0] for r in classes} == {
        "main roads": pytest.approx(1.0),
        "local streets": pytest.approx(2.0),
        "ways to single plots": pytest.approx(1.0),
        "paths and steps": pytest.approx(1.0),
    }
    assert headline.notes[0].startswith("at least")


def test_length_stops_at_the_edge_of_what_the_extract_covers(town: Places) -> None:
    half = streets(box(0, 0, 2000, 1000))
    headline = street_length(half, places=town)[0]
    # avenue 1 km and half of the lane; nothing is said of the northern quarters
    assert headline.value[0] == pytest.approx(1.5)
    assert np.isnan(headline.value[3:]).all()
    assert headline.coverage[0] == pytest.approx(0.5, rel=1e-3)  # type: ignore[index]


def test_coverage_is_that_of_people_where_people_are_given(town: Places) -> None:
    walkers, _ = on_foot(town, high_street(box(0, 0, 500, 2000)))
    headline = street_length(streets(), walkers, places=town)[0]
    np.testing.assert_allclose(headline.coverage, [0.25, 0.5, 0, 0.5, 0], atol=1e-6)


def test_classes_are_read_whatever_their_case(town: Places) -> None:
    loud = layer("streets", objects(line((0, 500), (1000, 500))), "2020", WHOLE, highway=["RESIDENTIAL"])
    assert street_length(loud, places=town)[0].value[0] == pytest.approx(1.0)


# --- dead ends ------------------------------------------------------------------------------------------------


def test_dead_ends_are_set_against_junctions_of_streets_alone(town: Places) -> None:
    network = street_network(streets(), places=town)
    found = dead_end_share(network, streets(), places=town)
    # ends: both of the avenue and that of the lane; one junction, where the lane leaves the avenue;
    # the driveway and the footpath neither end nor cross, and nobody walks the motorway
    assert found.numerator[0] == 3  # type: ignore[index]
    assert found.denominator[0] == 4  # type: ignore[index]
    assert found.value[0] == pytest.approx(75.0)


def test_an_end_at_the_edge_of_the_extract_is_no_dead_end(town: Places) -> None:
    cut = streets(box(0, 0, 1550, 2000))  # the avenue's eastern end lies 50 m from where the extract stops
    found = dead_end_share(street_network(cut, places=town), cut, places=town)
    assert (found.numerator[0], found.denominator[0]) == (2, 3)  # type: ignore[index]


@pytest.mark.parametrize(("beyond", "ends"), [(99.5, 2), (100.5, 3)])
def test_an_end_counts_from_a_hundred_metres_inside_the_extract_on(
    town: Places, beyond: float, ends: int
) -> None:
    cut = streets(box(0, 0, 1500 + beyond, 2000))  # the avenue ends at 1,500 m
    found = dead_end_share(street_network(cut, places=town), cut, places=town)
    assert found.numerator[0] == ends  # type: ignore[index]


def test_junctions_half_a_metre_apart_are_one_and_the_range_says_what_two_would_change(town: Places) -> None:
    avenue = line((500, 500), (1000, 500), (1000.5, 500), (1500, 500))
    ways = (avenue, line((1000, 500), (1000, 1000)), line((1000.5, 500), (1000.5, 100)))
    held = layer("streets", objects(*ways), "2020", WHOLE, highway=["residential"] * 3)
    found = dead_end_share(street_network(held, places=town), held, places=town)
    assert found.value[0] == pytest.approx(100 * 4 / 5)
    assert found.causes[0].low[0] == pytest.approx(100 * 4 / 6)  # type: ignore[index]
    assert found.causes[0].high[0] == pytest.approx(100 * 4 / 5)  # type: ignore[index]


def test_a_town_of_one_ring_road_has_neither_end_nor_junction(town: Places) -> None:
    ring = line((500, 500), (1500, 500), (1500, 1500), (500, 500))
    held = layer("streets", objects(ring), "2020", WHOLE, highway=["residential"])
    found = dead_end_share(street_network(held, places=town), held, places=town)
    assert "no junction" in found.missing


def test_paths_alone_make_no_street_network(town: Places) -> None:
    held = layer("streets", objects(line((0, 0), (100, 0))), "2020", WHOLE, highway=["footway"])
    with pytest.raises(AlmenaError, match="No way is a street"):
        street_network(held, places=town)


# --- slopes ---------------------------------------------------------------------------------------------------


def hillside(rise: float) -> Grid:
    """Return ground that is flat west of the middle of the town and rises to the east from there."""
    x = np.arange(120) * 30.0 - 800
    height = np.broadcast_to(np.maximum(x - 1000, 0) * rise, (120, 120)).copy()
    affine = (30.0, 0.0, WEST - 815, 0.0, -30.0, SOUTH + 2815)
    return Grid(role="elevation", array=height, affine=affine, crs=METRIC, origins=origin("elevation"))


def test_the_mean_slope_is_weighted_by_length(town: Places) -> None:
    _, network = on_foot(town)
    found = street_slope(network, hillside(0.1), places=town)
    # the high street runs 1 km on the level and 1 km up at 10 m per 100 m; pieces at the foot see both
    assert found.value[0] == pytest.approx(5.0, abs=0.2)
    assert found.status == "modelled"
    assert len(found.causes) == 3


def test_steep_is_steeper_than_one_in_twelve(town: Places) -> None:
    _, network = on_foot(town)
    assert steep_streets(network, hillside(0.1), places=town).value[0] == pytest.approx(50, abs=5)
    assert steep_streets(network, hillside(0.083), places=town).value[0] == 0
    assert steep_streets(network, hillside(0.0), places=town).value[0] == 0


def test_one_in_twelve_itself_is_not_steep(town: Places) -> None:
    _, network = on_foot(town)
    covered, _ = covered_by(network, town)
    ramp = np.full(len(network.u), 100 / 12)
    assert streets_module._by_length(network, ramp, covered, 100 / 12)[0] == 0
    assert streets_module._by_length(network, np.nextafter(ramp, 9), covered, 100 / 12)[0] == 100


def test_slopes_speak_of_the_people_of_the_covered_area(town: Places) -> None:
    walkers, network = on_foot(town, high_street(box(0, 0, 500, 2000)))
    found = street_slope(network, hillside(0.1), walkers, places=town)
    np.testing.assert_allclose(found.coverage, [0.25, 0.5, 0, 0.5, 0], atol=1e-6)


def test_the_range_holds_heights_of_five_cells_and_of_single_cells(town: Places) -> None:
    _, network = on_foot(town)
    dice = np.random.default_rng(1)
    flat = hillside(0.0)
    rough = Grid(
        role="elevation",
        array=flat.array + dice.normal(0, 2, flat.array.shape),
        affine=flat.affine,
        crs=METRIC,
        origins=flat.origins,
    )
    found = street_slope(network, rough, places=town)
    covered, _ = covered_by(network, town)
    for cause, cells in zip(found.causes, (5, 1), strict=False):
        alone = streets_module._slopes(rough, on_foot(town)[1], METRIC, cells)
        expected = streets_module._by_length(network, alone, covered, None)
        np.testing.assert_allclose(cause.low, expected)
    assert found.causes[0].low[0] < found.value[0] < found.causes[1].high[0]  # type: ignore[index]


def test_slopes_that_two_indicators_share_are_those_that_each_would_measure(town: Places) -> None:
    _, network = on_foot(town)
    hill = hillside(0.1)
    shared = street_slope(network, hill, places=town), steep_streets(network, hill, places=town)
    alone = (method(on_foot(town)[1], hillside(0.1), places=town) for method in (street_slope, steep_streets))
    for together, by_itself in zip(shared, alone, strict=True):
        np.testing.assert_array_equal(together.value, by_itself.value)
        np.testing.assert_array_equal(together.coverage, by_itself.coverage)
        for one, other in zip(together.causes, by_itself.causes, strict=True):
            np.testing.assert_array_equal(one.low, other.low)
    flat = street_slope(network, hillside(0.0), places=town)  # another terrain on the same network
    assert flat.value[0] == 0


def test_pieces_in_a_place_are_weighted_as_if_counted_one_by_one(town: Places) -> None:
    _, network = on_foot(town)
    slopes = np.where(np.arange(len(network.u)) % 3 == 0, np.nan, np.arange(len(network.u)) % 7)
    covered, _ = covered_by(network, town)
    known = np.isfinite(slopes)
    middle = ((network.xy[network.u] + network.xy[network.v]) / 2)[known]
    metres = network.length[known]
    expected = ratio(count_in(middle, covered, metres * slopes[known]), count_in(middle, covered, metres))
    np.testing.assert_array_equal(streets_module._by_length(network, slopes, covered, None), expected)


def test_a_terrain_model_of_another_place_is_a_gap(town: Places) -> None:
    _, network = on_foot(town)
    elsewhere = hillside(0.1)
    far = Grid(role="elevation", array=elsewhere.array, affine=(30.0, 0.0, 0.0, 0.0, -30.0, 1e6), crs=METRIC)
    assert "does not reach" in street_slope(network, far, places=town).missing


# --- people where streets are known -------------------------------------------------------------------------------


def test_the_area_of_the_map_holds_a_share_of_the_people(town: Places) -> None:
    walkers, _ = on_foot(town, high_street(box(0, 0, 500, 2000)))
    (found,) = street_map_coverage(walkers, everybody(town), places=town)
    np.testing.assert_allclose(found.value, [25, 50, 0, 50, 0], atol=1e-4)
    assert "not none" in found.notes[0]


def test_cells_at_the_edge_make_the_range(town: Places) -> None:
    # 475 m: four whole columns of cells of twenty, and three quarters of the fifth
    walkers, _ = on_foot(town, high_street(box(0, 0, 475, 2000)))
    (found,) = street_map_coverage(walkers, everybody(town), places=town)
    assert found.value[0] == pytest.approx(23.75, abs=1e-3)
    assert found.causes[0].low[0] == pytest.approx(20, abs=1e-3)  # type: ignore[index]
    assert found.causes[0].high[0] == pytest.approx(25, abs=1e-3)  # type: ignore[index]


def test_settlements_are_set_against_the_rest(town: Places) -> None:
    # of the settlement of 25 cells, from 400 to 900, one column of five cells lies in the first 500 m
    walkers, _ = on_foot(town, high_street(box(0, 0, 500, 2000)))
    inside = settled(town, settlements())
    _, informal, rest = street_map_coverage(walkers, everybody(town), inside, places=town)
    assert informal.value[0] == pytest.approx(20, abs=1e-3)
    # 1,000 people are covered; 50 of them are of the settlement's 250
    assert rest.value[0] == pytest.approx(100 * 950 / 3750, abs=1e-3)
    np.testing.assert_allclose(informal.value, only_city(informal.value[0]))


# --- the real city --------------------------------------------------------------------------------------------


def test_streets_of_porto_alegre_measured_on_the_ellipsoid_agree(porto_alegre: Path) -> None:
    places, held = real_city.places(porto_alegre), real_city.streets(porto_alegre)
    headline, *classes = street_length(held, places=places)
    lengths = {r.dimensions["class"]: r.value[0] for r in classes}
    assert headline.value[0] == pytest.approx(lengths["main roads"] + lengths["local streets"])
    # independent: primary roads alone, cut in degrees by the extract and the boundary, on the ellipsoid
    city = real_city.vector(porto_alegre, "boundary/municipality_ibge.geojson", "boundary").geometry
    area = shapely.intersection(shapely.union_all(city), held.covered)
    kinds = np.isin(held.fields["highway"], ["tertiary", "residential", "unclassified", "living_street"])
    extra = np.isin(held.fields["highway"], ["tertiary_link", "road", "busway"])
    cut = shapely.intersection(held.geometry[kinds | extra], area)
    geod = Geod(ellps="WGS84")
    metres = sum(geod.geometry_length(part) for part in cut if not part.is_empty)
    assert lengths["local streets"] == pytest.approx(metres / 1000, rel=0.001)


def test_the_steep_streets_of_porto_alegre_are_those_of_its_hills(porto_alegre: Path) -> None:
    places = real_city.places(porto_alegre)
    network = walk_network(real_city.streets(porto_alegre), places=places)
    ground = real_city.raster(porto_alegre, "elevation/srtm_gl1_30m.tif", "elevation")
    found = street_slope(network, ground, places=places)
    # independent and rough: nearest cells 100 m apart along whole straight pieces of at least 100 m
    start, end = network.xy[network.u], network.xy[network.v]
    long = (network.length >= 100) & shapely.contains_xy(network.covered, *((start + end) / 2).T)
    from almena.geo.crs import reproject_xy

    def height(xy: np.ndarray) -> np.ndarray:
        a, _, c, _, e, f = ground.affine
        lonlat = reproject_xy(xy, places.crs, ground.crs)
        return ground.array[((lonlat[:, 1] - f) / e).astype(int), ((lonlat[:, 0] - c) / a).astype(int)]

    rise = np.abs(height(end[long]).astype(float) - height(start[long]).astype(float))
    rough = 100 * rise.sum() / network.length[long].sum()
    assert found.value[0] == pytest.approx(rough, abs=1.0)
    low, high = found.causes[0].low[0], found.causes[1].high[0]  # type: ignore[index]
    assert low < found.value[0] < high


def test_the_map_covers_64_percent_of_the_people_and_61_percent_of_settlements(porto_alegre: Path) -> None:
    from almena.measure.derived_events import settlement_people

    places, raster = real_city.places(porto_alegre), real_city.population(porto_alegre)
    everyone = people_of(raster, places=places)
    network = walk_network(real_city.streets(porto_alegre), places=places)
    walkers = walkers_of(everyone, network, raster, places=places)
    drawn = real_city.vector(
        porto_alegre, "boundary/settlements_informal_ibge.geojson", "informal_settlements"
    )
    inside = settlement_people(drawn, everyone, raster, places=places)
    city, informal, rest = street_map_coverage(walkers, everyone, inside, places=places)
    # the data README: 64 % of the people, 60 % of the residents of informal settlements, both rounded
    assert city.value[0] == pytest.approx(64, abs=0.6)
    assert informal.value[0] == pytest.approx(60, abs=1.1)
    whole, settled_people = everyone.sum()[0], inside.persons[0]
    together = informal.value[0] * settled_people + rest.value[0] * (whole - settled_people)
    assert together / whole == pytest.approx(city.value[0], abs=0.01)
