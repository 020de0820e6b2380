"""The country and the world around a city: figures taken over, never in the place of the city's own."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.measure.countries import country_place, rows_of_country, series_of
from almena.measure.national import (
    capital_people,
    country_figure,
    country_people,
    country_poverty_figure,
    country_urban_share,
    earthquake_deaths,
    growth_distance,
    human_development,
    income_group,
    settlement_distance,
    share_of_country,
    significant_earthquakes,
    urban_share_distance,
)
from almena.model.data import Table
from almena.model.place import Place, Places
from almena.model.problem import AlmenaError, GapError
from measure.town import census, only_city, table
from measure.town import town as made_town

BRAZIL = Place("BRA", "country", "Brazil")


def town_in(country: str = "BRA") -> Places:
    town = made_town()
    return Places(town.items, town.geometry, town.crs, town.key, country)


@pytest.fixture(scope="module")
def brazil() -> Places:
    return town_in()


def people_of_countries(date: str = "2018", **column: list[str]) -> Table:
    """Return a table by name, as the real one writes it, with a projection and a country of many people."""
    names = column or {"name": ["Brazil", "Brazil", "Brazil", "World", "Brazil"]}
    years = np.array([2010, 2018, 2030, 2018, 2000])
    urban = np.array([160e6, 180e6, 200e6, 4e9, 140e6])
    return table("country_urban_population", date, year=years, urban=urban, rural=np.full(5, 20e6), **names)


def figures(**columns: Any) -> Table:
    more = {"iso3": np.array(["BRA", "BRA", "ARG"]), "year": np.array([2018, 2014, 2020])}
    return table("country_urban_indicators", "2020", **(more | columns))


# --- which rows speak of the country --------------------------------------------------------------------------


def test_a_country_is_found_by_its_code(brazil: Places) -> None:
    assert rows_of_country(figures(), brazil).tolist() == [0, 1]


@pytest.mark.parametrize(
    "code, written",
    [
        ("COD", "Democratic Republic of Congo"),
        ("COG", "Congo"),
        ("CIV", "Cote d'Ivoire"),
        ("KOR", "South Korea"),
        ("FSM", "Micronesia (country)"),
        ("MCO", "MONACO"),
    ],
)
def test_a_country_is_found_by_any_of_its_names(code: str, written: str) -> None:
    held = table("country_hdi", "2017", name=np.array(["World", written, "Korea"]), year=np.full(3, 2017))
    assert rows_of_country(held, town_in(code)).tolist() == [1]


def test_no_group_of_countries_is_taken_for_a_country() -> None:
    held = table("country_hdi", "2017", name=np.array(["Micronesia (region)", "Southern Africa", "Africa"]))
    for code in ("FSM", "ZAF", "CAF"):
        with pytest.raises(GapError, match="not listed is not none"):
            rows_of_country(held, town_in(code))


def test_without_a_country_in_the_kit_nothing_is_guessed() -> None:
    with pytest.raises(GapError, match="nobody said in which country"):
        country_place(town_in(""))


def test_a_country_without_a_name_in_the_list_is_called_by_its_code() -> None:
    assert country_place(town_in("ZZZ")) == Place("ZZZ", "country", "ZZZ")
    assert country_place(town_in()) == BRAZIL


# --- the latest figure ----------------------------------------------------------------------------------------


def test_the_latest_year_without_projection_is_taken(brazil: Places) -> None:
    found = country_people(people_of_countries(), places=brazil)
    assert found.value.tolist() == [200e6]
    assert (found.period, found.about, found.status) == ("2018", BRAZIL, "reported")
    assert found.locators == {"country_urban_population": "row 2 below the header"}
    assert "says nothing of this city" in found.notes[0]


def test_years_after_the_date_of_a_table_are_projections(brazil: Places) -> None:
    assert series_of(people_of_countries("2035"), "urban", brazil).year[-1] == 2030
    assert series_of(people_of_countries("2018"), "urban", brazil).year.tolist() == [2000, 2010, 2018]


def test_a_blank_latest_year_leaves_the_one_before(brazil: Places) -> None:
    found = country_figure(
        figures(slum_share=np.array([np.nan, 22.3, 14.0])), places=brazil, column="slum_share"
    )
    assert (found.value.tolist(), found.period) == ([22.3], "2014")


def test_a_table_that_is_blank_for_the_country_is_a_gap(brazil: Places) -> None:
    with pytest.raises(GapError, match="no figure for Brazil"):
        country_figure(
            figures(slum_share=np.array([np.nan, np.nan, 14.0])), places=brazil, column="slum_share"
        )
    with pytest.raises(GapError, match="no column slum_share"):
        country_figure(figures(), places=brazil, column="slum_share")


def test_the_urban_share_stands_beside_that_of_another_table_for_the_same_year(brazil: Places) -> None:
    other = figures(urban_share=np.array([88.0, 85.0, 92.0]))
    found = country_urban_share(people_of_countries(), other, places=brazil)
    assert found.value.tolist() == [90.0]
    assert [(c.kind, c.low) for c in found.causes][1:] == [("sources", 88.0)]
    without = country_urban_share(people_of_countries(), figures(), places=brazil)
    assert [c.kind for c in without.causes] == ["expert"]


def test_poverty_development_and_capital_are_taken_over(brazil: Places) -> None:
    poor = table("country_poverty", "2020", iso3=["BRA"], year=[2019], gini=[53.4])
    assert country_poverty_figure(poor, places=brazil, column="gini").value.tolist() == [53.4]
    index = table("country_hdi", "2017", name=["Brazil", "Brazil"], year=[2017, 2016], hdi=[0.759, 0.758])
    assert human_development(index, places=brazil).period == "2017"
    capital = table("capital_population", "2018", name=["Brazil"], year=[2018], population=[4_469_585])
    assert capital_people(capital, places=brazil).value.tolist() == [4_469_585]


def test_the_income_group_is_a_rank_with_its_name(brazil: Places) -> None:
    held = table(
        "country_metadata", "2021", iso3=["BRA"], income_group=["Upper middle income"], region=["America"]
    )
    found = income_group(held, places=brazil)
    assert found.value.tolist() == [3]
    assert found.notes[0] == "Upper middle income, region America"
    unknown = held.with_(columns={**held.columns, "income_group": np.array([""])})
    assert "blank" in income_group(unknown, places=brazil).missing


def test_earthquakes_are_added_up_over_the_years_of_the_table(brazil: Places) -> None:
    events = table(
        "country_earthquakes", "2017", name=["Brazil"] * 3, year=[1986, 1950, 2008], events=[1, 0, 2]
    )
    found = significant_earthquakes(events, places=brazil)
    assert (found.value.tolist(), found.period) == ([3], "1950/2008")
    assert found.notes[0] == "by year: 1 in 1986, 2 in 2008"
    deaths = table("country_earthquake_deaths", "2017", name=["Brazil"], year=[2000], deaths=[0])
    assert earthquake_deaths(deaths, places=brazil).notes[0] == "none in any of these years"


# --- city and country side by side ----------------------------------------------------------------------------


def test_the_city_as_a_share_of_the_country_in_the_nearest_year(brazil: Places) -> None:
    found = share_of_country(census((2022, 2e6)), people_of_countries(), places=brazil)
    np.testing.assert_allclose(found.value, only_city(1.0))
    assert found.notes[0] == "city 2,000,000 in 2022 by census, country 200,000,000 in 2018"
    assert found.about is None  # it stands on the city


def test_growth_is_set_beside_that_of_the_country_over_the_same_years(brazil: Places) -> None:
    # city from 1.1 to 1.0 million in ten years: -0.949 % a year; country from 160 to 200 million in 18: +1.247 %
    found = growth_distance(census((2000, 1.1e6), (2010, 1e6)), people_of_countries(), places=brazil)
    ours, theirs = 100 * ((1 / 1.1) ** 0.1 - 1), 100 * ((180 / 160) ** 0.1 - 1)
    np.testing.assert_allclose(found.value, only_city(ours - theirs), rtol=1e-6)
    assert found.notes[0] == "city -0.95 % per year 2000 to 2010, country +1.18 % per year 2000 to 2010"
    half = 100 * 0.01 * 2**0.5 / 10 * 2**0.5
    assert found.causes[0].high - found.value[0] == pytest.approx(half)  # type: ignore[operator]


def test_growth_needs_two_censuses_and_years_that_meet(brazil: Places) -> None:
    assert (
        "two censuses" in growth_distance(census((2010, 1e6)), people_of_countries(), places=brazil).missing
    )
    late = growth_distance(census((2030, 1e6), (2040, 1e6)), people_of_countries(), places=brazil)
    assert late.missing == "the table of the country does not reach the years 2030 to 2040"


def test_informal_settlements_and_slums_stand_side_by_side_with_their_years(brazil: Places) -> None:
    own = table("census_settlements", "2022", group=["outside", "inside"], persons=[870.0, 130.0])
    found = settlement_distance(own, figures(slum_share=np.array([np.nan, 22.0, 9.0])), places=brazil)
    np.testing.assert_allclose(found.value, only_city(-9.0))
    assert found.notes[0] == "city 13.0 % in 2022, country 22.0 % in 2014: 8 years apart"
    assert "different meanings" in found.notes[1]
    assert found.causes[0].low == pytest.approx(-9 - 0.1 * np.hypot(13, 22))


def test_urban_people_of_city_and_country(brazil: Places) -> None:
    own = table("census_urban_rural", "unknown", group=["urban", "rural"], persons=[990.0, 10.0])
    found = urban_share_distance(own, figures(urban_share=np.array([88.0, 85.0, 92.0])), places=brazil)
    np.testing.assert_allclose(found.value, only_city(11.0))
    assert found.notes[0].endswith("the year of the census is not known")


def test_a_census_in_other_words_is_refused_with_its_words(brazil: Places) -> None:
    own = table("census_urban_rural", "2022", group=["Urbana"], persons=[990.0])
    with pytest.raises(AlmenaError, match="no row for 'urban'"):
        urban_share_distance(own, figures(urban_share=np.array([88.0, 85.0, 92.0])), places=brazil)


@given(st.integers(1, 10**7), st.integers(10**7, 10**9))
def test_a_city_is_never_more_than_its_country(city: int, country: int) -> None:
    held = table("country_urban_population", "2018", iso3=["BRA"], year=[2018], urban=[country], rural=[0])
    found = share_of_country(census((2022, city)), held, places=town_in())
    assert 0 < found.value[0] <= 100


# --- the real tables ------------------------------------------------------------------------------------------


def real(mirror: Path, file: str, role: str, date: str, **columns: str) -> Table:
    with (mirror / "world" / file).open(encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    held: dict[str, Any] = {}
    for name, column in columns.items():
        texts = [row[column] for row in rows]
        held[name] = texts if name in ("name", "iso3") else np.array([float(t or "nan") for t in texts])
    return table(role, date, **held)


def test_each_figure_equals_the_cell_that_it_came_from(mirror: Path) -> None:
    indicators = real(
        mirror,
        "worldbank_urban_development_1960_2020.csv",
        "country_urban_indicators",
        "2020",
        iso3="Country Code",
        year="Year",
        slum_share="average_value_Population living in slums (% of urban population)",
    )
    found = country_figure(indicators, places=town_in(), column="slum_share")
    at = int(found.locators["country_urban_indicators"].split()[1])
    with (mirror / "world/worldbank_urban_development_1960_2020.csv").open(encoding="utf-8-sig") as handle:
        row = list(csv.DictReader(handle))[at - 1]
    assert (row["Country Code"], row["Year"]) == ("BRA", found.period)
    assert float(row["average_value_Population living in slums (% of urban population)"]) == found.value[0]


@pytest.mark.parametrize("country, index", [("BRA", 0.759), ("AND", 0.858)])
def test_development_of_real_countries(mirror: Path, country: str, index: float) -> None:
    hdi = "Human Development Index (UNDP)"
    held = real(mirror, "undp_hdi.csv", "country_hdi", "2017", name="Entity", year="Year", hdi=hdi)
    assert human_development(held, places=town_in(country)).value.tolist() == [index]


def test_a_country_that_no_table_lists_is_a_gap(mirror: Path) -> None:
    hdi = "Human Development Index (UNDP)"
    held = real(mirror, "undp_hdi.csv", "country_hdi", "2017", name="Entity", year="Year", hdi=hdi)
    with pytest.raises(GapError, match="no row for Monaco"):
        human_development(held, places=town_in("MCO"))


def test_people_of_brazil_leave_the_projections_out(mirror: Path) -> None:
    urban = "Urban population 1950-2050 (UN World Urbanization Prospects 2018)"
    file, columns = (
        "un_wup2018_urban_rural_population.csv",
        {"name": "Entity", "year": "Year", "urban": urban},
    )
    held = real(
        mirror, file, "country_urban_population", "2018", rural=urban.replace("Urban p", "Rural p"), **columns
    )
    found = country_people(held, places=town_in())
    assert (found.period, found.value.tolist()) == ("2018", [210_867_000])
