"""Each chapter by itself: what its blocks hold, and what they leave out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pytest
import shapely
from tests.publish import city

from almena.geo.crs import reproject
from almena.model.data import Layer
from almena.model.observation import Observation
from almena.model.origin import Origin
from almena.publish.blocks import Block, Cards, Elements, Grid, Numbers, Picture, Points, Prose, Pyramid
from almena.publish.chapters import (
    after,
    ask,
    before,
    event,
    known,
    minute,
    neighbourhoods,
    sources,
)
from almena.publish.chapters.book import build_chapters
from almena.publish.chapters.desk import Desk, set_up
from almena.publish.editions import for_edition
from almena.publish.event import dating_text
from almena.publish.material import Material

B = TypeVar("B", bound=Block)


def desk(material: Material | None = None, **changes: Any) -> Desk:
    """Return the desk of an edition."""
    return set_up(for_edition(material or city.material(**changes)))


def of_kind(blocks: list[Any], kind: type[B]) -> list[B]:
    """Return the blocks of one kind."""
    return [b for b in blocks if isinstance(b, kind)]


def texts(grid: Grid, column: int) -> list[str]:
    """Return the texts of a column."""
    return [row[column].text for row in grid.rows]


def only(*observations: Observation, **changes: Any) -> Desk:
    """Return the desk of a city of which only the observations given are known."""
    return desk(observations=observations, **changes)


# minute


def test_the_first_page_has_numbers_a_map_verdicts_gaps_and_who_confirmed() -> None:
    blocks = minute.blocks(desk())
    assert isinstance(blocks[0], Cards)
    assert isinstance(blocks[1], Picture)
    assert [p.title for p in of_kind(blocks, Points)][:2] == ["What is strong", "What is red"]
    assert isinstance(blocks[-1], Prose)


def test_numbers_on_the_first_page_lead_to_their_account_and_do_not_open_there() -> None:
    (cards,) = of_kind(minute.blocks(desk()), Cards)
    assert len(cards.figures) == 5
    assert all(f.proof is None for f in cards.figures)


def lists(*observations: Observation) -> dict[str, Points]:
    """Return the lists of the first page by title, for a street density with a cut at 75 and 25."""
    cards = dict(city.material().cards)
    card = replace(
        cards["built_environment.intersection_density"], green=75.0, red=25.0, benchmark_source="a study"
    )
    at = desk(observations=observations, cards={**cards, card.id: card})
    return {p.title: p for p in of_kind(minute.blocks(at), Points)}


def density(value: float, low: float, high: float, use: str = "discuss") -> Observation:
    """Return a street density."""
    return city.value("built_environment.intersection_density", value, low, high, use=use, roles=("streets",))


def test_values_beyond_a_cut_are_strong_or_red_and_across_it_neither() -> None:
    strong = lists(density(90, 80, 100))
    assert [i.lead.split(":")[0] for i in strong["What is strong"].items] == ["Street junctions per km²"]
    assert strong["What is red"].items == ()
    red = lists(density(20, 15, 24))
    assert len(red["What is red"].items) == 1
    assert "misses the benchmark" in red["What is red"].items[0].text
    either = lists(density(70, 60, 80))
    assert either["What is strong"].items == either["What is red"].items == ()
    assert len(either["What may be either: the range reaches across a benchmark"].items) == 1


def test_verdicts_name_the_benchmark_and_its_source() -> None:
    text = lists(density(90, 80, 100))["What is strong"].items[0].text
    assert "green from 75 per km², red below 25 per km² (a study, confidence B)" in text.replace(
        "\u00a0", " "
    )


def test_a_weak_value_is_not_a_verdict_to_rely_on() -> None:
    text = lists(density(90, 80, 100, use="context"))["What is strong"].items[0].text
    assert text.endswith("context only, so no judgement to rely on")


def test_without_benchmarks_nothing_is_called_good_or_bad() -> None:
    found = lists(city.value("climate.hot_days", 40.0))
    assert found["What is strong"].items == ()
    assert "no agreed benchmark" in found["What is strong"].empty


def test_context_values_fill_up_no_place_among_the_five() -> None:
    at = only(
        city.value("economy.jobs_mapped", 10.0, use="context"), city.value("climate.hot_days", 1.0, 0.5, 2.0)
    )
    assert [o.indicator for o in minute.five_numbers(at)] == ["climate.hot_days"]


# known


def test_use_classes_are_counted_and_explained() -> None:
    at = only(
        city.value("climate.hot_days", 1.0, use="decide"),
        city.value("climate.heavy_rain_days", 1.0, use="context"),
        city.gap("climate.rainfall_trend"),
    )
    grid = of_kind(known.blocks(at), Grid)[0]
    assert texts(grid, 0) == ["decide", "discuss", "context only", "withheld", "not known"]
    assert texts(grid, 1) == ["1", "0", "1", "0", "1"]
    assert all(texts(grid, 2))


def ages(*files: Any) -> Grid:
    """Return the table of ages for some files."""
    grids = of_kind(known.blocks(desk(sources=files)), Grid)
    return next(g for g in grids if g.caption.startswith("Age and fitness"))


def test_sources_are_listed_oldest_first_with_their_fitness_by_age() -> None:
    grid = ages(city.source("schools"), city.source("streets"), city.source("boundary", date="1960"))
    assert [row[0].text for row in grid.rows] == ["City boundary", "Streets and paths", "Schools"]
    assert texts(grid, 3) == ["too old: context only", "old: discuss only", "recent enough to decide"]
    assert texts(grid, 2)[2] == "1.9"  # from the end of 2024 to 20 November 2026


def test_sources_without_a_date_come_last_and_are_counted() -> None:
    grid = ages(city.source("streets", date="unknown"), city.source("schools"))
    assert texts(grid, 1) == ["2024", "date unknown"]
    assert texts(grid, 3)[1] == "date unknown"
    assert grid.note.startswith("Files without a date: 1 of 2.")


def test_a_file_that_only_speaks_of_the_country_is_context_whatever_its_age() -> None:
    register = city.source("schools")
    world = replace(register, role="country_hdi", file="hdi.csv")
    beside = replace(city.value("national.human_development", 0.9), origins=(Origin(world),))
    own = replace(city.value("social_inclusion.pupils_per_teacher", 20.0), origins=(Origin(register),))
    at = only(beside, own, sources=(world, register))
    grid = next(g for g in of_kind(known.blocks(at), Grid) if g.caption.startswith("Age and fitness"))
    told = dict(zip(texts(grid, 0), texts(grid, 3), strict=True))
    assert told["Schools"] == "recent enough to decide"
    assert told["Human development by country"] == "not of the city itself: context only, whatever its age"


def test_a_file_that_the_city_stands_on_as_well_is_judged_by_its_age() -> None:
    shared = city.source("schools")
    beside = replace(city.value("national.human_development", 0.9), origins=(Origin(shared),))
    own = replace(city.value("climate.hot_days", 20.0), origins=(Origin(shared),))
    at = only(beside, own, sources=(shared,))
    grid = next(g for g in of_kind(known.blocks(at), Grid) if g.caption.startswith("Age and fitness"))
    assert texts(grid, 3) == ["recent enough to decide"]


def test_a_role_nobody_knows_has_no_fitness() -> None:
    strange = replace(city.source("schools"), role="moon_phases")
    assert texts(ages(strange), 3) == ["date unknown"]


def test_blind_spots_are_sorted_by_how_little_is_covered() -> None:
    grid = next(g for g in of_kind(known.blocks(desk()), Grid) if g.caption == "Where the sources are blind")
    assert [t.replace("\u202f", " ") for t in texts(grid, 1)] == ["60 %", "64 %"]
    assert "it is not zero" in grid.note


def test_reasons_for_gaps_are_counted() -> None:
    grid = next(g for g in of_kind(known.blocks(desk()), Grid) if g.caption == "Why values are missing")
    assert texts(grid, 0)[0] == "no open file holds this; people know it"
    assert texts(grid, 1)[0] == "5"


def test_streets_that_do_not_say_what_they_cover_count_as_covering_their_extent() -> None:
    held = {**city.layers(), "streets": city.layers()["streets"].with_(covered=None)}
    picture = desk(layer=held.get).atlas.blind()
    assert picture is not None
    assert picture.alt.startswith("The street data cover 0")
    assert desk(layer=lambda role: None).atlas.blind() is None


def test_streets_that_cover_the_whole_city_leave_no_blind_spot_to_draw() -> None:
    """A hatched rest that is nowhere on the map makes a reader look for it."""
    streets = city.layers()["streets"]
    whole = reproject(np.array([city.places().city], dtype=object), city.places().crs, streets.crs)[0]
    held = {**city.layers(), "streets": streets.with_(covered=shapely.buffer(whole, 0.01))}
    assert desk(layer=held.get).atlas.blind() is None


# who


def test_counts_of_people_stand_side_by_side_against_the_first() -> None:
    grid = before.population_counts(desk())
    assert grid is not None
    assert texts(grid, 2) == ["13,300", "12,100", "about 14,200"]
    assert [t.replace("\u202f", " ") for t in texts(grid, 3)] == ["—", "−9.0 %", "+6.8 %"]


def test_one_count_alone_needs_no_table() -> None:
    assert before.population_counts(only(city.value("identity.population_census", 10.0))) is None


def ages_of(**columns: Any) -> Pyramid | None:
    """Return the pyramid of a table."""
    return before.pyramid(desk(layer={"census_age_sex": city.table("census_age_sex", columns)}.get))


def test_age_groups_go_from_old_to_young_whatever_their_order_in_the_file() -> None:
    pyramid = ages_of(age_group=["5 to 9", "100 and more", "0 to 4"], women=[10, 1, 20], men=[5, 2, 40])
    assert pyramid is not None
    assert [b.label for b in pyramid.bars] == ["100 and more", "5–9", "0–4"]
    assert [b.men_width for b in pyramid.bars] == [5.0, 12.5, 100.0]
    assert [b.women_width for b in pyramid.bars] == [2.5, 25.0, 50.0]


def test_a_pyramid_needs_groups_women_and_men() -> None:
    assert ages_of(age_group=["0 to 4"], women=[10]) is None
    assert ages_of(age_group=["0 to 4"], women=[np.nan], men=[np.nan]) is None
    assert before.pyramid(desk(layer=lambda role: None)) is None


def test_ages_are_told_in_the_language_of_the_reader_and_not_of_the_file() -> None:
    words = ["0 a 4 anos", "5", "80 anos ou mais", "ignorada"]
    found = ages_of(age_group=words, women=[1.0, 2.0, 3.0, 4.0], men=[1.0, 2.0, 3.0, 4.0])
    assert found is not None
    assert [bar.label for bar in found.bars] == ["80 and more", "5", "0–4", "ignorada"]


def test_a_group_without_a_number_is_said_to_be_without() -> None:
    pyramid = ages_of(age_group=["0 to 4", "5 to 9"], women=[np.nan, 5.0], men=[10.0, 5.0])
    assert pyramid is not None
    assert (pyramid.bars[1].women, pyramid.bars[1].women_width) == ("not given", 0.0)


def test_the_overview_map_is_shown_once() -> None:
    assert any(p.file == "maps/overview.png" for p in of_kind(before.who(desk()), Picture))
    assert not of_kind(before.who(desk(event=False)), Picture)


# works


def test_elements_say_what_they_depend_on_and_who_depends_on_them() -> None:
    (block,) = of_kind(before.works(desk()), Elements)
    assert len(block.boxes) == 8
    boxes = {b.id: b for b in block.boxes}
    for box in block.boxes:
        for need, _ in box.needs:
            assert box.id in [i for i, _ in boxes[need].needed_by]


def test_components_without_a_value_are_holes() -> None:
    at = only(
        city.value("mobility.transit_stops", 10.0, roles=("transit_stops",)),
        city.gap("basic_infrastructure.power_interruption"),
    )
    (block,) = of_kind(before.works(at), Elements)
    chips = {c.name: (c.known, c.asked) for box in block.boxes for c in box.chips}
    assert chips["urban mobility"] == (1, 1)
    assert chips["energy"] == (0, 1)
    assert chips["inter-regional mobility"] == (0, 0)


# reached, places, promised


def test_published_lists_stand_beside_our_counts() -> None:
    grid = event.published_differences(desk())
    assert grid is not None
    assert texts(grid, 0) == ["schools"]
    assert texts(grid, 2) == ["3 counted here, 4 published, of 14"]
    assert event.published_differences(only(city.gap("exposure.flood_published_difference"))) is None


def test_the_share_of_an_area_is_never_more_than_all_of_it() -> None:
    # A square of 2 km has 4 km2.
    values = city.parts("exposure.flood_area", {"Alto": 1.0, "Baixo": 4.4}, roles=("flood_extent",))
    shares = neighbourhoods.shares_reached(only(*values))
    assert shares == {"neighbourhood:0": pytest.approx(0.25), "neighbourhood:1": 1.0}


def test_neighbourhoods_come_with_most_people_first_and_untouched_ones_are_left_out() -> None:
    people = {"Alto": 0.0, "Baixo": 900.0, "Doca": 1510.0}
    grid = neighbourhoods.neighbourhood_table(
        only(*city.parts("exposure.flood_population", people, roles=("flood_extent",)))
    )
    assert grid is not None
    assert texts(grid, 0) == ["Doca", "Baixo"]
    assert texts(grid, 2) == ["no value", "no value"]
    assert neighbourhoods.neighbourhood_table(only(city.gap("exposure.flood_population"))) is None


def test_half_an_area_is_not_most_of_it() -> None:
    values = city.parts("exposure.flood_area", {"Alto": 2.0, "Baixo": 2.1}, roles=("flood_extent",))
    reached = neighbourhoods.mostly_reached(only(*values))
    assert reached is not None
    assert [i.lead for i in reached.items] == ["Baixo"]
    assert "number of people not shown" in reached.items[0].text
    assert neighbourhoods.mostly_reached(only(city.value("identity.area", 1.0))) is None


def test_settlements_are_compared_as_a_group_with_the_rest() -> None:
    grid = neighbourhoods.settlements_against_rest(desk())
    assert grid is not None
    assert texts(grid, 0) == ["People near public transport", "Share of people inside the flood outline"]
    assert texts(grid, 2) == ["about 71.0", "about 61"]
    assert texts(grid, 3) == ["about 92.9", "about 15.5"]
    assert neighbourhoods.settlements_against_rest(only(city.value("identity.area", 1.0))) is None


def test_lists_of_a_plan_are_counted_with_their_overlap() -> None:
    table = city.table("plan_lists", {"protected": ["Doca", "Centro", ""], "under_study": ["Doca", "", ""]})
    grid = event.list_lengths(desk(layer={"plan_lists": table}.get))
    assert grid is not None
    assert (texts(grid, 0), texts(grid, 1), texts(grid, 2)) == (
        ["Protected", "Under study"],
        ["2", "1"],
        ["1", "1"],
    )
    assert event.list_lengths(desk(layer=lambda role: None)) is None


def test_dates_against_the_event_are_told_in_words() -> None:
    lists = city.table("plan_lists", {"protected": ["Doca"]})
    assert dating_text("before", lists) == "dated before the event (November 2024)"
    assert dating_text("after", lists).startswith("dated November 2024, not before the event")
    assert "cannot test it" in dating_text("undated", lists)
    assert dating_text("absent", None) == "not given"


def test_without_an_event_the_one_chapter_lists_what_is_known_all_the_same() -> None:
    blocks = event.no_event(desk(event=False))
    (numbers,) = of_kind(blocks, Numbers)
    assert "social_inclusion.informal_settlement_census" in [f.indicator for f in numbers.figures]
    assert numbers.holes == ()


def test_an_outline_without_features_is_no_event() -> None:
    empty = city.layer("flood_extent", [])
    assert desk(layer={"flood_extent": empty}.get).event is None


def test_an_outline_in_degrees_is_drawn_in_the_citys_own_system() -> None:
    flood = city.layers()["flood_extent"]
    assert isinstance(flood, Layer)
    degrees = Layer(
        role="flood_extent", origins=flood.origins, date=flood.date, crs="EPSG:4326",
        geometry=np.array([shapely.box(-51.0, -29.84, -50.98, -29.82)], dtype=object),
    )  # fmt: skip
    at = desk(layer={"flood_extent": degrees}.get)
    picture = at.atlas.minute()
    area = next(d for d in at.atlas.jobs[0].drawn if d.legend == "Area reached by the water")
    assert picture.file == "maps/minute.png"
    assert abs(area.outline.xy[:, 0] - city.EAST).max() < 5_000


# wear, ask, sources


def test_wear_goes_from_weather_to_services_and_skips_what_is_empty() -> None:
    titles = [b.title for b in of_kind(after.wear(desk()), Numbers)]
    assert titles[:2] == ["Heat and cold", "Rain and drought"]
    assert titles.index("What has changed at the station") < titles.index(
        "Services that lack something every day"
    )
    assert after.wear(only(city.value("identity.area", 1.0))) == []


def test_who_has_the_least_to_do_is_asked_first() -> None:
    at = only(
        city.gap("municipal_services.shelters"),  # civil defence, 8 hours
        city.gap("municipal_services.contingency_plan"),  # civil defence, 2 hours
        city.gap("economy.unemployment"),  # statistics office, 2 hours
    )
    assert [(q.who, q.hours) for q in ask.questions(at)] == [
        ("national statistics office", 2.0),
        ("civil defence", 2.0),
        ("civil defence", 8.0),
    ]


def test_weak_values_are_listed_with_what_would_mend_them() -> None:
    grids = {g.caption: g for g in of_kind(ask.blocks(desk()), Grid)}
    weak = grids["Values too weak to decide or discuss on"]
    assert texts(weak, 0) == ["Jobs on the map"]
    assert texts(weak, 2) == ["the data are old"]


def test_when_all_is_known_nothing_is_asked() -> None:
    blocks = ask.blocks(only(city.value("identity.area", 1.0)))
    assert of_kind(blocks, Prose)[0].title == "Nothing to ask"
    assert of_kind(blocks, Numbers)[0].figures[0].indicator == "identity.area"


def test_every_indicator_is_told_in_full_in_exactly_one_chapter() -> None:
    at = desk()
    chapters = build_chapters(at)
    full = []
    for chapter in chapters:
        for block in chapter.blocks:
            rows = [block] if isinstance(block, Numbers) else []
            rows += [box.numbers for box in block.boxes] if isinstance(block, Elements) else []
            shown = [f for row in rows for f in (*row.figures, *(f for h in row.holes for f in h.figures))]
            full += [f.indicator for f in shown if f.proof is not None]
    assert sorted(full) == sorted(at.facts.headlines)


def test_chapters_are_numbered_as_they_stand() -> None:
    assert [c.number for c in build_chapters(desk())] == list(range(1, 11))
    assert [c.number for c in build_chapters(desk(event=False))] == list(range(1, 9))


def test_files_without_a_licence_or_hash_are_said_to_be_so() -> None:
    files = (city.source("streets"), city.source("river_level", sha256="", url="http://plain.example"))
    grid = next(
        g for g in of_kind(sources.blocks(desk(sources=files)), Grid) if g.caption.startswith("Every file")
    )
    first, second = grid.rows[0], grid.rows[1]
    assert first[1].href == "https://example.org/streets"
    assert second[1].href == ""
    assert second[1].small.startswith("no hash")
    assert second[3].text == "no licence: not for publication"


def test_checks_that_fail_are_loud_and_problems_are_counted_once() -> None:
    run = city.material()
    failed = replace(run.self_tests[0], passed=False)
    twice = (run.problems[0], run.problems[0])
    points = of_kind(sources.blocks(desk(self_tests=(*run.self_tests, failed), problems=twice)), Points)
    assert points[0].title.endswith("1 of 2 passed")
    assert points[0].items[1].lead.startswith("FAILED")
    assert len(points[1].items) == 1
    assert points[1].items[0].lead.endswith("(2 times)")


def test_credits_are_printed_once_each() -> None:
    prose = of_kind(sources.blocks(desk()), Prose)[0]
    assert prose.text.count("Instituto Fictício") == 1
    assert "OpenStreetMap contributors" in prose.text
