"""The pack ``crpt``: the method as its sources state it, complete as far as they are known, and nothing more."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.packs.shipped_tables import (
    COLOUR,
    LONGEST_QUOTE,
    circles,
    complaints,
    manifest,
    passages,
    portuguese,
    repeated,
    table,
)

from almena.packs.loader import load_cards
from almena.packs.table import Row, read_table

TABLES = ("elements", "components", "indicators", "questions", "scales", "benchmarks")
TOLD = {
    "elements": ("title",),
    "components": ("title",),
    "indicators": ("title",),
    "questions": ("text", "help", "rows", "columns", "unit", "holder"),
    "scales": ("label",),
}
"""Columns that people read, and which Portuguese therefore needs."""


def questions(version: str, kind: str) -> list[Row]:
    return [
        r for r in table("crpt", "questions") if r["code_version"].startswith(version) and r["kind"] == kind
    ]


def by_id(name: str) -> dict[str, Row]:
    return {row["id"]: row for row in table("crpt", name)}


def scale(name: str) -> dict[str, Row]:
    return {row["id"]: row for row in table("crpt", "scales") if row["scale"] == name}


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_has_the_form_that_packs_have(name: str) -> None:
    assert complaints("crpt", name) == []


@pytest.mark.parametrize("name", ["elements", "components", "indicators", "questions"])
def test_no_id_stands_twice(name: str) -> None:
    assert repeated(row["id"] for row in table("crpt", name)) == []


def test_no_step_stands_twice_in_its_scale() -> None:
    scales = table("crpt", "scales")
    assert repeated((row["scale"], row["id"]) for row in scales) == []
    assert repeated((row["scale"], row["position"]) for row in scales) == []
    assert repeated((row["scale"], row["label"]) for row in scales) == []


def test_the_eight_elements_are_those_of_the_method_with_their_permanent_ids() -> None:
    elements = table("crpt", "elements")
    assert [row["short"] for row in elements] == ["BE", "SCL", "BI", "MOB", "MPS", "SIP", "ECON", "ECO"]
    built_in = {row["id"]: row for row in read_table("elements.csv")}
    assert [(r["number"], r["title"]) for r in elements] == [
        (built_in[r["id"]]["number"], built_in[r["id"]]["title"]) for r in elements
    ]


def test_the_list_of_components_has_33_components_and_15_parts() -> None:
    listed = [row for row in table("crpt", "components") if row["code_version"] == "crpt-kg-2021"]
    assert Counter(row["code"].count(".") for row in listed) == {1: 33, 2: 15}
    per_element = Counter(row["code"][0] for row in listed if row["code"].count(".") == 1)
    assert [per_element[str(number)] for number in range(1, 9)] == [4, 4, 4, 2, 9, 3, 3, 4]
    code = {row["id"]: row["code"] for row in listed}
    assert all(code[row["parent"]] == row["code"].rsplit(".", 1)[0] for row in listed if row["parent"])
    assert [row["id"] for row in listed if row["code"] in ("3.2.1", "6.3.2")] == [
        "basic_infrastructure.water.supply",
        "social_inclusion.basic_social_services.health",
    ]


def test_the_workbook_regroups_element_5_and_both_lists_stand_side_by_side() -> None:
    codes = {(r["code_version"], r["code"]): r["id"] for r in table("crpt", "components")}
    assert codes["crpt-kg-2021", "5.2"] == "municipal_services.civil_registration"
    assert codes["mps-2020", "5.2"] == "municipal_services.permits_monitoring_and_inspection"
    assert ("mps-2020", "5.5") not in codes  # the same in both
    assert {code for version, code in codes if version == "mps-2020"} == {"5.1", "5.2", "5.3", "5.4"}
    assert {version for version, _ in codes} == {"crpt-kg-2021", "mps-2020"}
    assert any("not stable" in note for note in manifest("crpt")["notes"])


def test_components_begin_with_their_element_or_parent() -> None:
    for row in table("crpt", "components"):
        assert row["id"].startswith((row["parent"] or row["element"]) + "."), row["id"]


def test_fifteen_headings_carry_66_supporting_indicators_as_the_workbook_counts_them() -> None:
    headings = by_id("indicators")
    assert len(headings) == 15
    asked = questions("mps-2020", "si")
    assert Counter(".".join(row["code"].split(".")[:2]) for row in asked) == {
        "5.1": 12, "5.2": 24, "5.3": 8, "5.4": 15, "5.5": 7,
    }  # fmt: skip
    assert {row["indicator"] for row in asked} == set(headings)
    for row in asked:
        assert row["code"].startswith(headings[row["indicator"]]["code"] + ".")
        assert row["component"] == headings[row["indicator"]]["component"]
    per_component = Counter(row["component"].split(".")[1] for row in asked)
    assert sorted(per_component.values()) == [7, 8, 12, 15, 24]


def test_codes_run_on_but_for_the_one_that_the_workbook_leaves_out() -> None:
    for heading in by_id("indicators").values():
        last = [
            int(r["code"].rsplit(".", 1)[1])
            for r in questions("mps-2020", "si")
            if r["indicator"] == heading["id"]
        ]
        expected = [1, 2, 4, 5, 6] if heading["code"] == "5.2.3" else list(range(1, len(last) + 1))
        assert last == expected, heading["code"]


def test_related_questions_stand_under_their_supporting_indicator_and_the_manifest_counts_them() -> None:
    related = questions("", "rq")
    all_of_them = by_id("questions")
    assert len(related) == 8
    for row in related:
        above = all_of_them[row["parent"]]
        assert above["kind"] == "si"
        assert row["code"].startswith(above["code"] + ".")
        assert row["component"] == above["component"]
    assert not any(row["parent"] for row in questions("", "si"))
    first = manifest("crpt")["notes"][0]
    assert "66 supporting indicators" in first
    assert "8 of its 38 related questions" in first
    assert "other 30" in first


def test_a_number_that_nobody_has_read_is_marked_d_and_says_so() -> None:
    assumed = [row for row in table("crpt", "questions") if row["code_version"] == "mps-2020-assumed"]
    assert Counter(row["kind"] for row in assumed) == {"si": 16, "rq": 8}
    for row in table("crpt", "questions"):
        is_assumed = row in assumed
        assert (row["confidence"] == "D") == is_assumed
        assert ("assumed" in row["source"]) == is_assumed


def test_the_codes_seen_in_teresina_are_there_once_each() -> None:
    seen = {row["code"] for row in questions("teresina-2021", "si")}
    assert len(seen) == 48
    assert Counter(code[0] for code in seen) == {"1": 3, "3": 16, "4": 8, "6": 3, "7": 18}
    shared = {row["code"] for row in questions("mps-2020", "si") if "Teresina" in row["source"]}
    assert shared == {"5.2.2.3", "5.2.2.4", "5.2.2.5"}
    assert not any(row["indicator"] for row in questions("teresina-2021", "si"))  # headings are not known


def test_teresina_codes_stand_under_the_component_of_their_number_where_that_is_true() -> None:
    codes = {
        row["code"]: row["id"] for row in table("crpt", "components") if row["code_version"] == "crpt-kg-2021"
    }
    for row in questions("teresina-2021", "si"):
        parts = row["code"].split(".")
        if parts[0] == "1":  # 1.2 is land tenure in the list, and these ask of hazards and structures
            assert not row["component"]
            continue
        deep = parts[0] in "36" and ".".join(parts[:2]) != "3.3"
        assert row["component"] == codes[".".join(parts[: 3 if deep else 2])], row["code"]


def test_ids_are_codes_and_slips_of_the_workbook_are_corrected() -> None:
    for name in ("indicators", "questions"):
        assert all(row["id"] == f"crpt.{row['code']}" for row in table("crpt", name))
    assert "printed there as 5.1.1.2" in by_id("questions")["crpt.5.2.1.2"]["source"]
    assert scale("repair_share")["51_75"]["label"] == "51–75 %"


def test_every_reference_leads_somewhere() -> None:
    known = {name: set(by_id(name)) for name in ("elements", "components", "indicators", "questions")}
    scales = {row["scale"] for row in table("crpt", "scales")}
    element = {row["id"]: row["element"] for row in table("crpt", "components")}
    for row in table("crpt", "questions"):
        assert row["element"] in known["elements"]
        assert not row["component"] or element[row["component"]] == row["element"]
        assert not row["indicator"] or row["indicator"] in known["indicators"]
        assert not row["scale"] or row["scale"] in scales
        assert not row["card"] or row["card"] in load_cards()
    assert {row["question"] for row in table("crpt", "benchmarks")} <= known["questions"]
    for row in table("crpt", "scales"):
        assert not row["parent"] or row["parent"] in scale(row["scale"])


def test_nothing_is_above_itself() -> None:
    for name in ("components", "questions"):
        assert circles({row["id"]: row["parent"] for row in table("crpt", name)}) == []
    for name in {row["scale"] for row in table("crpt", "scales")}:
        assert circles({step: row["parent"] for step, row in scale(name).items()}) == []


def test_an_answer_can_be_given_to_every_question() -> None:
    for row in table("crpt", "questions"):
        if row["answer"] in ("single", "multiple"):
            assert row["scale"], row["id"]
        if row["answer"] == "table":
            assert row["rows"], row["id"]
            assert row["columns"], row["id"]
        if row["answer"] in ("number", "percent"):
            assert row["unit"], row["id"]
        if row["answer"] == "percent":
            assert (row["unit"], row["low"], row["high"]) == ("%", "0", "100"), row["id"]


def test_a_table_of_numbers_has_one_unit_for_all_its_columns() -> None:
    for row in table("crpt", "questions"):
        if row["answer"] == "table" and row["unit"] == "%":
            assert all("(%)" in column for column in row["columns"].split("|")), row["id"]


def test_a_card_that_answers_a_question_speaks_in_its_unit() -> None:
    cards = load_cards()
    for row in table("crpt", "questions"):
        if row["card"] and row["unit"]:
            assert cards[row["card"]].unit == row["unit"], row["id"]


def test_progress_counts_what_is_known_not_to_be_there_as_done() -> None:
    means = {row["id"]: row["means"] for row in scale("completion").values()}
    assert means == {
        "complete": "done", "not_available": "done", "not_applicable": "done", "alternative": "done",
        "incomplete": "to_do", "pending": "to_do",
    }  # fmt: skip


def test_colours_are_those_of_the_workbook() -> None:
    assert {name: row["colour"] for name, row in scale("benchmark").items() if row["colour"]} == {
        "green": "#1BAD9A", "yellow": "#FFDE52", "orange": "#F79948", "red": "#E04B44", "qualitative": "#808080",
    }  # fmt: skip
    assert [row["colour"] for row in scale("benchmark_secondary").values()] == [
        "#DE9290", "#F5C69E", "#FFF0A4", "#94C2BA", "#A6A6A6",
    ]  # fmt: skip
    assert scale("completion")["complete"]["colour"] == "#3D3D84"
    assert all(COLOUR.fullmatch(row["colour"]) for row in table("crpt", "scales") if row["colour"])


@pytest.mark.parametrize(
    ("name", "worst", "best", "steps"),
    [
        ("benchmark", "red", "not_available", 7),
        ("data_quality", "low", "high", 3),
        ("importance", "secondary", "essential", 3),
        ("disruption", "no_data", "no_major", 4),
        ("shortages", "no_data", "no_major", 4),
        ("development_plan", "none", "monitored_and_revised", 5),
        ("risk_plan", "none", "monitored_and_revised", 5),
        ("contingency_plan", "none", "monitored_and_reviewed", 6),
        ("spatial_sufficiency", "no_data", "everywhere", 4),
        ("capacity_trend", "sharp_decrease", "sharp_increase", 4),
        ("consumption_trend", "sharp_increase", "sharp_decrease", 5),
        ("regulation_enforcement", "none_monitored", "all_enforced", 4),
        ("discharge_sampling", "none", "regular", 3),
        ("furniture_quality", "poor", "good", 3),
        ("repair_share", "76_100", "0_25", 4),
        ("back_up_power", "no", "both", 4),
        ("stormwater_protection", "none", "25_year_full", 6),
        ("risk_assessment_frequency", "over_5_years", "6_months", 5),
        ("early_warning", "no_data", "tested_and_upgraded", 4),
        ("information_access", "government_only", "fully", 4),
        ("estimation_difficulty", "unreachable", "possible", 3),
    ],
)
def test_ordinal_scales_run_from_worst_to_best(name: str, worst: str, best: str, steps: int) -> None:
    ladder = sorted(scale(name).values(), key=lambda row: int(row["position"]))
    assert (ladder[0]["id"], ladder[-1]["id"], len(ladder)) == (worst, best, steps)
    assert [row["position"] for row in ladder] == [str(n) for n in range(1, steps + 1)]


def test_no_change_is_neither_the_best_nor_the_worst_trend_of_consumption() -> None:
    flat = scale("consumption_trend")["flat"]
    assert (flat["position"], flat["confidence"]) == ("3", "P")  # the source lists it last, outside the order


def test_every_list_that_the_registers_name_is_there() -> None:
    lists = {row["list"] for row in read_table("registers.csv") if row["list"]}
    assert lists <= {row["scale"] for row in table("crpt", "scales")}


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("relationship", "Formal partnership", "formal_partnership"),
        ("relationship", "Legally engages", "legally_engages"),
        ("ppi_status", "Under development", "under_development"),
        ("ppi_category", "Supra-local", "supra_local"),
        ("benchmark", "Not applicable", "not_applicable"),
    ],
)
def test_words_of_the_sample_data_are_the_labels(name: str, label: str, expected: str) -> None:
    assert scale(name)[expected]["label"] == label


def test_vulnerable_groups_are_seven_classes_with_the_parts_that_are_known() -> None:
    groups = scale("vulnerable_group")
    assert sum(not row["parent"] for row in groups.values()) == 7
    assert Counter(row["parent"] for row in groups.values() if row["parent"]) == {
        "persons_with_disabilities": 2, "marginalised_communities": 3, "other": 9,
    }  # fmt: skip


def test_cuts_are_a_proposal_and_follow_from_the_bounds_they_name() -> None:
    """By hand: Gini 0.24 to 0.63, a quarter of the way is 0.3375; own revenue 17 to 80, three quarters is 64.25."""
    cuts = {row["question"]: row for row in table("crpt", "benchmarks")}
    assert {row["confidence"] for row in cuts.values()} == {"P"}
    assert float(cuts["crpt.7.1.4.3"]["green"]) == pytest.approx(0.3375, abs=0.0006)
    assert float(cuts["crpt.7.2.1.2"]["green"]) == pytest.approx(64.25, abs=0.06)
    unemployment = [float(cuts["crpt.7.1.3.2"][name]) for name in ("green", "yellow", "orange")]
    scores = [100 * (1 - (x**0.25 - 1) / (28.2**0.25 - 1)) for x in unemployment]
    assert scores == pytest.approx([75, 50, 25], abs=0.5)
    assert all(row["unit"] == by_id("questions")[row["question"]]["unit"] for row in cuts.values())


def test_portuguese_is_complete_and_no_text_is_orphaned() -> None:
    told = portuguese("crpt")
    needed = {("pack", "crpt", "title")}
    needed |= {("pack", "crpt", f"note {n}") for n in range(1, len(manifest("crpt")["notes"]) + 1)}
    for name, texts in TOLD.items():
        for row in table("crpt", name):
            key = f"{row['scale']}/{row['id']}" if name == "scales" else row["id"]
            needed |= {(name, key, column) for column in texts if row[column]}
    assert set(told) == needed


def test_portuguese_says_it_in_portuguese_and_keeps_rows_and_columns() -> None:
    told = portuguese("crpt")
    for row in table("crpt", "questions"):
        assert told["questions", row["id"], "text"] != row["text"]
        assert told["questions", row["id"], "text"].endswith("?")
        for column in ("rows", "columns"):
            if row[column]:
                there = told["questions", row["id"], column]
                assert there.count("|") == row[column].count("|"), row["id"]


def test_the_manifest_names_what_a_reader_must_know() -> None:
    own = manifest("crpt")
    assert (own["id"], own["kind"], own["languages"]) == ("crpt", "method", ["en", "pt"])
    notes = " ".join(own["notes"])
    for matter in ("not stable", "not public", "translation by this project", "proposals of this project"):
        assert matter in notes


@pytest.mark.real
def test_no_sentence_is_copied_from_the_sources(mirror: Path) -> None:
    knowledge = mirror.parent / "knowledge"
    if not knowledge.is_dir():
        pytest.skip("the texts of the sources are not beside the data")
    sources = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in knowledge.rglob("*.*")
        if path.is_file()
    ]
    known = set().union(*(passages(text, LONGEST_QUOTE + 1) for text in sources))
    assert known
    own = [row[c] for r in ("questions", "scales") for row in table("crpt", r) for c in TOLD[r]]
    own += list(manifest("crpt")["notes"]) + list(manifest("hazards")["notes"])
    assert [text for text in own if passages(text, LONGEST_QUOTE + 1) & known] == []
