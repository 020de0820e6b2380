"""Sentences that may be said, sentences that may not, and the benchmarks behind good and bad."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from tests.publish import city

from almena.packs import load_cards, load_elements
from almena.packs.table import read_table
from almena.publish.benchmarks import cuts_text, judge, judgement_text
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.chapters.minute import five_numbers, worst_first
from almena.publish.citing import source_text
from almena.publish.editions import for_edition
from almena.publish.event import AFTER, BEFORE, UNDATED, dating, find_event
from almena.publish.facts import Facts
from almena.publish.figures import exact_text
from almena.publish.material import Material
from almena.publish.sentences import ANY, OF_THE_RUN, OF_VALUES, confirmed_sentence

TABLES = (
    ("story.csv", "template"),
    ("leads.csv", "template"),
    ("may_not_say.csv", "wrong"),
    ("may_not_say.csv", "why"),
)


def desk(material: Material | None = None) -> Desk:
    """Return the desk of an edition of the invented city."""
    return set_up(for_edition(material or city.material()))


def said(material: Material | None, chapter: str) -> str:
    """Return the sentences that may be said in a chapter, one text."""
    return " ".join(s.text for s in desk(material).teller.may_say([chapter])).replace("\u00a0", " ")


def not_said(material: Material | None, chapter: str) -> str:
    """Return the wrong sentences of a chapter with their reasons, one text."""
    return " ".join(f"{w.text} {w.why}" for w in desk(material).teller.may_not_say([chapter]))


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("name, column", TABLES)
def test_tables_of_sentences_name_only_cards_chapters_and_conditions_that_exist(
    name: str, column: str
) -> None:
    chapters = {r["id"] for r in read_table("chapters.csv")} | {ANY}
    for row in read_table(name):
        assert row["chapter"] in chapters
        assert set(row["condition"].split()) <= set(OF_THE_RUN) | set(OF_VALUES)
        assert row["needs"] == ANY or set(row["needs"].split()) <= set(load_cards())
        assert not row[column].startswith("{value")  # a sentence begins with a capital


def test_every_template_fills_its_slots_when_its_conditions_hold() -> None:
    at = desk()
    every = {}
    for indicator, card in load_cards().items():
        made = city.value(indicator, 10.0, 8.0, 12.5, use="decide")
        every[indicator] = replace(made, unit=card.unit)
    teller = replace(
        at.teller, facts=Facts(replace(at.material, observations=(*every.values(), *at.facts.gaps)))
    )
    for name, column in TABLES:
        for row in read_table(name):
            needs = [] if row["needs"] == ANY else row["needs"].split()
            given = [every[i] for i in needs] or [every["identity.area"]]
            slots = teller._slots(given)
            wanted = {field for _, field, _, _ in string.Formatter().parse(row[column]) if field}
            optional = {s for s in wanted if s.startswith(("partial_", "shortest_"))}
            assert wanted - optional <= set(slots), row


def test_a_sentence_carries_value_range_source_and_year() -> None:
    text = said(None, "reached")
    assert "The flood of May 2024 reached 8.1 km² of Vale Claro (range 7.9–8.4; Civil Defence" in text
    assert "Raster Makers 2020" in text


def test_values_that_are_context_only_are_never_offered_as_sentences() -> None:
    weak = city.value("climate.hot_days", 12.3, 8.2, 16.9, use="context", roles=("climate_daily",))
    run = city.material(observations=(weak,))
    assert "hot" not in said(run, "wear").lower()
    assert "35 °C" not in said(run, "wear")


def test_a_value_withheld_is_not_told_in_a_sentence() -> None:
    assert "hydrants of the register" in said(None, "reached")
    closed = tuple(replace(o, use="decide") for o in city.material().observations)
    run = city.material(observations=closed, cards=_closed("exposure.flood_hydrants"))
    assert "hydrants of the register" not in said(run, "reached")


def _closed(indicator: str) -> dict[str, object]:
    cards = dict(load_cards())
    return {**cards, indicator: replace(cards[indicator], sensitivity="city")}


def test_a_list_dated_after_the_event_is_said_to_be_so() -> None:
    assert "dated November 2024, not before the event" in said(None, "promised")
    assert "dated after the event" in not_said(None, "promised")
    held = {**city.layers(), "plan_lists": city.layers()["plan_lists"].with_(date="2022")}
    assert "dated before the event (2022)" in said(city.material(layer=held.get), "promised")
    assert "dated after the event" not in not_said(city.material(layer=held.get), "promised")


def test_a_hazard_map_that_is_not_older_is_no_promise() -> None:
    held = {**city.layers(), "flood_susceptibility": city.layers()["flood_susceptibility"].with_(date="2025")}
    assert "flood-prone land mapped before" not in said(city.material(layer=held.get), "promised")
    assert "The map had shown it." in not_said(city.material(layer=held.get), "promised")


def test_a_trend_whose_range_includes_zero_is_not_a_trend() -> None:
    assert "The range of the trend includes zero: −40 to 66" in not_said(None, "wear")


def test_exposure_is_never_a_reason_to_move_people() -> None:
    assert "never by itself a reason to move anyone" in not_said(None, "places")


def test_what_may_not_be_said_of_all_people_is_a_share_of_people() -> None:
    # dead ends are known for a smaller part of the city than walks, but nobody would say them of people
    ends = city.value("built_environment.dead_ends", 15.0, roles=("streets",), use="discuss", coverage=0.2)
    held = city.material()
    wrong = not_said(city.material(observations=(*held.observations, ends)), "known")
    assert "People near public transport: about 91.2 % of all people." in plain(wrong)
    assert "Dead ends" not in wrong


def test_the_city_without_an_event_is_not_told_that_it_is_safe() -> None:
    wrong = not_said(city.material(event=False), "reached")
    assert "There is no danger of floods in Vale Claro." in wrong


@pytest.mark.parametrize(
    "map_date, flood_date, expected",
    [
        ("2014", "2024-05", BEFORE),
        ("2024-04-30", "2024-05", BEFORE),
        ("2024-05", "2024-05", AFTER),
        ("2024", "2024-05", AFTER),
        ("2020/2024-05", "2024-05", AFTER),
        ("unknown", "2024-05", UNDATED),
        ("2014", "unknown", UNDATED),
    ],
)
def test_before_means_over_before_the_event_began(map_date: str, flood_date: str, expected: str) -> None:
    lists = city.table("plan_lists", {"protected": ["Doca"]})
    undated = city.origins("plan_lists")[0]
    origin = replace(undated, source=replace(undated.source, date=map_date))
    assert dating(lists.with_(date=map_date, origins=(origin,)), flood_date) == expected


def test_the_event_takes_its_name_and_date_from_its_file() -> None:
    event = find_event(city.material())
    assert event is not None
    assert event.name == "the flood of May 2024"
    named = city.layer("flood_extent", [city.square(0, 0)], name=["Great water"])
    told = find_event(city.material(layer={"flood_extent": named}.get))
    assert told is not None
    assert told.name == "the event “Great water” of May 2024"
    assert find_event(city.material(event=False)) is None


def test_benchmarks_judge_only_where_a_source_gives_a_cut() -> None:
    card = replace(load_cards()["built_environment.intersection_density"], green=100.0, red=None)
    value = city.value(card.id, 120.0, 110.0, 130.0)
    assert judge(card, value) == "strong"
    assert judge(card, replace(value, low=90.0)) == "open"
    assert judge(card, replace(value, value=80.0, low=70.0, high=90.0)) == "short"
    assert judge(card, None) == ""
    assert judgement_text(card, value) == "reaches the benchmark"
    assert judge(replace(card, red=50.0), replace(value, value=50.0, low=50.0, high=50.0)) == "between"
    assert plain(cuts_text(card)).startswith(
        "green from 100 per km² (UN-Habitat City Prosperity Index 2016, street"
    )
    assert cuts_text(card).endswith("confidence B)")
    assert (
        plain(cuts_text(card, full=False))
        == "green from 100 per km² (City Prosperity Index 2016, confidence B)"
    )
    assert judge(load_cards()["climate.hot_days"], city.value("climate.hot_days", 40.0)) == ""


def test_benchmarks_turn_round_where_lower_is_better() -> None:
    card = replace(load_cards()["climate.hot_days"], green=5.0, red=20.0)
    assert judge(card, city.value(card.id, 4.0)) == "strong"
    assert judge(card, city.value(card.id, 25.0)) == "red"
    text = plain(cuts_text(replace(card, benchmark_source="x", red=20.25)))
    assert text.startswith("green up to 5 days per year, red above 20.25 days per year (x")
    assert judge(card, city.value(card.id, 10.0, 8.0, 12.0)) == "between"


def test_five_numbers_fill_up_with_the_best_of_other_elements() -> None:
    assert [o.indicator for o in five_numbers(desk())][:2] == [
        "identity.population_census",
        "exposure.flood_area",
    ]
    dry = five_numbers(desk(city.material(event=False)))
    assert len(dry) == 5
    elements = [load_cards()[o.indicator].element for o in dry]
    assert len(set(elements)) == 5
    assert all(o.use != "context" for o in dry)


def test_the_worst_gaps_are_those_that_most_chapters_wait_for() -> None:
    at = desk()
    order = [o.indicator for o in worst_first(at, at.facts.gaps)]
    assert order[0] == "municipal_services.contingency_plan"  # three chapters, two hours
    assert order.index("basic_infrastructure.water_interruption") < order.index("economy.unemployment")


def test_nobody_has_confirmed_until_somebody_has() -> None:
    assert confirmed_sentence(desk().facts).startswith("Nobody")
    reviewed = city.material(confirmed_by={"identity.area": "A. Engineer, 2026-11-19"})
    assert confirmed_sentence(desk(reviewed).facts).startswith("1 value has been reviewed")
    assert "The city confirms" not in not_said(reviewed, "minute")


def test_facts_find_the_youngest_headline_and_a_value_before_a_gap() -> None:
    facts = Facts(city.material())
    head = facts.value("identity.population_census")
    assert head is not None
    assert head.value == 13_300
    older = city.value("identity.area", 23.0, period="1990")
    gap = city.gap("identity.area")
    found = Facts(city.material(observations=(gap, city.value("identity.area", 24.0), older))).value(
        "identity.area"
    )
    assert found is not None
    assert found.value == 24.0


def test_exact_values_keep_their_interval_and_its_kind() -> None:
    flood = city.value("exposure.flood_population", 2836.4, 2510.2, 3170.9)
    text = exact_text(flood, load_cards()[flood.indicator]).replace("\u00a0", " ")
    assert text == "2,836.4 people; 90 % range 2,510.2 to 3,170.9 (other sources and other ways of counting)"
    whole = city.value("identity.population_census", 13_300)
    assert "a complete count" in exact_text(whole, load_cards()[whole.indicator])
    assert exact_text(city.gap("identity.area"), load_cards()["identity.area"]) == ""


def test_credits_leave_the_outline_out_unless_it_is_all_there_is() -> None:
    assert (
        source_text(city.value("identity.area", 1.0, roles=("boundary", "streets")))
        == "OpenStreetMap contributors 2020"
    )
    assert source_text(city.value("identity.area", 1.0, roles=("boundary",))) == "Instituto Fictício 2022"
    assert source_text(city.gap("identity.area")) == "no source named"


def test_the_table_of_elements_still_has_eight_urban_ones() -> None:
    assert [e.number for e in load_elements().values() if 1 <= e.number <= 8] == list(range(1, 9))
