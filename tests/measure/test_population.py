"""One place for the count of people: worked out by hand for the town, then against the real city."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import real_city
from almena.measure.derived_people import People
from almena.measure.derived_people import people as people_of
from almena.measure.derived_points import PlacedPoints, placed
from almena.measure.people_counts import best_population, persons_per_address
from almena.measure.population import ADDRESSES, CENSUS, RASTER, SCALED, TAGGED, Population, population
from almena.model.data import Table
from almena.model.place import Places
from almena.model.problem import GapError
from measure.town import census, everybody, layer, only_city, points, town


def counts(places: Places, *pairs: tuple[float, float], addresses: PlacedPoints | None = None) -> Population:
    return population(census(*pairs), everybody(places), addresses, places=places)


def homes(places: Places, *xy: tuple[float, float]) -> PlacedPoints:
    return placed(layer("addresses", points(*xy)), places)


# --- the best count -------------------------------------------------------------------------------------------


def test_the_census_is_the_city_and_the_raster_shares_it_out(town: Places) -> None:
    found = counts(town)
    assert found.best.source == CENSUS
    # 3,600 by the census, 4,000 by the raster: nine of ten in each quarter
    np.testing.assert_allclose(found.persons, [3600, 900, 900, 900, 900])
    assert [c.source for c in found.counts] == [CENSUS, RASTER, SCALED]
    assert (found.date, found.said) == ("2022", "people of the census of 2022")
    assert found.said_of_parts == "people of the raster scaled to the census of 2022"
    assert [o.source.role for o in found.origins] == ["census_table"]


def test_without_a_census_the_raster_is_taken_as_it_is(town: Places) -> None:
    found = population(None, everybody(town), places=town)
    np.testing.assert_allclose(found.persons, [4000, 1000, 1000, 1000, 1000])
    assert found.said == found.said_of_parts == "people of the raster of 2020, unscaled: no census is given"
    assert [c.source for c in found.counts] == [RASTER]
    assert np.isnan(found.growth)
    assert [o.source.role for o in found.origins] == ["population_grid"]


def test_a_census_alone_says_nothing_about_the_neighbourhoods(town: Places) -> None:
    np.testing.assert_allclose(population(census(), places=town).persons, only_city(3600))


@pytest.mark.parametrize(("year", "source"), [(2008, CENSUS), (2007, RASTER)])
def test_a_raster_of_more_than_twelve_years_later_is_preferred(town: Places, year: int, source: str) -> None:
    found = counts(town, (year, 3600))
    assert found.best.source == source
    assert found.city == (3600 if source == CENSUS else 4000)
    if source == RASTER:
        assert found.said.endswith("unscaled: the census is much older")
        assert [c.source for c in found.counts] == [RASTER, CENSUS]


def test_a_raster_without_people_scales_to_nothing(town: Places) -> None:
    found = population(census(), everybody(town, 0.0), places=town)
    np.testing.assert_allclose(found.persons, only_city(3600))


def test_without_any_count_there_is_a_gap_that_says_what_to_load(town: Places) -> None:
    with pytest.raises(GapError) as caught:
        population(places=town)
    (problem,) = caught.value.problems
    assert problem.what == "No count of people is given"
    assert "census table" in problem.remedy


# --- counts of other dates --------------------------------------------------------------------------------------


def test_a_count_is_moved_to_the_date_of_the_best_one_by_the_growth_between_censuses(town: Places) -> None:
    # from 2,880 to 3,600 in ten years: 1.25 times; the raster of 2020 is two years older than the census
    found = counts(town, (1990, 9999), (2012, 2880), (2022, 3600))
    assert found.growth == pytest.approx(1.25**0.1 - 1)
    np.testing.assert_allclose(found.moved(found.counts[1])[0], 4000 * 1.25**0.2, rtol=1e-3)
    (cause,) = found.spread()
    assert cause.name == "the raster of 2020, moved to 2022"
    assert cause.high[0] == pytest.approx(4000 * 1.25**0.2, rel=1e-3)  # type: ignore[index]


def test_with_one_census_nothing_is_moved(town: Places) -> None:
    found = counts(town)
    np.testing.assert_allclose(found.moved(found.counts[1]), found.counts[1].persons)


def test_a_count_made_from_another_is_no_second_opinion(town: Places) -> None:
    found = counts(town, addresses=homes(town, (500, 500), (1500, 500)))
    assert [c.source for c in found.counts if not c.by_itself] == [SCALED, ADDRESSES]
    assert len(found.spread()) == 1


def test_addresses_share_the_best_count_out_and_piles_are_left_out(town: Places) -> None:
    piled = [(1900.0, 1900.0)] * 5
    found = counts(town, addresses=homes(town, (500, 500), (600, 500), (1500, 500), (-50, 0), *piled))
    shared = found.counts[-1]
    # three addresses inside: 1,200 people each; two of them in the south west
    np.testing.assert_allclose(shared.persons, [3600, 2400, 1200, 0, 0])
    assert (shared.source, shared.status) == (ADDRESSES, "proxy")
    assert shared.note.startswith("1200.00 persons for each address point")


def test_a_register_without_an_address_inside_shares_nothing_out(town: Places) -> None:
    assert counts(town, addresses=homes(town, (-500, 500))).counts[-1].source == SCALED


@given(st.floats(1, 1e7), st.floats(0.01, 1e4))
def test_the_parts_always_add_up_to_the_city(persons: float, per_cell: float) -> None:
    places = town()
    found = population(census((2022, persons)), everybody(places, per_cell), places=places)
    assert found.persons[places.parts].sum() == pytest.approx(found.city, rel=1e-6)


# --- as an indicator ------------------------------------------------------------------------------------------


def test_the_indicator_gives_the_best_count_its_range_and_each_source(town: Places) -> None:
    addresses = homes(town, (500, 500), (1500, 500))
    found = counts(town, (2012, 3600), (2022, 3600), addresses=addresses)
    city, parts, *sources = best_population(
        found, census((2012, 3600), (2022, 3600)), everybody(town), addresses, places=town
    )
    np.testing.assert_allclose(city.value, only_city(3600))
    assert (city.period, city.status, city.used) == ("2022", "reported", ("census_table", "people"))
    assert city.causes[0].high[0] == pytest.approx(4000)  # type: ignore[index]
    assert "the raster of 2020 holds 4,000 people, +11.1 % at the same date" in city.notes
    assert city.locators == {"census_table": "row 2"}
    np.testing.assert_allclose(parts.value, [np.nan, 900, 900, 900, 900])
    np.testing.assert_allclose(parts.causes[0].low, 4000 / np.array([1, 4, 4, 4, 4]))
    # two addresses, both in the south: 1,800 people each there, and nothing said against the north
    np.testing.assert_allclose(parts.causes[1].high, [np.nan, 1800, 1800, 900, 900])
    np.testing.assert_allclose(parts.causes[1].low, parts.value)
    assert [(r.dimensions["source"], r.value[0], r.status) for r in sources] == [
        (CENSUS, 3600, "reported"),
        (RASTER, pytest.approx(4000), "modelled"),
        (SCALED, pytest.approx(3600), "modelled"),
        (ADDRESSES, pytest.approx(3600), "proxy"),
    ]
    assert [r.period for r in sources] == ["2022", "2020", "2022", "2022"]


def test_each_source_stands_on_its_own_file(town: Places) -> None:
    addresses = homes(town, (500, 500))
    results = best_population(
        counts(town, addresses=addresses), census(), everybody(town), addresses, places=town
    )
    used = {r.dimensions["source"]: r.used for r in results if r.dimensions}
    assert used == {
        CENSUS: ("census_table",),
        RASTER: ("people",),
        SCALED: ("people", "census_table"),
        ADDRESSES: ("address_points", "census_table"),
    }


def test_a_census_alone_is_a_complete_count(town: Places) -> None:
    city, source = best_population(population(census(), places=town), census(), places=town)
    assert city.causes[0].kind == source.causes[0].kind == "enumerated"
    assert city.notes == ("people of the census of 2022",)


def test_people_per_address_are_those_of_the_best_count(town: Places) -> None:
    piled = [(1900.0, 100.0)] * 5
    addresses = homes(town, *((100 + x, 100) for x in range(45)), *piled)
    found = persons_per_address(counts(town), addresses, everybody(town), places=town)
    # 3,600 people, 50 addresses, 45 of them not piled; none in the north
    np.testing.assert_allclose(found.value, [72, 20, 180, np.nan, np.nan])
    assert found.causes[0].high[0] == pytest.approx(80)  # type: ignore[index]
    assert found.causes[1].low[0] == pytest.approx(80)  # type: ignore[index]
    assert found.piled == pytest.approx(0.1)


# --- a number written on the map --------------------------------------------------------------------------------


def written(persons: float = 5000.0, date: str = "2011") -> Table:
    columns = {"persons": np.array([persons])}
    return Table(role="tagged_population", columns=columns, date=date, hearsay=True)


def test_a_number_on_the_map_is_the_count_only_where_nothing_else_is_given(town: Places) -> None:
    alone = population(tagged_population=written(), places=town)
    np.testing.assert_allclose(alone.persons, only_city(5000))
    assert (alone.best.source, alone.hearsay, alone.date) == (TAGGED, True, "2011")
    assert alone.said == "people as written on the map, of 2011: no census and no raster is given"
    beside = population(census(), everybody(town), tagged_population=written(), places=town)
    assert (beside.best.source, beside.hearsay, beside.city) == (CENSUS, False, 3600)
    assert beside.counts[-1].source == TAGGED


def test_a_number_on_the_map_without_a_date_says_so(town: Places) -> None:
    found = population(tagged_population=written(date="unknown"), places=town)
    assert "of unknown date" in found.said


def test_a_number_on_the_map_widens_no_range_and_no_address_shares_it_out(town: Places) -> None:
    with_tag = population(census(), everybody(town), tagged_population=written(), places=town)
    assert with_tag.spread()[0].high[0] == pytest.approx(4000)  # type: ignore[index]
    assert len(with_tag.spread()) == 1
    alone = population(None, None, homes(town, (500, 500)), written(), places=town)
    assert [c.source for c in alone.counts] == [TAGGED]


def test_the_number_on_the_map_stands_beside_the_others_with_its_own_date_and_file(town: Places) -> None:
    tag = written()
    found = population(census(), tagged_population=tag, places=town)
    city, *sources = best_population(found, census(), tagged_population=tag, places=town)
    assert city.used == ("census_table",)
    (shown,) = [r for r in sources if r.dimensions["source"] == TAGGED]
    assert (shown.value[0], shown.period, shown.used) == (5000, "2011", ("tagged_population",))
    assert shown.causes[0].kind != "enumerated"
    alone = population(tagged_population=tag, places=town)
    best = best_population(alone, tagged_population=tag, places=town)[0]
    assert (best.value[0], best.used) == (5000, ("tagged_population",))
    assert "the source of the number is not given" in best.causes[0].name


# --- the real city --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_people(porto_alegre: Path) -> People:
    return people_of(real_city.population(porto_alegre), places=real_city.places(porto_alegre)).with_(
        date="2020"
    )


def test_the_counts_of_porto_alegre_differ_by_eight_percent_at_one_date(
    porto_alegre: Path, real_people: People
) -> None:
    table = census((2010, 1_409_351), (2022, 1_332_845))
    found = population(table, real_people, places=real_city.places(porto_alegre))
    assert found.city == 1_332_845
    # by hand: (1,332,845 / 1,409,351) ^ (1 / 12) - 1 = -0.464 % a year, for two years
    growth = (1_332_845 / 1_409_351) ** (1 / 12) - 1
    assert found.growth == pytest.approx(growth)
    raster = real_people.sum()[0]
    assert raster == pytest.approx(1_457_843, rel=1e-4)
    assert found.moved(found.counts[1])[0] == pytest.approx(raster * (1 + growth) ** 2, rel=1e-4)
    # the neighbourhoods hold the whole city, but for slivers between their outlines and the boundary
    assert found.persons[1:].sum() == pytest.approx(1_332_845, rel=0.002)
