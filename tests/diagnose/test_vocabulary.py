"""Packs become the words of a diagnosis."""

from __future__ import annotations

from almena.diagnose.vocabulary import taxonomy_of
from almena.model.pack import Manifest, Pack
from almena.model.taxonomy import Component, Edge, Hazard


def _pack(**tables: list[dict[str, str]]) -> Pack:
    manifest = Manifest("p", "1", "P", "method", ("en",), "CC0", "by hand")
    return Pack(manifest, {name: tuple(rows) for name, rows in tables.items()})


def _hazard(id: str, hips: str = "", **more: str) -> dict[str, str]:  # noqa: A002
    return {"id": id, "group": "G", "type": "T", "subtype": id.upper(), "hips": hips, **more}


def _cause(cause: str, effect: str) -> dict[str, str]:
    return {"cause": cause, "effect": effect, "system": "hips", "source": "HIPs", "confidence": "A"}


def test_elements_components_questions_and_labels():
    pack = _pack(
        elements=[{"id": "economy", "title": "Economy"}],
        components=[{"id": "economy.a", "element": "economy", "parent": "", "title": "A"}],
        questions=[
            {
                "id": "crpt.7.1",
                "text": "How many?",
                "element": "economy",
                "component": "economy.a",
                "kind": "rq",
            }
        ],
        scales=[{"scale": "importance", "id": "essential", "label": "Essential"}],
    )
    found = taxonomy_of([pack])
    assert found.elements == {"economy": "Economy"}
    assert found.components["economy.a"] == Component("economy.a", "A", "economy")
    assert (found.questions["crpt.7.1"].title, found.questions["crpt.7.1"].kind) == ("How many?", "rq")
    assert found.label("importance", "essential") == "Essential"
    assert found.label("importance", "of_no_pack") == "of no pack"


def test_names_are_told_in_the_language_where_the_pack_has_it():
    text = {"table": "elements", "id": "economy", "column": "title", "text": "Economia"}
    pack = _pack(elements=[{"id": "economy", "title": "Economy"}], texts_pt=[text])
    assert taxonomy_of([pack], language="pt").elements == {"economy": "Economia"}
    assert taxonomy_of([pack], language="fr").elements == {"economy": "Economy"}


def test_edges_between_codes_become_edges_between_sub_types():
    pack = _pack(
        hazards=[_hazard("flood", "MH0604 MH0606"), _hazard("virus", "cluster/BI01"), _hazard("slide", "GH0300"),
                 _hazard("slip", "GH0300")],
        causes=[_cause("MH0604", "GH0300"), _cause("MH0606", "GH0300"), _cause("MH0604", "BI0103"),
                _cause("MH0604", "MH0606"), _cause("slide", "flood"), _cause("MH9999", "GH0300")],
    )  # fmt: skip
    found = taxonomy_of([pack])
    assert found.hazards["flood"] == Hazard("flood", "FLOOD", "T", "G")
    assert [(e.cause, e.effect) for e in found.edges] == [
        ("flood", "slide"),
        ("flood", "slip"),
        ("slide", "flood"),
    ]
    assert found.edges[0] == Edge("flood", "slide", "HIPs", "A")


def test_a_component_lies_within_what_it_is_part_of_and_a_circle_ends():
    rows = [
        {"id": "a", "element": "e", "parent": "b", "title": "A"},
        {"id": "b", "element": "e", "parent": "a", "title": "B"},
    ]
    found = taxonomy_of([_pack(components=rows, elements=[{"id": "e", "title": "E"}])])
    assert found.within("a") == ("a", "b")
    assert (found.element_of("b"), found.element_of("e"), found.element_of("x")) == ("e", "e", "")
    assert (found.title_of("a"), found.title_of("e"), found.title_of("x")) == ("A", "E", "x")
