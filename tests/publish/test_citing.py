"""Short citations in sentences and cells; the full credit in the account and in the list of files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.publish import city
from tests.publish.page import Page

from almena.model.observation import Observation
from almena.model.origin import Origin, Source
from almena.publish.citing import short_name, source_text, year_of

LONG = "Weather House; Some Dashboard (CC BY 4.0); its makers"


def from_files(*files: Source) -> Observation:
    """Return a value that stands on some files."""
    return replace(city.value("identity.area", 24.0), origins=tuple(Origin(f) for f in files))


def file(role: str, attribution: str, date: str) -> Source:
    """Return a file with a credit and a date."""
    return city.source(role, attribution=attribution, date=date)


def test_the_first_part_of_a_credit_is_enough_with_the_year() -> None:
    assert source_text(from_files(file("schools", LONG, "2022"))) == "Weather House 2022"


def test_the_sign_of_copyright_is_left_to_the_full_credit() -> None:
    assert short_name(file("streets", "© OpenStreetMap contributors; Viewer", "2020")) == (
        "OpenStreetMap contributors"
    )


def test_a_file_without_credit_is_named_by_its_file() -> None:
    assert short_name(replace(file("schools", "", "2022"), file="a/folder/1.geojson")) == "1.geojson"


def test_a_file_without_date_says_so() -> None:
    assert source_text(from_files(file("schools", LONG, "unknown"))) == "Weather House, undated"


def test_one_source_with_several_years_is_named_once_the_undated_last() -> None:
    files = [file("schools", LONG, date) for date in ("unknown", "2024-05", "2022")]
    assert source_text(from_files(*files)) == "Weather House 2022, 2024, undated"


def test_sources_are_parted_by_semicolons_in_their_order() -> None:
    given = from_files(file("schools", "Second 1; x", "2024"), file("hydrants", "First", "2020"))
    assert source_text(given) == "Second 1 2024; First 2020"


@pytest.mark.parametrize(
    "count, text",
    [
        (1, "A 2020"),
        (3, "A 2020; B 2020; C 2020"),
        (4, "A 2020; B 2020; C 2020; and 1 more"),
        (5, "A 2020; B 2020; C 2020; and 2 more"),
    ],
)
def test_at_most_three_sources_are_named(count: int, text: str) -> None:
    files = [file("schools", name, "2020") for name in "ABCDE"[:count]]
    assert source_text(from_files(*files)) == text


def test_several_values_are_credited_together() -> None:
    one, two = from_files(file("schools", "A", "2020")), from_files(file("hydrants", "B", "2021"))
    assert source_text(one, two, one) == "A 2020; B 2021"
    assert source_text() == "no source named"


def test_the_outline_of_the_city_is_named_only_when_nothing_else_is() -> None:
    outline = file("boundary", "Mapping Office", "2022")
    assert source_text(from_files(outline)) == "Mapping Office 2022"
    assert source_text(from_files(outline, file("schools", "A", "2020"))) == "A 2020"


def test_years_of_one_role_can_be_asked_for() -> None:
    given = from_files(file("population_grid", "R", "2020"), file("schools", "A", "2024"))
    assert year_of(given, "population_grid") == "2020"
    assert year_of(given, "streets") == ""


def test_a_sentence_names_the_year_of_the_model_and_not_that_of_the_flood(pages: dict[str, str]) -> None:
    text = Page(pages["public"]).text
    assert "counted with a population model of 2020" in text
    assert "population model of 2024" not in text


def test_no_source_is_cited_twice_in_one_bracket(pages: dict[str, str]) -> None:
    text = Page(pages["public"]).text
    bracket = text[text.index("two methods and two dates, not growth (") :]
    bracket = bracket[: bracket.index(")", bracket.index("growth (") + 8)]
    assert bracket.count("Instituto Fictício") == 1


def test_the_account_and_the_last_chapter_keep_the_full_credit() -> None:
    from almena.publish.chapters.desk import set_up
    from almena.publish.chapters.sources import blocks
    from almena.publish.editions import for_edition

    long = city.source("schools", attribution=LONG)
    at = set_up(for_edition(city.material(observations=(from_files(long),), sources=(long,))))
    proof = at.maker.figure(at.facts.headlines["identity.area"]).proof
    assert proof is not None
    assert proof.sources[0].credit == LONG
    assert LONG in str(blocks(at))
