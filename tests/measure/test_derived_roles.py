"""Derived roles on small towns drawn by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from almena.measure import derived
from almena.measure.derived import (
    all_stops,
    junctions,
    people,
    public_open_spaces,
    real_hospitals,
    share_reached,
    stop_service,
    teaching_schools,
    trusted_schools,
    walk_network,
    walk_to,
    walkers,
)
from almena.measure.registry import methods_of
from almena.model.data import Feed, Grid, Layer
from almena.model.origin import Origin, Source
from almena.model.place import CITY, NEIGHBOURHOOD, Place, Places
from almena.model.problem import InputError
from almena.packs.loader import load_roles

METRIC = "EPSG:31982"
ORIGIN = (Origin(Source(role="r", file="f.csv", sha256="0" * 64)),)

# A city of 400 m by 200 m in two quarters; cells of 100 m with 10 people each, two of them empty
CITY_BOX, WEST, EAST = (
    shapely.box(0, 0, 400, 200),
    shapely.box(0, 0, 200, 200),
    shapely.box(200, 0, 400, 200),
)


def objects(*shapes: Any) -> np.ndarray:
    held = np.empty(len(shapes), dtype=object)
    held[:] = shapes
    return held


@pytest.fixture
def places() -> Places:
    items = (Place("city", CITY), Place("w", NEIGHBOURHOOD), Place("e", NEIGHBOURHOOD))
    return Places(items, objects(CITY_BOX, WEST, EAST), METRIC)


@pytest.fixture
def grid() -> Grid:
    counts = np.array([[10.0, 10, 0, 10, 99], [10, 10, 10, -1, 99]])
    return Grid(
        role="population_grid",
        array=counts,
        affine=(100.0, 0.0, 0.0, 0.0, -100.0, 200.0),
        crs=METRIC,
        origins=ORIGIN,
        date="2020",
    )


@pytest.fixture
def streets() -> Layer:
    """Return one street through the middle of the lower row and one in the far west."""
    lines = objects(shapely.LineString([(x, 50.0) for x in range(0, 401, 50)]))
    return layer("streets", lines, highway=["residential"], covered=shapely.box(0, 0, 300, 200))


def layer(role: str, geometry: np.ndarray, covered: Any = None, **fields: Any) -> Layer:
    held = {name: np.array(values) for name, values in fields.items()}
    ids = np.arange(len(geometry)).astype(str)
    return Layer(
        role=role, crs=METRIC, geometry=geometry, fields=held, ids=ids, covered=covered, origins=ORIGIN
    )


def points(*xy: tuple[float, float]) -> np.ndarray:
    return objects(*(shapely.Point(p) for p in xy))


# --- people ---------------------------------------------------------------------------------------------------


def test_people_of_each_place_add_up_to_the_city(grid: Grid, places: Places) -> None:
    found = people(grid, places=places)
    np.testing.assert_allclose(found.sum(), [60, 40, 20])
    assert found.membership.shape == (
        3,
        6,
    )  # the empty cell, the one without data and those outside are not there
    np.testing.assert_allclose(found.xy[0], [50, 150])
    assert found.date == "2020"
    assert found.origins[0].steps == ("cells cut by the places",)


def test_a_share_of_each_cell_may_be_counted(grid: Grid, places: Places) -> None:
    found = people(grid, places=places)
    np.testing.assert_allclose(found.sum(np.full(6, 0.5)), [30, 20, 10])


def test_a_cell_on_the_limit_of_two_quarters_is_shared_out(grid: Grid, places: Places) -> None:
    shifted = Places(
        places.items, objects(CITY_BOX, shapely.box(0, 0, 150, 200), shapely.box(150, 0, 400, 200)), METRIC
    )
    np.testing.assert_allclose(people(grid, places=shifted).sum(), [60, 30, 30])


# --- walking --------------------------------------------------------------------------------------------------


def test_walkers_are_the_people_of_the_covered_area(grid: Grid, streets: Layer, places: Places) -> None:
    everybody, network = people(grid, places=places), walk_network(streets, places=places)
    assert network.covered.area == 300 * 200
    found = walkers(everybody, network, grid, places=places)
    np.testing.assert_allclose(found.sum(), [50, 40, 10])
    np.testing.assert_allclose(found.coverage, [50 / 60, 1, 0.5])
    assert found.start.found.all()
    assert len(found.origins) == 2


def test_the_covered_area_cuts_cells_anew(grid: Grid, streets: Layer, places: Places) -> None:
    half = streets.with_(covered=shapely.box(0, 0, 350, 50))
    found = walkers(people(grid, places=places), walk_network(half, places=places), grid, places=places)
    np.testing.assert_allclose(found.sum(), [15, 10, 5])


def test_access_by_hand(grid: Grid, streets: Layer, places: Places) -> None:
    network = walk_network(streets, places=places)
    found = walkers(people(grid, places=places), network, grid, places=places)
    metres = walk_to(found, network, np.array([[60.0, 20.0]]), limit=1000)
    # cells start at x = 50, 150 and 250 of the street; the shop lies at x = 60
    np.testing.assert_allclose(np.sort(metres), [10, 10, 90, 90, 190])
    numerator, denominator = share_reached(found, metres, 90)
    np.testing.assert_allclose(numerator, [40, 40, 0])
    np.testing.assert_allclose(denominator, [50, 40, 10])
    assert (share_reached(found, metres, 89.0)[0] == [20, 20, 0]).all()


def test_people_far_from_any_street_stay_in_the_denominator(
    grid: Grid, streets: Layer, places: Places
) -> None:
    network = walk_network(streets, places=places)
    found = walkers(people(grid, places=places), network, grid, places=places, snap_limit=60.0)
    metres = walk_to(found, network, np.array([[60.0, 20.0]]), limit=1000)
    numerator, denominator = share_reached(found, metres, 1000)
    np.testing.assert_allclose(numerator, [30, 20, 10])  # the upper row lies 100 m from the street
    np.testing.assert_allclose(denominator, [50, 40, 10])


def test_a_place_without_people_has_no_coverage(streets: Layer, places: Places) -> None:
    empty_east = Grid(
        role="population_grid", array=np.array([[5.0, 0.0]]), affine=(200, 0, 0, 0, -200, 200), crs=METRIC
    )
    everybody = people(empty_east, places=places)
    found = walkers(everybody, walk_network(streets, places=places), empty_east, places=places)
    np.testing.assert_allclose(found.coverage, [1, 1, np.nan])


def test_junctions_of_the_covered_area_only(places: Places) -> None:
    across = [shapely.LineString([(0, 100), (100, 100), (200, 100), (310, 100), (400, 100)])]
    cross = [shapely.LineString([(x, 0), (x, 100), (x, 200)]) for x in (100, 200, 310)]
    grid_of_streets = layer(
        "streets", objects(*across, *cross), highway=["residential"] * 4, covered=shapely.box(0, 0, 300, 200)
    )
    network = walk_network(grid_of_streets, places=places)
    found = junctions(grid_of_streets, network, places=places)
    np.testing.assert_allclose(np.sort(found.xy[:, 0]), [100, 200])
    assert len(junctions(grid_of_streets, network, places=places, merge_distance=120).xy) == 1


# --- public transport -----------------------------------------------------------------------------------------


@pytest.fixture
def feed() -> Feed:
    week = {d: np.array(["1"]) for d in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    return Feed(
        role="transit_feed",
        origins=ORIGIN,
        tables={
            "stops": {
                "stop_id": np.array(["a", "b"]),
                "stop_lon": np.array([-51.0, -51.1]),
                "stop_lat": np.array([-30.0, -30.0]),
            },
            "routes": {"route_id": np.array(["r"]), "route_type": np.array(["2"])},
            "trips": {"trip_id": np.array(["t"]), "route_id": np.array(["r"]), "service_id": np.array(["w"])},
            "stop_times": {
                "trip_id": np.array(["t", "t"]),
                "stop_id": np.array(["a", "b"]),
                "stop_sequence": np.array([1.0, 2.0]),
                "arrival_time": np.array([600.0, 610.0]),
                "departure_time": np.array([600.0, 610.0]),
            },
            "calendar": {
                "service_id": np.array(["w"]),
                **week,
                "start_date": np.array(["20240304"]),
                "end_date": np.array(["20240308"]),
            },
        },
    )


def test_service_keeps_its_origin(feed: Feed) -> None:
    service = stop_service(feed)
    assert service.role == "stop_service"
    assert service.origins[0].steps == ("departures counted over the ordinary weekdays",)
    assert service.departures.tolist() == [1, 0]


def test_all_lists_of_stops_are_one(feed: Feed, places: Places) -> None:
    drawn = layer("transit_stops", points((1, 2), (3, 4)), mode=["bus", ""])
    both = all_stops(drawn, feed, places=places)
    assert both.source.tolist() == ["transit_stops"] * 2 + ["transit_feed"] * 2
    assert both.mode.tolist() == ["bus", "", "rail", "rail"]
    assert both.of("rail", "metro").tolist() == [False, False, True, True]
    np.testing.assert_allclose(both.xy[:2], [[1, 2], [3, 4]])
    assert both.xy[2, 0] == pytest.approx(500_000)
    assert len(all_stops(transit_feed=feed, places=places).xy) == 2
    assert len(all_stops(drawn, places=places).xy) == 2


def test_an_empty_list_of_stops_is_a_list(places: Places) -> None:
    assert len(all_stops(layer("transit_stops", points()), places=places).xy) == 0


def test_no_list_of_stops_is_said_so(places: Places) -> None:
    with pytest.raises(InputError, match="no list"):
        all_stops(places=places)


# --- schools, hospitals, open space ---------------------------------------------------------------------------


def test_pupils_decide_what_a_school_is() -> None:
    schools = layer(
        "schools", points(*[(i, 0) for i in range(5)]),
        primary_pupils=[10.0, 0, 0, np.nan, np.nan], secondary_pupils=[0.0, 5, 0, np.nan, 0],
        amenity=["", "", "school", "school", ""],
    )  # fmt: skip
    kept = teaching_schools(schools)
    assert kept.ids.tolist() == ["0", "1", "3"]
    assert kept.role == "teaching_schools"
    assert any("2 of 5" in note for note in kept.notes)


def test_the_level_decides_where_no_pupils_are_counted() -> None:
    levels = ["primary", "Primary; Secondary", "kindergarten", "university", "", "3"]
    kept = teaching_schools(layer("schools", points(*[(i, 0) for i in range(6)]), level=levels))
    assert kept.ids.tolist() == ["0", "1", "4", "5"]
    assert any("1 features do not say" in note for note in kept.notes)


def test_on_the_map_a_school_is_a_school() -> None:
    amenity = ["school", "kindergarten", "university", "college", "language_school"]
    assert teaching_schools(
        layer("schools", points(*[(i, 0) for i in range(5)]), amenity=amenity)
    ).ids.tolist() == ["0"]


def test_clinics_are_no_hospitals() -> None:
    amenity, level = (
        ["hospital", "clinic", "doctors", "", "", ""],
        ["", "hospital", "", "General Hospital", "clinic", ""],
    )
    kept = real_hospitals(
        layer("hospitals", points(*[(i, 0) for i in range(6)]), amenity=amenity, level=level)
    )
    assert kept.ids.tolist() == ["0", "3", "5"]
    assert any("3 of 6" in note for note in kept.notes)
    assert kept.origins[0].steps


def test_open_space_is_public_and_merged_where_it_touches(places: Places) -> None:
    shapes = objects(
        shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 60), shapely.box(300, 0, 400, 100),
        shapely.box(0, 150, 50, 200), shapely.Point(10, 10), shapely.LineString([(0, 0), (9, 9)]),
        shapely.box(500, 0, 600, 10),
    )  # fmt: skip
    spaces = layer(
        "open_spaces", shapes,
        leisure=["park", "garden", "pitch", "park", "playground", "park", ""],
        place=["", "", "", "", "", "", "square"],
        access=["", "yes", "", "private", "", "", "permissive"],
    )  # fmt: skip
    found = public_open_spaces(spaces, places=places)
    assert shapely.area(found.geometry).tolist() == [16_000, 1_000, 0]
    assert found.area[0] == pytest.approx(16_000, rel=0.01)
    assert found.area[2] == 0
    assert any("1 open spaces drawn as lines" in note for note in found.notes)
    customers = spaces.with_(fields={**spaces.fields, "access": np.full(7, "customers")})
    assert len(public_open_spaces(customers, places=places).geometry) == 0


def test_a_layer_of_parks_that_says_no_more_is_taken_as_it_is(places: Places) -> None:
    assert len(public_open_spaces(layer("open_spaces", objects(WEST)), places=places).geometry) == 1


def test_schools_on_one_point_and_away_from_their_address_are_not_trusted(places: Places) -> None:
    quarters = layer("neighbourhoods", objects(WEST, EAST), name=["São José", "Mont'Serrat"])
    where = [(50, 50)] * 5 + [(60, 60), (300, 100), (1300, 100), (899, 100), (901, 100)]
    district = ["SAO JOSE"] * 5 + ["sao  jose", "Mont Serrat", "Sao Jose", "MONT'SERRAT", "Mont-Serrat"]
    found = trusted_schools(layer("schools", points(*where), district=district), quarters, places=places)
    assert found.piled.tolist() == [True] * 5 + [False] * 5
    assert found.contradicted.tolist() == [False] * 7 + [True, False, True]
    assert found.trusted.tolist() == [False] * 5 + [True, True, False, True, False]
    assert set(found.reasons[found.trusted]) == {""}
    assert found.reasons[0].startswith("piled")
    assert "district" in found.reasons[7]
    assert found.doubtful_share == pytest.approx(0.7)
    assert found.away[7] == pytest.approx(1100)


def test_neighbourhoods_without_names_take_them_from_the_older_limits(places: Places) -> None:
    nameless = layer("neighbourhoods", objects(WEST, EAST), name=["", ""])
    older = layer(
        "neighbourhood_statistics", objects(shapely.box(0, 0, 190, 200), EAST), name=["Centro", "Porto"]
    )
    schools = layer("schools", points((1200, 100)), district=["Porto"])
    assert trusted_schools(schools, nameless, older, places=places).away[0] == pytest.approx(800)
    assert trusted_schools(schools, None, older, places=places).away[0] == pytest.approx(800)
    assert np.isnan(trusted_schools(schools, nameless, None, places=places).away[0])


def test_schools_without_an_address_or_without_neighbourhoods_are_judged_by_piles_alone(
    places: Places,
) -> None:
    schools = layer("schools", points(*[(1, 1)] * 5, (2, 2)))
    found = trusted_schools(schools, places=places)
    assert found.piled.sum() == 5
    assert not found.contradicted.any()
    quarters = layer("neighbourhoods", objects(WEST), name=["Centro"])
    assert not trusted_schools(schools, quarters, places=places).contradicted.any()


def test_an_empty_position_is_not_trusted(places: Places) -> None:
    found = trusted_schools(layer("schools", objects(shapely.Point())), places=places)
    assert found.reasons.tolist() == ["no position"]


# --- the register ---------------------------------------------------------------------------------------------


def test_every_derived_role_of_this_room_is_announced_with_what_it_needs() -> None:
    found = methods_of(derived.MODULES)
    expected = {
        "people": ({"population_grid"}, set()),
        "walk_network": ({"streets"}, set()),
        "walkers": ({"people", "walk_network", "population_grid"}, set()),
        "junctions": ({"streets", "walk_network"}, set()),
        "stop_service": ({"transit_feed"}, set()),
        "all_stops": (set(), {"transit_stops", "transit_feed"}),
        "teaching_schools": ({"schools"}, set()),
        "real_hospitals": ({"hospitals"}, set()),
        "public_open_spaces": ({"open_spaces"}, set()),
        "trusted_schools": ({"schools"}, {"neighbourhoods", "neighbourhood_statistics"}),
    }
    roles = load_roles()
    for name, (needs, wishes) in expected.items():
        assert (set(found[name].needs), set(found[name].wishes)) == (needs, wishes)
        assert needs | wishes <= set(roles)
        assert roles[name].maker == name
