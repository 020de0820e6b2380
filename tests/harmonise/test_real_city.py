"""Every real file of the demonstration city read into its role, and every trap that lies in reading them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from almena.geo.crs import reproject
from almena.harmonise import read_file, read_role
from almena.model.data import Document, Feed, Grid, Layer, Table
from almena.model.problem import InputError
from almena.packs import load_roles

from .city_files import (
    BUS,
    EVERYTHING,
    GRIDS,
    HOURLY,
    LAYERS,
    METRO,
    PLANS,
    RIVER,
    TABLES,
    Entry,
    content,
    entry_of,
    found_in,
)

pytestmark = pytest.mark.real
METRIC = "EPSG:31982"
NATIONAL = "EPSG:4674"
CITY_BOX = shapely.box(-51.31, -30.28, -51.0, -29.92)


def name_of(entry: Entry) -> str:
    return entry.path


def area(layer: Layer) -> Any:
    return shapely.area(reproject(layer.geometry, layer.crs, METRIC)) / 1e6


@pytest.fixture
def read(porto_alegre: Path) -> Any:
    return lambda role, part="": content(porto_alegre, entry_of(role, part))


@pytest.mark.parametrize("entry", LAYERS, ids=name_of)
def test_every_map_has_its_features_in_its_system(porto_alegre: Path, entry: Entry) -> None:
    layer = content(porto_alegre, entry)
    assert isinstance(layer, Layer)
    assert len(layer) == entry.size
    assert layer.crs == (NATIONAL if "sgb_" in entry.path else "EPSG:4326")
    assert shapely.is_valid(layer.geometry).all()
    assert not shapely.has_z(layer.geometry).any()
    assert not shapely.is_empty(layer.geometry).any()
    assert all(len(values) == len(layer) for values in (*layer.fields.values(), layer.ids))
    assert len(np.unique(layer.ids)) == len(layer)
    assert shapely.intersects(layer.geometry, CITY_BOX).any()


@pytest.mark.parametrize("entry", TABLES, ids=name_of)
def test_every_table_has_its_rows_and_an_address_for_each_cell(porto_alegre: Path, entry: Entry) -> None:
    table = content(porto_alegre, entry)
    assert isinstance(table, Table)
    assert len(table) == entry.size
    assert set(table.cells) == set(table.columns)
    assert all(len(cells) == len(table) for cells in table.cells.values())
    required = {f.partition(":")[0] for f in load_roles()[entry.role].required}
    assert required <= set(table.columns)


@pytest.mark.parametrize("entry", GRIDS, ids=name_of)
def test_every_raster_has_its_cells_and_holds_the_city(porto_alegre: Path, entry: Entry) -> None:
    grid = content(porto_alegre, entry)
    assert isinstance(grid, Grid)
    assert grid.array.size == entry.size
    assert grid.crs == "EPSG:4326"
    assert shapely.box(*grid.bounds).intersects(CITY_BOX)


@pytest.mark.parametrize("entry", EVERYTHING, ids=name_of)
def test_every_content_knows_its_origin(porto_alegre: Path, entry: Entry) -> None:
    made = content(porto_alegre, entry)
    assert made.role == entry.role
    assert len(made.key) == 64
    assert {s.file for s in made.sources} == {entry.path}
    assert all(o.locator for o in made.origins)


def test_the_area_of_the_municipality(read: Any) -> None:
    assert area(read("boundary", "ibge")).sum() == pytest.approx(494.74, abs=0.05)


def test_two_outlines_of_the_city_the_second_wrapped(read: Any) -> None:
    official, mapped = read("boundary", "ibge"), read("boundary", "osm")
    assert mapped.notes == ("the features were found under 'boundaryGeoJson'",)
    assert mapped.fields["name"].tolist() == ["Porto Alegre"]
    both = shapely.intersection(official.geometry[0], mapped.geometry[0]).area
    assert both / official.geometry[0].area > 0.95


def test_the_flood_outline_loses_its_heights_and_not_its_area(read: Any) -> None:
    flood = read("flood_extent")
    assert flood.crs == "EPSG:4326"
    assert area(flood).sum() == pytest.approx(111.65, abs=0.05)


def test_maps_of_the_geological_survey_are_utf8_though_no_file_says_so(read: Any) -> None:
    flood, slides = read("flood_susceptibility"), read("landslide_susceptibility")
    assert set(flood.fields["class"].tolist()) == {"Alta", "Média", "Baixa"}
    assert set(slides.fields["class"].tolist()) == {"Alta", "Média", "Baixa"}
    for layer in (flood, slides, read("risk_sectors")):
        assert any("every text is valid utf-8" in note for note in layer.notes)
    assert set(read("risk_sectors").fields["grade"].tolist()) == {"Alto", "Muito alto"}


def test_declared_latin1_would_have_spoilt_them_and_is_repaired(porto_alegre: Path) -> None:
    entry = entry_of("flood_susceptibility")
    made = read_file(found_in(porto_alegre, entry, encoding="latin-1"), load_roles()[entry.role])
    assert isinstance(made, Layer)
    assert "Média" in made.fields["class"]
    assert any("wrongly decoded" in note for note in made.notes)


def test_invalid_polygons_are_repaired_and_counted(read: Any) -> None:
    flood, slides = read("flood_susceptibility"), read("landslide_susceptibility")
    assert "20 invalid features repaired" in flood.notes
    assert "6 invalid features repaired" in slides.notes
    by_class = {c: area(flood.take(flood.fields["class"] == c)).sum() for c in ("Alta", "Média", "Baixa")}
    assert by_class["Alta"] == pytest.approx(213.64, abs=0.5)
    assert by_class["Média"] == pytest.approx(12.79, abs=0.2)
    assert by_class["Baixa"] == pytest.approx(3.15, abs=0.1)


def test_the_landslide_map_names_four_municipalities(read: Any) -> None:
    assert len(set(read("landslide_susceptibility").fields["municipality"].tolist())) == 4


def test_risk_sectors_have_people_buildings_and_survey_dates(read: Any) -> None:
    sectors = read("risk_sectors")
    assert sectors.fields["people"].sum() == 85_540
    assert sectors.fields["buildings"].sum() == 21_667
    years = sectors.fields["survey_date"].astype("datetime64[Y]").astype(str)
    assert {y: int((years == y).sum()) for y in ("2022", "2024", "2025")} == {
        "2022": 133,
        "2024": 3,
        "2025": 4,
    }
    assert int((sectors.fields["grade"] == "Muito alto").sum()) == 53


def test_hydrants_out_of_order_and_their_dates(read: Any) -> None:
    hydrants = read("hydrants")
    assert hydrants.fields["operable"].dtype == np.bool_
    assert int((~hydrants.fields["operable"]).sum()) == 646
    assert hydrants.fields["installed"].dtype == np.dtype("datetime64[D]")


def test_terminals_whose_accents_were_broken_are_repaired(read: Any) -> None:
    terminals = read("bus_terminals")
    assert "Terminal Central em Via Pública" in terminals.fields["class"]
    assert not any("Ã" in text for text in terminals.fields["class"].tolist())
    assert any("28 wrongly decoded texts repaired" in note for note in terminals.notes)
    assert int((terminals.fields["class"] == "Terminal de Fim de Linha").sum()) == 71


def test_wrapped_maps_carry_the_ids_of_openstreetmap(read: Any) -> None:
    for role in ("hospitals", "open_spaces", "rivers", "water_bodies", "wetlands", "forests", "vacant_land"):
        layer = read(role)
        assert "the features were found under 'geoJson'" in layer.notes
        assert all(i.split("/")[0] in ("node", "way", "relation") for i in layer.ids.tolist())
    assert int((read("hospitals").fields["amenity"] == "hospital").sum()) == 62
    assert int((read("open_spaces").fields["access"] == "private").sum()) == 20


def test_schools_keep_what_the_traps_need(read: Any) -> None:
    schools = read("schools")
    assert int((schools.fields["sector"] == "Privada").sum()) == 607
    assert schools.fields["pupils"].dtype == np.int64
    positions, counts = np.unique(shapely.get_coordinates(schools.geometry), axis=0, return_counts=True)
    assert counts.max() == 54
    assert len(positions) < len(schools)


def test_older_limits_have_names_that_repeat_and_names_without_figures(read: Any) -> None:
    layer = read("neighbourhood_statistics")
    names, people = layer.fields["name"], layer.fields["population"]
    unknown = np.isnan(people)
    assert len(np.unique(names)) == 94
    assert len(np.unique(names[unknown])) == 19
    assert len(np.unique(names[~unknown])) == 75
    assert np.nansum(people) == 1_257_744  # five names are cut in two and count twice


def test_settlements_cover_what_the_census_drew(read: Any) -> None:
    assert area(read("informal_settlements")).sum() == pytest.approx(23.20, abs=0.02)


def test_streets_have_classes_nodes_and_a_box(read: Any) -> None:
    streets = read("streets")
    west, south, east, north = streets.covered.bounds
    assert (west, south, east, north) == pytest.approx((-51.266, -30.113, -51.132, -29.988), abs=2e-3)
    assert "residential" in streets.fields["highway"]
    lengths = [len(n) for n in streets.fields["nodes"]]
    assert lengths == shapely.get_num_coordinates(streets.geometry).tolist()
    assert all(shapely.get_type_id(streets.geometry) == 1)


def test_the_box_covers_a_third_of_the_city(read: Any) -> None:
    streets, city = read("streets"), read("boundary", "ibge")
    share = shapely.intersection(streets.covered, city.geometry[0]).area / city.geometry[0].area
    assert share == pytest.approx(0.33, abs=0.01)


def test_the_bus_timetable_is_blank_where_nobody_timed_it(porto_alegre: Path) -> None:
    feed = content(porto_alegre, BUS)
    assert isinstance(feed, Feed)
    assert {n: len(next(iter(t.values()))) for n, t in feed.tables.items()} == {
        "stops": 3986,
        "routes": 115,
        "trips": 2374,
        "stop_times": 130_019,
        "calendar": 115,
        "calendar_dates": 324,
        "feed_info": 1,
    }
    times = feed.tables["stop_times"]
    assert np.isnan(times["departure_time"]).mean() == pytest.approx(0.963, abs=0.0005)
    assert "96.3 % of the stop times are blank" in feed.notes
    timed = times["stop_id"][~np.isnan(times["departure_time"])]
    assert 3986 - len(np.unique(timed)) == 3741
    first = np.nanmin(times["departure_time"])
    assert 11 * 60 <= first < 12 * 60


def test_the_metro_timetable_of_windows(porto_alegre: Path) -> None:
    feed = content(porto_alegre, METRO)
    assert isinstance(feed, Feed)
    assert len(feed.tables["stops"]["stop_id"]) == 24
    assert len(feed.tables["stop_times"]["stop_id"]) == METRO.size
    assert feed.tables["stop_times"]["departure_time"][0] == 306.0
    assert feed.date == "2019-03-01/2019-12-31"


def test_both_timetables_make_one_role(porto_alegre: Path) -> None:
    files = [found_in(porto_alegre, BUS, combine="union"), found_in(porto_alegre, METRO, combine="union")]
    feed, problems = read_role(load_roles()["transit_feed"], files)
    assert isinstance(feed, Feed)
    assert problems == []
    assert len(feed.tables["stop_times"]["trip_id"]) == BUS.size + METRO.size
    assert set(np.unique(feed.tables["routes"]["route_type"]).tolist()) == {"2", "3"}
    assert np.isin(feed.tables["stop_times"]["stop_id"], feed.tables["stops"]["stop_id"]).all()
    assert np.isin(feed.tables["stop_times"]["trip_id"], feed.tables["trips"]["trip_id"]).all()


def test_census_tables_with_commas_and_with_points(read: Any) -> None:
    counts = read("census_table").columns
    population = dict(zip(counts["year"].tolist(), counts["population"].tolist(), strict=True))
    assert (population[1970], population[2010], population[2022]) == (885_545, 1_409_351, 1_332_845)
    assert read("census_literacy").columns["share"].tolist() == [98.26, 1.74]
    assert read("census_households").columns["share"].tolist() == [29.0, 0.94, 20.71]
    assert read("census_settlements").columns["persons"].tolist() == [1_157_326, 175_519]
    assert read("census_territory").columns["area"].tolist() == [495.39]


def test_the_age_table_whose_columns_slip_after_the_third(read: Any) -> None:
    ages = read("census_age_sex").columns
    assert ages["age_group"][0] == "100 anos ou mais"
    assert (ages["women"][0], ages["men"][0]) == (279, 46)
    assert int(ages["women"].sum() + ages["men"].sum()) == 1_332_845


def test_a_blank_at_the_end_of_the_citys_name_does_not_spoil_a_filter(porto_alegre: Path) -> None:
    entry = entry_of("census_table")
    made = read_file(
        found_in(porto_alegre, entry, where={"Município": ("Porto Alegre",)}), load_roles()[entry.role]
    )
    assert isinstance(made, Table)
    assert len(made) == 6


def test_the_spreadsheet_that_claims_a_thousand_rows(read: Any) -> None:
    lists = read("plan_lists")
    filled = {name: [v for v in values.tolist() if v] for name, values in lists.columns.items()}
    assert {name: len(v) for name, v in filled.items()} == {
        "above_flood_level": 57,
        "protected": 25,
        "under_study": 13,
    }
    assert "ARQUIPÉLAGO" in filled["above_flood_level"]
    assert "ARQUIPÉLAGO" in filled["under_study"]
    assert lists.cells["above_flood_level"][0] == "A2"
    assert lists.cells["under_study"][12] == "C14"
    assert lists.origins[0].locator.startswith("sheet Página1")


def test_twenty_five_years_of_days(read: Any) -> None:
    daily = read("climate_daily")
    assert daily.date == "2000-09-22/2025-04-30"
    assert np.nanmax(daily.columns["t_max"]) == 40.6
    assert np.nanmin(daily.columns["t_min"]) == 0.3
    assert np.nanmax(daily.columns["rain"]) == 126.2
    year = daily.columns["date"].astype("datetime64[Y]") == np.datetime64("2024")
    assert np.nansum(daily.columns["rain"][year]) == pytest.approx(2098, abs=1)


def test_station_files_of_two_ages_make_one_series(porto_alegre: Path) -> None:
    hourly = content(porto_alegre, HOURLY)
    assert isinstance(hourly, Table)
    assert len(hourly) == HOURLY.size
    assert (np.diff(hourly.columns["time"]) > np.timedelta64(0, "s")).all()
    assert hourly.columns["time"][-1] == np.datetime64("2025-04-30T23:00:00")
    assert np.nanmin(hourly.columns["temperature"]) > -10
    flood = (hourly.columns["time"] >= np.datetime64("2024-04-27")) & (
        hourly.columns["time"] < np.datetime64("2024-05-06")
    )
    assert np.nansum(hourly.columns["rain"][flood]) == pytest.approx(383, abs=1)


def test_hourly_and_daily_files_of_the_station_agree(porto_alegre: Path, read: Any) -> None:
    hourly, daily = content(porto_alegre, HOURLY), read("climate_daily")
    day = np.datetime64("2024-05-01")
    here = hourly.columns["time"].astype("datetime64[D]") == day
    there = daily.columns["date"].astype("datetime64[D]") == day
    assert np.nansum(hourly.columns["rain"][here]) == pytest.approx(daily.columns["rain"][there][0], abs=0.05)


def test_the_river_from_two_files_newest_first(porto_alegre: Path) -> None:
    river = content(porto_alegre, RIVER)
    assert isinstance(river, Table)
    assert len(river) == RIVER.size
    peak = int(np.nanargmax(river.columns["level"]))
    assert river.columns["level"][peak] == 535
    assert river.columns["time"][peak] == np.datetime64("2024-05-05T05:30:00")
    gap = np.diff(river.columns["time"]).max().astype("timedelta64[D]").astype(int)
    assert gap == pytest.approx(120, abs=2)
    assert sum("dates are read day-first, because no other order fits" in note for note in river.notes) == 2
    assert np.isnan(river.columns["level"]).any()


def test_the_population_raster_is_neither_warped_nor_scaled(read: Any) -> None:
    grid = read("population_grid")
    known = grid.array[grid.array != grid.nodata]
    assert known.sum(dtype=np.float64) == pytest.approx(2_110_441, abs=1)
    assert grid.unit == "persons"


def test_heights_below_the_sea_stay_and_heights_in_a_byte_are_noted(read: Any) -> None:
    srtm, byte = read("elevation", "srtm"), read("elevation", "r5r")
    assert srtm.array.dtype == np.int16
    assert srtm.array.min() < 0
    assert srtm.notes == ()
    assert "the most that uint8 can" in byte.notes[0]


def test_land_cover_classes_and_their_hole(read: Any) -> None:
    grid = read("land_cover")
    assert grid.nodata == 0
    assert {3, 11, 12, 24} <= set(np.unique(grid.array).tolist())
    assert grid.notes == ()


def test_plans_are_kept_in_paragraphs(porto_alegre: Path) -> None:
    for entry in PLANS:
        plan = content(porto_alegre, entry)
        assert isinstance(plan, Document)
        assert len(plan.paragraphs) == entry.size
        assert all(p == p.strip() and p for p in plan.paragraphs)


def test_emissions_are_numbers_in_tonnes(read: Any) -> None:
    table = read("emissions")
    assert table.columns["emissions"][0] == pytest.approx(174_632.922)
    assert table.columns["reference"][0] == "I.1.1"
    assert int(np.isnan(table.columns["emissions"]).sum()) == 26  # not reported, which is not zero


def test_the_second_city_with_the_same_entries(mirror: Path) -> None:
    folder = mirror / "eldorado_do_sul"
    for path, role, size in (
        ("boundary.geojson", "boundary", 1),
        ("flood_ada.geojson", "flood_extent", 1),
        ("schools.geojson", "schools", 35),
        ("health.geojson", "health_facilities", 45),
    ):
        options = {"fields": {"code": "co_entidade"} if role == "schools" else {}}
        made = read_file(found_in(folder, Entry(role, "vector", path, size, options)), load_roles()[role])
        assert isinstance(made, Layer)
        assert len(made) == size


def test_a_city_state_from_one_extract(mirror: Path) -> None:
    folder = mirror / "monaco"
    sizes = {}
    for role in ("streets", "schools", "hospitals", "open_spaces", "food_shops", "transit_stops"):
        entry = Entry(role, "osm", "monaco.osm.pbf", 0)
        made = read_file(found_in(folder, entry), load_roles()[role])
        assert isinstance(made, Layer)
        assert shapely.is_valid(made.geometry).all()
        sizes[role] = len(made)
    assert sizes["food_shops"] >= 8
    assert sizes["streets"] > 2000
    where = {"admin_level": ("1",)}
    with pytest.raises(InputError, match="No row has admin_level = 1"):
        read_file(
            found_in(folder, Entry("boundary", "osm", "monaco.osm.pbf", 0), where=where),
            load_roles()["boundary"],
        )
