"""Each open source makes of real answers what it should, and of odd ones nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import rasterio
import shapely

from almena.gather.courier import Courier
from almena.gather.gathering import Gathered, Plan, gather, make_plan
from almena.gather.open_source import NamedPlace
from almena.gather.snapshot import SnapshotStore
from almena.gather.source_elevation import squares
from almena.gather.source_overpass import query
from almena.gather.sources import installed_sources
from almena.gather.web import FetchSettings
from almena.model.problem import InputError

from .open_services import JSON, PBF, Services, give, places, refuse, serving

LOCAL = FetchSettings(timeout=60.0, retries=1, allow_private=True)
TODAY = "2026-11-20"
INCHES = (
    b'{"daily": {"time": ["2000-01-01"], "precipitation_sum": [1], "temperature_2m_max": [70],'
    b' "temperature_2m_min": [60]}, "daily_units": {"precipitation_sum": "inch",'
    b' "temperature_2m_max": "F", "temperature_2m_min": "F"}}'
)
pytestmark = pytest.mark.real


@pytest.fixture
def services(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(mirror) as running:
        yield running


def named(mirror: Path, number: int, country: str) -> NamedPlace:
    """Return a place as the geocoder tells it."""
    (one,) = (p for p in places(mirror) if p["osm_id"] == number)
    south, north, west, east = map(float, one["boundingbox"])
    point = float(one["lon"]), float(one["lat"])
    return NamedPlace(f"R{number}", one["name"], country, "", "city", point, (west, south, east, north))


@dataclass
class Bench:
    """A folder with a way to the services."""

    services: Services
    folder: Path
    courier: Courier

    def plan(self, place: NamedPlace, *names: str, **options: Any) -> Plan:
        sources = {n: s for n, s in installed_sources()[0].items() if n in names}
        return make_plan(
            place, sources, self.courier, addresses=self.services.addresses, today=TODAY, **options
        )

    def make(self, place: NamedPlace, *names: str, **options: Any) -> Gathered:
        return gather(self.plan(place, *names, **options), self.courier, self.folder, lambda _: None)

    def file(self, name: str) -> Path:
        return self.folder / "open-data" / name


@pytest.fixture
def bench(services: Services, tmp_path: Path) -> Bench:
    store = SnapshotStore(tmp_path / ".snapshots")
    return Bench(services, tmp_path, Courier(store, LOCAL, sleep=lambda _: None))


@pytest.fixture
def parish(mirror: Path) -> NamedPlace:
    return named(mirror, 2804753, "AND")


@pytest.fixture
def porto_alegre_place(mirror: Path) -> NamedPlace:
    return named(mirror, 1, "BRA")


def test_the_box_around_a_city_is_wider_by_1600_metres_on_each_side() -> None:
    place = NamedPlace("R1", "Town", "AND", "", "town", (1.5, 60.0), (1.0, 59.0, 2.0, 60.0))
    west, south, east, north = place.around()
    assert (59.0 - south) * 111.32 == pytest.approx(1.6)
    assert (north - 60.0) * 111.32 == pytest.approx(1.6)
    assert (1.0 - west) * 111.32 * np.cos(np.radians(60)) == pytest.approx(1.6)
    assert east - 2.0 == pytest.approx(1.0 - west)


def test_the_outline_is_the_one_of_the_place_that_was_chosen(bench: Bench, parish: NamedPlace) -> None:
    made = bench.make(parish, "boundary")
    assert made.problems == ()
    (entry,) = made.files
    assert (entry.role, entry.path, entry.bytes, entry.date) == (
        "boundary", "open-data/boundary.geojson", "derived", TODAY,
    )  # fmt: skip
    assert (entry.licence, entry.attribution) == ("ODbL-1.0", "© OpenStreetMap contributors")
    (feature,) = json.loads(bench.file("boundary.geojson").read_text(encoding="utf-8"))["features"]
    assert feature["properties"] == {"name": "Andorra la Vella", "code": "R2804753"}
    assert shapely.from_geojson(json.dumps(feature["geometry"])).area == pytest.approx(0.0029159, rel=1e-3)


def test_a_mere_point_has_no_outline_and_is_not_asked_for(bench: Bench) -> None:
    point = NamedPlace("N3", "Porto Alegre", "STP", "", "village", (6.53, 0.03), (6.52, 0.02, 6.54, 0.04))
    plan = bench.plan(point, "boundary")
    assert plan.items == ()
    assert "only a point" in plan.problems[0].why
    assert "boundary.geojson" in plan.problems[0].remedy
    assert bench.services.asked == []


def test_the_smallest_extract_around_the_city_is_taken_and_its_size_told_before(
    bench: Bench, parish: NamedPlace, mirror: Path
) -> None:
    plan = bench.plan(parish, "extract", "overpass")
    (item,) = plan.items
    assert item.request.url.endswith("/europe/andorra-latest.osm.pbf")
    size = (mirror / "andorra" / "andorra.osm.pbf").stat().st_size
    assert (item.size, item.is_estimate, plan.bytes_to_fetch) == (size, False, size)
    assert bench.services.gets("andorra-latest") == []


def test_the_capital_is_cut_out_of_its_country_with_whole_ways_and_its_own_parts(
    bench: Bench, parish: NamedPlace, mirror: Path
) -> None:
    made = bench.make(parish, "extract")
    assert made.problems == ()
    by_role = {f.role: f for f in made.files}
    assert by_role["neighbourhoods"].where == {"admin_level": ("8",)}
    assert {f.date for f in made.files} == {"2021-04-14"}
    assert "schools_on_map" not in by_role  # a map cannot be compared with itself
    assert {"streets", "schools", "hospitals", "open_spaces", "food_shops"} <= set(by_role)
    west, south, east, north = parish.around()
    kept, whole = (
        objects(bench.file("openstreetmap.osm.pbf")),
        objects(mirror / "andorra" / "andorra.osm.pbf"),
    )
    inside = {n for n, (x, y) in whole.nodes.items() if west <= x <= east and south <= y <= north}
    assert 1000 < len(inside) < len(whole.nodes)
    assert inside <= set(kept.nodes)
    touching = {w for w, refs in whole.ways.items() if not inside.isdisjoint(refs)}
    assert touching <= set(kept.ways)
    assert all(kept.ways[w] == whole.ways[w] for w in kept.ways)
    assert {n for refs in kept.ways.values() for n in refs if n in whole.nodes} <= set(kept.nodes)
    assert 2804753 in kept.levels  # the city itself
    assert {level for n, level in kept.levels.items() if n != 2804753} == {"8"}  # no neighbour, no country
    outline = {w for w in whole.members[2804753] if w in whole.ways}
    assert outline <= set(kept.ways)


@dataclass
class Objects:
    """What an extract holds."""

    nodes: dict[int, tuple[float, float]]
    ways: dict[int, list[int]]
    members: dict[int, list[int]]
    levels: dict[int, str]


def objects(path: Path) -> Objects:
    found = Objects({}, {}, {}, {})
    stream: Any = osmium.FileProcessor(str(path))
    for thing in stream:
        if thing.is_node():
            found.nodes[thing.id] = (thing.lon, thing.lat)
        elif thing.is_way():
            found.ways[thing.id] = [n.ref for n in thing.nodes]
        else:
            found.members[thing.id] = [m.ref for m in thing.members if m.type == "w"]
            if thing.tags.get("boundary") == "administrative":
                found.levels[thing.id] = thing.tags.get("admin_level", "")
    return found


def test_the_same_extract_gives_the_same_bytes(bench: Bench, parish: NamedPlace) -> None:
    first = bench.make(parish, "extract").files[0].sha256
    assert bench.make(parish, "extract").files[0].sha256 == first
    assert len(bench.services.gets("andorra-latest")) == 1


def test_an_extract_that_is_too_large_or_absent_gives_way_to_a_bounded_query(
    bench: Bench, parish: NamedPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("almena.gather.gathering.MOST_FOR_EXTRACT", 1_000_000)
    assert [i.terms.id for i in bench.plan(parish, "extract", "overpass").items] == ["overpass"]
    chosen = bench.plan(parish, "extract", "overpass", map_from="extract")
    assert [i.terms.id for i in chosen.items] == ["extract"]
    island = NamedPlace("R9", "Isle", "STP", "", "town", (6.5, 0.05), (6.4, 0.0, 6.6, 0.1))
    plan = bench.plan(island, "extract", "overpass")
    assert ([i.terms.id for i in plan.items], plan.problems) == (["overpass"], ())


def test_a_query_is_bounded_in_place_time_and_memory(parish: NamedPlace) -> None:
    asked = query(parish)
    west, south, east, north = parish.around()
    assert f"[bbox:{south:.6f},{west:.6f},{north:.6f},{east:.6f}]" in asked
    assert asked.startswith("[out:xml][timeout:180][maxsize:536870912]")
    assert 'nwr["highway"];' in asked
    assert asked.endswith("(._;>;);out meta;")


def test_a_whole_answer_to_a_query_fills_the_same_roles_as_the_extract(
    bench: Bench, parish: NamedPlace, tmp_path: Path
) -> None:
    made = bench.make(parish, "overpass")
    assert made.problems == ()
    by_query = {f.role for f in made.files}
    assert {"streets", "schools", "hospitals", "food_shops", "addresses"} <= by_query
    assert {f.date for f in made.files} == {TODAY}
    assert bench.file("openstreetmap.osm.pbf").read_bytes()[:64].find(b"OSMHeader") > 0


def test_an_answer_that_the_service_cut_short_is_refused_as_a_whole_and_not_kept(
    bench: Bench, parish: NamedPlace
) -> None:
    partial = (
        b'<?xml version="1.0"?><osm version="0.6" generator="Overpass API">'
        b'<node id="1" lat="42.5" lon="1.5"/>'
        b'<remark> runtime error: Query timed out in "query" at line 3 after 181 seconds. </remark></osm>'
    )
    bench.services.fails("interpreter", give(partial, "application/osm3s+xml"))
    made = bench.make(parish, "overpass")
    assert made.files == ()
    assert "Query timed out" in made.problems[0].why
    assert not bench.file("openstreetmap.osm.pbf").exists()
    assert bench.make(parish, "overpass").problems == ()  # asked again, since nothing of it was kept
    assert len(bench.services.gets("interpreter")) == 2


def test_a_busy_query_service_is_asked_again_after_the_time_it_names(
    bench: Bench, parish: NamedPlace
) -> None:
    waits: list[float] = []
    bench.courier.sleep = waits.append
    bench.services.fails("interpreter", refuse(429, Retry_After="17"))
    assert bench.make(parish, "overpass").problems == ()
    assert 17.0 in waits
    bench.services.fails("interpreter", refuse(504), refuse(504))
    fresh = Courier(SnapshotStore(bench.folder / "other"), LOCAL, sleep=lambda _: None)
    failed = Bench(bench.services, bench.folder, fresh).make(parish, "overpass")
    assert "504" in failed.problems[0].why


def test_people_are_cut_out_of_the_country_cell_by_cell(
    bench: Bench, porto_alegre_place: NamedPlace, mirror: Path
) -> None:
    made = bench.make(porto_alegre_place, "population")
    assert made.problems == ()
    assert [(f.role, f.date, f.licence) for f in made.files] == [("population_grid", "2020", "CC-BY-4.0")]
    name = "worldpop2020_constrained_3arcsec.tif"
    with (
        rasterio.open(bench.file("population.tif")) as cut,
        rasterio.open(mirror / "porto_alegre" / "population" / name) as whole,
    ):
        cells, every = cut.read(1, masked=True), whole.read(1, masked=True)
        assert (cut.res, cut.nodata, cut.dtypes, cut.crs) == (
            whole.res,
            whole.nodata,
            whole.dtypes,
            whole.crs,
        )
        column = (cut.bounds.left - whole.bounds.left) / whole.res[0]
        assert column == pytest.approx(round(column), abs=1e-4)  # the same grid: nothing is resampled
    assert float(cells.sum(dtype=float)) == pytest.approx(float(every.sum(dtype=float)), rel=1e-9)
    assert sorted(cells.compressed()) == sorted(every.compressed())


def test_a_smaller_box_keeps_fewer_cells_and_only_true_ones(
    bench: Bench, porto_alegre_place: NamedPlace, mirror: Path
) -> None:
    west, south, _, north = porto_alegre_place.box
    quarter = NamedPlace(
        "R1", "Q", "BRA", "", "city", (-51.2, -30.0), (west, (south + north) / 2, -51.2, north)
    )
    bench.make(quarter, "population")
    name = "worldpop2020_constrained_3arcsec.tif"
    with (
        rasterio.open(bench.file("population.tif")) as cut,
        rasterio.open(mirror / "porto_alegre" / "population" / name) as whole,
    ):
        cells = cut.read(1, masked=True)
        column = round((cut.bounds.left - whole.bounds.left) / whole.res[0])
        row = round((whole.bounds.top - cut.bounds.top) / whole.res[1])
        same = whole.read(1, masked=True)[row : row + cut.height, column : column + cut.width]
        south_of_it, east_of_it = quarter.around()[1], quarter.around()[2]
        assert cut.bounds.bottom <= south_of_it < cut.bounds.bottom + cut.res[1]
        assert cut.bounds.right - cut.res[0] < east_of_it <= cut.bounds.right
    assert float(cells.sum(dtype=float)) == pytest.approx(float(same.sum(dtype=float)), rel=1e-6)
    assert 0 < float(cells.sum(dtype=float)) < 2_110_441


def test_a_country_without_a_raster_is_a_gap_with_a_remedy(bench: Bench, parish: NamedPlace) -> None:
    plan = bench.plan(parish, "population")
    assert plan.items == ()
    assert "no raster of this country" in plan.problems[0].why
    assert "kit's folder" in plan.problems[0].remedy


def test_squares_of_heights_are_named_after_their_corner_and_joined_without_a_seam(
    bench: Bench, porto_alegre_place: NamedPlace, mirror: Path
) -> None:
    assert list(squares(porto_alegre_place)) == [
        "Copernicus_DSM_COG_10_S31_00_W052_00_DEM",
        "Copernicus_DSM_COG_10_S30_00_W052_00_DEM",
    ]
    made = bench.make(porto_alegre_place, "elevation")
    assert made.problems == ()
    with (
        rasterio.open(bench.file("elevation.tif")) as cut,
        rasterio.open(mirror / "porto_alegre" / "elevation" / "srtm_gl1_30m.tif") as whole,
    ):
        for longitude, latitude in [(-51.2, -29.99), (-51.2, -30.0003), (-51.1, -30.05), (-51.22, -30.2)]:
            (here,), (there,) = cut.sample([(longitude, latitude)]), whole.sample([(longitude, latitude)])
            assert here == there
        middle = cut.read(1)[:, cut.width // 2]
    assert (middle != whole.nodata).all()


def test_squares_cross_the_equator_and_the_date_line_by_the_right_names() -> None:
    place = NamedPlace("R1", "X", "FJI", "", "town", (180.0, 0.0), (179.95, -0.05, 180.05, 0.05))
    assert {name.removeprefix("Copernicus_DSM_COG_10_") for name in squares(place)} == {
        "S01_00_E179_00_DEM", "S01_00_W180_00_DEM", "N00_00_E179_00_DEM", "N00_00_W180_00_DEM",
    }  # fmt: skip


def test_squares_in_the_sea_are_left_out_and_a_place_without_any_is_a_gap(
    bench: Bench, porto_alegre_place: NamedPlace, parish: NamedPlace
) -> None:
    _, south, east, _ = porto_alegre_place.box
    coast = NamedPlace("R1", "C", "BRA", "", "city", (-51.2, -30.0), (-52.1, south, east, -30.1))
    names = [i.request.file[22:34] for i in bench.plan(coast, "elevation").items]
    assert names == ["S31_00_W052_"]
    assert "none of the squares" in bench.plan(parish, "elevation").problems[0].why


def test_each_day_of_the_reanalysis_is_the_one_that_was_published(
    bench: Bench, porto_alegre_place: NamedPlace, mirror: Path
) -> None:
    made = bench.make(porto_alegre_place, "climate")
    (entry,) = made.files
    assert (entry.role, entry.date, entry.dates) == (
        "climate_model_daily",
        "2000-01-01/2000-12-31",
        "year-first",
    )
    path = mirror / "porto_alegre" / "climate" / "openmeteo_daily_2000.csv"
    published = {r["time"]: r for r in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())}
    rows = list(csv.DictReader(bench.file("weather_model_daily.csv").read_text().splitlines()))
    assert len(rows) == len(published) == 366
    for row in rows:
        for name in ("precipitation_sum", "temperature_2m_max", "temperature_2m_min"):
            assert float(row[name]) == float(published[row["time"]][name])
    (asked,) = [path for _, path, _ in bench.services.asked if "archive" in path]
    assert "latitude=-30.2&longitude=-51.1" in asked or "latitude=-30.1&longitude=-51.2" in asked
    assert "start_date=1991-01-01&end_date=2025-12-31" in asked


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b'{"error": true, "reason": "Daily API request limit exceeded."}', "Daily API request limit"),
        (b'{"daily": {"time": ["2000-01-01"]}}', "lacks days or values"),
        (
            INCHES,
            "other units: precipitation_sum in inch",
        ),
        (b'{"daily": {"time": [', "breaks off"),
        (b"<html>Sign in to the network</html>", "no JSON"),
    ],
)
def test_odd_answers_of_the_weather_archive_are_refused_with_what_it_says(
    bench: Bench, porto_alegre_place: NamedPlace, answer: bytes, why: str
) -> None:
    bench.services.fails("archive", give(answer, JSON))
    made = bench.make(porto_alegre_place, "climate")
    assert made.files == ()
    assert why in made.problems[0].why


def test_national_series_come_in_pages_and_every_value_is_the_published_one(
    bench: Bench, parish: NamedPlace, mirror: Path
) -> None:
    bench.services.page_size = 50
    plan = bench.plan(parish, "world_bank")
    assert len(plan.items) > 3
    assert plan.items[0].is_kept  # the first page told how many there are
    made = gather(plan, bench.courier, bench.folder, lambda _: None)
    assert made.problems == ()
    path = mirror / "world" / "worldbank_urban_development_1960_2020.csv"
    with path.open(encoding="utf-8-sig", newline="") as text:
        published = {r["Year"]: r for r in csv.DictReader(text) if r["Country Code"] == "AND"}
    rows = list(csv.DictReader(bench.file("world_bank.csv").read_text(encoding="utf-8").splitlines()))
    share = "average_value_Urban population (% of total population)"
    told = {r["year"]: r["SP.URB.TOTL.IN.ZS"] for r in rows if r["SP.URB.TOTL.IN.ZS"]}
    assert {y: float(v) for y, v in told.items()} == {
        y: float(r[share]) for y, r in published.items() if r[share]
    }
    assert [r["year"] for r in rows] == sorted(r["year"] for r in rows)
    assert {r["iso3"] for r in rows} == {"AND"}


def test_a_message_of_the_bank_is_no_page_although_the_status_is_fine(
    bench: Bench, parish: NamedPlace
) -> None:
    told = b'[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]'
    bench.services.fails("bank", *([give(told, JSON)] * 20))
    plan = bench.plan(parish, "world_bank")
    assert plan.items == ()
    assert "The provided parameter value is not valid" in plan.problems[0].why


def test_a_series_that_the_bank_has_archived_does_not_take_the_others_along(
    bench: Bench, parish: NamedPlace
) -> None:
    told = b'[{"message":[{"id":"175","key":"Invalid format","value":"The indicator was not found."}]}]'
    bench.services.fails("SP.POP.TOTL", *([give(told, JSON)] * 2))  # in the question for all, and alone
    made = bench.make(parish, "world_bank")
    assert made.problems == ()
    rows = list(csv.DictReader(bench.file("world_bank.csv").read_text(encoding="utf-8").splitlines()))
    assert any(r["SP.URB.TOTL.IN.ZS"] for r in rows)
    ((one, _, _),) = made.made
    assert "No values for SP.POP.TOTL" in one.how


def test_a_failing_source_stops_no_other(bench: Bench, porto_alegre_place: NamedPlace) -> None:
    bench.services.fails("worldpop/files", refuse(403))
    bench.services.fails("geofabrik/south", give(b"<html>busy</html>", "text/html"))
    made = bench.make(porto_alegre_place, "boundary", "extract", "population", "elevation", "climate")
    assert {f.role for f in made.files} == {"boundary", "elevation", "climate_model_daily"}
    assert sorted("403" in p.why or "text/html" in p.why for p in made.problems) == [True, True]


def test_bytes_that_are_no_extract_or_raster_are_not_kept(
    bench: Bench, porto_alegre_place: NamedPlace
) -> None:
    bench.services.fails("geofabrik/south", give(b"not an extract" * 10, PBF))
    bench.services.fails("worldpop/files", give(b"GIF89a" * 20, "image/tiff"))
    made = bench.make(porto_alegre_place, "extract", "population")
    assert made.files == ()
    assert all("first bytes" in p.why for p in made.problems)
    kept = {e["file"] for r in bench.courier.store.records() for e in r.known_as}
    assert kept == {"regions.json", "population-catalogue.json"}


def test_a_damaged_extract_is_a_problem_that_leaves_no_half_file(
    bench: Bench, parish: NamedPlace, mirror: Path
) -> None:
    whole = (mirror / "andorra" / "andorra.osm.pbf").read_bytes()
    bench.services.fails("andorra-latest", give(whole[:300_000], PBF))
    made = bench.make(parish, "extract")
    assert made.files == ()
    assert "cannot be read" in made.problems[0].why
    assert list((bench.folder / "open-data").glob("*")) == []


def test_a_place_outside_the_raster_gets_no_empty_one(bench: Bench) -> None:
    far = NamedPlace("R1", "Far", "BRA", "", "city", (-40.0, -10.0), (-40.1, -10.1, -40.0, -10.0))
    made = bench.make(far, "population")
    assert made.files == ()
    assert "no cell" in made.problems[0].why or "cannot be read" in made.problems[0].why
    assert not bench.file("population.tif").exists()


def test_files_much_larger_than_the_plan_said_are_refused(
    bench: Bench, porto_alegre_place: NamedPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("almena.gather.gathering._ROOM", 0)
    plan = bench.plan(porto_alegre_place, "population")
    swollen = b"II*\x00" + bytes(2 * plan.bytes_to_fetch)
    bench.services.fails("worldpop/files", give(swollen, "image/tiff"))
    made = gather(plan, bench.courier, bench.folder, lambda _: None)
    assert made.files == ()
    assert f"limit of {int(plan.bytes_to_fetch * 1.5):,} bytes" in made.problems[0].why


def test_cells_of_another_kind_are_refused_with_a_reason(bench: Bench, tmp_path: Path) -> None:
    from affine import Affine

    from almena.gather.clip_raster import clip_rasters

    def raster(name: str, transform: Affine, kind: str = "float32", **more: Any) -> Path:
        path = tmp_path / name
        profile = {"driver": "GTiff", "count": 1, "dtype": kind, "crs": "EPSG:4326", "width": 4, "height": 4}
        with rasterio.open(path, "w", **{**profile, **more}, transform=transform) as made:
            made.write(np.ones((1, 4, 4), dtype=kind))
        return path

    north_up, box = Affine(0.5, 0, 0, 0, -0.5, 2), (0.4, 0.4, 1.1, 1.1)
    good = raster("good.tif", north_up)
    assert clip_rasters([good], tmp_path / "cut.tif", box) == 9
    for odd in (
        raster("slanted.tif", Affine(0.5, 0.1, 0, 0.1, -0.5, 2)),
        raster("upside-down.tif", Affine(0.5, 0, 0, 0, 0.5, 0)),
        raster("no-value.tif", north_up, "uint8"),
        raster("far.tif", Affine(0.5, 0, 50, 0, -0.5, 2)),
    ):
        with pytest.raises(InputError, match="cannot be read around the city"):
            clip_rasters([odd], tmp_path / "odd.tif", box)
    finer = raster("finer.tif", Affine(0.1, 0, 2, 0, -0.1, 2))
    with pytest.raises(InputError, match="one grid"):
        clip_rasters([good, finer], tmp_path / "odd.tif", box)
    assert not (tmp_path / "odd.tif").exists()


def test_two_neighbouring_squares_become_one_without_loss(tmp_path: Path) -> None:
    from affine import Affine

    from almena.gather.clip_raster import clip_rasters

    whole = np.arange(1, 33, dtype="int16").reshape(4, 8)
    paths = []
    for n, part in enumerate((whole[:, :4], whole[:, 4:])):
        path = tmp_path / f"{n}.tif"
        profile = {
            "driver": "GTiff",
            "count": 1,
            "dtype": "int16",
            "crs": "EPSG:4326",
            "width": 4,
            "height": 4,
        }
        with rasterio.open(path, "w", **profile, transform=Affine(1, 0, 4 * n, 0, -1, 4)) as made:
            made.write(part[np.newaxis])
        paths.append(path)
    assert clip_rasters(paths, tmp_path / "cut.tif", (2.5, 0.5, 5.5, 2.5)) == 12
    with rasterio.open(tmp_path / "cut.tif") as cut:
        assert cut.read(1).tolist() == whole[1:4, 2:6].tolist()
        assert (cut.bounds.left, cut.bounds.top) == (2.0, 3.0)


def test_a_stranger_that_fails_in_its_own_way_is_named(bench: Bench, parish: NamedPlace) -> None:
    class Broken:
        terms = installed_sources()[0]["climate"].terms

        def plan(self, *_: Any) -> Any:
            raise KeyError("oops")

    plan = make_plan(parish, {"mine": Broken()}, bench.courier, addresses={}, today=TODAY)  # type: ignore[dict-item]
    assert [(p.where, "oops" in p.why) for p in plan.problems] == [("mine", True)]


def test_the_built_in_sources_come_through_the_entry_points_in_the_order_of_the_table() -> None:
    found, problems = installed_sources()
    assert problems == []
    assert list(found) == [
        "boundary",
        "extract",
        "overpass",
        "population",
        "elevation",
        "climate",
        "world_bank",
    ]
    assert all(s.terms.licence and s.terms.homepage.startswith("https://") for s in found.values())


def test_a_plugin_that_is_no_source_is_a_problem_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import EntryPoint

    entries = [
        EntryPoint("odd", "json:dumps", "almena.sources"),
        EntryPoint("gone", "no.such:thing", "almena.sources"),
    ]
    monkeypatch.setattr("almena.gather.sources.entry_points", lambda group: entries)
    found, problems = installed_sources()
    assert found == {}
    assert sorted(p.what for p in problems) == [
        "The source gone cannot be loaded",
        "The source odd cannot be loaded",
    ]


def test_an_index_without_a_list_of_regions_is_refused(bench: Bench, parish: NamedPlace) -> None:
    bench.services.fails("index-v1", give(b"{}", JSON))
    plan = bench.plan(parish, "extract", map_from="extract")
    assert "no index of regions" in plan.problems[0].why
