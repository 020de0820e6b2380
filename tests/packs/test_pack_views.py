"""A framework is a view: whoever says what stands for a code is heard, and what nothing stands for is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.packs.pack_folders import row

from almena.model.card import Card
from almena.model.pack import Manifest, Pack
from almena.model.problem import InputError
from almena.packs import load_cards
from almena.packs.pack_format import table_forms
from almena.packs.pack_mappings import key_of, mappings_of
from almena.packs.pack_views import seen_by, view_of


def made(identity: str, **tables: Sequence[dict[str, str]]) -> Pack:
    """Return a pack from its rows, as the loader hands it over."""
    full = {
        name: tuple(
            dict.fromkeys(table_forms()[name].columns, "") | r | {"_row": str(i)}
            for i, r in enumerate(rows, 2)
        )
        for name, rows in tables.items()
    }
    return Pack(Manifest(identity, "1", identity, "framework", ("en",), "CC0", "here", confidence="P"), full)


def _filled(table: str, cells: dict[str, str], number: int) -> dict[str, str]:
    return dict.fromkeys(table_forms()[table].columns, "") | cells | {"_row": str(number)}


def card(identity: str, **codes: str) -> Card:
    """Return a card with codes."""
    return replace(load_cards()["identity.area"], id=identity, codes=codes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("sdg", "11.7.1"), ("SDG 11", "11.7.1")),
        (("sendai", "B-1"), ("Sendai Framework", "b1")),
        (("iso37120", "14.1"), ("ISO-37120", "14.1")),
        (("my own", "A 1"), ("MyOwn", "a–1")),
    ],
)
def test_spellings_of_one_code_are_one(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert key_of(*one) == key_of(*other)


@pytest.mark.parametrize(
    ("one", "other"), [(("sdg", "1.11.1"), ("sdg", "11.1.1")), (("sdg", "1"), ("umf", "1"))]
)
def test_other_codes_are_others(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert key_of(*one) != key_of(*other)


def test_three_places_say_what_stands_for_a_code_and_the_closest_stands_first() -> None:
    packs = [
        made(
            "a", mappings=[row("mappings", system="sdg", code="11.7.1", indicator="e.table", kind="narrower")]
        ),
        made("b", questions=[row("questions", id="b.1", alignment="SDG=11.7.1C; iso37120=1.1")]),
    ]
    cards = {"e.card": card("e.card", sdg="11.7.1 same (A)"), "e.none": card("e.none", sdg="11.7.1 (B)")}
    found = mappings_of(packs, cards)[key_of("sdg", "11.7.1")]
    assert [(m.indicator, m.kind, m.said_by, m.confidence) for m in found] == [
        ("e.card", "same", "cards", "A"),
        ("e.table", "narrower", "a", "P"),
        ("b.1", "related", "b", "P"),
        ("e.none", "related", "cards", "B"),
    ]
    assert [m.indicator for m in mappings_of(packs, cards)[key_of("iso37120", "1.1")]] == ["b.1"]


def test_where_table_and_card_differ_the_table_is_believed_and_the_card_noted() -> None:
    packs = [
        made(
            "a", mappings=[row("mappings", system="sdg", code="1", indicator="e.x", kind="broader", note="n")]
        )
    ]
    (found,) = mappings_of(packs, {"e.x": card("e.x", sdg="1 same (A)")})[key_of("sdg", "1")]
    assert (found.kind, found.note) == ("broader", "n; cards says same")
    (found,) = mappings_of(packs, {"e.x": card("e.x", sdg="1 (A)")})[key_of("sdg", "1")]
    assert (found.kind, found.note) == ("broader", "n")


def test_every_code_of_every_card_is_understood() -> None:
    found = mappings_of([], load_cards())
    said = {(m.indicator, key) for key, each in found.items() for m in each}
    wanted = {(c.id, system) for c in load_cards().values() for system in c.codes}
    assert len(said) == len(wanted)
    assert "mobility.sdg_11_2_1" in [m.indicator for m in found["sdg", "11.2.1"] if m.kind == "same"]
    assert [m.kind for m in found["sdg", "11.7.1"]] == ["related", "related"]
    assert all(m.confidence for each in found.values() for m in each)


def test_a_code_with_others_below_is_a_heading_and_not_counted() -> None:
    pack = made(
        "a",
        codes=[
            row("codes", system="sdg", code="11.2"),
            row("codes", system="sdg", code="11.2.1", parent="11.2"),
        ],
    )
    target, indicator = view_of(pack, {}, load_cards())
    assert (target.counts, indicator.counts) == (False, True)
    assert [m.indicator for m in indicator.mapped][:1] == ["mobility.sdg_11_2_1"]
    assert target.mapped == ()


def test_one_value_stands_in_each_framework_that_it_is_mapped_to() -> None:
    kinds = {"x": "same", "y": "broader"}
    here = [row("mappings", system=s, indicator="identity.area", kind=k) for s, k in kinds.items()]
    packs = {
        "map": made("map", mappings=here),
        "x": made("x", codes=[row("codes", system="x")]),
        "y": made("y", codes=[row("codes", system="y"), row("codes", system="y", code="2")]),
    }
    for name, kind in kinds.items():
        first = view_of(packs[name], packs, {})[0]
        assert [(m.indicator, m.kind) for m in first.mapped] == [("identity.area", kind)]
    assert view_of(packs["y"], packs, {})[1].mapped == ()


def test_a_question_stands_for_itself_and_its_cards_beside_it() -> None:
    pack = made("q", questions=[row("questions", id="q.1", code="5.1", card="identity.area", indicator="")])
    cards = {"identity.area": card("identity.area"), "e.x": card("e.x", q="5.1 narrower (A)")}
    (entry,) = view_of(pack, {}, cards)
    assert [(m.indicator, m.kind) for m in entry.mapped] == [
        ("q.1", "same"),
        ("identity.area", "related"),
        ("e.x", "narrower"),
    ]


def test_a_theme_is_read_in_its_parts_and_in_the_language_asked_for() -> None:
    pack = made(
        "t",
        theme=[row("theme")],
    )
    (entry,) = view_of(pack, {}, {})
    assert (entry.part, entry.why, entry.mapped[0].indicator) == ("Room", "Toys need room", "identity.area")


def test_a_pack_without_anything_to_view_says_so() -> None:
    with pytest.raises(InputError, match="cannot be viewed"):
        view_of(made("s", shares=[row("shares")]), {}, {})


def test_questions_stand_under_the_words_of_their_heading_or_component() -> None:
    heading = {
        "id": "q.5",
        "code": "5",
        "element": "economy",
        "title": "Play",
        "source": "s",
        "confidence": "P",
    }
    asked = [
        row("questions", id="q.1", indicator="q.5", component="economy.toys"),
        row("questions", id="q.2", component="economy.toys"),
        row("questions", id="q.3", component="economy.elsewhere"),
        row("questions", id="q.4"),
    ]
    pack = made("q", questions=asked, indicators=[heading], components=[row("components")])
    assert [entry.part for entry in view_of(pack, {}, {})] == ["Play", "Toys", "economy.elsewhere", ""]
    assert seen_by(pack) == "questions"


def test_hazards_are_no_indicators() -> None:
    pack = made("h", codes=[row("codes")])
    with pytest.raises(InputError, match="name hazards"):
        view_of(replace(pack, manifest=replace(pack.manifest, kind="hazards")), {}, {})


def test_a_framework_that_asks_itself_is_answered_by_its_own_questions() -> None:
    codes = [row("codes", system="s", code=code) for code in ("P1.1", "P1.2")]
    pack = made("s", codes=codes, questions=[row("questions", id="s.P1.1", code="P1.1")])
    first, second = view_of(pack, {}, {})
    assert [(m.indicator, m.kind, m.said_by) for m in first.mapped] == [("s.P1.1", "same", "s")]
    assert second.mapped == ()
    assert seen_by(pack) == "codes"


def test_published_shares_stand_beside_the_question_they_answer() -> None:
    shares = [
        row("shares", id="s.q1", question="In other words?"),
        row("shares", id="s.q1.asia", question="In other words?", region="Asia"),
        row("shares", id="s.q10", question="Another?"),
        row("shares", id="x", question="How many toys?"),
    ]
    pack = made("s", questions=[row("questions", id="s.q1")], shares=shares)
    (entry,) = view_of(pack, {}, {})
    assert [share["id"] for share in entry.shares] == ["s.q1", "s.q1.asia", "x"]
