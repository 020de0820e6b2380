"""The names of countries and the income groups, against each other and against the tables of the world."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from almena.measure.common import plain
from almena.packs import load_cards, load_roles, read_table
from almena.publish.chapters.sections import sections_of

NAMES = read_table("country_names.csv")
GROUPS_OF_COUNTRIES = {"World", "Africa", "Southern Africa", "Micronesia (region)", "Europe", "Korea"}


def test_no_name_stands_for_two_countries() -> None:
    found = defaultdict(set)
    for row in NAMES:
        found[plain(row["name"])].add(row["iso3"])
    assert {name: codes for name, codes in found.items() if len(codes) > 1} == {}


def test_every_country_has_a_code_and_every_name_its_writer() -> None:
    assert all(len(row["iso3"]) == 3 and row["iso3"].isupper() for row in NAMES)
    assert {w for row in NAMES for w in row["written_by"].split("; ")} == {
        "World Bank",
        "Natural Earth",
        "Our World in Data",
    }


def test_groups_of_countries_are_no_country() -> None:
    assert not GROUPS_OF_COUNTRIES & {row["name"] for row in NAMES}


@pytest.mark.parametrize(
    "file, most_missing",
    [
        ("un_wup2018_urban_rural_population.csv", 45),
        ("un_wup2018_capital_population.csv", 5),
        ("undp_hdi.csv", 15),
    ],
)
def test_the_tables_of_the_world_name_hardly_a_country_that_is_not_in_the_list(
    mirror: Path, file: str, most_missing: int
) -> None:
    known = {plain(row["name"]) for row in NAMES}
    with (mirror / "world" / file).open(encoding="utf-8-sig") as handle:
        written = {row["Entity"] for row in csv.DictReader(handle)}
    strangers = {name for name in written if plain(name) not in known}
    assert len(strangers) <= most_missing
    assert not strangers & {"Brazil", "Monaco", "Andorra", "France", "Cote d'Ivoire", "Vietnam"}


def test_the_income_groups_of_the_world_bank_are_the_four_of_the_list(mirror: Path) -> None:
    with (mirror / "world/worldbank_country_metadata.csv").open(encoding="utf-8-sig") as handle:
        written = {row["IncomeGroup"] for row in csv.DictReader(handle)} - {""}
    assert written == {row["name"] for row in read_table("income_groups.csv")}
    assert [row["rank"] for row in read_table("income_groups.csv")] == ["1", "2", "3", "4"]


def test_all_that_speaks_of_the_country_is_told_once_in_one_chapter() -> None:
    national = {c.id for c in load_cards().values() if c.element == "national"}
    beside = [i for s in sections_of("who") for i in s.indicators if i.startswith("national.")]
    assert sorted(beside) == sorted(national)
    assert all("who" in load_cards()[c].story for c in national)


def test_no_card_of_the_country_is_judged_or_aimed_at() -> None:
    for card in load_cards().values():
        if card.element == "national":
            assert card.direction == "none"
            assert card.green is None


def test_roles_of_the_world_can_be_told_by_country() -> None:
    for role in load_roles().values():
        if role.id.startswith("country_") or role.id == "capital_population":
            fields = {f.split(":")[0] for f in (*role.required, *role.optional)}
            assert {"iso3", "name"} <= fields
