"""The first sentence of a chapter uses the city's own facts; the second says how to read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.publish import city
from tests.publish.page import Page, chapter

from almena.model.observation import Observation
from almena.packs.table import read_table
from almena.publish.chapters.book import build_chapters
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.editions import for_edition
from almena.publish.facts import Facts


def desk(*observations: Observation, **changes: Any) -> Desk:
    """Return the desk of a city of which only the observations given are known, or of the whole one."""
    more = {"observations": observations} if observations else {}
    return set_up(for_edition(city.material(**more, **changes)))


def lead(at: Desk, name: str) -> str:
    """Return the first sentence of a chapter with ordinary spaces; empty when it has none."""
    found = at.teller.lead(name)
    return found.text.replace("\u00a0", " ").replace("\u202f", " ") if found else ""


@pytest.mark.parametrize(
    "name, text",
    [
        (
            "minute",
            (
                "Vale Claro is home to 13,300 people (census of 2022). The flood of May 2024 reached 8.1 km² of it, "
                "where about 2,840 people lived."
            ),
        ),
        (
            "who",
            "The census of 2022 counted 13,300 people in Vale Claro: 18.0 % are 65 or older, 18.8 % are under 15.",
        ),
        ("reached", "The flood of May 2024 reached 8.1 km² of Vale Claro."),
        (
            "places",
            (
                "By a population model, about 2,840 people lived inside the outline of the flood of May 2024, "
                "about 20.0 % of all. Among them, about 870 people lived in informal settlements."
            ),
        ),
        (
            "promised",
            (
                "A map older than the flood of May 2024 had shown about 61 % of the built-up land that the water "
                "reached. About 47 % of the built-up land on that map stayed outside."
            ),
        ),
        (
            "wear",
            (
                "The weather station counts 12.3 days per year of 35 °C or more and 1,512 mm per year of rain, "
                "as a mean of complete years (2001–2024)."
            ),
        ),
    ],
)
def test_chapters_begin_with_the_facts_of_the_city(name: str, text: str) -> None:
    assert lead(desk(), name) == text


def test_the_second_chapter_counts_what_can_be_used_and_what_has_no_date() -> None:
    undated = city.source("streets", date="unknown")
    at = desk(
        city.value("identity.area", 24.0),
        city.gap("identity.women_share"),
        sources=(undated, city.source("boundary")),
    )
    assert lead(at, "known") == (
        "Of 2 indicators 1 have a value for Vale Claro, and 1 of these are fit to decide on. "
        "Files without a date: 1 of 2."
    )
    assert "without a date" not in lead(desk(sources=(city.source("boundary"),)), "known")


def test_parts_of_elements_without_any_value_are_counted_as_holes() -> None:
    at = desk(city.value("mobility.transit_stops", 10.0, roles=("transit_stops",)))
    parts = at.facts.components
    assert sum(parts.values()) == 1
    assert parts["mobility", "urban mobility"]
    assert f"Of their {len(parts)} parts, {len(parts) - 1} are holes so far" in lead(at, "works")


def test_a_gap_in_a_component_is_no_knowledge_of_it() -> None:
    facts = Facts(city.material(observations=(city.gap("basic_infrastructure.power_interruption"),)))
    assert not facts.components["basic_infrastructure", "energy"]


def test_without_a_census_the_open_question_is_told() -> None:
    at = desk(city.value("identity.area", 24.0), city.gap("identity.population_census"))
    assert lead(at, "who").startswith("No census of Vale Claro was given")


def test_without_people_in_the_event_that_is_said_and_no_number_is_made_up() -> None:
    at = desk(city.value("exposure.flood_area", 8.1), city.gap("exposure.flood_population"))
    assert lead(at, "places") == "No file says how many people lived where the flood of May 2024 came."
    assert lead(at, "minute") == "The flood of May 2024 reached 8.1 km² of Vale Claro."


def test_without_an_event_no_chapter_begins_with_one() -> None:
    at = desk(event=False)
    for row in read_table("leads.csv"):
        if "event" in row["condition"].split():
            assert "flood" not in lead(at, row["chapter"])
    assert lead(at, "minute") == "Vale Claro is home to 13,300 people (census of 2022)."


def test_a_map_that_is_not_older_is_no_map_that_had_shown_anything() -> None:
    held = {**city.layers(), "flood_susceptibility": city.layers()["flood_susceptibility"].with_(date="2025")}
    assert lead(desk(layer=held.get), "promised") == ""


def test_values_that_are_context_only_begin_no_chapter() -> None:
    weak = tuple(
        replace(o, use="context") if o.indicator == "climate.hot_days" else o
        for o in city.material().observations
    )
    assert lead(desk(*weak), "wear") == ""


def test_the_first_sentence_carries_the_class_of_its_weakest_value() -> None:
    at = desk()
    minute, who = at.teller.lead("minute"), at.teller.lead("who")
    assert minute is not None
    assert who is not None
    assert (minute.use.id, who.use.id) == ("discuss", "decide")


def test_a_city_of_which_hardly_anything_is_known_still_has_leads() -> None:
    chapters = {c.id: c for c in build_chapters(set_up(for_edition(city.poor_material())))}
    assert chapters["minute"].facts is None
    assert all(c.lead for c in chapters.values())
    assert chapters["ask"].facts is not None
    assert chapters["ask"].facts.text.startswith("1 of 2 indicators wait for an answer.")


def test_leads_name_only_conditions_that_hold_or_fail_in_code_that_is_tested_elsewhere() -> None:
    orders = [(r["chapter"], r["order"]) for r in read_table("leads.csv")]
    assert len(orders) == len(set(orders))


def test_the_page_shows_facts_then_how_to_read_them(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "reached").replace("\u00a0", " ")
    facts, reading = (
        text.index("reached 8.1 km² of Vale Claro."),
        text.index("Inside the outline is not the same"),
    )
    assert facts < reading
    assert 'class="lead"' in pages["public"]
    assert Page(pages["poor"]).mistakes == []
