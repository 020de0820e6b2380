"""The table that says what each role takes from OpenStreetMap."""

from __future__ import annotations

import pytest

from almena.packs import load_roles, read_table
from almena.packs.osm import first_rule, osm_fields, osm_limit, osm_rules

ROLES = load_roles()
CLASSES = {row["class"] for row in read_table("land_cover.csv")}


def test_every_row_names_a_layer_role_known_shapes_and_a_source() -> None:
    for row in read_table("osm_roles.csv"):
        assert ROLES[row["role"]].kind == "layer"
        assert row["shapes"]
        assert set(row["shapes"].split("|")) <= {"point", "line", "area"}
        assert row["source"]
        wanted = {"polygon": {"area"}, "line": {"line"}}.get(ROLES[row["role"]].geometry)
        assert wanted is None or set(row["shapes"].split("|")) <= wanted


def test_fields_that_rows_fill_belong_to_the_role() -> None:
    for role, rules in osm_rules().items():
        known = {entry.split(":")[0] for entry in (*ROLES[role].required, *ROLES[role].optional)}
        assert {rule.field for rule in rules if rule.field} <= known
        assert {field for field in osm_fields(role) if ":" not in field} <= known


def test_required_fields_are_filled_by_every_row_of_a_role() -> None:
    for role, rules in osm_rules().items():
        for entry in ROLES[role].required:
            name = entry.split(":")[0]
            assert all(rule.field == name or rule.key == name for rule in rules), role


def test_land_cover_on_the_map_speaks_the_words_of_the_land_cover_table() -> None:
    assert {rule.word for rule in osm_rules()["land_cover_map"]} <= CLASSES


@pytest.mark.parametrize(
    ("role", "tags", "kind", "word"),
    [
        ("transit_stops", {"railway": "station"}, "railway=station", "rail"),
        ("transit_stops", {"railway": "station", "station": "subway"}, "railway=station", "subway"),
        ("transit_stops", {"railway": "station", "disused": "yes"}, "", ""),
        ("transit_stops", {"highway": "bus_stop", "public_transport": "platform"}, "highway=bus_stop", "bus"),
        (
            "health_facilities",
            {"amenity": "pharmacy", "healthcare": "pharmacy"},
            "amenity=pharmacy",
            "pharmacy",
        ),
        ("health_facilities", {"healthcare": "midwife"}, "healthcare=midwife", "midwife"),
        ("hospitals", {"healthcare": "hospital"}, "healthcare=hospital", "hospital"),
        ("emergency_stations", {"amenity": "fire_station"}, "amenity=fire_station", "fire"),
        ("buildings", {"building": "no"}, "", ""),
        ("buildings", {"building": "yes"}, "building=yes", "yes"),
        ("land_cover_map", {"natural": "wood"}, "natural=wood", "forest"),
        ("schools", {"amenity": "driving_school"}, "", ""),
    ],
)
def test_what_an_object_is_taken_for(role: str, tags: dict[str, str], kind: str, word: str) -> None:
    rule = first_rule(osm_rules()[role], tags)
    assert (rule.kind(tags) if rule else "") == kind
    assert (rule.said(tags) if rule else "") == word


def test_bounds_are_shares_or_sizes_with_a_source() -> None:
    assert 0 < osm_limit("straight_share") < 0.5
    assert 0 < osm_limit("members_there") <= 1
    assert all(row["source"].startswith("assumed") for row in read_table("osm_limits.csv"))


def test_building_kinds_are_dwellings_or_outbuildings_and_named_once() -> None:
    rows = read_table("building_kinds.csv")
    assert {row["kind"] for row in rows} == {"dwelling", "outbuilding"}
    assert len({row["building"] for row in rows}) == len(rows)
