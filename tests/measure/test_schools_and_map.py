"""What a register of schools says, what it leaves out, and how much of it is on the map."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import shapely

import real_city
from almena.measure.derived_facilities import TrustedPoints, real_hospitals, trusted_schools
from almena.measure.map_check import MapCheck, map_check, missing_from_map, schools_on_map_share
from almena.measure.schools import (
    pupil_sector_share,
    pupils_per_teacher,
    school_fields_known,
    school_sector_share,
    schools_at_trusted_positions,
)
from almena.measure.social_inclusion import community_facilities, hospitals_per_100k
from almena.measure.sources import fields_known, hydrant_fields_known, timetable_age, timetable_blank_share
from almena.model.data import Feed, Layer
from almena.model.origin import Origin, Source
from almena.model.place import Places
from measure.town import layer, objects, only_city, people_counted, point, points


def register(*rows: tuple[float, float, str, float, float]) -> Layer:
    """Return schools from rows of x, y, sector, pupils and teachers; pupils are primary pupils."""
    x, y, sector, pupils, teachers = zip(*rows, strict=True)
    return layer(
        "schools", points(*zip(x, y, strict=True)), sector=list(sector), pupils=list(pupils),
        teachers=list(teachers), primary_pupils=list(pupils), name=["A school"] * len(rows),
    )  # fmt: skip


def placed(schools: Layer, places: Places) -> TrustedPoints:
    return trusted_schools(schools, places=places)


SIX = register(
    *((100 + 50 * i, 100.0, "state", 100.0, 5.0) for i in range(4)),
    (400, 100, "private", 300.0, 10.0),
    (1500, 100, "private", 100.0, 20.0),
)


# --- pupils per teacher -----------------------------------------------------------------------------------------


def test_pupils_are_divided_by_teachers_over_all_schools_together(town: Places) -> None:
    city, parts, *sectors = pupils_per_teacher(SIX, placed(SIX, town), places=town)
    np.testing.assert_allclose(city.value, only_city(800 / 50))
    # the five schools of the south west: 700 pupils and 30 teachers; one school alone is not told
    np.testing.assert_allclose(parts.value, [np.nan, 700 / 30, np.nan, np.nan, np.nan])
    assert [(r.dimensions["sector"], r.value[0]) for r in sectors] == [("state", 20), ("private", 400 / 30)]
    assert city.causes[0].kind == "enumerated"
    assert parts.causes[0].kind == "expert"


def test_a_school_that_states_no_teachers_is_left_out_and_lowers_completeness(town: Places) -> None:
    held = register(
        (1, 1, "state", 100, 5), (2, 2, "state", 900, np.nan), (3, 3, "state", 50, 0), (4, 4, "", 0, 0)
    )
    city = pupils_per_teacher(held, placed(held, town), places=town)[0]
    assert city.value[0] == 20
    assert city.completeness == pytest.approx(1 / 3)
    assert city.notes[0] == "1 of 3 schools with pupils state their teachers"


def test_a_school_of_one_pupil_counts_and_one_without_pupils_does_not(town: Places) -> None:
    held = register((1, 1, "state", 1, 1), (2, 2, "state", 0, 7), (3, 3, "state", 29, 2))
    city = pupils_per_teacher(held, placed(held, town), places=town)[0]
    assert (city.numerator[0], city.denominator[0]) == (30, 3)  # type: ignore[index]
    assert city.completeness == 1
    assert city.notes[0] == "2 of 2 schools with pupils state their teachers"


def test_a_school_at_a_doubtful_position_counts_in_the_city_and_in_no_neighbourhood(town: Places) -> None:
    piled = [(1500.0, 1500.0, "state", 10.0, 1.0)] * 5
    held = register(*((100 + 50 * i, 100.0, "state", 100.0, 5.0) for i in range(5)), *piled)
    city, parts, *_ = pupils_per_teacher(held, placed(held, town), places=town)
    assert city.value[0] == pytest.approx(550 / 30)
    np.testing.assert_allclose(parts.value, [np.nan, 20, np.nan, np.nan, np.nan])
    assert parts.piled == pytest.approx(0.5)


def test_a_register_without_teachers_is_a_gap(town: Places) -> None:
    held = layer("schools", points((1, 1)), pupils=[10])
    assert "no school" in pupils_per_teacher(held, placed(held, town), places=town)[0].missing


# --- sectors --------------------------------------------------------------------------------------------------


def test_private_schools_and_their_pupils_are_shares_of_all(town: Places) -> None:
    city, parts, state = school_sector_share(SIX, placed(SIX, town), places=town, sector="private")
    assert city.value[0] == pytest.approx(100 * 2 / 6)
    np.testing.assert_allclose(parts.value, [np.nan, 20, np.nan, np.nan, np.nan])
    assert (state.dimensions["sector"], state.value[0]) == ("state", pytest.approx(100 * 4 / 6))
    assert (city.numerator[0], city.denominator[0]) == (2, 6)  # type: ignore[index]
    pupils, *_ = pupil_sector_share(SIX, placed(SIX, town), places=town, sector="private")
    assert pupils.value[0] == pytest.approx(100 * 400 / 800)


def test_a_neighbourhood_without_a_private_school_has_none_of_them(town: Places) -> None:
    held = register(
        *((100 + 50 * i, 100.0, "state", 100.0, 5.0) for i in range(5)), (1500, 1, "private", 1, 1)
    )
    _, parts, *_ = school_sector_share(held, placed(held, town), places=town, sector="private")
    np.testing.assert_allclose(parts.value, [np.nan, 0, np.nan, np.nan, np.nan])


def test_schools_that_do_not_say_who_runs_them_widen_the_range(town: Places) -> None:
    held = register((1, 1, "state", 1, 1), (2, 2, "private", 1, 1), (3, 3, "", 1, 1), (4, 4, "", 1, 1))
    city, *_ = school_sector_share(held, placed(held, town), places=town, sector="private")
    assert city.value[0] == 50
    assert (city.causes[0].low[0], city.causes[0].high[0]) == (25, 75)  # type: ignore[index]
    assert city.completeness == 0.5


def test_a_register_without_sectors_is_a_gap(town: Places) -> None:
    held = layer("schools", points((1, 1)), pupils=[10])
    trusted = placed(held, town)
    assert "who runs" in school_sector_share(held, trusted, places=town, sector="private")[0].missing
    assert "who runs" in pupil_sector_share(held, trusted, places=town, sector="private")[0].missing
    bare = layer("schools", points((1, 1)))
    assert (
        "no enrolment"
        in pupil_sector_share(bare, placed(bare, town), places=town, sector="private")[0].missing
    )


# --- register against map -----------------------------------------------------------------------------------------


def on_map(*xy: tuple[float, float], kinds: list[str] | None = None, credit: str = "the map") -> Layer:
    held = layer("schools_on_map", points(*xy), amenity=kinds or ["school"] * len(xy))
    source = Source(role="schools_on_map", file="map.json", sha256="0" * 64, attribution=credit)
    return held.with_(origins=(Origin(source),))


def check(schools: Layer, mapped: Layer, places: Places) -> MapCheck:
    return map_check(schools, placed(schools, places), mapped, places=places)


def test_schools_are_paired_one_by_one_in_both_directions(town: Places) -> None:
    # near the first and second, far from the others, one outside the town
    mapped = on_map((100, 200), (150, 300), (1900, 1900), (-100, 0))
    found, known, every = schools_on_map_share(check(SIX, mapped, town), places=town)
    assert found.value[0] == pytest.approx(100 * 2 / 6)
    assert known.value[0] == pytest.approx(100 * 2 / 3)
    assert known.dimensions == {"direction": "schools on the map that the register has"}
    # within 100 m only the first has a partner; within 500 m no third school of the map is near
    assert found.causes[0].low[0] == pytest.approx(100 / 6)  # type: ignore[index]
    assert found.causes[0].high[0] == pytest.approx(100 * 2 / 6)  # type: ignore[index]
    assert every.value[0] == pytest.approx(100 * 2 / 6)


def test_a_kindergarten_on_the_map_is_no_school(town: Places) -> None:
    mapped = on_map((100, 100), (1500, 100), kinds=["kindergarten", "school"])
    found, _, every = schools_on_map_share(check(SIX, mapped, town), places=town)
    assert found.value[0] == pytest.approx(100 / 6)
    assert every.value[0] == pytest.approx(100 * 2 / 6)


def test_a_list_without_a_school_cannot_be_compared(town: Places) -> None:
    mapped = on_map((100, 100), kinds=["kindergarten"])
    assert "no primary" in schools_on_map_share(check(SIX, mapped, town), places=town)[0].missing


def test_what_is_counted_on_the_same_map_is_taken_to_be_as_incomplete(town: Places) -> None:
    mapped = on_map((100, 200), (150, 300), (200, 300))
    held = layer("social_facilities", points((1, 1), (2, 2)))
    same = held.with_(origins=(Origin(Source("social_facilities", "f", "1" * 64, attribution="the map")),))
    found = community_facilities(same, check(SIX, mapped, town), places=town)
    # half of the registered schools are on the map: two facilities may be four
    assert found.completeness == pytest.approx(0.5)
    assert found.causes[0].high[0] == pytest.approx(4)  # type: ignore[index]
    assert "50 % of the registered schools" in found.causes[0].name
    assert "assumed" in found.causes[0].name
    other = community_facilities(held, check(SIX, mapped, town), places=town)
    assert other.completeness == 1.0
    assert np.isnan(other.causes[0].high)


def test_a_map_without_any_registered_school_says_nothing_about_others(town: Places) -> None:
    far = check(SIX, on_map((1900, 1900)), town)
    assert far.share() == 0
    held = layer("hospitals", points((1, 1)), amenity=["hospital"])
    assert set(missing_from_map(far, held, np.ones(5))) == {"causes", "completeness"}
    assert set(missing_from_map(None, held, np.ones(5))) == {"causes", "completeness"}


def test_hospitals_of_the_map_carry_its_completeness(town: Places) -> None:
    held = real_hospitals(layer("hospitals", points((1, 1)), amenity=["hospital"]))
    same = held.with_(origins=(Origin(Source("hospitals", "f", "1" * 64, attribution="the map")),))
    found = hospitals_per_100k(
        same, people_counted(town), check(SIX, on_map((100, 200), (150, 300), (200, 300)), town), places=town
    )
    assert found.value[0] == pytest.approx(1e5 / 3600)
    assert found.causes[0].high[0] == pytest.approx(2e5 / 3600)  # type: ignore[index]


# --- what the sources leave blank ---------------------------------------------------------------------------------


def test_positions_that_cannot_be_trusted_are_told_with_their_reason(town: Places) -> None:
    held = register(
        *[(1500.0, 1500.0, "state", 1.0, 1.0)] * 5, *((i, 1.0, "state", 1.0, 1.0) for i in range(15))
    )
    found, piled = schools_at_trusted_positions(placed(held, town), places=town)
    assert found.value[0] == 75
    assert (piled.value[0], piled.dimensions["reason"]) == (25, "piled on one point with others")
    assert found.about_sources


def test_an_empty_register_is_a_gap(town: Places) -> None:
    empty = layer("schools", objects(*[point(0, 0)])).take(np.array([], dtype=int))
    assert fields_known(empty, ("name",), town)[0].missing == "the source is empty"
    assert (
        schools_at_trusted_positions(placed(empty, town), places=town)[0].missing == "the register is empty"
    )


def test_blank_cells_are_counted_in_every_type_and_a_lacking_field_is_blank(town: Places) -> None:
    held = layer("schools", points((1, 1), (2, 2), (3, 3), (4, 4)), pupils=[1.0, np.nan, 0.0, 5.0])
    held = held.with_(fields={
        **held.fields, "name": np.array(["a", None, " ", "b"], dtype=object),
        "sector": np.array(["x", "", "y", "z"]),
        "district": np.array(["2020-01-01", "NaT", "NaT", "NaT"], dtype="datetime64[D]"),
    })  # fmt: skip
    whole, *fields = school_fields_known(held, places=town)
    assert {r.dimensions["field"]: r.value[0] for r in fields} == {
        "name": 50, "district": 25, "sector": 75, "pupils": 75, "teachers": 0,
    }  # fmt: skip
    assert whole.value[0] == pytest.approx(225 / 5)


def test_hydrants_without_a_date_are_half_described(town: Places) -> None:
    held = layer("hydrants", points((1, 1), (2, 2)), operable=[1.0, 0.0])
    whole, operable, installed = hydrant_fields_known(held, places=town)
    assert (whole.value[0], operable.value[0], installed.value[0]) == (50, 100, 0)


# --- timetables -----------------------------------------------------------------------------------------------


def feed(date: str = "2019", *files: tuple[str, str], **times: list[float]) -> Feed:
    origins = tuple(
        Origin(Source("transit_feed", name, name.rjust(64, "0"), date=held)) for name, held in files
    )
    return Feed(
        role="transit_feed", date=date, origins=origins,
        tables={"stop_times": {k: np.array(v) for k, v in times.items()}} if times else {},
    )  # fmt: skip


def test_the_age_is_that_of_the_oldest_timetable_on_the_day_of_the_run(town: Places) -> None:
    two = feed("2019/2021", ("bus.zip", "2019-01-01/2019-07-01"), ("rail.zip", "2021"))
    found = timetable_age(two, places=town, today="2024-07-01")
    assert found.value[0] == 5.0
    assert found.notes == ("bus.zip speaks of 2019-01-01/2019-07-01", "rail.zip speaks of 2021")
    assert found.about_sources
    assert timetable_age(two, places=town, today="2025-07-01").value[0] == 6.0


def test_a_timetable_that_holds_today_has_no_age(town: Places) -> None:
    assert timetable_age(feed("2030"), places=town, today="2024-07-01").value[0] == 0


def test_a_timetable_without_a_date_has_an_unknown_age(town: Places) -> None:
    mixed = feed("2019", ("bus.zip", "unknown"), ("rail.zip", "2021"))
    assert "does not say" in timetable_age(mixed, places=town, today="2024-07-01").missing


def test_a_call_is_blank_when_it_has_neither_arrival_nor_departure(town: Places) -> None:
    nan = float("nan")
    held = feed("2019", arrival_time=[1.0, nan, nan, 4.0], departure_time=[1.0, 2.0, nan, nan])
    assert timetable_blank_share(held, places=town).value[0] == 25
    assert "no calls" in timetable_blank_share(feed(), places=town).missing


# --- the real city --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inep(porto_alegre: Path) -> Layer:
    held = real_city.vector(porto_alegre, "services/schools_inep2024.geojson", "schools")
    names = {
        "name": "no_entidade", "district": "no_bairro", "sector": "tp_dependencia_label",
        "pupils": "qtd_mat_total", "teachers": "qtd_doc_total", "primary_pupils": "qtd_mat_fundamental",
        "secondary_pupils": "qtd_mat_medio",
    }  # fmt: skip
    return held.with_(fields={ours: held.fields[theirs] for ours, theirs in names.items()})


def test_pupils_per_teacher_of_porto_alegre_added_up_from_the_bare_file(
    porto_alegre: Path, inep: Layer
) -> None:
    places = real_city.places(porto_alegre)
    content = json.loads((porto_alegre / "services/schools_inep2024.geojson").read_text(encoding="utf-8"))
    boundary = real_city.vector(porto_alegre, "boundary/municipality_ibge.geojson", "boundary").geometry[0]
    pupils, teachers = defaultdict(int), defaultdict(int)
    for feature in content["features"]:
        held = feature["properties"]
        inside = shapely.contains_xy(boundary, *feature["geometry"]["coordinates"][:2])
        if inside and held["qtd_mat_total"] and held["qtd_doc_total"]:
            for name in ("all", held["tp_dependencia_label"]):
                pupils[name] += held["qtd_mat_total"]
                teachers[name] += held["qtd_doc_total"]
    city, _, *sectors = pupils_per_teacher(inep, trusted_schools(inep, places=places), places=places)
    assert city.value[0] == pytest.approx(pupils["all"] / teachers["all"])
    for result in sectors:
        name = result.dimensions["sector"]
        assert result.value[0] == pytest.approx(pupils[name] / teachers[name])


def test_private_schools_of_porto_alegre_counted_from_the_bare_file(porto_alegre: Path, inep: Layer) -> None:
    places = real_city.places(porto_alegre)
    content = json.loads((porto_alegre / "services/schools_inep2024.geojson").read_text(encoding="utf-8"))
    teaching = [
        f["properties"] for f in content["features"]
        if (f["properties"]["qtd_mat_fundamental"] or 0) + (f["properties"]["qtd_mat_medio"] or 0) > 0
    ]  # fmt: skip
    private = [held for held in teaching if held["tp_dependencia_label"] == "Privada"]
    trusted = trusted_schools(inep, places=places)
    city, *_ = school_sector_share(inep, trusted, places=places, sector="Privada")
    assert city.value[0] == pytest.approx(100 * len(private) / len(teaching))
    pupils, *_ = pupil_sector_share(inep, trusted, places=places, sector="Privada")
    whole = sum(held["qtd_mat_total"] for held in teaching)
    assert pupils.value[0] == pytest.approx(100 * sum(held["qtd_mat_total"] for held in private) / whole)


def test_no_pair_of_schools_in_porto_alegre_needs_more_than_the_schools_nearby(
    porto_alegre: Path, inep: Layer
) -> None:
    from scipy.spatial import cKDTree

    places = real_city.places(porto_alegre)
    mapped = real_city.wrapped(porto_alegre, "osm/sites_schools.json", "schools_on_map")
    trusted = trusted_schools(inep, places=places)
    found = map_check(inep, trusted, mapped, places=places)
    assert len(mapped) == 751
    assert len(inep) == 938
    # an upper bound that asks no pairs: schools with any school of the map within the distance
    from almena.geo.crs import reproject
    from almena.geo.points import positions
    from almena.measure.derived_facilities import teaching_mask

    kept = mapped.take(np.flatnonzero(teaching_mask(mapped)))
    theirs = positions(reproject(kept.geometry, kept.crs, places.crs))
    ours = trusted.xy[teaching_mask(inep) & trusted.trusted]
    near = np.isfinite(cKDTree(theirs).query(ours, distance_upper_bound=250.001)[0]).sum()
    assert 0.8 * near <= found.found[1] <= near
    assert found.found == tuple(sorted(found.found))
    assert found.known[1] == found.found[1]


def test_most_calls_of_the_bus_timetable_are_blank(porto_alegre: Path) -> None:
    places = real_city.places(porto_alegre)
    found = timetable_blank_share(real_city.feed(porto_alegre, "transit/gtfs_eptc.zip"), places=places)
    assert found.denominator[0] == 130_019  # type: ignore[index]
    assert found.value[0] == pytest.approx(96.3, abs=0.06)  # the data README
