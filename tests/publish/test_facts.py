"""Look-ups over a run: headlines, parts, gaps, counts."""

from __future__ import annotations

from dataclasses import replace

from tests.publish import city

from almena.publish.editions import for_edition
from almena.publish.facts import Facts, best_first, is_withheld

CENSUS = "identity.population_census"


def facts(*observations: object) -> Facts:
    """Return the facts of a run with the observations given, else of the whole invented city."""
    run = city.material(observations=observations) if observations else city.material()
    return Facts(run)


def test_the_headline_is_the_youngest_without_dimensions() -> None:
    old = city.value(CENSUS, 11_000, period="2000")
    new = city.value(CENSUS, 13_300, period="2022")
    women = city.value(CENSUS, 7_000, period="2024", dimensions=(("sex", "women"),))
    found = facts(new, old, women).headline(CENSUS)
    assert found == new


def test_months_and_intervals_are_ordered_by_their_end() -> None:
    first = city.value(CENSUS, 1.0, period="2001/2024-11")
    second = city.value(CENSUS, 2.0, period="2024-12")
    assert facts(first, second).headline(CENSUS) == second
    assert facts(second, first).headline(CENSUS) == second


def test_a_value_without_a_date_gives_way_to_one_with_a_date() -> None:
    undated = city.value(CENSUS, 1.0, period="unknown")
    dated = city.value(CENSUS, 2.0, period="1970")
    assert facts(undated, dated).headline(CENSUS) == dated


def test_a_gap_is_a_headline_but_no_value() -> None:
    found = facts(city.gap(CENSUS))
    assert found.headline(CENSUS) is not None
    assert found.value(CENSUS) is None
    assert found.headline("climate.hot_days") is None


def test_others_are_the_readings_beside_the_headline_in_order() -> None:
    others = facts().others("exposure.flood_population")
    assert [dict(o.dimensions) for o in others] == [{"basis": "scaled to the census of 2022"}]
    assert all(o.place == "city" for o in others)
    census = facts().others(CENSUS)
    assert [o.value for o in census] == [12_100]


def test_parts_are_neighbourhoods_by_id_without_dimensions() -> None:
    parts = facts().parts("exposure.flood_population")
    assert {p: o.value for p, o in parts.items()} == {
        "neighbourhood:1": 900.0,
        "neighbourhood:2": 420.0,
        "neighbourhood:3": 1510.0,
        "neighbourhood:4": 6.0,
    }


def test_the_youngest_value_of_a_neighbourhood_counts() -> None:
    old = city.parts(CENSUS, {"Alto": 10.0}, period="2010")
    new = city.parts(CENSUS, {"Alto": 20.0}, period="2022")
    assert facts(*new, *old).parts(CENSUS)["neighbourhood:0"].value == 20.0
    grouped = [replace(o, dimensions=(("sex", "women"),)) for o in new]
    assert facts(*old, *grouped).parts(CENSUS)["neighbourhood:0"].value == 10.0


def test_use_classes_are_counted_over_headlines_with_a_value() -> None:
    weak = city.value("climate.hot_days", 12.0, use="context")
    strong = city.value("climate.annual_rainfall", 1500.0)
    detail = city.value("climate.annual_rainfall", 1400.0, dimensions=(("source", "model"),), use="discuss")
    found = facts(weak, strong, detail, city.gap(CENSUS))
    assert dict(found.uses) == {"context": 1, "decide": 1}
    assert dict(found.statuses) == {"measured": 2}
    assert (len(found.headlines), found.with_value, len(found.gaps), len(found.withheld)) == (3, 2, 1, 0)


def test_what_an_edition_withholds_is_no_gap_to_be_asked_for() -> None:
    public = Facts(for_edition(city.material()))
    withheld = {o.indicator for o in public.withheld}
    assert withheld == {
        "basic_infrastructure.substations",
        "exposure.flood_risk_sector_hits",
        "exposure.river_peak",
    }
    assert not withheld & {o.indicator for o in public.gaps}
    assert all(is_withheld(o) for o in public.withheld)
    assert public.with_value + len(public.gaps) + len(public.withheld) == len(public.headlines)


def test_best_first_keeps_the_order_within_a_class() -> None:
    named = [
        replace(city.value(CENSUS, float(n)), use=use)
        for n, use in enumerate(("context", "decide", "discuss", "decide"))
    ]
    assert [o.value for o in best_first(named)] == [1.0, 3.0, 2.0, 0.0]


def test_places_without_a_name_go_by_their_id() -> None:
    run = city.material()
    items = tuple(replace(p, name="") if p.id == "neighbourhood:0" else p for p in run.places.items)
    nameless = Facts(replace(run, places=replace(run.places, items=items)))
    assert nameless.place_names["neighbourhood:0"] == "neighbourhood:0"
    assert nameless.place_names["neighbourhood:1"] == "Baixo"


def test_cards_of_a_chapter_come_in_the_order_of_the_table() -> None:
    cards = [c.id for c in facts().cards("minute")]
    table = list(city.material().cards)
    assert cards
    assert cards == sorted(cards, key=table.index)


def test_a_value_of_the_country_is_a_headline_where_the_city_has_none() -> None:
    country = replace(city.value("national.gini", 53.4), place="BRA", place_kind="country")
    found = facts(country)
    assert found.headline("national.gini") == country
    assert found.value("national.gini") == country
    assert found.others("national.gini") == []
