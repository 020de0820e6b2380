"""Figures: a value as readers meet it, and the proof behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.publish import city

from almena.model.observation import Observation
from almena.model.origin import Origin
from almena.publish.blocks import Figure
from almena.publish.editions import for_edition
from almena.publish.facts import Facts
from almena.publish.figures import (
    FigureMaker,
    dimension_text,
    has_agreed,
    range_text,
    use_word,
    value_texts,
)
from almena.publish.report import write_report
from almena.publish.words import word, words

FLOOD = "exposure.flood_population"


def maker(**changes: object) -> FigureMaker:
    """Return a maker of figures for the whole invented city."""
    return FigureMaker(Facts(city.material(**changes)))


def figure(indicator: str, **changes: object) -> Figure:
    """Return the figure of a headline."""
    at = maker(**changes)
    return at.figure(at.facts.headlines[indicator])


def test_a_figure_says_class_value_range_date_and_how_it_was_obtained() -> None:
    told = figure(FLOOD)
    assert (told.use.symbol, told.use.word) == ("◐", "discuss")
    assert told.value.replace("\u00a0", " ") == "about 2,840 people"
    assert told.range == "2,510–3,170"
    assert (told.period, told.status) == ("May 2024", "from a model")
    assert told.anchor == "n-exposure-flood-population"


def test_a_gap_says_why_and_what_would_close_it() -> None:
    told = figure("municipal_services.shelters")
    assert told.missing
    assert (told.value, told.range, told.period) == ("", "", "")
    assert told.use.word == "not known"
    assert told.reason == "no open file holds this; people know it"
    assert told.remedy == "places in shelters that stay dry, with water and power"


def test_what_is_withheld_does_not_pass_for_unknown() -> None:
    edition = for_edition(city.material())
    at = FigureMaker(Facts(edition))
    told = at.figure(edition_headline(at, "basic_infrastructure.substations"))
    assert told.use.word == "withheld"
    assert told.value == ""


def edition_headline(at: FigureMaker, indicator: str) -> object:
    """Return a headline from a maker's own facts."""
    return at.facts.headlines[indicator]


def test_an_indicator_is_told_in_full_once() -> None:
    at = maker()
    head = at.facts.headlines[FLOOD]
    assert at.figure(head, full=False).proof is None
    assert at.figure(head).proof is not None
    assert at.figure(head).proof is None


def test_the_proof_holds_everything_needed_to_check_a_value() -> None:
    proof = figure(FLOOD).proof
    assert proof is not None
    assert proof.exact.replace("\u00a0", " ").startswith("2,836 people; 90 % range 2,510 to 3,170")
    assert proof.method == "flood_population@1"
    assert proof.coverage.startswith("100")
    assert proof.quality.startswith("B: ")
    assert [c.name for c in proof.causes] == ["another source"]
    assert proof.causes[0].range == "2,510 to 3,170 people"
    assert [s.file for s in proof.sources] == [
        "population_grid/population_grid.dat",
        "flood_extent/flood_extent.dat",
    ]
    assert proof.sources[0].steps == "read as utf-8 → clipped"
    assert proof.places == 4
    assert [o.what for o in proof.others] == ["basis: scaled to the census of 2022"]
    assert proof.codes == "SENDAI B-1 related (C)"


def test_causes_without_numbers_are_named_all_the_same() -> None:
    unknown = {"name": "positions were guessed", "kind": "expert", "low": None, "high": None}
    head = replace(city.value("identity.area", 24.0), causes=(unknown,))
    at = maker(observations=(head,))
    proof = at.figure(head).proof
    assert proof is not None
    assert (proof.causes[0].name, proof.causes[0].kind, proof.causes[0].range) == (
        "positions were guessed",
        "judgement",
        "",
    )


def test_sources_are_numbered_once_in_the_order_of_the_run() -> None:
    at = maker()
    assert [at.numbers[s] for s in at.facts.material.sources] == list(range(1, len(city.CREDITS) + 1))
    extra = city.source("schools", sha256="f" * 64)
    head = replace(city.value("identity.area", 24.0), origins=(Origin(extra),))
    assert maker(observations=(head,)).numbers[extra] == len(city.CREDITS) + 1


