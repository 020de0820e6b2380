"""Geometry made fit to count with, and coordinates that cannot be what they claim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.harmonise.crs import known_crs
from almena.harmonise.found import FoundFile
from almena.harmonise.geometry import CleanGeometry, clean
from almena.model.problem import InputError

from .kitchen import found, role, said, text_file

DEGREES = "EPSG:4326"
UTM22S = "EPSG:31982"


@pytest.fixture
def item(tmp_path: Path) -> FoundFile:
    return found(text_file(tmp_path, "x"), "vector")


def shapes(*wkts: str | None) -> Any:
    made = np.empty(len(wkts), dtype=object)
    made[:] = [None if w is None else shapely.from_wkt(w) for w in wkts]
    return made


def cleaned(item: FoundFile, kind: str, *wkts: str | None, crs: str = DEGREES) -> CleanGeometry:
    return clean(shapes(*wkts), crs, item, role(geometry=kind))


def test_missing_and_empty_geometry_is_left_out_and_counted(item: FoundFile) -> None:
    result = cleaned(item, "point", "POINT (1 2)", None, "POINT EMPTY", "POINT (3 4)")
    assert result.rows.tolist() == [0, 3]
    assert result.notes == ("2 features without geometry left out",)


def test_heights_are_dropped(item: FoundFile) -> None:
    result = cleaned(item, "any", "POINT Z (1 2 3)", "POINT (4 5)")
    assert not shapely.has_z(result.geometry).any()
    assert result.notes == ()


def test_a_bow_tie_becomes_two_triangles(item: FoundFile) -> None:
    result = cleaned(item, "polygon", "POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", "POLYGON ((5 5, 6 5, 6 6, 5 5))")
    assert shapely.is_valid(result.geometry).all()
    assert result.geometry[0].geom_type == "MultiPolygon"
    assert result.geometry[0].area == pytest.approx(2.0)
    assert result.notes == ("1 invalid feature repaired",)


def test_a_spike_left_by_repair_is_dropped_with_its_lines(item: FoundFile) -> None:
    spiked = "POLYGON ((0 0, 1 0, 1 1, 1 3, 1 1, 0 1, 0 0))"
    result = cleaned(item, "polygon", spiked)
    assert result.geometry[0].geom_type == "Polygon"
    assert result.geometry[0].area == pytest.approx(1.0)


def test_a_polygon_without_area_is_left_out_rather_than_turned_to_a_line(item: FoundFile) -> None:
    result = cleaned(item, "polygon", "POLYGON ((0 0, 1 1, 0 0, 0 0))", "POLYGON ((0 0, 1 0, 1 1, 0 0))")
    assert result.rows.tolist() == [1]
    assert "1 feature left out as not a polygon" in result.notes


def test_features_of_another_type_are_left_out(item: FoundFile) -> None:
    result = cleaned(
        item, "polygon", "POINT (0 0)", "LINESTRING (0 0, 1 1)", "POLYGON ((0 0, 1 0, 1 1, 0 0))"
    )
    assert result.rows.tolist() == [2]
    assert result.notes == ("2 features left out as not a polygon",)


def test_a_layer_of_the_wrong_type_is_refused(item: FoundFile) -> None:
    with pytest.raises(InputError, match="holds no polygon") as error:
        cleaned(item, "polygon", "POINT (0 0)", "LINESTRING (0 0, 1 1)")
    assert "LineString, Point" in said(error.value)


def test_any_takes_all_three_kinds(item: FoundFile) -> None:
    wkts = (
        "POINT (0 0)",
        "LINESTRING (0 0, 1 1)",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
        "MULTIPOINT ((0 0), (1 1))",
    )
    assert len(cleaned(item, "any", *wkts).rows) == 4


def test_a_multipoint_of_one_is_a_point_and_one_of_two_is_not(item: FoundFile) -> None:
    result = cleaned(item, "point", "MULTIPOINT ((1 2))", "MULTIPOINT ((1 2), (3 4))")
    assert result.geometry[0].wkt == "POINT (1 2)"
    assert result.rows.tolist() == [0]


def test_collections_give_their_parts_of_the_wanted_type(item: FoundFile) -> None:
    inner = "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)))"
    mixed = f"GEOMETRYCOLLECTION (POINT (9 9), {inner}, LINESTRING (0 0, 5 5))"
    assert cleaned(item, "polygon", mixed).geometry[0].geom_type == "Polygon"
    assert cleaned(item, "line", mixed).geometry[0].length == pytest.approx(50**0.5)
    assert cleaned(item, "point", mixed).geometry[0].wkt == "POINT (9 9)"
    assert cleaned(item, "any", mixed).geometry[0].geom_type == "Polygon"


def test_coordinates_that_are_no_numbers_are_left_out(item: FoundFile) -> None:
    broken = shapely.points([[np.inf, 1.0], [1.0, 2.0]])
    result = clean(np.asarray(broken, dtype=object), DEGREES, item, role(geometry="point"))
    assert result.rows.tolist() == [1]
    assert "not numbers" in result.notes[0]


@pytest.mark.parametrize(
    ("wkts", "why"), [((), "holds no feature"), ((None, "POINT EMPTY"), "2 features has a geometry")]
)
def test_an_empty_layer_is_refused(item: FoundFile, wkts: tuple[str | None, ...], why: str) -> None:
    with pytest.raises(InputError, match="The layer is empty") as error:
        cleaned(item, "point", *wkts)
    assert why in said(error.value)


@pytest.mark.parametrize(
    ("wkt", "crs", "why"),
    [
        ("POINT (481234 6678123)", DEGREES, "perhaps metres"),
        ("POINT (-30.03 -151.2)", DEGREES, "Latitude seems to come before longitude"),
        ("POINT (-51.2 -30.03)", UTM22S, "look like degrees"),
        ("POINT (481234 66781)", UTM22S, "far from where it is used"),
    ],
)
def test_impossible_places_are_refused_with_the_range_found(
    item: FoundFile, wkt: str, crs: str, why: str
) -> None:
    with pytest.raises(InputError, match="do not fit the coordinate system") as error:
        cleaned(item, "point", wkt, crs=crs)
    assert why in said(error.value)
    assert "x runs from" in said(error.value)


@pytest.mark.parametrize(
    ("wkt", "crs"),
    [
        ("POINT (481234 6678123)", UTM22S),
        ("POINT (-51.2 -30.03)", DEGREES),
        ("POINT (180 -90)", DEGREES),
        ("POINT (500000 5000000)", "EPSG:32632"),
        ("POINT (1570000 5180000)", "EPSG:2193"),  # New Zealand, whose area of use spans the date line
    ],
)
def test_possible_places_pass(item: FoundFile, wkt: str, crs: str) -> None:
    assert len(cleaned(item, "point", wkt, crs=crs).rows) == 1


def test_systems_get_their_usual_name(item: FoundFile) -> None:
    for same in ("OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4979", "epsg:4326", "WGS 84"):
        assert known_crs(same, item)[0] == DEGREES
    import pyproj

    assert known_crs(pyproj.CRS.from_epsg(4674).to_wkt(), item)[0] == "EPSG:4674"
    assert known_crs(pyproj.CRS.from_epsg(31982).to_wkt("WKT1_ESRI"), item)[0] == UTM22S


def test_a_system_without_a_number_stays_wkt(item: FoundFile) -> None:
    name, _ = known_crs("+proj=tmerc +lat_0=12 +lon_0=34 +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m", item)
    assert name.startswith("PROJCRS")
    assert len(cleaned(item, "point", "POINT (1000 2000)", crs=name).rows) == 1


def test_nobody_states_the_system(item: FoundFile) -> None:
    with pytest.raises(InputError, match="The coordinate system is missing"):
        known_crs("", item)


def test_a_system_that_is_not_known(item: FoundFile) -> None:
    with pytest.raises(InputError, match="is not known"):
        known_crs("EPSG:1", item)


def test_the_kit_wins_over_the_file_and_the_disagreement_is_noted(tmp_path: Path) -> None:
    item = found(text_file(tmp_path, "x"), "vector", crs=UTM22S)
    assert known_crs("", item) == (UTM22S, ())
    assert known_crs(UTM22S, item) == (UTM22S, ())
    name, notes = known_crs(DEGREES, item)
    assert name == UTM22S
    assert notes == ("the kit says EPSG:31982, the file says EPSG:4326: the kit is followed",)


corners = st.tuples(st.integers(-5, 5), st.integers(-5, 5))


@settings(max_examples=60)
@given(st.lists(st.lists(corners, min_size=3, max_size=8), min_size=1, max_size=5))
def test_whatever_is_drawn_comes_out_valid_and_two_dimensional(rings: list[list[tuple[int, int]]]) -> None:
    from almena.model.kit import KitFile
    from almena.model.origin import Source

    item = FoundFile(KitFile("things", "x", "vector"), (Path("x"),), Source("things", "x", "0"))
    drawn = np.array([shapely.Polygon(r) for r in rings], dtype=object)
    if all(shapely.make_valid(p).area == 0 for p in drawn):
        with pytest.raises(InputError):
            clean(drawn, DEGREES, item, role(geometry="polygon"))
        return
    result = clean(drawn, DEGREES, item, role(geometry="polygon"))
    assert shapely.is_valid(result.geometry).all()
    assert set(shapely.get_dimensions(result.geometry)) == {2}
    areas = shapely.area(shapely.make_valid(drawn))
    assert shapely.area(result.geometry).sum() == pytest.approx(areas.sum())


# --- outlines drawn as lines ----------------------------------------------------------------------------------


def outline(item: FoundFile, *wkts: str, named: str = "boundary") -> CleanGeometry:
    return clean(shapes(*wkts), DEGREES, item, role(geometry="polygon", named=named))


def test_rings_of_a_boundary_become_one_area_with_its_holes(item: FoundFile) -> None:
    around, hole = "LINESTRING (0 0, 4 0, 4 4, 0 4, 0 0)", "LINESTRING (1 1, 2 1, 2 2, 1 2, 1 1)"
    made = outline(item, around, hole, "LINESTRING (6 0, 7 0, 7 1, 6 1, 6 0)")
    assert made.rows.tolist() == [0]
    assert made.geometry[0].area == pytest.approx(16 - 1 + 1)
    assert made.notes == ("3 lines closed to one outline; rings inside of it are holes",)
    assert [(why, rows.tolist()) for why, rows in made.left if len(rows)] == [
        ("its line was joined with the others to one outline", [1, 2])
    ]


def test_pieces_of_one_ring_are_joined(item: FoundFile) -> None:
    made = outline(item, "LINESTRING (0 0, 4 0, 4 4)", "MULTILINESTRING ((4 4, 0 4), (0 4, 0 0))")
    assert made.geometry[0].area == pytest.approx(16)


@pytest.mark.parametrize(
    ("named", "wkts"),
    [
        ("boundary", ("LINESTRING (0 0, 4 0, 4 4)",)),  # it does not close
        ("crops", ("LINESTRING (0 0, 4 0, 4 4, 0 0)",)),  # lines around fields are fences
        ("boundary", ("POINT (0 0)", "LINESTRING (0 0, 4 0, 4 4, 0 0)")),  # not lines only
    ],
)
def test_other_lines_are_no_area(item: FoundFile, named: str, wkts: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="holds no polygon"):
        outline(item, *wkts, named=named)
