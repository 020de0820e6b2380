"""
Porto Alegre: the checked figures of its data, and the traps in its files, on the real run.

The profile is built once for all tests, as the application builds it; files are read through the same supply.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from almena.app.profile import Profile, Session, profile
from almena.app.settings import Settings
from almena.app.supply import FileSupply, keep_all
from almena.gather.kit import load_kit
from almena.geo.crs import reproject
from almena.geo.points import count_in
from almena.geo.zonal import cell_centre_sum, class_areas
from almena.measure.common import in_metres
from almena.measure.derived_events import alone, merged
from almena.model.data import Feed, Grid, Layer, Table
from almena.model.observation import Observation
from almena.model.place import CITY, NEIGHBOURHOOD, Place, Places
from almena.packs import load_roles
from almena.store.folder import CityFolder

pytestmark = pytest.mark.real
METRIC = "EPSG:31982"
DAY_OF_THE_RUN = "2026-11-20T12:00:00+00:00"


@dataclass(frozen=True)
class Real:
    """The city once it is profiled: its files by role, and what was found."""

    supply: FileSupply
    found: Profile

    def layer(self, role: str) -> Layer:
        content = self.supply.get(role)
        assert isinstance(content, Layer)
        return content

    def table(self, role: str) -> Table:
        content = self.supply.get(role)
        assert isinstance(content, Table)
        return content

    def grid(self, role: str) -> Grid:
        content = self.supply.get(role)
        assert isinstance(content, Grid)
        return content

    def shape(self, role: str) -> Any:
        return merged(self.layer(role), METRIC)

    def all(self, indicator: str) -> list[Observation]:
        return [o.shown for o in self.found.observations if o.shown.indicator == indicator]

    def city(self, indicator: str, **dimensions: str) -> Observation:
        wanted = tuple(sorted(dimensions.items()))
        return next(o for o in self.all(indicator) if o.place_kind == CITY and o.dimensions == wanted)

    def value(self, indicator: str, **dimensions: str) -> float:
        value = self.city(indicator, **dimensions).value
        assert value is not None, self.city(indicator, **dimensions).reason
        return value


@pytest.fixture(scope="session")
def real(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """Profile Porto Alegre once, and keep its files at hand."""
    kit, home = load_kit("porto-alegre"), tmp_path_factory.mktemp("city") / "porto-alegre"
    CityFolder.create(home, kit.name, kit.languages, id=kit.id, country=kit.country, crs=kit.crs).close()
    (home / "kit").mkdir(exist_ok=True)
    (home / "kit" / "kit.toml").write_bytes((kit.folder / "kit.toml").read_bytes())
    session = Session()
    found = profile(home, Settings(mirror=mirror, clock=lambda: DAY_OF_THE_RUN), session)
    supply = FileSupply(keep_all(kit, mirror, home / "snapshots"), load_roles(), session.memo)
    yield Real(supply, found)
    supply.close()


# --- land and people ------------------------------------------------------------------------------------------


def test_area_of_the_municipality(real: Real) -> None:
    # the data note gives 494.74 km² in the metric system; on the ground it is 495.13, the statistics office says 495.39
    assert real.shape("boundary").area / 1e6 == pytest.approx(494.74, abs=0.005)
    assert real.value("identity.area") == pytest.approx(495.13, abs=0.005)
    published = next(c for c in real.city("identity.area").causes if "published" in c["name"])
    assert published["low"] == 495.39


def test_people_of_the_censuses(real: Real) -> None:
    assert real.value("identity.population_census") == 1_332_845
    assert real.value("identity.population_census", census="1970") == 885_545
    assert real.value("identity.population_census", census="2010") == 1_409_351
    assert real.city("identity.population_census").period == "2022"


@pytest.mark.parametrize(
    ("role", "persons"),
    [
        ("boundary", 1_457_843),
        ("flood_extent", 151_607),
        ("informal_settlements", 185_272),
        ("risk_sectors", 37_865),
    ],
)
def test_people_of_the_raster_by_cell_centre_unclipped(real: Real, role: str, persons: float) -> None:
    found = cell_centre_sum(real.grid("population_grid"), alone(real.shape(role)), METRIC)[0]
    assert found == pytest.approx(persons, abs=0.5)


def test_the_figures_of_that_rule_stand_beside_the_headlines(real: Real) -> None:
    rule = "cell centres, outline not clipped to the boundary"
    assert real.value("exposure.flood_population", rule=rule) == pytest.approx(151_607, abs=0.5)
    rule = "cell centres, outlines not clipped to the boundary"
    assert real.value("social_inclusion.informal_settlement_population", rule=rule) == pytest.approx(
        185_272, abs=0.5
    )


def test_the_raster_holds_more_people_than_its_part_inside_the_boundary(real: Real) -> None:
    grid = real.grid("population_grid")
    assert grid.array[grid.array > 0].sum() == pytest.approx(2_110_441, abs=1)
    # the fraction of each cell inside gives 13 people more than the cells whose centre lies inside
    assert real.value("identity.population_raster") == pytest.approx(1_457_856, abs=1)


def test_people_in_favelas(real: Real) -> None:
    assert real.value("social_inclusion.informal_settlement_census") == 175_519
    assert real.value("social_inclusion.informal_settlement_share") == pytest.approx(13.17, abs=0.005)


def test_informal_settlements(real: Real) -> None:
    drawn = real.layer("informal_settlements")
    assert real.value("built_environment.informal_settlements") == len(drawn) == 125
    area = shapely.area(reproject(drawn.geometry, drawn.crs, METRIC)).sum() / 1e6
    assert area == pytest.approx(23.20, abs=0.005)


def test_land_cover(real: Real) -> None:
    # the note counts every cell with 773.5 m²; cells of this raster have 776 m² on the ground, those on the limit
    # of the city less: forest 104.3 for 104.8 km², urban land 189.3 for 188.8
    found = class_areas(real.grid("land_cover"), real.shape("boundary"), METRIC)
    for code, area in {24: 188.8, 3: 104.8, 11: 37.8, 12: 81.2}.items():
        assert found[code] / 1e6 == pytest.approx(area, rel=0.006)
    assert real.value("exposure.flood_urban_area") == pytest.approx(35.1, abs=0.15)


# --- hazards --------------------------------------------------------------------------------------------------


def dissolved(real: Real, role: str) -> dict[str, float]:
    held = real.layer(role)
    shapes = shapely.make_valid(reproject(held.geometry, held.crs, METRIC))
    names = np.asarray(held.fields["class"]).astype(str)
    return {str(n): shapely.union_all(shapes[names == n]).area / 1e6 for n in np.unique(names)}


def test_flood_susceptibility_dissolved(real: Real) -> None:
    assert len(real.layer("flood_susceptibility")) == 709
    found = dissolved(real, "flood_susceptibility")
    assert found == {
        k: pytest.approx(v, abs=0.005) for k, v in {"high": 213.64, "medium": 12.79, "low": 3.15}.items()
    }


def test_landslide_susceptibility_dissolved(real: Real) -> None:
    assert len(real.layer("landslide_susceptibility")) == 369
    found = dissolved(real, "landslide_susceptibility")
    assert found == {
        k: pytest.approx(v, abs=0.005) for k, v in {"high": 8.65, "medium": 68.46, "low": 399.95}.items()
    }


def test_landslide_map_is_cut_by_the_boundary(real: Real) -> None:
    # the file names four municipalities; 6.3 km² of its low class lie outside this one
    assert len(set(real.layer("landslide_susceptibility").fields["municipality"])) == 4
    low = real.value("exposure.landslide_susceptible_area", **{"class": "low"})
    assert 390 < low < 399


def test_susceptibility_maps_are_dated_and_dissolved(real: Real) -> None:
    assert real.city("exposure.susceptible_area").period == "2014"
    whole = real.value("exposure.susceptible_area")
    classes = sum(real.value("exposure.susceptible_area", **{"class": n}) for n in ("high", "medium", "low"))
    assert whole <= classes + 1e-6
    assert real.city("exposure.susceptible_area").use != "decide"


def test_risk_sectors(real: Real) -> None:
    assert real.value("exposure.risk_sectors") == 140
    assert real.value("exposure.risk_sectors", grade="very high") == 53
    assert real.value("exposure.risk_sectors", grade="high") == 87
    held = real.layer("risk_sectors").fields
    assert (held["people"].sum(), held["buildings"].sum()) == (85_540, 21_667)
    years = np.asarray(held["survey_date"]).astype("datetime64[Y]").astype(str)
    assert dict(zip(*np.unique(years, return_counts=True), strict=True)) == {
        "2022": 133,
        "2024": 3,
        "2025": 4,
    }


def test_people_of_risk_sectors_are_an_assumption_of_the_survey(real: Real) -> None:
    survey = next(c for c in real.city("exposure.risk_sector_population").causes if "survey" in c["name"])
    assert "4 × buildings" in survey["name"]
    assert survey["low"] == 85_540


# --- what the flood reached -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "whole", "inside"),
    [
        ("schools", 938, 125),
        ("hydrants", 1_618, 263),
        ("bus_terminals", 111, 25),
        ("addresses", 150_941, 18_872),
    ],
)
def test_features_inside_the_outline_as_located(real: Real, role: str, whole: int, inside: int) -> None:
    held = real.layer(role)
    places = Places((Place("city", CITY),), alone(real.shape("boundary")), METRIC)
    assert len(held) == whole
    assert count_in(in_metres(held, places), alone(real.shape("flood_extent")))[0] == inside


@pytest.mark.parametrize(("role", "published"), [("schools", 126), ("hydrants", 271), ("bus_terminals", 25)])
def test_published_lists_of_what_the_flood_reached(real: Real, role: str, published: int) -> None:
    assert len(real.layer(f"published_flood_{role}")) == published


def test_differences_to_the_published_lists_are_shown(real: Real) -> None:
    name = "exposure.flood_published_difference"
    assert real.value(name, list="schools") == pytest.approx(100 * 1 / 126)
    assert real.value(name, list="hydrants") == pytest.approx(100 * 8 / 271)
    assert real.value(name, list="bus terminals") == 0
    assert real.value(name) == pytest.approx(100 * 8 / 271)


def test_schools_reached_are_those_that_teach_at_a_trusted_position(real: Real) -> None:
    # most of the 125 entries are kindergartens; none of the pile on one point of the centre is counted
    found = real.city("exposure.flood_schools")
    assert found.value is not None
    assert found.value < 125
    assert found.high == 125
    assert real.value("exposure.flood_schools", level="all entries of the register, as located") == 125


def test_flood_population_is_a_range(real: Real) -> None:
    found = real.city("exposure.flood_population")
    assert found.value == pytest.approx(152_917, abs=1)
    inner = real.value("exposure.flood_population", outline="moved in by one cell")
    outer = real.value("exposure.flood_population", outline="moved out by one cell")
    scaled = real.value("exposure.flood_population", basis="scaled to the census of 2022")
    assert inner < scaled < found.value < outer  # type: ignore[operator]
    assert found.low < inner  # type: ignore[operator]
    assert found.high >= outer  # type: ignore[operator]


def test_streets_reached_are_at_least_what_is_known(real: Real) -> None:
    found = real.city("exposure.flood_road_length")
    assert found.notes[0].startswith("at least: streets are known in 31 %")
    assert found.use == "context"


def test_people_reached_lived_in_neighbourhoods_called_protected(real: Real) -> None:
    found = real.city("exposure.flood_in_protected_neighbourhoods")
    assert found.value == pytest.approx(88, abs=0.5)
    assert "after (it is no forecast)" in found.notes[0]
    lists = real.table("plan_lists").columns
    counts = {name: sum(bool(v) for v in lists[name]) for name in lists}
    assert counts == {"protected": 25, "above_flood_level": 57, "under_study": 13}


def test_surveys_after_the_flood_foresaw_nothing(real: Real) -> None:
    # 133 of 2022 and three of 2024 before May
    assert real.city("exposure.flood_risk_sector_hits").notes == (
        "136 of 140 sectors were surveyed before the event",
    )


# --- weather and river ----------------------------------------------------------------------------------------


def test_daily_weather(real: Real) -> None:
    columns = real.table("climate_daily").columns
    date, rain = columns["date"].astype("datetime64[D]"), columns["rain"]
    assert (len(date), str(date[0]), str(date[-1])) == (8_987, "2000-09-22", "2025-04-30")
    assert np.nanmax(columns["t_max"]) == 40.6
    assert np.nanmin(columns["t_min"]) == 0.3
    assert np.nansum(rain[date.astype("datetime64[Y]") == np.datetime64("2024")]) == pytest.approx(
        2_098, abs=0.5
    )


def test_extremes_of_the_weather(real: Real) -> None:
    assert real.value("climate.hottest_day") == 40.6
    assert real.value("climate.wettest_day") == pytest.approx(126.2)
    assert real.value("climate.event_rain") == pytest.approx(383, abs=0.5)
    assert real.city("climate.event_rain").period == "2024-04-27/2024-05-05"


def test_years_that_miss_hours_are_left_out_and_no_false_trend_is_told(real: Real) -> None:
    rain = real.city("climate.annual_rainfall")
    assert "18 complete years" in rain.notes[0]
    assert "2000, 2001, 2002, 2003, 2004, 2005, 2006, 2025" in rain.notes[0]
    assert any("one station is not the city" in n for n in rain.notes)
    for name in ("climate.rainfall_trend", "climate.temperature_trend"):
        assert real.city(name).is_missing
        assert "needs 20 complete years; 18 complete years" in real.city(name).reason


def test_river_peak_and_the_breaks_around_it(real: Real) -> None:
    found = real.city("exposure.river_peak")
    assert found.value == 535
    assert any(o.locator == "reading of 2024-05-05T05:30" for o in found.origins)
    told = " ".join(found.notes)
    assert "from 369 to 273 cm between 2024-05-02 23:15 and 2024-05-03 00:15" in told
    assert "from 365 to 470 cm between 2024-05-03 11:30 and 2024-05-03 12:30" in told
    assert "ends 32 hours after" in told
    assert "datum" in told
    gap = real.city("exposure.river_record_coverage").notes[0]
    assert "2023-12-10 to 2024-04-07" in gap


# --- streets and public transport -----------------------------------------------------------------------------


def test_the_street_extract(mirror: Path, real: Real) -> None:
    import osmium

    counts = {"node": 0, "way": 0, "highway": 0}
    for thing in osmium.FileProcessor(str(mirror / "porto_alegre" / "osm" / "poa_osm.pbf")):
        counts["node"] += thing.is_node()
        counts["way"] += thing.is_way()
        counts["highway"] += "highway" in thing.tags
    # highway tags: 15,886 on ways, 4,419 on nodes (crossings, stops, lights), 19 on relations
    assert counts == {"node": 43_264, "way": 16_032, "highway": 20_324}
    streets = real.layer("streets")
    assert len(streets) == 15_886
    np.testing.assert_allclose(streets.covered.bounds, (-51.266, -30.113, -51.132, -29.988), atol=5e-4)


def test_streets_cover_64_percent_of_the_people(real: Real) -> None:
    for name in ("mobility.transit_access_500m", "social_inclusion.school_access_500m"):
        found = real.city(name)
        assert found.coverage == pytest.approx(0.64, abs=0.005)
        assert found.use != "decide"
    settled = real.city("mobility.transit_access_500m", group="informal settlements")
    assert settled.coverage == pytest.approx(0.60, abs=0.012)


def test_rows_of_the_timetables(real: Real) -> None:
    feed = real.supply.get("transit_feed")
    assert isinstance(feed, Feed)
    rows = {name: len(next(iter(columns.values()))) for name, columns in feed.tables.items()}
    # the note counts lines of the files: 3,987, 116, 130,020 and 14,856 are rows and a header
    assert rows["stops"] == 3_986 + 24
    assert rows["stop_times"] == 130_019 + 14_855
    assert rows["routes"] == 115 + 2
    assert "96.3 % of the stop times are blank" in feed.notes


def test_a_timetable_of_part_of_the_day_says_which_part(real: Real) -> None:
    for name in ("mobility.transit_access_20min", "mobility.transit_access_30min"):
        found = real.city(name)
        assert "11:00–17:00" in found.notes[0]
        assert "interpolated" in found.notes[1]
        assert found.status == "modelled"
        assert found.use == "context"


# --- traps ----------------------------------------------------------------------------------------------------


def test_figures_of_older_limits_are_never_published(real: Real) -> None:
    held = real.layer("neighbourhood_statistics").fields["population"]
    assert np.nansum(held) == 1_257_744
    for o in (o.shown for o in real.found.observations):
        # names may be carried over, the counts of 2010 may not
        assert "neighbourhood_statistics" not in {x.source.role for x in o.origins} or "schools" in {
            x.source.role for x in o.origins
        }
    densities = [o for o in real.all("identity.population_density") if o.place_kind == NEIGHBOURHOOD]
    assert len(densities) == 94
    assert {o.period for o in densities} == {"2022"}
    rubem = next(o for o in densities if o.place_name.upper() == "RUBEM BERTA")
    # 87,367 people on 2.8 km² would be 31,000
    assert rubem.value is not None
    assert rubem.value < 20_000


def test_raster_and_census_are_both_shown_with_their_dates(real: Real) -> None:
    raster, census = real.city("identity.population_raster"), real.city("identity.population_census")
    assert (raster.period, census.period) == ("2020", "2022")
    assert "+9.4 % people against the census of 2022" in raster.notes[0]
    assert raster.low == pytest.approx(1_332_845, abs=0.5)
    assert "sources for the same quantity disagree" in raster.reason


def test_schools_on_piles_are_left_out_of_walks(real: Real) -> None:
    assert real.value("social_inclusion.schools") == 378
    found = real.city("social_inclusion.school_access_500m")
    assert "42 of 378 schools are left out" in found.notes[0]
    assert "the position of many features cannot be trusted" in found.reason


def test_clinics_are_no_hospitals(real: Real) -> None:
    notes = real.city("social_inclusion.hospitals_per_100k").notes
    assert "52 hospitals" in notes[0]
    assert any("158 of 220 features are not hospitals" in n for n in notes)


def test_private_parks_are_left_out(real: Real) -> None:
    assert (real.layer("open_spaces").fields["access"] == "private").sum() == 20
    notes = real.city("built_environment.open_space_access_400m").notes
    assert any("not open to all" in n for n in notes)


def test_hydrants_that_cannot_be_used(real: Real) -> None:
    # 1,613 of the 1,618 lie inside the boundary
    assert real.city("municipal_services.hydrants_operable").notes == (
        "646 of 1618 hydrants are flagged not operable",
    )
    assert real.value("municipal_services.hydrants") == 1_613


def test_most_terminals_are_ends_of_lines(real: Real) -> None:
    classes = real.layer("bus_terminals").fields["class"]
    assert (np.asarray(classes) == "end-of-line stop").sum() == 71


def test_addresses_of_unknown_age_are_not_fit_to_decide(real: Real) -> None:
    found = real.city("exposure.flood_addresses")
    assert found.value == 18_872
    assert "the age of the data is not known" in found.reason
    assert found.use == "discuss"


def test_green_cover_leaves_farming_and_water_out(real: Real) -> None:
    # forest, wetland, grassland and natural land of 494.7 km² less 24.8 km² of water
    found = class_areas(real.grid("land_cover"), real.shape("boundary"), METRIC)
    legend = real.grid("land_cover").classes
    green = sum(a for c, a in found.items() if legend[c] in ("forest", "wetland", "grassland", "natural"))
    water = sum(a for c, a in found.items() if legend[c] == "water")
    expected = 100 * green / (1e6 * real.value("identity.area") - water)
    assert real.value("ecology.green_cover") == pytest.approx(expected, rel=0.002)
    assert 50 < expected < 60


def test_an_inventory_with_blanks_says_so(real: Real) -> None:
    assert real.city("ecology.emissions_total").notes[0].startswith("26 of 72 rows are blank")


def test_food_is_a_gap_with_a_remedy(real: Real) -> None:
    found = real.city("supply_chain.food_access_500m")
    assert found.is_missing
    assert "food_shops" in found.reason
    assert found.remedy


# --- the profile as a whole -----------------------------------------------------------------------------------


def test_the_profile_passes_its_own_tests(real: Real) -> None:
    assert [t.id for t in real.found.self_tests if not t.passed] == []
    assert len(real.found.self_tests) >= 4


def test_no_method_failed_and_no_file_was_refused(real: Real) -> None:
    assert real.found.problems == ()


EVERY: dict[str, Callable[[Observation], bool]] = {
    "a value lies inside its range": lambda o: o.value is None or o.low <= o.value <= o.high,  # type: ignore[operator]
    "a value has an origin": lambda o: o.value is None or bool(o.origins),
    "a value has a period": lambda o: o.value is None or bool(o.period),
    "a value below decide says why": lambda o: o.value is None or (o.use == "decide") == (not o.reason),
    "a gap has a reason and a remedy": lambda o: o.value is not None or bool(o.reason and o.remedy),
    "coverage is a share": lambda o: o.coverage is None or 0 <= o.coverage <= 1 + 1e-9,
    "a model is not fit to decide": lambda o: o.status != "modelled" or o.use != "decide",
}


@pytest.mark.parametrize("claim", EVERY)
def test_of_every_observation(real: Real, claim: str) -> None:
    wrong = [(o.shown.indicator, o.shown.place) for o in real.found.observations if not EVERY[claim](o.shown)]
    assert wrong == []


def test_every_card_has_a_value_or_a_gap_for_the_city(real: Real) -> None:
    from almena.packs import load_cards

    shown = [o.shown for o in real.found.observations]
    spoken = {o.indicator for o in shown if o.is_headline}
    assert spoken == set(load_cards())