def test_a_file_read_in_two_steps_is_listed_once() -> None:
    twice = (*city.origins("schools"), *city.origins("schools"))
    head = replace(city.value("identity.area", 24.0), origins=twice)
    assert len(maker(observations=(head,)).source_lines(head)) == 1


def test_long_lists_of_features_are_cut() -> None:
    long = replace(city.origins("schools")[0], locator="features " + ", ".join(map(str, range(500))))
    head = replace(city.value("identity.area", 24.0), origins=(long,))
    locator = maker(observations=(head,)).source_lines(head)[0].locator
    assert len(locator) <= 240
    assert locator.endswith("…")


def test_cells_give_the_rounded_value_its_range_and_its_class() -> None:
    at = maker()
    cell = at.cell(at.facts.headlines[FLOOD])
    assert (cell.text, cell.small, cell.number) == ("about 2,840", "2,510–3,170", True)
    assert cell.use is not None
    assert cell.use.id == "discuss"
    assert at.cell(None).text == "no value"
    assert at.cell(city.gap("identity.area")).text == "no value"
    assert at.cell(replace(city.gap("identity.area"), reason="withheld: few people")).text == "withheld"


def test_numbers_separate_values_from_holes_and_skip_what_was_not_looked_at() -> None:
    at = maker()
    cards = [
        at.facts.material.cards[i] for i in ("municipal_services.shelters", FLOOD, "ecology.forest_share")
    ]
    block = at.numbers_of("Mixed", cards)
    assert [f.indicator for f in block.figures] == [FLOOD]
    assert [f.indicator for h in block.holes for f in h.figures] == ["municipal_services.shelters"]


def test_accounts_are_linked_only_where_they_exist() -> None:
    assert maker().behind(FLOOD, "ecology.forest_share") == (
        ("#n-exposure-flood-population", "People inside the flood outline"),
    )


def test_the_review_of_a_person_stands_beside_the_value() -> None:
    told = figure("identity.area", confirmed_by={"identity.area": "A. Engineer, 2026-11-19"})
    assert told.review == "A. Engineer, 2026-11-19"
    assert figure("identity.area").review == ""


def test_units_follow_the_value_unless_they_stand_in_the_header() -> None:
    head = city.value("social_inclusion.schools", 1.0)
    card = city.material().cards[head.indicator]
    assert value_texts(head, card)[0].replace("\u00a0", " ") == "1 school"
    assert value_texts(head, card, unit=False)[0] == "1"
    assert value_texts(city.gap(head.indicator), card) == ("", "")


def test_dimensions_are_told_in_words() -> None:
    head = city.value("identity.area", 1.0, dimensions=(("age_group", "0-14"), ("sex", "women")))
    assert dimension_text(head) == "age group: 0-14 and sex: women"


def test_every_class_has_a_shape_of_its_own_and_a_meaning() -> None:
    uses = words("use")
    assert [w.id for w in uses] == ["decide", "discuss", "context", "withheld", "missing"]
    assert len({w.symbol for w in uses}) == len(uses)
    assert all(w.meaning for w in uses)
    assert word("use", "surely").word == "surely"
    assert use_word(city.gap("identity.area")).id == "missing"


# counts and models


@pytest.mark.parametrize("status", ["measured", "reported", "confirmed", "proposed", "rejected"])
def test_only_a_model_or_a_stand_in_is_rounded(status: str) -> None:
    card = city.material().cards["exposure.flood_hydrants"]
    head = city.value(card.id, 263.0, 245.0, 287.35, status=status, roles=("hydrants",))
    assert plain(value_texts(head, card)) == ("263 hydrants", "245–287")


@pytest.mark.parametrize("status", ["modelled", "proxy"])
def test_a_model_is_said_with_about_and_by_the_width_of_its_range(status: str) -> None:
    card = city.material().cards[FLOOD]
    head = city.value(FLOOD, 152_917.1, 118_226.0, 190_918.0, status=status)
    assert plain(value_texts(head, card)) == ("about 153,000 people", "118,000–191,000")


def plain(texts: tuple[str, str]) -> tuple[str, str]:
    """Return texts with ordinary spaces."""
    first, second = (t.replace("\u00a0", " ").replace("\u202f", " ") for t in texts)
    return first, second


