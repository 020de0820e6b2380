"""What roles hold, where places are, and what results are made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from almena.model.card import Card, Role
from almena.model.check import SelfTest
from almena.model.data import Document, Feed, Grid, Layer, RoleData, Table
from almena.model.kit import Kit, KitFile
from almena.model.observation import ENUMERATED, Observation, Result, enumerated, nothing
from almena.model.origin import LOCAL_ONLY, Origin, Source
from almena.model.place import CITY, NEIGHBOURHOOD, Place, Places

OPEN_FILE = Source("schools", "schools.csv", "a" * 64, licence="CC0-1.0")
SECRET = Source("schools", "secret.csv", "b" * 64, licence="CC0-1.0", sharing=LOCAL_ONLY)
UNLICENSED = Source("schools", "found.csv", "c" * 64)


def layer(**more: object) -> Layer:
    return Layer(
        role="schools",
        crs="EPSG:4326",
        geometry=shapely.points([(0, 0), (1, 1), (2, 2)]),
        fields={"name": np.array(["a", "b", "c"])},
        ids=np.array(["1", "2", "3"]),
        **more,  # type: ignore[arg-type]
    )


# --- sources and origins --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "may"), [(OPEN_FILE, True), (SECRET, False), (UNLICENSED, False)])
def test_only_open_files_with_a_licence_may_leave_the_city(source: Source, may: bool) -> None:
    assert source.may_leave == may


def test_content_leaves_only_if_every_file_behind_it_may() -> None:
    assert layer(origins=(Origin(OPEN_FILE),)).may_leave
    assert not layer(origins=(Origin(OPEN_FILE), Origin(SECRET))).may_leave
    # content without any origin cannot show that it may leave
    assert not layer().may_leave


def test_sources_are_listed_once_in_order() -> None:
    origins = (Origin(OPEN_FILE, "row 1"), Origin(SECRET), Origin(OPEN_FILE, "row 2"))
    assert layer(origins=origins).sources == (OPEN_FILE, SECRET)


def test_steps_are_added_to_an_origin_without_changing_it() -> None:
    start = Origin(OPEN_FILE, "row 1", ("read",))
    after = start.then("cut", "summed")
    assert after.steps == ("read", "cut", "summed")
    assert after.locator == "row 1"
    assert start.steps == ("read",)


def test_an_origin_is_shown_flat() -> None:
    shown = Origin(OPEN_FILE, "row 1", ("read",)).as_dict()
    assert shown["file"] == "schools.csv"
    assert shown["locator"] == "row 1"
    assert shown["steps"] == ["read"]
    assert {"role", "file", "url", "sha256", "licence", "locator", "steps"} <= set(shown)


# --- layers, grids, tables ------------------------------------------------------------------------------------


def test_a_layer_is_reduced_with_its_fields_and_ids() -> None:
    some = layer().take(np.array([True, False, True]))
    assert len(some) == 2
    assert some.fields["name"].tolist() == ["a", "c"]
    assert some.ids.tolist() == ["1", "3"]
    assert layer().take(np.array([2])).fields["name"].tolist() == ["c"]


def test_a_layer_without_ids_can_be_reduced_too() -> None:
    some = layer().with_(ids=np.empty(0, dtype=np.str_)).take(np.array([0]))
    assert len(some) == 1
    assert len(some.ids) == 0


def test_a_copy_with_changes_leaves_the_original_as_it_was() -> None:
    first = layer(date="2020")
    second = first.with_(date="2024")
    assert (first.date, second.date) == ("2020", "2024")
    assert isinstance(second, Layer)


@pytest.mark.parametrize("affine", [(10.0, 0, 100.0, 0, -10.0, 500.0), (10.0, 0, 100.0, 0, 10.0, 480.0)])
def test_the_bounds_of_a_grid_do_not_depend_on_the_order_of_its_rows(affine: tuple[float, ...]) -> None:
    grid = Grid(role="elevation", array=np.zeros((2, 3)), affine=affine, crs="EPSG:31982")  # type: ignore[arg-type]
    assert grid.bounds == (100.0, 480.0, 130.0, 500.0)


def test_a_table_is_as_long_as_its_columns() -> None:
    assert len(Table(role="census_table", columns={"year": np.arange(4), "population": np.arange(4)})) == 4
    assert len(Table(role="census_table", columns={})) == 0


def test_feeds_and_documents_are_role_data_too() -> None:
    feed = Feed(role="transit_feed", tables={"stops": {"stop_id": np.array(["1"])}})
    paper = Document(role="city_plan", paragraphs=("one",))
    assert all(isinstance(held, RoleData) for held in (feed, paper))
    assert feed.date == "unknown"


# --- places ---------------------------------------------------------------------------------------------------


@pytest.fixture
def places() -> Places:
    items = (Place("city", CITY, "Town"), Place("n1", NEIGHBOURHOOD, "North"), Place("n2", NEIGHBOURHOOD))
    return Places(
        items, np.array([shapely.box(0, 0, 2, 1), *shapely.box([0, 1], 0, [1, 2], 1)]), "EPSG:31982"
    )


def test_the_city_comes_first_and_its_parts_follow(places: Places) -> None:
    assert len(places) == 3
    assert places.city.area == 2
    assert [p.id for p in places.items[places.parts]] == ["n1", "n2"]


def test_values_of_places_start_unknown(places: Places) -> None:
    assert np.isnan(places.nothing()).all()
    np.testing.assert_array_equal(places.only_city(7.0), [7, np.nan, np.nan])


# --- results and observations ---------------------------------------------------------------------------------


def test_a_complete_count_is_its_own_low_and_high() -> None:
    cause = enumerated(np.array([1.0, 2.0]))
    assert cause.kind == ENUMERATED
    assert cause.low is cause.high


def test_nothing_is_a_result_with_a_reason(places: Places) -> None:
    found = nothing(places, "no file", "Load one", period="2024", notes=("x",))
    assert np.isnan(found.value).all()
    assert found.value.shape == (3,)
    assert (found.missing, found.remedy, found.period, found.notes) == ("no file", "Load one", "2024", ("x",))


def test_a_result_is_the_headline_unless_it_says_otherwise() -> None:
    found = Result(np.array([1.0]))
    assert (dict(found.dimensions), found.coverage, found.piled, found.missing) == ({}, 1.0, 0.0, "")
    assert np.isnan(found.disagreement)


def test_two_observations_speak_of_the_same_thing_by_four_facts() -> None:
    one = Observation("identity.area", "city", "2022", CITY, value=1.0)
    assert one.identity == ("identity.area", "city", "2022", ())
    assert one.identity == Observation("identity.area", "city", "2022", CITY, value=2.0, unit="km2").identity
    assert one.identity != Observation("identity.area", "city", "2023", CITY).identity
    assert (
        one.identity
        != Observation("identity.area", "city", "2022", CITY, dimensions=(("sex", "men"),)).identity
    )


def test_a_value_of_zero_is_not_missing() -> None:
    assert not Observation("identity.area", "city", "2022", CITY, value=0.0).is_missing
    assert Observation("identity.area", "city", "", CITY).is_missing


# --- content --------------------------------------------------------------------------------------------------


def test_a_role_is_derived_when_something_makes_it() -> None:
    assert Role("people", "derived", "People", "", maker="people").is_derived
    assert not Role("schools", "layer", "Schools", "").is_derived


def test_a_card_is_public_unless_it_says_otherwise() -> None:
    assert Card("a.b", "", "", "", "none", 0, "", "a", "", "").sensitivity == "public"


def test_a_check_is_shown_by_name() -> None:
    assert SelfTest("a", "A", True, "1 of 1").as_dict() == {
        "id": "a",
        "title": "A",
        "passed": True,
        "detail": "1 of 1",
    }


def test_a_kit_lists_its_roles_once_and_the_files_of_a_role_in_order() -> None:
    files = (
        KitFile("schools", "a.csv", "table"),
        KitFile("streets", "b.pbf", "osm"),
        KitFile("schools", "c.csv", "table"),
    )
    kit = Kit("town", "Town", "BRA", "EPSG:31982", ("pt",), files, Path("/kit"))
    assert kit.roles == ("schools", "streets")
    assert [f.path for f in kit.of_role("schools")] == ["a.csv", "c.csv"]
    assert kit.of_role("hospitals") == ()
