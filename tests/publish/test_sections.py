"""Sections of a chapter: their order, the rest, and the holes at the end."""

from __future__ import annotations

import pytest
from tests.publish import city

from almena.model.observation import Observation
from almena.packs import load_cards
from almena.packs.table import read_table
from almena.publish.blocks import Numbers, Prose
from almena.publish.chapters import event
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.chapters.sections import ANY, HOLES, sections_of, told
from almena.publish.editions import for_edition


def desk(*observations: Observation) -> Desk:
    """Return the desk of a city of which only the observations given are known."""
    return set_up(for_edition(city.material(observations=observations)))


def shown(block: Numbers) -> list[str]:
    """Return the indicators of a block, values first."""
    return [f.indicator for f in block.figures] + [f.indicator for h in block.holes for f in h.figures]


def test_sections_name_only_cards_and_chapters_that_exist() -> None:
    chapters = {r["id"] for r in read_table("chapters.csv")} | {ANY}
    for row in read_table("report_sections.csv"):
        assert row["chapter"] in chapters
        assert set(row["indicators"].split()) <= set(load_cards()) | {ANY}


def test_no_indicator_stands_in_two_sections_of_one_chapter() -> None:
    for chapter in {r["chapter"] for r in read_table("report_sections.csv")}:
        placed = [i for s in sections_of(chapter) for i in s.indicators if i != ANY]
        assert len(placed) == len(set(placed)), chapter


def test_a_chapter_with_sections_has_one_for_the_rest() -> None:
    for chapter in {r["chapter"] for r in read_table("report_sections.csv")} - {ANY, "minute"}:
        assert sum(ANY in s.indicators for s in sections_of(chapter)) == 1, chapter


def test_indicators_of_a_section_belong_to_its_chapter() -> None:
    for row in read_table("report_sections.csv"):
        for indicator in set(row["indicators"].split()) - {ANY}:
            if row["chapter"] not in ("minute", ANY):
                assert row["chapter"] in load_cards()[indicator].story, indicator


def test_holes_come_last_in_every_chapter() -> None:
    for chapter in ("who", "reached", "wear"):
        assert sections_of(chapter)[-1].id == HOLES


def test_the_event_is_told_from_the_area_to_the_people_to_services_to_the_river() -> None:
    at = desk(
        city.value("exposure.river_peak", 535.0, roles=("climate_daily",)),
        city.value("exposure.flood_hydrants", 5.0, roles=("hydrants",)),
        city.value("exposure.flood_schools", 3.0, roles=("schools",)),
        city.value("exposure.flood_population", 900.0, roles=("population_grid",)),
        city.gap("social_inclusion.people_displaced"),
        city.value("exposure.flood_published_difference", 3.0),
        city.value("exposure.flood_area", 8.1, roles=("flood_extent",)),
    )
    blocks = told(at, "reached")
    assert list(blocks) == ["area", "people", "services", "lists", "water", "holes"]
    assert shown(blocks["services"]) == ["exposure.flood_schools", "exposure.flood_hydrants"]
    assert shown(blocks["holes"]) == ["social_inclusion.people_displaced"]


def test_empty_sections_are_left_out() -> None:
    blocks = told(desk(city.value("exposure.flood_area", 8.1, roles=("flood_extent",))), "reached")
    assert list(blocks) == ["area"]
    assert told(desk(city.value("identity.area", 1.0)), "wear") == {}


def test_a_card_that_no_section_names_is_told_under_the_rest() -> None:
    cards = load_cards()
    at = desk(city.value("identity.area", 24.0), city.value("ecology.forest_share", 9.0))
    blocks = told(at, "who", [cards["ecology.forest_share"], cards["identity.area"]])
    assert shown(blocks["people"]) == ["identity.area"]
    assert shown(blocks["rest"]) == ["ecology.forest_share"]


def test_holes_of_all_sections_are_together_and_not_among_the_values() -> None:
    at = desk(
        city.gap("exposure.flood_schools", "no usable file fills: schools (schools)"),
        city.value("exposure.flood_area", 8.1, roles=("flood_extent",)),
        city.gap("exposure.flood_population"),
    )
    blocks = told(at, "reached")
    assert all(not block.holes for name, block in blocks.items() if name != HOLES)
    assert shown(blocks[HOLES]) == ["exposure.flood_population", "exposure.flood_schools"]


def test_lists_that_others_published_stand_between_services_and_river() -> None:
    at = set_up(for_edition(city.material()))
    titles = [getattr(b, "title", "") or getattr(b, "caption", "") for b in event.reached(at)]
    order = [
        "The outline",
        "How far the water came",
        "People inside the outline",
        "Schools, health, fire, transport, addresses and streets inside the outline",
        "Our counts against what others published",
        "Our counts against published lists",
        "River and rain",
    ]
    assert [t for t in titles if t in order] == order


def test_the_outline_comes_before_any_count() -> None:
    first = event.reached(set_up(for_edition(city.material())))[0]
    assert isinstance(first, Prose)
    assert "not what failed or for how long" in first.text


@pytest.mark.parametrize("chapter", ["known", "who", "reached", "places", "promised", "wear"])
def test_every_headline_of_a_chapter_is_told_in_it(chapter: str) -> None:
    at = set_up(for_edition(city.material()))
    wanted = {c.id for c in at.facts.cards(chapter) if c.id in at.facts.headlines}
    assert {i for block in told(at, chapter).values() for i in shown(block)} == wanted
