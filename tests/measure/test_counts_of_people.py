"""Counts of people beside each other: whose file a count stands on, and what a doubled census row does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.measure.common import by_place
from almena.measure.derived_points import PlacedPoints, placed
from almena.measure.national import growth_distance, share_of_country
from almena.measure.people_counts import best_population, persons_per_address
from almena.measure.population import ADDRESSES, CENSUS, RASTER, SCALED, Population, population
from almena.model.data import Table
from almena.model.observation import Result
from almena.model.place import Places
from measure.town import census, everybody, layer, points, table
from measure.town import town as made_town


def homes(places: Places, *xy: tuple[float, float]) -> PlacedPoints:
    return placed(layer("addresses", points(*xy)), places)


def told(
    found: Population, places: Places, counted: Table | None, addresses: PlacedPoints
) -> dict[str, Result]:
    """Return what the indicator says of each source, by the name of the source."""
    results = best_population(found, counted, everybody(places), addresses, places=places)
    return {r.dimensions["source"]: r for r in results if r.dimensions}


# --- whose file a count stands on -------------------------------------------------------------------------------


def test_a_raster_shared_out_by_addresses_is_not_called_a_census(town: Places) -> None:
    """
    No census: 4,000 people of the raster for two addresses in the south, 2,000 each.

    The count stands on the raster and the addresses; a licence of the raster would be lost otherwise.
    """
    addresses = homes(town, (500, 500), (1500, 500))
    found = population(None, everybody(town), addresses, places=town)
    shared = told(found, town, None, addresses)["raster shared out by addresses"]
    np.testing.assert_allclose(shared.value, [4000, 2000, 2000, 0, 0])
    assert shared.used == ("address_points", "people")
    assert shared.period == "2020"
    assert shared.notes[0].startswith(
        "2000.00 persons for each address point, the raster divided by all of them"
    )


def test_parts_of_a_raster_are_held_against_its_addresses_too(town: Places) -> None:
    addresses = homes(town, (500, 500), (1500, 500))
    found = population(None, everybody(town), addresses, places=town)
    _, parts, *_ = best_population(found, None, everybody(town), addresses, places=town)
    (cause,) = parts.causes
    assert cause.kind == "sensitivity"
    np.testing.assert_allclose(cause.high, [np.nan, 2000, 2000, 1000, 1000])
    assert parts.used == ("people", "address_points")
    assert (parts.status, parts.notes) == ("modelled", (found.said_of_parts,))


def test_each_source_keeps_its_status_its_note_and_its_cells(town: Places) -> None:
    addresses = homes(town, (500, 500))
    counted = census()
    each = told(population(counted, everybody(town), addresses, places=town), town, counted, addresses)
    assert {name: r.status for name, r in each.items()} == {
        CENSUS: "reported", RASTER: "modelled", SCALED: "modelled", ADDRESSES: "proxy",
    }  # fmt: skip
    assert {name: set(r.locators) for name, r in each.items()} == {
        CENSUS: {"census_table"}, RASTER: set(), SCALED: set(), ADDRESSES: set(),
    }  # fmt: skip
    assert each[CENSUS].notes == ()
    assert each[RASTER].notes == ("as it is, not scaled to the census",)
    assert "times 0.900" in each[SCALED].notes[0]
    assert each[ADDRESSES].causes == ()


def test_the_raster_and_the_scaled_raster_are_each_others_range(town: Places) -> None:
    addresses = homes(town, (500, 500))
    counted = census()
    each = told(population(counted, everybody(town), addresses, places=town), town, counted, addresses)
    (raster,), (scaled,) = each[RASTER].causes, each[SCALED].causes
    assert (raster.name, scaled.name) == ("raster scaled to the census of 2022", "raster of 2020")
    np.testing.assert_allclose(raster.low, [3600, 900, 900, 900, 900])
    np.testing.assert_allclose(scaled.high, [4000, 1000, 1000, 1000, 1000])


def test_the_growth_that_moves_a_count_is_told_in_percent_of_a_year(town: Places) -> None:
    """From 3,000 to 3,630 in two years: 1.1² = 1.21, ten percent a year."""
    found = population(census((2020, 3000), (2022, 3630)), everybody(town), places=town)
    city, *_ = best_population(found, census((2020, 3000), (2022, 3630)), everybody(town), places=town)
    assert found.growth == pytest.approx(0.1)
    assert city.notes[1].startswith(
        "counts are moved to 2022 with the growth between the two latest censuses, +10.00 %"
    )
    one = population(census(), everybody(town), places=town)
    city, *_ = best_population(one, census(), everybody(town), places=town)
    assert city.notes[1].startswith("counts of other dates are compared as they are")


def test_people_per_address_say_whose_people_and_give_both_sides_of_the_line(town: Places) -> None:
    addresses = homes(town, *((100 + x, 100) for x in range(9)))
    found = persons_per_address(
        population(census(), everybody(town), addresses, places=town), addresses, everybody(town), places=town
    )
    np.testing.assert_allclose(found.value, [400, 100, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(found.numerator, [3600, 900, 900, 900, 900])
    np.testing.assert_allclose(found.denominator, [9, 9, 0, 0, 0])
    assert (found.status, found.period) == ("modelled", "2022")
    assert "people of the census of 2022; neighbourhoods: people of the raster scaled" in found.notes[0]


def test_one_address_is_enough_to_share_people_out(town: Places) -> None:
    found = population(census(), everybody(town), homes(town, (500, 500)), places=town)
    np.testing.assert_allclose(found.counts[-1].persons, [3600, 3600, 0, 0, 0])


# --- rows of the census ----------------------------------------------------------------------------------------


def test_a_year_that_stands_twice_in_the_census_is_taken_once(town: Places) -> None:
    """3,000 in 2012, 3,630 in 2022, and 2022 again with a corrected count: (3,630 / 3,000)^(1/10) - 1."""
    counted = census((2022, 3630), (2012, 3000), (2022, 3700))
    found = population(counted, everybody(town), places=town)
    assert found.city == 3630
    assert found.growth == pytest.approx(1.21**0.1 - 1)
    assert all(np.isfinite(cause.high[0]) for cause in found.spread())  # type: ignore[index]


def test_a_single_year_twice_shows_no_growth(town: Places) -> None:
    assert np.isnan(population(census((2022, 3600), (2022, 3700)), places=town).growth)


@pytest.mark.parametrize("useless", [(2030.0, np.nan), (2030.0, 0.0), (np.nan, 9e9)])
def test_rows_of_the_census_without_a_year_or_a_count_make_no_growth(
    town: Places, useless: tuple[float, float]
) -> None:
    counted = census((2012, 3000), useless, (2022, 3630))
    assert population(counted, places=town).growth == pytest.approx(1.21**0.1 - 1)
    assert population(counted, places=town).city == 3630


@settings(max_examples=40)
@given(st.permutations([(1991, 2000.0), (2000, 2500.0), (2010, 3000.0), (2022, 3630.0), (2022, 9999.0)]))
def test_the_order_of_the_rows_of_a_census_changes_no_growth(rows: list[tuple[int, float]]) -> None:
    latest = next(persons for year, persons in rows if year == 2022)
    found = population(census(*rows), places=made_town())
    assert found.city == latest
    assert found.growth == pytest.approx((latest / 3000) ** (1 / 12) - 1)


# --- city and country ------------------------------------------------------------------------------------------


def in_brazil() -> Places:
    town = made_town()
    return Places(town.items, town.geometry, town.crs, town.key, "BRA")


def country(**years: float) -> Table:
    """Return the people of Brazil by year, a tenth of them in the country."""
    held = {int(name.removeprefix("in_")): number for name, number in years.items()}
    urban = np.array(list(held.values())) * 0.9
    rural = np.array(list(held.values())) * 0.1
    return table(
        "country_urban_population",
        "2020",
        iso3=["BRA"] * len(held),
        year=list(held),
        urban=urban,
        rural=rural,
    )


def test_growth_of_a_city_counted_twice_in_one_year_is_that_between_two_years() -> None:
    """City 1.21 times in ten years, country 1.10 times in ten years."""
    counted = census((2010, 1e6), (2020, 1.21e6), (2020, 1.3e6))
    found = growth_distance(counted, country(in_2010=200e6, in_2020=220e6), places=in_brazil())
    assert found.value[0] == pytest.approx(100 * (1.21**0.1 - 1.1**0.1))
    assert found.period == "2010/2020"


def test_each_count_may_be_off_by_one_in_a_hundred() -> None:
    """
    A share of 2 %, off by hypot(1 %, 1 %) of itself: 0.02828; a growth over ten years by 0.1414 points on each side.

    Both sides in quadrature: 0.2 points.
    """
    places = in_brazil()
    share = share_of_country(census((2020, 4e6)), country(in_2020=200e6), places=places)
    assert share.value[0] == pytest.approx(2)
    assert share.causes[0].low == pytest.approx(2 - 0.02 * 2**0.5)  # type: ignore[arg-type]
    assert share.causes[0].high == pytest.approx(2 + 0.02 * 2**0.5)  # type: ignore[arg-type]
    grown = growth_distance(
        census((2010, 1e6), (2020, 1.1e6)), country(in_2010=200e6, in_2020=220e6), places=places
    )
    assert grown.value[0] == pytest.approx(0, abs=1e-9)
    assert grown.causes[0].high == pytest.approx(0.2)  # type: ignore[arg-type]
    assert (share.status, grown.status) == ("reported", "reported")


# --- which address lies where -----------------------------------------------------------------------------------


@given(
    xy=st.lists(st.tuples(st.floats(-200, 2200), st.floats(-200, 2200)), min_size=1, max_size=30),
    chosen=st.integers(0, 2**30 - 1),
)
@settings(max_examples=30, deadline=None)
def test_addresses_whose_place_is_found_once_count_as_if_each_were_looked_for(
    xy: list[tuple[float, float]], chosen: int
) -> None:
    places = made_town()
    addresses = homes(places, *xy)
    which = np.array([bool(chosen >> n & 1) for n in range(len(xy))])
    assert addresses.by_place(places, which).tolist() == by_place(addresses.xy[which], places).tolist()
    assert addresses.by_place(places).tolist() == by_place(addresses.xy, places).tolist()


def test_addresses_are_counted_in_the_places_that_are_asked_for(town: Places) -> None:
    addresses = homes(town, (500, 500), (1500, 1500))
    alone = replace(town, items=town.items[:1], geometry=town.geometry[:1])
    assert len(addresses.by_place(town)) == len(town)
    assert addresses.by_place(alone).tolist() == [2.0]
