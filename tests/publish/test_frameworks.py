"""A report tells its values by the codes of the frameworks that the city has added, and withholds what it withholds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.packs.pack_folders import pack_folder, row
from tests.publish import city

from almena.model.pack import Pack
from almena.packs import load_cards
from almena.packs.language import speaking
from almena.packs.packs import load_pack, shipped_pack
from almena.publish.blocks import Grid
from almena.publish.chapters.desk import set_up
from almena.publish.chapters.frameworks import blocks
from almena.publish.editions import for_edition
from almena.publish.report import write_report


@pytest.fixture
def goals(tmp_path: Path) -> Pack:
    """Return a framework with a heading, two mapped codes and one that nothing stands for."""
    codes = [
        row("codes", system="sdg", code="11", title="Cities"),
        row("codes", system="sdg", code="11.1.1", parent="11", title="Informal settlements"),
        row("codes", system="sdg", code="11.y", parent="11", title="Toys"),
        row("codes", system="sdg", code="11.z", parent="11", title="Games"),
    ]
    mappings = [row("mappings", system="sdg", code="11.y", indicator="toy.1", kind="same")]
    tables = {"codes": codes, "mappings": mappings, "questions": [row("questions")]}
    return load_pack(pack_folder(tmp_path / "goals", tables, title="Goals", notes=["Only toys."]))


def tables_of(*packs: Pack, edition: str = "public", **more: Any) -> list[Grid]:
    """Return the tables of a report of the invented city with some packs added."""
    run = replace(
        city.material(edition), packs={p.id: p for p in packs}, views=tuple(p.id for p in packs), **more
    )
    return blocks(set_up(for_edition(run)))  # type: ignore[return-value]


def texts(table: Grid) -> list[list[str]]:
    return [[f"{cell.text} {cell.small}".strip() for cell in line] for line in table.rows]


def test_codes_stand_beside_their_indicators_with_kind_value_and_date(goals: Pack) -> None:
    (table,) = tables_of(goals)
    assert table.caption == "By the codes of Goals"
    lines = texts(table)
    assert {line[0] for line in lines} == {"11.1.1 Informal settlements", "11.y Toys"}
    (people,) = [line for line in lines if "census" in line[1]]
    assert people[1].endswith("narrower, measures a part")
    assert lines[-1][1:3] == ["How many toys? the same", "a question to the city"]
    assert "2 of 3 codes have an indicator here" in table.note
    assert "Not mapped, 33 %: 11.z." in table.note
    assert table.note.endswith("Only toys.")


def test_the_number_of_values_is_that_of_the_edition(goals: Pack) -> None:
    public, own = (
        sum(
            bool(cell.number)
            for table in tables_of(goals, edition=edition)
            for line in table.rows
            for cell in line
        )
        for edition in ("public", "city")
    )
    assert public <= own
    nothing = tables_of(goals, observations=())
    assert "0 a value" in nothing[0].note
    assert {line[2] for line in texts(nothing[0])} == {"not measured", "a question to the city"}


def test_what_the_edition_withholds_has_no_number_in_the_table() -> None:
    pack = shipped_pack("theme-social-resilience")
    run = replace(city.material(), packs={pack.id: pack}, views=(pack.id,))
    edition = for_edition(run)
    shown = {o.indicator for o in edition.observations if o.is_headline and not o.is_missing}
    titles = {load_cards()[i].title for i in shown}
    (table,) = blocks(set_up(edition))
    assert isinstance(table, Grid)
    assert table.rows
    for line in table.rows:
        assert not line[2].number or line[1].text in titles


def test_a_theme_is_told_by_its_parts_and_in_the_language_of_the_report() -> None:
    with speaking("pt"):
        (table,) = tables_of(shipped_pack("theme-tourism"))
    assert table.caption.startswith("Turismo: nossa seleção")
    assert table.rows[0][0].text == "Primeiro os moradores"
    assert "não é a lista do Enhancer" in table.note


def test_packs_without_codes_or_themes_and_cities_without_packs_add_nothing(tmp_path: Path) -> None:
    survey = load_pack(pack_folder(tmp_path / "x", {"questions": [row("questions")]}))
    assert tables_of(survey) == []
    assert blocks(set_up(for_edition(city.material()))) == []


def test_the_page_holds_the_table_and_every_link_in_it_leads_somewhere(goals: Pack, tmp_path: Path) -> None:
    run = replace(city.material(), packs={goals.id: goals}, views=(goals.id,))
    page = write_report(run, tmp_path / "out").read_text(encoding="utf-8")
    assert "By the codes of Goals" in page
    (table,) = tables_of(goals)
    for line in table.rows:
        for cell in line:
            assert not cell.href or f'id="{cell.href[1:]}"' in page
