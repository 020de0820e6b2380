"""The pack ``hazards``: the taxonomy of shocks, three classifications beside it, and what can cause what."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from tests.packs.shipped_tables import circles, complaints, manifest, portuguese, repeated, table

from almena.packs.table import Row


def codes(system: str) -> dict[str, Row]:
    return {row["code"]: row for row in table("hazards", "codes") if row["system"] == system}


def hazard(identity: str) -> Row:
    return next(row for row in table("hazards", "hazards") if row["id"] == identity)


@pytest.mark.parametrize("name", ["hazards", "codes", "causes"])
def test_every_cell_has_the_form_that_packs_have(name: str) -> None:
    assert complaints("hazards", name) == []


def test_six_groups_27_types_71_sub_types() -> None:
    rows = table("hazards", "hazards")
    assert len(rows) == 71
    assert Counter(row["group"] for row in rows) == {
        "Biological": 7, "Natural": 29, "Environmental": 6, "Societal": 11, "Technological": 15, "Complex": 3,
    }  # fmt: skip
    types = {(row["group"], row["type"]) for row in rows}
    assert Counter(group for group, _ in types) == {
        "Biological": 2, "Natural": 9, "Environmental": 4, "Societal": 8, "Technological": 3, "Complex": 1,
    }  # fmt: skip
    assert len({kind for _, kind in types}) == 27


def test_ids_are_slugs_of_the_names_and_none_stands_twice() -> None:
    rows = table("hazards", "hazards")
    assert repeated(row["id"] for row in rows) == []
    own = {"Explosion (non-industrial, UXO)": "explosion-non-industrial"}
    for row in rows:
        slug = re.sub("[^a-z0-9]+", "-", row["subtype"].lower()).strip("-")
        assert row["id"] == own.get(row["subtype"], slug)
    assert hazard("viral-epidemic-pandemic-disease")
    assert hazard("pluvial-flood")
    assert hazard("fire-industrial")


def test_the_two_explosions_are_told_apart() -> None:
    industrial, other = hazard("explosion-industrial"), hazard("explosion-non-industrial")
    assert industrial["type"] == "Industrial & Mining Incident"
    assert other["type"] == "Non-Industrial Incident"
    assert (industrial["emdat"], other["emdat"]) == ("tec-ind-exp-exp", "tec-mis-exp-exp")
    assert other["hips"].split() == ["TL0304", "SO0201"]


def test_every_code_beside_a_sub_type_exists_and_says_that_we_matched_it() -> None:
    known = {
        name: set(codes(system))
        for name, system in (("hips", "hips2025"), ("emdat", "emdat"), ("glide", "glide"))
    }
    for row in table("hazards", "hazards"):
        for name, all_of_them in known.items():
            assert set(row[name].split()) <= all_of_them, (row["id"], name)
        assert row["source"].endswith("codes matched by this project (P)")
        assert row["glide"], row["id"]
    assert any("matched by this project (P)" in note for note in manifest("hazards")["notes"])


def test_emdat_has_no_key_for_pluvial_and_groundwater_floods() -> None:
    assert hazard("pluvial-flood")["emdat"] == hazard("groundwater-flood")["emdat"] == "nat-hyd-flo-flo"
    assert not any(row["emdat"] for row in table("hazards", "hazards") if row["group"] == "Societal")


def test_hips_is_whole() -> None:
    levels = Counter(row["level"] for row in codes("hips2025").values())
    assert (levels["type"], levels["cluster"], levels["hazard"] + levels["chapeau"]) == (8, 38, 281)
    above = codes("hips2025")
    hazards = [row for row in above.values() if row["level"] in ("hazard", "chapeau")]
    assert Counter(above[above[row["parent"]]["parent"]]["title"] for row in hazards) == {
        "Biological": 83, "Chemical": 27, "Environmental": 24, "Extraterrestrial": 10, "Geological": 25,
        "Meteorological and Hydrological": 53, "Societal": 9, "Technological": 50,
    }  # fmt: skip
    clusters = [row for row in above.values() if row["level"] == "cluster"]
    assert Counter(row["parent"] for row in clusters) == {
        "BI": 6, "CH": 7, "EN": 1, "ET": 2, "GH": 4, "MH": 8, "SO": 4, "TL": 6,
    }  # fmt: skip


def test_a_code_of_hips_has_the_form_of_2025_and_stands_in_its_type() -> None:
    above = codes("hips2025")
    for row in above.values():
        if row["level"] in ("hazard", "chapeau"):
            assert re.fullmatch("[A-Z]{2}[0-9]{4}", row["code"])
            assert above[row["parent"]]["parent"] == row["code"][:2]
            assert (row["level"] == "chapeau") == row["code"].endswith("00")


def test_the_cluster_comes_from_the_parent_and_not_from_the_number() -> None:
    above = codes("hips2025")
    assert above[above["GH0311"]["parent"]]["title"] == "Other Geohazard"
    assert above[above["GH0310"]["parent"]]["title"] == "Ground Failure"
    assert above["MH0604"]["title"] == "Fluvial (Riverine) Flooding"


def test_emdat_is_a_tree_of_four_levels() -> None:
    keys = codes("emdat")
    level = {1: "group", 2: "subgroup", 3: "type", 4: "subtype"}
    for key, row in keys.items():
        parts = key.split("-")
        assert row["level"] == level[len(parts)]
        assert row["parent"] == "-".join(parts[:-1])
    assert Counter(row["level"] for row in keys.values()) == {
        "group": 2,
        "subgroup": 9,
        "type": 35,
        "subtype": 80,
    }


def test_glide_has_24_codes() -> None:
    assert len(codes("glide")) == 24
    assert codes("glide")["TC"]["title"] == "Tropical cyclone"
    assert codes("glide")["AC"]["title"] == "Technological disaster"


@pytest.mark.parametrize("system", ["hips2025", "emdat", "glide"])
def test_parents_exist_and_nothing_is_above_itself(system: str) -> None:
    known = codes(system)
    assert all(not row["parent"] or row["parent"] in known for row in known.values())
    assert circles({code: row["parent"] for code, row in known.items()}) == []
    assert repeated(row["code"] for row in table("hazards", "codes") if row["system"] == system) == []


def test_causes_are_links_between_known_hazards_each_once() -> None:
    known, rows = codes("hips2025"), table("hazards", "causes")
    assert repeated((row["cause"], row["effect"]) for row in rows) == []
    for row in rows:
        assert row["system"] == "hips2025"
        assert known[row["cause"]]["level"] in ("hazard", "chapeau")
        assert known[row["effect"]]["level"] in ("hazard", "chapeau")
        assert row["cause"] != row["effect"]


@pytest.mark.parametrize(
    ("cause", "effects"),
    [
        ("TL0209", {"CH0302", "TL0206", "TL0207"}),
        ("TL0210", {"BI0103", "BI0110", "BI0204", "GH0308", "GH0310"}),
        (
            "MH0501",
            {"BI0103", "EN0103", "EN0205", "EN0206", "EN0305", "ET0202", "MH0401", "TL0207", "TL0209"},
        ),
        ("SO0102", set()),
    ],
)
def test_what_a_hazard_can_cause(cause: str, effects: set[str]) -> None:
    assert {row["effect"] for row in table("hazards", "causes") if row["cause"] == cause} == effects


def test_the_manifest_counts_the_links_that_are_loaded() -> None:
    rows = table("hazards", "causes")
    note = next(note for note in manifest("hazards")["notes"] if "1,648" in note)
    assert f"{len(rows)} are loaded" in note
    assert f"the {len({row['cause'] for row in rows})} hazards" in note


def test_portuguese_names_every_group_type_and_sub_type_the_same_way_each_time() -> None:
    told = portuguese("hazards")
    names: dict[tuple[str, str], set[str]] = {}
    for row in table("hazards", "hazards"):
        for column in ("group", "type", "subtype"):
            names.setdefault((column, row[column]), set()).add(told.pop(("hazards", row["id"], column)))
    assert {key for key, words in names.items() if len(words) > 1} == set()
    notes = {("pack", "hazards", f"note {n}") for n in range(1, len(manifest("hazards")["notes"]) + 1)}
    assert set(told) == {("pack", "hazards", "title")} | notes
    assert len({words.copy().pop() for (column, _), words in names.items() if column == "subtype"}) == 71


def test_the_manifest_carries_the_licence_of_what_it_takes() -> None:
    own = manifest("hazards")
    assert (own["id"], own["kind"], own["languages"]) == ("hazards", "hazards", ["en", "pt"])
    assert "CC BY 4.0" in own["source"]
    assert "Apache-2.0" in own["source"]
    assert "UNDRR" in own["attribution"]
