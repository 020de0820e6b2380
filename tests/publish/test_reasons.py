"""Reasons in short words before the eye, in full in the account."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.publish import city
from tests.publish.page import Page

from almena.packs import load_cards, load_roles
from almena.packs.loader import load_use_rules
from almena.publish.facts import Facts
from almena.publish.figures import FigureMaker
from almena.publish.reasons import NO_FILE, closing, is_for_want_of_files, plain_reason, short_reason
from almena.publish.report import write_report
from almena.publish.words import word

FULL = (
    "the data are too old to decide on; the inputs cover only part of what should be counted; "
    "the range is wide; the value stands on a model or on another quantity"
)
WANT = f"{NO_FILE}: population raster (population_grid), streets and paths (streets)"


def test_sentences_of_the_rules_become_short_words() -> None:
    assert short_reason(FULL) == "old data · part of the city · wide range · model or stand-in"
    assert short_reason("") == ""


def test_a_reason_that_no_table_knows_speaks_for_itself() -> None:
    assert short_reason("the range is wide; the moon was full") == "wide range · the moon was full"


def test_every_rule_of_the_use_classes_has_short_words_for_both_of_its_sentences() -> None:
    for rule in load_use_rules():
        for said in (rule.because, f"the {rule.fact} of the data is not known"):
            assert word("because", said).word != said, said


def test_the_same_short_word_is_not_said_twice() -> None:
    assert short_reason("the range is wide; the range is wide") == "wide range"


def gap(reason: str) -> object:
    """Return a gap with a reason."""
    return city.gap("social_inclusion.school_access_500m", reason)


def test_files_that_are_missing_are_named_without_the_ids_of_their_roles() -> None:
    missing = city.gap("social_inclusion.school_access_500m", WANT)
    assert is_for_want_of_files(missing)
    assert plain_reason(missing, load_roles()) == (
        "missing or unusable file: population raster, streets and paths"
    )


def test_brackets_that_name_no_role_stay() -> None:
    kept = city.gap("identity.area", "the method failed (again)")
    assert plain_reason(kept, load_roles()) == "the method failed (again)"
    assert not is_for_want_of_files(kept)


def test_what_closes_a_gap_is_the_file_that_is_missing_and_not_the_one_that_is_there() -> None:
    card = load_cards()["exposure.flood_hospitals"]
    assert "outline" in card.remedy.lower()
    missing = city.gap(card.id, f"{NO_FILE}: hospitals (hospitals)")
    assert closing(missing, card, load_roles()) == "a file with hospitals"
    both = city.gap(card.id, WANT)
    assert closing(both, card, load_roles()) == "a file with population raster and streets and paths"


def test_other_gaps_are_closed_as_their_card_says() -> None:
    card = load_cards()["municipal_services.shelters"]
    assert closing(city.gap(card.id), card, load_roles()).startswith("places in shelters")
    own = replace(city.gap(card.id), remedy="Ask: the mayor")
    assert closing(own, card, load_roles()) == "the mayor"


def test_a_role_that_nobody_knows_leaves_the_remedy_of_the_card() -> None:
    card = load_cards()["exposure.flood_hospitals"]
    strange = city.gap(card.id, f"{NO_FILE}: moon phases (moon_phases)")
    assert closing(strange, card, load_roles()) == card.remedy


def maker(*observations: object) -> FigureMaker:
    """Return a maker of figures for some observations."""
    return FigureMaker(Facts(city.material(observations=observations)))


def test_a_weak_value_has_short_words_beside_it_and_sentences_in_its_account() -> None:
    weak = city.value("climate.hot_days", 12.0, 8.0, 16.0, use="discuss", reason=FULL)
    at = maker(weak)
    told = at.figure(weak)
    assert told.reason == "old data · part of the city · wide range · model or stand-in"
    assert told.proof is not None
    assert told.proof.because == tuple(FULL.split("; "))


def test_a_value_fit_to_decide_needs_no_reason() -> None:
    fit = city.value("climate.hot_days", 12.0)
    told = maker(fit).figure(fit)
    assert told.reason == ""
    assert told.proof is not None
    assert told.proof.because == ()


def test_what_one_file_would_open_is_one_hole() -> None:
    cards = load_cards()
    ids = ("identity.children_share", "identity.older_share", "identity.women_share")
    ages = f"{NO_FILE}: census by age and sex (census_age_sex)"
    gaps = (*(city.gap(i, ages) for i in ids[:2]), city.gap(ids[2], f"{NO_FILE}: census by sex (census_sex)"))
    block = maker(*gaps).numbers_of("Holes", [cards[i] for i in ids])
    assert [[f.indicator for f in hole.figures] for hole in block.holes] == [list(ids[:2]), [ids[2]]]
    assert block.holes[0].reason == "missing or unusable file: census by age and sex"
    assert block.holes[0].remedy == ""


def test_every_name_in_a_hole_can_be_linked_to(tmp_path: object) -> None:
    ages = f"{NO_FILE}: census by age and sex (census_age_sex)"
    gaps = [city.gap(i, ages) for i in ("identity.children_share", "identity.older_share")]
    run = city.material(event=False, observations=(city.value("identity.area", 24.0), *gaps))
    page = write_report(run, tmp_path / "r").read_text(encoding="utf-8")  # type: ignore[operator]
    assert Page(page).mistakes == []
    for anchor in ("n-identity-children-share", "n-identity-older-share"):
        assert page.count(f'id="{anchor}"') == 1
    assert "To close it" not in page[page.index('id="n-identity-older-share"') :][:300]


@pytest.mark.parametrize("name", ["public", "city", "dry"])
def test_pages_say_because_and_leave_the_sentences_to_the_account(pages: dict[str, str], name: str) -> None:
    text = Page(pages[name]).text
    assert "because: the inputs cover only part" in text  # no rule of the table says just that
    assert "Not fit to decide because" in text
