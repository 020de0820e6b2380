"""The built-in cards against the code, the roles and the rules of the house."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from almena.measure.registry import Method, installed_methods
from almena.measure.runner import Content
from almena.model.card import Card
from almena.packs import load_cards, load_elements, load_grades, load_roles, load_use_rules, read_table

CARDS, ROLES, ELEMENTS = load_cards(), load_roles(), load_elements()
METHODS = installed_methods()[0]
FIXED = {
    "identity.area",
    "identity.population_census",
    "identity.population_raster",
    "identity.population_density",
    "built_environment.intersection_density",
    "built_environment.open_space_access_400m",
    "built_environment.open_space_large_access_500m",
    "mobility.transit_access_500m",
    "mobility.transit_access_20min",
    "mobility.transit_access_30min",
    "mobility.sdg_11_2_1",
    "social_inclusion.school_access_500m",
    "social_inclusion.hospital_access_1km",
    "social_inclusion.informal_settlement_population",
    "supply_chain.food_access_500m",
    "ecology.green_cover",
    "exposure.flood_population",
    "exposure.flood_informal_population",
    "exposure.flood_schools",
    "exposure.flood_hydrants",
    "exposure.flood_bus_terminals",
    "exposure.flood_addresses",
    "exposure.flood_road_length",
    "climate.annual_rainfall",
    "climate.hot_days",
    "climate.heavy_rain_days",
    "climate.temperature_trend",
}
every_card = pytest.mark.parametrize("card", CARDS.values(), ids=list(CARDS))
with_function = [c for c in CARDS.values() if c.function]
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))


def test_the_ids_that_checks_outside_the_project_use_are_there() -> None:
    assert set(CARDS) >= FIXED


@every_card
def test_a_card_says_what_it_is(card: Card) -> None:
    assert card.title
    assert card.definition
    assert card.unit
    assert card.element in ELEMENTS
    assert card.id.split(".")[0] == card.element
    assert re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", card.id)
    assert card.component in ELEMENTS[card.element].components
    assert card.decimals in range(4)


@every_card
def test_a_card_says_how_its_gap_can_be_closed_and_by_whom(card: Card) -> None:
    assert card.remedy
    assert card.who
    assert card.effort_hours > 0
    assert card.story


@every_card
def test_codes_of_other_frameworks_carry_a_letter_of_confidence(card: Card) -> None:
    for name, code in card.codes.items():
        assert re.fullmatch(r"[^()]+ \([ABCDP]\)", code), f"{name}={code}"


@every_card
def test_a_share_names_its_whole(card: Card) -> None:
    if card.unit in ("%", "per 100", "per 100,000") or " per person" in card.unit:
        assert card.denominator


@every_card
def test_benchmark_cuts_have_a_source_a_letter_and_the_right_order(card: Card) -> None:
    cuts = [cut for cut in (card.green, card.red) if cut is not None]
    assert bool(cuts) == bool(card.benchmark_source) == bool(card.benchmark_confidence)
    if cuts:
        assert card.benchmark_confidence in tuple("ABCDP")
        assert card.direction in ("higher", "lower")
    if len(cuts) == 2:
        assert (card.green > card.red) == (card.direction == "higher")  # type: ignore[operator]


def test_no_two_cards_have_one_title() -> None:
    twice = [title for title, count in Counter(c.title for c in CARDS.values()).items() if count > 1]
    assert twice == []


@pytest.mark.parametrize("card", with_function, ids=[c.id for c in with_function])
def test_the_function_of_a_card_exists_and_takes_its_parameters(card: Card) -> None:
    method = METHODS[card.function]
    assert method.kind == "indicator"
    assert set(card.parameters) <= set(method.parameters)


@pytest.mark.parametrize("card", with_function, ids=[c.id for c in with_function])
def test_a_card_gives_every_parameter_that_has_no_default(card: Card) -> None:
    import inspect

    signature = inspect.signature(METHODS[card.function].call).parameters
    needed = {
        name
        for name in METHODS[card.function].parameters
        if signature[name].default is inspect.Parameter.empty
    }
    assert needed <= set(card.parameters)


def test_a_card_without_a_function_is_a_question_to_people() -> None:
    silent = [c for c in CARDS.values() if not c.function]
    assert silent
    assert all("ask" in c.story and c.remedy.startswith("Ask") for c in silent)


def test_no_indicator_function_waits_for_a_card() -> None:
    idle = {m.name for m in METHODS.values() if m.kind == "indicator"} - {c.function for c in CARDS.values()}
    assert idle == set()


@every_method
def test_every_role_that_a_function_names_is_declared(method: Method) -> None:
    assert {*method.needs, *method.wishes} <= set(ROLES)


@every_method
def test_a_derived_role_is_made_by_the_function_it_names_from_the_roles_it_names(method: Method) -> None:
    if method.kind != "derived":
        return
    role = next(r for r in ROLES.values() if r.maker == method.name)
    needs = {need.strip("[]"): need.startswith("[") for need in role.needs}
    assert needs == {**dict.fromkeys(method.needs, False), **dict.fromkeys(method.wishes, True)}


def test_every_derived_role_has_its_maker() -> None:
    for role in ROLES.values():
        assert role.is_derived == (role.kind == "derived")
        if role.is_derived:
            assert METHODS[role.maker].kind == "derived"


def test_what_names_places_where_people_could_be_harmed_is_not_public() -> None:
    assert CARDS["basic_infrastructure.substations"].sensitivity == "city"
    assert CARDS["exposure.risk_sector_population"].sensitivity == "city"
    assert CARDS["exposure.flood_informal_population"].sensitivity == "neighbourhood"
    assert {
        ROLES[r].sensitivity for r in ("informal_settlements", "power_lines", "risk_sectors", "hydrants")
    } == {"city"}


def test_a_role_is_fit_to_discuss_for_longer_than_to_decide() -> None:
    assert all(0 < r.decide_years < r.discuss_years for r in ROLES.values())


def test_fields_of_roles_name_a_type() -> None:
    kinds = {"text", "number", "integer", "date", "time", "boolean", "any"}
    for role in ROLES.values():
        for field in (*role.required, *role.optional):
            name, kind = field.split(":")
            assert name.isidentifier()
            assert kind in kinds


def test_elements_stand_in_order_and_depend_on_each_other() -> None:
    assert [e.number for e in ELEMENTS.values()] == list(range(len(ELEMENTS)))
    for element in ELEMENTS.values():
        assert set(element.depends_on) <= set(ELEMENTS)
        assert element.confidence in tuple("ABCDP")


def test_rules_have_bounds_in_order_a_sentence_and_a_source() -> None:
    rules = load_use_rules()
    assert {r.fact for r in rules} == {
        *(
            "age",
            "coverage",
            "completeness",
            "width",
            "piled",
            "disagreement",
            "status",
            "context",
            "hearsay",
            "straight",
        )
    }
    for rule in rules:
        assert rule.better in ("low", "high")
        assert (rule.decide <= rule.discuss) if rule.better == "low" else (rule.decide >= rule.discuss)
        assert rule.because
        assert rule.source


def test_grades_have_a_width_and_a_source() -> None:
    grades = load_grades()
    assert list(grades) == list("ABCD")
    assert all(g.source and g.meaning for g in grades.values())


def test_green_is_natural_vegetation_and_neither_farming_nor_water() -> None:
    rows = {row["class"]: row for row in read_table("land_cover.csv")}
    green = {name for name, row in rows.items() if row["green"] == "1"}
    assert green == {"forest", "wetland", "grassland", "natural"}
    assert [name for name, row in rows.items() if row["water"] == "1"] == ["water"]


def test_words_for_ages_are_plain_and_told_once() -> None:
    from almena.measure.common import plain

    rows = read_table("age_words.csv")
    assert {row["says"] for row in rows} == {"open", "below", "up to", "years"}
    words = [row["word"] for row in rows]
    assert len(words) == len(set(words))
    assert [w for w in words if w.isalpha() and plain(w) != w] == []


def test_the_tables_together_are_what_a_run_works_with() -> None:
    content = Content(CARDS, ROLES, METHODS, load_use_rules(), load_grades())
    assert len(content.cards) == len({c.id for c in content.cards.values()})


def test_who_changes_a_row_of_a_table_changes_it_for_nobody_else() -> None:
    first = read_table("age_words.csv")
    first[0]["word"] = "changed"
    first.clear()
    again = read_table("age_words.csv")
    assert again
    assert again[0]["word"] != "changed"
