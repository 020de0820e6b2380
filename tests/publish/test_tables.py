"""The tables of content: complete, consistent, and free of any one city."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from almena.model.observation import CONTEXT, DECIDE, DISCUSS, MEASURED, MODELLED, PROXY, REPORTED
from almena.packs import load_cards, load_grades
from almena.packs.table import read_table
from almena.publish.chapters.book import BLOCKS
from almena.publish.maps.shapes import palette, steps
from almena.publish.words import words

OURS = (
    "chapters.csv", "choropleths.csv", "linked_counts.csv", "may_not_say.csv", "palette.csv", "report_words.csv",
    "story.csv", "units.csv",
)  # fmt: skip


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, WCAG 2.2."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", OURS)
def test_tables_can_be_read_and_name_no_city_river_or_year_of_an_event(name: str) -> None:
    rows = read_table(name)
    assert rows
    text = " ".join(cell for row in rows for key, cell in row.items() if key not in ("source", "_row"))
    assert not re.search(r"Porto Alegre|Gua[ií]ba|Eldorado|2024", text)


def test_every_chapter_of_the_table_is_built_and_every_story_key_has_a_chapter() -> None:
    chapters = [r["id"] for r in read_table("chapters.csv")]
    assert set(chapters) == set(BLOCKS)
    assert {key for card in load_cards().values() for key in card.story} <= set(chapters)
    assert [int(r["number"]) for r in read_table("chapters.csv")] == list(range(1, 11))


def test_leads_only_use_slots_that_are_filled() -> None:
    for row in read_table("chapters.csv"):
        for column in ("lead", "lead_without_event"):
            assert set(re.findall(r"{(\w+)}", row[column])) <= {"city", "event"}


def test_every_chapter_has_something_to_say_and_not_to_say() -> None:
    chapters = {r["id"] for r in read_table("chapters.csv")}
    assert {r["chapter"] for r in read_table("story.csv")} >= chapters
    assert {r["chapter"] for r in read_table("may_not_say.csv")} == chapters


def test_terms_cover_every_class_and_status_of_the_model() -> None:
    assert {DECIDE, DISCUSS, CONTEXT} <= {w.id for w in words("use")}
    assert {MEASURED, MODELLED, PROXY, REPORTED} <= {w.id for w in words("status")}
    assert load_grades()


def test_units_of_all_cards_read_like_words() -> None:
    known = {r["unit"] for r in read_table("units.csv")}
    odd = {c.unit for c in load_cards().values()} - known
    assert not {unit for unit in odd if re.search(r"[0-9_]|deg|CO2", unit)}


def test_links_between_counts_name_counts_of_people() -> None:
    cards = load_cards()
    for row in read_table("linked_counts.csv"):
        assert cards[row["count"]].unit == "persons"
        assert row["gives_away"] in cards


def test_maps_by_neighbourhood_have_cuts_that_rise_and_as_many_steps_as_classes() -> None:
    for row in read_table("choropleths.csv"):
        cuts = [float(c) for c in row["cuts"].split()]
        assert cuts == sorted(set(cuts))
        assert len(cuts) + 1 <= len(steps())
        assert row["indicator"] in load_cards()


def test_steps_darken_so_that_they_can_be_told_apart_in_grey() -> None:
    light = [luminance(s.colour) for s in steps()]
    assert all(first > second * 1.3 for first, second in pairwise(light))


def test_areas_that_lie_beside_each_other_differ_by_hatch_or_lightness() -> None:
    event, ground, water = (palette()[n].colour for n in ("event", "ground", "water"))
    assert contrast(event, ground) > 2
    assert contrast(event, water) > 1.5
    assert palette()["promise"].hatch
    assert palette()["blind"].hatch != palette()["promise"].hatch


def test_text_colours_have_the_contrast_that_readers_need() -> None:
    from almena.publish.report import _style

    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", _style()))
    full = {k: v if len(v) == 7 else "#" + "".join(c * 2 for c in v[1:]) for k, v in colours.items()}
    for text in ("ink", "soft", "link"):
        for ground in ("paper", "tint"):
            assert contrast(full[text], full[ground]) >= 4.5, (text, ground)
    assert contrast(full["edge"], full["paper"]) >= 3
    for panel in ("#eef6ef", "#fbf0ef"):
        assert contrast(full["ink"], panel) >= 7
        assert contrast(full["soft"], panel) >= 4.5


def test_the_stylesheet_is_small_and_goes_with_either_direction_of_writing() -> None:
    from almena.publish.report import _style

    css = _style()
    assert len(css) < 12_000
    assert not re.search(r"(margin|padding|border)-(left|right)|text-align:\s*(left|right)|float:", css)
    assert "@media print" in css
