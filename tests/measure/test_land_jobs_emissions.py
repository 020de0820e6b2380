"""Green land per person, jobs in reach, emissions from three sides, buildings and urban squares, by hand."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st

import real_city
from almena.geo.reach import weight_within
from almena.geo.urbanisation import CENTRE
from almena.measure.basic_infrastructure import transmission_lines
from almena.measure.buildings import (
    building_fields_known,
    building_land_share,
    buildings_count,
    mean_storeys,
)
from almena.measure.derived_land import land_areas
from almena.measure.derived_people import people as people_of
from almena.measure.derived_people import walkers as walkers_of
from almena.measure.derived_streets import walk_network
from almena.measure.derived_walk import walk as walk_of
from almena.measure.ecology import green_per_person, land_cover_known
from almena.measure.economy import jobs_in_reach
from almena.measure.emissions import (
    coded,
    emissions_gas_share,
    emissions_inside,
    emissions_sector_share,
    inventory_known,
)
from almena.measure.urbanisation import urban_centre_share
from almena.model.data import Grid, Layer, Table
from almena.model.place import Places
from measure.town import (
    KM2,
    METRIC,
    SOUTH,
    WEST,
    boundary,
    box,
    census,
    everybody,
    layer,
    line,
    objects,
    on_foot,
    only_city,
    origin,
    people_counted,
    points,
    population,
    settled,
    settlements,
    table,
)

# --- land -----------------------------------------------------------------------------------------------------


def cover() -> Grid:
    """Return land cover: forest in the west, built-up land in the east, the north-eastern cell unknown."""
    array = np.array([[1, 0], [1, 2]], dtype=np.uint8)
    return Grid(
        role="land_cover", array=array, affine=(1000.0, 0.0, WEST, 0.0, -1000.0, SOUTH + 2000), crs=METRIC,
        nodata=0, classes={1: "forest", 2: "urban"}, date="2022", origins=origin("land_cover"),
    )  # fmt: skip


def test_land_without_a_class_is_not_known(town: Places) -> None:
    known, *classes = land_cover_known(land_areas(cover(), places=town), boundary(), places=town)
    np.testing.assert_allclose(known.value, [75, 100, 100, 100, 0], atol=0.1)
    shares = {r.dimensions["class"]: r.value for r in classes}
    np.testing.assert_allclose(shares["forest"], [50, 100, 0, 100, 0], atol=0.1)
    np.testing.assert_allclose(shares["urban"], [25, 0, 100, 0, 0], atol=0.1)
    np.testing.assert_allclose(sum(shares.values()), known.value, atol=1e-6)


def test_green_land_is_shared_by_the_people_of_the_best_count(town: Places) -> None:
    counts = people_counted(town, census(), everybody(town))
    found = green_per_person(land_areas(cover(), places=town), counts, everybody(town), places=town)
    # 2 km² of forest for 3,600 people; 1 km² for 900 in each western quarter; none in the south east
    square = KM2 * 1e6
    np.testing.assert_allclose(
        found.value, [2 * square / 3600, square / 900, 0, square / 900, np.nan], rtol=0.002
    )
    # the raster holds a ninth more people
    assert found.causes[0].low[0] == pytest.approx(2 * square / 4000, rel=0.002)  # type: ignore[index]


# --- jobs -----------------------------------------------------------------------------------------------------


def cells(*rows: tuple[float, float, float]) -> Table:
    to_degrees = pyproj.Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)
    lonlat = np.array([to_degrees.transform(WEST + x, SOUTH + y) for x, y, _ in rows])
    return table("services_grid", x=lonlat[:, 0], y=lonlat[:, 1], jobs=[r[2] for r in rows])


def test_jobs_in_reach_are_those_within_the_walk_of_each_person(town: Places) -> None:
    walkers, network = on_foot(town)
    there = walk_of(walkers, network, everybody(town), population(), places=town)
    # all along the high street: 40 jobs at its western end; five minutes at 6 km per hour are 500 m
    found, *groups = jobs_in_reach(cells((0, 1000, 40)), there, places=town, minutes=5, speed=6)
    assert groups == []
    # only the two rows of cells beside the street and one more reach it: 4 rows of 20 columns within 200 m,
    # of them the five western columns (50 to 450 m); all 4,000 people of the town are asked
    assert found.value[0] == pytest.approx(40 * (4 * 5 * 10) / 4000, rel=1e-6)
    assert found.value[1] == pytest.approx(40 * (2 * 5 * 10) / 1000, rel=1e-6)
    assert found.value[2] == 0
    assert found.notes[0].startswith("5 minutes at 6 km per hour (assumed) are 500 m")
    low, high = found.causes[0].low[0], found.causes[0].high[0]  # type: ignore[index]
    assert low == pytest.approx(40 * (4 * 4 * 10) / 4000, rel=1e-6)
    assert high == pytest.approx(40 * (4 * 6 * 10) / 4000, rel=1e-6)


def test_people_of_settlements_are_set_against_the_rest(town: Places) -> None:
    walkers, network = on_foot(town)
    # a settlement of two columns by two rows of cells, 40 people, beside the western end of the high street
    inside = settled(town, settlements(box(0, 800, 200, 1000)))
    there = walk_of(walkers, network, everybody(town), population(), inside, places=town)
    _, informal, rest = jobs_in_reach(cells((0, 1000, 40)), there, places=town, minutes=5, speed=6)
    assert (informal.dimensions["group"], informal.value[0]) == ("informal settlements", pytest.approx(40))
    # of the 200 people who reach the jobs 40 are of the settlement; 3,960 are not
    assert rest.value[0] == pytest.approx(40 * 160 / 3960)
    assert informal.coverage == pytest.approx(1.0)


def test_jobs_far_from_any_street_count_for_nobody_and_are_told(town: Places) -> None:
    walkers, network = on_foot(town)
    there = walk_of(walkers, network, everybody(town), population(), places=town)
    found, *_ = jobs_in_reach(cells((0, 1000, 40), (0, 1500, 60)), there, places=town, minutes=30, speed=4.8)
    assert found.notes[1].startswith("60 of 100 jobs lie farther")
    assert found.value[0] == pytest.approx(40 * 800 / 4000, rel=1e-6)


def test_cells_without_jobs_are_a_gap(town: Places) -> None:
    walkers, network = on_foot(town)
    there = walk_of(walkers, network, everybody(town), population(), places=town)
    assert (
        "no jobs" in jobs_in_reach(cells((0, 0, np.nan)), there, places=town, minutes=1, speed=1)[0].missing
    )


def test_jobs_in_reach_of_one_real_cell_are_found_again_by_a_plain_search(porto_alegre: Path) -> None:
    import networkx as nx

    from almena.geo.network import snap

    places, raster = real_city.places(porto_alegre), real_city.population(porto_alegre)
    network = walk_network(real_city.streets(porto_alegre), places=places)
    everyone = people_of(raster, places=places)
    there = walk_of(
        walkers_of(everyone, network, raster, places=places), network, everyone, raster, places=places
    )
    with (porto_alegre / "population/hexgrid_r5r.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    names = {"x": "lon", "y": "lat", "jobs": "jobs"}
    held = table("services_grid", **{k: [float(r[v] or "nan") for r in rows] for k, v in names.items()})
    assert np.nansum(held.columns["jobs"]) == 337_921
    found, *_ = jobs_in_reach(held, there, places=places, minutes=30, speed=4.8)
    # a plain search from the start of every five-hundredth cell, weighted by its people, tells the same story
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(network.u.tolist(), network.v.tolist(), network.length, strict=True))
    lonlat = np.column_stack([held.columns["x"], held.columns["y"]])
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", places.crs, always_xy=True)
    shops = snap(network, np.column_stack(to_metres.transform(*lonlat.T)))
    some = np.flatnonzero(there.walkers.start.found)[::500]
    jobs = np.nan_to_num(held.columns["jobs"])
    (everywhere,) = weight_within(network, shops, jobs, there.walkers.start, (2400.0,))
    weight = np.asarray(there.walkers.membership[0].todense()).reshape(-1) * there.walkers.count
    for cell in some:
        edge, offset = there.walkers.start.edge[cell], there.walkers.start.offset[cell]
        first = {int(network.u[edge]): offset, int(network.v[edge]): network.length[edge] - offset}
        ways = dict(first)
        for node, start in first.items():
            for to, metres in nx.single_source_dijkstra_path_length(graph, node, 2400 - start).items():
                ways[to] = min(ways.get(to, np.inf), metres + start)
        over = np.array([ways.get(int(u), np.inf) for u in network.u[shops.edge]]) + shops.offset
        back = np.array([ways.get(int(v), np.inf) for v in network.v[shops.edge]])
        walk = np.minimum(over, back + network.length[shops.edge] - shops.offset)
        assert everywhere[cell] == pytest.approx(float(jobs[walk <= 2400].sum()))
    assert found.value[0] == pytest.approx((weight * everywhere).sum() / weight.sum())
    # nobody reaches more jobs than there are, and those in the middle reach a good part of them
    assert 100_000 < everywhere.max() < 337_921


# --- power ----------------------------------------------------------------------------------------------------


def test_lines_are_told_apart_by_voltage_in_kilovolts(town: Places) -> None:
    lines = objects(line((0, 500), (1000, 500)), line((0, 600), (500, 600)), line((0, 700), (300, 700)))
    held = layer("power_lines", lines, type=["transmission_line"] * 3, voltage=["230.0", "230000", ""])
    whole, high = transmission_lines(held, places=town)
    assert whole.value[0] == pytest.approx(1.8)
    assert (high.dimensions["voltage"], high.value[0]) == ("230 kV", pytest.approx(1.5))


def test_a_voltage_that_is_no_number_is_told_as_it_stands(town: Places) -> None:
    held = layer("power_lines", objects(line((0, 5), (100, 5))), type=["line"], voltage=["110000;20000"])
    assert transmission_lines(held, places=town)[1].dimensions["voltage"] == "110000;20000"


def test_a_line_outside_the_town_has_no_voltage_in_it(town: Places) -> None:
    held = layer("power_lines", objects(line((0, -5), (100, -5))), type=["line"], voltage=["230"])
    assert len(transmission_lines(held, places=town)) == 1


# --- emissions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "sector", "scope"),
    [
        ("I.1.1", "stationary energy", "1"),
        ("I.2.2", "stationary energy", "2"),
        ("I.8.1", "stationary energy", "1"),
        ("II.4.3", "transport", "3"),
        # waste treated outside the city is scope 3, waste that comes in from outside is emitted inside
        ("III.1.2", "waste", "3"),
        ("III.1.3", "waste", "1"),
        ("IV.2", "industry and products", "1"),
        (" v.1 ", "farming and land use", "1"),
        ("", "", ""),
        ("VII.1", "", ""),
    ],
)
def test_references_name_sector_and_scope(reference: str, sector: str, scope: str) -> None:
    sectors, scopes = coded(np.array([reference]))
    assert (sectors[0], scopes[0]) == (sector, scope)


def inventory() -> Table:
    return table(
        "emissions",
        reference=["I.1.1", "I.1.2", "II.1.1", "II.1.1", "III.1.2", "V.2", "IV.1"],
        sector=["homes", "homes", "roads", "roads", "waste", "land", "industry"],
        emissions=[100.0, 50.0, 200.0, 100.0, 250.0, -50.0, np.nan],
        carbon_dioxide=[90.0, 50.0, 200.0, 100.0, 0.0, -50.0, np.nan],
        methane=[10.0, 0.0, 0.0, 0.0, 250.0, 0.0, np.nan],
    )


def test_emissions_inside_the_city_stand_apart_from_those_it_causes_elsewhere(town: Places) -> None:
    inside, second, third = emissions_inside(inventory(), places=town)
    np.testing.assert_allclose(inside.value, only_city(350))
    assert (second.dimensions["scope"], second.value[0]) == ("2", 50)
    assert (third.dimensions["scope"], third.value[0]) == ("3", 250)


def test_shares_of_sectors_are_those_of_what_sources_emit(town: Places) -> None:
    transport, *others = emissions_sector_share(inventory(), places=town, sector="transport")
    assert transport.value[0] == pytest.approx(100 * 300 / 700)
    assert "before the 50 t CO2e that land takes up" in transport.notes
    shares = {r.dimensions["sector"]: r.value[0] for r in others}
    assert shares == {"stationary energy": pytest.approx(150 / 7), "waste": pytest.approx(250 / 7)}


def test_shares_of_gases_add_up(town: Places) -> None:
    first, methane = emissions_gas_share(inventory(), places=town, gas="carbon dioxide")
    assert first.value[0] == pytest.approx(100 * 390 / 650)
    assert (methane.dimensions["gas"], methane.value[0]) == ("methane", pytest.approx(40))
    assert first.status == methane.status == "modelled"  # nobody measures what a city emits


def test_an_inventory_of_less_than_a_tonne_has_shares_too(town: Places) -> None:
    small = table(
        "emissions",
        reference=["I.1.1", "II.1.1"],
        sector=["homes", "roads"],
        emissions=[0.25, 0.5],
        carbon_dioxide=[0.25, 0.25],
        methane=[0.0, 0.25],
    )
    assert emissions_sector_share(small, places=town, sector="transport")[0].value[0] == pytest.approx(
        200 / 3
    )
    assert emissions_gas_share(small, places=town, gas="methane")[0].value[0] == pytest.approx(100 / 3)


def test_an_inventory_without_codes_or_gases_is_a_gap(town: Places) -> None:
    bare = table("emissions", sector=["a"], emissions=[1.0])
    assert "codes" in emissions_inside(bare, places=town)[0].missing
    assert "codes" in emissions_sector_share(bare, places=town, sector="transport")[0].missing
    assert "by gas" in emissions_gas_share(bare, places=town, gas="carbon dioxide")[0].missing


def test_a_source_is_known_when_any_of_its_rows_has_a_number(town: Places) -> None:
    # six references, five with a number
    found = inventory_known(inventory(), places=town)
    assert found.value[0] == pytest.approx(100 * 5 / 6)
    assert found.about_sources
    bare = table("emissions", sector=["a", "b"], emissions=[1.0, np.nan])
    assert inventory_known(bare, places=town).value[0] == 50


def test_scopes_of_the_real_inventory_added_up_with_the_bare_reader(porto_alegre: Path, town: Places) -> None:
    with (porto_alegre / "statistics/ghg_inventory_2022.csv").open(encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    amounts = [float(r["Total Emissions"]) if r["Total Emissions"] else np.nan for r in rows]
    held = table(
        "emissions", reference=[r["GPC Reference Number"] for r in rows], emissions=amounts,
        sector=[r["Subsector name"] for r in rows],
    )  # fmt: skip
    by_hand = defaultdict(float)
    for row, amount in zip(rows, amounts, strict=True):
        chapter, last = row["GPC Reference Number"].split(".")[0], row["GPC Reference Number"][-1]
        scope = (
            "1"
            if chapter in ("IV", "V")
            else {"1": "1", "2": "3" if chapter == "III" else "2"}.get(last, "3")
        )
        scope = "1" if chapter == "III" and last == "3" else scope
        by_hand[scope] += 0.0 if np.isnan(amount) else amount
    found = emissions_inside(held, places=town)
    assert [r.value[0] for r in found] == [pytest.approx(by_hand[s]) for s in "123"]
    shares = [r.value[0] for r in emissions_sector_share(held, places=town, sector="transport")]
    assert sum(shares) == pytest.approx(100)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8))
def test_shares_of_sectors_always_add_up(amounts: list[float]) -> None:
    from measure.town import town as make_town

    references = [("I.1.1", "II.1.1", "III.1.1", "V.1")[i % 4] for i in range(len(amounts))]
    held = table("emissions", reference=references, sector=references, emissions=amounts)
    found = emissions_sector_share(held, places=make_town(), sector="transport")
    if sum(amounts) > 0:
        assert sum(r.value[0] for r in found) == pytest.approx(100)
    else:
        assert found[0].missing


# --- buildings ------------------------------------------------------------------------------------------------


def house(x: float, y: float, side: float = 100) -> shapely.Geometry:
    return box(x, y, x + side, y + side)


def houses(covered: object = None, **fields: list[float]) -> Layer:
    """Return three buildings in the town, one outside, and one drawn as a point."""
    shapes = [house(100, 100), house(300, 100), house(1500, 1500, 200), house(-500, 0)]
    geometry = np.concatenate([objects(*shapes), points((900, 900))])
    return layer("buildings", geometry, "2023", covered, **fields)


def test_buildings_count_where_their_middle_lies(town: Places) -> None:
    found = buildings_count(houses(), places=town)
    np.testing.assert_allclose(found.value, [3, 2, 0, 0, 1])


def test_a_place_that_the_source_does_not_cover_has_no_count(town: Places) -> None:
    found = buildings_count(houses(box(0, 0, 1000, 1000)), places=town)
    np.testing.assert_allclose(found.value, [3, 2, np.nan, np.nan, np.nan])
    assert found.coverage[0] == pytest.approx(0.25)  # type: ignore[index]


def test_ground_under_buildings_is_a_share_of_the_covered_area(town: Places) -> None:
    found = building_land_share(houses(), places=town)
    # 10,000 + 10,000 + 40,000 of 4 million m²
    np.testing.assert_allclose(found.value, [1.5, 2.0, 0, 0, 4.0])


def test_storeys_are_weighted_by_ground_and_height_stands_in_for_them(town: Places) -> None:
    nan = np.nan
    held = houses(levels=[2.0, nan, nan, 9.0, nan], height=[nan, nan, 12.0, nan, nan])
    found = mean_storeys(held, places=town)
    # 10,000 m² of two storeys and 40,000 m² of 12 m, four storeys; the second house says nothing
    assert found.value[0] == pytest.approx((10_000 * 2 + 40_000 * 4) / 50_000)
    assert found.completeness[0] == pytest.approx(50 / 60)  # type: ignore[index]
    assert found.causes[0].low[0] == pytest.approx((20_000 + 160_000 + 10_000) / 60_000)  # type: ignore[index]
    assert found.notes[0].startswith("3 of 4 buildings")


def test_buildings_without_any_height_are_a_gap(town: Places) -> None:
    assert "neither storeys" in mean_storeys(houses(), places=town).missing


def test_points_alone_are_no_outlines(town: Places) -> None:
    held = layer("buildings", points((1, 1)))
    assert "no building as a polygon" in buildings_count(held, places=town).missing
    assert "no building as a polygon" in building_land_share(held, places=town).missing


def test_blank_fields_of_buildings_are_counted(town: Places) -> None:
    whole, *fields = building_fields_known(houses(levels=[1.0, np.nan, np.nan, 2.0, np.nan]), places=town)
    assert {r.dimensions["field"]: r.value[0] for r in fields} == {"building": 0, "levels": 40, "height": 0}
    assert whole.value[0] == pytest.approx(40 / 3)


# --- urban squares ----------------------------------------------------------------------------------------------


def test_a_dense_raster_is_an_urban_centre_and_a_thin_one_is_rural() -> None:
    from measure.town import town as make_town

    places = make_town()
    for per_cell, shares in ((200.0, (100, 0, 0)), (0.5, (0, 0, 100))):
        found = urban_centre_share(everybody(places, per_cell), population(per_cell), places=places)
        by_class = {dict(r.dimensions).get("class", "urban centre"): r.value[0] for r in found}
        dense = by_class["urban centre"], by_class["urban cluster"], by_class["rural"]
        if per_cell > 1:
            # 88,000 people in at most 9 squares of more than 1,500; corners that the edge cuts hold fewer
            assert dense[0] > 85
        else:
            assert dense == pytest.approx(shares)
        assert sum(dense) == pytest.approx(100)


def test_squares_at_the_edge_of_the_raster_could_belong_to_a_centre(town: Places) -> None:
    centre, *_ = urban_centre_share(everybody(town, 200.0), population(200.0), places=town)
    scaled, edge = centre.causes
    assert edge.high[0] >= centre.value[0]  # type: ignore[index]
    assert edge.high[0] == pytest.approx(100)  # type: ignore[index]
    assert scaled.low[0] == centre.value[0]  # type: ignore[index]


def test_scaling_to_the_census_can_take_a_centre_away(town: Places) -> None:
    counts = people_counted(town, census((2022, 8000)), everybody(town, 200.0))
    centre, *_ = urban_centre_share(everybody(town, 200.0), population(200.0), counts, places=town)
    assert centre.value[0] > 85
    assert centre.causes[0].low[0] == 0  # type: ignore[index]


def test_most_people_of_porto_alegre_live_in_its_urban_centre(porto_alegre: Path) -> None:
    """Cells are set to the square of their centre with the bare libraries, squares classed by their own count."""
    places, grid = real_city.places(porto_alegre), real_city.population(porto_alegre)
    found, *_ = urban_centre_share(people_of(grid, places=places), grid, places=places)
    with rasterio.open(porto_alegre / "population/worldpop2020_constrained_3arcsec.tif") as source:
        array, affine = source.read(1), source.transform
    rows, columns = np.nonzero((array > 0) & (array != grid.nodata))
    lonlat = affine.c + affine.a * (columns + 0.5), affine.f + affine.e * (rows + 0.5)
    to = {
        crs: pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        for crs in ("ESRI:54009", places.crs)
    }
    square = np.floor(np.column_stack(to["ESRI:54009"].transform(*lonlat)) / 1000).astype(int)
    square -= square.min(axis=0)
    people = np.zeros(square.max(axis=0) + 1)
    np.add.at(people, tuple(square.T), array[rows, columns])
    from almena.geo.urbanisation import degree_of_urbanisation

    dense = degree_of_urbanisation(people)[tuple(square.T)] == CENTRE
    here = shapely.contains_xy(places.city, np.column_stack(to[places.crs].transform(*lonlat)))
    weight = array[rows, columns]
    share = 100 * weight[here & dense].sum() / weight[here].sum()
    assert found.value[0] == pytest.approx(share, abs=1.0)
