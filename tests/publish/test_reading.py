"""The page in hand: on a phone, on paper, in black and white, and word by word against its values."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from tests.publish import city
from tests.publish.page import Page, chapter

from almena.model.observation import MODELLED, PROXY
from almena.packs import load_cards
from almena.packs.table import read_table
from almena.publish.chapters.book import build_chapters
from almena.publish.chapters.desk import set_up
from almena.publish.editions import for_edition
from almena.publish.figures import value_texts
from almena.publish.report import write_report

STYLE = (resources.files("almena.publish") / "templates" / "style.css").read_text(encoding="utf-8")
PRINT, PHONE = STYLE[STYLE.index("@media print") :], STYLE[STYLE.index("@media (max-width") :]


# paper


def test_paper_is_a4_and_every_chapter_but_the_first_begins_a_page() -> None:
    assert "@page{size:A4" in STYLE
    assert ".chapter+.chapter{break-before:page" in PRINT
    assert not re.search(r"[^+]\.chapter\{[^}]*break-before:page", PRINT)


def test_maps_fit_a_page_of_paper_and_are_not_cut() -> None:
    height = re.search(r"\.map img\{max-block-size:(\d+)cm", PRINT)
    assert height is not None
    assert int(height.group(1)) <= 20  # of 29.7 cm, less margins, title and note
    assert re.search(r"\.map,[^{]*\{break-inside:avoid\}", PRINT)


def test_folded_rows_are_printed() -> None:
    assert ".more::details-content{content-visibility:visible" in PRINT


def test_headings_stay_with_what_follows_them() -> None:
    rule = re.search(r"([^{}]+)\{break-after:avoid\}", PRINT)
    assert rule is not None
    assert {"h2", "h3", "h4", "caption"} <= set(rule.group(1).split(","))


def test_the_style_is_small_and_loads_nothing() -> None:
    assert len(STYLE.encode()) <= 12_000
    assert "url(" not in STYLE
    assert "@import" not in STYLE


# phone


def test_wide_tables_become_lists_on_a_phone_and_narrow_ones_stay(pages: dict[str, str]) -> None:
    for table in re.findall(r"<table role=\"table\".*?</table>", pages["public"], re.DOTALL):
        columns = table.count('role="columnheader"')
        assert ('class="stack"' in table) == (columns > 2)


def test_ranges_in_stacked_cells_stand_in_brackets() -> None:
    assert '.stack td.num small::before{content:" ("}' in PHONE
    assert '.stack td.num small::after{content:")"}' in PHONE


def test_rankings_have_two_columns_with_the_rank_before_the_name(pages: dict[str, str]) -> None:
    start = pages["public"].index("People inside the outline, by neighbourhood, most first</caption>")
    table = pages["public"][start : pages["public"].index("</table>", start)]
    assert table.count('role="columnheader"') == 2
    assert "<bdi>1. Doca</bdi>" in table
    assert "<bdi>2. Baixo</bdi>" in table


# words against values


@pytest.mark.parametrize("name", ["public", "city", "dry", "poor"])
def test_no_count_is_said_to_be_about_and_no_model_without_it(pages: dict[str, str], name: str) -> None:
    run = city.poor_material() if name == "poor" else city.material(event=name != "dry")
    text = plain(Page(pages[name]).text)
    for observation in run.observations:
        card = run.cards[observation.indicator]
        if observation.value is None or observation.dimensions or observation.place_kind != "city":
            continue
        value = plain(value_texts(observation, card)[0])
        model = observation.status in (MODELLED, PROXY) and observation.low != observation.high
        assert value.startswith("about ") == model, card.id
        if not model and f"{card.title}: {value}" in text:
            assert f"{card.title}: about {value}" not in text


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_every_sentence_to_copy_holds_value_range_and_source_of_its_value() -> None:
    at = set_up(for_edition(city.material()))
    rows = {
        r["template"]: r
        for r in read_table("story.csv")
        if len(r["needs"].split()) == 1 and r["needs"] != "*"
    }
    for template, row in rows.items():
        observation = at.facts.value(row["needs"])
        said = at.teller._say(row)
        if observation is None or said is None:
            continue
        value, spread = (plain(t) for t in value_texts(observation, at.material.cards[row["needs"]]))
        text = plain(said.text)
        assert value.lower() in text.lower(), template
        assert "source" not in template or "(" in text
        if "{with_range}" in template and spread:
            assert f"range {spread}" in text, template


def test_no_sentence_to_copy_says_that_a_count_without_range_is_complete() -> None:
    head = replace(
        city.value("social_inclusion.pupils", 8_735, roles=("schools",)), interval_kind="expert", use="decide"
    )
    at = set_up(for_edition(city.material(observations=(head,))))
    (first, *_) = at.teller.may_say(["who"])
    assert plain(first.text) == (
        "Vale Claro – Pupils: 8,735 pupils (no range given; Education Department 2024)."
    )


def test_wrong_sentences_give_the_notes_of_their_value_as_reason() -> None:
    peak = city.value(
        "exposure.river_peak", 535, roles=("climate_daily",), notes=("readings jump", "the end is near")
    )
    at = set_up(for_edition(city.material(observations=(peak,))))
    (wrong,) = [w for w in at.teller.may_not_say(["reached"]) if "stood higher" in w.text]
    assert plain(wrong.text) == "The river never stood higher than 535 cm."
    assert wrong.why == "That is the highest reading in the files given. Readings jump. The end is near."


def test_depth_is_refused_wherever_there_was_an_event() -> None:
    at = set_up(for_edition(city.material()))
    assert any("metres deep" in w.text for w in at.teller.may_not_say(["reached"]))
    dry = set_up(for_edition(city.material(event=False)))
    assert not any("metres deep" in w.text for w in dry.teller.may_not_say(["reached"]))


def test_older_limits_are_mentioned_only_where_a_file_of_them_was_read() -> None:
    assert not any(
        "older census" in w.text for w in set_up(for_edition(city.material())).teller.may_not_say(["who"])
    )
    older = replace(city.source("boundary"), role="neighbourhood_statistics")
    at = set_up(for_edition(city.material(sources=(older,))))
    assert any("older census" in w.text for w in at.teller.may_not_say(["who"]))


def test_in_the_city_edition_the_survey_of_risk_sectors_says_how_it_was_made() -> None:
    head = replace(
        city.value("exposure.risk_sector_population", 36_517.0, 18_000.0, 88_000.0, status="modelled"),
        causes=({"name": "people are 4 × buildings", "kind": "sources", "low": 1.0, "high": 2.0},),
    )
    at = set_up(
        for_edition(city.material("city", observations=(head,), city_roles=frozenset({"risk_sectors"})))
    )
    (wrong,) = [w for w in at.teller.may_not_say(["wear"]) if "one by one" in w.text]
    assert wrong.why == "People are 4 × buildings."
    public = set_up(for_edition(city.material(observations=(head,))))
    assert not any("one by one" in w.text for w in public.teller.may_not_say(["wear"]))


# the fullest and the poorest city


def test_a_city_without_neighbourhoods_is_not_said_to_have_any(pages: dict[str, str]) -> None:
    assert "and its neighbourhoods" not in Page(pages["poor"]).text
    run = city.poor_material()
    held = {"flood_extent": city.layers()["flood_extent"]}
    flooded = set_up(for_edition(replace(run, layer=held.get)))
    titles = str([c.blocks for c in build_chapters(flooded) if c.id == "places"])
    assert "Neighbourhoods with most of their area reached" not in titles
    assert "Islands" not in titles


def test_every_card_with_a_value_can_be_told(tmp_path: Path) -> None:
    values = []
    for number, (indicator, card) in enumerate(load_cards().items()):
        status = ("measured", "modelled", "reported", "proxy")[number % 4]
        made = city.value(indicator, 10.0 + number, 8.0, 150.0, status=status, use="discuss")
        values.append(replace(made, unit=card.unit, reason="the range is wide", coverage=0.6))
    page = Page(
        write_report(city.material(observations=tuple(values)), tmp_path / "r").read_text(encoding="utf-8")
    )
    assert page.mistakes == []
    assert len(set(page.ids())) == len(page.ids())
    assert {a["href"][1:] for a in page.all("a") if a.get("href", "").startswith("#")} <= set(page.ids())
    assert page.headings()[0] == 1
    assert all(b - a <= 1 for a, b in zip(page.headings(), page.headings()[1:], strict=False))


def test_every_card_without_a_value_can_be_told(tmp_path: Path) -> None:
    gaps = tuple(city.gap(indicator) for indicator in load_cards())
    text = write_report(city.material(observations=gaps), tmp_path / "r").read_text(encoding="utf-8")
    page = Page(text)
    assert page.mistakes == []
    assert len(set(page.ids())) == len(page.ids())
    assert "No number can be given for Vale Claro yet" in page.text


def test_withheld_values_are_holes_with_their_own_word(pages: dict[str, str]) -> None:
    text = chapter(pages["public"], "works")
    assert "▣ withheld Power substations on the map" in text
    assert "▣ withheld Power substations on the map" not in chapter(pages["city"], "works")
