"""Jobs, land cover and emissions on the small town."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest

from almena.measure.derived_facilities import public_open_spaces
from almena.measure.derived_land import LandAreas, land_areas, urban_area
from almena.measure.ecology import (
    emissions_per_person,
    emissions_total,
    green_cover,
    land_cover_share,
    water_share,
)
from almena.measure.economy import jobs_mapped
from almena.model.data import Grid, Table
from almena.model.place import Places
from almena.model.problem import AlmenaError
from measure.town import (
    KM2,
    METRIC,
    SOUTH,
    WEST,
    boundary,
    box,
    layer,
    objects,
    only_city,
    origin,
    people_counted,
    table,
)

CODES = {3: "forest", 11: "wetland", 21: "farming", 24: "urban", 33: "water"}


def cover(rows: list[list[int]], classes: dict[int, str] | None = None) -> Grid:
    """Return a land-cover raster of the town, however many cells it has, and 0 for cells without a class."""
    array = np.array(rows, dtype=np.uint8)
    step = 2000 / len(rows)
    return Grid(
        role="land_cover",
        array=array,
        affine=(step, 0.0, WEST, 0.0, -step, SOUTH + 2000),
        crs=METRIC,
        nodata=0,
        classes=CODES if classes is None else classes,
        date="2020",
        origins=origin("land_cover"),
    )


def areas(town: Places, rows: list[list[int]]) -> LandAreas:
    return land_areas(cover(rows), places=town)


# the north west is forest, the north east water, the south west half urban and half farming, the south east wetland
FOUR = [
    [3, 3, 33, 33],
    [3, 3, 33, 33],
    [24, 21, 11, 11],
    [24, 21, 11, 11],
]


def test_the_area_of_each_class_is_summed_by_place(town: Places) -> None:
    found = areas(town, FOUR)
    np.testing.assert_allclose(
        found.of(["forest"]) / 1e6, np.array([1, 0, 0, 1, 0]) * KM2, rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(
        found.of(["urban", "farming"]) / 1e6, np.array([1, 1, 0, 0, 0]) * KM2, rtol=1e-4
    )
    np.testing.assert_allclose(found.of(["unheard of"]), 0)


def test_green_is_a_share_of_the_land_without_water_and_without_farming(town: Places) -> None:
    found = green_cover(areas(town, FOUR), boundary(), places=town)
    # forest and wetland, 2 km², of 3 km² of land; the quarter of water has no land
    np.testing.assert_allclose(found.value[:4], [200 / 3, 0, 100, 100], rtol=1e-3, atol=1e-3)
    assert found.status == "modelled"
    np.testing.assert_allclose(found.coverage, 1, atol=1e-3)


def test_parks_that_the_raster_calls_built_up_widen_the_range_of_green_land(town: Places) -> None:
    """A quarter of streets and one park is not without green: the raster cannot tell, and the range says so."""
    park = layer("open_spaces", objects(box(0, 0, 500, 1000)), leisure=["park"])
    found = green_cover(areas(town, FOUR), boundary(), public_open_spaces(park, places=town), places=town)
    bare = green_cover(areas(town, FOUR), boundary(), places=town)
    np.testing.assert_allclose(found.value[:4], bare.value[:4])
    doubt = found.causes[-1]
    assert "parks on the map" in doubt.name
    # half of the first quarter, 0.5 of 3 km² of land in the city; the other quarters have no park
    np.testing.assert_allclose(doubt.low[:4], bare.value[:4])  # type: ignore[index]
    np.testing.assert_allclose(doubt.high[:4], [250 / 3, 50, 100, 100], rtol=2e-3)  # type: ignore[index]
    assert found.period == "2020"  # the date of the raster, not of the parks beside it
    assert not any("parks" in cause.name for cause in bare.causes)


def test_classes_may_be_put_together(town: Places) -> None:
    found = land_cover_share(areas(town, FOUR), boundary(), places=town, classes="urban+farming")
    assert found.value[0] == pytest.approx(100 / 3, rel=1e-3)
    assert land_cover_share(areas(town, FOUR), boundary(), places=town, classes="urban").value[
        1
    ] == pytest.approx(50, rel=1e-3)


def test_water_is_a_share_of_the_whole_area(town: Places) -> None:
    found = water_share(areas(town, FOUR), boundary(), places=town)
    np.testing.assert_allclose(found.value, [25, 0, 0, 0, 100], rtol=1e-3, atol=1e-3)


def test_cells_without_a_class_may_or_may_not_be_green(town: Places) -> None:
    # the forest of the north west is known in its western half only
    rows = [[3, 0, 33, 33], [3, 0, 33, 33], *FOUR[2:]]
    found = green_cover(areas(town, rows), boundary(), places=town)
    assert found.value[3] == pytest.approx(50, rel=1e-3)
    cause = found.causes[0]
    assert cause.low[3] == pytest.approx(50, rel=1e-3)  # type: ignore[index]
    assert cause.high[3] == pytest.approx(100, rel=1e-3)  # type: ignore[index]
    np.testing.assert_allclose(found.coverage[[0, 3]], [0.875, 0.5], rtol=1e-3)  # type: ignore[index]


def test_a_quarter_of_which_nothing_is_seen_has_no_value(town: Places) -> None:
    rows = [[0, 0, 33, 33], [0, 0, 33, 33], *FOUR[2:]]
    assert np.isnan(green_cover(areas(town, rows), boundary(), places=town).value[3])


def test_a_code_that_the_legend_lacks_is_a_cell_without_a_class(town: Places) -> None:
    rows = [[3, 77, 33, 33], [3, 77, 33, 33], *FOUR[2:]]
    found = green_cover(areas(town, rows), boundary(), places=town)
    assert found.coverage[3] == pytest.approx(0.5, rel=1e-3)  # type: ignore[index]


def test_a_raster_without_a_legend_means_nothing(town: Places) -> None:
    with pytest.raises(AlmenaError) as caught:
        land_areas(cover(FOUR, {}), places=town)
    assert "not explained" in caught.value.problems[0].what
    assert "codes" in caught.value.problems[0].remedy
    with pytest.raises(AlmenaError, match="not explained"):
        urban_area(cover(FOUR, {}), box(0, 0, 1, 1), METRIC)


def test_built_up_land_inside_a_shape(town: Places) -> None:
    assert urban_area(cover(FOUR), box(0, 0, 1000, 500), METRIC) == pytest.approx(0.25 * KM2, rel=1e-3)
    assert urban_area(cover(FOUR), box(250, 0, 500, 400), METRIC) == pytest.approx(0.1 * KM2, rel=1e-3)
    assert urban_area(cover(FOUR), box(1000, 1000, 2000, 2000), METRIC) == 0


# --- emissions ------------------------------------------------------------------------------------------------


def inventory() -> Table:
    return table(
        "emissions", sector=["transport", "waste", "transport", "land", "industry"],
        emissions=[600.0, 300.0, 150.0, -50.0, np.nan],
    )  # fmt: skip


def test_emissions_are_added_up_whole_and_by_sector(town: Places) -> None:
    whole, *sectors = emissions_total(inventory(), places=town)
    np.testing.assert_allclose(whole.value, only_city(1000))
    assert [(r.dimensions["sector"], r.value[0]) for r in sectors] == [
        ("transport", 750),
        ("waste", 300),
        ("land", -50),
    ]


def test_blank_rows_are_not_zero_but_not_estimated(town: Places) -> None:
    whole = emissions_total(inventory(), places=town)[0]
    assert whole.notes == ("1 of 5 rows are blank: not estimated, not zero",)
    assert "leaves blank" in whole.causes[0].name


def test_an_empty_inventory_is_a_gap(town: Places) -> None:
    empty = table("emissions", sector=["transport"], emissions=[np.nan])
    (found,) = emissions_total(empty, places=town)
    assert found.missing == "the inventory holds no number"
    assert (
        emissions_per_person(empty, people_counted(town), places=town).missing
        == "the inventory holds no number"
    )


def test_emissions_per_person_are_those_of_the_census(town: Places) -> None:
    found = emissions_per_person(inventory(), people_counted(town), places=town)
    assert found.value[0] == pytest.approx(1000 / 3600)
    assert "people of the census of 2022" in found.notes


# --- jobs -----------------------------------------------------------------------------------------------------


def cells(*rows: tuple[float, float, float, float]) -> Table:
    to_degrees = pyproj.Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)
    lonlat = np.array([to_degrees.transform(WEST + x, SOUTH + y) for x, y, _, _ in rows])
    return table(
        "services_grid", x=lonlat[:, 0], y=lonlat[:, 1],
        jobs=[r[2] for r in rows], population=[r[3] for r in rows],
    )  # fmt: skip


def test_jobs_of_cells_whose_centre_lies_in_the_town_are_summed(town: Places) -> None:
    held = cells((500, 500, 40, 900), (1500, 500, 60, 900), (2100, 500, 999, 999), (1500, 1500, np.nan, 0))
    found = jobs_mapped(held, people_counted(town), places=town)
    np.testing.assert_allclose(found.value, only_city(100))
    # the cells hold 1,800 of 3,600 people: the rest may hold as many jobs again
    assert found.coverage == pytest.approx(0.5)
    assert found.causes[0].high[0] == pytest.approx(200)  # type: ignore[index]
    assert "1,800 people" in found.notes[1]


def test_without_a_census_nothing_is_said_about_the_rest(town: Places) -> None:
    found = jobs_mapped(cells((500, 500, 40, 900)), places=town)
    assert found.coverage == 1.0
    assert len(found.notes) == 1
