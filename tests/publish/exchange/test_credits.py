"""Terms travel with the data: whom to name, under which licence, and the duty to share alike."""

from __future__ import annotations

from tests.publish import city
from tests.publish.exchange import town

from almena.packs.table import read_table
from almena.publish.exchange.credits import all_terms, credit_lines, credit_of, rights_text, share_alike_lines
from almena.publish.exchange.readme import readme_lines, readme_text


def test_files_are_gathered_by_licence_with_everybody_to_name() -> None:
    terms = {t.licence: t for t in all_terms(town.cut().sources)}
    assert terms["ODbL-1.0"].share_alike
    assert terms["ODbL-1.0"].credits == (town.OPEN_STREET_MAP,)
    assert terms["ODbL-1.0"].url.startswith("https://opendatacommons.org/")
    assert not terms["CC-BY-4.0"].share_alike
    assert "Transport Authority" in terms["CC-BY-4.0"].credits
    assert terms["CC-BY-4.0"].files == sum(licence == "CC-BY-4.0" for _, _, licence in city.CREDITS.values())


def test_openstreetmap_is_credited_in_the_form_that_it_asks_for() -> None:
    assert credit_of(city.source("streets")) == town.OPEN_STREET_MAP
    already = city.source("streets", attribution="© OpenStreetMap contributors; Somebody")
    assert credit_of(already) == "© OpenStreetMap contributors; Somebody"


def test_a_licence_that_nobody_knows_is_taken_to_ask_for_credit() -> None:
    (terms,) = all_terms([city.source("schools", licence="EPTC open data")])
    assert (terms.attribution, terms.share_alike, terms.url) == (True, False, "")
    assert credit_lines([city.source("schools", licence="EPTC open data")]) == (
        "Education Department. EPTC open data",
    )


def test_a_file_without_a_licence_says_so() -> None:
    assert credit_lines([city.source("river_level")]) == ("River Gauge Readings. No open licence is known.",)


def test_a_file_without_a_credit_is_named_by_its_path() -> None:
    assert credit_of(city.source("schools", attribution="")) == "schools/schools.dat"


def test_share_alike_is_said_only_where_it_holds() -> None:
    assert len(share_alike_lines([city.source("streets")])) == 1
    assert share_alike_lines([city.source("schools")]) == ()
    assert "same licence" in rights_text(town.cut())


def test_known_licences_have_an_address_and_a_source() -> None:
    for row in read_table("licences.csv"):
        assert row["source"], row
        assert row["url"].startswith("https://") or row["id"] == "public domain"
        assert {row["attribution"], row["share_alike"]} <= {"yes", "no"}


def test_the_readme_says_what_is_what_how_to_cite_and_whom_to_name() -> None:
    lines = dict(readme_lines(town.cut()))
    assert lines["Title"] == "Resilience profile of Vale Claro"
    assert lines["How to cite"].startswith("Resilience profile of Vale Claro, public edition of 2026-11-20")
    assert "never zero" in lines["Range"]
    text = readme_text(town.cut())
    assert town.OPEN_STREET_MAP in text
    assert "Exposure is never a reason to move people." in text


def test_the_city_edition_says_that_it_is_not_to_be_passed_on() -> None:
    assert "not to be passed on" in dict(readme_lines(town.cut("city")))["Edition"]
