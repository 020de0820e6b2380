"""GeoJSON in every wrapping."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.harmonise import read_file
from almena.model.data import Layer
from almena.model.problem import InputError

from .kitchen import (
    BOW_TIE,
    SQUARE,
    collection,
    feature,
    found,
    json_file,
    point,
    read,
    role,
    said,
    text_file,
)

PLACES = role(optional=("name:text", "amenity:text"), geometry="any")


def layer(folder: Path, document: Any, **options: Any) -> Layer:
    made: Layer = read(json_file(folder, document), "vector", PLACES, **options)
    return made


def test_a_plain_collection(tmp_path: Path) -> None:
    made = layer(
        tmp_path, collection(feature(point(1, 2), {"name": "A"}, "way/7"), feature(SQUARE, {"name": None}))
    )
    assert made.crs == "EPSG:4326"
    assert made.fields["name"].tolist() == ["A", ""]
    assert made.ids.tolist() == ["way/7", "1"]
    assert [g.geom_type for g in made.geometry] == ["Point", "Polygon"]
    assert made.covered is None
    assert made.origins[0].locator == "2 features"


@pytest.mark.parametrize(
    "document",
    [
        feature(SQUARE, {"name": "A"}),
        {"name": "x", "boundaryGeoJson": feature(SQUARE, {"name": "A"})},
        {"count": 1, "geoJson": collection(feature(SQUARE, {"name": "A"}))},
        {"data": {"deep": {"map": collection(feature(SQUARE, {"name": "A"}))}}, "bbox": [-30, -51, -29, -50]},
        collection(feature(SQUARE, {"name": "A"}), crs={"type": "name", "properties": {"name": "EPSG:4326"}}),
    ],
)
def test_features_are_found_wherever_they_hide(tmp_path: Path, document: Any) -> None:
    made = layer(tmp_path, document)
    assert made.fields["name"].tolist() == ["A"]
    assert made.geometry[0].area == 1.0


def test_a_wrapping_is_noted(tmp_path: Path) -> None:
    assert layer(tmp_path, {"geoJson": collection(feature(SQUARE))}).notes == (
        "the features were found under 'geoJson'",
    )


def test_a_bare_geometry_is_one_feature(tmp_path: Path) -> None:
    assert layer(tmp_path, SQUARE).geometry[0].area == 1.0
    assert layer(tmp_path, {"outline": SQUARE}).geometry[0].area == 1.0


def test_two_sets_of_features_ask_for_a_key(tmp_path: Path) -> None:
    document = {"old": collection(feature(SQUARE)), "new": {"map": collection(feature(point(1, 1)))}}
    with pytest.raises(InputError, match="several sets of features") as error:
        layer(tmp_path, document)
    assert "old, new.map" in said(error.value)
    assert 'key = "old"' in said(error.value)
    assert layer(tmp_path, document, key="new.map").geometry[0].wkt == "POINT (1 1)"


def test_a_collection_wins_over_loose_geometries(tmp_path: Path) -> None:
    document = {"centroid": point(0, 0), "geoJson": collection(feature(SQUARE))}
    assert layer(tmp_path, document).geometry[0].geom_type == "Polygon"


def test_the_key_may_also_name_the_id_column(tmp_path: Path) -> None:
    made = layer(
        tmp_path,
        collection(feature(point(1, 2), {"code": 12.0}), feature(point(1, 3), {"code": 13})),
        key="code",
    )
    assert made.ids.tolist() == ["12", "13"]


def test_tags_are_lifted_up_but_never_hide_a_property(tmp_path: Path) -> None:
    made = layer(
        tmp_path,
        collection(feature(point(1, 2), {"name": "own", "tags": {"name": "tag", "amenity": "school"}})),
    )
    assert made.fields["name"].tolist() == ["own"]
    assert made.fields["amenity"].tolist() == ["school"]


def test_heights_are_dropped_and_the_system_stays(tmp_path: Path) -> None:
    ring = [[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 0, 5]]
    made = layer(tmp_path, collection(feature({"type": "Polygon", "coordinates": [ring]})))
    assert not made.geometry[0].has_z
    assert made.crs == "EPSG:4326"


def test_an_old_style_system_is_followed(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31982"}}
    made = layer(tmp_path, collection(feature(point(481234, 6678123)), crs=crs))
    assert made.crs == "EPSG:31982"


def test_metres_without_a_system_are_refused_as_degrees(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="perhaps metres"):
        layer(tmp_path, collection(feature(point(481234, 6678123))))
    assert layer(tmp_path, collection(feature(point(481234, 6678123))), crs="EPSG:31982").crs == "EPSG:31982"


def test_repairs_and_losses_are_counted_and_fields_stay_in_step(tmp_path: Path) -> None:
    document = collection(
        feature(None, {"name": "nowhere"}),
        feature(BOW_TIE, {"name": "tie"}),
        feature(SQUARE, {"name": "square"}),
    )
    made = layer(tmp_path, document)
    assert made.fields["name"].tolist() == ["tie", "square"]
    assert made.ids.tolist() == ["1", "2"]
    assert made.notes == ("1 feature without geometry left out", "1 invalid feature repaired")
    assert made.origins[0].steps == made.notes


def test_where_and_geometry_filters_stay_in_step(tmp_path: Path) -> None:
    document = collection(
        feature(point(0, 1), {"name": "a", "amenity": "x"}),
        feature(None, {"name": "b", "amenity": "y"}),
        feature(point(0, 3), {"name": "c", "amenity": "y"}),
    )
    made = layer(tmp_path, document, where={"amenity": ("y",)})
    assert made.fields["name"].tolist() == ["c"]
    assert made.geometry[0].y == 3
    assert made.ids.tolist() == ["2"]


def test_a_byte_order_mark_and_other_encodings_pass(tmp_path: Path) -> None:
    text = json.dumps(collection(feature(SQUARE, {"name": "Árvore"})), ensure_ascii=False)
    for encoding in ("utf-8-sig", "utf-16", "latin-1"):
        path = text_file(tmp_path, text, "a.json", encoding)
        assert read(path, "vector", PLACES).fields["name"].tolist() == ["Árvore"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type": "FeatureCollection", "features": [', "not valid JSON"),
        ("{" + '"a": {' * 5000, "not valid JSON"),
        ('{"rows": [1, 2, 3]}', "holds no features"),
        ('{"type": "FeatureCollection", "features": []}', "layer is empty"),
        ('{"type": "FeatureCollection", "features": [null, 3]}', "layer is empty"),
        ("   ", "empty"),
    ],
)
def test_what_is_no_map_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(text_file(tmp_path, text, "a.geojson"), "vector", PLACES)


def test_damaged_geometry_names_its_features(tmp_path: Path) -> None:
    document = collection(
        feature({"type": "Polygon", "coordinates": [[0, 1]]}, own_id="way/5"), feature(SQUARE)
    )
    with pytest.raises(InputError, match="way/5"):
        layer(tmp_path, document)


properties = st.dictionaries(
    st.sampled_from(["name", "amenity", "tags", "other"]),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.lists(st.integers(), max_size=2),
    ),
)
documents = st.recursive(
    st.one_of(st.none(), st.integers(-200, 200), st.floats(), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["type", "features", "geometry", "coordinates", "properties", "crs", "id", "geoJson"]
            ),
            st.one_of(inner, st.sampled_from(["Feature", "FeatureCollection", "Point", "Polygon"])),
            max_size=5,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(documents.filter(lambda d: isinstance(d, dict)))
def test_no_json_ever_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, document: Any) -> None:
    path = json_file(tmp_path_factory.mktemp("fuzz"), document)
    with contextlib.suppress(InputError):
        assert isinstance(read_file(found(path, "vector"), PLACES), Layer)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90), properties), min_size=1, max_size=8))
def test_points_come_back_where_they_were(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, float, dict[str, Any]]]
) -> None:
    path = json_file(
        tmp_path_factory.mktemp("fuzz"), collection(*(feature(point(x, y), p) for x, y, p in rows))
    )
    made = read(path, "vector", PLACES)
    assert [(g.x, g.y) for g in made.geometry] == [(x, y) for x, y, _ in rows]


# --- the third coordinate -------------------------------------------------------------------------------------

SHAKEN = role("layer", "magnitude:number", optional=("depth:number",), geometry="any")


def shaken(folder: Path, *geometries: Any, **fields: str) -> Layer:
    document = collection(*(feature(g, {"mag": 5.0 + n}) for n, g in enumerate(geometries)))
    named = {"magnitude": "mag", "depth": "z"} | fields
    made: Layer = read(json_file(folder, document), "vector", SHAKEN, fields=named)
    return made


def test_the_third_coordinate_of_points_can_be_asked_for_as_z(tmp_path: Path) -> None:
    made = shaken(tmp_path, point(1, 2, 33.5), point(1, 2, 0.0), point(3, 4, -7.0))
    assert made.fields["depth"].tolist() == [33.5, 0.0, -7.0]
    assert not any(g.has_z for g in made.geometry)
    assert "depth from z" in " ".join(made.origins[0].steps)


def test_what_has_no_third_coordinate_has_no_depth(tmp_path: Path) -> None:
    depths = shaken(tmp_path, point(1, 2, 33.5), point(1, 2), SQUARE).fields["depth"]
    assert depths[0] == 33.5
    assert all(d != d for d in depths[1:])


def test_a_property_called_z_goes_before_the_coordinate(tmp_path: Path) -> None:
    document = collection(feature(point(1, 2, 33.5), {"mag": 5.0, "z": 8.0}))
    made = read(json_file(tmp_path, document), "vector", SHAKEN, fields={"magnitude": "mag", "depth": "z"})
    assert made.fields["depth"].tolist() == [8.0]


def test_the_other_columns_stay_where_they_are(tmp_path: Path) -> None:
    made = shaken(tmp_path, point(1, 2, 33.5), point(1, 2, 1.0))
    assert made.fields["magnitude"].tolist() == [5.0, 6.0]
