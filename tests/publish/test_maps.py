"""Maps: what they show, what they never join, and how they are painted."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import shapely
from matplotlib.image import imread
from tests import real_city
from tests.publish import city

from almena.model.data import RoleData
from almena.publish.book import book_of
from almena.publish.chapters.desk import set_up
from almena.publish.editions import for_edition
from almena.publish.maps.compose import clear_first
from almena.publish.maps.paint import paint, painted
from almena.publish.maps.shapes import (
    CLOSE,
    LINE,
    MOVE,
    MapJob,
    area_outline,
    line_outline,
    nice_length,
    outside,
    palette,
)
from almena.publish.material import Material

SETTLED = "Informal settlements, coarse"


def jobs(material: Material) -> dict[str, MapJob]:
    """Return the maps of a report by file name."""
    return {job.file: job for job in book_of(material).jobs}


def legend(job: MapJob) -> set[str]:
    """Return the lines of a legend."""
    return {d.legend for d in job.legend}


def test_settlements_are_never_on_a_map_with_the_flood_or_people() -> None:
    for run in (city.material(), city.material("city", city_roles=frozenset({"informal_settlements"}))):
        for name, job in jobs(run).items():
            assert (SETTLED in legend(job)) == (name == "overview.png")
    assert not any("reached" in text.lower() for text in legend(jobs(city.material())["overview.png"]))


def test_the_first_map_shows_the_event_or_without_one_the_city() -> None:
    assert legend(jobs(city.material())["minute.png"]) == {"Area reached by the water"}
    assert "overview.png" not in jobs(city.material(event=False))
    assert SETTLED in legend(jobs(city.material(event=False))["minute.png"])


def test_hits_misses_and_false_alarms_have_each_their_own_look() -> None:
    job = jobs(city.material())["promised.png"]
    looks = [(d.key or d.style).colour + (d.key or d.style).hatch for d in job.legend]
    assert len(looks) == len(set(looks)) == 3
    hatches = [bool((d.key or d.style).hatch) for d in job.legend]
    assert hatches.count(True) == 2


def test_a_map_that_is_not_older_is_said_to_be_no_test() -> None:
    late = {**city.layers(), "flood_susceptibility": city.layers()["flood_susceptibility"].with_(date="2025")}
    at = set_up(for_edition(city.material(layer=late.get)))
    picture = at.atlas.promised()
    assert picture is not None
    assert picture.title.endswith("(not a test)")


def test_blind_area_is_what_the_streets_do_not_cover() -> None:
    at = set_up(for_edition(city.material()))
    picture = at.atlas.blind()
    assert picture is not None
    assert picture.alt.replace("\u202f", " ").startswith("The street data cover 73 % of the area")
    blind = next(d for d in at.atlas.jobs[0].drawn if d.legend == "No street data")
    assert shapely.Polygon(blind.outline.xy).area == pytest.approx(0.8 * 2000 * 4000, rel=0.01)


def test_credits_are_printed_and_openstreetmap_in_its_own_words() -> None:
    assert "© OpenStreetMap contributors" in jobs(city.material())["blind.png"].credit
    assert "Civil Defence of Vale Claro" in jobs(city.material())["minute.png"].credit
    assert "OpenStreetMap" not in jobs(city.material())["minute.png"].credit


def test_maps_by_neighbourhood_put_each_value_in_its_class_and_rank_the_worst() -> None:
    run = city.material(event=False)
    job = jobs(run)["mobility-transit_access_500m.png"]
    classes = {d.legend: d for d in job.legend}
    assert next(iter(classes)).startswith("Under 50")
    fifty = next(d for text, d in classes.items() if text.startswith("50 to under 70"))
    assert shapely.Polygon(fifty.outline.xy).equals(city.square(0, 1))  # Doca, 52 %
    assert [text for _, _, text in job.labels] == ["1", "2", "3", "4", "5"]
    x, y, _ = job.labels[0]
    assert city.square(0, 1).contains(shapely.Point(x, y))


def test_no_value_is_not_drawn_as_a_low_value() -> None:
    values = city.parts("mobility.transit_access_500m", {"Alto": 90.0, "Baixo": 40.0}, roles=("streets",))
    job = jobs(city.material(observations=tuple(values), event=False))["mobility-transit_access_500m.png"]
    empty = next(d for d in job.legend if d.legend == "No value, or covers under half")
    assert empty.style.hatch
    assert len(empty.outline.xy) == 4 * 5
    assert "No value, or covers under half" not in legend(
        jobs(city.material(event=False))["mobility-transit_access_500m.png"]
    )


def test_a_place_that_the_data_hardly_cover_is_neither_classed_nor_ranked() -> None:
    names = {"Alto": 90.0, "Baixo": 40.0, "Doca": 70.0}
    values = city.parts("mobility.transit_access_500m", names, roles=("streets",))
    values[1] = replace(values[1], coverage=0.04)
    job = jobs(city.material(observations=tuple(values), event=False))["mobility-transit_access_500m.png"]
    assert len(job.labels) == 2
    assert not any(city.square(1, 0).contains(shapely.Point(x, y)) for x, y, _ in job.labels)
    empty = next(d for d in job.legend if d.legend == "No value, or covers under half")
    assert len(empty.outline.xy) == 4 * 5


def test_holes_stay_holes_and_rings_close() -> None:
    ring = shapely.Point(0, 0).buffer(1000).difference(shapely.Point(0, 0).buffer(400))
    outline = area_outline(np.array([ring, None, shapely.Polygon()], dtype=object), 5.0)
    assert (outline.codes == MOVE).sum() == (outline.codes == CLOSE).sum() == 2
    starts = np.flatnonzero(outline.codes == MOVE)
    outer, inner = (shapely.LinearRing(part) for part in np.split(outline.xy, starts[1:]))
    assert outer.is_ccw != inner.is_ccw


def test_lines_are_thinned_to_the_pixel_and_not_joined() -> None:
    wiggle = shapely.LineString([(x, np.sin(x)) for x in np.linspace(0, 1000, 500)])
    outline = line_outline(np.array([wiggle, shapely.box(0, 0, 50, 50)], dtype=object), 10.0)
    assert len(outline.xy) < 12
    assert (outline.codes == MOVE).sum() == 2
    assert set(outline.codes) == {MOVE, LINE}


def test_everything_outside_the_city_is_covered() -> None:
    box = shapely.box(0, 0, 10, 10)
    mask = outside(box, (-5, -5, 15, 15), 0.1)
    rings = np.split(mask.xy, np.flatnonzero(mask.codes == MOVE)[1:])
    assert [shapely.Polygon(r).area for r in rings] == [400, 100]
    assert shapely.LinearRing(rings[0]).is_ccw != shapely.LinearRing(rings[1]).is_ccw


@pytest.mark.parametrize(
    "longest, nice", [(1, 1), (4_999, 2_000), (5_000, 5_000), (12_000, 10_000), (99, 50), (0.4, 1)]
)
def test_scale_bars_have_round_lengths(longest: float, nice: float) -> None:
    assert nice_length(longest) == nice


def chunks(png: bytes) -> set[bytes]:
    """Return the kinds of chunks of a PNG file, checked."""
    found, at = set(), 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        found.add(kind)
        at += 12 + length
    return found


def test_pictures_carry_no_date_and_no_software_and_have_the_size_promised() -> None:
    job = jobs(city.material())["minute.png"]
    png = paint(job)
    assert not chunks(png) & {b"tEXt", b"iTXt", b"zTXt", b"tIME"}
    assert imread(BytesIO(png)).shape[:2] == job.size[::-1]


@pytest.mark.parametrize(
    ("shown", "marked"),
    [
        (["1", "2", "3", "4", "5", "6"], 5),
        (["1", "2", "3"], 3),
        (["0"] * 12, 0),  # a dozen places alike: to number five of them would single them out
        (["0", "1", "1", "1", "1", "1", "2"], 1),
        (["0", "0", "1", "2", "3", "4"], 5),  # a tie inside is no harm
        ([], 0),
    ],
)
def test_places_with_the_same_value_are_numbered_together_or_not_at_all(
    shown: list[str], marked: int
) -> None:
    assert clear_first(shown) == marked


@pytest.mark.parametrize("letters", [1.0, 2.0])
def test_an_arrow_points_north_beside_the_scale_bar_and_clear_of_the_credit(letters: float) -> None:
    job = replace(jobs(city.material())["minute.png"], letters=letters)
    picture = imread(BytesIO(paint(job)))[..., :3]
    assert picture.shape[:2] == job.size[::-1]
    strip = picture[-int(40 * letters) :]
    dark = (strip < 0.35).all(axis=2)
    columns = np.flatnonzero(dark[:, int(0.55 * dark.shape[1]) :].any(axis=0)) + int(0.55 * dark.shape[1])
    arrow, bar = np.split(columns, [int(np.argmax(np.diff(columns) > 5 * letters)) + 1])
    assert 8 * letters <= np.ptp(arrow) <= 20 * letters  # the arrow with its N
    assert np.ptp(bar) > 3 * np.ptp(arrow)
    rows = np.flatnonzero(dark[:, arrow].any(axis=1))
    widths = dark[:, arrow].sum(axis=1)[rows]
    assert widths[-6:].mean() > 0  # it stands in the strip, where nothing lies behind it


def test_the_flood_is_where_it_was_and_the_rest_is_ground() -> None:
    job = jobs(city.material())["minute.png"]
    picture = imread(BytesIO(paint(job)))[..., :3]
    flood = np.array([int(palette()["event"].colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    height, width = picture.shape[0] - job.strip, picture.shape[1]
    west, south, east, north = job.bounds

    def at(x: float, y: float) -> np.ndarray:
        row = int((north - y) / (north - south) * height)
        return np.asarray(picture[row, int((x - west) / (east - west) * width)])

    assert np.allclose(at(city.EAST + 3_300, city.NORTH + 900), flood, atol=0.01)
    assert not np.allclose(at(city.EAST + 900, city.NORTH + 900), flood, atol=0.1)


def test_two_processes_paint_the_same() -> None:
    some = list(jobs(city.material(event=False)).values())[:2]
    assert list(painted(some)) == list(painted(some, workers=2))


def test_names_with_dollars_are_not_mathematics() -> None:
    job = jobs(city.material(event=False))["minute.png"]
    odd = replace(job, credit="Sources: $\\frac{1}$ & Co.", labels=((city.EAST, city.NORTH, "$x^$"),))
    assert paint(odd).startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def real_run(porto_alegre: Path) -> Material:
    """Return a run with a real city's outline, parts, flood and hazard map."""
    held: dict[str, RoleData] = {
        "flood_extent": real_city.vector(
            porto_alegre, "hazards/flood_may2024_ada.geojson", "flood_extent"
        ).with_(date="2024-05"),
        "flood_susceptibility": real_city.vector(
            porto_alegre, "hazards/sgb_flood_susceptibility.shp", "flood_susceptibility"
        ).with_(date="2014"),
    }
    return city.material(places=real_city.places(porto_alegre), layer=held.get, crs=real_city.METRIC)


@pytest.mark.real
def test_real_outlines_of_hundreds_of_polygons_make_small_maps(real_run: Material) -> None:
    found = jobs(real_run)
    for name in ("minute.png", "promised.png"):
        assert 10_000 < len(paint(found[name])) < 250_000


@pytest.mark.real
def test_the_real_flood_has_on_paper_the_size_that_was_checked(real_run: Material) -> None:
    # 111.65 km2 inside the boundary, counted in pixels; the edge of the city covers a few per cent of them.
    job = jobs(real_run)["minute.png"]
    area = next(d for d in job.drawn if d.legend == "Area reached by the water")
    bare = replace(job, drawn=(replace(area, style=replace(area.style, width=0.0)),), labels=())
    picture = imread(BytesIO(paint(bare)))[: -job.strip, :, :3]
    flood = np.array([int(palette()["event"].colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    pixels = np.isclose(picture, flood, atol=0.02).all(axis=2).sum()
    west, south, east, north = job.bounds
    metres = max((east - west) / picture.shape[1], (north - south) / picture.shape[0])
    assert pixels * metres**2 / 1e6 == pytest.approx(111.65, rel=0.1)
