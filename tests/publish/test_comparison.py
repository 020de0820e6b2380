"""What a comparison says on its page and in its table, and what of it leaves the city."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.publish import city

from almena.measure.compare import Change, changes, side_by_side
from almena.model.card import CITY_ONLY
from almena.model.observation import Observation
from almena.model.origin import LOCAL_ONLY, Origin
from almena.model.problem import InputError
from almena.packs import load_cards
from almena.publish.comparison import Comparison, Version, because, for_publication, obstacle_text
from almena.publish.comparison_page import MOST_PARTS, page, table, write_comparison

CARDS = load_cards()
PEOPLE = "identity.population_raster"


def version(name: str = "Vale Claro", folder: str = "vale", started: str = "2026-11-20T12:00:00") -> Version:
    return Version(folder, name, "BRA", folder, f"run-{folder}", started, "0.1.0")


def of_runs(before: list[Observation], after: list[Observation]) -> Comparison:
    versions = (version(), version(started="2027-02-03T09:00:00"))
    return Comparison(versions, CARDS, changes=tuple(changes(before, after)))


def of_cities(*known: list[Observation]) -> Comparison:
    rows = side_by_side(known, CARDS)
    versions = tuple(version(f"City {n}", f"city-{n}") for n in range(len(known)))
    return Comparison(versions, CARDS, rows=tuple(rows))


def later(observation: Observation, number: float) -> Observation:
    """Return a statement as a newer file makes it."""
    origin = Origin(replace(city.source("census_table"), sha256="f" * 64, date="2026"))
    return replace(observation, value=number, low=number, high=number, period="2026", origins=(origin,))


def rows_of(comparison: Comparison) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table(comparison))))


# --- what leaves the city ------------------------------------------------------------------------------------


def counted(people: dict[str, float]) -> list[Observation]:
    return city.parts(PEOPLE, people, roles=("population_grid",))


def test_few_people_of_a_neighbourhood_are_not_published_by_comparing_two_runs() -> None:
    """Figueira has 8 people and Doca, the next smallest, protects it: the total less the rest tells only 1,608."""
    before = counted(city.PEOPLE)
    after = counted({name: number + 100 for name, number in city.PEOPLE.items()})
    whole, public = of_runs(before, after), for_publication(of_runs(before, after))
    assert {c.said.place_name for c in whole.told} == set(city.NAMES)
    assert {c.said.place_name for c in public.told} == {"Alto", "Baixo", "Centro", "Estação"}
    assert {row["place_name"] for row in rows_of(public)} == {"Alto", "Baixo", "Centro", "Estação"}


@pytest.mark.parametrize("turned", [False, True])
def test_a_count_that_is_small_in_one_of_the_runs_is_hidden_in_both(turned: bool) -> None:
    """From 2,000 to 4 people or back: a difference beside the larger count would tell the small one."""
    pair = counted(city.PEOPLE | {"Figueira": 2000.0}), counted(city.PEOPLE | {"Figueira": 4.0})
    public = for_publication(of_runs(*(pair[::-1] if turned else pair)))
    assert "Figueira" not in {c.said.place_name for c in public.changes}
    assert "Alto" in {c.said.place_name for c in public.changes}


def test_values_that_would_give_a_small_count_away_are_not_compared_either() -> None:
    dense = city.parts("identity.population_density", dict.fromkeys(city.NAMES, 50.0))
    denser = [replace(o, value=60.0) for o in dense]
    public = for_publication(of_runs([*counted(city.PEOPLE), *dense], [*counted(city.PEOPLE), *denser]))
    assert {c.said.place_name for c in public.told} == {"Alto", "Baixo", "Centro", "Estação"}


def test_a_gap_of_a_neighbourhood_is_no_small_count() -> None:
    before = counted({"Alto": 3000.0})
    gap = replace(before[0], value=None, low=None, high=None, status="missing", reason="no raster")
    public = for_publication(of_runs(before, [gap]))
    assert [c.kind for c in public.told] == ["lost"]


@pytest.mark.parametrize("closed_after", [False, True])
def test_a_change_with_a_closed_side_is_not_published(closed_after: bool) -> None:
    open_value = city.value("identity.population_census", 13_300)
    closed = replace(open_value, value=9, origins=(Origin(city.source("census_table", sharing=LOCAL_ONLY)),))
    pair = (open_value, closed) if closed_after else (closed, open_value)
    assert for_publication(of_runs([pair[0]], [pair[1]])).changes == ()


def test_single_settlements_and_sensitive_cards_are_not_published_but_neighbourhoods_are() -> None:
    sensitive = next(i for i, card in CARDS.items() if card.sensitivity == CITY_ONLY)
    said = [city.settlement_value(), city.value(sensitive, 2), *city.parts("identity.area", {"Alto": 4.0})]
    changed = [later(o, 1.0) for o in said]
    whole, public = of_runs(said, changed), for_publication(of_runs(said, changed))
    assert len(whole.told) == 3
    assert [c.said.place_name for c in public.told] == ["Alto"]


def test_a_city_whose_value_may_not_be_published_stays_as_a_column_without_it() -> None:
    own = city.value("identity.population_census", 13_300)
    closed = replace(own, value=4_242, origins=(Origin(city.source("census_table", licence="")),))
    public = for_publication(of_cities([own], [closed]))
    assert [o and o.value for o in public.rows[0].values] == [13_300, None]
    assert [row["value"] for row in rows_of(public)] == ["13300", ""]
    assert "4,242" not in page(public)
    assert for_publication(of_cities([closed], [closed])).rows == ()


def test_reasons_lose_the_names_of_places_that_are_not_shown() -> None:
    """Both sides of a change, and every city side by side: a reason may tell which settlement a value lacks."""
    secret = city.settlement_value()
    own = city.value("identity.population_census", 13_300)
    telling = replace(own, reason=f"{secret.place_name} is not counted")
    pairs = [telling, secret], [replace(telling, value=14_000.0), later(secret, 1.0)]
    assert secret.place_name in table(of_runs(*pairs))
    public = for_publication(of_runs(*pairs))
    assert secret.place_name not in table(public)
    assert {row["before_reason"] for row in rows_of(public)} == {"[withheld] is not counted"}
    assert {row["after_reason"] for row in rows_of(public)} == {"[withheld] is not counted"}


def test_what_a_gap_says_of_a_closed_role_is_withheld_whole() -> None:
    own = city.value("municipal_services.hydrants", 12, roles=("hydrants",))
    gap = replace(own, value=None, low=None, high=None, status="missing", reason="Rua Secreta 5 has no tap")
    both = for_publication(of_runs([own], [gap])), for_publication(of_cities([own], [gap]))
    for public in both:
        assert "Rua Secreta" not in table(public)
        assert "withheld in this edition" in table(public)


def test_the_reason_of_an_open_role_stays() -> None:
    own = city.value("identity.population_census", 13_300)
    public = for_publication(of_cities([replace(own, reason="the data are too old to decide on")]))
    assert rows_of(public)[0]["reason"] == "the data are too old to decide on"


# --- what is said ---------------------------------------------------------------------------------------------


def test_every_kind_of_change_has_its_own_sentence() -> None:
    old = city.value("identity.population_census", 13_300, period="2022")
    new = later(old, 14_000)
    (change,) = changes([old], [new])
    assert because(change) == "The data describe a later time: 2026 instead of 2022."
    sentences = {
        because(replace(change, kind=kind))
        for kind in ("same", "city", "data", "method", "mixed", "gained", "lost")
    }
    assert len(sentences) == 7
    mixed = because(Change(replace(old, method="a@1"), replace(new, method="a@2"), "mixed", None))
    assert "(a@1, a@2)" in mixed
    assert because(Change(None, new, "gained", None)) == "There was no value before."


def test_every_obstacle_has_its_own_sentence_and_says_what_it_is_about() -> None:
    known = ("missing", "method", "unit", "status", "context", "undated", "years")
    said = [obstacle_text(each, "2010–2022") for each in known]
    assert len(set(said)) == len(known)
    assert said[-1] == "The values are years apart: 2010–2022."


def test_namesakes_are_told_apart_by_their_folders() -> None:
    twins = (version("Toledo", "toledo-es"), version("Toledo", "toledo-us"), version("Lugo", "lugo"))
    assert Comparison(twins, CARDS).labels == ("Toledo (toledo-es)", "Toledo (toledo-us)", "Lugo")


def test_the_document_of_two_runs_says_which_is_the_former() -> None:
    old = city.value("identity.population_census", 13_300)
    document = of_runs([old], [later(old, 14_000)]).as_dict()
    assert (document["before"]["started"][:4], document["after"]["started"][:4]) == ("2026", "2027")
    (said,) = document["changes"]
    assert (said["before"]["value"], said["after"]["value"]) == (13_300, 14_000)
    assert said["difference"] == {"value": 700, "low": 700, "high": 700, "clear": True}
    assert said["unit"] == "persons"


def test_a_table_has_one_row_for_each_change_with_both_sides_and_the_difference() -> None:
    """13,300 persons counted, then 13,000 with 12,900 to 13,200: 300 fewer, by 400 to 100."""
    old = city.value("identity.population_census", 13_300, dimensions=(("sex", "women"),))
    new = replace(later(old, 13_000), low=12_900, high=13_200)
    (row,) = rows_of(of_runs([old], [new]))
    assert (row["before_value"], row["after_value"]) == ("13300", "13000")
    assert [row[f"difference_{end}"] for end in ("low", "value", "high")] == ["-400.0", "-300", "-100.0"]
    assert row["difference_clear"] == "True"
    assert row["dimensions"] == "sex=women"
    (row,) = rows_of(of_runs([], [old]))
    assert (row["before_value"], row["difference_value"], row["kind"]) == ("", "", "gained")


def test_a_table_without_any_change_has_a_header_only() -> None:
    old = city.value("identity.population_census", 13_300)
    assert table(of_runs([old], [old])) == "indicator\n"
    assert "no value differs" in page(of_runs([old], [old]))


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed() -> None:
    named = replace(city.parts("identity.area", {"Alto": 4.0})[0], place_name='=HYPERLINK("x")')
    (row,) = rows_of(of_runs([named], [later(named, 5.0)]))
    assert row["place_name"].startswith("'=")


# --- the page -------------------------------------------------------------------------------------------------


def test_the_page_of_two_runs_names_the_city_the_values_and_why_they_differ() -> None:
    old = city.value("identity.population_census", 13_300)
    new = replace(later(old, 13_000), low=12_900, high=13_200)
    text = page(of_runs([old], [new]))
    assert "What changed in Vale Claro" in text
    assert "−300" in text
    assert "−400 … −100 · beyond the ranges" in text
    assert "The data describe a later time: 1" in text
    assert "Unchanged: 0" in text


def test_a_difference_inside_the_ranges_is_said_to_be_so() -> None:
    old = city.value("identity.population_census", 13_300, 13_000, 13_600)
    new = replace(later(old, 13_400), low=13_100, high=13_700)
    text = page(of_runs([old], [new]))
    assert "+100" in text
    assert "within the ranges" in text
    assert "beyond the ranges" not in text


def test_a_value_that_is_gone_is_no_number_and_makes_no_difference() -> None:
    old = city.value("identity.population_census", 13_300)
    gone = city.gap("identity.population_census")
    text = page(of_runs([old], [gone]))
    assert "no value" in text
    assert "Values that are gone: 1" in text
    assert ">–<" in text


def many_parts(number: int) -> Comparison:
    """Return a comparison in which as many parts of the city changed, and the city itself."""
    part = city.parts("identity.area", {"Alto": 4.0})[0]
    said = [replace(part, place=f"n:{i:04d}", place_name=f"Part {i:04d}") for i in range(number)]
    said.append(city.value("identity.area", 24.0))
    return of_runs(said, [later(o, 5.0) for o in said])


def test_changes_of_many_parts_are_counted_on_the_page_and_all_in_the_table() -> None:
    full, one, two = (many_parts(MOST_PARTS + more) for more in (0, 1, 2))
    assert "in the table" not in page(full)
    assert "1 more change of a part of the city is in the table." in page(one)
    assert "2 more changes of parts of the city are in the table." in page(two)
    assert f"Part {MOST_PARTS - 1:04d}" in page(one)
    assert f"Part {MOST_PARTS:04d}" not in page(one)
    assert len(rows_of(one)) == MOST_PARTS + 2


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        ((13_300, 13_300), "The values are the same."),
        ((13_350, 13_500), "The ranges overlap: no difference can be claimed."),
        ((15_000, 15_100), "The ranges lie apart."),
    ],
)
def test_cities_are_told_apart_only_when_their_ranges_are(other: tuple[float, float], verdict: str) -> None:
    value = city.value("identity.population_census", 13_300, 13_000, 13_600)
    beside = replace(value, value=other[0], low=other[0] - 50, high=other[1])
    text = page(of_cities([value], [beside]))
    assert verdict in text
    assert "this is no ranking" in text
    assert "With care" not in text


def test_an_obstacle_is_told_instead_of_a_verdict() -> None:
    value = city.value("identity.population_census", 13_300)
    text = page(of_cities([value], [replace(value, value=20_000, period="2010")]))
    assert "With care" in text
    assert "years apart" in text
    assert "The ranges lie apart." not in text


def test_a_strangers_name_is_text_on_the_page_and_never_code() -> None:
    named = replace(city.parts("identity.area", {"Alto": 4.0})[0], place_name="<script>alert(1)</script>")
    text = page(of_runs([named], [later(named, 5.0)]))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(("name", "why"), [("c.docx", "it ends in .docx"), ("c", "it ends in nothing")])
def test_a_form_that_is_not_written_is_refused_with_those_that_are(
    name: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as refusal:
        write_comparison(of_runs([], []), tmp_path / name)
    (problem,) = refusal.value.problems
    assert problem.where == str(tmp_path / name)
    assert problem.why == why
    assert ".html or .csv" in problem.remedy
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "begin"), [("c.HTML", b"<!doctype"), ("c.csv", b"\xef\xbb\xbfindicator")])
def test_the_ending_of_the_name_decides_the_form(name: str, begin: bytes, tmp_path: Path) -> None:
    old: Any = city.value("identity.population_census", 13_300)
    assert write_comparison(of_runs([old], [later(old, 1.0)]), tmp_path / name).read_bytes().startswith(begin)