def test_a_complete_count_is_told_apart_from_a_value_without_a_range() -> None:
    counted = city.value("social_inclusion.schools", 14, roles=("schools",))
    assert range_text(counted, "") == "a complete count"
    without = replace(counted, interval_kind="", low=None, high=None)
    assert range_text(without, "") == "no range given"
    assert range_text(counted, "12–16") == "range 12–16"
    at = maker(observations=(without,))
    told = at.figure(at.facts.headlines["social_inclusion.schools"])
    assert told.no_range == "no range given"
    assert figure(FLOOD).no_range == ""


# breakdowns


def split_of(*observations: Observation) -> list[tuple[str, str]]:
    """Return the parts shown beside the first value."""
    at = maker(observations=observations)
    told = at.figure(observations[0])
    return [(p.what, p.value.replace("\u00a0", " ")) for p in told.split]


HYDRANTS = "exposure.flood_hydrants"


def hydrants(number: float, **dimensions: str) -> Observation:
    """Return a count of hydrants, of all or of a part."""
    return city.value(HYDRANTS, number, roles=("hydrants",), dimensions=tuple(sorted(dimensions.items())))


def test_parts_by_state_or_class_stand_beside_the_value() -> None:
    found = split_of(hydrants(263), hydrants(139, state="operable"), hydrants(124, state="not operable"))
    assert found == [("not operable", "124 hydrants"), ("operable", "139 hydrants")]


def test_an_unknown_class_says_what_is_unknown() -> None:
    found = split_of(hydrants(263), hydrants(3, **{"class": "unknown"}))
    assert found == [("class unknown", "3 hydrants")]


def test_other_ways_of_counting_stay_in_the_account() -> None:
    head, other = hydrants(263), hydrants(250, basis="scaled to the census")
    assert split_of(head, other) == []
    proof = maker(observations=(head, other)).figure(head).proof
    assert proof is not None
    assert [o.what for o in proof.others] == ["basis: scaled to the census"]


def test_what_is_shown_beside_the_value_is_not_repeated_in_the_account() -> None:
    head, part = hydrants(263), hydrants(139, state="operable")
    proof = maker(observations=(head, part)).figure(head).proof
    assert proof is not None
    assert proof.others == ()


def test_many_parts_are_a_list_of_their_own_in_the_account() -> None:
    parts = [hydrants(n, sector=f"sector {n}") for n in range(1, 10)]
    assert split_of(hydrants(45), *parts) == []
    assert len(split_of(hydrants(45), *parts[:8])) == 8


def test_parts_are_shown_only_where_the_value_is_told_in_full() -> None:
    head, part = hydrants(263), hydrants(139, state="operable")
    at = maker(observations=(head, part))
    assert at.figure(head, full=False).split == ()
    assert len(at.figure(head).split) == 1
    assert at.figure(head).split == ()


def test_a_part_with_another_class_than_the_whole_shows_its_own(tmp_path: Path) -> None:
    weak = replace(hydrants(2, state="operable"), use="context")
    run = city.material(observations=(hydrants(5), weak))
    page = write_report(run, tmp_path / "r").read_text(encoding="utf-8")
    part = page[page.index('class="split"') :]
    part = part[: part.index("</ul>")]
    assert "context only" in part
    assert "use-decide" not in part


def test_a_range_without_width_says_that_all_ways_of_counting_agree() -> None:
    counted = city.value("exposure.flood_hospitals", 3.0, 3.0, 3.0, roles=("schools",))
    looked_at = replace(counted, interval_kind="sensitivity+sources")
    assert has_agreed(looked_at)
    assert range_text(looked_at, "") == "all ways of counting agree"
    assert not has_agreed(replace(looked_at, high=4.0))
    assert not has_agreed(replace(looked_at, interval_kind=""))


def test_a_width_assumed_of_nought_is_no_agreement() -> None:
    nothing = city.value("exposure.flood_hospitals", 0.0, 0.0, 0.0, roles=("schools",))
    assert not has_agreed(replace(nothing, interval_kind="expert"))
    assert not has_agreed(replace(nothing, interval_kind="expert+sources"))
